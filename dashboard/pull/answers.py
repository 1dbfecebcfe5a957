"""Take apart what a server answered: another shape than its interface documents is refused, not guessed at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import NoReturn

from dashboard.errors import PullFailed
from dashboard.pull.contract import Record

LONGEST_KEY = 200  # characters
FIRST_INSTANT = datetime(1990, 1, 1, tzinfo=UTC)


def list_records(answer: object, name: str | None = None) -> list[Record]:
    """Return the objects of a list, or of the list under a name of an object.

    Raises:
        PullFailed: there is no such list, or it holds something else.
    """
    values = answer if name is None else answer.get(name) if isinstance(answer, Mapping) else None
    if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
        refuse_answer(f"a list of {name or 'records'}")
    return values


def read_object(answer: object, name: str | None = None) -> Record:
    """Return an object, or the one under a name of it; raises as `list_records`."""
    value = answer if name is None else answer.get(name) if isinstance(answer, Mapping) else None
    if not isinstance(value, dict):
        refuse_answer(name or "an object")
    return value


def read_key(record: Record, name: str = "id") -> str:
    """Return a number or key of a record as text; raises as `list_records`."""
    value = record.get(name)
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if not 0 < len(text) <= LONGEST_KEY or not text.isprintable():
        refuse_answer(f"a number or name ({name})")
    return text


def read_day(record: Record, name: str) -> date:
    """Return a day of a record; raises as `list_records`."""
    try:
        return date.fromisoformat(read_key(record, name))
    except ValueError:
        refuse_answer(f"a day ({name})")


def read_count(answer: object, name: str) -> int | None:
    """Return a count under a name of an object; None where there is none."""
    value = answer.get(name) if isinstance(answer, Mapping) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def read_words(record: object, *path: str) -> str:
    """Return the text at a path of names; empty where there is none."""
    value = record
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)


def parse_instant(text: object) -> datetime | None:
    """Return an instant in UTC; None where the text is none, or has no offset."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def read_cursor_instant(cursor: Mapping[str, object], name: str, overlap: timedelta) -> datetime | None:
    """Return the instant of a cursor, a little earlier: what was saved meanwhile may have become visible later."""
    moment = parse_instant(cursor.get(name))
    return max(moment - overlap, FIRST_INSTANT) if moment else None


def begin_of_day(day: date) -> datetime:
    """Return when a day begins in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def refuse_answer(expected: str) -> NoReturn:
    """Refuse an answer that is not what the interface documents."""
    raise PullFailed(
        f"The server's answer does not hold {expected}, as its interface says.",
        "Check the address; the server may be of another version.",
    )
