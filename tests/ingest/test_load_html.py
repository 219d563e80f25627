"""Web pages: the item, not the navigation."""

import pytest

from ingest.errors import UnreadableFile
from ingest.load_html import load_html

LONG = "The allotment committee heard how the water butts were mended and who will pay for the next ones. "


def _load(tmp_path, html, encoding="utf-8"):
    path = tmp_path / "a.html"
    path.write_bytes(html.encode(encoding))
    return load_html(path)


def _lines(tmp_path, html):
    return _load(tmp_path, html).pages[0].lines


def test_navigation_scripts_forms_and_hidden_parts_are_left_out(tmp_path):
    lines = _lines(
        tmp_path,
        f"<html><head><title>Item 7</title></head><body><header>Council</header><nav><a href='/'>Home</a></nav>"
        f"<form>Search <input></form><div style='display: none'>secret</div><script>var a</script>"
        f"<div id=c><h1>Item 7</h1><p>{LONG}</p><p>{LONG}</p></div><aside>Related</aside><footer>Privacy</footer>"
        "</body></html>",
    )
    assert [(line.style, line.text) for line in lines] == [
        ("heading-1", "Item 7"),
        ("", LONG.strip()),
        ("", LONG.strip()),
    ]
    assert all(line.whole and line.page is None for line in lines)


def test_menus_without_a_nav_element_are_known_by_their_links(tmp_path):
    menu = "".join(f"<li><a href='/{n}'>Menu {n}</a></li>" for n in range(6))
    lines = _lines(tmp_path, f"<body><ul>{menu}</ul><table><tr><td><p>{LONG}</p><p>{LONG}</p></td></tr></table></body>")
    assert [line.text for line in lines] == [LONG.strip()] * 2


def test_a_page_wholly_inside_a_form_is_kept(tmp_path):
    assert [line.text for line in _lines(tmp_path, f"<body><form><p>{LONG}</p></form></body>")] == [LONG.strip()]


def test_the_main_element_is_preferred(tmp_path):
    lines = _lines(
        tmp_path, f"<body><div>You are here</div><main><header><h1>Item</h1></header><p>{LONG}</p></main></body>"
    )
    assert [line.text for line in lines] == ["Item", LONG.strip()]


def test_lists_carry_level_and_marker(tmp_path):
    lines = _lines(
        tmp_path,
        "<main><ul><li>spade<ol start=3><li>small</li><li>large</li></ol></li><li><p>fork</p></li></ul>"
        "<ol type=a><li>x y</li></ol></main>",
    )
    assert [(line.style, line.level, line.marker, line.text) for line in lines] == [
        ("list-item", 0, "•", "spade"),
        ("list-item", 1, "3.", "small"),
        ("list-item", 1, "4.", "large"),
        ("list-item", 0, "•", "fork"),
        ("list-item", 0, "a.", "x y"),
    ]


def test_bullets_run_together_in_one_item_are_split(tmp_path):
    lines = _lines(tmp_path, "<main><ul><li>Dig the beds. • Turn the heap. • Mend the gate.</li></ul></main>")
    assert [(line.style, line.text) for line in lines] == [
        ("list-item", t) for t in ("Dig the beds.", "Turn the heap.", "Mend the gate.")
    ]


def test_bullets_typed_with_line_breaks_are_items(tmp_path):
    lines = _lines(
        tmp_path,
        "<main><p>Resolved:</p><p>• to buy seed<br>• to sell<br/>surplus</p><p>one<br>line<br><br>two</p></main>",
    )
    assert [(line.style, line.text) for line in lines][:2] == [("", "Resolved:"), ("list-item", "to buy seed")]
    assert [line.text for line in lines][-2:] == ["one line", "two"]


def test_tables_of_data_are_rows_and_layout_tables_are_read_through(tmp_path):
    lines = _lines(
        tmp_path,
        "<main><table><tr><td><h2>Costs</h2><table><tr><th>Item</th><th>£</th></tr><tr><td>Seed</td><td>12</td></tr></table></td></tr></table></main>",
    )
    assert [(line.style, line.cells or line.text) for line in lines] == [
        ("heading-2", "Costs"),
        ("table-row", ("Item", "£")),
        ("table-row", ("Seed", "12")),
    ]


def test_a_paragraph_all_in_bold_is_bold(tmp_path):
    assert [
        line.bold for line in _lines(tmp_path, "<main><p><strong>Decision</strong></p><p><b>Yes</b>, agreed</p></main>")
    ] == [True, False]


def test_encodings_are_found_and_a_guess_is_said(tmp_path):
    declared = _load(tmp_path, f"<meta charset=windows-1252><main><p>£5 – {LONG}</p></main>", "cp1252")
    assert declared.pages[0].lines[0].text.startswith("£5 – The") and not declared.warnings
    guessed = _load(tmp_path, f"<main><p>{LONG} café £5</p></main>", "cp1252")
    assert "does not say its encoding" in guessed.warnings[0]


def test_a_page_without_text_is_refused(tmp_path):
    with pytest.raises(UnreadableFile, match="no text of its own"):
        _load(tmp_path, "<html><body><script>load()</script></body></html>")


def test_the_real_committee_page_gives_the_item_alone(shared):
    lines = load_html(shared / "reports" / "wiltshire-committee-minute-peer-review.html").pages[0].lines
    assert not any("Home" in line.text or "Cookies" in line.text for line in lines)
    assert sum(line.style == "list-item" for line in lines) == 13
