"""The same file again: what is answered without reading its rows is what reading them gives."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from importers.golden import FIXTURES, told

from dashboard.errors import DashboardError, SameFile
from dashboard.importers.contract import Settings
from dashboard.importers.discover import IMPORTERS
from dashboard.ingest.batch import import_all, take_back_import
from dashboard.ingest.results import ImportResult
from dashboard.store.engine import renew_secret
from dashboard.store.generations import Store
from dashboard.store.snapshot import Change

IDENTITY = FIXTURES / "identity"
ANSWERS = Settings(zone="UTC", person="kim@example.org")
HEADER = "person,seconds,started_at,project,description\n"


@dataclass
class Ledger:
    """A store in the making, and the files that were read to their end."""

    change: Change
    read: list[str] = field(default_factory=list)

    def add(self, path: Path, settings: Settings = ANSWERS) -> ImportResult:
        """Import a file."""

        def note_reading(name: str, rows: int) -> None:
            self.read.append(f"{name} {rows}")

        (result,) = import_all(self.change, [path], settings, None, None, {}, note_reading)
        return result

    def add_again(self, path: Path, settings: Settings = ANSWERS) -> tuple[dict[str, Any] | str, bool]:
        """Return what importing a file again gives, and whether its rows were read for it."""
        self.read.clear()
        try:
            result = self.add(path, settings)
        except DashboardError as error:
            return str(error), bool(self.read)
        values = asdict(result)
        for name in ("rejects", "first_rows", "by_category", "changes"):
            frame: pl.DataFrame = values.pop(name)
            values[name] = (frame.schema, sorted(map(str, frame.rows())))
        if result.import_id is not None:
            take_back_import(self.change, result.import_id, None)
            self.change.execute("delete from import where import_id = $id", {"id": result.import_id})
        return values, bool(self.read)

    def compare(self, path: Path, settings: Settings = ANSWERS) -> bool:
        """Compare both ways of importing a file again; return whether there was a short one."""
        first, is_read = self.add_again(path, settings)
        self.change.execute("create or replace temp table kept_import as from import")
        self.change.execute("update import set reader = 'an earlier version'")
        second, is_read_again = self.add_again(path, settings)
        self.change.execute("update import set reader = (select any_value(reader) from kept_import)")
        assert is_read_again or isinstance(second, str)
        assert first == second
        return not is_read


@pytest.fixture(scope="module")
def change(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Change]:
    """Give a store that each test leaves as empty as it was, so that nothing is published for any."""
    with Store(tmp_path_factory.mktemp("repeated") / "store").try_change() as change:
        yield change


@pytest.fixture
def ledger(change: Change) -> Iterator[Ledger]:
    """Give an empty store, and leave it so."""
    yield Ledger(change)
    for number in change.query("select import_id from import where undone_at is null order by 1").to_series():
        take_back_import(change, int(number), None)
    change.execute("delete from import")
    change.execute("delete from meta where key = 'zone' or key like 'edited/%'")


def write_entries(path: Path, *rows: str) -> Path:
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows), "utf-8")
    return path


def write_day(path: Path, project: str = "Signs", seconds: int = 1800, name: str = "Ada", day: int = 2) -> Path:
    hours = range(8, 17, 3)
    return write_entries(path, *(f"{name},{seconds},2026-03-{day:02}T{hour:02}:00:00Z,{project},x" for hour in hours))


def test_nothing_has_changed(ledger: Ledger, tmp_path: Path) -> None:
    path = write_day(tmp_path / "day.csv")
    ledger.add(path)
    assert ledger.compare(path)
    ledger.add(write_day(tmp_path / "more.csv", name="Bo"))
    ledger.add(write_day(tmp_path / "next.csv", day=3))
    renew_secret(ledger.change._con)  # noqa: SLF001 - pseudonyms decide nothing
    assert ledger.compare(path)
    assert not ledger.compare(write_day(tmp_path / "renamed.csv"))  # in other formats a name would tell other rows


def test_entries_of_its_days_are_missing(ledger: Ledger, tmp_path: Path) -> None:
    path = write_day(tmp_path / "day.csv")
    ledger.add(path)
    ledger.add(write_entries(tmp_path / "more.csv", "Ada,60,2026-03-02T20:00:00Z,Signs,x"))
    assert ledger.compare(path)
    again, _ = ledger.add_again(path)
    assert isinstance(again, dict)
    assert again["missing"] == 1


def test_rejected_rows_are_told_again(ledger: Ledger, tmp_path: Path) -> None:
    path = write_entries(tmp_path / "bad.csv", "Ada,60,2026-03-02T20:00:00Z,Signs,x", "Ada,x,2026-03-02,,", "Ada,1,,,")
    ledger.add(path)
    assert ledger.compare(path)
    again, _ = ledger.add_again(path)
    assert isinstance(again, dict)
    assert (again["duplicate"], again["rejected"], len(again["rejects"][1])) == (1, 2, 2)


def edit_elsewhere(ledger: Ledger, folder: Path) -> None:
    ledger.add(write_day(folder / "edited.csv", "Lanes"), replace(ANSWERS, edited="replace"))


def shorten_elsewhere(ledger: Ledger, folder: Path) -> None:
    ledger.add(write_entries(folder / "edited.csv", "Ada,900,2026-03-02T11:00:00Z,Signs,x"))


def edit_and_undo(ledger: Ledger, folder: Path) -> None:
    edited = ledger.add(write_day(folder / "edited.csv", "Lanes"))
    take_back_import(ledger.change, int(edited.import_id or 0), None)


def keep_elsewhere(ledger: Ledger, folder: Path) -> None:
    ledger.add(write_day(folder / "edited.csv", "Lanes"), replace(ANSWERS, edited="keep"))


def undo_first(ledger: Ledger, _: Path) -> None:
    take_back_import(ledger.change, 1, None)


def undo_between(ledger: Ledger, folder: Path) -> None:
    longer = ledger.add(write_day(folder / "again.csv", seconds=1801))
    take_back_import(ledger.change, 1, None)
    ledger.add(folder / "day.csv")
    take_back_import(ledger.change, int(longer.import_id or 0), None)


def take_out_elsewhere(ledger: Ledger, folder: Path) -> None:
    rest = write_entries(folder / "rest.csv", "Ada,1800,2026-03-02T08:00:00Z,Signs,x")
    ledger.add(rest, replace(ANSWERS, replace_period=True))


def tell_address(ledger: Ledger, folder: Path, address: str = "ada@example.org") -> None:
    path = folder / f"{address}.csv"
    rows = f"email,{HEADER}{address},Ada,60,2026-05-02T08:00:00Z,Signs,x\n"
    path.write_text(rows, "utf-8")
    ledger.add(path)


def tell_two_addresses(ledger: Ledger, folder: Path) -> None:
    tell_address(ledger, folder)
    tell_address(ledger, folder, "ada@example.com")


def answer_otherwise(ledger: Ledger, _: Path) -> None:
    ledger.change.save_setting("edited/native", "keep")


SINCE: dict[Callable[[Ledger, Path], None], bool] = {  # what happens between both imports, and whether rows are read
    edit_elsewhere: True,
    shorten_elsewhere: True,
    edit_and_undo: False,
    keep_elsewhere: False,
    undo_first: True,
    undo_between: True,
    take_out_elsewhere: True,
    tell_address: False,
    tell_two_addresses: True,
    answer_otherwise: False,
}


@pytest.mark.parametrize("change_store", SINCE, ids=lambda change_store: change_store.__name__)
def test_what_happened_since(ledger: Ledger, tmp_path: Path, change_store: Callable[[Ledger, Path], None]) -> None:
    path = write_day(tmp_path / "day.csv")
    ledger.add(path)
    change_store(ledger, tmp_path)
    assert ledger.compare(path) == (not SINCE[change_store])


@pytest.mark.parametrize("settings", [replace(ANSWERS, replace_period=True), replace(ANSWERS, edited="new")])
def test_answers_for_which_rows_are_read(ledger: Ledger, tmp_path: Path, settings: Settings) -> None:
    path = write_day(tmp_path / "day.csv")
    ledger.add(path, settings)
    assert not ledger.compare(path, settings)


def test_any_order_of_imports_and_undos(ledger: Ledger, tmp_path: Path) -> None:
    rng = random.Random(11)
    names, lengths = ["Signs", "Lanes"], [1800, 900]
    files = [
        write_day(tmp_path / f"{number}.csv", rng.choice(names), rng.choice(lengths), day=2 + number % 2)
        for number in range(4)
    ]
    ways = set()
    for _ in range(5):
        settings = replace(ANSWERS, edited=rng.choice(["replace", "keep"]))
        with suppress(SameFile):
            result = ledger.add(path := rng.choice(files), settings)
            if result.import_id is not None and rng.random() < 0.3:
                take_back_import(ledger.change, result.import_id, None)
        ways |= {ledger.compare(file, settings) for file in (path, rng.choice(files))}
    assert ways == {True, False}


COMPARED = {
    *("toggl", "harvest", "jira", "icalendar", "solidtime", "label_studio", "cvat_xml", "sagemaker", "doccano"),
    *("native_labeling", "mlflow_csv", "mostlyai_qa"),
}
ALWAYS_READ = {"icalendar", "doccano"}  # up to today; without a project, so that ids may be those of another one
FORMATS: list[Any] = [
    pytest.param(path, importer.name, id=importer.name)
    for importer in IMPORTERS
    if importer.name in COMPARED
    for path in sorted((FIXTURES / importer.name).glob("*.expected.json"))[:1]
]


@pytest.mark.parametrize(("beside", "name"), FORMATS)
def test_formats_of_every_kind(ledger: Ledger, beside: Path, name: str) -> None:
    stem = beside.name.removesuffix(".expected.json")
    path = next(
        path
        for path in sorted(beside.parent.glob(f"{stem}.*"))
        if not path.name.endswith((".expected.json", ".settings.json"))
    )
    settings = replace(told(path), person="kim@example.org")
    try:
        first = ledger.add(path, settings)
    except DashboardError:
        return
    is_read = not ledger.compare(path, settings)
    held = ledger.change.query(f"select count(*) from {first.kind}").item()  # noqa: S608 - own names
    assert is_read == (name in ALWAYS_READ or held < first.rows_read - first.rejected)
