"""A lead looks at quality on a narrow screen and sets the margin before the audit is scored."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from served import running
from worked_reviews import REVIEWED, store_of

from dashboard.settings.margins import read_margins

pytestmark = pytest.mark.browser


def test_the_margin_is_set_on_a_narrow_screen_and_kept(page: Page, tmp_path: Path) -> None:
    store = store_of(tmp_path, REVIEWED)
    with running(tmp_path / "store", "serve") as address:
        page.set_viewport_size({"width": 400, "height": 900})
        page.goto(f"{address}/labeling?tab=Quality&period=All")
        page.get_by_text("Evidence: audits").click()
        expect(page.get_by_role("heading", name="Time against quality")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 400
        page.get_by_text("Set the margin: how").click()
        page.get_by_role("textbox", name="Set by").fill("Lee")
        page.get_by_role("button", name="Set the margin").click()
        expect(page.get_by_text("The margin is 2.0 points for All projects")).to_be_visible()
    assert read_margins(store).select("margin", "set_by").rows() == [(0.02, "Lee")]
