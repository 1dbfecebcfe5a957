"""The log of a private work team of SageMaker Ground Truth in CloudWatch: tasks accepted, submitted and returned.

An event names the worker and the job and no item, so that it is time of work and not a label.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from dashboard.importers.contract import NO_DATE, Importer, match_records
from dashboard.importers.frames.label_records import FileContext, LabelFormat, Record, Row
from dashboard.importers.frames.label_values import (
    BadRecordError,
    digest_text,
    get_object,
    measure_span,
    read_instant,
    read_text,
)

ENDS = {"task_submitted_time": "draft", "task_returned_time": "cancelled", "task_declined_time": "cancelled"}
OPEN_TASKS = "Tasks accepted and not yet ended, not counted as rows"


def _is_event(record: Record) -> bool:
    return {"worker_id", "task_accepted_time", "event_type"} <= _unwrap_event(record).keys()


def _unwrap_event(record: Record) -> Record:
    """Return the event itself, also where the log is exported with its own moment around it."""
    return get_object(record.get("message")) or record


def parse_moment(value: object) -> int | None:
    """Return microseconds since 1970 of `Wed Aug 14 16:00:59 UTC 2019`, or of ISO text.

    Raises:
        BadRecordError: it is neither.
    """
    text = read_text(value)
    if text is None or "UTC" not in text:
        return read_instant(text)
    try:
        moment = datetime.strptime(text, "%a %b %d %H:%M:%S UTC %Y")  # noqa: DTZ007 - read as UTC
    except ValueError as error:
        raise BadRecordError(NO_DATE) from error
    return read_instant(moment.isoformat())


def build_rows(record: Record, context: FileContext) -> Iterator[Row]:
    """Yield the time of one task that ended."""
    event = _unwrap_event(record)
    ends = [(name, moment) for name in ENDS if (moment := parse_moment(event.get(name))) is not None]
    accepted = parse_moment(event.get("task_accepted_time"))
    if not ends or accepted is None:
        context.counts[OPEN_TASKS] += 1
        return
    worker = read_text(event.get("worker_id"))
    job = (read_text(event.get("labeling_job_arn")) or "").rpartition("/")[2] or None
    name, ended = ends[0]
    number = digest_text(worker, job, accepted, event.get("task_id"))
    yield {
        "item": read_text(event.get("task_id")) or number,
        "project": job,
        "native_id": number,
        "person": context.name_person(worker),
        "outcome": ENDS[name],
        **measure_span(accepted, ended),
    }


IMPORTER: Importer = LabelFormat(
    name="sagemaker_log",
    tool="sagemaker",
    title="SageMaker Ground Truth log of a work team (JSON)",
    matches=match_records(_is_event),
    build_rows=build_rows,
    columns={
        "worker_id": "person",
        "labeling_job_arn": "project",
        "task_accepted_time": "started_at",
        "task_submitted_time": "finished_at",
        "task_returned_time": "outcome",
        "task_declined_time": "outcome",
    },
    retells=("sagemaker",),
    lacks=("which item a task was about", "idle time within a task", "the answers"),
)
