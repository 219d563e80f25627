"""PDF files for tests, written by hand: text at places, ruled lines, rotation, page labels."""

from pathlib import Path


def words(x: float, y: float, text: str, size: float = 12, font: str = "F1", matrix: str = "1 0 0 1") -> str:
    """A piece of text whose baseline begins at x, y (points from the bottom left corner)."""
    escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT /{font} {size} Tf {matrix} {x} {y} Tm ({escaped}) Tj ET\n"


def rule(x0: float, y0: float, x1: float, y1: float) -> str:
    """A ruled line."""
    return f"0.5 w {x0} {y0} m {x1} {y1} l S\n"


def make_pdf(
    path: Path, contents: list[str], *, page_entries: str = "", catalogue_entries: str = "", info: str = ""
) -> Path:
    """Writes a PDF with one page (A4) for each content stream; F1 is Helvetica, F2 Helvetica-Bold."""
    count = len(contents)
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {catalogue_entries} >>",
        f"<< /Type /Pages /Count {count} /Kids [{' '.join(f'{6 + 2 * i} 0 R' for i in range(count))}] >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
        f"<< {info} >>",
    ]
    for index, content in enumerate(contents):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {7 + 2 * index} 0 R {page_entries} "
            "/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(content.encode('cp1252'))} >>\nstream\n{content}\nendstream")
    out = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252")
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{offset:010d} 00000 n \n".encode() for offset in offsets)
    out += f"trailer << /Size {len(objects) + 1} /Root 1 0 R /Info 5 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    path.write_bytes(out)
    return path
