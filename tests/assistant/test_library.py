"""Originals and pictures of the reports held."""

import dataclasses

import pytest
from made_library import PAGE_2, make_library

from assistant.library import Library, on_page
from ingest.errors import KnowledgeBaseError, SendAssistantError
from ingest.model import PageSpan, Passage
from ingest.settings import Settings


@pytest.fixture
def library(tmp_path):
    library = Library(make_library(tmp_path))
    yield library
    library.close()


def test_original_is_the_file_that_was_read(library):
    report = library.report("wiltshire-review-2023")
    assert library.original(report).read_bytes().startswith(b"%PDF")


def test_original_that_is_gone_or_changed_is_said_to_be(library):
    report = library.report("wiltshire-review-2023")
    path = library.original(report)
    path.write_bytes(path.read_bytes() + b"%")
    with pytest.raises(SendAssistantError, match="has changed since it was added"):
        library.original(report)
    path.unlink()
    with pytest.raises(SendAssistantError, match="is not where it was"):
        library.original(report)


def test_picture_is_drawn_once(library):
    report = library.report("wiltshire-review-2023")
    passage = next(p for p in library.passages(report.id) if p.text.startswith(PAGE_2[0][:20]))
    first = library.page_picture(report, 2, passage, 0, 20)
    assert first.startswith(b"\x89PNG")
    assert library.page_picture(report, 2, passage, 0, 20) is first
    assert library.page_picture(report, 2) != first


def test_report_that_is_not_held_is_an_error(library, tmp_path):
    with pytest.raises(KnowledgeBaseError, match="not in the knowledge base any more"):
        library.report("nothing")
    with pytest.raises(KnowledgeBaseError, match="No knowledge base"):
        Library(dataclasses.replace(Settings(), index=tmp_path / "none")).report("nothing")


def test_quote_over_a_page_break_is_cut_to_the_page():
    text = "Leaders know. They act."
    spans = (PageSpan(3, None, 0, 14), PageSpan(4, None, 14, 23))
    passage = Passage("a:0001", "a", 1, "paragraph", text, text, 100, 123, pages=spans)
    assert on_page(passage, 3, 8, 18) == ("Leaders know. ", 8, 14)
    assert on_page(passage, 4, 8, 18) == ("They act.", 0, 4)
    assert on_page(passage, 5, 8, 18) == ("", 0, 0)
