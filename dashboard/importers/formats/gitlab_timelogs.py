"""Time logs of GitLab's GraphQL interface, wherever `timelogs` stands in the answer.

A correction is a time log of less than nothing, as in any table of times.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from dashboard.importers.contract import Importer, Source, match_records
from dashboard.importers.frames.entry_records import (
    NO_MOMENT,
    NOT_AN_ENTRY,
    EntryRecord,
    FileFacts,
    RecordFormat,
    parse_day,
    parse_moment,
    read_number,
    read_objects,
    read_text,
)

Record = Mapping[str, object]
MORE_PAGES = "Pages of time logs that are not in the file: ask for the next page, too"
MAX_DEPTH = 12


def _is_answer(record: Record) -> bool:
    return _is_timelog(record) or bool(list(_find_connections(record)))


def _is_timelog(record: Record) -> bool:
    return {"timeSpent", "spentAt"} <= record.keys()


def _find_connections(value: object, depth: int = 0) -> Iterator[Record]:
    """Yield each list of time logs in an answer."""
    if depth > MAX_DEPTH:
        return
    if isinstance(value, dict):
        timelogs = value.get("timelogs")
        if isinstance(timelogs, dict) and ("nodes" in timelogs or "edges" in timelogs):
            yield timelogs
        for name, part in value.items():
            if name != "timelogs":
                yield from _find_connections(part, depth + 1)
    elif isinstance(value, list):
        for part in value:
            yield from _find_connections(part, depth + 1)


def _list_timelogs(record: Record, facts: FileFacts) -> Iterator[object]:
    if _is_timelog(record):
        yield record
        return
    for connection in _find_connections(record):
        page = connection.get("pageInfo")
        facts.add(MORE_PAGES, isinstance(page, dict) and page.get("hasNextPage") is True)
        nodes, edges = connection.get("nodes"), connection.get("edges")
        if isinstance(nodes, list):
            yield from nodes
        elif isinstance(edges, list):
            yield from (edge.get("node") if isinstance(edge, dict) else edge for edge in edges)


def _build_entries(source: Source, facts: FileFacts) -> Iterator[EntryRecord]:
    line = 0
    for _, record in read_objects(source):
        timelogs = [record] if isinstance(record, EntryRecord) else _list_timelogs(record, facts)
        for timelog in timelogs:
            line += 1
            yield replace(timelog, line=line) if isinstance(timelog, EntryRecord) else _build_entry(line, timelog)


def _build_entry(line: int, timelog: object) -> EntryRecord:
    if not isinstance(timelog, dict):
        return EntryRecord(line, timelog, reason=NOT_AN_ENTRY)
    subject: Record = next(
        (timelog[name] for name in ("issue", "mergeRequest") if isinstance(timelog.get(name), dict)), {}
    )
    title, summary = read_text(subject, "title"), read_text(timelog, "summary")
    reference = read_text(subject, "reference") or read_text(subject, "webUrl") or read_text(subject, "iid")
    texts = {
        "native_id": read_text(timelog, "id"),
        "person": read_text(timelog, "user", "name") or read_text(timelog, "user", "username"),
        "email": read_text(timelog, "user", "publicEmail"),
        "project": read_text(timelog, "project", "name") or read_text(timelog, "project", "fullPath"),
        "task": reference,
        "description": ": ".join(filter(None, (title, summary or read_text(timelog, "note", "body")))) or None,
    }
    moment = parse_moment(timelog.get("spentAt"))
    day = parse_day(timelog.get("spentAt")) if moment is None else None
    reason = NO_MOMENT if moment is None and day is None else None
    seconds = read_number(timelog, "timeSpent")
    return EntryRecord(line, timelog, texts, moment, seconds=seconds, day_on=day, reason=reason)


IMPORTER: Importer = RecordFormat(
    name="gitlab_timelogs",
    tool="gitlab",
    title="GitLab time logs (GraphQL, JSON)",
    matches=match_records(_is_answer),
    build_entries=_build_entries,
    columns={"id": "native_id", "user": "person", "spentAt": "started_at", "timeSpent": "seconds", "issue": "task"},
)
