"""Several passes on one item: a second look is no saving, and what an item takes by hand is saved once."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from simulated_log import Simulated, simulate
from simulated_passes import simulate_passes
from simulated_store import events, imported

from dashboard.errors import Cause
from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.savings.model.assembly import estimate_savings


@pytest.mark.parametrize("seed", [501, 502, 503])
def test_a_second_look_that_was_always_assisted_is_no_saving(seed: int) -> None:
    found = estimate_savings(simulate_passes("second look assisted", seed), rollouts={})
    assert found.refused
    assert found.refused.cause is Cause.not_identified
    assert "second look" in found.refused.reason


def test_work_done_twice_by_one_person_is_a_speed_and_no_hours() -> None:
    found = estimate_savings(simulate_passes("re-done", 504), rollouts={})
    assert found.refused
    assert found.hours is found.current_hours is None
    assert "doing an item twice saves no hours" in found.refused.reason
    assert "less time" in found.refused.reason


def test_second_looks_by_hand_are_not_called_missing_labels() -> None:
    log = simulate_passes("re-done", 504).filter(pl.struct("annotator", "item").is_duplicated())
    found = estimate_savings(log.with_columns(assisted=~pl.col("assisted")), rollouts={})
    assert found.refused
    assert found.refused.cause is Cause.not_identified
    assert "labels by hand are second looks by people who had labeled the same item before" in found.refused.reason


def test_the_labels_one_person_repeats_are_left_out_of_the_hours() -> None:
    log = simulate("S0", 505).labels
    again = log.filter(~pl.col("assisted")).sample(30, seed=1)
    again = again.with_columns(
        label=pl.col("label") + log.height, assisted=True, finished_at=pl.col("finished_at") + pl.duration(hours=5)
    )
    once, twice = estimate_savings(log, rollouts={}), estimate_savings(pl.concat([log, again]), rollouts={})
    assert once.current_hours
    assert twice.current_hours
    assert twice.current_hours.value == pytest.approx(once.current_hours.value, rel=0.02)
    assert any("30 of" in reason and "twice" in reason for reason in twice.reasons)


@pytest.mark.parametrize("seed", [506, 507, 508])
def test_items_labeled_both_ways_in_either_order_are_graded_b_and_right(seed: int) -> None:
    found = estimate_savings(simulate_passes("either order", seed, effect=0.7), rollouts={})
    assert found.grade == "B"
    assert found.share
    assert found.share.low < 0.3 < found.share.high


def test_an_order_that_is_not_known_proves_nothing() -> None:
    log = simulate("S0", 509, doubled=True).labels
    assert estimate_savings(log, rollouts={}).grade == "B"
    unknown = estimate_savings(log.with_columns(finished_at=None), rollouts={})
    assert unknown.grade == "C"
    assert "order" in {check.name for check in unknown.diagnostics if check.flag}


def test_two_automations_on_the_same_items_have_no_hours_of_their_own(tmp_path: Path) -> None:
    labels = simulate_passes("two automations", 510)
    frames = [events(Simulated(labels, {}, 1, 1, 1)).with_columns(automation=labels["automation"])]
    rows = resolve_figure(imported(tmp_path, frames), "savings_by_automation", Filters()).rows
    assert rows.get_column("hours").to_list() == [None, None]
    assert all("by another automation too" in reason for reason in rows.get_column("reason"))


def test_a_few_shared_items_are_counted_once(tmp_path: Path) -> None:
    labels = simulate_passes("two automations", 511, effect=0.6, share=1.0)
    first, second = (
        labels.filter(pl.col("automation") == "classifier"),
        labels.filter(pl.col("automation") == "segmenter"),
    )
    few = second.filter(pl.col("item").is_in(first["item"].head(15).to_list()))
    kept = pl.concat([labels.filter((pl.col("automation") != "segmenter") | ~pl.col("assisted")), few])
    frames = [events(Simulated(kept, {}, 1, 1, 1)).with_columns(automation=kept["automation"])]
    rows = resolve_figure(imported(tmp_path, frames), "savings_by_automation", Filters()).rows
    states = dict(rows.select("automation", "state").iter_rows())
    assert states["segmenter"] == "not enough data"
    assert states["classifier"] != "not enough data"
