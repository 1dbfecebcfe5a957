"""Whatever the labels, the estimate answers or refuses; it never breaks and never gives a number from nothing."""

from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from dashboard.inference.contract import LABEL_COLUMNS, SavingsEstimate
from dashboard.savings.checking_time import charge_checking
from dashboard.savings.model.assembly import estimate_savings

FIRST = date(2026, 1, 1)
USUAL = 0.6


def one_of(rng: np.random.Generator, usual: object, *odd: object) -> object:
    """Return the usual thing most of the time, else one of the odd ones."""
    return usual if rng.random() < USUAL else odd[rng.integers(0, len(odd))]


def odd_labels(seed: int) -> tuple[pl.DataFrame, dict[str, date]]:
    """Return labels with holes, extremes and ties, and dates of rollouts that may fit or not."""
    rng = np.random.default_rng(seed)
    rows, people = one_of(rng, 1500, 1, 3, 120), one_of(rng, 8, 1, 4, 100)
    holes, days, kinds = one_of(rng, 0.05, 0.0, 0.9), one_of(rng, 60, 1, 400), one_of(rng, 3, 1, 300)
    times = one_of(
        rng,
        rng.lognormal(3, 0.5, rows),
        rng.lognormal(3, 3, rows),
        rng.integers(0, 4, rows).astype(float),
        np.full(rows, 30.0),
        np.where(rng.random(rows) < 0.05, np.inf, 20.0) + rng.random(rows),
        np.full(rows, -1.0),
    )
    proxy = one_of(rng, rng.normal(size=rows), rng.pareto(1, rows), np.ones(rows), np.full(rows, np.nan))
    held = one_of(rng, np.zeros(rows, dtype=bool), rng.random(rows) < 0.3)
    assisted = (rng.random(rows) < one_of(rng, 0.5, 0.01, 0.95)) & ~held

    def holed(values: list[object]) -> list[object]:
        return [None if rng.random() < holes else value for value in values]

    labels = {
        "label": list(range(rows)),
        "annotator": holed([f"p{one}" for one in rng.integers(0, people, rows)]),
        "project": holed([f"q{one}" for one in rng.integers(0, 2, rows)]),
        "automation": [None] * rows,
        "kind": [f"k{one}" for one in rng.integers(0, kinds, rows)],
        "proxy": holed(proxy.tolist()),
        "seconds": holed(times.tolist()),
        "assisted": assisted.tolist(),
        "day_on": [FIRST + timedelta(days=int(one)) for one in rng.integers(0, days, rows)],
        "item": holed([f"i{one}" for one in rng.integers(0, one_of(rng, rows, 5, rows // 2 + 1), rows)]),
        "eligible": holed((assisted | held).tolist()),
        "holdout": holed(held.tolist()),
    }
    half = FIRST + timedelta(days=days // 2)
    rollouts = one_of(rng, {}, {"p0": half}, {"q0": half}, {"q0": FIRST, "q1": half}, {"q0": half, "q1": half})
    return pl.DataFrame(labels, schema=LABEL_COLUMNS), rollouts


def holds(found: SavingsEstimate) -> None:
    """Assert what is true of every answer."""
    for interval in (found.hours, found.share, found.current, found.current_hours, found.typical):
        if interval is not None:
            assert interval.low <= interval.value <= interval.high
            assert math.isfinite(interval.low)
            assert math.isfinite(interval.high)
    if found.refused:
        assert found.hours is found.share is found.current is found.typical is None
        return
    assert found.current_hours
    total = found.saved["saved_seconds"].sum() / 3600
    assert math.isclose(total, found.current_hours.value, rel_tol=1e-6, abs_tol=1e-6)
    assert found.saved["counterfactual_seconds"].min() > 0
    assert all(check.value is None or math.isfinite(check.value) for check in found.diagnostics)


@pytest.mark.parametrize("tens", range(3))
def test_odd_labels_are_answered_or_refused(tens: int) -> None:
    answered = 0
    for seed in range(10 * tens, 10 * tens + 10):
        labels, rollouts = odd_labels(seed)
        found = estimate_savings(labels, rollouts=rollouts)
        holds(found)
        answered += found.refused is None
    assert answered


def test_a_label_of_zero_seconds_takes_no_time_from_its_review() -> None:
    labels = pl.DataFrame(
        {
            "project": ["P", "P"],
            "annotate_seconds": [0.0, 40.0],
            "review_seconds": [60.0, 60.0],
            "rework_seconds": [None, None],
            "is_reviewed": [True, True],
            "is_rejected": [False, False],
        },
        schema_overrides={"rework_seconds": pl.Float64},
    )
    assert charge_checking(labels, []).get_column("seconds").to_list() == [0, 100]
