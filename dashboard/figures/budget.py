"""How much of each budget is used, period by period, and where the running period is heading."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import polars as pl

from dashboard import catalog
from dashboard.estimates import backlog
from dashboard.estimates.budget import BurnForecast, forecast_burn
from dashboard.estimates.contract import Unavailable
from dashboard.figures.budget_periods import WORKDAYS_PER_WEEK, Period, count_workdays, list_periods
from dashboard.figures.spec import FigureSpec
from dashboard.store import Snapshot

MAX_HISTORY_WEEKS = 12
WEEKEND = timedelta(days=2)
SECONDS_PER_HOUR = 3600
BUDGET_SCHEMA: dict[str, pl.DataType] = {
    "project": pl.String(),
    "covers": pl.String(),
    "unit": pl.String(),
    "recurs": pl.String(),
    "from_on": pl.Date(),
    "to_on": pl.Date(),
    "budget": pl.Float64(),
    "set_at": pl.Datetime(),
    "used": pl.Float64(),
    "share": pl.Float64(),
    "hours_not_counted": pl.Float64(),
    "known_to": pl.Date(),
    "projected_p10": pl.Float64(),
    "projected_p50": pl.Float64(),
    "projected_p90": pl.Float64(),
    "over_probability": pl.Float64(),
    "weeks_used": pl.Int64(),
    "state": pl.String(),
    "words": pl.String(),
}
"""One row per budget and period; project null: all. `hours_not_counted`: hours without a rate in its currency."""


def build_budget_rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return every period of every budget (columns of BUDGET_SCHEMA)."""
    requested_day = params.get("today")
    today = requested_day if isinstance(requested_day, date) else datetime.now(tz=UTC).date()
    project_filter = list(params.get("projects") or [])  # type: ignore[call-overload]
    versions = catalog.run_query(snapshot, "budget_versions", {})
    budget_periods = [period for period in list_periods(versions, today) if not project_filter or period.project in project_filter]
    days = catalog.run_query(snapshot, "budget_days", {"today": today}) if budget_periods else pl.DataFrame()
    return pl.DataFrame([_build_period_row(period, days, today) for period in budget_periods], schema=BUDGET_SCHEMA, orient="row")


def _build_period_row(period: Period, days: pl.DataFrame, today: date) -> dict[str, object]:
    known_to = days.get_column("day_on").max()
    covered_days = _select_covered_days(period, days)
    period_days = covered_days.filter(pl.col("day_on").is_between(period.from_on, period.to_on or date.max))
    used = float(period_days.get_column("used").sum())
    row: dict[str, object] = {
        "project": period.project or None,
        **{name: getattr(period, name) for name in ("covers", "unit", "recurs", "from_on", "to_on", "set_at")},
        "budget": period.amount,
        "used": used,
        "share": used / period.amount,
        "hours_not_counted": float(period_days.get_column("unpriced_hours").sum()),
        "known_to": known_to,
    }
    if not isinstance(known_to, date):
        return {**row, "used": None, "share": None, "state": "not enough data", "words": "No time is known."}
    burn = _project_burn(period, covered_days, used, known_to) if period.to_on and period.to_on >= today else None
    if isinstance(burn, BurnForecast):
        row |= {"projected_p10": burn.p10, "projected_p50": burn.p50, "projected_p90": burn.p90}
        row |= {"over_probability": burn.over, "weeks_used": burn.weeks_used}
    state = _classify_period(period, used, burn, known_to)
    return {**row, "state": state, "words": _describe_period(period, used, burn, state, known_to)}


def _select_covered_days(period: Period, days: pl.DataFrame) -> pl.DataFrame:
    """Return what a budget covers by day: used (in its unit) and unpriced_hours (hours without a price in it)."""
    covered_days = days.filter(pl.col("is_labeling") | pl.lit(period.covers == "all time"))
    if period.project:
        covered_days = covered_days.filter(pl.col("project") == period.project)
    hours = pl.col("seconds") / SECONDS_PER_HOUR
    if period.unit == "hours":
        return covered_days.select("day_on", hours.alias("used"), pl.lit(0.0).alias("unpriced_hours"))
    priced = pl.col("currency").eq_missing(pl.lit(period.unit))
    return covered_days.select(
        "day_on",
        pl.when(priced).then("money").otherwise(0.0).alias("used"),
        pl.when(priced).then(0.0).otherwise(hours).alias("unpriced_hours"),
    )


def _project_burn(period: Period, covered_days: pl.DataFrame, used: float, known_to: date) -> BurnForecast | Unavailable:
    """Return where a running period is heading, from the last complete weeks."""
    weeks = count_workdays(max(known_to, period.from_on - timedelta(days=1)), period.to_on or known_to) / WORKDAYS_PER_WEEK
    history = sum_weekly_use(covered_days, known_to).to_numpy()
    return forecast_burn(history, used, weeks, period.amount, seed=backlog.SEED)


def sum_weekly_use(covered_days: pl.DataFrame, known_to: date) -> pl.Series:
    """Return the use in each of the last complete weeks: at most twelve, from the first use on.

    A week counts as complete from its Friday on.
    """
    if covered_days.is_empty():
        return pl.Series("used", [], pl.Float64)
    end_monday = known_to + WEEKEND + timedelta(days=1)
    end_monday -= timedelta(days=end_monday.weekday())
    first_on = min(covered_days.get_column("day_on"))
    first_on -= timedelta(days=first_on.weekday())
    count = min(MAX_HISTORY_WEEKS, (end_monday - first_on).days // 7)
    mondays = pl.DataFrame({"week_on": [end_monday - timedelta(weeks=weeks_back) for weeks_back in range(count, 0, -1)]})
    mondays = mondays.cast({"week_on": pl.Date})
    weekly_sums = covered_days.group_by(pl.col("day_on").dt.truncate("1w").alias("week_on")).agg(pl.col("used").sum())
    return mondays.join(weekly_sums, on="week_on", how="left", maintain_order="left").get_column("used").fill_null(0.0)


def _classify_period(period: Period, used: float, burn: BurnForecast | Unavailable | None, known_to: date) -> str:
    if used > period.amount:
        return "over budget"
    if isinstance(burn, BurnForecast):
        return "likely over" if burn.p50 > period.amount else "on track"
    if burn is not None:
        return "not enough data"
    unknown = period.to_on is not None and count_workdays(max(known_to, period.from_on - timedelta(days=1)), period.to_on)
    return "not enough data" if unknown else "within budget"


def _describe_period(period: Period, used: float, burn: BurnForecast | Unavailable | None, state: str, known_to: date) -> str:
    text = f"{used:,.0f} of {period.amount:,.0f} {period.unit} used ({used / period.amount:.0%}): {state}."
    if isinstance(burn, BurnForecast):
        return (
            f"{text} By {period.to_on}, 80 % of the draws end between {burn.p10:,.0f} and {burn.p90:,.0f} "
            f"{period.unit}; {burn.over:.0%} of them end over budget."
        )
    if burn is not None:
        return f"{text} Its end cannot be projected: {burn.reason} Needed: {burn.needed}"
    if state == "not enough data":
        return f"{text} Time is known to {known_to} only."
    return text if period.to_on else f"{text} It has no last day, so its end is not projected."


def explain_missing_budget(rows: pl.DataFrame) -> dict[str, str] | None:
    """Return why there is no budget to show, or None."""
    if rows.height:
        return None
    return {
        "reason": "No budget is set for this selection.",
        "needed": "Set one with `labeltime budgets load FILE`.",
    }


BUDGETS: tuple[FigureSpec, ...] = (
    FigureSpec(
        "budget_burn",
        "How much of each budget is used",
        "hours or money, as stated in each row",
        "One row per budget and period, whatever period is selected. Past periods stay, with the amount in force at "
        "their end, or the newest amount if none was set by then. Currencies are never added: hours without a rate in "
        "the budget's currency are counted separately. Seed 20260101, 2,000 draws.",
        "used = tracked hours that the budget covers, or those hours x the hourly rate of their day; projected = used "
        "+ the weeks left (working days / 5), drawn in blocks of four from the last 12 complete weeks (at least 6)",
        rows=build_budget_rows,
        ignores=("teams", "people", "roles", "categories"),
        refuses=explain_missing_budget,
    ),
)
