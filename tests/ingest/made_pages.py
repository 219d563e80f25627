"""Pages and lines for tests, laid out as a PDF loader would give them."""

from ingest.model import Line, Loaded, Page

WIDTH = 6.0
"Points that one character takes in the made-up pages."


def line(text, top=100.0, x0=72.0, size=11.0, bold=False, page=1, **more):
    """A line of a PDF page; its right edge follows from its length."""
    return Line(
        text, page=page, x0=x0, x1=x0 + WIDTH * len(text), top=top, bottom=top + size, size=size, bold=bold, **more
    )


def page(number, lines, height=842.0):
    from dataclasses import replace

    return Page(number, tuple(replace(x, page=number) for x in lines), width=595.0, height=height)


def paragraph(text, top, x0=72.0, columns=60, leading=14.0, hang=0.0, **more):
    """A text wrapped into lines of at most `columns` characters; those after the first stand `hang` points in."""
    import textwrap

    wrapped = textwrap.wrap(text, columns, break_on_hyphens=False)
    return [line(part, top + leading * n, x0 + (hang if n else 0), **more) for n, part in enumerate(wrapped)]


def loaded(pages, format="pdf", metadata=None):
    return Loaded(tuple(pages), format, metadata or {})


def plain(*texts, format="docx", metadata=None):
    """A document without pages: each text a whole paragraph; a Line stays as it is."""
    lines = tuple(text if isinstance(text, Line) else Line(text, whole=True) for text in texts)
    return Loaded((Page(None, lines),), format, metadata or {})


def heading(text, level=1):
    return Line(text, style=f"heading-{level}", whole=True)


def item(text, marker="•", level=0):
    return Line(text, style="list-item", marker=marker, level=level, whole=True)


def row(*cells, bold=False):
    return Line(" | ".join(cells), style="table-row", cells=cells, bold=bold, whole=True)
