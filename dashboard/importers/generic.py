"""Any table of time entries, read by a mapping that says which column holds what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from dashboard.categories import ALIASES, CATEGORIES
from dashboard.errors import WrongUnit, shorten_quote
from dashboard.importers.columns.dates import parse_day
from dashboard.importers.columns.durations import BareUnit, parse_duration
from dashboard.importers.columns.iso import resolve_instants
from dashboard.importers.columns.zones import describe_dst_shifts
from dashboard.importers.contract import (
    END_BEFORE_START,
    LONGEST_SECONDS,
    STILL_RUNNING,
    TOTALS_ROW,
    Batch,
    Head,
    Reading,
    Settings,
    Source,
    list_day_rejections,
    list_length_rejections,
)
from dashboard.importers.frames.entry_checks import (
    TIME_OFF,
    LeftOut,
    count_left_out,
    describe_fitting,
    find_unit_factor,
    flag_totals,
    list_no_work_rejections,
    mark_no_work,
)
from dashboard.importers.frames.time_entries import NO_PERSON, NO_START
from dashboard.importers.mapped_cells import (
    NO_WORDS,
    WITH_CLOCK,
    YES_WORDS,
    MappedLayout,
    build_reading,
    coalesce_lengths,
    parse_moments,
    resolve_layout,
    select_parts,
)
from dashboard.importers.mapped_parts import END_PARTS, LENGTH_PARTS
from dashboard.importers.table import split_batch
from dashboard.schemas import Kind
from dashboard.units import format_count

TEXT_PARTS: Final = ("native_id", "person", "email", "client", "project", "task", "description", "tags")
UNKNOWN_CATEGORY: Final = "category not known"
CANONICAL_COLUMNS: Final = {
    **dict.fromkeys((*LENGTH_PARTS, *END_PARTS, "end_date"), "seconds"),
    "start_date": "day_on",
    "start_time": "started_at",
}
_ROUNDING_SECONDS = 60  # hours and minutes are rounded; the clock times may differ by this much


@dataclass
class WarningCounts:
    """Counts over the whole file that end as warnings."""

    zone: str | None
    disagreements: int = 0
    left_out: LeftOut = field(default_factory=LeftOut)
    clocks: list[pl.Series] = field(default_factory=list)

    def warnings(self) -> tuple[str, ...]:
        """Return one sentence per kind of warning."""
        sentences: list[str] = []
        if self.disagreements:
            count = "1 entry" if self.disagreements == 1 else f"{format_count(self.disagreements)} entries"
            sentences.append(f"{count}: the stated duration is not end minus start; the stated duration was taken.")
        sentences += self.left_out.warnings()
        if self.zone and self.clocks:
            sentences += describe_dst_shifts(pl.concat(self.clocks), self.zone)
        return tuple(sentences)


class GenericTable:
    """A table that no importer knows; it needs a mapping."""

    name = "generic"
    tool = "generic"
    title = "Table of times with a column mapping"
    kind: Kind = "time_entry"

    def can_read(self, head: Head) -> bool:  # noqa: ARG002 - only the mapping matters
        """Return False: only a mapping selects this importer."""
        return False

    def read(self, source: Source, settings: Settings) -> Reading:
        """Read the entries with `settings.mapping`.

        Raises:
            BadMapping: no mapping, or one that does not fit the file.
            QuestionNeeded: the zone, the order of dates or the decimal sign is ambiguous.
        """
        layout = resolve_layout(source, settings)
        _check_unit_by_clocks(source, layout)
        used_columns = {column: CANONICAL_COLUMNS.get(part, part) for part, column in layout.columns.items()}
        counts = WarningCounts(layout.zone)
        batches = _read_batches(source, layout, counts)
        return build_reading(source, layout, used_columns, batches, tuple(_list_warnings(layout)), counts.warnings)


def _list_warnings(layout: MappedLayout) -> Iterator[str]:
    """Yield what is to be said of a file before its rows are read."""
    if not layout.has("person", "email"):
        yield NO_PERSON
    for title in map(shorten_quote, layout.minute_clocks):
        yield f'"{title}" is in minutes or seconds: cells such as 1:30 were read as minutes and seconds.'


def _check_unit_by_clocks(source: Source, layout: MappedLayout) -> None:
    """Raise `WrongUnit` when most lengths differ from end minus start by one factor: they have another unit."""
    if not (layout.has(*LENGTH_PARTS) and layout.has(*END_PARTS) and layout.has("started_at", "start_time")):
        return
    sample = source.head().sample
    if find_unit_factor(*_measure_lengths(sample.with_columns(_line=pl.lit(0, pl.Int64)), layout)) is None:
        return
    lengths = [_measure_lengths(frame, layout) for frame, _ in source.frames()]
    factor = find_unit_factor(pl.concat(stated for stated, _ in lengths), pl.concat(span for _, span in lengths))
    if factor is None:
        return
    title = shorten_quote(next(layout.columns[part] for part in LENGTH_PARTS if layout.has(part)))
    times = f"times {factor[0]:g}" if factor[0] >= 1 else f"divided by {1 / factor[0]:g}"
    entries, pauses = describe_fitting(factor), ", pauses included" if factor[1] < factor[2] else ""
    raise WrongUnit(
        f'"{title}" {times} is end minus start in {entries}: it has another unit.',
        f"Map it with its own unit, or leave it out of the mapping: end minus start counts then{pauses}.",
    )


def _measure_lengths(frame: pl.DataFrame, layout: MappedLayout) -> tuple[pl.Series, pl.Series]:
    """Return the stated seconds and those from start to end of every record."""
    rows = _compute_spans(_build_rows(frame, layout, WarningCounts(layout.zone)), layout)
    return rows["_stated"], rows["_span"]


def _build_rows(frame: pl.DataFrame, layout: MappedLayout, counts: WarningCounts) -> pl.DataFrame:
    """Return the parsed parts of every record."""
    rows = frame.select(
        "_line",
        *_build_texts(layout),
        _stated=_parse_stated_seconds(layout),
        _length_given=_has_any_text(layout, LENGTH_PARTS),
    )
    return pl.concat([rows, _build_starts(frame, layout, counts), _build_ends(frame, layout)], how="horizontal")


def _read_batches(source: Source, layout: MappedLayout, counts: WarningCounts) -> Iterator[Batch]:
    for frame, structural in source.frames():
        rows = _compute_spans(_build_rows(frame, layout, counts), layout)
        rows = rows.with_columns(flag_totals(frame, rows).alias("_total"))
        rows = mark_no_work(frame, rows, layout.columns.values())
        counts.disagreements += _count_disagreements(rows, layout)
        batch = split_batch(rows, _list_rejections(layout), "time_entry", structural, records=frame.drop("_line"))
        count_left_out(batch, rows, counts.left_out, _list_rejections(layout))
        yield batch


def _build_texts(layout: MappedLayout) -> list[pl.Expr]:
    billable = layout.text("billable").str.to_lowercase()
    return [
        *(layout.text(part).alias(part) for part in TEXT_PARTS if part != "person"),
        pl.coalesce(layout.text("person"), layout.text("email")).alias("person"),
        layout.text("category").str.to_lowercase().replace(ALIASES).alias("category"),
        pl.when(billable.is_in(YES_WORDS)).then(pl.lit(value=True))
        .when(billable.is_in(NO_WORDS)).then(pl.lit(value=False)).alias("billable"),
    ]  # fmt: skip


def _has_any_text(layout: MappedLayout, parts: tuple[str, ...]) -> pl.Expr:
    return pl.any_horizontal(layout.text(part).is_not_null() for part in parts)


def _parse_stated_seconds(layout: MappedLayout) -> pl.Expr:
    """Return the whole seconds that the file states, from the most precise column."""
    units: dict[str, BareUnit | None] = {"seconds": "seconds", "hours": "hours", "minutes": "minutes"}
    lengths = {
        part: parse_duration(layout.text(part), bare=units.get(part, layout.bare), decimal=layout.decimal)
        for part in LENGTH_PARTS
        if layout.has(part)
    }
    return coalesce_lengths(layout, lengths) if lengths else pl.lit(None, dtype=pl.Int64)


def _build_starts(frame: pl.DataFrame, layout: MappedLayout, counts: WarningCounts) -> pl.DataFrame:
    """Return day_on, started_at, started_local, zone, and whether a clock time is given."""
    parts = parse_moments(frame, layout, "started_at", "start_date", "start_time")
    is_local = parts["local"].is_not_null() & parts["offset"].is_null()
    counts.clocks.append(parts["local"].filter(is_local))
    days = [parse_day(layout.text(part), layout.order) for part in ("day_on", "start_date", "started_at")]
    day_parts = select_parts(
        frame,
        _day=pl.coalesce(days),
        _own_day=days[0],
        _clock_given=layout.text("start_time").is_not_null() | layout.text("started_at").str.contains(WITH_CLOCK),
    )
    instants = pl.concat([resolve_instants(parts, layout.zone), day_parts], how="horizontal")
    return instants.select(
        "started_at",
        "started_local",
        "_clock_given",
        day_on=pl.coalesce("_own_day", pl.col("started_local").dt.date(), "_day"),
        zone=pl.when("_is_local").then(pl.lit(layout.zone, dtype=pl.String)),
    )


def _build_ends(frame: pl.DataFrame, layout: MappedLayout) -> pl.DataFrame:
    """Return `_ended_at` (UTC) and whether an end is given; an end without a date is on the start's day."""
    day_part = next((part for part in ("end_date", "start_date", "day_on") if layout.has(part)), "end_date")
    parts = parse_moments(frame, layout, "ended_at", day_part, "end_time")
    end_parts = select_parts(frame, _end_given=_has_any_text(layout, END_PARTS).fill_null(value=False))
    return pl.concat([resolve_instants(parts, layout.zone).select(_ended_at="started_at"), end_parts], how="horizontal")


def _compute_spans(rows: pl.DataFrame, layout: MappedLayout) -> pl.DataFrame:
    """Add `_span` (end minus start in seconds) and `seconds` (as stated, else the span)."""
    span = (pl.col("_ended_at") - pl.col("started_at")).dt.total_seconds()
    if not layout.has("ended_at", "end_date"):
        span = pl.when(span < 0).then(span + 86_400).otherwise(span)
    seconds = pl.when("_length_given").then("_stated").otherwise("_span")
    return rows.with_columns(span.alias("_span")).with_columns(seconds.alias("seconds"))


def _list_rejections(layout: MappedLayout) -> list[tuple[pl.Expr, str]]:
    has_no_length = ~pl.col("_length_given") | (pl.col("_stated") <= 0).fill_null(value=False)
    is_running = (
        pl.lit(layout.has(*END_PARTS)) & ~pl.col("_end_given") & pl.col("started_at").is_not_null() & has_no_length
    )
    return [
        (pl.col("_total"), TOTALS_ROW),
        *list_no_work_rejections(),
        (is_running, STILL_RUNNING),
        *list_day_rejections(pl.col("day_on")),
        (pl.col("_clock_given") & pl.col("started_at").is_null(), NO_START),
        (pl.col("_span") < 0, END_BEFORE_START),
        *list_length_rejections(pl.col("seconds"), shortest=-LONGEST_SECONDS),
        (pl.col("category").is_not_null() & ~pl.col("category").is_in((*CATEGORIES, TIME_OFF)), UNKNOWN_CATEGORY),
    ]


def _count_disagreements(rows: pl.DataFrame, layout: MappedLayout) -> int:
    tolerance = 1 if layout.has("seconds") else _ROUNDING_SECONDS
    difference = (rows["_span"] - rows["_stated"]).abs()
    return int(((difference > tolerance) & (rows["_span"] >= 0)).sum())


IMPORTER = GenericTable()
