"""What changed between two periods and why: contributions of volume, mix and rate that add up to the change.

Each factor's contribution is its mean effect over all orders in which the factors could have changed (Shapley, 1953;
for decompositions: Shorrocks, 2013, J. Econ. Inequality 11). No order is favoured, and no residual remains.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from dashboard.inference.design_matrix import Reals

WORK_COLUMNS: dict[str, pl.DataType] = {
    "cell": pl.String(),
    "labels_before": pl.Int64(),
    "labels_now": pl.Int64(),
    "milliseconds_before": pl.Int64(),
    "milliseconds_now": pl.Int64(),
}
"""One row per cell (such as a project and method): timed labels and their milliseconds in both periods, 0 for none."""

SHARE_COLUMNS: dict[str, pl.DataType] = {
    "cell": pl.String(),
    "part_before": pl.Int64(),
    "part_now": pl.Int64(),
    "whole_before": pl.Int64(),
    "whole_now": pl.Int64(),
}
"""One row per cell (a project): seconds of labeling, and of labeling and modeling, in both periods."""

CONTRIBUTION_COLUMNS: dict[str, pl.DataType] = {
    "cell": pl.String(),
    "factor": pl.String(),
    "contribution": pl.Float64(),
}


@dataclass(frozen=True)
class ChangeDecomposition:
    """A change and its contributions (CONTRIBUTION_COLUMNS), which add up to `now` - `before`."""

    before: float
    now: float
    contributions: pl.DataFrame


def decompose_time(work: pl.DataFrame) -> ChangeDecomposition:
    """Return why labeling took more or less time (milliseconds, whole numbers that add up exactly).

    Factors: `volume` (number of labels, cell ''), `mix` (which cells they are in) and `rate` (time per label), the
    last two by cell. A cell without labels in one period has the rate of the other: its coming or going is mix.
    """
    import numpy as np

    counts = [work.get_column(f"labels_{period}").to_numpy().astype(float) for period in ("before", "now")]
    times = [work.get_column(f"milliseconds_{period}").to_numpy().astype(float) for period in ("before", "now")]
    totals = [float(count.sum()) for count in counts]
    before, current = (float(time.sum()) for time in times)
    cells = work.get_column("cell").to_list()
    if not all(totals):
        return ChangeDecomposition(before, current, _build_contributions([("", "volume", current - before)]))
    rates = [
        np.divide(time, count, out=np.full(len(cells), np.nan), where=count > 0)
        for time, count in zip(times, counts, strict=True)
    ]
    rates = [np.where(np.isnan(rate), other_rate, rate) for rate, other_rate in (rates, rates[::-1])]
    rates = [np.nan_to_num(rate) for rate in rates]
    mixes = [count / total for count, total in zip(counts, totals, strict=True)]
    states = {"volume": [np.array(total) for total in totals], "mix": mixes, "rate": rates}
    effects = compute_shapley_effects(states, lambda factors: factors["volume"] * factors["mix"] * factors["rate"])
    rows = [("", "volume", float(effects["volume"].sum()))]
    # Mix by cell is measured against the mean rate: a cell as fast as the others contributes nothing.
    mean_rate = (before / totals[0] + current / totals[1]) / 2
    mean_shift = (mixes[1] - mixes[0]) * mean_rate * (totals[0] + totals[1]) / 2
    rows += [(cell, "mix", float(value)) for cell, value in zip(cells, effects["mix"] - mean_shift, strict=True)]
    rows += [(cell, "rate", float(value)) for cell, value in zip(cells, effects["rate"], strict=True)]
    return ChangeDecomposition(before, current, _build_contributions(_round_to_total(rows, round(current - before))))


def decompose_share(parts: pl.DataFrame) -> ChangeDecomposition | None:
    """Return why a share (0..1) changed; None where a period has no time at all.

    Factors by cell: `mix` (the cell's part of all time, against the mean share) and `rate` (the share within the cell).
    """
    import numpy as np

    labeling_seconds = [parts.get_column(f"part_{period}").to_numpy().astype(float) for period in ("before", "now")]
    total_seconds = [parts.get_column(f"whole_{period}").to_numpy().astype(float) for period in ("before", "now")]
    if not all(time.sum() for time in total_seconds):
        return None
    before, current = (
        float(part.sum() / time.sum()) for part, time in zip(labeling_seconds, total_seconds, strict=True)
    )
    cell_shares = [
        np.divide(part, time, out=np.full(len(part), np.nan), where=time > 0)
        for part, time in zip(labeling_seconds, total_seconds, strict=True)
    ]
    cell_shares = [
        np.nan_to_num(np.where(np.isnan(share), other_share, share))
        for share, other_share in (cell_shares, cell_shares[::-1])
    ]
    weights = [time / time.sum() for time in total_seconds]
    mean_share = (before + current) / 2
    mix = (weights[1] - weights[0]) * ((cell_shares[0] + cell_shares[1]) / 2 - mean_share)
    rate = (cell_shares[1] - cell_shares[0]) * (weights[0] + weights[1]) / 2
    cells = parts.get_column("cell").to_list()
    rows = [(cell, "mix", float(value)) for cell, value in zip(cells, mix, strict=True)]
    rows += [(cell, "rate", float(value)) for cell, value in zip(cells, rate, strict=True)]
    return ChangeDecomposition(before, current, _build_contributions(rows))


def compute_shapley_effects(
    states: Mapping[str, list[Reals]], compute_result: Callable[[Mapping[str, Reals]], Reals]
) -> dict[str, Reals]:  # fmt: skip
    """Return each factor's mean effect on the result over all orders; `states` has its values before and now."""
    import numpy as np

    orders = list(permutations(states))
    effects: dict[str, Reals] = {}
    for order in orders:
        factors = {name: before for name, (before, _) in states.items()}
        value = compute_result(factors)
        for name in order:
            factors[name] = states[name][1]
            next_value = compute_result(factors)
            effects[name] = effects.get(name, np.zeros_like(next_value)) + (next_value - value) / len(orders)
            value = next_value
    return effects


def _round_to_total(rows: list[tuple[str, str, float]], total: int) -> list[tuple[str, str, float]]:
    """Round the contributions so that they add up to the total exactly: the largest remainders are rounded up."""
    import math

    floors = [math.floor(value) for _, _, value in rows]
    shortfall = total - sum(floors)
    ranking = sorted(range(len(rows)), key=lambda index: (floors[index] - rows[index][2], index))
    step, remainder = divmod(shortfall, len(rows))
    rounded_up = set(ranking[:remainder])
    return [
        (cell, factor, float(floors[position] + step + (position in rounded_up)))
        for position, (cell, factor, _) in enumerate(rows)
    ]


def _build_contributions(rows: list[tuple[str, str, float]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=CONTRIBUTION_COLUMNS, orient="row")
