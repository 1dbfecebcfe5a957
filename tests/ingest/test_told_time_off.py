"""Time off that a tracker tells lowers capacity and is no tracked time, as long as its import is in force."""

from __future__ import annotations

from pathlib import Path

import pytest
from store_copies import copied

from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files, undo_import
from dashboard.settings.people import save_people
from dashboard.settings.time_off import save_absences
from dashboard.store.generations import Store

HEADER = "Date,Project,Task,Notes,Hours,Billable?,Approved?,First Name,Last Name\n"


@copied
def build_staffed(folder: Path) -> Store:
    """Return a store in the folder that knows the weekly hours of Ana."""
    store = Store(folder / "store")
    save_people(store, [{"name": "Ana Lima", "weekly_hours": 40}])
    return store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return build_staffed(tmp_path)


def import_rows(store: Store, folder: Path, name: str, *rows: str) -> tuple[int, int, int, int]:
    """Import rows of Ana in March 2026 (day, project, task, note, hours); return how the import counts them."""
    path = folder / name
    cells = [row.split(",") for row in rows]
    lines = [
        f"2026-03-{day},{project},{task},{note},{hours},No,No,Ana,Lima\n" for day, project, task, note, hours in cells
    ]
    path.write_text(HEADER + "".join(lines), "utf-8")
    (result,) = import_files(store, [path], Settings())
    return result.accepted, result.changed, result.duplicate, result.rejected


def read_hours(store: Store) -> tuple[float, float]:
    """Return the tracked hours and the capacity of everybody."""
    rows = resolve_figure(store, "coverage", Filters()).rows
    return float(rows["tracked_hours"].sum()), float(rows["capacity_hours"].sum())


def test_time_off_goes_with_its_import(store: Store, tmp_path: Path) -> None:
    first = import_rows(
        store, tmp_path, "a.csv",
        "02,Signs,Annotation,,8", "03,Time Off,Vacation,,8", "04,Internal,Sick leave,,4", "04,Signs,Annotation,,4",
        "06,Signs,Annotation,,8",
    )  # fmt: skip
    assert first == (5, 0, 0, 0)
    assert read_hours(store) == (20, 40 - 12)
    second = import_rows(store, tmp_path, "b.csv", "04,Internal,Sick leave,,4", "06,Signs,Annotation,,8")
    assert second == (0, 0, 2, 0)
    assert read_hours(store) == (20, 40 - 12)
    undo_import(store, 2)
    undo_import(store, 1)
    with store.snapshot() as snapshot:
        assert snapshot.query("select count(*) from imported_time_off").item() == 0


def test_what_another_import_has_stays(store: Store, tmp_path: Path) -> None:
    import_rows(store, tmp_path, "a.csv", "02,Signs,Annotation,,8", "03,Urlaub,,,8", "04,Signs,Annotation,,8")
    import_rows(store, tmp_path, "b.csv", "02,Signs,Annotation,,8", "03,Urlaub,,,8")
    undo_import(store, 1)
    assert read_hours(store) == (8, 8)  # the log ends on the second
    import_rows(store, tmp_path, "c.csv", "04,Signs,Annotation,,8")
    assert read_hours(store) == (16, 16)


def test_time_off_that_is_entered_too_counts_once(store: Store, tmp_path: Path) -> None:
    import_rows(store, tmp_path, "a.csv", "02,Signs,Annotation,,8", "03,Urlaub,,,4", "04,Signs,Annotation,,8")
    save_absences(store, [{"person": "Ana Lima", "from_on": "2026-03-03", "to_on": None, "hours": 4}])
    assert read_hours(store) == (16, 20)


@pytest.mark.parametrize(
    ("row", "hours"),
    [
        ("03,Internal,Absence: sick leave,,8", 0),
        ("03,Internal / Vacation,,,8", 0),
        ("03,Internal,General,Public holiday,8", 0),
        ("03,Congés payés,,,8", 0),
        ("03,Signs,Holiday detection,,8", 8),
        ("03,Vacation rentals,Annotation,,8", 8),
        ("03,Signs,Annotation,label holiday photos,8", 8),
    ],
)
def test_only_a_name_of_its_own_is_time_off(store: Store, tmp_path: Path, row: str, hours: float) -> None:
    assert import_rows(store, tmp_path, "a.csv", "02,Signs,Annotation,,8", row) == (2, 0, 0, 0)
    assert read_hours(store)[0] == 8 + hours


@pytest.mark.parametrize(
    ("row", "capacity"),
    [
        ("03,Urlaub,,,24", 80 - 24),  # a day has 8 hours: Tuesday to Thursday
        ("05,Urlaub,,,16", 80 - 16),  # Thursday and Friday
        ("06,Urlaub,,,20", 80 - 20),  # Friday, Monday, and half of Tuesday
        ("03,Urlaub,,,12", 80 - 8),  # less than two days is a long day
    ],
)
def test_time_off_of_several_days_in_one_row(store: Store, tmp_path: Path, row: str, capacity: float) -> None:
    import_rows(store, tmp_path, "a.csv", "02,Signs,Annotation,,8", row, "13,Signs,Annotation,,8")
    assert read_hours(store) == (16, capacity)


@pytest.mark.parametrize(
    ("end", "duration", "capacity"),
    [
        ("2026-03-06,17:00:00", "104:00:00", 80 - 40),  # Monday to Friday, as the clock goes on at night
        ("2026-03-04,01:00:00", "40:00:00", 80 - 40),  # a week of work
        ("2026-03-03,17:00:00", "32:00:00", 80 - 16),
    ],
)
def test_time_off_over_nights(store: Store, tmp_path: Path, end: str, duration: str, capacity: float) -> None:
    path = tmp_path / "toggl.csv"
    path.write_text(
        "User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags\n"
        f"Ana Lima,,,Vacation,,,No,2026-03-02,09:00:00,{end},{duration},\n"
        "Ana Lima,,,Signs,,,No,2026-03-13,09:00:00,2026-03-13,17:00:00,08:00:00,\n"
        "Ana Lima,,,Signs,,,No,2026-03-01,09:00:00,2026-03-01,17:00:00,08:00:00,\n",
        "utf-8",
    )
    import_files(store, [path], Settings(zone="UTC"))
    assert read_hours(store) == (16, capacity)
