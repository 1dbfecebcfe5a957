"""Scenarios and backlogs: read, checked, saved, listed, logged."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from store_copies import copied
from worked_labels import filled

from dashboard.errors import BadMapping
from dashboard.forecast.model.plan import INPUT_NAMES
from dashboard.settings.backlogs import BACKLOG_SHEET, read_backlogs
from dashboard.settings.scenarios import (
    BORROWED_SAVING,
    INPUT_UNITS,
    SCENARIO_SHEET,
    delete_scenario,
    read_scenarios,
    save_scenario,
)
from dashboard.store.generations import Store

HEAD = "scenario,project,input,value,low,high,origin,as_of,source,note\n"
SHEET = (
    HEAD
    + """Better model,Vision,acceptance,0.9,0.8,0.95,published,2026-01-31,a paper,try in spring
Better model,Vision,coverage,1,,,,,,
=Cheap,,hourly,20,,,Measured,,,
Nothing yet,,,,,,,,,
"""
)
EARLY, LATE = datetime(2026, 3, 1, 9, tzinfo=UTC), datetime(2026, 4, 1, 9, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return filled(tmp_path)


@copied
def build_planned(folder: Path) -> Store:
    """Return a store in the folder with the scenarios of `SHEET`."""
    store = filled(folder)
    SCENARIO_SHEET.load_csv(store, SHEET)
    return store


def made(store: Store) -> dict[tuple[str, str], tuple[datetime, str | None]]:
    """Return when and by whom each scenario was made."""
    with store.snapshot() as snapshot:
        rows = snapshot.query("select name, project, created_at, created_by from scenario order by all").iter_rows()
    return {(name, project): (at, who) for name, project, at, who in rows}


def test_a_sheet_comes_back_as_it_was(store: Store) -> None:
    assert SCENARIO_SHEET.load_csv(store, SHEET, "Lea") == 3
    found = read_scenarios(store)
    assert found.select("scenario", "project", "input", "value", "low", "high", "origin").rows() == [
        ("=Cheap", "", "hourly", 20.0, None, None, "measured"),
        ("Better model", "Vision", "acceptance", 0.9, 0.8, 0.95, "published"),
        ("Better model", "Vision", "coverage", 1.0, None, None, "assumed"),
        ("Nothing yet", "", None, None, None, None, None),
    ]
    written = SCENARIO_SHEET.format_csv(store)
    assert "'=Cheap" in written
    assert SCENARIO_SHEET.load_csv(store, written) == 3
    assert read_scenarios(store).equals(found)


def test_a_scenario_that_stays_keeps_its_maker(store: Store) -> None:
    key = ("Cheap", "")
    save_scenario(store, "Cheap", [{"input": "hourly", "value": 20}], who="Lea", now=EARLY)
    save_scenario(store, "Better", [{"input": "coverage", "value": 1}], "Vision", who="Max", now=LATE)
    save_scenario(store, "Cheap", [{"input": "hourly", "value": 21}], note="dearer", who="Max", now=LATE)
    assert made(store) == {
        ("Better", "Vision"): (LATE.replace(tzinfo=None), "Max"),
        key: (EARLY.replace(tzinfo=None), "Lea"),
    }
    assert read_scenarios(store).filter(scenario="Cheap").select("value", "note").rows() == [(21.0, "dearer")]
    delete_scenario(store, "Cheap")
    assert list(made(store)) == [("Better", "Vision")]
    with pytest.raises(BadMapping, match="no scenario 'Cheap'"):
        delete_scenario(store, "Cheap")


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("A,,speed,1,,,,,,", "unknown input"),
        ("A,,coverage,,,,,,,", "no value"),
        ("A,,coverage,1.2,,,,,,", "is 1.2, which is no share"),
        ("A,,coverage,0.8,0.7,1.4,,,,", "no share"),
        ("A,,hourly,-3,,,,,,", "-3"),
        ("A,,hourly,nan,,,,,,", "nan"),
        ("A,,hourly,3,2,,,,,", "only one of low and high"),
        ("A,,hourly,3,4,5,,,,", "not between 4 and 5"),
        ("A,,hourly,3,,,guessed,,,", "unknown origin"),
        ("A,,borrowed_saving,0.3,,,,,,", "no source"),
        ("A,,borrowed_saving,0.3,,,measured,,a paper,", "unknown origin"),
        ("A,,borrowed_saving,1.3,,,,,a paper,", "no share"),
        ("A,,hourly,3,,,,soon,,", "not a day"),
        (",,hourly,3,,,,,,", "no scenario"),
        ("A,Nowhere,hourly,3,,,,,,", "no project called 'Nowhere'"),
        ("A,,hourly,3,,,,,,\nA,,Hourly,4,,,,,,", "there twice"),
        ("A,,hourly,3,,,,,,one\nA,,coverage,1,,,,,,two", "two notes"),
    ],
)
def test_what_cannot_be_used_is_refused_whole(tmp_path: Path, line: str, what: str) -> None:
    store = build_planned(tmp_path)
    with pytest.raises(BadMapping, match=what):
        SCENARIO_SHEET.load_csv(store, HEAD + line + "\n")
    assert read_scenarios(store).height == 4


def backlog(**cells: object) -> pl.DataFrame:
    row = {"project": "Vision", "items": 100, "items_per_week": None, "from_on": date(2026, 4, 6), "team_size": None}
    return pl.DataFrame([{**row, **cells}])


def test_backlogs_are_saved_and_replaced(store: Store) -> None:
    assert BACKLOG_SHEET.save_frame(store, backlog(items_per_week=12.5, team_size=2.0)) == 1
    assert read_backlogs(store).rows() == [("Vision", 100, 12.5, date(2026, 4, 6), 2.0)]
    assert BACKLOG_SHEET.save_frame(store, backlog()) == 1
    assert read_backlogs(store).rows() == [("Vision", 100, None, date(2026, 4, 6), None)]
    assert BACKLOG_SHEET.load_csv(store, BACKLOG_SHEET.format_csv(store)) == 1
    assert read_backlogs(store).rows() == [("Vision", 100, None, date(2026, 4, 6), None)]
    assert BACKLOG_SHEET.save_frame(store, backlog().clear()) == 0


@pytest.mark.parametrize(
    ("cells", "what"),
    [
        ({"items": 0}, "items"),
        ({"items": 2.5}, "items"),
        ({"items": None}, "no items"),
        ({"items_per_week": 0.0}, "items_per_week"),
        ({"team_size": -1.0}, "team_size"),
        ({"from_on": None}, "no from_on"),
        ({"project": "Nowhere"}, "no project called 'Nowhere'"),
    ],
)
def test_a_backlog_that_cannot_be_is_refused(store: Store, cells: dict[str, object], what: str) -> None:
    with pytest.raises(BadMapping, match=what):
        BACKLOG_SHEET.save_frame(store, backlog(**cells))


def test_a_scenario_knows_the_inputs_that_a_projection_knows() -> None:
    of_plans = [BORROWED_SAVING, "ramp", "acceptance_decay", "retrain_weeks", "retrain_hours"]
    assert list(INPUT_UNITS) == [*INPUT_NAMES, *of_plans]
