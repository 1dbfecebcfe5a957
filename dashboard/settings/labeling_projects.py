"""Match projects of labeling tools to tracked projects: proposed by name, in force only once the lead accepts them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import polars as pl

from dashboard import privacy
from dashboard.settings.aliases import normalize_name
from dashboard.settings.cells import Row, check_unique, read_choice, read_required
from dashboard.settings.csv_text import parse_csv
from dashboard.settings.label_changes import preview_label_changes
from dashboard.settings.people import read_text
from dashboard.store.generations import Store
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Change

LABELING_PROJECT_COLUMNS = ("source", "tool_project", "project", "unmarked")
UNMARKED_METHODS = ("unknown", "manual")
UNNAMED_PROJECT = "(no project)"


def read_labeling_projects(store: Store) -> pl.DataFrame:
    """Return the labeling tools' projects: LABELING_PROJECT_COLUMNS, labels, first_on, last_on, proposed, reason.

    `project` is null where the lead has not matched it; then `proposed` may name a tracked project, and `reason` says
    why.
    """
    with store.snapshot() as snapshot:
        known_projects = run_query(snapshot, "labeling_projects", {})
        tracked = run_query(snapshot, "known_projects", {}).filter("is_tracked").get_column("project").to_list()
    proposals = [
        (None, None) if row["project"] else propose_project(row["tool_project"], tracked)
        for row in known_projects.iter_rows(named=True)
    ]
    proposed = pl.DataFrame(proposals, schema={"proposed": pl.String, "reason": pl.String}, orient="row")
    return pl.concat([known_projects, proposed], how="horizontal")


def propose_project(tool_project: str, tracked: Sequence[str]) -> tuple[str | None, str | None]:
    """Return the tracked project that a tool's project most likely is, and why; nothing if several are possible."""
    name_words = set(normalize_name(tool_project).split())
    if not name_words:
        return None, None
    equal_names = [name for name in tracked if normalize_name(name) == normalize_name(tool_project)]
    if len(equal_names) == 1:
        return equal_names[0], "same name"
    words_by_name = {name: set(normalize_name(name).split()) for name in tracked}
    similar_names = [
        name
        for name, tracked_words in words_by_name.items()
        if tracked_words and (name_words <= tracked_words or tracked_words <= name_words)
    ]
    return (similar_names[0], "one name is part of the other") if len(similar_names) == 1 else (None, None)


def format_labeling_projects_csv(store: Store) -> str:
    """Return matched and open labeling projects as CSV (columns of LABELING_PROJECT_COLUMNS)."""
    return privacy.format_frame_csv(read_labeling_projects(store).select(LABELING_PROJECT_COLUMNS))


def parse_labeling_projects(rows: Sequence[Row]) -> pl.DataFrame:
    """Return the rows that match a project (columns of LABELING_PROJECT_COLUMNS).

    Raises:
        BadMapping: no tool, an unknown word for unmarked labels, or a labeling project twice.
    """
    decisions = []
    for number, row in enumerate(rows, start=1):
        row_label = f"Row {number} of the labeling projects"
        source, tool_project = read_required(row, "source", row_label), read_text(row, "tool_project")
        project = read_text(row, "project")
        unmarked = read_choice(row, "unmarked", UNMARKED_METHODS, row_label, UNMARKED_METHODS[0])
        if project or unmarked != UNMARKED_METHODS[0]:
            decisions.append((source, tool_project, project or tool_project or UNNAMED_PROJECT, unmarked))
    frame = pl.DataFrame(decisions, schema=dict.fromkeys(LABELING_PROJECT_COLUMNS, pl.String), orient="row")
    check_unique(frame, ("source", "tool_project"), "The labeling project")
    return frame


def load_labeling_projects_csv(store: Store, csv_text: str, who: str | None = None) -> int:
    """Replace all matches by those in a CSV text and return their number.

    Raises:
        BadMapping: not CSV, a column missing or unknown, or a line that cannot be used.
    """
    return save_labeling_projects(
        store, parse_csv(csv_text, LABELING_PROJECT_COLUMNS[:3], LABELING_PROJECT_COLUMNS), who
    )


def save_labeling_projects_frame(store: Store, frame: pl.DataFrame, who: str | None = None) -> int:
    """Replace all matches by a frame (columns of LABELING_PROJECT_COLUMNS) and return their number.

    Raises:
        BadMapping: as `parse_labeling_projects`.
    """
    return save_labeling_projects(store, frame.to_dicts(), who)


def save_labeling_projects(store: Store, rows: Sequence[Row], who: str | None = None) -> int:
    """Replace all matches, rebuild all labels, and return the number of matches.

    Raises:
        BadMapping: as `parse_labeling_projects`.
    """
    projects = parse_labeling_projects(rows)
    with store.change("save the labeling projects", who) as change:
        replace_labeling_projects(projects, change)
        change.rebuild_labels()
        change.log("labeling projects", f"{projects.height} projects of labeling tools matched", who)
    return projects.height


def replace_labeling_projects(projects: pl.DataFrame, change: Change) -> None:
    """Write the matches into a change; the labels are not rebuilt yet."""
    change.execute("delete from labeling_project")
    change.insert("labeling_project", projects)


def preview_labeling_projects(store: Store, frame: pl.DataFrame) -> pl.DataFrame:
    """Return which labels would change with these matches (LABELING_PROJECT_COLUMNS); see `preview_label_changes`.

    Raises:
        BadMapping: as `parse_labeling_projects`.
    """
    return preview_label_changes(store, partial(replace_labeling_projects, parse_labeling_projects(frame.to_dicts())))
