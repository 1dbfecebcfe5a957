"""Zooniverse classifications: one row per classification, with the clock of the volunteer's own browser.

The time runs from `started_at` to `finished_at` in the metadata, idle time included. `created_at` is the server's
clock, which may differ; it stands in where the browser's is missing. A time that the two clocks contradict is unknown.
Exports of 2015 have no number of a classification, and those of the subjects only in their data.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from dashboard.importers.contract import Head, Importer
from dashboard.importers.frames.label_records import FileContext, LabelFormat, Record, Row, match_header
from dashboard.importers.frames.label_values import (
    BadRecordError,
    count_answers,
    find_instant,
    format_value,
    get_object,
    list_objects,
    measure_span,
    read_instant,
    read_text,
)

SIGNATURE_COLUMNS = ("user_name", "workflow_id", "created_at", "metadata", "annotations")
EMPTY = frozenset({"NA", "null", ""})
ODD_CLOCK = "Classifications whose clock in the browser is wrong: their time is unknown"
GOLD = "Classifications marked as gold standard"


def build_rows(record: Record, context: FileContext) -> Iterator[Row]:
    """Yield the event of one classification."""
    cells = {name: text for name, text in record.items() if text.strip() not in EMPTY}
    metadata = get_object(_parse_json(cells, "metadata"))
    tasks = list_objects(_parse_json(cells, "annotations"))
    number = read_text(cells.get("classification_id"))
    context.counts[GOLD] += cells.get("gold_standard", "").casefold() == "true"
    values = [task.get("value") for task in tasks]
    yield {
        "item": read_text(cells.get("subject_ids")) or _find_subjects(cells),
        "project": read_text(cells.get("workflow_name")) or read_text(cells.get("workflow_id")),
        "native_id": number,
        "annotation": number,
        "person": context.name_person(read_text(cells.get("user_name"))),
        **_measure_time(cells, metadata, context),
        "objects": sum(len(value) if isinstance(value, list) else value is not None for value in values),
        "answer": count_answers(f"{task.get('task')}: {format_value(task.get('value'))}" for task in tasks),
        "label_kind": "; ".join(sorted({str(task.get("task")) for task in tasks}))[:100] or None,
    }


def _find_subjects(cells: Record) -> str | None:
    """Return the numbers of the subjects, by which their data stand in `subject_data`."""
    subjects = get_object(_parse_json(cells, "subject_data"))
    return ";".join(sorted(subjects)) or None


def _parse_json(cells: Record, name: str) -> object:
    try:
        return json.loads(cells[name]) if name in cells else None
    except (ValueError, RecursionError) as error:
        raise BadRecordError(f"{name} is not JSON") from error


def _measure_time(cells: Record, metadata: Record, context: FileContext) -> Row:
    """Return the open time by the browser's clock; without one, the moment of the server."""
    created = read_instant(cells.get("created_at"))
    started, finished = find_instant(metadata.get("started_at")), find_instant(metadata.get("finished_at"))
    try:
        span = measure_span(started, finished)
    except BadRecordError:
        context.counts[ODD_CLOCK] += 1
        return {"finished_at": created}
    return span if finished is not None else {"finished_at": created}


def _matches(head: Head) -> bool:
    has_subjects = bool({"subject_ids", "subject_data"} & set(head.header))
    return has_subjects and match_header(*SIGNATURE_COLUMNS)(head)


IMPORTER: Importer = LabelFormat(
    name="zooniverse",
    tool="zooniverse",
    title="Zooniverse classifications CSV",
    matches=_matches,
    build_rows=build_rows,
    columns={
        "classification_id": "native_id",
        "user_name": "person",
        "workflow_name": "project",
        "created_at": "finished_at",
        "metadata": "milliseconds",
        "annotations": "answer",
        "subject_ids": "item",
        "subject_data": "item",
    },
    lacks=("whether a label began with a suggestion", "idle time within a classification"),
)
