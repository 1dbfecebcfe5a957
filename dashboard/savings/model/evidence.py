"""What a log can support: minimum samples, what is missing, and the grade of the evidence with its reasons.

A design is a way to compare the arms. The headline uses the strongest one whose conditions the log meets.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil
from typing import Literal

import numpy as np

from dashboard.errors import Cause, Unavailable
from dashboard.inference.contract import Grade
from dashboard.inference.design_matrix import Codes, Mask, Terms
from dashboard.savings.model import labels
from dashboard.savings.model.balance import check_lot
from dashboard.savings.model.holdout import HOLDOUT_ITEMS
from dashboard.savings.model.labels import LabelLog
from dashboard.savings.model.passes import ORDER_NEEDED, check_order, measure_order
from dashboard.savings.model.rollout import MINIMUM_BEFORE, Rollout, RolloutShape
from dashboard.units import format_count, format_share

ClaimTier = Literal["population", "current", "refused"]

POPULATION_PEOPLE, POPULATION_ARM_LABELS = 6, 60  # people with labels in both arms; labels in each arm
CURRENT_PEOPLE, CURRENT_LABELS_EACH, CURRENT_ARM_LABELS = 3, 50, 40
MINIMUM_EFFECTIVE_CLUSTERS = 4.0
MAXIMUM_HALF_WIDTH = 0.3
STAGGERED_PEOPLE, STAGGERED_DATES, STAGGERED_WEEKS = 8, 2, 3
FEWEST_APART = 3  # people with another date than most; with two, 4 of 24 logs without a saving claimed one
HOLDOUT_SHARE = 0.08  # a planned tenth, less sampling error
MINIMUM_COMPLIANCE = 0.95
DATES_MINIMUM = (
    f"{STAGGERED_PEOPLE} annotators, {STAGGERED_DATES} dates (never counts as one), {FEWEST_APART} people with another "
    f"date than most, and {STAGGERED_WEEKS} weeks before the first."
)


@dataclass(frozen=True)
class ArmCounts:
    """Labels per arm, and per annotator and arm."""

    assisted: int
    manual: int
    smaller_arm: Codes

    def count_annotators(self, minimum: int) -> int:
        """Return the number of annotators with at least `minimum` labels in each arm."""
        return int((self.smaller_arm >= minimum).sum())


def count_arm_labels(log: LabelLog) -> ArmCounts:
    """Return the label counts of both arms."""
    people = log.annotator_clusters()
    count = int(people.max(initial=-1)) + 1
    assisted = np.bincount(people[log.assisted], minlength=count)
    manual = np.bincount(people[~log.assisted], minlength=count)
    return ArmCounts(int(assisted.sum()), int(manual.sum()), np.minimum(assisted, manual).astype(np.int64))


def resolve_tier(log: LabelLog) -> ClaimTier:
    """Return whom a log without a special design can speak of: people in general, the current people, or nobody.

    Labels per person are not counted from six people on: whether they suffice, the interval shows (`limit_tier`).
    """
    counts = count_arm_labels(log)
    smaller_arm = min(counts.assisted, counts.manual)
    if counts.count_annotators(1) >= POPULATION_PEOPLE:
        if smaller_arm >= POPULATION_ARM_LABELS:
            return "population"
        return "current" if smaller_arm >= CURRENT_ARM_LABELS else "refused"
    return "current" if counts.count_annotators(CURRENT_LABELS_EACH) >= CURRENT_PEOPLE else "refused"


@dataclass(frozen=True)
class Precision:
    """How close an estimate is: half its interval as a share, and how many people carry it in effect."""

    population_half_width: float
    current_half_width: float
    effective_people: float


def limit_tier(tier: ClaimTier, precision: Precision) -> ClaimTier:
    """Return whom an estimate can speak of once its precision is known.

    A claim about people in general needs four people or more in effect (Carter, Schnepel and Steigerwald 2017), and
    any claim an interval of at most 30 points to either side.
    """
    has_people = precision.effective_people >= MINIMUM_EFFECTIVE_CLUSTERS
    if tier == "population" and has_people and precision.population_half_width <= MAXIMUM_HALF_WIDTH:
        return "population"
    return "current" if tier != "refused" and precision.current_half_width <= MAXIMUM_HALF_WIDTH else "refused"


def explain_imprecision(precision: Precision, log: LabelLog) -> Unavailable:
    """Return that an interval is too wide to be of use, and how many more labels would narrow it enough."""
    counts, half_width = count_arm_labels(log), precision.current_half_width
    times = ceil((half_width / MAXIMUM_HALF_WIDTH) ** 2)
    width = f"{round(100 * half_width)}" if half_width <= 1 else "more than 100"
    more = f"About {times} times as many labels" if half_width <= 1 else "Many more labels"
    return Unavailable(
        f"The range is too wide to say anything: {width} points to either side, from {format_count(counts.assisted)} "
        f"assisted labels and {format_count(counts.manual)} by hand. At most {round(100 * MAXIMUM_HALF_WIDTH)} points "
        "are shown.",
        f"{more} of both kinds, best from more people who make both.",
        Cause.too_little_data,
    )


def is_enough_staggered(log: LabelLog, dates: int, weeks: int) -> bool:
    """Return whether a staggered rollout has enough people, dates, labels and weeks before the first date."""
    counts = count_arm_labels(log)
    has_enough_dates = log.annotators >= STAGGERED_PEOPLE and dates >= STAGGERED_DATES and weeks >= STAGGERED_WEEKS
    return has_enough_dates and min(counts.assisted, counts.manual) >= POPULATION_ARM_LABELS


def explain_missing_labels(log: LabelLog, idle: int = 0) -> Unavailable:
    """Return which labels a log lacks for any estimate; `idle` is how many were set aside as idle time."""
    counts = count_arm_labels(log)
    missing = [
        f"{CURRENT_ARM_LABELS - count} more {arm} with a known time (there are {format_count(count)})"
        for arm, count in (("assisted labels", counts.assisted), ("labels by hand", counts.manual))
        if count < CURRENT_ARM_LABELS
    ]
    both, able = counts.count_annotators(1), counts.count_annotators(CURRENT_LABELS_EACH)
    if both < POPULATION_PEOPLE:
        missing.append(
            f"{POPULATION_PEOPLE} annotators with labels of both kinds (there are {both}), or {CURRENT_PEOPLE} with "
            f"{CURRENT_LABELS_EACH} of each (there are {able})"
        )
    return Unavailable(
        "Not enough data to separate the saving from chance: "
        f"{format_count(counts.assisted)} assisted labels and {format_count(counts.manual)} by hand with a "
        f"known time, {format_count(idle)} set aside as idle.",
        "Needed: " + "; ".join(missing) + ".",
        Cause.too_little_data,
    )


@dataclass(frozen=True)
class GradeCriteria:
    """What the grade depends on."""

    design: str
    staggered_enough: bool
    sharp: bool
    trend_is_flat: bool | None
    compliance: float
    inferred: bool
    is_measured: bool = True  # the log says how difficult items are


def grade_evidence(criteria: GradeCriteria) -> tuple[Grade, tuple[str, ...]]:
    """Return the grade of an estimate and its reasons in plain words."""
    if criteria.design == "holdout":
        return grade_holdout(criteria)
    if criteria.design == "same items":
        return "B", ("The same items were labeled with and without assistance, by different people, in either order.",)
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


def limit_grade(grade: Grade, reasons: tuple[str, ...], estimated: int) -> tuple[Grade, tuple[str, ...]]:
    """Return a grade no better than C where times are not measured but derived from gaps between completions."""
    if not estimated:
        return grade, reasons
    reason = (
        f"The time of {format_count(estimated)} labels is estimated from the gaps between completions: what a person "
        "did in between"
        " is part of it."
    )
    return ("C" if grade in {"A", "B"} else grade), (*reasons, reason)


def grade_holdout(criteria: GradeCriteria) -> tuple[Grade, tuple[str, ...]]:
    """Return A if the random assignment was followed and can be checked."""
    if criteria.compliance < MINIMUM_COMPLIANCE:
        compliance_reason = (
            f"{format_share(criteria.compliance)} of the eligible labels followed the random assignment; "
            f"{format_share(MINIMUM_COMPLIANCE)} are needed."
        )
        return "C", ("A random part of the eligible items was meant to stay manual.", compliance_reason)
    if not criteria.is_measured:
        unchecked_reason = (
            "Nothing in the log says how difficult an item is, so nobody can see whether chance drew the items left "
            "manual."
        )
        return "B", ("A random part of the eligible items was left manual.", unchecked_reason)
    return "A", ("A random part of the eligible items was left manual, so the two groups differ by chance only.",)


def grade_staggered(criteria: GradeCriteria) -> tuple[Grade, tuple[str, ...]]:
    """Return B if the dates alone decided who was assisted and the groups had parallel trends before."""
    doubts = []
    if not criteria.staggered_enough:
        doubts.append(f"A claim from dates needs {DATES_MINIMUM}")
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


Design = Literal["holdout", "same items", "staggered", "one date", "observed"]

METHOD_TEXTS: dict[Design, str] = {
    "holdout": "PPML on automation-eligible items, a random part of which was left manual",
    "same items": "PPML with item and annotator effects on items labeled both ways by different people",
    "staggered": "PPML with annotator, kind and week effects, difficulty and experience (staggered rollout)",
    "one date": "PPML with annotator and kind effects, difficulty, experience and a time line (one rollout date)",
    "observed": "PPML with annotator and kind effects, difficulty and experience",
}


DESIGN_TITLES: dict[Design, str] = {
    "holdout": "random hold-out",
    "same items": "the same items both ways",
    "staggered": "groups that started at different dates",
    "one date": "before and after",
    "observed": "matched labels",
}


@dataclass(frozen=True)
class Comparison:
    """The design of the headline and the labels it compares."""

    design: Design
    kept: Mask

    @property
    def method(self) -> str:
        """Return a description of the method."""
        return METHOD_TEXTS[self.design]

    @property
    def title(self) -> str:
        """Return what is compared, in a few words."""
        return DESIGN_TITLES[self.design]

    def terms(self, log: LabelLog) -> Terms:
        """Return the terms of the headline model for the compared labels."""
        if self.design == "same items":
            return labels.build_item_terms(log)
        return labels.build_terms(log, weeks=self.design == "staggered", line=self.design == "one date")

    def population(self, log: LabelLog) -> Codes:
        """Return the clusters for a claim about people in general."""
        return log.annotator_clusters()

    def present(self, log: LabelLog) -> Codes:
        """Return the clusters for a claim about the current people; where dates decide, weeks are not independent."""
        return log.annotator_clusters() if self.design in {"staggered", "one date"} else log.weekly_clusters()


def select_holdout_labels(log: LabelLog) -> Mask:
    """Return the labels of a hold-out: eligible ones, assisted or left manual at random."""
    mask: Mask = log.eligible & (log.assisted != log.holdout)
    return mask


def has_enough_holdout(log: LabelLog) -> bool:
    """Return whether a tenth of the eligible labels, and enough of them, were left manual at random."""
    mask = select_holdout_labels(log)
    manual_count = int((mask & log.holdout).sum())
    return manual_count >= HOLDOUT_ITEMS and manual_count >= HOLDOUT_SHARE * mask.sum()


def select_paired_labels(log: LabelLog) -> Mask:
    """Return the labels of items that one person labeled assisted and another manually."""
    has_item = log.item >= 0
    if not has_item.any():
        return has_item
    count = int(log.item.max()) + 1
    annotator_ranges: list[tuple[np.ndarray[tuple[int, ...], np.dtype[np.int64]], ...]] = []
    for arm in (has_item & log.assisted, has_item & ~log.assisted):
        lowest, highest = np.full(count, np.iinfo(np.int64).max), np.full(count, -1)
        np.minimum.at(lowest, log.item[arm], log.annotator[arm])
        np.maximum.at(highest, log.item[arm], log.annotator[arm])
        annotator_ranges.append((lowest, highest))
    (low, high), (low_manual, high_manual) = annotator_ranges
    is_paired = (high >= 0) & (high_manual >= 0) & ~((low == high) & (low == low_manual) & (low == high_manual))
    mask: Mask = has_item & is_paired[np.where(has_item, log.item, 0)]
    return mask


DESIGNS: tuple[Design, ...] = ("holdout", "same items", "staggered", "one date", "observed")  # the strongest first
DATED_DESIGNS: dict[RolloutShape, Design] = {"staggered": "staggered", "one": "one date", "none": "observed"}
DATED_SHAPES: dict[Design, RolloutShape] = {design: shape for shape, design in DATED_DESIGNS.items()}


def list_comparisons(log: LabelLog, rollout: Rollout) -> Iterator[Comparison]:
    """Yield the comparisons that the log allows, the strongest first; the last one uses all labels."""
    designs: tuple[Design, ...] = ("holdout", "same items", DATED_DESIGNS[rollout.shape])
    for design in designs:
        comparison = resolve_comparison(design, log, rollout)
        if isinstance(comparison, Comparison):
            yield comparison


def resolve_comparison(design: Design, log: LabelLog, rollout: Rollout) -> Comparison | Unavailable:
    """Return the comparison of a design, or what the log lacks for it."""
    if design == "holdout":
        return explain_missing_holdout(log) or Comparison(design, select_holdout_labels(log))
    if design == "same items":
        paired_mask = select_paired_labels(log)
        return explain_missing_pairs(log, paired_mask) or Comparison(design, paired_mask)
    if DATED_SHAPES[design] == rollout.shape:
        return Comparison(design, np.ones(log.rows, dtype=np.bool_))
    if design != "observed":
        return explain_missing_dates(design, rollout)
    # Labels from before assistance came are no choice of items, and what else changed since then is no saving.
    since_mask: Mask = log.day >= rollout.first
    return explain_few_labels(log.where(since_mask), "since assistance came") or Comparison(design, since_mask)


def explain_missing_holdout(log: LabelLog) -> Unavailable | None:
    """Return why no hold-out can be compared: there is none, it is too small, or chance did not draw it; or None."""
    mask = select_holdout_labels(log)
    manual_count = int((mask & log.holdout).sum())
    needed = f"Leave a random tenth of the eligible items, {HOLDOUT_ITEMS} or more, to people (a manual hold-out)."
    if not manual_count:
        return Unavailable("No eligible item was left to people by chance.", needed, Cause.not_recorded)
    if not has_enough_holdout(log):
        reason = (
            f"{format_count(manual_count)} of {format_count(int(mask.sum()))} eligible labels were left to people by "
            "chance: too few."
        )
        return Unavailable(reason, needed, Cause.too_little_data)
    lot_check = check_lot(log, mask)
    return None if lot_check is None else Unavailable(lot_check.words, needed, Cause.not_identified)


def explain_missing_pairs(log: LabelLog, paired_mask: Mask) -> Unavailable | None:
    """Return why the same items cannot be compared: none or too few were labeled both ways, or their order; or None."""
    if not paired_mask.any():
        return Unavailable(
            "No item was labeled both with assistance and by hand, by different people.",
            "Have a part of the items labeled by two people, one of them with assistance.",
            Cause.not_recorded,
        )
    order_check = check_order(measure_order(log, paired_mask))
    if order_check is not None:
        return Unavailable(order_check.words, ORDER_NEEDED, Cause.not_identified)
    return explain_few_labels(log.where(paired_mask), "on the items labeled both ways")


def explain_few_labels(compared: LabelLog, place: str) -> Unavailable | None:
    """Return which labels are missing at a place of the log for any claim, or None."""
    if resolve_tier(compared) != "refused":
        return None
    return replace(explain_missing_labels(compared), reason=f"Too few labels {place} to tell the saving from chance.")


def explain_missing_dates(design: Design, rollout: Rollout) -> Unavailable:
    """Return why dates allow no comparison of this design."""
    if rollout.shape == "none":
        return Unavailable(
            "No day is known on which assistance began after work by hand.",
            "Enter the rollout date in the register (Data, Set-up, Automations), and import the labels made before it: "
            f"they must be at least {format_share(MINIMUM_BEFORE)} of all.",
            Cause.not_recorded,
        )
    if design == "staggered":
        reason = "Assistance came to everybody on one date, or within two weeks."
        needed = f"Bring the automation to different people at different dates: {DATES_MINIMUM}"
        return Unavailable(reason, needed, Cause.not_identified)
    return Unavailable(
        "Assistance came to groups at different dates: one before and after for all of them does not exist.",
        f"See the comparison of {DESIGN_TITLES['staggered']}, which is the stronger one.",
        Cause.out_of_reach,
    )


def limit_rollout(comparison: Comparison, rollout: Rollout) -> Rollout:
    """Return the rollout as a comparison reads it: that of matched labels has no dates."""
    return replace(rollout, shape=DATED_SHAPES.get(comparison.design, rollout.shape))
