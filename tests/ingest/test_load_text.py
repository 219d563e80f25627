"""Plain text and markdown."""

import pytest

from ingest.errors import UnreadableFile
from ingest.load_text import load_markdown, load_text


def _text(tmp_path, data, name="a.txt"):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
    return load_text(path)


def _markdown(tmp_path, text):
    path = tmp_path / "a.md"
    path.write_text(text, encoding="utf-8")
    return load_markdown(path)


def _lines(loaded):
    return [line.text for line in loaded.pages[0].lines]


def test_wrapped_text_keeps_lines_and_shows_empty_ones(tmp_path):
    loaded = _text(tmp_path, "The beds are\r\n  dug twice.\r\n\r\nNext year\r\nthree times.\r\n")
    assert _lines(loaded) == ["The beds are", "dug twice.", "", "Next year", "three times."]
    assert loaded.pages[0].number is None and not any(line.whole for line in loaded.pages[0].lines)


def test_a_file_with_long_lines_holds_whole_paragraphs(tmp_path):
    loaded = _text(tmp_path, "Heading\n\n" + "The beds are dug twice. " * 10 + "\n")
    assert [line.whole for line in loaded.pages[0].lines] == [True, False, True]


def test_form_feeds_part_numbered_pages(tmp_path):
    loaded = _text(tmp_path, "first\n\fsecond\nmore\n\f")
    assert [(page.number, [line.text for line in page.lines]) for page in loaded.pages] == [
        (1, ["first"]),
        (2, ["second", "more"]),
    ]
    assert loaded.pages[1].lines[0].page == 2


@pytest.mark.parametrize(
    ("encoding", "warned"),
    [("utf-8", ""), ("utf-8-sig", ""), ("utf-16", ""), ("utf-16-le", "utf-16-le"), ("cp1252", "cp1252")],
)
def test_encodings_are_found_and_guesses_said(tmp_path, encoding, warned):
    loaded = _text(tmp_path, "Seed costs £5 – “each” packet".encode(encoding))
    assert _lines(loaded) == ["Seed costs £5 – “each” packet"]
    assert [warned in warning for warning in loaded.warnings] == ([True] if warned else [])


def test_a_file_that_is_not_text_is_refused(tmp_path):
    with pytest.raises(UnreadableFile, match="not a text file"):
        _text(tmp_path, bytes(range(256)) * 4)


def test_front_matter_is_metadata(tmp_path):
    loaded = _markdown(
        tmp_path,
        "---\ntitle: 'Guide: beds'\nkind: guidance\naddress:\n  - https://a.example/1\n  - https://a.example/2\n"
        "tags: [dig, sow]\n---\nText.\n",
    )
    assert loaded.metadata == {
        "title": "Guide: beds",
        "kind": "guidance",
        "address": "https://a.example/1; https://a.example/2",
        "tags": "dig; sow",
    }
    assert _lines(loaded) == ["Text."]


def test_markdown_blocks_are_whole_and_without_markup(tmp_path):
    loaded = _markdown(
        tmp_path,
        "# Beds **and** borders #\n\nA paragraph over\ntwo [lines](https://a.example) of *text*.\n\n"
        "- [6.1] dig_the_beds\n  and rake\n  - deeper `spade`\n- sow\n\n1. one\n2) two\n\n"
        "| Tool | Cost |\n|:---|---:|\n| rake | £4 |\n\n**Next steps**\n\n"
        "Old heading\n===\n\n***\n<!-- hidden -->\nEnd\\*.\n",
    )
    assert [(line.style, line.level, line.marker, line.text) for line in loaded.pages[0].lines] == [
        ("heading-1", 0, "", "Beds and borders"),
        ("", 0, "", "A paragraph over two lines of text."),
        ("list-item", 0, "-", "[6.1] dig_the_beds and rake"),
        ("list-item", 1, "-", "deeper spade"),
        ("list-item", 0, "-", "sow"),
        ("list-item", 0, "1.", "one"),
        ("list-item", 0, "2)", "two"),
        ("table-row", 0, "", "Tool | Cost"),
        ("table-row", 0, "", "rake | £4"),
        ("", 0, "", "Next steps"),
        ("heading-1", 0, "", "Old heading"),
        ("", 0, "", "End*."),
    ]
    assert loaded.pages[0].lines[8].cells == ("rake", "£4")
    assert all(line.whole for line in loaded.pages[0].lines)
    assert [line.text for line in loaded.pages[0].lines if line.bold] == ["Next steps"]


def test_a_year_at_the_head_of_a_line_is_not_a_list(tmp_path):
    assert [line.style for line in _markdown(tmp_path, "It was sold in\n2023. Nobody minded.\n").pages[0].lines] == [""]
