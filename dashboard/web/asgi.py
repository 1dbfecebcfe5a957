"""The web application: the Streamlit script behind security headers, a check of who asks, and compression."""

from __future__ import annotations

import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from streamlit.runtime.pages_manager import PagesManager

from dashboard.error_log import record_stray_errors
from dashboard.reports.links import LINK_PATH
from dashboard.variables import ALLOW
from dashboard.web.access import AccessCheck
from dashboard.web.components import show_unexpected_error
from dashboard.web.links import build_routes
from dashboard.web.routes import FIRST_PAGE, FORMER_PAGES, PAGES
from dashboard.web.start_page import PageAddresses, build_page_routes, hash_inline_scripts
from dashboard.web.temporary_files import keep_temporary_files

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Vega compiles expressions, hence unsafe-eval; emotion writes style tags, hence unsafe-inline for styles only.
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; "
    f"script-src 'self' 'unsafe-eval' 'wasm-unsafe-eval'{hash_inline_scripts()}; "
    "style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; "
    "font-src 'self' data:; "
    "connect-src 'self' ws: wss:; "
    "worker-src 'self' blob:; "
    "frame-ancestors 'none'; object-src 'none'; base-uri 'self'; form-action 'self'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class SecurityHeaders:
    """Adds the security headers to every HTTP answer; sockets pass untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)  # linked reports have stricter ones of their own
            await send(message)

        await self.app(scope, receive, send_with_headers)


@asynccontextmanager
async def keep_server(_: st.App) -> AsyncIterator[None]:
    """Do what holds as long as the server runs."""
    with record_stray_errors(), keep_temporary_files():
        yield


# Our package `pages` is not Streamlit's automatic pages folder; without this the first visitor of a
# fresh server who opens a deep link is told that there is no such page.
PagesManager.uses_pages_directory = False

# Uvicorn takes a refused socket for a fault and reports it; a hostile page could fill the terminal that way.
logging.getLogger("uvicorn.error").addFilter(lambda record: "without completing handshake" not in record.getMessage())

# Level 3: most of the gain of level 9 at a fifth of the work, and scripts are compressed on every request.
app = st.App(
    Path(__file__).with_name("app.py"),
    lifespan=keep_server,
    on_script_error=show_unexpected_error,
    routes=[
        *build_page_routes(FIRST_PAGE, [*(PAGES.keys() - {FIRST_PAGE}), *FORMER_PAGES]),
        *(build_routes(Path(folder)) if (folder := os.environ.get("LABELTIME_STORE")) else []),
    ],
    middleware=[
        Middleware(SecurityHeaders),
        Middleware(AccessCheck, allowed=ALLOW.read()),
        Middleware(PageAddresses, folders=[LINK_PATH.strip("/")]),
        Middleware(GZipMiddleware, minimum_size=1000, compresslevel=3),
    ],
)
