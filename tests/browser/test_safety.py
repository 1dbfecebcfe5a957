"""What the browser is told and what it does: headers, no request elsewhere, names stay text, nothing overflows."""

from __future__ import annotations

import threading
import urllib.request
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect
from served import running

from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.store.generations import Store
from dashboard.web.asgi import HEADERS

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=window.broken=1> ![](http://example.com/x.png) <script>window.broken=1</script>"

IS_DRAWN = """() => document.querySelector("[data-testid=stApp]")?.dataset.testScriptState === "notRunning"
  && !document.querySelector("[data-testid=stSkeleton]")"""


@pytest.fixture
def hostile(store: Path) -> Path:
    """Fill a store whose project, person and task are attempts to run a script or to call home."""
    day = (datetime.now(tz=UTC) - timedelta(days=3)).date()
    file = store.parent / "hostile.csv"
    file.write_text(
        f'person,day_on,seconds,project,task\n"{HOSTILE}",{day},36000,"{HOSTILE}","label {HOSTILE}"\n'
        f'Ada,{day},3600,"=1+1","train model"\n',
        encoding="utf-8",
    )
    import_files(Store(store), [file], Settings())
    return store


def wait_until_drawn(page: Page) -> None:
    """Wait until the script of a page has ended, nothing is a placeholder, and its tables have loaded their code."""
    page.wait_for_function(IS_DRAWN)
    page.wait_for_load_state("networkidle")


def test_every_answer_carries_the_security_headers(demo: str) -> None:
    for path in ("/", "/_stcore/health", "/data"):
        with urllib.request.urlopen(f"{demo}{path}") as answer:  # noqa: S310 - our own address
            for name, value in HEADERS.items():
                assert answer.headers[name] == value


def test_hostile_names_stay_text_and_nothing_is_fetched_elsewhere(page: Page, hostile: Path) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with running(hostile, "serve") as address:
        for path in (
            "/",
            "/time?by=Person",
            "/time?view=Pivot&down=Project&across=Person",
            "/time?view=Drill+down&rows=true",
            "/data?section=People",
        ):
            page.goto(address + path)
            expect(page.locator("[data-testid=stDataFrame], [data-testid=stVegaLiteChart]").first).to_be_visible()
            wait_until_drawn(page)
            assert page.evaluate("window.broken") is None
        outside = [url for url in asked if not url.startswith((address, "data:", "blob:"))]
    assert outside == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/time?view=Pivot", "/data?section=To+sort"])
def test_nothing_overflows_a_narrow_screen(page: Page, demo: str, scheme: Literal["light", "dark"], path: str) -> None:
    page.set_viewport_size({"width": 400, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.goto(demo + path)
    expect(
        page.locator("[data-testid=stMetric], [data-testid=stDataFrame], [data-testid=stExpander]").first
    ).to_be_visible()
    wait_until_drawn(page)
    wide = page.evaluate(
        "(() => { const m = document.querySelector('[data-testid=stMain]'); return m.scrollWidth - m.clientWidth })()"
    )
    background = page.evaluate("getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor")
    assert wide <= 0
    assert background == {"light": "rgb(255, 255, 255)", "dark": "rgb(18, 22, 28)"}[scheme]


class OtherPage(BaseHTTPRequestHandler):
    """A page of another program on this machine."""

    def do_GET(self) -> None:
        """Answer with an empty page."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Write nothing."""


def test_a_page_of_another_port_gets_neither_answer_nor_socket(page: Page, demo: str) -> None:
    probe = """async (address) => {
        const ask = (mode) => fetch(address + '/_stcore/health', {mode}).then((answer) => answer.status, () => 'failed')
        const stream = new WebSocket(address.replace('http', 'ws') + '/_stcore/stream', ['streamlit'])
        const opened = new Promise((end) => { stream.onopen = () => end(true); stream.onerror = () => end(false) })
        return [await ask('cors'), await ask('no-cors'), await opened]
    }"""
    with ThreadingHTTPServer(("127.0.0.1", 0), OtherPage) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        statuses: list[int] = []
        page.on("response", lambda answer: statuses.append(answer.status) if "health" in answer.url else None)
        page.goto(f"http://127.0.0.1:{other.server_port}/")
        assert page.evaluate(probe, demo)[::2] == ["failed", False]
        other.shutdown()
    assert set(statuses) == {403}
    page.goto(demo)
    assert page.evaluate(probe, demo) == [200, 200, True]
