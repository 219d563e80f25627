"""Prompt files: what is refused, and what a model is told word for word."""

import hashlib
from pathlib import Path

import pytest

from assistant.prompts import FOLDER, load_prompt
from ingest.errors import SendAssistantError

RENDERED = Path(__file__).parents[1] / "prompts"
WHOLE = 'version = 2\npurpose = "Asks."\nvariables = ["who", "what"]\ntext = "$who asks $what"\n'
FILLED = {
    "answer": {
        "question": "How long do families wait?",
        "passages": '<passage number="1" from="Rutland">\nNine weeks.\n</passage>',
    },
    "rewrite": {"earlier": "- What is said of therapy in Rutland?", "question": "And in Torbay?"},
    "judge": {
        "question": "How long?",
        "earlier": "none",
        "expected": "- says: nine weeks",
        "answer": "“Nine weeks.” [1]",
    },
}


def held(folder: Path, text: str):
    (folder / "ask.toml").write_text(text, encoding="utf-8")
    return load_prompt("ask", folder)


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.toml")))
def test_a_prompt_is_rendered_as_it_was_agreed(name):
    prompt = load_prompt(name)
    rendered = f"version {prompt.used.version}\n--- system\n{prompt.system}\n--- text\n{prompt.fill(**FILLED[name])}"
    assert rendered == (RENDERED / f"{name}.txt").read_text(encoding="utf-8"), (
        "changed wording: bump the version and renew the file"
    )


def test_a_prompt_knows_its_name_version_and_the_hash_of_its_file(tmp_path):
    used = held(tmp_path, WHOLE).used
    assert (used.name, used.version) == ("ask", 2)
    assert used.sha256 == hashlib.sha256(WHOLE.encode()).hexdigest()


def test_all_missing_variables_are_named_at_once(tmp_path):
    with pytest.raises(SendAssistantError, match="without what, who"):
        held(tmp_path, WHOLE).fill()


def test_a_variable_that_the_prompt_does_not_have_is_refused(tmp_path):
    with pytest.raises(SendAssistantError, match="unknown when"):
        held(tmp_path, WHOLE).fill(who="Ann", what="why", when="now")


def test_what_is_filled_in_is_not_read_as_a_template(tmp_path):
    assert held(tmp_path, WHOLE).fill(who="$what", what="${who}") == "$what asks ${who}"


@pytest.mark.parametrize(
    "text, says",
    [
        (WHOLE + 'tone = "warm"\n', "tone: Extra inputs"),
        (WHOLE.replace("version = 2\n", ""), "version: Field required"),
        (
            WHOLE.replace('"who", "what"', '"who", "when"'),
            "when declared and not in the text; what in the text and not declared",
        ),
        (WHOLE.replace("$who asks", "5 $ and $who asks"), r"a \$ in the text"),
        ("version = ", "not valid TOML"),
    ],
)
def test_a_file_that_is_wrong_says_where_and_what(tmp_path, text, says):
    with pytest.raises(SendAssistantError, match=says) as error:
        held(tmp_path, text)
    assert "ask.toml" in str(error.value)


def test_a_prompt_without_a_file_says_which(tmp_path):
    with pytest.raises(SendAssistantError, match="none.toml: cannot be read"):
        load_prompt("none", tmp_path)
