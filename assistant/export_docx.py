"""A paper as a Word document: A4, Arial 12, real headings and lists, and real footnotes for the sources.

python-docx has no footnotes: their part is written here and joined to the package by its Open Packaging layer.
"""

from __future__ import annotations

import io
import re
from datetime import datetime, time
from typing import TYPE_CHECKING

from assistant.answer import Answer, Citation, Point
from assistant.export import (
    Paper,
    all_searched,
    form,
    link,
    made_words,
    note,
    pieces,
    reading_notes,
    small_print,
    standing,
    statements,
)
from assistant.page import TITLE
from assistant.render import runs, sections

if TYPE_CHECKING:
    from docx.document import Document
    from docx.styles.style import ParagraphStyle
    from docx.text.paragraph import Paragraph

FONT = "Arial"
LANGUAGE = "en-GB"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def as_docx(paper: Paper) -> bytes:
    """The document's bytes."""
    import docx

    document = docx.Document()
    _prepare(document, paper)
    footnotes = _Footnotes()
    document.add_paragraph(_legal(paper.title), "Title")
    document.add_paragraph(made_words(paper), "Subtitle")
    for note in reading_notes(paper):
        document.add_paragraph(note, "Reading note")
    level = 1
    for place, answer in enumerate(paper.answers):
        if len(paper.answers) > 1:
            document.add_heading(_legal(answer.question), 1)
            level = 2
        _add_answer(document, answer, footnotes, level)
        if address := link(paper, place):
            _add_link(document.add_paragraph("Ask this again: ", "Small print"), _legal(address))
    if titles := all_searched(paper):
        document.add_heading("Reports searched", 1)
        for title, quoted in titles:
            document.add_paragraph(f"{_legal(title)}{' (quoted)' if quoted else ''}", "List Bullet")
    footnotes.attach(document)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _add_answer(document: Document, answer: Answer, footnotes: _Footnotes, level: int) -> None:
    if words := standing(answer):
        document.add_paragraph().add_run(words).bold = True
    if answer.scope:
        document.add_paragraph(_legal(answer.scope), "Small print")
    for heading, under in sections(statements(answer)):
        if heading:
            document.add_heading(_legal(heading), level)
        for layout, run in runs(heading, under):
            numbering, last = None, None
            for point in run:
                if layout == "numbered" and (numbering is None or point.item != last + 1):
                    numbering = _numbering(document, point.item)
                last = point.item
                _add_point(document, point, answer, footnotes, layout, numbering)
    for words in small_print(answer):
        document.add_paragraph(_legal(words), "Small print")


def _add_point(document, point: Point, answer: Answer, footnotes: _Footnotes, layout: str, numbering) -> None:
    whose = form(point)
    styles = {"bullets": "List Bullet", "numbered": "List Number"}
    paragraph = document.add_paragraph(
        style=styles.get(layout) or {"quote": "Quote", "digest": "Digest"}.get(whose, "Normal")
    )
    if numbering is not None:
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().val = 0
        properties.get_or_add_numId().val = numbering
    if whose == "digest":
        paragraph.add_run("Digest: ").bold = True
    for piece in pieces(point, answer):
        if isinstance(piece, Citation):
            footnotes.add(paragraph, note(piece, answer))
        else:
            paragraph.add_run(_legal(piece))


def _add_link(paragraph: Paragraph, address: str) -> None:
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    hyperlink = OxmlElement("w:hyperlink")
    hyperlink.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = paragraph.add_run(address)
    run.underline = True
    hyperlink.append(run._r)
    paragraph._p.append(hyperlink)


class _Footnotes:
    """The footnotes of one document, in order; Word numbers them itself."""

    def __init__(self) -> None:
        from lxml import etree

        self._root = etree.Element(f"{{{_W}}}footnotes", nsmap={"w": _W})
        for number, name in ((-1, "separator"), (0, "continuationSeparator")):
            note = self._element(self._root, "footnote", type=name, id=str(number))
            self._element(self._element(self._element(note, "p"), "r"), name)
        self._count = 0

    def add(self, paragraph: Paragraph, words: str) -> None:
        """A footnote mark at the end of the paragraph, and its words at the foot of the page."""
        self._count += 1
        mark = paragraph.add_run(style="footnote reference")
        self._element(mark._r, "footnoteReference", id=str(self._count))
        note = self._element(self._element(self._root, "footnote", id=str(self._count)), "p")
        self._element(self._element(note, "pPr"), "pStyle", val="FootnoteText")
        number = self._element(note, "r")
        self._element(self._element(number, "rPr"), "rStyle", val="FootnoteReference")
        self._element(number, "footnoteRef")
        text = self._element(self._element(note, "r"), "t")
        text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        text.text = f" {_legal(words)}"

    def attach(self, document: Document) -> None:
        """Adds the footnotes to the document's package."""
        from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part
        from lxml import etree

        blob = etree.tostring(self._root, xml_declaration=True, encoding="UTF-8", standalone=True)
        part = Part(PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, blob, document.part.package)
        document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
        settings = document.settings.element
        known = etree.Element(f"{{{_W}}}footnotePr")
        for number in ("-1", "0"):
            self._element(known, "footnote", id=number)
        settings.find(f"{{{_W}}}compat").addprevious(known)

    @staticmethod
    def _element(parent, name: str, **attributes: str):
        from lxml import etree

        return etree.SubElement(parent, f"{{{_W}}}{name}", {f"{{{_W}}}{key}": v for key, v in attributes.items()})


def _numbering(document: Document, first: int) -> int:
    """The id of a list of its own that counts from `first`."""
    numbering = document.part.numbering_part.element
    of_style = document.styles["List Number"].element.pPr.numPr.numId.val
    made = numbering.add_num(numbering.num_having_numId(of_style).abstractNumId.val)
    made.add_lvlOverride(0).add_startOverride(first)
    return made.numId


def _prepare(document: Document, paper: Paper) -> None:
    """Page, styles, language and properties."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt, RGBColor

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin = section.bottom_margin = Mm(22)
    _number_pages(section.footer.paragraphs[0])

    styles = document.styles
    next(styles.element.iter(qn("w:lang"))).set(qn("w:val"), LANGUAGE)
    black = RGBColor(0x11, 0x11, 0x11)
    sizes = {"Normal": 12, "Title": 22, "Subtitle": 12, "Heading 1": 16, "Heading 2": 13, "Footer": 10}
    for name, size in sizes.items():
        style = styles[name]
        _set_font(style)
        style.font.size, style.font.color.rgb = Pt(size), black
        style.font.italic = False
    styles["Normal"].paragraph_format.space_after = Pt(8)
    styles["Heading 1"].paragraph_format.space_before = Pt(18)
    for name in ("Heading 1", "Heading 2"):
        styles[name].paragraph_format.space_after = Pt(6)
    for name in ("List Bullet", "List Number"):
        styles[name].paragraph_format.space_after = Pt(4)

    quote = styles["Quote"]
    digest = styles.add_style("Digest", WD_STYLE_TYPE.PARAGRAPH)
    digest.base_style = styles["Normal"]
    for style, line in ((quote, "single"), (digest, "dotted")):
        style.font.italic, style.font.color.rgb = False, black
        style.paragraph_format.left_indent = Mm(6)
        _line_at_left(style, line)
    small = styles.add_style("Small print", WD_STYLE_TYPE.PARAGRAPH)
    reading = styles.add_style("Reading note", WD_STYLE_TYPE.PARAGRAPH)
    note = styles.add_style("footnote text", WD_STYLE_TYPE.PARAGRAPH)
    for style in (small, reading, note):
        style.base_style = styles["Normal"]
        style.font.size = Pt(10)
    small.font.color.rgb = RGBColor(0x44, 0x44, 0x44)
    small.paragraph_format.space_before = Pt(6)
    note.paragraph_format.space_after = Pt(2)
    reading.paragraph_format.space_after = Pt(2)
    note.element.set(qn("w:styleId"), "FootnoteText")
    mark = styles.add_style("footnote reference", WD_STYLE_TYPE.CHARACTER)
    mark.element.set(qn("w:styleId"), "FootnoteReference")
    mark.font.superscript = True

    made = datetime.combine(paper.made, time())
    about = document.core_properties
    about.title, about.author, about.last_modified_by = _legal(paper.title), TITLE, TITLE
    about.language, about.comments = LANGUAGE, ""
    about.created = about.modified = made


def _set_font(style: ParagraphStyle) -> None:
    """The style in one named font: a theme's font would win over the name."""
    from docx.oxml.ns import qn

    style.font.name = FONT
    fonts = style.element.rPr.rFonts
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)


def _line_at_left(style: ParagraphStyle, line: str) -> None:
    from docx.oxml import parse_xml

    border = f'<w:left w:val="{line}" w:sz="12" w:space="8" w:color="666666"/>'
    style.element.get_or_add_pPr().insert_element_before(
        parse_xml(f'<w:pBdr xmlns:w="{_W}">{border}</w:pBdr>'), "w:shd", "w:spacing", "w:ind", "w:contextualSpacing"
    )


def _number_pages(paragraph: Paragraph) -> None:
    """'Page 2 of 5', kept by Word."""
    from docx.oxml import parse_xml

    for words, field in (("Page ", "PAGE"), (" of ", "NUMPAGES")):
        paragraph.add_run(words)
        paragraph._p.append(
            parse_xml(f'<w:fldSimple xmlns:w="{_W}" w:instr="{field}"><w:r><w:t>1</w:t></w:r></w:fldSimple>')
        )


def _legal(text: str) -> str:
    """`text` without the characters that no XML file may hold."""
    return _NOT_XML.sub("", text)
