"""Values of labeling exports: instants, lengths, texts and answers, each read or refused with a reason."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from dashboard.importers.contract import (
    DAY_OUTSIDE,
    END_BEFORE_START,
    LONGEST_SECONDS,
    NEGATIVE_DURATION,
    NO_DATE,
    NO_DURATION,
    TOO_LONG,
)
from dashboard.importers.frames.label_studio_events import (
    EARLIEST_MICROS,
    LATEST_MICROS,
    format_label,
    parse_instant,
    parse_milliseconds,
)
from dashboard.units import format_count

NAMELESS = "unnamed annotator"
GAP_RULE = "gaps of up to 5 min between completions"
OPEN_RULE = "open time, idle not cut"
NO_ANSWER = "(nothing)"
SURVEY_PAGES = "Pages of the survey around the instances, not counted as rows"
DIGEST_DIGITS = 16
MOST_IMAGES = 200_000  # of one person, project and period, or of one job: each becomes a row
NO_COUNT = "no count of images that can be read"
TOO_MANY = f"more than {format_count(MOST_IMAGES)} images of one person and project"
LONGEST_COUNT = 9  # digits; a longer number is an id
EPOCH_MILLISECONDS = 10**11  # a larger number of an instant is in milliseconds, a smaller one in seconds


class BadRecordError(ValueError):
    """A record, or an event in one, that cannot be taken; its text is the reason."""


def read_instant(value: object) -> int | None:
    """Return microseconds since 1970: of ISO text (UTC without an offset), or of a number of (milli)seconds.

    Raises:
        BadRecordError: there is a value, and it is no instant of the years that a store keeps.
    """
    if isinstance(value, str):
        value = value.strip().removesuffix(" UTC")
    try:
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= EPOCH_MILLISECONDS:
            value = value / 1000
        moment = parse_instant(value)
    except (ValueError, OverflowError, TypeError) as error:
        raise BadRecordError(NO_DATE) from error
    if moment is not None and not EARLIEST_MICROS <= moment < LATEST_MICROS:
        raise BadRecordError(DAY_OUTSIDE)
    return moment


def require_instant(value: object) -> int:
    """Return microseconds since 1970; raises `BadRecordError` also where there is no value."""
    moment = read_instant(value)
    if moment is None:
        raise BadRecordError(NO_DATE)
    return moment


def find_instant(value: object) -> int | None:
    """Return microseconds since 1970, None for whatever is no instant: for instants that nothing depends on."""
    try:
        return read_instant(value)
    except BadRecordError:
        return None


def read_length(value: object, *, unit_seconds: float = 1.0) -> int | None:
    """Return a length as whole milliseconds; None stays None.

    Raises:
        BadRecordError: it is no number, negative, or longer than a month.
    """
    try:
        length = parse_milliseconds(value, unit_seconds=unit_seconds)
    except (ValueError, OverflowError) as error:
        raise BadRecordError(NO_DURATION) from error
    if length is None:
        return None
    if not 0 <= length <= LONGEST_SECONDS * 1000:
        raise BadRecordError(NEGATIVE_DURATION if length < 0 else TOO_LONG)
    return length


def measure_span(started: int | None, finished: int | None) -> dict[str, Any]:
    """Return both instants and the open time between them, which includes idle time.

    Raises:
        BadRecordError: the end is before the start, or more than a month after it.
    """
    fields: dict[str, Any] = {"started_at": started, "finished_at": finished}
    if started is None or finished is None:
        return fields
    length = (finished - started) // 1000
    if length < 0:
        raise BadRecordError(END_BEFORE_START)
    if length > LONGEST_SECONDS * 1000:
        raise BadRecordError(TOO_LONG)
    return {**fields, "milliseconds": length, "time_kind": "start-end", "idle_rule": OPEN_RULE}


def mark_reported(milliseconds: int | None, rule: str | None = None) -> dict[str, Any]:
    """Return the fields of a time that the tool reports, or of none."""
    if milliseconds is None:
        return {"milliseconds": None, "time_kind": "none"}
    return {"milliseconds": milliseconds, "time_kind": "reported", "idle_rule": rule}


def mark_stamped(finished: int | None) -> dict[str, Any]:
    """Return the fields of a label of which only the completion is known: the store derives its time from gaps."""
    if finished is None:
        return {"finished_at": None, "time_kind": "none"}
    return {"finished_at": finished, "time_kind": "gap-derived", "idle_rule": GAP_RULE}


def read_text(value: object) -> str | None:
    """Return a number or text as text without outer blanks, None for nothing."""
    return None if isinstance(value, bool) else format_label(value)


def find_first_text(*values: object) -> str | None:
    """Return the first of several values that is a number or text, as text."""
    return next((text for value in values if (text := read_text(value)) is not None), None)


def read_count(value: object) -> int | None:
    """Return a count from text such as `12` or `12.0`; None for anything else."""
    text = "" if value is None else str(value).removesuffix(".0")
    return int(text) if text.isdecimal() and len(text) <= LONGEST_COUNT else None


def require_image_count(value: object) -> int:
    """Return how many images a tool counts; raises `BadRecordError` for what is no count that can be right."""
    number = None if isinstance(value, bool) else read_count(value)
    if number is None:
        raise BadRecordError(NO_COUNT)
    if number > MOST_IMAGES:
        raise BadRecordError(TOO_MANY)
    return number


def read_email(value: object) -> str | None:
    """Return an address; None for a name or a number."""
    text = read_text(value)
    return text if text and "@" in text else None


def list_objects(value: object) -> list[Mapping[str, Any]]:
    """Return the objects of a list; nothing for what is no list."""
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def is_survey_page(item: str) -> bool:
    """Return whether an item of POTATO is a page of the survey around its instances, such as a consent."""
    return item.endswith(".html")


def get_object(value: object) -> Mapping[str, Any]:
    """Return an object; an empty one for anything else."""
    return value if isinstance(value, Mapping) else {}


def count_answers(answers: Iterable[str | None]) -> str:
    """Return answers as one text in canonical order, counted where one occurs more than once."""
    counts = Counter(answer for answer in answers if answer)
    if not counts:
        return NO_ANSWER
    return "; ".join(answer if count == 1 else f"{answer} x{count}" for answer, count in sorted(counts.items()))


def format_value(value: object) -> str | None:
    """Return any answer as text: lists sorted, objects as JSON with sorted names."""
    if isinstance(value, list):
        return count_answers(format_value(item) for item in value)
    if isinstance(value, Mapping):
        return json.dumps(value, sort_keys=True, ensure_ascii=False)
    if isinstance(value, bool):
        return str(value).lower()
    return format_label(value)


def digest_text(*parts: object) -> str:
    """Return a short digest of texts, as an id of what has none and must not be shown."""
    text = "\x1f".join("" if part is None else str(part) for part in parts)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:DIGEST_DIGITS]
