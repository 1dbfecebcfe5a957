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
