"""Targets: the current value of each measure, its projection to the due day, and whether that meets the target."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl

from dashboard.allocation.share_range import (
    JOIN_CORRECTION,
    NEGATIVE_SIDE,
    build_range,
    describe_open_hours,
    format_range,
)
from dashboard.allocation.target_numbers import NUMBER_READERS, NumberReader, OneNumber, read_number, read_weeks
from dashboard.errors import Cause, Unavailable
from dashboard.figures.spec import FigureSpec
from dashboard.filters import is_in_gap, shift_day
from dashboard.inference.trends import TrendForecast, forecast_trend
from dashboard.settings.targets import MEASURE_UNITS, TARGET_KEY
from dashboard.settings.versions import select_current
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Snapshot
from dashboard.units import (
    format_chance,
    format_decimal,
    format_quantity,
    format_share,
    format_table_day,
    name_row_unit,
)

TREND_WEEKS, CURRENT_WEEKS = 12, 4
SECONDS_PER_HOUR = 3600
NOT_KNOWN = "not known"
NOT_PROJECTED = {"reached": "reached so far", "missed": "not reached yet"}  # before the due day
TIME_MEASURES = (
    "labeling share",
    "labeling hours a week",
    "modeling hours a week",
    "review hours a week",
    "tracked hours a week",
    "hours not sorted a week",
    "labeling share of all tracked",
    "coverage",
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
    "current_low": pl.Float64(),
    "current_high": pl.Float64(),
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
"""One row per target in force; project null: all projects. `probability`: that the week of `by_on` meets the target."""


def build_target_rows(snapshot: Snapshot, params: Mapping[str, Any]) -> pl.DataFrame:
    """Return every target (columns of TARGETS_SCHEMA)."""
    today = params.get("today") or datetime.now(tz=UTC).date()
    projects = params.get("projects") or []
    targets_in_force = select_current(run_query(snapshot, "target_versions", {}), TARGET_KEY, "value").sort(TARGET_KEY)
    selected_targets = [
        target for target in targets_in_force.to_dicts() if not projects or target["project"] in projects
    ]
    if not selected_targets:
        return pl.DataFrame(schema=TARGETS_SCHEMA)
    measured = run_query(snapshot, "target_weeks", {"today": today})
    known_span = run_query(snapshot, "known_span", {}).row(0, named=True)
    gaps = read_gaps(snapshot, known_span["time_from"], today)
    target_rows = []
    for target in selected_targets:
        is_of_time = target["measure"] in TIME_MEASURES
        last_on = min(known_span["time_to" if is_of_time else "labels_to"] or today, today)
        reader = NUMBER_READERS.get(target["measure"])
        counted = ("tracked hours a week" if is_of_time else "labels a week") if reader else target["measure"]
        weekly = select_complete_weeks(measured, counted, target["project"], last_on)
        if is_of_time:
            weekly = weekly.filter([not is_in_gap(week_on, gaps) for week_on in weekly.get_column("week_on")])
        due_on = target["by_on"]
        if is_of_time and due_on < today and (last_on < shift_day(due_on, -6) or is_in_gap(find_monday(due_on), gaps)):
            target_rows.append(_build_unknown_row(target, weekly))
        elif reader:
            known_weeks = weekly.get_column("week_on").to_list()
            target_rows.append(_build_number_row(snapshot, reader, target, known_weeks, last_on, today))
        else:
            target_rows.append(_build_row(target, weekly, today))
    return pl.DataFrame(target_rows, schema=TARGETS_SCHEMA, orient="row")


def read_gaps(snapshot: Snapshot, known_from: date | None, today: date) -> list[tuple[date, date]]:
    """Return the days before the time log and its gaps (query time_gaps), each from its first to its last day."""
    before_log = [(date.min, shift_day(known_from, -1))] if known_from else []
    return [*before_log, *run_query(snapshot, "time_gaps", {"today": today}).select("from_on", "to_on").rows()]


def find_monday(day_on: date) -> date:
    """Return the first day of a week."""
    return day_on - timedelta(days=day_on.weekday())


def select_complete_weeks(measured: pl.DataFrame, measure: str, project: str, last_on: date) -> pl.DataFrame:
    """Return the complete weeks of a measure (week_on, part, whole); a total has a zero row for empty weeks."""
    measure_rows = measured.filter(measure=measure)
    measure_rows = measure_rows.filter(project=project) if project else measure_rows
    end = last_on + timedelta(days=3)  # a week may end on its Friday
    end -= timedelta(days=end.weekday())
    sums = (
        measure_rows.filter(pl.col("week_on") < end)
        .group_by("week_on")
        .agg(pl.col("part", "whole", "open_part").sum())
        .sort("week_on")
    )
    if sums.is_empty() or not measure.endswith(" a week"):
        # A week with a side below zero stays in: together with others it can have a share.
        is_share = MEASURE_UNITS[measure] == "share"
        names = ("part", "whole", "open_part")
        has_hours = pl.any_horizontal(pl.col(names) != 0) if is_share else pl.col("whole") + pl.col("open_part") > 0
        return sums.filter(has_hours)
    mondays = pl.date_range(sums.item(0, "week_on"), end - timedelta(weeks=1), "1w", eager=True).alias("week_on")
    totals = mondays.to_frame().join(sums, on="week_on", how="left", maintain_order="left")
    return totals.with_columns(pl.col("part", "open_part").fill_null(0.0), pl.lit(1.0).alias("whole"))


def list_ends(weekly: pl.DataFrame, unit: str) -> list[pl.DataFrame]:
    """Return the weeks with none and with all of the hours not sorted yet in the measure: its least and its most."""
    part, whole, open_part = pl.col("part"), pl.col("whole"), pl.col("open_part")
    widest = whole + open_part if unit == "share" else whole
    return [weekly.with_columns(part=end, whole=widest) for end in (part, part + open_part)]


def is_settled(weekly: pl.DataFrame, unit: str) -> bool:
    """Return whether the hours not sorted yet cannot change a measure, or a share by more than 5 points."""
    part, whole, open_part = (float(weekly.get_column(name).sum()) for name in ("part", "whole", "open_part"))
    share_range = build_range(part, whole, open_part, whole + open_part)
    return not open_part or (unit == "share" and share_range is not None and not share_range.is_wide)


def select_divisible(weekly: pl.DataFrame) -> pl.DataFrame:
    """Return the weeks that have a share: no side of them is below zero."""
    part, whole, open_part = pl.col("part"), pl.col("whole"), pl.col("open_part")
    return weekly.filter(part.is_between(0, whole), open_part >= 0, whole + open_part > 0)


def _compute_value(weekly: pl.DataFrame) -> float:
    return float(weekly.get_column("part").sum()) / float(weekly.get_column("whole").sum())


def _start_row(target: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{name: target[name] for name in ("measure", "direction", "by_on", "set_at")},
        "project": target["project"] or None,
        "unit": MEASURE_UNITS[target["measure"]],
        "target": target["value"],
    }


def _build_unknown_row(target: Mapping[str, Any], weekly: pl.DataFrame) -> dict[str, object]:
    """Return the row of a target whose due week nobody imported."""
    row = _start_row(target)
    earlier = weekly.filter(pl.col("week_on") <= target["by_on"]).get_column("week_on").to_list()
    known_to = f", to {format_table_day(earlier[-1] + timedelta(days=6))} only" if earlier else ""
    words = (
        f"{_name_measure(row)} is not known for the week of {format_table_day(target['by_on'])}{known_to}. "
        "Import the time entries of that week."
    )
    return {**row, "state": "not enough data", "words": words}


def _build_number_row(
    snapshot: Snapshot, reader: NumberReader, target: Mapping[str, Any], weeks: list[date], last_on: date, today: date
) -> dict[str, object]:
    """Return the row of a target on the number of a figure."""
    row, is_due = _start_row(target), target["by_on"] < today
    known_weeks = [week_on for week_on in weeks if not is_due or week_on <= target["by_on"]]
    recent = _select_last_run(known_weeks[-CURRENT_WEEKS:])
    if reader.is_total:
        first_on, end_on = None, min(last_on, target["by_on"])
    elif recent:
        first_on, end_on = recent[0], recent[-1] + timedelta(days=6)
    else:
        return {**row, "state": "not enough data", "words": f"No complete week of {target['measure']} is known."}
    number = read_number(snapshot, reader, target["project"], first_on, end_on, today)
    if number is None:
        words = f"{_name_measure(row)} cannot be told; `labeltime ask {reader.figure}` says what is missing."
        return {**row, "state": "not enough data", "words": words}
    row |= {"unit": number.unit, "current_from": first_on, "current_to": end_on}
    row |= {"current": number.value} if number.value is not None else {}
    row |= {"current_low": number.low, "current_high": number.high} if number.value is None else {}
    trends: list[TrendForecast | Unavailable | None] = [None, None]
    if reader.is_weekly and not is_due and None in (number.low, number.high):  # no line goes through what is open
        return {**row, "state": NOT_KNOWN, "words": _describe_number(row, number, reader, NOT_KNOWN)}
    if reader.is_weekly and not is_due:
        ends = read_weeks(snapshot, reader, target["project"], known_weeks[-TREND_WEEKS:])
        trends = [_project_trend(row, end) for end in ends]
    states = {_classify_state(row, end, trend) for end, trend in zip(number.list_ends(), trends, strict=True)}
    state = states.pop() if len(states) == 1 else NOT_KNOWN
    if not is_due and not reader.is_weekly:
        state = NOT_PROJECTED.get(state, state)
    forecasts = [trend for trend in trends if isinstance(trend, TrendForecast)]
    if forecasts:
        row["projected_p10"] = _clip_value(min(trend.p10 for trend in forecasts), number.unit)
        row["projected_p90"] = _clip_value(max(trend.p90 for trend in forecasts), number.unit)
        row["weeks_used"] = forecasts[0].weeks_used
    words = _describe_number(row, number, reader, state)
    missing = next((trend for trend in trends if isinstance(trend, Unavailable)), None)
    words += f" {missing.reason} It takes: {missing.needed}" if missing else _describe_course(row)
    return {**row, "state": state, "words": words}


def _select_last_run(weeks: list[date]) -> list[date]:
    """Return the last weeks that follow each other: a figure is asked for all days from the first to the last one."""
    end = len(weeks) - 1
    return [week_on for place, week_on in enumerate(weeks) if week_on == weeks[-1] - timedelta(weeks=end - place)]


def _build_row(target: Mapping[str, Any], weekly: pl.DataFrame, today: date) -> dict[str, object]:
    is_due = target["by_on"] < today
    until = weekly.filter(pl.col("week_on") <= target["by_on"]) if is_due else weekly
    recent = until.tail(CURRENT_WEEKS)
    row = _start_row(target)
    if recent.is_empty():
        return {**row, "state": "not enough data", "words": f"No complete week of {target['measure']} is known."}
    row |= {"current_from": recent.item(0, "week_on"), "current_to": recent.item(-1, "week_on") + timedelta(days=6)}
    used = recent if is_due else weekly.tail(TREND_WEEKS)
    if row["unit"] == "share":
        if select_divisible(recent.select(pl.col("part", "whole", "open_part").sum())).is_empty():
            words = f"{_name_measure(row)} cannot be told. {NEGATIVE_SIDE} {JOIN_CORRECTION}"
            return {**row, "state": "not enough data", "words": words}
        used = recent if is_due else select_divisible(used)
    if not (is_settled(recent, row["unit"]) and is_settled(used, row["unit"])):
        return row | _judge_ends(row, recent, used, is_due=is_due)
    row["current"] = _compute_value(recent)
    trend = None if is_due else _project_trend(row, used.filter(pl.col("whole") > 0))
    if isinstance(trend, TrendForecast):
        met = trend.compute_probability_below(row["target"])
        projection = {
            f"projected_{name}": _clip_value(getattr(trend, name), row["unit"]) for name in ("p10", "p50", "p90")
        }
        row |= {**projection, "slope_a_week": trend.slope, "weeks_used": trend.weeks_used}
        row["probability"] = met if row["direction"] == "at most" else 1 - met
        if trend.error == 0 and trend.p50 == row["target"]:
            row["probability"] = 1.0
    row["state"] = _classify_state(row, row["current"], trend)
    return {**row, "words": _describe_target(row, trend)}


def _judge_ends(row: Mapping[str, Any], recent: pl.DataFrame, used: pl.DataFrame, *, is_due: bool) -> dict[str, object]:
    """Return the range of a measure whose hours are not all sorted; a state only where both ends have the same."""
    unit = row["unit"]
    low, high = (_compute_value(end) for end in list_ends(recent, unit))
    trends = [None if is_due else _project_trend(row, end) for end in list_ends(used, unit)]
    states = {_classify_state(row, value, trend) for value, trend in zip((low, high), trends, strict=True)}
    answer: dict[str, object] = {"current_low": low, "current_high": high}
    answer["state"] = states.pop() if len(states) == 1 else NOT_KNOWN
    forecasts = [trend for trend in trends if isinstance(trend, TrendForecast)]
    if forecasts:
        answer["projected_p10"] = _clip_value(min(trend.p10 for trend in forecasts), unit)
        answer["projected_p90"] = _clip_value(max(trend.p90 for trend in forecasts), unit)
        answer["weeks_used"] = forecasts[0].weeks_used
    open_hours = float(recent.get_column("open_part").sum()) / (SECONDS_PER_HOUR if unit == "share" else 1)
    words = _describe_ends({**row, **answer}, open_hours)
    missing = next((trend for trend in trends if isinstance(trend, Unavailable)), None)
    return {**answer, "words": f"{words} {missing.reason} It takes: {missing.needed}" if missing else words}


def _clip_value(value: float, unit: str) -> float:
    return min(max(value, 0.0), 1.0 if unit == "share" else float("inf"))


def _project_trend(row: Mapping[str, Any], recent: pl.DataFrame) -> TrendForecast | Unavailable:
    monday = find_monday(row["by_on"])
    first_on = recent.item(0, "week_on") if recent.height else monday
    weeks = recent.select((pl.col("week_on") - first_on).dt.total_days() / 7).to_series().to_numpy()
    values = recent.select(pl.col("part") / pl.col("whole")).to_series().to_numpy()
    return forecast_trend(weeks, values, (monday - first_on).days / 7)


def _meets_target(row: Mapping[str, Any], value: float) -> bool:
    if math.isinf(value):
        return (value > 0) is (row["direction"] == "at least")
    tolerance = 1e-9 * max(abs(value), 1.0)
    target = float(row["target"])
    return value <= target + tolerance if row["direction"] == "at most" else value >= target - tolerance


def _classify_state(row: Mapping[str, Any], current: float, trend: TrendForecast | Unavailable | None) -> str:
    if trend is None:
        return "reached" if _meets_target(row, current) else "missed"
    if isinstance(trend, Unavailable):
        return "not enough data"
    return "on track" if _meets_target(row, trend.p50) else "off track"


def _describe_target(row: Mapping[str, Any], trend: TrendForecast | Unavailable | None) -> str:
    unit = row["unit"]
    sentence = (
        f"{row['measure'].capitalize()}: {format_value(row['current'], unit)} in the four complete weeks to "
        f"{format_table_day(row['current_to'])}; wanted: {row['direction']} {format_value(row['target'], unit)} by "
        f"{format_table_day(row['by_on'])}: {row['state']}."
    )
    if isinstance(trend, Unavailable):
        return f"{sentence} {trend.reason} It takes: {trend.needed}"
    if trend is None:
        return sentence
    low, high = (format_value(row[f"projected_{name}"], unit) for name in ("p10", "p90"))
    return (
        f"{sentence} If the last {trend.weeks_used} weeks continue in a straight line, that week lies between {low} "
        f"and {high} with a probability of 80%, and meets the target with one of {format_chance(row['probability'])}."
    )


def _name_measure(row: Mapping[str, Any]) -> str:
    return f"{row['measure'][:1].upper()}{row['measure'][1:]}"


def _describe_number(row: Mapping[str, Any], number: OneNumber, reader: NumberReader, state: str) -> str:
    unit = number.unit
    if number.value is not None:
        value = format_value(number.value, unit)
    elif number.low is None or number.high is None:
        bound, end = ("at least", number.low) if number.high is None else ("at most", number.high)
        value = f"{bound} {format_value(float(end or 0), unit)}{number.doubt}"
    else:
        value = f"between {format_value(number.low, unit)} and {format_value(number.high, unit)}{number.doubt}"
    span = "up to" if reader.is_total else "in the four complete weeks to"
    return (
        f"{_name_measure(row)}: {value}, {span} {format_table_day(row['current_to'])}; wanted: {row['direction']} "
        f"{format_value(row['target'], unit)} by {format_table_day(row['by_on'])}: {state}."
    )


def _describe_course(row: Mapping[str, Any]) -> str:
    if row.get("projected_p10") is None:
        return ""
    low, high = (format_value(row[f"projected_{name}"], row["unit"]) for name in ("p10", "p90"))
    return (
        f" If the last {row['weeks_used']} weeks continue in a straight line, that week lies between {low} and {high} "
        "with a probability of 80%."
    )


def _describe_ends(row: Mapping[str, Any], open_hours: float) -> str:
    unit, low, high = row["unit"], row["current_low"], row["current_high"]
    value = (
        f"between {format_range(low, high, 'and')}"
        if unit == "share"
        else f"at least {format_value(low, unit)} and at most {format_value(high, unit)}"
    )
    sentence = (
        f"{row['measure'].capitalize()}: {value} in the four complete weeks to {format_table_day(row['current_to'])}, "
        f"because {describe_open_hours(open_hours)}; wanted: {row['direction']} {format_value(row['target'], unit)} by "
        f"{format_table_day(row['by_on'])}: {row['state']}."
    )
    if row.get("projected_p10") is None:
        return sentence
    low, high = (format_value(row[f"projected_{name}"], unit) for name in ("p10", "p90"))
    return (
        f"{sentence} If the last {row['weeks_used']} weeks continue in a straight line, that week lies between {low} "
        f"and {high}, with these hours counted either way."
    )


def format_value(value: float, unit: str) -> str:
    """Return a value with its unit; a share with a decimal if it has one, so that no rounding contradicts a verdict."""
    if unit == "share":
        return format_share(value, 0 if round(value * 100, 1).is_integer() else 1)
    digits = 2 if name_row_unit(unit) == "money" else 1
    return format_quantity(format_decimal(value, digits), unit)


def explain_missing_targets(rows: pl.DataFrame) -> Unavailable | None:
    """Return why there is no target to show, or None."""
    if rows.height:
        return None
    return Unavailable(
        "No target is set for this selection.",
        "Set one under Data, Set-up, Plans, or with `labeltime targets load FILE`.",
        Cause.not_entered,
    )


TARGETS: tuple[FigureSpec, ...] = (
    FigureSpec(
        "targets",
        "Which targets are on track",
        "that of the measure, as given in each row",
        "Everybody's work, whatever the period. On track: the median projection meets the target. A straight line is a "
        "rough guide: it is extrapolated 26 weeks at most, and its range holds only if the line continues. After its "
        "due day, a target is reached or missed by the four weeks up to that day. Hours that are not sorted yet are "
        "counted either way: where they could decide, the state is not known. So it is where a number is known from "
        "one side only, or where chance could decide. Weeks of time that no import holds are left "
        "out. Hours saved and the cost of a label are not projected.",
        "current = last 4 complete weeks taken together; projected = least squares through the last 12 complete weeks "
        "(at least 6), 80% prediction interval by Student's t",
        rows=build_target_rows,
        counts_labels=True,
        ignores=("teams", "people", "roles", "categories"),
        refuses=explain_missing_targets,
    ),
)
