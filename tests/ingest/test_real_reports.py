"""Structure and description of the real reports, where they are at hand: quotes, pages, lists, facts."""

import csv
import json
import re
from functools import cache
from pathlib import Path

import pytest

from ingest.areas import load_areas
from ingest.describe import describe, report_id_of
from ingest.settings import ROOT
from ingest.structure import build_passages, report_text


@cache
def _read(path: Path):
    from ingest.load_docx import load_docx
    from ingest.load_html import load_html
    from ingest.load_pdf import load_pdf
    from ingest.load_text import is_markdown, load_markdown, load_text

    loader = {".pdf": load_pdf, ".docx": load_docx, ".html": load_html}.get(path.suffix)
    if loader is None:
        loader = load_markdown if is_markdown(path) else load_text
    loaded = loader(path)
    return loaded, build_passages(loaded, report_id_of(path))


def _passages(path):
    return _read(path)[1]


def _letters(text):
    return re.sub(r"[^a-z0-9]", "", text.casefold())


def _file(shared, document):
    reports = shared / "reports"
    if document.endswith(".pdf"):
        inspected = reports / "inspections" / document
        return inspected if inspected.exists() else reports / document
    return next(reports.glob(f"{document}.*"))


def _gold(shared):
    for name in ("five-reports", "inspections"):
        for line in (shared / "questions" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            question = json.loads(line)
            for gold in question["gold"]:
                yield question["id"], _file(shared, gold["document"]), gold["quote"], gold.get("page")


@cache
def _spelled(path):
    """The letters and digits of a report, and for each of them its passage and offset."""
    letters, places = [], []
    for passage in _passages(path):
        for found in re.finditer(r"[A-Za-z0-9]", passage.text):
            letters.append(found[0].casefold())
            places.append((passage, found.start()))
    return "".join(letters), places


def _found(path, quote):
    """Passages and pages that hold a quote, for each place where it stands in the report."""
    (text, places), wanted = _spelled(path), _letters(quote)
    at = text.find(wanted)
    while at >= 0:
        span = places[at : at + len(wanted)]
        yield list({p.id: p for p, _ in span}.values()), {p.page_at(offset).page for p, offset in span}
        at = text.find(wanted, at + 1)


def test_nearly_every_gold_quote_lies_in_one_passage_on_the_page_the_set_names(shared):
    whole, total, elsewhere = 0, 0, []
    for name, path, quote, page in _gold(shared):
        places = list(_found(path, quote))
        total += 1
        whole += any(len(passages) == 1 for passages, _ in places)
        if places and page and not any(pages == {page} for _, pages in places):
            elsewhere.append((name, quote))
    assert elsewhere == []
    assert whole / total > 0.97


def test_positions_spans_and_sentences_hold_together(shared):
    for path in sorted((shared / "reports").glob("**/*.pdf")):
        passages = _passages(path)
        text = report_text(passages)
        for passage in passages:
            assert text[passage.start : passage.end] == passage.text
            assert [passage.pages[0].start, passage.pages[-1].end] == [0, len(passage.text)]
            assert all(a.end == b.start for a, b in zip(passage.pages, passage.pages[1:]))
            ends = [0, *(end for _, end in passage.sentences)]
            assert all(before <= start < end for before, (start, end) in zip(ends, passage.sentences))


def _lists(path):
    """Length of each outermost list with its innermost heading, in order; checks that each list is whole."""
    found = {}
    for passage in _passages(path):
        if passage.place:
            found.setdefault(passage.place.list_id, []).append(passage)
    out = []
    for items in found.values():
        assert [p.place.index for p in items] == list(range(1, items[0].place.length + 1)), path
        out.append((items[0].headings[-1] if items[0].headings else "", len(items), items[0]))
    return out


def _lengths(path, heading):
    return [length for text, length, _ in _lists(path) if heading.casefold() in text.casefold()]


INSPECTIONS = {
    "plymouth": {"priority action": 5, "for improvement": 4},
    "oxfordshire": {"priority action": 5, "for improvement": 4},
    "derbyshire": {"priority action": 6, "for improvement": 5},
    "halton": {"priority action": 5, "for improvement": 4},
    "gateshead": {"for improvement": 5},
    "lewisham": {"for improvement": 3},
    "hartlepool": {"for improvement": 3},
    "gloucestershire": {"for improvement": 4},
    "bury": {"priority action": 6, "for improvement": 3},
    "medway": {"for improvement": 6},
    "southampton": {"for improvement": 5},
    "southend-on-sea": {"for improvement": 6},
    "surrey": {"for improvement": 4, "inspection team": 4},
}


@pytest.mark.parametrize("area", INSPECTIONS)
def test_actions_and_areas_for_improvement_are_whole_lists_under_their_headings(shared, area):
    path = next((shared / "reports" / "inspections").glob(f"{area}_*.pdf"))
    for heading, length in INSPECTIONS[area].items():
        assert _lengths(path, f"areas {heading}" if heading.startswith("for") else heading)[0] == length, heading
    assert _lengths(path, "inspection team")[0] >= 2


def test_every_inspection_has_its_lists_of_strengths_and_weaknesses(shared):
    for path in sorted((shared / "reports" / "inspections").glob("*.pdf")):
        assert _lengths(path, "doing that is effective")[0] >= 5, path.name
        assert _lengths(path, "need to do better")[0] >= 2, path.name
        assert _lengths(path, "areas for improvement")[0] >= 2, path.name


@pytest.mark.parametrize(
    "name", ["gloucestershire-send-peer-challenge-2023.docx", "text/gloucestershire-send-peer-challenge-2023.txt"]
)
def test_gloucestershire_makes_thirteen_recommendations(shared, name):
    path = shared / "reports" / name
    assert _lengths(path, "key recommendations") == [13]
    assert _lengths(path, "peer team")[0] == 6
    eighth = next(p for p in _passages(path) if p.place and p.place.index == 8 and p.place.length == 13)
    assert len(eighth.sentences) == 2 and eighth.label == "8"  # it goes on after a page break of the original


@pytest.mark.parametrize("name", ["somerset-send-peer-review-2017.pdf", "text/somerset-send-peer-review-2017.txt"])
def test_somerset_asks_three_questions_by_ten_lines_of_enquiry_and_makes_eight_points(shared, name):
    path = shared / "reports" / name
    assert _lengths(path, "structure") == [3, 10]
    assert _lengths(path, "points to consider") == [8]
    assert [length for _, length, _ in _lists(path)] == [3, 10, 12, 25, 16, 8]
    headings = [(p.label, p.kind) for p in _passages(path) if p.label in ("4.1", "4.2", "4.3", "2.1", "2.2")]
    assert headings == [(label, "heading") for label in ("2.1", "2.2", "4.1", "4.2", "4.3")]


@pytest.mark.parametrize("name", ["wiltshire-send-peer-review-2023.pdf", "text/wiltshire-send-peer-review-2023.txt"])
def test_wiltshires_review_has_five_peers_five_areas_of_focus_and_five_recommendations(shared, name):
    path = shared / "reports" / name
    assert _lengths(path, "peer team") == [5]
    assert _lengths(path, "the process") == [4]
    assert _lengths(path, "scope and focus") == [5]
    assert _lengths(path, "key recommendations") == [5]
    labels = [p.label for p in _passages(path)]
    for label in (
        "1.1",
        "2.1 ¶2",
        "4.8",
        "5.1",
        "5.1 ¶9",
        "5.2 ¶6",
        "5.3 ¶8",
        "5.4 ¶3",
        "5.5 ¶4",
        "5.6 ¶4",
        "6.4",
        "7.1",
    ):
        assert labels.count(label) == 1, label


@pytest.mark.parametrize(
    "name", ["wiltshire-committee-minute-peer-review.html", "text/wiltshire-committee-minute-peer-review.txt"]
)
def test_the_committee_minute_has_lists_of_three_five_five_and_two(shared, name):
    assert [length for _, length, _ in _lists(shared / "reports" / name)] == [3, 5, 5, 2]


def test_areas_dates_outcomes_and_publication_agree_with_the_facts(shared):
    areas = load_areas(ROOT / "corpus")
    facts = list(csv.DictReader((shared / "reports" / "inspection_facts.csv").open(encoding="utf-8")))
    assert len(facts) == 36
    wrong = []
    for fact in facts:
        path = _file(shared, fact["file"])
        loaded, passages = _read(path)
        report = describe(loaded, passages, path, areas)
        found = {
            "area": "-".join(re.findall("[a-z]+", report.areas[0].casefold())).replace("telford-and", "telford")
            if report.areas
            else "",
            "outcome": str(report.outcome),
            "inspection_start": report.visit_start,
            "inspection_end": report.visit_end,
            "published": report.published,
        }
        if not re.search(r"\d{4}\.pdf$", path.name) or "_" not in path.name:
            del found["published"]  # neither its text nor its name tells the day
        wrong += [
            (path.name, key, value, fact[key]) for key, value in found.items() if fact[key] and value != fact[key]
        ]
        assert report.kind == "inspection" and report.next_inspection.startswith("within")
        assert report.visit_start and report.visit_end and report.page_count == len(loaded.pages)
    assert wrong == []


@pytest.mark.parametrize(
    ("name", "kind", "area", "start"),
    [
        ("gloucestershire-send-peer-challenge-2023.docx", "peer review", "Gloucestershire", "2023-04-25"),
        ("somerset-send-peer-review-2017.pdf", "peer review", "Somerset", "2017-05-10"),
        ("wiltshire-send-peer-review-2023.pdf", "peer review", "Wiltshire", None),
        ("wiltshire-committee-minute-peer-review.html", "committee paper", "Wiltshire", None),
        ("text/somerset-send-peer-review-2017.txt", "peer review", "Somerset", "2017-05-10"),
        ("text/wiltshire-area-send-inspection-2024.txt", "inspection", "Wiltshire", "2024-10-14"),
    ],
)
def test_the_five_reports_are_described(shared, name, kind, area, start):
    path = shared / "reports" / name
    loaded, passages = _read(path)
    report = describe(loaded, passages, path, load_areas(ROOT / "corpus"))
    assert (report.kind, report.areas, report.visit_start) == (kind, (area,), start)


def test_furniture_is_end_matter_only_and_never_an_outcome(shared):
    from ingest.furniture import end_matter_keys, mark_furniture

    reports = [_passages(path) for path in sorted((shared / "reports" / "inspections").glob("*.pdf"))]
    keys = [end_matter_keys(passages) for passages in reports]
    for n, passages in enumerate(reports):
        marked = [p for p in mark_furniture(passages, keys[:n] + keys[n + 1 :]) if p.furniture]
        assert len(marked) >= 8
        assert not any(re.search("outcome|effective|better", " ".join(p.headings[-1:])) for p in marked)
