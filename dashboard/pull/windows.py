"""Trackers that tell neither changes nor deletions are asked month by month; the last weeks are asked every time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from dashboard.errors import PullRefused
from dashboard.importers.columns.zones import list_zones
from dashboard.pull.contract import Cover, Cursor, Page, Record, Wishes

FIRST_DAYS = 365  # of a first pull without --since
LATE_DAYS = 35  # so many days back, entries are still edited, added and deleted
Window = tuple[date, date]
Fetch = Callable[[date, date], Iterable[tuple[Record, ...]]]


def check_zone(wishes: Wishes, named: object) -> str:
    """Return the time zone of clock times: the one given, else the account's, else UTC."""
    zone = wishes.zone or (named if isinstance(named, str) else None)
    return zone if zone in list_zones() else "UTC"


def check_no_projects(wishes: Wishes, title: str) -> None:
    """Refuse to pull parts of a tracker.

    Raises:
        PullRefused: projects are named.
    """
    if wishes.projects:
        raise PullRefused(f"{title} is pulled whole.", "Leave out --project; every figure can be filtered by project.")


def list_windows(cursor: Cursor, wishes: Wishes, zone: str, now: datetime, late_days: int = LATE_DAYS) -> list[Window]:
    """Return the windows to ask for, each within a month, until today."""
    today = wishes.today or now.astimezone(ZoneInfo(zone)).date()
    until = cursor.get("until")
    if isinstance(until, str):
        # A cursor of a clock that was ahead must not keep the days out that are asked for every time.
        first = min(date.fromisoformat(until), today) - timedelta(days=late_days)
    else:
        first = wishes.since or today - timedelta(days=FIRST_DAYS)
    windows: list[Window] = []
    while first <= today:
        next_month = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        last = min(next_month - timedelta(days=1), today)
        windows.append((first, last))
        first = next_month
    return windows


def read_windows(
    scope: str, windows: Iterable[Window], fetch: Fetch, zone: str, extra: Mapping[str, object] | None = None
) -> Iterator[Page]:
    """Yield the pages of each window, and at its end that it is complete."""
    for first, last in windows:
        for records in fetch(first, last):
            yield Page(scope, records, zone=zone)
        yield Page(scope, (), {**(extra or {}), "until": last.isoformat()}, Cover(days=(first, last)), zone=zone)


def find_bounds(first: date, last: date, zone: str) -> tuple[str, str]:
    """Return the instants at which the first day begins and the last one ends, as UTC text."""
    place = ZoneInfo(zone)
    ends = (first, last + timedelta(days=1))
    start, end = (datetime(day.year, day.month, day.day, tzinfo=place).astimezone(UTC) for day in ends)
    return f"{start:%Y-%m-%dT%H:%M:%SZ}", f"{end:%Y-%m-%dT%H:%M:%SZ}"


def format_clock(moment: datetime, zone: str) -> tuple[str, str]:
    """Return day and clock of an instant in a zone; of one beyond the calendar there, in UTC."""
    try:
        local = moment.astimezone(ZoneInfo(zone))
    except OverflowError:
        local = moment
    return local.date().isoformat(), f"{local:%H:%M:%S}"


def format_length(seconds: int) -> str:
    """Return a length as hours, minutes and seconds."""
    minutes, left_seconds = divmod(seconds, 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{left_seconds:02d}"
