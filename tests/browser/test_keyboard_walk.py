"""A newcomer without a mouse: from an empty store to a report of sorted hours, people and roles, by keys alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from typist import Typist

pytestmark = pytest.mark.browser

HEAD = "User,Email,Project,Description,Start date,Start time,End date,End time,Duration\n"
WORK = {"Ana Lima": ("Label batch 3", "Sanity pass"), "Ben Cho": ("Train the detector", "Sweeps")}
CATEGORIES = {"Sanity pass": "2", "Sweeps": "5"}  # the key that says what the work was
DAYS = 20
MOST_KEYS = 240


def write_export(path: Path) -> Path:
    """Write a detailed export of Toggl: an entry a day of each person and text, all of one length."""
    lines = [
        f"{person},{person[:3].lower()}@firm.example,Signs,{text},2026-03-{day:02},{start}:00:00,"
        f"2026-03-{day:02},{start + 2}:00:00,02:00:00"
        for day in range(1, DAYS + 1)
        for person, texts in WORK.items()
        for start, text in zip((10, 13), texts, strict=True)
    ]
    path.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_keys_alone_lead_from_a_file_to_a_report(page: Page, served: str, tmp_path: Path) -> None:
    page.goto(served)
    hand = Typist(page)
    hand.use("Import files$")
    hand.reach("Upload|Browse")
    with page.expect_file_chooser() as chooser:
        hand.press("Enter")
    chooser.value.set_files(write_export(tmp_path / "toggl.csv"))
    expect(page.get_by_role("button", name="the zone of this browser")).to_be_visible()
    hand.use("the zone of this browser")
    expect(page.get_by_role("button", name="Import 1 file")).to_be_enabled()
    hand.use("Import 1 file$")
    expect(page.get_by_text("80 rows imported")).to_be_visible()
    hand.use("texts not sorted")
    sort_texts(hand)
    hand.use("Say who is an engineer")
    name_people(hand)
    hand.use("See the report$", role="a")
    expect(page.get_by_role("button", name="PDF")).to_be_visible()
    hand.reach("PDF$")
    with page.expect_download() as download:
        hand.press("Enter")
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
    assert hand.keys <= MOST_KEYS, hand.keys


def sort_texts(hand: Typist) -> None:
    """Give each text a category by its number."""
    page = hand.page
    for remaining in (2, 1):
        expect(page.get_by_text(f"{40 * remaining} h in {remaining} text")).to_be_visible()
        text = page.get_by_test_id("stText").first.text_content() or ""
        hand.press(CATEGORIES[text])
    expect(page.get_by_text("Every text is sorted.")).to_be_visible()


def name_people(hand: Typist) -> None:
    """Confirm the names, and give both people weekly hours, and each a role."""
    page = hand.page
    expect(page.get_by_role("button", name="Confirm the ticked names")).to_be_visible()
    hand.use("Confirm the ticked names")
    expect(page.get_by_text("2 people without a role.")).to_be_visible()
    hand.use("Ana Lima", key="Space")
    hand.use("Engineer")
    expect(page.get_by_text("1 person without a role.")).to_be_visible()
    hand.use("Annotator")
    expect(page.get_by_text("without a role.")).to_have_count(0)
    hand.use("Set for the 2 people")
    expect(page.get_by_text("2 people with 40 weekly hours now.")).to_be_visible()
