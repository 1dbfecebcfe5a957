"""Annofab task history: what each person worked on a task in each phase, as CSV or JSON.

The time is the labor time that Annofab counts, without breaks. The day is the one on the clock of the file (+09:00 in
Japan). In JSON, where the steps of a task stand together, a check that is followed by annotating sent the task back.
A step is known by its task, phase, account and start, because only JSON has its number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dashboard.importers.contract import NO_DURATION, Head, Importer, match_records
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
    BadRecordError,
    digest_text,
    find_instant,
    list_objects,
    mark_reported,
    read_instant,
    read_length,
    read_text,
)

ISO_LENGTH = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?")
BARE = "Steps that nobody worked on, not counted as rows"


def parse_iso_length(value: object) -> int | None:
    """Return milliseconds of `PT16M13.449S`, or of a number of milliseconds.

    Raises:
        BadRecordError: it is neither.
    """
    if not isinstance(value, str):
        return read_length(value, unit_seconds=0.001)
    match = ISO_LENGTH.fullmatch(value.strip())
    if match is None:
        raise BadRecordError(NO_DURATION)
    hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return read_length(hours * HOUR + minutes * 60 + seconds)


def build_rows(record: Record, context: FileContext) -> Iterator[Row]:
    """Yield the step of a row, or the steps of all tasks of a JSON object."""
    if "phase" in record:
        if not {"account_id", "user_id", "username"} & record.keys():
            context.counts[BARE] += 1
            return
        yield from _build_step(record, read_length(record.get("worktime_hour"), unit_seconds=HOUR), None, context)
        return
    for history in record.values():
        steps = list_objects(history)
        worked = [step for step in steps if step.get("account_id") is not None]
        context.counts[BARE] += len(steps) - len(worked)
        yield from build_each(
            zip(worked, [*worked[1:], None], strict=False), lambda pair: _build_json_step(pair[0], pair[1], context)
        )


def _build_json_step(step: Record, following: Record | None, context: FileContext) -> Iterator[Row]:
    length = parse_iso_length(step.get("accumulated_labor_time_milliseconds"))
    yield from _build_step(step, length, following, context)


def _build_step(step: Record, length: int | None, following: Record | None, context: FileContext) -> Iterator[Row]:
    phase = str(step.get("phase"))
    if phase not in STAGES:
        yield {"_reason": f"phase {phase[:40]} not known", "_record": step}
        return
    started, ended = read_instant(step.get("started_datetime")), find_instant(step.get("ended_datetime"))
    sent_back = phase != "annotation" and following is not None and following.get("phase") == "annotation"
    is_open = "ended_datetime" in step and ended is None
    person = read_text(step.get("username")) or read_text(step.get("user_id")) or read_text(step.get("account_id"))
    account = read_text(step.get("user_id")) or read_text(step.get("account_id"))
    yield {
        "item": read_text(step.get("task_id")),
        "project": read_text(step.get("project_id")),
        "native_id": digest_text(step.get("task_id"), phase, step.get("account_id"), started),
        "person": context.name_person(person),
        "account": account,
        "stage": STAGES[phase],
        "outcome": "draft" if is_open and phase == "annotation" else "rejected" if sent_back else "submitted",
        "started_at": started,
        "finished_at": ended,
        "day_on": parse_day(step.get("started_datetime")),
        **mark_reported(length, IDLE_RULE),
    }


def _is_history(record: Record) -> bool:
    histories = list(record.values())
    steps = [step for history in histories if isinstance(history, list) for step in history]
    return (
        bool(steps)
        and all(isinstance(history, list) for history in histories)
        and all(isinstance(step, dict) and {"task_history_id", "phase", "task_id"} <= step.keys() for step in steps)
    )


def _matches(head: Head) -> bool:
    is_table = match_header("task_id", "phase", "phase_stage", "worktime_hour", "started_datetime", "account_id")(head)
    return is_table or match_records(_is_history)(head)


IMPORTER: Importer = LabelFormat(
    name="annofab",
    tool="annofab",
    title="Annofab task history CSV or JSON",
    matches=_matches,
    build_rows=build_rows,
    columns={
        "task_id": "item",
        "project_id": "project",
        "phase": "stage",
        "user_id": "person",
        "username": "person",
        "account_id": "account",
        "worktime_hour": "milliseconds",
        "accumulated_labor_time_milliseconds": "milliseconds",
        "started_datetime": "started_at",
        "ended_datetime": "finished_at",
    },
    notes=(),
    retells=("annofab_tasks", "annofab_sessions"),
    lacks=("whether a label began with a suggestion", "how many objects a task holds"),
)
