"""The labeling page in a browser: its tabs, small groups and pseudonyms, also on a phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from served import running
from simulated_log import simulate
from simulated_store import events, imported

pytestmark = pytest.mark.browser

FOLD = "Evidence: teams and people"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a log of two projects, one of them with a name that tries to be a link and a script."""
    folder = tmp_path_factory.mktemp("labeling")
    hostile = "<script>window.broken=1</script> http://example.com [x](javascript:window.broken=1)"
    imported(folder, [events(simulate("S0", 1, people=3, items=60), project=name) for name in ("reviews", hostile)])
    with running(folder / "store", "serve") as served:
        yield f"{served}/labeling?period=All"


def test_a_lead_walks_through_the_tabs_and_shares_one(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_text("Half of the")).to_be_visible()
    page.get_by_text(FOLD).click()
    expect(page.get_by_role("heading", name="Times to doubt")).to_be_visible()
    page.get_by_role("radiogroup", name="Per", exact=True).get_by_role("radio", name="Person", exact=True).click()
    expect(page.get_by_role("heading", name="Items per hour by person")).to_be_visible()
    assert page.evaluate("window.broken") is None
    assert page.locator("[data-testid=stMain] a[href*='example.com'], [href^='javascript']").count() == 0
    page.get_by_role("radio", name="Quality", exact=True).click()
    expect(page.get_by_role("heading", name="Quality of labels")).to_be_visible()
    assert "tab=Quality" in page.url
    fresh = page.context.new_page()
    fresh.goto(page.url)
    expect(fresh.get_by_role("heading", name="Quality of labels")).to_be_visible()
    fresh.close()


@pytest.mark.parametrize("former", ["quality", "forecast"])
def test_a_former_address_leads_to_its_tab_and_keeps_the_filters(page: Page, address: str, former: str) -> None:
    page.goto(address.replace("/labeling?", f"/{former}?project=reviews&"))
    tab = {"quality": "Quality", "forecast": "Outlook"}[former]
    expect(page.get_by_role("radio", name=tab, exact=True)).to_be_checked()
    assert "project=reviews" in page.url


def test_a_phone_shows_the_tab_without_scrolling_sideways(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 400, "height": 900})
    page.goto(address)
    page.get_by_text(FOLD).click()
    expect(page.get_by_role("heading", name="Times to doubt")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
