"""Labeling logs with known truth: whom assistance helped, by how much, and what else was going on.

Log seconds are the sum of the kind's level, a difficulty of which only a proxy is seen (correlation .7), the
annotator's skill, learning (-.12 per log of labels done before), a shock per annotator and day, noise, and for
assisted labels an effect of log .65 at average difficulty that is weaker on hard items and differs a little
between people.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
import polars as pl

from dashboard.inference.contract import LABEL_COLUMNS, ORDER_COLUMNS

START = date(2026, 1, 5)
DAYS = 60
KINDS = ("box", "class", "span")
KIND_LEVEL = np.array([-0.3, 0.0, 0.4])
HARDNESS = 0.5
WEAKER = 0.09
SCENARIOS = ("S0", "S1", "S2", "S3", "S4", "S4b", "S5", "S5b", "S6", "S6b", "S7")


@dataclass(frozen=True)
class Simulated:
    """A log, when assistance came to whom, and the true ratios of the assisted labels.

    `hours_ratio` and `typical_ratio` are of the people in the log; `population_ratio` is what people drawn anew
    would have needed in hours.
    """

    labels: pl.DataFrame
    rollouts: dict[str, date]
    hours_ratio: float
    typical_ratio: float
    population_ratio: float


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


@dataclass(frozen=True)
class World:
    """The labels before anybody was helped: who, when, what, how hard, how long by hand (log seconds)."""

    who: np.ndarray
    day: np.ndarray
    item: np.ndarray
    kind: np.ndarray
    latent: np.ndarray
    proxy: np.ndarray
    skill: np.ndarray
    manual: np.ndarray


def world(trouble: Scenario, rng: np.random.Generator, people: int, items: int, *, doubled: bool) -> World:
    """Return the labels of people who worked at one pace; doubled items were done by two neighbours."""
    who, before = np.repeat(np.arange(people), items), np.tile(np.arange(items), people)
    day = before * DAYS // items
    skill = rng.normal(0, 0.3, people)
    item = (who // 2 if doubled else who) * items + before
    kind = rng.integers(0, len(KINDS), who.size)[item]
    latent = rng.normal(size=who.size)[item] + trouble.hardening * day / DAYS
    proxy = 0.7 * latent + np.sqrt(1 - 0.7**2) * rng.normal(size=who.size)[item]
    manual = np.log(40) + KIND_LEVEL[kind] + HARDNESS * latent + skill[who] - 0.12 * np.log1p(before)
    manual = manual + trouble.drift * day / DAYS + rng.normal(0, 0.1, (people, DAYS))[who, day]
    return World(who, day, item, kind, latent, proxy, skill[who], manual)


def simulate(
    name: str,
    seed: int,
    *,
    people: int = 10,
    items: int = 200,
    effect: float = 0.65,
    holdout: float = 0.0,
    doubled: bool = False,
) -> Simulated:
    """Return a log of a scenario; with a hold-out share, that part of the eligible labels was left manual."""
    trouble, rng = TROUBLE[name], np.random.default_rng([seed, sorted(TROUBLE).index(name)])
    made = world(trouble, rng, people, items, doubled=doubled)
    starts = first_days(trouble.rollout, people)
    eligible = (made.day >= starts[made.who]) & (rng.random(made.who.size)[made.item] < chances(trouble, made))
    if doubled:
        eligible &= (rng.integers(0, 2, made.who.size)[made.item] + made.who) % 2 == 0
    held = eligible & (rng.random(made.who.size) < holdout)
    assisted = eligible & ~held
    differs = float(effect != 1)  # no effect is none on any item, for anybody
    usual = np.log(effect) + differs * WEAKER * made.latent
    helped = usual + differs * rng.normal(0, 0.1, people)[made.who]
    seconds = np.exp(made.manual + helped * assisted + rng.normal(0, 0.45, made.who.size))
    idle = rng.random(made.who.size) < np.where(assisted, *reversed(trouble.idle))
    seconds = seconds + idle * rng.lognormal(np.log(900), 0.8, made.who.size)
    by_hand = np.exp(made.manual)[assisted]
    return Simulated(
        frame(made, assisted, seconds, (eligible, held) if holdout else None),
        {f"p{j:02d}": START + timedelta(days=int(on)) for j, on in enumerate(starts) if 0 < on < DAYS},
        float((by_hand * np.exp(helped)[assisted]).sum() / by_hand.sum()),
        float(np.exp(helped[assisted].mean())),
        float((by_hand * np.exp(usual + differs * 0.1**2 / 2)[assisted]).sum() / by_hand.sum()),
    )


def frame(
    made: World, assisted: np.ndarray, seconds: np.ndarray, lot: tuple[np.ndarray, np.ndarray] | None
) -> pl.DataFrame:
    """Return the log as labels."""
    nothing = [None] * made.who.size
    return pl.DataFrame(
        {
            "label": np.arange(made.who.size),
            "annotator": [f"p{one:02d}" for one in made.who],
            "project": ["reviews"] * made.who.size,
            "automation": ["drafts" if one else None for one in assisted],
            "kind": np.array(KINDS)[made.kind],
            "proxy": made.proxy,
            "seconds": seconds,
            "assisted": assisted,
            "day_on": [START + timedelta(days=int(one)) for one in made.day],
            "finished_at": moments(made.day),
            "item": [f"i{one}" for one in made.item],
            "eligible": lot[0] if lot else nothing,
            "holdout": lot[1] if lot else nothing,
        },
        schema={**LABEL_COLUMNS, **ORDER_COLUMNS},
    )


def moments(days: np.ndarray) -> list[datetime]:
    """Return a moment on each day, in an order of its own, so that either of two people may be first on an item."""
    hours = np.random.default_rng(len(days)).uniform(8, 17, len(days))
    return [
        datetime.combine(START, time()) + timedelta(days=int(day), hours=float(hour))
        for day, hour in zip(days, hours, strict=True)
    ]


def first_days(rollout: str, people: int) -> np.ndarray:
    """Return the first day with assistance per annotator; beyond the last day means never."""
    if rollout == "none":
        return np.zeros(people, dtype=int)
    if rollout == "one":
        return np.full(people, DAYS // 2)
    waves = np.array([24, 36, 48, DAYS + 1])
    return waves[np.arange(people) % len(waves)]


def chances(trouble: Scenario, made: World) -> np.ndarray:
    """Return the chance that a label is assisted once assistance is there."""
    if trouble.chosen_by == "chance":
        return np.full(made.kind.size, 0.5 if trouble.rollout == "none" else 1.0)
    level = KIND_LEVEL[made.kind]
    pull = {
        "seen": -1.0 * made.proxy - 1.5 * level,
        "latent": -0.8 * made.latent,
        "skill": -5.0 * made.skill,
        "all": -0.6 * made.latent - 1.0 * level - 1.5 * made.skill + 1.0,
    }[trouble.chosen_by]
    return 1 / (1 + np.exp(-pull))
