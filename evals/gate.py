"""The gate: what may not fall. A breach names its cases, and makes `eval run` end with status 1.

    same_settings = true        # made under the baseline's settings: what was measured is what is used

    [hard]                      # no average below its floor; "baseline": not below the baseline's at all
    verbatim = 1.0
    refused = "baseline"

    [cases]
    right = ["w-lead-peer"]     # these must be right, whatever the averages

    [soft]                      # no average below the baseline's by more than chance
    measures = ["right", "mrr"]

A soft measure is breached where the whole 95 % interval of its paired difference from the baseline lies on the worse side of
zero: one case that turns is chance, four that turn the same way are not.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from evals.averages import average
from evals.comparing import ROUNDING, compare
from evals.measures import BY_NAME
from evals.runs import Run
from ingest.errors import SendAssistantError


class _Cases(BaseModel):
    model_config = ConfigDict(extra="forbid")
    right: list[str] = []


class _Soft(BaseModel):
    model_config = ConfigDict(extra="forbid")
    measures: list[str] = []


class Gate(BaseModel):
    """A gate file."""

    model_config = ConfigDict(extra="forbid")
    same_settings: bool = False
    hard: dict[str, float | Literal["baseline"]] = {}
    cases: _Cases = _Cases()
    soft: _Soft = _Soft()

    @field_validator("hard", "soft")
    @classmethod
    def _measures_are_known(cls, found):
        unknown = sorted(set(found.measures if isinstance(found, _Soft) else found) - {n for n, m in BY_NAME.items() if m.judges})
        if unknown:
            raise ValueError(f"no such measure to guard: {', '.join(unknown)}. Known: {', '.join(n for n, m in BY_NAME.items() if m.judges)}")
        return found

    @property
    def needs_baseline(self) -> bool:
        return self.same_settings or bool(self.soft.measures) or "baseline" in self.hard.values()


@dataclass(frozen=True)
class Breach:
    """One thing that fell."""

    rule: Literal["settings", "hard", "cases", "soft"]
    what: str
    "In one line: what fell from what to what."
    cases: tuple[str, ...]
    "The cases that brought it down."


def load_gate(path: Path) -> Gate:
    """The gate in a file; errors name the entry."""
    try:
        return Gate.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise SendAssistantError(f"--gate {path}: no such file. evals/sets/gate.toml is one to start from.") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SendAssistantError(f"--gate {path}: cannot be read as TOML ({error}). Mend it.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise SendAssistantError(f"--gate {path}: {where}: {first['msg'].removeprefix('Value error, ')}") from error


def breaches(gate: Gate, run: Run, baseline: Run | None = None) -> list[Breach]:
    """All that fell, the hardest first."""
    if gate.needs_baseline and baseline is None:
        raise SendAssistantError("The gate compares with a baseline, and none is given. Add --baseline RUN.")
    return [*_settings(gate, run, baseline), *_hard(gate, run, baseline), *_named(gate.cases.right, run), *_soft(gate.soft.measures, run, baseline)]


def _settings(gate: Gate, run: Run, baseline: Run | None) -> Iterable[Breach]:
    """Other settings, with the cases in which any guarded measure fell."""
    if not gate.same_settings or baseline is None or run.config.settings == baseline.config.settings:
        return
    before, after = baseline.config.settings, run.config.settings
    changed = [f"{name} was {before.get(name)} and is {after.get(name)}" for name in after | before if before.get(name) != after.get(name)]
    fell = {case for name in ("right", *gate.hard, *gate.soft.measures) for case in _fell(name, run, baseline)}
    yield Breach("settings", f"Not the baseline's settings: {'; '.join(changed)}", tuple(row.id for row in run.scored if row.id in fell))


def _fell(name: str, run: Run, baseline: Run) -> list[str]:
    """The cases whose score is worse than the baseline's."""
    before = baseline.scores(name)
    return [n for n, v in run.scores(name).items() if v is not None and before.get(n) is not None and v < before[n] - ROUNDING]


def _hard(gate: Gate, run: Run, baseline: Run | None) -> Iterable[Breach]:
    for name, limit in gate.hard.items():
        measure, values = BY_NAME[name], run.scores(name)
        before = baseline.scores(name) if baseline else {}
        if limit == "baseline":
            # The same cases on both sides: a set that grew is no fall.
            values = {n: v for n, v in values.items() if before.get(n) is not None}
            limit = average([before[n] for n in values]).mean
        found = average(list(values.values())).mean
        if found is None or limit is None:
            yield Breach("hard", f"{measure.label} ({name}): nothing was scored", ())
        elif found < limit - ROUNDING:
            fell = set(_fell(name, run, baseline)) if baseline else set()
            short = [n for n in values if n in fell] or [n for n, v in values.items() if v is not None and v < 1]
            yield Breach("hard", f"{measure.label} ({name}) is {found:.3f}; it may not be below {limit:.3f}", tuple(short))


def _named(names: Iterable[str], run: Run) -> Iterable[Breach]:
    right = run.scores("right")
    wrong = tuple(name for name in names if right.get(name) != 1)
    if wrong:
        yield Breach("cases", f"{len(wrong)} case(s) that must be right are not, or were not asked", wrong)


def _soft(names: Iterable[str], run: Run, baseline: Run | None) -> Iterable[Breach]:
    if baseline is None:
        return
    changes = {change.measure.name: change for change in compare(run, baseline).changes}
    for name in names:
        change = changes[name]
        if change.verdict != "worse":
            continue
        gain = change.gain
        yield Breach(
            "soft",
            f"{change.measure.label} ({name}) changed by {gain.mean:+.3f} (95 % interval {gain.low:+.3f} to {gain.high:+.3f}) "
            f"against the baseline's {change.before.mean:.3f}",
            tuple(_fell(name, run, baseline)),
        )
