"""Scanned pages are read by OCR where it is installed and asked for."""

import shutil

import pytest
from made_pdfs import make_pdf, words

from ingest import ocr
from ingest.errors import UnreadableFile
from ingest.load import load

installed = pytest.mark.skipif(
    not (shutil.which("ocrmypdf") and shutil.which("tesseract")), reason="ocrmypdf and tesseract are not installed"
)


def _scan(source, target):
    """A PDF of pictures: page 1 of `source` as an image, then its page 2 as it is."""
    import pypdf
    import pypdfium2

    document = pypdfium2.PdfDocument(source)
    picture = target.with_suffix(".picture.pdf")
    document[0].render(scale=2.5).to_pil().save(picture, resolution=180)
    writer = pypdf.PdfWriter()
    writer.append(str(picture))
    writer.append(str(source), pages=(1, 2))
    writer.write(target)
    return target


@installed
def test_a_scanned_page_is_read_and_said_and_the_others_stay(tmp_path):
    content = words(72, 700, "The orchard was planted in 1904", 20) + words(
        72, 660, "by the school gardening club.", 20
    )
    source = make_pdf(tmp_path / "source.pdf", [content, words(72, 700, "Second page as text.")])
    scan = _scan(source, tmp_path / "scan.pdf")
    assert load(scan).warnings == ("page 1 has no text; it may be a scan. Run with --ocr.",)
    loaded = load(scan, ocr=True)
    assert (
        " ".join(line.text for line in loaded.pages[0].lines)
        == "The orchard was planted in 1904 by the school gardening club."
    )
    assert [line.text for line in loaded.pages[1].lines] == ["Second page as text."]
    assert loaded.warnings == ("page 1 was read by OCR; check quotes against the page.",)


@installed
def test_an_empty_page_stays_without_text_after_ocr(tmp_path):
    path = make_pdf(tmp_path / "blank.pdf", ["", words(72, 700, "Text.")])
    assert load(path, ocr=True).warnings == ("page 1 has no text; it may be a scan. OCR found none either.",)


@installed
def test_a_language_that_is_not_installed_is_said(tmp_path):
    with pytest.raises(UnreadableFile, match="blank.pdf: ocrmypdf could not read it"):
        load(make_pdf(tmp_path / "blank.pdf", [""]), ocr=True, ocr_language="zzz")


def test_missing_programs_are_named_with_how_to_install_them(tmp_path, monkeypatch):
    monkeypatch.setattr(ocr.shutil, "which", lambda name: None)
    with pytest.raises(UnreadableFile, match="OCR needs ocrmypdf and tesseract. Install them"):
        load(make_pdf(tmp_path / "scan.pdf", [""]), ocr=True)
