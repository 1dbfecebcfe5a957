"""Zones of files that have none: named by the lead, applied with their gaps and folds told."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from typing import Literal
from zoneinfo import available_timezones

import polars as pl

from dashboard.errors import BadMapping, QuestionNeeded


@cache
def _names() -> dict[str, str]:
    """IANA names by their lower-case form."""
    return {name.casefold(): name for name in sorted(available_timezones())}


def require(zone: str | None, title: str) -> str:
    """Return the IANA name of `zone`; raises `QuestionNeeded` when nothing was said, `BadMapping` when unknown."""
    if zone is None or not zone.strip():
        raise QuestionNeeded(
            "zone",
            f"{title} gives clock times without a time zone.",
            "Say in which zone the times were recorded, for example Europe/Berlin.",
        )
    wanted = zone.strip().replace(" ", "_")
    if wanted.casefold() in _names():
        return _names()[wanted.casefold()]
    near = get_close_matches(wanted.casefold(), list(_names()), n=1)
    hint = f"Did you mean {_names()[near[0]]}?" if near else "Give an IANA name, for example Europe/Berlin."
    raise BadMapping(f'"{zone}" is not a time zone.', hint)


def to_utc(local_expr: pl.Expr, zone: str) -> pl.Expr:
    """UTC instants of naive local times: a time in a gap moves forward by the gap, one in a fold is its first pass."""
    exact = _placed(local_expr, zone, "earliest")
    # No gap is longer than a day: the clock a day before shows the offset that held until the gap.
    moved = _placed(local_expr.dt.offset_by("-24h"), zone, "earliest").dt.offset_by("24h")
    return pl.coalesce(exact, moved)


def _placed(local_expr: pl.Expr, zone: str, ambiguous: Literal["earliest", "latest"]) -> pl.Expr:
    placed = local_expr.dt.replace_time_zone(zone, ambiguous=ambiguous, non_existent="null")
    return placed.dt.convert_time_zone("UTC")


def dst_notes(local: pl.Series, zone: str) -> list[str]:
    """Say how many of the naive local times never happened in `zone`, and how many happened twice."""
    times = local.drop_nulls().alias("local").to_frame()
    first, last = _placed(pl.col("local"), zone, "earliest"), _placed(pl.col("local"), zone, "latest")
    counts = times.select(gap=first.is_null().sum(), fold=(first != last).sum()).row(0)
    notes: list[str] = []
    if counts[0]:
        notes.append(f"{counts[0]} times fall into the hour skipped when clocks in {zone} go forward; moved forward.")
    if counts[1]:
        notes.append(f"{counts[1]} times happen twice when clocks in {zone} go back; the first pass was taken.")
    return notes
