"""Events of a calendar (iCalendar) as properties by name: folded lines joined, alarms and zones left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from dashboard.importers.columns.zones import has_date_everywhere

_PROPERTY = re.compile(
    r'([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)*):(.*)', re.DOTALL
)
_PARAMETER = re.compile(r';([A-Za-z0-9-]+)=("[^"]*"|[^;]*)')
_DURATION = re.compile(r"([+-]?)P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,9})S)?)?")
WINDOWS_ZONES = {
    "W. Europe Standard Time": "Europe/Berlin",
    "Romance Standard Time": "Europe/Paris",
    "Central Europe Standard Time": "Europe/Budapest",
    "Central European Standard Time": "Europe/Warsaw",
    "E. Europe Standard Time": "Europe/Chisinau",
    "FLE Standard Time": "Europe/Kiev",
    "GTB Standard Time": "Europe/Bucharest",
    "GMT Standard Time": "Europe/London",
    "Greenwich Standard Time": "Atlantic/Reykjavik",
    "Russian Standard Time": "Europe/Moscow",
    "Turkey Standard Time": "Europe/Istanbul",
    "Israel Standard Time": "Asia/Jerusalem",
    "Eastern Standard Time": "America/New_York",
    "Central Standard Time": "America/Chicago",
    "Mountain Standard Time": "America/Denver",
    "Pacific Standard Time": "America/Los_Angeles",
    "E. South America Standard Time": "America/Sao_Paulo",
    "India Standard Time": "Asia/Kolkata",
    "China Standard Time": "Asia/Shanghai",
    "Tokyo Standard Time": "Asia/Tokyo",
    "Korea Standard Time": "Asia/Seoul",
    "Singapore Standard Time": "Asia/Singapore",
    "AUS Eastern Standard Time": "Australia/Sydney",
    "UTC": "UTC",
}


@dataclass(frozen=True)
class Property:
    """The value of a property, with its parameters in capitals."""

    value: str
    parameters: dict[str, str] = field(default_factory=dict)


@dataclass
class Event:
    """An event: the line where it begins, and its properties by name, each as often as it stands there."""

    line: int
    properties: dict[str, list[Property]] = field(default_factory=dict)

    def get(self, name: str) -> Property | None:
        """Return the first property of a name."""
        return next(iter(self.properties.get(name, ())), None)

    def text(self, name: str) -> str | None:
        """Return a property as text without escapes."""
        part = self.get(name)
        return unescape(part.value) or None if part else None


def read_calendar(lines: Iterable[tuple[int, object]]) -> Iterator[tuple[Event, dict[str, str]]]:
    """Yield each event with the properties of its calendar that stand before it; an event cut off is left open."""
    stack: list[str] = []
    calendar: dict[str, str] = {}
    event: Event | None = None
    for number, text in _unfold(lines):
        match = _PROPERTY.fullmatch(text)
        if match is None:
            continue
        name, value = match[1].upper(), match[3]
        if name == "BEGIN":
            stack.append(value.strip().upper())
            event = Event(number) if stack[-1] == "VEVENT" else event
        elif name == "END":
            if value.strip().upper() == "VEVENT" and event is not None:
                yield event, calendar
                event = None
            stack = stack[:-1]
        elif stack and stack[-1] == "VEVENT" and event is not None:
            parameters = {key.upper(): part.strip('"') for key, part in _PARAMETER.findall(match[2])}
            event.properties.setdefault(name, []).append(Property(value, parameters))
        elif stack == ["VCALENDAR"]:
            calendar[name] = unescape(value)
    if event is not None:
        event.properties.setdefault("X-CUT-OFF", []).append(Property("TRUE"))
        yield event, calendar


def _unfold(lines: Iterable[tuple[int, object]]) -> Iterator[tuple[int, str]]:
    """Yield whole lines: one that begins with a blank goes on the line before."""
    first, parts = 0, list[str]()
    for number, line in lines:
        text = str(line)
        if text[:1] in (" ", "\t") and parts:
            parts.append(text[1:])
            continue
        if parts:
            yield first, "".join(parts)
        first, parts = number, [text]
    if parts:
        yield first, "".join(parts)


def unescape(value: str) -> str:
    """Return a text as it was typed."""
    text = value.replace("\\n", "\n").replace("\\N", "\n")
    return text.replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\").strip()


def parse_duration(value: str) -> timedelta | None:
    """Return a length such as PT1H30M, None where it cannot be read."""
    match = _DURATION.fullmatch(value.strip().upper())
    if match is None or not any(match.groups()[1:]):
        return None
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    return -length if match[1] == "-" else length


def find_zone(name: str | None) -> ZoneInfo | None:
    """Return the zone of a name: of the IANA list, also behind a path, or one of Windows; else None."""
    if not name:
        return None
    parts = name.strip("/").split("/")
    for candidate in (WINDOWS_ZONES.get(name, name), "/".join(parts[-2:]), "/".join(parts[-3:])):
        try:
            return ZoneInfo(candidate)
        except (ValueError, OSError, KeyError):
            continue
    return None


def parse_time(part: Property, zone: ZoneInfo | None) -> datetime | date | None:
    """Return an instant, a clock time where no zone is known, or a day; None where it cannot be read."""
    text = part.value.strip().upper()
    try:
        if part.parameters.get("VALUE", "").upper() == "DATE" or len(text) == len("20260101"):
            return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
        moment = datetime.strptime(text.removesuffix("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007 - its zone follows
    except ValueError:
        return None
    if not has_date_everywhere(moment):
        return None
    if text.endswith("Z"):
        return moment.replace(tzinfo=UTC)
    return moment.replace(tzinfo=find_zone(part.parameters.get("TZID")) or zone)
