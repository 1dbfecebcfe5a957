"""Tables of time trackers whose columns only have other names: each format declares its titles, the rest is shared.

The cells are read as those of any table with a mapping (`generic`): dates, lengths, zones, totals and reasons to
reject a row are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from dashboard.errors import WrongUnit
from dashboard.importers.contract import Head, Reading, Settings, Source
from dashboard.importers.generic import IMPORTER as GENERIC
from dashboard.importers.table import deduplicate_header, fold_title
from dashboard.schemas import Kind

TOTAL_WORD = "Total"
_WITH_CLOCK = r"\d(?:[Tt]|,?\s+)\d{1,2}[:.h]\d{2}"
_MIDNIGHT = r"\d(?:[Tt]|,?\s+)(?:0{1,2}[:.]00(?:[:.]00(?:\.0+)?)?|12:00(?::00)? ?[Aa][Mm])\s*$"
Prepare = Callable[[pl.DataFrame, Mapping[str, str]], pl.DataFrame]
Check = Callable[[Source, Mapping[str, str]], None]
Warn = Callable[[Source, Mapping[str, str]], tuple[str, ...]]


@dataclass
class TrackerTable:
    """An importer of time entries from a table: titles of the columns by part, and how its cells differ.

    `columns` names the parts of a mapping, and parts of its own that only `prepare` and `check` use (in capitals).
    A file is recognised where it has all parts of one of `signatures` and no title of `foreign`.
    """

    name: str
    title: str
    columns: Mapping[str, Sequence[str]]
    signatures: Sequence[frozenset[str]]
    tool: str
    foreign: frozenset[str] = frozenset()
    unit: str | None = None  # of numbers in the part `duration`
    fills: Mapping[str, str] = field(default_factory=dict)  # part -> part whose text stands in where it is empty
    lacks: tuple[str, ...] = ()
    retells: tuple[str, ...] = ()  # formats that tell the same work in other rows
    prepare: Prepare | None = None
    check: Check | None = None
    warn: Warn | None = None
    kind: Kind = "time_entry"

    def can_read(self, head: Head) -> bool:
        """Recognise the table by its titles, in any order."""
        if head.shape != "table" or self.foreign & {fold_title(title) for title in head.header}:
            return False
        parts = self.find_columns(head.header).keys()
        return any(signature <= parts for signature in self.signatures)

    def read(self, source: Source, settings: Settings) -> Reading:
        """Read the entries; raises `QuestionNeeded` for what the file leaves open, as a mapped table does."""
        columns = self.find_columns(source.head().header)
        if self.check is not None:
            self.check(source, columns)
        prepared = PreparedSource(source, lambda frame: self._prepare_frame(frame, columns))
        mapping = {part: title for part, title in columns.items() if part.islower()}
        if "started_at" in mapping and not _has_clock_times(prepared, mapping["started_at"]):
            mapping["day_on"] = mapping.pop("started_at")
        if self.unit and "duration" in mapping:
            mapping["_duration_unit"] = self.unit
        try:
            reading = GENERIC.read(prepared, replace(settings, mapping=mapping))
        except WrongUnit as error:  # a known format has no mapping that could be corrected
            mapping = {part: title for part, title in mapping.items() if part not in ("duration", "_duration_unit")}
            reading = GENERIC.read(prepared, replace(settings, mapping=mapping))
            reading = replace(reading, warnings=(*reading.warnings, f"{error.message} End minus start was taken."))
        warnings = self.warn(source, columns) if self.warn is not None else ()
        return replace(reading, warnings=(*reading.warnings, *warnings))

    def find_columns(self, header: Sequence[str]) -> dict[str, str]:
        """Return the first column of the file for each part, named as in its frames."""
        names: dict[str, str] = {}
        for title, name in zip(header, deduplicate_header(header), strict=True):
            names.setdefault(fold_title(title), name)
        columns: dict[str, str] = {}
        for part, titles in self.columns.items():
            matches = [names[folded] for folded in map(fold_title, titles) if folded in names]
            if matches:
                columns[part] = matches[0]
        return columns

    def _prepare_frame(self, frame: pl.DataFrame, columns: Mapping[str, str]) -> pl.DataFrame:
        """Return the frame with texts filled in, and rows without day and person marked as totals."""
        if self.prepare is not None:
            frame = self.prepare(frame, columns)
        if "started_at" in columns:
            moment = pl.col(columns["started_at"])
            frame = frame.with_columns(moment.str.replace_all(r"\s{2,}", " "))
        for part, other in self.fills.items():
            if other in columns and part in columns:
                own = pl.col(columns[part])
                frame = frame.with_columns(
                    pl.when(is_blank(own)).then(pl.col(columns[other])).otherwise(own).alias(columns[part])
                )
        return _mark_totals(frame, columns)


def is_blank(expr: pl.Expr) -> pl.Expr:
    """Flag cells without a text."""
    return expr.is_null() | (expr.str.strip_chars() == "")


def _mark_totals(frame: pl.DataFrame, columns: Mapping[str, str]) -> pl.DataFrame:
    """Write the word for a total into rows that have neither a day nor a person: their length is a sum."""
    day = next((columns[part] for part in ("day_on", "started_at", "start_date") if part in columns), None)
    label = next((columns[part] for part in ("description", "task", "project") if part in columns), None)
    if day is None or label is None or "person" not in columns:
        return frame
    is_total = is_blank(pl.col(day)) & is_blank(pl.col(columns["person"]))
    return frame.with_columns(pl.when(is_total).then(pl.lit(TOTAL_WORD)).otherwise(pl.col(label)).alias(label))


def _has_clock_times(source: Source, column: str) -> bool:
    """Return whether any cell has a clock time that is not midnight: all midnight means that only days are known."""
    return any(
        bool((frame[column].str.contains(_WITH_CLOCK) & ~frame[column].str.contains(_MIDNIGHT)).any())
        for frame, _ in source.frames()
    )


class PreparedSource:
    """A table whose frames pass through a function, for its importer to read."""

    def __init__(self, source: Source, prepare: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
        self._source, self._prepare = source, prepare
        self.path: Path = source.path
        self.name, self.encoding, self.notes = source.name, source.encoding, source.notes

    def head(self) -> Head:
        """Return the header and the first records, prepared."""
        head = self._source.head()
        return replace(head, sample=self._prepare(head.sample))

    def frames(self) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
        """Yield the prepared records with `_line`, and the malformed rows."""
        for frame, bad in self._source.frames():
            yield self._prepare(frame), bad

    def records(self) -> Iterator[tuple[int, object]]:
        """Raise as the table does."""
        return self._source.records()


def list_texts(source: Source, column: str) -> Iterable[str]:
    """Return the different texts of a column."""
    texts: set[str] = set()
    for frame, _ in source.frames():
        texts |= {text.strip() for text in frame[column].unique().drop_nulls() if text.strip()}
    return sorted(texts)
