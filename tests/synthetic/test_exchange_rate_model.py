"""The exchange rate on worlds of known truth, its refusals, and the runs it asks for."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulated_runs import EXPONENT, FEW_MIXED, FLOOR, HUMAN, mixtures

from dashboard.inference.contract import Interval
from dashboard.synthetic.model.exchange_rate import (
    RUN_COLUMNS,
    ExchangeRate,
    advise_purchase,
    compute_log_errors,
    estimate_exchange_rate,
    fit_curve,
    refit_kappa,
)
from dashboard.synthetic.model.run_points import compute_errors, infer_direction


def test_a_grid_gives_back_the_truth_with_an_interval_around_it() -> None:
    estimates = [estimate_exchange_rate(mixtures(seed, 0.2, 0.03), draws=300) for seed in range(1, 5)]
    found = [one.kappa for one in estimates if one.kappa]
    assert len(found) == 4
    assert np.median([one.value for one in found]) == pytest.approx(0.2, rel=0.1)
    assert sum(one.low <= 0.2 <= one.high for one in found) >= 3
    assert all(one.low <= one.value <= one.high for one in found)
    assert estimates[0].human_range == (500, 8000)
    assert estimates[0].synthetic_range == (2000, 32_000)
    assert all(one.fits for one in estimates)


def test_without_noise_every_parameter_comes_back() -> None:
    curve = estimate_exchange_rate(mixtures(1, 0.15, 0.0), draws=20).curve
    assert curve is not None
    assert (curve.kappa, curve.floor, curve.exponent) == pytest.approx((0.15, FLOOR, EXPONENT), rel=1e-3)
    assert float(curve.error(1000.0, 8000.0)) == pytest.approx(FLOOR + 3 * 2200**-EXPONENT, rel=1e-4)


def test_slopes_are_those_of_the_curve() -> None:
    theta = np.array([[-2.0, 0.3, -1.0, -1.5]])
    human, synthetic = np.array([0.5, 1.0, 3.0]), np.array([0.0, 2.0, 9.0])
    _, slopes = compute_log_errors(theta, human, synthetic)
    for at in range(4):
        step = np.eye(4)[at] * 1e-6
        ahead, behind = (compute_log_errors(theta + sign * step, human, synthetic)[0] for sign in (1, -1))
        assert slopes[0, :, at] == pytest.approx((ahead - behind)[0] / 2e-6, rel=1e-4, abs=1e-8)


def test_refits_from_the_data_find_what_the_slow_fit_finds() -> None:
    runs = mixtures(3, 0.2, 0.03)
    human, synthetic, logs = (runs[name].to_numpy() for name in ("human", "synthetic", "error"))
    curve = fit_curve(human, synthetic, np.log(logs))
    assert refit_kappa(curve, human, synthetic, np.log(logs)[None])[0] == pytest.approx(curve.kappa, rel=1e-3)


def test_the_same_runs_in_another_order_give_the_same_answer() -> None:
    runs = mixtures(2, 0.2, 0.03)
    one, other = estimate_exchange_rate(runs, draws=200), estimate_exchange_rate(runs.reverse(), draws=200)
    assert one.kappa == other.kappa


@pytest.mark.parametrize("seed", range(12))
def test_few_synthetic_labels_and_much_noise_are_refused(seed: int) -> None:
    points = [(human, synthetic) for human in HUMAN for synthetic in (0, 500, 1000, 2000)]
    found = estimate_exchange_rate(mixtures(seed, 0.05, 0.08, points), draws=20)
    assert found.refused is not None
    assert found.kappa is None
    assert found.points.height == 20


def test_a_small_design_that_keeps_the_rules_is_enough() -> None:
    found = estimate_exchange_rate(mixtures(6, 0.2, 0.03, FEW_MIXED, seeds=3), draws=300)
    assert found.kappa is not None
    assert found.kappa.low <= 0.2 <= found.kappa.high
    assert found.missing.is_empty()


def test_noise_that_drowns_the_effect_asks_for_seeds() -> None:
    found = estimate_exchange_rate(mixtures(5, 0.2, 0.12), draws=20)
    assert found.refused is not None
    assert "Seeds differ by" in found.refused.reason
    assert "frozen test set" in found.refused.needed


def test_nothing_at_all_says_what_would_do() -> None:
    found = estimate_exchange_rate(pl.DataFrame(schema=RUN_COLUMNS))
    assert found.refused is not None
    assert "12 runs" in found.refused.needed


def test_runs_by_people_only_are_told_which_mixtures_are_cheapest() -> None:
    found = estimate_exchange_rate(mixtures(1, 0.2, 0.02, [(human, 0) for human in HUMAN]))
    assert found.missing.rows() == [(1000.0, 4000.0, 2), (2000.0, 8000.0, 2)]
    assert found.refused is not None
    assert "Add 4 runs" in found.refused.needed
    assert "2 on 1,000 labels by people and 4,000 synthetic" in found.refused.needed


def test_runs_without_a_seed_are_no_repeats() -> None:
    runs = mixtures(1, 0.2, 0.02).with_columns(seed=pl.lit(None, pl.Int64))
    assert estimate_exchange_rate(runs).refused is not None
    doubled = mixtures(1, 0.2, 0.02, seeds=1)
    assert estimate_exchange_rate(pl.concat([doubled, doubled])).refused is not None


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.tuples(st.integers(8, 9000), st.sampled_from([0, 0, 500, 40_000])), st.integers(1, 3)))
def test_the_missing_runs_are_all_that_is_missing(held: dict[tuple[int, int], int]) -> None:
    rows = [(human, synthetic, seed) for (human, synthetic), seeds in held.items() for seed in range(seeds)]
    found = estimate_exchange_rate(exact(rows), draws=5)
    if found.points.is_empty():
        return
    more = [(int(h), int(s), 100 + seed) for h, s, runs in found.missing.iter_rows() for seed in range(runs)]
    assert estimate_exchange_rate(exact(rows + more), draws=5).refused is None


def exact(rows: list[tuple[int, int, int]]) -> pl.DataFrame:
    """Return runs without noise."""
    errors = [(float(h), float(s), seed, FLOOR + 3 * (h + 0.2 * s) ** -EXPONENT) for h, s, seed in rows]
    return pl.DataFrame(errors, schema=RUN_COLUMNS, orient="row")


def test_points_off_the_curve_are_told() -> None:
    runs = mixtures(1, 0.2, 0.01).with_columns(
        error=pl.when(pl.col("synthetic") > 8000).then(pl.col("error") * 1.3).otherwise("error")
    )
    found = estimate_exchange_rate(runs, draws=50)
    assert found.kappa is not None
    assert not found.fits


@pytest.mark.parametrize(("synthetic", "answer"), [(0.01, "buy"), (0.2, "open"), (0.5, "do not buy")])
def test_synthetic_labels_are_bought_where_they_cost_less_than_they_are_worth(synthetic: float, answer: str) -> None:
    assert advise_purchase(Interval(0.2, 0.1, 0.3, 0.95), synthetic, 1.0) == answer


def test_the_result_says_how_it_was_made() -> None:
    found: ExchangeRate = estimate_exchange_rate(mixtures(1, 0.2, 0.03), draws=50, seed=7)
    assert "drawn 50 times (seed 7)" in found.method
    assert found.noise == pytest.approx(0.03, rel=0.5)
    assert found.runs == 40


@pytest.mark.parametrize(
    ("metric", "which"),
    [
        ("f1", "higher"), ("val_accuracy", "higher"), ("test/f1_macro", "higher"), ("mAP50-95", "higher"),
        ("eval_loss", "lower"), ("RMSE", "lower"), ("test_error_rate", "lower"), ("train_f1", None), ("beauty", None),
        ("beauty (higher is better)", "higher"), ("score", None), ("", None), ("cost (lower is better)", "lower"),
    ],
)  # fmt: skip
def test_a_metric_points_where_its_name_says(metric: str, which: str | None) -> None:
    assert infer_direction(metric) == which


def test_scores_become_errors_on_the_scale_they_have() -> None:
    def of(values: list[float | None], metric: str) -> list[float | None]:
        found = compute_errors(pl.Series(values, dtype=pl.Float64), metric)
        assert found is not None
        return found.to_list()

    assert of([0.75, 1.0, None], "f1") == [0.25, None, None]
    assert of([75.0, 120.0, 100.0], "accuracy") != of([75.0], "accuracy")
    assert of([75.0, 50.0], "accuracy") == [0.25, 0.5]
    assert of([0.3, -1.0, math.nan, math.inf], "loss") == [0.3, None, None, None]
    assert compute_errors(pl.Series([1.0]), "beauty") is None
