"""What an audience may see: for management nothing about fewer than five people, and nothing that a total gives away.

A number of hours is about the people who spent them; a share beside its denominator is about the people of both
parts. A reader is assumed to know every printed digit and to combine all of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from dashboard import catalog, privacy
from dashboard.errors import BadFilter
from dashboard.privacy import MIN_GROUP_SIZE, Group
from dashboard.reports import groups
from dashboard.reports.answers import Answers
from dashboard.reports.groups import LABELING, MODELING, NEITHER
from dashboard.reports.request import Audience, ReportPart

EVERYONE, ENGINEERS = "everyone", "engineers"
SAVINGS_PARTS = {ReportPart.savings, ReportPart.outlook, ReportPart.decisions}
LABEL_PARTS = {ReportPart.change, ReportPart.outlook}
WIDEN_HINT = "Widen the selection, or make the report for the team."


@dataclass(frozen=True)
class Disclosure:
    """What is withheld; `shown_weeks` and `shown_weeks_of_both` are those with enough people, or None for all."""

    hides_share_of_both: bool = False  # the share of labeling and modeling
    hides_share_of_all: bool = False  # the share of all tracked time
    hides_coverage: bool = False
    hides_engineers: bool = False
    hidden_categories: frozenset[str] = frozenset()
    hidden_projects: frozenset[str] = frozenset()
    hidden_shares: frozenset[str] = frozenset()  # projects without their labeling share
    hidden_automations: frozenset[str] = frozenset()
    hidden_counts: frozenset[str] = frozenset()  # automations without their counts
    shows_savings: bool = True  # whether the hours saved by all automations may be seen
    shows_before: bool = True  # whether the share of the period before may be seen
    shows_change: bool = True  # whether the parts of a change may be seen
    shows_label_hours: bool = True  # whether hours from the labeling log may be seen
    shown_weeks: tuple[object, ...] | None = None
    shown_weeks_of_both: tuple[object, ...] | None = None


def compute_disclosure(answers: Answers) -> Disclosure:
    """Return what this audience may not see.

    Raises:
        BadFilter: the selection, or what it leaves out, has too few people for management.
    """
    request = answers.request
    if request.audience is not Audience.management:
        return Disclosure()
    current = groups.load_cells(answers, "this")
    check_group_size(answers, current)
    earlier = [groups.load_cells(answers, period) for period in ("before", "alike")]
    series = [groups.load_cells(answers, period) for period in ("history", "this")]
    saves = bool(SAVINGS_PARTS & set(request.parts))
    hidden = privacy.find_withheld_groups(groups.build_groups(current, "project"))
    return Disclosure(
        hides_share_of_both=groups.hides_share_of_both(current),
        hides_share_of_all=groups.hides_share_of_all(current),
        hides_coverage=is_coverage_small(answers),
        hides_engineers=hides_engineers(current),
        hidden_categories=privacy.find_withheld_groups(groups.build_category_groups(current)),
        hidden_projects=hidden,
        hidden_shares=find_small_sides(current),
        hidden_automations=privacy.find_withheld_groups(build_automation_groups(answers)) if saves else frozenset(),
        hidden_counts=find_small_automations(answers) if saves else frozenset(),
        shows_savings=not saves or (annotators := count_saving_annotators(answers)) is None or annotators >= MIN_GROUP_SIZE,
        shows_before=not groups.is_small(earlier[0]) and not groups.hides_share_of_all(earlier[0]),
        shows_change=not any(
            groups.is_small(cells) or groups.hides_share_of_both(cells) for cells in (current, earlier[1])
        ),
        shows_label_hours=not LABEL_PARTS & set(request.parts)
        or not any(has_few_annotators(answers, period) for period in ("this", "alike")),
        shown_weeks=groups.list_disclosable_weeks(series, two=False),
        shown_weeks_of_both=groups.list_disclosable_weeks(series, two=True),
    )


def check_group_size(answers: Answers, current: pl.DataFrame) -> None:
    """Refuse a report about too few people, or about so many that a report about all gives the others away.

    Raises:
        BadFilter: in either case.
    """
    if groups.is_small(current):
        count = groups.count_people(current)
        raise BadFilter(
            f"This selection has time of {count} people; a report for management is about {MIN_GROUP_SIZE} or more.",
            WIDEN_HINT,
        )
    request = answers.request
    if not request.projects and not request.teams:
        return
    inside = pl.lit(value=True)
    for column, names in (("project", request.projects), ("team", request.teams)):
        inside = inside & (pl.col(column).is_in(names) if names else pl.lit(value=True))
    outside = groups.load_cells(answers, "everything").filter(~inside)
    if groups.is_small(outside) and not current.is_empty():
        raise BadFilter(
            f"This selection leaves out time of only {groups.count_people(outside)} people, whose time the difference from a "
            f"report about everything would reveal; a report for management leaves out {MIN_GROUP_SIZE} or more, or nobody.",
            WIDEN_HINT,
        )


def hides_engineers(current: pl.DataFrame) -> bool:
    """Return whether the engineers' share is withheld: they or the others are too few, at labeling or the rest."""
    is_engineer = pl.col("role") == "engineer"
    roles = [current.filter(is_engineer), current.filter(~is_engineer)]
    return groups.hides_share_of_all(current) or any(
        groups.is_small(cells) or groups.hides_share_of_all(cells) for cells in roles
    )


def find_small_sides(current: pl.DataFrame) -> frozenset[str]:
    """Return the projects whose labeling share is about too few people at labeling, at modeling or at the rest."""
    sides = (groups.select_sides(current, side) for side in (LABELING, MODELING, NEITHER))
    return frozenset().union(*(privacy.find_withheld_groups(groups.build_groups(side, "project")) for side in sides))


def is_coverage_small(answers: Answers) -> bool:
    """Return whether coverage is about too few people, or about all but too few."""
    rows = answers.load_figure("coverage").rows
    has_capacity = pl.col("capacity_seconds").is_not_null()
    return any(0 < rows.filter(condition).get_column("person").n_unique() < MIN_GROUP_SIZE for condition in (has_capacity, ~has_capacity))


def build_automation_groups(answers: Answers) -> list[Group]:
    """Return the automations whose hours add up to the hours saved, with their annotators."""
    rows = answers.load_figure("savings_by_automation").rows.filter(pl.col("counted"))
    return [Group(str(row["automation"]), row["annotators"], abs(row["hours"] or 0.0) + 1) for row in rows.to_dicts()]


def find_small_automations(answers: Answers) -> frozenset[str]:
    """Return the automations that some, but too few, annotators worked with."""
    rows = answers.load_figure("savings_by_automation").rows
    if "annotators" not in rows.columns:
        return frozenset()
    return frozenset(rows.filter(pl.col("annotators").is_between(1, MIN_GROUP_SIZE - 1)).get_column("automation"))


def count_saving_annotators(answers: Answers) -> int | None:
    """Return how many annotators the hours saved rest on, or None where there are no hours."""
    estimate = answers.load_figure("savings").estimate
    return int(str(estimate["annotators"])) if estimate else None


def has_few_annotators(answers: Answers, period: str) -> bool:
    """Return whether somebody, but too few, made labels in the period."""
    with answers.store.snapshot() as snapshot:
        counts = catalog.run_query(snapshot, "annotators", answers.period_filters(period).parameters())
    return 0 < int(counts.item()) < MIN_GROUP_SIZE
