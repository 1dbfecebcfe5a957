"""A report as a web page, opened by a browser that may reach nothing, and built on its page."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from playwright.sync_api import Browser, Page, expect
from reported_team import OCTOBER, sixty_projects

from dashboard.reports.content import build_content
from dashboard.reports.request import ReportRequest
from dashboard.reports.writers import ReportFormat, render_file
from dashboard.store.generations import Store


def opened(browser: Browser, file: Path, asked: list[str], said: list[str], width: int) -> Page:
    """Return the page of a file, with all it asks for and complains of."""
    page = browser.new_page(viewport={"width": width, "height": 900}, offline=True)
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.goto(file.as_uri())
    return page


def test_a_report_opens_without_network_script_or_complaint(browser: Browser, tmp_path: Path) -> None:
    store = sixty_projects(tmp_path)
    file = tmp_path / "report.html"
    file.write_bytes(render_file(build_content(store, OCTOBER), ReportFormat.html))
    for width in (1200, 400):
        asked: list[str] = []
        said: list[str] = []
        page = opened(browser, file, asked, said, width)
        assert asked == [file.as_uri()]
        assert said == []
        expect(page.get_by_role("heading", level=1)).to_contain_text("of labeling and modeling in October 2026")
        assert page.get_by_role("img").count() >= 2
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.close()


def test_an_empty_report_prints_too(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "empty.html"
    found = build_content(Store(tmp_path / "none"), ReportRequest(date(2026, 10, 1), date(2026, 10, 31)))
    file.write_bytes(render_file(found, ReportFormat.html))
    page = opened(browser, file, [], [], 800)
    expect(page.get_by_text("No time is tracked in October 2026.")).to_be_visible()
    page.close()
