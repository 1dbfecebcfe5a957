"""Own category schemes: the same hours in other groups, on Time and in the terminal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import reported_team
import worked_team
from streamlit.testing.v1 import AppTest

from dashboard.allocation.scheme_charts import sum_groups, sum_groups_by_project, sum_groups_by_week
from dashboard.allocation.schemes import group_hours
from dashboard.errors import BadFilter, BadMapping
from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.reports.command import list_arguments
from dashboard.reports.content import build_content
from dashboard.reports.request import ReportPart, ReportRequest
from dashboard.reports.writers import ReportFormat, render_file
from dashboard.settings.cells import Row
from dashboard.settings.schemes import MAX_GROUPS, REST, SCHEME_SHEET
from dashboard.store.generations import Store
from dashboard.units import format_share

APP = Path(__file__).parents[2] / "dashboard" / "web" / "app.py"
TIME = """
from dashboard.web.cached_store import begin_run
from dashboard.web.filter_bar import show_filter_bar
from dashboard.web.pages.time_split.controls import show_split_bar
from dashboard.web.pages.time_split.page import show_time_split
begin_run()
show_split_bar(show_filter_bar())
show_time_split()
"""
INVESTMENT: list[Row] = [
    {"scheme": "Investment", "group": "Data", "category": "annotating"},
    {"scheme": "Investment", "group": "Models", "category": "modeling"},
    {"scheme": "By size", "group": "Everything"},
]
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = worked_team.filled(tmp_path)
    SCHEME_SHEET.save(made, INVESTMENT, None)
    return made


def test_groups_hold_the_hours_of_their_activities_and_nothing_is_lost(store: Store) -> None:
    rows = resolve_figure(store, "hours_by_group", Filters()).rows
    hours = resolve_figure(store, "hours_by_category", Filters()).rows
    wanted = dict(hours.select("category", "hours").iter_rows())
    groups = dict(sum_groups(rows, "Investment").select("group", "hours").iter_rows())
    assert groups["Data"] == pytest.approx(wanted["annotating"])
    assert groups["Models"] == pytest.approx(wanted["modeling"])
    total = sum(value for value in wanted.values() if value)
    assert groups[REST] == pytest.approx(total - wanted["annotating"] - wanted["modeling"])
    assert dict(sum_groups(rows, "By size").select("group", "hours").iter_rows()) == {
        "Everything": pytest.approx(total)
    }
    for shape in (sum_groups_by_project, sum_groups_by_week):
        assert shape(rows, "Investment").get_column("hours").sum() == pytest.approx(total)


def test_the_first_row_that_fits_decides() -> None:
    cells = pl.DataFrame(
        [("Lanes", "annotating"), ("Lanes", "modeling"), ("Signs", "annotating"), ("Signs", "other")],
        ["project", "category"],
        orient="row",
    ).with_columns(week_on=pl.lit("2026-03-02").str.to_date(), seconds=3600, hours=1.0, entries=1)
    rules = pl.DataFrame(
        [("Roads", "annotating", "Lanes"), ("Data", "annotating", ""), ("Roads", "", "Lanes")],
        ["group", "category", "project"],
        orient="row",
    )
    found = group_hours(cells, rules).group_by("project", "group").agg(pl.col("hours").sum()).sort("project", "group")
    assert found.rows() == [("Lanes", "Roads", 2.0), ("Signs", "Data", 1.0), ("Signs", REST, 1.0)]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{"scheme": "A", "group": ""}], "has no group"),
        ([{"scheme": "A", "group": "B", "category": "sleeping"}], "category"),
        ([{"scheme": "A", "group": "B", "project": "Nowhere"}], "There is no project called 'Nowhere'"),
        ([{"scheme": "A", "group": REST}], "No group can be called"),
        ([{"scheme": "A", "group": f"G{number}"} for number in range(MAX_GROUPS + 1)], "has 9 groups"),
    ],
)
def test_what_is_no_scheme_is_refused(store: Store, rows: list[Row], message: str) -> None:
    with pytest.raises(BadMapping, match=message):
        SCHEME_SHEET.save(store, rows, None)
    assert SCHEME_SHEET.read(store).height == len(INVESTMENT)


def test_without_a_scheme_there_is_a_way_to_one(tmp_path: Path) -> None:
    refused = resolve_figure(worked_team.filled(tmp_path), "hours_by_group", Filters()).unavailable
    assert refused
    assert "labeltime schemes load" in refused.needed


def open_time(store: Store, monkeypatch: pytest.MonkeyPatch, **query: str) -> AppTest:
    """Return the page Time after its first run."""
    monkeypatch.setenv("LABELTIME_STORE", str(store.folder))
    page = AppTest.from_string(TIME, default_timeout=60)
    page.query_params.update({"period": "All", **query})
    page.run()
    assert not page.exception
    return page


def test_time_switches_between_activities_and_schemes(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_time(store, monkeypatch)
    assert page.selectbox(key="scheme").options == ["Activities", "Investment", "By size"]
    assert "Time by category" in [heading.value for heading in page.subheader]
    page.selectbox(key="scheme").set_value("Investment").run()
    assert not page.exception
    headings = [heading.value for heading in page.subheader]
    assert "Time in Investment" in headings
    assert "Time by category" not in headings
    assert page.dataframe[0].value["group"].to_list() == ["Data", "Models", REST]
    assert any("scheme=Investment" in block.value for block in page.code)


def test_a_link_to_a_scheme_opens_it_and_to_one_that_is_gone_shows_the_activities(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_time(store, monkeypatch, scheme="By size")
    assert "Time in By size" in [heading.value for heading in page.subheader]
    gone = open_time(store, monkeypatch, scheme="Gone")
    assert "Time by category" in [heading.value for heading in gone.subheader]


def test_without_a_scheme_there_is_no_choice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_time(worked_team.filled(tmp_path), monkeypatch)
    assert "scheme" not in [box.key for box in page.selectbox]


REPORTS = """
from dashboard.web.cached_store import begin_run
from dashboard.web.pages.reports.page import show_reports_page
begin_run()
show_reports_page()
"""
MARCH = (date(2026, 3, 1), date(2026, 3, 31))


def test_a_report_of_a_view_tells_its_scheme_in_every_format(store: Store) -> None:
    content = build_content(store, ReportRequest(*MARCH, scheme="Investment"))
    groups = resolve_figure(store, "hours_by_group", Filters(*MARCH)).rows.filter(scheme="Investment")
    total = groups.get_column("hours").sum()
    share = groups.filter(group="Data").get_column("hours").sum() / total
    hours = next(section for section in content.sections if section.name == ReportPart.hours)
    assert "Scheme: Investment" in content.about
    sentence = f"In the scheme Investment, the same hours are Data {format_share(share)}"
    assert sentence in " ".join(map(str, hours.sentences))
    table = next(table for table in hours.tables if table.figure == "hours_by_group")
    assert "Investment" in table.title
    assert [table.figure for table in hours.tables] == ["hours_by_category", "hours_by_project", "hours_by_group"]
    assert [str(row[0]) for row in table.rows] == ["Data", "Models", REST]
    for style in ("html", "md", "interactive"):
        assert "In the scheme Investment" in render_file(content, ReportFormat(style)).decode()
    for style in ("pdf", "pptx", "xlsx"):
        plain = build_content(store, ReportRequest(*MARCH))
        assert render_file(content, ReportFormat(style)) != render_file(plain, ReportFormat(style))
    assert "--scheme=Investment" in list_arguments(content.request, "pdf")


def test_a_report_withholds_groups_that_could_give_away_others_and_refuses_a_scheme_that_is_gone(
    store: Store, tmp_path: Path
) -> None:
    larger = reported_team.five_projects(tmp_path / "larger")
    SCHEME_SHEET.save(larger, INVESTMENT, None)
    strict = build_content(larger, replace(reported_team.OCTOBER, scheme="Investment", hides_small_groups=True))
    assert not [table for section in strict.sections for table in section.tables if table.figure == "hours_by_group"]
    with pytest.raises(BadFilter, match="There is no category scheme 'Gone'"):
        build_content(store, ReportRequest(*MARCH, scheme="Gone"))


def test_the_page_of_reports_takes_the_scheme_of_a_view_over(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABELTIME_STORE", str(store.folder))
    page = AppTest.from_string(REPORTS, default_timeout=60)
    page.query_params.update({"first": "2026-03-01", "last": "2026-03-31", "scheme": "Investment"})
    page.run()
    assert not page.exception
    assert page.selectbox(key="report-scheme").value == "Investment"
    assert any("--scheme=Investment" in block.value for block in page.code)
