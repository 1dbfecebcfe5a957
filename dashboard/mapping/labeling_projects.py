"""Which project of the tracker a labeling tool's project is: proposed by names, counted only once the lead says so."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import polars as pl

from dashboard import catalog, privacy
from dashboard.mapping import amounts, sheets
from dashboard.mapping.aliases import normalized
from dashboard.mapping.amounts import Row
from dashboard.mapping.label_moves import label_moves
from dashboard.mapping.people import text
from dashboard.store import Change, Store

PLACE_COLUMNS = ("source", "tool_project", "project", "unmarked")
UNMARKED = ("unknown", "manual")
NAMELESS = "(no project)"


def places_frame(store: Store) -> pl.DataFrame:
    """Return the projects of labeling tools: columns of PLACE_COLUMNS, labels, first_on, last_on, proposed, reason.

    `project` is null where nobody has said which one it is; then `proposed` may name one of the tracker's, and `reason`
    says why.
    """
    with store.snapshot() as snapshot:
        found = catalog.run(snapshot, "labeling_projects", {})
        tracked = catalog.run(snapshot, "known_projects", {}).filter("is_tracked").get_column("project").to_list()
    guesses = [
        (None, None) if row["project"] else propose(row["tool_project"], tracked) for row in found.iter_rows(named=True)
    ]
    proposed = pl.DataFrame(guesses, schema={"proposed": pl.String, "reason": pl.String}, orient="row")
    return pl.concat([found, proposed], how="horizontal")


def propose(tool_project: str, tracked: Sequence[str]) -> tuple[str | None, str | None]:
    """Return the tracker's project that a tool's project most likely is and why, or nothing if it could be several."""
    words = set(normalized(tool_project).split())
    if not words:
        return None, None
    same = [name for name in tracked if normalized(name) == normalized(tool_project)]
    if len(same) == 1:
        return same[0], "same name"
    parts = {name: set(normalized(name).split()) for name in tracked}
    near = [name for name, own in parts.items() if own and (words <= own or own <= words)]
    return (near[0], "one name is part of the other") if len(near) == 1 else (None, None)


def places_csv(store: Store) -> str:
    """Return what is decided, and the projects that are open, as CSV (columns of PLACE_COLUMNS)."""
    return privacy.frame_csv(places_frame(store).select(PLACE_COLUMNS))


def checked(rows: Sequence[Row]) -> pl.DataFrame:
    """Return the rows that decide something (columns of PLACE_COLUMNS).

    Raises:
        BadMapping: no tool, an unknown word for unmarked labels, or a project of a tool twice.
    """
    made = []
    for number, row in enumerate(rows, start=1):
        where = f"Row {number} of the labeling projects"
        source, place = amounts.required(row, "source", where), text(row, "tool_project")
        project = text(row, "project")
        unmarked = amounts.choice(row, "unmarked", UNMARKED, where, UNMARKED[0])
        if project or unmarked != UNMARKED[0]:
            made.append((source, place, project or place or NAMELESS, unmarked))
    frame = pl.DataFrame(made, schema=dict.fromkeys(PLACE_COLUMNS, pl.String), orient="row")
    amounts.unique(frame, ("source", "tool_project"), "The labeling project")
    return frame


def load_places(store: Store, text_: str, who: str | None = None) -> int:
    """Replace the map by that of a CSV text and return how many projects it names.

    Raises:
        BadMapping: not CSV, a column missing or unknown, or a line that cannot be used.
    """
    return save_rows(store, sheets.read(text_, PLACE_COLUMNS[:3], PLACE_COLUMNS), who)


def save_places(store: Store, frame: pl.DataFrame, who: str | None = None) -> int:
    """Replace the map by that of a frame (columns of PLACE_COLUMNS) and return how many projects it names.

    Raises:
        BadMapping: as `checked`.
    """
    return save_rows(store, frame.to_dicts(), who)


def save_rows(store: Store, rows: Sequence[Row], who: str | None = None) -> int:
    """Replace the map, decide every label anew, and return how many projects it names.

    Raises:
        BadMapping: as `checked`.
    """
    places = checked(rows)
    with store.change("save the labeling projects", who) as change:
        replace_places(places, change)
        change.rebuild_labels()
        change.log("labeling projects", f"{places.height} projects of labeling tools matched", who)
    return places.height


def replace_places(places: pl.DataFrame, change: Change) -> None:
    """Write the map into a change, without deciding labels yet."""
    change.execute("delete from labeling_project")
    change.insert("labeling_project", places)


def dry_run(store: Store, frame: pl.DataFrame) -> pl.DataFrame:
    """Return which labels would change if this (columns of PLACE_COLUMNS) were the map; see `label_moves`.

    Raises:
        BadMapping: as `checked`.
    """
    return label_moves(store, partial(replace_places, checked(frame.to_dicts())))
