"""Time entries of ClickUp (CSV): starts and lengths in milliseconds, and the clock of whoever exports beside them.

The folder of a task stands for its project, or its list where it is in no folder. The clock is text with the name of a
zone; what it differs by from the instant is the offset of the entry, whichever order its date has.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from dashboard.importers.contract import Importer, Source
from dashboard.importers.tracker_table import TrackerTable, is_blank
from dashboard.units import count_noun

CLOCK_FORMATS: Final = tuple(
    f"{day}, {clock}" for day in ("%m/%d/%Y", "%d/%m/%Y") for clock in ("%I:%M:%S %p", "%H:%M:%S")
)
CLOCK_TEXT: Final = r"^\s*(\d{1,2}/\d{1,2}/\d{4}, \d{1,2}:\d\d:\d\d(?: [AP]M)?)"
FARTHEST_MINUTES: Final = 14 * 60
NO_FOLDER: Final = "hidden"  # what stands in the column of tasks outside of folders


def prepare_entries(frame: pl.DataFrame, columns: Mapping[str, str]) -> pl.DataFrame:
    """Return starts as text with their offset, lengths in seconds, and the list where there is no folder."""
    instant = _read_instant(columns)
    length = pl.col(columns["seconds"]).str.strip_chars().cast(pl.Float64, strict=False) / 1000
    written = [
        pl.when(instant.is_not_null()).then(_format_start(instant, columns)).alias(columns["started_at"]),
        length.cast(pl.String).alias(columns["seconds"]),
    ]
    if "LIST" in columns and "project" in columns:
        folder = pl.col(columns["project"])
        is_none = is_blank(folder) | (folder.str.strip_chars().str.to_lowercase() == NO_FOLDER)
        written.append(pl.when(is_none).then(pl.col(columns["LIST"])).otherwise(folder).alias(columns["project"]))
    if "tags" in columns:
        written.append(pl.col(columns["tags"]).str.strip_chars("[] ").alias(columns["tags"]))
    return frame.with_columns(written)


def warn_of_clocks(source: Source, columns: Mapping[str, str]) -> tuple[str, ...]:
    """Return how many starts are in UTC, because the clock beside them says nothing."""
    instant = _read_instant(columns)
    has_no_clock = instant.is_not_null() & _read_offset(instant, columns).is_null()
    count = sum(frame.select(has_no_clock.sum()).item() for frame, _ in source.frames())
    if not count:
        return ()
    starts = f"{count_noun(count, 'start')} in UTC, because the clock text beside {'it' if count == 1 else 'them'}"
    return (f"{starts} is missing or cannot be read: hours near midnight may count on another day.",)


def _read_instant(columns: Mapping[str, str]) -> pl.Expr:
    """Return the start as an instant, null where it is no number."""
    return pl.from_epoch(pl.col(columns["started_at"]).str.strip_chars().cast(pl.Int64, strict=False), "ms")


def _read_offset(instant: pl.Expr, columns: Mapping[str, str]) -> pl.Expr:
    """Return by how many minutes the clock differs from the instant, null where the clock says nothing."""
    if "CLOCK" not in columns:
        return pl.lit(None, pl.Int64)
    text = pl.col(columns["CLOCK"]).str.extract(CLOCK_TEXT)
    clocks = [text.str.strptime(pl.Datetime("ms"), form, strict=False) for form in CLOCK_FORMATS]
    offsets = [(clock - instant.dt.truncate("1s")).dt.total_minutes() for clock in clocks]
    return pl.coalesce(pl.when(offset.abs() <= FARTHEST_MINUTES).then(offset) for offset in offsets)


def _format_start(instant: pl.Expr, columns: Mapping[str, str]) -> pl.Expr:
    """Return ISO text with the offset by which the clock differs from the instant, or in UTC."""
    minutes = _read_offset(instant, columns).fill_null(0)
    local = (instant + pl.duration(minutes=minutes)).dt.strftime("%Y-%m-%dT%H:%M:%S")
    sign = pl.when(minutes < 0).then(pl.lit("-")).otherwise(pl.lit("+"))
    hours, rest = minutes.abs() // 60, minutes.abs() % 60
    parts = [number.cast(pl.String).str.zfill(2) for number in (hours, rest)]
    return pl.concat_str(local, sign, parts[0], pl.lit(":"), parts[1])


IMPORTER: Importer = TrackerTable(
    name="clickup",
    tool="clickup",
    title="ClickUp time entries (CSV)",
    columns={
        "native_id": ("Time Entry ID",),
        "person": ("Username",),
        "project": ("Folder Name", "List Name"),
        "task": ("Task Name",),
        "description": ("Description",),
        "tags": ("Time Labels",),
        "billable": ("Billable",),
        "started_at": ("Start",),
        "seconds": ("Time Tracked",),
        "CLOCK": ("Start Text",),
        "LIST": ("List Name",),
    },
    signatures=(frozenset({"native_id", "person", "started_at", "seconds", "LIST"}),),
    prepare=prepare_entries,
    warn=warn_of_clocks,
)
