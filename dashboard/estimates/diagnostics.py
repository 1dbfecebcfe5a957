"""The checks shown beside an estimate, each in a sentence for a lead."""

from __future__ import annotations

import polars as pl

from dashboard.estimates import groups, idle, people, sensitivity, strip
from dashboard.estimates.comparison import Comparison, has_enough_holdout, select_holdout_labels
from dashboard.estimates.contract import Diagnostic
from dashboard.estimates.evidence import HOLDOUT_ITEMS
from dashboard.estimates.fits import build_interval, fit_poisson
from dashboard.estimates.headline import ASSISTED, Headline
from dashboard.estimates.labels import Health, Log
from dashboard.estimates.rollout import Rollout

EXPERIENCE_COLUMN = "experience"
LEARNING_TOLERANCE = 0.05
RAW_GAP_TOLERANCE = 0.05
UNKNOWN_LIMIT = 0.1
ZERO_LIMIT = 0.01
LONG_LIMIT = 0.01


def build_diagnostics(
    log: Log, comparison: Comparison, headline: Headline, dropped: pl.DataFrame, rows: pl.DataFrame, rollout: Rollout
) -> list[Diagnostic]:
    """Return the checks that every estimate has, and those that only some designs have."""
    terms = comparison.terms(headline.compared)
    checks = [
        check_raw_gap(rows, comparison.design),
        groups.overlap(headline.compared),
        groups.balance(headline.compared),
        sensitivity.robustness(terms, headline.compared, designed=comparison.design in {"holdout", "same items"}),
        people.diagnostic(headline),
        idle.diagnostic(dropped),
    ]
    if EXPERIENCE_COLUMN in terms.columns:
        checks.append(check_learning(comparison, headline))
    if rollout.shape == "one" and comparison.design == "one date":
        checks.append(check_one_date(rows))
    if log.holdout.any() and not has_enough_holdout(log):
        checks.append(check_holdout_size(log))
    return checks


def check_raw_gap(rows: pl.DataFrame, design: str) -> Diagnostic:
    """Return how much a division of averages, as peers would claim it, differs from the model.

    The model is that of the hold-out or the same items where there are any. A linear time trend is left out: it only
    adds noise here.
    """
    model_name = strip.HOURS if design == "one date" else strip.DESIGNED.get(design, strip.HOURS)
    raw, model = strip.at(rows, strip.RAW, "none"), strip.at(rows, model_name, idle.HEADLINE)
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
    trend_saving, flat_saving = (
        strip.at(rows, name, idle.HEADLINE) for name in (strip.DESIGNED["one date"], strip.HOURS)
    )
    text = "Assistance came to everybody on one date, so a trend looks like a saving."
    if trend_saving is not None and flat_saving is not None:
        text += f" The saving is {trend_saving:.0%} with a linear trend, {flat_saving:.0%} without a trend."
    return Diagnostic("one rollout date", trend_saving, text, flag=True)


def check_holdout_size(log: Log) -> Diagnostic:
    """Return what the hold-out lacks for a claim."""
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
