"""Which input moves the result most: each alone from its P10 to its P90, and by rank over all draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from dashboard.inference.design_matrix import Reals

SWING_COLUMNS: dict[str, pl.DataType] = {
    "input": pl.String(),
    "base": pl.Float64(),
    "at_p10": pl.Float64(),
    "at_p90": pl.Float64(),
    "swing": pl.Float64(),
    "rank_correlation": pl.Float64(),
}


def compute_swings(
    inputs: Mapping[str, Reals], result: Callable[[Mapping[str, Reals]], Reals], result_draws: Reals
) -> pl.DataFrame:
    """Return one row per input, largest swing first (columns of SWING_COLUMNS).

    `inputs`: draws of each input (draws x weeks, or draws alone). `result` computes the result of inputs with one row,
    as an array of one value. `result_draws`: the result of every draw. `base` is the result with every input at its
    median, `at_p10` and `at_p90` the results with that one input moved. `rank_correlation` is Spearman's over the
    draws, which also reflects interactions, and is null where the input or the result does not vary.
    """
    import numpy as np

    medians = {name: np.median(values, axis=0, keepdims=True) for name, values in inputs.items()}
    base = float(result(medians)[0])
    rows = []
    for name, values in inputs.items():
        end_results = [
            float(result({**medians, name: np.quantile(values, share, axis=0, keepdims=True)})[0])
            for share in (0.1, 0.9)
        ]
        rows.append(
            (
                name,
                base,
                *end_results,
                abs(end_results[1] - end_results[0]),
                _compute_rank_correlation(values, result_draws),
            )
        )
    return pl.DataFrame(rows, schema=SWING_COLUMNS, orient="row").sort("swing", "input", descending=[True, False])


def _compute_rank_correlation(values: Reals, result_draws: Reals) -> float | None:
    """Return Spearman's rank correlation of an input's mean over the weeks with the result."""
    import numpy as np
    from scipy.stats import spearmanr

    input_means = values.mean(axis=1) if values.ndim > 1 else values
    if np.ptp(input_means) == 0 or np.ptp(result_draws) == 0:
        return None
    return float(spearmanr(input_means, result_draws).statistic)
