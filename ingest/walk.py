"""Finds the files under the paths that are given, and says of each why it will not be read, if so."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

FORMATS = {
    ".pdf": "pdf",
    ".docx": "docx",
    ".html": "html",
    ".htm": "html",
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "text",
    ".text": "text",
}
"Endings of the files that are read and their formats, best first: those that keep pages, then headings."


def rank(format: str) -> int:
    """Place of a format; of a report that is there in several, the lowest is kept."""
    return list(FORMATS.values()).index(format)


def walk(paths: Sequence[Path], index: Path) -> Iterator[tuple[Path, tuple[str, str] | None]]:
    """Every file under the paths, once, in order; with outcome and reason where it will not be read."""
    seen: set[Path] = set()
    for path in map(Path, paths):
        if path.is_dir():
            for one in _walk_folder(path, index.resolve()):
                if one[0].resolve() not in seen:
                    seen.add(one[0].resolve())
                    yield one
        elif path.resolve() not in seen:
            seen.add(path.resolve())
            if not path.exists():
                yield path, ("failed", "There is no such file or folder. Correct the path.")
            else:
                yield path, _not_readable(path)


def _walk_folder(folder: Path, index: Path) -> Iterator[tuple[Path, tuple[str, str] | None]]:
    for here, folders, files in os.walk(folder):
        descend = []
        for name in sorted(folders):
            path = Path(here, name)
            if path.resolve() == index:
                yield path, ("skipped", "the knowledge base itself")
            elif name.startswith("."):
                yield path, ("skipped", "hidden folder")
            elif path.is_symlink():
                yield path, ("skipped", "link to a folder; name the folder itself to read it")
            else:
                descend.append(name)
        folders[:] = descend
        described = {Path(name).stem for name in files if Path(name).suffix.lower() in FORMATS}
        for name in sorted(files):
            path = Path(here, name)
            if name.startswith((".", "~$")):
                yield path, ("skipped", "hidden file")
            elif path.stem.casefold() == "readme":
                yield path, ("skipped", "describes the folder, not a report; name the file itself to read it")
            elif path.suffix.lower() == ".toml" and path.stem in described:
                yield path, ("skipped", "describes the report beside it")
            else:
                yield path, _not_readable(path)


def _not_readable(path: Path) -> tuple[str, str] | None:
    if not path.is_file():
        return "skipped", "not a file (a broken link or a device)"
    if path.suffix.lower() not in FORMATS:
        ending = path.suffix.lower() or "no ending"
        return "skipped", f"not a kind of file that is read ({ending}); read are {', '.join(FORMATS)}"
    return None
