"""The canonical frames that every importer produces and the store keeps.

Instants are UTC and end in `_at`; days are local to the person and end in `_on`;
durations are integers named with their unit. Nothing here is rounded.
"""

from __future__ import annotations

from typing import Literal

import polars as pl

Kind = Literal["time_entry", "labeling_event", "experiment_run", "quality_report", "labeling_day"]
FIRST_IMPORT = 1  # its number; the store has nothing that its rows could be compared with
MAX_ROWS_PER_BYTE = 20  # of a Parquet file; ours have less than one
UNNAMED_PROJECT = "(no project)"  # as figures call what names none

UTC_INSTANT = pl.Datetime("us", "UTC")
WALL_CLOCK = pl.Datetime("us")

TIME_ENTRY: dict[str, pl.DataType | type[pl.DataType]] = {
    "line": pl.Int64,  # where the record begins in the file, header = line 1
    "native_id": pl.String,  # the tool's own id, null where the export has none
    "person": pl.String,  # as the tool names the person; null if the file names nobody
    "email": pl.String,
    "client": pl.String,
    "project": pl.String,
    "task": pl.String,  # task, activity or issue
    "description": pl.String,
    "tags": pl.String,  # joined by "; "
    "started_at": UTC_INSTANT,  # null if the file has days only
    "started_local": WALL_CLOCK,  # the same instant on the clock of the source zone
    "day_on": pl.Date,  # the local day on which the entry began
    "seconds": pl.Int64,  # below 0 only in a correction that fits its person, day and project
    "billable": pl.Boolean,
    "category": pl.String,  # given by the file; overrides the rules
    "zone": pl.String,  # IANA name; null if only days are known
    "changed_at": UTC_INSTANT,  # when the tool changed the entry last; null if it does not say
}

OUTCOMES = ("submitted", "skipped", "cancelled", "accepted", "rejected", "fixed", "draft", "deleted", "assigned")
TIME_KINDS = ("reported", "start-end", "gap-derived", "none")
LABELING_EVENT: dict[str, pl.DataType | type[pl.DataType]] = {
    "line": pl.Int64,  # for JSON: the ordinal of the record, from 1
    "native_id": pl.String,
    "item": pl.String,
    "dataset": pl.String,
    "project": pl.String,
    "person": pl.String,  # null for a machine
    "email": pl.String,
    "stage": pl.String,  # annotate, review, rework, adjudicate
    "outcome": pl.String,  # submitted, skipped, cancelled, accepted, rejected, fixed, draft, deleted, assigned
    "method": pl.String,  # manual, pre-annotated, automatic, active_learning, weak, synthetic, imported, unknown
    "suggestion": pl.String,  # unchanged, edited, rejected, none, unknown
    "started_at": UTC_INSTANT,
    "finished_at": UTC_INSTANT,
    "day_on": pl.Date,
    "milliseconds": pl.Int64,  # null = unknown, never 0 for unknown
    "time_kind": pl.String,  # reported, start-end, gap-derived, none
    "idle_rule": pl.String,  # the vendor's rule, in words
    "objects": pl.Int64,
    "label_kind": pl.String,
    "difficulty": pl.Float64,
    "agreement": pl.Float64,
    "gold_score": pl.Float64,
    "model": pl.String,
    "tokens": pl.Int64,
    "cost": pl.Float64,
    "currency": pl.String,
    "automation": pl.String,
    "holdout": pl.Boolean,
    "eligible": pl.Boolean,
    "answer": pl.String,  # canonical text for comparisons; "(nothing)" for an empty answer, null = unknown
    "annotation": pl.String,  # the label's own id
    "about": pl.String,  # of a review, verdict or rework: the id of the label
    "changed_at": UTC_INSTANT,  # when the tool changed the event last; null if it does not say
    "account": pl.String,  # the tool's number of the person, by which other exports of it name the same one
    "draft_at": UTC_INSTANT,  # when the draft was begun that became this label
    "edit_share": pl.Float64,  # how much of the suggestion was changed: 0 kept, 1 nothing left; null = unknown
    "media_milliseconds": pl.Int64,  # how long the audio or video is; null = unknown, or the item is neither
    "edit_basis": pl.String,  # what was compared for it: text, choices, regions, several kinds, stated
}

EXPERIMENT_RUN: dict[str, pl.DataType | type[pl.DataType]] = {
    "line": pl.Int64,
    "native_id": pl.String,
    "run": pl.String,
    "project": pl.String,
    "person": pl.String,
    "email": pl.String,
    "started_at": UTC_INSTANT,
    "finished_at": UTC_INSTANT,
    "day_on": pl.Date,
    "seconds": pl.Int64,  # machine time; null while running or unknown; never human hours
    "state": pl.String,  # finished, failed, killed, running, scheduled, deleted
    "parent_run": pl.String,
    "parameters_hash": pl.String,
    "metric": pl.String,  # the main metric; all of them are in `metrics`
    "value": pl.Float64,
    "metrics": pl.String,  # JSON object
    "labels_used": pl.Int64,
    "labels_synthetic": pl.Int64,
    "code_version": pl.String,
    "seed": pl.Int64,
    "selection": pl.String,  # how its labels were chosen: random, active; null = unknown
    "pretraining": pl.String,  # of its model on data without labels: none, self-supervised; null = unknown
    "modeling_hours": pl.Float64,  # hours of modeling spent on its code; null = unknown
    "changed_at": UTC_INSTANT,  # when the tracker changed the run last; null if it does not say
}

QUALITY_REPORT: dict[str, pl.DataType | type[pl.DataType]] = {
    "line": pl.Int64,
    "report": pl.String,  # the file's name, because reports have no name of their own
    "project": pl.String,  # the part of that name before two underscores
    "dataset": pl.String,
    "metric": pl.String,
    "value": pl.Float64,  # on the report's own scale
    "scale_low": pl.Float64,  # null = open
    "scale_high": pl.Float64,
    "reference": pl.Float64,  # what real data reach on the same scale; null = not in the report
    "better": pl.String,  # higher, lower, or reference: the best value is the reference
    "rows_real": pl.Int64,
    "rows_synthetic": pl.Int64,
    "day_on": pl.Date,
}

BAD_ROW: dict[str, pl.DataType | type[pl.DataType]] = {
    "line": pl.Int64,
    "reason": pl.String,  # a short sentence, equal for equal causes so that they can be counted
    "raw": pl.String,  # the record as in the file, cut at 500 characters
}

FRAMES: dict[Kind, dict[str, pl.DataType | type[pl.DataType]]] = {
    "time_entry": TIME_ENTRY,
    "labeling_event": LABELING_EVENT,
    "experiment_run": EXPERIMENT_RUN,
    "quality_report": QUALITY_REPORT,
}


def conform_frame(frame: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    """Return `frame` with exactly the columns of `kind`, in order; missing ones are null."""
    schema = FRAMES[kind]
    missing = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in schema.items() if name not in frame.columns]
    return frame.with_columns(missing).select(pl.col(name).cast(dtype) for name, dtype in schema.items())


def build_bad_rows(frame: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return `frame` as rejected rows, or an empty frame of that shape."""
    if frame is None:
        return pl.DataFrame(schema=BAD_ROW)
    return frame.select(pl.col(name).cast(dtype) for name, dtype in BAD_ROW.items())
