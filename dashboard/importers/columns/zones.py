"""Zones for files without one: given by the lead, applied with a count of gaps and folds."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, datetime
from difflib import get_close_matches
from functools import cache
from typing import Literal
from zoneinfo import available_timezones

import polars as pl

from dashboard.errors import BadMapping, QuestionNeeded, shorten_quote
from dashboard.units import count_noun

ABBREVIATIONS = {
    "CEST": "Europe/Berlin or Europe/Madrid, for example",
    "BST": "Europe/London, or Asia/Dhaka for Bangladesh",
    "WEST": "Europe/Lisbon, for example",
    "EEST": "Europe/Athens or Europe/Helsinki, for example",
    "MSK": "Europe/Moscow",
    "IST": "Asia/Kolkata, Europe/Dublin or Asia/Jerusalem",
    "EDT": "America/New_York, for example",
    "CDT": "America/Chicago, for example",
    "CST": "America/Chicago or Asia/Shanghai, for example",
    "MDT": "America/Denver, for example",
    "PDT": "America/Los_Angeles, for example",
    "PST": "America/Los_Angeles, for example",
    "AKDT": "America/Anchorage, for example",
    "AEST": "Australia/Sydney or Australia/Brisbane, for example",
    "AEDT": "Australia/Sydney, for example",
    "ACST": "Australia/Darwin, for example",
    "AWST": "Australia/Perth",
    "NZST": "Pacific/Auckland",
    "NZDT": "Pacific/Auckland",
    "JST": "Asia/Tokyo",
    "KST": "Asia/Seoul",
    "SGT": "Asia/Singapore",
    "HKT": "Asia/Hong_Kong",
    "BRT": "America/Sao_Paulo",
    "ART": "America/Argentina/Buenos_Aires",
    "SAST": "Africa/Johannesburg",
}


NO_PLACES = {"Factory", "localtime"}  # files in the system's folder of zones; Polars and DuckDB know no such zone


@cache
def list_zones() -> tuple[str, ...]:
    """Return the IANA names of all zones."""
    return tuple(sorted(available_timezones() - NO_PLACES))


@cache
def _list_zone_names() -> dict[str, str]:
    """Return IANA names by their lower-case form."""
    return {name.casefold(): name for name in list_zones()}


def require_zone(zone: str | None, title: str) -> str:
    """Return the IANA name of `zone`; raises `QuestionNeeded` when none was given, `BadMapping` when unknown."""
    if zone is None or not zone.strip():
        raise QuestionNeeded(
            "zone",
            f"{title} gives clock times without a time zone.",
            "Say in which zone the times were recorded, for example Europe/Berlin.",
        )
    zone_name = zone.strip().replace(" ", "_")
    if zone_name.casefold() in _list_zone_names():
        return _list_zone_names()[zone_name.casefold()]
    raise BadMapping(f'"{shorten_quote(zone)}" is not a time zone.', _suggest_zone(zone_name))


def _suggest_zone(name: str) -> str:
    """Return what to write instead of `name`: a zone of the same spelling, never one that is only spelled alike."""
    if name.upper() in ABBREVIATIONS:
        return (
            f"{name.upper()} is an abbreviation, and holds for a part of the year or the world only. Give the place"
            f" instead: {ABBREVIATIONS[name.upper()]}."
        )
    # Short names are alike by chance; a misspelled place has its region right.
    zones = _list_zone_names()
    region, _, _ = name.casefold().partition("/")
    rivals = [zone for zone in zones if zone.startswith(f"{region}/")] if "/" in name else []
    cities = {zone.rpartition("/")[2]: zone for zone in zones if "/" in zone}
    city = cities.get(name.casefold())
    close_names = [city] if city else get_close_matches(name.casefold(), rivals, n=1)
    return f"Did you mean {zones[close_names[0]]}?" if close_names else "Give an IANA name, for example Europe/Berlin."


def convert_to_utc(local_expr: pl.Expr, zone: str) -> pl.Expr:
    """Convert naive local times to UTC: a time in a gap moves forward by the gap, one in a fold is its first pass."""
    outside_gap = _localize(local_expr, zone, "earliest")
    # No gap is longer than a day: the time a day earlier has the offset that applied until the gap.
    after_gap = _localize(local_expr.dt.offset_by("-24h"), zone, "earliest").dt.offset_by("24h")
    return pl.coalesce(outside_gap, after_gap)


def _localize(local_expr: pl.Expr, zone: str, ambiguous: Literal["earliest", "latest"]) -> pl.Expr:
    localized = local_expr.dt.replace_time_zone(zone, ambiguous=ambiguous, non_existent="null")
    return localized.dt.convert_time_zone("UTC")


def describe_dst_shifts(local: pl.Series, zone: str) -> list[str]:
    """Return sentences on how many naive local times never happened in `zone`, and how many happened twice."""
    times = local.drop_nulls().alias("local").to_frame()
    first, last = _localize(pl.col("local"), zone, "earliest"), _localize(pl.col("local"), zone, "latest")
    counts = times.select(gap=first.is_null().sum(), fold=(first != last).sum()).row(0)
    notes: list[str] = []
    if counts[0]:
        times_in_gap = count_noun(counts[0], "time")
        notes.append(f"In the hour skipped when clocks in {zone} go forward: {times_in_gap}, moved forward.")
    if counts[1]:
        times_in_fold = count_noun(counts[1], "time")
        notes.append(
            f"In the hour that comes twice when clocks in {zone} go back: {times_in_fold}, taken as the first."
        )
    return notes


def has_date_everywhere(moment: datetime) -> bool:
    """Return whether a moment has a date in every time zone, which it lacks at the edges of the calendar."""
    return MINYEAR < moment.year < MAXYEAR
