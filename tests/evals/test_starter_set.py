"""The starter set: good against the starter knowledge base, of every kind, on every document."""

from collections import Counter

from evals.cases import KINDS, read_set
from evals.checking import card_of, check_set
from evals.held import Held
from ingest.knowledge import KnowledgeBase
from tests.evals.made_answers import STARTER


def test_every_quote_stands_where_the_set_says(starter):
    assert check_set(STARTER, Held(KnowledgeBase(starter.index))) == []


def test_it_has_every_kind_every_document_and_a_card(starter):
    cases = read_set(STARTER)
    kinds = Counter(case.kind for case in cases)
    assert len(cases) >= 80 and set(kinds) == set(KINDS) - {"other"} and min(kinds.values()) >= 7
    asked = {gold.document for case in cases for gold in case.gold}
    assert asked == Held(KnowledgeBase(starter.index)).reports.keys()
    card = card_of(STARTER).read_text(encoding="utf-8")
    assert f"{len(cases)} cases" in card and all(f"{kind} {count}" in card for kind, count in kinds.items())
