"""Intervals of Timewarrior as `timew export` writes them, or its data files; the interval that still runs has no end.

Its numbers count from the newest interval and change with each new one, so that they identify nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from dashboard.importers.contract import STILL_RUNNING, Head, Importer, Source, match_records
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
_DATA_LINE = re.compile(r"inc (\d{8}T\d{6}Z)(?: - (\d{8}T\d{6}Z))?(?: # (.*))?")
_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)')
_OF_A_TASK = frozenset({"uuid", "entry", "status"})  # of Taskwarrior, whose instants have the same form


def _is_interval(record: Mapping[str, object]) -> bool:
    return bool(_INSTANT.fullmatch(str(record.get("start")))) and not _OF_A_TASK & record.keys()


def _is_timewarrior(head: Head) -> bool:
    if head.shape == "text":
        return any(_DATA_LINE.fullmatch(str(line)) for line in head.records)
    return match_records(_is_interval)(head)


def _read_intervals(source: Source) -> Iterator[tuple[int, Mapping[str, object] | EntryRecord]]:
    """Yield (number, interval) of an export, or of the lines of a data file, in the form of an export."""
    if source.head().shape != "text":
        yield from read_objects(source)
        return
    for line, text in source.records():
        interval = _DATA_LINE.fullmatch(str(text))
        if interval:
            yield line, {"start": interval[1], "end": interval[2], **_split_words(interval[3] or "")}
        elif str(text).startswith("inc"):
            yield line, EntryRecord(line, text, reason=NO_MOMENT)


def _split_words(rest: str) -> dict[str, object]:
    """Return the tags, and the annotation that follows a hash."""
    words = [quoted or plain for quoted, plain in _WORD.findall(rest)]
    place = words.index("#") if "#" in words else len(words)
    return {"tags": words[:place], "annotation": " ".join(words[place + 1 :]).replace('\\"', '"') or None}


def _build_entries(source: Source, facts: FileFacts) -> Iterator[EntryRecord]:
    del facts
    for line, record in _read_intervals(source):
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
    title="Timewarrior export (JSON) or data file",
    matches=_is_timewarrior,
    build_entries=_build_entries,
    columns={"start": "started_at", "end": "seconds", "tags": "tags", "annotation": "description"},
    lacks=("whose work it is", "the local time zone"),
)
