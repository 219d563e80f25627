"""Published reports downloaded from their public addresses, one at a time, each with a clear outcome."""

from __future__ import annotations

import datetime
import hashlib
import json
import re
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from ingest.areas import Areas, load_areas
from ingest.catalogue import Entry
from ingest.errors import SendAssistantError
from ingest.pdf_pages import open_document
from ingest.settings import Settings

if TYPE_CHECKING:
    import httpx

USER_AGENT = "send-assistant/0.1 (SEND evidence assistant; fetches published inspection reports)"
TRIES = 4
HOPS = 5
"Redirects that are followed for one report."
PAUSE = 1.0
"Seconds between two reports, and the first wait before a try is repeated; doubled with every try."
LONGEST_PAUSE = 30.0
SECONDS = 120.0
"Time limit in seconds for one try."


@dataclass(frozen=True)
class FetchRow:
    """What became of one report."""

    file: str
    area: str
    outcome: str
    "'downloaded', 'unchanged', 'skipped' (the catalogue has no address) or 'failed'."
    why: str = ""


class _Refused(Exception):
    """This report cannot be had; trying again would not help."""


class _TryAgain(Exception):
    """The server or the line failed for now."""

    def __init__(self, why: str, wait: float = 0.0):
        super().__init__(why)
        self.wait = wait


def fetch(
    areas: Sequence[str],
    settings: Settings,
    entries: Sequence[Entry],
    progress: Callable[[int, int, str], None] = lambda done, total, what: None,
    *,
    transport: httpx.BaseTransport | None = None,
    verify: ssl.SSLContext | bool = True,
    sleep: Callable[[float], None] = time.sleep,
) -> list[FetchRow]:
    """Download the published inspection reports of `areas` (of all where none is named) into `settings.fetch_folder`.

    A row for each report, in the order of the catalogue. An unknown area, or one whose report the catalogue does not
    have, is an error before anything is downloaded. `transport`, `verify` and `sleep` are httpx's and the clock's.
    """
    import httpx

    wanted = _wanted(areas, load_areas(settings.corpus), entries)
    settings.fetch_folder.mkdir(parents=True, exist_ok=True)
    rows: list[FetchRow] = []
    limits = httpx.Timeout(30.0, connect=15.0)
    headers = {"User-Agent": USER_AGENT, "Accept": "application/pdf", "Accept-Encoding": "identity"}
    with httpx.Client(
        headers=headers,
        timeout=limits,
        transport=transport,
        verify=verify,
        follow_redirects=False,
    ) as client:
        for number, entry in enumerate(wanted):
            progress(number, len(wanted), entry.title)
            if number and rows[-1].outcome != "skipped":
                sleep(PAUSE)
            rows.append(_fetch_one(client, entry, settings, sleep))
    progress(len(wanted), len(wanted), "done")
    return rows


def file_name(entry: Entry) -> str:
    """The name a report is kept under: 'bolton_30-august-2024.pdf'."""
    slug = "-".join(re.findall(r"[a-z]+", entry.area.lower()))
    if not entry.published or len(entry.published) != 10:
        return f"{slug}_{entry.published or 'undated'}.pdf"
    day = datetime.date.fromisoformat(entry.published)
    return f"{slug}_{day:%d}-{_MONTHS[day.month - 1]}-{day.year}.pdf"


_MONTHS = "january february march april may june july august september october november december".split()


def _wanted(asked: Sequence[str], areas: Areas, entries: Sequence[Entry]) -> list[Entry]:
    """The inspection reports asked for; an error names every area that cannot be served, with its near matches."""
    published = [entry for entry in entries if entry.kind == "inspection"]
    if not asked:
        return published
    names: list[str] = []
    troubles: list[str] = []
    for written in asked:
        found = areas.find(written)
        whole = [match for match in found if match.exact]
        if not whole or len({match.name for match in found}) > 1:
            offered = list(dict.fromkeys([match.name for match in found] + areas.near(written)))[:3]
            hint = f"Did you mean {' or '.join(offered)}?" if offered else "Use the council's name, such as Wiltshire."
            troubles.append(f"'{written}' is not a local area. {hint}")
        elif not any(entry.area == whole[0].name for entry in published):
            trouble = f"{whole[0].name} has no published inspection report in the catalogue."
            troubles.append(f"{trouble} If you have its report, use `ingest`.")
        else:
            names.append(whole[0].name)
    if troubles:
        raise SendAssistantError("\n".join(troubles))
    return [entry for entry in published if entry.area in names]


def _fetch_one(client: httpx.Client, entry: Entry, settings: Settings, sleep: Callable[[float], None]) -> FetchRow:
    """One report, tried again where that may help. A file that is kept is replaced only by a sound one."""
    name = file_name(entry)
    if not entry.address:
        return FetchRow(name, entry.area, "skipped", "the catalogue has no address for it")
    target = settings.fetch_folder / name
    wait = PAUSE
    for attempt in range(1, TRIES + 1):
        try:
            return FetchRow(name, entry.area, *_download(client, entry.address, target, settings))
        except _Refused as error:
            return FetchRow(name, entry.area, "failed", f"{error}{_kept(target)}")
        except _TryAgain as error:
            if attempt == TRIES:
                why = f"{error}; given up after {TRIES} tries. Try again later; what arrived is kept for that."
                return FetchRow(name, entry.area, "failed", f"{why}{_kept(target)}")
            sleep(min(max(wait, error.wait), LONGEST_PAUSE))
            wait *= 2
        except OSError as error:
            why = f"{target}: cannot be written ({error.strerror}). Check the folder."
            return FetchRow(name, entry.area, "failed", why)
    raise AssertionError("every try returns or raises")


def _download(client: httpx.Client, address: str, target: Path, settings: Settings) -> tuple[str, str]:
    """One try: outcome and reason."""
    import httpx

    part, note = (target.with_name(f".{target.stem}{ending}") for ending in (".part", ".fetch.json"))
    kept = _read_note(note)
    sound = target.is_file() and kept.get("address") == address and kept.get("sha256") == _sha256(target)
    begun = part.stat().st_size if part.is_file() else 0
    version = str(kept.get("part_version", "")) if kept.get("part_address") == address else ""
    headers = {}
    if begun and version:
        headers = {"Range": f"bytes={begun}-", "If-Range": version}
    elif sound and kept.get("etag"):
        headers = {"If-None-Match": str(kept["etag"])}
    limit = settings.fetch_megabytes * 1_000_000
    try:
        response = _open(client, address, headers, settings.fetch_hosts)
        try:
            status = response.status_code
            if status == 304 and sound:
                return "unchanged", "the server has nothing newer"
            if status == 416:
                part.unlink(missing_ok=True)
                raise _TryAgain("the rest of a part file was refused")
            if status == 429 or status >= 500:
                raise _TryAgain(f"the server answered {status}", _retry_after(response))
            if status not in (200, 206):
                raise _Refused(f"{address} answered {status}. Check the address in the catalogue.")
            resumed = status == 206
            if resumed and not re.match(rf"bytes {begun}-", response.headers.get("content-range", "")):
                part.unlink(missing_ok=True)
                raise _TryAgain("the server sent another part than was asked for")
            etag = response.headers.get("etag", "")
            # If-Range takes a strong ETag or a date; a weak ETag does not vouch for the same bytes.
            version = etag if etag and not etag.startswith("W/") else response.headers.get("last-modified", "")
            _write_note(note, kept | {"part_address": address, "part_version": version})
            _receive(response, part, begun if resumed else 0, limit, settings.fetch_megabytes)
        finally:
            response.close()
    except httpx.TimeoutException as error:
        raise _TryAgain("the server did not answer in time") from error
    except httpx.TransportError as error:
        raise _TryAgain(f"the connection failed ({error or type(error).__name__})") from error
    trouble = _not_a_report(part)
    if trouble:
        part.unlink()
        raise _Refused(f"{address} {trouble}")
    digest = _sha256(part)
    same = target.is_file() and _sha256(target) == digest
    if same:
        part.unlink()
    else:
        part.replace(target)
    _write_note(note, {"address": address, "etag": etag, "sha256": digest})
    return ("unchanged", "the same file as before") if same else ("downloaded", f"{target.stat().st_size // 1000} kB")


def _open(client: httpx.Client, address: str, headers: dict[str, str], hosts: Sequence[str]) -> httpx.Response:
    """The streamed response at the end of every redirect; each hop must be https and an allowed host."""
    for _ in range(HOPS + 1):
        parts = urlsplit(address)
        host = (parts.hostname or "").lower()
        if parts.scheme != "https":
            raise _Refused(f"{address} is not https and was not opened. Correct the address in the catalogue.")
        if host not in (allowed.lower() for allowed in hosts) or parts.username is not None:
            trouble = f"{host or address} is not an allowed host and was not opened."
            raise _Refused(f"{trouble} If you trust it, add it to fetch_hosts.")
        response = client.send(client.build_request("GET", address, headers=headers), stream=True)
        if response.status_code not in (301, 302, 303, 307, 308):
            return response
        response.close()
        address = urljoin(address, response.headers.get("location", ""))
    raise _Refused(f"more than {HOPS} redirects. Check the address in the catalogue.")


def _receive(response: httpx.Response, part: Path, begun: int, limit: int, megabytes: int) -> None:
    """The body, written to the end of the part file; a short or slow one is kept to be resumed."""
    length = response.headers.get("content-length", "")
    expected = begun + int(length) if length.isdigit() else None
    too_large = f"is larger than {megabytes} MB and was not kept. Raise fetch_megabytes if it is what you want."
    size, began = begun, time.monotonic()
    try:
        if expected is not None and expected > limit:
            raise _Refused(f"{response.url} {too_large}")
        with part.open("ab" if begun else "wb") as file:
            # Without a block size: httpx would hold back what arrived before the line broke.
            for block in response.iter_raw():
                size += len(block)
                if size > limit:
                    raise _Refused(f"{response.url} {too_large}")
                file.write(block)
                if time.monotonic() - began > SECONDS:
                    raise _TryAgain(f"the download took more than {SECONDS:.0f} seconds")
    except _Refused:
        part.unlink(missing_ok=True)
        raise
    if expected is not None and size < expected:
        raise _TryAgain(f"the download stopped at {size} of {expected} bytes")


def _not_a_report(path: Path) -> str:
    """Why a file is not a PDF with pages; '' where it is one."""
    data = path.read_bytes()
    if b"%PDF-" not in data[:1024]:
        seen = "a web page" if re.search(rb"<!doctype html|<html", data[:1024], re.IGNORECASE) else "something else"
        return f"sent {seen} instead of a PDF. Check the address in the catalogue."
    # A PDF that was cut short often opens all the same, with pages missing.
    if b"%%EOF" not in data[-4096:]:
        return "sent a PDF without its end. Try again later."
    document = open_document(data)
    if document is None:
        return "sent a PDF that cannot be opened or has no pages. Try again later."
    document.close()
    return ""


def _kept(target: Path) -> str:
    return " The file from before is kept." if target.is_file() else ""


def _retry_after(response: httpx.Response) -> float:
    stated = response.headers.get("retry-after", "")
    return float(stated) if stated.isdigit() else 0.0


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read_note(note: Path) -> dict[str, object]:
    """What is remembered of earlier downloads of a file; nothing where the note is missing or damaged."""
    try:
        read = json.loads(note.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}


def _write_note(note: Path, content: dict[str, object]) -> None:
    written = note.with_suffix(".tmp")
    written.write_text(json.dumps(content), encoding="utf-8")
    written.replace(note)
