"""A real dashboard on a store of its own, and a real browser in front of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from demo_team import demo_copy
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright
from served import running
from system_tools import find_browser

MISSING = "The browser tests need Chromium. `python -m tests` installs it, or says how."
SWITCHES = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SCREEN: ViewportSize = {"width": 1440, "height": 1100}
PATIENCE = 60_000  # milliseconds; a loaded machine is slow, and a right page is still right

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find_browser()
    if path is None:
        pytest.fail(MISSING, pytrace=False)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=SWITCHES)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    today = datetime.now(tz=UTC).date()  # an older demo would open on another period some day
    with running(demo_copy(tmp_path_factory, today), "serve") as address:
        yield address


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def served(store: Path) -> Iterator[str]:
    with running(store, "serve") as address:
        yield address


@pytest.fixture(scope="session")
def profile(browser: Browser) -> Iterator[BrowserContext]:
    """Give one profile to all pages, so that the scripts of a dashboard are loaded once, not for every test."""
    context = browser.new_context(viewport=SCREEN)
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def page(profile: BrowserContext) -> Iterator[Page]:
    """Give a new page, and let nothing that it keeps reach the next one."""
    page = profile.new_page()
    yield page
    page.evaluate("try { localStorage.clear(); sessionStorage.clear() } catch {}")  # a blank page has none
    page.close()
    profile.clear_cookies()
