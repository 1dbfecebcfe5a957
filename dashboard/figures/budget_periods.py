"""The periods of a budget, and the amount that was in force for each: a new period never wipes an old one."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl

from dashboard.mapping.budgets import KEY

MONTHS = {"month": 1, "quarter": 3, "year": 12}
WORKDAYS = 5


@dataclass(frozen=True)
class Period:
    """One period of a budget, inclusive days; no last day: it runs until it is used up."""

    project: str
    covers: str
    unit: str
    recurs: str
    from_on: date
    to_on: date | None
    amount: float
    set_at: datetime


def periods(versions: pl.DataFrame, today: date) -> list[Period]:
    """Return every period that has begun, oldest first, of all versions of all budgets (query budget_versions)."""
    found = []
    for _, kept in versions.sort("set_at").group_by(KEY, maintain_order=True):
        first = kept.row(0, named=True)
        until = _taken_over(versions, first)
        for from_on, to_on in _spans(first["from_on"], first["recurs"], min(today, until)):
            end = to_on if until == date.max else min(to_on or date.max, until)
            version = _in_force(kept, end)
            if version["amount"] is not None:
                names = {name: first[name] for name in ("project", "covers", "unit", "recurs")}
                period = Period(**names, from_on=from_on, to_on=end, amount=version["amount"], set_at=version["set_at"])
                found.append(period)
    return sorted(found, key=lambda one: (one.project, one.covers, one.unit, one.from_on))


def workdays(after_on: date, to_on: date) -> int:
    """Return how many days from Monday to Friday there are after a day, up to another."""
    days = (after_on + timedelta(days=day) for day in range(1, (to_on - after_on).days + 1))
    return sum(day.weekday() < WORKDAYS for day in days)


def _in_force(kept: pl.DataFrame, to_on: date | None) -> dict[str, Any]:
    """Return the newest version set by the end of a period; the newest of all where none had been set by then."""
    by_then = kept.filter(pl.col("set_at").dt.date() <= (to_on or date.max))
    return (by_then if by_then.height else kept).row(-1, named=True)


def _taken_over(versions: pl.DataFrame, first: dict[str, Any]) -> date:
    """Return the day before a later budget for the same thing takes over."""
    newest = versions.sort("set_at").unique(KEY, keep="last", maintain_order=True).drop_nulls("amount")
    same = {name: first[name] for name in ("project", "covers", "unit")}
    later = newest.filter(pl.col("from_on") > first["from_on"], **same).get_column("from_on").to_list()
    return min(later) - timedelta(days=1) if later else date.max


def _spans(from_on: date, recurs: str, last_on: date) -> Iterator[tuple[date, date | None]]:
    if recurs == "once":
        if from_on <= last_on:
            yield from_on, None
        return
    count, begins = 0, from_on
    while begins <= last_on:
        count += 1
        following = _later(from_on, count * MONTHS[recurs])
        yield begins, following - timedelta(days=1)
        begins = following


def _later(day_on: date, months: int) -> date:
    """Return the same day some months later, or the last of that month where it has no such day."""
    years, month = divmod(day_on.month - 1 + months, 12)
    year = day_on.year + years
    return date(year, month + 1, min(day_on.day, calendar.monthrange(year, month + 1)[1]))
