"""The last mapping of a table is proposed for the next one with the same columns."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.errors import UnknownFormat
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files, undo_import
from dashboard.ingest.recalled_mapping import recall_mapping
from dashboard.ingest.results import ImportResult
from dashboard.ingest.watch import Watcher, watch_folder
from dashboard.store.generations import Store

HEADER = ("Wer", "Wann", "Was", "Aufwand h")


def add(store: Store, folder: Path, day: int, mapping: dict[str, str]) -> None:
    file = folder / f"{day}.csv"
    file.write_text(f"{','.join(HEADER)}\nAnn,2026-03-{day:02d},Signs,2\n", "utf-8")
    import_files(store, [file], Settings(mapping=mapping))


def recall(store: Store, *columns: str) -> dict[str, str]:
    with store.snapshot() as snapshot:
        return recall_mapping(snapshot, columns)


def test_the_mapping_of_the_same_columns_comes_before_a_newer_one_of_fewer(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    whole = {"person": "Wer", "day_on": "Wann", "hours": "Aufwand h", "project": "Was"}
    add(store, tmp_path, 2, whole)
    (tmp_path / "b.csv").write_text("Wer,Wann,Aufwand h\nAnn,2026-03-09,2\n", "utf-8")
    fewer = {"person": "Wer", "day_on": "Wann", "hours": "Aufwand h"}
    import_files(store, [tmp_path / "b.csv"], Settings(mapping=fewer))
    assert recall(store, *HEADER) == whole
    assert recall(store, *reversed(HEADER)) == whole
    assert recall(store, *HEADER, "Ort") == fewer


def test_a_table_without_titles_is_known_by_the_number_of_its_columns(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    (tmp_path / "a.csv").write_text("Ann,2026-03-09,2\nBob,2026-03-09,2\n", "utf-8")
    mapping = {"_header": "absent", "person": "column 1", "day_on": "column 2", "hours": "column 3"}
    import_files(store, [tmp_path / "a.csv"], Settings(mapping=mapping))
    assert recall(store, "column 1", "column 2", "column 3") == mapping
    assert recall(store, "column 1", "column 2", "column 3", "column 4") == {}
    (tmp_path / "b.csv").write_text("Ann,2026-03-10,2\nBob,2026-03-10,2\n", "utf-8")
    with pytest.raises(UnknownFormat):
        import_files(store, [tmp_path / "b.csv"], Settings(recalls=True))


def test_a_watched_folder_reads_a_known_table_by_its_last_mapping(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    add(store, tmp_path, 2, {"person": "Wer", "day_on": "Wann", "hours": "Aufwand h"})
    (tmp_path / "drop").mkdir()
    watch_folder(store, tmp_path / "drop", active=True)
    (tmp_path / "drop" / "next.csv").write_text(f"{','.join(HEADER)}\nAnn,2026-03-05,Signs,2\n", "utf-8")
    watcher = Watcher(store)
    (result,) = (*watcher.look(), *watcher.look())
    assert isinstance(result, ImportResult)
    assert (result.accepted, result.warnings[0]) == (
        1,
        "Read by the mapping of import 1 (2.csv), whose columns are the same.",
    )


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
