"""Checks of whether the two arms are comparable: overlap by stratum, and balance of the known covariates.

Checks of how the effect differs between people: how many gained and how many lost, without names.

How strong an unobserved factor would have to be to explain the saving away (Cinelli and Hazlett 2020).

The checks shown beside an estimate, each in a sentence for a lead.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from dashboard.inference.cluster_scores import build_interval, compute_t_statistic, fit_poisson
from dashboard.inference.contract import Diagnostic
from dashboard.inference.design_matrix import Codes, Mask, Reals, Terms, summed
from dashboard.savings.model.evidence import HOLDOUT_ITEMS, Comparison, has_enough_holdout, select_holdout_labels
from dashboard.savings.model.headline import ASSISTED, Headline
from dashboard.savings.model.labels import HEADLINE, Health, Log, check_idle_time, dense
from dashboard.savings.model.rollout import Rollout
from dashboard.savings.model.specification_curve import DESIGNED, HOURS, RAW, at, strata

MINIMUM_ARM_SHARE, MAXIMUM_ARM_SHARE = 0.05, 0.95
OUTSIDE = 0.1
UNBALANCED = 0.1


def overlap(log: Log) -> Diagnostic:
    """Return the share of assisted labels in strata where nearly all or nearly none were assisted."""
    stratum = strata(log)
    cells = int(stratum.max()) + 1
    rows = summed(stratum, np.ones(log.rows), cells)
    assisted = summed(stratum, log.assisted.astype(np.float64), cells)
    part = assisted / rows
    outside = float(assisted[(part < MINIMUM_ARM_SHARE) | (part > MAXIMUM_ARM_SHARE)].sum() / assisted.sum())
    words = "Every kind and difficulty that was assisted was also done by hand often enough to compare."
    if outside > 0:
        words = (
            f"{outside:.0%} of the assisted labels have a kind and difficulty where nearly all or nearly none were "
            "assisted, so there is little to compare them with."
        )
    return Diagnostic("overlap", outside, words, outside > OUTSIDE)


def balance(log: Log) -> Diagnostic:
    """Return the largest standardised difference between the arms, and the covariate it belongs to."""
    found = {
        "the difficulty proxy": abs(difference(log.proxy, log.assisted)),
        "the kind of item": widest(log.kind, log.assisted),
        "the annotator": widest(log.annotator, log.assisted),
        "the week": widest(log.week, log.assisted),
    }
    worst = max(found, key=lambda name: found[name])
    off = [f"{name} ({size:.2f})" for name, size in found.items() if size > UNBALANCED]
    words = (
        f"Assisted and manual labels differ in {', '.join(off)} standard deviations; the model adjusts for these."
        if off
        else "Assisted and manual labels are alike in difficulty proxy, kind, annotator and week."
    )
    return Diagnostic("balance", found[worst], words, bool(off))


def difference(column: Reals, assisted: Mask) -> float:
    """Return the difference between the means of the arms, in pooled standard deviations."""
    helped, manual = column[assisted], column[~assisted]
    pooled = float(np.sqrt((helped.var() + manual.var()) / 2))
    return float((helped.mean() - manual.mean()) / pooled) if pooled > 0 else 0.0


def widest(codes: Codes, assisted: Mask) -> float:
    """Return the largest standardised difference between the arms in the share of any level."""
    group = dense(codes)
    count = int(group.max()) + 1
    helped = summed(group, assisted.astype(np.float64), count) / assisted.sum()
    manual = summed(group, (~assisted).astype(np.float64), count) / (~assisted).sum()
    pooled = np.sqrt((helped * (1 - helped) + manual * (1 - manual)) / 2)
    return float(np.max(np.abs(helped - manual) / np.where(pooled > 0, pooled, 1.0)))


MINIMUM_LABELS = 10


@dataclass(frozen=True)
class Spread:
    """Log ratios of the people with both arms, shrunk towards their mean."""

    log_ratios: Reals
    deviation: float


def spread(found: Headline) -> Spread:
    """Return each person's shrunken log ratio of observed to expected seconds, assisted less manual.

    The between-person variance is DerSimonian and Laird's moment estimator; the sampling variance is from the labels.
    """
    log, people = found.compared, found.compared.clusters()
    count = int(people.max()) + 1
    without_help = np.exp(found.fit.line - found.log_ratio * log.assisted)
    logs, variances, enough = np.zeros(count), np.zeros(count), np.ones(count, dtype=np.bool_)
    for arm, sign in ((log.assisted, 1.0), (~log.assisted, -1.0)):
        actual = summed(people[arm], log.seconds[arm], count)
        expected = summed(people[arm], without_help[arm], count)
        squares = summed(people[arm], found.fit.score[arm] ** 2, count)
        enough &= summed(people[arm], np.ones(int(arm.sum())), count) >= MINIMUM_LABELS
        safe = np.where(actual > 0, actual, 1.0)
        logs += sign * np.log(safe / np.where(expected > 0, expected, 1.0))
        variances += squares / safe**2
    return shrunk(logs[enough], variances[enough])


def shrunk(logs: Reals, variances: Reals) -> Spread:
    """Return the values shrunk towards their precision-weighted mean (empirical Bayes)."""
    if len(logs) < 2:  # noqa: PLR2004  one person has no spread
        return Spread(logs, 0.0)
    weights = 1 / variances
    mean = float((weights * logs).sum() / weights.sum())
    excess = float((weights * (logs - mean) ** 2).sum()) - (len(logs) - 1)
    between = max(0.0, excess / float(weights.sum() - (weights**2).sum() / weights.sum()))
    mean = float((logs / (variances + between)).sum() / (1 / (variances + between)).sum())
    return Spread(mean + (logs - mean) * between / (between + variances), float(np.sqrt(between)))


def check_people(found: Headline) -> Diagnostic:
    """Return how many people gained and how many lost; the value is the share who lost."""
    effects = spread(found).log_ratios
    if not len(effects):
        words = f"Nobody has {MINIMUM_LABELS} labels of both kinds, so people cannot be compared."
        return Diagnostic("people", None, words, flag=False)
    lost = int((effects > 0).sum())
    part = lost / len(effects)
    words = f"{len(effects) - lost} of {len(effects)} annotators gained time, {lost} lost time (after shrinkage)."
    return Diagnostic("people", part, words, 0 < part < 1 and min(part, 1 - part) > 1 / 4)


PROXY = "proxy"
WEAK = 0.1
STRONG = 3.0
MAXIMUM_FACTOR = 100.0


def robustness(terms: Terms, log: Log, *, designed: bool) -> Diagnostic:
    """Return the robustness value: the partial R2 with origin and time that an unobserved factor needs to explain all.

    The observed difficulty proxy is the benchmark: how many times as strong the factor would have to be. A design that
    is random or compares the same items has nothing to fear.
    """
    logs = np.log(log.seconds)
    value, cohen = robustness_value(*compute_t_statistic(terms, logs, ASSISTED))
    words = f"An unobserved factor would have to explain {value:.0%} of what is left of both the choice and the time"
    times = None
    if PROXY in terms.columns:
        times = cohen / bias_factor(terms, logs)
        stronger = "more than 100" if times >= MAXIMUM_FACTOR else f"{times:.1f}"
        words += f", {stronger} times as strong as the difficulty proxy,"
    words += " to explain the saving away."
    weak = value < WEAK or (STRONG if times is None else times) < STRONG
    if times is None and not designed:
        words += " There is no difficulty proxy to compare with."
    return Diagnostic("robustness", value, words, not designed and (weak or times is None))


def robustness_value(t: float, freedom: int) -> tuple[float, float]:
    """Return the robustness value and f = |t| / sqrt(degrees of freedom): RV = (sqrt(f^4 + 4 f^2) - f^2) / 2."""
    cohen = abs(t) / float(np.sqrt(max(freedom, 1)))
    return (float(np.sqrt(cohen**4 + 4 * cohen**2)) - cohen**2) / 2, cohen


def bias_factor(terms: Terms, logs: Reals) -> float:
    """Return the bias that the proxy alone would make: sqrt(R2 with time x R2 with origin / (1 - R2 with origin))."""
    with_time = partial(*compute_t_statistic(terms, logs, PROXY))
    with_origin = partial(*compute_t_statistic(terms.without(ASSISTED), terms.columns[ASSISTED], PROXY))
    factor = float(np.sqrt(with_time * with_origin / max(1 - with_origin, 1e-9)))
    return max(factor, 1e-9)


def partial(t: float, freedom: int) -> float:
    """Return the partial R2 of a column from its t statistic."""
    return t**2 / (t**2 + max(freedom, 1))


EXPERIENCE_COLUMN = "experience"
LEARNING_TOLERANCE = 0.05
RAW_GAP_TOLERANCE = 0.05
UNKNOWN_LIMIT = 0.1
ZERO_LIMIT = 0.01
LONG_LIMIT = 0.01


def build_diagnostics(
    log: Log, comparison: Comparison, headline: Headline, dropped: pl.DataFrame, rows: pl.DataFrame, rollout: Rollout
) -> list[Diagnostic]:
    """Return the checks of every estimate, and those that apply to only some designs."""
    terms = comparison.terms(headline.compared)
    checks = [
        check_raw_gap(rows, comparison.design),
        overlap(headline.compared),
        balance(headline.compared),
        robustness(terms, headline.compared, designed=comparison.design in {"holdout", "same items"}),
        check_people(headline),
        check_idle_time(dropped),
    ]
    if EXPERIENCE_COLUMN in terms.columns:
        checks.append(check_learning(comparison, headline))
    if rollout.shape == "one" and comparison.design == "one date":
        checks.append(check_one_date(rows))
    if log.holdout.any() and not has_enough_holdout(log):
        checks.append(check_holdout_size(log))
    return checks


def check_raw_gap(rows: pl.DataFrame, design: str) -> Diagnostic:
    """Return how much a plain division of averages differs from the model.

    The model is that of the hold-out or the same items where there are any. A linear time trend is left out: it only
    adds noise here.
    """
    model_name = HOURS if design == "one date" else DESIGNED.get(design, HOURS)
    raw, model = at(rows, RAW, "none"), at(rows, model_name, HEADLINE)
    if raw is None or model is None:
        return Diagnostic("raw gap", None, "The raw ratio cannot be compared with the model.", flag=True)
    text = f"A division of averages says {raw:.0%}, the model ({model_name}) {model:.0%}."
    is_wide = abs(model - raw) > RAW_GAP_TOLERANCE
    return Diagnostic(
        "raw gap", raw - model, text + (" The averages compare unlike labels." if is_wide else ""), is_wide
    )


def check_learning(comparison: Comparison, headline: Headline) -> Diagnostic:
    """Return the learning exponent with its interval, and the saving with and without it."""
    fit, clusters = headline.fit, headline.compared.clusters()
    error, level = fit.error(EXPERIENCE_COLUMN, clusters), headline.population.level
    slope = build_interval(fit.coefficient(EXPERIENCE_COLUMN), error, headline.compared.annotators - 1, level)
    fit_without = fit_poisson(comparison.terms(headline.compared).without(EXPERIENCE_COLUMN), headline.compared.seconds)
    saving_with, saving_without = (
        1 - _compute_ratio(headline.log_ratio),
        1 - _compute_ratio(fit_without.coefficient(ASSISTED)),
    )
    text = (
        f"Seconds change with experience to the power of {slope.value:.2f} ({slope.low:.2f} to {slope.high:.2f}); "
        f"the saving is {saving_with:.0%} with this and {saving_without:.0%} without."
    )
    return Diagnostic("learning", slope.value, text, abs(saving_with - saving_without) > LEARNING_TOLERANCE)


def _compute_ratio(log_ratio: float) -> float:
    return float(2.718281828459045**log_ratio)


def check_one_date(rows: pl.DataFrame) -> Diagnostic:
    """Return the warning that a trend and assistance look alike, with the saving under both assumptions."""
    trend_saving, flat_saving = (at(rows, name, HEADLINE) for name in (DESIGNED["one date"], HOURS))
    text = "Assistance came to everybody on one date, so a trend looks like a saving."
    if trend_saving is not None and flat_saving is not None:
        text += f" The saving is {trend_saving:.0%} with a linear trend, {flat_saving:.0%} without a trend."
    return Diagnostic("one rollout date", trend_saving, text, flag=True)


def check_holdout_size(log: Log) -> Diagnostic:
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


def check_data_health(data_health: Health) -> Diagnostic:
    """Return which labels could not be used and why; unknown times are not zeros."""
    count = max(data_health.labels, 1)
    text = (
        f"Of {data_health.labels:,} labels {data_health.incomplete:,} lack annotator, day or method, "
        f"{data_health.unknown:,} have no known time, {data_health.zero:,} have zero seconds, "
        f"{data_health.uninformative:,} (of {data_health.uninformative_people} people) have one and the same time, "
        f"which says nothing (not informative); these are left out. {data_health.long:,} took longer than an hour."
    )
    is_flagged = (
        data_health.unknown > UNKNOWN_LIMIT * count
        or data_health.zero > ZERO_LIMIT * count
        or data_health.long > LONG_LIMIT * count
    )
    return Diagnostic("data health", 1 - data_health.unknown / count, text, is_flagged or data_health.uninformative > 0)
