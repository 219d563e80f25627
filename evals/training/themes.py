"""Training pairs made from themes: subjects whose sentences were marked in every development report.

`themes.jsonl` holds the ways in which people ask for each theme, `labels.jsonl` the sentences of each report that speak to it, by
what they say. A report without a line for a theme says nothing on it, so that a theme asked of it has no answer there.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from evals.training.locate import Pair, Reference

SILENT = 0.6
"Share of the themes on which a report is silent that are asked of it all the same."
NAMED = 0.4
"Share of the questions that name the area."
ALSO = {"compare": 0.35, "both": 0.3, "short": 0.25}
"Share of the themes and reports that are also asked in this style."


class Theme(BaseModel):
    """A subject and the wordings in which it is asked for; the area stands in none of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    theme: str
    about: str
    "What counts and what does not."
    field: tuple[str, ...]
    "In the words of the reports."
    everyday: tuple[str, ...]
    praise: tuple[str, ...]
    "Asks which reports praise it."
    worry: tuple[str, ...]
    mention: tuple[str, ...]
    short: tuple[str, ...]
    "As typed into a search box."
    both: tuple[str, ...]
    "Asks for what is good and what is not, some of an area, '{a}'."
    compare: tuple[str, ...]
    "Asks to compare two areas, '{a}' and '{b}'."


class Labels(BaseModel):
    """What one report says on one theme."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    theme: str
    report: str
    main: tuple[Reference, ...] = ()
    "What a careful person would quote first."
    praise: tuple[Reference, ...] = ()
    worry: tuple[Reference, ...] = ()
    neutral: tuple[Reference, ...] = ()


def read_themes(folder: Path) -> tuple[list[Theme], list[Labels]]:
    """The themes and the labels of a folder."""
    themes = [Theme.model_validate_json(line) for line in (folder / "themes.jsonl").read_text(encoding="utf-8").splitlines()]
    labels = [Labels.model_validate_json(line) for line in (folder / "labels.jsonl").read_text(encoding="utf-8").splitlines()]
    return themes, labels


def theme_pairs(themes: Sequence[Theme], labels: Sequence[Labels], areas: dict[str, str], seed: int) -> list[Pair]:
    """Pairs for every theme and report: asked as a topic, and for what is praised or criticised.

    `areas` gives the area of each report, by file name without ending.
    """
    rng = random.Random(seed)
    said = {(found.theme, found.report): found for found in labels}
    return [pair for theme in themes for report in areas
            for pair in _pairs(theme, report, areas, said.get((theme.theme, report)), rng)]


def _pairs(theme: Theme, report: str, areas: dict[str, str], found: Labels | None, rng: random.Random) -> Iterator[Pair]:
    if found is None and rng.random() > SILENT:
        return
    area = areas[report]
    found = found or Labels(theme=theme.theme, report=report)
    everything = tuple(dict.fromkeys((*found.main, *found.praise, *found.worry, *found.neutral)))
    style = rng.choice(("topic", "everyday"))
    wordings = (*theme.field, *theme.mention) if style == "topic" else theme.everyday
    yield _pair(theme, report, style, _of_area(rng.choice(wordings), area, rng), everything, ())
    for wanted, other in rng.sample((("praise", "worry"), ("worry", "praise")), 2 if everything else 1):
        answers = getattr(found, wanted)
        near = tuple(reference for reference in getattr(found, other) if reference not in answers)
        yield _pair(theme, report, wanted, rng.choice(getattr(theme, wanted)), answers, near)
    for style, share in ALSO.items():
        if rng.random() < share:
            wording = rng.choice(getattr(theme, style))
            other = rng.choice([name for name in areas.values() if name != area])
            names = dict(zip("ab", rng.sample((area, other), 2))) if style == "compare" else {"a": area}
            yield _pair(theme, report, style, wording.format(**names), everything, ())


def _pair(theme: Theme, report: str, style: str, question: str, answers: tuple[Reference, ...], near: tuple[Reference, ...]) -> Pair:
    return Pair(id=f"{theme.theme}-{report}-{style}", question=question, style=style, report=report, answers=answers, near=near,
                answerable=bool(answers))


def _of_area(wording: str, area: str, rng: random.Random) -> str:
    """The wording, sometimes with the area's name."""
    if not area or rng.random() > NAMED:
        return wording
    bare = wording.rstrip(" ?.!")
    return rng.choice((f"{bare} in {area}{wording[len(bare):]}", f"{area}: {wording}", f"In {area}, {wording[0].lower()}{wording[1:]}"))
