"""What a log can support: minimum samples, what is missing, and the grade of the evidence with its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from dashboard.estimates.contract import Grade, Unavailable
from dashboard.estimates.labels import Log
from dashboard.estimates.terms import Codes

ClaimTier = Literal["population", "current", "refused"]

POPULATION_PEOPLE, POPULATION_LABELS_EACH, POPULATION_ARM_LABELS = 6, 25, 300
CURRENT_PEOPLE, CURRENT_LABELS_EACH, CURRENT_ARM_LABELS = 3, 50, 100
STAGGERED_PEOPLE, STAGGERED_DATES, STAGGERED_WEEKS = 8, 2, 3
HOLDOUT_ITEMS = 150
HOLDOUT_SHARE = 0.08  # a planned tenth, less sampling error
MINIMUM_COMPLIANCE = 0.95


@dataclass(frozen=True)
class ArmCounts:
    """Labels per arm, and per annotator and arm."""

    assisted: int
    manual: int
    smaller_arm: Codes

    def count_annotators(self, minimum: int) -> int:
        """Return the number of annotators with at least so many labels in each arm."""
        return int((self.smaller_arm >= minimum).sum())


def count_arm_labels(log: Log) -> ArmCounts:
    """Return the label counts of both arms."""
    people = log.clusters()
    count = int(people.max(initial=-1)) + 1
    assisted = np.bincount(people[log.assisted], minlength=count)
    manual = np.bincount(people[~log.assisted], minlength=count)
    return ArmCounts(int(assisted.sum()), int(manual.sum()), np.minimum(assisted, manual).astype(np.int64))


def resolve_tier(log: Log) -> ClaimTier:
    """Return what a log without a special design can support.

    Six annotators or more with too few labels for people in general still support a claim about themselves.
    """
    counts = count_arm_labels(log)
    smallest, has_enough_people = (
        min(counts.assisted, counts.manual),
        counts.count_annotators(POPULATION_LABELS_EACH) >= POPULATION_PEOPLE,
    )
    if has_enough_people and smallest >= POPULATION_ARM_LABELS:
        return "population"
    if (
        has_enough_people or counts.count_annotators(CURRENT_LABELS_EACH) >= CURRENT_PEOPLE
    ) and smallest >= CURRENT_ARM_LABELS:
        return "current"
    return "refused"


def is_enough_staggered(log: Log, dates: int, weeks: int) -> bool:
    """Return whether a staggered rollout has enough people, dates, labels and weeks before the first date."""
    counts = count_arm_labels(log)
    has_enough_dates = log.annotators >= STAGGERED_PEOPLE and dates >= STAGGERED_DATES and weeks >= STAGGERED_WEEKS
    return has_enough_dates and min(counts.assisted, counts.manual) >= POPULATION_ARM_LABELS


def explain_missing_labels(log: Log) -> Unavailable:
    """Return which labels a log lacks for any estimate."""
    counts = count_arm_labels(log)
    missing = [
        f"{CURRENT_ARM_LABELS - count} more {arm} labels with a known time (there are {count})"
        for arm, count in (("assisted", counts.assisted), ("manual", counts.manual))
        if count < CURRENT_ARM_LABELS
    ]
    able_people = counts.count_annotators(CURRENT_LABELS_EACH)
    if able_people < CURRENT_PEOPLE:
        noun = "annotator" if able_people == CURRENT_PEOPLE - 1 else "annotators"
        missing.append(
            f"{CURRENT_PEOPLE - able_people} more {noun} with {CURRENT_LABELS_EACH} assisted and "
            f"{CURRENT_LABELS_EACH} manual labels each (there are {able_people})"
        )
    return Unavailable("Not enough data to separate the saving from chance.", "Needed: " + "; ".join(missing) + ".")


@dataclass(frozen=True)
class GradeCriteria:
    """What the grade depends on."""

    design: str
    staggered_enough: bool
    sharp: bool
    trend_is_flat: bool | None
    compliance: float
    inferred: bool


def grade_evidence(criteria: GradeCriteria) -> tuple[Grade, tuple[str, ...]]:
    """Return the grade of an estimate and its reasons in plain words."""
    if criteria.design == "holdout":
        return grade_holdout(criteria)
    if criteria.design == "same items":
        return "B", ("The same items were labeled with and without assistance, by different people.",)
    if criteria.design == "staggered":
        return grade_staggered(criteria)
    if criteria.design == "one date":
        return "C", (
            "Assistance came to everybody on one date: any other change around that date looks the same.",
            "The model includes a linear time trend, which widens the interval.",
        )
    return "C", (
        "Somebody or something chose which items were assisted; difficulty that the log does not show may bias this.",
        "Adjusted for annotator, kind of item, difficulty proxy and experience where the log has them.",
    )


def grade_holdout(criteria: GradeCriteria) -> tuple[Grade, tuple[str, ...]]:
    """Return A if the random assignment was followed."""
    if criteria.compliance < MINIMUM_COMPLIANCE:
        compliance_reason = (
            f"{criteria.compliance:.0%} of the eligible labels followed the random assignment; "
            f"{MINIMUM_COMPLIANCE:.0%} are needed."
        )
        return "C", ("A random part of the eligible items was meant to stay manual.", compliance_reason)
    return "A", ("A random part of the eligible items was left manual, so the two groups differ by chance only.",)


def grade_staggered(criteria: GradeCriteria) -> tuple[Grade, tuple[str, ...]]:
    """Return B if the dates alone decided who was assisted and the groups had parallel trends before."""
    doubts = []
    if not criteria.staggered_enough:
        doubts.append(
            f"A claim from dates needs {STAGGERED_PEOPLE} annotators, {STAGGERED_DATES} dates "
            f"(never counts as one) and {STAGGERED_WEEKS} weeks before the first."
        )
    if not criteria.sharp:
        doubts.append("After the rollout dates somebody still chose which items were assisted.")
    if criteria.trend_is_flat is None:
        doubts.append("Too few labels before the rollout to see whether the groups had parallel trends.")
    elif not criteria.trend_is_flat:
        doubts.append("Groups had no parallel trends before their dates: a placebo date shows an effect.")
    if criteria.inferred:
        doubts.append("The rollout dates were read off the log; the register holds none.")
    design_reason = "Assistance came to groups at different dates, so it can be separated from weeks and people."
    return (
        ("C", (design_reason, *doubts))
        if doubts
        else ("B", (design_reason, "Before their dates the groups had parallel trends."))
    )
