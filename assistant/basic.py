"""Name and password with each request (HTTP Basic), for programs that sign in with an account."""

from __future__ import annotations

import asyncio
import base64
from typing import TYPE_CHECKING

from assistant.access import CHALLENGE, is_loopback
from assistant.accounts import Accounts, SignInRefused
from assistant.limits import RateLimit, too_many
from assistant.problems import problem

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


class Basic:
    """Says whose name and password a request carries; they are counted, hashed and locked as on the page to sign in."""

    def __init__(self, accounts: Accounts, tries: RateLimit) -> None:
        self._accounts = accounts
        self._tries = tries
        # One after another: of many requests that a program sends at once, only the first costs a hash and counts.
        self._one_at_a_time = asyncio.Lock()

    async def name_or_refusal(self, request: Request) -> str | Response:
        """The account's name, or why it is none."""
        from starlette.concurrency import run_in_threadpool

        client = request.client.host if request.client else ""
        if request.url.scheme != "https" and not is_loopback(client):
            return problem(400, "Passwords are taken over https only. Use the https address, and change this password.")
        given = _name_and_password(request.headers["authorization"])
        if given is None:
            words = "The header Authorization is not understood: it holds 'Basic', then name:password in base64."
            return problem(401, words, CHALLENGE)
        if name := self._accounts.recently_checked(*given):
            return name
        async with self._one_at_a_time:
            if name := self._accounts.recently_checked(*given):
                return name
            if seconds := self._tries.wait(client):
                return problem(429, too_many("sign-ins", self._tries, seconds), {"retry-after": str(seconds)})
            try:
                return await run_in_threadpool(self._accounts.check, *given)
            except SignInRefused as error:
                return problem(401, str(error), CHALLENGE)


def _name_and_password(header: str) -> tuple[str, str] | None:
    scheme, _, coded = header.partition(" ")
    try:
        name, colon, password = base64.b64decode(coded.strip(), validate=True).decode("utf-8").partition(":")
    except ValueError:  # binascii.Error and UnicodeDecodeError are ValueErrors
        return None
    return (name, password) if scheme.lower() == "basic" and colon else None
