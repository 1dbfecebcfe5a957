"""The last mapping of a table is proposed for the next one with the same columns."""

from __future__ import annotations

from pathlib import Path

from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files, undo_import
from dashboard.ingest.recalled_mapping import recall_mapping
from dashboard.store.generations import Store

HEADER = ("Wer", "Wann", "Was", "Aufwand h")


def add(store: Store, folder: Path, day: int, mapping: dict[str, str]) -> None:
    file = folder / f"{day}.csv"
    file.write_text(f"{','.join(HEADER)}\nAnn,2026-03-{day:02d},Signs,2\n", "utf-8")
    import_files(store, [file], Settings(mapping=mapping))


def recall(store: Store, *columns: str) -> dict[str, str]:
    with store.snapshot() as snapshot:
        return recall_mapping(snapshot, columns)


def test_the_newest_mapping_in_force_whose_columns_are_there_is_recalled(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    assert recall(store, *HEADER) == {}
    first = {"person": "Wer", "day_on": "Wann", "hours": "Aufwand h"}
    second = first | {"project": "Was"}
    add(store, tmp_path, 2, first)
    add(store, tmp_path, 3, second)
    assert recall(store, *HEADER, "Ort") == second
    assert recall(store, "Wer", "Wann", "Aufwand h") == first
    assert recall(store, "Wer", "Wann") == {}
    undo_import(store, 2)
    assert recall(store, *HEADER) == first
