"""Which input moves the result, on a result whose swings are known."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from numpy.typing import NDArray

from dashboard.estimates.tornado import swings
from dashboard.estimates.worth_knowing import narrowing, widths

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
    rows = {row["input"]: row for row in swings(drawn, result, result(drawn)).to_dicts()}
    assert list(rows) == ["volume", "cost", "idle"]
    assert rows["volume"]["swing"] == pytest.approx(10 * 2 * 2 * 1.2816, rel=0.04)
    assert rows["cost"]["at_p10"] > rows["cost"]["base"] > rows["cost"]["at_p90"]
    assert rows["volume"]["rank_correlation"] > 0.95
    assert -0.3 < rows["cost"]["rank_correlation"] < -0.1
    assert (rows["idle"]["swing"], rows["idle"]["rank_correlation"]) == (0.0, None)


def test_what_explains_the_width_is_the_share_of_the_variance() -> None:
    drawn = inputs()
    rows = dict(widths(drawn, result(drawn)).iter_rows())
    assert list(rows) == ["volume", "cost"]
    assert rows["volume"] == pytest.approx(100 / 104, abs=0.02)
    assert rows["cost"] == pytest.approx(4 / 104, abs=0.02)
    assert widths(drawn, np.ones(4000)).is_empty()


def test_four_times_the_hold_out_halves_the_part_that_items_make() -> None:
    rows = narrowing(50, 5000, 40, saving=0.3, hours_per_item=0.2, steps=(150,), spread_person=0.0).to_dicts()
    assert rows[0]["of_now"] == pytest.approx(0.5, abs=0.02)
    assert rows[0]["price_hours"] == pytest.approx(150 * 0.2 * 0.3)


def test_without_a_hold_out_there_is_no_width_to_compare_with() -> None:
    rows = narrowing(0, 1000, 5, saving=0.3, hours_per_item=0.2)
    assert rows.get_column("of_now").null_count() == rows.height == 3
    assert rows.get_column("half_width").is_sorted(descending=True)
    assert narrowing(0, 1000, 1, saving=0.3, hours_per_item=0.2).is_empty()
