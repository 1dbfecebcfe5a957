"""How much a log can bear: the minimum samples, what is missing, and the grade of the evidence with its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from dashboard.estimates.contract import Grade, Refusal
from dashboard.estimates.labels import Log
from dashboard.estimates.terms import Codes

Tier = Literal["population", "current", "refused"]

PEOPLE, PEOPLE_EACH, ARM = 6, 25, 300
PRESENT, PRESENT_EACH, PRESENT_ARM = 3, 50, 100
STAGGERED_PEOPLE, STAGGERED_DATES, STAGGERED_WEEKS = 8, 2, 3
HOLDOUT_ITEMS = 150
HOLDOUT_SHARE = 0.08  # a planned tenth, less what the lot itself may take away
COMPLIANCE = 0.95


@dataclass(frozen=True)
class Arms:
    """Labels per arm, and per annotator and arm."""

    assisted: int
    manual: int
    fewest: Codes

    def people_with(self, each: int) -> int:
        """Return the number of annotators with that many labels in each arm."""
        return int((self.fewest >= each).sum())


def arms(log: Log) -> Arms:
    """Count the labels of both arms."""
    people = log.clusters()
    count = int(people.max(initial=-1)) + 1
    helped = np.bincount(people[log.assisted], minlength=count)
    manual = np.bincount(people[~log.assisted], minlength=count)
    return Arms(int(helped.sum()), int(manual.sum()), np.minimum(helped, manual).astype(np.int64))


def enough(log: Log) -> Tier:
    """Return what a log without a special design can bear.

    Six annotators or more whose labels do not suffice for people in general can still speak of themselves.
    """
    have = arms(log)
    smallest, many = min(have.assisted, have.manual), have.people_with(PEOPLE_EACH) >= PEOPLE
    if many and smallest >= ARM:
        return "population"
    if (many or have.people_with(PRESENT_EACH) >= PRESENT) and smallest >= PRESENT_ARM:
        return "current"
    return "refused"


def enough_staggered(log: Log, dates: int, weeks: int) -> bool:
    """Tell whether a staggered rollout bears a claim about dates: people, dates and weeks before the first one."""
    have = arms(log)
    people = log.annotators >= STAGGERED_PEOPLE and dates >= STAGGERED_DATES and weeks >= STAGGERED_WEEKS
    return people and min(have.assisted, have.manual) >= ARM


def refusal(log: Log) -> Refusal:
    """Return what a log lacks for any estimate."""
    have = arms(log)
    missing = [
        f"{PRESENT_ARM - count} more {arm} labels with a known time (there are {count})"
        for arm, count in (("assisted", have.assisted), ("manual", have.manual))
        if count < PRESENT_ARM
    ]
    able = have.people_with(PRESENT_EACH)
    if able < PRESENT:
        people = "annotator" if able == PRESENT - 1 else "annotators"
        missing.append(
            f"{PRESENT - able} more {people} with {PRESENT_EACH} assisted and {PRESENT_EACH} manual labels each "
            f"(there are {able})"
        )
    return Refusal("Not enough data to separate the saving from chance.", "Needed: " + "; ".join(missing) + ".")


@dataclass(frozen=True)
class Findings:
    """What the grade depends on."""

    design: str
    staggered_enough: bool
    sharp: bool
    trend_is_flat: bool | None
    compliance: float
    inferred: bool


def grade(found: Findings) -> tuple[Grade, tuple[str, ...]]:
    """Return the grade of an estimate and its reasons in plain words."""
    if found.design == "holdout":
        return graded_holdout(found)
    if found.design == "same items":
        return "B", ("The same items were labeled with and without assistance, by different people.",)
    if found.design == "staggered":
        return graded_dates(found)
    if found.design == "one date":
        return "C", (
            "Assistance came to everybody on one date: a change of anything else around that date looks the same.",
            "A straight time line was allowed for, which widens the interval.",
        )
    return "C", (
        "Somebody or something chose which items were assisted; difficulty that the log does not show stays in.",
        "Adjusted for annotator, kind of item, difficulty proxy and experience where the log has them.",
    )


def graded_holdout(found: Findings) -> tuple[Grade, tuple[str, ...]]:
    """Return A if the lot was followed."""
    if found.compliance < COMPLIANCE:
        followed = f"{found.compliance:.0%} of the eligible labels followed the lot, {COMPLIANCE:.0%} are needed."
        return "C", ("A random part of the eligible items was meant to stay manual.", followed)
    return "A", ("A random part of the eligible items was left manual, so the two groups differ by chance only.",)


def graded_dates(found: Findings) -> tuple[Grade, tuple[str, ...]]:
    """Return B if the dates alone decided who was assisted and the groups ran parallel before."""
    doubts = []
    if not found.staggered_enough:
        doubts.append(
            f"A claim from dates needs {STAGGERED_PEOPLE} annotators, {STAGGERED_DATES} dates "
            f"(never counts as one) and {STAGGERED_WEEKS} weeks before the first."
        )
    if not found.sharp:
        doubts.append("After the rollout dates somebody still chose which items were assisted.")
    if found.trend_is_flat is None:
        doubts.append("Too few labels before the rollout to see whether the groups ran parallel.")
    elif not found.trend_is_flat:
        doubts.append("Groups did not run parallel before their dates: a pretended earlier date shows an effect.")
    if found.inferred:
        doubts.append("The rollout dates were read off the log; the register holds none.")
    first = "Assistance came to groups at different dates, so weeks and people can be told apart from it."
    return ("C", (first, *doubts)) if doubts else ("B", (first, "Before their dates the groups ran parallel."))
