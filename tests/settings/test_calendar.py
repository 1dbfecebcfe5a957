"""The calendar: where weeks and fiscal years begin, in figures, on pages and in reports."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import worked_team
from streamlit.testing.v1 import AppTest

from dashboard.errors import BadMapping
from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Calendar, Filters, find_first_day, resolve_period
from dashboard.reports.content import build_content
from dashboard.reports.request import ReportRequest
from dashboard.settings.calendar import CALENDAR_SHEET
from dashboard.settings.views import resolve_view, save_view
from dashboard.store.generations import Store

APP = Path(__file__).parents[2] / "dashboard" / "web" / "app.py"
WEEKLY = ("hours_by_week", "share_over_time", "coverage_by_week", "fte_by_week", "time_cells", "fte_cells")
pytestmark = pytest.mark.filterwarnings("default")


def set_calendar(store: Store, week_start: str, fiscal_month: str = "January") -> None:
    """Set the calendar of a store."""
    CALENDAR_SHEET.save(store, [{"week_start": week_start, "fiscal_month": fiscal_month}], None)


@pytest.mark.parametrize(("week_start", "weekday"), [("Monday", 0), ("Sunday", 6), ("Saturday", 5)])
def test_every_weekly_figure_begins_its_weeks_on_that_day(tmp_path: Path, week_start: str, weekday: int) -> None:
    store = worked_team.filled(tmp_path)
    before = {name: resolve_figure(store, name, Filters(), names=True).rows for name in WEEKLY}
    set_calendar(store, week_start)
    for name in WEEKLY:
        rows = resolve_figure(store, name, Filters(), names=True).rows
        assert rows.height, name
        assert {day.weekday() for day in rows.get_column("week_on")} == {weekday}, name
        if "seconds" in rows.columns:
            assert rows.get_column("seconds").sum() == before[name].get_column("seconds").sum(), name


def test_a_report_has_each_week_once(tmp_path: Path) -> None:
    store = worked_team.filled(tmp_path)
    set_calendar(store, "Sunday")
    report = build_content(store, ReportRequest(date(2026, 3, 4), date(2026, 3, 31)))
    assert report.request.history_filters().to_on == date(2026, 2, 28)  # a Saturday


@pytest.mark.parametrize(
    ("unit", "day", "calendar", "first"),
    [
        ("week", date(2026, 11, 29), Calendar(), date(2026, 11, 23)),
        ("week", date(2026, 11, 29), Calendar(week_shift=1), date(2026, 11, 29)),
        ("week", date(2026, 11, 27), Calendar(week_shift=2), date(2026, 11, 21)),
        ("fiscal year", date(2026, 11, 27), Calendar(0, 4), date(2026, 4, 1)),
        ("fiscal year", date(2026, 3, 31), Calendar(0, 4), date(2025, 4, 1)),
        ("fiscal quarter", date(2026, 11, 27), Calendar(0, 11), date(2026, 11, 1)),
        ("fiscal quarter", date(2027, 1, 31), Calendar(0, 11), date(2026, 11, 1)),
        ("fiscal quarter", date(2026, 11, 27), Calendar(), date(2026, 10, 1)),
    ],
)
def test_the_first_day(unit: str, day: date, calendar: Calendar, first: date) -> None:
    assert find_first_day(unit, day, calendar) == first


def test_the_last_fiscal_quarter_is_three_whole_months() -> None:
    today, calendar = date(2026, 11, 27), Calendar(0, 2)
    assert resolve_period("last fiscal quarter", today, calendar) == (date(2026, 8, 1), date(2026, 10, 31))
    assert resolve_period("last fiscal year", today, calendar) == (date(2025, 2, 1), date(2026, 1, 31))
    assert resolve_period("this fiscal year", today, calendar) == (date(2026, 2, 1), date(2026, 11, 26))


def test_a_view_counts_in_fiscal_years(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    save_view(store, {"view": "Year", "period": "Last fiscal year"})
    set_calendar(store, "Monday", "July")
    assert resolve_view(store, "Year", date(2026, 11, 27)) == Filters(date(2025, 7, 1), date(2026, 6, 30))


@pytest.mark.parametrize(
    "text",
    [
        "week_start,fiscal_month\n",
        "week_start,fiscal_month\nMonday,April\nSunday,May\n",
        "week_start,fiscal_month\nTuesday,April\n",
        "week_start,fiscal_month\nMonday,Spring\n",
    ],
)
def test_what_is_no_calendar_is_refused(tmp_path: Path, text: str) -> None:
    store = Store(tmp_path / "store")
    with pytest.raises(BadMapping):
        CALENDAR_SHEET.load_csv(store, text)
    assert CALENDAR_SHEET.list_rows(store).row(0) == ("Monday", "January")


def test_set_up_sets_it_and_the_periods_follow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = worked_team.filled(tmp_path)
    monkeypatch.setenv("LABELTIME_STORE", str(store.folder))
    app = AppTest.from_file(str(APP), default_timeout=60).run()
    assert "Last fiscal quarter" not in app.selectbox(key="period").options
    data = AppTest.from_string(
        "from dashboard.web.cached_store import begin_run\n"
        "from dashboard.web.pages.data.calendar import show_calendar\nbegin_run()\nshow_calendar()",
        default_timeout=60,
    ).run()
    data.selectbox(key="calendar-fiscal_month-0").set_value("April")
    data.button(key="calendar-save").click().run()
    assert not data.exception
    assert data.toast[0].value == "The calendar is set\\."
    app.run()
    assert "Last fiscal quarter" in app.selectbox(key="period").options
