"""Label Studio JSON: quick exports, snapshots, Enterprise, the files of target storage, and `completions` of 2020.

Also the list of tasks that the interface gives (`/api/tasks?fields=all`), a page as it is.

Time is open time in seconds, from opening an item to submitting it. No export says when
the work began, so `started_at` stays null; `finished_at` is the moment of submission, not
the last update, which bulk edits change. Days are in UTC. The person is the one who completed
the annotation, or corrected one made from predictions in bulk; these and annotations that a
script imported have none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice

import polars as pl

from dashboard.importers.contract import Batch, Head, Importer, Reading, Settings, Source
from dashboard.importers.frames.label_studio_events import (
    NUMBERED_DRAFT,
    REJECT_REASONS,
    Row,
    build_task_rows,
    list_annotations,
)
from dashboard.importers.table import split_batch
from dashboard.schemas import LABELING_EVENT, Kind

BATCH_RECORDS = 5_000  # tasks, not rows: a task may hold hundreds of annotations
LONG_OPEN_MS = 3_600_000  # milliseconds; beyond an hour, an open tab is likelier than work
COLUMNS = {
    "id": "item",
    "project": "project",
    "agreement": "agreement",
    "annotations.id": "native_id",
    "annotations.completed_by": "person",
    "annotations.created_at": "finished_at",
    "annotations.lead_time": "milliseconds",
    "annotations.was_cancelled": "outcome",
    "annotations.parent_prediction": "method",
    "annotations.prediction": "suggestion",
    "annotations.updated_at": "changed_at",
    "annotations.result": "objects",
}
UTC_DAYS = "Days are in UTC: the export gives no local time."
UNUSED_FIELDS = ("data", "meta", "updated_at")
WARNINGS = {  # key of the count -> sentence before it
    "bare": "Tasks without an annotation or draft, not counted as rows",
    "draft": "Drafts never submitted, kept separate from finished items",
    "again": "Drafts that repeat the time of a submitted annotation, kept without time",
    "review": "Reviews inside annotations, kept as review events without time, which this export lacks",
    "automatic": "Annotations made from predictions in bulk, kept as automatic, without person and time",
    "imported": "Annotations that a script imported, kept as imported, without person and time",
    "untimed": "Annotations without time, kept as unknown, not zero",
    "unseen": "Annotations begun with a prediction that the export leaves out: whether it was edited is unknown",
    "gold": "Annotations marked as ground truth",
    "long": "Annotations open for more than an hour; Label Studio does not cut idle time",
    "undated": "Annotations without a date",
    "numbered": "Drafts that this export gives by number only, so their time is not counted. Export JSON with "
    "download_all_tasks=true, or a snapshot with drafts.only_id set to false, to have them whole",
}


class LabelStudio:
    """Tasks that contain their annotations."""

    name = "label_studio"
    tool = "label_studio"
    title = "Label Studio JSON"
    kind: Kind = "labeling_event"
    has_item_files = True

    def can_read(self, head: Head) -> bool:
        """Recognise tasks by a number, data and a list of annotations."""
        return (
            head.shape in ("json", "jsonl")
            and bool(head.records)
            and all(_is_task(unwrap_annotation(task)) for record in head.records for task in list_tasks(record))
        )

    def read(self, source: Source, settings: Settings) -> Reading:
        """Read annotations, drafts and reviews as labeling events; `settings` is not needed."""
        del settings
        counts: Counter[str] = Counter()
        return Reading(
            batches=_read_batches(source, counts),
            columns=COLUMNS,
            unused=UNUSED_FIELDS,
            encoding=source.encoding,
            warnings=(UTC_DAYS,),
            final_warnings=lambda: tuple(
                f"{sentence}: {counts[warning]}." for warning, sentence in WARNINGS.items() if counts[warning]
            ),
        )


def unwrap_annotation(record: object) -> object:
    """Return the task of one annotation as target storage holds it, a file each; any other record as it is."""
    if not isinstance(record, dict) or not {"result", "completed_by", "task"} <= record.keys():
        return record
    task = record["task"] if isinstance(record["task"], dict) else {"id": record["task"]}
    annotation = {**record, "task": task.get("id")}
    return {"data": {}, "project": record.get("project"), **task, "annotations": [annotation], "drafts": []}


def list_tasks(record: object) -> list[object]:
    """Return the tasks of a page of the interface's list; any other record as it is."""
    if isinstance(record, dict) and isinstance(record.get("tasks"), list) and "total_annotations" in record:
        return list(record["tasks"])
    return [record]


def _is_task(record: object) -> bool:
    if not isinstance(record, dict) or "id" not in record or not isinstance(record.get("data"), dict):
        return False
    return isinstance(record.get("annotations", record.get("completions")), list)


def _has_numbered_people(head: Head) -> bool:
    annotations = (
        annotation
        for record in head.records
        for task in map(unwrap_annotation, list_tasks(record))
        if isinstance(task, dict)
        for annotation in list_annotations(task)[0]
    )
    return any(
        isinstance(annotation, dict) and isinstance(annotation.get("completed_by"), int) for annotation in annotations
    )


def _read_batches(source: Source, counts: Counter[str]) -> Iterator[Batch]:
    by_number = _has_numbered_people(source.head())
    records = source.records()
    while chunk := list(islice(records, BATCH_RECORDS)):
        event_rows: list[Row] = []
        for line, task in ((line, task) for line, record in chunk for task in list_tasks(record)):
            rows_before = len(event_rows)
            event_rows.extend(build_task_rows(line, unwrap_annotation(task), by_number=by_number))
            counts["bare"] += len(event_rows) == rows_before
        for row in event_rows:
            counts.update(_find_warnings(row))
        yield _build_batch(event_rows)


def _find_warnings(row: Row) -> Iterator[str]:
    """Yield the keys of the warnings that count this row."""
    if "_reason" in row:
        if row["_reason"] == NUMBERED_DRAFT:
            yield "numbered"
        return
    is_annotation = row["stage"] == "annotate" and row["outcome"] != "draft"
    if not is_annotation:
        yield "review" if row["stage"] == "review" else "again" if row["_again"] else "draft"
        return
    if row["method"] in ("automatic", "imported"):
        yield row["method"]
    elif row["milliseconds"] is None:
        yield "untimed"
    if row["method"] in ("automatic", "pre-annotated") and row["suggestion"] == "unknown":
        yield "unseen"
    if row["_gold"]:
        yield "gold"
    if (row["milliseconds"] or 0) > LONG_OPEN_MS:
        yield "long"
    if row["finished_at"] is None:
        yield "undated"


def _build_batch(event_rows: list[Row]) -> Batch:
    schema: dict[str, pl.DataType | type[pl.DataType]] = {"_line": pl.Int64, "_reason": pl.String, "record": pl.String}
    schema |= {name: dtype for name, dtype in LABELING_EVENT.items() if name != "line"}
    instants = ("finished_at", "changed_at", "draft_at")
    schema |= dict.fromkeys(instants, pl.Int64)
    frame = pl.DataFrame({name: [row.get(name) for row in event_rows] for name in schema}, schema=schema)
    moments = {name: pl.from_epoch(name, time_unit="us").dt.replace_time_zone("UTC") for name in instants}
    frame = frame.with_columns(**moments, day_on=moments["finished_at"].dt.date())
    return split_batch(frame, [(pl.col("_reason") == reason, reason) for reason in REJECT_REASONS], "labeling_event")


IMPORTER: Importer = LabelStudio()
