"""Labeling logs of the kinds on which estimates of savings go wrong, with their true saving."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from tests.simulated_log import TROUBLE, World, frame, world

NOISE = 0.45


@dataclass(frozen=True)
class UnfairLog:
    """A log and what its assisted labels saved, as a share of what they would have taken by hand."""

    labels: pl.DataFrame
    saving: float


def draw_world(seed: int, kind: int, people: int = 10, items: int = 200) -> tuple[World, np.random.Generator]:
    """Return labels before anybody was helped, and the generator for what follows."""
    rng = np.random.default_rng([seed, 7_000 + kind])
    return world(TROUBLE["S0"], rng, people, items, doubled=False), rng


def build_unfair_log(made: World, assisted: np.ndarray, seconds: np.ndarray, expected: np.ndarray) -> UnfairLog:
    """Return the log with the share saved: `expected` seconds of each label, if assisted, against those by hand."""
    by_hand = np.exp(made.manual + NOISE**2 / 2)[assisted].sum()
    return UnfairLog(frame(made, assisted, seconds, None), 1 - float(expected[assisted].sum() / by_hand))


def simulate_two_peaks(
    seed: int, *, assisted_share: float = 0.3, accepted: float = 0.85, correction: float = 1.1
) -> UnfairLog:
    """Return a log in which most suggestions are accepted in four seconds and the others take `correction` by hand."""
    made, rng = draw_world(seed, 1)
    assisted = rng.random(made.who.size) < assisted_share
    is_accepted = rng.random(made.who.size) < accepted
    by_hand = np.exp(made.manual + rng.normal(0, NOISE, made.who.size))
    quick = np.exp(np.log(4) + rng.normal(0, 0.3, made.who.size))
    seconds = np.where(assisted, np.where(is_accepted, quick, correction * by_hand), by_hand)
    expected = accepted * 4 * np.exp(0.3**2 / 2) + (1 - accepted) * correction * np.exp(made.manual + NOISE**2 / 2)
    return build_unfair_log(made, assisted, seconds, expected)


def simulate_wide_spread(seed: int, *, effect: float = 0.65, spread: float = 1.0) -> UnfairLog:
    """Return a log in which times with assistance vary far more than times by hand."""
    made, rng = draw_world(seed, 2)
    assisted = rng.random(made.who.size) < 0.5
    deviation = np.where(assisted, spread, NOISE)
    ratio = np.where(assisted, effect * np.exp(NOISE**2 / 2 - spread**2 / 2), 1.0)
    seconds = ratio * np.exp(made.manual + rng.normal(0, 1, made.who.size) * deviation)
    return build_unfair_log(made, assisted, seconds, effect * np.exp(made.manual + NOISE**2 / 2))


def simulate_choice(
    seed: int, *, pull: float, effect: float = 1.0, proxy: bool = True, strength: float = 0.8
) -> UnfairLog:
    """Return a log in which easy (`pull` -1) or hard items (1) were assisted, with or without a proxy of difficulty."""
    made, rng = draw_world(seed, 3)
    assisted = rng.random(made.who.size) < 1 / (1 + np.exp(-pull * strength * made.latent))
    seconds = np.where(assisted, effect, 1.0) * np.exp(made.manual + rng.normal(0, NOISE, made.who.size))
    log = build_unfair_log(made, assisted, seconds, effect * np.exp(made.manual + NOISE**2 / 2))
    return log if proxy else UnfairLog(log.labels.with_columns(proxy=pl.lit(None, pl.Float64)), log.saving)


def simulate_capped(seed: int, *, at: float, effect: float = 0.65) -> UnfairLog:
    """Return a log whose clock stops at a percentile of the times by hand."""
    made, rng = draw_world(seed, 4)
    assisted = rng.random(made.who.size) < 0.5
    seconds = np.where(assisted, effect, 1.0) * np.exp(made.manual + rng.normal(0, NOISE, made.who.size))
    cap = round(float(np.percentile(seconds[~assisted], at)))
    return build_unfair_log(made, assisted, np.minimum(seconds, cap), effect * np.exp(made.manual + NOISE**2 / 2))


def simulate_capped_corrections(seed: int) -> UnfairLog:
    """Return a log whose clock stops at a time that corrections of suggestions reach more often than labels by hand."""
    log = simulate_two_peaks(seed, assisted_share=0.5, accepted=0.88, correction=2.5)
    cap = log.labels.filter(~pl.col("assisted")).get_column("seconds").quantile(0.93)
    return UnfairLog(log.labels.with_columns(pl.min_horizontal("seconds", pl.lit(cap))), log.saving)


def simulate_untimed(seed: int, *, untimed: float, assisted_untimed: float | None = None) -> UnfairLog:
    """Return a log that lacks the times of a share of the labels by hand, and of the assisted ones, the slow first."""
    log = simulate_two_peaks(seed, assisted_share=0.5, accepted=0.6, correction=1.5)
    shares = pl.when("assisted").then(untimed if assisted_untimed is None else assisted_untimed).otherwise(untimed)
    is_slow = pl.col("seconds").rank(descending=True).over("assisted") <= shares * pl.len().over("assisted")
    return UnfairLog(log.labels.with_columns(seconds=pl.when(~is_slow).then("seconds")), log.saving)


def simulate_only_accepted_timed(seed: int) -> UnfairLog:
    """Return a log that times only those assisted labels whose suggestion was left unchanged."""
    log = simulate_two_peaks(seed, assisted_share=0.5, accepted=0.92)
    is_edited = pl.col("assisted") & (pl.col("seconds") > 10)  # suggestions are accepted in about 4 s
    outcome = pl.when(is_edited).then(pl.lit("edited")).when("assisted").then(pl.lit("unchanged"))
    return UnfairLog(
        log.labels.with_columns(suggestion=outcome, seconds=pl.when(~is_edited).then("seconds")), log.saving
    )
