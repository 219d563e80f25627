"""What a report says of itself: title, kind, areas, dates, outcome; the catalogue or a sidecar overrides it."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from ingest.dates import dates_in_name, first_visit, published_in, year_in_name
from ingest.model import KINDS, Loaded, Passage, Report
from ingest.structure import report_text, running_lines

_OPENING = 4000
"Characters from the start of a report in which it says what it is."
_COMMITTEE = re.compile(
    r"\bagenda\b|\bminutes\b|\bresolved\b"
    r"|\bthe (?:committee|panel|cabinet|board) (?:received|noted|considered|agreed)\b",
    re.I,
)
_PEER = re.compile(r"\bpeer (?:review|challenge)", re.I)
_INSPECTION = re.compile(
    r"\b(?:re-?)?inspection (?:of|report|dates?|outcome)\b|\bmonitoring inspection\b|\brevisit\b", re.I
)
_INSPECTORATE = re.compile(r"\bOfsted\b|\bCare Quality Commission\b|\bCQC\b")
_FRAMEWORK = re.compile(r"\bframework\b|\bhandbook\b|\binspection criteria\b", re.I)
_GUIDANCE = re.compile(r"\bguidance\b|\bguide\b|\bcode of practice\b|\bstatutory advice\b|\btoolkit\b", re.I)
_REVIEWED = re.compile(
    r"\b(?:peer )?(?:review|challenge|inspection|re-?inspection|visit)\s+(?:of|to|in|at)\s+(?:the\s+)?(?=\S)", re.I
)
_REVIEWER = re.compile(r"((?:[A-Z][\w’'-]+ +){1,5}Council)[^.]{0,30}\bwas asked to\b[^.]{0,40}\breview\b")
_OUTCOMES = (
    (3, re.compile(r"\bsystemic failings?\b", re.I)),
    (2, re.compile(r"\binconsistent experiences?\b", re.I)),
    (1, re.compile(r"\btypically\b[^.]{0,60}\bpositive experiences?\b", re.I)),
)
_NEXT = re.compile(
    r"\b(monitoring|next)\b[^.]{0,80}?\binspection\b[^.]{0,60}?"
    r"\b(within (?:approximately |about )?[\w-]+ (?:months?|years?))",
    re.I,
)


def describe(
    loaded: Loaded,
    passages: tuple[Passage, ...],
    path: Path,
    areas,
    catalogue=(),
    sidecar: Mapping[str, object] | None = None,
) -> Report:
    """The report with all that is known of it.

    `areas` is `ingest.areas.Areas`, `catalogue` what `load_catalogue` gives, `sidecar` what `load_sidecar` gives for
    the file beside the report. The sidecar overrides the catalogue, the catalogue overrides the text, and a digest's
    front matter is its text.
    """
    front = loaded.metadata if loaded.format in ("markdown", "text") else {}
    digest_of = front.get("digest_of") or (sidecar or {}).get("digest_of")
    is_digest = bool(digest_of)
    running = running_lines(loaded.pages)
    opening = _opening(passages)
    text = report_text(passages)
    title, stated = _title(loaded, passages, running, path)
    kind = "digest" if is_digest else _kind(front, title, opening, text, running, bool(areas.find(title)))
    subject = _areas(areas, kind, front, title, opening, passages)
    if subject and not stated and not areas.find(title):
        title = f"{title}, {subject[0]}"
    visit = first_visit(passages) if kind in ("inspection", "peer review") else (None, None)
    in_inspection = kind in ("inspection", "digest")
    found: dict[str, object] = {
        "title": title,
        "kind": kind,
        "areas": subject,
        "visit_start": front.get("visit_start") or visit[0],
        "visit_end": front.get("visit_end") or visit[1],
        "published": front.get("published")
        or dates_in_name(path.stem)
        or published_in(opening)
        or year_in_name(path.stem),
        "publisher": front.get("publisher") or _publisher(kind, opening, text, subject),
        "licence": front.get("licence", ""),
        "address": _one_address(front.get("address", "")),
        "outcome": _outcome(passages) if in_inspection else None,
        "next_inspection": _next_inspection(opening) if in_inspection else "",
    }
    entry = None if is_digest else _recognised(catalogue, path, found)
    if entry is not None:
        found |= _less_vague(_overrides(entry), found)
        found["catalogue_id"] = entry.id
    if is_digest:
        original = next((e for e in catalogue if e.id == digest_of), None)
        found["digest_of"] = digest_of
        if original is not None:
            known = _overrides(original)
            found["digest_of_kind"] = known.get("kind", "")
            found |= {name: value for name, value in known.items() if name not in ("title", "kind", "licence")}
    found |= _from_sidecar(sidecar or {})
    return Report(
        id=passages[0].report_id if passages else report_id_of(path),
        file=path.name,
        path=str(path),
        sha256=hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "",
        format=loaded.format,
        page_count=len(loaded.pages) if any(page.number is not None for page in loaded.pages) else None,
        warnings=loaded.warnings,
        **found,
    )


def report_id_of(path: Path) -> str:
    """A report's id, from its file's name: lower-case words joined by hyphens."""
    return "-".join(re.findall(r"[a-z0-9]+", path.stem.casefold())) or "report"


def _opening(passages: tuple[Passage, ...]) -> str:
    """The first pages' words."""
    out, length = [], 0
    for passage in passages:
        out.append(passage.text.replace(" | ", " "))
        length += len(passage.text)
        if length > _OPENING:
            break
    return "\n".join(out)


def _title(loaded: Loaded, passages: tuple[Passage, ...], running: tuple[str, ...], path: Path) -> tuple[str, bool]:
    """The title, and whether the report itself states it on its first page."""
    if loaded.format in ("markdown", "text") and loaded.metadata.get("title"):
        return loaded.metadata["title"].strip(), True
    parts = [p.text.strip() for p in passages if p.label == "title" and not first_visit((p,))[0]]
    if parts:
        return _readable(": ".join(dict.fromkeys(parts)), passages), True
    named = [line for line in running if re.search(r"[A-Za-z]{4}", line) and not re.fullmatch(r"(?i)page \d+.*", line)]
    if named:
        return re.sub(r"\s*(?:[|–—-]\s*)?(?:page\s*)?\d{1,3}$", "", named[0], flags=re.I), False
    stated = loaded.metadata.get("title", "").strip()
    if stated and not re.search(r"\.(?:docx?|pdf|indd|pub)\b|^untitled|^microsoft|^\(", stated, re.I):
        return stated, False
    words = re.sub(r"[-_]+", " ", path.stem).strip()
    return words[:1].upper() + words[1:], False


def _readable(title: str, passages: tuple[Passage, ...]) -> str:
    """A title in capitals as the report writes those words elsewhere; any other title as it is."""
    if not title.isupper():
        return title
    written: Counter[str] = Counter()
    for passage in passages:
        if not passage.text.isupper():
            written.update(re.findall(r"[^\W\d_]+", passage.text))

    def as_written(found: re.Match) -> str:
        word = found[0]
        return (
            word if written[word] >= max(1, written[word.lower()] + written[word.capitalize()]) else word.capitalize()
        )

    return re.sub(r"[^\W\d_]+", as_written, title)


def _kind(
    front: Mapping[str, str], title: str, opening: str, text: str, running: tuple[str, ...], of_an_area: bool
) -> str:
    """The kind of report: what its title says, else what its opening says most plainly."""
    if front.get("kind") in KINDS:
        return front["kind"]
    named = f"{title}\n" + "\n".join(running[:3])
    if _COMMITTEE.search(title) or len(_COMMITTEE.findall(opening)) >= 2:
        return "committee paper"
    if not of_an_area and _FRAMEWORK.search(title):
        return "framework"
    if not of_an_area and _GUIDANCE.search(title):
        return "guidance"
    if _PEER.search(named):
        return "peer review"
    if _INSPECTION.search(named) and _INSPECTORATE.search(text):
        return "inspection"
    if (
        _INSPECTION.search(opening[:1500])
        and len(_INSPECTORATE.findall(opening)) >= 2
        and not _PEER.search(opening[:1500])
    ):
        return "inspection"
    if _PEER.search(opening):
        return "peer review"
    return "other"


def _areas(
    areas, kind: str, front: Mapping[str, str], title: str, opening: str, passages: tuple[Passage, ...]
) -> tuple[str, ...]:
    """The areas the report is about: those in its title, else the one reviewed, else the one it speaks of most.

    Frameworks and guidance are about an area only where their title says so.
    """
    if front.get("area"):
        stated = front["area"]
        parts = stated if isinstance(stated, (list, tuple)) else [part.strip() for part in stated.split(";")]
        return tuple(match.name for part in parts for match in areas.find(part)[:1]) or tuple(parts)
    if named := _names(areas, title):
        return named
    if kind in ("framework", "guidance"):
        return ()
    for found in _REVIEWED.finditer(opening):
        matches = areas.find(opening[found.end() : found.end() + 60])
        if matches and matches[0].start <= 4:
            return (matches[0].name,)
    counts: Counter[str] = Counter()
    for passage in passages:
        counts.update(match.name for match in areas.find(passage.text) if match.exact)
    ranked = counts.most_common(2)
    if ranked and ranked[0][1] >= 2 and (len(ranked) == 1 or ranked[0][1] > ranked[1][1]):
        return (ranked[0][0],)
    return ()


def _names(areas, text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(match.name for match in areas.find(text)))


def _publisher(kind: str, opening: str, text: str, subject: tuple[str, ...]) -> str:
    """Who published the report, where its kind or its opening says so."""
    if kind == "inspection":
        return "Ofsted and the Care Quality Commission"
    if kind == "peer review":
        if reviewer := _REVIEWER.search(opening):
            return re.sub(r"^The ", "", reviewer[1])
        return "Local Government Association" if re.search(r"\bLGA\b|Local Government Association", text) else ""
    return f"{subject[0]} Council" if kind == "committee paper" and subject else ""


def outcome_sentence(passages: Iterable[Passage]) -> tuple[Passage, tuple[int, int]] | None:
    """The passage and sentence of an Area SEND inspection report that state its outcome; None where none does."""
    for passage in passages:
        if passage.kind != "heading" and any("outcome" in heading.casefold() for heading in passage.headings[-1:]):
            for start, end in passage.sentences:
                if _level(passage.text[start:end]):
                    return passage, (start, end)
    return None


def _outcome(passages: tuple[Passage, ...]) -> int | None:
    """Outcome 1 to 3 of an Area SEND inspection; None where the report states none."""
    found = outcome_sentence(passages)
    return _level(found[0].text[slice(*found[1])]) if found else None


def _level(text: str) -> int | None:
    """The outcome that a text states."""
    return next((outcome for outcome, words in _OUTCOMES if words.search(text)), None)


def _next_inspection(opening: str) -> str:
    """When the next inspection is due, in the report's words."""
    found = _NEXT.search(opening)
    if not found:
        return ""
    return f"{found[2]} (monitoring inspection)" if found[1].casefold() == "monitoring" else found[2]


def _recognised(catalogue, path: Path, found: Mapping[str, object]):
    """The catalogue's entry for this report, None where it has none."""
    if not catalogue:
        return None
    from ingest.catalogue import recognise

    return recognise(
        catalogue,
        stem=path.stem,
        title=found["title"],
        kind=found["kind"],
        areas=found["areas"],
        visit_start=found["visit_start"],
        published=found["published"],
    )


_DATES = ("visit_start", "visit_end", "published")
_OVERRIDABLE = ("title", "kind", "publisher", "visit_start", "visit_end", "published", "licence", "address")


def _overrides(entry) -> dict[str, object]:
    """What the catalogue states of a report."""
    known = {name: getattr(entry, name, None) for name in _OVERRIDABLE}
    out = {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in known.items() if value}
    if getattr(entry, "area", None):
        out["areas"] = (entry.area,)
    return out


def _less_vague(known: dict[str, object], found: Mapping[str, object]) -> dict[str, object]:
    """What the catalogue states, without dates that the report itself states more exactly."""
    return {
        name: value
        for name, value in known.items()
        if not (name in _DATES and str(found[name] or "").startswith(str(value)))
    }


def _from_sidecar(sidecar: Mapping[str, object]) -> dict[str, object]:
    """What the file beside the report states."""
    out = {
        name: sidecar[name] for name in (*_OVERRIDABLE, "outcome", "next_inspection", "digest_of") if sidecar.get(name)
    }
    out = {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in out.items()}
    stated = sidecar.get("areas") or sidecar.get("area")
    if stated:
        out["areas"] = (stated,) if isinstance(stated, str) else tuple(stated)
    return out


def _one_address(stated: object) -> str:
    return stated if isinstance(stated, str) else ", ".join(str(part) for part in stated)
