"""How many people stand behind the parts of the time: what may be shown hangs on that."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from dashboard.privacy import NOBODY, SMALLEST_GROUP, Group
from dashboard.reports.answers import Answers
from dashboard.schemas import CATEGORIES

LABELING, MODELING, NEITHER = "labeling side", "modeling side", "neither side"
# The sides of the labeling share (definition `default`); any other category is of neither.
SIDES = {
    "labeling": LABELING,
    "review": LABELING,
    "labeling operations": LABELING,
    "modeling": MODELING,
    "evaluation": MODELING,
}
SIDE = pl.col("category").replace_strict(SIDES, default=NEITHER).alias("side")


def cells(answers: Answers, period: str) -> pl.DataFrame:
    """Return the time of a period by week, person, role, project, category and side, only cells that hold any."""
    return answers.figure("time_cells", period).rows.filter(pl.col("seconds") > 0).with_columns(SIDE)


def people(found: pl.DataFrame) -> int:
    """Return how many people the cells are of; time of nobody by name has none."""
    return found.filter(pl.col("person") != NOBODY).get_column("person").n_unique()


def is_small(found: pl.DataFrame) -> bool:
    """Return whether the cells hold time, and of too few people."""
    return not found.is_empty() and people(found) < SMALLEST_GROUP


def of_sides(found: pl.DataFrame, *sides: str) -> pl.DataFrame:
    """Return the cells of these sides."""
    return found.filter(pl.col("side").is_in(sides))


def hides_share_of_all(found: pl.DataFrame) -> bool:
    """Return whether labeling's share of all time is about too few: those who label, or those who do the rest."""
    return is_small(of_sides(found, LABELING)) or is_small(of_sides(found, MODELING, NEITHER))


def hides_share_of_two(found: pl.DataFrame) -> bool:
    """Return whether labeling's share of labeling and modeling is about too few, or its denominator gives them away."""
    return hides_share_of_all(found) or is_small(of_sides(found, MODELING)) or is_small(of_sides(found, NEITHER))


def by(found: pl.DataFrame, column: str, whole: str = "") -> list[Group]:
    """Return the groups of a column, with the people and the time behind each."""
    counted = (
        found.group_by(column, maintain_order=True)
        .agg(
            pl.col("person").filter(pl.col("person") != NOBODY).n_unique().alias("people"),
            pl.col("seconds").sum().alias("size"),
        )
        .sort(column)
    )
    return [Group(str(name), count, float(size), whole) for name, count, size in counted.iter_rows()]


def categories(found: pl.DataFrame) -> list[Group]:
    """Return the categories, each with the total that is printed of them: no total, no whole of its own."""
    wholes = {LABELING: LABELING, MODELING: MODELING, NEITHER: NEITHER}
    if hides_share_of_all(found):
        wholes = dict.fromkeys(wholes, "")
    elif hides_share_of_two(found):
        wholes = {LABELING: LABELING, MODELING: "", NEITHER: ""}
    groups = {group.name: group for group in by(found, "category")}
    return [
        Group(name, one.people, one.size, wholes[SIDES.get(name, NEITHER)])
        for name in CATEGORIES
        if (one := groups.get(name))
    ]


def weeks(found: Iterable[pl.DataFrame], *, two: bool) -> tuple[object, ...]:
    """Return the weeks whose labeling share is about enough people, of labeling and modeling or of all."""
    apart = [
        (LABELING, MODELING, NEITHER),
        (LABELING,),
        (MODELING, NEITHER),
        *(((MODELING,), (NEITHER,)) if two else ()),
    ]
    enough = pl.all_horizontal(has_enough(sides) for sides in apart)
    shown = [
        one.group_by("week_on").agg(enough.alias("enough")).filter("enough").get_column("week_on") for one in found
    ]
    return tuple(sorted({week for one in shown for week in one}))


def has_enough(sides: tuple[str, ...]) -> pl.Expr:
    """Return whether a group's time at these sides is of nobody at all, or of enough people."""
    mine = pl.col("side").is_in(sides)
    count = pl.col("person").filter(mine & (pl.col("person") != NOBODY)).n_unique()
    return ~mine.any() | (count >= SMALLEST_GROUP)
