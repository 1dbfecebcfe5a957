"""Daily totals of WakaTime: an entry for each project of a day.

Projects, languages, editors and categories of a day add up to the same total each; only projects are read. The dump of
heartbeats has no lengths and is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dashboard.errors import UnreadableFile
from dashboard.importers.contract import Importer, Source, match_records
from dashboard.importers.frames.entry_records import (
    EntryRecord,
    FileFacts,
    RecordFormat,
    parse_day,
    read_number,
    read_objects,
    read_text,
)

Record = Mapping[str, object]
NO_PROJECT = "Unknown Project"
TOLERANCE = 60  # seconds between a day's total and its projects


def _is_dump(record: Record) -> bool:
    days = record.get("days")
    return isinstance(days, list) and "range" in record and all(isinstance(day, dict) and "date" in day for day in days)


def _build_entries(source: Source, facts: FileFacts) -> Iterator[EntryRecord]:
    line = 0
    for _, record in read_objects(source):
        days = [] if isinstance(record, EntryRecord) else record.get("days")
        person = {} if isinstance(record, EntryRecord) else _read_person(record)
        for day in days if isinstance(days, list) else []:
            if "heartbeats" in day:
                raise UnreadableFile(
                    f'"{source.name}" is the dump of heartbeats of WakaTime, which have no length.',
                    "In WakaTime, open Account, Export, and choose the daily totals.",
                )
            entries = list(_build_day(day, person, line, facts))
            line += len(entries)
            yield from entries


def _read_person(record: Record) -> dict[str, str | None]:
    name = read_text(record, "user", "full_name") or read_text(record, "user", "username")
    return {"person": name, "email": read_text(record, "user", "email")}


def _build_day(day: Record, person: Mapping[str, str | None], line: int, facts: FileFacts) -> Iterator[EntryRecord]:
    parts = day.get("projects")
    projects = [project for project in parts if isinstance(project, dict)] if isinstance(parts, list) else []
    grand = day.get("grand_total")
    total = _read_seconds(grand) if isinstance(grand, dict) else None
    if not projects and total:
        projects = [{"total_seconds": total}]
    for place, project in enumerate(projects, start=line + 1):
        name = read_text(project, "name")
        texts = {**person, "project": None if name == NO_PROJECT else name}
        yield EntryRecord(place, project, texts, seconds=_read_seconds(project), day_on=parse_day(day.get("date")))
    added = sum(_read_seconds(project) or 0 for project in projects)
    facts.add("Days whose projects do not add up to their total", total is not None and abs(total - added) > TOLERANCE)


def _read_seconds(part: Record) -> float | None:
    """Return the seconds of a part of a day, which some dumps nest, and some give as hours, minutes and seconds."""
    nested = part.get("grand_total")
    part = nested if isinstance(nested, dict) else part
    total = read_number(part, "total_seconds")
    if total is not None:
        return total
    parts = [read_number(part, name) for name in ("hours", "minutes", "seconds")]
    if all(value is None for value in parts):
        return None
    hours, minutes, seconds = (value or 0 for value in parts)
    return hours * 3600 + minutes * 60 + seconds


IMPORTER: Importer = RecordFormat(
    name="wakatime",
    tool="wakatime",
    title="WakaTime daily totals (JSON)",
    matches=match_records(_is_dump),
    build_entries=_build_entries,
    columns={"date": "day_on", "projects.name": "project", "projects.total_seconds": "seconds", "user": "person"},
    lacks=("the time of day", "work outside of an editor"),
)
