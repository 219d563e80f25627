"""Pages as pictures with the quote marked on them."""

import io

import pytest
from made_pdfs import make_pdf, words

from ingest.errors import UnreadableFile
from ingest.pdf_pictures import MARK, agreeing, page_picture
from ingest.sandbox import Reader
from ingest.settings import Settings

TEXT = "Waits for therapy have grown to thirty weeks."


def marked_box(png: bytes):
    """Left, top, right, bottom of all that has the marker's colour, in parts of the page; None where nothing has."""
    from PIL import Image

    picture = Image.open(io.BytesIO(png)).convert("RGB")
    mask = Image.frombytes("L", picture.size, bytes(255 * (pixel == MARK) for pixel in picture.get_flattened_data()))
    box = mask.getbbox()
    return box and tuple(round(v / s, 2) for v, s in zip(box, picture.size * 2))


@pytest.fixture
def report(tmp_path):
    content = (
        words(72, 700, "Waits for therapy have") + words(72, 680, "grown to thirty weeks.") + words(72, 100, "Other")
    )
    return make_pdf(tmp_path / "a.pdf", [content, words(72, 700, "Second page")])


def test_quote_is_marked_where_it_is_printed_over_two_lines(report):
    start = TEXT.index("therapy")
    left, top, right, bottom = marked_box(page_picture(report, 1, TEXT, start, len(TEXT), width=600))
    # Lines with baselines 700 and 680 of a page 842 high: 142 to 162 points from the top; x from 72 of 595 points.
    assert left == 0.12 and right < 0.4
    assert 0.15 <= top <= 0.17 and 0.19 <= bottom <= 0.2


def test_only_the_words_of_the_quote_are_marked(report):
    start = TEXT.index("thirty")
    _, top, *_ = marked_box(page_picture(report, 1, TEXT, start, len(TEXT), width=600))
    assert top > 0.17


def test_page_without_the_quote_has_no_mark(report):
    assert marked_box(page_picture(report, 2, TEXT, 0, len(TEXT), width=200)) is None
    assert marked_box(page_picture(report, 1, width=200)) is None


def test_page_that_does_not_exist_is_an_error(report):
    for page in (0, 3):
        with pytest.raises(UnreadableFile, match=f"page {page} cannot be shown"):
            page_picture(report, page)


def test_words_printed_in_another_order_are_found_in_runs():
    assert agreeing("waitsfortherapygrew", "xxwaitsfortherapygrew") == list(range(2, 21))
    wanted = "leftcolumnsays" + "rightcolumnsays"
    printed = "rightcolumnsays" + "leftcolumnsays"
    assert agreeing(wanted, printed) == [*range(15, 29), *range(0, 15)]
    assert agreeing("nothingofthis", "standshere") == [None] * 13


def test_pictures_are_drawn_in_the_process_that_reads(report):
    with Reader(Settings()) as reader:
        assert marked_box(reader.picture(report, 1, TEXT, 0, len(TEXT)))
        with pytest.raises(UnreadableFile, match="page 9"):
            reader.picture(report, 9)
        assert reader.read(report).format == "pdf"
