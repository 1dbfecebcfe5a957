"""Notes pinned to a day, for one project or for all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import polars as pl

from dashboard import privacy
from dashboard.errors import BadMapping
from dashboard.settings.cells import Row, check_known_names, check_unique, read_required
from dashboard.settings.csv_text import parse_csv
from dashboard.settings.people import read_day, read_text
from dashboard.settings.versions import insert_versions, resolve_instant
from dashboard.store.generations import Store
from dashboard.store.queries import run_query

MAX_NOTE_LENGTH = 300
NOTE_SCHEMA: dict[str, pl.DataType] = {"day_on": pl.Date(), "project": pl.String(), "text": pl.String()}
"""One row per note; project empty for all."""


def read_notes(store: Store) -> pl.DataFrame:
    """Return every note (columns of NOTE_SCHEMA)."""
    with store.snapshot() as snapshot:
        return run_query(snapshot, "pinned_notes", {}).cast(pl.Schema(NOTE_SCHEMA))


def format_notes_csv(store: Store) -> str:
    """Return every note as CSV (columns of NOTE_SCHEMA)."""
    return privacy.format_frame_csv(read_notes(store))


def load_notes_csv(store: Store, csv_text: str, who: str | None = None) -> int:
    """Replace all notes by those in a CSV text and return their number.

    Raises:
        BadMapping: not CSV, a column missing or unknown, or as `save_notes`.
    """
    return save_notes(store, parse_csv(csv_text, ("day_on", "text"), tuple(NOTE_SCHEMA)), who)


def save_notes(store: Store, rows: Sequence[Row], who: str | None = None, *, now: datetime | None = None) -> int:
    """Replace all notes by these rows and return their number; an unchanged note keeps its author.

    Raises:
        BadMapping: a cell that cannot be used, a note twice, or an unknown project.
    """
    parsed_rows = [_parse_row(row, f"Line {number} of the notes") for number, row in enumerate(rows, start=1)]
    new = pl.DataFrame(parsed_rows, schema=NOTE_SCHEMA, orient="row")
    check_unique(new, tuple(NOTE_SCHEMA), "The note of")
    with store.change("save notes", who) as change:
        check_known_names(change, new, "project", "known_projects")
        old = run_query(change, "pinned_notes", {})
        for removed in old.join(new, on=list(NOTE_SCHEMA), how="anti").to_dicts():
            change.execute("delete from note where day_on = $day_on and project = $project and text = $text", removed)
        insert_versions(change, "note", new.join(old, on=list(NOTE_SCHEMA), how="anti"), resolve_instant(now), who)
        change.log("notes", f"{new.height} notes", who)
    return new.height


def add_note(store: Store, row: Row, who: str | None = None, *, now: datetime | None = None) -> date:
    """Add one note (columns of NOTE_SCHEMA) and return its day.

    Raises:
        BadMapping: a cell that cannot be used, an unknown project, or a note that exists already.
    """
    new = pl.DataFrame([_parse_row(row, "The note")], schema=NOTE_SCHEMA, orient="row")
    with store.change("pin a note", who) as change:
        check_known_names(change, new, "project", "known_projects")
        old = run_query(change, "pinned_notes", {}).select(list(NOTE_SCHEMA)).cast(pl.Schema(NOTE_SCHEMA))
        check_unique(pl.concat([old, new]), tuple(NOTE_SCHEMA), "The note of")
        insert_versions(change, "note", new, resolve_instant(now), who)
        change.log("notes", "1 note pinned", who)
    day_on: date = new.item(0, "day_on")
    return day_on


def _parse_row(row: Row, row_label: str) -> tuple[date, str, str]:
    day_on = read_day(row, "day_on", row_label)
    if day_on is None:
        raise BadMapping(f"{row_label} has no day.", "Write it in day_on, like 2026-03-31.")
    note_text = " ".join(read_required(row, "text", row_label).split())
    if len(note_text) > MAX_NOTE_LENGTH:
        raise BadMapping(f"{row_label} has {len(note_text)} characters.", f"Write at most {MAX_NOTE_LENGTH}.")
    return day_on, read_text(row, "project"), note_text
