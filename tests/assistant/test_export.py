"""Papers to take away: whose words are whose, sources as notes, what was searched; in Word, markdown and to print."""

import dataclasses
import io
import re
import shutil
import subprocess
import zipfile
from datetime import date

import pytest
from fake_engine import BREAKS, HOSTILE, PLAN, PLANTED, SEARCHED, WAIT, WORKER, FakeEngine, topic

from assistant.answer import Answer, Point
from assistant.cli import main
from assistant.export import MEDIA_TYPES, check_target, file_name, paper_of, save, writer
from ingest.errors import SendAssistantError

DAY = date(2026, 3, 5)
TOPIC = topic("How well are young people prepared?")
LISTED = Answer(
    "Which steps are recommended?",
    "answered",
    "",
    points=(
        Point("2 of 5 recommendations:", ours=True),
        Point(WORKER.quote, "recommendation", (WORKER,), heading="Recommended", item=2),
        Point(PLAN.quote, "recommendation", (PLAN,), heading="Recommended", item=5),
    ),
    citations=(WORKER, PLAN),
    searched=tuple(f"Report {number}" for number in range(1, 13)) + (PLAN.title,),
)
NOT_FOUND = FakeEngine().ask("What about buses?")
PROSE = Answer(
    "In prose?", "answered", "The plan is known [1]. Waits grow [2].\n\nThat is all.", citations=(PLAN, WAIT)
)
HOSTILE_ANSWER = Answer(
    HOSTILE, "answered", "", (Point(HOSTILE + "\x00\x0b", citations=(PLANTED,)),), (PLANTED,), searched=SEARCHED
)
FAILED = Answer("Broken?", "error", "The knowledge base is missing.")
LINK = "https://send.example.org/?q=How"
ALL = paper_of([TOPIC, LISTED, NOT_FOUND, PROSE, HOSTILE_ANSWER], DAY, [LINK] * 5)


def written(paper, suffix: str) -> str:
    return writer(suffix)(paper).decode()


def word(paper):
    """The Word file opened again: the document and the texts of its footnotes by id."""
    import docx
    from lxml import etree

    content = writer("docx")(paper)
    document = docx.Document(io.BytesIO(content))
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        root = etree.fromstring(package.read("word/footnotes.xml"))
        named = root.nsmap["w"]
    notes = {note.get(f"{{{named}}}id"): "".join(note.itertext()).strip() for note in root}
    return document, notes


def marks(paragraph) -> list[str]:
    """The ids of the footnotes that a paragraph points to."""
    return [
        mark.get(mark.nsmap["w"].join("{}") + "id")
        for mark in paragraph._p.iter()
        if mark.tag.endswith("}footnoteReference")
    ]


def test_word_has_the_question_as_title_and_the_answers_headings_as_headings():
    document, _ = word(paper_of([TOPIC], DAY))
    paragraphs = {p.text: p.style.name for p in document.paragraphs}
    assert paragraphs[TOPIC.question] == "Title"
    assert paragraphs["5 March 2026 · SEND evidence assistant"] == "Subtitle"
    assert paragraphs["However"] == "Heading 1"
    assert document.core_properties.title == TOPIC.question


def test_word_of_a_conversation_has_a_heading_for_each_question():
    document, _ = word(ALL)
    headings = [(p.style.name, p.text) for p in document.paragraphs if p.style.name.startswith("Heading")]
    assert headings[:2] == [("Heading 1", TOPIC.question), ("Heading 2", "However")]
    assert ("Heading 1", NOT_FOUND.question) in headings
    assert document.paragraphs[0].text == "Evidence on 5 questions"


def test_each_quote_in_word_points_to_a_footnote_with_its_source():
    document, notes = word(paper_of([TOPIC], DAY))
    [quote] = [p for p in document.paragraphs if PLAN.quote in p.text]
    assert quote.text.startswith(f"“{PLAN.quote}”")
    [number] = marks(quote)
    assert notes[number] == (
        "Marlshire SEND peer review 2023, November 2023 (peer team), 5.4, pages 6 and 7. "
        "File: marlshire-review-2023.pdf."
    )
    pointed = [number for p in document.paragraphs for number in marks(p)]
    assert pointed == [number for number in notes if int(number) > 0] and len(pointed) == 4


def test_a_digest_has_no_quotation_marks_and_says_what_it_is():
    document, notes = word(paper_of([TOPIC], DAY))
    [digest] = [p for p in document.paragraphs if BREAKS.quote in p.text]
    assert digest.text == f"Digest: {BREAKS.quote}"
    assert "digest: our words" in notes[marks(digest)[0]]
    assert any("read the report before you quote it" in p.text for p in document.paragraphs)


@pytest.mark.parametrize("suffix", ["md", "html"])
def test_other_formats_tell_digests_and_quotes_apart_as_well(suffix):
    text = written(paper_of([TOPIC], DAY), suffix)
    assert f"“{PLAN.quote}”" in text
    assert f"“{BREAKS.quote}”" not in text
    assert re.search(rf"Digest:(\*\*|</strong>) {re.escape(BREAKS.quote)}", text)
    assert "read the report before you quote it" in text


def test_notes_on_reading_name_only_what_is_there():
    only_quotes = paper_of([dataclasses.replace(TOPIC, points=TOPIC.points[:1])], DAY)
    assert "Digest" not in written(only_quotes, "md").replace("Digest of the Thornley", "")
    assert "All other words" not in written(only_quotes, "md")
    assert "quotation marks" not in written(paper_of([NOT_FOUND], DAY), "md")


def test_list_items_keep_their_numbers_in_every_format():
    document, _ = word(paper_of([LISTED], DAY))
    items = [p for p in document.paragraphs if p.style.name == "List Number"]
    numbering = document.part.numbering_part.element
    starts = []
    for item in items:
        [num] = [n for n in numbering.num_lst if n.numId == item._p.pPr.numPr.numId.val]
        starts.append(num.lvlOverride_lst[0].startOverride.val)
    assert starts == [2, 5]
    assert re.search(r"^2\. “.*\n5\. “", written(paper_of([LISTED], DAY), "md"), re.MULTILINE)
    assert '<li value="2">' in written(paper_of([LISTED], DAY), "html")


def test_what_the_reports_do_not_say_is_marked_and_names_what_was_searched():
    for suffix in ("md", "html"):
        text = written(paper_of([NOT_FOUND], DAY), suffix)
        assert "Not in the reports" in text and "do not speak of school buses" in text
        assert all(title in text for title in SEARCHED)
    document, _ = word(paper_of([NOT_FOUND], DAY))
    assert any(p.text == "Not in the reports" for p in document.paragraphs)


def test_a_long_list_of_reports_stands_once_at_the_end_with_those_quoted_marked():
    document, _ = word(ALL)
    texts = [p.text for p in document.paragraphs]
    assert "Searched 13 reports, listed at the end." in texts
    after = texts[texts.index("Reports searched") + 1 :]
    assert f"{PLAN.title} (quoted)" in after and "Report 12" in after


def test_numbers_in_prose_become_notes_where_they_stand():
    text = written(paper_of([PROSE], DAY), "md")
    assert "The plan is known[^1]. Waits grow[^2]." in text and "That is all." in text
    document, notes = word(paper_of([PROSE], DAY))
    [paragraph] = [p for p in document.paragraphs if "plan is known" in p.text]
    assert paragraph.text == "The plan is known. Waits grow." and marks(paragraph) == ["1", "2"]


def test_report_text_never_becomes_markup_or_a_link():
    markdown = written(paper_of([HOSTILE_ANSWER], DAY), "md")
    assert (
        "<img" not in markdown.replace("\\<img", "")
        and "![" not in markdown
        and "](" not in markdown.replace("\\](", "")
    )
    assert not re.search(r"https?://(?!send)", markdown)
    page = written(paper_of([HOSTILE_ANSWER], DAY), "html")
    assert "<img" not in page and "<script" not in page and 'href="http' not in page


def test_the_page_to_print_loads_nothing():
    page = written(ALL, "html")
    assert not re.search(r"<(script|img|link|iframe)|url\(|@import", page)
    assert page.count("<h1") == 1 and '<html lang="en-GB">' in page
    targets = set(re.findall(r'id="([\w-]+)"', page))
    assert {target for target in re.findall(r'href="#([\w-]+)"', page)} <= targets


def test_a_source_cited_twice_in_an_answer_is_one_note_in_markdown():
    twice = dataclasses.replace(TOPIC, points=(Point(PLAN.quote, citations=(PLAN,)),) * 2)
    assert written(paper_of([twice], DAY), "md").count("[^1]") == 3
    assert "[^2]" not in written(paper_of([twice], DAY), "md")


@pytest.mark.parametrize("suffix", ["md", "html"])
def test_the_address_that_asks_again_is_given(suffix):
    assert LINK in written(paper_of([TOPIC], DAY, [LINK]), suffix)
    assert "Ask this again" not in written(paper_of([TOPIC], DAY), suffix)


def test_the_address_is_a_link_in_word():
    document, _ = word(paper_of([TOPIC], DAY, [LINK]))
    [paragraph] = [p for p in document.paragraphs if p.text.startswith("Ask this again")]
    assert [link.address for link in paragraph.hyperlinks] == [LINK]


def test_answers_that_failed_are_left_out_and_alone_they_make_no_paper():
    assert paper_of([FAILED, TOPIC], DAY, ["a", "b"]).links == ("b",)
    with pytest.raises(SendAssistantError, match="no answer to save. The knowledge base is missing"):
        paper_of([FAILED], DAY)
    with pytest.raises(SendAssistantError, match="No question"):
        paper_of([], DAY)


def test_the_file_name_is_safe_and_says_day_and_question():
    assert file_name(paper_of([TOPIC], DAY), "docx") == "2026-03-05-how-well-are-young-people-prepared.docx"
    assert file_name(paper_of([HOSTILE_ANSWER], DAY), "md").isascii()
    assert "/" not in file_name(paper_of([dataclasses.replace(TOPIC, question="../../etc")], DAY), "md")


@pytest.mark.parametrize(
    ("name", "said"),
    [("a.pdf", r"\.docx"), ("a", r"\.docx"), ("none/a.docx", "does not exist"), ("held.md", "there already")],
)
def test_a_file_that_cannot_be_written_is_refused_beforehand(tmp_path, name, said):
    (tmp_path / "held.md").write_text("mine")
    with pytest.raises(SendAssistantError, match=said):
        check_target(tmp_path / name)
    assert (tmp_path / "held.md").read_text() == "mine"


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_opens_the_word_file_with_its_notes(tmp_path):
    save(ALL, tmp_path / "paper.docx")
    home = f"-env:UserInstallation=file://{tmp_path}/home"
    command = [
        "soffice",
        home,
        "--headless",
        "--convert-to",
        "fodt",
        "--outdir",
        str(tmp_path),
        str(tmp_path / "paper.docx"),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    opened = (tmp_path / "paper.fodt").read_text(encoding="utf-8")
    assert opened.count("<text:note ") == len(word(ALL)[1]) - 2  # the two separators are no notes
    assert PLAN.quote in opened and "5.4, pages 6 and 7" in opened


@pytest.mark.parametrize("suffix", MEDIA_TYPES)
def test_ask_saves_the_answer_in_the_format_of_the_name(held, tmp_path, capsys, suffix):
    target = tmp_path / f"answer.{suffix}"
    question = "How long do families in Rutland wait for occupational therapy?"
    assert main(["ask", question, "--index", str(held.index), "--save", str(target)]) == 0
    assert "Saved:" in capsys.readouterr().err
    content = target.read_bytes()
    if suffix == "docx":
        with zipfile.ZipFile(target) as package:
            content = package.read("word/document.xml") + package.read("word/footnotes.xml")
    assert b"nine weeks" in content and b"rutland-send-peer-review-2022.docx" in content.replace(b"\\", b"")


def test_ask_refuses_a_bad_name_before_it_asks(tmp_path, capsys):
    assert main(["ask", "How well?", "--index", str(tmp_path / "none"), "--save", str(tmp_path / "a.pdf")]) == 1
    assert "a.pdf" in capsys.readouterr().err
