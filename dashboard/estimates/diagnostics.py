"""The checks shown beside an estimate, each in a sentence for a lead."""

from __future__ import annotations

import polars as pl

from dashboard.estimates import groups, idle, people, sensitivity, strip
from dashboard.estimates.comparison import Comparison, held_out, holdout_is_enough
from dashboard.estimates.contract import Diagnostic
from dashboard.estimates.evidence import HOLDOUT_ITEMS
from dashboard.estimates.fits import interval, poisson
from dashboard.estimates.headline import ASSISTED, Headline
from dashboard.estimates.labels import Health, Log
from dashboard.estimates.rollout import Rollout

EXPERIENCE = "experience"
LEARNING = 0.05
GAP = 0.05
UNKNOWN = 0.1
ZERO = 0.01
LONG = 0.01


def diagnostics(
    log: Log, comparison: Comparison, found: Headline, dropped: pl.DataFrame, rows: pl.DataFrame, rollout: Rollout
) -> list[Diagnostic]:
    """Return the checks that every estimate has, and those that only some designs have."""
    terms = comparison.terms(found.compared)
    checks = [
        raw_gap(rows, comparison.design),
        groups.overlap(found.compared),
        groups.balance(found.compared),
        sensitivity.robustness(terms, found.compared, designed=comparison.design in {"holdout", "same items"}),
        people.diagnostic(found),
        idle.diagnostic(dropped),
    ]
    if EXPERIENCE in terms.columns:
        checks.append(learning(comparison, found))
    if rollout.shape == "one" and comparison.design == "one date":
        checks.append(one_date(rows))
    if log.holdout.any() and not holdout_is_enough(log):
        checks.append(small_holdout(log))
    return checks


def raw_gap(rows: pl.DataFrame, design: str) -> Diagnostic:
    """Return by how much a division of averages differs from the model: what peers would have claimed.

    Against the hold-out or the same items where there are any; a time line is left out, it only adds noise here.
    """
    against = strip.HOURS if design == "one date" else strip.DESIGNED.get(design, strip.HOURS)
    raw, model = strip.at(rows, strip.RAW, "none"), strip.at(rows, against, idle.HEADLINE)
    if raw is None or model is None:
        return Diagnostic("raw gap", None, "The raw ratio cannot be compared with the model.", flag=True)
    words = f"A division of averages says {raw:.0%}, the model ({against}) {model:.0%}."
    wide = abs(model - raw) > GAP
    return Diagnostic("raw gap", raw - model, words + (" The averages compare unlike labels." if wide else ""), wide)


def learning(comparison: Comparison, found: Headline) -> Diagnostic:
    """Return the learning exponent with its interval, and the saving with and without it."""
    fit, clusters = found.fit, found.compared.clusters()
    error, level = fit.error(EXPERIENCE, clusters), found.population.level
    slope = interval(fit.coefficient(EXPERIENCE), error, found.compared.annotators - 1, level)
    without = poisson(comparison.terms(found.compared).without(EXPERIENCE), found.compared.seconds)
    with_it, without_it = 1 - _ratio(found.log_ratio), 1 - _ratio(without.coefficient(ASSISTED))
    words = (
        f"Seconds change with experience by a power of {slope.value:.2f} ({slope.low:.2f} to {slope.high:.2f}); "
        f"the saving is {with_it:.0%} with this and {without_it:.0%} without."
    )
    return Diagnostic("learning", slope.value, words, abs(with_it - without_it) > LEARNING)


def _ratio(log_ratio: float) -> float:
    return float(2.718281828459045**log_ratio)


def one_date(rows: pl.DataFrame) -> Diagnostic:
    """Return the warning that a trend and assistance look alike, with the saving under both readings."""
    line, flat = (strip.at(rows, name, idle.HEADLINE) for name in (strip.DESIGNED["one date"], strip.HOURS))
    words = "Assistance came to everybody on one date, so a trend looks like a saving."
    if line is not None and flat is not None:
        words += f" The saving is {line:.0%} if a straight trend goes on, {flat:.0%} if there was none."
    return Diagnostic("one rollout date", line, words, flag=True)


def small_holdout(log: Log) -> Diagnostic:
    """Return what the hold-out lacks."""
    left, eligible = int((held_out(log) & log.holdout).sum()), int(held_out(log).sum())
    words = (
        f"{left} of {eligible} eligible labels were left manual by lot; a claim needs a tenth of them and "
        f"{HOLDOUT_ITEMS} labels."
    )
    return Diagnostic("hold-out", left / max(eligible, 1), words, flag=True)


def health(found: Health) -> Diagnostic:
    """Return what could not be used and why; unknown times are not zeros."""
    count = max(found.labels, 1)
    words = (
        f"Of {found.labels:,} labels {found.incomplete:,} lack annotator, day or method, {found.unknown:,} have no "
        f"known time, {found.zero:,} have zero seconds, "
        f"{found.uninformative:,} (of {found.uninformative_people} people) have one and the same time, which says "
        f"nothing (not informative); these are left out. {found.long:,} took longer than an hour."
    )
    flag = found.unknown > UNKNOWN * count or found.zero > ZERO * count or found.long > LONG * count
    return Diagnostic("data health", 1 - found.unknown / count, words, flag or found.uninformative > 0)
