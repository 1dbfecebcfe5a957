"""Days after today are told, and are no day that the data is known to."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.store.generations import Store

TODAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Return a store with two months of time and one entry of 2031."""
    folder = tmp_path_factory.mktemp("future")
    rows = [
        f"Ann,2026-{month:02}-{day:02},3600,P,{category}"
        for month in (9, 10)
        for day in range(1, 31)
        for category in ("annotating", "modeling")
    ]
    rows += ["Ann,2031-09-01,3600,P,annotating"]
    file = folder / "time.csv"
    file.write_text("\n".join(["person,day_on,seconds,project,category", *rows]) + "\n", encoding="utf-8")
    import_files(Store(folder / "store"), [file], Settings())
    return Store(folder / "store")


@pytest.mark.parametrize("name", ["labeling_share", "hours_by_week", "budget_burn", "change_explained"])
def test_data_is_never_as_of_a_day_to_come(store: Store, name: str) -> None:
    answer = resolve_figure(store, name, Filters(), today=TODAY)
    assert answer.as_of == date(2026, 10, 30)
    assert "1 of the entries is dated after today, up to 2031-09-01" in answer.note


def test_the_last_month_is_the_last_that_was(store: Store) -> None:
    rows = resolve_figure(store, "change_explained", Filters(), today=TODAY).rows
    assert rows.get_column("now_to").to_list()[0] == date(2026, 10, 31)


FUTURE = date(2031, 9, 1)
SUMS = ("hours_by_project", "hours_by_week", "hours_by_month", "hours_by_day", "hours_by_person", "entries", "tasks")


@pytest.mark.parametrize("name", SUMS)
@pytest.mark.parametrize("first", [None, date(2026, 9, 1)])
def test_days_to_come_are_in_no_sum_without_a_last_day(store: Store, name: str, first: date | None) -> None:
    figure = resolve_figure(store, name, Filters(first))
    assert figure.rows.get_column("seconds").sum() == 120 * 3600
    assert "and is not counted" in figure.note
    assert "1 entries outside the filters" in figure.excluded or figure.name == "entries"


def test_days_to_come_are_counted_where_they_are_asked_for(store: Store) -> None:
    for filters in (Filters(FUTURE), Filters(None, FUTURE)):
        figure = resolve_figure(store, "hours_by_project", filters)
        assert figure.rows.get_column("seconds").sum() == 3600 * (1 if filters.from_on else 121)
        assert "not counted" not in figure.note
    doubts = resolve_figure(store, "data_quality", Filters())
    assert doubts.rows.filter(rule="in the future").item(0, "entries") == 1
    assert "not counted" not in doubts.note


def test_labels_to_come_are_not_counted(tmp_path: Path) -> None:
    file = tmp_path / "labels.csv"
    file.write_text(
        "project,item,person,stage,method,finished_at,seconds\n"
        "P,a,Ann,annotate,manual,2026-03-02 10:00:00,30\n"
        "P,b,Ann,annotate,manual,2031-03-02 10:00:00,30\n",
        encoding="utf-8",
    )
    import_files(Store(tmp_path / "store"), [file], Settings(zone="UTC"))
    figure = resolve_figure(Store(tmp_path / "store"), "labeled_projects", Filters())
    assert figure.rows.get_column("labels").sum() == 1
    assert "1 of the labels is dated after today, up to 2031-03-02, and is not counted" in figure.note
