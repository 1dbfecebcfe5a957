"""Experiment runs in the columns of our own file: which words and numbers they may hold, and how rows are checked."""

from __future__ import annotations

import polars as pl

from dashboard.importers.columns.numbers import parse_number
from dashboard.importers.contract import END_BEFORE_START, list_day_rejections

TEXT_COLUMNS = ("run", "project", "person", "email", "metric", "parent_run", "code_version")
INTEGER_COLUMNS = ("labels_used", "labels_synthetic", "seed")
INSTANT_COLUMNS = ("started_at", "finished_at")
NUMBER_COLUMNS = ("value", "modeling_hours")
SELECTIONS = ("random", "active")
PRETRAININGS = ("none", "self-supervised")
CHOICE_COLUMNS = ("state", "selection", "pretraining")
COLUMNS = {
    name: (name,) for name in (*TEXT_COLUMNS, *INTEGER_COLUMNS, *INSTANT_COLUMNS, *NUMBER_COLUMNS, *CHOICE_COLUMNS)
} | {"native_id": ("id", "native_id")}
STATES = ("finished", "failed", "killed", "running", "scheduled", "deleted")
ENDED_STATES = ("finished", "failed", "killed", "deleted")
NO_RUN = "no run"
NO_START = "no start that can be read"
NO_END = "no end that can be read"
NO_STATE = "state not known"
MORE_SYNTHETIC = "more synthetic labels than labels used"
NO_SELECTION = "selection is neither random nor active"
NO_PRETRAINING = "pretraining is neither none nor self-supervised"
MAX_NUMBER = 2.0**62


def build_run_rows(cells: pl.DataFrame) -> pl.DataFrame:
    """Return the parsed columns of experiment runs, to be judged by `list_run_rejections`.

    `cells` has `_line`, the texts of all `COLUMNS`, but UTC instants as started_at and finished_at, the local day as
    day_on, and the texts of the instants as `_started_at` and `_finished_at`.
    """
    default_state = pl.when(pl.col("_finished_at").is_null()).then(pl.lit("running")).otherwise(pl.lit("finished"))
    rows = cells.select(
        "_line",
        *(f"_{name}" for name in INSTANT_COLUMNS),
        *(pl.col(name).alias(f"_{name}") for name in (*INTEGER_COLUMNS, *NUMBER_COLUMNS)),
        "native_id",
        *TEXT_COLUMNS,
        *(_parse_integer(name).alias(name) for name in INTEGER_COLUMNS),
        *(_parse_bounded(name).alias(name) for name in NUMBER_COLUMNS),
        *INSTANT_COLUMNS,
        "day_on",
        pl.col(CHOICE_COLUMNS).str.to_lowercase(),
    ).with_columns(pl.col("state").fill_null(default_state))
    length = (pl.col("finished_at") - pl.col("started_at")).dt.total_milliseconds()
    return rows.with_columns(
        seconds=pl.when(pl.col("state").is_in(ENDED_STATES)).then((length / 1000).round().cast(pl.Int64))
    )


def _parse_bounded(name: str) -> pl.Expr:
    value = parse_number(pl.col(name), ".")
    return pl.when(value.abs() < MAX_NUMBER).then(value)


def _parse_integer(name: str) -> pl.Expr:
    value = _parse_bounded(name)
    return pl.when(value == value.round()).then(value.cast(pl.Int64, strict=False))


def list_run_rejections(*, needs_start: bool = True) -> list[tuple[pl.Expr, str]]:
    """Return the checks for rows of `build_run_rows`, each with its reason; without a start a day is enough."""
    has_text = {
        name: pl.col(f"_{name}").is_not_null() for name in (*INTEGER_COLUMNS, *INSTANT_COLUMNS, *NUMBER_COLUMNS)
    }
    negative = pl.any_horizontal(pl.col(name) < 0 for name in INTEGER_COLUMNS if name != "seed")
    return [
        (pl.col("run").is_null(), NO_RUN),
        (pl.col("started_at").is_null() & (pl.lit(needs_start) | pl.col("_started_at").is_not_null()), NO_START),
        *list_day_rejections(pl.col("day_on")),
        (has_text["finished_at"] & pl.col("finished_at").is_null(), NO_END),
        (pl.col("finished_at") < pl.col("started_at"), END_BEFORE_START),
        (~pl.col("state").is_in(STATES), NO_STATE),
        *(
            (has_text[name] & pl.col(name).is_null(), f"{name} cannot be read")
            for name in (*INTEGER_COLUMNS, *NUMBER_COLUMNS)
        ),
        (negative, "negative number of labels"),
        (pl.col("labels_synthetic") > pl.col("labels_used"), MORE_SYNTHETIC),
        (pl.col("modeling_hours") < 0, "fewer than no hours"),
        (~pl.col("selection").is_in(SELECTIONS), NO_SELECTION),
        (~pl.col("pretraining").is_in(PRETRAININGS), NO_PRETRAINING),
    ]
