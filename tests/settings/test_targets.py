"""Budgets, targets and notes as a lead sets them: every version kept, nonsense refused with what to write instead."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dashboard.errors import BadMapping
from dashboard.settings.budgets import BUDGET_SHEET, read_budgets, save_budgets
from dashboard.settings.cells import Row
from dashboard.settings.notes import NOTE_SHEET, read_notes, save_notes
from dashboard.settings.targets import read_targets, save_targets
from dashboard.settings.views import read_views, save_view
from dashboard.store.generations import Store
from dashboard.store.queries import run_query

MARCH, APRIL = (datetime(2026, month, 1, 9, tzinfo=UTC) for month in (3, 4))
BUDGET: Row = {"unit": "hours", "recurs": "month", "from_on": "2026-01-01", "amount": 400}
TARGET: Row = {"measure": "labeling share", "direction": "at most", "value": 0.5, "by_on": "2026-12-31"}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return an empty store."""
    return Store(tmp_path / "store")


def versions(store: Store, query: str, column: str) -> list[float | None]:
    """Return what was ever set, oldest first."""
    with store.snapshot() as snapshot:
        return run_query(snapshot, query, {}).sort("set_at").get_column(column).to_list()


def test_a_changed_budget_keeps_what_it_was(store: Store) -> None:
    save_budgets(store, [BUDGET], now=MARCH)
    save_budgets(store, [{**BUDGET, "amount": 500}], now=APRIL)
    assert read_budgets(store).get_column("amount").to_list() == [500]
    assert versions(store, "budget_versions", "amount") == [400, 500]


@pytest.mark.parametrize("now", [MARCH, APRIL])
def test_what_is_saved_last_is_in_force_whatever_the_clock_says(store: Store, now: datetime) -> None:
    save_budgets(store, [BUDGET], now=APRIL)
    save_targets(store, [TARGET], now=APRIL)
    save_view(store, {"view": "Quarter", "period": "90d"}, now=APRIL)
    save_budgets(store, [{**BUDGET, "amount": 500}], now=now)
    save_targets(store, [{**TARGET, "value": 0.4}], now=now)
    save_view(store, {"view": "Quarter", "period": "30d"}, now=now)
    assert read_budgets(store).get_column("amount").to_list() == [500]
    assert read_targets(store).get_column("value").to_list() == [0.4]
    assert read_views(store).get_column("period").to_list() == ["30d"]
    assert versions(store, "budget_versions", "amount") == [400, 500]
    save_budgets(store, [], now=now)
    assert read_budgets(store).is_empty()


def test_saving_what_is_in_force_adds_no_version(store: Store) -> None:
    save_budgets(store, [BUDGET], now=MARCH)
    BUDGET_SHEET.load_csv(store, BUDGET_SHEET.format_csv(store))
    assert versions(store, "budget_versions", "amount") == [400]


def test_a_budget_that_ended_is_history_and_may_begin_again(store: Store) -> None:
    save_budgets(store, [BUDGET], now=MARCH)
    save_budgets(store, [], now=APRIL)
    assert read_budgets(store).is_empty()
    save_budgets(store, [BUDGET])
    assert read_budgets(store).get_column("amount").to_list() == [400]
    assert versions(store, "budget_versions", "amount") == [400, None, 400]


def test_a_changed_target_keeps_what_it_was(store: Store) -> None:
    save_targets(store, [TARGET], now=MARCH)
    save_targets(store, [{**TARGET, "by_on": "2027-03-31"}], now=APRIL)
    assert read_targets(store).get_column("by_on").to_list() == [date(2027, 3, 31)]
    save_targets(store, [])
    assert read_targets(store).is_empty()
    assert versions(store, "target_versions", "value") == [0.5, 0.5, None]


def test_notes_come_and_go_and_are_kept_letter_by_letter(store: Store) -> None:
    hostile = "<script>alert(1)</script> [a](javascript:b) =1+1"
    save_notes(store, [{"day_on": "2026-03-02", "text": hostile}, {"day_on": "2026-03-03", "text": "b"}])
    assert read_notes(store).get_column("text").to_list() == [hostile, "b"]
    NOTE_SHEET.load_csv(store, "day_on,text\n2026-03-03,'=1+1\n")
    assert read_notes(store).get_column("text").to_list() == ["=1+1"]
    assert "'=1+1" in NOTE_SHEET.format_csv(store)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"amount": "0"}, "amount of Line 1"),
        ({"amount": "nan"}, "amount of Line 1"),
        ({"amount": ""}, "has no amount"),
        ({"unit": "euros"}, "has the unit 'euros'"),
        ({"recurs": "weekly"}, "unknown recurs"),
        ({"covers": "meetings"}, "unknown covers"),
        ({"from_on": ""}, "has no from_on"),
        ({"from_on": "soon"}, "not a day"),
    ],
)
def test_a_budget_that_cannot_be_used_is_refused(store: Store, change: Row, said: str) -> None:
    with pytest.raises(BadMapping, match=said):
        save_budgets(store, [{**BUDGET, **change}])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"measure": "happiness"}, "unknown measure"),
        ({"direction": "about"}, "unknown direction"),
        ({"value": "50"}, "is a share"),
        ({"by_on": ""}, "has no by_on"),
    ],
)
def test_a_target_that_cannot_be_used_is_refused(store: Store, change: Row, said: str) -> None:
    with pytest.raises(BadMapping, match=said):
        save_targets(store, [{**TARGET, **change}])


def test_one_thing_is_not_said_twice(store: Store) -> None:
    for save, row in ((save_budgets, BUDGET), (save_targets, TARGET)):
        with pytest.raises(BadMapping, match="twice"):
            save(store, [row, {**row, "recurs": "year"}])
    with pytest.raises(BadMapping, match="at most 300"):
        save_notes(store, [{"day_on": "2026-03-02", "text": "a" * 301}])
