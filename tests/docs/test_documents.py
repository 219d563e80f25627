"""What the README and the decision records point to is there, and the pins agree with the constraints."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
NAMED = re.compile(r"[`(]((?:assistant|ingest|evals|corpus|prompts|tests|docs)/[\w./*-]*|\d{4}-[\w-]+\.md)[`)]")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_a_document_names_exists(document):
    named = set(NAMED.findall(document.read_text(encoding="utf-8")))
    missing = [name for name in named if not any(list(base.glob(name)) for base in (ROOT, document.parent))]
    assert not missing


def test_every_decision_stands_in_their_list():
    listed = (ROOT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8")
    records = [path.name for path in (ROOT / "docs" / "decisions").glob("0*.md")]
    assert records and all(f"({name})" in listed for name in records)


def test_every_pin_is_in_the_constraints():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = [*project["dependencies"], *(pin for extra in project["optional-dependencies"].values() for pin in extra)]
    constraints = set((ROOT / ".constraints.txt").read_text(encoding="utf-8").splitlines())
    assert not [pin for pin in pins if re.sub(r"\[.*\]", "", pin) not in constraints]
