"""What it is worth to measure next, on results whose variance is known."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.forecast.model.value_of_information import compute_explained_variance, compute_narrowing


def test_what_explains_the_width_is_the_share_of_the_variance() -> None:
    roll = np.random.default_rng(1)
    volume, cost = roll.normal(5, 1, (4000, 1)), roll.normal(3, 1, (4000, 1))
    drawn = {"cost": cost * np.ones(2), "idle": np.ones((4000, 2)), "volume": volume * np.ones(2)}
    rows = dict(compute_explained_variance(drawn, (10 * drawn["volume"] - 2 * drawn["cost"]).sum(axis=1)).iter_rows())
    assert list(rows) == ["volume", "cost"]
    assert rows["volume"] == pytest.approx(100 / 104, abs=0.02)
    assert rows["cost"] == pytest.approx(4 / 104, abs=0.02)
    assert compute_explained_variance(drawn, np.ones(4000)).is_empty()


def test_four_times_the_hold_out_halves_the_part_that_items_make() -> None:
    rows = compute_narrowing(50, 5000, 40, saving=0.3, hours_per_item=0.2, steps=(150,), spread_person=0.0).to_dicts()
    assert rows[0]["of_now"] == pytest.approx(0.5, abs=0.02)
    assert rows[0]["price_hours"] == pytest.approx(150 * 0.2 * 0.3)


def test_without_a_hold_out_there_is_no_width_to_compare_with() -> None:
    rows = compute_narrowing(0, 1000, 5, saving=0.3, hours_per_item=0.2)
    assert rows.get_column("of_now").null_count() == rows.height == 3
    assert rows.get_column("half_width").is_sorted(descending=True)
    assert compute_narrowing(0, 1000, 1, saving=0.3, hours_per_item=0.2).is_empty()
