"""Labels that active learning saves, on worlds of known truth, and where nobody can know."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from simulated_runs import chosen

from dashboard.synthetic.model.label_savings import RUN_COLUMNS, estimate_labels_saved, make_monotone


def test_the_labels_saved_are_those_of_the_world() -> None:
    held, shares = [], []
    for seed in range(40):
        found = estimate_labels_saved(chosen(seed), draws=500)
        assert found.refused is None
        row = found.saved.filter(pl.col("labels") == 2000).row(0, named=True)
        shares.append(row["share"])
        held.append(row["share_low"] <= 0.4 <= row["share_high"])
    assert np.median(shares) == pytest.approx(0.4, abs=0.03)
    assert np.mean(held) >= 0.88


def test_no_gain_is_no_gain() -> None:
    row = estimate_labels_saved(chosen(1, saved=0.0)).saved.filter(pl.col("labels") == 2000).row(0, named=True)
    assert row["share_low"] < 0 < row["share_high"]


def test_worse_than_random_is_negative() -> None:
    row = estimate_labels_saved(chosen(1, saved=-0.5)).saved.filter(pl.col("labels") == 2000).row(0, named=True)
    assert row["share_high"] < 0


def test_beyond_the_random_runs_nothing_is_known() -> None:
    found = estimate_labels_saved(chosen(1, sizes=(500, 1000, 2000), active=(4000,)))
    assert found.refused is not None
    assert "better than every run" in found.refused.reason
    assert "4,000 and 8,000 labels chosen at random" in found.refused.needed
    assert found.saved["random_labels"].to_list() == [None]
    found = estimate_labels_saved(chosen(1, sizes=(2000, 4000, 8000), active=(200,), saved=0.0))
    assert found.refused is not None
    assert "1,000 and 500 labels" in found.refused.needed


def test_what_is_missing_is_named() -> None:
    runs = chosen(1)
    found = estimate_labels_saved(runs.filter("active"))
    assert found.refused is not None
    assert "2,000, 4,000, 8,000 labels chosen at random" in found.refused.needed
    found = estimate_labels_saved(runs.filter(~pl.col("active")))
    assert found.refused is not None
    assert "selection = active" in found.refused.needed
    assert estimate_labels_saved(pl.DataFrame(schema=RUN_COLUMNS)).refused is not None
    assert estimate_labels_saved(chosen(1, seeds=1)).refused is not None


def test_a_curve_never_rises() -> None:
    rng = np.random.default_rng(1)
    curves = make_monotone(rng.standard_normal((50, 6)))
    assert (np.diff(curves, axis=1) <= 0).all()
    straight = np.array([[3.0, 2.0, 1.0]])
    assert make_monotone(straight).tolist() == straight.tolist()


def test_the_same_runs_give_the_same_answer() -> None:
    one, other = estimate_labels_saved(chosen(2)), estimate_labels_saved(chosen(2).reverse())
    assert one.saved.equals(other.saved)
