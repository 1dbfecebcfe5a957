"""Studies in which the same people worked with and without assistance: blocks of work, two kinds of each person.

A block is a stretch of work with its total time and how many labels came of it. Three answers that are not the same:
seconds a label (paired by person), total hours (ratio of totals), and the typical block (log regression).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from dashboard.estimates.contract import Interval, Refusal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEAST_PEOPLE = 6


@dataclass(frozen=True)
class Crossover:
    """The three answers; `seconds` is assisted less unassisted, `hours` and `typical` are ratios, below 1 if faster.

    `deviation` is the standard deviation of the paired differences between people. `typical` must never be multiplied
    with hours.
    """

    people: int
    seconds: Interval | None
    deviation: float | None
    t: float | None
    freedom: int
    p: float | None
    hours: Interval | None
    typical: Interval | None
    method: str
    refused: Refusal | None


def crossover(blocks: pl.DataFrame, *, level: float = 0.95) -> Crossover:
    """Compare assisted with unassisted blocks of the same people.

    `blocks`: annotator, assisted (bool), seconds (of the block), labels (how many it gave; none leaves the block out).
    Only people with both kinds of blocks count. Paired t test of mean seconds a label; ratio of totals and
    log regression with person effects, their intervals clustered by person with t(J - 1).
    """
    usable = blocks.filter(pl.col("seconds") > 0, pl.col("labels") > 0, pl.col("assisted").is_not_null())
    both = usable.filter(pl.col("assisted").n_unique().over("annotator") == 2)  # noqa: PLR2004
    people = both["annotator"].n_unique()
    if people < LEAST_PEOPLE:
        refusal = Refusal(
            f"{people} people have blocks of both kinds; {LEAST_PEOPLE} are the least.",
            f"{LEAST_PEOPLE - people} more people who work both ways",
        )
        return Crossover(people, None, None, None, max(0, people - 1), None, None, None, "none", refusal)
    from scipy.stats import ttest_1samp

    differences = _differences(both)
    test = ttest_1samp(differences, 0.0)
    low, high = test.confidence_interval(level)
    return Crossover(
        people,
        Interval(float(differences.mean()), float(low), float(high), level),
        float(differences.std(ddof=1)),
        float(test.statistic),
        people - 1,
        float(test.pvalue),
        _hours(both, level),
        _typical(both, level),
        "paired t by person; ratio of totals and log regression with person effects, clustered by person",
        None,
    )


def _differences(both: pl.DataFrame) -> NDArray[np.float64]:
    """Return each person's mean seconds a label, assisted less unassisted."""
    pace = pl.col("seconds") / pl.col("labels")
    by_person = both.group_by("annotator").agg(
        pace.filter(pl.col("assisted")).mean().alias("assisted"),
        pace.filter(~pl.col("assisted")).mean().alias("manual"),
    )
    return by_person.sort("annotator").select(pl.col("assisted") - pl.col("manual")).to_series().to_numpy()


def _hours(both: pl.DataFrame, level: float) -> Interval:
    """Return the ratio of total seconds a label: what a Poisson regression with labels as exposure gives."""
    import numpy as np

    from dashboard.estimates.fits import interval

    pulls, logs = [], []
    for sign, arm in ((1.0, pl.col("assisted")), (-1.0, ~pl.col("assisted"))):
        sums = both.group_by("annotator").agg(pl.col("seconds", "labels").filter(arm).sum()).sort("annotator")
        seconds, labels = sums["seconds"].to_numpy(), sums["labels"].to_numpy()
        pace = seconds.sum() / labels.sum()
        logs.append(sign * np.log(pace))
        pulls.append(sign * (seconds - pace * labels) / seconds.sum())
    pull, people = np.add(*pulls), both["annotator"].n_unique()
    error = float(np.sqrt(people / (people - 1) * (pull**2).sum()))
    return _ratio(interval(float(sum(logs)), error, people - 1, level))


def _typical(both: pl.DataFrame, level: float) -> Interval:
    """Return the ratio for a typical block: log seconds a label on assistance and person."""
    import numpy as np

    from dashboard.estimates.fits import interval, typical
    from dashboard.estimates.terms import Terms

    who = (both["annotator"].rank("dense") - 1).to_numpy().astype(np.int64)
    pace = both.select(pl.col("seconds") / pl.col("labels")).to_series().to_numpy().astype(np.float64)
    fit = typical(Terms((who,), {"assisted": both["assisted"].to_numpy().astype(np.float64)}), pace)
    return _ratio(interval(fit.coefficient("assisted"), fit.error("assisted", who), int(who.max()), level))


def _ratio(logs: Interval) -> Interval:
    """Return an interval of log ratios as one of ratios."""
    return Interval(math.exp(logs.value), math.exp(logs.low), math.exp(logs.high), logs.level)
