"""What each assisted label would have taken by hand, so that savings add up over projects and weeks.

A Poisson model of the unassisted labels only predicts the assisted ones, which stays right where effects differ
between people and weeks. Where the unassisted labels cannot carry that (one rollout date, where it would run a
trend into the future; a hold-out or doubled items, where they are few; a person or week without any), the
headline's own model says it. All predictions are then scaled by one factor, so that the items' savings add up to
the headline's hours exactly; a factor far from one is reported.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from dashboard.estimates.comparison import Comparison
from dashboard.estimates.contract import SAVED_COLUMNS, Diagnostic
from dashboard.estimates.fits import fit_poisson
from dashboard.estimates.headline import ASSISTED, Headline
from dashboard.estimates.labels import Log
from dashboard.estimates.terms import Mask, Reals, Terms

FAR = 0.1


def saved(log: Log, comparison: Comparison, found: Headline) -> tuple[pl.DataFrame, float]:
    """Return a row per assisted label that adds up to the headline, and the factor that made it so."""
    factor_of_one = np.exp(-found.log_ratio)
    expected = log.seconds * factor_of_one
    expected[comparison.kept] = np.where(
        found.compared.assisted, np.exp(found.fit.line) * factor_of_one, expected[comparison.kept]
    )
    if comparison.design in {"staggered", "observed"}:
        untreated = from_unassisted(comparison.terms(log).without(ASSISTED), log)
        expected = np.where(np.isfinite(untreated), untreated, expected)
    actual, counterfactual = log.seconds[log.assisted], expected[log.assisted]
    factor = float(actual.sum() * factor_of_one / counterfactual.sum())
    frame = pl.DataFrame(
        {
            "label": log.label[log.assisted],
            "counterfactual_seconds": counterfactual * factor,
            "saved_seconds": counterfactual * factor - actual,
        },
        schema=SAVED_COLUMNS,
    )
    return frame, factor


def from_unassisted(terms: Terms, log: Log) -> Reals:
    """Return the seconds that a model of the unassisted labels expects; not a number for levels it never saw."""
    manual = ~log.assisted
    fit = fit_poisson(terms.where(manual), log.seconds[manual])
    groups, seen = [], np.ones(log.rows, dtype=np.bool_)
    for group in terms.groups:
        code, present = mapped(group, manual)
        groups.append(code)
        seen &= present
    line = fit.equations.predict(fit.effects, fit.beta, Terms(tuple(groups), terms.columns))
    return np.where(seen, np.exp(np.clip(line, -30.0, 30.0)), np.nan)


def mapped(
    group: np.ndarray[tuple[int, ...], np.dtype[np.int64]], kept: Mask
) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.int64]], Mask]:
    """Return the codes of a group as they are among kept rows, zero where never seen there, and where seen."""
    levels = np.unique(group[kept])
    code = np.minimum(np.searchsorted(levels, group), len(levels) - 1).astype(np.int64)
    present: Mask = levels[code] == group
    return np.where(present, code, 0), present


def diagnostic(factor: float) -> Diagnostic:
    """Return how far the item-by-item predictions were from the headline."""
    words = f"Item-by-item predictions were scaled by {factor:.2f} to add up to the hours above."
    return Diagnostic("imputation", factor, words, abs(factor - 1) > FAR)
