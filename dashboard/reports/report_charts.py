"""The charts of a report: specs and rows, drawn by each format in its own way; light colours, for paper."""

from __future__ import annotations

from datetime import date

import polars as pl

from dashboard.allocation.chart_frames import describe_others
from dashboard.allocation.claim import CLAIMED_SHARE
from dashboard.figures.annotations import add_marks, build_marks
from dashboard.figures.chart_base import fill_calendar
from dashboard.reports import print_charts
from dashboard.reports.answers import Answers
from dashboard.reports.disclosure import EVERYONE, Disclosure
from dashboard.reports.document import Chart, clean_text
from dashboard.reports.sentences import format_plural
from dashboard.savings.charts import draw_savings_by_automation
from dashboard.units import format_share, format_table_day

MAX_PROJECTS = 10
MAX_NOTE_LENGTH = 160  # characters of a note
MIN_MARKS = 2  # marks; one alone is no chart
SHARES = ("share_of_labeling_and_modeling", "share_of_all_tracked")
LIMITS = ("share_of_both_low", "share_of_both_high", "share_of_all_low", "share_of_all_high")
MEASURES = dict(zip((*SHARES, *LIMITS), print_charts.LINES, strict=True))  # column -> line
LIMITS_NOTE = "Two thin lines of one colour: the least and the most of a share while hours are not sorted yet."


def draw_shares(answers: Answers, disclosure: Disclosure) -> tuple[Chart, ...]:
    """Return both labeling shares by week, over the half year before and the period."""
    weeks = pl.concat(
        [answers.select_rows("share_over_time", period, scope=EVERYONE) for period in ("history", "this")]
    )
    weeks = weeks.with_columns(
        pl.when(pl.col("week_on").is_in(disclosable)).then(pl.col(column)).alias(column)
        for column, disclosable in zip(SHARES, (disclosure.shown_weeks_of_both, disclosure.shown_weeks), strict=True)
        if disclosable is not None
    ).with_columns(
        # Where small groups are withheld, limits would tell the hours of the few that are between them.
        pl.when(pl.col(column).is_null() & (not disclosure.hides_groups)).then(pl.col(limit)).alias(limit)
        for column, limit in zip((SHARES[0], SHARES[0], SHARES[1], SHARES[1]), LIMITS, strict=True)
    )
    # A week shared by the history and the period comes twice; keep the period's own days.
    weeks = weeks.unique("week_on", keep="last", maintain_order=True)
    rows = (
        weeks.rename({"week_on": "begins_on"})
        .unpivot(list(MEASURES), index="begins_on", variable_name="measure", value_name="share")
        .drop_nulls("share")
        .with_columns(pl.col("measure").replace_strict(MEASURES))
        .sort("begins_on", "measure")
    )
    if rows.get_column("begins_on").n_unique() < MIN_MARKS:
        return ()
    first, last = rows.item(0, "begins_on"), rows.item(-1, "begins_on")
    alt = (
        f"Two lines: the labeling share of each week from {format_table_day(first)} to {format_table_day(last)}, "
        f"of labeling and modeling and of all tracked time, beside the {format_share(CLAIMED_SHARE)} belief."
    )
    has_limits = rows.get_column("measure").is_in(print_charts.LIMITS).any()
    if has_limits:
        alt += f" {LIMITS_NOTE}"
    rows = fill_calendar(rows, "begins_on", by="measure")
    spec = print_charts.draw_share_over_weeks("light", CLAIMED_SHARE)
    marks, hidden = build_marks(spec, rows, select_notes(answers, disclosure))
    if marks:
        alt += f" {format_plural(len(marks), 'mark')} for notes, which are listed below."
    spec = add_marks(spec, marks, rows, "light")
    older = (
        (f"{format_plural(hidden, 'older note')} not drawn: Data, Set-up, Plans, or `labeltime notes`",)
        if hidden
        else ()
    )
    days = tuple((mark.letter, mark.day_on) for mark in marks)
    limits = (LIMITS_NOTE,) if has_limits else ()
    lines = (*limits, *older, *(line for mark in marks for line in mark.lines()))
    return (Chart("share_over_time", "Labeling share by week", alt, spec, rows, lines, days),)


def select_notes(answers: Answers, disclosure: Disclosure) -> pl.DataFrame:
    """Return the notes of the half year before and the period (day_on, project, text); no withheld project is named."""
    notes = pl.concat([answers.load_figure("notes", period).rows for period in ("history", "this")])
    lines = [
        (
            day_on,
            None if project is None or project in disclosure.hidden_projects else clean_text(project),
            clean_text(text, MAX_NOTE_LENGTH),
        )
        for day_on, project, text in notes.select("day_on", "project", "text").iter_rows()
    ]
    noted_days = {day_on for day_on, _, _ in lines}
    lines += [rollout for rollout in list_rollouts(answers) if rollout[0] not in noted_days]
    return pl.DataFrame(lines, schema={"day_on": pl.Date, "project": pl.String, "text": pl.String}, orient="row")


def list_rollouts(answers: Answers) -> list[tuple[date, str | None, str]]:
    """Return the days when automations began, as the register has them."""
    rows = answers.load_figure("automations").rows
    if "from_on" not in rows.columns:
        return []
    return [
        (from_on, None, f"{clean_text(name)} begins")
        for name, from_on in rows.drop_nulls("from_on").select("automation", "from_on").iter_rows()
    ]


def draw_projects(answers: Answers, disclosure: Disclosure) -> tuple[Chart, ...]:
    """Return the hours of the ten largest projects that may be shown; what all others have is a line below them."""
    rows = answers.load_figure("hours_by_project").rows.select("project", "hours")
    rows = rows.sort("hours", "project", descending=[True, False])
    largest = rows.filter(~pl.col("project").is_in(disclosure.hidden_projects)).head(MAX_PROJECTS)
    if largest.height < MIN_MARKS:
        return ()
    # Two long names may be cut to the same text; the rank tells them apart.
    names = [clean_text(name) for name in largest.get_column("project")]
    bars = largest.with_columns(
        project=pl.Series([distinguish_name(name, names[:rank]) for rank, name in enumerate(names)], dtype=pl.String),
        rank=pl.int_range(pl.len()),
    )
    others = rows.join(largest, on="project", how="anti")
    names_of_others = format_plural(others.height, "other project")
    notes = () if others.is_empty() else (describe_others(others, rows, names_of_others),)
    alt = " ".join((f"Bars: hours of {format_plural(bars.height, 'project')}, the largest first.", *notes))
    spec = print_charts.draw_hours_of_projects("light")
    return (Chart("hours_by_project", "Hours by project", alt, spec, bars, notes),)


def draw_automations(answers: Answers, disclosure: Disclosure) -> tuple[Chart, ...]:
    """Return net hours saved by automation with their intervals."""
    rows = answers.load_figure("savings_by_automation").rows
    if rows.is_empty():
        return ()
    rows = (
        rows.filter(pl.col("counted") & ~pl.col("automation").is_in(disclosure.hidden_automations))
        .select("automation", "hours", "hours_from", "hours_to", "state")
        .with_columns(pl.col("automation").map_elements(clean_text, return_dtype=pl.String))
    )
    if rows.is_empty():
        return ()
    alt = f"Points with intervals: net hours saved by {format_plural(rows.height, 'automation')}, against no saving."
    return (Chart("savings_by_automation", "Net hours saved", alt, draw_savings_by_automation("light"), rows),)


def distinguish_name(name: str, earlier: list[str]) -> str:
    """Return the name, numbered where another one looks the same."""
    count = earlier.count(name)
    return f"{name} ({count + 1})" if count else name
