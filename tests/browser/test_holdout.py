"""A lead plans a hold-out on the page, takes the list along, has it labeled, and reads back whether it was kept."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest
from clicker import Clicker
from playwright.sync_api import Page, expect
from served import running

from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.store.generations import Store

pytestmark = pytest.mark.browser

HEADER = "item,person,seconds,method,finished_at,project\n"
ITEMS = [f"n{number}" for number in range(20)]


def labeled(store: Store, file: Path, rows: list[tuple[str, str]], day: str) -> None:
    """Import labels of one person: item and method."""
    lines = (f"{item},Ann,36,{method},{day}T10:00:00Z,Maps\n" for item, method in rows)
    file.write_text(HEADER + "".join(lines), encoding="utf-8")
    import_files(store, [file], Settings(zone="UTC"))


def test_a_hold_out_is_planned_downloaded_labeled_and_read_back(page: Page, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    labeled(store, tmp_path / "before.csv", [("o1", "manual")], "2026-03-02")
    with running(tmp_path / "store", "serve") as address:
        page.goto(f"{address}/data?section=Set-up&sheet=Hold-outs")
        page.get_by_text("Plan a hold-out").click()
        page.get_by_label("One item per line").fill("\n".join(ITEMS))
        page.get_by_label("One item per line").press("Control+Enter")
        expect(page.get_by_text("Doing 4 items by hand costs")).to_be_visible()
        Clicker(page).press("Choose at random and store the plan")  # a click on a page that is being drawn can be lost
        expect(page.get_by_text("4 of 20 items of Maps are left to people")).to_be_visible()
        with page.expect_download() as download:
            page.get_by_role("button", name="Download the list").click()
        with download.value.path().open(encoding="utf-8-sig") as file:
            dealt = [(row["item"], row["holdout"].lower() == "true") for row in csv.DictReader(file)]
        assert sorted(item for item, _ in dealt) == sorted(ITEMS)
        assert sum(is_held for _, is_held in dealt) == 4
        made = [(item, "manual" if is_held else "pre-annotated") for item, is_held in dealt]
        labeled(store, tmp_path / "after.csv", made, str(datetime.now(tz=UTC).date()))
        page.reload()
        expect(page.get_by_text("4 of 4 labeled hold-out items were done by hand")).to_be_visible()
