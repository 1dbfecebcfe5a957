"""How the effect differs between people: how many gained and how many lost, without names."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dashboard.estimates.contract import Diagnostic
from dashboard.estimates.headline import Headline
from dashboard.estimates.terms import Reals, summed

FEWEST = 10


@dataclass(frozen=True)
class Spread:
    """Log ratios of people with both arms, pulled towards their mean as far as chance explains them."""

    log_ratios: Reals
    deviation: float


def spread(found: Headline) -> Spread:
    """Return each person's own ratio of observed to expected seconds, assisted against manual, shrunk.

    Between-person variance by DerSimonian and Laird's moment estimator; sampling variance from the labels.
    """
    log, people = found.compared, found.compared.clusters()
    count = int(people.max()) + 1
    without_help = np.exp(found.fit.line - found.log_ratio * log.assisted)
    logs, variances, enough = np.zeros(count), np.zeros(count), np.ones(count, dtype=np.bool_)
    for arm, sign in ((log.assisted, 1.0), (~log.assisted, -1.0)):
        actual = summed(people[arm], log.seconds[arm], count)
        expected = summed(people[arm], without_help[arm], count)
        squares = summed(people[arm], found.fit.score[arm] ** 2, count)
        enough &= summed(people[arm], np.ones(int(arm.sum())), count) >= FEWEST
        safe = np.where(actual > 0, actual, 1.0)
        logs += sign * np.log(safe / np.where(expected > 0, expected, 1.0))
        variances += squares / safe**2
    return shrunk(logs[enough], variances[enough])


def shrunk(logs: Reals, variances: Reals) -> Spread:
    """Return values pulled towards their precision-weighted mean by their share of chance."""
    if len(logs) < 2:  # noqa: PLR2004  one person has no spread
        return Spread(logs, 0.0)
    weights = 1 / variances
    mean = float((weights * logs).sum() / weights.sum())
    excess = float((weights * (logs - mean) ** 2).sum()) - (len(logs) - 1)
    between = max(0.0, excess / float(weights.sum() - (weights**2).sum() / weights.sum()))
    mean = float((logs / (variances + between)).sum() / (1 / (variances + between)).sum())
    return Spread(mean + (logs - mean) * between / (between + variances), float(np.sqrt(between)))


def diagnostic(found: Headline) -> Diagnostic:
    """Return how many people gained and how many lost; the value is the share that lost."""
    effects = spread(found).log_ratios
    if not len(effects):
        words = f"Nobody has {FEWEST} labels of both kinds, so people cannot be compared."
        return Diagnostic("people", None, words, flag=False)
    lost = int((effects > 0).sum())
    part = lost / len(effects)
    words = f"{len(effects) - lost} of {len(effects)} annotators gained time, {lost} lost time (after shrinkage)."
    return Diagnostic("people", part, words, 0 < part < 1 and min(part, 1 - part) > 1 / 4)
