"""Training runs that differ only in their seed, as one point: the mean of the seeds, never the best of them.

A model's score is turned into an error: what is left to gain, on one scale whichever way the metric points. The
direction of a metric comes from its name alone: nobody can guess it from the numbers. A name may state it: "grade
(higher is better)", "cost (lower is better)".
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Literal

import polars as pl


def average_seeds(runs: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Return one row per point (columns `by`) and seed: by, seed, log_error.

    `runs`: by, seed (null: left out, since a repeat could not be told from a new seed), error (> 0). Running the same
    seed again is no second draw, so its log errors are averaged.
    """
    return (
        runs.drop_nulls([*by, "seed", "error"])
        .filter(pl.col("error") > 0)
        .group_by(*by, "seed")
        .agg(log_error=pl.col("error").log().mean())
        .sort(*by, "seed")
    )


def summarize_points(seeds: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Return one row per point: by, error (geometric mean of the seeds), low, high (of single seeds), seeds.

    `seeds`: from `average_seeds`.
    """
    log_error = pl.col("log_error")
    return (
        seeds.group_by(*by)
        .agg(
            error=log_error.mean().exp(),
            low=log_error.min().exp(),
            high=log_error.max().exp(),
            seeds=pl.len().cast(pl.Int64),
        )
        .sort(*by)
    )


def estimate_seed_noise(seeds: pl.DataFrame, by: Sequence[str]) -> float | None:
    """Return the standard deviation of log error between seeds, pooled over points; None where no point has two."""
    spread = seeds.group_by(*by).agg(square=((pl.col("log_error") - pl.col("log_error").mean()) ** 2).sum(), n=pl.len())
    freedom = int((spread.get_column("n") - 1).sum())
    return math.sqrt(float(spread.get_column("square").sum()) / freedom) if freedom else None


Direction = Literal["higher", "lower"]

HIGHER_METRICS = frozenset(
    {
        *("f1", "accuracy", "acc", "balanced accuracy", "precision", "recall", "sensitivity", "specificity"),
        *("auc", "roc auc", "auroc", "pr auc", "auprc", "ap", "average precision", "map", "map50", "map50 95"),
        *("iou", "miou", "jaccard", "dice", "exact match", "em", "bleu", "rouge", "rouge1", "rouge2", "rougel", "ndcg"),
        *("mrr", "hit rate", "top1", "top5", "top 1 accuracy", "top 5 accuracy", "kappa", "r2"),
    }
)
LOWER_METRICS = frozenset(
    {
        *("loss", "error", "error rate", "err", "log loss", "logloss", "nll", "cross entropy", "brier", "ece"),
        *("mae", "mse", "rmse", "mape", "smape", "wer", "cer", "hinge loss", "false positive rate", "fpr", "fnr"),
    }
)
METRIC_PREFIX = re.compile(r"^(?:val(?:idation)?|test|eval(?:uation)?|holdout|dev) ")
METRIC_SUFFIX = re.compile(r" (?:mean|avg|macro|micro|weighted|score|box|mask)$")
DIRECTION_HINT = re.compile(r"\((higher|lower) is better\)\s*$")


def infer_direction(metric: str) -> Direction | None:
    """Return whether higher or lower values of a metric are better; None where its name does not say.

    A score on the training data ("train_accuracy") is never taken: it says nothing about labels to come.
    """
    hint = DIRECTION_HINT.search(metric.casefold())
    if hint:
        return "higher" if hint[1] == "higher" else "lower"
    name = re.sub(r"[\s_\-/.@:]+", " ", metric.casefold()).strip()
    while name:
        if name in HIGHER_METRICS:
            return "higher"
        if name in LOWER_METRICS:
            return "lower"
        shorter = METRIC_SUFFIX.sub("", METRIC_PREFIX.sub("", name))
        if shorter == name:
            return None
        name = shorter
    return None


def compute_errors(values: pl.Series, metric: str) -> pl.Series | None:
    """Return the error of each value: 1 - value where higher is better, else the value; None for an unknown metric.

    Where higher is better the metric must end at 1, or at 100 where any value is above 1: then the error is a share.
    A value that leaves no error, or lies outside of its scale, gives null: its logarithm would say nothing.
    """
    direction = infer_direction(metric)
    if direction is None:
        return None
    scores = values.cast(pl.Float64)
    if direction == "higher":
        highest = scores.max()
        best_score = 100.0 if isinstance(highest, float) and highest > 1 else 1.0
        scores = 1 - scores / best_score
    frame = pl.select(error=pl.when(pl.lit(scores).is_finite() & (pl.lit(scores) > 0)).then(pl.lit(scores)))
    return frame.get_column("error").alias("error")
