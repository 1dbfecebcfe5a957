"""The page of reports: what it offers is what the terminal writes, and it says what it cannot do."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from reported_team import OCTOBER, five_projects
from simulated_log import simulate
from simulated_store import events, imported
from streamlit.testing.v1 import AppTest

from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.reports.content import build_content
from dashboard.reports.document import Content
from dashboard.reports.formats.pdf import render_pages
from dashboard.reports.links import find_linked_report
from dashboard.reports.request import ReportPart, ReportRequest
from dashboard.store.generations import Store
from dashboard.web import cached_store
from dashboard.web.pages.reports.page import PARTS

PAGE = """
from dashboard.web.cached_store import begin_run
from dashboard.web.components import show_error
from dashboard.web.pages.reports.page import show_reports_page
from dashboard.errors import DashboardError
begin_run()
try:
    show_reports_page()
except DashboardError as error:
    show_error(error)
"""
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch, demo: Store) -> AppTest:
    monkeypatch.setenv("LABELTIME_STORE", str(demo.folder))
    monkeypatch.setattr(cached_store, "utc_today", lambda: date(2026, 11, 23))
    return AppTest.from_string(PAGE, default_timeout=180)


def words(app: AppTest) -> str:
    """Return all text of a page, without the escapes of Markdown."""
    blocks = (*app.markdown, *app.subheader, *app.header, *app.info, *app.error, *app.caption)
    return "\n".join(str(block.value) for block in blocks).replace("\\", "")


def test_the_last_full_month_is_previewed_and_named_in_the_command(app: AppTest, of_demo: Content) -> None:
    app.run()
    assert not app.exception
    assert str(of_demo.headline) in words(app)
    assert of_demo.provenance.content_hash[:12] in words(app)
    assert app.code[0].value == "labeltime report --from 2026-10-01 --to 2026-10-31 --format pdf"


def test_a_group_too_small_for_management_is_said_and_the_team_may_see_it(app: AppTest) -> None:
    app.run()
    assert "the engineers' own share" in words(app)
    app.multiselect(key="report-projects").select("Crop Health").run()
    assert not app.error
    app.toggle(key="report-strict").set_value(True).run()
    assert "5 or more" in words(app)
    app.segmented_control(key="report-audience").set_value("Team").run()
    assert not app.error
    assert "'--project=Crop Health' --audience team" in app.code[0].value


def test_an_empty_store_says_what_to_do(app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABELTIME_STORE", str(tmp_path / "store"))
    app.run()
    assert not app.exception
    assert "Where does your team's time go?" in words(app)


def test_the_preview_is_the_pages_as_they_print(of_demo: Content) -> None:
    pages = render_pages(of_demo)
    assert 1 < len(pages) <= 3
    assert all(page.startswith(b"\x89PNG") for page in pages)
    assert of_demo.request == OCTOBER


def test_the_view_that_a_link_comes_from_is_carried_over_once(monkeypatch: pytest.MonkeyPatch) -> None:
    store = five_projects.shared()
    monkeypatch.setenv("LABELTIME_STORE", str(store.folder))
    monkeypatch.setattr(cached_store, "utc_today", lambda: date(2026, 11, 23))
    app = AppTest.from_string(PAGE, default_timeout=180)
    app.query_params.update({"first": "2026-09-01", "last": "2026-10-15", "project": ["Project 10", "No such"]})
    app.run()
    assert not app.exception
    command = app.code[0].value
    assert "--from 2026-09-01 --to 2026-10-15" in command
    assert "'--project=Project 10'" in command
    assert "No such" not in command
    app.segmented_control(key="report-period").set_value("Last month").run()
    assert "--from 2026-10-01 --to 2026-10-31" in app.code[0].value
    app.query_params.update({"first": "yesterday", "last": ""})
    assert not app.run().exception


def test_a_report_is_frozen_on_the_page_and_told_apart_from_later_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = five_projects(tmp_path)
    monkeypatch.setenv("LABELTIME_STORE", str(store.folder))
    monkeypatch.setattr(cached_store, "utc_today", lambda: date(2026, 11, 23))
    app = AppTest.from_string(PAGE, default_timeout=180)
    app.session_state["report-without"] = [name for name, part in PARTS.items() if part is not ReportPart.share]
    app.run()
    assert "Sent reports" not in words(app)
    app.text_input(key="report-name").input("For the board")
    next(button for button in app.button if button.label == "Freeze").click().run()
    assert not app.exception
    assert "Nothing moved" in words(app)
    next(button for button in app.button if button.label == "Make a link").click().run()
    address = next(block.value for block in app.code if "/r/" in block.value)
    assert find_linked_report(store, address.rpartition("/")[2])
    assert not any("/r/" in block.value for block in app.run().code)  # shown this once
    next(button for button in app.button if button.label == "Revoke").click().run()
    assert not app.exception
    assert find_linked_report(store, address.rpartition("/")[2]) is None
    extra = tmp_path / "extra.csv"
    rows = "".join(f"{one},2026-10-09,36000,Project 10,label images\n" for one in ("Ada", "Bob", "Cleo", "Dan", "Eve"))
    extra.write_text("person,day_on,seconds,project,description\n" + rows, encoding="utf-8")
    import_files(store, [extra], Settings())
    app.run()
    assert not app.exception
    assert "The data, the register or a definition moved" in words(app)
    assert len(app.dataframe) == 2  # links, and what moved


def test_labels_alone_make_a_report_whose_title_is_what_automation_saved(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    store = imported(tmp_path, [events(simulate("S0", 1))])
    content = build_content(store, ReportRequest(date(2026, 1, 1), date(2026, 3, 31)))
    assert str(content.headline).startswith("In Q1 2026, drafts saved ")
    assert re.search(r"; the team made [\d,]+ labels\.$", str(content.headline))
    assert [remark.label for remark in content.remarks] == ["How sure", "Not in it"]
    assert str(content.remarks[1]) == "Work outside of labeling tools: no time is tracked."
    assert [key.label for key in content.numbers] == ["Labels by people", "Accepted", "Hours saved"]
    assert content.sections[0].title == "How labels were made"

    monkeypatch.setenv("LABELTIME_STORE", str(store.folder))
    monkeypatch.setattr(cached_store, "utc_today", lambda: date(2026, 4, 2))
    app = AppTest.from_string(PAGE, default_timeout=180)
    app.run()
    assert not app.exception
    assert [header.value for header in app.header] == ["Reports"]
    assert "reviews" in app.multiselect(key="report-projects").options


LABELS = "item,person,seconds,method,finished_at,stage,outcome,project\n" + "".join(
    f"{item},{person},90,manual,2026-03-02T09:{item:02d}:00Z,annotate,submitted,Docs\n"
    for item, person in ((number, ("Ann", "Ben")[number % 2]) for number in range(50))
)


def add_reviews(count: int) -> str:
    """Return reviews of the first labels, of which every fifth is rejected."""
    return "".join(
        f"{item},Rae,10,,2026-03-03T09:{item:02d}:00Z,review,{'accepted' if item % 5 else 'rejected'},Docs\n"
        for item in range(count)
    )


@pytest.mark.parametrize(
    ("reviewed", "tail", "shown"),
    [
        (40, "reviewers accepted 80% of the 40 they saw.", "80%"),
        (3, "with 3 reviewed, there is not enough data on how many are accepted.", "None"),
        (0, "how many were accepted is not known.", "None"),
    ],
)
def test_labels_without_time_and_automation_say_how_many_there_are_and_what_was_accepted(
    tmp_path: Path, reviewed: int, tail: str, shown: str
) -> None:
    file = tmp_path / "labels.csv"
    file.write_text(LABELS + add_reviews(reviewed), "utf-8")
    store = Store(tmp_path / "store")
    import_files(store, [file], Settings())
    march = ReportRequest(date(2026, 3, 1), date(2026, 3, 31))
    content = build_content(store, march)
    assert str(content.headline) == f"The team made 50 labels in March 2026; {tail}"
    assert [key.label for key in content.numbers] == ["Labels by people", "Accepted", "Items per hour"]
    assert [str(key.number) for key in content.numbers][:2] == ["50", shown]
    assert "hours" not in [section.name for section in content.sections]
    (table,) = content.sections[0].tables
    assert [str(cell) for cell in table.rows[0]][:2] == ["Docs", "50"]
    few = build_content(store, replace(march, hides_small_groups=True))  # two people may not be told of
    assert str(few.headline).startswith("No time is tracked")
    assert "50" not in str(few.headline)


def test_a_handful_of_labels_gives_a_report_without_median_and_rate(tmp_path: Path) -> None:
    file = tmp_path / "labels.csv"
    file.write_text("".join(LABELS.splitlines(keepends=True)[:6]), "utf-8")
    store = Store(tmp_path / "store")
    import_files(store, [file], Settings())
    content = build_content(store, ReportRequest(date(2026, 3, 1), date(2026, 3, 31)))
    labels, _, rate = content.numbers
    assert (str(labels.number), rate.number) == ("5", None)
    assert "too few have a measured time" in labels.beside
    assert "Half of the labels" not in " ".join(map(str, content.sections[0].sentences))


@pytest.mark.parametrize(
    ("today", "period", "title"),
    [
        (date(2026, 4, 2), "Last month", "in March 2026"),
        (date(2027, 4, 2), "Custom", "in March 2026"),
        (date(2026, 3, 20), "Custom", "in March 2026"),
    ],
)
def test_a_log_that_misses_the_last_month_opens_on_its_newest_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, today: date, period: str, title: str
) -> None:
    file = tmp_path / "time.csv"
    file.write_text("person,day_on,seconds,project,description\nAda,2026-03-10,36000,Docs,label images\n", "utf-8")
    store = Store(tmp_path / "store")
    import_files(store, [file], Settings())
    monkeypatch.setenv("LABELTIME_STORE", str(store.folder))
    monkeypatch.setattr(cached_store, "utc_today", lambda: today)
    monkeypatch.setattr("dashboard.web.pages.reports.page.utc_today", lambda: today)
    app = AppTest.from_string(PAGE, default_timeout=180).run()
    assert not app.exception
    assert app.segmented_control(key="report-period").value == period
    assert title in app.markdown[0].value
