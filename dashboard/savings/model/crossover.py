"""Crossover studies: the same people worked with and without assistance, in blocks of both kinds.

A block of work has a total time and a number of labels. Three different answers: seconds per label (paired by
person), total hours (ratio of totals), and the typical block (log regression).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from dashboard.errors import Cause, Unavailable
from dashboard.inference.contract import Interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MINIMUM_PEOPLE = 6


@dataclass(frozen=True)
class CrossoverEstimate:
    """The three answers; `seconds` is assisted minus unassisted, `hours` and `typical` are ratios, below 1 if faster.

    `deviation` is the standard deviation of the paired differences between people. Never multiply `typical` with
    hours.
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
    refused: Unavailable | None


def estimate_crossover(blocks: pl.DataFrame, *, level: float = 0.95) -> CrossoverEstimate:
    """Compare assisted with unassisted blocks of the same people.

    `blocks`: annotator, assisted (bool), seconds (of the block), labels (made in it; a block without any is left out).
    Only people with both kinds of blocks count. Paired t test of mean seconds per label; ratio of totals and log
    regression with person effects, their intervals clustered by person with t(J - 1).
    """
    usable_blocks = blocks.filter(pl.col("seconds") > 0, pl.col("labels") > 0, pl.col("assisted").is_not_null())
    paired_blocks = usable_blocks.filter(pl.col("assisted").n_unique().over("annotator") == 2)  # noqa: PLR2004
    people = paired_blocks["annotator"].n_unique()
    if people < MINIMUM_PEOPLE:
        unavailable = Unavailable(
            f"{people} people have blocks of both kinds; at least {MINIMUM_PEOPLE} are needed.",
            f"{MINIMUM_PEOPLE - people} more people who work both ways",
            Cause.too_little_data,
        )
        return CrossoverEstimate(people, None, None, None, max(0, people - 1), None, None, None, "none", unavailable)
    from scipy.stats import ttest_1samp

    differences = _compute_paired_differences(paired_blocks)
    test = ttest_1samp(differences, 0.0)
    low, high = test.confidence_interval(level)
    return CrossoverEstimate(
        people,
        Interval(float(differences.mean()), float(low), float(high), level),
        float(differences.std(ddof=1)),
        float(test.statistic),
        people - 1,
        float(test.pvalue),
        _estimate_hours_ratio(paired_blocks, level),
        _estimate_typical_ratio(paired_blocks, level),
        "paired t by person; ratio of totals and log regression with person effects, clustered by person",
        None,
    )


def _compute_paired_differences(paired_blocks: pl.DataFrame) -> NDArray[np.float64]:
    """Return each person's mean seconds per label, assisted minus unassisted."""
    seconds_per_label = pl.col("seconds") / pl.col("labels")
    by_person = paired_blocks.group_by("annotator").agg(
        seconds_per_label.filter(pl.col("assisted")).mean().alias("assisted"),
        seconds_per_label.filter(~pl.col("assisted")).mean().alias("manual"),
    )
    return by_person.sort("annotator").select(pl.col("assisted") - pl.col("manual")).to_series().to_numpy()


def _estimate_hours_ratio(paired_blocks: pl.DataFrame, level: float) -> Interval:
    """Return the ratio of total seconds per label, as a Poisson regression with labels as exposure gives it."""
    import numpy as np

    from dashboard.inference.cluster_scores import build_interval

    influences, log_terms = [], []
    for sign, arm in ((1.0, pl.col("assisted")), (-1.0, ~pl.col("assisted"))):
        sums = paired_blocks.group_by("annotator").agg(pl.col("seconds", "labels").filter(arm).sum()).sort("annotator")
        seconds, labels = sums["seconds"].to_numpy(), sums["labels"].to_numpy()
        seconds_per_label = seconds.sum() / labels.sum()
        log_terms.append(sign * np.log(seconds_per_label))
        influences.append(sign * (seconds - seconds_per_label * labels) / seconds.sum())
    influence, people = np.add(*influences), paired_blocks["annotator"].n_unique()
    error = float(np.sqrt(people / (people - 1) * (influence**2).sum()))
    return _exponentiate_interval(build_interval(float(sum(log_terms)), error, people - 1, level))


def _estimate_typical_ratio(paired_blocks: pl.DataFrame, level: float) -> Interval:
    """Return the ratio for a typical block: log seconds per label regressed on assistance and person."""
    import numpy as np

    from dashboard.inference.cluster_scores import build_interval, fit_typical
    from dashboard.inference.design_matrix import Terms

    person_codes = (paired_blocks["annotator"].rank("dense") - 1).to_numpy().astype(np.int64)
    seconds_per_label = (
        paired_blocks.select(pl.col("seconds") / pl.col("labels")).to_series().to_numpy().astype(np.float64)
    )
    fit = fit_typical(
        Terms((person_codes,), {"assisted": paired_blocks["assisted"].to_numpy().astype(np.float64)}), seconds_per_label
    )
    return _exponentiate_interval(
        build_interval(fit.coefficient("assisted"), fit.error("assisted", person_codes), int(person_codes.max()), level)
    )


def _exponentiate_interval(log_ratio: Interval) -> Interval:
    """Return the interval of a ratio from that of its logarithm."""
    return Interval(math.exp(log_ratio.value), math.exp(log_ratio.low), math.exp(log_ratio.high), log_ratio.level)
