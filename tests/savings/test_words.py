"""The sentence of the savings: a share has its interval, a loss holds what it cost to set up, labels can be counted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from simulated_log import simulate
from simulated_store import events, imported, register

from dashboard.errors import Cause
from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.inference.contract import Interval
from dashboard.savings.fits import UNREGISTERED
from dashboard.savings.model.combined import compute_share
from dashboard.savings.words import (
    describe_confidence,
    describe_covered,
    describe_loss_basis,
    describe_share,
    describe_verdict,
    lead_with_width,
)
from dashboard.store.generations import Store
from dashboard.units import format_hours_range, format_time_range


@pytest.mark.parametrize(
    ("basis", "said"),
    [
        ("gross", "gross"),
        ("gross for masks", "gross for masks"),
        ("net of setup and maintenance", "setup and maintenance included"),
        ("net of setup or maintenance, as far as known", "setup or maintenance included, as far as known"),
    ],
)
def test_a_loss_includes_what_a_saving_is_net_of(basis: str, said: str) -> None:
    assert describe_loss_basis(basis) == said


def test_a_share_moves_with_the_hours_by_hand() -> None:
    """Net 20 h [10, 40] of 100 h by hand: at the ends 90 h and 120 h would have been needed."""
    share = compute_share(Interval(20.0, 10.0, 40.0, 0.95), 100.0)
    assert (share.value, share.low, share.high) == pytest.approx((20 / 100, 10 / 90, 40 / 120))
    assert describe_share(share) == " The assisted labels took 20% [11%, 33%] less time than by hand."


def test_a_share_never_exceeds_all_and_always_has_bounds() -> None:
    share = compute_share(Interval(76.0, 30.0, 161.0, 0.95), 100.0)
    assert (share.low, share.high) == pytest.approx((30 / 54, 161 / 185))
    assert compute_share(Interval(20.0, -90.0, 40.0, 0.95), 100.0).low < 0


def test_a_wide_range_leads_the_answer() -> None:
    wide = Interval(0.09, -0.13, 0.28, 0.95)
    assert lead_with_width(wide) == "Somewhere between a loss of 13% and a saving of 28%. "
    assert lead_with_width(Interval(0.25, 0.06, 0.44, 0.95)) == ""


def test_bounds_name_a_loss_as_more_time() -> None:
    assert format_time_range(-0.14, 0.54) == "between 14% more and 54% less time than by hand"
    assert format_time_range(0.1, 0.5) == "between 10% and 50% less time than by hand"
    assert format_time_range(-0.5, -0.1) == "between 10% and 50% more time than by hand"


def test_one_share_stands_in_row_sentence_and_estimate(tmp_path: Path) -> None:
    store = imported(tmp_path, [events(simulate("S0", 1))])
    register(store, "drafts", setup_seconds=3600)
    total = resolve_figure(store, "savings", Filters())
    row = resolve_figure(store, "savings_by_automation", Filters()).rows.row(0, named=True)
    assert total.estimate is not None
    share = total.estimate["share"]
    shares = [row["saved_share"], row["saved_low"], row["saved_high"]]
    assert [share[name] / 100 for name in ("value", "low", "high")] == pytest.approx(shares)
    value, low, high = shares
    assert f"{value:.0%} [{low:.0%}, {high:.0%}] less time" in str(total.estimate["words"])


def test_the_sentence_says_what_the_choice_of_items_may_explain(tmp_path: Path) -> None:
    store = imported(tmp_path, [events(simulate("S2", 1))])
    total = resolve_figure(store, "savings", Filters())
    assert total.estimate is not None
    assert "Which items were assisted was somebody's choice, so up to" in str(total.estimate["words"])


def test_without_any_measure_of_difficulty_there_are_bounds_and_no_hours(tmp_path: Path) -> None:
    frame = events(simulate("S2", 1, effect=1.0)).drop("difficulty")
    store = imported(tmp_path, [frame])
    total = resolve_figure(store, "savings", Filters())
    assert total.unavailable
    assert "more and" in total.unavailable.reason
    row = resolve_figure(store, "savings_by_automation", Filters()).rows.row(0, named=True)
    assert (row["state"], row["hours"], row["saved_share"]) == ("range only", None, None)
    assert row["saved_low"] < 0 < row["saved_high"]


def test_the_sentence_carries_intervals_and_the_labels_add_up(tmp_path: Path) -> None:
    frames = [events(simulate("S0", 1)), events(simulate("S0", 2, effect=1.4), project="scans", automation="masks")]
    store = imported(tmp_path, frames)
    register(store, "masks", projects=("scans",), setup_seconds=3600)
    total, each = (
        resolve_figure(store, "savings", Filters()),
        resolve_figure(store, "savings_by_automation", Filters()).rows,
    )
    assert each.get_column("labels_in_hours").sum() == total.rows.item(0, "labels")
    assert (each.get_column("labels_in_hours") <= each.get_column("labels")).all()
    (masks,) = [row["words"] for row in each.to_dicts() if row["automation"] == "masks"]
    assert "would have taken, setup included, grade" in masks
    current = total.rows.filter(total.rows.get_column("measure") == "hours saved, our current annotators")
    assert "wider than needed" in current.item(0, "words")
    saved = resolve_figure(store, "savings", Filters(projects=("reviews",)))
    assert saved.estimate is not None
    assert "% [" in str(saved.estimate["words"])


@pytest.mark.parametrize(
    ("verdict", "sentence"),
    [
        ("confirmed", "Quality: confirmed by a blind audit."),
        ("void", "Quality: void, a blind audit missed the margin."),
        ("quality not established", "Quality: not established."),
        ("time saved, quality not established", "Quality: not established."),
    ],
)
def test_quality_is_a_sentence_of_its_own(verdict: str, sentence: str) -> None:
    assert describe_verdict(verdict) == sentence


def test_the_grade_says_what_was_compared_and_nothing_of_quality(tmp_path: Path) -> None:
    store = imported(tmp_path, [events(simulate("S2", 1))])
    words = str((resolve_figure(store, "savings", Filters()).estimate or {})["words"])
    assert "Grade C (matched labels). Quality: not established." in words
    row = resolve_figure(store, "savings_by_automation", Filters()).rows.row(0, named=True)
    assert "grade C (matched labels)" in row["words"]


def test_an_automation_without_a_name_is_said_in_words(tmp_path: Path) -> None:
    store = imported(tmp_path, [events(simulate("S2", 1)).drop("automation")])
    row = resolve_figure(store, "savings_by_automation", Filters()).rows.row(0, named=True)
    assert row["words"].startswith("An automation that is not registered saved")
    assert row["automation"] == "an automation that is not registered"


def test_queries_and_sentences_name_it_alike(tmp_path: Path) -> None:
    with Store(tmp_path).snapshot() as snapshot:
        names = snapshot.query("select named_automation(null), named_automation('tagger')").row(0)
    assert names == (UNREGISTERED, "tagger")


def test_what_may_be_chance_is_a_range_and_no_saving() -> None:
    assert format_hours_range(-0.2, 1.5) == "between 0.2 hours lost and 1.5 saved"
    assert format_hours_range(3.0, 12.0, "h") == "between 3.0 and 12 h saved"
    assert format_hours_range(-12.0, -3.0) == "between 3.0 and 12 hours lost"
    assert describe_confidence("no clear difference", "A") == "may be chance"
    assert describe_confidence("saves", "C") == "low confidence"


def test_a_verdict_on_some_automations_says_on_how_many() -> None:
    assert describe_verdict("confirmed", describe_covered(1, 2)) == (
        "Quality: confirmed by a blind audit, for 1 of 2 automations."
    )
    assert describe_covered(2, 2) == ""


def test_a_range_is_no_lack_of_data(tmp_path: Path) -> None:
    log = simulate("S0", 1)
    unknown = log.labels.with_columns(proxy=pl.lit(None, dtype=pl.Float64))
    figure = resolve_figure(imported(tmp_path, [events(replace(log, labels=unknown))]), "savings", Filters())
    assert figure.unavailable is not None
    assert figure.unavailable.cause is Cause.not_identified
