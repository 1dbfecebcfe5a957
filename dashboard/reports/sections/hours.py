"""The section that says where the hours went: categories, the ten largest projects, and what is left out."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import polars as pl

from dashboard import theme
from dashboard.figures.resolve import Figure
from dashboard.privacy import MIN_GROUP_SIZE
from dashboard.reports.answers import Answers
from dashboard.reports.disclosure import Disclosure
from dashboard.reports.document import Cell, Piece, Section, Sentence, Table, build_columns, clean_text
from dashboard.reports.report_charts import draw_projects
from dashboard.reports.request import ReportPart
from dashboard.reports.sections.share import read_settled_share
from dashboard.reports.sentences import build_sentence, format_plural, join_names
from dashboard.schemas import UNNAMED_PROJECT
from dashboard.units import format_count, format_hours, format_share

TITLE = "Where the hours went"
MAX_PROJECT_ROWS = 10  # projects in the table
MAX_NAMED_CATEGORIES = 3  # categories in the sentence
UNDECIDED = "uncategorized"


def build_hours_section(answers: Answers, disclosure: Disclosure) -> Section:
    """Return the section."""
    if answers.load_figure("hours_by_category").unavailable or not answers.load_figure("hours_by_project").rows.height:
        return Section(ReportPart.hours, TITLE, (build_sentence("No time is tracked."),))
    tables = (
        build_category_table(answers, disclosure),
        build_project_table(answers, disclosure),  # in the wider column of a page: it has the most columns
        *list_group_tables(answers, disclosure),
    )
    statements = (
        *describe_largest_categories(answers, disclosure),
        *describe_scheme(answers, disclosure),
        *describe_largest_project(answers, disclosure),
    )
    return Section(ReportPart.hours, TITLE, statements, tables, draw_projects(answers, disclosure))


def describe_largest_categories(answers: Answers, disclosure: Disclosure) -> list[Sentence]:
    """Return what most of the time went to, and how much no rule decides."""
    all_rows = answers.load_figure("hours_by_category").rows
    rows = all_rows.filter(~pl.col("category").is_in(disclosure.hidden_categories))
    rows = rows.filter((pl.col("seconds") > 0) & (pl.col("category") != UNDECIDED)).sort("seconds", descending=True)
    statements = []
    largest = rows.head(MAX_NAMED_CATEGORIES).get_column("category").to_list()
    if largest:
        parts = [
            [
                f"{name} (",
                answers.read_number("hours_by_category", "share", format_share, category=name) or "–",
                ")",
            ]
            for name in largest
        ]
        is_most = not disclosure.hidden_categories and are_most_hours(all_rows, len(largest))
        lead = "Most time went to " if is_most else "Among others, time went to "
        statements.append(build_sentence(lead, *join_names(parts), "."))
    undecided = answers.read_number("hours_by_category", "hours", format_hours, category=UNDECIDED)
    if undecided and undecided.value > 0 and UNDECIDED not in disclosure.hidden_categories:
        share = answers.read_number("hours_by_category", "share", format_share, category=UNDECIDED)
        beside: list[Piece] = [" (", share, ")"] if share else []
        statements.append(build_sentence("No rule decides what ", undecided, *beside, " were for."))
    return statements


def are_most_hours(rows: pl.DataFrame, count: int) -> bool:
    """Return whether the largest categories hold most of the time, and stay the largest wherever unsorted hours go."""
    is_open = pl.col("category") == UNDECIDED
    unsorted, total = (int(rows.filter(part).get_column("seconds").sum()) for part in (is_open, pl.lit(value=True)))
    sizes = [*rows.filter(~is_open).get_column("seconds").sort(descending=True), 0]
    return bool(2 * sum(sizes[:count]) > total and sizes[count - 1] > sizes[count] + unsorted)


def build_category_table(answers: Answers, disclosure: Disclosure) -> Table:
    """Return the table of hours by category, with the withheld ones as one row."""
    figure = answers.load_figure("hours_by_category")
    names = [str(name) for name in figure.rows.get_column("category")]
    rows: list[tuple[Cell, ...]] = [
        (theme.format_category(name), *read_hours_share(answers, "hours_by_category", "category", (name,)))
        for name in names
        if name not in disclosure.hidden_categories
    ]
    hidden = tuple(name for name in names if name in disclosure.hidden_categories)
    if hidden:
        label = f"{format_plural(len(hidden), 'category', 'categories')} withheld"
        rows.append((label, *read_hours_share(answers, "hours_by_category", "category", hidden)))
    columns = build_columns("hours_by_category", "category", "hours", "share")
    return Table("Hours by category", "hours_by_category", columns, tuple(rows), explain_withheld(hidden))


def list_groups(answers: Answers) -> list[str]:
    """Return the groups of the request's scheme that have time, in the order of the scheme."""
    rows = answers.load_figure("hours_by_group").rows.filter(scheme=answers.request.scheme)
    return rows.sort("place", maintain_order=True).get_column("group").unique(maintain_order=True).to_list()


def hides_scheme(disclosure: Disclosure) -> bool:
    """Return whether anything is withheld that the totals of other groups of the same hours could give away."""
    return disclosure.hides_groups or bool(disclosure.hidden_categories or disclosure.hidden_projects)


def describe_scheme(answers: Answers, disclosure: Disclosure) -> list[Sentence]:
    """Return how the same hours divide in the request's scheme, or that this is withheld; nothing without one."""
    scheme = answers.request.scheme
    if not scheme:
        return []
    if hides_scheme(disclosure):
        return [build_sentence(f"The groups of {clean_text(scheme)} are withheld, as they could give away others.")]
    parts = [[f"{clean_text(name)} ", read_group(answers, name)[1] or "–"] for name in list_groups(answers)]
    return [build_sentence(f"In the scheme {clean_text(scheme)}, the same hours are ", *join_names(parts), ".")]


def list_group_tables(answers: Answers, disclosure: Disclosure) -> tuple[Table, ...]:
    """Return the table of hours by group of the request's scheme; none without a scheme, or where it is withheld."""
    scheme = answers.request.scheme
    if not scheme or hides_scheme(disclosure):
        return ()
    rows = tuple((clean_text(name), *read_group(answers, name)) for name in list_groups(answers))
    columns = (*build_columns("hours_by_group", "group", "hours"), *build_columns("hours_by_category", "share"))
    note = "Other groups of the same hours; the labeling share is that of the activities."
    return (Table(f"Hours by group of {clean_text(scheme)}", "hours_by_group", columns, rows, note),)


def read_group(answers: Answers, group: str) -> tuple[Cell, Cell]:
    """Return the hours of a group of the request's scheme, and their share of all."""
    conditions = {"scheme": answers.request.scheme, "group": group}
    return (
        answers.read_number("hours_by_group", "hours", format_hours, how="sum", **conditions),
        answers.read_number("hours_by_group", "hours", format_share, how="share of scheme", **conditions),
    )


def describe_largest_project(answers: Answers, disclosure: Disclosure) -> list[Sentence]:
    """Return which project took most; nothing where a withheld one, or hours without a project, could be more."""
    rows = answers.load_figure("hours_by_project").rows
    without = int(rows.filter(pl.col("project") == UNNAMED_PROJECT).get_column("seconds").sum())
    named = rows.filter(pl.col("project") != UNNAMED_PROJECT).sort("seconds", descending=True)
    sizes = [*named.get_column("seconds"), 0]
    count = named.height
    if disclosure.hidden_projects or not count or (sizes[0] <= sizes[1] + without and count > 1):
        return []
    name = str(named.item(0, "project"))
    hours = answers.read_number("hours_by_project", "hours", format_hours, project=name)
    share = answers.read_number("hours_by_project", "share", format_share, project=name)
    lead = "The only project is " if count == 1 else f"Of {format_count(count)} projects the largest is "
    beside: list[Piece] = [", ", share, " of all"] if share else []
    return [build_sentence(f"{lead}{clean_text(name)} (", hours, *beside, ").")]


def list_shown_projects(answers: Answers, disclosure: Disclosure) -> list[str]:
    """Return the projects that may be shown, the largest first."""
    rows = answers.load_figure("hours_by_project").rows.filter(~pl.col("project").is_in(disclosure.hidden_projects))
    return [str(name) for name in rows.sort("seconds", "project", descending=[True, False]).get_column("project")]


def build_project_table(answers: Answers, disclosure: Disclosure) -> Table:
    """Return the table of the ten largest projects, with the others as one row and the withheld ones as another."""
    ranked = list_shown_projects(answers, disclosure)
    smaller = tuple(ranked[MAX_PROJECT_ROWS:])
    hidden = tuple(sorted(disclosure.hidden_projects))
    rows = [build_project_row(answers, disclosure, name) for name in ranked[:MAX_PROJECT_ROWS]]
    if smaller:
        label = format_plural(len(smaller), "other project")
        rows.append((label, *read_hours_share(answers, "hours_by_project", "project", smaller), None, None))
    if hidden:
        label = f"{format_plural(len(hidden), 'project')} withheld"
        rows.append((label, *read_hours_share(answers, "hours_by_project", "project", hidden), None, None))
    columns = build_columns("hours_by_project", "project", "hours", "share", "labeling_share", "people")
    figure = answers.load_figure("hours_by_project")
    note = " ".join(
        filter(None, (describe_remainder(len(smaller), figure), explain_withheld(hidden or disclosure.hidden_shares)))
    )
    return Table("Hours by project", "hours_by_project", columns, tuple(rows), note)


def build_project_row(answers: Answers, disclosure: Disclosure, name: str) -> tuple[Cell, ...]:
    """Return the row of one project."""
    share = (
        None
        if name in disclosure.hidden_shares
        else read_settled_share(answers, "hours_by_project", shows_range=not disclosure.hides_groups, project=name)
    )
    people = answers.read_number("hours_by_project", "people", format_count, project=name)
    return (clean_text(name), *read_hours_share(answers, "hours_by_project", "project", (name,)), share, people)


def read_hours_share(answers: Answers, figure: str, column: str, names: tuple[str, ...]) -> tuple[Cell, Cell]:
    """Return hours and their share of all, of one name or of several together."""
    if len(names) == 1:
        conditions: dict[str, Any] = {column: names[0]}
        return (
            answers.read_number(figure, "hours", format_hours, **conditions),
            answers.read_number(figure, "share", format_share, **conditions),
        )
    conditions = {column: names}
    return (
        answers.read_number(figure, "hours", format_hours, how="sum", **conditions),
        answers.read_number(figure, "hours", format_share, how="share", **conditions),
    )


def describe_remainder(count: int, figure: Figure) -> str:
    """Return how many projects share one row, and where to find each of them."""
    if not count:
        return ""
    period = f"--from {figure.filters.from_on} --to {figure.filters.to_on}"
    return (
        f"{format_plural(count, 'smaller project')} in one row; each is on the page Time, "
        f"and in `labeltime ask hours_by_project {period}`."
    )


def explain_withheld(hidden: Collection[str]) -> str:
    """Return why rows are withheld."""
    return f"Withheld: fewer than {MIN_GROUP_SIZE} people, or what a total would give away." if hidden else ""
