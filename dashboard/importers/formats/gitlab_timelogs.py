"""Time logs of GitLab's GraphQL interface, wherever `timelogs` stands in the answer.

A correction is a time log of less than nothing: it is taken off the latest earlier logs of the same person on the same
issue, and is no entry of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from dashboard.importers.contract import Importer, Source
from dashboard.importers.frames.entry_records import (
    NO_MOMENT,
    NOT_AN_ENTRY,
    EntryRecord,
    FileFacts,
    RecordFormat,
    match_records,
    parse_day,
    parse_moment,
    read_number,
    read_objects,
    read_text,
)

Record = Mapping[str, object]
CORRECTION = "a correction, taken off the entries that it corrects"
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
    entries: list[EntryRecord] = []
    for _, record in read_objects(source):
        found = [record] if isinstance(record, EntryRecord) else list(_list_timelogs(record, facts))
        for timelog in found:
            line = len(entries) + 1
            entries.append(
                replace(timelog, line=line) if isinstance(timelog, EntryRecord) else _build_entry(line, timelog)
            )
    yield from _settle_corrections(entries)


def _build_entry(line: int, timelog: object) -> EntryRecord:
    if not isinstance(timelog, dict):
        return EntryRecord(line, timelog, reason=NOT_AN_ENTRY)
    subject = next((timelog[name] for name in ("issue", "mergeRequest") if isinstance(timelog.get(name), dict)), {})
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


def _settle_corrections(entries: list[EntryRecord]) -> list[EntryRecord]:
    """Return the entries after each correction was taken off; what no entry covers stays negative and is rejected."""
    settled = list(entries)
    for place, entry in enumerate(entries):
        left = -(entry.seconds or 0)
        if left <= 0 or entry.reason is not None:
            continue
        earlier = [
            other
            for other in range(len(settled))
            if (settled[other].seconds or 0) > 0 and _get_subject(settled[other]) == _get_subject(entry)
        ]
        earlier = [other for other in earlier if str(_get_time(settled[other])) <= str(_get_time(entry))]
        if sum(settled[other].seconds or 0 for other in earlier) < left:
            continue
        for other in sorted(earlier, key=lambda other: str(_get_time(settled[other])), reverse=True):
            taken = min(left, settled[other].seconds or 0)
            settled[other] = replace(settled[other], seconds=(settled[other].seconds or 0) - taken)
            left -= taken
        settled[place] = replace(entry, reason=CORRECTION)
    return settled


def _get_subject(entry: EntryRecord) -> tuple[str | None, ...]:
    return entry.texts.get("person"), entry.texts.get("project"), entry.texts.get("task")


def _get_time(entry: EntryRecord) -> object:
    return entry.started or entry.day_on


IMPORTER: Importer = RecordFormat(
    name="gitlab_timelogs",
    tool="gitlab",
    title="GitLab time logs (GraphQL, JSON)",
    matches=match_records(_is_answer),
    build_entries=_build_entries,
    columns={"id": "native_id", "user": "person", "spentAt": "started_at", "timeSpent": "seconds", "issue": "task"},
)
