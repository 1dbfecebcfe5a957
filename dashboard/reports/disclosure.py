"""What an audience may see: for management no row about fewer than five people, and none that a total gives away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from dashboard import privacy
from dashboard.errors import BadFilter
from dashboard.privacy import SMALLEST_GROUP, Group
from dashboard.reports.answers import Answers
from dashboard.reports.request import Audience, Part
from dashboard.schemas import CATEGORIES

OF_SAVINGS = {Part.savings, Part.outlook, Part.decisions}
EVERYONE, ENGINEERS = "everyone", "engineers"
# The categories whose sums the labeling share prints: a total each, which must not give away a hidden row.
SIDES = {
    "labeling": "labeling side",
    "review": "labeling side",
    "labeling operations": "labeling side",
    "modeling": "modeling side",
    "evaluation": "modeling side",
}


@dataclass(frozen=True)
class Disclosure:
    """Names that are withheld; `weeks` are those with enough people, or None where all may be seen."""

    scopes: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    projects: frozenset[str] = frozenset()
    mixed: frozenset[str] = frozenset()  # projects whose labeling share is withheld
    automations: frozenset[str] = frozenset()
    savings: bool = True  # whether the hours saved by all automations may be seen
    before: bool = True  # whether the period before may be seen
    labels: bool = True  # whether hours from the labeling log may be seen
    two: bool = False  # whether the share of labeling and modeling is withheld
    weeks: tuple[date, ...] | None = None


def disclosed(answers: Answers) -> Disclosure:
    """Return what this audience may not see.

    Raises:
        BadFilter: the whole selection has too few people for management.
    """
    if answers.request.audience is not Audience.management:
        return Disclosure()
    everyone, engineers = (people(answers, "this", scope) for scope in (EVERYONE, ENGINEERS))
    if 0 < everyone < SMALLEST_GROUP:
        raise BadFilter(
            f"This selection has time of {everyone} people; a report for management is about {SMALLEST_GROUP} or more.",
            "Widen the selection, or make the report for the team.",
        )
    scopes = [Group(ENGINEERS, engineers, engineers), Group("others", everyone - engineers, everyone - engineers)]
    saves = bool(OF_SAVINGS & set(answers.request.parts))
    return Disclosure(
        scopes=privacy.withheld(scopes),
        categories=privacy.withheld(categories(answers)),
        projects=privacy.withheld(
            [
                Group(str(row["project"]), int(row["people"]), float(row["seconds"]))
                for row in answers.rows("hours_by_project").iter_rows(named=True)
            ]
        ),
        savings=not saves or (annotators := savers(answers)) is None or annotators >= SMALLEST_GROUP,
        automations=privacy.withheld(automations(answers)) if saves else frozenset(),
        before=not 0 < people(answers, "before", EVERYONE) < SMALLEST_GROUP,
        weeks=full_weeks(answers),
    )


def people(answers: Answers, period: str, scope: str) -> int:
    """Return how many people have time."""
    found = answers.rows("labeling_share", period, scope=scope).get_column("people")
    return int(found.max() or 0)  # type: ignore[arg-type]


def categories(answers: Answers) -> list[Group]:
    """Return the categories with the people behind them."""
    found = answers.figure("person_by_category").rows.filter(pl.col("seconds") > 0)
    named = found.filter(pl.col("person") != privacy.NOBODY)
    counted = dict(named.group_by("category").agg(pl.col("person").n_unique()).iter_rows())
    sums = dict(found.group_by("category").agg(pl.col("seconds").sum()).iter_rows())
    return [
        Group(name, counted.get(name, 0), sums[name], SIDES.get(name, "neither side"))
        for name in CATEGORIES
        if name in sums
    ]


def automations(answers: Answers) -> list[Group]:
    """Return the automations whose hours add up to the hours saved, with their annotators."""
    found = answers.figure("savings_by_automation").rows.filter(pl.col("counted"))
    return [Group(str(row["automation"]), row["annotators"], abs(row["hours"] or 0.0) + 1) for row in found.to_dicts()]


def savers(answers: Answers) -> int | None:
    """Return how many annotators the hours saved rest on, or None where there are no hours."""
    found = answers.figure("savings").estimate
    return int(str(found["annotators"])) if found else None


def full_weeks(answers: Answers) -> tuple[date, ...]:
    """Return the weeks of the history and the period in which enough people have time."""
    cells = pl.concat([answers.figure("time_cells", period).rows for period in ("history", "this")])
    counted = (
        cells.filter((pl.col("seconds") > 0) & (pl.col("person") != privacy.NOBODY))
        .group_by("week_on")
        .agg(pl.col("person").n_unique())
        .filter(pl.col("person") >= SMALLEST_GROUP)
    )
    return tuple(sorted(counted.get_column("week_on")))
