"""A newcomer sorts what no rule knows: one click a text, and one click back."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from served import running

from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.store.generations import Store

pytestmark = pytest.mark.browser
TEXTS = ("Zebra batch", "kick the tyres", "odds and ends")


def read_hours(store: Store) -> dict[str, float]:
    """Return the hours by category."""
    return dict(resolve_figure(store, "hours_by_category", Filters()).rows.select("category", "hours").iter_rows())


def test_a_log_is_sorted_with_a_click_or_a_key_a_text(page: Page, tmp_path: Path) -> None:
    rows = [
        f"Ada,2026-03-{1 + day:02},{3600 * (3 - place)},Signs,{text} {day}"
        for place, text in enumerate(TEXTS)
        for day in range(20)
    ]
    file = tmp_path / "time.csv"
    file.write_text("person,day_on,seconds,project,description\n" + "\n".join(rows), encoding="utf-8")
    store = Store(tmp_path / "store")
    import_files(store, [file], Settings(zone="UTC"))
    with running(tmp_path / "store", "serve") as address:
        page.goto(f"{address}/data?section=To+sort")
        expect(page.get_by_text("120 h in 3 texts are not sorted yet.")).to_be_visible()
        page.get_by_role("button", name="Annotating", exact=False).first.click()
        expect(page.get_by_text("20 entries with 60 h are now annotating")).to_be_visible()
        expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_visible()
        page.keyboard.press("5")
        expect(page.get_by_text("20 entries with 40 h are now modeling")).to_be_visible()
        assert read_hours(store) == {"annotating": 60.0, "modeling": 40.0, "uncategorized": 20.0}
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_text("60 h in 2 texts are not sorted yet.")).to_be_visible()
    assert read_hours(store) == {"annotating": 60.0, "uncategorized": 60.0}
