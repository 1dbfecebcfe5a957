"""Annofab list of tasks as CSV: the hours of each phase of a task, and who worked on it first.

The hours of a phase are the sum over everybody who worked on it; they are given to its first person, because the list
names nobody else. The task history has each person's own hours.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dashboard.importers.contract import Importer
from dashboard.importers.frames.annofab_phases import HOUR, IDLE_RULE, STAGES
from dashboard.importers.frames.entry_records import parse_day
from dashboard.importers.frames.label_records import (
    FileContext,
    LabelFormat,
    Record,
    Row,
    build_each,
    match_header,
)
from dashboard.importers.frames.label_values import (
    digest_text,
    mark_reported,
    read_count,
    read_instant,
    read_length,
    read_text,
)

OTHERS_NOTE: Final = "Hours of a phase that somebody else went on with, given to the first person"
HISTORY_NOTE: Final = (
    "A list of tasks and a task history of one project hold the same hours: import one of them. The history is better:"
    " it has the hours of each person and day."
)
DISAGREEMENT_NOTE: Final = "Tasks whose phases do not add up to their worktime_hour, kept by phase"
UNWORKED_NOTE: Final = "Phases that nobody worked on, not counted as rows"
ROUNDING_HOURS: Final = 0.001
FIXED_COLUMNS: Final = ("task_id", "worktime_hour", "annotation_worktime_hour", "first_annotation_user_id")


def build_rows(record: Record, context: FileContext) -> Iterator[Row]:
    """Yield a row for each phase of a task that somebody worked on."""
    lengths = {phase: read_length(record.get(f"{phase}_worktime_hour"), unit_seconds=HOUR) for phase in STAGES}
    total = read_length(record.get("worktime_hour"), unit_seconds=HOUR)
    parts = sum(length or 0 for length in lengths.values())
    context.counts[DISAGREEMENT_NOTE] += total is not None and abs(total - parts) > ROUNDING_HOURS * HOUR * 1000
    worked = [phase for phase in STAGES if lengths[phase] or record.get(f"first_{phase}_user_id")]
    context.counts[UNWORKED_NOTE] += len(STAGES) - len(worked)
    yield from build_each(worked, lambda phase: _build_phase(record, phase, lengths[phase], context))


def _build_phase(record: Record, phase: str, length: int | None, context: FileContext) -> Iterator[Row]:
    """Yield the row of one phase."""
    first = read_length(record.get(f"first_{phase}_worktime_hour"), unit_seconds=HOUR)
    context.counts[OTHERS_NOTE] += bool(length and first is not None and length - first > ROUNDING_HOURS * HOUR * 1000)
    account = read_text(record.get(f"first_{phase}_user_id"))
    started = record.get(f"first_{phase}_started_datetime")
    is_done = phase != "annotation" or record.get("phase") != "annotation" or record.get("status") == "complete"
    yield {
        "item": read_text(record.get("task_id")),
        "project": read_text(record.get("project_id")),
        "native_id": digest_text(record.get("project_id"), record.get("task_id"), phase),
        "person": context.name_person(read_text(record.get(f"first_{phase}_username")) or account),
        "account": account,
        "stage": STAGES[phase],
        "outcome": "submitted" if is_done else "draft",
        "started_at": read_instant(started),
        "day_on": parse_day(started),
        "objects": read_count(record.get("annotation_count")) if phase == "annotation" else None,
        **mark_reported(length, IDLE_RULE),
    }


IMPORTER: Importer = LabelFormat(
    name="annofab_tasks",
    tool="annofab",
    title="Annofab list of tasks (CSV)",
    matches=match_header(*FIXED_COLUMNS),
    build_rows=build_rows,
    columns={
        "task_id": "item",
        "project_id": "project",
        "annotation_count": "objects",
        "status": "outcome",
        **{f"{phase}_worktime_hour": "milliseconds" for phase in STAGES},
        **{f"first_{phase}_username": "person" for phase in STAGES},
        **{f"first_{phase}_user_id": "account" for phase in STAGES},
        **{f"first_{phase}_started_datetime": "started_at" for phase in STAGES},
    },
    notes=(HISTORY_NOTE,),
    retells=("annofab", "annofab_sessions"),
    lacks=("whether a label began with a suggestion", "who went on with a phase after its first person"),
)
