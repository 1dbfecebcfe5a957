"""Saved views: filters that come back as they were saved, by name."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import worked_team

from dashboard.errors import BadFilter, BadMapping
from dashboard.filters import Filters
from dashboard.settings.views import (
    delete_view,
    join_names,
    read_views,
    rename_view,
    resolve_view,
    save_view,
    save_views,
    split_names,
)
from dashboard.store.generations import Store

TODAY = date(2026, 11, 27)
MARCH = {"view": "March", "period": "Custom", "from_on": "2026-03-01", "to_on": "2026-03-31", "projects": "Lanes"}


def names(store: Store) -> list[str]:
    """Return the names of the saved views."""
    return read_views(store).get_column("view").to_list()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.mark.parametrize("chosen", [(), ("Lanes",), ("a;b", 'the "new" one', "c, d"), ("Straße", "(no project)")])
def test_names_in_one_cell_come_back_the_same(chosen: tuple[str, ...]) -> None:
    assert split_names(join_names(chosen)) == chosen


def test_a_view_gives_its_filters(store: Store) -> None:
    save_view(store, {**MARCH, "teams": "A; B", "people": "engineers only"})
    expected = Filters(date(2026, 3, 1), date(2026, 3, 31), ("Lanes",), ("A", "B"), roles=("engineer",))
    assert resolve_view(store, "March", TODAY) == expected


def test_a_view_gives_methods_and_stages_of_labels(store: Store) -> None:
    save_view(store, {"view": "By hand", "period": "All", "methods": "manual", "stages": "review; rework"})
    assert resolve_view(store, "By hand", TODAY) == Filters(methods=("manual",), stages=("review", "rework"))


def test_a_period_of_a_view_moves_with_the_calendar(store: Store) -> None:
    save_view(store, {"view": "Last one", "period": "Last month"})
    assert resolve_view(store, "Last one", TODAY) == Filters(date(2026, 10, 1), date(2026, 10, 31))
    assert resolve_view(store, "Last one", date(2027, 1, 5)) == Filters(date(2026, 12, 1), date(2026, 12, 31))


def test_a_number_of_days_ends_with_a_log_that_is_a_few_days_old(tmp_path: Path) -> None:
    store = worked_team.filled(tmp_path)
    newest = store_end(store)
    save_view(store, {"view": "Week", "period": "7d"})
    assert resolve_view(store, "Week", date.fromordinal(newest.toordinal() + 5)).to_on == newest
    assert resolve_view(store, "Week", date.fromordinal(newest.toordinal() + 50)).to_on != newest


def store_end(store: Store) -> date:
    """Return the newest day of the time log."""
    with store.snapshot() as snapshot:
        day = snapshot.query("select max(day_on) from time_day").item()
    assert isinstance(day, date)
    return day


def test_a_view_is_renamed_deleted_and_brought_back(store: Store) -> None:
    save_view(store, MARCH)
    rename_view(store, "March", "  Spring   term ")
    assert names(store) == ["Spring term"]
    before = delete_view(store, "Spring term")
    assert names(store) == []
    save_views(store, before.to_dicts())
    assert names(store) == ["Spring term"]
    assert resolve_view(store, "Spring term", TODAY).projects == ("Lanes",)


def test_saving_under_the_same_name_replaces_the_filters(store: Store) -> None:
    save_view(store, MARCH)
    save_view(store, {**MARCH, "projects": ""})
    assert resolve_view(store, "March", TODAY).projects == ()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({**MARCH, "view": " "}, "has no view"),
        ({**MARCH, "view": "x" * 61}, "61 characters"),
        ({**MARCH, "period": "90d"}, "days beside the period 90d"),
        ({**MARCH, "to_on": "2026-02-01"}, "before it begins"),
        ({**MARCH, "period": "fortnight"}, "unknown period 'fortnight'"),
        ({**MARCH, "categories": "labeling; sleeping"}, "unknown category 'sleeping'"),
        ({**MARCH, "methods": "manual; by ear"}, "unknown method 'by ear'"),
        ({**MARCH, "stages": "annotating"}, "unknown stage 'annotating'"),
        ({**MARCH, "projects": "half \ud800"}, "not text in UTF-8"),
    ],
)
def test_what_is_no_view_is_refused_and_nothing_is_saved(store: Store, row: dict[str, object], words: str) -> None:
    with pytest.raises(BadMapping, match=words):
        save_view(store, row)
    assert names(store) == []


def test_a_name_is_given_to_one_view_only(store: Store) -> None:
    save_views(store, [MARCH, {**MARCH, "view": "April"}])
    with pytest.raises(BadMapping, match="March is there twice"):
        rename_view(store, "April", "March")
    assert names(store) == ["April", "March"]


def test_what_somebody_else_deleted_is_told(store: Store) -> None:
    with pytest.raises(BadMapping, match="no view 'March' any more"):
        delete_view(store, "March")
    save_view(store, MARCH)
    with pytest.raises(BadFilter, match="no view 'April'") as refused:
        resolve_view(store, "April", TODAY)
    assert "March" in refused.value.hint
