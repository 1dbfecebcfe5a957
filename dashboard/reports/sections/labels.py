"""What the labels say where no time is tracked: how many, what reviewers accepted, how long they took, by project."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from dashboard.labeling.chart_frames import ALL
from dashboard.privacy import MIN_GROUP_SIZE
from dashboard.quality.charts import MIN_REVIEWED
from dashboard.reports.answers import Answers
from dashboard.reports.disclosure import Disclosure, has_few_annotators
from dashboard.reports.document import (
    Cell,
    Column,
    KeyNumber,
    Number,
    Piece,
    Section,
    Sentence,
    Table,
    build_columns,
    clean_text,
)
from dashboard.reports.request import Audience, ReportPart, phrase_named_period, phrase_period
from dashboard.reports.sentences import build_sentence, format_interval, format_plural
from dashboard.units import format_count, format_decimal, format_duration, format_hours, format_share

MAX_PROJECT_ROWS = 10  # projects in the table
RATES, ACCEPTANCE, SECONDS = "items_per_hour", "acceptance", "seconds_per_item"


@dataclass(frozen=True)
class LabelNumbers:
    """The labels that people finished in the period; None where something is unknown or withheld."""

    labels: Number
    median: Number | None  # seconds
    hours: Number | None  # of the labeling log
    rate: Number | None  # items per hour
    reviewed: Number | None
    accepted_share: Number | None
    accepted_low: Number | None
    accepted_high: Number | None


def read_label_numbers(answers: Answers, disclosure: Disclosure) -> LabelNumbers | None:
    """Return the numbers, or None where people finished no label or too few of them may be told of."""
    request = answers.request
    is_limited = request.audience is Audience.management and (disclosure.hides_groups or request.teams)
    if is_limited and has_few_annotators(answers, "this"):
        return None
    labels = answers.read_number(RATES, "labels", format_count, cut="all")
    if labels is None or not labels.value:
        return None
    overall = answers.select_rows(ACCEPTANCE, cut="all labels")
    shows_reviews = overall.height > 0 and not (is_limited and int(overall.item(0, "annotators")) < MIN_GROUP_SIZE)

    def read_review(column: str) -> Number | None:
        show = format_count if column == "reviewed" else format_share
        return answers.read_number(ACCEPTANCE, column, show, cut="all labels") if shows_reviews else None

    return LabelNumbers(
        labels=labels,
        median=read_median(answers, ALL),
        hours=answers.read_number(RATES, "hours", format_hours, cut="all"),
        rate=answers.read_number(RATES, "items_per_hour", format_decimal, cut="all")
        if is_large(answers, RATES, cut="all")
        else None,
        reviewed=read_review("reviewed"),
        accepted_share=read_review("accepted_share"),
        accepted_low=read_review("accepted_low"),
        accepted_high=read_review("accepted_high"),
    )


def is_large(answers: Answers, figure: str, **conditions: str) -> bool:
    """Return whether a row rests on labels enough for a rate or a median; fewer are mostly chance."""
    rows = answers.select_rows(figure, **conditions)
    return rows.height > 0 and not rows.item(0, "is_small")


def read_median(answers: Answers, project: str) -> Number | None:
    """Return the median seconds of a project's labels, or of all; None where too few have a measured time."""
    conditions = {"project": project, "method": ALL, "basis": "measured"}
    if not is_large(answers, SECONDS, **conditions):
        return None
    return answers.read_number(SECONDS, "median_seconds", format_duration, **conditions)


def has_verdict(numbers: LabelNumbers) -> bool:
    """Return whether enough labels were reviewed to say what share is accepted."""
    return (
        numbers.accepted_share is not None and numbers.reviewed is not None and numbers.reviewed.value >= MIN_REVIEWED
    )


def build_label_message(answers: Answers, numbers: LabelNumbers, savings: list[Piece]) -> Sentence:
    """Return the title: what automation saved or cost, how many labels were made, and what reviewers accepted."""
    period = (answers.request.first, answers.request.last)
    noun = "label" if numbers.labels.value == 1 else "labels"
    accepted: list[Piece | None] = [] if savings else ["; how many were accepted is not known"]
    if has_verdict(numbers):
        accepted = ["; reviewers accepted ", numbers.accepted_share, " of the ", numbers.reviewed, " they saw"]
    elif numbers.reviewed:
        accepted = ["; with ", numbers.reviewed, " reviewed, there is not enough data on how many are accepted"]
    if savings:
        named = phrase_named_period(*period)
        lead = [f"{named[:1].upper()}{named[1:]}, ", *savings, "; the team made ", numbers.labels, f" {noun}"]
    else:
        lead = ["The team made ", numbers.labels, f" {noun} {phrase_period(*period)}"]
    return build_sentence(*lead, *accepted, ".")


def build_label_key_numbers(numbers: LabelNumbers) -> tuple[KeyNumber, KeyNumber, KeyNumber]:
    """Return the three large numbers: labels, what was accepted, and how fast they were made."""
    half = f"half took people {numbers.median} or less" if numbers.median else "too few have a measured time"
    interval = "".join(map(str, format_interval(numbers.accepted_low, numbers.accepted_high))).strip(" []")
    reviewed = f"of {numbers.reviewed} reviewed" if numbers.reviewed else "not known"
    over = f"over {numbers.hours} of the labeling log" if numbers.rate else "not enough labels with a measured time"
    share = numbers.accepted_share if has_verdict(numbers) else None
    if numbers.reviewed and not share:
        reviewed = f"not enough data: {numbers.reviewed} reviewed, {MIN_REVIEWED} are needed"
    return (
        KeyNumber("Labels by people", numbers.labels, half),
        KeyNumber("Accepted", share, f"{reviewed}; 95%: {interval}" if share and interval else reviewed),
        KeyNumber("Items per hour", numbers.rate, over),
    )


def build_labels_section(answers: Answers, disclosure: Disclosure, numbers: LabelNumbers) -> Section:
    """Return the section that stands in place of the labeling share, which takes tracked time."""
    statements = [build_sentence("No time is tracked, so how much of the work is labeling is not known.")]
    if numbers.median:
        statements.append(build_sentence("Half of the labels took people ", numbers.median, " or less."))
    if numbers.rate:
        statements.append(
            build_sentence(
                "People made ", numbers.rate, " items per hour over ", numbers.hours, " of the labeling log."
            )
        )
    if has_verdict(numbers):
        interval = format_interval(numbers.accepted_low, numbers.accepted_high)
        lead = ["Reviewers saw ", numbers.reviewed, " labels and accepted ", numbers.accepted_share, *interval]
        statements.append(build_sentence(*lead, ", fixed ones included."))
    tables = () if disclosure.hides_groups else (build_project_table(answers),)
    message = str(build_label_message(answers, numbers, []))
    return Section(ReportPart.share, "How labels were made", tuple(statements), tables, message=message)


def build_project_table(answers: Answers) -> Table:
    """Return the table of the projects with the most labels."""
    rows = answers.select_rows(RATES, cut="project").filter(pl.col("labels") > 0)
    ranked = rows.sort("labels", "project", descending=[True, False]).get_column("project").to_list()
    columns = (
        *build_columns(RATES, "project", "labels", "items_per_hour"),
        Column("Median time", is_number=True),
        *build_columns(ACCEPTANCE, "reviewed", "accepted_share"),
    )
    hidden = len(ranked) - MAX_PROJECT_ROWS
    note = f"{format_plural(hidden, 'more project')}: `labeltime ask {RATES}`." if hidden > 0 else ""
    cells = tuple(build_project_row(answers, str(name)) for name in ranked[:MAX_PROJECT_ROWS])
    return Table("Labels by project", RATES, columns, cells, note)


def build_project_row(answers: Answers, name: str) -> tuple[Cell, ...]:
    """Return the row of one project, without what too few labels say."""
    rate, reviews = {"cut": "project", "project": name}, {"cut": "project", "name": name}
    row = answers.select_rows(ACCEPTANCE, **reviews)
    is_judged = row.height > 0 and int(row.item(0, "reviewed")) >= MIN_REVIEWED
    return (
        clean_text(name),
        answers.read_number(RATES, "labels", format_count, **rate),
        answers.read_number(RATES, "items_per_hour", format_decimal, **rate)
        if is_large(answers, RATES, **rate)
        else None,
        read_median(answers, name),
        answers.read_number(ACCEPTANCE, "reviewed", format_count, **reviews),
        answers.read_number(ACCEPTANCE, "accepted_share", format_share, **reviews) if is_judged else None,
    )
