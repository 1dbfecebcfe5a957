"""What an audience may see: for management nothing about fewer than five people, and nothing that a total gives away.

A number in hours is about the people whose hours they are; a share beside its denominator is about those in either
part. What is printed is taken to be known to the last digit, and all of it together.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from dashboard import catalog, privacy
from dashboard.errors import BadFilter
from dashboard.privacy import SMALLEST_GROUP, Group
from dashboard.reports import groups
from dashboard.reports.answers import Answers
from dashboard.reports.groups import LABELING, MODELING, NEITHER
from dashboard.reports.request import Audience, Part

EVERYONE, ENGINEERS = "everyone", "engineers"
OF_SAVINGS = {Part.savings, Part.outlook, Part.decisions}
OF_LABELS = {Part.change, Part.outlook}
WIDEN = "Widen the selection, or make the report for the team."


@dataclass(frozen=True)
class Disclosure:
    """What is withheld; `weeks` and `weeks_two` are those with enough people, or None where all may be seen."""

    two: bool = False  # the share of labeling and modeling
    all_time: bool = False  # the share of all tracked time
    coverage: bool = False
    engineers: bool = False
    categories: frozenset[str] = frozenset()
    projects: frozenset[str] = frozenset()
    mixed: frozenset[str] = frozenset()  # projects whose labeling share is withheld
    automations: frozenset[str] = frozenset()
    few: frozenset[str] = frozenset()  # automations whose counts are withheld
    savings: bool = True  # whether the hours saved by all automations may be seen
    before: bool = True  # whether the share of the period before may be seen
    moved: bool = True  # whether the parts of a change may be seen
    labels: bool = True  # whether hours from the labeling log may be seen
    weeks: tuple[object, ...] | None = None
    weeks_two: tuple[object, ...] | None = None


def disclosed(answers: Answers) -> Disclosure:
    """Return what this audience may not see.

    Raises:
        BadFilter: the selection, or what it leaves out, has too few people for management.
    """
    request = answers.request
    if request.audience is not Audience.management:
        return Disclosure()
    this = groups.cells(answers, "this")
    refuse_small(answers, this)
    earlier = [groups.cells(answers, period) for period in ("before", "alike")]
    series = [groups.cells(answers, period) for period in ("history", "this")]
    saves = bool(OF_SAVINGS & set(request.parts))
    hidden = privacy.withheld(groups.by(this, "project"))
    return Disclosure(
        two=groups.hides_share_of_two(this),
        all_time=groups.hides_share_of_all(this),
        coverage=small_coverage(answers),
        engineers=hides_engineers(this),
        categories=privacy.withheld(groups.categories(this)),
        projects=hidden,
        mixed=mixed(this),
        automations=privacy.withheld(automations(answers)) if saves else frozenset(),
        few=few(answers) if saves else frozenset(),
        savings=not saves or (annotators := savers(answers)) is None or annotators >= SMALLEST_GROUP,
        before=not groups.is_small(earlier[0]) and not groups.hides_share_of_all(earlier[0]),
        moved=not any(groups.is_small(one) or groups.hides_share_of_two(one) for one in (this, earlier[1])),
        labels=not OF_LABELS & set(request.parts) or not any(few_annotators(answers, one) for one in ("this", "alike")),
        weeks=groups.weeks(series, two=False),
        weeks_two=groups.weeks(series, two=True),
    )


def refuse_small(answers: Answers, this: pl.DataFrame) -> None:
    """Refuse a report about too few people, or about so many that a report about all gives the others away.

    Raises:
        BadFilter: either of it.
    """
    if groups.is_small(this):
        count = groups.people(this)
        raise BadFilter(
            f"This selection has time of {count} people; a report for management is about {SMALLEST_GROUP} or more.",
            WIDEN,
        )
    request = answers.request
    if not request.projects and not request.teams:
        return
    inside = pl.lit(value=True)
    for column, names in (("project", request.projects), ("team", request.teams)):
        inside = inside & (pl.col(column).is_in(names) if names else pl.lit(value=True))
    outside = groups.cells(answers, "everything").filter(~inside)
    if groups.is_small(outside) and not this.is_empty():
        raise BadFilter(
            f"This selection leaves out time of only {groups.people(outside)} people, whom the difference to a report "
            f"about everything would tell of; a report for management leaves out {SMALLEST_GROUP} or more, or nobody.",
            WIDEN,
        )


def hides_engineers(this: pl.DataFrame) -> bool:
    """Return whether engineers cannot be told apart: they or the others are too few, at labeling or at the rest."""
    is_engineer = pl.col("role") == "engineer"
    apart = [this.filter(is_engineer), this.filter(~is_engineer)]
    return groups.hides_share_of_all(this) or any(
        groups.is_small(one) or groups.hides_share_of_all(one) for one in apart
    )


def mixed(this: pl.DataFrame) -> frozenset[str]:
    """Return the projects whose labeling share would tell of few people at labeling, at modeling or at the rest."""
    sides = (groups.of_sides(this, side) for side in (LABELING, MODELING, NEITHER))
    return frozenset().union(*(privacy.withheld(groups.by(side, "project")) for side in sides))


def small_coverage(answers: Answers) -> bool:
    """Return whether coverage is about too few people, or about all but too few."""
    found = answers.figure("coverage").rows
    known = pl.col("capacity_seconds").is_not_null()
    return any(0 < found.filter(part).get_column("person").n_unique() < SMALLEST_GROUP for part in (known, ~known))


def automations(answers: Answers) -> list[Group]:
    """Return the automations whose hours add up to the hours saved, with their annotators."""
    found = answers.figure("savings_by_automation").rows.filter(pl.col("counted"))
    return [Group(str(row["automation"]), row["annotators"], abs(row["hours"] or 0.0) + 1) for row in found.to_dicts()]


def few(answers: Answers) -> frozenset[str]:
    """Return the automations that some, but too few, annotators worked with."""
    found = answers.figure("savings_by_automation").rows
    if "annotators" not in found.columns:
        return frozenset()
    return frozenset(found.filter(pl.col("annotators").is_between(1, SMALLEST_GROUP - 1)).get_column("automation"))


def savers(answers: Answers) -> int | None:
    """Return how many annotators the hours saved rest on, or None where there are no hours."""
    found = answers.figure("savings").estimate
    return int(str(found["annotators"])) if found else None


def few_annotators(answers: Answers, period: str) -> bool:
    """Return whether somebody, but too few, made labels in the period."""
    with answers.store.snapshot() as snapshot:
        found = catalog.run(snapshot, "annotators", answers.filters(period).parameters())
    return 0 < int(found.item()) < SMALLEST_GROUP
