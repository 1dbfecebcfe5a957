"""The choice of a baseline: every comparison has a row, the headline's own is first, each with its grade."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from simulated_log import START, Simulated, simulate
from simulated_passes import simulate_passes
from simulated_store import events, imported, register

from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.inference.contract import SavingsEstimate
from dashboard.savings.model.assembly import estimate_baselines, estimate_savings
from dashboard.savings.model.evidence import DESIGN_TITLES, DESIGNS, Design

TITLES = {DESIGN_TITLES[design] for design in DESIGNS}


def compare(log: Simulated) -> dict[Design, SavingsEstimate]:
    """Return the estimate of every design on a log."""
    estimates = estimate_baselines(log.labels, rollouts=log.rollouts, designs=DESIGNS)
    return dict(zip(DESIGNS, estimates, strict=True))


def read_rows(folder: Path, log: Simulated, filters: Filters | None = None) -> pl.DataFrame:
    """Return the figure on a store that holds one log."""
    return resolve_figure(imported(folder, [events(log)]), "savings_by_baseline", filters or Filters()).rows


@pytest.mark.parametrize(
    ("scenario", "holdout", "expected"),
    [("S0", 0.0, "observed"), ("S2", 0.2, "holdout"), ("S4", 0.0, "one date"), ("S5", 0.0, "staggered")],
)
def test_the_strongest_baseline_is_the_headline_to_the_last_digit(
    scenario: str, holdout: float, expected: Design
) -> None:
    log = simulate(scenario, 1, holdout=holdout)
    headline, chosen = estimate_savings(log.labels, rollouts=log.rollouts), compare(log)[expected]
    assert headline.design == chosen.design == DESIGN_TITLES[expected]
    assert (headline.share, headline.grade, headline.bounds) == (chosen.share, chosen.grade, chosen.bounds)
    assert headline.saved.equals(chosen.saved)


def test_a_hold_out_covers_the_truth_where_matched_labels_are_misled() -> None:
    log = simulate("S2", 1, people=12, items=300, holdout=0.2)
    by_design, truth = compare(log), 1 - log.hours_ratio
    random, matched = by_design["holdout"], by_design["observed"]
    assert random.share
    assert matched.share
    assert random.share.low <= truth <= random.share.high
    assert not matched.share.low <= truth <= matched.share.high
    assert (random.grade, matched.grade) == ("A", "C")
    assert matched.n_assisted == int(log.labels["assisted"].sum()) - matched.idle["dropped"][1]


def test_the_same_items_are_a_baseline_of_their_own() -> None:
    log = Simulated(simulate_passes("either order", 3, effect=0.7), {}, 0.7, 0.7, 0.7)
    by_design = compare(log)
    assert by_design["same items"].grade == "B"
    assert by_design["observed"].grade == "C"
    assert by_design["same items"].n < by_design["observed"].n


def test_what_a_log_does_not_allow_says_what_is_missing() -> None:
    plain = compare(simulate("S0", 1))
    reasons = {design: estimate.refused for design, estimate in plain.items() if estimate.refused}
    assert set(reasons) == {"holdout", "same items", "staggered", "one date"}
    assert all(refused.reason and refused.needed for refused in reasons.values())
    assert len({refused.reason for refused in reasons.values()}) == 3  # dates are missing for two of them
    assert "rollout date" in reasons["one date"].needed


def test_a_hold_out_that_chance_did_not_draw_is_no_baseline() -> None:
    log = simulate("S0", 1, holdout=0.3)
    hardest = pl.col("proxy") > pl.col("proxy").quantile(0.7)
    chosen = log.labels.with_columns(holdout=pl.col("eligible") & hardest, assisted=pl.col("eligible") & ~hardest)
    refused = compare(Simulated(chosen, {}, 1, 1, 1))["holdout"].refused
    assert refused is not None
    assert "less than one log of a thousand" in refused.reason


def test_labels_from_before_the_one_date_are_no_matched_labels() -> None:
    by_design = compare(simulate("S4", 1))
    assert by_design["one date"].share
    refused = by_design["observed"].refused
    assert refused is not None
    assert "since assistance came" in refused.reason
    assert "labels by hand" in refused.needed


def test_labels_that_stayed_manual_after_the_one_date_are_matched_without_those_before() -> None:
    log = simulate("S4b", 1)
    is_kept = pl.col("label") % 3 == 0
    mixed = log.labels.with_columns(
        assisted=pl.col("assisted") & ~is_kept,
        seconds=pl.when(pl.col("assisted") & is_kept).then(pl.col("seconds") / 0.65).otherwise("seconds"),
    )
    matched = compare(Simulated(mixed, log.rollouts, log.hours_ratio, 1, 1))["observed"]
    since = mixed.filter(pl.col("day_on") >= START + timedelta(days=30))
    assert matched.share
    assert matched.n <= since.height
    assert matched.grade == "C"
    assert matched.share.low <= 1 - 0.65 <= matched.share.high


def test_every_comparison_has_a_row_and_the_first_is_marked(tmp_path: Path) -> None:
    log = simulate("S2", 1, holdout=0.2)
    store = imported(tmp_path, [events(log), events(simulate("S0", 2), project="scans", automation="masks")])
    rows = resolve_figure(store, "savings_by_baseline", Filters()).rows
    by_automation = resolve_figure(store, "savings_by_automation", Filters()).rows
    for name in ("drafts", "masks"):
        own = rows.filter(pl.col("automation") == name)
        assert set(own["baseline"]) == TITLES
        assert own["is_headline"].to_list() == [True, False, False, False, False]
        headline = by_automation.row(by_predicate=pl.col("automation") == name, named=True)
        columns = ("state", "saved_share", "saved_low", "saved_high", "grade", "reason", "needed")
        assert own.row(0, named=True) == own.row(0, named=True) | {column: headline[column] for column in columns}
        missing = own.filter(pl.col("grade").is_null())
        assert missing["saved_share"].null_count() == missing.height
        assert missing["needed"].null_count() == 0


def test_a_share_is_judged_by_itself_and_not_by_the_hours_that_setup_took(tmp_path: Path) -> None:
    store = imported(tmp_path, [events(simulate("S0", 1))])
    register(store, "drafts", setup_seconds=3_600_000)
    net = resolve_figure(store, "savings_by_automation", Filters()).rows.row(0, named=True)
    gross = resolve_figure(store, "savings_by_baseline", Filters()).rows.row(0, named=True)
    assert net["state"] == "costs"
    assert gross["saved_low"] > 0
    assert gross["state"] == "saves"
    assert gross["words"].endswith(" Quality: not established.")


def test_easy_items_and_few_labels_are_refused_as_in_the_headline(tmp_path: Path) -> None:
    few = read_rows(tmp_path / "few", simulate("S0", 1, people=2, items=40))
    assert few["saved_share"].null_count() == len(TITLES)
    assert set(few["state"]) == {"not enough data"}
    log = simulate("S2", 1, holdout=0.2)
    unmeasured = Simulated(log.labels.with_columns(proxy=pl.lit(None, dtype=pl.Float64)), {}, 1, 1, 1)
    rows = read_rows(tmp_path / "unmeasured", unmeasured)
    matched = rows.row(by_predicate=pl.col("baseline") == "matched labels", named=True)
    assert matched["state"] == "range only"
    assert matched["saved_share"] is None
    assert matched["saved_low"] < matched["saved_high"]
    assert "no single number" in matched["reason"]


def test_a_log_without_assistance_has_no_baselines(tmp_path: Path) -> None:
    log = simulate("S0", 1)
    manual = Simulated(log.labels.filter(~pl.col("assisted")), {}, 1, 1, 1)
    store = imported(tmp_path, [events(manual)])
    figure = resolve_figure(store, "savings_by_baseline", Filters())
    assert figure.unavailable is not None
    register(store, "drafts", from_on=START + timedelta(days=100))
    rows = resolve_figure(store, "savings_by_baseline", Filters()).rows
    assert set(rows["baseline"]) == TITLES
    assert not rows["is_headline"].any()
