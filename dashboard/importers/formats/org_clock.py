"""Clock lines of org files, in any language of the weekday: each is an entry of the heading above it.

Logseq writes the same lines, with seconds, below the bullet points of its pages: these are headings by their indent.
The highest heading is the project, the one that the line belongs to is the task.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from dashboard.importers.contract import STILL_RUNNING, Head, Importer, Source
from dashboard.importers.frames.entry_records import NO_MOMENT, EntryRecord, FileFacts, RecordFormat

_STAMP = r"\[(\d{4}-\d\d-\d\d)(?: [^\]\d]*)? ?(\d{1,2}:\d\d(?::\d\d)?)\]"
_CLOCK = re.compile(rf"\s*CLOCK: {_STAMP}(?:--{_STAMP})?(?:\s*=>\s*(-?\d+):(\d\d)(?::(\d\d))?)?\s*")
_BULLET = re.compile(r"([ \t]*)[-*+] +(?:(?:TODO|DOING|DONE|NOW|LATER|WAITING|CANCELED|CANCELLED|IN-PROGRESS) +)?(.*)")
_HEADING = re.compile(r"(\*+)\s+(?:[A-Z]{2,}(?:-[A-Z]+)?\s+)?(?:\[#\w\]\s+)?(.*?)(?:\s+(:[\w@#%:]+:))?\s*")
_WITH_SECONDS = re.compile(r"\d:\d\d:\d\d\]")
_BELOW_HEADINGS, _TAB = 100, 2
DIFFERING = "Clocks whose stated length is not end minus start; end minus start was taken"


def _matches(head: Head) -> bool:
    return head.shape == "text" and any(str(line).lstrip().startswith("CLOCK: [") for line in head.records)


def _build_entries(source: Source, facts: FileFacts) -> Iterator[EntryRecord]:
    path: list[tuple[int, str]] = []
    tags: str | None = None
    for line, text in source.records():
        heading = _HEADING.fullmatch(str(text))
        bullet = _BULLET.fullmatch(str(text)) if heading is None else None
        if bullet:
            level = _BELOW_HEADINGS + len(bullet[1].expandtabs(_TAB))
            path = [(depth, title) for depth, title in path if depth < level] + [(level, bullet[2].strip())]
        elif heading:
            level = len(heading[1])
            path = [(depth, title) for depth, title in path if depth < level] + [(level, heading[2].strip())]
            tags = "; ".join(filter(None, (heading[3] or "").split(":"))) or None
        elif str(text).lstrip().startswith("CLOCK: "):
            # In an org file, a bullet is a note on the heading.
            has_seconds = bool(_WITH_SECONDS.search(str(text)))
            titles = [title for level, title in path if title and (has_seconds or level < _BELOW_HEADINGS)]
            texts = {"project": titles[0] if len(titles) > 1 else None, "task": titles[-1] if titles else None}
            yield _build_entry(line, str(text), {**texts, "tags": tags}, facts)


def _build_entry(line: int, text: str, texts: dict[str, str | None], facts: FileFacts) -> EntryRecord:
    clock = _CLOCK.fullmatch(text)
    if clock is None:
        return EntryRecord(line, text, texts, reason=NO_MOMENT)
    started, ended = _parse_stamp(clock[1], clock[2]), _parse_stamp(clock[3], clock[4])
    if clock[3] is None:
        return EntryRecord(line, text, texts, started, reason=STILL_RUNNING)
    if started is None or ended is None:
        return EntryRecord(line, text, texts, reason=NO_MOMENT)
    if clock[5] is not None:
        length = int((ended - started).total_seconds())
        stated = int(clock[5]) * 3600 + int(clock[6]) * 60 + int(clock[7] or 0)
        facts.add(DIFFERING, stated != (length if clock[7] else length // 60 * 60))
    return EntryRecord(line, text, texts, started, ended)


def _parse_stamp(day: str | None, clock: str | None) -> datetime | None:
    try:
        form = "%Y-%m-%d %H:%M" if clock and clock.count(":") == 1 else "%Y-%m-%d %H:%M:%S"
        return datetime.strptime(f"{day} {clock}", form)  # noqa: DTZ007 - a clock time in the zone of the lead
    except ValueError:
        return None


IMPORTER: Importer = RecordFormat(
    name="org_clock",
    tool="org_clock",
    title="Clock lines of an org file",
    matches=_matches,
    build_entries=_build_entries,
    columns={"CLOCK": "started_at", "heading": "task"},
    lacks=("whose work it is",),
    needs_zone=True,
)
