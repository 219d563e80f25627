"""Fits the weights of the claim check (assistant/claims.py) and measures it, over the starter knowledge base.

`claims.jsonl` holds sentences written for this over the starter digests, each with the beginning of the passage that it
is put to: right ones in other words, and wrong ones with a changed figure or name, a negation, an opposite, a
recommendation told as fact, or something added. Each right sentence is also put to that other passage of its report
which is nearest to it. Those marked `held` were written after the rules and have changed no weights; decision 0050 says which rules were mended in their sight.

    python -m evals.training.fit_claims --index DIR
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter
from contextlib import closing
from pathlib import Path

from assistant import claims
from assistant.claims import Checker, Source
from assistant.lexicon import CorpusLexicon
from ingest.encode import load_encoder
from ingest.knowledge import KnowledgeBase
from ingest.settings import Settings

CLAIMS = Path(__file__).with_name("claims.jsonl")
WORDING = ("", "added", "other")
"What wording alone can tell apart; the rest is left to the rules."


def cases(knowledge: KnowledgeBase, encoder) -> list[dict]:
    """Every claim with its source, and each right one with the nearest wrong source."""
    found = []
    for line in CLAIMS.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        passages = [
            p for p in knowledge.passages.values() if p.report_id.startswith(case["report"]) and p.kind != "heading"
        ]
        own = next(p for p in passages if p.text.startswith(case["passage"]))
        found.append(case | {"source": source(knowledge, own)})
        if not case["wrong"]:
            near = knowledge.search(encoder.encode_queries([case["claim"]])[0], 5, [own.report_id])
            other = next(pid for pid, _ in near if pid != own.id and knowledge.passages[pid].kind != "heading")
            found.append(case | {"wrong": "other", "source": source(knowledge, knowledge.passages[other])})
    return found


def source(knowledge: KnowledgeBase, passage) -> Source:
    """A passage as a source numbered 1."""
    vectors, offsets = knowledge.store.token_vectors([passage.id])[passage.id]
    return Source(
        1,
        passage,
        knowledge.reports[passage.report_id],
        passage.sentences or ((0, len(passage.text)),),
        vectors,
        offsets,
    )


def fit(rows: list[tuple[dict[str, float], bool]]) -> dict[str, float]:
    """Weights of a logistic regression, lightly held back."""
    from sklearn.linear_model import LogisticRegression

    names = sorted(rows[0][0])
    model = LogisticRegression(C=10.0, class_weight="balanced").fit(
        [[signals[n] for n in names] for signals, _ in rows], [right for _, right in rows]
    )
    return {"bias": round(float(model.intercept_[0]), 2)} | {
        n: round(float(w), 2) for n, w in zip(names, model.coef_[0])
    }


def auc(rows: list[tuple[float, bool]]) -> float:
    """Probability that a right one scores above a wrong one."""
    right, wrong = [s for s, ok in rows if ok], [s for s, ok in rows if not ok]
    return sum((a > b) + 0.5 * (a == b) for a in right for b in wrong) / (len(right) * len(wrong))


def main() -> None:
    """Prints the weights of all claims, then what weights fitted on the other reports do on each report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, required=True, help="a knowledge base of the starter digests")
    parser.add_argument("--wrong", action="store_true", help="also print every sentence judged wrongly")
    arguments = parser.parse_args()
    settings = Settings(index=arguments.index)
    encoder = load_encoder(settings.model)
    with closing((knowledge := KnowledgeBase(settings.index)).store):
        checker = Checker(
            encoder,
            CorpusLexicon((p.search_text for p in knowledge.passages.values()), settings.corpus, encoder),
        )
        found = cases(knowledge, encoder)
        for case in found:
            claim = encoder.encode_query_tokens(case["claim"])
            case["chosen"] = checker._chosen(case["claim"], claim, [case["source"]])
            case["signals"] = checker.signals(case["claim"], claim, case["chosen"])
            case["fault"] = checker.fault(case["claim"], case["chosen"], [case["source"]])
    wording = [c for c in found if c["wrong"] in WORDING and not c.get("held")]
    print("weights:", fit([(c["signals"], not c["wrong"]) for c in wording]))
    fitted = [c for c in found if not c.get("held")]
    scored = []
    for report in sorted({c["report"] for c in fitted}):
        weights = fit([(c["signals"], not c["wrong"]) for c in wording if c["report"] != report])
        scored += [(c, probability(c["signals"], weights)) for c in fitted if c["report"] == report]
    show("Each report by weights fitted on the others", scored, arguments.wrong)
    held = [(c, probability(c["signals"], claims.WEIGHTS)) for c in found if c.get("held")]
    show("Held out, by the weights in force", held, arguments.wrong)


def probability(signals: dict[str, float], weights: dict[str, float]) -> float:
    """How likely support is by wording."""
    return 1 / (1 + math.exp(-sum(weights[name] * value for name, value in (signals | {"bias": 1.0}).items())))


def show(title: str, scored: list[tuple[dict, float]], wrong: bool) -> None:
    """Prints areas under the curve and what was caught; with `wrong` every sentence judged wrongly."""
    caught, counts = Counter(), Counter(case["wrong"] for case, _ in scored)
    for case, likely in scored:
        refused = bool(case["fault"]) or likely < claims.SUPPORTED
        caught[case["wrong"]] += refused
        if wrong and refused != bool(case["wrong"]):
            rests = " / ".join(s.passage.text[a:b] for s, a, b in case["chosen"])
            print(f"{case['wrong'] or 'right':8} {case['fault'] or '-':7} {likely:.2f} {case['claim']}\n{'':18}{rests}")
    print(f"\n{title}\nAUC of wording: {auc([(p, not c['wrong']) for c, p in scored]):.3f}")
    print(f"  against {WORDING[1:]}: {auc([(p, not c['wrong']) for c, p in scored if c['wrong'] in WORDING]):.3f}")
    print(f"AUC with the rules: {auc([(0.0 if c['fault'] else p, not c['wrong']) for c, p in scored]):.3f}")
    for kind, count in counts.items():
        name = f"{kind}, caught" if kind else "right, refused"
        print(f"{name:18} {caught[kind]:3} of {count:3}  {caught[kind] / count:.2f}")


if __name__ == "__main__":
    main()
