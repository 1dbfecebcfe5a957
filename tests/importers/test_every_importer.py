"""What holds for every importer: an export adds up, overlaps, is edited, undone in any order, and damaged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from importers.altered_exports import cut_export, edit_export
from importers.golden import FIXTURES, expected, read_all, told

from dashboard.errors import DashboardError, QuestionNeeded
from dashboard.importers.contract import Importer, Settings, has_local_ids
from dashboard.importers.discover import IMPORTERS
from dashboard.ingest.batch import import_all, import_files, take_back_import
from dashboard.ingest.results import ImportResult
from dashboard.store.generations import Store
from dashboard.store.identity import CONTENT
from dashboard.store.snapshot import Change


def list_exports(name: str) -> list[Path]:
    """Return the fixtures of an importer that are imported, in order."""
    exports: list[Path] = []
    for beside in sorted((FIXTURES / name).glob("*.expected.json")):
        if "refused" not in json.loads(beside.read_text("utf-8")):
            stem = beside.name.removesuffix(".expected.json")
            files = beside.parent.glob(f"{stem}.*")
            exports += [file for file in files if not file.name.endswith((".expected.json", ".settings.json"))]
    return exports


def answers(path: Path) -> Settings:
    """Return what the lead answered in a case, and whose entries they are where the file names nobody."""
    return replace(told(path), person="kim@example.org", project="")


EXPORTS: list[Any] = [
    pytest.param(importer.name, exports[0], id=importer.name)
    for importer in IMPORTERS
    if (exports := list_exports(importer.name))
]
NAMED: list[Any] = [pytest.param(importer, id=importer.name) for importer in IMPORTERS if list_exports(importer.name)]
REPORTS = {importer.name for importer in IMPORTERS if importer.kind == "quality_report"}  # with a row less, another one
# A database, an archive, and fixtures of one row that no shorter file gives.
NEVER_CUT = REPORTS | {"manictime", "mlflow_files", "mlflow_traces", "roboflow_jobs"}
# What these say of a row is its time, place or kind alone, or computed from several cells.
NEVER_EDITED = REPORTS | {
    *("annofab", "appraise", "autolabel", "cvat_jobs", "distilabel", "inception", "kubeflow", "mlflow_files"),
    *("mlflow_traces", "roboflow", "supervisely"),
}
# Time is told from other time by person and moment, a report by its scores.
PROJECT_KINDS = {"labeling_event", "experiment_run"}
# Rows that may name no project, but have ids that no other project has: of a server, or with a moment.
UNIQUE_IDS = {
    *("appen", "cvat_jobs", "encord", "inception", "kili", "label_studio", "label_studio_table", "mlflow_page"),
    *("mturk", "sagemaker", "superannotate", "supervisely", "supervisely_jobs", "toloka", "wandb_csv"),
}


@pytest.fixture(scope="module")
def change(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Change]:
    """Give a store that each test leaves as empty as it was, so that nothing is published for any."""
    with Store(tmp_path_factory.mktemp("every") / "store").try_change() as change:
        yield change


@dataclass
class Ledger:
    """Imports of one importer in an open change, and what they leave."""

    change: Change
    importer: Importer

    def add(self, path: Path, settings: Settings) -> ImportResult:
        """Import a file of one table."""
        (result,) = import_all(self.change, [path], settings, None, None, {}, None)
        assert result.source == self.importer.name
        assert result.rows_read == result.accepted + result.changed + result.duplicate + result.rejected
        return result

    def undo(self, result: ImportResult) -> None:
        """Take an import back."""
        take_back_import(self.change, int(result.import_id or 0), None)

    def facts(self) -> pl.DataFrame:
        """Return what the entries in force say."""
        kind = self.importer.kind
        return self.change.query(f"select {', '.join(CONTENT[kind].split())} from {kind} order by all")  # noqa: S608 - own names


@pytest.fixture
def ledger(change: Change, importer: Importer) -> Iterator[Ledger]:
    """Give the imports of an importer, and leave none of them."""
    ledger = Ledger(change, importer)
    assert ledger.facts().is_empty()
    yield ledger
    for number in change.query("select import_id from import where undone_at is null order by 1").to_series():
        take_back_import(change, int(number), None)
    change.execute("delete from meta where key = 'zone' or key like 'edited/%'")


@pytest.mark.parametrize("importer", NAMED)
def test_overlapping_and_repeated_exports_count_once_whichever_is_undone_first(
    ledger: Ledger, importer: Importer, tmp_path: Path
) -> None:
    """Undone are the earlier export, or the one that holds all of it, first: one after the other."""
    files = list_exports(importer.name)
    cuts = (
        None if importer.name in REPORTS else cut_export(importer, path, tmp_path / str(number), answers(path))
        for number, path in enumerate(files)
    )
    path, earlier = next(((path, cut) for path, cut in zip(files, cuts, strict=False) if cut), (files[0], files[0]))
    assert (earlier is path) == (importer.name in NEVER_CUT)
    imports = {"earlier": ledger.add(earlier, answers(path))}
    facts = {"earlier": ledger.facts()}
    imports["whole"] = ledger.add(path, answers(path))
    facts["whole"] = facts["again"] = ledger.facts()
    assert imports["whole"].rows_read == expected(path)["rows_read"]
    assert facts["whole"].height > facts["earlier"].height or earlier is path or imports["whole"].rejected
    if importer.kind != "labeling_event":  # all fixtures of these are imported twice where they are tested
        imports["again"] = ledger.add(write_again(path, tmp_path), answers(path))
        assert (imports["again"].accepted, imports["again"].changed) == (0, 0)
    held = [name for name, result in imports.items() if result.import_id is not None]  # the same bytes are no import
    for place, name in enumerate(held, start=1):
        ledger.undo(imports[name])
        left = held[place:]
        assert ledger.facts().equals(facts["whole" if {"whole", "again"} & {*left} else "earlier"]) or not left
    assert ledger.facts().is_empty()
    if earlier is not path:
        imports |= {name: ledger.add(file, answers(path)) for name, file in (("earlier", earlier), ("whole", path))}
        ledger.undo(imports["whole"])
        assert ledger.facts().equals(facts["earlier"])
        ledger.undo(imports["earlier"])
        assert ledger.facts().is_empty()


@pytest.mark.parametrize("importer", NAMED)
def test_an_edited_row_replaces_its_earlier_version_which_an_undo_brings_back(
    ledger: Ledger, importer: Importer, tmp_path: Path
) -> None:
    files = list_exports(importer.name)
    edits = (edit_export(importer, path, tmp_path / str(number), answers(path)) for number, path in enumerate(files))
    path, edited = next(((path, edit) for path, edit in zip(files, edits, strict=False) if edit), (None, None))
    assert (edited is None) == (importer.name in NEVER_EDITED)
    if path is None or edited is None:
        return
    settings = replace(answers(path), edited="replace")
    first = ledger.add(path, settings)
    facts = ledger.facts()
    second = ledger.add(edited, settings)
    assert second.changed
    assert not second.accepted
    assert ledger.facts().height == facts.height
    assert not ledger.facts().equals(facts)
    ledger.undo(second)
    assert ledger.facts().equals(facts)
    ledger.undo(first)
    assert ledger.facts().is_empty()


@pytest.mark.parametrize("importer", [named for named in NAMED if named.values[0].kind in PROJECT_KINDS])
def test_no_row_of_another_project_is_dropped_or_replaced_without_a_word(
    ledger: Ledger, importer: Importer, tmp_path: Path
) -> None:
    """The same rows as of two projects: both stand, or somebody is asked, or the change of project is counted."""
    for number, path in enumerate(list_exports(importer.name)):
        settings = replace(answers(path), project="Birds")
        accepted = read_all(importer, path, settings)[2]
        unnamed = accepted.get_column("project").null_count()
        is_local = has_local_ids(importer)
        assert is_local or not unnamed or importer.name in UNIQUE_IDS
        again = write_again(path, tmp_path / f"other {number}")
        if not unnamed or again.read_bytes() == path.read_bytes():
            continue
        first = ledger.add(path, settings)
        height = ledger.facts().height
        other = replace(settings, project="Signs")
        try:
            second = ledger.add(again, other)
        except QuestionNeeded:
            second = ledger.add(again, replace(other, edited="keep")) if is_local else None
        if second:
            assert second.duplicate <= first.rows_read - unnamed + first.duplicate
            assert second.changed == 0 or not is_local
            assert ledger.facts().height == height + second.accepted
            ledger.undo(second)
        ledger.undo(first)


def write_again(path: Path, folder: Path) -> Path:
    """Write a file with other bytes and the same rows; some formats know an item or a report by its name."""
    again = folder / "again" / path.name
    again.parent.mkdir(parents=True)
    content = path.read_bytes()
    blank = b" " if path.suffix in (".json", ".xml") else b"\n"
    again.write_bytes(content if b"\0" in content or path.suffix == ".tgz" else content + blank)
    return again


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
