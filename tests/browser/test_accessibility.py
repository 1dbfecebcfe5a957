"""Pages of the dashboard under axe-core; what Streamlit draws by itself is left out by name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from reported_team import sixty_projects
from served import running

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "best-practice"],
    "resultTypes": ["violations"],  # a list of all that is right would take longer than to find it
}
# Small charts in cards, the label of a disabled choice, and where files are dropped: Streamlit's, not ours to change.
NOT_OURS = [
    ["[data-testid=stMetricChart]"],
    ["[data-testid=stWidgetLabel] [aria-hidden=true]"],
    ["[data-testid=stFileUploaderDropzone]"],
]
PAGES = {
    "": "Labeling share",
    "time": "How time is split",
    "reports": "as it will print",
    "data": "Imported so far",
    "data?section=People": "Save the people",
    "data?section=Set-up&sheet=Calendar": "Formats",
    "data?section=Set-up&sheet=Plans": "Targets",
    "data?section=Set-up&sheet=Pull": "Clockify",
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = sixty_projects(tmp_path_factory.mktemp("audited")).folder
    with running(folder, "serve") as found:
        yield found


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_of_ours(page: Page, address: str, name: str) -> None:
    page.emulate_media(color_scheme="light")
    page.goto(f"{address}/{name}")
    assert_no_violation(page, name, "rgb(255, 255, 255)")
    page.emulate_media(color_scheme="dark")
    page.reload()
    assert_no_violation(page, name, "rgb(18, 22, 28)")


def assert_no_violation(page: Page, name: str, background: str) -> None:
    """Wait until a page is drawn as a whole, and audit it."""
    expect(page.get_by_test_id("stApp")).to_have_css("background-color", background)
    expect(page.get_by_text(PAGES[name]).first).to_be_visible()
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    found = Axe().run(page, context={"exclude": NOT_OURS}, options=RULES)
    assert found.violations_count == 0, found.generate_report()
