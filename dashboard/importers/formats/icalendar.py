"""Events of a calendar (.ics): single ones, and each occurrence of a repeating one up to today.

What is no work by the calendar itself is rejected with its reason: events of a whole day, cancelled or declined ones,
and those that leave their time free or are shown as out of office. An event with attendees is a meeting.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr  # type: ignore[import-untyped]

from dashboard.importers.contract import NO_DURATION, NO_PROJECT, Head, Importer, Source
from dashboard.importers.frames.entry_records import NO_MOMENT, EntryRecord, FileFacts, RecordFormat
from dashboard.importers.readers.calendar_text import (
    Event,
    Property,
    find_zone,
    parse_duration,
    parse_time,
    read_calendar,
)

ALL_DAY = "an event of a whole day, not work"
CANCELLED = "cancelled, not work"
DECLINED = "declined, not work"
FREE = "leaves its time free, not work"
AWAY = "out of office, not work"
CUT_OFF = "an event that is cut off"
BAD_RULE = "a rule of repetition that cannot be read"
REPEATED = "Occurrences of repeating events, counted up to today"
MANY = "Repeating events of which only the first 5,000 occurrences are read"
MAX_OCCURRENCES = 5_000
NO_STEP = re.compile(r"INTERVAL=\s*[+-]?0+\s*(;|$)")  # it would be looked for without end
SLOW_RULES = ("SECONDLY", "MINUTELY", "HOURLY")
MEETING = "meetings and coordination"


@dataclass(frozen=True)
class CalendarFacts:
    """What a calendar says of all its events, and up to when repeating ones are counted."""

    zone: ZoneInfo | None
    email: str | None
    now: datetime
    moved: frozenset[tuple[str, datetime]]  # occurrences with an event of their own


def _matches(head: Head) -> bool:
    return head.shape == "text" and any(str(line).strip().upper() == "BEGIN:VCALENDAR" for line in head.records[:5])


def _build_entries(source: Source, facts: FileFacts) -> Iterator[EntryRecord]:
    moved = frozenset(_list_moved(source, facts))
    today = facts.settings.today
    now = datetime.combine(today, datetime.max.time(), UTC) if today else datetime.now(UTC)
    for event, calendar in read_calendar(source.records()):
        name = calendar.get("X-WR-CALNAME")
        zone = _choose_zone(calendar, facts)
        email = name if name and "@" in name else None
        yield from _build_event(event, CalendarFacts(zone, email, now, moved), facts)


def _choose_zone(calendar: dict[str, str], facts: FileFacts) -> ZoneInfo | None:
    """Return the zone that the lead gave, else that of the calendar."""
    return find_zone(facts.settings.zone) or find_zone(calendar.get("X-WR-TIMEZONE"))


def _list_moved(source: Source, facts: FileFacts) -> Iterator[tuple[str, datetime]]:
    """Yield the occurrences that an event of their own replaces, cancelled ones too."""
    for event, calendar in read_calendar(source.records()):
        place = event.get("RECURRENCE-ID")
        moment = parse_time(place, _choose_zone(calendar, facts)) if place else None
        if isinstance(moment, datetime):
            yield event.text("UID") or "", _make_instant(moment)


def _make_instant(moment: datetime) -> datetime:
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _build_event(event: Event, calendar: CalendarFacts, facts: FileFacts) -> Iterator[EntryRecord]:
    """Yield the entries of an event: one, or one for each occurrence."""
    raw = {name: values[0].value for name, values in event.properties.items()}
    begin = event.get("DTSTART")
    start = parse_time(begin, calendar.zone) if begin else None
    length = _measure(event, start, calendar.zone)
    reason = _find_rejection(event, start, length, calendar.email)
    if reason is not None or not isinstance(start, datetime):
        yield EntryRecord(event.line, raw, reason=reason or NO_MOMENT)
        return
    if start.tzinfo is None:
        start = start.replace(tzinfo=facts.require_zone())
    starts = [start]
    if event.get("RRULE") or event.get("RDATE"):
        try:
            starts = _repeat(event, start, calendar, facts)
        except (ValueError, TypeError, ArithmeticError, LookupError):
            yield EntryRecord(event.line, raw, reason=BAD_RULE)
            return
        facts.add(REPEATED, len(starts))
    for moment in starts:
        yield _build_entry(event, raw, moment, length, calendar)


def _find_rejection(event: Event, start: object, length: timedelta | None, email: str | None) -> str | None:
    """Return why an event is no entry, None where it is one."""
    attendees = event.properties.get("ATTENDEE", [])
    own = [part for part in attendees if email and part.value.casefold().removeprefix("mailto:") == email.casefold()]
    shown_as = (event.text("X-MICROSOFT-CDO-BUSYSTATUS") or "").upper()  # Outlook's "Show as"
    checks = [
        (event.get("X-CUT-OFF") is not None, CUT_OFF),
        ((event.text("STATUS") or "").upper() == "CANCELLED", CANCELLED),
        (any(part.parameters.get("PARTSTAT", "").upper() == "DECLINED" for part in own), DECLINED),
        (start is None, NO_MOMENT),
        (not isinstance(start, datetime), ALL_DAY),
        ((event.text("TRANSP") or "").upper() == "TRANSPARENT" or shown_as == "FREE", FREE),
        (shown_as == "OOF", AWAY),
        (length is None, NO_DURATION),
    ]
    return next((reason for is_bad, reason in checks if is_bad), None)


def _measure(event: Event, start: datetime | date | None, zone: ZoneInfo | None) -> timedelta | None:
    """Return the length of an event by its end or its duration."""
    stated, end = event.get("DURATION"), event.get("DTEND")
    if stated is not None:
        return parse_duration(stated.value)
    finish = parse_time(end, zone) if end else None
    if not isinstance(start, datetime) or not isinstance(finish, datetime):
        return None
    if (start.tzinfo is None) != (finish.tzinfo is None):
        return None
    return finish.astimezone(UTC) - start.astimezone(UTC) if start.tzinfo else finish - start


def _repeat(event: Event, start: datetime, calendar: CalendarFacts, facts: FileFacts) -> list[datetime]:
    """Return the occurrences of a repeating event up to now, without excluded and moved ones."""
    zone = start.tzinfo
    moments: set[datetime] = {start}
    for rule in event.properties.get("RRULE", []):
        if any(f"FREQ={word}" in rule.value.upper() for word in SLOW_RULES) or NO_STEP.search(rule.value.upper()):
            raise ValueError(rule.value)
        # Repeated by the clock of the event's zone, so that nine o'clock stays nine o'clock when clocks change.
        series = rrulestr(_localize_until(rule.value, start), dtstart=start.replace(tzinfo=None))
        limit = calendar.now.astimezone(zone).replace(tzinfo=None)
        occurrences = list(islice(_take_until(series, limit), MAX_OCCURRENCES))
        facts.add(MANY, len(occurrences) == MAX_OCCURRENCES)
        moments |= {moment.replace(tzinfo=zone) for moment in occurrences}
    moments |= {moment for moment in _list_times(event, "RDATE", calendar.zone) if moment <= calendar.now}
    excluded = {_make_instant(moment) for moment in _list_times(event, "EXDATE", calendar.zone)}
    if not event.get("RECURRENCE-ID"):
        excluded |= {moment for uid, moment in calendar.moved if uid == (event.text("UID") or "")}
    return sorted(moment for moment in moments if _make_instant(moment) not in excluded)


def _take_until(series: Iterable[datetime], limit: datetime) -> Iterator[datetime]:
    for moment in series:
        if moment > limit:
            return
        yield moment


def _localize_until(rule: str, start: datetime) -> str:
    """Return a rule whose end is a clock time of the event's zone, as its occurrences are."""
    parts = dict(part.split("=", 1) for part in rule.strip().strip(";").split(";"))
    parts = {name.upper(): value for name, value in parts.items()}
    if parts.get("UNTIL", "").strip().startswith(str(MAXYEAR)):
        del parts["UNTIL"]  # how some write that it never ends
    until = parse_time(Property(parts["UNTIL"]), None) if "UNTIL" in parts else None
    if isinstance(until, datetime) and until.tzinfo:
        parts["UNTIL"] = until.astimezone(start.tzinfo).strftime("%Y%m%dT%H%M%S")
    elif until is not None and not isinstance(until, datetime):
        parts["UNTIL"] = f"{until:%Y%m%d}T235959"
    return ";".join(f"{name}={value}" for name, value in parts.items())


def _list_times(event: Event, name: str, zone: ZoneInfo | None) -> Iterator[datetime]:
    for part in event.properties.get(name, []):
        for text in part.value.split(","):
            moment = parse_time(Property(text, part.parameters), zone)
            if isinstance(moment, datetime):
                yield moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _build_entry(
    event: Event, raw: object, start: datetime, length: timedelta | None, calendar: CalendarFacts
) -> EntryRecord:
    uid = event.text("UID")
    is_repeated = bool(event.get("RRULE") or event.get("RDATE") or event.get("RECURRENCE-ID"))
    place = event.get("RECURRENCE-ID")
    original = parse_time(place, calendar.zone) if place else start
    mark = f" {_make_instant(original):%Y%m%dT%H%M%SZ}" if is_repeated and isinstance(original, datetime) else ""
    changed = event.get("LAST-MODIFIED")
    modified = parse_time(changed, UTC_ZONE) if changed else None
    texts = {
        "native_id": f"{uid}{mark}" if uid else None,
        "email": calendar.email,
        "description": event.text("SUMMARY"),
        "tags": "; ".join(filter(None, (text.strip() for text in (event.text("CATEGORIES") or "").split(",")))) or None,
        "category": MEETING if event.get("ATTENDEE") else None,
    }
    return EntryRecord(
        event.line,
        raw,
        texts,
        start.astimezone(calendar.zone) if calendar.zone else start,
        seconds=length.total_seconds() if length is not None else None,
        changed_at=modified if isinstance(modified, datetime) else None,
    )


UTC_ZONE = ZoneInfo("UTC")
IMPORTER: Importer = RecordFormat(
    name="icalendar",
    tool="icalendar",
    title="Calendar (iCalendar, .ics)",
    matches=_matches,
    build_entries=_build_entries,
    columns={"DTSTART": "started_at", "DTEND": "seconds", "SUMMARY": "description", "UID": "native_id"},
    lacks=(NO_PROJECT, "whether somebody was there"),
    notes=("Meetings that people book in their tracker, too, would count twice: keep them in one of the two.",),
    depends_on_today=True,
)
