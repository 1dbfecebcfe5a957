"""Days after today are told, and are no day that the data is known to."""

from __future__ import annotations

from datetime import date

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
        for category in ("labeling", "modeling")
    ]
    rows += ["Ann,2031-09-01,3600,P,labeling"]
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
