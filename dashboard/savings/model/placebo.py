"""A placebo test: a pretended earlier rollout date, on labels from before the true one, must show no effect."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dashboard.inference.cluster_scores import build_interval, compute_p_value, compute_saved_share, fit_poisson
from dashboard.inference.contract import Diagnostic
from dashboard.savings.model.headline import ASSISTED
from dashboard.savings.model.labels import LabelLog, build_terms
from dashboard.savings.model.rollout import DAYS_PER_WEEK, Rollout
from dashboard.units import format_share

MINIMUM_ARM = 30
SIGNIFICANCE_LEVEL = 0.05


def run_placebo_test(log: LabelLog, rollout: Rollout, level: float) -> Diagnostic | None:
    """Return the effect of a pretended rollout date; None where no rollout is known.

    The date is moved back by half the time before the first date, at least a week. Too few labels give the value None.
    """
    if rollout.shape == "none":
        return None
    is_before = (log.day < rollout.first) & ~log.assisted
    shift_days = max(DAYS_PER_WEEK, int((rollout.first.min() - log.day.min()) / 2))
    is_pretended = log.day >= rollout.first - shift_days
    early_log = replace(log, assisted=is_pretended).where(is_before)
    smallest = min(int(early_log.assisted.sum()), int((~early_log.assisted).sum()))
    if smallest < MINIMUM_ARM:
        return Diagnostic("placebo", None, "Too few labels from before the rollout for a pretended date.", flag=True)
    return estimate_placebo_effect(early_log, staggered=rollout.shape == "staggered", level=level)


def estimate_placebo_effect(early_log: LabelLog, *, staggered: bool, level: float) -> Diagnostic:
    """Return the effect of the pretended date on the early labels."""
    fit, clusters = (
        fit_poisson(build_terms(early_log, weeks=staggered, line=not staggered), early_log.seconds),
        early_log.annotator_clusters(),
    )
    effect, error, freedom = fit.coefficient(ASSISTED), fit.error(ASSISTED, clusters), early_log.annotators - 1
    if not np.isfinite(effect) or not error > 0:
        return Diagnostic("placebo", None, "The time before the rollout is too short for a pretended date.", flag=True)
    saving = compute_saved_share(build_interval(effect, error, freedom, level))
    is_significant = compute_p_value(effect / error, freedom) < SIGNIFICANCE_LEVEL
    text = (
        f"A pretended earlier rollout date shows a saving of {format_share(saving.value)} "
        f"({format_share(saving.low)} to {format_share(saving.high)}); "
        + (
            "it should show none, so something else was changing."
            if is_significant
            else "as it should, it may well be none."
        )
    )
    return Diagnostic("placebo", saving.value, text, is_significant)
