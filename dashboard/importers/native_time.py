"""Labeltime's own `time_entries` CSV: for scripts, and for tools that have no importer.

Columns in any order and case: person, seconds or hours (with a decimal point), started_at
(ISO, with an offset or in the zone that is said) or day_on; and if wanted client, project,
task, description, tags (`;`-separated), category, billable, email, id.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from dashboard.errors import UnreadableFile
from dashboard.importers import reasons, table
from dashboard.importers.columns import iso, numbers, text, zones
from dashboard.importers.contract import Batch, Head, Reading, Settings, Source
from dashboard.importers.entries import NO_START
from dashboard.schemas import CATEGORIES, UTC_INSTANT, Kind

UNKNOWN_CATEGORY = "category not known"
TEXTS: Final = ("person", "email", "client", "project", "task", "description")
COLUMNS: Final = {
    **{name: (name,) for name in (*TEXTS, "tags", "started_at", "day_on", "seconds", "hours", "category", "billable")},
    "native_id": ("id", "native_id"),
}
# A file with one of these is a native file of another kind, or another tool's.
FOREIGN: Final = frozenset({"item", "method", "run", "start date", "start time", "duration"})


# All but these cells are clean as they are: controls, unseen characters, outer blanks, letters beyond Latin-1.
_SUSPECT: Final = r"[^\t\n -~\u00A1-\u00AC\u00AE-\u00FF]|^[ \t\n]|[ \t\n]$"
_YES_NO: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass
class Tally:
    """What only the whole file tells."""

    zone: str | None
    nobody: int = 0
    clocks: list[pl.Series] = field(default_factory=list)

    def warnings(self) -> tuple[str, ...]:
        """Say what was counted, one sentence a matter."""
        found = (
            ["1 entry names nobody." if self.nobody == 1 else f"{self.nobody:,} entries name nobody."]
            if self.nobody
            else []
        )
        if self.zone and self.clocks:
            found += zones.dst_notes(pl.concat(self.clocks), self.zone)
        return tuple(found)


class NativeTime:
    """The documented table of time entries."""

    name = "native_time"
    title = "Labeltime time entries (CSV)"
    kind: Kind = "time_entry"

    def recognises(self, head: Head) -> bool:
        """Tell by the header: a person, a length, and a start or a day."""
        names = {title.casefold() for title in head.header}
        complete = "person" in names and names & {"seconds", "hours"} and names & {"started_at", "day_on"}
        return head.shape == "table" and bool(complete) and not names & FOREIGN

    def read(self, source: Source, settings: Settings) -> Reading:
        """Read the entries.

        Raises:
            UnreadableFile: a required column is absent.
            QuestionNeeded: a start has no offset and no zone was said; later ones raise while reading.
        """
        head = source.head()
        if not self.recognises(head):
            raise UnreadableFile(
                f"{source.name} is no table of time entries in Labeltime's own format.",
                "It needs the columns person, seconds or hours, and started_at or day_on.",
            )
        columns = table.columns_by_name(head.header, COLUMNS)
        used = {title: canonical for canonical, title in columns.items()}
        unused = tuple(dict.fromkeys(title for title in head.header if title not in used))
        local = "started_at" in columns and iso.has_local(head.sample[columns["started_at"]])
        zone = zones.require(settings.zone, self.title) if local else settings.zone
        tally = Tally(zone)
        return Reading(
            batches=_batches(source, columns, tally),
            columns=used | ({columns["hours"]: "seconds"} if "hours" in columns else {}),
            unused=unused,
            zone=zone if local else None,
            date_order="year-month-day",
            encoding=source.encoding,
            warnings=(f"Columns not used: {', '.join(unused)}.",) if unused else (),
            closing=tally.warnings,
        )


def _batches(source: Source, columns: dict[str, str], tally: Tally) -> Iterator[Batch]:
    refusals = [
        *reasons.day_reasons(pl.col("day_on")),
        (pl.col("_start_told") & pl.col("started_at").is_null(), NO_START),
        *reasons.length_reasons(pl.col("seconds")),
        (pl.col("category").is_not_null() & ~pl.col("category").is_in(CATEGORIES), UNKNOWN_CATEGORY),
    ]
    for frame, structural in source.frames():
        texts = frame.select("_line", *(_cleaned(frame[title]).alias(name) for name, title in columns.items()))
        rows = _lengths(_clocks(texts, tally))
        if "category" not in rows.columns:
            rows = rows.with_columns(category=pl.lit(None, dtype=pl.String))
        rows = rows.with_columns(_choices(rows))
        batch = table.split(rows, refusals, "time_entry", structural, records=frame.drop("_line"))
        tally.nobody += batch.accepted["person"].null_count()
        yield batch


def _cleaned(values: pl.Series) -> pl.Series:
    """Do what `text.clean` does, at the price of one look per cell where there is nothing to do."""
    suspects = values.str.contains(_SUSPECT).fill_null(value=False)
    if suspects.any():
        cleaned = values.filter(suspects).to_frame().select(text.clean(pl.first()))
        values = values.scatter(suspects.arg_true(), cleaned.to_series())
    return values.replace("", None) if (values == "").any() else values


def _clocks(texts: pl.DataFrame, tally: Tally) -> pl.DataFrame:
    """Put instants and days in place of texts; a day that is told holds against the day of the start."""
    told = pl.col("day_on").str.to_date("%Y-%m-%d", strict=False) if "day_on" in texts.columns else None
    if "started_at" not in texts.columns:
        return texts.with_columns(day_on=told, started_at=pl.lit(None, UTC_INSTANT), _start_told=pl.lit(value=False))
    read = iso.read(texts["started_at"])
    asked = read["local"].is_not_null() & read["offset"].is_null()
    if asked.any():
        tally.zone = zones.require(tally.zone, NativeTime.title)
        tally.clocks.append(read["local"].filter(asked))
    rows = texts.with_columns(_start_told=pl.col("started_at").is_not_null())
    rows = rows.with_columns(*iso.placed(read, tally.zone).get_columns())
    rows = rows.with_columns(zone=pl.when("_asked").then(pl.lit(tally.zone)))
    begun = pl.col("started_local").dt.date()
    return rows.with_columns(day_on=begun if told is None else pl.coalesce(told, begun))


def _lengths(rows: pl.DataFrame) -> pl.DataFrame:
    """Put whole seconds in place of seconds or hours; seconds count where both are given."""
    stated: list[pl.Expr] = []
    if "seconds" in rows.columns:
        whole = rows["seconds"].cast(pl.Int64, strict=False)
        is_plain = whole.null_count() == rows["seconds"].null_count()
        stated.append(pl.lit(whole) if is_plain else _rounded(numbers.number(pl.col("seconds"), ".")))
    if "hours" in rows.columns:
        stated.append(_rounded(numbers.number(pl.col("hours"), ".") * 3600))
    return rows.with_columns(seconds=pl.coalesce(stated))


def _rounded(value: pl.Expr) -> pl.Expr:
    bounded = pl.when(value.abs() < 1e15).then(value)  # noqa: PLR2004 - beyond is no duration, and no Int64 either
    return bounded.round(0, mode="half_away_from_zero").cast(pl.Int64)


def _choices(rows: pl.DataFrame) -> list[pl.Expr]:
    """Read the columns that hold one of a few words, and the tags."""
    found = [pl.col("category").str.to_lowercase()]
    if "billable" in rows.columns:
        yes_no = pl.col("billable").str.to_lowercase()
        found.append(yes_no.replace_strict(_YES_NO, default=None, return_dtype=pl.Boolean).alias("billable"))
    if "tags" in rows.columns:
        found.append(pl.col("tags").str.replace_all(r"\s*;\s*", "; "))
    return found


IMPORTER = NativeTime()
