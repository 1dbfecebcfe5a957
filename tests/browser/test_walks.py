"""The walks a lead takes: look at the demo and share a view; import a file and take it back."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import worked_team
from playwright.sync_api import Page, expect
from served import running

pytestmark = pytest.mark.browser

TOGGL = Path(__file__).parents[2] / "fixtures" / "toggl" / "export_2025.csv"


def headline(page: Page) -> str:
    """Return the answer sentence once it stands."""
    sentence = page.locator("[data-testid=stMarkdown]").filter(has_text="of labeling and modeling on labeling").first
    expect(sentence).to_be_visible()
    return sentence.inner_text()


def number(page: Page, label: str) -> str:
    """Return the value of a number card."""
    card = page.locator("[data-testid=stMetric]").filter(has_text=label).first
    expect(card).to_be_visible()
    return card.locator("[data-testid=stMetricValue]").inner_text()


def choose(page: Page, label: str) -> None:
    """Press a segment of the bar."""
    page.get_by_role("radio", name=label, exact=True).click()


def test_the_first_run_says_what_to_do_next(page: Page, served: str) -> None:
    page.goto(served)
    expect(page.get_by_text("Where does your team's time go?")).to_be_visible()
    expect(page.get_by_role("button", name="Show the sample")).to_be_visible()
    page.get_by_text("Import files").click()
    expect(page.get_by_text("Drop exports here")).to_be_visible()


def test_the_first_page_is_found_by_its_name(page: Page, demo: str) -> None:
    page.goto(f"{demo}/overview?who=Engineers+only")
    expect(page.get_by_text("Engineers spent")).to_be_visible()
    expect(page.get_by_text("Page not found")).to_have_count(0)


@pytest.mark.parametrize(("address", "text"), [("data/a/b", "Drop exports here"), ("a/b/c", "Page not found")])
def test_no_address_is_blank(page: Page, demo: str, address: str, text: str) -> None:
    page.goto(f"{demo}/{address}")
    expect(page.get_by_text(text).first).to_be_visible()


def test_a_copied_link_shows_the_same_view(page: Page, demo: str) -> None:
    page.goto(demo)
    expect(page.get_by_text("Demo data")).to_be_visible()
    before = headline(page)
    choose(page, "Engineers only")
    expect(page.get_by_text("Engineers spent")).to_be_visible()
    assert headline(page) != before
    page.get_by_role("link", name="Time", exact=True).click()
    choose(page, "Drill down")
    page.get_by_role("combobox", name="Category").click()
    page.get_by_role("option", name="annotating", exact=True).click()
    page.get_by_role("combobox", name="Project", exact=True).click()
    page.get_by_role("option", name="Street Signs").click()
    expect(page.get_by_text("Time by task")).to_be_visible()
    page.get_by_role("button", name="Copy link").click()
    link = page.locator("[data-testid=stPopoverBody] code").inner_text().strip()
    asked = parse_qs(urlsplit(link).query)
    assert asked["who"] == ["Engineers only"]
    assert asked["category"] == ["annotating"]
    assert asked["in"] == ["Street Signs"]
    fresh = page.context.new_page()
    answers: list[int] = []
    fresh.on("response", lambda response: answers.append(response.status))
    fresh.goto(link)
    expect(fresh.get_by_text("Time by task")).to_be_visible()
    expect(fresh.get_by_role("radio", name="Engineers only")).to_be_checked()
    expect(fresh.get_by_role("combobox", name="Project", exact=True)).to_have_value("Street Signs")
    assert all(status < 400 for status in answers)  # the server is not looked for below the page
    fresh.close()


def test_a_file_is_previewed_imported_seen_and_taken_back(page: Page, store: Path) -> None:
    worked_team.filled(store.parent)
    with running(store, "serve") as address:
        page.goto(f"{address}/?period=All")
        assert number(page, "Tracked hours") == "25 h"
        page.goto(f"{address}/data")
        page.locator("input[type=file]").set_input_files(TOGGL)
        answer_zone(page)
        expect(page.get_by_text("The first rows, as they will be stored")).to_be_visible()
        coming = number(page, "Hours")
        page.get_by_role("button", name="Import 1 file").click()
        expect(page.get_by_text("rows imported")).to_be_visible()
        page.get_by_role("link", name="in the overview").click()
        assert number(page, "Tracked hours") == coming
        page.get_by_role("link", name="Time", exact=True).click()
        expect(page.get_by_text("Time by project")).to_be_visible()
        page.get_by_role("link", name="Data", exact=True).click()
        page.locator(".st-key-import-2").get_by_role("button", name="Undo").click()
        page.get_by_role("button", name="Undo the import").click()
        expect(page.get_by_text("was undone")).to_be_visible()
        page.goto(f"{address}/?period=All")
        assert number(page, "Tracked hours") == "25 h"


def answer_zone(page: Page) -> None:
    """Answer the one question that the file leaves open."""
    expect(page.get_by_text("One question about this file")).to_be_visible()
    box = page.get_by_role("combobox", name="Time zone of the times in this file")
    box.fill("Europe/Berlin")
    page.get_by_role("option", name="Europe/Berlin").click()
