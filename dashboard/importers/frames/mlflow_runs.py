"""An MLflow run from any export: the meaning of its parameters, tags and metrics.

Labels used are read from the first parameter, then tag, of these names: labels_used,
n_labels, num_labels, train_labels, train_examples, n_train, num_train, train_size,
training_examples; synthetic labels, a part of them, from labels_synthetic,
synthetic_labels, synthetic_examples, n_synthetic. `label_selection` (random, active) says how
they were selected, `modeling_hours` how many hours of modeling the code took. The code version is the tag
mlflow.source.git.commit, else a tag or parameter code_version, git_commit or git_sha. One metric
is the main one: the first of MAIN_METRICS that a run has, else the first by name; `metrics` holds all.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import polars as pl

from dashboard.importers.columns.numbers import replace_decimal_comma
from dashboard.importers.contract import DAY_OUTSIDE, END_BEFORE_START, FIRST_YEAR, LAST_YEAR, Batch
from dashboard.importers.table import split_batch
from dashboard.schemas import EXPERIMENT_RUN

LABELS_USED_NAMES = (
    "labels_used",
    "n_labels",
    "num_labels",
    "train_labels",
    "train_examples",
    "n_train",
    "num_train",
    "train_size",
    "training_examples",
)
SYNTHETIC_NAMES = ("labels_synthetic", "synthetic_labels", "synthetic_examples", "n_synthetic")
CODE_VERSION_NAMES = ("mlflow.source.git.commit", "code_version", "git_commit", "git_sha")
SEED_NAMES = ("seed", "random_seed", "random_state")
MAIN_METRICS = (
    "f1",
    "f1_mean",
    "val_f1",
    "test_f1",
    "eval_f1",
    "accuracy",
    "val_accuracy",
    "test_accuracy",
    "eval_accuracy",
    "map",
    "mAP",
    "auc",
    "val_loss",
    "eval_loss",
    "loss",
)
SCORE_WORDS = frozenset(
    {
        *(
            "acc",
            "accuracy",
            "f1",
            "loss",
            "auc",
            "auroc",
            "map",
            "map50",
            "precision",
            "recall",
            "iou",
            "miou",
            "dice",
        ),
        *("bleu", "rouge", "perplexity", "ppl", "score", "error", "mse", "rmse", "mae", "r2", "wer", "cer"),
    }
)
STATES = ("finished", "failed", "killed", "running", "scheduled")
NO_RUN = "no run id"
NO_STATE = "status not known to the tracker"
NO_START = "no start that can be read"
NO_END = "no end that can be read"
REJECT_REASONS = (NO_RUN, NO_STATE, NO_START, NO_END, DAY_OUTSIDE, END_BEFORE_START)
MAX_INTEGER = 2**63
WARNINGS = (
    "Run time is machine time, never added to people's hours; a parent run covers its nested runs.",
    "Days are in UTC.",
    "A tracking database and a search_runs CSV of the same server hold the same runs: import one of the two.",
)
COUNT_SENTENCES = {
    "unfinished": "Runs without an end, whose length is unknown",
    "nested": "Runs nested in another run, whose time the parent covers too",
    "deleted": "Runs deleted in MLflow, kept and marked",
}


@dataclass(frozen=True)
class MlflowRun:
    """One run as exported; times are in milliseconds since 1970, None where missing."""

    line: int
    run_id: str | None
    name: str | None
    project: str | None
    person: str | None
    status: str
    started: int | None
    ended: int | None
    is_deleted: bool = False
    is_readable_start: bool = True
    is_readable_end: bool = True
    metrics: Mapping[str, float] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)


def build_run_batch(runs: Iterable[MlflowRun], structural: pl.DataFrame | None, counts: Counter[str]) -> Batch:
    """Return the runs as a batch of experiment runs, and count what the warnings report."""
    names = {name: dtype for name, dtype in EXPERIMENT_RUN.items() if name != "line"}
    schema = {"_line": pl.Int64, "_reason": pl.String, "record": pl.String, **names}
    rows = [_build_row(run) for run in runs]
    for row in rows:
        if row["_reason"] is None:
            counts["unfinished"] += row["seconds"] is None
            counts["nested"] += row["parent_run"] is not None
            counts["deleted"] += row["state"] == "deleted"
    frame = pl.DataFrame({name: [row.get(name) for row in rows] for name in schema}, schema=schema)
    rejections = [(pl.col("_reason") == reason, reason) for reason in REJECT_REASONS]
    return split_batch(frame, rejections, "experiment_run", structural)


def describe_counts(counts: Counter[str]) -> tuple[str, ...]:
    """Return one sentence per count."""
    return tuple(f"{sentence}: {counts[key]}." for key, sentence in COUNT_SENTENCES.items() if counts[key])


def _build_row(run: MlflowRun) -> dict[str, Any]:
    finished = None if run.ended is None else _parse_moment(run.ended)
    started = None if run.started is None else _parse_moment(run.started)
    fields = {**run.tags, **run.parameters}
    metric, value = choose_metric(run.metrics)
    is_over = run.status in ("finished", "failed", "killed") and started is not None and finished is not None
    return {
        "_line": run.line,
        "_reason": _find_rejection(run, started, finished),
        "record": " | ".join(str(part) for part in (run.run_id, run.name, run.status, run.started, run.ended)),
        "native_id": run.run_id,
        "run": run.name or run.run_id,
        "project": run.project,
        "person": run.person,
        "email": run.person if run.person and "@" in run.person else None,
        "started_at": started,
        "finished_at": finished,
        "day_on": started.date() if started else None,
        "seconds": _compute_seconds(run) if is_over else None,
        "state": "deleted" if run.is_deleted else run.status,
        "parent_run": run.tags.get("mlflow.parentRunId"),
        "parameters_hash": hash_parameters(run.parameters),
        "metric": metric,
        "value": value,
        "metrics": json.dumps(dict(sorted(run.metrics.items()))) if run.metrics else None,
        "labels_used": parse_integer(fields, LABELS_USED_NAMES),
        "labels_synthetic": parse_integer(fields, SYNTHETIC_NAMES),
        "code_version": next((fields[name] for name in CODE_VERSION_NAMES if fields.get(name)), None),
        "seed": parse_integer(fields, SEED_NAMES),
        "selection": parse_selection(fields),
        "modeling_hours": parse_modeling_hours(fields),
    }


def _parse_moment(milliseconds: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(milliseconds / 1000, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _compute_seconds(run: MlflowRun) -> int:
    return round(((run.ended or 0) - (run.started or 0)) / 1000)


def _find_rejection(run: MlflowRun, started: datetime | None, finished: datetime | None) -> str | None:
    if not run.run_id:
        return NO_RUN
    if run.status not in STATES:
        return NO_STATE
    if not run.is_readable_start or (run.started is not None and started is None):
        return NO_START
    if not run.is_readable_end or (run.ended is not None and finished is None):
        return NO_END
    for moment in (started, finished):
        if moment and not FIRST_YEAR <= moment.year <= LAST_YEAR:
            return DAY_OUTSIDE
    return END_BEFORE_START if started and finished and finished < started else None


def choose_metric(metrics: Mapping[str, float]) -> tuple[str | None, float | None]:
    """Return name and value of the main metric."""
    name = next((name for name in MAIN_METRICS if name in metrics), min(metrics, default=None))
    return name, None if name is None else metrics[name]


def parse_metrics(fields: Mapping[str, str]) -> dict[str, float]:
    """Return the metrics whose values are finite numbers."""
    metrics: dict[str, float] = {}
    for name, cell in fields.items():
        try:
            number = float(replace_decimal_comma(cell) if isinstance(cell, str) else cell)
        except ValueError:
            continue
        if math.isfinite(number):
            metrics[name] = number
    return metrics


def parse_integer(fields: Mapping[str, str], names: Iterable[str]) -> int | None:
    """Return the value of the first of `names` that holds a non-negative whole number."""
    for name in names:
        try:
            number = float(fields[name])
        except (KeyError, ValueError):
            continue
        if math.isfinite(number) and number == int(number) and 0 <= number < MAX_INTEGER:
            return int(number)
    return None


def parse_selection(fields: Mapping[str, str]) -> str | None:
    """Return how the labels were selected, random or active, where the run says so."""
    text = fields.get("label_selection", fields.get("selection", "")).strip().casefold()
    return text if text in {"random", "active"} else None


def parse_modeling_hours(fields: Mapping[str, str]) -> float | None:
    """Return the modeling hours behind the run's code, where the run gives them."""
    values = parse_metrics({name: fields[name] for name in ("modeling_hours",) if name in fields})
    return next((value for value in values.values() if value >= 0), None)


def hash_parameters(parameters: Mapping[str, str]) -> str | None:
    """Return a hash that is equal for equal parameters; None for a run without parameters."""
    filled = {name: value for name, value in sorted(parameters.items()) if value != ""}
    return sha256(json.dumps(filled).encode()).hexdigest()[:16] if filled else None


def is_score(name: str) -> bool:
    """Return whether a column is named after a score, such as val/f1, eval_loss or test.accuracy."""
    words = name.casefold().replace("/", " ").replace(".", " ").replace("-", " ").replace("_", " ").split()
    return not SCORE_WORDS.isdisjoint(words)
