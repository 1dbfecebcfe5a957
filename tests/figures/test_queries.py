"""Every question is a well-formed query, runs on an empty and on a filled store, and orders its rows."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from demo_team import demo_copy
from worked_team import filled

from dashboard.errors import BadQuery
from dashboard.filters import Filters
from dashboard.store.generations import Store
from dashboard.store.queries import load_queries, parse_query, run_query

PARAMS = {
    **Filters().parameters(),
    "tasks": [],
    "limit": 100,
    "today": date(2026, 3, 31),
    "import_id": 1,
    "line": 2,
    "plan_id": 1,
    "report": 1,
    "project": "P",
    "token_hash": "0" * 64,
    "one_in": 1,
    "whole_automations": [],
    "whole_projects": [],
    "now": datetime(2026, 3, 31, 12),  # noqa: DTZ001 - as the store writes moments
}

SORTED_BY_THEIR_READER = {"labels_for_estimate"}  # a million rows sort faster where they are codes


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(tmp_path_factory.mktemp("empty") / "store")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return filled(tmp_path_factory.mktemp("filled"))


@pytest.mark.parametrize("name", sorted(load_queries()))
def test_a_query_runs_on_an_empty_and_on_a_filled_store(name: str, empty: Store, store: Store) -> None:
    with empty.snapshot() as nothing, store.snapshot() as something:
        without, with_rows = run_query(nothing, name, PARAMS), run_query(something, name, PARAMS)
    assert without.schema == with_rows.schema


@pytest.mark.parametrize("name", sorted(load_queries()))
def test_a_query_orders_its_rows_and_names_its_columns(name: str) -> None:
    query = load_queries()[name]
    body = " ".join(line for line in query.sql.splitlines() if not line.startswith("--")).lower()
    is_ordered = " order by " in body.rpartition(")")[2] or " order by " in body.rpartition(" from ")[2]
    assert is_ordered != (name in SORTED_BY_THEIR_READER)
    assert "select *" not in body


def test_any_number_of_threads_gives_the_same_rows(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    queries = {name: query for name, query in load_queries().items() if name not in SORTED_BY_THEIR_READER}
    answers = []
    for threads in ("1", "4"):
        monkeypatch.setenv("LABELTIME_THREADS", threads)
        with Store(demo_copy(tmp_path_factory)).snapshot() as snapshot:
            assert snapshot.query("select current_setting('threads') as threads").item() == int(threads)
            answers.append({name: run_query(snapshot, name, PARAMS) for name in queries})
    alone, together = answers
    assert [name for name in queries if not alone[name].equals(together[name])] == []


@pytest.mark.parametrize("name", sorted(load_queries()))
def test_a_query_says_what_it_answers(name: str) -> None:
    query = load_queries()[name]
    assert query.title[0].isupper()
    assert query.note.endswith(".")


def test_a_query_whose_header_lies_is_refused() -> None:
    header = "-- title: T\n-- unit: u\n-- note: N.\n-- parameters: none\n"
    with pytest.raises(BadQuery, match="from_on"):
        parse_query("lying", "data", header + "select $from_on")
    with pytest.raises(BadQuery, match="note"):
        parse_query("silent", "data", "-- title: T\n-- unit: u\n-- parameters: none\nselect 1")


def test_totals_agree_between_daily_sums_and_single_entries(store: Store) -> None:
    with store.snapshot() as snapshot:
        entries = run_query(snapshot, "entries", PARAMS)
        by_category = run_query(snapshot, "hours_by_category", PARAMS)
    assert entries.get_column("seconds").sum() == by_category.get_column("seconds").sum() == 25 * 3600


def test_hours_come_from_the_macros(store: Store) -> None:
    with store.snapshot() as snapshot:
        assert snapshot.query("select hours(5400) as s, hours_of_ms(5400000) as ms").row(0) == (1.5, 1.5)
    assert [query.name for query in load_queries().values() if "/ 3600" in query.sql] == []
