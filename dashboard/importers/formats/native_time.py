"""Labeltime's own `time_entries` CSV: for scripts, and for tools that have no importer.

Columns in any order and case: person, seconds or hours (with a decimal point), started_at
(ISO, with an offset or in the given zone) or day_on; and optionally client, project,
task, description, tags (`;`-separated), category, billable, email, id.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from dashboard.categories import ALIAS_HELP, ALIASES, CATEGORIES
from dashboard.errors import UnreadableFile, join_quotes
from dashboard.importers.columns.iso import has_local_times, parse_iso, resolve_instants
from dashboard.importers.columns.numbers import parse_number
from dashboard.importers.columns.text import clean_text
from dashboard.importers.columns.zones import describe_dst_shifts, require_zone
from dashboard.importers.contract import (
    LONGEST_SECONDS,
    TOTALS_ROW,
    Batch,
    FileColumn,
    Head,
    Reading,
    Settings,
    Source,
    list_day_rejections,
    list_length_rejections,
)
from dashboard.importers.frames.entry_checks import (
    TIME_OFF,
    TYPE_TITLES,
    LeftOut,
    count_left_out,
    flag_totals,
    list_no_work_rejections,
    mark_no_work,
)
from dashboard.importers.frames.time_entries import NO_START
from dashboard.importers.table import match_columns, split_batch
from dashboard.schemas import UTC_INSTANT, Kind
from dashboard.units import count_noun, format_count

UNKNOWN_CATEGORY = "category not known"
TEXT_COLUMNS: Final = ("person", "email", "client", "project", "task", "description")
COLUMNS: Final = {
    **{
        name: (name,)
        for name in (*TEXT_COLUMNS, "tags", "started_at", "day_on", "seconds", "hours", "category", "billable")
    },
    "native_id": ("id", "native_id"),
}
COLUMN_HELP: Final = {
    "person": "who worked",
    "email": "the person's address",
    "client": "text",
    "project": "text",
    "task": "task, activity or issue",
    "description": "text",
    "tags": "several are separated by ;",
    "started_at": "ISO day and time; either this or day_on is required",
    "day_on": "ISO day; either this or started_at is required; it comes before the day of started_at",
    "seconds": "number; either this or hours is required",
    "hours": "number; either this or seconds is required; seconds come first where both are given",
    "category": f"comes before every rule; empty leaves it to the rules; {ALIAS_HELP}",
    "billable": "true or false",
    "native_id": "the tracker's own number of the entry; the column may also be called id",
}
OWN_COLUMNS: Final = {"import_id", "rule_position"}  # of the figure `entries`
# A file with one of these columns is a native file of another kind, or another tool's.
FOREIGN_COLUMNS: Final = frozenset({"item", "method", "run", "start date", "start time", "duration"})


# Only these cells may need cleaning: controls, invisible characters, outer blanks, letters beyond Latin-1.
_SUSPECT: Final = r"[^\t\n -~\u00A1-\u00AC\u00AE-\u00FF]|^[ \t\n]|[ \t\n]$"
ROUNDED_HOURS: Final = 180  # seconds; what an hour with one decimal may be off
_YES_NO: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass
class WarningCounts:
    """Counts over the whole file that end as warnings."""

    zone: str | None
    unnamed: int = 0
    differing: int = 0  # entries whose seconds are not their hours
    left_out: LeftOut = field(default_factory=LeftOut)
    clocks: list[pl.Series] = field(default_factory=list)

    def warnings(self) -> tuple[str, ...]:
        """Return one sentence per kind of warning."""
        sentences = (
            ["1 entry names nobody." if self.unnamed == 1 else f"{format_count(self.unnamed)} entries name nobody."]
            if self.unnamed
            else []
        )
        if self.differing:
            sentences.append(
                f"{count_noun(self.differing, 'entry')}: seconds are not the hours beside them; the seconds were taken."
            )
        sentences += self.left_out.warnings()
        if self.zone and self.clocks:
            sentences += describe_dst_shifts(pl.concat(self.clocks), self.zone)
        return tuple(sentences)


class NativeTime:
    """The documented table of time entries."""

    name = "native_time"
    tool = "native_time"
    title = "Labeltime time entries (CSV)"
    kind: Kind = "time_entry"

    def can_read(self, head: Head) -> bool:
        """Recognise the file by its header: a person, a length, and a start or a day."""
        names = {title.casefold() for title in head.header}
        is_complete = "person" in names and names & {"seconds", "hours"} and names & {"started_at", "day_on"}
        return head.shape == "table" and bool(is_complete) and not names & FOREIGN_COLUMNS

    def read(self, source: Source, settings: Settings) -> Reading:
        """Read the entries.

        Raises:
            UnreadableFile: a required column is absent, or Labeltime wrote the file out of a store.
            QuestionNeeded: a start has no offset and no zone was given; later ones raise while reading.
        """
        head = source.head()
        if not self.can_read(head):
            raise UnreadableFile(
                f"{source.name} is not a table of time entries in Labeltime's own format.",
                "It needs the columns person, seconds or hours, and started_at or day_on.",
            )
        if {title.casefold() for title in head.header} >= OWN_COLUMNS:
            raise UnreadableFile(
                f"{source.name} is a list of entries that Labeltime wrote. They are in a store and would count twice.",
                "Import the export of the tracker itself. For another store, delete the column import_id.",
            )
        columns = match_columns(head.header, COLUMNS)
        used_columns = {title: canonical for canonical, title in columns.items()}
        read_titles = [title for title in head.header if title in used_columns or title.casefold() in TYPE_TITLES]
        unused = tuple(dict.fromkeys(title for title in head.header if title not in read_titles))
        is_local = "started_at" in columns and has_local_times(head.sample[columns["started_at"]])
        zone = require_zone(settings.zone, self.title) if is_local else settings.zone
        counts = WarningCounts(zone)
        return Reading(
            batches=_read_batches(source, columns, counts),
            columns=used_columns | ({columns["hours"]: "seconds"} if "hours" in columns else {}),
            unused=unused,
            zone=zone if is_local else None,
            date_order="year-month-day",
            encoding=source.encoding,
            warnings=(f"Columns not used: {join_quotes(unused)}.",) if unused else (),
            final_warnings=counts.warnings,
        )


def describe_columns() -> list[FileColumn]:
    """Return every column of the file with what it may hold, the required one first."""
    choices = {"category": CATEGORIES}
    return [FileColumn(name, COLUMN_HELP[name], name == "person", choices.get(name, ())) for name in COLUMNS]


def _read_batches(source: Source, columns: dict[str, str], counts: WarningCounts) -> Iterator[Batch]:
    rejections = [
        (pl.col("_total"), TOTALS_ROW),
        *list_no_work_rejections(),
        *list_day_rejections(pl.col("day_on")),
        (pl.col("_start_given") & pl.col("started_at").is_null(), NO_START),
        *list_length_rejections(pl.col("seconds"), shortest=-LONGEST_SECONDS),
        (pl.col("category").is_not_null() & ~pl.col("category").is_in((*CATEGORIES, TIME_OFF)), UNKNOWN_CATEGORY),
    ]
    for frame, structural in source.frames():
        texts = frame.select("_line", *(_clean_texts(frame[title]).alias(name) for name, title in columns.items()))
        rows = _parse_lengths(_parse_clocks(texts, counts), counts)
        if "category" not in rows.columns:
            rows = rows.with_columns(category=pl.lit(None, dtype=pl.String))
        rows = _add_texts(rows.with_columns(_parse_choices(rows)))
        rows = rows.with_columns(flag_totals(frame, rows, is_native=True).alias("_total"))
        rows = mark_no_work(frame, rows, columns.values())
        batch = split_batch(rows, rejections, "time_entry", structural, records=frame.drop("_line"))
        count_left_out(batch, rows, counts.left_out, rejections)
        counts.unnamed += batch.accepted["person"].null_count()
        yield batch


def _add_texts(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with the texts that the file lacks as empty ones."""
    names = ("client", "project", "task", "description")
    return rows.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in names if name not in rows.columns)


def _clean_texts(values: pl.Series) -> pl.Series:
    """Clean texts as `clean_text` does, but only cells that may need it."""
    suspects = values.str.contains(_SUSPECT).fill_null(value=False)
    if suspects.any():
        cleaned = values.filter(suspects).to_frame().select(clean_text(pl.first()))
        values = values.scatter(suspects.arg_true(), cleaned.to_series())
    return values.replace("", None) if (values == "").any() else values


def _parse_clocks(texts: pl.DataFrame, counts: WarningCounts) -> pl.DataFrame:
    """Replace texts by instants and days; a stated day overrides the day of the start."""
    stated_day = pl.col("day_on").str.to_date("%Y-%m-%d", strict=False) if "day_on" in texts.columns else None
    if "started_at" not in texts.columns:
        return texts.with_columns(
            day_on=stated_day, started_at=pl.lit(None, UTC_INSTANT), _start_given=pl.lit(value=False)
        )
    iso_parts = parse_iso(texts["started_at"])
    is_local = iso_parts["local"].is_not_null() & iso_parts["offset"].is_null()
    if is_local.any():
        counts.zone = require_zone(counts.zone, NativeTime.title)
        counts.clocks.append(iso_parts["local"].filter(is_local))
    rows = texts.with_columns(_start_given=pl.col("started_at").is_not_null())
    rows = rows.with_columns(*resolve_instants(iso_parts, counts.zone).get_columns())
    rows = rows.with_columns(zone=pl.when("_is_local").then(pl.lit(counts.zone)))
    start_day = pl.col("started_local").dt.date()
    return rows.with_columns(day_on=start_day if stated_day is None else pl.coalesce(stated_day, start_day))


def _parse_lengths(rows: pl.DataFrame, counts: WarningCounts) -> pl.DataFrame:
    """Replace seconds or hours by whole seconds; seconds take precedence, and are told, where both are given."""
    expressions: list[pl.Expr] = []
    if "seconds" in rows.columns:
        integers = rows["seconds"].cast(pl.Int64, strict=False)
        is_plain = integers.null_count() == rows["seconds"].null_count()
        expressions.append(pl.lit(integers) if is_plain else _round_seconds(parse_number(pl.col("seconds"), ".")))
    if "hours" in rows.columns:
        expressions.append(_round_seconds(parse_number(pl.col("hours"), ".") * 3600))
    if len(expressions) > 1:
        seconds, of_hours = expressions
        counts.differing += rows.select(((seconds - of_hours).abs() > ROUNDED_HOURS).sum()).item()
    return rows.with_columns(seconds=pl.coalesce(expressions))


def _round_seconds(value: pl.Expr) -> pl.Expr:
    bounded = pl.when(value.abs() < 1e15).then(value)  # noqa: PLR2004 - more is neither a duration nor an Int64
    return bounded.round(0, mode="half_away_from_zero").cast(pl.Int64)


def _parse_choices(rows: pl.DataFrame) -> list[pl.Expr]:
    """Parse the columns with a fixed set of words, and the tags."""
    expressions = [pl.col("category").str.to_lowercase().replace(ALIASES)]
    if "billable" in rows.columns:
        yes_no = pl.col("billable").str.to_lowercase()
        expressions.append(yes_no.replace_strict(_YES_NO, default=None, return_dtype=pl.Boolean).alias("billable"))
    if "tags" in rows.columns:
        expressions.append(pl.col("tags").str.replace_all(r"\s*;\s*", "; "))
    return expressions


IMPORTER = NativeTime()
