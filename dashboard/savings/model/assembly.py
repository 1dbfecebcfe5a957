"""Estimate savings from a frame of labels: choose the design, drop idle time, fit, check, grade.

`estimate_savings` is what other modules call.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from dashboard.errors import Cause, Unavailable
from dashboard.inference.cluster_scores import compute_saved_share
from dashboard.inference.contract import (
    CAPPED_CHECK,
    IDLE_COLUMNS,
    INFLUENCE_COLUMNS,
    LABEL_COLUMNS,
    SAVED_COLUMNS,
    Bounds,
    Diagnostic,
    Grade,
    Interval,
    SavingsEstimate,
    UnseenDifficulty,
)
from dashboard.inference.design_matrix import Mask, Reals
from dashboard.savings.model import headline as imputation
from dashboard.savings.model import specification_curve
from dashboard.savings.model.bounds import (
    bound_uneven_idle_time,
    bound_without_proxy,
    estimate_unseen_difficulty,
    has_difficulty_proxy,
)
from dashboard.savings.model.diagnostics import build_diagnostics, check_data_health
from dashboard.savings.model.evidence import (
    CURRENT_PEOPLE,
    FEWEST_APART,
    POPULATION_PEOPLE,
    ClaimTier,
    Comparison,
    Design,
    GradeCriteria,
    explain_imprecision,
    explain_missing_labels,
    grade_evidence,
    is_enough_staggered,
    limit_grade,
    limit_rollout,
    limit_tier,
    list_comparisons,
    resolve_comparison,
    resolve_tier,
    select_holdout_labels,
)
from dashboard.savings.model.headline import (
    Headline,
    build_influence_rows,
    count_informative_clusters,
    estimate_headline,
    estimate_hours_saved,
    measure_precision,
)
from dashboard.savings.model.idle_time import compute_idle_scores
from dashboard.savings.model.labels import (
    HEADLINE_RULE,
    DataHealth,
    LabelLog,
    apply_idle_rule,
    build_terms,
    count_dropped_labels,
    prepare_labels,
)
from dashboard.savings.model.passes import (
    REPEATED_LIMIT,
    explain_confounded_order,
    explain_repeated_labels,
    explain_repeated_manual,
    is_order_confounded,
)
from dashboard.savings.model.placebo import run_placebo_test
from dashboard.savings.model.recorded_times import TimeCap
from dashboard.savings.model.rollout import Rollout, read_rollout
from dashboard.units import format_count, format_share

NOT_IDENTIFIED = Unavailable(
    "In this log assistance cannot be separated from people, weeks or kinds.",
    "Needed: assisted and manual labels of the same people, in the same weeks, of the same kinds.",
    Cause.not_identified,
)
NEARLY_ALL = 0.995
EMPTY_IDLE_COUNTS = pl.DataFrame(schema=IDLE_COLUMNS)
DIRECTION_REASON = "Direction not established: other specifications or idle rules give the opposite sign."
CURRENT_ONLY_REASON = (
    "Too few annotators or labels to speak of people in general: this holds for the current annotators only."
)


@dataclass(frozen=True)
class FilteredComparison:
    """A comparison without idle labels: the labels used, the remaining log, whom a claim can cover, and the fit.

    Without enough labels there is no fit.
    """

    whole: Comparison
    residuals: Reals
    used: Mask
    log: LabelLog
    comparison: Comparison
    rollout: Rollout
    tier: ClaimTier
    headline: Headline | None = None

    @property
    def weeks(self) -> bool:
        """Return whether the rollout was staggered, so that weeks have effects of their own."""
        return self.rollout.shape == "staggered"


def assemble_savings(frame: pl.DataFrame, rollouts: Mapping[str, date], level: float) -> SavingsEstimate:
    """Return what assistance saved by the strongest comparison, or what is missing for an estimate."""
    full_log, health = prepare_labels(frame)
    fault = explain_log_fault(full_log, health)
    if fault is not None:
        return build_unavailable_savings(full_log, health, fault, EMPTY_IDLE_COUNTS)
    filtered = find_strongest_comparison(full_log, read_rollout(full_log, rollouts), level)
    return estimate_comparison(full_log, filtered, health)


def assemble_baselines(
    frame: pl.DataFrame, rollouts: Mapping[str, date], designs: Sequence[Design], level: float
) -> list[SavingsEstimate]:
    """Return what assistance saved by each of the comparisons, or what each lacks."""
    full_log, health = prepare_labels(frame)
    fault = explain_log_fault(full_log, health)
    if fault is not None:
        return [build_unavailable_savings(full_log, health, fault, EMPTY_IDLE_COUNTS) for _ in designs]
    rollout = read_rollout(full_log, rollouts)
    estimates = []
    for design in designs:
        comparison = resolve_comparison(design, full_log, rollout)
        if isinstance(comparison, Unavailable):
            estimates.append(build_unavailable_savings(full_log, health, comparison, EMPTY_IDLE_COUNTS))
            continue
        filtered = fit_comparison(full_log, comparison, limit_rollout(comparison, rollout), level)
        estimates.append(estimate_comparison(full_log, filtered, health))
    return estimates


def explain_log_fault(full_log: LabelLog, health: DataHealth) -> Unavailable | None:
    """Return why no comparison of this log means anything, or None."""
    if not full_log.assisted.any() or full_log.assisted.all():
        return explain_too_few(full_log, health, idle=0)
    return health.time_fault or (explain_confounded_order(full_log) if is_order_confounded(full_log) else None)


def estimate_comparison(full_log: LabelLog, filtered: FilteredComparison, health: DataHealth) -> SavingsEstimate:
    """Return the estimate of one comparison, or why it has none."""
    dropped = count_dropped_labels(full_log, filtered.used)
    title, headline_fit = filtered.comparison.title, filtered.headline
    if headline_fit is None:
        too_few = explain_too_few(
            filtered.log.where(filtered.comparison.kept), health, idle=int(dropped["dropped"].sum())
        )
        return build_unavailable_savings(full_log, health, too_few, dropped, title)
    fault = explain_headline_fault(headline_fit, health)
    if fault is None and filtered.tier == "refused":
        fault = explain_imprecision(measure_precision(headline_fit), headline_fit.compared)
    if fault is not None:
        return build_unavailable_savings(full_log, health, fault, dropped, title)
    return build_savings(full_log, filtered, headline_fit, dropped, health)


def explain_headline_fault(headline_fit: Headline, health: DataHealth) -> Unavailable | None:
    """Return why the fitted effect is none: it is not identified, or the clock's limit may have made it; or None."""
    if not np.isfinite([headline_fit.population.low, headline_fit.present.low]).all():
        return NOT_IDENTIFIED
    if health.cap is not None and health.cap.hides_direction(saves=headline_fit.population.value < 0):
        return health.cap.refuse()
    return None


def explain_too_few(compared: LabelLog, health: DataHealth, idle: int) -> Unavailable:
    """Return why the labels do not suffice: too few, or second looks by the same people instead of first ones."""
    if health.repeated_assisted > REPEATED_LIMIT * health.assisted:
        return explain_repeated_labels(health.assisted, health.repeated_assisted, health.repeat_ratio)
    manual, repeated_manual = (
        health.labels - health.incomplete - health.assisted,
        health.repeated - health.repeated_assisted,
    )
    if repeated_manual > REPEATED_LIMIT * manual:
        return explain_repeated_manual(manual, repeated_manual)
    return explain_missing_labels(compared, idle)


def find_strongest_comparison(log: LabelLog, rollout: Rollout, level: float) -> FilteredComparison:
    """Return the strongest comparison that is precise enough without its idle labels, else the weakest one."""
    comparisons = (fit_comparison(log, comparison, rollout, level) for comparison in list_comparisons(log, rollout))
    strongest_so_far = next(comparisons)
    while strongest_so_far.tier == "refused" and (weaker := next(comparisons, None)):
        strongest_so_far = weaker
    return strongest_so_far


def fit_comparison(log: LabelLog, comparison: Comparison, rollout: Rollout, level: float) -> FilteredComparison:
    """Return a comparison without its idle labels, with its fit if there are enough labels, and whom it can cover."""
    filtered = drop_idle_labels(log, comparison, rollout)
    if filtered.tier == "refused":
        return filtered
    headline_fit = estimate_headline(filtered.log, filtered.comparison, level)
    return replace(filtered, headline=headline_fit, tier=limit_tier(filtered.tier, measure_precision(headline_fit)))


def drop_idle_labels(log: LabelLog, full_comparison: Comparison, rollout: Rollout) -> FilteredComparison:
    """Return a comparison without its idle labels."""
    residuals = compute_idle_residuals(log, full_comparison, weeks=rollout.shape == "staggered")
    used_mask = apply_idle_rule(residuals, HEADLINE_RULE)
    remaining_log, comparison = log.where(used_mask), replace(full_comparison, kept=full_comparison.kept[used_mask])
    used_rollout = replace(rollout, first=rollout.first[used_mask])
    tier = resolve_claim_tier(remaining_log.where(comparison.kept), comparison, used_rollout)
    return FilteredComparison(full_comparison, residuals, used_mask, remaining_log, comparison, used_rollout, tier)


def build_savings(
    full_log: LabelLog, filtered: FilteredComparison, headline_fit: Headline, dropped: pl.DataFrame, health: DataHealth
) -> SavingsEstimate:
    """Return the estimate with its checks, grade and reasons."""
    level, assisted_seconds, is_population = (
        headline_fit.population.level,
        filtered.log.assisted_seconds(),
        filtered.tier == "population",
    )
    specifications = specification_curve.build_specification_curve(
        full_log, filtered.residuals, filtered.whole, weeks=filtered.weeks, level=level
    )
    saved, factor = imputation.impute_saved_seconds(filtered.log, filtered.comparison, headline_fit)
    placebo_check = run_placebo_test(filtered.log, filtered.rollout, level)
    checks = build_diagnostics(
        filtered.log, filtered.comparison, headline_fit, dropped, specifications, filtered.rollout
    )
    grade, reasons = limit_grade(*grade_comparison(filtered, placebo_check), health.estimated)
    bounds, unseen = find_bounds(filtered, headline_fit, grade, dropped, specifications)
    is_established = specification_curve.is_direction_established(specifications, filtered.comparison)
    return SavingsEstimate(
        refused=None,
        hours=estimate_hours_saved(headline_fit.fit, headline_fit.population, assisted_seconds)
        if is_population
        else None,
        share=compute_saved_share(headline_fit.population) if is_population else None,
        current=compute_saved_share(headline_fit.present),
        current_hours=estimate_hours_saved(headline_fit.fit, headline_fit.present, assisted_seconds),
        typical=specification_curve.estimate_typical_share(
            headline_fit.compared, filtered.comparison.terms(headline_fit.compared), weeks=filtered.weeks, level=level
        ),
        grade=grade,
        reasons=(*reasons, *list_limits(filtered, health), *(() if is_established else (DIRECTION_REASON,))),
        established=is_established,
        strip=specifications,
        idle=dropped,
        diagnostics=(
            *checks,
            *([placebo_check] if placebo_check else []),
            imputation.check_scaling_factor(factor),
            check_data_health(health),
            *([check_time_cap(health.cap, saves=headline_fit.population.value < 0)] if health.cap else []),
        ),
        saved=saved,
        influence=build_influence_rows(headline_fit, assisted_seconds),
        n=headline_fit.compared.rows,
        n_assisted=int(headline_fit.compared.assisted.sum()),
        annotators=headline_fit.compared.annotators,
        method=f"{filtered.comparison.method}; {headline_fit.interval_methods[0 if is_population else 1]}",
        bounds=bounds,
        unseen=unseen,
        design=filtered.comparison.title,
    )


def check_time_cap(cap: TimeCap, *, saves: bool) -> Diagnostic:
    """Return the warning that a capped clock makes the saving, or the loss, look smaller than it is."""
    text = f"{cap.describe()}, so the {'saving' if saves else 'loss'} is understated."
    return Diagnostic(CAPPED_CHECK, max(cap.manual, cap.assisted), text, flag=True)


def find_bounds(
    filtered: FilteredComparison,
    headline_fit: Headline,
    grade: Grade,
    dropped: pl.DataFrame,
    specifications: pl.DataFrame,
) -> tuple[Bounds | None, UnseenDifficulty | None]:
    """Return the bounds where the log supports no single number, and what an unseen difficulty could have done."""
    design_row = specification_curve.DESIGN_NAMES.get(filtered.comparison.design, specification_curve.TOTAL_HOURS)
    bounds = bound_uneven_idle_time(dropped, specifications, design_row)
    if grade in {"A", "B"}:
        return bounds, None
    compared = headline_fit.compared
    terms = filtered.comparison.terms(compared)
    log_ratio = headline_fit.population if filtered.tier == "population" else headline_fit.present
    is_dated = filtered.comparison.design == "one date" or (filtered.weeks and filtered.rollout.sharp)
    unseen = estimate_unseen_difficulty(terms, compared, log_ratio, is_choice=not is_dated)
    if not has_difficulty_proxy(terms, compared):
        return bound_without_proxy(unseen), unseen
    return bounds, unseen


def list_limits(filtered: FilteredComparison, health: DataHealth) -> tuple[str, ...]:
    """Return the limits of the estimate: what it does not cover."""
    reasons = [] if filtered.tier == "population" else [CURRENT_ONLY_REASON]
    compared_share = float(filtered.comparison.kept[filtered.log.assisted].mean())
    if compared_share < NEARLY_ALL:
        reasons.append(
            f"{format_share(compared_share)} of the assisted labels were compared; the others are assumed to save the "
            "same share."
        )
    if health.repeated_assisted:
        reasons.append(
            f"{format_count(health.repeated_assisted)} of {format_count(health.assisted)} assisted labels are second "
            "looks by people who had "
            "labeled the same item before: doing an item twice saves nothing, so they are not in the hours."
        )
    missing = health.assisted - health.repeated_assisted - int(filtered.log.assisted.sum())
    if missing > (1 - NEARLY_ALL) * health.assisted:
        reasons.append(
            f"{format_count(missing)} of {format_count(health.assisted)} assisted labels are not in the hours: their "
            "time is unknown or idle."
        )
    return tuple(reasons)


def compute_idle_residuals(log: LabelLog, comparison: Comparison, *, weeks: bool) -> Reals:
    """Return how far each label's time lies beyond the expected ones, in robust standard deviations.

    The labels of a hold-out have their own expectation. That of all labels would carry the very selection that the
    hold-out removes, and would cut the two arms unevenly.
    """
    residuals = compute_idle_scores(build_terms(log, weeks=weeks), log.seconds)
    if comparison.design == "holdout":
        compared = log.where(comparison.kept)
        residuals[comparison.kept] = compute_idle_scores(comparison.terms(compared), compared.seconds)
    return residuals


def resolve_claim_tier(compared: LabelLog, comparison: Comparison, rollout: Rollout) -> ClaimTier:
    """Return whom a claim from the compared labels can cover."""
    if comparison.design == "staggered" and has_enough_staggered(compared, rollout):
        return "population"
    if comparison.design == "holdout":
        people = count_informative_clusters(compared, compared.annotator_clusters())
        return "population" if people >= POPULATION_PEOPLE else "current" if people >= CURRENT_PEOPLE else "refused"
    return resolve_tier(compared)


def has_enough_staggered(compared: LabelLog, rollout: Rollout) -> bool:
    """Return whether the rollout dates support a claim."""
    has_groups = rollout.people_apart >= FEWEST_APART
    return has_groups and is_enough_staggered(compared, rollout.dates, rollout.weeks_before)


def grade_comparison(filtered: FilteredComparison, placebo_check: Diagnostic | None) -> tuple[Grade, tuple[str, ...]]:
    """Return the grade of the evidence and its reasons."""
    log = filtered.log
    criteria = GradeCriteria(
        design=filtered.comparison.design,
        staggered_enough=has_enough_staggered(log.where(filtered.comparison.kept), filtered.rollout),
        sharp=filtered.rollout.sharp,
        trend_is_flat=None if placebo_check is None or placebo_check.value is None else not placebo_check.flag,
        compliance=float(select_holdout_labels(log)[log.eligible].mean()) if log.eligible.any() else 0.0,
        inferred=filtered.rollout.inferred,
        is_measured=has_difficulty_proxy(
            filtered.comparison.terms(log.where(filtered.comparison.kept)), log.where(filtered.comparison.kept)
        ),
    )
    return grade_evidence(criteria)


def build_unavailable_savings(
    log: LabelLog, health: DataHealth, unavailable: Unavailable, dropped: pl.DataFrame, design: str = ""
) -> SavingsEstimate:
    """Return why there is no estimate, with what can still be described; `design` is the comparison that was tried."""
    return SavingsEstimate(
        refused=unavailable,
        hours=None,
        share=None,
        current=None,
        current_hours=None,
        typical=None,
        grade="D",
        reasons=(unavailable.reason,),
        established=False,
        strip=specification_curve.build_raw_row(log),
        idle=dropped,
        diagnostics=(check_data_health(health),),
        saved=pl.DataFrame(schema=SAVED_COLUMNS),
        influence=pl.DataFrame(schema=INFLUENCE_COLUMNS),
        n=log.rows,
        annotators=log.annotators,
        method="none: below the minimum sample",
        design=design,
    )


__all__ = ["LABEL_COLUMNS", "Diagnostic", "Interval", "SavingsEstimate", "Unavailable", "estimate_savings"]


def estimate_savings(labels: pl.DataFrame, *, rollouts: Mapping[str, date], level: float = 0.95) -> SavingsEstimate:
    """Return what assistance saved on these labels, with intervals, grade and checks, or why there is no estimate.

    `labels` has the columns of LABEL_COLUMNS; `rollouts` gives the first day of assistance by person or project and may
    be empty. The headline is a ratio of total hours (PPML) under the strongest design the log allows. The speed-up of a
    typical item is shown beside it and never becomes hours.
    """
    return assemble_savings(labels, rollouts, level)


def estimate_baselines(
    labels: pl.DataFrame, *, rollouts: Mapping[str, date], designs: Sequence[Design], level: float = 0.95
) -> list[SavingsEstimate]:
    """Return the estimate of each design on the same labels, by the rules of `estimate_savings`, or what it lacks."""
    return assemble_baselines(labels, rollouts, designs, level)
