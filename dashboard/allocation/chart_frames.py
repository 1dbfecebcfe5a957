"""Rows of a figure, prepared for a chart: order, labels, shares, the largest values and all others."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

import polars as pl

from dashboard.categories import CATEGORIES
from dashboard.figures.chart_base import fill_calendar
from dashboard.formats import write_pattern
from dashboard.units import DAY_TIP, MONTH_AXIS, WEEK_AXIS, format_hours, format_share

OTHERS = "all others"
DEFAULT_LIMIT = 10
LARGEST_SHARE = 1 + 1e-9  # sums of floating-point numbers are this exact


def divide_hours(whole: pl.Expr) -> pl.Expr:
    """Return the hours as a share of the whole; none where they, or the rest of it, are below zero."""
    share = pl.col("hours") / whole
    return pl.when(share.is_between(0, LARGEST_SHARE), whole > 0).then(share)


def add_stack_place(rows: pl.DataFrame) -> pl.DataFrame:
    """Add `place`, the stacking position of the category."""
    positions = {category: position for position, category in enumerate(CATEGORIES)}
    return rows.with_columns(place=pl.col("category").replace_strict(positions, default=len(CATEGORIES)))


def list_present_categories(rows: pl.DataFrame) -> tuple[str, ...]:
    """Return the categories that occur in the rows, in their fixed order."""
    occurring = set(rows.get_column("category")) if "category" in rows.columns else set()
    return tuple(category for category in CATEGORIES if category in occurring)


def build_period_rows(
    rows: pl.DataFrame, begins: str, grain: str, first: date | None, last: date | None
) -> pl.DataFrame:
    """Return one row per period and category: begins_on, label, category, hours, share, partial, place.

    `partial` marks a period that the selected days cut short.
    """
    pattern = MONTH_AXIS if grain == "month" else WEEK_AXIS
    period_end = {"day": pl.col("begins_on"), "week": pl.col("begins_on") + timedelta(days=6)}.get(
        grain, pl.col("begins_on").dt.month_end()
    )
    starts_late = pl.lit(value=False) if first is None else pl.col("begins_on") < first
    ends_early = pl.lit(value=False) if last is None else period_end > last
    step = {"day": "1d", "week": "1w"}.get(grain, "1mo")
    known_rows = rows.rename({begins: "begins_on"}).filter(pl.col("category").is_not_null())
    # A period without data keeps its place on the axis, as a row of no hours.
    filled_rows = fill_calendar(known_rows, "begins_on", step).with_columns(
        pl.col("category").fill_null(known_rows.item(0, "category") if known_rows.height else "")
    )
    shaped = filled_rows.with_columns(
        share=divide_hours(pl.col("hours").sum().over("begins_on")),
        label=pl.col("begins_on").dt.strftime(write_pattern(pattern)),
        partial=starts_late | ends_early,
    )
    return add_stack_place(_distinguish_labels(shaped)).sort("begins_on", "place")


def _distinguish_labels(rows: pl.DataFrame) -> pl.DataFrame:
    """Add the year to the labels where one chart has the same day of two years."""
    if rows.is_empty() or rows.get_column("label").n_unique() == rows.get_column("begins_on").n_unique():
        return rows
    return rows.with_columns(label=pl.col("begins_on").dt.strftime(write_pattern(DAY_TIP)))


def rank_rows(rows: pl.DataFrame, column: str, limit: int = DEFAULT_LIMIT, measure: str = "hours") -> pl.DataFrame:
    """Return one row per value and category, largest `measure` first, all values beyond `limit` as one.

    Adds `rank`, `place`, `share` (of the value's own hours) and `part` (of all hours).
    """
    folded = rank_names(rows, column, limit, measure)
    summed = folded.group_by(column, "rank", "category").agg(pl.col({"hours", measure}).sum())
    shared = summed.with_columns(
        share=divide_hours(pl.col("hours").sum().over(column)), part=divide_hours(pl.col("hours").sum())
    )
    return add_stack_place(shared).sort("rank", "place")


def rank_names(rows: pl.DataFrame, column: str, limit: int, measure: str = "hours") -> pl.DataFrame:
    """Return the rows with the `rank` of their name by its total, 0 the largest, all beyond `limit` under one name."""
    totals = rows.group_by(column).agg(total=pl.col(measure).sum()).sort("total", column, descending=[True, False])
    top_values = totals.head(limit).get_column(column).to_list()
    ranks = {value: rank for rank, value in enumerate(top_values)}
    return rows.with_columns(
        pl.when(pl.col(column).is_in(top_values)).then(pl.col(column)).otherwise(pl.lit(OTHERS)).alias(column),
        rank=pl.col(column).replace_strict(ranks, default=len(top_values), return_dtype=pl.Int64),
    )


def describe_others(others: pl.DataFrame, rows: pl.DataFrame, names: str) -> str:
    """Return how many hours of all `rows` those without a bar have; one bar for them would dwarf all others."""
    hours, total = (float(frame.get_column("hours").sum()) for frame in (others, rows))
    share = f" ({format_share(hours / total)} of all)" if 0 <= hours <= total and total else ""
    return f"Without a bar: {names}, {format_hours(hours)}{share}."


def choose_grain(first: date | None, last: date | None) -> str:
    """Return the period length that keeps a chart readable: days up to a month, weeks up to 200 days, then months."""
    days = (last - first).days + 1 if first and last else None
    if days is None:
        return "month"
    return "day" if days <= 31 else "week" if days <= 200 else "month"  # noqa: PLR2004 - said in the docstring


def sum_pairs(cells: pl.DataFrame, down: str, across: str, unit: str = "hours") -> pl.DataFrame:
    """Return a cross table of two of week, person, team, project and category: down, across, hours and the unit.

    Unit "share" is of the row's hours. Unit "fte" (cells with `fte` and `weeks`) is of the week where
    weeks are crossed, else the average over the weeks; `weeks` is kept.
    """
    named = cells.with_columns(week=pl.col("week_on").dt.strftime("%Y-%m-%d"))
    summed = [pl.col("hours").sum()]
    if unit == "fte":
        divisor = 1 if "week" in {down, across} else pl.col("weeks").first()
        summed += [pl.col("fte").sum() / divisor, pl.col("weeks").first()]
    pairs = named.group_by(down, across).agg(summed).sort(down, across)
    if unit == "share":
        return pairs.with_columns(share=divide_hours(pl.col("hours").sum().over(down)))
    return pairs


def pivot_pairs(pairs: pl.DataFrame, down: str, across: str, unit: str = "hours") -> pl.DataFrame:
    """Return the pairs as a table, one row per value of `down`, the row's total in the second column.

    For shares, the total is in hours; for FTE by week, it is the average over the weeks.
    """
    values = set(pairs.get_column(across))
    index = build_unused_name(down, values)
    pairs = pairs.rename({down: index})
    wide = pairs.pivot(on=across, index=index, values=unit, sort_columns=True)
    ordered = [name for name in CATEGORIES if name in values] if across == "category" else wide.columns[1:]
    by_week = unit == "fte" and across == "week"
    total = pl.col("hours" if unit == "share" else unit).sum() / (pl.col("weeks").first() if by_week else 1)
    name = build_unused_name("average" if by_week else "hours" if unit == "share" else "total", {index, *values})
    totals = pairs.group_by(index).agg(total.alias(name))
    return totals.join(wide, on=index).sort(name, index, descending=[True, False]).select(index, name, *ordered)


def build_unused_name(name: str, used_names: Collection[str]) -> str:
    """Return an unused column name, based on `name`: a project may be called "total"."""
    while name in used_names:
        name = f"{name} "
    return name


def shorten_team_labels(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with short labels for the team: now or before, and the base of the share."""
    is_all_tracked = pl.col("measured").str.contains("all tracked")
    period = pl.when(pl.col("label").str.contains("before")).then(pl.lit("Team before")).otherwise(pl.lit("Team now"))
    share_base = pl.when(is_all_tracked).then(pl.lit("all tracked")).otherwise(pl.lit("labeling + modeling"))
    is_team = pl.col("kind") == "this team"
    return rows.with_columns(
        label=pl.when(is_team).then(pl.format("{}, of {}", period, share_base)).otherwise("label"),
        whose="label",
        span=pl.when(pl.col("share").is_null() & is_team).then(
            pl.format(
                "{} to {}%", *((pl.col(name) * 100).round(0).cast(pl.Int64) for name in ("share_low", "share_high"))
            )
        ),
    )
