"""Both web pages of a report under axe-core, wide and narrow; and charts that answer in the interactive one."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader
from reported_team import OCTOBER, sixty_projects

from dashboard.reports.content import build_content
from dashboard.reports.request import Audience
from dashboard.reports.writers import ReportFormat, render_file

pytestmark = pytest.mark.browser
PAGES = (ReportFormat.html, ReportFormat.interactive)
WIDTHS = (1440, 400)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[ReportFormat, Path]:
    folder = tmp_path_factory.mktemp("pages")
    found = build_content(
        sixty_projects(folder), replace(OCTOBER, audience=Audience.private, note="</script><b>ours</b>")
    )
    for style in PAGES:
        (folder / f"{style}.html").write_bytes(render_file(found, style))
    return {style: folder / f"{style}.html" for style in PAGES}


@pytest.fixture
def told() -> list[str]:
    """Collect what a page asks for and complains of."""
    return []


@pytest.fixture
def opened(
    browser: Browser, told: list[str], request: pytest.FixtureRequest, files: dict[ReportFormat, Path]
) -> Iterator[Page]:
    """Open a page with the network denied; axe itself is let past the page's own policy."""
    style, width, is_audited = request.param
    context = browser.new_context(
        viewport={"width": width, "height": 900}, offline=True, bypass_csp=is_audited, color_scheme="dark"
    )
    page = context.new_page()
    page.on("request", lambda asked: told.append(asked.url))
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("dialog", lambda dialog: told.append(dialog.message))
    page.goto(files[style].as_uri())
    yield page
    context.close()


@pytest.mark.parametrize("opened", [(style, width, True) for style in PAGES for width in WIDTHS], indirect=True)
def test_axe_finds_nothing(opened: Page) -> None:
    found = Axe().run(opened)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("opened", [(ReportFormat.interactive, width, False) for width in WIDTHS], indirect=True)
def test_charts_are_live_without_network_or_complaint(opened: Page, told: list[str]) -> None:
    expect(opened.locator(".live svg")).to_have_count(2)
    expect(opened.locator(".print").first).to_be_hidden()
    bar = opened.locator(".live path[aria-roledescription=bar]").first
    bar.scroll_into_view_if_needed()
    bar.hover()
    tip = opened.locator("#vg-tooltip-element")
    expect(tip).to_contain_text("](javascript:x)")
    expect(tip).to_contain_text(re.compile(r"Project.*Hours\s*39\.\d$"))
    points = opened.locator(".live path[aria-roledescription=point]")
    points.nth(6).hover(force=True)  # both shares lie on the same point: whichever is on top
    expect(tip).to_contain_text("Week of")
    assert tip.locator("a, img, script").count() == 0
    assert opened.evaluate("document.documentElement.scrollWidth") <= opened.evaluate("innerWidth")
    assert len(told) == 1, told  # the page itself


@pytest.mark.parametrize("opened", [(ReportFormat.interactive, 1440, False)], indirect=True)
def test_paper_gets_the_drawings(opened: Page) -> None:
    expect(opened.locator(".live svg")).to_have_count(2)
    opened.emulate_media(media="print")
    expect(opened.locator(".live").first).to_be_hidden()
    expect(opened.locator(".print").first).to_be_visible()


@pytest.mark.parametrize("opened", [(style, 1440, False) for style in PAGES], indirect=True)
def test_it_prints_on_one_page_and_an_annex_of_two(opened: Page) -> None:
    printed = opened.pdf(prefer_css_page_size=True)
    assert len(PdfReader(io.BytesIO(printed)).pages) <= 3
