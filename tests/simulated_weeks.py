"""Weekly histories with known truth: ramp-up, drift and week effects, and items that differ.

Coverage and acceptance climb from low to high as 1 - exp(-r w); on top of that they, and all seconds, wander slowly
(AR 1, .9 a week) and jump from week to week, the seconds of one week partly together. Items of a week vary by .65 on
the log scale, as real ones do.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from dashboard.forecast.model.plan import WEEK_COLUMNS

START = date(2025, 1, 6)
ITEM_SD = 0.65
STAYS = 0.9
TROUBLES = ("none", "one step", "many steps", "random walk", "slower and slower", "faster and faster")
HUMAN = {"human_seconds": pl.Float64(), "human_timed": pl.Int64()}


def world(seed: int, weeks: int = 52) -> pl.DataFrame:
    """Return the history of one team (columns of WEEKS and those of all labels)."""
    rng = np.random.default_rng([20251103, seed])
    at = np.arange(1, weeks + 1)
    climb = 1 - np.exp(-rng.uniform(0.15, 0.4) * at)
    coverage = expit(logit(rng.uniform(0.45, 0.9) * climb) + wander(rng, weeks, (0.1, 0.3), (0.1, 0.25)))
    first, last = rng.uniform(0.5, 0.7), rng.uniform(0.7, 0.9)
    acceptance = expit(logit(first + (last - first) * climb) + wander(rng, weeks, (0.1, 0.3), (0.1, 0.25)))
    together = rng.normal(0, rng.uniform(0.03, 0.07), weeks)
    manual, kept, extra = rng.uniform(40, 200), rng.uniform(0.1, 0.3), rng.uniform(0.5, 0.9)
    seconds = {
        "manual": manual * level(rng, together),
        "verify": manual * kept * level(rng, together),
        "correct": manual * (kept + extra) * level(rng, together),
    }
    items = rng.poisson(rng.uniform(150, 600) * np.exp(rng.normal(0, 0.2, weeks)))
    offered = rng.binomial(items, coverage)
    unchanged = rng.binomial(offered, acceptance)
    counts = {"manual": items - offered, "verify": unchanged, "correct": offered - unchanged}
    sums = {name: spent(rng, seconds[name], counts[name]) for name in counts}
    reworked = rng.binomial(offered, rng.uniform(0.02, 0.1))
    return frame(items, counts, sums, spent(rng, manual * rng.uniform(0.3, 1.0) * level(rng, together), reworked))


def troubled(seed: int, trouble: str, weeks: int = 52) -> pl.DataFrame:
    """Return the history of a team whose seconds an item do what no weekly level can foresee (one of TROUBLES)."""
    rng, at = np.random.default_rng([77, seed]), np.arange(weeks)
    factor = {
        "none": np.ones(weeks),
        "one step": np.where(at >= 30, 1.6, 1.0),
        "many steps": np.exp(rng.normal(0, 0.3, weeks // 10 + 1))[at // 10],
        "random walk": np.exp(np.cumsum(rng.normal(0, 0.1, weeks))),
        "slower and slower": 1.03**at,
        "faster and faster": 0.97**at,
    }[trouble]
    plain = world(seed, weeks)
    return plain.with_columns(pl.col(name) * factor for name in plain.columns if name.endswith("_seconds"))


def frame(
    items: np.ndarray, counts: dict[str, np.ndarray], sums: dict[str, np.ndarray], rework: np.ndarray
) -> pl.DataFrame:
    """Return the frame of a history of which everything is timed and known."""
    offered, assisted = counts["verify"] + counts["correct"], sums["verify"] + sums["correct"]
    columns = {
        "week_on": [START + timedelta(weeks=at) for at in range(len(items))],
        "items": items, "offered": offered, "unchanged": counts["verify"], "edited": counts["correct"],
        **{f"{name}_seconds": sums[name] for name in sums}, **{f"{name}_timed": counts[name] for name in counts},
        "assisted_seconds": assisted, "assisted_timed": offered, "rework_seconds": rework, "rework_timed": offered,
        "human_seconds": assisted + rework + sums["manual"], "human_timed": items,
    }  # fmt: skip
    return pl.DataFrame(columns).select(*WEEK_COLUMNS, *HUMAN).cast(pl.Schema({**WEEK_COLUMNS, **HUMAN}))


def wander(rng: np.random.Generator, weeks: int, jump: tuple[float, float], drift: tuple[float, float]) -> np.ndarray:
    """Return a slow drift and week effects, their standard deviations drawn between bounds."""
    slow, jumps = rng.uniform(*drift), rng.uniform(*jump)
    path = np.empty(weeks)
    path[0] = rng.normal(0, slow)
    for week in range(1, weeks):
        path[week] = STAYS * path[week - 1] + rng.normal(0, slow * np.sqrt(1 - STAYS**2))
    return path + rng.normal(0, jumps, weeks)


def level(rng: np.random.Generator, together: np.ndarray) -> np.ndarray:
    """Return a week's factor on seconds: what all of them share, own jumps and own drift."""
    own: np.ndarray = np.exp(together + wander(rng, len(together), (0.02, 0.06), (0.02, 0.07)))
    return own


def spent(rng: np.random.Generator, mean: np.ndarray, count: np.ndarray) -> np.ndarray:
    """Return the seconds of so many items a week, each with its own."""
    return np.array(
        [
            size * rng.lognormal(-(ITEM_SD**2) / 2, ITEM_SD, number).sum()
            for size, number in zip(mean, count, strict=True)
        ]
    )


def logit(share: np.ndarray) -> np.ndarray:
    """Return the log odds."""
    odds: np.ndarray = np.log(share / (1 - share))
    return odds


def expit(odds: np.ndarray) -> np.ndarray:
    """Return the share of log odds."""
    share: np.ndarray = 1 / (1 + np.exp(-odds))
    return share
