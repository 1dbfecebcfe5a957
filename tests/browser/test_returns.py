"""The returns page in a browser: the answers first, an explanation a click away, also on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from served import running
from simulated_runs import ablation, chosen, mixtures
from worked_runs import of_chosen, of_grid, of_mixtures, store_of

from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files

pytestmark = pytest.mark.browser
REPORT = Path(__file__).parents[2] / "fixtures" / "mostlyai_qa" / "Census__mostly.json"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve runs on mixtures, an ablation grid, active learning, and a report on synthetic data."""
    folder = tmp_path_factory.mktemp("returns")
    runs = of_mixtures(mixtures(1, 0.2, 0.03)) + of_grid(ablation(1)) + of_chosen(chosen(1))
    import_files(store_of(folder, runs), [REPORT], Settings())
    with running(folder / "store", "serve") as served:
        yield f"{served}/labeling?tab=Labels+or+model%3F&period=All"


def test_the_answers_stand_first_and_every_curve_is_drawn(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_text("one synthetic label is worth").first).to_be_visible()
    expect(page.get_by_text("Labeling returns more").last).to_be_visible()
    page.get_by_text("Evidence: missing runs").click()
    expect(page.get_by_text("2,000 chosen labels do what")).to_be_visible()
    expect(page.locator("[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg")).to_have_count(4)


def test_a_number_is_explained_one_click_away(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Explain").nth(1).click()
    expect(page.get_by_text("a synthetic label pays if it costs less than kappa labels by people")).to_be_visible()
    expect(page.get_by_text("labeltime ask exchange_rate")).to_be_visible()


def test_a_phone_shows_everything_without_scrolling_sideways(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 400, "height": 900})
    page.goto(address)
    page.get_by_text("Evidence: missing runs").click()
    expect(page.get_by_text("Synthetic data against human work")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
