"""Streamlit's own page, which is told where its server is, and the addresses that it stands at.

At a deep link the browser would look for the server below the page first, and wait for a tenth of a second before it
asks in the right place.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import streamlit as st
from starlette.responses import HTMLResponse, RedirectResponse
from starlette.routing import Route

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

STREAMLIT_PAGE = Path(st.__file__).with_name("static") / "index.html"
# Relative to the page, so that it holds behind a proxy that serves the dashboard in a folder.
SERVER_SCRIPT = '<script>window.__streamlit = {BACKEND_BASE_URL: new URL(".", location.href).href}</script>'
HEADERS = {"Cache-Control": "no-cache"}
# What Streamlit serves below other addresses than those of pages.
STREAMLIT_FOLDERS = frozenset({"_stcore", "app", "auth", "component", "media", "static"})


@cache
def build_start_page() -> str:
    """Return Streamlit's page with the place of the server."""
    return STREAMLIT_PAGE.read_text(encoding="utf-8").replace("</head>", f"{SERVER_SCRIPT}</head>", 1)


def hash_inline_scripts() -> str:
    """Return the hashes of the scripts in the page, so that only those may run inline."""
    scripts = re.findall(r"<script>(.*?)</script>", build_start_page(), re.DOTALL)
    return "".join(f" 'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in scripts)


def build_page_routes(first: str, others: Iterable[str]) -> list[Route]:
    """Return the routes of the page that opens first, which Streamlit knows without its name, and of the others."""

    def show_start_page(_: Request) -> Response:
        return HTMLResponse(build_start_page(), headers=HEADERS)

    def open_first_page(request: Request) -> Response:
        return RedirectResponse(f"./?{request.url.query}".removesuffix("?"))

    pages = [Route(f"/{name}", show_start_page, methods=["GET"]) for name in ("", *others)]
    return [Route(f"/{first}", open_first_page, methods=["GET"]), *pages]


class PageAddresses:
    """Leads from an address below a page to that page: below it, Streamlit's page would find none of its scripts.

    `folders` are those in which other things than pages are found.
    """

    def __init__(self, app: ASGIApp, folders: Iterable[str] = ()) -> None:
        self.app = app
        self.folders = STREAMLIT_FOLDERS | {*folders}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}:
            page, *others = scope["path"].removeprefix("/").split("/")
            if page and any(others) and not self.folders & {page, *others}:
                query = scope["query_string"].decode("latin-1")
                address = "../" * len(others) + quote(page, safe="") + f"?{query}" * bool(query)
                await RedirectResponse(address)(scope, receive, send)
                return
        await self.app(scope, receive, send)
