"""Whether a file holds known entries moved by a constant: another time zone, or day and month swapped."""

from __future__ import annotations

from dashboard.errors import QuestionNeeded
from dashboard.schemas import FIRST_IMPORT, Kind
from dashboard.store.engine import read_sql_files
from dashboard.store.snapshot import Change
from dashboard.units import count_noun

INGEST_SQL = dict(read_sql_files("ingest"))
MINUTES_PER_HOUR = 60
FEWEST = 2  # entries that must be moved by the same constant
# Entries that are moved by more than 14 hours are not looked for, so that others have nothing to do with the file.
HAS_NEAR_SQL = """
    with time as (
        select min(started_at) - interval 15 hour as first_at, max(started_at) + interval 15 hour as last_at
        from time_entry
        where import_id = $import_id
    )
    select exists (
        from time_entry, time
        where source = $source and import_id <> $import_id and started_at between first_at and last_at
    )
"""
# A day after the 12th is no month: such a file can be read in one order only.
HAS_TWO_READINGS_SQL = "select coalesce(max(day(day_on)) <= 12, false) from time_entry where import_id = $import_id"
LEAST_SHARE = 0.8  # of the stored entries that would lie in the file's time, so many must be there


def check_shifted(change: Change, kind: Kind, import_id: int, source: str, name: str) -> None:
    """Ask about a file whose entries equal known ones but for a constant.

    Raises:
        QuestionNeeded: most known entries of that time stand in the file, all moved alike.
    """
    if kind != "time_entry" or import_id == FIRST_IMPORT:
        return
    params = {"import_id": import_id, "source": source}
    is_near = change.read_value(HAS_NEAR_SQL, params)
    shifted = change.read_rows(INGEST_SQL["shifted_starts.sql"], params) if is_near else []
    for minutes, number, zone, entries, unmoved, stored in shifted:
        if is_moved(entries, unmoved, stored):
            hours = f"{abs(minutes) / MINUTES_PER_HOUR:g} h {'later' if minutes > 0 else 'earlier'}"
            raise QuestionNeeded(
                "shifted",
                f"{name}: {count_noun(entries, 'entry')} of import {number} stand here {hours}.",
                f"{describe_zone(zone, number)} If they are other entries, say --edited keep.",
            )
    if not change.read_value(HAS_TWO_READINGS_SQL, {"import_id": import_id}):
        return
    for entries, unmoved, number, stored in change.read_rows(INGEST_SQL["swapped_days.sql"], params):
        if is_moved(entries, unmoved, stored):
            raise QuestionNeeded(
                "shifted",
                f"{name}: {count_noun(entries, 'entry')} of import {number} stand here with day and month swapped.",
                "Say --day-first or --month-first, as that import was read. If they are other entries, say "
                "--edited keep.",
            )


def is_moved(entries: int, unmoved: int, stored: int) -> bool:
    """Return whether most known entries of the file's time stand in it, moved, and more of them than unmoved ones."""
    return entries >= max(FEWEST, LEAST_SHARE * stored, unmoved + 1)


def describe_zone(zone: str | None, import_id: int) -> str:
    """Return how to read the file so that its entries meet the known ones."""
    if zone is None:
        return f"If they are the same work, read both in one time zone: undo import {import_id} or use --zone."
    return f"If they are the same work, read the file with --zone {zone}, as that import was."
