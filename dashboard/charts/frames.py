"""Rows of a figure made ready for a chart: order, labels, shares, the few largest and the rest."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

import polars as pl

from dashboard.schemas import CATEGORIES

OTHERS = "all others"
SHOWN = 10


def placed(rows: pl.DataFrame) -> pl.DataFrame:
    """Add `place`, the stacking position of the category."""
    positions = {category: place for place, category in enumerate(CATEGORIES)}
    return rows.with_columns(place=pl.col("category").replace_strict(positions, default=len(CATEGORIES)))


def present(rows: pl.DataFrame) -> tuple[str, ...]:
    """Return the categories that occur, in their order."""
    found = set(rows.get_column("category")) if "category" in rows.columns else set()
    return tuple(category for category in CATEGORIES if category in found)


def over_time(rows: pl.DataFrame, begins: str, grain: str, first: date | None, last: date | None) -> pl.DataFrame:
    """Return one row a period and category: begins_on, label, category, hours, share, partial, place.

    `partial` marks a period that the days asked for cut short.
    """
    pattern = "%b %Y" if grain == "month" else "%-d %b"
    ends = {"day": pl.col("begins_on"), "week": pl.col("begins_on") + timedelta(days=6)}.get(
        grain, pl.col("begins_on").dt.month_end()
    )
    starts_late = pl.lit(value=False) if first is None else pl.col("begins_on") < first
    ends_early = pl.lit(value=False) if last is None else ends > last
    shaped = (
        rows.rename({begins: "begins_on"})
        .filter(pl.col("category").is_not_null())
        .with_columns(
            share=pl.col("hours") / pl.col("hours").sum().over("begins_on"),
            label=pl.col("begins_on").dt.strftime(pattern),
            partial=starts_late | ends_early,
        )
    )
    return placed(_distinct_labels(shaped)).sort("begins_on", "place")


def _distinct_labels(rows: pl.DataFrame) -> pl.DataFrame:
    """Write the year too where the same day of two years is on one chart."""
    if rows.is_empty() or rows.get_column("label").n_unique() == rows.get_column("begins_on").n_unique():
        return rows
    return rows.with_columns(label=pl.col("begins_on").dt.strftime("%-d %b %Y"))


def ranked(rows: pl.DataFrame, column: str, shown: int = SHOWN, measure: str = "hours") -> pl.DataFrame:
    """Return one row a value and category, largest value of `measure` first, all beyond `shown` as one.

    Adds `rank`, `place`, `share` (of the value's own hours) and `part` (of all hours).
    """
    totals = rows.group_by(column).agg(total=pl.col(measure).sum()).sort("total", column, descending=[True, False])
    kept = totals.head(shown).get_column(column).to_list()
    folded = rows.with_columns(
        pl.when(pl.col(column).is_in(kept)).then(pl.col(column)).otherwise(pl.lit(OTHERS)).alias(column)
    )
    ranks = {value: rank for rank, value in enumerate(kept)}
    summed = folded.group_by(column, "category").agg(pl.col({"hours", measure}).sum())
    shared = summed.with_columns(
        share=pl.col("hours") / pl.col("hours").sum().over(column),
        part=pl.col("hours") / pl.col("hours").sum(),
        rank=pl.col(column).replace_strict(ranks, default=len(kept)),
    )
    return placed(shared).sort("rank", "place")


def grain_of(first: date | None, last: date | None) -> str:
    """Return the step that keeps a chart readable: days up to a month, weeks up to 200 days, then months."""
    days = (last - first).days + 1 if first and last else None
    if days is None:
        return "month"
    return "day" if days <= 31 else "week" if days <= 200 else "month"  # noqa: PLR2004 - said in the docstring


def pivoted(cells: pl.DataFrame, down: str, across: str, unit: str = "hours") -> pl.DataFrame:
    """Return two of week, person, team, project and category crossed: down, across, hours and the unit.

    Unit "share" is of the row's hours. Unit "fte" (cells with `fte` and `weeks`) is of the week where
    weeks are crossed, else the average over the weeks; `weeks` is kept.
    """
    named = cells.with_columns(week=pl.col("week_on").dt.strftime("%Y-%m-%d"))
    summed = [pl.col("hours").sum()]
    if unit == "fte":
        over = 1 if "week" in {down, across} else pl.col("weeks").first()
        summed += [pl.col("fte").sum() / over, pl.col("weeks").first()]
    pairs = named.group_by(down, across).agg(summed).sort(down, across)
    if unit == "share":
        return pairs.with_columns(share=pl.col("hours") / pl.col("hours").sum().over(down))
    return pairs


def crossed(pairs: pl.DataFrame, down: str, across: str, unit: str = "hours") -> pl.DataFrame:
    """Return the pairs as a table, one row a value of `down`, the row's whole in the second column.

    The whole is the total; for shares the hours that are shared out, for FTE by week the average over the weeks.
    """
    values = set(pairs.get_column(across))
    index = unlike(down, values)
    pairs = pairs.rename({down: index})
    wide = pairs.pivot(on=across, index=index, values=unit, sort_columns=True)
    ordered = [name for name in CATEGORIES if name in values] if across == "category" else wide.columns[1:]
    by_week = unit == "fte" and across == "week"
    whole = pl.col("hours" if unit == "share" else unit).sum() / (pl.col("weeks").first() if by_week else 1)
    name = unlike("average" if by_week else "hours" if unit == "share" else "total", {index, *values})
    totals = pairs.group_by(index).agg(whole.alias(name))
    return totals.join(wide, on=index).sort(name, index, descending=[True, False]).select(index, name, *ordered)


def unlike(name: str, taken: Collection[str]) -> str:
    """Return a name for a column that none of `taken` has: a project may be called "total"."""
    while name in taken:
        name = f"{name} "
    return name


def beside_references(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with the team's labels short: now or before, and a share of what."""
    whole = pl.col("measured").str.contains("all tracked")
    when = pl.when(pl.col("label").str.contains("before")).then(pl.lit("Team before")).otherwise(pl.lit("Team now"))
    of = pl.when(whole).then(pl.lit("all tracked")).otherwise(pl.lit("labeling + modeling"))
    own = pl.col("kind") == "this team"
    return rows.with_columns(
        label=pl.when(own).then(pl.format("{}, of {}", when, of)).otherwise("label"), whose="label"
    )
