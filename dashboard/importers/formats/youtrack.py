"""Work items of YouTrack's interface: one per person and day, with the issue that it was spent on.

YouTrack keeps the day of a work item as its midnight in UTC, and no clock time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from dashboard.importers.contract import NO_DATE, Importer, Source, match_records
from dashboard.importers.frames.entry_records import (
    EntryRecord,
    FileFacts,
    RecordFormat,
    parse_epoch,
    read_number,
    read_objects,
    read_text,
)

Record = Mapping[str, object]
MINUTE_SECONDS = 60


def _is_work_item(record: Record) -> bool:
    duration = record.get("duration")
    return "date" in record and isinstance(duration, dict) and "minutes" in duration


def _build_entries(source: Source, facts: FileFacts) -> Iterator[EntryRecord]:  # noqa: ARG001 - as all formats
    for line, record in read_objects(source):
        yield record if isinstance(record, EntryRecord) else _build_entry(line, record)


def _build_entry(line: int, item: Record) -> EntryRecord:
    issue = read_text(item, "issue", "idReadable")
    texts = {
        "native_id": read_text(item, "id"),
        "person": read_text(item, "author", "fullName")
        or read_text(item, "author", "name")
        or read_text(item, "author", "login"),
        "email": read_text(item, "author", "email"),
        "project": read_text(item, "issue", "project", "name") or (issue.rpartition("-")[0] or None if issue else None),
        "task": issue,
        "description": ": ".join(filter(None, (read_text(item, "issue", "summary"), read_text(item, "text")))) or None,
        "tags": read_text(item, "type", "name"),
    }
    duration = item.get("duration")
    minutes = read_number(duration, "minutes") if isinstance(duration, dict) else None
    moment = _read_milliseconds(item, "date")
    return EntryRecord(
        line,
        item,
        texts,
        day_on=moment.date() if moment else None,
        seconds=None if minutes is None else minutes * MINUTE_SECONDS,
        changed_at=_read_milliseconds(item, "updated"),
        reason=None if moment else NO_DATE,
    )


def _read_milliseconds(item: Record, name: str) -> datetime | None:
    number = read_number(item, name)
    return None if number is None else parse_epoch(number / 1000)


IMPORTER: Importer = RecordFormat(
    name="youtrack",
    tool="youtrack",
    title="YouTrack work items (JSON)",
    matches=match_records(_is_work_item),
    build_entries=_build_entries,
    columns={
        "id": "native_id",
        "author": "person",
        "date": "day_on",
        "duration.minutes": "seconds",
        "issue": "task",
        "text": "description",
        "type": "tags",
    },
    lacks=("the time of day",),
)
