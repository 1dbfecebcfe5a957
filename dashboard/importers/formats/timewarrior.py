"""Intervals of Timewarrior as `timew export` writes them; the interval that still runs has no end.

Its numbers count from the newest interval and change with each new one, so that they identify nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from dashboard.importers.contract import STILL_RUNNING, Importer, Source, match_records
from dashboard.importers.frames.entry_records import (
    NO_MOMENT,
    EntryRecord,
    FileFacts,
    RecordFormat,
    join_tags,
    parse_moment,
    read_objects,
    read_text,
)

_INSTANT = re.compile(r"\d{8}T\d{6}Z")
_OF_A_TASK = frozenset({"uuid", "entry", "status"})  # of Taskwarrior, whose instants have the same form


def _is_interval(record: Mapping[str, object]) -> bool:
    return bool(_INSTANT.fullmatch(str(record.get("start")))) and not _OF_A_TASK & record.keys()


def _build_entries(source: Source, facts: FileFacts) -> Iterator[EntryRecord]:
    del facts
    for line, record in read_objects(source):
        if isinstance(record, EntryRecord):
            yield record
            continue
        started, ended = parse_moment(record.get("start")), parse_moment(record.get("end"))
        texts = {"tags": join_tags(record.get("tags")), "description": read_text(record, "annotation")}
        reason = NO_MOMENT if started is None else STILL_RUNNING if ended is None else None
        yield EntryRecord(line, record, texts, started, ended, reason=reason)


IMPORTER: Importer = RecordFormat(
    name="timewarrior",
    tool="timewarrior",
    title="Timewarrior export (JSON)",
    matches=match_records(_is_interval),
    build_entries=_build_entries,
    columns={"start": "started_at", "end": "seconds", "tags": "tags", "annotation": "description"},
    lacks=("whose work it is", "the local time zone"),
)
