"""From a frame of labels to savings: choose the design, drop idle time, fit, check, grade."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from dashboard.estimates import diagnostics, evidence, idle, imputation, labels, strip
from dashboard.estimates import rollout as rollouts_of
from dashboard.estimates.comparison import Comparison, candidates, held_out
from dashboard.estimates.contract import IDLE, INFLUENCE, SAVED, Diagnostic, Grade, Refusal, Savings
from dashboard.estimates.evidence import Findings, Tier
from dashboard.estimates.fits import robust_residuals, share
from dashboard.estimates.headline import Headline, headline, hours_saved, influence, informative
from dashboard.estimates.labels import Health, Log
from dashboard.estimates.placebo import placebo
from dashboard.estimates.rollout import Rollout
from dashboard.estimates.terms import Mask, Reals

APART = Refusal(
    "Assistance cannot be told apart from people, weeks or kinds in this log.",
    "Needed: assisted and manual labels of the same people, in the same weeks, of the same kinds.",
)
NEARLY_ALL = 0.995
IDLE_UNKNOWN = pl.DataFrame(schema=IDLE)
DIRECTION = "Direction not established: other specifications or idle rules give the other sign."
PRESENT_ONLY = "Too few annotators or labels to speak of people in general: this holds for the current annotators only."


@dataclass(frozen=True)
class Narrowed:
    """A comparison with the idle labels gone: which labels were used, what is left, and whom it can speak of."""

    whole: Comparison
    residuals: Reals
    used: Mask
    log: Log
    comparison: Comparison
    rollout: Rollout
    tier: Tier

    @property
    def weeks(self) -> bool:
        """Tell whether the rollout was staggered, so that weeks have effects of their own."""
        return self.rollout.shape == "staggered"


def savings(frame: pl.DataFrame, rollouts: Mapping[str, date], level: float) -> Savings:
    """Return what assistance saved, or what is missing to say so."""
    everything, health = labels.prepare(frame)
    if not everything.assisted.any() or everything.assisted.all():
        return refused(everything, health, evidence.refusal(everything), IDLE_UNKNOWN)
    at = strongest(everything, rollouts_of.read(everything, rollouts))
    dropped = idle.counts(everything, at.used)
    if at.tier == "refused":
        return refused(everything, health, evidence.refusal(at.log.where(at.comparison.kept)), dropped)
    found = headline(at.log, at.comparison, level)
    if not np.isfinite(found.population.low):
        return refused(everything, health, APART, dropped)
    return answered(everything, at, found, dropped, health)


def strongest(log: Log, rollout: Rollout) -> Narrowed:
    """Return the strongest comparison that is large enough without its idle labels, else the plainest one."""
    every = (narrowed(log, comparison, rollout) for comparison in candidates(log, rollout))
    found = next(every)
    while found.tier == "refused" and (weaker := next(every, None)):
        found = weaker
    return found


def narrowed(log: Log, whole: Comparison, rollout: Rollout) -> Narrowed:
    """Return a comparison without its idle labels."""
    residuals = distances(log, whole, weeks=rollout.shape == "staggered")
    used = idle.kept(residuals, idle.HEADLINE)
    left, comparison = log.where(used), replace(whole, kept=whole.kept[used])
    early = replace(rollout, first=rollout.first[used])
    tier = bearable(left.where(comparison.kept), comparison, early)
    return Narrowed(whole, residuals, used, left, comparison, early, tier)


def answered(everything: Log, at: Narrowed, found: Headline, dropped: pl.DataFrame, health: Health) -> Savings:
    """Return the estimate with everything that goes with it."""
    level, assisted, whole = found.population.level, at.log.assisted_seconds(), at.tier == "population"
    rows = strip.strip(everything, at.residuals, at.whole, weeks=at.weeks, level=level)
    saved, factor = imputation.saved(at.log, at.comparison, found)
    before = placebo(at.log, at.rollout, level)
    checks = diagnostics.diagnostics(at.log, at.comparison, found, dropped, rows, at.rollout)
    grade, reasons = graded(at, before)
    agreed = strip.established(rows, at.comparison)
    return Savings(
        refused=None,
        hours=hours_saved(found.fit, found.population, assisted) if whole else None,
        share=share(found.population) if whole else None,
        current=share(found.present),
        current_hours=hours_saved(found.fit, found.present, assisted),
        typical=strip.typical_share(found.compared, at.comparison.terms(found.compared), weeks=at.weeks, level=level),
        grade=grade,
        reasons=(*reasons, *limits(at, health), *(() if agreed else (DIRECTION,))),
        established=agreed,
        strip=rows,
        idle=dropped,
        diagnostics=(*checks, *([before] if before else []), imputation.diagnostic(factor), diagnostics.health(health)),
        saved=saved,
        influence=influence(found, assisted),
        n=found.compared.rows,
        annotators=found.compared.annotators,
        method=f"{at.comparison.method}; {found.clustered[0 if whole else 1]}",
    )


def limits(at: Narrowed, health: Health) -> tuple[str, ...]:
    """Return what the answer does not cover."""
    found = [] if at.tier == "population" else [PRESENT_ONLY]
    compared = float(at.comparison.kept[at.log.assisted].mean())
    if compared < NEARLY_ALL:
        found.append(
            f"{compared:.0%} of the assisted labels were compared; the others are taken to save the same share."
        )
    missing = health.assisted - int(at.log.assisted.sum())
    if missing > (1 - NEARLY_ALL) * health.assisted:
        found.append(
            f"{missing:,} of {health.assisted:,} assisted labels are not in the hours: their time is unknown or idle."
        )
    return tuple(found)


def distances(log: Log, comparison: Comparison, *, weeks: bool) -> Reals:
    """Return how far each label is from what is expected, in robust standard deviations.

    The labels of a hold-out have their own expectation: that of all labels would be off by the very choice that
    the hold-out is there to get rid of, and cut the two arms unevenly.
    """
    far = robust_residuals(labels.terms(log, weeks=weeks), log.seconds)
    if comparison.design == "holdout":
        compared = log.where(comparison.kept)
        far[comparison.kept] = robust_residuals(comparison.terms(compared), compared.seconds)
    return far


def bearable(compared: Log, comparison: Comparison, rollout: Rollout) -> Tier:
    """Return whom the compared labels can speak of."""
    if comparison.design == "staggered" and staggered_is_enough(compared, rollout):
        return "population"
    if comparison.design == "holdout":
        people = informative(compared, compared.clusters())
        return "population" if people >= evidence.PEOPLE else "current" if people >= evidence.PRESENT else "refused"
    return evidence.enough(compared)


def staggered_is_enough(compared: Log, rollout: Rollout) -> bool:
    """Tell whether the dates bear a claim."""
    return evidence.enough_staggered(compared, rollout.dates, rollout.weeks_before)


def graded(at: Narrowed, before: Diagnostic | None) -> tuple[Grade, tuple[str, ...]]:
    """Return the grade of the evidence and its reasons."""
    log = at.log
    found = Findings(
        design=at.comparison.design,
        staggered_enough=staggered_is_enough(log.where(at.comparison.kept), at.rollout),
        sharp=at.rollout.sharp,
        trend_is_flat=None if before is None or before.value is None else not before.flag,
        compliance=float(held_out(log)[log.eligible].mean()) if log.eligible.any() else 0.0,
        inferred=at.rollout.inferred,
    )
    return evidence.grade(found)


def refused(log: Log, health: Health, why: Refusal, dropped: pl.DataFrame) -> Savings:
    """Return a refusal, with what can be described all the same."""
    return Savings(
        refused=why,
        hours=None,
        share=None,
        current=None,
        current_hours=None,
        typical=None,
        grade="D",
        reasons=(why.reason,),
        established=False,
        strip=strip.descriptive(log),
        idle=dropped,
        diagnostics=(diagnostics.health(health),),
        saved=pl.DataFrame(schema=SAVED),
        influence=pl.DataFrame(schema=INFLUENCE),
        n=log.rows,
        annotators=log.annotators,
        method="none: below the minimum sample",
    )
