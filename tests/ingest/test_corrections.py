"""Rows with negative hours are corrections of the same person, day and project where they fit, else rejected."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.errors import UnreadableFile
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files, preview_import, undo_import
from dashboard.ingest.results import ImportResult
from dashboard.store.generations import Store
from dashboard.store.health import check_store

HARVEST = "Date,Client,Project,Task,Hours,Billable?,First Name,Last Name\n"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return an empty store."""
    return Store(tmp_path / "store")


def read(store: Store, path: Path, rows: str, header: str = HARVEST) -> ImportResult:
    """Import rows, check that the counts add up and the store is sound, and return the result."""
    path.write_text(header + rows, encoding="utf-8")
    (seen,) = preview_import(store, path, Settings(zone="UTC", edited="replace"))
    (result,) = import_files(store, [path], Settings(zone="UTC", edited="replace"))
    assert (seen.accepted, seen.rejected, seen.warnings) == (result.accepted, result.rejected, result.warnings)
    assert result.rows_read == result.accepted + result.changed + result.duplicate + result.rejected
    assert [finding for finding in check_store(store) if not finding[1]] == []
    return result


def sum_days(store: Store) -> dict[tuple[str, str], float]:
    """Return the hours of the store by person and project."""
    with store.snapshot() as snapshot:
        rows = snapshot.query("select person, project, sum(seconds) / 3600 from time_day group by 1, 2 order by 1, 2")
    return {(person, project): hours for person, project, hours in rows.iter_rows()}


def test_a_correction_that_fits_takes_its_hours_off(store: Store, tmp_path: Path) -> None:
    rows = "2026-01-05,A,B,C,-1.5,Yes,Ada,E\n2026-01-05,A,B,D,3,Yes,Ada,E\n2026-01-05,A,Z,C,2,Yes,Ada,E\n"
    result = read(store, tmp_path / "a.csv", rows)
    assert (result.accepted, result.rejected, result.seconds_total) == (3, 0, 12_600)
    assert sum_days(store) == {("Ada E", "B"): 1.5, ("Ada E", "Z"): 2.0}
    assert (
        "1 row with negative hours kept as corrections of the same person, day and project. It lowers the total by"
        " 1.50 h." in result.warnings
    )


@pytest.mark.parametrize(
    "other",
    [
        "2026-01-05,A,B,C,3,Yes,Bo,E\n",
        "2026-01-06,A,B,C,3,Yes,Ada,E\n",
        "2026-01-05,A,Z,C,3,Yes,Ada,E\n",
        "2026-01-05,A,B,C,1,Yes,Ada,E\n",
    ],
    ids=["another person", "another day", "another project", "too few hours"],
)
def test_a_correction_that_does_not_fit_is_rejected_with_its_hours(store: Store, tmp_path: Path, other: str) -> None:
    result = read(store, tmp_path / "a.csv", other + "2026-01-05,A,B,C,-1.5,Yes,Ada,E\n")
    assert (result.accepted, result.rejected) == (1, 1)
    assert result.rejects.select("line", "reason").rows() == [(3, "negative duration")]
    assert "-1.5 h" in result.rejects["raw"].item()
    assert any("the total is 1.50 h too high" in warning for warning in result.warnings)


@pytest.mark.parametrize("written", [
    "(1.5)", "1.5-", "(1:30)", "1:30 -", "(1h 30m)", "(90 min)", "- 1.5", "\u22121.5", "(-1.5)",
])  # fmt: skip
def test_a_correction_may_be_written_as_in_bookkeeping(store: Store, tmp_path: Path, written: str) -> None:
    rows = f"2026-01-05,A,B,C,{written},Yes,Ada,E\n2026-01-05,A,B,D,3.25,Yes,Ada,E\n"
    result = read(store, tmp_path / "a.csv", rows)
    assert (result.accepted, result.rejected, sum_days(store)) == (2, 0, {("Ada E", "B"): 1.75})
    assert any("It lowers the total by 1.50 h" in warning for warning in result.warnings)


@pytest.mark.parametrize("written", ["(1,5)", "1,5-", "-1,5"])
def test_a_correction_in_brackets_may_have_a_decimal_comma(store: Store, tmp_path: Path, written: str) -> None:
    rows = f'2026-01-05;A;B;C;"{written}";Yes;Ada;E\n2026-01-05;A;B;D;"3,250";Yes;Ada;E\n'
    result = read(store, tmp_path / "a.csv", rows, HARVEST.replace(",", ";"))
    assert (result.accepted, result.rejected, sum_days(store)) == (2, 0, {("Ada E", "B"): 1.75})


def test_a_word_in_brackets_is_no_length(store: Store, tmp_path: Path) -> None:
    rows = "2026-01-05,A,B,C,(none),Yes,Ada,E\n2026-01-05,A,B,C,2026-,Yes,Ada,E\n2026-01-05,A,B,D,3,Yes,Ada,E\n"
    result = read(store, tmp_path / "a.csv", rows)
    assert (result.accepted, result.rejected, sum_days(store)) == (1, 2, {("Ada E", "B"): 3.0})


def test_corrections_fit_one_after_the_other(store: Store, tmp_path: Path) -> None:
    rows = "".join(f"2026-01-05,A,B,C,{hours},Yes,Ada,E\n" for hours in ("-1", "2", "-1", "-0.5"))
    result = read(store, tmp_path / "a.csv", rows)
    assert (result.accepted, result.rejected, sum_days(store)) == (3, 1, {("Ada E", "B"): 0.0})


def test_the_same_file_again_adds_nothing_and_an_undo_takes_all_back(store: Store, tmp_path: Path) -> None:
    rows = "2026-01-05,A,B,C,3,Yes,Ada,E\n2026-01-05,A,B,C,-1,Yes,Ada,E\n"
    read(store, tmp_path / "a.csv", rows)
    again = read(store, tmp_path / "b.csv", rows + "2026-01-06,A,B,C,3,Yes,Ada,E\n")
    assert (again.accepted, again.duplicate, sum_days(store)) == (1, 2, {("Ada E", "B"): 5.0})
    undo_import(store, 1)
    assert sum_days(store) == {("Ada E", "B"): 5.0}
    undo_import(store, 2)
    assert sum_days(store) == {}


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        ("person,day_on,hours,project\n", "Ada,2026-01-05,3,B\nAda,2026-01-05,-1,B\n"),
        ("person,started_at,seconds,project\n", "Ada,2026-01-05T09:00Z,10800,B\nAda,2026-01-05T13:00Z,-3600,B\n"),
    ],
)
def test_native_files_may_hold_corrections(store: Store, tmp_path: Path, header: str, rows: str) -> None:
    assert read(store, tmp_path / "a.csv", rows, header).accepted == 2
    assert sum_days(store) == {("Ada", "B"): 2.0}


def test_a_file_of_corrections_alone_is_refused(store: Store, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="negative duration: 1, first in line 2"):
        read(store, tmp_path / "a.csv", "2026-01-05,A,B,C,-1,Yes,Ada,E\n")
    assert not store.exists()
