"""Time entries out of tables with one row an entry: what every tracker's export has in common.

An importer says which column holds which part (a `Layout`); the sums of clocks,
the reasons to refuse a row and the warnings are the same for all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from dashboard.importers import reasons, table
from dashboard.importers.columns import dates, durations, numbers, quick, zones
from dashboard.importers.contract import Batch, Reading, Source

DAY_SECONDS = 86_400
HOUR_SECONDS = 3_600
TEXTS = ("email", "client", "project", "task", "description", "tags", "billable")
NAMES = ("person", "first_name", "last_name")
BECOMES = {  # part of a layout -> canonical column, where the two have different names
    "first_name": "person",
    "last_name": "person",
    "start_day": "day_on",
    "start_clock": "started_at",
    "end_day": "seconds",
    "end_clock": "seconds",
    "duration": "seconds",
}
YES_NO = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
TOTAL = r"(?i)^(grand |report )?totals?\s*([:(].*)?$"
NO_START = "no start time that can be read"
NOBODY = "The file names nobody: its entries belong to no person."


@dataclass(frozen=True)
class Layout:
    """Where the parts of an entry stand, and what was decided about how they are written.

    `columns` maps a part (person or first_name and last_name, email, client, project,
    task, description, tags, billable, start_day, start_clock, end_day, end_clock,
    duration) to the file's column; parts that the file lacks are left out.
    """

    columns: Mapping[str, str]
    order: str  # of the parts of a date
    zone: str | None = None  # None: the file tells days only
    bare_hours: bool = True  # a number without unit in the duration column is hours
    decimal: str = "."

    def has(self, part: str) -> bool:
        """Tell whether the file has a column for `part`."""
        return part in self.columns

    def text(self, part: str) -> pl.Expr:
        """Return the cleaned text of `part`; null where the file has no such column."""
        if part not in self.columns:
            return pl.lit(None, dtype=pl.String)
        return quick.text(self.columns[part])

    def told(self, part: str) -> pl.Expr:
        """Tell the rows that say anything for `part`."""
        return quick.told(self.columns[part]) if part in self.columns else pl.lit(value=False)

    def day(self, part: str) -> pl.Expr:
        """Return the Date of `part`; null where it cannot be read."""
        if part not in self.columns:
            return pl.lit(None, dtype=pl.Date)
        return dates.day(pl.col(self.columns[part]), self.order)

    def clock(self, part: str) -> pl.Expr:
        """Return the seconds after midnight of `part`; null where they cannot be read."""
        if part not in self.columns:
            return pl.lit(None, dtype=pl.Int64)
        cell = self.columns[part]
        face = quick.clock_face(cell, dates.clock(pl.col(cell)))
        return pl.when(face < DAY_SECONDS).then(face)

    def stated(self) -> pl.Expr:
        """Return the seconds the duration column states; decimal hours are rounded half to even."""
        if "duration" not in self.columns:
            return pl.lit(None, dtype=pl.Int64)
        cell = pl.col(self.columns["duration"])
        exact = durations.seconds(cell, bare=None, decimal=self.decimal)
        if self.bare_hours:
            hours = numbers.number(cell, self.decimal) * HOUR_SECONDS
            exact = pl.coalesce(exact, hours.round(0).cast(pl.Int64, strict=False))
        return quick.clock_face(self.columns["duration"], exact)


@dataclass
class Tally:
    """Counts over the whole file that end as warnings."""

    zone: str | None
    disagreeing: int = 0
    odd_clocks: list[pl.Series] = field(default_factory=list)  # local times that are skipped or repeated

    def warnings(self) -> tuple[str, ...]:
        """Say what was counted, one sentence a matter."""
        found: list[str] = []
        if self.disagreeing:
            count = "1 entry" if self.disagreeing == 1 else f"{self.disagreeing} entries"
            found.append(f"{count}: the stated duration is not end minus start; the stated duration was taken.")
        if self.zone and self.odd_clocks:
            found += zones.dst_notes(pl.concat(self.odd_clocks), self.zone)
        return tuple(found)


def survey_dates(source: Source, columns: Sequence[str]) -> dates.DateFacts:
    """Collect what all values of the date `columns` prove about the order of day, month and year."""
    facts = dates.DateFacts()
    for frame, _ in source.frames():
        for column in columns:
            facts = facts + dates.survey(frame[column])
    return facts


def reading(source: Source, layout: Layout, warnings: Sequence[str] = ()) -> Reading:
    """Return the reading of `source` by `layout`; its batches are made while they are iterated."""
    tally = Tally(layout.zone)
    used = {column: BECOMES.get(part, part) for part, column in layout.columns.items()}
    nobody = () if any(layout.has(part) for part in (*NAMES, "email")) else (NOBODY,)
    header = source.head().header
    repeated = tuple(name for name in used if header.count(name) > 1)
    twice = (f"Columns that stand twice, of which the first was taken: {', '.join(repeated)}.",) if repeated else ()
    return Reading(
        batches=batches(source, layout, tally),
        columns=used,
        unused=tuple(name for name in table.frame_names(header) if name not in used),
        zone=layout.zone,
        date_order=layout.order,
        encoding=source.encoding,
        warnings=(*warnings, *twice, *nobody),
        closing=tally.warnings,
    )


def batches(source: Source, layout: Layout, tally: Tally) -> Iterator[Batch]:
    """Yield a batch for every frame of `source`, counting into `tally` on the way."""
    for frame, structural in source.frames():
        rows = placed(tidied(frame.select("_line", *parts(layout))), layout, tally)
        rows = rows.with_columns(totals(frame, rows["day_on"]).alias("_total"))
        count_disagreeing(frame, rows, layout, tally)
        yield table.split(rows, refusals(), "time_entry", structural, records=frame.drop("_line"))


def parts(layout: Layout) -> list[pl.Expr]:
    """Return the expressions that read a row's cells: texts as they are, days, clocks and the stated seconds."""
    names = [layout.text(part) for part in NAMES if layout.has(part)]
    name = pl.concat_str(names, separator=" ", ignore_nulls=True) if names else pl.lit(None, dtype=pl.String)
    return [
        name.alias("person"),
        *(layout.text(part).alias(part) for part in TEXTS),
        layout.day("start_day").alias("day_on"),
        layout.clock("start_clock").alias("_start_clock"),
        layout.told("start_clock").alias("_start_told"),
        (layout.day("end_day") if layout.has("end_day") else layout.day("start_day")).alias("_end_day"),
        layout.clock("end_clock").alias("_end_clock"),
        (layout.told("end_day") | layout.told("end_clock")).alias("_end_told"),
        layout.stated().alias("_stated"),
        layout.told("duration").alias("_duration_told"),
        pl.lit(layout.has("end_clock")).alias("_has_end"),
    ]


def tidied(rows: pl.DataFrame) -> pl.DataFrame:
    """Name people without a name by their address, join tags our way, and read yes and no."""
    yes_no = pl.col("billable").str.to_lowercase().replace_strict(YES_NO, default=None, return_dtype=pl.Boolean)
    return rows.with_columns(
        pl.coalesce(pl.when(pl.col("person") != "").then("person"), "email").alias("person"),
        pl.col("tags").str.replace_all(", ", "; ", literal=True),
        yes_no,
    )


def placed(rows: pl.DataFrame, layout: Layout, tally: Tally) -> pl.DataFrame:
    """Add started_local, started_at, zone, `_span` (seconds from start to end) and seconds."""
    if layout.zone is None:
        return rows.with_columns(pl.lit(None, dtype=pl.Int64).alias("_span"), pl.col("_stated").alias("seconds"))
    local = dates.moment(pl.col("day_on"), pl.col("_start_clock"))
    ended = dates.moment(pl.col("_end_day"), pl.col("_end_clock"))
    rows = rows.with_columns(local.alias("started_local"), ended.alias("_ended"))
    if not layout.has("end_day"):
        over_midnight = pl.col("_ended") < pl.col("started_local")
        next_day = pl.col("_ended") + pl.duration(days=1, time_unit="us")
        rows = rows.with_columns(pl.when(over_midnight).then(next_day).otherwise(pl.col("_ended")).alias("_ended"))
    ends, _ = _instants(rows["_ended"], layout.zone)
    starts, odd = _instants(rows["started_local"], layout.zone)
    rows = rows.with_columns(ends.alias("_ended"), starts.alias("started_at"))
    if odd.len():
        tally.odd_clocks.append(odd)
        # A clock time that was skipped is kept as the clock really showed it.
        shown = pl.col("started_at").dt.convert_time_zone(layout.zone).dt.replace_time_zone(None)
        rows = rows.with_columns(shown.alias("started_local"))
    span = (pl.col("_ended") - pl.col("started_at")).dt.total_seconds()
    seconds = pl.when(pl.col("_duration_told")).then(pl.col("_stated")).otherwise(pl.col("_span"))
    zone = pl.when(pl.col("started_local").is_not_null()).then(pl.lit(layout.zone))
    return rows.with_columns(span.alias("_span"), zone.alias("zone")).with_columns(seconds.alias("seconds"))


def _instants(local: pl.Series, zone: str) -> tuple[pl.Series, pl.Series]:
    """Return the UTC instants of naive local times, and those local times that are skipped or repeated."""
    single = local.dt.replace_time_zone(zone, ambiguous="null", non_existent="null").dt.convert_time_zone("UTC")
    is_odd = local.is_not_null() & single.is_null()
    odd = local.filter(is_odd)
    if odd.is_empty():
        return single, odd
    decided = odd.alias("local").to_frame().select(zones.to_utc(pl.col("local"), zone)).to_series()
    return single.scatter(is_odd.arg_true(), decided), odd


def totals(frame: pl.DataFrame, day_on: pl.Series) -> pl.Series:
    """Tell which records are totals: no day, and a cell that says so."""
    if not day_on.null_count():
        return day_on.is_null()
    says_so = pl.any_horizontal(pl.col(pl.String).str.strip_chars().str.contains(TOTAL).fill_null(value=False))
    return frame.select(says_so.alias("_total"))["_total"] & day_on.is_null()


def refusals() -> list[tuple[pl.Expr, str]]:
    """Return the reasons to refuse a row, most telling first."""
    stated, span = pl.col("_stated"), pl.col("_span")
    open_end = pl.col("_has_end") & ~pl.col("_end_told") & pl.col("_start_told")
    nothing_stated = ~pl.col("_duration_told") | (stated <= 0).fill_null(value=False)
    return [
        (pl.col("_total"), reasons.TOTALS),
        (open_end & nothing_stated, reasons.RUNNING),
        *reasons.day_reasons(pl.col("day_on")),
        (pl.col("_start_told") & pl.col("_start_clock").is_null(), NO_START),
        ((span < 0) & ~_explained(), reasons.END_BEFORE_START),
        *reasons.length_reasons(pl.col("seconds")),
    ]


def _explained() -> pl.Expr:
    """Tell where the stated duration shows why the end reads earlier: the next day, or the clock went back an hour."""
    gaps = [(pl.col("_span") + shift - pl.col("_stated")).abs() <= 1 for shift in (DAY_SECONDS, HOUR_SECONDS)]
    return pl.any_horizontal(gaps).fill_null(value=False)


def count_disagreeing(frame: pl.DataFrame, rows: pl.DataFrame, layout: Layout, tally: Tally) -> None:
    """Tally entries whose stated seconds and clocks differ by more than both are written to."""
    off = (rows["_span"] - rows["_stated"]).abs()
    suspects = ((off > 1) & (rows["_span"] >= 0) & (rows["_stated"] >= 0)).fill_null(value=False)
    if not suspects.any():
        return
    allowed = frame.filter(suspects).select(_written_to(layout).alias("allowed"))["allowed"]
    tally.disagreeing += int((off.filter(suspects) > allowed).sum())


def _written_to(layout: Layout) -> pl.Expr:
    """Return the seconds by which the stated duration and the clocks may differ because of how they are written."""
    stated = layout.text("duration")
    colons = stated.str.count_matches(":", literal=True)
    exact = (colons == len("::")) | stated.str.contains(r"(?i)min|sec")
    # Hours with two decimals may be cut, not rounded: 36 seconds, and one for the clock.
    by_duration = pl.when(exact).then(1).when(colons == 1).then(60).otherwise(37)
    clocks = [layout.text(part).str.count_matches(":", literal=True) for part in ("start_clock", "end_clock")]
    by_clocks = pl.when(pl.any_horizontal(count < len("::") for count in clocks)).then(60).otherwise(1)
    return pl.max_horizontal(by_duration, by_clocks)
