"""Time entries from tables with one row per entry: what every tracker's export has in common.

An importer says which column holds which part (an `EntryLayout`); the arithmetic of clock
times, the reasons to reject a row and the warnings are the same for all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from dashboard.importers.columns import layouts
from dashboard.importers.columns.dates import DateFacts, collect_date_facts, combine_day_clock, parse_clock, parse_day
from dashboard.importers.columns.durations import is_day_clock, parse_duration
from dashboard.importers.columns.numbers import NumberFacts, collect_hours_facts, parse_number, resolve_decimal_sign
from dashboard.importers.columns.zones import convert_to_utc, describe_dst_shifts
from dashboard.importers.contract import (
    END_BEFORE_START,
    LONGEST_SECONDS,
    STILL_RUNNING,
    TOTALS_ROW,
    Batch,
    Reading,
    Source,
    list_day_rejections,
    list_length_rejections,
)
from dashboard.importers.frames.entry_checks import (
    LeftOut,
    count_left_out,
    describe_fitting,
    find_unit_factor,
    flag_totals,
    list_no_work_rejections,
    mark_no_work,
)
from dashboard.importers.table import deduplicate_header, split_batch
from dashboard.units import format_count

_BARE_NUMBER = r"^\s*[-+(]?\d+(?:[.,]\d*)?[-)]?\s*$"
DAY_SECONDS = 86_400
HOUR_SECONDS = 3_600
TEXT_PARTS = ("email", "client", "project", "task", "description", "tags", "billable")
NAME_PARTS = ("person", "first_name", "last_name")
CANONICAL_COLUMNS = {  # part of a layout -> canonical column, where the two have different names
    "first_name": "person",
    "last_name": "person",
    "start_day": "day_on",
    "start_clock": "started_at",
    "end_day": "seconds",
    "end_clock": "seconds",
    "duration": "seconds",
}
YES_NO = {
    **dict.fromkeys(("yes", "true", "1", "ja", "sí", "si", "oui", "sim"), True),
    **dict.fromkeys(("no", "false", "0", "nein", "non", "não"), False),
}
NO_START = "no start time that can be read"
NO_PERSON = "The file names nobody: its entries belong to no person."


@dataclass(frozen=True)
class EntryLayout:
    """Which columns hold the parts of an entry, and how they are written.

    `columns` maps a part (person or first_name and last_name, email, client, project,
    task, description, tags, billable, start_day, start_clock, end_day, end_clock,
    duration) to the file's column; parts that the file lacks are left out.
    """

    columns: Mapping[str, str]
    order: str  # of the parts of a date
    zone: str | None = None  # None: the file has days only
    bare_hours: bool = True  # a number without unit in the duration column is hours
    bare_seconds: float = HOUR_SECONDS  # how long 1 in the duration column is, where another unit is proven
    decimal: str = "."

    def has(self, part: str) -> bool:
        """Tell whether the file has a column for `part`."""
        return part in self.columns

    def text(self, part: str) -> pl.Expr:
        """Return the cleaned text of `part`; null where the file has no such column."""
        if part not in self.columns:
            return pl.lit(None, dtype=pl.String)
        return layouts.clean_column(self.columns[part])

    def has_text(self, part: str) -> pl.Expr:
        """Flag the rows with any text in `part`."""
        return layouts.has_text(self.columns[part]) if part in self.columns else pl.lit(value=False)

    def day(self, part: str) -> pl.Expr:
        """Return the Date of `part`; null where it cannot be read."""
        if part not in self.columns:
            return pl.lit(None, dtype=pl.Date)
        return parse_day(pl.col(self.columns[part]), self.order)

    def clock(self, part: str) -> pl.Expr:
        """Return the seconds after midnight of `part`; null where they cannot be read."""
        if part not in self.columns:
            return pl.lit(None, dtype=pl.Int64)
        cell = self.columns[part]
        seconds = layouts.parse_clock_face(cell, parse_clock(pl.col(cell)))
        return pl.when(seconds < DAY_SECONDS + (part == "end_clock")).then(seconds)  # an entry may end at 24:00

    def stated_seconds(self) -> pl.Expr:
        """Return the seconds that the duration column states; decimal hours are rounded half to even."""
        if "duration" not in self.columns:
            return pl.lit(None, dtype=pl.Int64)
        cell = pl.col(self.columns["duration"])
        exact = parse_duration(cell, bare=None, decimal=self.decimal)
        if self.bare_hours:
            hours = parse_number(cell, self.decimal) * self.bare_seconds
            exact = pl.coalesce(exact, hours.round(0).cast(pl.Int64, strict=False))
        return layouts.parse_clock_face(self.columns["duration"], exact)


@dataclass
class WarningCounts:
    """Counts over the whole file that end as warnings."""

    zone: str | None
    disagreements: int = 0
    day_clocks: int = 0  # durations that are shown as a time of day
    left_out: LeftOut = field(default_factory=LeftOut)
    odd_clocks: list[pl.Series] = field(default_factory=list)  # local times that are skipped or repeated

    def warnings(self) -> tuple[str, ...]:
        """Return one sentence per kind of warning."""
        sentences: list[str] = []
        if self.disagreements:
            count = "1 entry" if self.disagreements == 1 else f"{self.disagreements} entries"
            sentences.append(f"{count}: the stated duration is not end minus start; the stated duration was taken.")
        if self.day_clocks:
            count = "1 duration" if self.day_clocks == 1 else f"{format_count(self.day_clocks)} durations"
            sentences.append(
                f"{count} written as a time of day (02:00:00 AM), as a spreadsheet does: end minus start was taken,"
                " and where an entry has no end, the time since midnight."
            )
        sentences += self.left_out.warnings()
        if self.zone and self.odd_clocks:
            sentences += describe_dst_shifts(pl.concat(self.odd_clocks), self.zone)
        return tuple(sentences)


def find_decimal_sign(source: Source, columns: Mapping[str, str]) -> str:
    """Return the decimal sign of the lengths of a file; a point where none is a number without a unit.

    Raises:
        QuestionNeeded: some have a point and others a comma.
    """
    column = columns.get("duration")
    if column is None or not source.head().sample[column].str.contains(_BARE_NUMBER).any():
        return "."
    facts = sum((collect_hours_facts(frame[column]) for frame, _ in source.frames()), NumberFacts())
    return resolve_decimal_sign(facts, column)


def collect_source_dates(source: Source, columns: Sequence[str]) -> DateFacts:
    """Collect what all values of the date `columns` show about the order of day, month and year."""
    facts = DateFacts()
    for frame, _ in source.frames():
        for column in columns:
            facts = facts + collect_date_facts(frame[column])
    return facts


def read_entries(source: Source, layout: EntryLayout, warnings: Sequence[str] = ()) -> Reading:
    """Open `source` by `layout`; its batches are read while they are iterated."""
    counts = WarningCounts(layout.zone)
    layout, unit_warnings = drop_wrong_unit(source, layout)
    columns = {column: CANONICAL_COLUMNS.get(part, part) for part, column in layout.columns.items()}
    person_warning = () if any(layout.has(part) for part in (*NAME_PARTS, "email")) else (NO_PERSON,)
    header = source.head().header
    repeated = tuple(name for name in columns if header.count(name) > 1)
    repeat_warning = (
        (f"Columns that occur twice, of which the first was used: {', '.join(repeated)}.",) if repeated else ()
    )
    return Reading(
        batches=read_entry_batches(source, layout, counts),
        columns=columns,
        unused=tuple(name for name in deduplicate_header(header) if name not in columns),
        zone=layout.zone,
        date_order=layout.order,
        encoding=source.encoding,
        warnings=(*warnings, *unit_warnings, *repeat_warning, *person_warning),
        final_warnings=counts.warnings,
    )


def drop_wrong_unit(source: Source, layout: EntryLayout) -> tuple[EntryLayout, tuple[str, ...]]:
    """Return `layout` for durations that differ from the clock times by one factor, and why it was changed.

    It is without the durations where they say no more than the clock times, and else reads them in their own unit.
    """
    if layout.zone is None or not (layout.has("duration") and layout.has("start_clock") and layout.has("end_clock")):
        return layout, ()
    sample = source.head().sample
    if find_unit_factor(*_measure_lengths(sample.with_columns(_line=pl.lit(0, pl.Int64)), layout)) is None:
        return layout, ()
    lengths = [_measure_lengths(frame, layout) for frame, _ in source.frames()]
    factor = find_unit_factor(pl.concat(stated for stated, _ in lengths), pl.concat(span for _, span in lengths))
    if factor is None:
        return layout, ()
    times, fitting, entries = factor
    sentence = (
        f'"{layout.columns["duration"]}" is not in hours: times {times:g} it is end minus start'
        if times >= 1
        else f'"{layout.columns["duration"]}" is not in hours: divided by {1 / times:g} it is end minus start'
    )
    sentence = f"{sentence} in {describe_fitting(factor)}"
    if fitting == entries:
        without_duration = {part: column for part, column in layout.columns.items() if part != "duration"}
        return replace(layout, columns=without_duration), (f"{sentence}; end minus start was taken.",)
    return replace(layout, bare_seconds=HOUR_SECONDS * times), (
        f"{sentence}, and less in the others; the duration was taken in that unit.",
    )


def _measure_lengths(frame: pl.DataFrame, layout: EntryLayout) -> tuple[pl.Series, pl.Series]:
    """Return the stated seconds and those from start to end of every record."""
    rows = compute_times(frame.select("_line", *build_cell_expressions(layout)), layout, WarningCounts(layout.zone))
    return rows["_stated"], rows["_span"]


def read_entry_batches(source: Source, layout: EntryLayout, counts: WarningCounts) -> Iterator[Batch]:
    """Yield a batch per frame of `source`, adding to `counts`."""
    for frame, structural in source.frames():
        rows = compute_times(normalize_rows(frame.select("_line", *build_cell_expressions(layout))), layout, counts)
        rows = rows.with_columns(flag_totals(frame, rows).alias("_total"))
        rows = mark_no_work(frame, rows, layout.columns.values())
        count_disagreements(frame, rows, layout, counts)
        counts.day_clocks += int(rows["_day_clock"].sum())
        batch = split_batch(rows, list_rejections(), "time_entry", structural, records=frame.drop("_line"))
        count_left_out(batch, rows, counts.left_out, list_rejections())
        yield batch


def build_cell_expressions(layout: EntryLayout) -> list[pl.Expr]:
    """Return the expressions that parse a row's cells: texts, days, clock times and the stated seconds."""
    names = [layout.text(part) for part in NAME_PARTS if layout.has(part)]
    name = pl.concat_str(names, separator=" ", ignore_nulls=True) if names else pl.lit(None, dtype=pl.String)
    return [
        name.alias("person"),
        *(layout.text(part).alias(part) for part in TEXT_PARTS),
        layout.day("start_day").alias("day_on"),
        layout.clock("start_clock").alias("_start_clock"),
        layout.has_text("start_clock").alias("_start_given"),
        (layout.day("end_day") if layout.has("end_day") else layout.day("start_day")).alias("_end_day"),
        layout.clock("end_clock").alias("_end_clock"),
        (layout.has_text("end_day") | layout.has_text("end_clock")).alias("_end_given"),
        layout.stated_seconds().alias("_stated"),
        layout.has_text("duration").alias("_duration_given"),
        (is_day_clock(pl.col(layout.columns["duration"])) if layout.has("duration") else pl.lit(value=False)).alias(
            "_day_clock"
        ),
        pl.lit(layout.has("end_clock")).alias("_has_end"),
    ]


def normalize_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Use the e-mail address where a name is missing, separate tags our way, and parse yes and no."""
    yes_no = pl.col("billable").str.to_lowercase().replace_strict(YES_NO, default=None, return_dtype=pl.Boolean)
    return rows.with_columns(
        pl.coalesce(pl.when(pl.col("person") != "").then("person"), "email").alias("person"),
        pl.col("tags").str.replace_all(", ", "; ", literal=True),
        yes_no,
    )


def compute_times(rows: pl.DataFrame, layout: EntryLayout, counts: WarningCounts) -> pl.DataFrame:
    """Add started_local, started_at, zone, seconds and `_span` (seconds from start to end)."""
    if layout.zone is None:
        return rows.with_columns(pl.lit(None, dtype=pl.Int64).alias("_span"), pl.col("_stated").alias("seconds"))
    start = combine_day_clock(pl.col("day_on"), pl.col("_start_clock"))
    end = combine_day_clock(pl.col("_end_day"), pl.col("_end_clock"))
    rows = rows.with_columns(start.alias("started_local"), end.alias("_ended"))
    if not layout.has("end_day"):
        over_midnight = pl.col("_ended") < pl.col("started_local")
        next_day = pl.col("_ended") + pl.duration(days=1, time_unit="us")
        rows = rows.with_columns(pl.when(over_midnight).then(next_day).otherwise(pl.col("_ended")).alias("_ended"))
    end_instants, _ = _resolve_instants(rows["_ended"], layout.zone)
    start_instants, odd_times = _resolve_instants(rows["started_local"], layout.zone)
    rows = rows.with_columns(end_instants.alias("_ended"), start_instants.alias("started_at"))
    if odd_times.len():
        counts.odd_clocks.append(odd_times)
        # A skipped clock time is stored as the clock really showed it.
        clock_shown = pl.col("started_at").dt.convert_time_zone(layout.zone).dt.replace_time_zone(None)
        rows = rows.with_columns(clock_shown.alias("started_local"))
    span = (pl.col("_ended") - pl.col("started_at")).dt.total_seconds()
    shown_as_clock = pl.col("_day_clock") & (pl.col("_span") >= 0).fill_null(value=False)
    is_stated = pl.col("_duration_given") & ~shown_as_clock
    seconds = pl.when(is_stated).then(pl.col("_stated")).otherwise(pl.col("_span"))
    zone = pl.when(pl.col("started_local").is_not_null()).then(pl.lit(layout.zone))
    return rows.with_columns(span.alias("_span"), zone.alias("zone")).with_columns(seconds.alias("seconds"))


def _resolve_instants(local: pl.Series, zone: str) -> tuple[pl.Series, pl.Series]:
    """Return the UTC instants of naive local times, and the local times that were skipped or repeated."""
    unique_instants = local.dt.replace_time_zone(zone, ambiguous="null", non_existent="null").dt.convert_time_zone(
        "UTC"
    )
    is_ambiguous = local.is_not_null() & unique_instants.is_null()
    odd_times = local.filter(is_ambiguous)
    if odd_times.is_empty():
        return unique_instants, odd_times
    resolved = odd_times.alias("local").to_frame().select(convert_to_utc(pl.col("local"), zone)).to_series()
    return unique_instants.scatter(is_ambiguous.arg_true(), resolved), odd_times


def list_rejections() -> list[tuple[pl.Expr, str]]:
    """Return the reasons to reject a row, most specific first."""
    stated, span = pl.col("_stated"), pl.col("_span")
    has_start = pl.col("day_on").is_not_null() & pl.col("_start_clock").is_not_null()
    open_end = pl.col("_has_end") & ~pl.col("_end_given") & has_start
    nothing_stated = ~pl.col("_duration_given") | (stated <= 0).fill_null(value=False)
    return [
        (pl.col("_total"), TOTALS_ROW),
        *list_no_work_rejections(),
        (open_end & nothing_stated, STILL_RUNNING),
        *list_day_rejections(pl.col("day_on")),
        (pl.col("_start_given") & pl.col("_start_clock").is_null(), NO_START),
        ((span < 0) & ~_is_gap_explained(), END_BEFORE_START),
        *list_length_rejections(pl.col("seconds"), shortest=-LONGEST_SECONDS),
    ]


def _is_gap_explained() -> pl.Expr:
    """Flag entries whose stated duration explains an early end: the next day, or the clock went back an hour."""
    matches = [(pl.col("_span") + shift - pl.col("_stated")).abs() <= 1 for shift in (DAY_SECONDS, HOUR_SECONDS)]
    return pl.any_horizontal(matches).fill_null(value=False)


def count_disagreements(frame: pl.DataFrame, rows: pl.DataFrame, layout: EntryLayout, counts: WarningCounts) -> None:
    """Count entries whose stated duration and clock times differ by more than their precision."""
    difference = (rows["_span"] - rows["_stated"]).abs()
    is_suspect = ((difference > 1) & (rows["_span"] >= 0) & (rows["_stated"] >= 0)).fill_null(value=False)
    if not is_suspect.any():
        return
    tolerance = frame.filter(is_suspect).select(_compute_tolerance(layout).alias("allowed"))["allowed"]
    counts.disagreements += int((difference.filter(is_suspect) > tolerance).sum())


def _compute_tolerance(layout: EntryLayout) -> pl.Expr:
    """Return the seconds by which duration and clock times may differ, given their precision."""
    stated = layout.text("duration")
    colons = stated.str.count_matches(":", literal=True)
    exact = (colons == len("::")) | stated.str.contains(r"(?i)min|sec")
    # Hours with two decimals may be cut, not rounded: 36 seconds, and one for the clock.
    by_duration = pl.when(exact).then(1).when(colons == 1).then(60).otherwise(37)
    clocks = [layout.text(part).str.count_matches(":", literal=True) for part in ("start_clock", "end_clock")]
    by_clocks = pl.when(pl.any_horizontal(count < len("::") for count in clocks)).then(60).otherwise(1)
    return pl.max_horizontal(by_duration, by_clocks)
