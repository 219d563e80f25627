"""PDFs as lines: places, reading order, tables, and agreement with what a second library reads."""

import re
from collections import Counter

import pytest
from made_pdfs import make_pdf, rule, words

from ingest.errors import UnreadableFile
from ingest.load_pdf import load_pdf, spans
from ingest.structure import build_passages

LEFT = [
    "The garden group meets on Mondays and",
    "plans what will be sown in the spring,",
    "which seeds are to be kept for later on",
    "and who looks after the tools and sheds",
    "when the others are away in the summer.",
]
RIGHT = [
    "The orchard group meets on Fridays and",
    "decides which trees have to be pruned,",
    "what is done with the apples that are",
    "left over after the harvest festival in",
    "the village hall, and who brings cider.",
]


def _texts(loaded, page=1):
    return [line.text for line in loaded.pages[page - 1].lines]


def _rows(loaded):
    return [line.cells for page in loaded.pages for line in page.lines if line.style == "table-row"]


def test_lines_carry_place_size_and_boldness(tmp_path):
    path = make_pdf(
        tmp_path / "a.pdf", [words(72, 742, "Main findings", 14, "F2") + words(72, 720, "Plain text follows.", 11)]
    )
    heading, text = load_pdf(path).pages[0].lines
    assert (heading.text, heading.bold, heading.size, heading.page) == ("Main findings", True, 14, 1)
    assert (text.text, text.bold, text.size) == ("Plain text follows.", False, 11)
    assert heading.x0 == text.x0 == 72
    assert (
        heading.top < 842 - 742 < heading.bottom < text.bottom
    )  # the baseline, counted from the top, is inside the line


def test_a_bullet_drawn_apart_stands_at_the_start_of_its_line(tmp_path):
    path = make_pdf(tmp_path / "a.pdf", [words(72, 700, "\u2022", 9) + words(108, 700, "keep seeds dry;")])
    assert _texts(load_pdf(path)) == ["\u2022 keep seeds dry;"]


def test_words_drawn_in_pieces_are_not_split_or_glued(tmp_path):
    pieces = (
        words(72, 700, "over") + words(96.02, 700, "sown") + words(127.4, 700, "beds")
    )  # widths: over 24.0, sown 28.0
    assert _texts(load_pdf(make_pdf(tmp_path / "a.pdf", [pieces]))) == ["oversown beds"]


def test_two_columns_are_read_one_after_the_other(tmp_path):
    content = words(72, 760, "Report of the village groups", 16, "F2")
    content += "".join(words(72, 700 - 14 * i, text, 10) for i, text in enumerate(LEFT))
    content += "".join(words(320, 700 - 14 * i, text, 10) for i, text in enumerate(RIGHT))
    assert _texts(load_pdf(make_pdf(tmp_path / "a.pdf", [content]))) == ["Report of the village groups", *LEFT, *RIGHT]


def test_two_columns_drawn_line_by_line_across_are_still_columns(tmp_path):
    content = "".join(
        words(72, 700 - 14 * i, left, 10) + words(320, 700 - 14 * i, right, 10)
        for i, (left, right) in enumerate(zip(LEFT, RIGHT))
    )
    assert _texts(load_pdf(make_pdf(tmp_path / "a.pdf", [content]))) == LEFT + RIGHT


def test_a_ruled_table_comes_as_rows_and_cells_that_wrap_are_joined(tmp_path):
    content = "".join(rule(72, y, 500, y) for y in (700, 680, 630)) + "".join(
        rule(x, 700, x, 630) for x in (72, 200, 500)
    )
    content += words(78, 686, "Who", 10, "F2") + words(206, 686, "What must be done", 10, "F2")
    content += words(78, 666, "Parish council", 10) + words(206, 666, "The council must mend the", 10)
    content += words(206, 653, "fence before the winter.", 10)
    loaded = load_pdf(make_pdf(tmp_path / "a.pdf", [content + words(72, 600, "After the table.")]))
    assert _rows(loaded) == [
        ("Who", "What must be done"),
        ("Parish council", "The council must mend the fence before the winter."),
    ]
    assert _texts(loaded)[-2:] == [
        "Parish council | The council must mend the fence before the winter.",
        "After the table.",
    ]


def test_a_ruled_box_of_one_column_keeps_its_lines(tmp_path):
    content = "".join(rule(72, y, 500, y) for y in (700, 640)) + rule(72, 700, 72, 640) + rule(500, 700, 500, 640)
    content += words(78, 680, "First line in the box") + words(78, 660, "second line in the box")
    loaded = load_pdf(make_pdf(tmp_path / "a.pdf", [content]))
    assert _texts(loaded) == ["First line in the box", "second line in the box"] and not _rows(loaded)


def test_aligned_columns_without_rules_are_a_table(tmp_path):
    rows = [
        ("Warden", "Trustee"),
        ("Ada Grey, head gardener", "Mo Finch, treasurer"),
        ("Lee Marsh, gardener", "Kit Brook, trustee"),
    ]
    content = "".join(words(72, 700 - 15 * i, a) + words(320, 700 - 15 * i, b) for i, (a, b) in enumerate(rows))
    content += words(72, 655, "Sol Wood, gardener")
    assert _rows(load_pdf(make_pdf(tmp_path / "a.pdf", [content]))) == [*rows, ("Sol Wood, gardener", "")]


def _team(rows, top, size=12):
    """Rows of names in two columns, drawn row by row; '' leaves a cell empty."""
    return "".join(
        words(x, top - 15 * n, text, size) for n, row in enumerate(rows) for x, text in zip((72, 320), row) if text
    )


TEAM = [("Warden", "Trustee"), ("Ada Grey, head gardener", "Mo Finch, treasurer"), ("Lee Marsh, orchard keeper", "")]
"A table without ruled lines whose first rows end a page."
FOOT = words(72, 40, "Report of the village groups", 10)


def test_a_table_without_rules_goes_on_at_the_top_of_the_next_page(tmp_path):
    more = [("Sol Wood, keeper of the tools and sheds", ""), ("Nan Hart, keeper of the bees and hives", "Kit Brook")]
    pages = [_team(TEAM[:2], 150) + FOOT, _team(more, 740) + words(72, 690, "After the table.") + FOOT]
    loaded = load_pdf(make_pdf(tmp_path / "a.pdf", pages))
    assert _rows(loaded) == [*TEAM[:2], *more]
    assert [line.page for page in loaded.pages for line in page.lines if line.cells] == [1, 1, 2, 2]
    passages = build_passages(loaded, "r")
    assert [(p.cells, p.pages[0].page, p.place.index, p.place.length) for p in passages if p.cells] == [
        (TEAM[0], 1, 1, 4), (TEAM[1], 1, 2, 4), (more[0], 2, 3, 4), (more[1], 2, 4, 4),
    ]  # fmt: skip


def test_a_running_head_above_the_rows_of_the_next_page_is_no_row(tmp_path):
    pages = [_team(TEAM, 150), words(72, 800, "The village garden", 10) + _team([("Sol Wood", "Kit Brook")], 740)]
    assert _rows(load_pdf(make_pdf(tmp_path / "a.pdf", pages))) == [*TEAM, ("Sol Wood", "Kit Brook")]


def test_what_begins_elsewhere_or_only_at_the_margin_does_not_go_on_a_table(tmp_path):
    prose = words(72, 740, "A paragraph begins at the left margin") + words(72, 725, "and so do all of its lines.")
    apart = words(90, 740, "Sol Wood") + words(300, 740, "Kit Brook")
    bullets = "".join(words(72, y, "-") + words(90, y, text) for y, text in ((740, "reeds"), (725, "thorn")))
    for content in (prose, apart, bullets):
        assert _rows(load_pdf(make_pdf(tmp_path / "a.pdf", [_team(TEAM, 150) + FOOT, content]))) == TEAM
    closed = _team(TEAM, 220) + words(72, 140, "Nobody else came to the meeting of the wardens and trustees in May.")
    assert _rows(load_pdf(make_pdf(tmp_path / "a.pdf", [closed, _team([("Sol Wood", "Kit Brook")], 740)]))) == TEAM


def test_a_rule_between_two_boxes_of_text_parts_their_paragraphs(tmp_path):
    content = words(78, 710, "Areas for mending", 12, "F2")
    content += "".join(rule(72, y, 500, y) for y in (700, 660, 620)) + rule(72, 700, 72, 620) + rule(500, 700, 500, 620)
    lines = (
        "The parish should mend the fence along the whole of the",
        "lane before the winter comes, as it was agreed to do so.",
        "The parish should count the bees in every orchard once a",
        "year.",
    )
    content += "".join(words(78, 685 - 16 * n - 4 * (n > 1), text) for n, text in enumerate(lines))
    passages = build_passages(load_pdf(make_pdf(tmp_path / "a.pdf", [content])), "r")
    assert [(p.text[:24], p.place.index) for p in passages if p.place] == [
        ("The parish should mend t", 1), ("The parish should count ", 2),
    ]  # fmt: skip


def test_labels_with_values_and_contents_lists_are_lines_not_tables(tmp_path):
    labels = (
        words(72, 700, "Visit:")
        + words(300, 700, "3 May")
        + words(72, 685, "Earlier visit:")
        + words(300, 685, "9 June")
    )
    contents = "".join(
        words(72, 600 - 15 * i, t) + words(480, 600 - 15 * i, p)
        for i, (t, p) in enumerate([("Aims", "2"), ("Beds", "4"), ("Cider", "9")])
    )
    loaded = load_pdf(make_pdf(tmp_path / "a.pdf", [labels + contents]))
    assert _texts(loaded) == ["Visit: 3 May", "Earlier visit: 9 June", "Aims 2", "Beds 4", "Cider 9"]


@pytest.mark.parametrize(
    ("rotate", "matrix", "x", "y"),
    [(90, "0 1 -1 0", 100, 100), (180, "-1 0 0 -1", 500, 700), (270, "0 -1 1 0", 100, 700)],
)
def test_rotated_pages_are_read_as_shown(tmp_path, rotate, matrix, x, y):
    path = make_pdf(
        tmp_path / "a.pdf", [words(x, y, "Turned with the page", matrix=matrix)], page_entries=f"/Rotate {rotate}"
    )
    page = load_pdf(path).pages[0]
    assert [line.text for line in page.lines] == ["Turned with the page"]
    assert 0 < page.lines[0].x0 < page.lines[0].x1 < page.width
    assert (page.width, page.height) == ((842, 595) if rotate != 180 else (595, 842))


def test_writing_up_the_margin_does_not_mix_with_the_text(tmp_path):
    content = words(72, 700, "Upright text of the page") + words(40, 300, "Draft of June", matrix="0 1 -1 0")
    upright, margin = load_pdf(make_pdf(tmp_path / "a.pdf", [content])).pages[0].lines
    assert (upright.text, margin.text) == ("Upright text of the page", "Draft of June")
    assert (
        25 < margin.x0 < 40 < margin.x1 < 50
    )  # the baseline is at 40 from the left, the line stands upright in the margin
    assert margin.bottom == 842 - 300 and margin.top < margin.bottom - 60


def test_a_page_drawn_sideways_is_read_as_if_it_were_turned(tmp_path):
    content = "".join(words(x, 100, text, matrix="0 1 -1 0") for x, text in [(100, "First line"), (120, "Second line")])
    page = load_pdf(make_pdf(tmp_path / "a.pdf", [content])).pages[0]
    assert [line.text for line in page.lines] == ["First line", "Second line"]
    assert (page.width, page.height) == (842, 595) and [line.x0 for line in page.lines] == [100, 100]
    assert page.lines[0].top < 100 < page.lines[0].bottom < 120 < page.lines[1].bottom


def test_text_off_the_page_is_left_out(tmp_path):
    content = words(72, 700, "On the page") + words(72, 900, "above it") + words(700, 700, "beside it")
    assert _texts(load_pdf(make_pdf(tmp_path / "a.pdf", [content]))) == ["On the page"]


def test_page_labels_are_given_where_they_say_more_than_the_position(tmp_path):
    pages = [words(72, 700, f"Page {n}") for n in range(4)]
    labelled = make_pdf(
        tmp_path / "a.pdf", pages, catalogue_entries="/PageLabels << /Nums [0 << /S /r >> 2 << /S /D >>] >>"
    )
    assert [page.printed for page in load_pdf(labelled).pages] == ["i", "ii", "1", "2"]
    plain = make_pdf(tmp_path / "b.pdf", pages, catalogue_entries="/PageLabels << /Nums [0 << /S /D >>] >>")
    assert [page.printed for page in load_pdf(plain).pages] == [None] * 4
    assert [page.printed for page in load_pdf(make_pdf(tmp_path / "c.pdf", pages)).pages] == [None] * 4


def test_metadata_is_what_the_file_says_of_itself(tmp_path):
    path = make_pdf(tmp_path / "a.pdf", [words(72, 700, "x y")], info="/Title (Seed review) /Author (A. Grey)")
    assert load_pdf(path).metadata == {"title": "Seed review", "author": "A. Grey"}


def test_a_file_without_its_cross_reference_table_is_mended(tmp_path):
    path = make_pdf(tmp_path / "a.pdf", [words(72, 700, "Still to be read")])
    path.write_bytes(path.read_bytes().replace(b"xref\n0", b"????\n0"))
    assert _texts(load_pdf(path)) == ["Still to be read"]


def test_a_file_cut_short_is_refused_in_plain_words(tmp_path):
    path = tmp_path / "cut.pdf"
    path.write_bytes(b"%PDF-1.4\n1 0 obj\n<< /Type")
    with pytest.raises(UnreadableFile, match="cut.pdf: the PDF is damaged"):
        load_pdf(path)


def test_numbers_are_written_as_spans():
    assert spans([1, 2, 3, 7, 9, 10]) == "1-3, 7, 9-10"


def _words(text):
    return re.findall(r"[a-z0-9]+", text.lower())


def test_every_page_of_real_reports_has_the_words_a_second_library_reads(shared):
    import pypdf

    files = sorted((shared / "reports").glob("*.pdf")) + sorted((shared / "reports" / "inspections").glob("*.pdf"))[::6]
    for path in files:
        for page, other in zip(load_pdf(path).pages, pypdf.PdfReader(path).pages):
            ours = Counter(_words(" ".join(line.text for line in page.lines)))
            theirs = Counter(_words(other.extract_text()))
            differing = sum(((ours - theirs) + (theirs - ours)).values())
            assert differing <= 0.01 * sum(theirs.values()), (path.name, page.number, ours - theirs, theirs - ours)


def test_tables_of_real_inspection_reports_come_as_rows_of_two_cells(shared):
    folder = shared / "reports" / "inspections"
    for name in (
        "surrey_24-november-2023",
        "rutland_03-august-2023",
        "cornwall_05-may-2023",
        "lewisham_20-november-2024",
    ):
        rows = _rows(load_pdf(folder / f"{name}.pdf"))
        assert len(rows) >= 8 and all(len(row) == 2 for row in rows), name
        heads = [tuple(cell.lower() for cell in row) for row in rows]
        assert any(left == "local authority" and right.startswith("integrated care board") for left, right in heads), (
            name
        )
        assert ("ofsted", "care quality commission") in heads, name


def test_priority_action_tables_keep_long_cells_whole(shared):
    rows = _rows(load_pdf(shared / "reports" / "inspections" / "plymouth_22-august-2023.pdf"))
    start = next(i for i, row in enumerate(rows) if row[0] == "Responsible body")
    actions = rows[start + 1 : start + 6]
    assert len(actions) == 5 and all(row[0].startswith(("Plymouth City Council", "NHS")) for row in actions)
    assert len(actions[0][1].split()) > 40 and actions[0][1].endswith(".")
