"""The section on people, for the team and private use only: in the order of their names, never as a ranking."""

from __future__ import annotations

import polars as pl

from dashboard import theme
from dashboard.figures import Figure
from dashboard.privacy import NOBODY
from dashboard.reports import sentences
from dashboard.reports.answers import Answers
from dashboard.reports.model import Cell, Column, Section, Sentence, Table, plain
from dashboard.reports.request import Audience, Part
from dashboard.reports.sentences import percent, sentence

TITLE = "Who the hours are of"
FIGURE = "hours_by_person"
SHOWN = 12


def section(answers: Answers) -> Section:
    """Return the section; the caller leaves it out for management."""
    figure = answers.figure(FIGURE)
    if figure.rows.is_empty():
        return Section(Part.people, TITLE, (sentence("No time is tracked."),))
    return Section(Part.people, TITLE, (told(figure),), (by_person(answers),))


def told(figure: Figure) -> Sentence:
    """Return how many people there are, and that their order says nothing."""
    count = len(people(figure))
    if not count:
        return sentence("All time is of nobody by name.")
    order = "" if count == 1 else ", in the order of what they are called here, which is no ranking"
    return sentence(f"{sentences.counted(count, 'person has', 'people have')} time{order}.")


def people(figure: Figure) -> list[str]:
    """Return everybody in the order of names, without the row of nobody."""
    found = [str(name) for name in figure.rows.get_column("person") if name != NOBODY]
    return sorted(found, key=lambda name: (name.casefold(), name))


def by_person(answers: Answers) -> Table:
    """Return hours and labeling share of each person with what it is a share of; the rest as one row."""
    figure = answers.figure(FIGURE)
    names = people(figure)
    rest = tuple(names[SHOWN:])
    rows = [person_row(answers, name) for name in names[:SHOWN]]
    if rest:
        label = sentences.counted(len(rest), "other person", "other people")
        hours, share, both = (
            answers.number(FIGURE, column, show, how=how, person=rest)
            for column, show, how in (
                ("hours", theme.hours, "sum"),
                ("hours", percent, "share"),
                ("labeling_and_modeling_hours", theme.hours, "sum"),
            )
        )
        rows.append((label, hours, share, None, both))
    if not figure.rows.filter(pl.col("person") == NOBODY).is_empty():
        rows.append(("Nobody named", *person_row(answers, NOBODY)[1:]))
    columns = (
        Column("Person", is_number=False), Column("Hours"), Column("Of all"), Column("Labeling share"),
        Column("of labeling and modeling"),
    )  # fmt: skip
    return Table("Hours by person", FIGURE, columns, tuple(rows), left_out(answers, len(rest)))


def person_row(answers: Answers, name: str) -> tuple[Cell, ...]:
    """Return the row of one person."""
    cells = (
        answers.number(FIGURE, column, show, person=name)
        for column, show in (
            ("hours", theme.hours),
            ("share", percent),
            ("labeling_share", percent),
            ("labeling_and_modeling_hours", theme.hours),
        )
    )
    return (plain(name), *cells)


def left_out(answers: Answers, count: int) -> str:
    """Return how many people the table adds up into one row, and where each of them is."""
    if not count:
        return ""
    filters = answers.filters("this")
    names = " --names" if answers.request.audience is Audience.private else ""
    more = sentences.counted(count, "person", "people")
    return (
        f"{more} further down the alphabet in one row; each is on the page Time split, "
        f"and in `labeltime ask {FIGURE} --from {filters.from_on} --to {filters.to_on}{names}`."
    )
