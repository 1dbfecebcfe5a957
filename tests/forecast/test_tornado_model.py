"""Which input moves the result, on a result whose swings are known."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from numpy.typing import NDArray

from dashboard.forecast.model.tornado import compute_swings

Reals = NDArray[np.float64]


def result(inputs: Mapping[str, Reals]) -> Reals:
    """Return 10 x volume - 2 x cost, summed over the weeks."""
    total: Reals = (10 * inputs["volume"] - 2 * inputs["cost"] + 0 * inputs["idle"]).sum(axis=1)
    return total


def inputs() -> dict[str, Reals]:
    """Return draws of three inputs, of which one does nothing and does not vary."""
    roll = np.random.default_rng(1)
    volume, cost = roll.normal(5, 1, (4000, 1)), roll.normal(3, 1, (4000, 1))
    return {"cost": cost * np.ones(2), "idle": np.ones((4000, 2)), "volume": volume * np.ones(2)}


def test_swings_are_those_of_the_formula() -> None:
    drawn = inputs()
    rows = {row["input"]: row for row in compute_swings(drawn, result, result(drawn)).to_dicts()}
    assert list(rows) == ["volume", "cost", "idle"]
    assert rows["volume"]["swing"] == pytest.approx(10 * 2 * 2 * 1.2816, rel=0.04)
    assert rows["cost"]["at_p10"] > rows["cost"]["base"] > rows["cost"]["at_p90"]
    assert rows["volume"]["rank_correlation"] > 0.95
    assert -0.3 < rows["cost"]["rank_correlation"] < -0.1
    assert (rows["idle"]["swing"], rows["idle"]["rank_correlation"]) == (0.0, None)
