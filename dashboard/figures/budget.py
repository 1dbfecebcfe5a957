"""How much of each budget is used, period by period, and where the running period is heading."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import polars as pl

from dashboard import catalog
from dashboard.estimates import backlog
from dashboard.estimates.budget import Burn, at_the_end
from dashboard.estimates.contract import Refusal
from dashboard.figures.budget_periods import WORKDAYS, Period, periods, workdays
from dashboard.figures.spec import FigureSpec
from dashboard.store import Snapshot

WEEKS = 12
WEEKEND = timedelta(days=2)
HOUR = 3600
BURN: dict[str, pl.DataType] = {
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
"""One row a budget and period; project null: all. `hours_not_counted`: hours without a rate, or of another currency."""


def rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return every period of every budget (columns of BURN)."""
    given = params.get("today")
    today = given if isinstance(given, date) else datetime.now(tz=UTC).date()
    wanted = params.get("projects") or []
    kept = catalog.run(snapshot, "budget_versions", {})
    asked = [one for one in periods(kept, today) if not wanted or one.project in list(wanted)]  # type: ignore[call-overload]
    days = catalog.run(snapshot, "budget_days", {"today": today}) if asked else pl.DataFrame()
    return pl.DataFrame([_row(one, days, today) for one in asked], schema=BURN, orient="row")


def _row(period: Period, days: pl.DataFrame, today: date) -> dict[str, object]:
    known_to = days.get_column("day_on").max()
    own = _covered(period, days)
    within = own.filter(pl.col("day_on").is_between(period.from_on, period.to_on or date.max))
    used = float(within.get_column("used").sum())
    row: dict[str, object] = {
        "project": period.project or None,
        **{name: getattr(period, name) for name in ("covers", "unit", "recurs", "from_on", "to_on", "set_at")},
        "budget": period.amount,
        "used": used,
        "share": used / period.amount,
        "hours_not_counted": float(within.get_column("apart").sum()),
        "known_to": known_to,
    }
    if not isinstance(known_to, date):
        return {**row, "used": None, "share": None, "state": "not enough data", "words": "No time is known."}
    burn = _ahead(period, own, used, known_to) if period.to_on and period.to_on >= today else None
    if isinstance(burn, Burn):
        row |= {"projected_p10": burn.p10, "projected_p50": burn.p50, "projected_p90": burn.p90}
        row |= {"over_probability": burn.over, "weeks_used": burn.weeks_used}
    state = _state(period, used, burn, known_to)
    return {**row, "state": state, "words": _words(period, used, burn, state, known_to)}


def _covered(period: Period, days: pl.DataFrame) -> pl.DataFrame:
    """Return what a budget covers by day: used (in its unit) and apart (hours that have no price in it)."""
    own = days.filter(pl.col("is_labeling") | pl.lit(period.covers == "all time"))
    if period.project:
        own = own.filter(pl.col("project") == period.project)
    hours = pl.col("seconds") / HOUR
    if period.unit == "hours":
        return own.select("day_on", hours.alias("used"), pl.lit(0.0).alias("apart"))
    priced = pl.col("currency").eq_missing(pl.lit(period.unit))
    return own.select(
        "day_on",
        pl.when(priced).then("money").otherwise(0.0).alias("used"),
        pl.when(priced).then(0.0).otherwise(hours).alias("apart"),
    )


def _ahead(period: Period, own: pl.DataFrame, used: float, known_to: date) -> Burn | Refusal:
    """Return where a running period is heading, from the last complete weeks."""
    weeks = workdays(max(known_to, period.from_on - timedelta(days=1)), period.to_on or known_to) / WORKDAYS
    history = weekly(own, known_to).to_numpy()
    return at_the_end(history, used, weeks, period.amount, seed=backlog.SEED)


def weekly(own: pl.DataFrame, known_to: date) -> pl.Series:
    """Return the use of the last complete weeks, at most twelve, from the first with any; a week may end on Friday."""
    if own.is_empty():
        return pl.Series("used", [], pl.Float64)
    after = known_to + WEEKEND + timedelta(days=1)
    after -= timedelta(days=after.weekday())
    first_on = min(own.get_column("day_on"))
    first_on -= timedelta(days=first_on.weekday())
    count = min(WEEKS, (after - first_on).days // 7)
    mondays = pl.DataFrame({"week_on": [after - timedelta(weeks=back) for back in range(count, 0, -1)]})
    mondays = mondays.cast({"week_on": pl.Date})
    sums = own.group_by(pl.col("day_on").dt.truncate("1w").alias("week_on")).agg(pl.col("used").sum())
    return mondays.join(sums, on="week_on", how="left", maintain_order="left").get_column("used").fill_null(0.0)


def _state(period: Period, used: float, burn: Burn | Refusal | None, known_to: date) -> str:
    if used > period.amount:
        return "over budget"
    if isinstance(burn, Burn):
        return "likely over" if burn.p50 > period.amount else "on track"
    if burn is not None:
        return "not enough data"
    unknown = period.to_on is not None and workdays(max(known_to, period.from_on - timedelta(days=1)), period.to_on)
    return "not enough data" if unknown else "within budget"


def _words(period: Period, used: float, burn: Burn | Refusal | None, state: str, known_to: date) -> str:
    said = f"{used:,.0f} of {period.amount:,.0f} {period.unit} used ({used / period.amount:.0%}): {state}."
    if isinstance(burn, Burn):
        return (
            f"{said} By {period.to_on}, 80 % of the draws end between {burn.p10:,.0f} and {burn.p90:,.0f} {period.unit}"
            f"; {burn.over:.0%} of them end past the budget."
        )
    if burn is not None:
        return f"{said} Where it ends cannot be told: {burn.reason} It takes: {burn.needed}"
    if state == "not enough data":
        return f"{said} Time is known to {known_to} only."
    return said if period.to_on else f"{said} It has no last day, so none is projected."


def refusal(found: pl.DataFrame) -> dict[str, str] | None:
    """Return why there is no budget to show, or None."""
    if found.height:
        return None
    return {
        "reason": "No budget is set for this selection.",
        "needed": "Set one with `labeltime budgets load FILE`.",
    }


BUDGETS: tuple[FigureSpec, ...] = (
    FigureSpec(
        "budget_burn",
        "How much of each budget is used",
        "hours or money, as said in each row",
        "One row a budget and period, whatever period is asked for; past periods stay, with the amount that was in "
        "force at their end, or the newest where none was set by then. Currencies are never added: hours without a "
        "rate in the budget's currency are counted beside. Seed 20260101, 2,000 draws.",
        "used = tracked hours that the budget covers, or those hours x the hourly rate of their day; projected = used "
        "+ weeks to go (working days / 5) drawn in blocks of four from the last 12 complete weeks, at least 6",
        rows=rows,
        ignores=("teams", "people", "roles", "categories"),
        refuses=refusal,
    ),
)
