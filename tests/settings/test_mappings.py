"""Saved mappings: kept by name, checked as a whole, deleted, and exported with the store."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.errors import BadMapping
from dashboard.settings.mappings import (
    MAPPING_SHEET,
    delete_mapping,
    read_mappings,
    resolve_mapping,
    save_mapping,
)
from dashboard.store.generations import Store
from dashboard.store.open_files import export_store, restore_store

LABELS = {
    "_kind": "labeling_event", "item": "Bild", "day_on": "Tag", "outcome": "Status: neu", "_outcome:": "submitted",
    "_outcome:ok: ja": "accepted", "_header": "present",
}  # fmt: skip
HOURS = {"person": "Who", "day_on": "=Date", "hours": "h"}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(tmp_path / "store")
    save_mapping(made, "Vendor", LABELS)
    save_mapping(made, "  Our   sheet ", HOURS)
    return made


def read_all(store: Store) -> dict[str, dict[str, str]]:
    with store.snapshot() as snapshot:
        return read_mappings(snapshot)


def test_mappings_come_back_as_they_were_saved_also_as_csv(store: Store) -> None:
    assert read_all(store) == {"Our sheet": HOURS, "Vendor": LABELS}
    assert MAPPING_SHEET.load_csv(store, MAPPING_SHEET.format_csv(store)) == 2
    assert read_all(store) == {"Our sheet": HOURS, "Vendor": LABELS}


def test_a_mapping_of_the_same_name_is_replaced_and_deleted_alone(store: Store) -> None:
    save_mapping(store, "Vendor", HOURS)
    assert read_all(store)["Vendor"] == HOURS
    delete_mapping(store, "Vendor")
    assert list(read_all(store)) == ["Our sheet"]
    with pytest.raises(BadMapping, match="no mapping"):
        delete_mapping(store, "Vendor")
    with store.snapshot() as snapshot, pytest.raises(BadMapping) as unknown:
        resolve_mapping(snapshot, "Vendor")
    assert "Our sheet" in unknown.value.hint


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("A,person,Who\n", "Mapping A: The mapping does not say when an entry began."),
        ("A,day_on,Date\nA,hours,h\nA,colour,c\n", 'unknown name "colour"'),
        ("A,day_on,Date\nA,hours,h\nA,hours,h2\n", "hours"),
        ("A,day_on,\nA,hours,h\n", "holds"),
        ("A,day_on,Date\nA,hours,h\nA,outcome:ok,accepted\n", '"outcome"'),
    ],
)
def test_a_mapping_that_no_table_could_be_read_by_is_refused(store: Store, rows: str, says: str) -> None:
    with pytest.raises(BadMapping) as refused:
        MAPPING_SHEET.load_csv(store, f"mapping,part,holds\n{rows}")
    assert says in str(refused.value)
    assert list(read_all(store)) == ["Our sheet", "Vendor"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 61])
def test_a_mapping_needs_a_name(store: Store, name: str) -> None:
    with pytest.raises(BadMapping, match="needs a name"):
        save_mapping(store, name, HOURS)


def test_mappings_are_exported_with_the_store(store: Store, tmp_path: Path) -> None:
    export_store(store, tmp_path / "export")
    restored = Store(tmp_path / "restored")
    restore_store(restored, tmp_path / "export")
    assert read_all(restored) == read_all(store)
