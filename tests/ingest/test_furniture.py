"""Running lines, page numbers, contents pages and repeated end matter: made-up pages, and what must stay."""

from dataclasses import replace

from made_pages import line, loaded, page

from ingest.furniture import end_matter_keys, furniture_ids, known_furniture, mark_furniture, masked, print_of, set_aside
from ingest.settings import Settings
from ingest.structure import build_passages


def _texts(cleaned):
    return [[x.text for x in p.lines] for p in cleaned.pages]


def test_lines_that_return_at_the_foot_with_other_numbers_are_set_aside_and_number_the_pages():
    pages = [
        page(n, [line(f"Body text of sheet {n}.", top=200), line(f"Review of the allotments {n + 2}", top=800)])
        for n in (1, 2, 3)
    ]
    cleaned = set_aside(tuple(pages))
    assert _texts(cleaned) == [["Body text of sheet 1."], ["Body text of sheet 2."], ["Body text of sheet 3."]]
    assert [p.printed for p in cleaned.pages] == ["3", "4", "5"]
    assert cleaned.running == ("Review of the allotments 3",)


def test_a_file_of_two_pages_is_enough_to_tell_a_running_head():
    pages = [
        page(n, [line("Parish review", top=30), line(f"Page {n}", top=810), line(f"Text {n}.", top=300)])
        for n in (1, 2)
    ]
    assert _texts(set_aside(tuple(pages))) == [["Text 1."], ["Text 2."]]


def test_a_sentence_that_returns_in_the_middle_of_pages_stays():
    pages = [page(n, [line("The gate was open.", top=400)]) for n in (1, 2, 3)]
    assert _texts(set_aside(tuple(pages))) == [["The gate was open."]] * 3


def test_a_year_at_the_foot_is_no_page_number():
    pages = [page(n, [line(f"Text {n}.", top=300), line("Visit of June 2023", top=800)]) for n in (1, 2, 3)]
    assert [p.printed for p in set_aside(tuple(pages)).pages] == [None, None, None]


def test_small_print_at_the_very_edge_of_the_first_page_is_set_aside_though_printed_once():
    pages = (
        page(1, [line("Village series no. 4", top=20, size=8), line("The text of the report begins here.", top=200)]),
    )
    assert _texts(set_aside(pages)) == [["The text of the report begins here."]]


def test_a_table_of_contents_is_left_out_with_its_heading():
    contents = [
        "Contents",
        "Purpose ......... 1",
        "Findings ......... 4",
        "Next steps ......... 9",
        "Each part can be read alone.",
    ]
    cleaned = set_aside((page(1, [line(text, top=100 + 20 * n) for n, text in enumerate(contents)]),))
    assert _texts(cleaned) == [["Each part can be read alone."]]


def test_a_contents_page_without_leaders_is_known_by_numbers_that_rise():
    rows = ["Contents", "Purpose of the visit 2", "What we found 3", "What we suggest 7", "Annex of names 11"]
    kept = set_aside(
        (page(1, [line(text, top=100 + 20 * n) for n, text in enumerate(rows)]), page(2, [line("Text.", top=300)]))
    )
    assert _texts(kept) == [[], ["Text."]]


def test_a_file_of_nothing_but_the_same_line_keeps_it():
    pages = tuple(page(n, [line("Hello, garden", top=50)]) for n in (1, 2, 3))
    assert _texts(set_aside(pages)) == [["Hello, garden"]] * 3


END = "Copies in large print can be had from the office at the market hall."
OUTCOME = "The gardens of this parish are kept well and will next be seen in five years."


def _report(name, own):
    body = [line(OUTCOME, top=100)] + [
        line(f"{own} finding number {n} is unlike any other.", top=130 + 30 * n) for n in range(12)
    ]
    return build_passages(loaded([page(1, body), page(2, [line(END, top=300)])]), name)


def test_end_matter_that_three_other_reports_repeat_is_furniture_and_a_shared_outcome_is_not():
    reports = [_report(f"r{n}", own) for n, own in enumerate(("Apple", "Pear", "Plum", "Quince"))]
    keys = [end_matter_keys(passages) for passages in reports[1:]]
    marked = mark_furniture(reports[0], keys)
    assert [p.text for p in marked if p.furniture] == [END]
    assert mark_furniture(reports[0], keys[:2]) == reports[0]
    assert [replace(p, furniture=False) for p in marked] == list(reports[0])
    assert furniture_ids(reports) == {p.id for passages in reports for p in passages if p.text == END}
    assert furniture_ids(reports[:3]) == set()


def test_end_matter_that_is_known_is_told_in_a_single_report():
    report = _report("alone", "Apple")
    assert furniture_ids([report], {print_of(masked(END))}) == {p.id for p in report if p.text == END}
    assert furniture_ids([report], {print_of(masked(OUTCOME))}) == set()


def test_the_prints_that_are_shipped_are_prints():
    assert all(len(mark) == 12 and int(mark, 16) >= 0 for mark in known_furniture(Settings().corpus))
