"""What is worth measuring next: how much narrower the answer gets with more items held out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import polars as pl

from dashboard.savings.model.holdout import compute_half_width

if TYPE_CHECKING:
    from dashboard.inference.design_matrix import Reals

ITEM_STEPS = (50, 150, 300)  # further items
NARROWING_COLUMNS: dict[str, pl.DataType] = {
    "items": pl.Int64(),
    "half_width": pl.Float64(),
    "of_now": pl.Float64(),
    "price_hours": pl.Float64(),
}


def compute_narrowing(
    holdout_items: int, assisted: int, annotators: int, *, saving: float, hours_per_item: float,
    steps: Sequence[int] = ITEM_STEPS, spread_person: float = 0.2, spread_item: float = 0.6,
) -> pl.DataFrame:  # fmt: skip
    """Return what holding out further items buys: items, half_width (share), of_now (null: none yet), price_hours.

    The half-width is from `compute_half_width`; the price is the saving forgone, items x hours by hand x saving.
    Empty for fewer than two annotators: then there is no interval to narrow.
    """
    spreads = {"ratio": 1 - saving, "spread_person": spread_person, "spread_item": spread_item}
    current_half_width = compute_half_width(annotators, holdout_items, assisted, **spreads) if holdout_items else None
    rows = []
    for items in steps:
        next_half_width = compute_half_width(annotators, holdout_items + items, max(assisted - items, 1), **spreads)
        if next_half_width is not None:
            rows.append(
                (
                    items,
                    next_half_width,
                    next_half_width / current_half_width if current_half_width else None,
                    items * hours_per_item * saving,
                )
            )
    return pl.DataFrame(rows, schema=NARROWING_COLUMNS, orient="row")


def compute_explained_variance(inputs: Mapping[str, Reals], result: Reals) -> pl.DataFrame:
    """Return the share of the variance of the result that each input explains: input, explained (0..1), largest first.

    The first-order share: variance of the mean result in 20 equal bins of the input over the total variance, less what
    20 bins explain by chance. Inputs that do not vary are left out, and a result that does not vary gives no row.
    """
    import numpy as np

    rows = []
    bins = 20
    total_variance = float(np.var(result))
    for name, values in inputs.items():
        input_means = values.mean(axis=1) if values.ndim > 1 else values
        if total_variance == 0 or np.ptp(input_means) == 0:
            continue
        groups = np.array_split(result[np.argsort(input_means, kind="stable")], bins)
        between_variance = sum(
            len(group) * (float(group.mean()) - float(result.mean())) ** 2 for group in groups
        ) / len(result)
        chance_share = (bins - 1) / len(result)
        rows.append(
            (name, float(np.clip((between_variance / total_variance - chance_share) / (1 - chance_share), 0.0, 1.0)))
        )
    schema = {"input": pl.String(), "explained": pl.Float64()}
    return pl.DataFrame(rows, schema=schema, orient="row").sort("explained", "input", descending=[True, False])
