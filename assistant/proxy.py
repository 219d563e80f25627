"""What a proxy in front says of a request: believed from trusted proxies, removed from everyone else's requests."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from ingest.errors import SettingsError

FORWARDED = (
    b"forwarded",
    b"x-forwarded-for",
    b"x-forwarded-host",
    b"x-forwarded-proto",
    b"x-forwarded-prefix",
    b"x-real-ip",
)

ONLY_HERE = (
    "This chat is open to its own machine only, and this request came through a proxy. Whoever looks after it can let "
    "others in: add accounts (send-assistant users add NAME), or name the proxy and its header in the settings "
    "(trusted_proxies, user_header)."
)


class Proxied:
    """Gives the application the address, scheme and host that a trusted proxy passes on.

    `open_to_all`: nobody signs in; then whatever comes through a proxy is refused, since it comes from elsewhere.
    """

    def __init__(self, app, *, trusted: Sequence[str], user_header: str, open_to_all: bool) -> None:
        from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

        self._networks = [network_of(address) for address in trusted]
        self._inner = app
        self._believing = ProxyHeadersMiddleware(app, trusted_hosts=list(trusted))
        self._removed = {*FORWARDED, *([user_header.lower().encode()] if user_header else [])}
        self._open_to_all = open_to_all

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        named = dict(scope["headers"])
        if self._open_to_all and not named.keys().isdisjoint(FORWARDED):
            from starlette.responses import PlainTextResponse

            await PlainTextResponse(ONLY_HERE, status_code=403)(scope, receive, send)
        elif self._is_trusted(scope["client"]):
            host = named.get(b"x-forwarded-host", b"").split(b",")[0].strip()
            if host:
                kept = [(key, value) for key, value in scope["headers"] if key != b"host"]
                scope = {**scope, "headers": [*kept, (b"host", host)]}
            await self._believing(scope, receive, send)
        else:
            kept = [(key, value) for key, value in scope["headers"] if key not in self._removed]
            await self._inner({**scope, "headers": kept}, receive, send)

    def _is_trusted(self, client) -> bool:
        try:
            address = ipaddress.ip_address(client[0])
        except (TypeError, ValueError):
            return False
        return any(address in network for network in self._networks)


def network_of(address: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    """The network that an address or network of `trusted_proxies` names."""
    try:
        return ipaddress.ip_network(address, strict=False)
    except ValueError as error:
        raise SettingsError(
            f"trusted_proxies: {address!r} is no address or network ({error}). Write 10.0.0.5 or 10.0.0.0/24."
        ) from error
