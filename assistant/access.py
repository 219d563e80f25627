"""Who asks: nobody in particular on the machine itself, else someone with an account, or whom a trusted proxy names."""

from __future__ import annotations

import html
import ipaddress
from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote

from assistant.accounts import Accounts, SignInRefused
from assistant.limits import RateLimit, too_many
from assistant.page import TITLE
from assistant.problems import API, problem
from ingest.errors import SettingsError
from ingest.settings import Settings

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    from assistant.basic import Basic

COOKIE = "__Host-send-assistant"
"The prefix makes browsers insist on Secure, on this host alone and on the whole of it."

LOCAL = "local"
"Owner of what is kept where nobody signs in."

EVERYONE, NOBODY = "everyone", "nobody"
"In settings that name people."

ACCOUNT, PROXY = "account:", "proxy:"
"How owners begin: those who have an account, and those whom a proxy names."

CHALLENGE = {"www-authenticate": f'Basic realm="{TITLE}", charset="UTF-8"'}
"What tells a program how to sign in."

SIGN_INS_PER_MINUTE = 20
LARGEST_FORM = 10_000

SIGN_IN, SIGN_OUT = "/sign-in", "/sign-out"


def mode_of(settings: Settings, accounts: Accounts) -> str:
    """How people are told apart: 'open' (not at all), 'accounts' or 'proxy'.

    Raises SettingsError where they would not be, though other machines can reach the chat.
    """
    if settings.user_header:
        if not settings.trusted_proxies:
            raise SettingsError(
                f"user_header is {settings.user_header!r}, but trusted_proxies is empty: anyone could send that "
                "header. Set trusted_proxies to the address of the proxy that signs people in."
            )
        return "proxy"
    if accounts.list():
        return "accounts"
    reached = [] if is_loopback(settings.host) else [f"--host {settings.host}"]
    reached += [f"hosts = {', '.join(settings.hosts)}"] if settings.hosts else []
    reached += [f"trusted_proxies = {', '.join(settings.trusted_proxies)}"] if settings.trusted_proxies else []
    if reached:
        raise SettingsError(
            f"With {' and '.join(reached)}, other machines reach the chat, and nobody has an account. Add one with "
            "`send-assistant users add NAME`, or have a proxy sign people in (user_header and trusted_proxies), or "
            "leave that setting out: the chat then serves this machine only."
        )
    return "open"


def is_loopback(host: str) -> bool:
    """True for an address that only the machine itself reaches."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def owner_of(request: Request) -> str:
    """Whose request it is: the `owner` of conversations. 'local', 'account:anna' or 'proxy:anna@example.org'."""
    return request.scope["state"]["owner"]


def signed_in_as(owner: str) -> str:
    """The name of a person who can sign out; '' for others."""
    return owner.removeprefix(ACCOUNT) if owner.startswith(ACCOUNT) else ""


def is_named(owner: str, names: Sequence[str]) -> bool:
    """Whether a setting that names people names this owner. Where it names nobody, it means the machine's own user."""
    if not names:
        return owner == LOCAL
    if tuple(names) == (NOBODY,):
        return False
    name = signed_in_as(owner)
    return (
        EVERYONE in names
        # Names of accounts are kept in small letters.
        or bool(name) and name in {named.casefold() for named in names}
        or owner.startswith(PROXY) and owner.removeprefix(PROXY) in names
    )


def counted_as(owner: str, session: str) -> str:
    """By whom requests are counted: where nobody signs in there are no persons, and a page's session is the nearest."""
    return session if owner == LOCAL else owner


def account_owner(name: str) -> str:
    """The owner of the conversations of an account."""
    return f"{ACCOUNT}{name}"


PUBLIC = (SIGN_IN, "/favicon.ico", "/manifest.json")
"What is shown before signing in: browsers ask for the last two without cookies."


class Access:
    """Lets through only requests whose owner is known; others are shown the way to sign in.

    Under /api an account's name and password may come with the request (`basic`); elsewhere only sessions count.
    """

    def __init__(self, app, *, mode: str, accounts: Accounts, basic: Basic, user_header: str) -> None:
        self.app = app
        self._mode = mode
        self._accounts = accounts
        self._basic = basic
        self._user_header = user_header

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http" or (self._mode == "accounts" and scope["path"] in PUBLIC):
            await self.app(scope, receive, send)
            return
        from starlette.requests import Request

        request = Request(scope)
        if self._mode == "accounts" and scope["path"].startswith(API) and "authorization" in request.headers:
            named = await self._basic.name_or_refusal(request)
            if not isinstance(named, str):
                await named(scope, receive, send)
                return
            owner = account_owner(named)
        else:
            owner = self._owner(request)
        if owner:
            scope.setdefault("state", {})["owner"] = owner
            await self.app(scope, receive, send)
            return
        await self._refusal(request)(scope, receive, send)

    def _owner(self, request: Request) -> str | None:
        if self._mode == "open":
            return LOCAL
        if self._mode == "proxy":
            named = request.headers.getlist(self._user_header)
            # Two such headers: one of them may be the caller's own.
            name = named[0].strip() if len(named) == 1 else ""
            return f"{PROXY}{name}" if 0 < len(name) <= 200 and name.isprintable() else None
        name = self._accounts.signed_in(request.cookies.get(COOKIE, ""))
        return account_owner(name) if name else None

    def _refusal(self, request: Request) -> Response:
        from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse

        if self._mode == "proxy":
            return PlainTextResponse(
                f"The proxy in front of this chat did not say who you are (header {self._user_header}). "
                "Open the chat by its usual address; if this goes on, tell whoever looks after it.",
                status_code=401,
            )
        if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
            wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(f"{SIGN_IN}?next={quote(wanted, safe='')}", status_code=303)
        if request.url.path.startswith(API):
            words = "Send the name and password of an account with each request (HTTP Basic), or sign in on the page."
            return problem(401, words, CHALLENGE)
        return JSONResponse(
            {"detail": "You are not signed in, or no longer. Load the page again to sign in."}, status_code=401
        )


def sign_in_routes(accounts: Accounts, settings: Settings, tries: RateLimit) -> list[Route]:
    """The page to sign in, and the way to sign out, of a chat whose people have accounts. `tries` counts sign-ins."""
    from starlette.concurrency import run_in_threadpool
    from starlette.responses import HTMLResponse, RedirectResponse
    from starlette.routing import Route

    def shown(wanted: str, problem: str = "", name: str = "", status: int = 200) -> HTMLResponse:
        return HTMLResponse(
            sign_in_html(wanted, problem, name), status_code=status, headers={"cache-control": "no-store"}
        )

    def form(request: Request):
        return shown(_local(request.query_params.get("next", "/")))

    async def sign_in(request: Request):
        client = request.client.host if request.client else ""
        if request.url.scheme != "https" and not is_loopback(client):
            return shown("/", "Passwords are taken over https only. Open this page by its https address.", status=400)
        if seconds := tries.wait(client):
            return shown("/", too_many("sign-ins", tries, seconds), status=429)
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST_FORM:
                return shown("/", "This form holds too much. Give your name and password.", status=413)
        fields = {key: values[0] for key, values in parse_qs(body.decode("utf-8", "replace")).items()}
        name, wanted = fields.get("name", ""), _local(fields.get("next", "/"))
        try:
            _, token = await run_in_threadpool(accounts.sign_in, name, fields.get("password", ""))
        except SignInRefused as error:
            return shown(wanted, str(error), name, status=403)
        response = RedirectResponse(wanted, status_code=303)
        seconds = int(settings.session_hours * 3600)
        response.set_cookie(COOKIE, token, max_age=seconds, path="/", secure=True, httponly=True, samesite="lax")
        return response

    def sign_out(request: Request):
        accounts.sign_out(request.cookies.get(COOKIE, ""))
        response = RedirectResponse(SIGN_IN, status_code=303)
        response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
        return response

    return [
        Route(SIGN_IN, form, methods=["GET"]),
        Route(SIGN_IN, sign_in, methods=["POST"]),
        Route(SIGN_OUT, sign_out, methods=["POST"]),
    ]


def _local(address: str) -> str:
    """The address if it lies within the chat, else its first page: nobody is sent elsewhere after signing in."""
    if address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable():
        return address
    return "/"


SIGN_IN_STYLE = """
:root {
  color-scheme: light dark;
  --ink: #16202a; --paper: #fff; --line: #5b6975; --act: #0b3d91; --on-act: #fff; --bad: #9b1c1c;
}
@media (prefers-color-scheme: dark) {
  :root { --ink: #eef2f5; --paper: #14191f; --line: #9aa7b3; --act: #9ec1ff; --on-act: #0c1420; --bad: #ffb3b3; }
}
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
main { max-width: 24rem; margin: 12vh auto 2rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; }
label { display: block; margin: 1rem 0 .25rem; font-weight: 600; }
input, button { box-sizing: border-box; width: 100%; font: inherit; padding: .6rem .7rem; border-radius: .3rem; }
input { color: inherit; background: transparent; border: 1px solid var(--line); }
button { margin-top: 1.5rem; border: 0; background: var(--act); color: var(--on-act); font-weight: 600; }
:focus-visible { outline: 3px solid var(--act); outline-offset: 2px; }
.problem { border-left: 4px solid var(--bad); padding-left: .8rem; color: var(--bad); }
"""


def sign_in_html(wanted: str, problem: str = "", name: str = "") -> str:
    """The page to sign in; `wanted` is where it leads, `problem` why the last try failed."""
    said = f'<p class="problem" role="alert" id="problem">{html.escape(problem)}</p>' if problem else ""
    about = ' aria-describedby="problem"' if problem else ""
    focus = ("", " autofocus") if name else (" autofocus", "")
    title = f"{'Error: ' if problem else ''}Sign in – {TITLE}"
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>{SIGN_IN_STYLE}</style></head><body><main>
<h1>Sign in to the {TITLE}</h1>{said}
<form method="post" action="{SIGN_IN}">
<input type="hidden" name="next" value="{html.escape(wanted)}">
<label for="name">Name</label>
<input id="name" name="name" value="{html.escape(name)}" autocomplete="username" autocapitalize="none"
 spellcheck="false" required{focus[0]}{about}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required{focus[1]}{about}>
<button>Sign in</button>
</form>
<p>No account, or a forgotten password? Ask whoever looks after the assistant.</p>
</main></body></html>
"""
