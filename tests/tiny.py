"""A tiny encoder that needs no model, and made-up reports, for tests of the ingest."""

from __future__ import annotations

import re
import zlib
from pathlib import Path

import numpy as np

from ingest.encode import PassageVectors, QueryTokens
from ingest.settings import Settings

SUBJECTS = (
    "speech therapy", "school transport", "dentistry", "short breaks", "autism outreach", "annual reviews",
    "sensory rooms", "post-16 pathways", "tribunal cases", "early years", "home tuition", "respite care",
)  # fmt: skip


class TinyEncoder:
    """Each word has its own direction; a text is the sum of its words."""

    dimension = 16

    def __init__(self, name: str = "tiny@1"):
        self.name = name
        self.encoded: list[str] = []
        "Titles of the passages that were embedded."

    def encode_queries(self, texts):
        return np.stack([_unit(self._words(text).sum(axis=0)) for text in texts])

    def encode_query_tokens(self, text):
        words = [(m[0], m.span()) for m in re.finditer(r"\w+", text)]
        return QueryTokens(
            self.encode_queries([text])[0], self._words(text), tuple(w for w, _ in words), tuple(s for _, s in words)
        )

    def encode_passages(self, passages):
        self.encoded += [passage.title for passage in passages]
        return [
            PassageVectors(
                self.encode_queries([" ".join([p.title, *p.headings, p.text])]),
                self._words(p.text).astype(np.float16),
                np.array([m.span() for m in re.finditer(r"\w+", p.text)] or np.zeros((0, 2)), np.int32),
                self.encode_queries([p.text[a:b] for a, b in p.sentences or ((0, len(p.text)),)]).astype(np.float16),
            )
            for p in passages
        ]

    def _words(self, text):
        found = re.findall(r"\w+", text.casefold()) or ["nothing"]
        return np.stack(
            [_unit(np.random.default_rng(zlib.crc32(w.encode())).normal(size=self.dimension)) for w in found]
        )


def _unit(vector):
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def settings(folder: Path, **changes) -> Settings:
    """Settings with an index and a small corpus in a folder of the test's own."""
    corpus = folder / "corpus"
    if not corpus.exists():
        corpus.mkdir(parents=True)
        (corpus / "areas.csv").write_text(
            "name,nicknames,region,kind\nWiltshire,Wilts,South West,unitary\nSomerset,,South West,unitary\n"
        )
        (corpus / "catalogue.toml").write_text("")
    return Settings(index=folder / "kb", corpus=corpus, **changes)


def report_text(name: str, version: int = 1, subjects: tuple[str, ...] = SUBJECTS) -> str:
    """The text of a made-up report; every paragraph says its name and version, so no two share much."""
    return "\n\n".join(
        f"In {name} edition{version} the {name} visitors of edition{version} found {name} {subject} edition{version} "
        f"{name}{number} {zlib.crc32(f'{name}{version}{number}'.encode())} better."
        for number, subject in enumerate(subjects)
    )


def write_reports(folder: Path, versions: dict[str, int]) -> Path:
    """A folder with a text file for each name."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, version in versions.items():
        (folder / f"{name}.txt").write_text(report_text(name, version))
    return folder
