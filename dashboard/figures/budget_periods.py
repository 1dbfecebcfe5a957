"""The periods of a budget, and the amount that was in force for each: a new period never wipes an old one."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl

from dashboard.mapping.budgets import BUDGET_KEY

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
