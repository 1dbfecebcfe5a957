"""What an importer is: recognise a file by its content, then read it in batches.

An importer knows neither the store nor the other importers. It never guesses: where
the file is ambiguous (zone, date order), it raises `QuestionNeeded`.

The constants at the end are the reasons to reject a row: one wording per cause, so that rejections can be
counted across importers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal, Protocol

import polars as pl

from dashboard.schemas import Kind


@dataclass(frozen=True)
class Settings:
    """What the lead said about a file; None means nothing was said."""

    zone: str | None = None  # IANA name, used only where the file has no zone
    day_first: bool | None = None
    mapping: dict[str, str] | None = None  # canonical column -> column of the file
    today: date | None = None  # the clock is an argument; None = today in UTC
    person: str | None = None  # whose entries these are; or "NAME=E-MAIL; NAME=E-MAIL" where a name is open
    project: str | None = None  # of the rows that name none; "": it stays unknown
    # What to do with entries that look edited or told twice; new: of a calendar, only what no other import holds.
    # same: of labels, those that other imports have without a project are the same, and get that of the file.
    edited: Literal["replace", "keep", "new", "same", "ask"] | None = None
    replace_period: bool = False  # the file is the whole truth for its days, people and projects
    replaces: int | None = None  # an import that is undone in the same step
    is_part: bool = False  # what changed since an earlier reading: it covers no days, and may hold no rows
    recalls: bool = False  # an unknown table is read by the last mapping of one with the same columns
    is_settled: bool = False  # of a part: whether it may tell work that other imports told was answered before


@dataclass(frozen=True)
class Head:
    """The beginning of a file, enough to recognise its format."""

    shape: Literal["table", "json", "jsonl", "sqlite", "text", "tree"]
    header: tuple[str, ...] = ()  # stripped names, repeats kept; empty for JSON
    sample: pl.DataFrame = field(default_factory=pl.DataFrame)  # table: first <=100 records, all text
    # JSON: first <=20 decoded records (list items or lines); text: first lines; tree: first paths.
    records: tuple[object, ...] = ()
    tables: frozenset[str] = frozenset()  # sqlite: table names
    has_titles: bool = True  # table: else no row looks like titles, and the first one was taken for them


@dataclass(frozen=True)
class BadRecord:
    """What `Source.records` yields in place of a JSON line that cannot be decoded."""

    reason: str
    raw: str  # cut at 500 characters


@dataclass(frozen=True)
class Batch:
    """Consecutive records: `rows` read = len(accepted) + len(bad)."""

    rows: int
    accepted: pl.DataFrame  # conforms to the importer's kind
    bad: pl.DataFrame  # conforms to BAD_ROW
    second_rows: int = 0  # of the rows, those whose line of the file gave another row, too


@dataclass(frozen=True)
class Reading:
    """An open file: its batches (iterate once) and how they are read."""

    batches: Iterator[Batch]
    columns: dict[str, str] = field(default_factory=dict)  # column of the file -> canonical column
    unused: tuple[str, ...] = ()  # columns of the file that were not used
    zone: str | None = None
    date_order: str | None = None  # "year-month-day", "day-month-year", "month-day-year"
    encoding: str | None = None
    warnings: tuple[str, ...] = ()
    final_warnings: Callable[[], tuple[str, ...]] = tuple  # more warnings, complete once all batches are read


@dataclass(frozen=True)
class FileColumn:
    """What a column of one of Labeltime's own files may hold: in words, and as the only words allowed (`choices`)."""

    name: str
    holds: str
    is_required: bool = False
    choices: tuple[str, ...] = ()


class Source(Protocol):
    """An export on disk, decompressed and decoded; made by `readers.open_source`."""

    path: Path
    name: str  # the user's name for it: displayed, never opened
    encoding: str | None
    notes: tuple[str, ...]  # what the lead should know of how the file was opened

    def head(self) -> Head:
        """Return the beginning of the file."""
        ...

    def frames(self) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
        """Yield (records as text with `_line`, malformed rows) of a table in file order; may be called again."""
        ...

    def records(self) -> Iterator[tuple[int, object]]:
        """Yield (ordinal from 1, decoded record) of JSON, JSONL or lines of text; may be called again."""
        ...


class Importer(Protocol):
    """One export format.

    It may have `lacks`, what no such file tells, `retells`, which formats of its tool tell the same work,
    `carries_data`, whether the columns of the team's own data stand beside its own, `has_item_files`, whether an
    export is one JSON file for each item, `has_local_ids`, whether another project whose rows name no project may
    have the same ids, and `depends_on_today`, whether a file has other rows on another day.
    """

    name: str  # "toggl"
    tool: str  # whose entries these are: formats of one tool share ids
    title: str  # "Toggl Track detailed CSV"
    kind: Kind

    def can_read(self, head: Head) -> bool:
        """Return whether the file has this format, judged by its content alone."""
        ...

    def read(self, source: Source, settings: Settings) -> Reading:
        """Open the file for reading in batches.

        Raises:
            QuestionNeeded: the file is ambiguous and `settings` does not resolve it.
        """
        ...


NO_PROJECT = "the project"  # among what a format lacks
STILL_RUNNING = "still running: no end and no duration"
TOTALS_ROW = "totals row, not an entry"
NO_DATE = "no date that can be read"
NO_DURATION = "no duration that can be read"
NEGATIVE_DURATION = "negative duration"
END_BEFORE_START = "end before start"
TOO_LONG = "longer than 31 days"
DAY_OUTSIDE = "date outside 1990 to 2100"

LONGEST_SECONDS = 744 * 3600
FIRST_YEAR, LAST_YEAR = 1990, 2100


def match_records(is_record: Callable[[Mapping[str, Any]], bool]) -> Callable[[Head], bool]:
    """Return a test for JSON whose first records are all of one form."""
    return lambda head: (
        head.shape in ("json", "jsonl")
        and bool(head.records)
        and all(isinstance(record, Mapping) and is_record(record) for record in head.records)
    )


def list_lacks(importer: Importer) -> tuple[str, ...]:
    """Return what no file of an importer's format tells, such as who made a label; most importers name nothing."""
    return tuple(getattr(importer, "lacks", ()))


def names_project(importer: Importer) -> bool:
    """Return whether the files of a format name the project of their rows."""
    return NO_PROJECT not in list_lacks(importer)


def has_local_ids(importer: Importer) -> bool:
    """Return whether rows without a project may have the ids of another project's, such as 1, 2, 3."""
    return bool(getattr(importer, "has_local_ids", False))


def list_retold(importer: Importer) -> tuple[str, ...]:
    """Return the formats of the same tool that tell the same work in other rows, such as its sums; mostly none."""
    return tuple(getattr(importer, "retells", ()))


def carries_data(importer: Importer) -> bool:
    """Return whether an importer's files have the columns of the team's own data, with any names, beside its own."""
    return bool(getattr(importer, "carries_data", False))


def is_item_format(importer: Importer) -> bool:
    """Return whether an export of this format has a file for each item, so that those of an archive are one export."""
    return bool(getattr(importer, "has_item_files", False))


def depends_on_today(importer: Importer) -> bool:
    """Return whether a file of this format has other rows on another day, such as what repeats up to today."""
    return bool(getattr(importer, "depends_on_today", False))


def list_length_rejections(seconds: pl.Expr, *, shortest: int = 0) -> list[tuple[pl.Expr, str]]:
    """Return the checks for a length in seconds, each with its reason, in order.

    `shortest`: below zero where the kind knows corrections; whether one fits is seen once the whole file is read.
    """
    return [
        (seconds.is_null(), NO_DURATION),
        (seconds < shortest, NEGATIVE_DURATION),
        (seconds > LONGEST_SECONDS, TOO_LONG),
    ]


def list_day_rejections(day: pl.Expr) -> list[tuple[pl.Expr, str]]:
    """Return the checks for a day, each with its reason, in order."""
    return [(day.is_null(), NO_DATE), (~day.dt.year().is_between(FIRST_YEAR, LAST_YEAR), DAY_OUTSIDE)]
