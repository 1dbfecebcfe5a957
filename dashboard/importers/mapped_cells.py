"""The cells of a table with a mapping: how its dates, zones, decimals and lengths are to be read, and its instants."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from dashboard.errors import BadMapping, shorten_quote
from dashboard.importers.columns.dates import (
    DateFacts,
    collect_date_facts,
    combine_day_clock,
    parse_clock,
    parse_day,
    parse_timestamp,
    resolve_date_order,
)
from dashboard.importers.columns.durations import BareUnit
from dashboard.importers.columns.iso import parse_iso
from dashboard.importers.columns.numbers import NumberFacts, collect_number_facts, resolve_decimal_sign
from dashboard.importers.columns.text import clean_text
from dashboard.importers.columns.zones import require_zone
from dashboard.importers.contract import Batch, Reading, Settings, Source
from dashboard.importers.generic_mapping import (
    check_mapping,
    find_title_unit,
    list_parts,
    list_values,
    resolve_columns,
)
from dashboard.importers.mapped_parts import LENGTH_PARTS, START_PARTS
from dashboard.importers.table import deduplicate_header

YES_WORDS: Final = ("yes", "true", "1", "x", "ja", "oui", "si", "sí", "sim")
NO_WORDS: Final = ("no", "false", "0", "nein", "non", "não")
WITH_CLOCK: Final = r"\d(?:[Tt]|,?\s)\d{1,2}[:.h]\d{2}"
_BARE_NUMBER = r"^[-(]?\d+([.,]\d+)?[-)]?$"
_WHOLE_NUMBER = r"^\d{1,4}([.,]0+)?$"
MINUTES_IN_HOUR: Final = 60
_SHORT_CLOCK = r"^\s*[-(]?\d+:\d\d[-)]?\s*$"
_EPOCH = r"^(?:\d{10}(?:\.\d+)?|\d{13})$"  # seconds or milliseconds since 1970, of the years 2001 to 2286
_FIRST_MILLISECONDS = 1e11


@dataclass(frozen=True)
class MappedLayout:
    """A mapping, with what the file's cells show."""

    columns: dict[str, str]
    order: str
    zone: str | None
    bare: BareUnit | None
    decimal: str
    minute_clocks: tuple[str, ...] = ()  # columns in which "1:30" is a minute and a half
    has_rest_minutes: bool = False  # one length in two columns: whole hours, and the minutes beyond them
    mapping: Mapping[str, str] = field(default_factory=dict)
    local_times: list[pl.Series] = field(default_factory=list)  # as they are read, of those without an offset

    def has(self, *parts: str) -> bool:
        """Return whether one of `parts` is mapped."""
        return any(part in self.columns for part in parts)

    def tells(self, *parts: str) -> bool:
        """Return whether one of `parts` is mapped, or the mapping says what it is in all rows."""
        return self.has(*parts) or any("" in list_values(self.mapping, part) for part in parts)

    def text(self, part: str) -> pl.Expr:
        """Return the cleaned text of `part`; null where it is not mapped."""
        return clean_text(pl.col(self.columns[part])) if part in self.columns else pl.lit(None, dtype=pl.String)


@dataclass
class ColumnFacts:
    """What all cells together show."""

    dates: DateFacts = field(default_factory=DateFacts)
    numbers: NumberFacts = field(default_factory=NumberFacts)
    has_local_times: bool = False
    has_plain_numbers: bool = False
    short_clocks: set[str] = field(default_factory=set)  # columns of lengths with cells such as "1:30"
    has_rest_minutes: bool = False


def build_layout(source: Source, settings: Settings, mapping: dict[str, str], columns: dict[str, str]) -> MappedLayout:
    """Return how the cells of the mapped columns are to be read.

    Raises:
        BadMapping: plain numbers have no unit, or the zone is unknown.
        QuestionNeeded: the zone, the order of dates or the decimal sign is ambiguous.
    """
    facts = _collect_facts(source, columns, list_columns(columns, mapping, "number"))
    if facts.has_plain_numbers and "_duration_unit" not in mapping:
        title = shorten_quote(columns["duration"])
        raise BadMapping(
            f'The column "{title}" has plain numbers, and the mapping does not say their unit.',
            "Set duration_unit to hours, minutes or seconds, or map the column as hours, minutes or seconds.",
        )
    day_first = {"day-month-year": True, "month-day-year": False}.get(
        mapping.get("_date_order", ""), settings.day_first
    )
    first_column = next((columns[part] for part in (*START_PARTS, "finished_at") if part in columns), "")
    lengths = [columns[part] for part in LENGTH_PARTS if part in columns]
    numbers = lengths + list_columns(columns, mapping, "number")
    zone = settings.zone or mapping.get("_zone")
    units: dict[str, BareUnit] = {"hours": "hours", "minutes": "minutes", "seconds": "seconds"}
    return MappedLayout(
        columns=columns,
        mapping=mapping,
        order=resolve_date_order(
            facts.dates, day_first, first_column, year_first=mapping.get("_date_order") == "year-month-day"
        ),
        zone=require_zone(zone, source.name) if facts.has_local_times else None,
        bare=units.get(mapping.get("_duration_unit", "") or _find_clock_unit(facts, columns)),
        decimal=mapping.get("_decimal") or (resolve_decimal_sign(facts.numbers, numbers[0]) if numbers else "."),
        minute_clocks=tuple(
            columns[part]
            for part in LENGTH_PARTS
            if columns.get(part) in facts.short_clocks
            and (mapping.get("_duration_unit") or _find_clock_unit(facts, columns) if part == "duration" else part)
            in ("minutes", "seconds")
        ),
        has_rest_minutes=facts.has_rest_minutes,
    )


def resolve_layout(source: Source, settings: Settings) -> MappedLayout:
    """Return how a table is to be read by `settings.mapping`.

    Raises:
        BadMapping: no mapping, or one that does not fit the file; or as `build_layout`.
        QuestionNeeded: as `build_layout`.
    """
    if settings.mapping is None:
        raise BadMapping("This file needs a mapping of its columns.", "Say which column holds the person, the day ...")
    mapping = check_mapping(settings.mapping)
    return build_layout(source, settings, mapping, resolve_columns(mapping, source.head(), source.name))


def build_reading(
    source: Source,
    layout: MappedLayout,
    columns: dict[str, str],
    batches: Iterator[Batch],
    warnings: tuple[str, ...],
    final_warnings: Callable[[], tuple[str, ...]],
) -> Reading:
    """Return the reading of a table by a mapping; `columns`: column of the file -> canonical column."""
    return Reading(
        batches=batches,
        columns=columns,
        unused=tuple(name for name in deduplicate_header(source.head().header) if name not in columns),
        zone=layout.zone,
        date_order=layout.order,
        encoding=source.encoding,
        warnings=warnings,
        final_warnings=final_warnings,
    )


def list_columns(columns: dict[str, str], mapping: dict[str, str], content: str) -> list[str]:
    """Return the mapped columns whose parts hold such content."""
    parts = list_parts(mapping)
    return [column for part, column in columns.items() if part in parts and parts[part].content == content]


def _find_clock_unit(facts: ColumnFacts, columns: dict[str, str]) -> str:
    """Return the unit that the title of the durations states, where their cells are clocks such as "1:30"."""
    column = columns.get("duration")
    return (find_title_unit(column) or "") if column in facts.short_clocks and column else ""


def are_rest_minutes(hours: pl.Series, minutes: pl.Series) -> bool:
    """Return whether the minutes can be those beyond whole hours: no length told twice looks so in every row."""
    texts = [clean_numbers(cells) for cells in (hours, minutes)]
    if not all(bool(text.str.contains(_WHOLE_NUMBER).all()) for text in texts):
        return False
    return bool((texts[1].str.replace(r"[.,]0+$", "").cast(pl.Int64) < MINUTES_IN_HOUR).all())


def clean_numbers(cells: pl.Series) -> pl.Series:
    """Return the cells of a column that begin with a digit, without what stands in a row of totals or an empty one."""
    texts = cells.str.strip_chars()
    return texts.filter(texts.str.contains(r"^\d"))


def _collect_facts(source: Source, columns: dict[str, str], numbers: list[str]) -> ColumnFacts:
    """Scan the whole file once."""
    facts = ColumnFacts(has_local_times=bool({"start_time", "finished_time"} & columns.keys()))
    days = [columns[part] for part in (*START_PARTS, "ended_at", "end_date", "finished_at") if part in columns]
    moments = [columns[part] for part in ("started_at", "finished_at") if part in columns]
    lengths = [columns[part] for part in LENGTH_PARTS if part in columns]
    facts.has_rest_minutes = {"hours", "minutes"} <= columns.keys()
    for frame, _ in source.frames():
        if facts.has_rest_minutes:
            facts.has_rest_minutes = are_rest_minutes(frame[columns["hours"]], frame[columns["minutes"]])
        for column in days:
            facts.dates += collect_date_facts(frame[column])
        for column in (*lengths, *numbers):
            facts.numbers += collect_number_facts(frame[column])
        for cells in (frame[column] for column in moments if not facts.has_local_times):
            facts.has_local_times = bool((cells.str.contains(WITH_CLOCK) & parse_iso(cells)["offset"].is_null()).any())
        for column in lengths:
            if frame[column].str.contains(_SHORT_CLOCK).any():
                facts.short_clocks.add(column)
        if "duration" in columns and not facts.has_plain_numbers:
            facts.has_plain_numbers = bool(
                frame[columns["duration"]].str.strip_chars().str.contains(_BARE_NUMBER).any()
            )
    return facts


def coalesce_lengths(layout: MappedLayout, lengths: dict[str, pl.Expr]) -> pl.Expr:
    """Return the length of each row, from the most precise of the columns; hours with the minutes beyond them."""
    if layout.has_rest_minutes:
        cells = {part: layout.text(part).is_null() for part in ("hours", "minutes")}
        hours, minutes = (pl.when(is_empty).then(0).otherwise(lengths[part]) for part, is_empty in cells.items())
        lengths = lengths | {"hours": pl.when(~pl.all_horizontal(cells.values())).then(hours + minutes)}
        del lengths["minutes"]
    return pl.coalesce(lengths.values())


def select_parts(frame: pl.DataFrame, **parts: pl.Expr) -> pl.DataFrame:
    """Return `parts` of every record, also when they are all constants."""
    return frame.select("_line", **parts).drop("_line")


def _parse_timestamps(frame: pl.DataFrame, layout: MappedLayout, part: str) -> pl.DataFrame:
    """Return `local` and `offset` of a cell with day and clock time, as `parse_iso` does."""
    cells = frame.select(layout.text(part).alias("cell"))
    iso_parts = parse_iso(cells["cell"])
    if iso_parts["local"].null_count() == cells["cell"].null_count():
        return iso_parts
    epoch = parse_epochs(cells["cell"])
    if epoch.null_count() < cells.height:
        offset = pl.when(epoch.is_not_null()).then(pl.lit(0, pl.Int64)).otherwise("offset")
        iso_parts = iso_parts.with_columns(pl.coalesce("local", epoch).alias("local"), offset.alias("offset"))
    other_forms = cells.select(parse_timestamp(pl.col("cell"), layout.order).alias("local"))["local"]
    return iso_parts.with_columns(pl.coalesce("local", other_forms).alias("local"))


def parse_moments(
    frame: pl.DataFrame, layout: MappedLayout, moment_part: str, day_part: str, clock_part: str
) -> pl.DataFrame:
    """Return `local` and `offset` from one cell, or from a cell for the day and one for the clock time."""
    if layout.has(moment_part):
        return _parse_timestamps(frame, layout, moment_part)
    local = combine_day_clock(parse_day(layout.text(day_part), layout.order), parse_clock(layout.text(clock_part)))
    return select_parts(frame, local=local, offset=pl.lit(None, dtype=pl.Int64))


def parse_epochs(cells: pl.Series) -> pl.Series:
    """Return seconds or milliseconds since 1970 as UTC without a zone; null for other texts."""
    number = cells.filter(cells.is_not_null()).str.contains(_EPOCH)
    if not number.any():
        return pl.Series("epoch", [None] * cells.len(), dtype=pl.Datetime("us"))
    value = pl.when(cells.str.contains(_EPOCH)).then(cells.cast(pl.Float64, strict=False))
    seconds = pl.when(value >= _FIRST_MILLISECONDS).then(value / 1000).otherwise(value)
    return pl.select((seconds * 1e6).round().cast(pl.Int64).cast(pl.Datetime("us")).alias("epoch"))["epoch"]
