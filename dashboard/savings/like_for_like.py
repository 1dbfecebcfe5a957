"""The rows of the like-for-like comparison of projects, kinds of label and people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from dashboard.savings.label_sample import plan_sample
from dashboard.savings.model.label_codes import encode_names
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Snapshot

if TYPE_CHECKING:
    from dashboard.savings.model.like_for_like import ComparedLog, Dimension

UNASSISTED = ("manual", "unknown", "imported", "active_learning")
RATIO_SCHEMA: dict[str, pl.DataType] = {
    "dimension": pl.String(),
    "member": pl.String(),
    "person": pl.String(),
    "ratio": pl.Float64(),
    "ratio_low": pl.Float64(),
    "ratio_high": pl.Float64(),
    "raw_ratio": pl.Float64(),
    "labels": pl.Int64(),
    "annotators": pl.Int64(),
    "reason": pl.String(),
    "needed": pl.String(),
}
"""One row per project, kind and person; `member` names a project or kind, `person` a person."""


def build_ratio_rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return the ratios by project, then by kind, the slowest first, then by person: people are never ranked."""
    sample = plan_sample(snapshot, params, all_methods=True)
    frame = run_query(snapshot, "labels_like_for_like", {**params, **sample.list_params()})
    if frame.get_column("seconds").drop_nulls().is_empty():
        return pl.DataFrame(schema=RATIO_SCHEMA)
    from dashboard.savings.model.like_for_like import DIMENSIONS, drop_idle_time  # noqa: PLC0415 - it loads numpy

    compared = select_labels(frame, params)
    if not compared.log.rows:
        return pl.DataFrame(schema=RATIO_SCHEMA)
    compared = drop_idle_time(compared)
    selected = select_rows(frame, params)
    return pl.concat([build_dimension_rows(compared, dimension, selected) for dimension in DIMENSIONS])


def build_dimension_rows(compared: ComparedLog, dimension: Dimension, selected: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of one dimension; `selected` holds all labels of the selection, timed or not."""
    from dashboard.savings.model.like_for_like import compare_members  # noqa: PLC0415 - as above

    is_person = dimension == "annotator"
    unknown_shares = selected.group_by(dimension).agg(pl.col("seconds").is_null().mean())
    rows = [
        {
            "dimension": dimension,
            "person" if is_person else "member": member.name,
            "ratio": member.ratio and member.ratio.value,
            "ratio_low": member.ratio and member.ratio.low,
            "ratio_high": member.ratio and member.ratio.high,
            "raw_ratio": member.raw_ratio,
            "labels": member.labels,
            "annotators": member.annotators,
            "reason": member.refused and member.refused.reason,
            "needed": member.refused and member.refused.needed,
        }
        for member in compare_members(compared, dimension, dict(unknown_shares.iter_rows()))
    ]
    frame = pl.DataFrame(rows, schema=RATIO_SCHEMA)
    if is_person:
        return frame.sort("person")
    return frame.sort("ratio", "member", descending=[True, False], nulls_last=True)


def select_labels(frame: pl.DataFrame, params: Mapping[str, object]) -> ComparedLog:
    """Return the labels of the period and the methods; experience counts those before."""
    import numpy as np  # noqa: PLC0415 - as above

    from dashboard.savings.model.labels import prepare_labels  # noqa: PLC0415
    from dashboard.savings.model.like_for_like import ComparedLog  # noqa: PLC0415

    labels = frame.with_columns(
        label=pl.int_range(pl.len(), dtype=pl.Int64),
        assisted=~pl.col("method").is_in(UNASSISTED),
        proxy="objects",
        eligible=pl.lit(None, dtype=pl.Boolean),
        holdout=pl.lit(None, dtype=pl.Boolean),
        automation=pl.lit(None, dtype=pl.String),
        difficulty=standardize_difficulty(),
    )
    log, _ = prepare_labels(labels.drop("method", "objects", "difficulty"))
    method, _ = encode_names(labels.get_column("method"))
    kind, kinds = encode_names(labels.get_column("kind"))
    difficulty = labels.get_column("difficulty").to_numpy()[log.label]
    compared = ComparedLog(replace(log, kind=kind[log.label]), method[log.label], difficulty, tuple(kinds))
    selected = select_rows(labels, params).get_column("label").to_numpy()
    return compared.where(np.isin(log.label, selected))


def select_rows(labels: pl.DataFrame, params: Mapping[str, object]) -> pl.DataFrame:
    """Return the labels of the period and the methods."""
    first, methods = params["from_on"], params["methods"]
    if isinstance(first, date):
        labels = labels.filter(pl.col("day_on") >= first)
    if isinstance(methods, list | tuple) and methods:
        labels = labels.filter(pl.col("method").is_in(methods))
    return labels


def standardize_difficulty() -> pl.Expr:
    """Return the log's own difficulty from the mean of its project, since each project has a scale of its own."""
    difficulty, spread = pl.col("difficulty"), pl.col("difficulty").std().over("project")
    centred = (difficulty - difficulty.mean().over("project")) / pl.when(spread > 0).then(spread).otherwise(1.0)
    return centred.fill_null(0.0).fill_nan(0.0)
