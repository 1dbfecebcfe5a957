"""Labeling events in Parquet files by month: which files there are, what they must hold, and who sums them.

Whatever sums them runs the same two texts of SQL: `event_files/labeling_event` over the files, `rollups/labeling_day`
over that.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import polars as pl

from dashboard.errors import UnreadableFile
from dashboard.store.engine import read_sql_files

EVENT_COLUMNS = {
    "source": "text",
    "day_on": "day",
    "project": "text",
    "dataset": "text",
    "person": "text",
    "method": "text",
    "stage": "text",
    "outcome": "text",
    "time_kind": "text",
    "milliseconds": "whole number",
    "objects": "whole number",
}
TYPE_NAMES = {  # of DuckDB and of Spark
    "text": {"varchar", "string"},
    "day": {"date"},
    "whole number": {"tinyint", "smallint", "integer", "int", "bigint", "utinyint", "usmallint", "uinteger"},
}
UNDATED = "undated"
MONTH_FOLDER = re.compile(r"month=([0-9]{4}-(?:0[1-9]|1[0-2])|__HIVE_DEFAULT_PARTITION__)")
LAYOUT_HINT = "Put the events of each month into a folder named like month=2026-03."
PATTERN_LETTERS = frozenset("*?[]{}\\")  # engines take a name with one of them for a pattern
FIRST_WORDS = 300  # characters of another program's message


@dataclass(frozen=True)
class EventFile:
    """A Parquet file of events: its path for the engine, its name below the place, and what shows that it changed."""

    path: str
    name: str
    size: int
    changed_at: int


class EventEngine(Protocol):
    """What reads event files and sums them by day."""

    def list_files(self, place: str) -> list[EventFile]:
        """Return the Parquet files below a folder or an address.

        Raises:
            UnreadableFile: the place cannot be listed.
        """

    def sum_events(self, paths: Sequence[str]) -> pl.DataFrame:
        """Return the daily sums of the events in some files; columns of `labeling_day`.

        Raises:
            UnreadableFile: a file is damaged, or columns are missing or of another type.
        """


def read_event_sql() -> tuple[str, str]:
    """Return the SQL of the view `labeling_event` over `event_file`, and that of the daily sums over it."""
    return dict(read_sql_files("event_files"))["labeling_event.sql"], dict(read_sql_files("rollups"))[
        "labeling_day.sql"
    ]


def list_local_files(folder: Path) -> list[EventFile]:
    """Return the Parquet files below a local folder.

    Raises:
        UnreadableFile: there is no such folder, or it cannot be listed.
    """
    if not folder.is_dir():
        raise UnreadableFile(f"There is no folder {folder}.", "Name the folder that holds the events.")
    files = []
    try:
        for parent, folders, names in os.walk(folder, onerror=raise_error):
            folders[:] = [name for name in folders if is_visible(name)]
            for name in names:
                if is_event_name(name):
                    path = Path(parent, name).absolute()
                    status = path.stat()
                    inner = path.relative_to(folder.absolute()).as_posix()
                    files.append(EventFile(str(path), inner, status.st_size, status.st_mtime_ns))
    except OSError as error:
        raise UnreadableFile(f"{folder} cannot be listed: {error.strerror}.", "Check who may read it.") from error
    return files


def raise_error(error: OSError) -> None:
    """Raise an error that a walk through folders would pass over."""
    raise error


def is_visible(name: str) -> bool:
    """Return whether a name is not one of an unfinished or a side file: programs begin these with _ or a dot."""
    return not name.startswith(("_", "."))


def is_event_name(name: str) -> bool:
    """Return whether a file is one of events, by its name."""
    return is_visible(name) and name.endswith(".parquet")


def group_by_month(place: str, files: Iterable[EventFile]) -> dict[str, list[EventFile]]:
    """Return the files by month (2026-03, or undated), in order.

    Raises:
        UnreadableFile: there is none, one stands in no folder of a month, or a name would be taken for a pattern.
    """
    months: dict[str, list[EventFile]] = {}
    for file in sorted(files, key=lambda file: file.name):
        if PATTERN_LETTERS & {*file.path}:
            raise UnreadableFile(
                f"{file.path} has one of the letters {' '.join(sorted(PATTERN_LETTERS))} in its name.",
                "Rename it: such names stand for many files.",
            )
        month = next((match[1] for part in file.name.split("/")[:-1] if (match := MONTH_FOLDER.fullmatch(part))), None)
        if month is None:
            raise UnreadableFile(f"{file.name} in {place} stands in no folder of a month.", LAYOUT_HINT)
        months.setdefault(month if month[0].isdigit() else UNDATED, []).append(file)
    if not months:
        raise UnreadableFile(f"There is no Parquet file of events in {place}.", LAYOUT_HINT)
    return dict(sorted(months.items()))


def fingerprint_files(files: Sequence[EventFile]) -> str:
    """Return a hash of the names, sizes and times of files and of the SQL; while it is the same, so are the sums."""
    lines = [*read_event_sql(), *(f"{file.name}\t{file.size}\t{file.changed_at}" for file in files)]
    return sha256("\n".join(lines).encode()).hexdigest()


def check_columns(types: dict[str, str]) -> None:
    """Refuse event files without the columns of a labeling event.

    `types`: the engine's name of the type, by column.

    Raises:
        UnreadableFile: a column is missing or of another type.
    """
    missing = [name for name in EVENT_COLUMNS if name not in types]
    if missing:
        raise UnreadableFile(
            f"The events have no column {', '.join(missing)}.",
            f"Write the columns {', '.join(EVENT_COLUMNS)}; empty where something is not known.",
        )
    for name, kind in EVENT_COLUMNS.items():
        if types[name].lower() not in TYPE_NAMES[kind]:
            raise UnreadableFile(f"The column {name} is of the type {types[name]}.", f"Write it as {kind}.")


def shorten_message(error: BaseException) -> str:
    """Return the first line of another program's message."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    first = lines[0] if lines else type(error).__name__
    return first if len(first) <= FIRST_WORDS else f"{first[:FIRST_WORDS]}..."
