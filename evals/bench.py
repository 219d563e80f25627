"""Measures ingest, answering and retrieval on this machine, beside the pipeline that most projects would build.

    python -m evals.bench [--only ingest|ask|retrieval] [--json FILE]

Every command that is measured runs in a process of its own, as a person would start it, one after the other. The reports
are those beside the project (../shared/reports); without them it is the starter set. The plain pipeline
(evals/plain_pipeline.py) reads PDFs only, so both are timed on the same PDFs.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from evals.averages import percentile
from evals.processes import ROOT, Run, folder_mb, run_module

SHARED = ROOT.parent / "shared"
PARTS = ("ingest", "ask", "retrieval")
WARM_UP = {"id": "warm-up", "question": "How long do people wait for an assessment?"}


@dataclass(frozen=True)
class Row:
    """One line of the table; None is shown as a dash."""

    what: str
    ours: str
    plain: str | None = None
    aim: str | None = None


@dataclass(frozen=True)
class Material:
    """What is measured on."""

    name: str
    timed: tuple[Path, ...]
    "Files that both pipelines read."
    more: tuple[Path, ...]
    "Files that only ours reads."
    questions: tuple[dict, ...]


def find_material() -> Material:
    """The real reports and question sets where they are, else the starter set and questions of the training pairs."""
    if (SHARED / "reports").is_dir():
        files = [path for folder in ("", "inspections") for path in sorted((SHARED / "reports" / folder).iterdir())]
        timed = tuple(path for path in files if path.suffix == ".pdf")
        more = tuple(path for path in files if path.suffix in (".docx", ".html"))
        questions = [row for path in sorted((SHARED / "questions").glob("*.jsonl")) for row in _jsonl(path)]
        name = f"{len(timed)} PDFs, and {len(more)} reports in other formats"
    else:
        timed = tuple(sorted((ROOT / "corpus" / "digests").glob("[!R]*.md")))
        more = ()
        held = {path.stem for path in timed}
        pairs = _jsonl(ROOT / "evals" / "training" / "pairs.jsonl")
        questions = [pair for pair in pairs if pair["report"] in held][:100]
        name = f"the starter set's {len(timed)} digests, as ../shared/reports is not on this machine (each counts as a page)"
    # Ids of our own: two question sets may number alike.
    kept = ({"question": row["question"], "turns": row.get("turns", [])} for row in questions)
    return Material(name, timed, more, tuple({"id": f"q{n}", **row} for n, row in enumerate(kept)))


@dataclass(frozen=True)
class Ingested:
    """Both pipelines' runs over the same files."""

    ours: Run
    plain: Run
    more: Run | None
    unchanged: Run
    ours_mb: float
    plain_mb: float


def ingest_both(material: Material, index: Path, plain: Path) -> Ingested:
    """Fills both indexes."""
    _say(f"plain pipeline reads {len(material.timed)} files")
    of_plain = run_module("evals.plain_pipeline", ["ingest", plain, *material.timed])
    _say("send-assistant reads the same files")
    ours = run_module("assistant", ["ingest", *material.timed, "--index", index])
    ours_mb = folder_mb(index)
    if material.more:
        _say("send-assistant reads the reports in other formats")
    more = run_module("assistant", ["ingest", *material.more, "--index", index]) if material.more else None
    _say("send-assistant finds nothing changed")
    unchanged = run_module("assistant", ["ingest", *material.timed, *material.more, "--index", index])
    return Ingested(ours, of_plain, more, unchanged, ours_mb, folder_mb(plain))


def ingest_rows(done: Ingested, material: Material) -> list[Row]:
    """Seconds, pages a second, memory and disk of both."""
    said = _last_json(done.plain)
    pages = said["pages"]
    rate, plain_rate = pages / done.ours.seconds, pages / done.plain.seconds
    work_rate = pages / said["work"]
    rows = [
        Row(f"ingest, {pages} pages of {len(material.timed)} files", f"{done.ours.seconds:.1f} s", f"{done.plain.seconds:.1f} s"),
        Row("pages a second", f"{rate:.1f}", f"{plain_rate:.1f}"),
        Row("  times the plain pipeline", f"{rate / plain_rate:.2f}", None, "1.5"),
        Row("  times it with its start-up left out", f"{rate / work_rate:.2f}", f"{work_rate:.1f} pages/s"),
        Row("nothing changed", f"{done.unchanged.seconds:.1f} s"),
        Row("peak memory, ingest (largest process)", _mb(done.ours.peak_mb), _mb(done.plain.peak_mb)),
        Row("index on disk", _mb(done.ours_mb), _mb(done.plain_mb)),
    ]
    if done.more:
        rows.insert(4, Row(f"{len(material.more)} more reports (DOCX, HTML)", f"{done.more.seconds:.1f} s"))
    return rows


def ask_rows(material: Material, index: Path, plain: Path, folder: Path) -> list[Row]:
    """Question to answer, warm and cold."""
    asked = folder / "questions.jsonl"
    asked.write_text("".join(json.dumps(case) + "\n" for case in (WARM_UP, *material.questions)), encoding="utf-8")
    _say(f"both answer {len(material.questions)} questions")
    ours = run_module("assistant", ["ask", "--batch", asked, "--out", folder / "ours.jsonl", "--index", index])
    of_plain = run_module("evals.plain_pipeline", ["ask", plain, asked, folder / "plain.jsonl"])
    rows = [_jsonl(folder / "ours.jsonl")[1:], _jsonl(folder / "plain.jsonl")[1:]]
    seconds = [[row["seconds"] for row in answers] for answers in rows]
    words = [statistics.median(len(row["text"].split()) for row in answers) for answers in rows]
    _say("one question to each from a cold start")
    cold = run_module("assistant", ["ask", material.questions[0]["question"], "--index", index])
    one = folder / "one.jsonl"
    one.write_text(json.dumps(material.questions[0]) + "\n", encoding="utf-8")
    plain_cold = run_module("evals.plain_pipeline", ["ask", plain, one, folder / "cold.jsonl"])
    return [
        Row("question to answer, warm: half within", *(_ms(percentile(s, 0.5)) for s in seconds), "100 ms"),
        Row("  19 of 20 within", *(_ms(percentile(s, 0.95)) for s in seconds), "250 ms"),
        Row("  slowest", *(_ms(max(s)) for s in seconds)),
        Row("one `ask` in a new process", f"{cold.seconds:.1f} s", f"{plain_cold.seconds:.1f} s", "3 s"),
        Row("peak memory, asking (largest process)", _mb(ours.peak_mb), _mb(of_plain.peak_mb)),
        Row("words of an answer, median", f"{words[0]:.0f}", f"{words[1]:.0f}"),
    ]


def retrieval_tables(folder: Path) -> dict[str, list[Row]]:
    """ConditionalQA: recall@10 and MRR of each way to search, by what is asked."""
    from evals.conditionalqa import evaluate, gain

    source = SHARED / "bench" / "conditionalqa"
    if not source.is_dir():
        print("\nRetrieval: ../shared/bench/conditionalqa is not on this machine, so this part is left out.")
        return {}
    _say("ConditionalQA: 7,506 passages, every way to search")
    tables = {}
    for asked, results in evaluate(source, folder / "conditionalqa").items():
        base = results[0]
        tables[asked] = [
            Row(r.name, f"{r.recall_at_10:.3f}", f"{r.mrr:.3f}", None if r is base else "{:+.3f} ({:+.3f} to {:+.3f})".format(*gain(r, base)))
            for r in results
        ]
    return tables


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=PARTS, help="one part; `ask` needs the ingest and runs it first")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here too")
    arguments = parser.parse_args()
    wanted = {arguments.only} if arguments.only else set(PARTS)
    machine = _machine()
    print(machine)
    tables: dict[str, list[Row]] = {}
    with tempfile.TemporaryDirectory(prefix="send-assistant-bench-") as temporary:
        folder = Path(temporary)
        if wanted & {"ingest", "ask"}:
            material = find_material()
            print(f"Measured on {material.name}.")
            index, plain = folder / "ours", folder / "plain"
            done = ingest_both(material, index, plain)
            if "ingest" in wanted:
                tables["Ingest"] = ingest_rows(done, material)
                _show("Ingest", tables["Ingest"], ("", "ours", "plain", "aim"))
            if "ask" in wanted:
                tables["Ask"] = ask_rows(material, index, plain, folder)
                _show("Ask", tables["Ask"], ("", "ours", "plain", "aim"))
        if "retrieval" in wanted:
            for asked, rows in retrieval_tables(folder).items():
                tables[f"Retrieval, {asked}"] = rows
                title = f"Retrieval on ConditionalQA, {asked}"
                _show(title, rows, ("", "recall@10", "MRR@10", "gain in recall over plain BM25, 95 % interval"))
    if arguments.json:
        written = {"machine": machine, "tables": {title: [asdict(row) for row in rows] for title, rows in tables.items()}}
        arguments.json.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")


def _machine() -> str:
    """What the figures were measured on; the load tells whether the machine was busy with other work."""
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{os.cpu_count()} cores{load}, {platform.system()} {platform.machine()}, Python {platform.python_version()}"


def _show(title: str, rows: list[Row], heads: tuple[str, ...]) -> None:
    """Prints a table with columns as wide as they need."""
    lines = [heads, *((row.what, row.ours, row.plain or "-", row.aim or "-") for row in rows)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(heads))]
    print(f"\n{title}")
    for line in lines:
        first, *others = (cell.ljust(width) if n == 0 else cell.rjust(width) for n, (cell, width) in enumerate(zip(line, widths)))
        print("  " + "   ".join((first, *others)))


def _say(what: str) -> None:
    print(f"… {what}", flush=True)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


def _mb(size: float | None) -> str:
    return "not known" if size is None else f"{size:.0f} MB"


def _last_json(run: Run) -> dict:
    return json.loads(run.output.splitlines()[-1])


def _jsonl(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


if __name__ == "__main__":
    main()
