"""Whatever the labels, the estimate answers or refuses; it never breaks and never gives a number from nothing."""

from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.estimates.contract import LABELS, Savings
from dashboard.estimates.savings import estimate

FIRST = date(2026, 1, 1)


@st.composite
def odd(draw: st.DrawFn) -> tuple[pl.DataFrame, dict[str, date]]:
    """Return labels with holes, extremes and ties, and dates of rollouts that may fit or not."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    rows, people = draw(st.integers(1, 900)), draw(st.integers(1, 9))
    holes = draw(st.sampled_from([0.0, 0.1, 0.9]))

    def holed(values: list[object]) -> list[object]:
        return [None if rng.random() < holes else value for value in values]

    seconds = draw(
        st.sampled_from(
            [
                rng.lognormal(3, 0.5, rows),
                rng.lognormal(3, 4, rows),
                rng.integers(0, 3, rows).astype(float),
                np.full(rows, 30.0),
                np.where(rng.random(rows) < 0.05, np.inf, 20.0) + rng.random(rows),
                np.full(rows, -1.0),
            ]
        )
    )
    days = draw(st.sampled_from([1, 10, 200]))
    labels = {
        "label": list(range(rows)),
        "annotator": holed([f"p{one}" for one in rng.integers(0, people, rows)]),
        "project": holed([f"q{one}" for one in rng.integers(0, 2, rows)]),
        "automation": [None] * rows,
        "kind": [f"k{one}" for one in rng.integers(0, draw(st.sampled_from([1, 4, 300])), rows)],
        "proxy": holed(draw(st.sampled_from([rng.normal(size=rows), rng.pareto(1, rows), np.ones(rows)])).tolist()),
        "seconds": holed(seconds.tolist()),
        "assisted": (rng.random(rows) < draw(st.sampled_from([0.01, 0.5, 0.99]))).tolist(),
        "day_on": [FIRST + timedelta(days=int(one)) for one in rng.integers(0, days, rows)],
        "item": holed([f"i{one}" for one in rng.integers(0, draw(st.sampled_from([5, rows])), rows)]),
        "eligible": holed((rng.random(rows) < 0.7).tolist()),
        "holdout": holed((rng.random(rows) < 0.5).tolist()),
    }
    rollouts = draw(
        st.sampled_from(
            [{}, {"p0": FIRST + timedelta(days=days // 2)}, {"q0": FIRST, "q1": FIRST + timedelta(days=days)}]
        )
    )
    return pl.DataFrame(labels, schema=LABELS), rollouts


def holds(found: Savings) -> None:
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


@settings(max_examples=60)
@given(odd())
def test_odd_labels_are_answered_or_refused(given_labels: tuple[pl.DataFrame, dict[str, date]]) -> None:
    labels, rollouts = given_labels
    holds(estimate(labels, rollouts=rollouts))
