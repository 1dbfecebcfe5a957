"""A projection that was issued stays as it was, whatever is edited afterwards."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path

import polars as pl
import pytest
from worked_labels import HEADER, VISION, filled

from dashboard.errors import BadMapping
from dashboard.forecast import issued_records
from dashboard.forecast.issued_records import IssuedProjection, IssuedQuantity
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files, undo_import
from dashboard.settings.automations import AUTOMATION_SHEET
from dashboard.settings.backlogs import BACKLOG_SHEET
from dashboard.settings.people import PEOPLE_SHEET
from dashboard.settings.rates import RATE_SHEET
from dashboard.settings.rules import parse_rules_frame, read_rules, save_rules
from dashboard.settings.scenarios import save_scenario
from dashboard.store.generations import Store

ISSUED_AT = datetime(2026, 4, 6, 8, tzinfo=UTC)
INPUTS = {
    "inputs": [
        {"name": "coverage", "value": 0.5, "low": 0.4, "high": 0.6, "origin": "measured", "as_of": date(2026, 3, 30)},
        {"name": "hourly", "value": 30, "low": None, "high": None, "origin": "assumed", "as_of": None},
    ],
    "weeks": {"week_on": [date(2026, 3, 2), date(2026, 3, 9)], "items": [4, 2]},
}
PROJECTED = IssuedProjection(
    project="Vision",
    horizon_weeks=4,
    first_on=date(2026, 4, 6),
    last_on=date(2026, 5, 3),
    history_to=date(2026, 3, 9),
    seed=20260406,
    draws=2000,
    items=100,
    inputs=INPUTS,
    quantities=(IssuedQuantity("hours", 8.0, 10.0, 13.0), IssuedQuantity("saved_hours", -1.0, 2.0, 4.0)),
    gate="not yet known",
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = filled(tmp_path)
    assert issued_records.issue_projection(store, PROJECTED, "Lea", now=ISSUED_AT) == 1
    return store


def test_it_is_kept_with_everything_it_rests_on(store: Store) -> None:
    found = issued_records.read_projections(store)
    assert found.select("quantity", "p10", "p50", "p90").rows() == [
        ("hours", 8.0, 10.0, 13.0), ("saved_hours", -1.0, 2.0, 4.0),
    ]  # fmt: skip
    first = found.row(0, named=True)
    assert first["issued_at"] == ISSUED_AT.replace(tzinfo=None)
    assert (first["issued_by"], first["project"], first["seed"], first["draws"]) == ("Lea", "Vision", 20260406, 2000)
    assert (first["history_to"], first["last_on"], first["gate"]) == (
        date(2026, 3, 9), date(2026, 5, 3), "not yet known",
    )  # fmt: skip
    assert first["inputs_hash"] == issued_records.hash_inputs(INPUTS)
    assert '"as_of":"2026-03-30"' in first["inputs"]


def test_the_hash_is_of_the_inputs_not_of_their_order() -> None:
    other = {"weeks": INPUTS["weeks"], "inputs": INPUTS["inputs"]}
    assert issued_records.hash_inputs(other) == issued_records.hash_inputs(INPUTS)
    assert issued_records.hash_inputs({**INPUTS, "weeks": {}}) != issued_records.hash_inputs(INPUTS)
    with pytest.raises(ValueError, match="JSON"):
        issued_records.serialize_inputs({"value": float("nan")})


def test_numbers_go_up_and_nothing_is_said_in_place_of_something(store: Store) -> None:
    assert issued_records.issue_projection(store, PROJECTED) == 2
    assert issued_records.read_projections(store).get_column("projection_id").to_list() == [2, 2, 1, 1]
    with pytest.raises(BadMapping, match="has no quantities"):
        issued_records.issue_projection(store, IssuedProjection(**{**vars(PROJECTED), "quantities": ()}))


def import_more(store: Store) -> None:
    file = store.folder.parent / "more.csv"
    file.write_text(HEADER + VISION.replace("v", "w"), encoding="utf-8")
    import_files(store, [file], Settings(zone="UTC"))


def edit_register(store: Store) -> None:
    AUTOMATION_SHEET.load_csv(
        store,
        "row,automation,technique,project,from_on\nautomation,Drafts,pre-labeling,,\n"
        "rollout,Drafts,,Vision,2026-03-05\n",
    )


EDITS: dict[str, Callable[[Store], object]] = {
    "import more": import_more,
    "undo the import": lambda store: undo_import(store, 1),
    "change the rules": lambda store: save_rules(store, parse_rules_frame(read_rules(store)[:3])),
    "change people": lambda store: PEOPLE_SHEET.load_csv(store, "name,role\nAnn,engineer\n"),
    "change the register": edit_register,
    "change rates": lambda store: RATE_SHEET.load_csv(store, "person,hourly,currency\n,99,EUR\n"),
    "change a scenario": lambda store: save_scenario(store, "A", [{"input": "hourly", "value": 9}]),
    "change the backlog": lambda store: BACKLOG_SHEET.save_frame(
        store, pl.DataFrame({"project": ["Vision"], "items": [7], "from_on": [date(2026, 4, 6)]})
    ),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_no_edit_changes_what_was_issued(store: Store, edit: Callable[[Store], object]) -> None:
    before, generation = issued_records.read_projections(store), store.generation()
    edit(store)
    assert store.generation() > generation
    assert issued_records.read_projections(store).equals(before)


def test_no_statement_of_the_code_changes_what_was_issued() -> None:
    changing = re.compile(
        r"(update|delete\s+from|replace\s+into|truncate|drop\s+table|alter\s+table)\s+\W*issued_", re.IGNORECASE
    )
    package = Path(str(files("dashboard")))
    texts = [*package.rglob("*.py"), *package.parent.joinpath("queries").rglob("*.sql")]
    assert len(texts) > 200
    assert not [str(file) for file in texts if changing.search(file.read_text(encoding="utf-8"))]
    public = {
        name
        for name, value in vars(issued_records).items()
        if callable(value) and value.__module__ == issued_records.__name__
    }
    assert {name for name in public if name[0] != "_"} == {
        "IssuedProjection",
        "IssuedQuantity",
        "compare_inputs",
        "hash_inputs",
        "issue_projection",
        "read_projections",
        "serialize_inputs",
    }


def test_inputs_that_moved_are_told_with_then_and_now() -> None:
    then = INPUTS
    now = {
        "inputs": [
            {"name": "coverage", "value": 0.55, "low": 0.4, "high": 0.7, "origin": "measured", "as_of": None},
            {"name": "setup_hours", "value": 8, "low": None, "high": None, "origin": "assumed", "as_of": None},
        ],
        "weeks": {"week_on": [date(2026, 3, 2), date(2026, 3, 9)], "items": [3, 3]},
    }
    assert issued_records.compare_inputs(then, now).rows() == [
        ("coverage", "0.5 (0.4 to 0.6), measured", "0.55 (0.4 to 0.7), measured"),
        ("hourly", "30, assumed", None),
        ("setup_hours", None, "8, assumed"),
        ("history: items", "6 in 2 weeks", "6 in 2 weeks; 2 differ"),
    ]
    assert issued_records.compare_inputs(then, then).is_empty()
