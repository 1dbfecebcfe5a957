"""Label Studio JSON: quick exports, snapshots, Enterprise, and the `completions` of 2020.

Time is open time in seconds, from opening an item to submitting it. No export tells
when the work began, so `started_at` stays null; `finished_at` is the moment of
submission and never the last update, which mass edits move. Days are UTC days. The person is the one who
completed the annotation; annotations made of predictions in bulk have none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice

import polars as pl

from dashboard.importers import table
from dashboard.importers.contract import Batch, Head, Importer, Reading, Settings, Source
from dashboard.importers.label_studio_events import REFUSALS, Row, lists_of, rows
from dashboard.schemas import LABELING_EVENT, Kind

RECORDS_A_BATCH = 5_000  # tasks, not rows: a task may hold hundreds of annotations
LONG_OPEN = 3_600_000  # milliseconds; beyond an hour an open tab is likelier than work
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
    "annotations.result": "objects",
}
UTC_DAYS = "Days are UTC days: the export tells no local time."
UNUSED = ("data", "meta", "updated_at", "annotations.updated_at", "annotations.updated_by")
WARNINGS = {  # what was counted -> sentence before the count
    "bare": "Tasks without annotation or draft, which are no rows",
    "draft": "Drafts never submitted, kept apart from finished items",
    "again": "Drafts on a submitted annotation whose time they repeat, kept without time",
    "review": "Reviews inside annotations, kept as review events without time, which this export lacks",
    "automatic": "Annotations made of predictions in bulk, kept as automatic, without person and time",
    "untimed": "Annotations without time, kept as unknown, not zero",
    "unseen": "Annotations begun with a prediction that the export leaves out: whether it was edited is unknown",
    "gold": "Annotations marked as ground truth",
    "long": "Annotations open for more than an hour; Label Studio does not cut idle time",
    "undated": "Annotations without a date",
}


class LabelStudio:
    """Tasks with their annotations inside."""

    name = "label_studio"
    title = "Label Studio JSON"
    kind: Kind = "labeling_event"

    def recognises(self, head: Head) -> bool:
        """Tell tasks by a number, data and a list of annotations."""
        return head.shape in ("json", "jsonl") and bool(head.records) and all(_is_task(one) for one in head.records)

    def read(self, source: Source, settings: Settings) -> Reading:
        """Read annotations, drafts and reviews as labeling events; there is nothing that `settings` could add."""
        del settings
        counts: Counter[str] = Counter()
        return Reading(
            batches=_batches(source, counts),
            columns=COLUMNS,
            unused=UNUSED,
            encoding=source.encoding,
            warnings=(UTC_DAYS,),
            closing=lambda: tuple(f"{text}: {counts[what]}." for what, text in WARNINGS.items() if counts[what]),
        )


def _is_task(record: object) -> bool:
    if not isinstance(record, dict) or "id" not in record or not isinstance(record.get("data"), dict):
        return False
    return isinstance(record.get("annotations", record.get("completions")), list)


def _names_by_number(head: Head) -> bool:
    finished = (one for task in head.records if isinstance(task, dict) for one in lists_of(task)[0])
    return any(isinstance(one, dict) and isinstance(one.get("completed_by"), int) for one in finished)


def _batches(source: Source, counts: Counter[str]) -> Iterator[Batch]:
    by_number = _names_by_number(source.head())
    records = source.records()
    while stretch := list(islice(records, RECORDS_A_BATCH)):
        found: list[Row] = []
        for line, task in stretch:
            before = len(found)
            found.extend(rows(line, task, by_number=by_number))
            counts["bare"] += len(found) == before
        for row in found:
            counts.update(_notes(row))
        yield _batch(found)


def _notes(row: Row) -> Iterator[str]:
    """Name what a warning counts."""
    if "_reason" in row:
        return
    is_annotation = row["stage"] == "annotate" and row["outcome"] != "draft"
    if not is_annotation:
        yield "review" if row["stage"] == "review" else "again" if row["_again"] else "draft"
        return
    if row["method"] == "automatic":
        yield "automatic"
    elif row["milliseconds"] is None:
        yield "untimed"
    if row["method"] in ("automatic", "pre-annotated") and row["suggestion"] == "unknown":
        yield "unseen"
    if row["_gold"]:
        yield "gold"
    if (row["milliseconds"] or 0) > LONG_OPEN:
        yield "long"
    if row["finished_at"] is None:
        yield "undated"


def _batch(found: list[Row]) -> Batch:
    schema: dict[str, pl.DataType | type[pl.DataType]] = {"_line": pl.Int64, "_reason": pl.String, "record": pl.String}
    schema |= {name: dtype for name, dtype in LABELING_EVENT.items() if name != "line"}
    schema["finished_at"] = pl.Int64
    frame = pl.DataFrame({name: [row.get(name) for row in found] for name in schema}, schema=schema)
    moment = pl.from_epoch("finished_at", time_unit="us").dt.replace_time_zone("UTC")
    frame = frame.with_columns(finished_at=moment, day_on=moment.dt.date())
    return table.split(frame, [(pl.col("_reason") == reason, reason) for reason in REFUSALS], "labeling_event")


IMPORTER: Importer = LabelStudio()
