"""How many people are behind each part of the time; what may be shown depends on it."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from dashboard.privacy import MIN_GROUP_SIZE, NOBODY, Group
from dashboard.reports.answers import Answers
from dashboard.schemas import CATEGORIES

LABELING, MODELING, NEITHER = "labeling side", "modeling side", "neither side"
# The sides of the labeling share (definition `default`); any other category is on neither.
SIDES = {
    "labeling": LABELING,
    "review": LABELING,
    "labeling operations": LABELING,
    "modeling": MODELING,
    "evaluation": MODELING,
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
    return is_small(select_sides(cells, LABELING)) or is_small(select_sides(cells, MODELING, NEITHER))


def hides_share_of_both(cells: pl.DataFrame) -> bool:
    """Return whether labeling's share of labeling and modeling is about too few, or its denominator gives them away."""
    return hides_share_of_all(cells) or is_small(select_sides(cells, MODELING)) or is_small(select_sides(cells, NEITHER))


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
    elif hides_share_of_both(cells):
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
        cells.group_by("week_on").agg(enough.alias("enough")).filter("enough").get_column("week_on") for cells in periods
    ]
    return tuple(sorted({week for column in columns for week in column}))


def has_enough_people(sides: tuple[str, ...]) -> pl.Expr:
    """Return an expression: a group's time on these sides is of nobody, or of enough people."""
    on_sides = pl.col("side").is_in(sides)
    count = pl.col("person").filter(on_sides & (pl.col("person") != NOBODY)).n_unique()
    return ~on_sides.any() | (count >= MIN_GROUP_SIZE)
