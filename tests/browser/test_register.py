"""A lead types into the register: a row that lacks a cell is refused and kept, corrected, and saved."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from served import running
from simulated_log import simulate
from simulated_store import events, imported

from dashboard.settings.automations import AUTOMATION_SHEET, read_register

pytestmark = pytest.mark.browser

ROW = 36  # pixels; the head of a table is as high as a row
TYPED = 40  # milliseconds a key, as people type
# Where the columns are, of the width, and their numbers.
NAME, TECHNIQUE, SETUP, NOTE = (0.08, 1), (0.32, 2), (0.65, 4), (0.9, 5)


def select(page: Page, editor: Locator, across: float, column: int) -> None:
    """Click a cell of the first row until it is marked: the first click after a button only brings the table back."""
    place = editor.bounding_box()
    assert place is not None
    marked = editor.locator(f"[data-testid=glide-cell-{column}-0][aria-selected=true]")
    for _ in range(3):
        page.mouse.click(place["x"] + across * place["width"], place["y"] + 1.5 * ROW)
        try:
            expect(marked).to_be_attached(timeout=2_000)
        except AssertionError:
            continue
        return
    expect(marked).to_be_attached()


def write(page: Page, editor: Locator, at: tuple[float, int], text: str, *, is_new: bool = False) -> None:
    """Open a cell of the first row as people do, type, and leave it; the first click on a new row opens its cell."""
    select(page, editor, *at)
    cell = page.locator("#portal").locator("textarea, input").first
    if not is_new:
        page.keyboard.press("Enter")
    expect(cell).to_be_visible()
    cell.press_sequentially(text, delay=TYPED)
    page.keyboard.press("Enter")
    expect(cell).not_to_be_visible()
    page.wait_for_timeout(400)  # a table hands its cells over a moment later, before a hand reaches a button


def test_a_row_that_lacks_a_cell_is_refused_kept_corrected_and_saved(page: Page, tmp_path: Path) -> None:
    store = imported(tmp_path, [events(simulate("S0", 1, people=2, items=20))])
    with running(tmp_path / "store", "serve") as address:
        page.goto(f"{address}/data?section=Set-up&sheet=Automations")
        expect(page.get_by_role("heading", name="The register of automations")).to_be_visible()
        editor = page.locator(".st-key-register-edit [data-testid=stDataFrame]").first
        editor.scroll_into_view_if_needed()
        write(page, editor, NAME, "drafts v2", is_new=True)
        write(page, editor, SETUP, "12.75")
        write(page, editor, NOTE, "3 rounds, 40 prompts")
        page.get_by_role("button", name="Save the register").click()
        expect(page.get_by_text("(drafts v2) has no technique")).to_be_visible()
        assert read_register(store)["automation"].is_empty()
        write(page, editor, TECHNIQUE, "LLM")
        page.get_by_role("button", name="Save the register").click()
        expect(page.get_by_text("1 automations in force")).to_be_visible()
    saved = read_register(store)["automation"].row(0, named=True)
    assert (saved["automation"], saved["technique"]) == ("drafts v2", "LLM labels")
    assert (saved["setup_hours"], saved["note"]) == (12.75, "3 rounds, 40 prompts")


def test_a_register_that_somebody_else_saved_is_not_overwritten(page: Page, tmp_path: Path) -> None:
    """A cell that is edited draws the tables alone anew; they show what is stored by then."""
    store = imported(tmp_path, [events(simulate("S0", 1, people=2, items=20))])
    AUTOMATION_SHEET.load_csv(store, "row,automation,technique\nautomation,drafts,LLM labels\n")
    with running(tmp_path / "store", "serve") as address:
        page.goto(f"{address}/data?section=Set-up&sheet=Automations")
        page.get_by_text("Edit the register").click()
        editor = page.locator(".st-key-register-edit [data-testid=stDataFrame]").first
        expect(editor).to_be_visible()
        editor.scroll_into_view_if_needed()
        both = "row,automation,technique\nautomation,drafts,LLM labels\nautomation,theirs,weak supervision\n"
        AUTOMATION_SHEET.load_csv(store, both)
        write(page, editor, NOTE, "mine")
        page.get_by_role("button", name="Save the register").click()
        expect(page.get_by_text("2 automations in force")).to_be_visible()
    saved = read_register(store)["automation"].sort("automation")
    assert saved.select("automation", "note").rows() == [("drafts", "mine"), ("theirs", None)]
