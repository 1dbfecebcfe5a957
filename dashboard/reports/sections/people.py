"""The section on people, for the team and private use only: in the order of their names, never as a ranking."""

from __future__ import annotations

import polars as pl

from dashboard.figures.resolve import Figure
from dashboard.privacy import NOBODY
from dashboard.reports.answers import Answers
from dashboard.reports.document import Cell, Section, Sentence, Table, build_columns, clean_text
from dashboard.reports.request import Audience, ReportPart
from dashboard.reports.sections.share import read_settled_share
from dashboard.reports.sentences import build_sentence, format_plural
from dashboard.units import format_hours, format_share

TITLE = "Who spent the hours"
FIGURE = "hours_by_person"
MAX_PERSON_ROWS = 12


def build_people_section(answers: Answers) -> Section:
    """Return the section; the caller leaves it out for management."""
    figure = answers.load_figure(FIGURE)
    if figure.rows.is_empty():
        return Section(ReportPart.people, TITLE, (build_sentence("No time is tracked."),))
    return Section(ReportPart.people, TITLE, (describe_people(figure),), (build_people_table(answers),))


def describe_people(figure: Figure) -> Sentence:
    """Return how many people there are, and that their order says nothing."""
    count = len(list_people(figure))
    if not count:
        return build_sentence("No time has a person's name.")
    order = "" if count == 1 else ", in the order of the names shown here, which is no ranking"
    return build_sentence(f"{format_plural(count, 'person has', 'people have')} time{order}.")


def list_people(figure: Figure) -> list[str]:
    """Return everybody in the order of names, without the row of nobody."""
    names = [str(name) for name in figure.rows.get_column("person") if name != NOBODY]
    return sorted(names, key=lambda name: (name.casefold(), name))


def build_people_table(answers: Answers) -> Table:
    """Return the table of hours and labeling share per person with its denominator; the others as one row."""
    figure = answers.load_figure(FIGURE)
    names = list_people(figure)
    others = tuple(names[MAX_PERSON_ROWS:])
    rows = [build_person_row(answers, name) for name in names[:MAX_PERSON_ROWS]]
    if others:
        label = format_plural(len(others), "other person", "other people")
        hours, share, both = (
            answers.read_number(FIGURE, column, show, how=how, person=others)
            for column, show, how in (
                ("hours", format_hours, "sum"),
                ("hours", format_share, "share"),
                ("labeling_and_modeling_hours", format_hours, "sum"),
            )
        )
        rows.append((label, hours, share, None, both))
    if not figure.rows.filter(pl.col("person") == NOBODY).is_empty():
        rows.append(("No person named", *build_person_row(answers, NOBODY)[1:]))
    columns = build_columns(FIGURE, "person", "hours", "share", "labeling_share", "labeling_and_modeling_hours")
    return Table("Hours by person", FIGURE, columns, tuple(rows), describe_remainder(answers, len(others)))


def build_person_row(answers: Answers, name: str) -> tuple[Cell, ...]:
    """Return the row of one person."""
    hours, share, both = (
        answers.read_number(FIGURE, column, show, person=name)
        for column, show in (
            ("hours", format_hours),
            ("share", format_share),
            ("labeling_and_modeling_hours", format_hours),
        )
    )
    return (clean_text(name), hours, share, read_settled_share(answers, FIGURE, person=name), both)


def describe_remainder(answers: Answers, count: int) -> str:
    """Return how many people share one row, and where to find each of them."""
    if not count:
        return ""
    filters = answers.period_filters("this")
    names = " --names" if answers.request.audience is Audience.private else ""
    label = format_plural(count, "person", "people")
    return (
        f"{label} further down the alphabet in one row; each is on the page Time, "
        f"and in `labeltime ask {FIGURE} --from {filters.from_on} --to {filters.to_on}{names}`."
    )
