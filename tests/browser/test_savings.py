"""The savings page in a browser: three states side by side, the checks behind a fold, also on a phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from served import running
from simulated_log import simulate
from simulated_store import events, imported

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a log of an automation that saves, one that costs time, and one without enough data."""
    folder = tmp_path_factory.mktemp("savings")
    frames = [
        events(simulate("S0", 1)),
        events(simulate("S0", 2, effect=1.4), project="scans", automation="rough masks"),
        events(simulate("S0", 4, people=2, items=40), project="calls", automation="transcripts"),
    ]
    imported(folder, frames)
    with running(folder / "store", "serve") as served:
        yield f"{served}/labeling?tab=Savings&period=All"


def test_three_automations_stand_with_their_states(page: Page, address: str) -> None:
    page.goto(address)
    for state in ("Saves time", "Costs time", "Not enough data"):
        expect(page.get_by_text(state).first).to_be_visible()
    expect(page.get_by_text("labels took").first).to_be_visible()


def test_the_checks_are_behind_the_fold(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_text("Evidence: checks").click()
    page.get_by_text("Checks of drafts in words").click()
    expect(page.get_by_text("A division of averages says")).to_be_visible()
    expect(page.get_by_text("robustness")).to_be_visible()


def test_a_phone_shows_the_answer_without_scrolling_sideways(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 400, "height": 900})
    page.goto(address)
    page.get_by_text("Evidence: checks").click()
    expect(page.get_by_text("What others measured")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
