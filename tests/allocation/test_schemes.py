"""Own category schemes: the same hours in other groups, on Time and in the terminal."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
import worked_team
from streamlit.testing.v1 import AppTest

from dashboard.allocation.scheme_charts import sum_groups, sum_groups_by_project, sum_groups_by_week
from dashboard.allocation.schemes import group_hours
from dashboard.errors import BadMapping
from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.settings.cells import Row
from dashboard.settings.schemes import MAX_GROUPS, REST, SCHEME_SHEET
from dashboard.store.generations import Store

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
    {"scheme": "Investment", "group": "Data", "category": "labeling"},
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
    assert groups["Data"] == pytest.approx(wanted["labeling"])
    assert groups["Models"] == pytest.approx(wanted["modeling"])
    total = sum(value for value in wanted.values() if value)
    assert groups[REST] == pytest.approx(total - wanted["labeling"] - wanted["modeling"])
    assert dict(sum_groups(rows, "By size").select("group", "hours").iter_rows()) == {
        "Everything": pytest.approx(total)
    }
    for shape in (sum_groups_by_project, sum_groups_by_week):
        assert shape(rows, "Investment").get_column("hours").sum() == pytest.approx(total)


def test_the_first_row_that_fits_decides() -> None:
    cells = pl.DataFrame(
        [("Lanes", "labeling"), ("Lanes", "modeling"), ("Signs", "labeling"), ("Signs", "other")],
        ["project", "category"],
        orient="row",
    ).with_columns(week_on=pl.lit("2026-03-02").str.to_date(), seconds=3600, hours=1.0, entries=1)
    rules = pl.DataFrame(
        [("Roads", "labeling", "Lanes"), ("Data", "labeling", ""), ("Roads", "", "Lanes")],
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
