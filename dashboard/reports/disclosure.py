"""What an audience may see, by how many people are behind each part of the time.

Management sees no row about people, no role and no team of fewer than five. Totals of projects and categories are not
about people and are shown, unless the threshold is asked for on them, too: then management sees nothing about fewer
than five people, and nothing that would let a reader work it out from a total.

A number of hours is about the people who spent them; a share beside its denominator is about the people of both
parts. A reader is assumed to know every printed digit and to combine all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from dashboard import privacy
from dashboard.allocation.share_range import ShareRange
from dashboard.categories import CATEGORIES, LABELING_SIDE, MODELING_SIDE, UNCATEGORIZED, list_side
from dashboard.errors import BadFilter
from dashboard.privacy import MIN_GROUP_SIZE, NOBODY, Group
from dashboard.reports.answers import Answers
from dashboard.reports.request import Audience, ReportPart
from dashboard.store.queries import run_query

LABELING, MODELING, NEITHER = "labeling side", "modeling side", "neither side"
# The sides of the labeling share; any other category is on neither.
SIDES = {
    **dict.fromkeys(list_side(LABELING_SIDE), LABELING),
    **dict.fromkeys(list_side(MODELING_SIDE), MODELING),
}
SIDE_COLUMN = pl.col("category").replace_strict(SIDES, default=NEITHER).alias("side")


def load_cells(answers: Answers, period: str) -> pl.DataFrame:
    """Return the time of a period by week, person, role, project, category and side; only cells with time."""
    return answers.load_figure("time_cells", period).rows.filter(pl.col("seconds") > 0).with_columns(SIDE_COLUMN)


def count_people(cells: pl.DataFrame) -> int:
    """Return how many people have time in the cells; time without a name counts nobody."""
    return cells.filter(pl.col("person") != NOBODY).get_column("person").n_unique()


def is_small(cells: pl.DataFrame) -> bool:
    """Return whether the cells hold time of too few people."""
    return not cells.is_empty() and count_people(cells) < MIN_GROUP_SIZE


def select_sides(cells: pl.DataFrame, *sides: str) -> pl.DataFrame:
    """Return the cells of these sides."""
    return cells.filter(pl.col("side").is_in(sides))


def hides_share_of_all(cells: pl.DataFrame) -> bool:
    """Return whether labeling's share of all time is about too few: those who label, or those who do the rest."""
    return (
        is_small(select_sides(cells, LABELING))
        or is_small(select_sides(cells, MODELING, NEITHER))
        or (has_wide_range(cells) and hides_open_hours(cells))
    )


def hides_open_hours(cells: pl.DataFrame) -> bool:
    """Return whether the hours not sorted yet are about too few people: they, or the rest of their side."""
    is_open = pl.col("category") == UNCATEGORIZED
    neither = select_sides(cells, NEITHER)
    return is_small(neither.filter(is_open)) or is_small(neither.filter(~is_open))


def has_wide_range(cells: pl.DataFrame) -> bool:
    """Return whether the hours not sorted yet could move the labeling share so far that a range is printed."""
    labeling, modeling, neither = (
        float(select_sides(cells, side).get_column("seconds").sum()) for side in (LABELING, MODELING, NEITHER)
    )
    open_seconds = float(cells.filter(pl.col("category") == UNCATEGORIZED).get_column("seconds").sum())
    both, all_seconds = labeling + modeling, labeling + modeling + neither
    if not open_seconds:
        return False
    return any(
        ShareRange(
            labeling / whole if whole else None, labeling / widest, (labeling + open_seconds) / widest, 0
        ).is_wide
        for whole, widest in ((both, both + open_seconds), (all_seconds, all_seconds))
    )


def hides_labeling_share(cells: pl.DataFrame) -> bool:
    """Return whether labeling's share of labeling and modeling would tell of too few people, also by subtraction."""
    return (
        hides_share_of_all(cells) or is_small(select_sides(cells, MODELING)) or is_small(select_sides(cells, NEITHER))
    )


def build_groups(cells: pl.DataFrame, column: str, total: str = "") -> list[Group]:
    """Return the groups of a column, with the people and the time behind each."""
    totals = (
        cells.group_by(column, maintain_order=True)
        .agg(
            pl.col("person").filter(pl.col("person") != NOBODY).n_unique().alias("people"),
            pl.col("seconds").sum().alias("size"),
        )
        .sort(column)
    )
    return [Group(str(name), count, float(size), total) for name, count, size in totals.iter_rows()]


def build_category_groups(cells: pl.DataFrame) -> list[Group]:
    """Return the categories, each with the printed total that it belongs to, or none where none is printed."""
    totals = {LABELING: LABELING, MODELING: MODELING, NEITHER: NEITHER}
    if hides_share_of_all(cells):
        totals = dict.fromkeys(totals, "")
    elif hides_labeling_share(cells):
        totals = {LABELING: LABELING, MODELING: "", NEITHER: ""}
    by_name = {group.name: group for group in build_groups(cells, "category")}
    return [
        Group(name, group.people, group.size, totals[SIDES.get(name, NEITHER)])
        for name in CATEGORIES
        if (group := by_name.get(name))
    ]


def list_disclosable_weeks(periods: Iterable[pl.DataFrame], *, two: bool) -> tuple[object, ...]:
    """Return the weeks whose labeling share is about enough people, of labeling and modeling or of all."""
    side_sets = [
        (LABELING, MODELING, NEITHER),
        (LABELING,),
        (MODELING, NEITHER),
        *(((MODELING,), (NEITHER,)) if two else ()),
    ]
    enough = pl.all_horizontal(has_enough_people(sides) for sides in side_sets)
    columns = [
        cells.group_by("week_on").agg(enough.alias("enough")).filter("enough").get_column("week_on")
        for cells in periods
    ]
    return tuple(sorted({week for column in columns for week in column}))


def has_enough_people(sides: tuple[str, ...]) -> pl.Expr:
    """Return an expression: a group's time on these sides is of nobody, or of enough people."""
    on_sides = pl.col("side").is_in(sides)
    count = pl.col("person").filter(on_sides & (pl.col("person") != NOBODY)).n_unique()
    return ~on_sides.any() | (count >= MIN_GROUP_SIZE)


EVERYONE, ENGINEERS = "everyone", "engineers"
SAVINGS_PARTS = {ReportPart.savings, ReportPart.outlook, ReportPart.decisions}
LABEL_PARTS = {ReportPart.change, ReportPart.outlook}
WIDEN_HINT = "Widen the selection, or make the report for the team."


@dataclass(frozen=True)
class Disclosure:
    """What is withheld; `shown_weeks` and `shown_weeks_of_both` are those with enough people, or None for all."""

    hides_groups: bool = False  # whether the threshold holds for projects and categories, too
    hides_labeling_share: bool = False  # the share of labeling and modeling
    hides_share_of_all: bool = False  # the share of all tracked time
    hides_open_hours: bool = False  # the hours not sorted yet, where a share has a narrow range
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
    if not request.teams and not request.hides_small_groups:
        return Disclosure(hides_engineers=has_small_role(answers))
    current = load_cells(answers, "this")
    check_group_size(answers, current)
    if not request.hides_small_groups:
        return Disclosure(hides_engineers=has_small_role(answers))
    earlier = load_cells(answers, "before")
    series = [load_cells(answers, period) for period in ("history", "this")]
    saves = bool(SAVINGS_PARTS & set(request.parts))
    hidden = privacy.find_withheld_groups(build_groups(current, "project"))
    return Disclosure(
        hides_groups=True,
        hides_labeling_share=hides_labeling_share(current),
        hides_share_of_all=hides_share_of_all(current),
        hides_open_hours=hides_open_hours(current),
        hides_coverage=is_coverage_small(answers),
        hides_engineers=hides_engineers(current),
        hidden_categories=privacy.find_withheld_groups(build_category_groups(current)),
        hidden_projects=hidden,
        hidden_shares=find_small_sides(current),
        hidden_automations=privacy.find_withheld_groups(build_automation_groups(answers)) if saves else frozenset(),
        hidden_counts=find_small_automations(answers) if saves else frozenset(),
        shows_savings=not saves
        or (annotators := count_saving_annotators(answers)) is None
        or annotators >= MIN_GROUP_SIZE,
        shows_before=not is_small(earlier) and not hides_share_of_all(earlier),
        shows_change=not any(is_small(cells) or hides_labeling_share(cells) for cells in (current, earlier)),
        shows_label_hours=not LABEL_PARTS & set(request.parts)
        or not any(has_few_annotators(answers, period) for period in ("this", "before")),
        shown_weeks=list_disclosable_weeks(series, two=False),
        shown_weeks_of_both=list_disclosable_weeks(series, two=True),
    )


def check_group_size(answers: Answers, current: pl.DataFrame) -> None:
    """Refuse a report about too few people, or one that leaves out so few that a report about all gives them away.

    Raises:
        BadFilter: in either case.
    """
    if is_small(current):
        count = count_people(current)
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
    outside = load_cells(answers, "everything").filter(~inside)
    if is_small(outside) and not current.is_empty():
        raise BadFilter(
            f"This selection leaves out time of only {count_people(outside)} people, whose time the difference "
            f"from a report about everything would reveal; a report for management leaves out "
            f"{MIN_GROUP_SIZE} or more, or nobody.",
            WIDEN_HINT,
        )


def has_small_role(answers: Answers) -> bool:
    """Return whether the engineers, or those who are not, are some but too few people.

    Counted by a query of its own: the cells of the whole period take four times as long, and nothing else needs them.
    """
    with answers.store.snapshot() as snapshot:
        counts = run_query(snapshot, "people_by_role", answers.period_filters("this").parameters())
    return bool((counts.get_column("people") < MIN_GROUP_SIZE).any())


def hides_engineers(current: pl.DataFrame) -> bool:
    """Return whether the engineers' share is withheld: they or the others are too few, at labeling or the rest."""
    is_engineer = pl.col("role") == "engineer"
    roles = [current.filter(is_engineer), current.filter(~is_engineer)]
    return hides_share_of_all(current) or any(is_small(cells) or hides_share_of_all(cells) for cells in roles)


def find_small_sides(current: pl.DataFrame) -> frozenset[str]:
    """Return the projects whose labeling share is about too few people at labeling, at modeling or at the rest."""
    sides = (select_sides(current, side) for side in (LABELING, MODELING, NEITHER))
    return frozenset().union(*(privacy.find_withheld_groups(build_groups(side, "project")) for side in sides))


def is_coverage_small(answers: Answers) -> bool:
    """Return whether too few people have, or too few lack, known weekly hours, so that coverage is withheld."""
    rows = answers.load_figure("coverage").rows
    has_capacity = pl.col("capacity_seconds").is_not_null()
    return any(
        0 < rows.filter(condition).get_column("person").n_unique() < MIN_GROUP_SIZE
        for condition in (has_capacity, ~has_capacity)
    )


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
        counts = run_query(snapshot, "annotators", answers.period_filters(period).parameters())
    return 0 < int(counts.item()) < MIN_GROUP_SIZE
