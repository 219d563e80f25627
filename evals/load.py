"""Measures the chat under load: many people who ask at the same moment, each in a page of their own.

    python -m evals.load [--people 50] [--rounds 2] [--index DIR]

Starts a chat, opens a session for each person, lets all ask at once and waits for every answer; then all ask again.
Exit status 1 where a question met an error or 95 of 100 took longer than the aim.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from evals.averages import percentile
from evals.processes import ROOT
from ingest.errors import KnowledgeBaseError
from ingest.settings import Settings
from ingest.store import Store

AIM_SECONDS = 3.0
"Seconds within which 95 of 100 questions are to be answered, on 2 cores."
SUBJECTS = (
    "What should {area} improve?",
    "What is said about waiting times in {area}?",
    "How well does {area} support autistic children?",
    "What did inspectors say about preparing for adulthood in {area}?",
    "Which areas, apart from {area}, have long waits for speech and language therapy?",
)
PATIENCE = 120
"Seconds after which a question counts as failed."


def questions_for(index: Path, people: int, rounds: int) -> list[list[str]]:
    """For each round a question for each person, about the areas held in turn.

    Over 40 reports no two are alike: the chat works out the same question only once.
    """
    areas = sorted({report.areas[0] for report in Store.open(index).reports() if report.areas}) or ["England"]
    every = [subject.format(area=area) for area in areas for subject in SUBJECTS]
    asked = [every[n % len(every)] for n in range(people * rounds)]
    return [asked[n * people : (n + 1) * people] for n in range(rounds)]


async def ask(client, question: str, function: int, others: list) -> tuple[float, str]:
    """Seconds until the answer was there, and what went wrong ('' for nothing): one question as the page sends it."""
    session = secrets.token_hex(6)
    begun = time.perf_counter()
    body = {"data": [question, *others], "fn_index": function, "session_hash": session, "event_data": None}
    joined = await client.post("/gradio_api/queue/join", json=body)
    if joined.status_code != 200:
        return time.perf_counter() - begun, f"status {joined.status_code}"
    async with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as stream:
        async for line in stream.aiter_lines():
            event = json.loads(line.removeprefix("data:")) if line.startswith("data:") else {}
            if event.get("msg") == "process_completed":
                failed = not event["success"] or "status-error" in json.dumps(event["output"])
                return time.perf_counter() - begun, "an error as answer" if failed else ""
    return time.perf_counter() - begun, "no answer"


async def all_ask(address: str, rounds: list[list[str]]) -> list[tuple[float, str]]:
    """What became of every question of every round."""
    import httpx

    async with httpx.AsyncClient(
        base_url=address, timeout=PATIENCE, limits=httpx.Limits(max_connections=None)
    ) as client:
        config = (await client.get("/config")).json()
        box = next(c["id"] for c in config["components"] if c["props"].get("elem_id") == "question")
        function = next(d["id"] for d in config["dependencies"] if [box, "submit"] in d["targets"])
        # What stands beside the question on the page (the switch) goes with it as it stands; what the server keeps is not sent.
        values = {c["id"]: c["props"].get("value") for c in config["components"] if c["type"] != "state"}
        others = [values.get(given) for given in next(d["inputs"] for d in config["dependencies"] if d["id"] == function)[1:]]
        await ask(client, "What is SEND?", function, others)  # the first question also opens what is opened once
        found = []
        for questions in rounds:
            found += await asyncio.gather(*(ask(client, question, function, others) for question in questions))
        return found


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--index", type=Path, default=Settings().index)
    arguments = parser.parse_args(argv)
    try:
        rounds = questions_for(arguments.index, arguments.people, arguments.rounds)
    except KnowledgeBaseError as error:
        print(error, file=sys.stderr)
        return 1
    command = [sys.executable, "-m", "assistant", "chat", "--index", str(arguments.index.resolve())]
    with (
        tempfile.TemporaryDirectory() as data,
        subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ, "SEND_ASSISTANT_DATA": data}
        ) as chat,
    ):
        try:
            address = next(line.split()[1] for line in chat.stdout if line.startswith("Chat: "))
            found = asyncio.run(all_ask(address, rounds))
        finally:
            chat.terminate()
    seconds = [took for took, _ in found]
    faults = [wrong for _, wrong in found if wrong]
    slow = percentile(seconds, 0.95)
    print(
        f"{arguments.people} people at once, {arguments.rounds} rounds: {len(faults)} errors, "
        f"p50 {percentile(seconds, 0.5):.2f} s, p95 {slow:.2f} s, longest {max(seconds):.2f} s "
        f"(aim: p95 under {AIM_SECONDS:g} s)"
    )
    for wrong in sorted(set(faults)):
        print(f"  {faults.count(wrong)} × {wrong}")
    return 1 if faults or slow > AIM_SECONDS else 0


if __name__ == "__main__":
    raise SystemExit(main())
