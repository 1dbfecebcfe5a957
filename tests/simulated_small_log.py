"""Small logs with known truth, such as published studies have: many people with a few labels each, or few people.

Log seconds are the sum of the person's pace, the kind, a difficulty of which a proxy is seen, noise (.6), and for
assisted labels an effect that differs between people. Chance decides which half of a person's labels is assisted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

START = date(2026, 1, 5)
NOISE = 0.6


@dataclass(frozen=True)
class SmallLog:
    """The labels, and the share of the hours by hand saved if annotators change, and by these very people."""

    labels: pl.DataFrame
    saving: float
    current_saving: float


def simulate_small_log(people: int, each: int, spread: float, seed: int, ratio: float = 0.75) -> SmallLog:
    """Return a log of people with so many labels in each arm; `ratio` is of hours, `spread` of its log by person."""
    rng = np.random.default_rng([seed, people, each, int(100 * spread)])
    who = np.repeat(np.arange(people), 2 * each)
    assisted = np.concatenate([rng.permutation(2 * each) < each for _ in range(people)])
    kind, hardness = rng.integers(0, 2, who.size), rng.normal(size=who.size)
    effects = np.log(ratio) - spread**2 / 2 + rng.normal(0, spread, people)
    pace = rng.normal(0, 0.3, people)
    by_hand = np.log(60) + pace[who] + 0.3 * kind + 0.3 * hardness
    logs = by_hand + effects[who] * assisted
    labels = pl.DataFrame(
        {
            "label": np.arange(who.size),
            "annotator": [f"p{person:02d}" for person in who],
            "project": "study",
            "kind": [f"kind {code}" for code in kind],
            "item": [f"item {number}" for number in range(who.size)],
            "day_on": [START + timedelta(days=int(day)) for day in rng.integers(0, 10, who.size)],
            "seconds": np.exp(logs + rng.normal(0, NOISE, who.size)),
            "assisted": assisted,
            "proxy": hardness,
            "eligible": False,
            "holdout": False,
        }
    )
    taken = float(np.exp(logs[assisted]).sum() / np.exp(by_hand[assisted]).sum())
    return SmallLog(labels, 1 - ratio, 1 - taken)
