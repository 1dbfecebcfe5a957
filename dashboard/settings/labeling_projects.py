"""Match projects of labeling tools to tracked projects: proposed by name, in force only once the lead accepts them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import polars as pl

from dashboard.schemas import UNNAMED_PROJECT
from dashboard.settings.aliases import normalize_name
from dashboard.settings.cells import Row, check_unique
from dashboard.settings.label_changes import preview_label_changes
from dashboard.settings.project_names import read_matches, rename_matched_projects
from dashboard.settings.sheet import Field, Sheet
from dashboard.store.generations import Store
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Change

UNMARKED_METHODS = ("unknown", "manual")


def read_labeling_projects(store: Store) -> pl.DataFrame:
    """Return the labeling tools' projects: columns of PROJECT_SHEET, labels, first_on, last_on, proposed, reason.

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


def parse_labeling_projects(rows: Sequence[Row]) -> pl.DataFrame:
    """Return the rows that match a project (columns of PROJECT_SHEET).

    Raises:
        BadMapping: no tool, an unknown word for unmarked labels, or a labeling project twice.
    """
    decisions = []
    for _, cells in PROJECT_SHEET.parse_rows(rows):
        if cells["project"] or cells["unmarked"] != UNMARKED_METHODS[0]:
            decisions.append({**cells, "project": cells["project"] or cells["tool_project"] or UNNAMED_PROJECT})
    frame = PROJECT_SHEET.build_frame(decisions)
    check_unique(frame, ("source", "tool_project"), "The labeling project")
    return frame


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
    """Write the matches into a change, and rename what named the matched projects; the labels are not rebuilt yet.

    Raises:
        BadMapping: two projects that become one have a setting each, of which only one can count.
    """
    before = read_matches(change)
    change.execute("delete from labeling_project")
    change.insert("labeling_project", projects)
    rename_matched_projects(change, before)


def preview_labeling_projects(store: Store, frame: pl.DataFrame) -> pl.DataFrame:
    """Return which labels would change with these matches (columns of PROJECT_SHEET); see `preview_label_changes`.

    Raises:
        BadMapping: as `parse_labeling_projects`.
    """
    return preview_label_changes(store, partial(replace_labeling_projects, parse_labeling_projects(frame.to_dicts())))


PROJECT_SHEET = Sheet(
    name="projects",
    title="Labeling projects",
    noun="the projects of labeling tools",
    summary="Which project each labeling tool's project is",
    saved="Projects of labeling tools that are matched: {count}.",
    help="Labeling tools and time trackers name projects differently. Say which is which, so that labels and hours of "
    "one project stand side by side; and whether a label without any mark in the log was made by hand there.",
    read=read_labeling_projects,
    save=save_labeling_projects,
    fields=(
        Field("source", "Tool", required=True),
        Field("tool_project", "In the labeling tool", column_only=True),
        Field("project", "Is the project", column_only=True, names_project=True, help="Empty: it keeps its own name."),
        Field("unmarked", "Label without a mark", "choice", UNMARKED_METHODS, default="unknown"),
    ),
)
