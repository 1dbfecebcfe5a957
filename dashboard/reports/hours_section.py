"""The section that says where the hours went: categories, the ten largest projects, and what is left out."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import polars as pl

from dashboard import theme
from dashboard.figures import Figure
from dashboard.privacy import SMALLEST_GROUP
from dashboard.reports import drawings, sentences
from dashboard.reports.answers import Answers
from dashboard.reports.disclosure import Disclosure
from dashboard.reports.model import Cell, Column, Section, Sentence, Table, plain
from dashboard.reports.request import Part
from dashboard.reports.sentences import percent, sentence

TITLE = "Where the hours went"
SHOWN = 10  # projects in the table
NAMED = 3  # categories in the sentence
UNDECIDED = "uncategorized"


def section(answers: Answers, seen: Disclosure) -> Section:
    """Return the section."""
    if answers.figure("hours_by_category").refused or not answers.figure("hours_by_project").rows.height:
        return Section(Part.hours, TITLE, (sentence("No time is tracked."),))
    tables = (by_category(answers, seen), by_project(answers, seen))
    said = (*largest_categories(answers, seen), *largest_project(answers, seen))
    return Section(Part.hours, TITLE, said, tables, drawings.projects(answers, seen))


def largest_categories(answers: Answers, seen: Disclosure) -> list[Sentence]:
    """Return what most of the time went to, and how much no rule decides."""
    rows = answers.figure("hours_by_category").rows.filter(~pl.col("category").is_in(seen.categories))
    rows = rows.filter((pl.col("seconds") > 0) & (pl.col("category") != UNDECIDED)).sort("seconds", descending=True)
    said = []
    top = rows.head(NAMED).get_column("category").to_list()
    if top:
        parts = [
            [f"{name} (", answers.number("hours_by_category", "share", percent, category=name) or "–", ")"]
            for name in top
        ]
        said.append(sentence("Most time went to ", *sentences.listed(parts), "."))
    undecided = answers.number("hours_by_category", "hours", theme.hours, category=UNDECIDED)
    if undecided and undecided.value and UNDECIDED not in seen.categories:
        share = answers.number("hours_by_category", "share", percent, category=UNDECIDED)
        said.append(sentence("No rule decides what ", undecided, " (", share, ") were for."))
    return said


def by_category(answers: Answers, seen: Disclosure) -> Table:
    """Return hours by category, those withheld as one row."""
    figure = answers.figure("hours_by_category")
    names = [str(name) for name in figure.rows.get_column("category")]
    rows: list[tuple[Cell, ...]] = [
        (theme.category_label(name), *pair(answers, "hours_by_category", "category", (name,)))
        for name in names
        if name not in seen.categories
    ]
    hidden = tuple(name for name in names if name in seen.categories)
    if hidden:
        label = f"{sentences.counted(len(hidden), 'category', 'categories')} withheld"
        rows.append((label, *pair(answers, "hours_by_category", "category", hidden)))
    columns = (Column("Category", is_number=False), Column("Hours"), Column("Of all"))
    return Table("Hours by category", "hours_by_category", columns, tuple(rows), why_withheld(hidden))


def largest_project(answers: Answers, seen: Disclosure) -> list[Sentence]:
    """Return which project took most."""
    ranked = visible(answers, seen)
    if not ranked:
        return []
    name = ranked[0]
    hours = answers.number("hours_by_project", "hours", theme.hours, project=name)
    share = answers.number("hours_by_project", "share", percent, project=name)
    count = answers.figure("hours_by_project").rows.height
    lead = "The only project is " if count == 1 else f"Of {count:,} projects the largest shown is "
    return [sentence(f"{lead}{plain(name)} (", hours, ", ", share, " of all).")]


def visible(answers: Answers, seen: Disclosure) -> list[str]:
    """Return the projects that may be shown, the largest first."""
    rows = answers.figure("hours_by_project").rows.filter(~pl.col("project").is_in(seen.projects))
    return [str(name) for name in rows.sort("seconds", "project", descending=[True, False]).get_column("project")]


def by_project(answers: Answers, seen: Disclosure) -> Table:
    """Return the ten largest projects, the others as one row, those withheld as another."""
    ranked = visible(answers, seen)
    rest = tuple(ranked[SHOWN:])
    hidden = tuple(sorted(seen.projects))
    rows = [project_row(answers, seen, name) for name in ranked[:SHOWN]]
    if rest:
        label = sentences.counted(len(rest), "other project")
        rows.append((label, *pair(answers, "hours_by_project", "project", rest), None, None))
    if hidden:
        label = f"{sentences.counted(len(hidden), 'project')} withheld"
        rows.append((label, *pair(answers, "hours_by_project", "project", hidden), None, None))
    columns = (
        Column("Project", is_number=False), Column("Hours"), Column("Of all"), Column("Labeling share"),
        Column("People"),
    )  # fmt: skip
    figure = answers.figure("hours_by_project")
    note = " ".join(filter(None, (left_out(len(rest), figure), why_withheld(hidden or seen.mixed))))
    return Table("Hours by project", "hours_by_project", columns, tuple(rows), note)


def project_row(answers: Answers, seen: Disclosure, name: str) -> tuple[Cell, ...]:
    """Return the row of one project."""
    share = None if name in seen.mixed else answers.number("hours_by_project", "labeling_share", percent, project=name)
    people = answers.number("hours_by_project", "people", whole, project=name)
    return (plain(name), *pair(answers, "hours_by_project", "project", (name,)), share, people)


def pair(answers: Answers, figure: str, column: str, names: tuple[str, ...]) -> tuple[Cell, Cell]:
    """Return hours and their share of all, of one name or of several together."""
    if len(names) == 1:
        where: dict[str, Any] = {column: names[0]}
        return (
            answers.number(figure, "hours", theme.hours, **where),
            answers.number(figure, "share", percent, **where),
        )
    where = {column: names}
    return (
        answers.number(figure, "hours", theme.hours, how="sum", **where),
        answers.number(figure, "hours", percent, how="share", **where),
    )


def whole(value: float) -> str:
    """Return a count."""
    return f"{value:,.0f}"


def left_out(count: int, figure: Figure) -> str:
    """Return how many projects the table adds up into one row, and where each of them is."""
    if not count:
        return ""
    period = f"--from {figure.filters.from_on} --to {figure.filters.to_on}"
    return (
        f"{sentences.counted(count, 'smaller project')} in one row; each is on the page Time split, "
        f"and in `labeltime ask hours_by_project {period}`."
    )


def why_withheld(hidden: Collection[str]) -> str:
    """Return why rows are withheld."""
    return f"Withheld: fewer than {SMALLEST_GROUP} people, or what a total would give away." if hidden else ""
