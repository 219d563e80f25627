"""Renderings of an answer: markdown, plain text for the terminal, HTML for the chat.

Every HTML rendering escapes what it shows: no markup, image or link from a report's text reaches a page as such.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from assistant.abbreviations import Abbreviations
from assistant.addresses import quote_address
from assistant.answer import STATUSES, Answer, Citation, Point
from ingest.model import KINDS

SAID_BY = {
    "inspection": "inspectors",
    "peer review": "peer team",
    "committee paper": "committee minute",
    "framework": "framework",
    "guidance": "guidance",
    "digest": "digest",
    "other": "report",
}
"Who speaks in each kind of report."

NEIGHBOUR_CHARACTERS = 360
"As much of a neighbouring passage as helps to read the quote in its place."

INNER_BULLET = re.compile(r"(?<=\S)\s+(?=[•◼■▪●◦‣∙]\s)")
"White space before a bullet inside a sentence."

SHORT_LIST = 8
"Titles that can be read at a glance."

CHECKED = "every sentence checked against the quotes under it"
NOT_WRITTEN = ". Lists, dates and outcomes are not put in other words."

_TEMPLATE_SIGNS = str.maketrans({"{": "&#123;", "}": "&#125;", "$": "&#36;", "`": "&#96;"})
"The page's HTML components expand ${…} and {{…}}; report text must never be taken for a template."


@dataclass(frozen=True)
class PassageView:
    """A cited passage in its surroundings."""

    citation: Citation
    text: str
    "The whole passage, as printed."
    start: int
    "First character of the quote in `text`."
    end: int
    before: str = ""
    "The passage before it; '' where there is none."
    after: str = ""
    digest_of: str = ""
    "For a digest, the report (and place in it) that the passage digests: 'Wiltshire SEND peer review 2023, 5.4'."


def escape(text: str) -> str:
    """`text` as it can stand in HTML, in an attribute, and in a template of the page."""
    return html.escape(text, quote=True).translate(_TEMPLATE_SIGNS)


def said_by(citation: Citation) -> str:
    """Who says what is quoted: 'inspectors', 'peer team', 'digest: our words'."""
    return "digest: our words" if citation.digest else SAID_BY.get(citation.kind, "report")


def kind_words(citation: Citation) -> str:
    """The kind of report, as a reader sees it."""
    words = KINDS.get(citation.kind, KINDS["other"])
    return f"Digest of {_a(words)}" if citation.digest else words[0].upper() + words[1:]


def _a(words: str) -> str:
    return f"{'an' if words[0].lower() in 'aeiou' else 'a'} {words}"


def page_words(citation: Citation) -> str:
    """'page 6', 'pages 6 and 7', 'page 6 (printed 4)'; '' where the format has no pages."""
    pages: dict[int, str] = {}
    for part in citation.parts:
        if part.page is not None:
            pages.setdefault(part.page, part.printed or str(part.page))
    if not pages:
        return ""
    words = f"{'page' if len(pages) == 1 else 'pages'} {_joined([str(page) for page in pages])}"
    if all(str(page) == printed for page, printed in pages.items()):
        return words
    return f"{words} (printed {_joined(list(pages.values()))})"


def _joined(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def label_words(label: str) -> str:
    """A label as a reader sees it: '5.2 ¶1' is '5.2, paragraph 1'."""
    return re.sub(r"\s*¶\s*", ", paragraph ", label).removeprefix(", ")


def place_words(citation: Citation) -> str:
    """Where the quote stands: '5.4, pages 6 and 7'; a counted label ('bullet 3') names its heading."""
    label = label_words(citation.label)
    if label and label[0].islower() and citation.section:
        label = f"{label} under “{citation.section}”"
    return ", ".join(words for words in (label or citation.section, page_words(citation)) if words)


def source_words(citation: Citation) -> str:
    """'Title, date (who says it), 5.4, pages 6 and 7'. A date that the title holds is not repeated."""
    named = citation.title
    if citation.date and citation.date not in named:
        named = f"{named}, {citation.date}"
    named = f"{named} ({said_by(citation)})"
    place = place_words(citation)
    return f"{named}, {place}" if place else named


def searched_words(count: int) -> str:
    """'1 report', '40 reports'."""
    return f"{count} report{'' if count == 1 else 's'}"


def sections(points: Sequence[Point]) -> Iterator[tuple[str, list[Point]]]:
    """Points under their headings, in order."""
    for heading, under in groupby(points, key=lambda point: point.heading):
        yield heading, list(under)


def is_quote(point: Point) -> bool:
    """Whether a point's words are a report's own, to be shown as such."""
    return not point.ours and not point.written


def writing_words(answer: Answer) -> str:
    """Who wrote the answer, what the checks did, or why it is quoted after all; '' where no language model was asked."""
    writing = answer.writing
    if writing is None:
        return ""
    if writing.failed:
        said = [writing.failed]
    else:
        said = [f"Written by {writing.model}; each sentence was checked against the quotes it cites."]
    return " ".join([*said, *writing.notices])


def in_lines(text: str, indent: str = "") -> str:
    """A quote with each bullet that is printed inside it on a line of its own."""
    return INNER_BULLET.sub(f"\n{indent}", text)


def _spoken(point: Point) -> str:
    """The point's words with its citation numbers; quotation marks where they are a report's."""
    words = f"“{in_lines(point.text, '   ')}”" if is_quote(point) else point.text
    return " ".join([words, *(f"[{citation.number}]" for citation in point.citations)])


def runs(heading: str, points: Sequence[Point]) -> Iterator[tuple[str, list[Point]]]:
    """The points under one heading as runs of one form: 'numbered', 'bullets' or 'paragraphs'."""

    def form(point: Point) -> str:
        if point.item is not None:
            return "numbered"
        # A quote without a number among numbered ones is a point inside the one before.
        return "bullets" if is_quote(point) and (numbered or heading and len(points) > 1) else "paragraphs"

    numbered = any(point.item is not None for point in points)

    for name, run in groupby(points, key=form):
        yield name, list(run)


def points_as_markdown(points: Sequence[Point]) -> str:
    """The body of an answer in markdown: what `Answer.text` holds for an answer made of points."""
    return _body(points, heading="**{}**", bullet="- ")


def _body(points: Sequence[Point], *, heading: str, bullet: str) -> str:
    blocks = []
    for title, under in sections(points):
        parts = []
        for form, run in runs(title, under):
            if form == "paragraphs":
                parts.append("\n\n".join(_spoken(point) for point in run))
            else:
                lines = (f"{bullet if point.item is None else f'{point.item}. '}{_spoken(point)}" for point in run)
                parts.append("\n".join(lines))
        blocks.append("\n".join([heading.format(title), "\n\n".join(parts)]) if title else "\n\n".join(parts))
    return "\n\n".join(blocks)


def as_markdown(answer: Answer) -> str:
    """The answer with its scope line, sources and what was searched, in markdown."""
    blocks = [f"*{answer.scope}*"] if answer.scope else []
    blocks.append(answer.text)
    if answer.writing:
        blocks.append(f"*{writing_words(answer)}*")
    if answer.citations:
        rests = unshown_quotes(answer)
        listed = "\n".join(f"- [{c.number}] {source_words(c)}{f': “{c.quote}”' if c.number in rests else ''}" for c in answer.citations)
        blocks.append(f"**Sources**\n\n{listed}")
    if answer.searched:
        blocks.append(f"Searched: {searched_words(len(answer.searched))}.")
    return "\n\n".join(blocks) + "\n"


def as_text(answer: Answer) -> str:
    """The answer for a terminal, then its numbered sources and what was searched."""
    blocks = [answer.scope] if answer.scope else []
    body = _body(answer.points, heading="{}", bullet="- ") if answer.points else answer.text
    blocks.append(body)
    if answer.writing:
        blocks.append(writing_words(answer))
    if answer.citations:
        rests = unshown_quotes(answer)
        listed = [f"[{c.number}] {source_words(c)}" + (f"\n    “{c.quote}”" if c.number in rests else "") for c in answer.citations]
        blocks.append("\n".join(["Sources", *listed]))
    if answer.searched:
        named = answer.status != "answered" and len(answer.searched) <= SHORT_LIST
        titles = ": " + "; ".join(answer.searched) if named else ""
        blocks.append(f"Searched {searched_words(len(answer.searched))}{titles}.")
    return "\n\n".join(blocks) + "\n"


def unshown_quotes(answer: Answer) -> set[int]:
    """Numbers of the citations whose quotes the body does not show, as a written sentence rests on them."""
    quoted = {citation.number for point in answer.points if is_quote(point) for citation in point.citations}
    return {citation.number for point in answer.points if point.written for citation in point.citations} - quoted


def source_anchor(turn: int, number: int) -> str:
    """The id of a source on the page; `turn` counts the questions of a conversation from 1."""
    return f"source-{turn}-{number}"


def answer_html(
    answer: Answer, turn: int, abbreviations: Abbreviations = Abbreviations(), menus: str = "", asked_for: str = ""
) -> str:
    """The answer as HTML: status, scope line, points under headings, abbreviations, sources, what was searched.

    `menus` is HTML that stands after the scope line, to correct it. Where readers can choose between quotes and written
    answers, `asked_for` is 'quotes' or 'written', and every answer says which it is.
    """
    parts = []
    if answer.status != "answered":
        parts.append(f'<p class="status status-{escape(answer.status)}">{escape(STATUSES[answer.status])}</p>')
    if answer.scope:
        parts.append(f'<p class="scope"><em>{escape(answer.scope)}</em></p>')
    parts += [menus, _mode_html(answer, asked_for)]
    points = answer.points or tuple(Point(text=text, ours=True) for text in answer.text.split("\n\n") if text.strip())
    explained = abbreviations.of([point.text for point in points])
    unmarked = dict(explained)

    def written(text: str) -> str:
        return abbreviations.mark(text, unmarked, escape).replace("\n", "<br>")

    for heading, under in sections(points):
        parts.append(_section_html(heading, under, turn, written))
    if answer.writing and not answer.writing.failed:
        parts += [f'<p class="check">{escape(notice)}</p>' for notice in answer.writing.notices]
    if explained:
        parts.append(_explained_html(explained))
    if answer.citations:
        parts.append(_sources_html(answer, turn))
    if answer.searched:
        parts.append(_searched_html(answer))
    return "".join(parts)


def _mode_html(answer: Answer, asked_for: str) -> str:
    """Whose words the answer is in, and why it is in quotes after all; '' where that is no question."""
    writing = answer.writing
    failed = f'<p class="check">{escape(writing.failed)}</p>' if writing and writing.failed else ""
    if any(point.written for point in answer.points):
        words = f"<strong>Written by {escape(writing.model)}</strong>; {CHECKED}"
    elif answer.citations and (asked_for or writing):
        words = "In quotes" if any(citation.digest for citation in answer.citations) else "In the reports’ own words"
        words += NOT_WRITTEN if asked_for == "written" and writing is None else ""
    else:
        return failed
    return f'<p class="mode">{words}</p>{failed}'


def _section_html(heading: str, points: Sequence[Point], turn: int, written: Callable[[str], str]) -> str:
    """The points under one heading: a numbered list where they have places, bullets where there are several quotes."""
    parts = [f"<h4>{escape(heading)}</h4>"] if heading else []
    for form, run in runs(heading, points):
        items = [_point_html(point, turn, written) for point in run]
        if form == "paragraphs":
            parts += _paragraphs_html(run, items)
        elif form == "bullets":
            parts.append(f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>")
        else:
            numbered = (f'<li value="{point.item}">{item}</li>' for point, item in zip(run, items))
            parts.append(f"<ol>{''.join(numbered)}</ol>")
    return "".join(parts)


def _paragraphs_html(points: Sequence[Point], items: Sequence[str]) -> Iterator[str]:
    """A paragraph for each point; written sentences that follow one another make one."""
    for prose, run in groupby(zip(points, items), key=lambda pair: pair[0].written):
        if prose:
            yield f'<p class="prose">{" ".join(item for _, item in run)}</p>'
        else:
            yield from (f'<p class="{"ours" if point.ours else "said"}">{item}</p>' for point, item in run)


def _point_html(point: Point, turn: int, written: Callable[[str], str]) -> str:
    words = f"<q>{written(in_lines(point.text))}</q>" if is_quote(point) else written(point.text)
    return " ".join([words, *(citation_link(citation, turn) for citation in point.citations)])


def _explained_html(explained: dict[str, str]) -> str:
    """What the answer's abbreviations stand for, for everyone: an <abbr> shows its title to a mouse only."""
    rows = "".join(f"<div><dt>{escape(short)}</dt><dd>{escape(long)}</dd></div>" for short, long in explained.items())
    return f'<div class="explained"><h4>Abbreviations</h4><dl>{rows}</dl></div>'


def citation_link(citation: Citation, turn: int) -> str:
    """A citation's number as a link to its source; a digest is tagged, so that no one takes it for the report."""
    label = escape(f"[{citation.number}] Show the source: {citation.title}")
    anchor = source_anchor(turn, citation.number)
    tag = ' <span class="tag">digest</span>' if citation.digest else ""
    return f'<a class="cite" href="#{anchor}" aria-label="{label}">[{citation.number}]</a>{tag}'


def _sources_html(answer: Answer, turn: int) -> str:
    """The list of sources; a long one is folded, as every number leads to its source in any case.

    Under a written answer stand the quotes that its sentences rest on; they are never folded.
    """
    rests = unshown_quotes(answer)

    def item(citation: Citation) -> str:
        quote = f"<q>{escape(citation.quote)}</q> " if citation.number in rests else ""
        told = f"{quote}{escape(source_words(citation))}"
        return f"<li><span>{citation_link(citation, turn)}</span> <span>{told}</span></li>"

    items = "".join(map(item, answer.citations))
    if rests:
        return f'<div class="sources"><h4>The quotes it rests on</h4><ul>{items}</ul></div>'
    if len(answer.citations) > SHORT_LIST:
        summary = f"<summary>Where this comes from: {len(answer.citations)} places</summary>"
        return f'<details class="sources">{summary}<ul>{items}</ul></details>'
    return f'<div class="sources"><h4>Where this comes from</h4><ul>{items}</ul></div>'


def _searched_html(answer: Answer) -> str:
    """What was searched; a short list is open where the reports don't answer, as it is then the answer's substance."""
    opened = " open" if answer.status == "not_found" and len(answer.searched) <= SHORT_LIST else ""
    titles = "".join(f"<li>{escape(title)}</li>" for title in answer.searched)
    count = searched_words(len(answer.searched))
    return f'<details class="searched"{opened}><summary>What was searched: {count}</summary><ul>{titles}</ul></details>'


def source_html(view: PassageView, turn: int) -> str:
    """A cited passage in its surroundings as HTML, the quote marked and the neighbours dimmer."""
    citation = view.citation
    facts = [
        ("Report", f"{kind_words(citation)}{f', {citation.area}' if citation.area else ''}"),
        ("Section", citation.section),
        ("Paragraph" if citation.label[:1].isdigit() else "Place", label_words(citation.label)),
        ("Digests", view.digest_of),
        ("File", citation.file),
    ]
    rows = "".join(f"<div><dt>{name}</dt><dd>{escape(value)}</dd></div>" for name, value in facts if value)
    told = " · ".join(words for words in (said_by(citation), citation.date, page_words(citation)) if words)
    badge = '<p class="badge">Digest: our summary, not the report’s words</p>' if citation.digest else ""
    start = min(max(view.start, 0), len(view.text))
    end = min(max(view.end, start), len(view.text))
    quoted = f"{escape(view.text[:start])}<mark>{escape(view.text[start:end])}</mark>{escape(view.text[end:])}"
    before = f'<p class="near">{escape(_ending(view.before))}</p>' if view.before else ""
    after = f'<p class="near">{escape(_beginning(view.after))}</p>' if view.after else ""
    return (
        f'<article class="source" id="{source_anchor(turn, citation.number)}" tabindex="-1">'
        f"<h4><span class=number>[{citation.number}]</span> {escape(citation.title)}</h4>"
        f'<p class="told">{escape(told[0].upper() + told[1:])}</p>{badge}'
        f"<blockquote>{before}<p>{quoted}</p>{after}</blockquote>{_printed_page(citation)}<dl>{rows}</dl>"
        f'<p class="return"><a href="{escape(quote_address(citation))}" target="_blank" rel="noopener">'
        "Text and page side by side (new tab)</a>"
        f'<a href="#answer-{turn}">Back to the answer</a></p></article>'
    )


def _printed_page(citation: Citation) -> str:
    """The page that the quote is printed on, folded; the script of the page fetches it when it is opened."""
    if citation.page is None:
        return ""
    waiting = f'<p class="waiting" data-sheet="{escape(quote_address(citation, "/sheet"))}">Fetching the page…</p>'
    return f'<details class="print"><summary>See the printed page</summary>{waiting}</details>'


def _beginning(text: str) -> str:
    """The first words of a long passage."""
    return text if len(text) <= NEIGHBOUR_CHARACTERS else text[:NEIGHBOUR_CHARACTERS].rsplit(" ", 1)[0] + " …"


def _ending(text: str) -> str:
    """The last words of a long passage."""
    return text if len(text) <= NEIGHBOUR_CHARACTERS else "… " + text[-NEIGHBOUR_CHARACTERS:].split(" ", 1)[-1]
