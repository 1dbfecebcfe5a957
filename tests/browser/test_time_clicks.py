"""A click on a bar of Time, in a real browser: to its entries, and to filters that hold it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect


def click_longest_bar(page: Page, heading: str) -> None:
    """Click the first bar of the chart below a heading, near the axis that it grows from."""
    card = page.get_by_test_id("stVerticalBlock").filter(has=page.get_by_role("heading", name=heading, exact=True)).last
    bar = card.locator("svg path[aria-roledescription=bar]").first
    bar.click()


@pytest.mark.parametrize("heading", ["Time by category", "Time by project"])
def test_a_bar_leads_to_its_entries_and_back_to_filters(page: Page, demo: str, heading: str) -> None:
    page.goto(f"{demo}/time")
    click_longest_bar(page, heading)
    page.get_by_role("button", name="Its entries").click()
    expect(page.get_by_role("heading", name="Single entries")).to_be_visible()
    page.goto(f"{demo}/time")
    click_longest_bar(page, heading)
    page.get_by_role("button", name="Only this").click()
    expect(page.get_by_text("Categories (1 of", exact=False)).to_be_visible()
    expect(page.get_by_role("button", name="Only this")).to_have_count(0)
