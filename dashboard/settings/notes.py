"""Notes pinned to a day, for one project or for all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import polars as pl

from dashboard.settings.cells import Row, check_known_names, check_unique, read_text
from dashboard.settings.sheet import Field, Sheet
from dashboard.settings.versions import insert_versions, resolve_instant
from dashboard.store.generations import Store
from dashboard.store.queries import run_query

MAX_NOTE_LENGTH = 300


def read_notes(store: Store) -> pl.DataFrame:
    """Return every note (columns of NOTE_SHEET)."""
    with store.snapshot() as snapshot:
        return run_query(snapshot, "pinned_notes", {}).cast(pl.Schema(NOTE_SHEET.schema))


def save_notes(store: Store, rows: Sequence[Row], who: str | None = None, *, now: datetime | None = None) -> int:
    """Replace all notes by these rows and return their number; an unchanged note keeps its author.

    Raises:
        BadMapping: a cell that cannot be used, a note twice, or an unknown project.
    """
    new = parse_notes(rows)
    check_unique(new, NOTE_SHEET.columns, "The note of")
    with store.change("save notes", who) as change:
        check_known_names(change, new, "project", "known_projects")
        old = run_query(change, "pinned_notes", {})
        for removed in old.join(new, on=NOTE_SHEET.columns, how="anti").to_dicts():
            change.execute("delete from note where day_on = $day_on and project = $project and text = $text", removed)
        insert_versions(change, "note", new.join(old, on=NOTE_SHEET.columns, how="anti"), resolve_instant(now), who)
        change.log("notes", f"{new.height} notes", who)
    return new.height


def add_note(store: Store, row: Row, who: str | None = None, *, now: datetime | None = None) -> date:
    """Add one note (columns of NOTE_SHEET) and return its day.

    Raises:
        BadMapping: a cell that cannot be used, an unknown project, or a note that exists already.
    """
    new = parse_notes([row])
    with store.change("pin a note", who) as change:
        check_known_names(change, new, "project", "known_projects")
        old = run_query(change, "pinned_notes", {}).select(NOTE_SHEET.columns).cast(pl.Schema(NOTE_SHEET.schema))
        check_unique(pl.concat([old, new]), NOTE_SHEET.columns, "The note of")
        insert_versions(change, "note", new, resolve_instant(now), who)
        change.log("notes", "1 note pinned", who)
    day_on: date = new.item(0, "day_on")
    return day_on


def parse_notes(rows: Sequence[Row]) -> pl.DataFrame:
    """Return the checked notes (columns of NOTE_SHEET); runs of spaces become one.

    Raises:
        BadMapping: a cell that cannot be used.
    """
    cleaned_rows = [{**row, "text": " ".join(read_text(row, "text").split())} for row in rows]
    return NOTE_SHEET.build_frame([cells for _, cells in NOTE_SHEET.parse_rows(cleaned_rows)])


NOTE_SHEET = Sheet(
    name="notes",
    title="Notes",
    noun="notes pinned to a day",
    summary="Notes on what happened",
    saved="Notes pinned: {count}.",
    help="What may explain a change: a new tool, a new guideline. Every chart over time marks their days, on pages and "
    "in reports.",
    read=read_notes,
    save=save_notes,
    fields=(
        Field("day_on", "Day", "day", required=True),
        Field("project", "Project", help="Empty: about all of them.", names_project=True),
        Field("text", "What happened", required=True, max_length=MAX_NOTE_LENGTH, is_long=True),
    ),
)
