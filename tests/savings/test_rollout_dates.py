"""Registered dates that lie near each other are one date, like those that a log shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from simulated_log import DAYS, START, simulate
from simulated_store import events, imported, register

from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.savings.model.assembly import estimate_savings
from dashboard.savings.model.rollout import merge_near_dates

INFINITE = float("inf")


@pytest.mark.parametrize(
    ("days", "merged"),
    [
        ([5, 5, 6], [5, 5, 5]),
        ([0, 14], [0, 0]),  # all within two weeks
        ([0, 15], [0, 15]),
        ([0, 6, 12, 18, 24], [0, 0, 12, 12, 24]),  # a chain of near dates is no single date
        ([3, INFINITE, 30], [3, INFINITE, 30]),
        ([INFINITE], [INFINITE]),
    ],
)
def test_dates_of_one_week_are_one_date(days: list[float], merged: list[float]) -> None:
    assert merge_near_dates(np.array(days, dtype=float)).tolist() == merged


@pytest.mark.parametrize("seed", range(1, 5))
def test_one_day_apart_for_one_person_is_no_staggered_rollout(seed: int) -> None:
    log = simulate("S0", seed, people=12, items=300, effect=1.0)
    people = sorted(set(log.labels.get_column("annotator")))
    first_on = log.labels.get_column("day_on").min()
    assert isinstance(first_on, date)
    start = first_on + timedelta(days=30)
    rollouts = dict.fromkeys(people, start) | {people[3]: start + timedelta(days=1)}
    labels = log.labels.with_columns(assisted=log.labels.get_column("day_on") >= start)
    answer = estimate_savings(labels, rollouts=rollouts)
    assert answer.grade in {"C", "D"}
    assert "one rollout date" in {check.name for check in answer.diagnostics}


@pytest.mark.parametrize("seed", range(1, 4))
def test_one_date_for_everybody_establishes_nothing(tmp_path: Path, seed: int) -> None:
    """A guideline that changed on the same day would quicken labels as a tool does: the log cannot tell them apart."""
    log = simulate("S0", seed, people=12, items=300, effect=0.65)
    people = sorted(set(log.labels.get_column("annotator")))
    start = START + timedelta(days=DAYS // 2)
    rollouts = dict.fromkeys(people, start) | {people[0]: start + timedelta(days=10)}
    sides = log.labels.with_columns(assisted=pl.col("day_on") >= start)
    store = imported(tmp_path, [events(replace(log, labels=sides))])
    register(store, "drafts", people=rollouts)
    row = resolve_figure(store, "savings_by_automation", Filters()).rows.row(0, named=True)
    assert (row["state"], row["grade"], row["hours"]) == ("direction not established", "C", None)
    assert "Everybody had assistance from one date on" in row["words"]


@pytest.mark.parametrize(("effect", "state"), [(1.0, "direction not established"), (0.5, "saves")])
def test_labels_by_hand_since_the_one_date_must_bear_out_the_saving(tmp_path: Path, effect: float, state: str) -> None:
    """A guideline that came on that date quickens the labels by hand, too; a tool does not."""
    log = simulate("S0", 2, people=12, items=300, effect=effect)
    start = START + timedelta(days=DAYS // 2)
    is_after = pl.col("day_on") >= start
    guideline = pl.when(is_after).then(pl.col("seconds") * (0.7 if effect == 1.0 else 1.0)).otherwise("seconds")
    by_hand = pl.col("seconds") / pl.when("assisted").then(effect).otherwise(1.0)
    helped = is_after & (pl.col("label") % 3 > 0)
    labels = log.labels.with_columns(seconds=by_hand).with_columns(seconds=guideline, assisted=helped)
    labels = labels.with_columns(seconds=pl.col("seconds") * pl.when("assisted").then(effect).otherwise(1.0))
    store = imported(tmp_path, [events(replace(log, labels=labels))])
    register(store, "drafts", people=dict.fromkeys(sorted(set(labels["annotator"])), start))
    row = resolve_figure(store, "savings_by_automation", Filters()).rows.row(0, named=True)
    assert row["state"] == state
    assert ("Since the one rollout date, assisted labels took" in row["words"]) == (effect == 1.0)
