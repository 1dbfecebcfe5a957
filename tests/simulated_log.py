"""Labeling logs with known truth: whom assistance helped, by how much, and what else was going on.

Log seconds are the sum of the kind's level, a difficulty of which only a proxy is seen (correlation .7), the
annotator's skill, learning (-.12 per log of labels done before), a shock per annotator and day, noise, and for
assisted labels an effect of log .65 at average difficulty that is weaker on hard items and differs a little
between people.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

START = date(2026, 1, 5)
DAYS = 60
KINDS = ("box", "class", "span")
KIND_LEVEL = np.array([-0.3, 0.0, 0.4])
HARDNESS = 0.5
WEAKER = 0.09
SCENARIOS = ("S0", "S1", "S2", "S3", "S4", "S4b", "S5", "S5b", "S6", "S6b", "S7")


@dataclass(frozen=True)
class Simulated:
    """A log, when assistance came to whom, and the true ratios of the assisted labels (hours and geometric)."""

    labels: pl.DataFrame
    rollouts: dict[str, date]
    hours_ratio: float
    typical_ratio: float


@dataclass(frozen=True)
class Scenario:
    """What is wrong with a log: by what items are chosen, how assistance came, what drifts, who idles."""

    chosen_by: str = "chance"
    rollout: str = "none"
    drift: float = 0.0
    hardening: float = 0.0
    idle: tuple[float, float] = (0.0, 0.0)


TROUBLE = {
    "S0": Scenario(),
    "S1": Scenario(chosen_by="seen"),
    "S2": Scenario(chosen_by="latent"),
    "S3": Scenario(chosen_by="skill"),
    "S4": Scenario(rollout="one"),
    "S4b": Scenario(rollout="one", drift=-0.3),
    "S5": Scenario(rollout="staggered"),
    "S5b": Scenario(rollout="staggered", drift=-0.3, hardening=0.4),
    "S6": Scenario(idle=(0.03, 0.03)),
    "S6b": Scenario(idle=(0.05, 0.02)),
    "S7": Scenario(chosen_by="all", rollout="staggered", drift=-0.3, hardening=0.4, idle=(0.05, 0.02)),
}


def simulate(
    name: str, seed: int, *, people: int = 10, items: int = 200, effect: float = 0.65, holdout: float = 0.0
) -> Simulated:
    """Return a log of a scenario; with a hold-out share, that part of the eligible labels was left manual."""
    trouble, rng = TROUBLE[name], np.random.default_rng([seed, sorted(TROUBLE).index(name)])
    who = np.repeat(np.arange(people), items)
    before = np.tile(np.arange(items), people)
    day = before * DAYS // items
    skill = rng.normal(0, 0.3, people)
    kind = rng.integers(0, len(KINDS), who.size)
    latent = rng.normal(size=who.size) + trouble.hardening * day / DAYS
    proxy = 0.7 * latent + np.sqrt(1 - 0.7**2) * rng.normal(size=who.size)
    starts = first_days(trouble.rollout, people)
    eligible = (day >= starts[who]) & (rng.random(who.size) < chances(trouble, kind, latent, proxy, skill[who]))
    held = eligible & (rng.random(who.size) < holdout)
    assisted = eligible & ~held
    helped = np.log(effect) + (WEAKER * latent if effect != 1 else 0.0) + rng.normal(0, 0.1, people)[who]
    manual = np.log(40) + KIND_LEVEL[kind] + HARDNESS * latent + skill[who] - 0.12 * np.log1p(before)
    manual = manual + trouble.drift * day / DAYS + rng.normal(0, 0.1, (people, DAYS))[who, day]
    seconds = np.exp(manual + helped * assisted + rng.normal(0, 0.45, who.size))
    idle = rng.random(who.size) < np.where(assisted, trouble.idle[1], trouble.idle[0])
    seconds = seconds + idle * rng.lognormal(np.log(900), 0.8, who.size)
    labels = pl.DataFrame(
        {
            "label": np.arange(who.size),
            "annotator": [f"p{one:02d}" for one in who],
            "project": ["reviews"] * who.size,
            "automation": ["drafts" if one else None for one in assisted],
            "kind": np.array(KINDS)[kind],
            "proxy": proxy,
            "seconds": seconds,
            "assisted": assisted,
            "day_on": [START + timedelta(days=int(one)) for one in day],
            "item": [f"i{one}" for one in range(who.size)],
            "eligible": eligible if holdout else [None] * who.size,
            "holdout": held if holdout else [None] * who.size,
        },
        schema_overrides={"automation": pl.String, "eligible": pl.Boolean, "holdout": pl.Boolean},
    )
    rollouts = {f"p{j:02d}": START + timedelta(days=int(on)) for j, on in enumerate(starts) if 0 < on < DAYS}
    with_help, without = np.exp(manual + helped)[assisted], np.exp(manual)[assisted]
    typical = float(np.exp(helped[assisted].mean()))
    return Simulated(labels, rollouts, float(with_help.sum() / without.sum()), typical)


def first_days(rollout: str, people: int) -> np.ndarray:
    """Return the first day with assistance per annotator; beyond the last day means never."""
    if rollout == "none":
        return np.zeros(people, dtype=int)
    if rollout == "one":
        return np.full(people, DAYS // 2)
    waves = np.array([24, 36, 48, DAYS + 1])
    return waves[np.arange(people) % len(waves)]


def chances(
    trouble: Scenario, kind: np.ndarray, latent: np.ndarray, proxy: np.ndarray, skill: np.ndarray
) -> np.ndarray:
    """Return the chance that a label is assisted once assistance is there."""
    if trouble.chosen_by == "chance":
        return np.full(kind.size, 0.5 if trouble.rollout == "none" else 1.0)
    pull = {
        "seen": -1.0 * proxy - 1.5 * KIND_LEVEL[kind],
        "latent": -0.8 * latent,
        "skill": -5.0 * skill,
        "all": -0.6 * latent - 1.0 * KIND_LEVEL[kind] - 1.5 * skill + 1.0,
    }[trouble.chosen_by]
    return 1 / (1 + np.exp(-pull))
