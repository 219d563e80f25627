"""Word documents as paragraphs, list items and table rows in order."""

import zipfile

import docx
import pytest
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls

from ingest.errors import UnreadableFile
from ingest.load_docx import load_docx


def _lines(document, tmp_path):
    path = tmp_path / "a.docx"
    document.save(path)
    page = load_docx(path).pages[0]
    assert page.number is None and len(load_docx(path).pages) == 1
    return page.lines


def _numbered(document, levels):
    """A function that adds items to a new list, of the form and pattern given for each level."""
    numbering = document.part.numbering_part.element
    abstract_id = 900 + len(numbering)
    body = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{pattern}"/></w:lvl>'
        for i, (form, pattern) in enumerate(levels)
    )
    abstract = parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{abstract_id}">{body}</w:abstractNum>')
    numbering.insert(0, abstract)
    number_id = numbering.add_num(abstract_id).numId

    def add(text, level=0):
        paragraph = document.add_paragraph(text)
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().val = level
        properties.get_or_add_numId().val = number_id

    return add


def test_headings_paragraphs_and_tables_keep_their_order(tmp_path):
    document = docx.Document()
    document.add_heading("Harvest", 0)
    document.add_heading("Apples", 2)
    document.add_paragraph("The apples were picked in time.")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip([*table.rows[0].cells, *table.rows[1].cells], ["Sort", "Crates", "Russet", "14"]):
        cell.text = text
    document.add_paragraph("After the table.")
    lines = _lines(document, tmp_path)
    assert [(line.style, line.text) for line in lines] == [
        ("heading-1", "Harvest"),
        ("heading-2", "Apples"),
        ("", "The apples were picked in time."),
        ("table-row", "Sort | Crates"),
        ("table-row", "Russet | 14"),
        ("", "After the table."),
    ]
    assert lines[4].cells == ("Russet", "14")
    assert all(line.whole and line.page is None for line in lines)


def test_automatic_numbers_are_counted_level_by_level(tmp_path):
    document = docx.Document()
    add = _numbered(document, [("decimal", "%1."), ("decimal", "%1.%2"), ("lowerRoman", "(%3)")])
    for text, level in [("sow", 0), ("early", 1), ("late", 1), ("very late", 2), ("reap", 0), ("by hand", 1)]:
        add(text, level)
    other = _numbered(document, [("upperLetter", "%1)")])
    other("own count")
    lines = _lines(document, tmp_path)
    assert [(line.marker, line.level, line.text) for line in lines] == [
        ("1.", 0, "sow"),
        ("1.1", 1, "early"),
        ("1.2", 1, "late"),
        ("(i)", 2, "very late"),
        ("2.", 0, "reap"),
        ("2.1", 1, "by hand"),
        ("A)", 0, "own count"),
    ]
    assert {line.style for line in lines} == {"list-item"}


def test_bullet_styles_are_list_items(tmp_path):
    document = docx.Document()
    document.add_paragraph("rake", style="List Bullet")
    document.add_paragraph("small rake", style="List Bullet 2")
    assert [(line.style, line.marker, line.level) for line in _lines(document, tmp_path)] == [
        ("list-item", "•", 0),
        ("list-item", "•", 1),
    ]


def test_a_paragraph_all_in_bold_is_bold(tmp_path):
    document = docx.Document()
    document.add_paragraph().add_run("Next steps").bold = True
    mixed = document.add_paragraph()
    mixed.add_run("Note: ").bold = True
    mixed.add_run("water daily.")
    assert [line.bold for line in _lines(document, tmp_path)] == [True, False]


def test_a_paragraph_broken_inside_a_sentence_may_be_joined_with_the_next(tmp_path):
    document = docx.Document()
    document.add_paragraph("The hedges are cut once a year and")
    document.add_paragraph("the ditches are cleared in March.")
    document.add_paragraph("Moles are left alone.")
    assert [line.whole for line in _lines(document, tmp_path)] == [False, True, True]


def test_insertions_are_kept_and_deletions_left_out(tmp_path):
    document = docx.Document()
    paragraph = document.add_paragraph("The pond is ")
    deleted = parse_xml(f"<w:del {nsdecls('w')}><w:r><w:delText>deep</w:delText></w:r></w:del>")
    inserted = parse_xml(f"<w:ins {nsdecls('w')}><w:r><w:t>shallow.</w:t></w:r></w:ins>")
    paragraph._p.append(deleted)
    paragraph._p.append(inserted)
    assert [line.text for line in _lines(document, tmp_path)] == ["The pond is shallow."]


def test_content_controls_are_read_and_made_contents_left_out(tmp_path):
    document = docx.Document()
    paragraph = document.add_paragraph("Inside a control.")
    control, content = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
    paragraph._p.addprevious(control)
    control.append(content)
    content.append(paragraph._p)
    document.styles.add_style("toc 1", 1)
    document.add_paragraph("Aims\t3", style="toc 1")
    assert [line.text for line in _lines(document, tmp_path)] == ["Inside a control."]


def test_merged_cells_stand_once_and_a_box_of_one_cell_is_paragraphs(tmp_path):
    document = docx.Document()
    table = document.add_table(rows=2, cols=3)
    for row in table.rows:
        for index, cell in enumerate(row.cells):
            cell.text = f"c{index}"
    table.cell(0, 0).merge(table.cell(0, 1)).text = "wide"
    table.cell(0, 2).merge(table.cell(1, 2)).text = "tall"
    box = document.add_table(rows=1, cols=1)
    box.cell(0, 0).text = "In the box."
    lines = _lines(document, tmp_path)
    assert [line.cells for line in lines] == [("wide", "tall"), ("c0", "c1", ""), ()]
    assert lines[-1].text == "In the box."


def test_a_damaged_document_is_refused_in_plain_words(tmp_path):
    path = tmp_path / "torn.docx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("word/document.xml", "<w:document")
    with pytest.raises(UnreadableFile, match="torn.docx: the Word document is damaged"):
        load_docx(path)


def test_the_real_peer_challenge_has_its_headings_and_bullets(shared):
    lines = load_docx(shared / "reports" / "gloucestershire-send-peer-challenge-2023.docx").pages[0].lines
    headings = [line.text for line in lines if line.style == "heading-1"]
    assert headings[0].startswith("1. ") and len(headings) >= 5
    assert sum(line.style == "list-item" for line in lines) > 15
