"""Prompt files: what a language model is told, as data with a version, a purpose and declared variables."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from string import Template

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.answer import PromptUsed
from ingest.errors import SendAssistantError
from ingest.settings import ROOT

FOLDER = ROOT / "prompts"


class PromptFile(BaseModel):
    """The keys of a prompt file; others are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)
    version: int
    "A change of wording bumps it."
    purpose: str
    variables: list[str]
    "The names that stand as $name in `text`, all of them."
    text: str
    system: str = ""
    "What the model is told beforehand; the same for every question, so it holds no variables."


@dataclass(frozen=True)
class Prompt:
    """A prompt, ready to be filled in."""

    used: PromptUsed
    system: str
    template: Template

    def fill(self, **values: str) -> str:
        """The text with its variables in place; an error names all that are missing or not known."""
        declared = set(self.template.get_identifiers())
        wrong = [f"without {', '.join(sorted(declared - set(values)))}"] if declared - set(values) else []
        wrong += [f"with unknown {', '.join(sorted(set(values) - declared))}"] if set(values) - declared else []
        if wrong:
            known = ", ".join(sorted(declared)) or "none"
            raise SendAssistantError(f"prompt {self.used.name}: filled in {' and '.join(wrong)}. Its variables: {known}.")
        return self.template.substitute(values)


def load_prompt(name: str, folder: Path = FOLDER) -> Prompt:
    """The prompt of a file `prompts/NAME.toml`; raises SendAssistantError that names the file and every fault."""
    path = folder / f"{name}.toml"
    try:
        written = path.read_bytes()
        held = PromptFile.model_validate(tomllib.loads(written.decode("utf-8")))
    except OSError as error:
        raise SendAssistantError(f"{path}: cannot be read ({error.strerror}). Put the file back.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SendAssistantError(f"{path}: not valid TOML ({error}). Mend that line.") from error
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        raise SendAssistantError(f"{path}: {faults}. Known keys: {', '.join(PromptFile.model_fields)}.") from error
    template = Template(held.text)
    if not template.is_valid():
        raise SendAssistantError(f"{path}: a $ in the text is followed by no name. Write $$ for the sign itself.")
    declared, used = set(held.variables), set(template.get_identifiers())
    if declared != used:
        faults = [
            f"{', '.join(sorted(names))} {what}"
            for names, what in (
                (declared - used, "declared and not in the text"),
                (used - declared, "in the text and not declared"),
            )
            if names
        ]
        raise SendAssistantError(f"{path}: {'; '.join(faults)}. Mend the list of variables or the text.")
    return Prompt(PromptUsed(name, held.version, hashlib.sha256(written).hexdigest()), held.system.strip(), template)
