"""POTATO 2: the state of one annotator as JSON (`user_state.json`), with the times of every instance.

The time of an instance runs from opening to leaving it, or is what the tool has summed; it includes idle time. Where
the tool showed suggestions, it says whether one was accepted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dashboard.importers.contract import NO_PROJECT, Importer, match_records
from dashboard.importers.frames.label_records import NOT_A_RECORD, FileContext, LabelFormat, Record, Row, build_each
from dashboard.importers.frames.label_values import (
    OPEN_RULE,
    SURVEY_PAGES,
    BadRecordError,
    digest_text,
    get_object,
    is_survey_page,
    list_objects,
    mark_reported,
    measure_span,
    read_instant,
    read_length,
    read_text,
)

TIMES = "instance_id_to_behavioral_data"
MILLISECOND = 0.001
UNOPENED = "Instances without a time, not counted as rows"


def _is_state(record: Record) -> bool:
    times = record.get(TIMES)
    return isinstance(times, dict) and all(isinstance(entry, dict) for entry in times.values())


def build_rows(record: Record, context: FileContext) -> Iterator[Row]:
    """Yield the event of every instance that the annotator opened."""
    person = context.name_person(read_text(record.get("user_id")))
    times = get_object(record.get(TIMES))
    entries = {name: entry for name, entry in times.items() if not is_survey_page(str(name))}
    context.counts[SURVEY_PAGES] += len(times) - len(entries)
    opened = {name: entry for name, entry in entries.items() if _is_opened(entry)}
    context.counts[UNOPENED] += len(entries) - len(opened)
    yield from build_each(opened.items(), lambda pair: [_build_instance(str(pair[0]), pair[1], person)])


def _is_opened(entry: object) -> bool:
    """Return whether an instance has a time, or cannot be read."""
    return not isinstance(entry, Mapping) or bool(entry.get("session_end") or entry.get("total_time_ms"))


def _build_instance(item: str, entry: object, person: str | None) -> Row:
    """Return the row of one instance."""
    if not isinstance(entry, Mapping):
        raise BadRecordError(NOT_A_RECORD)
    span = measure_span(read_instant(entry.get("session_start")), read_instant(entry.get("session_end")))
    if entry.get("total_time_ms"):
        span |= mark_reported(read_length(entry["total_time_ms"], unit_seconds=MILLISECOND), OPEN_RULE)
    suggestions = list_objects(entry.get("ai_usage"))
    is_accepted = any(suggestion.get("suggestion_accepted") for suggestion in suggestions)
    return {
        "item": item,
        "native_id": digest_text(person, item),
        "annotation": digest_text(person, item),
        "person": person,
        "method": "pre-annotated" if suggestions else "unknown",
        "suggestion": "rejected" if suggestions and not is_accepted else "unknown",
        **span,
    }


IMPORTER: Importer = LabelFormat(
    name="potato",
    tool="potato",
    title="POTATO state of an annotator (JSON)",
    matches=match_records(_is_state),
    build_rows=build_rows,
    columns={
        "user_id": "person",
        TIMES: "item",
        f"{TIMES}.session_start": "started_at",
        f"{TIMES}.session_end": "finished_at",
        f"{TIMES}.total_time_ms": "milliseconds",
        f"{TIMES}.ai_usage": "suggestion",
    },
    retells=("potato_instances",),
    lacks=(NO_PROJECT, "idle time within an instance", "whether an accepted suggestion was edited"),
    has_local_ids=True,
    has_item_files=True,
)
