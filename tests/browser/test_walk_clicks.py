"""A newcomer's whole way, counted: from an empty store to a report of sorted hours, people and roles.

With `-s`, pytest prints the clicks and seconds of each step.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import cycle, islice
from pathlib import Path

import pytest
from clicker import Clicker
from playwright.sync_api import Page, expect
from served import running

pytestmark = pytest.mark.browser

MOST_CLICKS = 45
FILE_CHOOSER = 2  # clicks: choose the file, open it
HEAD = "User,Email,Project,Description,Start date,Start time,End date,End time,Duration\n"
# What each person writes in turn; texts that no rule knows get the category beside them.
WORK = {
    "Ana Lima": ("Label batch 3", "Kick-off Zurich", "Sanity pass", "Standup"),
    "Ben Cho": ("Annotate invoices", "Sanity pass", "Label batch 4"),
    "Chloe Diaz": ("Train the detector", "Sweeps", "Odds and ends"),
    "Dev Rao": ("Vendor names", "Scans in", "Flaky builds", "Train the OCR model"),
    "Eva Novak": ("Board deck", "Sweeps", "Train the detector", "Budget sheet"),
}
CATEGORIES = {
    "Sanity pass": "Review",
    "Sweeps": "Modeling",
    "Vendor names": "Data preparation",
    "Scans in": "Data preparation",
    "Flaky builds": "Deployment and operations",
}
ROWS = 300


def write_export(path: Path) -> Path:
    """Write a detailed export of Toggl: two entries a day of each person, on weekdays up to last Friday."""
    today = date.today()  # noqa: DTZ011 - the days of a file are local
    friday = today - timedelta(days=(today.weekday() - 4) % 7 or 7)
    days = [day for back in range(41, -1, -1) if (day := friday - timedelta(days=back)).weekday() < 5]
    texts = {person: cycle(works) for person, works in WORK.items()}
    lines = [
        f"{person},{person.split()[0].lower()}@firm.example,Signs,{next(texts[person])},"
        f"{day},{start:02}:00:00,{day},{start + 2:02}:00:00,02:00:00"
        for day in days
        for person in WORK
        for start in (9, 13)
    ]
    path.write_text(HEAD + "\n".join(islice(lines, ROWS)) + "\n", encoding="utf-8")
    return path


def list_open_texts(page: Page) -> Iterator[str]:
    """Yield the largest text that is not sorted, until all are."""
    wording = page.get_by_test_id("stText").first  # in a fold below the rows
    while not page.get_by_text("Every text is sorted.").is_visible():
        yield wording.text_content() or ""


def find_place(page: Page, text: str) -> float:
    """Return how far down the page the buttons of the categories begin."""
    box = page.get_by_role("button", name=re.compile(f"^{text}")).first.bounding_box()
    assert box is not None
    return box["y"]


def test_a_newcomer_has_a_report_of_a_sorted_log_within_the_budget_of_clicks(page: Page, tmp_path: Path) -> None:
    file = write_export(tmp_path / "toggl.csv")
    with running(tmp_path / "store", "serve") as address:
        page.goto(address)
        hand = Clicker(page)
        hand.press("Import files")
        page.locator("input[type=file]").set_input_files(file)
        hand.clicks += FILE_CHOOSER
        hand.press(re.compile("the zone of this browser"))
        hand.press("Import 1 file")
        expect(page.get_by_text("300 rows imported")).to_be_visible()
        hand.end_step("The file is imported")
        hand.press(re.compile("texts not sorted"))
        expect(page.get_by_text("are not sorted yet.")).to_be_visible()
        sort_texts(hand)
        hand.end_step("Every text is sorted")
        hand.press(re.compile("Say who is an engineer"))
        name_people(hand)
        hand.end_step("Names, roles and hours are known")
        hand.click(page.get_by_role("link", name="Reports"))
        with page.expect_download() as download:
            hand.press(re.compile(r"PDF$"))
        assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
        hand.end_step("The report is there to send")
    assert hand.clicks <= MOST_CLICKS, hand.clicks


def sort_texts(hand: Clicker) -> None:
    """Give each text a category; the buttons stay where they are."""
    page = hand.page
    places: set[float] = set()
    for text in list_open_texts(page):
        places.add(find_place(page, "Labeling operations"))
        category = next((name for words, name in CATEGORIES.items() if words in text), "Other")
        remaining = page.get_by_text("not sorted yet.").first.inner_text()
        hand.press(re.compile(f"^{category}"))
        expect(page.get_by_text(remaining, exact=True)).to_have_count(0)
        expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_visible()
    assert len(places) == 1, places


def name_people(hand: Clicker) -> None:
    """Confirm the names, and give everybody weekly hours and a role."""
    page = hand.page
    hand.press("Confirm the ticked names")
    expect(page.get_by_text("5 people without a role.")).to_be_visible()
    for annotator in ("Ana Lima", "Ben Cho"):
        hand.press(annotator)
    hand.press("Engineer")
    expect(page.get_by_text("2 people without a role.")).to_be_visible()
    hand.press("Annotator")
    expect(page.get_by_text("without a role.")).to_have_count(0)
    hand.press(re.compile("^Set for the 5 people"))
    expect(page.get_by_role("button", name=re.compile("^Set for the"))).to_have_count(0)
