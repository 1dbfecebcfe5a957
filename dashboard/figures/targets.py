"""Targets: where each measure stands, where its weeks lead by the day, and whether that reaches the target."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl

from dashboard import catalog
from dashboard.estimates.contract import Refusal
from dashboard.estimates.trend import Trend, ahead
from dashboard.figures.spec import FigureSpec
from dashboard.mapping import versions
from dashboard.mapping.targets import KEY, MEASURES
from dashboard.store import Snapshot

WEEKS, NOW = 12, 4
OF_TIME = (
    "labeling share",
    "labeling hours a week",
    "modeling hours a week",
    "review hours a week",
    "tracked hours a week",
)
TARGETS_SCHEMA: dict[str, pl.DataType] = {
    "measure": pl.String(),
    "project": pl.String(),
    "unit": pl.String(),
    "direction": pl.String(),
    "target": pl.Float64(),
    "by_on": pl.Date(),
    "set_at": pl.Datetime(),
    "current": pl.Float64(),
    "current_from": pl.Date(),
    "current_to": pl.Date(),
    "slope_a_week": pl.Float64(),
    "projected_p10": pl.Float64(),
    "projected_p50": pl.Float64(),
    "projected_p90": pl.Float64(),
    "probability": pl.Float64(),
    "weeks_used": pl.Int64(),
    "state": pl.String(),
    "words": pl.String(),
}
"""One row a target in force; project null: all together. `probability`: that the week of `by_on` meets the target."""


def rows(snapshot: Snapshot, params: Mapping[str, Any]) -> pl.DataFrame:
    """Return every target (columns of TARGETS_SCHEMA)."""
    today = params.get("today") or datetime.now(tz=UTC).date()
    wanted = params.get("projects") or []
    kept = versions.in_force(catalog.run(snapshot, "target_versions", {}), KEY, "value").sort(KEY)
    asked = [one for one in kept.to_dicts() if not wanted or one["project"] in wanted]
    if not asked:
        return pl.DataFrame(schema=TARGETS_SCHEMA)
    measured = catalog.run(snapshot, "target_weeks", {"today": today})
    known = catalog.run(snapshot, "known_span", {}).row(0, named=True)
    found = []
    for one in asked:
        last_on = known["time_to" if one["measure"] in OF_TIME else "labels_to"]
        weekly = complete(measured, one["measure"], one["project"], min(last_on or today, today))
        found.append(_row(one, weekly, today))
    return pl.DataFrame(found, schema=TARGETS_SCHEMA, orient="row")


def complete(measured: pl.DataFrame, measure: str, project: str, last_on: date) -> pl.DataFrame:
    """Return the complete weeks of a measure (week_on, part, whole); a total has a row for weeks of nothing too."""
    own = measured.filter(measure=measure)
    own = own.filter(project=project) if project else own
    end = last_on + timedelta(days=3)  # a week may end on its Friday
    end -= timedelta(days=end.weekday())
    sums = own.filter(pl.col("week_on") < end).group_by("week_on").agg(pl.col("part", "whole").sum()).sort("week_on")
    if sums.is_empty() or not measure.endswith(" a week"):
        return sums.filter(pl.col("whole") > 0)
    mondays = pl.date_range(sums.item(0, "week_on"), end - timedelta(weeks=1), "1w", eager=True).alias("week_on")
    totals = mondays.to_frame().join(sums, on="week_on", how="left", maintain_order="left")
    return totals.with_columns(pl.col("part").fill_null(0.0), pl.lit(1.0).alias("whole"))


def _row(one: Mapping[str, Any], weekly: pl.DataFrame, today: date) -> dict[str, object]:
    due = one["by_on"] < today
    until = weekly.filter(pl.col("week_on") <= one["by_on"]) if due else weekly
    recent = until.tail(NOW)
    row = {
        **{name: one[name] for name in ("measure", "direction", "by_on", "set_at")},
        "project": one["project"] or None,
        "unit": MEASURES[one["measure"]],
        "target": one["value"],
    }
    if recent.is_empty():
        return {**row, "state": "not enough data", "words": f"No complete week of {one['measure']} is known."}
    current = float(recent.get_column("part").sum()) / float(recent.get_column("whole").sum())
    row |= {"current": current, "current_from": recent.item(0, "week_on")}
    row |= {"current_to": recent.item(-1, "week_on") + timedelta(days=6)}
    trend = None if due else _trend(one, weekly.tail(WEEKS))
    if isinstance(trend, Trend):
        met = trend.below(one["value"])
        bounds = 1.0 if row["unit"] == "share" else float("inf")
        ends = {f"projected_{name}": min(max(getattr(trend, name), 0.0), bounds) for name in ("p10", "p50", "p90")}
        row |= {**ends, "slope_a_week": trend.slope, "weeks_used": trend.weeks_used}
        row["probability"] = met if one["direction"] == "at most" else 1 - met
        if trend.error == 0 and trend.p50 == one["value"]:
            row["probability"] = 1.0
    row["state"] = _state(one, current, trend)
    return {**row, "words": _words(row, trend)}


def _trend(one: Mapping[str, Any], recent: pl.DataFrame) -> Trend | Refusal:
    first_on = recent.item(0, "week_on")
    weeks = recent.select((pl.col("week_on") - first_on).dt.total_days() / 7).to_series().to_numpy()
    values = recent.select(pl.col("part") / pl.col("whole")).to_series().to_numpy()
    monday = one["by_on"] - timedelta(days=one["by_on"].weekday())
    return ahead(weeks, values, (monday - first_on).days / 7)


def _meets(one: Mapping[str, Any], value: float) -> bool:
    apart = 1e-9 * max(abs(value), 1.0)
    target = float(one["value"])
    return value <= target + apart if one["direction"] == "at most" else value >= target - apart


def _state(one: Mapping[str, Any], current: float, trend: Trend | Refusal | None) -> str:
    if trend is None:
        return "reached" if _meets(one, current) else "missed"
    if isinstance(trend, Refusal):
        return "not enough data"
    return "on track" if _meets(one, trend.p50) else "off track"


def _words(row: Mapping[str, Any], trend: Trend | Refusal | None) -> str:
    unit = row["unit"]
    said = (
        f"{row['measure'].capitalize()}: {printed(row['current'], unit)} in the four complete weeks to "
        f"{row['current_to']}; wanted: {row['direction']} {printed(row['target'], unit)} by {row['by_on']}: "
        f"{row['state']}."
    )
    if isinstance(trend, Refusal):
        return f"{said} {trend.reason} It takes: {trend.needed}"
    if trend is None:
        return said
    low, high = (printed(row[f"projected_{name}"], unit) for name in ("p10", "p90"))
    return (
        f"{said} If the last {trend.weeks_used} weeks go on in a straight line, that week lies between {low} and "
        f"{high} with a probability of 80 %, and meets the target with one of {row['probability']:.0%}."
    )


def printed(value: float, unit: str) -> str:
    """Return a value with its unit."""
    return f"{value:.0%}" if unit == "share" else f"{value:,.1f} {unit}"


def refusal(found: pl.DataFrame) -> dict[str, str] | None:
    """Return why there is no target to show, or None."""
    if found.height:
        return None
    return {
        "reason": "No target is set for this selection.",
        "needed": "Set one on the Data page under Plans, or with `labeltime targets load FILE`.",
    }


TARGETS: tuple[FigureSpec, ...] = (
    FigureSpec(
        "targets",
        "Which targets are on track",
        "that of the measure, as said in each row",
        "Everybody's work, whatever period is asked for. On track: the middle of the projection meets the target. A "
        "straight line is a rough guide: it is carried 26 weeks ahead at most, and its range holds only if the line "
        "goes on. A target whose day is past is reached or missed by the four weeks up to it.",
        "current = last 4 complete weeks taken together; projected = least squares through the last 12 complete weeks "
        "(at least 6), 80 % prediction interval by Student's t",
        rows=rows,
        ignores=("teams", "people", "roles", "categories"),
        refuses=refusal,
    ),
)
