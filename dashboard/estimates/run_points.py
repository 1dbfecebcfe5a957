"""Training runs that differ in nothing but their seed, as one point: the mean of the seeds, never the best of them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import polars as pl


def averaged(runs: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Return one row a point (columns `by`) and seed: by, seed, log_error.

    `runs`: by, seed (null: left out, since a repeat could not be told from a new seed), error (> 0). The same seed
    run again is no second draw, so its log errors are averaged.
    """
    return (
        runs.drop_nulls([*by, "seed", "error"])
        .filter(pl.col("error") > 0)
        .group_by(*by, "seed")
        .agg(log_error=pl.col("error").log().mean())
        .sort(*by, "seed")
    )


def points(seeds: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Return one row a point: by, error (geometric mean of the seeds), low, high (of single seeds), seeds.

    `seeds`: what `averaged` gives.
    """
    log = pl.col("log_error")
    return (
        seeds.group_by(*by)
        .agg(error=log.mean().exp(), low=log.min().exp(), high=log.max().exp(), seeds=pl.len().cast(pl.Int64))
        .sort(*by)
    )


def noise(seeds: pl.DataFrame, by: Sequence[str]) -> float | None:
    """Return the standard deviation of log error between seeds, pooled over points; None where no point has two."""
    spread = seeds.group_by(*by).agg(square=((pl.col("log_error") - pl.col("log_error").mean()) ** 2).sum(), n=pl.len())
    freedom = int((spread.get_column("n") - 1).sum())
    return math.sqrt(float(spread.get_column("square").sum()) / freedom) if freedom else None
