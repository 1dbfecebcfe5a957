"""Scenarios on common random numbers: who beats whom, by how much, and how far a middle is off by chance."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.forecast.model.scenarios import compare_scenarios, estimate_median_error, summarize_scenarios


def test_common_draws_tell_apart_what_percentiles_cannot() -> None:
    weeks = np.random.default_rng(3).normal(100, 30, 2000)
    found = compare_scenarios({"as it is": weeks, "a little better": weeks + 1.0})
    assert found.row(0) == ("a little better", "as it is", 1.0, *(pytest.approx(1.0),) * 3)


def test_less_can_be_better() -> None:
    found = compare_scenarios({"slow": np.full(10, 5.0), "fast": np.full(10, 3.0)}, more_is_better=False).row(
        0, named=True
    )
    assert (found["better"], found["than"], found["probability"]) == ("fast", "slow", 1.0)
    assert found["p50"] == -2.0


def test_scenarios_that_are_the_same_beat_each_other_half_the_time() -> None:
    same = np.arange(10.0)
    assert compare_scenarios({"a": same, "b": same}).item(0, "probability") == 0.5


def test_every_pair_of_three_is_compared() -> None:
    found = compare_scenarios({name: np.full(4, value) for name, value in (("a", 1.0), ("b", 2.0), ("c", 3.0))})
    assert found.select("better", "than").rows() == [("b", "a"), ("c", "a"), ("c", "b")]
    assert compare_scenarios({"alone": np.ones(3)}).is_empty()


def test_draws_that_cannot_be_common_are_refused() -> None:
    with pytest.raises(ValueError, match="a"):
        compare_scenarios({"a": np.ones(3), "b": np.ones(4)})


def test_percentiles_and_error_stand_beside_each_scenario() -> None:
    found = summarize_scenarios({"b": np.arange(101.0), "a": np.arange(101.0) * 2})
    assert found.get_column("scenario").to_list() == ["b", "a"]
    assert found.select("p10", "p50", "p90").row(0) == (10.0, 50.0, 90.0)
    assert found.item(1, "p50_error") == 2 * found.item(0, "p50_error") > 0


def test_the_error_of_a_middle_is_that_seen_over_seeds() -> None:
    middles, said = [], []
    for seed in range(300):
        values = np.random.default_rng(seed).lognormal(4, 0.5, 2000)
        middles.append(float(np.median(values)))
        said.append(estimate_median_error(values))
    assert np.mean(said) == pytest.approx(np.std(middles), rel=0.15)
