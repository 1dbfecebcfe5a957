"""V7 Darwin report of annotators (`darwin report annotators`, CSV): active time and annotations by hour and person.

A row sums what one person did in a dataset and stage, so that it is time of work under way and not a label. V7 does
not say the unit of the active time: the file shows it by what an hour can hold and how fast a person can annotate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

from dashboard.errors import UnreadableFile
from dashboard.importers.contract import Importer, Reading, Settings, Source
from dashboard.importers.frames.label_records import UTC_DAYS, FileContext, LabelFormat, Record, Row, match_header
from dashboard.importers.frames.label_values import (
    digest_text,
    find_instant,
    mark_reported,
    read_count,
    read_email,
    read_length,
    read_text,
    require_instant,
)

TIME, LENGTH, COUNT = "timestamp", "active_time", "total_annotations"
COUNTS = (COUNT, "total_items_annotated")
HOUR = 3600
SECOND, MILLISECOND = 1.0, 0.001
FASTEST = 1.0  # seconds per annotation or item over a whole report
IDLE_RULE = "pauses without mouse or keyboard not counted"
PERSON_TYPE = "user"
GROUPS_NOTE = "Reports of the same days in other groupings hold the same time: import one of them."


def find_unit(source: Source) -> float:
    """Return the seconds in a unit of active time.

    Raises:
        UnreadableFile: the file allows seconds and milliseconds, or neither.
    """
    lengths: Counter[tuple[int, str]] = Counter()
    total, results = 0, 0
    for frame, _ in source.frames():
        for row in frame.iter_rows(named=True):
            moment, length = find_instant(row[TIME]), read_count(row[LENGTH])
            if moment is not None and length:
                total += length
                results += max(read_count(row.get(name)) or 0 for name in COUNTS)
                if who := row.get("actor_id") or row.get("actor_email"):
                    lengths[moment, who] += length
    moments = sorted({moment for moment, _ in lengths})
    span = max(HOUR, min((later - sooner for sooner, later in pairwise(moments)), default=0) // 1_000_000)
    is_too_long = max(lengths.values(), default=0) > span  # for seconds of one person between two moments
    is_too_fast = total * MILLISECOND < results * FASTEST  # for milliseconds
    if total and is_too_long == is_too_fast:
        raise UnreadableFile(
            f'"{source.name}": the column {LENGTH} does not show whether it is in seconds or milliseconds.',
            "Export a longer period, or map the file as a table of times with --mapping, with the unit of the column.",
        )
    return MILLISECOND if is_too_long else SECOND


def build_rows(record: Record, context: FileContext, unit_seconds: float) -> Iterator[Row]:
    """Yield the event of one row of the report."""
    moment = require_instant(record.get(TIME))
    dataset = read_text(record.get("dataset_name") or record.get("dataset_slug") or record.get("dataset_id"))
    stage = read_text(record.get("current_stage_name"))
    email = read_email(record.get("actor_email"))
    actor = read_text(record.get("actor_type"))
    is_machine = email is None and actor not in (None, PERSON_TYPE)
    name = read_text(record.get("actor_full_name")) or email
    names = ("dataset_id", "dataset_slug", "workflow_id", "current_stage_id", "current_stage_name", "actor_id")
    key = digest_text(moment, *(record.get(name) for name in names), None if record.get("actor_id") else email)
    objects = read_count(record.get(COUNT))
    yield {
        "item": " ".join(filter(None, (dataset, stage, read_text(record.get(TIME))))),
        "dataset": dataset,
        "project": read_text(record.get("workflow_name")) or dataset,
        "native_id": key,
        "person": None if is_machine else context.name_person(name),
        "email": None if is_machine else email,
        "account": None if is_machine else read_text(record.get("actor_id")),
        "stage": "review" if "review" in (stage or "").casefold() else "annotate",
        "outcome": "submitted" if is_machine else "draft",
        "method": "automatic" if is_machine else "unknown",
        "started_at": moment,
        "objects": objects,
        **mark_reported(read_length(record.get(LENGTH), unit_seconds=unit_seconds), IDLE_RULE),
    }


@dataclass
class ReportFormat(LabelFormat):
    """A report whose unit of time is found in the whole file before its rows are read."""

    def read(self, source: Source, settings: Settings) -> Reading:
        """Read the rows; raises `UnreadableFile` where the unit stays open."""
        build = partial(build_rows, unit_seconds=find_unit(source))
        return LabelFormat.read(replace(self, build_rows=build), source, settings)


IMPORTER: Importer = ReportFormat(
    name="v7_report",
    tool="v7_report",
    title="V7 Darwin report of annotators (CSV)",
    matches=match_header(TIME, "actor_id", LENGTH, COUNT),
    build_rows=partial(build_rows, unit_seconds=SECOND),
    columns={
        TIME: "started_at",
        "dataset_id": "item",
        "dataset_name": "dataset",
        "dataset_slug": "dataset",
        "workflow_id": "item",
        "workflow_name": "project",
        "current_stage_id": "stage",
        "current_stage_name": "stage",
        "actor_id": "person",
        "actor_type": "method",
        "actor_email": "email",
        "actor_full_name": "person",
        LENGTH: "milliseconds",
        COUNT: "objects",
    },
    notes=(UTC_DAYS, GROUPS_NOTE),
    lacks=("which items were labeled", "how long an item took", "what a review decided"),
)
