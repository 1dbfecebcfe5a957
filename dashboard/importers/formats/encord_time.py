"""Encord's times of collaborators, as its analytics give them: by period (`TimeSpent`) or by data unit alone.

A row sums what one person did on a data unit in a stage, so that it is time of work under way and not a label. Names
are those of the interface (`timeSpentSeconds`) or of the Python package (`time_spent_seconds`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dashboard.importers.contract import NO_DURATION, NO_PROJECT, Importer, match_records
from dashboard.importers.frames.label_records import FileContext, LabelFormat, Record, Row
from dashboard.importers.frames.label_values import (
    BadRecordError,
    digest_text,
    get_object,
    mark_reported,
    read_email,
    read_instant,
    read_length,
    read_text,
)

BY_PERIOD = frozenset({"user_email", "period_start_time", "time_spent_seconds"})
BY_UNIT = frozenset({"user_email", "user_role", "time_seconds"})
IDLE_RULE = "time in the editor, by Encord's own rule"
UNDATED = "Times without a day: those by period (TimeSpent) have one"
_CAPITAL = re.compile(r"(?<=[a-z])([A-Z])")


def _fold_names(record: Record) -> Record:
    return {_CAPITAL.sub(r"_\1", str(name)).lower(): value for name, value in record.items()}


def _is_time(record: Record) -> bool:
    names = _fold_names(record).keys()
    return names >= BY_PERIOD or names >= BY_UNIT


def build_rows(record: Record, context: FileContext) -> Iterator[Row]:
    """Yield the event of one sum of time."""
    fields = _fold_names(record)
    email = read_text(fields.get("user_email"))
    stage = _fold_names(get_object(fields.get("workflow_stage")))
    begun = read_instant(fields.get("period_start_time"))
    length = read_length(fields.get("time_spent_seconds", fields.get("time_seconds")))
    if length is None:
        raise BadRecordError(NO_DURATION)
    role = read_text(fields.get("project_user_role")) or read_text(fields.get("user_role")) or ""
    unit = read_text(fields.get("data_uuid")) or read_text(fields.get("data_title"))
    context.counts[UNDATED] += begun is None
    names = ("workflow_task_uuid", "period_start_time", "project_uuid")
    yield {
        "item": unit or digest_text(email, role, begun),
        "dataset": read_text(fields.get("dataset_title")),
        "native_id": digest_text(email, role, unit, stage.get("uuid"), *(fields.get(name) for name in names)),
        "person": context.name_person(email),
        "email": read_email(email),
        "stage": "review" if "review" in (read_text(stage.get("stage_type")) or role).casefold() else "annotate",
        "outcome": "draft",
        "started_at": begun,
        **mark_reported(length, IDLE_RULE),
    }


IMPORTER: Importer = LabelFormat(
    name="encord_time",
    tool="encord",
    title="Encord times of collaborators (JSON)",
    matches=match_records(_is_time),
    build_rows=build_rows,
    columns={
        "data_uuid": "item",
        "data_title": "item",
        "dataset_title": "dataset",
        "user_email": "person",
        "period_start_time": "started_at",
        "time_spent_seconds": "milliseconds",
        "time_seconds": "milliseconds",
        "workflow_stage": "stage",
    },
    retells=("encord", "encord_time"),
    lacks=("how many labels were made", NO_PROJECT, "the day (times by data unit)"),
    has_local_ids=True,
)
