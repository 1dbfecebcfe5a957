"""Frames of Watson: its own file of frames, what `watson log` writes as JSON or CSV, or what `watson sync` sends.

The CSV cuts the number of a frame to seven characters; so do we, that a frame is the same in each form.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dashboard.importers.contract import BadRecord, Head, Importer, Source
from dashboard.importers.frames.entry_records import (
    NO_MOMENT,
    NOT_AN_ENTRY,
    EntryRecord,
    FileFacts,
    RecordFormat,
    join_tags,
    parse_epoch,
    parse_moment,
    read_text,
)

LOG_FIELDS = frozenset({"id", "start", "stop", "project", "tags"})
SERVER_FIELDS = frozenset({"id", "begin_at", "end_at", "project", "tags"})
FRAME_LENGTHS = (5, 6)  # start, stop, project, id, tags, and in newer files the time of change
ID_LENGTH = 7
URN = "urn:uuid:"  # how the number of a frame is written for a server


def _matches(head: Head) -> bool:
    if head.shape == "table":
        return set(head.header) == LOG_FIELDS
    return head.shape == "json" and bool(head.records) and all(map(_is_frame, head.records))


def _is_frame(record: object) -> bool:
    if isinstance(record, dict):
        return record.keys() in (LOG_FIELDS, SERVER_FIELDS)
    if not isinstance(record, list) or len(record) not in FRAME_LENGTHS:
        return False
    return all(isinstance(part, int | float) for part in record[:2]) and isinstance(record[3], str)


def _build_entries(source: Source, facts: FileFacts) -> Iterator[EntryRecord]:
    del facts
    if source.head().shape == "table":
        yield from _read_table(source)
        return
    for line, record in source.records():
        if isinstance(record, list) and _is_frame(record):
            changed = parse_epoch(record[5]) if len(record) == max(FRAME_LENGTHS) else None
            texts = _build_texts({"project": record[2], "id": record[3]}, join_tags(record[4]))
            started, ended = parse_epoch(record[0]), parse_epoch(record[1])
            reason = NO_MOMENT if started is None or ended is None else None
            yield EntryRecord(line, record, texts, started, ended, changed_at=changed, reason=reason)
        elif isinstance(record, dict):
            yield _build_logged(line, record, join_tags(record.get("tags")))
        else:
            reason = record.reason if isinstance(record, BadRecord) else NOT_AN_ENTRY
            yield EntryRecord(line, record, reason=reason)


def _read_table(source: Source) -> Iterator[EntryRecord]:
    for frame, structural in source.frames():
        for line, reason, raw in structural.select("line", "reason", "raw").iter_rows():
            yield EntryRecord(line, raw, reason=reason)
        for row in frame.iter_rows(named=True):
            yield _build_logged(int(row["_line"]), row, join_tags(str(row["tags"] or "").split(", ")))


def _build_logged(line: int, record: Mapping[str, object], tags: str | None) -> EntryRecord:
    started = parse_moment(record.get("start", record.get("begin_at")))
    ended = parse_moment(record.get("stop", record.get("end_at")))
    reason = NO_MOMENT if started is None or ended is None else None
    return EntryRecord(line, record, _build_texts(record, tags), started, ended, reason=reason)


def _build_texts(record: Mapping[str, object], tags: str | None) -> dict[str, str | None]:
    number = (read_text(record, "id") or "").removeprefix(URN).replace("-", "")
    return {"native_id": number[:ID_LENGTH] or None, "project": read_text(record, "project"), "tags": tags}


IMPORTER: Importer = RecordFormat(
    name="watson",
    tool="watson",
    title="Watson frames or log (JSON, CSV)",
    matches=_matches,
    build_entries=_build_entries,
    columns={
        "id": "native_id",
        "project": "project",
        "start": "started_at",
        "begin_at": "started_at",
        "stop": "seconds",
        "end_at": "seconds",
        "tags": "tags",
    },
    lacks=("whose work it is",),
)
