"""Reports of worklogs that add-ons of Jira write: one row per worklog, and often the grand total in the last one.

Lengths are seconds or words such as "2h 30m"; an underscore stands for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from dashboard.importers.contract import Importer
from dashboard.importers.tracker_table import TrackerTable


def clear_underscores(frame: pl.DataFrame, columns: Mapping[str, str]) -> pl.DataFrame:
    """Return the frame with empty cells where an underscore stands."""
    del columns
    texts = [name for name in frame.columns if name != "_line"]
    return frame.with_columns(
        pl.when(pl.col(name).str.strip_chars() == "_").then(pl.lit("")).otherwise(pl.col(name)).alias(name)
        for name in texts
    )


IMPORTER: Importer = TrackerTable(
    name="jira_worklogs",
    tool="jira_worklogs",
    title="Jira worklog report (CSV of Clockwork and similar)",
    columns={
        "native_id": ("Worklog id", "Worklog ID"),
        "person": ("Author", "Log user", "Display Name"),
        "project": ("Project", "Project Name"),
        "task": ("Issue", "Issue key", "Ticket No", "Key"),
        "description": ("Work description", "Worklog comment", "Comment"),
        "tags": ("Labels",),
        "started_at": ("Started", "Log Date & Time", "Date Started", "Start Date"),
        "duration": ("Time spent", "Timespent"),
        "hours": ("Hr. Spent", "Time Spent (h)"),
        "SUMMARY": ("Summary",),
    },
    signatures=(
        frozenset({"person", "task", "started_at", "duration"}),
        frozenset({"person", "task", "started_at", "hours"}),
        frozenset({"task", "started_at", "duration", "description"}),
    ),
    foreign=frozenset({"log work", "title", "work date"}),
    unit="seconds",
    fills={"description": "SUMMARY"},
    retells=("jira", "jira_rest", "tempo"),
    prepare=clear_underscores,
)
