"""What the next hours return on worlds of known truth, and what a history cannot say."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest
from simulated_runs import BY_HOURS, BY_LABELS, HOURS_NOW, LABELS_NOW, ablation, sprints

from dashboard.synthetic.model.marginal_return import RUN_COLUMNS, MarginalReturn, estimate_marginal_return, fit_history

AN_HOUR = 40.0  # labels an hour: then 200 hours made the labels, half as many as went into modeling


def of(runs: pl.DataFrame, hours_a_label: float | None = 1 / AN_HOUR) -> MarginalReturn:
    return estimate_marginal_return(runs, hours_a_label=hours_a_label)


def gain(growth: float, elasticity: float) -> float:
    return 1 - growth**-elasticity


def test_without_noise_the_truth_comes_back() -> None:
    found = of(ablation(1, noise=0.0))
    labeling, modeling = found.returns.to_dicts()
    assert (labeling["elasticity"], modeling["elasticity"]) == pytest.approx((BY_LABELS, BY_HOURS), abs=1e-9)
    assert labeling["gain"] == pytest.approx(gain((LABELS_NOW + 40 * AN_HOUR) / LABELS_NOW, BY_LABELS))
    assert modeling["gain"] == pytest.approx(gain((HOURS_NOW + 40) / HOURS_NOW, BY_HOURS))
    assert found.verdict == "labeling"
    assert found.error == pytest.approx(0.9 * 8**-BY_LABELS * 5**-BY_HOURS)
    assert not labeling["bends"]


def test_a_grid_ranks_in_nearly_every_world() -> None:
    verdicts = [of(ablation(seed)).verdict for seed in range(60)]
    assert verdicts.count("labeling") >= 59
    assert "modeling" not in verdicts


def test_where_labels_are_dear_modeling_returns_more() -> None:
    found = of(ablation(1), hours_a_label=1.0)
    assert found.verdict == "modeling"
    assert found.contrast is not None
    assert found.contrast.high < 0


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    held = [
        row["elasticity_low"] <= truth <= row["elasticity_high"]
        for seed in range(100)
        for row, truth in zip(of(ablation(seed)).returns.to_dicts(), (BY_LABELS, BY_HOURS), strict=True)
    ]
    assert 0.9 <= np.mean(held) <= 0.99


def test_returns_that_are_alike_cannot_be_ranked() -> None:
    alike = gain((HOURS_NOW + 40) / HOURS_NOW, BY_HOURS)
    growth = (1 - alike) ** (-1 / BY_LABELS)
    found = of(ablation(2), hours_a_label=40 / (LABELS_NOW * (growth - 1)))
    assert found.verdict == "cannot rank"
    assert found.refused is not None
    assert "too close to each other" in found.refused.reason
    assert found.refused.needed


def test_one_half_of_a_grid_names_the_other() -> None:
    found = of(ablation(1).filter(pl.col("hours") == HOURS_NOW))
    assert found.verdict == "cannot rank"
    assert found.refused is not None
    assert "modeling returns" in found.refused.reason
    assert "Add 9 runs" in found.refused.needed
    assert found.missing.rows() == [(LABELS_NOW, 200.0, 3), (LABELS_NOW, 100.0, 3), (LABELS_NOW, 50.0, 3)]
    assert found.returns["elasticity"].to_list()[0] == pytest.approx(BY_LABELS, abs=0.05)
    assert found.returns["elasticity"].to_list()[1] is None


def test_the_runs_to_add_are_enough() -> None:
    found = of(ablation(1).filter(pl.col("labels") > 0.6 * LABELS_NOW, pl.col("hours") == HOURS_NOW).head(1))
    assert found.missing["runs"].sum() == 2 + 3 * 3 + 3 * 3
    whole = of(ablation(1))
    assert whole.missing.is_empty()


def test_a_label_of_unknown_price_cannot_be_ranked() -> None:
    found = of(ablation(1), hours_a_label=None)
    assert found.verdict == "cannot rank"
    assert found.refused is not None
    assert "hour of labeling buys" in found.refused.reason
    assert found.returns["elasticity"].null_count() == 0


def test_nothing_says_what_would_do() -> None:
    found = of(pl.DataFrame(schema=RUN_COLUMNS))
    assert found.refused is not None
    assert "12.5, 25, 50 and 100%" in found.refused.needed


def test_one_seed_each_is_not_enough() -> None:
    assert of(ablation(1, seeds=1)).verdict == "cannot rank"


def test_a_curve_that_flattens_is_taken_at_its_end() -> None:
    runs = ablation(1, noise=0.002).with_columns(pl.col("error") + 0.6)
    row = of(runs).returns.row(0, named=True)
    last = math.log((runs["error"].min() or 0) / 0.6)
    assert row["bends"]
    assert 0 < row["elasticity"] < 0.6 * BY_LABELS + last


def test_a_history_never_ranks_and_is_unclear_where_it_ranks_wrongly() -> None:
    wrong, unclear, label, hours = 0, 0, [], []
    for seed in range(200):
        found = fit_history(sprints(seed))
        assert found.labels is not None
        assert found.hours is not None
        label.append(found.labels.value)
        hours.append(found.hours.value)
        if found.labels.value < found.hours.value:
            wrong += 1
            unclear += not found.is_clear
    assert wrong > 40
    assert unclear >= 0.9 * wrong
    assert np.mean(label) == pytest.approx(BY_LABELS, abs=0.05)
    assert np.std(hours) > 0.1
    assert "cannot rank" in fit_history(sprints(1)).words


def test_a_short_history_says_nothing() -> None:
    assert fit_history(sprints(1, n=4)).labels is None
    same = pl.DataFrame({"labels": [1.0] * 9, "hours": [1.0] * 9, "error": [0.5] * 9})
    assert fit_history(same).labels is None


def test_without_modeling_hours_labels_still_have_their_elasticity() -> None:
    found = of(ablation(1).with_columns(hours=pl.lit(None, pl.Float64)))
    assert found.verdict == "cannot rank"
    assert found.returns["elasticity"].to_list()[0] == pytest.approx(BY_LABELS, abs=0.05)
    assert found.refused is not None
    assert found.refused.needed.startswith("Train code of 4 stages on all labels")
