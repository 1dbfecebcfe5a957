"""The quick ways through a million labels give what the plain ways give."""

from __future__ import annotations

import numpy as np
import polars as pl

from dashboard.forecast.model.rolling_origin import compute_quantiles
from dashboard.forecast.model.weekly_series import compute_median
from dashboard.inference.cluster_scores import SMALL_STEP, fit_poisson
from dashboard.inference.design_matrix import Terms
from dashboard.savings.label_rows import sort_rows
from dashboard.savings.model.label_codes import find_repeated_items
from dashboard.savings.model.recorded_times import find_suspect_groups, find_time_cap


def test_labels_are_ordered_by_person_day_log_item_and_time() -> None:
    rng = np.random.default_rng(1)
    picks = {name: rng.integers(0, 3, 400) for name in ("annotator", "log", "name", "method", "day_on", "finished_at")}
    rows = pl.DataFrame(picks).with_columns(
        pl.format("{}", "annotator").alias("annotator"),
        pl.format("log-{}", "log").alias("log"),
        pl.format("item {}", "name").alias("name"),
        pl.format("{}", "method").alias("method"),
        pl.col("day_on").cast(pl.Int32).cast(pl.Date),
        pl.when(pl.col("finished_at") > 0).then("finished_at").cast(pl.Datetime("us")).alias("finished_at"),
    )
    keys = ["annotator", "day_on", "log", "name", "finished_at", "method"]
    assert rows[sort_rows(rows)].select(keys).equals(rows.sort(keys, nulls_last=True).select(keys))


def test_repeated_items_are_those_with_several_labels() -> None:
    items = pl.DataFrame({"item": [3, 1, None, 3, 2, None, 3]}, schema={"item": pl.UInt64})
    assert find_repeated_items(items).to_list() == [3]


def test_a_cap_passes_the_screen_of_two_percentiles() -> None:
    rng = np.random.default_rng(2)
    seconds = np.minimum(rng.lognormal(3.0, 0.5, 4000), 40.0)
    labels = pl.DataFrame(
        {"project": "p", "assisted": np.arange(4000) % 2 == 0, "annotate_seconds": seconds, "seconds": seconds}
    )
    times = labels.select("project", "assisted", time="seconds")
    assert find_suspect_groups(times).height == 2
    cap = find_time_cap(labels)
    assert cap is not None
    assert cap.seconds == (40.0,)
    assert find_suspect_groups(times.filter(pl.col("time") < 40.0)).is_empty()


def test_quantiles_and_medians_are_those_of_numpy() -> None:
    for count in (1, 2, 5, 2000):
        values = np.random.default_rng(count).standard_normal(count)
        np.testing.assert_allclose(compute_quantiles(values, (0.1, 0.5, 0.9)), np.quantile(values, (0.1, 0.5, 0.9)))
        assert compute_median(np.sort(values)) == np.median(values)


def test_a_fit_that_is_asked_for_twice_is_made_once() -> None:
    rng = np.random.default_rng(3)
    terms = Terms((rng.integers(0, 5, 500), rng.integers(0, 3, 500)), {"assisted": (rng.random(500) < 0.5) * 1.0})
    seconds = rng.lognormal(3.0, 0.5, 500)
    fit = fit_poisson(terms, seconds)
    assert fit_poisson(terms, seconds) is fit
    assert fit_poisson(terms, seconds * 2) is not fit
    expected = np.exp(fit.line)
    for group in terms.groups:  # the score of every level is zero at the maximum
        assert np.abs(np.bincount(group, seconds - expected)).max() < SMALL_STEP * seconds.sum()
