"""Labeling exports read record by record: a format declares how it is recognised, what it lacks, and its rows.

A record is an item of JSON or a row of a table as texts by column. The format's `build_rows` yields one row for each
label, review or other event in it; `BadRecordError` rejects one of them with a reason.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

import polars as pl

from dashboard.importers.contract import BadRecord, Batch, Head, Reading, Settings, Source
from dashboard.importers.frames.label_values import NAMELESS, BadRecordError
from dashboard.importers.table import RAW_LENGTH, deduplicate_header
from dashboard.schemas import LABELING_EVENT, Kind, build_bad_rows, conform_frame
from dashboard.units import format_count

Record = Mapping[str, Any]
Row = dict[str, Any]
Part = TypeVar("Part")

BATCH_RECORDS = 5_000
NOT_A_RECORD = "not a record with names and values"
TOO_DEEP = "nested too deeply"
INSTANTS = ("started_at", "finished_at", "changed_at", "draft_at")
DEFAULTS = {"stage": "annotate", "outcome": "submitted", "method": "unknown", "suggestion": "unknown"}
UTC_DAYS = "Days are in UTC: the export gives no local time."
NAMELESS_WARNING = (
    f'Labels without a person, kept as those of one "{NAMELESS}": if one person made them, import the file with the'
    " person"
)
NO_GAP_WARNING = (
    "Labels of which only the completion is known, and no person: their time is unknown, because a gap between labels"
    " tells time only where one person made both"
)
UNTIMED_WARNING = "Labels without time, kept as unknown, not zero"
UNDATED_WARNING = "Labels without a date"


@dataclass(frozen=True)
class FileContext:
    """What a format may need beside the record: the file, the answers of the lead, and counts for warnings."""

    name: str  # of the file
    settings: Settings
    head: Head
    counts: Counter[str] = field(default_factory=Counter)  # sentence -> how often it is true

    @property
    def file(self) -> str:
        """Return the name of the file itself, without that of the archive that it comes in."""
        return self.name.rsplit(": ", 1)[-1]

    def name_item(self, record: Record) -> str:
        """Return the file that a record is of, with its path where it comes in an archive."""
        return str(record.get("_path") or self.file)

    def name_person(self, name: str | None) -> str | None:
        """Return the person of a label that a person made; one for all where the file names nobody."""
        if name is not None or self.settings.person:
            return name
        self.counts[NAMELESS_WARNING] += 1
        return NAMELESS


@dataclass
class LabelFormat:
    """An importer of labeling events: everything that tells its format from another."""

    name: str
    tool: str
    title: str
    matches: Callable[[Head], bool]
    build_rows: Callable[[Record, FileContext], Iterable[Row]]
    columns: Mapping[str, str]  # field of the file -> canonical column
    prefixes: tuple[str, ...] = ()  # of further columns that are read
    lacks: tuple[str, ...] = ()  # what no file of this format tells
    retells: tuple[str, ...] = ()  # formats of the tool that tell the same work in other rows
    notes: tuple[str, ...] = (UTC_DAYS,)
    has_local_ids: bool = False  # another project may have the same ids, and files may name no project
    has_item_files: bool = False  # an export is one JSON file for each item
    has_header: bool = True  # else columns are named by their places, from 0
    kind: Kind = "labeling_event"

    def can_read(self, head: Head) -> bool:
        """Return whether the file has this format."""
        return self.matches(head)

    def read(self, source: Source, settings: Settings) -> Reading:
        """Read the rows of every record."""
        head = source.head()
        context = FileContext(source.name, settings, head)
        return Reading(
            batches=_read_batches(source, self, context),
            columns={name: column for name, column in self.columns.items() if not head.header or name in head.header},
            unused=tuple(filter(self._is_unused, deduplicate_header(head.header))) if self.has_header else (),
            encoding=source.encoding,
            warnings=self.notes,
            final_warnings=lambda: tuple(
                f"{sentence}: {format_count(count)}." for sentence, count in context.counts.items() if count
            ),
        )

    def _is_unused(self, name: str) -> bool:
        return name not in self.columns and not name.startswith(self.prefixes)


def build_each(parts: Iterable[Part], build: Callable[[Part], Iterable[Row]]) -> Iterator[Row]:
    """Yield the rows of each part of a record; a part that cannot be taken does not cost the others."""
    for part in parts:
        try:
            yield from build(part)
        except BadRecordError as error:
            yield {"_reason": str(error), "_record": part}
        except RecursionError:
            yield {"_reason": TOO_DEEP, "_record": _name_parts(part)}


def match_header(*names: str) -> Callable[[Head], bool]:
    """Return a test for a table that has all of the columns."""
    return lambda head: head.shape == "table" and set(head.header) >= set(names)


def _read_batches(source: Source, form: LabelFormat, context: FileContext) -> Iterator[Batch]:
    if context.head.shape != "table":
        records: Iterator[tuple[int, object]] = iter(source.records())
    else:
        records = _list_table(source) if form.has_header else _list_places(source, context.head.header)
    while chunk := list(islice(records, BATCH_RECORDS)):
        rows: list[Row] = []
        bad: list[Row] = []
        for line, record in chunk:
            if isinstance(record, BadRecord):
                bad.append({"line": line, "reason": record.reason, "raw": record.raw})
            elif not isinstance(record, Mapping):
                bad.append(_build_bad_row(line, NOT_A_RECORD, record))
            else:
                _collect_rows(line, record, form.build_rows, context, rows, bad)
        yield _build_batch(rows, bad, context)


def _collect_rows(
    line: int,
    record: Record,
    build_rows: Callable[[Record, FileContext], Iterable[Row]],
    context: FileContext,
    rows: list[Row],
    bad: list[Row],
) -> None:
    """Add the rows of one record, and those that are rejected."""
    try:
        for row in build_rows(record, context):
            if "_reason" in row:
                bad.append(_build_bad_row(line, row["_reason"], row.get("_record", record)))
            else:
                rows.append({"line": line, **DEFAULTS, **row})
    except BadRecordError as error:
        bad.append(_build_bad_row(line, str(error), record))
    except RecursionError:
        bad.append(_build_bad_row(line, TOO_DEEP, _name_parts(record)))


def _name_parts(record: object) -> str:
    """Return the names in a record that is nested too deeply to be shown."""
    return ", ".join(map(str, record)) if isinstance(record, Mapping) else ""


def _build_bad_row(line: int, reason: str, record: object) -> Row:
    text = json.dumps(record, ensure_ascii=False, default=str) if not isinstance(record, str) else record
    return {"line": line, "reason": reason, "raw": text[:RAW_LENGTH]}


def _list_table(source: Source) -> Iterator[tuple[int, object]]:
    """Yield the rows of a table as texts by column, and its malformed rows; empty cells are left out."""
    for frame, structural in source.frames():
        for line, reason, raw in structural.select("line", "reason", "raw").iter_rows():
            yield line, BadRecord(reason, raw)
        for row in frame.iter_rows(named=True):
            yield row["_line"], {name: text for name, text in row.items() if name != "_line" and text not in (None, "")}


def _list_places(source: Source, first: tuple[str, ...]) -> Iterator[tuple[int, object]]:
    """Yield the rows of a table without a header, whose first row was taken for one, as texts by place."""
    places = {name: str(place) for place, name in enumerate(deduplicate_header(first))}
    yield 1, {str(place): text for place, text in enumerate(first) if text}
    for line, record in _list_table(source):
        named = record if isinstance(record, BadRecord) else {places[name]: text for name, text in record.items()}  # type: ignore[attr-defined]
        yield line, named


def _build_batch(rows: list[Row], bad: list[Row], context: FileContext) -> Batch:
    counts = context.counts
    for row in rows:
        if row.get("person") == NAMELESS and row.get("time_kind") == "gap-derived":
            row |= {"time_kind": "none", "idle_rule": None}
            counts[NO_GAP_WARNING] += 1
        if row["stage"] == "annotate" and row["outcome"] != "assigned" and row.get("person") is not None:
            counts[UNDATED_WARNING] += all(row.get(name) is None for name in ("finished_at", "started_at", "day_on"))
            counts[UNTIMED_WARNING] += row.get("milliseconds") is None and row.get("time_kind") != "gap-derived"
        row.setdefault("time_kind", "none" if row.get("milliseconds") is None else "reported")
    schema = {**LABELING_EVENT, **dict.fromkeys(INSTANTS, pl.Int64)}
    columns = {name: [row.get(name) for row in rows] for name in schema if name != "day_on"}
    frame = pl.DataFrame(columns, schema={name: dtype for name, dtype in schema.items() if name != "day_on"})
    moments = {name: pl.from_epoch(name, time_unit="us").dt.replace_time_zone("UTC") for name in INSTANTS}
    days = pl.Series("day_on", [row.get("day_on") for row in rows], dtype=pl.Date)
    moment = pl.coalesce(moments["finished_at"], moments["started_at"])
    accepted = conform_frame(
        frame.with_columns(**moments, day_on=pl.coalesce(days, moment.dt.date())), "labeling_event"
    )
    all_bad = build_bad_rows(pl.DataFrame(bad, schema={"line": pl.Int64, "reason": pl.String, "raw": pl.String}))
    return Batch(
        rows=accepted.height + all_bad.height, accepted=accepted, bad=all_bad.sort("line", maintain_order=True)
    )
