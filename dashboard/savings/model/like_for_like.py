"""Whether one project, kind of label or person takes longer than another on labels that are alike.

The model is that of the savings (PPML): annotators, kinds, projects and methods have effects of their own, beside the
number of objects, the difficulty within the project, and experience. A ratio is what the team's labels would take at
the pace of one member, over what they take at the pace of all members that can be compared.

Where a member shares nobody, no kind or no method with the others, the data cannot tell it from these: it has no ratio.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from dashboard.errors import Cause, Unavailable
from dashboard.inference.cluster_scores import HoursFit, build_interval, fit_poisson
from dashboard.inference.contract import Interval
from dashboard.inference.design_matrix import IDENTIFIED_TOLERANCE, Codes, Mask, Reals, Terms
from dashboard.savings.model.idle_time import ASSISTED, compute_idle_scores
from dashboard.savings.model.labels import HEADLINE_RULE, LabelLog, apply_idle_rule, encode_values, select_covariates
from dashboard.savings.model.recorded_times import UNKNOWN_LIMIT
from dashboard.units import format_chance

Dimension = Literal["project", "kind", "annotator"]
DIMENSIONS: tuple[Dimension, ...] = ("project", "kind", "annotator")

FEWEST_LABELS = 20  # of a member; fewer are mostly chance
FEWEST_PEOPLE, FEWEST_EACH = 3, 10  # people with labels both of a member and of others, and how many of each
FEWEST_WEEKS = 3  # of a person, whose weeks take the place of people
LEVEL = 0.95


@dataclass(frozen=True)
class ComparedLog:
    """The labels, with the codes of what is adjusted for, and the columns beside those of the savings."""

    log: LabelLog
    method: Codes
    difficulty: Reals
    kinds: tuple[str, ...]  # their names, by code

    def where(self, mask: Mask) -> ComparedLog:
        """Return the labels that the mask selects."""
        return ComparedLog(self.log.where(mask), self.method[mask], self.difficulty[mask], self.kinds)

    def name_members(self, dimension: Dimension) -> tuple[str, ...]:
        """Return the names of the projects, kinds or annotators, by code."""
        return {"project": self.log.projects, "kind": self.kinds, "annotator": self.log.names}[dimension]

    @cached_property
    def group_codes(self) -> dict[str, Codes]:
        """Return what labels are grouped by, as dense codes."""
        log = self.log
        groups = {"annotator": log.annotator, "kind": log.kind, "project": log.project, "method": self.method}
        return {name: encode_values(codes) for name, codes in groups.items()}

    @cached_property
    def covariates(self) -> dict[str, Reals]:
        """Return the number of objects, difficulty, experience and second looks, as far as they vary."""
        columns = select_covariates(self.log)
        return columns | {"difficulty": self.difficulty} if np.ptp(self.difficulty) > 0 else columns

    @cached_property
    def shared_factors(self) -> dict[str, Codes]:
        """Return what a member must share with the others to be compared."""
        return {**self.group_codes, "objects": self.log.proxy_unknown.astype(np.int64)}


@dataclass(frozen=True)
class MemberRatio:
    """How long labels of a member take, over the average; both ratios are None where it cannot be compared."""

    name: str
    ratio: Interval | None
    raw_ratio: float | None
    labels: int
    annotators: int
    refused: Unavailable | None


def drop_idle_time(compared: ComparedLog) -> ComparedLog:
    """Return the labels without idle ones, by the rule of the savings."""
    groups = tuple(compared.group_codes.values())[:3]
    columns = {ASSISTED: compared.log.assisted.astype(np.float64), **compared.covariates}
    scores = compute_idle_scores(Terms(groups, columns), compared.log.seconds)
    return compared.where(apply_idle_rule(scores, HEADLINE_RULE))


def compare_members(
    compared: ComparedLog, dimension: Dimension, unknown_shares: Mapping[str, float]
) -> list[MemberRatio]:
    """Return the ratio of each project, kind or annotator, or why it has none.

    `unknown_shares`: by name, the share of a member's labels that have no measured time.
    """
    original: Codes = getattr(compared.log, dimension)
    codes, members, names = compared.group_codes[dimension], np.unique(original), compared.name_members(dimension)
    shared = {name: find_shared(codes, factor) for name, factor in compared.shared_factors.items() if name != dimension}
    refusals = {
        member: explain_unknown_times(unknown_shares.get(names[code], 0.0))
        or explain_unshared(compared, dimension, member, shared)
        for member, code in enumerate(members.tolist())
    }
    comparable = [member for member, refused in refusals.items() if refused is None]
    fit, order, identified = fit_members(compared, dimension, comparable)
    for member in set(comparable) - identified:
        refusals[member] = NOT_SEPARATE
    comparable = sorted(identified)
    if len(comparable) < 2:  # noqa: PLR2004 - a member alone is its own average
        refusals |= {member: refusals[member] or NOTHING_BESIDE for member in refusals}
        comparable = []
    ratios = estimate_ratios(compared, dimension, fit, order, comparable) if fit and comparable else {}
    in_average = np.isin(codes, comparable)
    average = float(compared.log.seconds[in_average].mean()) if comparable else 0.0
    untimed = [
        MemberRatio(name, None, None, 0, 0, refused)
        for name in sorted(unknown_shares.keys() - {names[code] for code in members.tolist()})
        if (refused := explain_unknown_times(unknown_shares[name]))
    ]
    return untimed + [
        MemberRatio(
            names[int(members[member])],
            ratios.get(member),
            float(compared.log.seconds[codes == member].mean()) / average if member in ratios else None,
            int((codes == member).sum()),
            len(np.unique(compared.log.annotator[codes == member])),
            refusals[member],
        )
        for member in range(len(members))
    ]


def fit_members(
    compared: ComparedLog, dimension: Dimension, comparable: list[int]
) -> tuple[HoursFit | None, Codes, set[int]]:
    """Return the fit, each member's level in it, and which members the data tell apart from each other.

    The effects of the last group are measured from its level 0, so the members are tried as level 0, the largest
    first, until another one can be told from it.
    """
    codes = compared.group_codes[dimension]
    others = [group for name, group in compared.group_codes.items() if name != dimension]
    sizes = np.bincount(codes)
    order = np.arange(len(sizes), dtype=np.int64)
    for reference in sorted(comparable, key=lambda member: -sizes[member]):
        order = np.arange(len(sizes), dtype=np.int64)
        order[[0, reference]] = order[[reference, 0]]
        terms = Terms((*others, order[codes]), compared.covariates)
        determined = terms.unweighted.solution.determined[-(len(sizes) - 1) :] if len(sizes) > 1 else np.empty(0)
        is_apart = np.concatenate([[1.0], determined]) > 1 - IDENTIFIED_TOLERANCE
        identified = {member for member in comparable if is_apart[order[member]]}
        if len(identified) > 1:
            return fit_poisson(terms, compared.log.seconds), order, identified
    return None, order, set()


def estimate_ratios(
    compared: ComparedLog, dimension: Dimension, fit: HoursFit, order: Codes, comparable: list[int]
) -> dict[int, Interval]:
    """Return the ratio of each member to the average of all that can be compared, with its interval.

    The log of a ratio is the member's effect less the log of the mean of all effects, weighted by the time that the
    labels of each would take at one pace; its variance is by the delta method, clustered by annotator. People are
    compared by their own weeks, since a person is one cluster.
    """
    codes, levels = compared.group_codes[dimension], len(order)
    effects = np.concatenate([[0.0], fit.beta[len(fit.beta) - levels + 1 :]])[order]
    seconds = np.bincount(codes, np.exp(fit.line), levels)
    base = {member: seconds[member] / np.exp(effects[member]) for member in comparable}
    average = np.log(sum(seconds[member] for member in comparable) / sum(base.values()))
    weights = np.zeros(levels)
    weights[order[comparable]] = seconds[comparable] / seconds[comparable].sum()
    is_person = dimension == "annotator"
    clusters = compared.log.weekly_clusters() if is_person else compared.log.annotator_clusters()
    contrasts = np.zeros((len(fit.beta) + 1, len(comparable)))  # a row too many, for the reference level
    contrasts[-levels:] -= weights[:, None]
    contrasts[len(contrasts) - levels + order[comparable], np.arange(len(comparable))] += 1
    contrasts = np.delete(contrasts, len(contrasts) - levels, axis=0)
    ratios = {}
    for member, error in zip(comparable, fit.compute_contrast_errors(contrasts, clusters), strict=True):
        units = count_weeks(compared, codes == member) if is_person else count_bridges(compared, codes == member)
        log_ratio = build_interval(float(effects[member] - average), float(error), units - 1, LEVEL)
        value, low, high = np.exp(np.clip([log_ratio.value, log_ratio.low, log_ratio.high], -50, 50))
        ratios[member] = Interval(float(value), float(low), float(high), LEVEL)
    return ratios


def count_bridges(compared: ComparedLog, is_own: Mask) -> int:
    """Return how many people have enough labels both of a member and of the others."""
    people = compared.group_codes["annotator"]
    own, others = (np.bincount(people[mask], minlength=int(people.max()) + 1) for mask in (is_own, ~is_own))
    return int((np.minimum(own, others) >= FEWEST_EACH).sum())


def count_weeks(compared: ComparedLog, is_own: Mask) -> int:
    """Return in how many weeks a member has labels."""
    return len(np.unique(compared.log.week[is_own]))


NOTHING_BESIDE = Unavailable(
    "There is nothing to compare it with.", "Labels of others with a measured time.", Cause.too_little_data
)
NOT_SEPARATE = Unavailable(
    "What its labels take cannot be told from their people, kinds and methods.",
    "Labels by the same people, of the same kind and by the same method, both of this and of others.",
    Cause.not_identified,
)
UNSHARED = {
    "annotator": ("Nobody who labels this labels anything else.", "People who label both this and others."),
    "kind": ("Its kinds of label appear nowhere else.", "Labels of one kind both here and elsewhere."),
    "project": ("Its labels are in projects of their own.", "Labels of this and of others in one project."),
    "method": ("Its methods are used nowhere else.", "Labels by one method, such as by hand, both here and elsewhere."),
    "objects": (
        "Either only its labels say how many objects they hold, or only the others do.",
        "The number of objects of these labels and of the others.",
    ),
}
ALONE = ("Nobody else labels what this person labels.", "Labels of others in the same project, of the same kind.")
PERSON_UNSHARED = {
    "kind": ALONE,
    "project": ALONE,
    "method": ("Nobody else uses this person's methods.", "Labels of others by the same method, such as by hand."),
    "objects": (
        "Either only this person's labels say how many objects they hold, or only those of others do.",
        UNSHARED["objects"][1],
    ),
}


def explain_unknown_times(share: float) -> Unavailable | None:
    """Return why labels that are mostly untimed cannot be compared, or None."""
    if share <= UNKNOWN_LIMIT:
        return None
    reason = f"{format_chance(share)} of these labels have no measured time: the others may be the quick or slow ones."
    return Unavailable(
        "None of these labels has a measured time." if share == 1 else reason,
        "An export that times nearly every label.",
        Cause.not_recorded,
    )


def find_shared(members: Codes, factor: Codes) -> Mask:
    """Return which members have a level of a factor in common with another member."""
    levels = int(factor.max()) + 1
    table = np.bincount(members * levels + factor, minlength=(int(members.max()) + 1) * levels).reshape(-1, levels)
    shared: Mask = ((table > 0) & (table.sum(axis=0) > table)).any(axis=1)
    return shared


def explain_unshared(
    compared: ComparedLog, dimension: Dimension, member: int, shared: Mapping[str, Mask]
) -> Unavailable | None:
    """Return why a member cannot be compared: too few labels, or nothing shared with the others; or None."""
    is_own = compared.group_codes[dimension] == member
    if is_own.all():
        return NOTHING_BESIDE
    for factor, is_shared in shared.items():
        if not is_shared[member]:
            texts = PERSON_UNSHARED if dimension == "annotator" else UNSHARED
            return Unavailable(*texts[factor], Cause.not_identified)
    if is_own.sum() < FEWEST_LABELS:
        needed = f"{FEWEST_LABELS - int(is_own.sum())} more labels with a measured time."
        return Unavailable("Too few labels: mostly chance.", needed, Cause.too_little_data)
    if dimension == "annotator":
        weeks = count_weeks(compared, is_own)
        needed = f"Labels in {FEWEST_WEEKS} weeks (there are {weeks})."
        reason = "Too few weeks to see how much this person's pace varies."
        return None if weeks >= FEWEST_WEEKS else Unavailable(reason, needed, Cause.too_little_data)
    people = count_bridges(compared, is_own)
    needed = (
        f"{FEWEST_PEOPLE} people with {FEWEST_EACH} labels or more both of this and of others (there are {people})."
    )
    reason = "Too few people label both this and others."
    return None if people >= FEWEST_PEOPLE else Unavailable(reason, needed, Cause.too_little_data)
