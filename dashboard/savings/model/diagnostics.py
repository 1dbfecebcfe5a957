"""The checks shown beside an estimate, each in a sentence for a lead.

- Whether the two arms are comparable: overlap by stratum, and balance of the known covariates.
- How the effect differs between people: how many gained and how many lost, without names.
- How strong an unobserved factor would have to be to explain the saving away (Cinelli and Hazlett 2020).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from dashboard.inference.cluster_scores import build_interval, compute_saved_share, compute_t_statistic, fit_poisson
from dashboard.inference.contract import ALIKE_SINCE_CHECK, NOTHING_BESIDE_CHECK, ONE_DATE_CHECK, Diagnostic
from dashboard.inference.design_matrix import Codes, Mask, Reals, Terms, sum_by_code
from dashboard.savings.model.balance import check_lot
from dashboard.savings.model.evidence import (
    Comparison,
    has_enough_holdout,
    resolve_tier,
    select_holdout_labels,
    select_paired_labels,
)
from dashboard.savings.model.headline import ASSISTED, Headline, build_ratio_interval, count_informative_clusters
from dashboard.savings.model.holdout import HOLDOUT_ITEMS
from dashboard.savings.model.labels import (
    HEADLINE_RULE,
    DataHealth,
    LabelLog,
    build_terms,
    check_idle_time,
    encode_values,
)
from dashboard.savings.model.passes import check_order, measure_order
from dashboard.savings.model.rollout import Rollout
from dashboard.savings.model.specification_curve import DESIGN_NAMES, RAW_RATIO, TOTAL_HOURS, build_strata, find_share
from dashboard.units import format_count, format_decimal, format_share, format_time_range

MINIMUM_ARM_SHARE, MAXIMUM_ARM_SHARE = 0.05, 0.95
OUTSIDE_LIMIT = 0.1
BALANCE_LIMIT = 0.1


def check_overlap(log: LabelLog) -> Diagnostic:
    """Return the share of assisted labels in strata where nearly all or nearly none were assisted."""
    stratum = build_strata(log)
    cells = int(stratum.max()) + 1
    rows = sum_by_code(stratum, np.ones(log.rows), cells)
    assisted = sum_by_code(stratum, log.assisted.astype(np.float64), cells)
    assisted_share = assisted / rows
    outside = float(
        assisted[(assisted_share < MINIMUM_ARM_SHARE) | (assisted_share > MAXIMUM_ARM_SHARE)].sum() / assisted.sum()
    )
    text = "Every kind and difficulty that was assisted was also done by hand often enough to compare."
    if outside > 0:
        text = (
            f"{format_share(outside)} of the assisted labels have a kind and difficulty where nearly all or nearly "
            "none were "
            "assisted, so there is little to compare them with."
        )
    return Diagnostic("overlap", outside, text, outside > OUTSIDE_LIMIT)


def check_balance(log: LabelLog) -> Diagnostic:
    """Return the largest standardised difference between the arms, and the covariate it belongs to."""
    differences = {
        "the difficulty proxy": abs(compute_mean_difference(log.proxy, log.assisted)),
        "the kind of item": find_largest_difference(log.kind, log.assisted),
        "the annotator": find_largest_difference(log.annotator, log.assisted),
        "the week": find_largest_difference(log.week, log.assisted),
    }
    worst = max(differences, key=lambda name: differences[name])
    uneven = [f"{name} ({format_decimal(size, 2)})" for name, size in differences.items() if size > BALANCE_LIMIT]
    text = (
        f"Assisted and manual labels differ in {', '.join(uneven)} standard deviations; the model adjusts for these."
        if uneven
        else "Assisted and manual labels are alike in difficulty proxy, kind, annotator and week."
    )
    return Diagnostic("balance", differences[worst], text, bool(uneven))


def compute_mean_difference(column: Reals, assisted: Mask) -> float:
    """Return the difference between the means of the arms, in pooled standard deviations."""
    assisted_values, manual_values = column[assisted], column[~assisted]
    pooled = float(np.sqrt((assisted_values.var() + manual_values.var()) / 2))
    return float((assisted_values.mean() - manual_values.mean()) / pooled) if pooled > 0 else 0.0


def find_largest_difference(codes: Codes, assisted: Mask) -> float:
    """Return the largest standardised difference between the arms in the share of any level."""
    levels = encode_values(codes)
    level_count = int(levels.max()) + 1
    assisted_shares = sum_by_code(levels, assisted.astype(np.float64), level_count) / assisted.sum()
    manual_shares = sum_by_code(levels, (~assisted).astype(np.float64), level_count) / (~assisted).sum()
    pooled = np.sqrt((assisted_shares * (1 - assisted_shares) + manual_shares * (1 - manual_shares)) / 2)
    return float(np.max(np.abs(assisted_shares - manual_shares) / np.where(pooled > 0, pooled, 1.0)))


MINIMUM_LABELS = 10


@dataclass(frozen=True)
class PersonEffects:
    """Log ratios of the people with both arms, shrunk towards their mean."""

    log_ratios: Reals
    deviation: float


def estimate_person_effects(headline: Headline) -> PersonEffects:
    """Return each person's shrunken log ratio of observed to expected seconds, assisted less manual.

    The between-person variance is DerSimonian and Laird's moment estimator; the sampling variance is from the labels.
    """
    log, clusters = headline.compared, headline.compared.annotator_clusters()
    count = int(clusters.max()) + 1
    counterfactual = np.exp(headline.fit.line - headline.log_ratio * log.assisted)
    log_ratios, variances, has_enough = np.zeros(count), np.zeros(count), np.ones(count, dtype=np.bool_)
    for arm, sign in ((log.assisted, 1.0), (~log.assisted, -1.0)):
        actual = sum_by_code(clusters[arm], log.seconds[arm], count)
        expected = sum_by_code(clusters[arm], counterfactual[arm], count)
        squares = sum_by_code(clusters[arm], headline.fit.score[arm] ** 2, count)
        has_enough &= sum_by_code(clusters[arm], np.ones(int(arm.sum())), count) >= MINIMUM_LABELS
        positive_actual = np.where(actual > 0, actual, 1.0)
        log_ratios += sign * np.log(positive_actual / np.where(expected > 0, expected, 1.0))
        variances += squares / positive_actual**2
    return shrink_effects(log_ratios[has_enough], variances[has_enough])


def shrink_effects(log_ratios: Reals, variances: Reals) -> PersonEffects:
    """Return the values shrunk towards their precision-weighted mean (empirical Bayes)."""
    if len(log_ratios) < 2:  # noqa: PLR2004  one person has no spread
        return PersonEffects(log_ratios, 0.0)
    weights = 1 / variances
    mean = float((weights * log_ratios).sum() / weights.sum())
    excess = float((weights * (log_ratios - mean) ** 2).sum()) - (len(log_ratios) - 1)
    between_variance = max(0.0, excess / float(weights.sum() - (weights**2).sum() / weights.sum()))
    mean = float((log_ratios / (variances + between_variance)).sum() / (1 / (variances + between_variance)).sum())
    return PersonEffects(
        mean + (log_ratios - mean) * between_variance / (between_variance + variances), float(np.sqrt(between_variance))
    )


def check_people(headline: Headline) -> Diagnostic:
    """Return how many people gained and how many lost; the value is the share who lost."""
    effects = estimate_person_effects(headline).log_ratios
    if not len(effects):
        text = f"Nobody has {MINIMUM_LABELS} labels of both kinds, so people cannot be compared."
        return Diagnostic("people", None, text, flag=False)
    losers = int((effects > 0).sum())
    lost_share = losers / len(effects)
    text = f"{len(effects) - losers} of {len(effects)} annotators gained time, {losers} lost time (after shrinkage)."
    return Diagnostic("people", lost_share, text, 0 < lost_share < 1 and min(lost_share, 1 - lost_share) > 1 / 4)


PROXY_COLUMN = "proxy"
WEAK_VALUE = 0.1
STRONG_FACTOR = 3.0
MAXIMUM_FACTOR = 100.0


def check_robustness(terms: Terms, log: LabelLog, *, designed: bool) -> Diagnostic:
    """Return the robustness value: the partial R2 with origin and time that an unobserved factor needs to explain all.

    The observed difficulty proxy is the benchmark: how many times as strong the factor would have to be. A design that
    is random or compares the same items has nothing to fear.
    """
    log_seconds = np.log(log.seconds)
    value, cohen_f = compute_robustness_value(*compute_t_statistic(terms, log_seconds, ASSISTED))
    text = (
        f"An unobserved factor would have to explain {format_share(value)} of what is left of both the choice and the "
        "time"
    )
    proxy_factor = None
    if PROXY_COLUMN in terms.columns:
        proxy_factor = cohen_f / compute_bias_factor(terms, log_seconds)
        factor_text = "more than 100" if proxy_factor >= MAXIMUM_FACTOR else format_decimal(proxy_factor)
        text += f", {factor_text} times as strong as the difficulty proxy,"
    text += " to explain the saving away."
    is_weak = value < WEAK_VALUE or (STRONG_FACTOR if proxy_factor is None else proxy_factor) < STRONG_FACTOR
    if proxy_factor is None and not designed:
        text += " There is no difficulty proxy to compare with."
    return Diagnostic("robustness", value, text, not designed and (is_weak or proxy_factor is None))


def compute_robustness_value(t: float, freedom: int) -> tuple[float, float]:
    """Return the robustness value and f = |t| / sqrt(degrees of freedom): RV = (sqrt(f^4 + 4 f^2) - f^2) / 2."""
    cohen_f = abs(t) / float(np.sqrt(max(freedom, 1)))
    return (float(np.sqrt(cohen_f**4 + 4 * cohen_f**2)) - cohen_f**2) / 2, cohen_f


def compute_bias_factor(terms: Terms, log_seconds: Reals) -> float:
    """Return the bias that the proxy alone would make: sqrt(R2 with time x R2 with origin / (1 - R2 with origin))."""
    with_time = compute_partial_r2(*compute_t_statistic(terms, log_seconds, PROXY_COLUMN))
    with_origin = compute_partial_r2(
        *compute_t_statistic(terms.drop_columns(ASSISTED), terms.columns[ASSISTED], PROXY_COLUMN)
    )
    factor = float(np.sqrt(with_time * with_origin / max(1 - with_origin, 1e-9)))
    return max(factor, 1e-9)


def compute_partial_r2(t: float, freedom: int) -> float:
    """Return the partial R2 of a column from its t statistic."""
    return t**2 / (t**2 + max(freedom, 1))


EXPERIENCE_COLUMN = "experience"
LEARNING_TOLERANCE = 0.05
RAW_GAP_TOLERANCE = 0.05
UNKNOWN_LIMIT = 0.1
ZERO_LIMIT = 0.01
LONG_LIMIT = 0.01


def build_diagnostics(
    log: LabelLog,
    comparison: Comparison,
    headline: Headline,
    dropped: pl.DataFrame,
    rows: pl.DataFrame,
    rollout: Rollout,
) -> list[Diagnostic]:
    """Return the checks of every estimate, and those that apply to only some designs."""
    terms = comparison.terms(headline.compared)
    checks = [
        check_raw_gap(rows, comparison.design),
        check_overlap(headline.compared),
        check_balance(headline.compared),
        check_robustness(terms, headline.compared, designed=comparison.design in {"holdout", "same items"}),
        check_people(headline),
        check_idle_time(dropped),
    ]
    if EXPERIENCE_COLUMN in terms.columns:
        checks.append(check_learning(comparison, headline))
    if rollout.shape == "one" and comparison.design == "one date":
        checks.append(check_one_date(rows))
        since_check = check_since_date(log, rollout, headline)
        checks.extend([since_check] if since_check else [])
    if log.holdout.any() and not has_enough_holdout(log):
        checks.append(check_holdout_size(log))
    lot_check = check_lot(log, select_holdout_labels(log)) if has_enough_holdout(log) else None
    if lot_check and comparison.design != "holdout":
        checks.append(lot_check)
    order_check = check_order(measure_order(log, select_paired_labels(log)))
    return [*checks, order_check] if order_check and comparison.design != "same items" else checks


def check_raw_gap(rows: pl.DataFrame, design: str) -> Diagnostic:
    """Return how much a plain division of averages differs from the model.

    The model is that of the hold-out or the same items where there are any. A linear time trend is left out: it only
    adds noise here.
    """
    model_name = TOTAL_HOURS if design == "one date" else DESIGN_NAMES.get(design, TOTAL_HOURS)
    raw, model = find_share(rows, RAW_RATIO, "none"), find_share(rows, model_name, HEADLINE_RULE)
    if raw is None or model is None:
        return Diagnostic("raw gap", None, "The raw ratio cannot be compared with the model.", flag=True)
    text = f"A division of averages says {format_share(raw)}, the model ({model_name}) {format_share(model)}."
    is_wide = abs(model - raw) > RAW_GAP_TOLERANCE
    filtered = find_share(rows, RAW_RATIO, HEADLINE_RULE)
    if is_wide and filtered is not None and abs(model - filtered) <= RAW_GAP_TOLERANCE:
        text += " The gap comes from very long times, which the model leaves out as idle."
    elif is_wide:
        text += " The averages compare unlike labels."
    return Diagnostic("raw gap", raw - model, text, is_wide)


def check_learning(comparison: Comparison, headline: Headline) -> Diagnostic:
    """Return the learning exponent with its interval, and the saving with and without it."""
    fit, clusters = headline.fit, headline.compared.annotator_clusters()
    error, level = fit.error(EXPERIENCE_COLUMN, clusters), headline.population.level
    slope = build_interval(fit.coefficient(EXPERIENCE_COLUMN), error, headline.compared.annotators - 1, level)
    fit_without = fit_poisson(
        comparison.terms(headline.compared).drop_columns(EXPERIENCE_COLUMN), headline.compared.seconds
    )
    saving_with, saving_without = (
        1 - _compute_ratio(headline.log_ratio),
        1 - _compute_ratio(fit_without.coefficient(ASSISTED)),
    )
    text = (
        f"Seconds change with experience to the power of {format_decimal(slope.value, 2)} "
        f"({format_decimal(slope.low, 2)} to {format_decimal(slope.high, 2)}); "
        f"the saving is {format_share(saving_with)} with this and {format_share(saving_without)} without."
    )
    return Diagnostic("learning", slope.value, text, abs(saving_with - saving_without) > LEARNING_TOLERANCE)


def _compute_ratio(log_ratio: float) -> float:
    return float(2.718281828459045**log_ratio)


def check_one_date(rows: pl.DataFrame) -> Diagnostic:
    """Return the warning that a trend and assistance look alike, with the saving under both assumptions."""
    trend_saving, flat_saving = (
        find_share(rows, name, HEADLINE_RULE) for name in (DESIGN_NAMES["one date"], TOTAL_HOURS)
    )
    text = "Assistance came to everybody on one date, so a trend looks like a saving."
    if trend_saving is not None and flat_saving is not None:
        text += (
            f" The saving is {format_share(trend_saving)} with a linear trend, {format_share(flat_saving)} without a "
            "trend."
        )
    return Diagnostic(ONE_DATE_CHECK, trend_saving, text, flag=True)


def check_since_date(log: LabelLog, rollout: Rollout, headline: Headline) -> Diagnostic | None:
    """Return the warning that labels by hand since the one date do not bear out the result; None where they do.

    A new guideline on that date would quicken labels by hand as much as assisted ones.
    """
    since = log.where(log.day >= rollout.first)
    if rollout.sharp or resolve_tier(since) == "refused":
        return check_nothing_beside(log, rollout)
    clusters = since.annotator_clusters()
    freedom = count_informative_clusters(since, clusters) - 1
    log_ratio = build_ratio_interval(
        fit_poisson(build_terms(since), since.seconds), clusters, freedom, headline.population.level
    )
    saving = headline.population.value < 0
    if log_ratio.high < 0 if saving else log_ratio.low > 0:
        return None
    share = compute_saved_share(log_ratio)
    text = (
        f"Since the one rollout date, assisted labels took {format_time_range(share.low, share.high)}: what changed on "
        "that date may be something else."
    )
    return Diagnostic(ALIKE_SINCE_CHECK, share.value, text, flag=True)


def check_nothing_beside(log: LabelLog, rollout: Rollout) -> Diagnostic:
    """Return the warning that hardly anything was labeled by hand once everybody had assistance."""
    share = float(log.assisted[log.day >= rollout.first].mean())
    text = (
        f"{format_share(share)} of the labels since the one rollout date are assisted: whatever else changed on that "
        "date cannot "
        "be told from assistance."
    )
    return Diagnostic(NOTHING_BESIDE_CHECK, share, text, flag=True)


def check_holdout_size(log: LabelLog) -> Diagnostic:
    """Return how far the hold-out is from the size needed for a claim."""
    manual_count, eligible = (
        int((select_holdout_labels(log) & log.holdout).sum()),
        int(select_holdout_labels(log).sum()),
    )
    text = (
        f"{manual_count} of {eligible} eligible labels were left manual at random; a claim needs a tenth of them and "
        f"{HOLDOUT_ITEMS} labels."
    )
    return Diagnostic("hold-out", manual_count / max(eligible, 1), text, flag=True)


def check_data_health(data_health: DataHealth) -> Diagnostic:
    """Return which labels could not be used and why; unknown times are not zeros."""
    count = max(data_health.labels, 1)
    text = (
        f"Of {format_count(data_health.labels)} labels {format_count(data_health.incomplete)} lack annotator, day or "
        "method, "
        f"{format_count(data_health.unknown)} have no known time, {format_count(data_health.zero)} have zero seconds, "
        f"{format_count(data_health.uninformative)} (of {data_health.uninformative_people} people) have one and the "
        "same time, "
        f"which says nothing (not informative); these are left out. {format_count(data_health.long)} took longer than "
        "an hour."
    )
    is_flagged = (
        data_health.unknown > UNKNOWN_LIMIT * count
        or data_health.zero > ZERO_LIMIT * count
        or data_health.long > LONG_LIMIT * count
    )
    return Diagnostic(
        "data health",
        1 - (data_health.unknown + data_health.zero) / count,
        text,
        is_flagged or data_health.uninformative > 0,
    )
