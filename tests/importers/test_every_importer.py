"""What holds for every importer: an export adds up, adds nothing the second time, and is a message when damaged."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from importers.golden import FIXTURES, expected, told

from dashboard.errors import DashboardError
from dashboard.importers.contract import Settings
from dashboard.importers.discover import IMPORTERS
from dashboard.ingest.batch import import_files
from dashboard.store.generations import Store


def first_export(name: str) -> Path | None:
    """Return the first fixture of an importer that is imported, None where there is none."""
    for beside in sorted((FIXTURES / name).glob("*.expected.json")):
        if "refused" not in json.loads(beside.read_text("utf-8")):
            stem = beside.name.removesuffix(".expected.json")
            files = (file for file in beside.parent.glob(f"{stem}.*") if not file.name.endswith(".expected.json"))
            return next(file for file in files if not file.name.endswith(".settings.json"))
    return None


def answers(path: Path) -> Settings:
    """Return what the lead answered in a case, and whose entries they are where the file names nobody."""
    return replace(told(path), person="kim@example.org")


LABELING_IMPORTERS = {importer.name for importer in IMPORTERS if importer.kind == "labeling_event"}
EXPORTS: list[Any] = [
    pytest.param(importer.name, path, id=importer.name)
    for importer in IMPORTERS
    if (path := first_export(importer.name)) is not None
]


# Every labeling fixture is imported twice where labeling importers are tested.
OTHER_EXPORTS = [export for export in EXPORTS if export.id not in LABELING_IMPORTERS]


@pytest.mark.parametrize(("name", "path"), OTHER_EXPORTS)
def test_an_export_adds_up_and_adds_nothing_the_second_time(name: str, path: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    (first,) = import_files(store, [path], answers(path))
    again = tmp_path / "again" / path.name  # some formats know an item or a report by the name of its file
    again.parent.mkdir()
    content = path.read_bytes()
    again.write_bytes(content + (b" " if path.suffix in (".json", ".xml") else b"\n") if is_text(path) else content)
    (second,) = import_files(store, [again], answers(path))
    wanted = expected(path)
    assert first.source == name
    assert first.rows_read == first.accepted + first.changed + first.duplicate + first.rejected == wanted["rows_read"]
    assert (second.accepted, second.changed) == (0, 0)


def is_text(path: Path) -> bool:
    """Return whether a file may be lengthened by a blank without being another file."""
    return path.suffix in (".csv", ".tsv", ".json", ".jsonl", ".ics", ".org")


@pytest.mark.parametrize(("name", "path"), EXPORTS)
def test_a_damaged_export_is_a_message_or_loses_no_row_without_a_word(name: str, path: Path, tmp_path: Path) -> None:
    content = path.read_bytes()
    for place, damaged in enumerate((content[: len(content) * 2 // 3], content.replace(b"2", b"\x00", 3))):
        file = tmp_path / f"{place}{path.suffix}"
        file.write_bytes(damaged)
        try:
            (result,) = import_files(Store(tmp_path / f"store{place}"), [file], answers(path))
        except DashboardError:
            continue
        assert result.rows_read == result.accepted + result.changed + result.duplicate + result.rejected, name
