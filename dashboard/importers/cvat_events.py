"""CVAT events CSV: the rows that carry labeling time or output, out of everything the server logs.

Working time comes in milliseconds in the payload of `send:working_time`; CVAT leaves out
gaps of more than 100 seconds, so long polygons count as little. Created and deleted
objects and changes of a job's state or stage are output without time. The item is the
job: events name no frame. The column `source` says client or server, not who labeled.

    scope                                      outcome                      method
    send:working_time                          draft (work under way)       unknown
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

from dashboard.importers import reasons, table
from dashboard.importers.columns import instants, numbers, text
from dashboard.importers.contract import Batch, Head, Importer, Reading, Settings, Source
from dashboard.schemas import Kind

MARKS = frozenset({"scope", "obj_name", "obj_val", "timestamp", "count", "job_id", "payload"})
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
WORK = "send:working_time"
OBJECTS = r"^(create|delete):(shapes|tracks|tags)$"
OUTCOMES = {  # what was updated and to what -> stage and outcome
    "state completed": ("annotate", "submitted"),
    "state rejected": ("review", "rejected"),
    "stage validation": ("annotate", "submitted"),
    "stage acceptance": ("review", "accepted"),
    "stage annotation": ("review", "rejected"),
}
IDLE_RULE = "gaps over 100 s not counted"
NOTHING = "no labeling effort or output in this row"
NO_COUNT = "no count of objects that can be read"
MOST_SCOPES = 200  # CVAT has some sixty; a file with more is no log of its events
WARNINGS = (
    "CVAT exports the last 30 days unless a period is asked for: check that the first day is the one you expect.",
    "CVAT leaves gaps of more than 100 s out of working time: slow, careful work is counted short.",
    "Days are UTC days: the export tells no local time.",
)


class CvatEvents:
    """The log of CVAT's analytics, one row an event."""

    name = "cvat_events"
    title = "CVAT events CSV"
    kind: Kind = "labeling_event"

    def recognises(self, head: Head) -> bool:
        """Tell by the columns of the event log."""
        return head.shape == "table" and set(head.header) >= MARKS

    def read(self, source: Source, settings: Settings) -> Reading:
        """Read effort and output as labeling events, refuse the other events by scope; `settings` adds nothing."""
        del settings
        header = source.head().header
        return Reading(
            batches=_batches(source),
            columns={name: COLUMNS[name] for name in header if name in COLUMNS},
            unused=tuple(name for name in header if name not in COLUMNS),
            encoding=source.encoding,
            warnings=WARNINGS,
        )


def _batches(source: Source) -> Iterator[Batch]:
    for frame, structural in source.frames():
        rows = _rows(frame)
        yield table.split(rows, _refusals(rows), "labeling_event", structural, records=frame.drop("_line"))


def _rows(frame: pl.DataFrame) -> pl.DataFrame:
    cells = frame.select("_line", *(_cell(frame, name) for name in COLUMNS))
    cells = cells.with_columns(
        instants.utc(cells["timestamp"], "UTC").alias("finished_at"),
        pl.concat_str(pl.col("obj_name", "obj_val").str.to_lowercase(), separator=" ").alias("_update"),
        _payload(cells["payload"], "$.working_time").alias("_worked"),
        _payload(cells["payload"], "$.function.id").alias("_function"),
    )
    is_work, is_call = pl.col("scope") == WORK, pl.col("scope") == "call:function"
    is_output = pl.col("scope").str.contains(OBJECTS)
    is_update = (pl.col("scope") == "update:job") & pl.col("_update").is_in(list(OUTCOMES))
    done = pl.when(pl.col("scope").str.starts_with("create:")).then(pl.lit("submitted")).otherwise(pl.lit("deleted"))
    method = pl.when(is_call).then(pl.lit("automatic")).otherwise(pl.lit("unknown"))
    return cells.select(
        "_line",
        "finished_at",
        pl.col("scope").alias("_scope"),
        pl.any_horizontal(is_work, is_call, is_output, is_update).fill_null(value=False).alias("_kept"),
        is_work.alias("_is_work"),
        is_output.alias("_is_output"),
        day_on=pl.col("finished_at").dt.date(),
        item="job_id",
        dataset="task_id",
        project="project_id",
        person=pl.when(~is_call).then(pl.coalesce("user_name", "user_id")),
        email=pl.when(~is_call).then("user_email"),
        stage=pl.when(is_update).then(_of_update(0)).otherwise(pl.lit("annotate")),
        outcome=pl.when(is_update).then(_of_update(1)).when(is_output).then(done).otherwise(pl.lit("draft")),
        method=method,
        suggestion=pl.lit("unknown"),
        milliseconds=pl.when(is_work).then(numbers.number(pl.col("_worked"), ".").round().cast(pl.Int64, strict=False)),
        time_kind=pl.when(is_work).then(pl.lit("reported")).otherwise(pl.lit("none")),
        idle_rule=pl.when(is_work).then(pl.lit(IDLE_RULE)),
        objects=pl.when(is_output).then(numbers.number(pl.col("count"), ".").cast(pl.Int64, strict=False)),
        label_kind=pl.when(is_output).then(pl.col("scope").str.split(":").list.last()),
        model=pl.when(is_call).then(pl.coalesce("_function", "obj_name")),
    )


def _of_update(place: int) -> pl.Expr:
    values = {update: pair[place] for update, pair in OUTCOMES.items()}
    return pl.col("_update").replace_strict(values, default=None, return_dtype=pl.String)


def _cell(frame: pl.DataFrame, name: str) -> pl.Expr:
    return text.clean(pl.col(name)) if name in frame.columns else pl.lit(None, dtype=pl.String).alias(name)


def _payload(payload: pl.Series, path: str) -> pl.Series:
    """Return a value of the payload; null where the payload is no JSON object."""
    objects = payload.to_frame("payload").select(pl.when(pl.col("payload").str.starts_with("{")).then("payload"))
    return objects["payload"].str.json_path_match(path)


def _refusals(rows: pl.DataFrame) -> list[tuple[pl.Expr, str]]:
    idle = rows.filter(~pl.col("_kept"))["_scope"].drop_nulls().unique().sort().to_list()
    named = idle if len(idle) <= MOST_SCOPES else []
    times = reasons.length_reasons(pl.col("milliseconds") // 1000)
    return [
        *((~pl.col("_kept") & (pl.col("_scope") == scope), f"{NOTHING} (scope {scope[:60]})") for scope in named),
        (~pl.col("_kept"), NOTHING),
        *reasons.day_reasons(pl.col("day_on")),
        *((pl.col("_is_work") & found, reason) for found, reason in times),
        (pl.col("_is_output") & (pl.col("objects").is_null() | (pl.col("objects") < 0)), NO_COUNT),
    ]


IMPORTER: Importer = CvatEvents()
