"""Any table of time entries, through a mapping that says which column holds what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from dashboard.errors import BadMapping
from dashboard.importers import reasons, table
from dashboard.importers.columns import dates, durations, iso, numbers, text, zones
from dashboard.importers.contract import Batch, Head, Reading, Settings, Source
from dashboard.importers.entries import NO_START, NOBODY, totals
from dashboard.importers.generic_mapping import (
    ENDS,
    LENGTHS,
    STARTS,
    TEXTS,
    check,
    load_mapping,
    mapped_columns,
    propose_mapping,
)
from dashboard.schemas import CATEGORIES, Kind

__all__ = ["GENERIC", "IMPORTER", "load_mapping", "propose_mapping"]

UNKNOWN_CATEGORY: Final = "category not known"
YES: Final = ("yes", "true", "1", "x", "ja", "oui", "si", "sí", "sim")
NO: Final = ("no", "false", "0", "nein", "non", "não")
BECOMES: Final = {
    **dict.fromkeys((*LENGTHS, *ENDS, "end_date"), "seconds"),
    "start_date": "day_on",
    "start_time": "started_at",
}
_BARE_NUMBER = r"^-?\d+([.,]\d+)?$"
_WITH_CLOCK = r"\d(?:[Tt]|,?\s)\d{1,2}[:.h]\d{2}"
_ROUNDED_SECONDS = 60  # hours and minutes are written rounded; their end may differ by this much


@dataclass(frozen=True)
class Layout:
    """A mapping with what the file itself decided."""

    columns: dict[str, str]
    order: str
    zone: str | None
    bare: durations.Bare | None
    decimal: str

    def has(self, *parts: str) -> bool:
        """Tell whether one of `parts` is mapped."""
        return any(part in self.columns for part in parts)

    def text(self, part: str) -> pl.Expr:
        """Return the cleaned text of `part`; null where it is not mapped."""
        return text.clean(pl.col(self.columns[part])) if part in self.columns else pl.lit(None, dtype=pl.String)


@dataclass
class Survey:
    """What all cells prove together."""

    dates: dates.DateFacts = field(default_factory=dates.DateFacts)
    numbers: numbers.NumberFacts = field(default_factory=numbers.NumberFacts)
    has_local: bool = False
    has_bare: bool = False


@dataclass
class Tally:
    """Counts over the whole file that end as warnings."""

    zone: str | None
    disagreeing: int = 0
    clocks: list[pl.Series] = field(default_factory=list)

    def warnings(self) -> tuple[str, ...]:
        """Say what was counted, one sentence a matter."""
        found: list[str] = []
        if self.disagreeing:
            count = "1 entry" if self.disagreeing == 1 else f"{self.disagreeing:,} entries"
            found.append(f"{count}: the stated duration is not end minus start; the stated duration was taken.")
        if self.zone and self.clocks:
            found += zones.dst_notes(pl.concat(self.clocks), self.zone)
        return tuple(found)


class Generic:
    """A table that no importer knows; it is read only when a mapping is given."""

    name = "generic"
    title = "Table with a column mapping"
    kind: Kind = "time_entry"

    def recognises(self, head: Head) -> bool:  # noqa: ARG002 - the content says nothing here, the mapping does
        """Never claim a file: it is the mapping that brings one here."""
        return False

    def read(self, source: Source, settings: Settings) -> Reading:
        """Read the entries by `settings.mapping`.

        Raises:
            BadMapping: no mapping, or one that does not fit the file.
            QuestionNeeded: the zone, the order of dates or the decimal sign is open.
        """
        if settings.mapping is None:
            raise BadMapping(
                "This file needs a mapping of its columns.", "Say which column holds the person, the day ..."
            )
        mapping = check(settings.mapping)
        header = source.head().header
        layout = _layout(source, settings, mapping, mapped_columns(mapping, header, source.name))
        used = {column: BECOMES.get(part, part) for part, column in layout.columns.items()}
        tally = Tally(layout.zone)
        return Reading(
            batches=_batches(source, layout, tally),
            columns=used,
            unused=tuple(name for name in table.frame_names(header) if name not in used),
            zone=layout.zone,
            date_order=layout.order,
            encoding=source.encoding,
            warnings=() if layout.has("person", "email") else (NOBODY,),
            closing=tally.warnings,
        )


def _layout(source: Source, settings: Settings, mapping: dict[str, str], columns: dict[str, str]) -> Layout:
    found = _survey(source, columns)
    if found.has_bare and "_duration_unit" not in mapping:
        raise BadMapping(
            f'The column "{columns["duration"]}" has plain numbers, and the mapping does not say of what.',
            "Set duration_unit to hours, minutes or seconds, or map the column as hours, minutes or seconds.",
        )
    said = {"day-month-year": True, "month-day-year": False}.get(mapping.get("_date_order", ""), settings.day_first)
    first = next(columns[part] for part in STARTS if part in columns)
    lengths = [columns[part] for part in LENGTHS if part in columns]
    zone = settings.zone or mapping.get("_zone")
    units: dict[str, durations.Bare] = {"hours": "hours", "minutes": "minutes", "seconds": "seconds"}
    return Layout(
        columns=columns,
        order=dates.decide(found.dates, said, first),
        zone=zones.require(zone, source.name) if found.has_local else None,
        bare=units.get(mapping.get("_duration_unit", "")),
        decimal=mapping.get("_decimal") or (numbers.decide(found.numbers, lengths[0]) if lengths else "."),
    )


def _survey(source: Source, columns: dict[str, str]) -> Survey:
    """Look through the whole file once."""
    found = Survey(has_local="start_time" in columns)
    days = [columns[part] for part in (*STARTS, "ended_at", "end_date") if part in columns]
    lengths = [columns[part] for part in LENGTHS if part in columns]
    for frame, _ in source.frames():
        for column in days:
            found.dates += dates.survey(frame[column])
        for column in lengths:
            found.numbers += numbers.survey(frame[column])
        if "started_at" in columns and not found.has_local:
            cells = frame[columns["started_at"]]
            found.has_local = bool((cells.str.contains(_WITH_CLOCK) & iso.read(cells)["offset"].is_null()).any())
        if "duration" in columns and not found.has_bare:
            found.has_bare = bool(frame[columns["duration"]].str.strip_chars().str.contains(_BARE_NUMBER).any())
    return found


def _batches(source: Source, layout: Layout, tally: Tally) -> Iterator[Batch]:
    for frame, structural in source.frames():
        rows = frame.select("_line", *_texts(layout), _stated=_stated(layout), _length_told=_told(layout, LENGTHS))
        rows = pl.concat([rows, _starts(frame, layout, tally), _ends(frame, layout)], how="horizontal")
        rows = rows.with_columns(totals(frame, rows["day_on"]).alias("_total"))
        rows = _spans(rows, layout)
        tally.disagreeing += _disagreeing(rows, layout)
        yield table.split(rows, _refusals(layout), "time_entry", structural, records=frame.drop("_line"))


def _texts(layout: Layout) -> list[pl.Expr]:
    billable = layout.text("billable").str.to_lowercase()
    return [
        *(layout.text(part).alias(part) for part in TEXTS if part != "person"),
        pl.coalesce(layout.text("person"), layout.text("email")).alias("person"),
        layout.text("category").str.to_lowercase().alias("category"),
        pl.when(billable.is_in(YES)).then(pl.lit(value=True))
        .when(billable.is_in(NO)).then(pl.lit(value=False)).alias("billable"),
    ]  # fmt: skip


def _told(layout: Layout, parts: tuple[str, ...]) -> pl.Expr:
    return pl.any_horizontal(layout.text(part).is_not_null() for part in parts)


def _stated(layout: Layout) -> pl.Expr:
    """Whole seconds as the file states them, from the finest column that has them."""
    bare: dict[str, durations.Bare | None] = {"seconds": "seconds", "hours": "hours", "minutes": "minutes"}
    found = [
        durations.seconds(layout.text(part), bare=bare.get(part, layout.bare), decimal=layout.decimal)
        for part in LENGTHS
        if layout.has(part)
    ]
    return pl.coalesce(found) if found else pl.lit(None, dtype=pl.Int64)


def _aside(frame: pl.DataFrame, **parts: pl.Expr) -> pl.DataFrame:
    """Return `parts` of every record, also where nothing but constants is selected."""
    return frame.select("_line", **parts).drop("_line")


def _instants(frame: pl.DataFrame, layout: Layout, part: str) -> pl.DataFrame:
    """Return `local` and `offset` of a cell that holds day and clock, as `iso.read` does."""
    cells = frame.select(layout.text(part).alias("cell"))
    read = iso.read(cells["cell"])
    if read["local"].null_count() == cells["cell"].null_count():
        return read
    other = cells.select(dates.stamp(pl.col("cell"), layout.order).alias("local"))["local"]
    return read.with_columns(pl.coalesce("local", other).alias("local"))


def _clock_parts(frame: pl.DataFrame, layout: Layout, whole: str, day: str, clock: str) -> pl.DataFrame:
    """Return `local` and `offset` from one cell, or from one of a day and one of a clock."""
    if layout.has(whole):
        return _instants(frame, layout, whole)
    local = dates.moment(dates.day(layout.text(day), layout.order), dates.clock(layout.text(clock)))
    return _aside(frame, local=local, offset=pl.lit(None, dtype=pl.Int64))


def _starts(frame: pl.DataFrame, layout: Layout, tally: Tally) -> pl.DataFrame:
    """Return day_on, started_at, started_local, zone, and whether a clock was told."""
    parts = _clock_parts(frame, layout, "started_at", "start_date", "start_time")
    asked = parts["local"].is_not_null() & parts["offset"].is_null()
    tally.clocks.append(parts["local"].filter(asked))
    days = [dates.day(layout.text(part), layout.order) for part in ("day_on", "start_date", "started_at")]
    told = _aside(
        frame,
        _day=pl.coalesce(days),
        _own_day=days[0],
        _clock_told=layout.text("start_time").is_not_null() | layout.text("started_at").str.contains(_WITH_CLOCK),
    )
    placed = pl.concat([iso.placed(parts, layout.zone), told], how="horizontal")
    return placed.select(
        "started_at",
        "started_local",
        "_clock_told",
        day_on=pl.coalesce("_own_day", pl.col("started_local").dt.date(), "_day"),
        zone=pl.when("_asked").then(pl.lit(layout.zone, dtype=pl.String)),
    )


def _ends(frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Return `_ended_at` (UTC) and whether an end was told; an end without a date is on the day of the start."""
    day = next((part for part in ("end_date", "start_date", "day_on") if layout.has(part)), "end_date")
    parts = _clock_parts(frame, layout, "ended_at", day, "end_time")
    told = _aside(frame, _end_told=_told(layout, ENDS).fill_null(value=False))
    return pl.concat([iso.placed(parts, layout.zone).select(_ended_at="started_at"), told], how="horizontal")


def _spans(rows: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Add `_span`, end minus start in seconds, and `seconds`: the stated ones, else the span."""
    span = (pl.col("_ended_at") - pl.col("started_at")).dt.total_seconds()
    if not layout.has("ended_at", "end_date"):
        span = pl.when(span < 0).then(span + 86_400).otherwise(span)
    seconds = pl.when("_length_told").then("_stated").otherwise("_span")
    return rows.with_columns(span.alias("_span")).with_columns(seconds.alias("seconds"))


def _refusals(layout: Layout) -> list[tuple[pl.Expr, str]]:
    unstated = ~pl.col("_length_told") | (pl.col("_stated") <= 0).fill_null(value=False)
    is_open = pl.lit(layout.has(*ENDS)) & ~pl.col("_end_told") & pl.col("started_at").is_not_null() & unstated
    return [
        (pl.col("_total"), reasons.TOTALS),
        (is_open, reasons.RUNNING),
        *reasons.day_reasons(pl.col("day_on")),
        (pl.col("_clock_told") & pl.col("started_at").is_null(), NO_START),
        (pl.col("_span") < 0, reasons.END_BEFORE_START),
        *reasons.length_reasons(pl.col("seconds")),
        (pl.col("category").is_not_null() & ~pl.col("category").is_in(CATEGORIES), UNKNOWN_CATEGORY),
    ]


def _disagreeing(rows: pl.DataFrame, layout: Layout) -> int:
    allowed = 1 if layout.has("seconds") else _ROUNDED_SECONDS
    off = (rows["_span"] - rows["_stated"]).abs()
    return int(((off > allowed) & (rows["_span"] >= 0)).sum())


IMPORTER = Generic()
GENERIC = IMPORTER
