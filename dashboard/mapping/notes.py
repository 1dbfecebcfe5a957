"""Notes pinned to a day: what happened, for all projects or one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import polars as pl

from dashboard import catalog, privacy
from dashboard.errors import BadMapping
from dashboard.mapping import amounts, sheets, versions
from dashboard.mapping.amounts import Row
from dashboard.mapping.people import day, text
from dashboard.store import Store

LONGEST = 300
NOTE: dict[str, pl.DataType] = {"day_on": pl.Date(), "project": pl.String(), "text": pl.String()}
"""One row a note; project empty for all."""


def notes_frame(store: Store) -> pl.DataFrame:
    """Return every note (columns of NOTE)."""
    with store.snapshot() as snapshot:
        return catalog.run(snapshot, "pinned_notes", {}).cast(pl.Schema(NOTE))


def notes_csv(store: Store) -> str:
    """Return every note as CSV (columns of NOTE)."""
    return privacy.frame_csv(notes_frame(store))


def load_notes(store: Store, text_: str, who: str | None = None) -> int:
    """Replace all notes by those of a CSV text and return how many there are.

    Raises:
        BadMapping: not CSV, a column missing or unknown, or as `save_rows`.
    """
    return save_rows(store, sheets.read(text_, ("day_on", "text"), tuple(NOTE)), who)


def save_rows(store: Store, rows: Sequence[Row], who: str | None = None, *, now: datetime | None = None) -> int:
    """Replace all notes by those of a sheet and return how many there are; a note that stays keeps who wrote it.

    Raises:
        BadMapping: a cell that cannot be used, a note twice, or an unknown project.
    """
    read = [_line(row, f"Line {number} of the notes") for number, row in enumerate(rows, start=1)]
    new = pl.DataFrame(read, schema=NOTE, orient="row")
    amounts.unique(new, tuple(NOTE), "The note of")
    with store.change("save notes", who) as change:
        amounts.refuse_strangers(change, new, "project", "known_projects")
        old = catalog.run(change, "pinned_notes", {})
        for gone in old.join(new, on=list(NOTE), how="anti").to_dicts():
            change.execute("delete from note where day_on = $day_on and project = $project and text = $text", gone)
        versions.add(change, "note", new.join(old, on=list(NOTE), how="anti"), versions.moment(now), who)
        change.log("notes", f"{new.height} notes", who)
    return new.height


def add_row(store: Store, row: Row, who: str | None = None, *, now: datetime | None = None) -> date:
    """Add one note (columns of NOTE) to those there are, and return its day.

    Raises:
        BadMapping: a cell that cannot be used, an unknown project, or the note is there already.
    """
    new = pl.DataFrame([_line(row, "The note")], schema=NOTE, orient="row")
    with store.change("pin a note", who) as change:
        amounts.refuse_strangers(change, new, "project", "known_projects")
        old = catalog.run(change, "pinned_notes", {}).select(list(NOTE)).cast(pl.Schema(NOTE))
        amounts.unique(pl.concat([old, new]), tuple(NOTE), "The note of")
        versions.add(change, "note", new, versions.moment(now), who)
        change.log("notes", "1 note pinned", who)
    day_on: date = new.item(0, "day_on")
    return day_on


def _line(row: Row, where: str) -> tuple[date, str, str]:
    day_on = day(row, "day_on", where)
    if day_on is None:
        raise BadMapping(f"{where} has no day.", "Write it in day_on, like 2026-03-31.")
    said = " ".join(amounts.required(row, "text", where).split())
    if len(said) > LONGEST:
        raise BadMapping(f"{where} has {len(said)} letters.", f"Write at most {LONGEST}.")
    return day_on, text(row, "project"), said
