"""Plans on the Data page: sheets are shown, saved, refused in words; a note stands below the charts of its time."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from budgeted_team import filled
from streamlit.testing.v1 import AppTest

from dashboard.settings.budgets import read_budgets
from dashboard.settings.notes import read_notes, save_notes
from dashboard.settings.sheet import find_sheets
from dashboard.settings.targets import read_targets
from dashboard.store.generations import Store

pytestmark = pytest.mark.filterwarnings("default")
PLANS = (
    "from dashboard.web.cached_store import begin_run\n"
    "from dashboard.web.pages.data.plans import show_plans\nbegin_run()\nshow_plans()"
)
OVERVIEW = (
    "from dashboard.web.cached_store import begin_run\n"
    "from dashboard.web.filter_bar import show_filter_bar\n"
    "from dashboard.web.pages.overview.page import show_overview_page\n"
    "begin_run()\nshow_filter_bar()\nshow_overview_page()"
)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    made = filled(tmp_path, date(2026, 1, 5))
    monkeypatch.setenv("LABELTIME_STORE", str(made.folder))
    return made


def drawn() -> AppTest:
    app = AppTest.from_string(PLANS, default_timeout=60).run()
    assert not app.exception
    return app


@pytest.mark.parametrize(
    ("name", "csv"),
    [
        ("notes", "day_on,project,text\n2026-01-20,,New guideline\n"),
        ("budgets", "project,covers,unit,recurs,from_on,amount\n,labeling,hours,month,2026-01-01,40\n"),
        ("targets", "measure,project,direction,value,by_on\nacceptance,,at least,0.9,2026-12-31\n"),
    ],
)
def test_a_sheet_is_loaded_shown_and_saved_as_it_stands(store: Store, name: str, csv: str) -> None:
    app = drawn()
    app.file_uploader(key=f"{name}-file-0").upload(f"{name}.csv", csv.encode(), "text/csv").run()
    app.button(key=f"{name}-load").click().run()
    assert not app.exception
    assert "1 in force" in app.toast[0].value
    before = store.generation()
    app.button(key=f"{name}-save").click().run()
    assert not app.exception
    assert app.toast[0].value.replace("\\", "") == find_sheets()[name].saved.format(count=1)
    assert store.generation() > before
    frames = {"notes": read_notes, "budgets": read_budgets, "targets": read_targets}
    assert frames[name](store).height == 1


def test_what_cannot_be_used_is_said_and_changes_nothing(store: Store) -> None:
    app = drawn()
    csv = b"day_on,project,text\n2026-01-20,Nobody,x\n"
    app.file_uploader(key="notes-file-0").upload("notes.csv", csv, "text/csv").run()
    app.button(key="notes-load").click().run()
    assert len(app.error) == 1
    assert read_notes(store).is_empty()


def test_a_note_stands_behind_a_click_below_the_chart_of_its_time(store: Store) -> None:
    save_notes(store, [{"day_on": "2026-01-20", "project": "", "text": "New [guideline](http://x) <b>2</b>"}])
    app = AppTest.from_string(OVERVIEW, default_timeout=60)
    app.query_params["period"] = "All"
    app.run()
    assert not app.exception
    told = [str(block.value) for block in app.markdown if "20 Jan 2026" in str(block.value)]
    assert len(told) == 1
    assert told[0].startswith("A · 20 Jan 2026")
    assert "\\[guideline\\]\\(" in told[0]


def test_a_note_is_pinned_where_its_chart_is(store: Store) -> None:
    app = AppTest.from_string(OVERVIEW, default_timeout=60)
    app.query_params["period"] = "All"
    app.run()
    app.button(key="overview-note-save").click().run()
    assert "no text" in app.error[0].value
    assert read_notes(store).is_empty()
    app.date_input(key="overview-note-day-0").set_value(date(2026, 1, 21))
    app.text_input(key="overview-note-text-0").set_value("New tool")
    app.button(key="overview-note-save").click().run()
    assert not app.exception
    assert read_notes(store).rows() == [(date(2026, 1, 21), "", "New tool")]
    assert [str(block.value) for block in app.markdown if str(block.value).startswith("A · 21 Jan 2026")]
