"""From a frame of labels to savings: choose the design, drop idle time, fit, check, grade."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl

from dashboard.estimates import diagnostics, evidence, idle, imputation, labels, strip
from dashboard.estimates import rollout as rollouts_of
from dashboard.estimates.comparison import Comparison, choose, held_out
from dashboard.estimates.contract import IDLE, INFLUENCE, SAVED, Diagnostic, Grade, Refusal, Savings
from dashboard.estimates.evidence import Findings, Tier
from dashboard.estimates.fits import robust_residuals, share
from dashboard.estimates.headline import headline, hours_saved, influence, informative
from dashboard.estimates.labels import Health, Log
from dashboard.estimates.placebo import placebo
from dashboard.estimates.rollout import Rollout
from dashboard.estimates.terms import Reals

APART = Refusal(
    "Assistance cannot be told apart from people, weeks or kinds in this log.",
    "Needed: assisted and manual labels of the same people, in the same weeks, of the same kinds.",
)
IDLE_UNKNOWN = pl.DataFrame(schema=IDLE)
DIRECTION = "Direction not established: other specifications or idle rules give the other sign."
PRESENT_ONLY = "Too few annotators to speak of people in general: this holds for the current annotators only."


def savings(frame: pl.DataFrame, rollouts: Mapping[str, date], level: float) -> Savings:
    """Return what assistance saved, or what is missing to say so."""
    everything, health = labels.prepare(frame)
    if not everything.assisted.any() or everything.assisted.all():
        return refused(everything, health, evidence.refusal(everything), IDLE_UNKNOWN)
    rollout = rollouts_of.read(everything, rollouts)
    comparison = choose(everything, rollout)
    weeks = rollout.shape == "staggered"
    residuals = distances(everything, comparison, weeks=weeks)
    used = idle.kept(residuals, idle.HEADLINE)
    dropped, log = idle.counts(everything, used), everything.where(used)
    narrowed = replace(comparison, kept=comparison.kept[used])
    early = replace(rollout, first=rollout.first[used])
    tier = bearable(log.where(narrowed.kept), narrowed, early)
    if tier == "refused":
        return refused(everything, health, evidence.refusal(log.where(narrowed.kept)), dropped)
    found = headline(log, narrowed, level)
    if not np.isfinite(found.population.low):
        return refused(everything, health, APART, dropped)
    rows = strip.strip(everything, residuals, comparison, weeks=weeks, level=level)
    saved, factor = imputation.saved(log, narrowed, found)
    before = placebo(log, early, level)
    checks = [
        *diagnostics.diagnostics(log, narrowed, found, dropped, rows, early),
        *([before] if before else []),
        imputation.diagnostic(factor),
        diagnostics.health(health),
    ]
    grade, reasons = graded(log, narrowed, early, before)
    agreed, assisted = strip.established(rows, comparison), log.assisted_seconds()
    whole = tier == "population"
    return Savings(
        refused=None,
        hours=hours_saved(found.fit, found.population, assisted) if whole else None,
        share=share(found.population) if whole else None,
        current=share(found.present),
        current_hours=hours_saved(found.fit, found.present, assisted),
        typical=strip.typical_share(found.compared, narrowed.terms(found.compared), weeks=weeks, level=level),
        grade=grade,
        reasons=(*reasons, *(() if whole else (PRESENT_ONLY,)), *(() if agreed else (DIRECTION,))),
        established=agreed,
        strip=rows,
        idle=dropped,
        diagnostics=tuple(checks),
        saved=saved,
        influence=influence(found, assisted),
        n=found.compared.rows,
        annotators=found.compared.annotators,
        method=narrowed.method,
    )


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


def graded(
    log: Log, comparison: Comparison, rollout: Rollout, before: Diagnostic | None
) -> tuple[Grade, tuple[str, ...]]:
    """Return the grade of the evidence and its reasons."""
    flat = None if before is None or before.value is None else not before.flag
    followed = float(held_out(log)[log.eligible].mean()) if log.eligible.any() else 0.0
    found = Findings(
        design=comparison.design,
        staggered_enough=staggered_is_enough(log.where(comparison.kept), rollout),
        sharp=rollout.sharp,
        trend_is_flat=flat,
        compliance=followed,
        inferred=rollout.inferred,
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
