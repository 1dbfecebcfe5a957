"""Backlogs: the items left to label in each project, and the planned pace and team size."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from dashboard.settings.cells import Row, check_known_names, check_unique
from dashboard.settings.sheet import Field, Sheet
from dashboard.store.generations import Store
from dashboard.store.queries import run_query

MAX_ITEMS = 1e12


def read_backlogs(store: Store) -> pl.DataFrame:
    """Return every backlog (columns of BACKLOG_SHEET)."""
    with store.snapshot() as snapshot:
        return run_query(snapshot, "backlog_plans", {}).cast(pl.Schema(BACKLOG_SHEET.schema))


def save_backlogs(store: Store, rows: Sequence[Row], who: str | None = None) -> int:
    """Replace all backlogs by these rows and return their number.

    Raises:
        BadMapping: a cell that cannot be used, a project twice, or one that the store does not know.
    """
    new = BACKLOG_SHEET.build_frame([cells for _, cells in BACKLOG_SHEET.parse_rows(rows)])
    check_unique(new, ("project",), "The backlog of")
    with store.change("save backlogs", who) as change:
        check_known_names(change, new, "project", "known_projects")
        change.execute("delete from backlog_plan")
        change.insert("backlog_plan", new)
        change.log("backlogs", f"{new.height} backlogs, {new.get_column('items').sum()} items", who)
    return new.height


BACKLOG_SHEET = Sheet(
    name="backlogs",
    title="Backlogs",
    noun="what is still to be labeled",
    summary="Items still to be labeled",
    saved="Planned backlogs: {count}.",
    help="How many items of a project remain to be labeled, and how fast they are planned to go.",
    read=read_backlogs,
    save=save_backlogs,
    fields=(
        Field("project", "Project", required=True, names_project=True),
        Field(
            "items", "Items still to label", "number", required=True, above_minimum=True, maximum=MAX_ITEMS, digits=0
        ),
        Field("items_per_week", "Items per week", "number", above_minimum=True, help="Empty: the team's own pace."),
        Field("from_on", "As of", "day", required=True, help="The day on which this many items remained."),
        Field("team_size", "People", "number", above_minimum=True, help="Empty: as in the last twelve weeks."),
    ),
)
