"""CVAT events CSV: of everything the server logs, the rows with labeling time or output.

Working time comes in milliseconds in the payload of `send:working_time`; CVAT leaves out
gaps of more than 100 seconds, so long polygons are undercounted. Created and deleted
objects and changes of a job's state or stage are output without time. The item is the
job: events name no frame. The column `source` says client or server, not who labeled.

    scope                                      outcome                      method
    send:working_time                          draft (work under way)       unknown
    any other with working_time in its payload draft, in a log of older versions, on days without send:working_time
    create:shapes, create:tracks, create:tags  submitted, count = objects   unknown
    delete:shapes, delete:tracks, delete:tags  deleted, count = objects     unknown
    call:function                              draft                        automatic, no person
    update:job state                           completed: submitted; rejected: rejected (review)
    update:job stage                           validation: submitted; acceptance: accepted (review);
                                               annotation: rejected (review), sent back
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from dashboard.importers.columns.instants import parse_instants
from dashboard.importers.columns.numbers import parse_number
from dashboard.importers.columns.text import clean_text
from dashboard.importers.contract import (
    Batch,
    Head,
    Importer,
    Reading,
    Settings,
    Source,
    list_day_rejections,
    list_length_rejections,
)
from dashboard.importers.table import split_batch
from dashboard.schemas import Kind

SIGNATURE_COLUMNS = frozenset({"scope", "obj_name", "obj_val", "timestamp", "count", "job_id", "payload"})
COLUMNS = {
    "scope": "outcome",
    "obj_val": "outcome",
    "obj_name": "model",
    "timestamp": "finished_at",
    "count": "objects",
    "project_id": "project",
    "task_id": "dataset",
    "job_id": "item",
    "user_name": "person",
    "user_id": "person",
    "user_email": "email",
    "payload": "milliseconds",
}
WORK_SCOPE = "send:working_time"
OBJECT_SCOPES = r"^(create|delete):(shapes|tracks|tags)$"
UPDATE_OUTCOMES = {  # what was updated and to what -> stage and outcome
    "state completed": ("annotate", "submitted"),
    "state rejected": ("review", "rejected"),
    "stage validation": ("annotate", "submitted"),
    "stage acceptance": ("review", "accepted"),
    "stage annotation": ("review", "rejected"),
}
IDLE_RULE = "gaps over 100 s not counted"
NO_EFFORT = "no labeling effort or output in this row"
NO_COUNT = "no count of objects that can be read"
OLD_EVENTS = (
    "An older CVAT wrote this log or a part of it: working time is in each event, and it was added up from there"
    " on days without send:working_time."
)
_DAY_LENGTH = len("2024-03-04")
_HAS_TIME = r'"working_time"\s*:\s*[1-9]'
MAX_SCOPES = 200  # CVAT has about sixty; a file with more is not its log
WARNINGS = (
    "CVAT exports the last 30 days unless a period is asked for: check that the first day is the one you expect.",
    "CVAT leaves gaps of more than 100 s out of working time: slow, careful work is counted short.",
    "Days are in UTC: the export gives no local time.",
)


class CvatEvents:
    """The log of CVAT's analytics, one row per event."""

    name = "cvat_events"
    tool = "cvat_events"
    title = "CVAT events CSV"
    retells = ("cvat_jobs", "cvat_xml")
    kind: Kind = "labeling_event"

    def can_read(self, head: Head) -> bool:
        """Recognise the log by its columns."""
        return head.shape == "table" and set(head.header) >= SIGNATURE_COLUMNS

    def read(self, source: Source, settings: Settings) -> Reading:
        """Read effort and output as labeling events and reject other events by scope; `settings` is not needed."""
        del settings
        header = source.head().header
        own_days, has_old_events = _find_work_days(source)
        return Reading(
            batches=_read_batches(source, own_days),
            columns={name: COLUMNS[name] for name in header if name in COLUMNS},
            unused=tuple(name for name in header if name not in COLUMNS),
            encoding=source.encoding,
            warnings=(*WARNINGS, OLD_EVENTS) if has_old_events else WARNINGS,
        )


def _find_work_days(source: Source) -> tuple[list[str], bool]:
    """Return the days with `send:working_time`, and whether other days have working time in their own events."""
    own_days: set[str] = set()
    old_days: set[str] = set()
    for frame, _ in source.frames():
        day, has_time = (
            pl.col("timestamp").str.strip_chars().str.head(_DAY_LENGTH),
            pl.col("payload").str.contains(_HAS_TIME),
        )
        is_own = pl.col("scope") == WORK_SCOPE
        own_days.update(frame.filter(is_own).select(day)["timestamp"].drop_nulls())
        old_days.update(frame.filter(~is_own & has_time).select(day)["timestamp"].drop_nulls())
    return sorted(own_days), bool(old_days - own_days)


def _read_batches(source: Source, own_days: list[str]) -> Iterator[Batch]:
    for frame, structural in source.frames():
        rows = _build_rows(frame, own_days)
        yield split_batch(rows, _list_rejections(rows), "labeling_event", structural, records=frame.drop("_line"))


def _build_rows(frame: pl.DataFrame, own_days: list[str]) -> pl.DataFrame:
    cells = frame.select("_line", *(_clean_cell(frame, name) for name in COLUMNS))
    cells = cells.with_columns(
        parse_instants(cells["timestamp"], "UTC").alias("finished_at"),
        pl.concat_str(pl.col("obj_name", "obj_val").str.to_lowercase(), separator=" ").alias("_update"),
        _parse_payload(cells["payload"], "$.working_time").alias("_worked"),
        _parse_payload(cells["payload"], "$.function.id").alias("_function"),
    )
    is_call = pl.col("scope") == "call:function"
    has_own_time = ~pl.col("timestamp").str.head(_DAY_LENGTH).is_in(own_days) & pl.col("_worked").is_not_null()
    is_work = (pl.col("scope") == WORK_SCOPE) | has_own_time.fill_null(value=False)
    is_output = pl.col("scope").str.contains(OBJECT_SCOPES)
    is_update = (pl.col("scope") == "update:job") & pl.col("_update").is_in(list(UPDATE_OUTCOMES))
    object_outcome = (
        pl.when(pl.col("scope").str.starts_with("create:")).then(pl.lit("submitted")).otherwise(pl.lit("deleted"))
    )
    method = pl.when(is_call).then(pl.lit("automatic")).otherwise(pl.lit("unknown"))
    return cells.select(
        "_line",
        "finished_at",
        pl.col("scope").alias("_scope"),
        pl.any_horizontal(is_work, is_call, is_output, is_update).fill_null(value=False).alias("_is_relevant"),
        is_work.alias("_is_work"),
        is_output.alias("_is_output"),
        day_on=pl.col("finished_at").dt.date(),
        item="job_id",
        dataset="task_id",
        project="project_id",
        person=pl.when(~is_call).then(pl.coalesce("user_name", "user_id")),
        email=pl.when(~is_call).then("user_email"),
        stage=pl.when(is_update).then(_map_update(0)).otherwise(pl.lit("annotate")),
        outcome=pl.when(is_update).then(_map_update(1)).when(is_output).then(object_outcome).otherwise(pl.lit("draft")),
        method=method,
        suggestion=pl.lit("unknown"),
        milliseconds=pl.when(is_work).then(parse_number(pl.col("_worked"), ".").round().cast(pl.Int64, strict=False)),
        time_kind=pl.when(is_work).then(pl.lit("reported")).otherwise(pl.lit("none")),
        idle_rule=pl.when(is_work).then(pl.lit(IDLE_RULE)),
        objects=pl.when(is_output).then(parse_number(pl.col("count"), ".").cast(pl.Int64, strict=False)),
        label_kind=pl.when(is_output).then(pl.col("scope").str.split(":").list.last()),
        model=pl.when(is_call).then(pl.coalesce("_function", "obj_name")),
    )


def _map_update(index: int) -> pl.Expr:
    values = {update: stage_outcome[index] for update, stage_outcome in UPDATE_OUTCOMES.items()}
    return pl.col("_update").replace_strict(values, default=None, return_dtype=pl.String)


def _clean_cell(frame: pl.DataFrame, name: str) -> pl.Expr:
    return clean_text(pl.col(name)) if name in frame.columns else pl.lit(None, dtype=pl.String).alias(name)


def _parse_payload(payload: pl.Series, path: str) -> pl.Series:
    """Return a value of the payload; null where the payload is not a JSON object."""
    objects = payload.to_frame("payload").select(pl.when(pl.col("payload").str.starts_with("{")).then("payload"))
    return objects["payload"].str.json_path_match(path)


def _list_rejections(rows: pl.DataFrame) -> list[tuple[pl.Expr, str]]:
    other_scopes = rows.filter(~pl.col("_is_relevant"))["_scope"].drop_nulls().unique().sort().to_list()
    listed_scopes = other_scopes if len(other_scopes) <= MAX_SCOPES else []
    length_rules = list_length_rejections(pl.col("milliseconds") // 1000)
    return [
        *(
            (~pl.col("_is_relevant") & (pl.col("_scope") == scope), f"{NO_EFFORT} (scope {scope[:60]})")
            for scope in listed_scopes
        ),
        (~pl.col("_is_relevant"), NO_EFFORT),
        *list_day_rejections(pl.col("day_on")),
        *((pl.col("_is_work") & condition, reason) for condition, reason in length_rules),
        (pl.col("_is_output") & (pl.col("objects").is_null() | (pl.col("objects") < 0)), NO_COUNT),
    ]


IMPORTER: Importer = CvatEvents()
