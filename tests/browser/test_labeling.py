"""The labeling page in a browser: its three parts, small groups and pseudonyms, also on a phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from served import running
from simulated_log import simulate
from simulated_store import events, imported

pytestmark = pytest.mark.browser

PARTS = {
    "Speed": "Which kinds of labels take the time?",
    "Progress": "By project and person",
    "Recorded time": "Times to doubt",
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a log of two projects, one of them with a name that tries to be a link and a script."""
    folder = tmp_path_factory.mktemp("labeling")
    hostile = "<script>window.broken=1</script> http://example.com [x](javascript:window.broken=1)"
    imported(folder, [events(simulate("S0", 1, people=3, items=60), project=name) for name in ("reviews", hostile)])
    with running(folder / "store", "serve") as served:
        yield f"{served}/labeling?period=All"


def test_a_lead_walks_through_the_three_parts_and_shares_one(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_text("Half of the")).to_be_visible()
    for part, last in PARTS.items():
        page.get_by_role("radio", name=part, exact=True).click()
        expect(page.get_by_role("heading", name=last)).to_be_visible()
    assert page.evaluate("window.broken") is None
    assert page.locator("[data-testid=stMain] a[href*='example.com'], [href^='javascript']").count() == 0
    page.get_by_role("radio", name="Speed", exact=True).click()
    page.get_by_role("radio", name="Person", exact=True).click()
    expect(page.get_by_role("heading", name="Items per hour by person")).to_be_visible()
    assert "per=Person" in page.url
    fresh = page.context.new_page()
    fresh.goto(page.url)
    expect(fresh.get_by_role("heading", name="Items per hour by person")).to_be_visible()
    fresh.close()


def test_a_phone_shows_each_part_without_scrolling_sideways(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 400, "height": 900})
    for part, last in PARTS.items():
        page.goto(f"{address}&part={part.replace(' ', '+')}")
        expect(page.get_by_role("heading", name=last)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 400
