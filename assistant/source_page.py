"""A quote in its report: the whole text with the quote marked, and the page it is printed on beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.addresses import report_address, seal
from assistant.citing import date_in_words, kind_of
from assistant.render import SAID_BY, escape, label_words
from ingest.model import KINDS, Passage, Report


@dataclass(frozen=True)
class Marked:
    """Where a quote stands: characters [start, end) of one passage."""

    passage: Passage
    start: int
    end: int

    @property
    def pages(self) -> list[int]:
        """The pages that hold some of the quote; empty where the format has none."""
        spans = self.passage.pages
        return [s.page for s in spans if s.page is not None and s.start < self.end and self.start < s.end]


def find_marked(passages: Sequence[Passage], start: int | None, end: int | None, sum_of_quote: str) -> Marked | None:
    """The quote at characters [start, end) of the report's text; None where the report no longer says it there."""
    if start is None or end is None:
        return None
    for passage in passages:
        if passage.start <= start < end <= passage.end:
            first, last = start - passage.start, end - passage.start
            return Marked(passage, first, last) if seal(passage.text[first:last]) == sum_of_quote else None
    return None


def source_main(report: Report, passages: Sequence[Passage], marked: Marked | None, sheet: str, moved: bool) -> str:
    """The main part of the page. `sheet` is the page of print beside the text; `moved` tells of a link out of date."""
    facts = " · ".join(escape(words) for words in facts_of(report, marked) if words)
    badge = '<p class="badge">Digest: our summary, not the report’s words</p>' if report.is_digest else ""
    gone = (
        '<p class="notice">The report has changed since this link was made, so the quote is not marked.</p>'
        if moved
        else ""
    )
    to_quote = '<p><a href="#quote">Go to the quote</a></p>' if marked else ""
    return (
        f'<h1>{escape(report.title)}</h1><p class="told">{facts}</p>{badge}{gone}'
        f'<div class="beside"><section aria-labelledby="text-head"><h2 id="text-head">The text</h2>{to_quote}'
        '<div class="whole" tabindex="0" role="region" aria-label="Text of the report">'
        f"{text_html(passages, marked)}</div>"
        f'</section><section aria-labelledby="print-head"><h2 id="print-head">The original</h2>{sheet}</section></div>'
    )


def facts_of(report: Report, marked: Marked | None) -> list[str]:
    """Who says it, what kind of report it is, when, and where in it the quote stands."""
    speaker = "digest: our words" if report.is_digest else SAID_BY.get(kind_of(report), "report")
    kind = KINDS.get(kind_of(report), KINDS["other"])
    facts = [speaker[0].upper() + speaker[1:], f"Digest, {kind}" if report.is_digest else kind, date_in_words(report)]
    if marked:
        pages = [str(page) for page in marked.pages]
        section = marked.passage.headings[-1] if marked.passage.headings else ""
        facts += [section, label_words(marked.passage.label)]
        facts.append(f"page{'s' if len(pages) > 1 else ''} {' and '.join(pages)}" if pages else "")
    return facts


def text_html(passages: Sequence[Passage], marked: Marked | None) -> str:
    """The text of a report as it was read, passage by passage, the quote marked and each new page announced."""
    parts = []
    page = None
    for passage in passages:
        if passage.page is not None and passage.page != page:
            page = passage.page
            parts.append(f'<p class="folio">Page {page}</p>')
        words = escape(passage.text)
        if marked and marked.passage.id == passage.id:
            before, quoted, after = (
                passage.text[: marked.start],
                passage.text[marked.start : marked.end],
                passage.text[marked.end :],
            )
            words = f'{escape(before)}<mark id="quote">{escape(quoted)}</mark>{escape(after)}'
        if passage.kind == "heading":
            depth = min(len(passage.headings) + 3, 6) if passage.headings else 3
            parts.append(f"<h{depth}>{words}</h{depth}>")
        else:
            parts.append(f'<p class="{passage.kind}">{words}</p>')
    return "".join(parts)


def sheet_html(report: Report, page: int, query: str, marked: Marked | None) -> str:
    """A page of print with links to the pages before and after it; `query` is what all its addresses carry."""
    base = report_address(report.id)
    count = report.page_count or page
    here = bool(marked) and page in marked.pages

    def turn(to: int, words: str) -> str:
        if not 1 <= to <= count:
            return f'<span class="turn off">{words}</span>'
        return f'<a class="turn" data-turn href="{escape(f"{base}?{query}&page={to}")}">{words}</a>'

    told = f"Page {page} of {count}{', the quote is marked' if here else ''}"
    seen = ", the quote marked in yellow" if here else ""
    alt = escape(f"Page {page} of {report.title}{seen}. Its text is in the text of the report.")
    picture = escape(f"{base}/pages/{page}.png?{query}")
    back = ""
    if marked and marked.pages and not here:
        back = f' <a data-turn href="{escape(f"{base}?{query}&page={marked.pages[0]}")}">Back to the quote</a>'
    return (
        f'<figure class="sheet"><div class="turns">{turn(page - 1, "Previous page")}'
        f'<figcaption tabindex="-1">{told}{back}</figcaption>{turn(page + 1, "Next page")}</div>'
        f'<a class="picture" href="{picture}" target="_blank" rel="noopener">'
        f'<img src="{picture}" alt="{alt}" width="1200" height="1697" loading="lazy">'
        f'<span class="unseen">Open the picture on its own, in a new tab</span></a>{original_link(report)}</figure>'
    )


def original_link(report: Report) -> str:
    """The link that downloads the original file."""
    address = escape(f"{report_address(report.id)}/original")
    return f'<p class="original"><a href="{address}" download>Download the original ({escape(report.file)})</a></p>'
