"""The one verdict on a change since the period before; pages, sentences, terminal and reports all take it from here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import polars as pl

from dashboard.filters import BEFORE, find_compared_days, find_earlier_project, shift_day
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Snapshot
from dashboard.units import count_noun, format_day, format_hours, format_period, round_hours_change

WEEKEND_DAYS = 2  # days of a period's ends that may be without work
MIN_SHARE_CHANGE = 0.005  # a share that moved by less than half a point shows no clear change
MIN_TOTAL_CHANGE = 0.02  # hours that moved by less than 2 % show no clear change
MAX_DAY_RATIO = 5  # a period with so many times the days of the other is compared with almost nothing
Bounds = tuple[float, float]


class Verdict(StrEnum):
    """What is said of a change."""

    rose = "rose"
    fell = "fell"
    unclear = "no clear change"
    uncompared = "cannot be compared"


@dataclass(frozen=True)
class PeriodPair:
    """Two periods; all four days are inclusive."""

    before_from: date
    before_to: date
    now_from: date
    now_to: date
    earlier_project: str = ""  # whose days are those before

    def days(self) -> dict[str, date]:
        """Return the four days by name."""
        return {name: value for name, value in vars(self).items() if isinstance(value, date)}

    def split(self, params: Mapping[str, object]) -> tuple[dict[str, object], dict[str, object]]:
        """Return the parameters of a query for what is compared with, and for the selection."""
        before = {**params, "from_on": self.before_from, "to_on": self.before_to}
        before |= {"projects": [self.earlier_project]} if self.earlier_project else {}
        return before, {**params, "from_on": self.now_from, "to_on": self.now_to}


def judge_change(
    current: float | None,
    previous: float | None,
    current_bounds: Bounds | None,
    previous_bounds: Bounds | None,
    least: float = MIN_SHARE_CHANGE,
) -> Verdict:
    """Return the verdict: rose and fell only where both intervals are known and do not touch.

    `least`: a smaller change is none. A total, which chance cannot move, is its own interval.
    """
    if current is None or previous is None:
        return Verdict.uncompared
    if abs(current - previous) < least or current_bounds is None or previous_bounds is None:
        return Verdict.unclear
    return judge_interval(current_bounds[0] - previous_bounds[1], current_bounds[1] - previous_bounds[0])


def judge_interval(low: float, high: float) -> Verdict:
    """Return the verdict on a change whose interval is known."""
    return Verdict.rose if low > 0 else Verdict.fell if high < 0 else Verdict.unclear


def judge_total(current: float | None, previous: float | None) -> Verdict:
    """Return the verdict on hours: they are what was logged, so only their size counts, and as far as it is printed."""
    if current is None or not previous:
        return Verdict.uncompared
    if not round_hours_change(previous, current):
        return Verdict.unclear
    return judge_change(current, previous, (current, current), (previous, previous), MIN_TOTAL_CHANGE * abs(previous))


def resolve_periods(snapshot: Snapshot, params: Mapping[str, object], log: str, newest_on: date) -> PeriodPair:
    """Return the selected period and what it is compared with; rows dated after today begin no period.

    Without a selected period: the last complete month. An earlier project has all its days in that log.
    """
    first, last = find_selected_days(params, newest_on)
    compares_with = str(params.get("compares_with") or BEFORE)
    project = find_earlier_project(compares_with)
    if not project:
        return PeriodPair(*find_compared_days(compares_with, first, last), first, last)
    span = run_query(snapshot, "project_span", {"project": project}).row(by_predicate=pl.col("log") == log, named=True)
    return PeriodPair(span["first_on"] or first, span["last_on"] or last, first, last, project)


def find_selected_days(params: Mapping[str, object], newest_on: date) -> tuple[date, date]:
    """Return the selected days, or those of the last complete month."""
    from_on, to_on, today = (params.get(name) for name in ("from_on", "to_on", "today"))
    last_on = min(newest_on, today) if isinstance(today, date) else newest_on
    if isinstance(from_on, date):
        end = to_on if isinstance(to_on, date) else max(last_on, from_on)
        return from_on, end
    known_to = min(to_on, last_on) if isinstance(to_on, date) else last_on
    next_month_on = (known_to + timedelta(days=WEEKEND_DAYS + 1)).replace(day=1)
    now_to = shift_day(next_month_on, -1)
    return now_to.replace(day=1), now_to


def explain_uncovered(snapshot: Snapshot, log: str, pair: PeriodPair) -> str:
    """Return why a log ("time" or "labels") does not cover both periods, or "" where it does.

    It must begin by the first and reach the last day of both, weekends aside, and may not compare with almost nothing.
    """
    if pair.earlier_project:
        return explain_missing_project(snapshot, log, pair.earlier_project)
    days = dict(run_query(snapshot, "logged_days", {}).filter(log=log).select("day_on", "hours").iter_rows())
    if not days:
        return "The log is empty."
    name = "time log" if log == "time" else "labeling log"
    sides = [
        {day: hours for day, hours in days.items() if first <= day <= last}
        for first, last in ((pair.before_from, pair.before_to), (pair.now_from, pair.now_to))
    ]
    reason = ""
    if min(days) > shift_day(pair.before_from, WEEKEND_DAYS):
        reason = f"The {name} begins on {format_day(min(days))}, after the period to compare with began"
    elif max(days) < shift_day(pair.now_to, -WEEKEND_DAYS):
        reason = f"The {name} ends on {format_day(max(days))}, before the period is over"
    elif max(len(side) for side in sides) > MAX_DAY_RATIO * min(len(side) for side in sides):
        reason = f"The {name} has too few days of one period"
    if not reason:
        return ""
    if not sides[0]:
        before_days = format_period(pair.before_from, pair.before_to)
        return f"{reason}: nothing is logged in {before_days}, so there is not enough data to compare with."
    before, current = (f"{count_noun(len(side), 'day')} with {format_hours(sum(side.values()))}" for side in sides)
    return (
        f"{reason}: {before} in {format_period(pair.before_from, pair.before_to)} against {current} in "
        f"{format_period(pair.now_from, pair.now_to)}, so there is not enough data to compare with."
    )


def explain_missing_project(snapshot: Snapshot, log: str, project: str) -> str:
    """Return why an earlier project cannot be compared with, or "" where it has days in the log."""
    span = run_query(snapshot, "project_span", {"project": project}).row(by_predicate=pl.col("log") == log, named=True)
    name = "time" if log == "time" else "labels"
    return "" if span["first_on"] else f"The earlier project {project} has no {name} in the log."
