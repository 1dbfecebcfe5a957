"""Time entries read record by record, for trackers that write JSON or text instead of a table.

A format yields `EntryRecord`s; one that cannot be an entry carries the reason. Times have an offset, or are clock
times in the zone of the lead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import islice
from zoneinfo import ZoneInfo

import polars as pl

from dashboard.importers.columns.zones import convert_to_utc, has_date_everywhere, require_zone
from dashboard.importers.contract import (
    END_BEFORE_START,
    LONGEST_SECONDS,
    BadRecord,
    Batch,
    Head,
    Reading,
    Settings,
    Source,
    list_day_rejections,
    list_length_rejections,
)
from dashboard.importers.frames.time_entries import NO_PERSON
from dashboard.importers.table import RAW_LENGTH, split_batch
from dashboard.schemas import TIME_ENTRY, Kind
from dashboard.units import format_count

BATCH_RECORDS = 5_000
NOT_AN_ENTRY = "not an entry of this format"
NO_MOMENT = "no start time that can be read"
TEXTS = ("native_id", "person", "email", "client", "project", "task", "description", "tags", "category")
MAX_SECONDS = 2**62


@dataclass(frozen=True)
class EntryRecord:
    """One entry: `started` has an offset, or is a clock time in the zone of the lead; else only `day_on` is known."""

    line: int
    raw: object
    texts: Mapping[str, str | None] = field(default_factory=dict)  # of TEXTS
    started: datetime | None = None
    ended: datetime | None = None
    seconds: float | None = None  # as stated; else from start to end
    day_on: date | None = None
    changed_at: datetime | None = None
    reason: str | None = None


@dataclass
class FileFacts:
    """The answers of the lead, and sentences that are complete once the file is read, each with its count."""

    settings: Settings
    title: str
    name: str
    counts: dict[str, int] = field(default_factory=dict)
    has_person: bool = False

    def add(self, sentence: str, count: int = 1) -> None:
        """Count one more case of which the lead is told."""
        self.counts[sentence] = self.counts.get(sentence, 0) + count

    def require_zone(self) -> ZoneInfo:
        """Return the zone of clock times; raises `QuestionNeeded` where the lead gave none."""
        return ZoneInfo(require_zone(self.settings.zone, self.title))

    def warnings(self) -> tuple[str, ...]:
        """Return what is known once all records are read."""
        nameless = () if self.has_person else (NO_PERSON,)
        return (*nameless, *(f"{sentence}: {format_count(count)}." for sentence, count in self.counts.items() if count))


BuildEntries = Callable[[Source, FileFacts], Iterable[EntryRecord]]


@dataclass
class RecordFormat:
    """An importer of time entries: how its files are recognised, and the entries in them."""

    name: str
    tool: str
    title: str
    matches: Callable[[Head], bool]
    build_entries: BuildEntries
    columns: Mapping[str, str]  # field of the file -> canonical column
    lacks: tuple[str, ...] = ()
    retells: tuple[str, ...] = ()  # formats that tell the same work in other rows
    notes: tuple[str, ...] = ()
    needs_zone: bool = False  # its clock times never have an offset
    kind: Kind = "time_entry"
    depends_on_today: bool = False  # a file has other rows on another day

    def can_read(self, head: Head) -> bool:
        """Return whether the file has this format."""
        return self.matches(head)

    def read(self, source: Source, settings: Settings) -> Reading:
        """Read all entries; raises `QuestionNeeded` where clock times have no zone."""
        facts = FileFacts(settings, self.title, source.name)
        zone = facts.require_zone().key if self.needs_zone else settings.zone
        return Reading(
            batches=_read_batches(source, self.build_entries, facts),
            columns=dict(self.columns),
            zone=zone,
            encoding=source.encoding,
            warnings=self.notes,
            final_warnings=facts.warnings,
        )


def read_objects(source: Source) -> Iterator[tuple[int, Mapping[str, object] | EntryRecord]]:
    """Yield (ordinal, object) of JSON; a record that is no object is one to reject."""
    for line, record in source.records():
        if isinstance(record, dict):
            yield line, record
        else:
            raw = record.raw if isinstance(record, BadRecord) else record
            yield line, EntryRecord(line, raw, reason=record.reason if isinstance(record, BadRecord) else NOT_AN_ENTRY)


def read_text(record: Mapping[str, object], *path: str) -> str | None:
    """Return the text or number at a path of names, None where there is none."""
    value: object = record
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value).strip() or None


def read_number(record: Mapping[str, object], name: str) -> float | None:
    """Return a finite number, None for anything else."""
    value = record.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < MAX_SECONDS:
        return None
    return float(value)


def parse_moment(value: object) -> datetime | None:
    """Return an ISO instant or clock time, None for anything else."""
    text = str(value).strip() if isinstance(value, str) else ""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if len(text) > len("2026-01-01") and has_date_everywhere(moment) else None


def parse_day(value: object) -> date | None:
    """Return an ISO day, None for anything else."""
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def parse_epoch(value: object) -> datetime | None:
    """Return the instant of seconds since 1970, None for anything else."""
    try:
        moment = datetime.fromtimestamp(float(value), tz=UTC) if isinstance(value, int | float) else None
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment and has_date_everywhere(moment) else None


def join_tags(value: object) -> str | None:
    """Return a list of tags as one text, our way."""
    tags = [str(tag).strip() for tag in value if isinstance(tag, str | int)] if isinstance(value, list) else []
    return "; ".join(filter(None, tags)) or None


def _read_batches(source: Source, build_entries: BuildEntries, facts: FileFacts) -> Iterator[Batch]:
    entries = iter(build_entries(source, facts))
    while chunk := list(islice(entries, BATCH_RECORDS)):
        yield _build_batch(chunk, facts)


def _build_batch(entries: list[EntryRecord], facts: FileFacts) -> Batch:
    clocks = _resolve_clocks(entries, facts)
    rows = [_build_row(entry, clocks, facts.settings.zone) for entry in entries]
    schema: dict[str, pl.DataType | type[pl.DataType]] = {"_line": pl.Int64, "_reason": pl.String, "record": pl.String}
    schema |= {name: dtype for name, dtype in TIME_ENTRY.items() if name != "line"}
    frame = pl.DataFrame({name: [row.get(name) for row in rows] for name in schema}, schema=schema)
    facts.has_person = facts.has_person or frame["person"].null_count() < frame.height
    rejections = [
        *((pl.col("_reason") == reason, reason) for reason in frame["_reason"].drop_nulls().unique().sort()),
        *list_day_rejections(pl.col("day_on")),
        *list_length_rejections(pl.col("seconds"), shortest=-LONGEST_SECONDS),
    ]
    return split_batch(frame, rejections, "time_entry", records=frame.select("record"))


def _build_row(entry: EntryRecord, clocks: Mapping[datetime, datetime | None], zone: str | None) -> dict[str, object]:
    start, end = (_resolve_moment(moment, clocks) for moment in (entry.started, entry.ended))
    local = _convert_local(start, entry.started, zone) if start and entry.started else None
    seconds = entry.seconds
    if seconds is None and start and end:
        seconds = (end - start).total_seconds()
    reason = entry.reason
    if reason is None and start and end and end < start:
        reason = END_BEFORE_START
    texts = {name: entry.texts.get(name) for name in TEXTS}
    return {
        "_line": entry.line,
        "_reason": reason,
        "record": str(entry.raw)[:RAW_LENGTH],
        **texts,
        "person": texts["person"] or texts["email"],
        "started_at": start,
        "started_local": local,
        "day_on": local.date() if local else entry.day_on,
        "seconds": None if seconds is None else round(seconds),
        "zone": zone if start else None,
        "changed_at": entry.changed_at,
    }


def _resolve_clocks(entries: list[EntryRecord], facts: FileFacts) -> dict[datetime, datetime | None]:
    """Return for each clock time without an offset the moment in UTC, in the zone that the lead gave."""
    moments = {moment for entry in entries for moment in (entry.started, entry.ended) if moment is not None}
    clocks = [moment for moment in moments if moment.tzinfo is None and has_date_everywhere(moment)]
    if not clocks:
        return {}
    frame = pl.DataFrame({"clock": clocks}, schema={"clock": pl.Datetime("us")})
    resolved = frame.select(convert_to_utc(pl.col("clock"), facts.require_zone().key)).to_series()
    return dict(zip(clocks, resolved, strict=True))


def _resolve_moment(moment: datetime | None, clocks: Mapping[datetime, datetime | None]) -> datetime | None:
    """Return a moment in UTC."""
    if moment is None or moment.tzinfo is None:
        return clocks.get(moment) if moment else None
    return moment.astimezone(UTC) if has_date_everywhere(moment) else None


def _convert_local(start: datetime, written: datetime, zone: str | None) -> datetime:
    """Return the clock time in the zone of the lead, else as the file writes it."""
    return (start.astimezone(ZoneInfo(zone)) if zone else written).replace(tzinfo=None)
