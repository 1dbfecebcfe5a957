"""Who may talk to the dashboard: a page that it served itself, under a name that is its own.

A browser sends whatever page asks, so a page of a stranger, or of another program on this machine, could
read the store through the browser of its owner. The Host header shows a foreign name that was pointed at this
machine (DNS rebinding), and the Origin header shows a foreign page. Streamlit checks neither for every request,
and it asks the internet for its own address when it meets a foreign Origin; it gets to see none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse

from dashboard.variables import HOST_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import ASGIApp, Receive, Scope, Send

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
REFUSAL = (
    "Labeltime answers only to its own pages, under the address it printed when it started. "
    "To reach it under another name, start it with `labeltime serve --allow NAME`.\n"
)
DEFAULT_PORTS = {"http": "80", "https": "443"}
# Stricter than the standard: no empty port, or one with leading zeros.
_HOST = re.compile(rf"({HOST_NAME})(?::([1-9][0-9]{{0,4}}))?")
_ORIGIN = re.compile(rf"(https?)://({_HOST.pattern})")


class Authority(NamedTuple):
    """A name in lower case and a port, or None where it is not written."""

    name: str
    port: str | None


def parse_host(text: str) -> Authority | None:
    """Return the name and port in a Host header, or None for anything out of the ordinary."""
    match = _HOST.fullmatch(text.lower())
    return Authority(match[1], match[2]) if match else None


def is_host_name(text: str) -> bool:
    """Return whether the text is a name without a port, as `--allow` takes it."""
    host = parse_host(text)
    return host is not None and host.port is None


def is_own_host(host: Authority, port: int, allowed: frozenset[str]) -> bool:
    """Return whether the dashboard, which listens on `port`, goes by this name."""
    if host.name in allowed:
        return True  # the port is that of the server or tunnel in front
    return host.name in LOOPBACK_NAMES and (host.port or DEFAULT_PORTS["http"]) == str(port)


def is_own_origin(text: str, host: Authority, allowed: frozenset[str]) -> bool:
    """Return whether a page of this origin was served under this host."""
    match = _ORIGIN.fullmatch(text.lower())
    if not match or (match[1] == "https" and host.name not in allowed):
        return False
    default = DEFAULT_PORTS[match[1]]
    return (match[3], match[4] or default) == (host.name, host.port or default)


class AccessCheck:
    """Refuses every request and every socket that is not from a page of the dashboard itself."""

    def __init__(self, app: ASGIApp, allowed: Iterable[str] = ()) -> None:
        self.app = app
        self.allowed = frozenset(name.lower() for name in allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or socket."""
        if scope["type"] in {"http", "websocket"}:
            host = self.find_host(scope)
            if host is None:
                await PlainTextResponse(REFUSAL, status_code=403)(scope, receive, send)
                return
            scope = {**scope, "headers": normalize_headers(scope["headers"], host)}
        await self.app(scope, receive, send)

    def find_host(self, scope: Scope) -> str | None:
        """Return the host that a request names, or None if the request is refused."""
        headers = Headers(scope=scope)
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        host = parse_host(hosts[0]) if len(hosts) == 1 else None
        # A target such as http://elsewhere/ would count for more than the Host header.
        if host is None or not scope["path"].startswith("/") or not is_own_host(host, scope["server"][1], self.allowed):
            return None
        if origins and not (len(origins) == 1 and is_own_origin(origins[0], host, self.allowed)):
            return None
        # Browsers send no Origin with a plain GET, but say where the page that asks is from. Links may lead here.
        is_embedded = headers.get("sec-fetch-mode") != "navigate"
        if is_embedded and headers.get("sec-fetch-site") in {"cross-site", "same-site"}:
            return None
        return hosts[0].lower()


def normalize_headers(headers: Iterable[tuple[bytes, bytes]], host: str) -> list[tuple[bytes, bytes]]:
    """Return headers whose Origin, if any, equals the Host to the letter, as Streamlit compares them."""
    own = {b"host": host.encode()}
    pairs = []
    for name, value in headers:
        if name == b"origin":
            own[name] = value.lower().partition(b"://")[0] + b"://" + own[b"host"]
        pairs.append((name, own.get(name, value)))
    return pairs
