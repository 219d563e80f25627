"""One door for every kind of file, and refusals that say what to do."""

import zipfile

import docx
import pytest
from made_pdfs import make_pdf, words

from ingest.errors import UnreadableFile
from ingest.load import SUFFIXES, load


def _refusal(path, **options):
    with pytest.raises(UnreadableFile) as refusal:
        load(path, **options)
    message = str(refusal.value)
    assert message.startswith(f"{path.name}: ")
    return message


def _packed(folder):
    with zipfile.ZipFile(folder / "packed.docx", "w") as package:
        package.writestr("notes.txt", "x")
    return folder / "packed.docx"


def test_content_decides_before_the_suffix(tmp_path):
    pdf = make_pdf(tmp_path / "report.txt", [words(72, 700, "Really a PDF")])
    assert load(pdf).format == "pdf"
    document = docx.Document()
    document.add_paragraph("Really a Word document")
    document.save(tmp_path / "paper.pdf")
    assert load(tmp_path / "paper.pdf").format == "docx"
    page = tmp_path / "page.txt"
    page.write_text("<!DOCTYPE html><body><p>Really a page</p></body>", encoding="utf-8")
    assert load(page).format == "html"
    notes = tmp_path / "notes.txt"
    notes.write_text("# One\n\nText.\n\n## Two\n\nMore.\n", encoding="utf-8")
    assert load(notes).format == "markdown"


@pytest.mark.parametrize(
    ("name", "format_"), [("a.txt", "text"), ("a.text", "text"), ("a.MD", "markdown"), ("a.markdown", "markdown")]
)
def test_the_suffix_decides_where_content_does_not(tmp_path, name, format_):
    path = tmp_path / name
    path.write_text("Plain words.", encoding="utf-8")
    assert load(path).format == format_ and path.suffix.lower() in SUFFIXES


def test_refusals_say_what_is_wrong_and_what_to_do(tmp_path):
    def file(name, data):
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    assert "save it as .docx" in _refusal(file("old.doc", b"x"))
    assert "save it as PDF" in _refusal(file("slides.pptx", b"x"))
    assert ".xyz cannot be read. Known: .pdf, .docx" in _refusal(file("a.xyz", b"x"))
    assert "empty (0 bytes)" in _refusal(file("empty.pdf", b""))
    assert "a web page (perhaps an error message)" in _refusal(file("page.pdf", b"<html><body>Not found</body></html>"))
    assert "not a PDF" in _refusal(file("noise.pdf", b"\x00\x01\x02noise"))
    assert "not a Word document" in _refusal(file("noise.docx", b"noise"))
    assert "needs a password" in _refusal(file("locked.docx", b"\xd0\xcf\x11\xe0" + bytes(100)))
    assert "a packed file" in _refusal(_packed(tmp_path))
    assert "more than the limit of 1 MB" in _refusal(file("big.txt", b"x" * 1_100_000), file_megabytes=1)
    assert "no text in it" in _refusal(file("blank.txt", b" \n\n "))
    assert "cannot be opened" in _refusal(tmp_path / "gone.pdf")


def test_a_pdf_that_needs_a_password_is_refused(tmp_path):
    import pypdf

    plain = make_pdf(tmp_path / "plain.pdf", [words(72, 700, "Secret beds")])
    writer = pypdf.PdfWriter(clone_from=plain)
    writer.encrypt(user_password="spade", owner_password="rake", algorithm="AES-256")
    writer.write(tmp_path / "locked.pdf")
    assert "needs a password to open" in _refusal(tmp_path / "locked.pdf")
    writer = pypdf.PdfWriter(clone_from=plain)
    writer.encrypt(user_password="", owner_password="rake", algorithm="AES-256")
    writer.write(tmp_path / "open.pdf")
    assert load(tmp_path / "open.pdf").pages[0].lines[0].text == "Secret beds"


def test_pages_without_text_are_named(tmp_path):
    some = make_pdf(tmp_path / "some.pdf", ["", words(72, 700, "Words"), "", ""])
    assert load(some).warnings == ("pages 1, 3-4 have no text; they may be scans. Run with --ocr.",)
    none = make_pdf(tmp_path / "none.pdf", ["", ""])
    assert _refusal(none) == "none.pdf: pages 1-2 have no text; they may be scans. Run with --ocr."
    one = make_pdf(tmp_path / "one.pdf", [""])
    assert _refusal(one) == "one.pdf: page 1 has no text; it may be a scan. Run with --ocr."
