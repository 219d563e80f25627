"""Files are read in a process of their own that can hang, crash or run out of memory without harm."""

import csv
import time
from pathlib import Path

import pytest
from made_pdfs import make_pdf, words

from ingest import sandbox
from ingest.errors import UnreadableFile
from ingest.load import load
from ingest.sandbox import Reader, read_in_subprocess
from ingest.settings import Settings


@pytest.fixture
def reading(monkeypatch):
    """Lets a test put its own behaviour into the process that reads: code that runs before it serves."""

    def put(code: str) -> None:
        started = sandbox.subprocess.Popen

        def start(command, **options):
            program = "import sys, ingest.sandbox as sandbox, ingest.load as loading\n"
            program += f"{code}\nsandbox._serve(int(sys.argv[1]))"
            return started([command[0], "-c", program, command[-1]], **options)

        monkeypatch.setattr(sandbox.subprocess, "Popen", start)

    return put


def _behave(body: str) -> str:
    """Code after which files named 'bad' are read as `body` says, others as ever."""
    indented = "\n".join(f"        {line}" for line in body.splitlines())
    head = "real = loading.load\ndef load(path, **options):\n    if path.stem == 'bad':\n"
    return f"{head}{indented}\n    return real(path, **options)\nloading.load = load"


def _files(folder: Path) -> tuple[Path, Path]:
    for name in ("good", "bad"):
        (folder / f"{name}.txt").write_text("Some text.", encoding="utf-8")
    return folder / "good.txt", folder / "bad.txt"


def test_what_comes_back_is_what_load_gives(tmp_path):
    content = words(72, 700, "Naïve “quotes” £5", 11, "F2") + "".join(
        words(72, y, a) + words(300, y, b) for y, a, b in [(600, "Tool", "Cost"), (585, "Rake", "4")]
    )
    path = make_pdf(tmp_path / "a#1.pdf", [content, ""], info="/Title (T)")
    loaded = read_in_subprocess(path, Settings())
    assert loaded == load(path)
    assert loaded.pages[0].lines[1].cells == ("Tool", "Cost")


def test_one_process_reads_file_after_file_and_outlives_a_refusal(tmp_path):
    good, _ = _files(tmp_path)
    (tmp_path / "empty.pdf").write_bytes(b"")
    with Reader(Settings()) as reader:
        reader.read(good)
        process = reader._process
        with pytest.raises(UnreadableFile, match="empty.pdf: the file is empty"):
            reader.read(tmp_path / "empty.pdf")
        reader.read(good)
        assert reader._process is process
    assert process.poll() is not None


def test_a_file_that_takes_too_long_is_stopped_and_the_next_is_read(tmp_path, reading):
    good, bad = _files(tmp_path)
    reading(_behave("import time, subprocess\nsubprocess.Popen(['sleep', '60'])\ntime.sleep(60)"))
    with Reader(Settings(file_seconds=1.5)) as reader:
        reader.read(good)
        process, began = reader._process, time.monotonic()
        with pytest.raises(UnreadableFile, match="bad.txt: reading it took longer than 1.5 seconds"):
            reader.read(bad)
        assert time.monotonic() - began < 4
        assert process.poll() is not None
        assert reader.read(good).pages[0].lines[0].text == "Some text."


def test_a_crash_costs_one_file(tmp_path, reading):
    good, bad = _files(tmp_path)
    reading(_behave("import os\nprint('noise on the way', flush=True)\nos.abort()"))
    with Reader(Settings()) as reader:
        with pytest.raises(UnreadableFile, match="bad.txt: .* its reader crashed"):
            reader.read(bad)
        assert reader.read(good).format == "text"


def test_want_of_memory_is_said(tmp_path, reading):
    good, bad = _files(tmp_path)
    reading(_behave("held = bytearray(2_000_000_000)"))
    with Reader(Settings(memory_megabytes=600)) as reader:
        with pytest.raises(UnreadableFile, match="bad.txt: reading it needs more than 600 MB of memory"):
            reader.read(bad)
        assert reader.read(good).format == "text"


def test_what_a_library_prints_is_not_taken_for_an_answer(tmp_path, reading):
    _, bad = _files(tmp_path)
    reading(_behave("import os\nprint('refused \"x\"', flush=True)\nos.write(1, b'memory\\n')"))
    with Reader(Settings()) as reader:
        assert reader.read(bad).format == "text"


REFUSED = {
    "broken": None,  # repaired or refused
    "empty": "the file is empty|no text",
    "encrypted": "needs a password",
    "not-a-pdf": "damaged|not a PDF",
    "no-unicode-map": "no text; it may be a scan. Run with --ocr",
}
"What the files of a category must be refused with."
NO_TEXT = (
    "pdfjs__empty#hash.pdf",
    "pdfjs__doc_actions.pdf",
    "pdfjs__labelled_pages.pdf",
    "OCRmyPDF__enormous.pdf",
    "OCRmyPDF__c02-22.pdf",
)
"Files of other categories that hold no text."


def test_every_hostile_or_broken_file_gets_what_its_manifest_expects(shared):
    folder = shared / "pdf"
    rows = list(csv.DictReader((folder / "manifest.csv").open(encoding="utf-8")))
    assert len(rows) > 30
    read, refused = {}, {}
    with Reader(Settings()) as reader:
        for row in rows:
            name, began = row["file"], time.monotonic()
            try:
                read[name] = reader.read(folder / name)
            except UnreadableFile as refusal:
                refused[name] = str(refusal)
            assert time.monotonic() - began < 30, name
    for row in rows:
        name, category = row["file"], row["category"]
        if name in refused:
            message = refused[name]
            assert message.startswith(f"{name}: ") and "crash" not in message and "seconds" not in message, message
        if category == "broken":
            if row["expected_behaviour"] == "repair":
                assert name in read, refused.get(name)
        elif category in REFUSED:
            assert _mentions(REFUSED[category], refused.get(name, "")), (name, refused.get(name))
        elif name in NO_TEXT:
            assert "no text" in refused.get(name, ""), name
        elif category != "metadata":
            assert name in read, refused.get(name)

    def text(name, page=1):
        return "\n".join(line.text for line in read[name].pages[page - 1].lines)

    assert "no text" in read["OCRmyPDF__multipage.pdf"].warnings[0]
    assert "Hello world" in text("pdfjs__hello_world_rotated.pdf")
    assert {page.number for page in read["pdfjs__hello_world_rotated.pdf"].pages if page.lines} == {1, 2, 3, 4, 5}
    assert "حَبيبي" in text("sample-files__habibi.pdf")
    assert all(word in text("pypdf__multilang.pdf") for word in ("Привет", "你好世界", "こんにちは世界"))
    assert "SIEGE OF VICKSBURG" in text("pypdf__Seige_of_Vicksburg_Sample_OCR.pdf")
    warn = [
        line.cells
        for line in read["pdfplumber__WARN-Report-for-7-1-2015-to-03-25-2016.pdf"].pages[0].lines
        if line.cells
    ]
    assert len(warn) > 20 and all(len(cells) == 7 for cells in warn)
    senate = [line.cells for line in read["pdfplumber__senate-expenditures.pdf"].pages[0].lines if line.cells]
    assert any("DISTRICT DIRECTOR" in cells and "37,499.96" in cells for cells in senate)
    paper = text("pdfjs__tracemonkey.pdf")
    assert paper.index("Abstract") < paper.index("1. Introduction") < paper.index("virtual ma-\nchines must provide")
    assert [page.printed for page in read["sample-files__GeoTopo-komprimiert.pdf"].pages[:4]] == ["i", "ii", "iii", "1"]


def _mentions(choices: str, message: str) -> bool:
    return any(choice in message for choice in choices.split("|"))
