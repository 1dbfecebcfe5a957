"""A placebo test: a pretended earlier rollout date, on labels from before the true one, must show no effect."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dashboard.inference.cluster_scores import build_interval, compute_p_value, compute_saved_share, fit_poisson
from dashboard.inference.contract import Diagnostic
from dashboard.savings.model.headline import ASSISTED
from dashboard.savings.model.labels import Log, terms
from dashboard.savings.model.rollout import WEEK, Rollout

SMALLEST_ARM = 30
CHANCE = 0.05


def placebo(log: Log, rollout: Rollout, level: float) -> Diagnostic | None:
    """Return the effect of a pretended rollout date; None where no rollout is known.

    The date is moved back by half the time before the first date, at least a week. Too few labels give the value None.
    """
    if rollout.shape == "none":
        return None
    before = (log.day < rollout.first) & ~log.assisted
    back = max(WEEK, int((rollout.first.min() - log.day.min()) / 2))
    pretended = log.day >= rollout.first - back
    early = replace(log, assisted=pretended).where(before)
    smallest = min(int(early.assisted.sum()), int((~early.assisted).sum()))
    if smallest < SMALLEST_ARM:
        return Diagnostic("placebo", None, "Too few labels from before the rollout for a pretended date.", flag=True)
    return tested(early, staggered=rollout.shape == "staggered", level=level)


def tested(early: Log, *, staggered: bool, level: float) -> Diagnostic:
    """Return the effect of the pretended date on the early labels."""
    fit, people = fit_poisson(terms(early, weeks=staggered, line=not staggered), early.seconds), early.clusters()
    effect, error, freedom = fit.coefficient(ASSISTED), fit.error(ASSISTED, people), early.annotators - 1
    if not np.isfinite(effect) or not error > 0:
        return Diagnostic("placebo", None, "The time before the rollout is too short for a pretended date.", flag=True)
    found = compute_saved_share(build_interval(effect, error, freedom, level))
    seen = compute_p_value(effect / error, freedom) < CHANCE
    words = (
        f"A pretended earlier rollout date shows a saving of {found.value:.0%} "
        f"({found.low:.0%} to {found.high:.0%}); "
        + ("it should show none, so something else was changing." if seen else "as it should, it may well be none.")
    )
    return Diagnostic("placebo", found.value, words, seen)
