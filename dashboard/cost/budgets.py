"""How much of each budget is used, period by period, and where the running period is heading.

Each period keeps the amount that was in force for it: a new period never wipes an old one.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl

from dashboard.cost.model.budget import BurnForecast, forecast_burn
from dashboard.errors import Cause, Unavailable
from dashboard.figures.spec import FigureSpec
from dashboard.filters import is_in_gap, shift_day
from dashboard.inference.draws import SEED
from dashboard.settings.budgets import BUDGET_KEY
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Snapshot
from dashboard.units import format_chance, format_count, format_hours, format_quantity, format_share, format_table_day

MAX_HISTORY_WEEKS = 12
WEEKEND = timedelta(days=2)
SECONDS_PER_HOUR = 3600
NOT_KNOWN = "not known"  # what is counted is a lower bound, and the rest could decide
SHORTEST_GAP = 5  # working days before the log that make a use a lower bound; fewer are holidays (as in time_gaps)
CERTAIN_STATES = ("within budget", "on track", "not enough data")
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
    "open_hours": pl.Float64(),
    "days_not_known": pl.Int64(),
    "known_to": pl.Date(),
    "projected_p10": pl.Float64(),
    "projected_p50": pl.Float64(),
    "projected_p90": pl.Float64(),
    "over_probability": pl.Float64(),
    "weeks_used": pl.Int64(),
    "state": pl.String(),
    "words": pl.String(),
}
"""One row per budget and period; project null: all. `hours_not_counted`: hours without a rate in its currency.

`open_hours`: hours not sorted yet, of which the budget covers an unknown part. `days_not_known`: working days before
the log begins or that no import holds. Each of the three makes `used` a lower bound.
"""


def build_budget_rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return every period of every budget (columns of BUDGET_SCHEMA)."""
    requested_day = params.get("today")
    today = requested_day if isinstance(requested_day, date) else datetime.now(tz=UTC).date()
    project_filter = list(params.get("projects") or [])  # type: ignore[call-overload]
    versions = run_query(snapshot, "budget_versions", {})
    budget_periods = [
        period for period in list_periods(versions, today) if not project_filter or period.project in project_filter
    ]
    if not budget_periods:
        return pl.DataFrame(schema=BUDGET_SCHEMA)
    days = run_query(snapshot, "budget_days", {"today": today})
    gaps = run_query(snapshot, "time_gaps", {"today": today}).select("from_on", "to_on").rows()
    return pl.DataFrame(
        [_build_period_row(period, days, gaps, today) for period in budget_periods], schema=BUDGET_SCHEMA, orient="row"
    )


def _build_period_row(
    period: Period, days: pl.DataFrame, gaps: Sequence[tuple[date, date]], today: date
) -> dict[str, object]:
    known_from, known_to = days.get_column("day_on").min(), days.get_column("day_on").max()
    covered_days = _select_covered_days(period, days)
    period_days = covered_days.filter(pl.col("day_on").is_between(period.from_on, period.to_on or date.max))
    used, unpriced, open_used, open_hours = (
        float(period_days.get_column(name).sum()) for name in ("used", "unpriced_hours", "open_used", "open_hours")
    )
    unknown = find_unknown_days(period, known_from, gaps) if isinstance(known_from, date) else UnknownDays()
    missing = MissingUse(unpriced, open_hours, open_used, unknown)
    row: dict[str, object] = {
        "project": period.project or None,
        **{name: getattr(period, name) for name in ("covers", "unit", "recurs", "from_on", "to_on", "set_at")},
        "budget": period.amount,
        "used": used,
        "share": used / period.amount,
        "hours_not_counted": unpriced,
        "open_hours": open_hours,
        "days_not_known": unknown.working_days,
        "known_to": known_to,
    }
    if not isinstance(known_from, date) or not isinstance(known_to, date) or unknown.are_all:
        return {**row, "used": None, "share": None, "state": "not enough data", "words": "No time is known."}
    is_running = period.to_on is not None and period.to_on >= today
    # What lacks a price lacks it in the weeks before, too: they would give no end. Nor does a use that begins unknown.
    is_projected = is_running and not unpriced and not unknown.working_days
    unknown_spans = [(date.min, shift_day(known_from, -1)), *gaps]
    burn = _project_burn(period, covered_days, unknown_spans, used, known_to) if is_projected else None
    if isinstance(burn, BurnForecast):
        row |= {"projected_p10": burn.p10, "projected_p50": burn.p50, "projected_p90": burn.p90}
        row |= {"over_probability": burn.over, "weeks_used": burn.weeks_used}
    state = _classify_period(period, used, burn, known_to)
    if state in CERTAIN_STATES and missing.could_exceed(period.amount - used, is_running=is_running):
        state = NOT_KNOWN
    return {**row, "state": state, "words": _describe_period(period, used, burn, state, known_to, missing)}


@dataclass(frozen=True)
class UnknownDays:
    """The days of a period of which nobody imported the time."""

    working_days: int = 0
    are_all: bool = False
    reasons: tuple[str, ...] = ()


def find_unknown_days(period: Period, known_from: date, gaps: Sequence[tuple[date, date]]) -> UnknownDays:
    """Return the days of a period before the log begins, or in a gap of it (query time_gaps)."""
    last_on = period.to_on or date.max
    if last_on < known_from or any(from_on <= period.from_on and last_on <= to_on for from_on, to_on in gaps):
        return UnknownDays(count_workdays(shift_day(period.from_on, -1), last_on), are_all=True)
    before_log = count_workdays(shift_day(period.from_on, -1), shift_day(known_from, -1))
    begins_unknown = before_log >= SHORTEST_GAP
    working_days = before_log if begins_unknown else 0
    reasons = [f"time is known from {format_table_day(known_from)} only"] if begins_unknown else []
    for gap_from, gap_to in gaps:
        first, last = max(gap_from, period.from_on), min(gap_to, last_on)
        if days := count_workdays(shift_day(first, -1), last):
            working_days += days
            reasons.append(f"no time is known from {format_table_day(first)} to {format_table_day(last)}")
    return UnknownDays(working_days, reasons=tuple(reasons))


@dataclass(frozen=True)
class MissingUse:
    """What a budget may have used besides what is counted."""

    unpriced_hours: float
    open_hours: float
    open_used: float  # of the open hours, in the unit of the budget
    unknown: UnknownDays

    def could_exceed(self, left: float, *, is_running: bool) -> bool:
        """Return whether the missing use could be more than what is left; a running period goes on to use more."""
        is_unbounded = self.unpriced_hours > 0 or self.unknown.working_days > 0
        return is_unbounded or (self.open_used > 0 and (is_running or self.open_used > left))

    def describe(self, unit: str) -> str:
        """Return why the use is a lower bound, or nothing."""
        reasons = [f"{format_hours(self.unpriced_hours)} have no rate in {unit}"] if self.unpriced_hours else []
        reasons += [f"{format_hours(self.open_hours)} are not sorted yet"] if self.open_hours else []
        return " and ".join([*reasons, *self.unknown.reasons])


def _select_covered_days(period: Period, days: pl.DataFrame) -> pl.DataFrame:
    """Return what a budget covers by day: used and open_used (in its unit), unpriced_hours and open_hours."""
    covers_all = pl.lit(period.covers == "all time")
    covered_days = days.filter(pl.col("is_labeling") | pl.col("is_open") | covers_all)
    if period.project:
        covered_days = covered_days.filter(pl.col("project") == period.project)
    hours = pl.col("seconds") / SECONDS_PER_HOUR
    priced = pl.lit(value=True) if period.unit == "hours" else pl.col("currency").eq_missing(pl.lit(period.unit))
    amount = hours if period.unit == "hours" else pl.col("money")
    is_open = pl.col("is_open") & ~covers_all
    return covered_days.select(
        "day_on",
        pl.when(priced & ~is_open).then(amount).otherwise(0.0).alias("used"),
        pl.when(priced).then(0.0).otherwise(hours).alias("unpriced_hours"),
        pl.when(priced & is_open).then(amount).otherwise(0.0).alias("open_used"),
        pl.when(is_open).then(hours).otherwise(0.0).alias("open_hours"),
    )


def _project_burn(
    period: Period, covered_days: pl.DataFrame, gaps: Sequence[tuple[date, date]], used: float, known_to: date
) -> BurnForecast | Unavailable:
    """Return where a running period is heading, from the last complete weeks."""
    weeks = count_workdays(max(known_to, shift_day(period.from_on, -1)), period.to_on or known_to) / WORKDAYS_PER_WEEK
    history = sum_weekly_use(covered_days, known_to, gaps).to_numpy()
    return forecast_burn(history, used, weeks, period.amount, seed=SEED)


def sum_weekly_use(covered_days: pl.DataFrame, known_to: date, gaps: Sequence[tuple[date, date]] = ()) -> pl.Series:
    """Return the use in each of the last complete weeks: at most twelve, from the first use on.

    A week counts as complete from its Friday on. Weeks with a working day in a gap (query time_gaps) are left out.
    """
    if covered_days.is_empty():
        return pl.Series("used", [], pl.Float64)
    end_monday = known_to + WEEKEND + timedelta(days=1)
    end_monday -= timedelta(days=end_monday.weekday())
    first_on = min(covered_days.get_column("day_on"))
    first_on -= timedelta(days=first_on.weekday())
    count = min(MAX_HISTORY_WEEKS, (end_monday - first_on).days // 7)
    week_starts = [end_monday - timedelta(weeks=weeks_back) for weeks_back in range(count, 0, -1)]
    mondays = pl.DataFrame(
        {"week_on": [week_on for week_on in week_starts if not is_in_gap(week_on, gaps)]}, schema={"week_on": pl.Date}
    )
    weekly_sums = covered_days.group_by(pl.col("day_on").dt.truncate("1w").alias("week_on")).agg(pl.col("used").sum())
    return mondays.join(weekly_sums, on="week_on", how="left", maintain_order="left").get_column("used").fill_null(0.0)


def _classify_period(period: Period, used: float, burn: BurnForecast | Unavailable | None, known_to: date) -> str:
    if used > period.amount:
        return "over budget"
    if isinstance(burn, BurnForecast):
        return "likely over" if burn.p50 > period.amount else "on track"
    if burn is not None:
        return "not enough data"
    unknown = period.to_on is not None and count_workdays(max(known_to, shift_day(period.from_on, -1)), period.to_on)
    return "not enough data" if unknown else "within budget"


def _describe_period(
    period: Period,
    used: float,
    burn: BurnForecast | Unavailable | None,
    state: str,
    known_to: date,
    missing: MissingUse,
) -> str:
    because = missing.describe(period.unit)
    text = (
        f"{format_count(used)} of {format_quantity(format_count(period.amount), period.unit)} used "
        f"({format_share(used / period.amount)}): {state}"
    )
    text = f"At least {text}; {because}." if because else f"{text}."
    if state == NOT_KNOWN:
        return text
    if isinstance(burn, BurnForecast) and period.to_on:
        high = format_quantity(format_count(burn.p90), period.unit)
        return (
            f"{text} By {format_table_day(period.to_on)}, 80% of the draws end between {format_count(burn.p10)} and "
            f"{high}; {format_chance(burn.over)} of them end over budget."
        )
    if isinstance(burn, Unavailable):
        return f"{text} Its end cannot be projected: {burn.reason} Needed: {burn.needed}"
    if state == "not enough data":
        return f"{text} Time is known to {format_table_day(known_to)} only."
    return text if period.to_on else f"{text} It has no last day, so its end is not projected."


def explain_missing_budget(rows: pl.DataFrame) -> Unavailable | None:
    """Return why there is no budget to show, or None."""
    if rows.height:
        return None
    return Unavailable(
        "No budget is set for this selection.",
        "Set one with `labeltime budgets load FILE`.",
        Cause.not_entered,
    )


BUDGETS: tuple[FigureSpec, ...] = (
    FigureSpec(
        "budget_burn",
        "How much of each budget is used",
        "hours or money, as stated in each row",
        "One row per budget and period, whatever period is selected. Past periods stay, with the amount in force at "
        "their end, or the newest amount if none was set by then. Currencies are never added: hours without a rate in "
        "the budget's currency are counted separately. Days before the log begins and days that no import holds, a "
        "week or more at once, are not known: what is used is then a lower bound. Seed 20260101, 2,000 draws.",
        "used = tracked hours that the budget covers, or those hours x the hourly rate of their day; projected = used "
        "+ the weeks left (working days / 5), drawn in blocks of four from those of the last 12 complete weeks that "
        "are known (at least 6)",
        rows=build_budget_rows,
        ignores=("teams", "people", "roles", "categories"),
        refuses=explain_missing_budget,
    ),
)


MONTHS_PER_PERIOD = {"month": 1, "quarter": 3, "year": 12}
WORKDAYS_PER_WEEK = 5


@dataclass(frozen=True)
class Period:
    """One period of a budget, both days inclusive; without a last day it runs until the budget is used up."""

    project: str
    covers: str
    unit: str
    recurs: str
    from_on: date
    to_on: date | None
    amount: float
    set_at: datetime


def list_periods(versions: pl.DataFrame, today: date) -> list[Period]:
    """Return every period that has begun, oldest first, for all versions of all budgets (query budget_versions)."""
    begun_periods = []
    for _, budget_versions in versions.sort("set_at").group_by(BUDGET_KEY, maintain_order=True):
        first = budget_versions.row(0, named=True)
        last_day = _find_last_day(versions, first)
        for from_on, to_on in _generate_spans(first["from_on"], first["recurs"], min(today, last_day)):
            end = to_on if last_day == date.max else min(to_on or date.max, last_day)
            version = _find_effective_version(budget_versions, end)
            if version["amount"] is not None:
                names = {name: first[name] for name in ("project", "covers", "unit", "recurs")}
                period = Period(**names, from_on=from_on, to_on=end, amount=version["amount"], set_at=version["set_at"])
                begun_periods.append(period)
    return sorted(begun_periods, key=lambda entry: (entry.project, entry.covers, entry.unit, entry.from_on))


def count_workdays(after_on: date, to_on: date) -> int:
    """Return the number of days from Monday to Friday after one day, up to and including another."""
    days = (after_on + timedelta(days=day) for day in range(1, (to_on - after_on).days + 1))
    return sum(day.weekday() < WORKDAYS_PER_WEEK for day in days)


def _find_effective_version(versions: pl.DataFrame, to_on: date | None) -> dict[str, Any]:
    """Return the newest version set by the end of a period, or the newest of all if none was set by then."""
    earlier_versions = versions.filter(pl.col("set_at").dt.date() <= (to_on or date.max))
    return (earlier_versions if earlier_versions.height else versions).row(-1, named=True)


def _find_last_day(versions: pl.DataFrame, first: dict[str, Any]) -> date:
    """Return the day before a later budget for the same thing takes over."""
    newest = versions.sort("set_at").unique(BUDGET_KEY, keep="last", maintain_order=True).drop_nulls("amount")
    same_budget = {name: first[name] for name in ("project", "covers", "unit")}
    later_starts = newest.filter(pl.col("from_on") > first["from_on"], **same_budget).get_column("from_on").to_list()
    return min(later_starts) - timedelta(days=1) if later_starts else date.max


def _generate_spans(from_on: date, recurs: str, last_on: date) -> Iterator[tuple[date, date | None]]:
    if recurs == "once":
        if from_on <= last_on:
            yield from_on, None
        return
    count, span_start = 0, from_on
    while span_start <= last_on:
        count += 1
        next_start = _add_months(from_on, count * MONTHS_PER_PERIOD[recurs])
        yield span_start, next_start - timedelta(days=1)
        span_start = next_start


def _add_months(day_on: date, months: int) -> date:
    """Return the same day some months later, or the last day of that month if it is shorter."""
    years, month = divmod(day_on.month - 1 + months, 12)
    year = day_on.year + years
    return date(year, month + 1, min(day_on.day, calendar.monthrange(year, month + 1)[1]))
