"""Annofab sessions of work on tasks (`task_history_event list_worktime`): from a beginning to a break or the end.

A session that ends with the completion of its phase is a label or a review; one that ends with a break is its time
alone, so that a task with breaks counts once.
"""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.importers.contract import Importer
from dashboard.importers.frames.annofab_phases import HOUR, IDLE_RULE, STAGES
from dashboard.importers.frames.entry_records import parse_day
from dashboard.importers.frames.label_records import FileContext, LabelFormat, Record, Row, match_header
from dashboard.importers.frames.label_values import (
    digest_text,
    find_first_text,
    find_instant,
    mark_reported,
    read_instant,
    read_length,
    read_text,
)

OUTCOMES = {"complete": "submitted", "rejected": "rejected"}
BEGIN, END = "start_event.created_datetime", "end_event.created_datetime"


def build_rows(record: Record, context: FileContext) -> Iterator[Row]:
    """Yield the event of one session."""
    phase = str(record.get("phase"))
    if phase not in STAGES:
        yield {"_reason": f"phase {phase[:40]} not known"}
        return
    account = find_first_text(record.get("user_id"), record.get("account_id"))
    started = read_instant(record.get(BEGIN))
    ending = find_first_text(record.get("end_event_request.status"), record.get("end_event.status"))
    yield {
        "item": read_text(record.get("task_id")),
        "project": read_text(record.get("project_id")),
        "native_id": digest_text("session", record.get("task_id"), phase, record.get("account_id"), started),
        "person": context.name_person(find_first_text(record.get("username"), account)),
        "account": account,
        "stage": STAGES[phase],
        "outcome": OUTCOMES.get(ending or "", "draft"),
        "started_at": started,
        "finished_at": find_instant(record.get(END)),
        "day_on": parse_day(record.get(BEGIN)),
        **mark_reported(read_length(record.get("worktime_hour"), unit_seconds=HOUR), IDLE_RULE),
    }


IMPORTER: Importer = LabelFormat(
    name="annofab_sessions",
    tool="annofab",
    title="Annofab sessions of work on tasks (CSV)",
    matches=match_header("task_id", "phase", "worktime_hour", "account_id", BEGIN, END),
    build_rows=build_rows,
    columns={
        "task_id": "item",
        "project_id": "project",
        "phase": "stage",
        "user_id": "person",
        "username": "person",
        "account_id": "account",
        "worktime_hour": "milliseconds",
        BEGIN: "started_at",
        END: "finished_at",
        "end_event.status": "outcome",
        "end_event_request.status": "outcome",
    },
    notes=(),
    retells=("annofab", "annofab_tasks"),
    lacks=("whether a label began with a suggestion", "how many objects a task holds"),
)
