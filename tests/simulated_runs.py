"""Training runs of worlds whose truth is known: mixtures of labels, and grids over labels and modeling hours."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl

FLOOR, SCALE, EXPONENT = 0.05, 3.0, 0.4
HUMAN = (500, 1000, 2000, 4000, 8000)
SYNTHETIC = (0, 2000, 8000, 32_000)
FEW_MIXED = (*((human, 0) for human in HUMAN), (1000, 8000), (4000, 32_000))


def mixtures(
    seed: int, kappa: float, noise: float, points: Iterable[tuple[int, int]] | None = None, seeds: int = 2
) -> pl.DataFrame:
    """Return runs (human, synthetic, seed, error) of floor + scale (human + kappa synthetic)^-exponent.

    `noise`: standard deviation of log error between seeds; `points`: mixtures, by default a grid of 5 x 4.
    """
    rng = np.random.default_rng(seed)
    chosen = list(points) if points is not None else [(human, synthetic) for human in HUMAN for synthetic in SYNTHETIC]
    rows = [
        (float(human), float(synthetic), number, (FLOOR + SCALE * (human + kappa * synthetic) ** -EXPONENT) * draw)
        for human, synthetic in chosen
        for number, draw in enumerate(np.exp(rng.normal(0, noise, seeds)))
    ]
    schema = {"human": pl.Float64, "synthetic": pl.Float64, "seed": pl.Int64, "error": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


LABELS_NOW, HOURS_NOW = 8000.0, 400.0
BY_LABELS, BY_HOURS = 0.25, 0.12


def ablation(seed: int, noise: float = 0.03, seeds: int = 3) -> pl.DataFrame:
    """Return 24 runs: the final code on 12.5 to 100 % of the labels, and code of four stages on all of them.

    Columns labels, code, hours, seed, error; error falls with labels^-.25 and modeling hours^-.12.
    """
    rng = np.random.default_rng(seed)
    points = [(LABELS_NOW * part, HOURS_NOW) for part in (0.125, 0.25, 0.5, 1)]
    points += [(LABELS_NOW, HOURS_NOW * part) for part in (0.125, 0.25, 0.5, 1)]
    rows = [
        (labels, f"v{hours:g}", hours, number + 10 * (at > 3), _error(labels, hours) * np.exp(rng.normal(0, noise)))
        for at, (labels, hours) in enumerate(points)
        for number in range(seeds)
    ]
    schema = {"labels": pl.Float64, "code": pl.String, "hours": pl.Float64, "seed": pl.Int64, "error": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def sprints(seed: int, noise: float = 0.03, spread: float = 0.3, n: int = 12) -> pl.DataFrame:
    """Return a project's history (labels, hours, error): a busy sprint both labels and models more."""
    rng = np.random.default_rng(seed)
    busy = rng.lognormal(0, 0.4, n)
    labels = 1000 + np.cumsum(1000 * busy * rng.lognormal(0, spread, n))
    hours = 80 + np.cumsum(80 * busy * rng.lognormal(0, spread, n))
    return pl.DataFrame(
        {"labels": labels, "hours": hours, "error": _error(labels, hours) * np.exp(rng.normal(0, noise, n))}
    )


def _error(labels: float | np.ndarray, hours: float | np.ndarray) -> float | np.ndarray:
    return 0.9 * (labels / 1000) ** -BY_LABELS * (hours / 80) ** -BY_HOURS


def chosen(
    seed: int,
    saved: float = 0.4,
    noise: float = 0.02,
    sizes: Iterable[int] = HUMAN,
    active: Iterable[int] = (1000, 2000, 4000),
    seeds: int = 3,
) -> pl.DataFrame:
    """Return runs (labels, active, seed, error): one chosen label does what 1 / (1 - saved) random ones do."""
    rng = np.random.default_rng(seed)
    points = [(size, False, float(size)) for size in sizes] + [(size, True, size / (1 - saved)) for size in active]
    rows = [
        (float(size), is_active, number, (FLOOR + SCALE * worth**-EXPONENT) * np.exp(rng.normal(0, noise)))
        for size, is_active, worth in points
        for number in range(seeds)
    ]
    schema = {"labels": pl.Float64, "active": pl.Boolean, "seed": pl.Int64, "error": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")
