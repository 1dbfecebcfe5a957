"""The charts of a report: specs and rows, drawn by each format in its own way; light colours, for paper."""

from __future__ import annotations

import polars as pl

from dashboard.charts import pins, printed, savings
from dashboard.figures.claim import CLAIM
from dashboard.reports.answers import Answers
from dashboard.reports.disclosure import EVERYONE, Disclosure
from dashboard.reports.model import Chart, plain
from dashboard.reports.sentences import counted

SHOWN = 10
LONGEST = 160  # letters of a note
OTHERS = "all others"
FEWEST = 2  # marks; one alone is no chart
MEASURES = dict(zip(("share_of_labeling_and_modeling", "share_of_all_tracked"), printed.MEASURES, strict=True))


def shares(answers: Answers, seen: Disclosure) -> tuple[Chart, ...]:
    """Return both labeling shares by week, over the half year before and the period."""
    weeks = pl.concat([answers.rows("share_over_time", period, scope=EVERYONE) for period in ("history", "this")])
    weeks = weeks.with_columns(
        pl.when(pl.col("week_on").is_in(shown)).then(pl.col(column)).alias(column)
        for column, shown in zip(MEASURES, (seen.weeks_two, seen.weeks), strict=True)
        if shown is not None
    )
    # A week that the period shares with the time before it comes twice; the period's own days count.
    weeks = weeks.unique("week_on", keep="last", maintain_order=True)
    rows = (
        weeks.rename({"week_on": "begins_on"})
        .unpivot(list(MEASURES), index="begins_on", variable_name="measure", value_name="share")
        .drop_nulls("share")
        .with_columns(pl.col("measure").replace_strict(MEASURES))
        .sort("begins_on", "measure")
    )
    if rows.get_column("begins_on").n_unique() < FEWEST:
        return ()
    first, last = rows.item(0, "begins_on"), rows.item(-1, "begins_on")
    alt = (
        f"Two lines: the labeling share of each week from {first} to {last}, of labeling and modeling and of all "
        f"tracked time, beside the {CLAIM:.0%} belief."
    )
    spec = printed.share_over_weeks("light", CLAIM)
    marks, hidden = pins.pins(spec, rows, remarks(answers, seen))
    if marks:
        alt += f" {counted(len(marks), 'mark')} for notes, which are listed below."
    spec = pins.pinned(spec, marks, rows, "light")
    older = (f"{counted(hidden, 'older note')} not drawn: Data page, Plans, or `labeltime notes`",) if hidden else ()
    lines = (*older, *(line for mark in marks for line in mark.lines()))
    return (Chart("share_over_time", "Labeling share by week", alt, spec, rows, lines),)


def remarks(answers: Answers, seen: Disclosure) -> pl.DataFrame:
    """Return the notes of the half year before and the period (day_on, project, text); no withheld project is named."""
    told = pl.concat([answers.figure("notes", period).rows for period in ("history", "this")])
    lines = [
        (day_on, None if project is None or project in seen.projects else plain(project), plain(text, LONGEST))
        for day_on, project, text in told.select("day_on", "project", "text").iter_rows()
    ]
    return pl.DataFrame(lines, schema={"day_on": pl.Date, "project": pl.String, "text": pl.String}, orient="row")


def projects(answers: Answers, seen: Disclosure) -> tuple[Chart, ...]:
    """Return the hours of the ten largest projects that may be shown, and of all others together."""
    rows = answers.figure("hours_by_project").rows.select("project", "hours")
    rows = rows.sort("hours", "project", descending=[True, False])
    kept = rows.filter(~pl.col("project").is_in(seen.projects)).head(SHOWN)
    rest = rows.join(kept, on="project", how="anti").get_column("hours")
    # Two long names may be cut to the same text; the rank tells them apart.
    named = [(plain(name), hours) for name, hours in kept.iter_rows()] + ([(OTHERS, rest.sum())] if rest.len() else [])
    if len(named) < FEWEST:
        return ()
    listed = pl.DataFrame(
        [(apart(name, [one for one, _ in named[:rank]]), hours, rank) for rank, (name, hours) in enumerate(named)],
        schema={"project": pl.String, "hours": pl.Float64, "rank": pl.Int64},
        orient="row",
    )
    alt = f"Bars: hours of {len(named)} projects or groups of them, the largest first."
    return (Chart("hours_by_project", "Hours by project", alt, printed.hours_of_projects("light"), listed),)


def automations(answers: Answers, seen: Disclosure) -> tuple[Chart, ...]:
    """Return net hours saved by automation with their intervals."""
    rows = answers.figure("savings_by_automation").rows
    if rows.is_empty():
        return ()
    rows = (
        rows.filter(pl.col("counted") & ~pl.col("automation").is_in(seen.automations))
        .select("automation", "hours", "hours_from", "hours_to", "state")
        .with_columns(pl.col("automation").map_elements(plain, return_dtype=pl.String))
    )
    if rows.is_empty():
        return ()
    alt = f"Points with intervals: net hours saved by {counted(rows.height, 'automation')}, against no saving."
    return (Chart("savings_by_automation", "Net hours saved", alt, savings.savings_by_automation("light"), rows),)


def apart(name: str, taken: list[str]) -> str:
    """Return the name, numbered where another one looks the same."""
    count = taken.count(name)
    return f"{name} ({count + 1})" if count else name
