"""Buckets of ActivityWatch: the window in front, as far as somebody was at the keyboard.

The buckets of one computer overlap in time (window, browser, editor, absence), so that their sum would count hours
several times. Each event of a window bucket is a row; its time counts where an event of the absence bucket of the
same computer says "not-afk".
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from dashboard.errors import UnreadableFile
from dashboard.importers.contract import NO_PROJECT, Importer, Source, match_records
from dashboard.importers.frames.entry_records import (
    NO_MOMENT,
    NOT_AN_ENTRY,
    EntryRecord,
    FileFacts,
    RecordFormat,
    parse_moment,
    read_number,
    read_objects,
    read_text,
)

Span = tuple[datetime, datetime]
Record = Mapping[str, object]
AWAY = "away from the keyboard"
REPEATED = "the same event twice in the file"
NO_LENGTH = "an event without any length"
OTHER_BUCKETS = "Buckets not read, because they overlap with the windows in time"
NO_ABSENCE = "Computers without a bucket of absence, whose windows count also while nobody was there"


def _is_export(record: Record) -> bool:
    buckets = _list_buckets(record)
    return bool(buckets) and all("events" in bucket and "type" in bucket for bucket in buckets)


def _list_buckets(record: Record) -> list[Record]:
    buckets = record.get("buckets")
    values = buckets.values() if isinstance(buckets, dict) else buckets if isinstance(buckets, list) else ()
    return [bucket for bucket in values if isinstance(bucket, dict)]


def _build_entries(source: Source, facts: FileFacts) -> Iterator[EntryRecord]:
    line = 0
    for _, record in read_objects(source):
        buckets = [] if isinstance(record, EntryRecord) else _list_buckets(record)
        windows = [bucket for bucket in buckets if bucket.get("type") == "currentwindow"]
        absences = [bucket for bucket in buckets if bucket.get("type") == "afkstatus"]
        if not windows:
            raise UnreadableFile(
                f'"{source.name}" has no bucket of windows, by which the time of ActivityWatch is counted.',
                "In ActivityWatch, open Raw Data and choose Export all buckets as JSON.",
            )
        facts.add(OTHER_BUCKETS, len(buckets) - len(windows) - len(absences))
        for window in windows:
            present = _collect_presence(absences, read_text(window, "hostname"))
            facts.add(NO_ABSENCE, present is None)
            entries = list(_build_windows(window, present, line))
            line += len(entries)
            yield from _round_lengths(entries)


def _collect_presence(absences: Iterable[Record], host: str | None) -> list[Span] | None:
    """Return when somebody was at a computer, as spans that do not overlap; None where nothing says it."""
    own = [bucket for bucket in absences if read_text(bucket, "hostname") == host]
    if not own:
        return None
    spans = [
        span
        for bucket in own
        for event in _list_events(bucket)
        if isinstance(event, dict) and read_text(event, "data", "status") == "not-afk" and (span := _read_span(event))
    ]
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _list_events(bucket: Record) -> list[object]:
    events = bucket.get("events")
    return events if isinstance(events, list) else []


def _read_span(event: Record) -> Span | None:
    start, length = parse_moment(event.get("timestamp")), read_number(event, "duration")
    if start is None or length is None or not 0 <= length < 10**8:
        return None
    start = (start if start.tzinfo else start.replace(tzinfo=UTC)).astimezone(UTC)
    return start, start + timedelta(seconds=length)


def _build_windows(window: Record, present: list[Span] | None, line: int) -> Iterator[EntryRecord]:
    """Yield each event of a window with the seconds in which somebody was there; newest first, as in the file."""
    seen: set[tuple[object, ...]] = set()
    for place, event in enumerate(_list_events(window), start=line + 1):
        span = _read_span(event) if isinstance(event, dict) else None
        if span is None or not isinstance(event, dict):
            yield EntryRecord(place, event, reason=NO_MOMENT if isinstance(event, dict) else NOT_AN_ENTRY)
            continue
        app = read_text(event, "data", "app") or read_text(event, "data", "package")
        title = read_text(event, "data", "title") or read_text(event, "data", "classname")
        seconds = _measure(span, present)
        reason = REPEATED if (*span, app, title) in seen else AWAY if seconds == 0 else None
        reason = NO_LENGTH if span[0] == span[1] else reason
        seen.add((*span, app, title))
        texts = {"task": app, "description": title}
        yield EntryRecord(place, event, texts, span[0], seconds=seconds, reason=reason)


def _measure(span: Span, present: list[Span] | None) -> float:
    """Return the seconds of a span that lie in `present`."""
    if present is None:
        return (span[1] - span[0]).total_seconds()
    seconds = 0.0
    first = max(bisect_right(present, (span[0], span[0])) - 1, 0)
    for start, end in present[first:]:
        if start >= span[1]:
            break
        seconds += max((min(end, span[1]) - max(start, span[0])).total_seconds(), 0)
    return seconds


def _round_lengths(entries: Iterable[EntryRecord]) -> Iterator[EntryRecord]:
    """Yield the entries with whole seconds whose sum is that of the exact ones."""
    exact = 0.0
    for entry in entries:
        if entry.reason is not None or entry.seconds is None:
            yield entry
            continue
        before, exact = round(exact), exact + entry.seconds
        yield replace(entry, seconds=round(exact) - before)


IMPORTER: Importer = RecordFormat(
    name="activitywatch",
    tool="activitywatch",
    title="ActivityWatch buckets (JSON)",
    matches=match_records(_is_export),
    build_entries=_build_entries,
    columns={"timestamp": "started_at", "duration": "seconds", "app": "task", "title": "description"},
    lacks=("whose work it is", NO_PROJECT, "the local time zone"),
)
