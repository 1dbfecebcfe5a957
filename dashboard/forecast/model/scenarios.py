"""Scenarios side by side on common random numbers: every scenario meets the same weeks, so only the plans differ."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import combinations
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from dashboard.inference.design_matrix import Reals

SCENARIO_COLUMNS: dict[str, pl.DataType] = {
    "scenario": pl.String(),
    "p10": pl.Float64(),
    "p50": pl.Float64(),
    "p90": pl.Float64(),
    "p50_error": pl.Float64(),
}
PAIR_COLUMNS: dict[str, pl.DataType] = {
    "better": pl.String(),
    "than": pl.String(),
    "probability": pl.Float64(),
    "p10": pl.Float64(),
    "p50": pl.Float64(),
    "p90": pl.Float64(),
}
PERCENTILE_LEVELS = (0.1, 0.5, 0.9)


def summarize_scenarios(results: Mapping[str, Reals]) -> pl.DataFrame:
    """Return P10, P50, P90 and the Monte Carlo error of P50, one row per scenario in the order given."""
    import numpy as np

    rows = [
        (
            name,
            *(float(percentile) for percentile in np.quantile(values, PERCENTILE_LEVELS)),
            estimate_median_error(values),
        )
        for name, values in results.items()
    ]
    return pl.DataFrame(rows, schema=SCENARIO_COLUMNS, orient="row")


def compare_scenarios(results: Mapping[str, Reals], *, more_is_better: bool = True) -> pl.DataFrame:
    """Return one row per pair of scenarios, the better one first (columns of PAIR_COLUMNS).

    `probability` is the share of draws in which the first beats the second, ties counting half. The percentiles are
    of first - second, draw by draw.

    Raises:
        ValueError: the scenarios have different numbers of draws, so they cannot have met the same weeks.
    """
    import numpy as np

    if len({values.shape for values in results.values()}) > 1:
        raise ValueError({name: values.shape for name, values in results.items()})
    rows = []
    for scenario, rival in combinations(results, 2):
        advantage = (results[scenario] - results[rival]) * (1 if more_is_better else -1)
        probability = float((advantage > 0).mean() + (advantage == 0).mean() / 2)
        better, worse = (scenario, rival) if probability >= 0.5 else (rival, scenario)  # noqa: PLR2004 - more often than not
        percentiles = (
            float(percentile) for percentile in np.quantile(results[better] - results[worse], PERCENTILE_LEVELS)
        )
        rows.append((better, worse, max(probability, 1 - probability), *percentiles))
    return pl.DataFrame(rows, schema=PAIR_COLUMNS, orient="row")


def estimate_median_error(values: Reals) -> float:
    """Return the standard error of the median of independent draws, without assuming a distribution.

    Half the distance between the order statistics that bracket the median at one standard deviation of the binomial
    count (n / 2 -+ sqrt(n) / 2): David and Nagaraja, Order Statistics, section 7.1.
    """
    import numpy as np

    ordered = np.sort(values)
    half_width = math.sqrt(len(ordered)) / 2
    low = max(math.floor(len(ordered) / 2 - half_width) - 1, 0)
    high = min(math.ceil(len(ordered) / 2 + half_width), len(ordered) - 1)
    return float(ordered[high] - ordered[low]) / 2
