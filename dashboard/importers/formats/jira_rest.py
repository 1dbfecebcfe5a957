"""Worklogs of Jira's interface: of one issue, or inside the issues that a search gives; or of Tempo on a Jira server.

A search gives at most 20 worklogs of an issue; where more are stated, the lead is told. Tempo names the worker and the
issue with each worklog, whose number in Jira is its origin, and writes midnight where only the day is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import time

from dashboard.importers.contract import Importer, Source, match_records
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

Record = Mapping[str, object]
CUT_OFF = "Worklogs that the file leaves out (a search gives 20 of an issue): ask /issue/KEY/worklog for all"
MAX_DEPTH = 40


def _is_page(record: Record) -> bool:
    if "worklogs" in record:
        return isinstance(record["worklogs"], list)
    issues = record.get("issues")
    if isinstance(issues, list):
        return all(isinstance(issue, dict) and _find_page(issue) is not None for issue in issues)
    return _is_worklog(record) or _find_page(record) is not None


def _is_worklog(record: Record) -> bool:
    return {"started", "timeSpentSeconds"} <= record.keys()


def _find_page(issue: Record) -> Record | None:
    """Return the worklogs of an issue with how many there are."""
    fields = issue.get("fields")
    page = fields.get("worklog") if isinstance(fields, dict) else None
    return page if isinstance(page, dict) and isinstance(page.get("worklogs"), list) else None


def _build_entries(source: Source, facts: FileFacts) -> Iterator[EntryRecord]:
    line = 0
    for _, record in read_objects(source):
        if isinstance(record, EntryRecord):
            line += 1
            yield EntryRecord(line, record.raw, reason=record.reason)
            continue
        for issue, page in _list_pages(record):
            worklogs = page["worklogs"] if isinstance(page["worklogs"], list) else []
            stated = read_number(page, "total")
            facts.add(CUT_OFF, max(int(stated or 0) - len(worklogs), 0))
            for worklog in worklogs:
                line += 1
                yield _build_entry(line, worklog, issue)


def _list_pages(record: Record) -> Iterator[tuple[Record, Record]]:
    """Yield each issue with its page of worklogs; the page of an unnamed issue has none."""
    if "worklogs" in record:
        yield {}, record
    elif _is_worklog(record):
        yield {}, {"worklogs": [record]}
    else:
        issues = record["issues"] if isinstance(record.get("issues"), list) else [record]
        for issue in issues if isinstance(issues, list) else []:
            page = _find_page(issue) if isinstance(issue, dict) else None
            yield (issue, page) if page is not None else ({}, {"worklogs": []})


def _build_entry(line: int, worklog: object, issue: Record) -> EntryRecord:
    if not isinstance(worklog, dict):
        return EntryRecord(line, worklog, reason=NOT_AN_ENTRY)
    author = worklog["author"] if isinstance(worklog.get("author"), dict) else {}
    is_tempo = "tempoWorklogId" in worklog
    comment = _read_document(worklog.get("comment"))
    summary = read_text(issue, "fields", "summary") or read_text(worklog, "issue", "summary")
    name = next(filter(None, (read_text(author, field) for field in ("displayName", "accountId", "name"))), None)
    project = read_text(issue, "fields", "project", "name") or read_text(issue, "fields", "project", "key")
    texts = {
        "native_id": read_text(worklog, "originId" if is_tempo else "id"),
        "person": name or read_text(worklog, "worker"),
        "email": read_text(author, "emailAddress"),
        "project": project or read_text(worklog, "issue", "projectKey"),
        "task": read_text(issue, "key") or read_text(worklog, "issue", "key") or read_text(worklog, "issueId"),
        "description": ": ".join(filter(None, (summary, comment))) or None,
    }
    started = parse_moment(worklog.get("started"))
    day_on = started.date() if started and is_tempo and started.time() == time.min else None
    seconds = read_number(worklog, "timeSpentSeconds")
    changed = parse_moment(worklog.get("updated"))
    return EntryRecord(
        line,
        worklog,
        texts,
        None if day_on else started,
        seconds=seconds,
        day_on=day_on,
        changed_at=changed if changed and changed.tzinfo else None,
        reason=None if started else NO_MOMENT,
    )


def _read_document(value: object, depth: int = 0) -> str | None:
    """Return the text of a comment: a text in version 2 of the interface, a document of nested parts in version 3."""
    if isinstance(value, str):
        return value.strip() or None
    if not isinstance(value, dict) or depth > MAX_DEPTH:
        return None
    parts = value["content"] if isinstance(value.get("content"), list) else []
    texts = [read_text(value, "text"), *(_read_document(part, depth + 1) for part in parts)]
    return " ".join(filter(None, texts)) or None


IMPORTER: Importer = RecordFormat(
    name="jira_rest",
    tool="jira",
    title="Jira worklogs (REST, JSON)",
    matches=match_records(_is_page),
    build_entries=_build_entries,
    retells=("jira", "jira_worklogs", "tempo"),
    columns={
        "id": "native_id",
        "author": "person",
        "started": "started_at",
        "timeSpentSeconds": "seconds",
        "comment": "description",
        "updated": "changed_at",
    },
)
