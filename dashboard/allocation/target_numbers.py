"""Targets on figures: the one number of a figure in some days, with the ends between which it lies.

A bound that is only measured from one side stays one: the other end is not known, and no verdict is made of it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from dashboard.allocation.share_range import MAX_SHIFT, describe_open_hours
from dashboard.filters import Filters
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Snapshot
from dashboard.units import format_share

Rows = pl.DataFrame


@dataclass(frozen=True)
class OneNumber:
    """A number: its value where there is one answer, else the ends it lies between; an end can be unknown, too."""

    unit: str
    low: float | None
    high: float | None
    value: float | None = None
    doubt: str = ""  # what makes it a range or a bound, as words behind it

    def list_ends(self) -> tuple[float, float]:
        """Return the least and the most it can be."""
        if self.value is not None:
            return self.value, self.value
        return -math.inf if self.low is None else self.low, math.inf if self.high is None else self.high


@dataclass(frozen=True)
class NumberReader:
    """How the number of a target is read from a figure."""

    figure: str
    read: Callable[[Rows, str], OneNumber | None]  # from the rows and the project, "" for all
    is_weekly: bool = False  # each week has one, so that a line can be drawn through them
    is_total: bool = False  # of all days up to the last, not of the last four weeks


def read_number(
    snapshot: Snapshot, reader: NumberReader, project: str, first: date | None, last: date, today: date
) -> OneNumber | None:
    """Return the number of a figure in these days, or None where it has none."""
    from dashboard.figures.catalogue import CATALOGUE  # noqa: PLC0415 - it lists the figure of targets, too

    filters = Filters(first, last, (project,) if project else ())
    spec = CATALOGUE[reader.figure]
    rows = spec.read(snapshot, {**filters.parameters(), "today": today, "tasks": [], "limit": 0})
    if spec.refuses is not None and spec.refuses(rows):
        return None
    return reader.read(rows, project)


def read_weeks(snapshot: Snapshot, reader: NumberReader, project: str, weeks: Sequence[date]) -> tuple[Rows, Rows]:
    """Return the least and the most of each week that has the number (columns of `select_complete_weeks`).

    `weeks` are Mondays. One query reads all of them, and says of each what the figure says of it.
    """
    filters = Filters(min(weeks), max(weeks) + timedelta(days=6), (project,) if project else ())
    rows = run_query(snapshot, "target_number_weeks", filters.parameters()).with_columns(
        scope=pl.lit("everyone"), measure=pl.lit("labeling_of_all_tracked"), project=pl.lit(project or "(all)")
    )
    numbers = {week_on: reader.read(rows.filter(week_on=week_on), project) for week_on in weeks}
    known = {week_on: number.list_ends() for week_on, number in numbers.items() if number is not None}
    schema = {"week_on": pl.Date(), "part": pl.Float64(), "whole": pl.Float64(), "open_part": pl.Float64()}
    low, high = (
        pl.DataFrame([(week_on, ends[side], 1.0, 0.0) for week_on, ends in known.items()], schema, orient="row")
        for side in (0, 1)
    )
    return low, high


def find_one(rows: Rows, **matching: object) -> Mapping[str, Any] | None:
    """Return the row with these values, or None."""
    matches = rows.filter(**matching)
    return matches.row(0, named=True) if matches.height else None


def _read_share(rows: Rows, _: str) -> OneNumber | None:
    row = find_one(rows, scope="everyone", measure="labeling_of_all_tracked")
    if row is None or row["share_high"] is None:
        return None
    low, high, share = row["share_low"], row["share_high"], row["share"]
    if share is not None and max(share - low, high - share) <= MAX_SHIFT:
        return OneNumber("share", low, high, share)
    return OneNumber("share", low, high, doubt=f", because {describe_open_hours(row['open_hours'])}")


def _read_coverage(rows: Rows, _: str) -> OneNumber | None:
    row = find_one(rows, scope="everyone", measure="labeling_of_all_tracked")
    value = None if row is None else row["coverage"]
    return None if value is None else OneNumber("share", value, value, value)


def _read_accepted(rows: Rows, project: str) -> OneNumber | None:
    row = find_one(rows, project=project or "(all)")
    if row is None or row["accepted_per_hour"] is None:
        return None
    value = float(row["accepted_per_hour"])
    reading = str(row["reading"])
    if reading.startswith("too high: "):
        return OneNumber("items an hour", None, value, doubt=f", because {reading.removeprefix('too high: ')}")
    return OneNumber("items an hour", value, value, value)


def _read_saved(rows: Rows, _: str) -> OneNumber | None:
    row = find_one(rows, measure="hours saved")
    if row is None or row["value_from"] is None or row["value_to"] is None:
        return None
    return OneNumber(
        "hours", row["value_from"], row["value_to"], doubt=f" with {format_share(row['level'])} confidence"
    )


def _read_cost(rows: Rows, _: str) -> OneNumber | None:
    priced = rows.filter(pl.col("cost").is_not_null(), pl.col("accepted") > 0, pl.col("currency").is_not_null())
    currencies = priced.get_column("currency").unique().to_list()
    if len(currencies) != 1:  # currencies are never added
        return None
    cost = float(priced.get_column("cost").sum()) / float(priced.get_column("accepted").sum())
    if priced.get_column("is_lower_bound").any() or priced.height < rows.filter(pl.col("accepted") > 0).height:
        return OneNumber(currencies[0], cost, None, doubt=", because some hours, prices or times are not known")
    return OneNumber(currencies[0], cost, cost, cost)


NUMBER_READERS: dict[str, NumberReader] = {
    "labeling share of all tracked": NumberReader("labeling_share", _read_share, is_weekly=True),
    "coverage": NumberReader("labeling_share", _read_coverage, is_weekly=True),
    "accepted items an hour": NumberReader("accepted_items_per_hour", _read_accepted, is_weekly=True),
    "hours saved": NumberReader("savings", _read_saved, is_total=True),
    "cost an accepted label": NumberReader("cost_per_accepted_label", _read_cost),
}
"""Measures of targets that are the number of a figure; the others are read by week, from `target_weeks`."""
