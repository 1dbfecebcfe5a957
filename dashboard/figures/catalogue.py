"""The catalogue: every figure the dashboard can show, as data."""

from __future__ import annotations

from dashboard.figures import claim, references
from dashboard.figures.budget import BUDGETS
from dashboard.figures.change import CHANGE
from dashboard.figures.costs import COSTS
from dashboard.figures.forecast import FORECAST
from dashboard.figures.holdouts import HOLDOUTS
from dashboard.figures.labeling import LABELING
from dashboard.figures.quality import QUALITY
from dashboard.figures.returns import RETURNS
from dashboard.figures.savings import SAVINGS
from dashboard.figures.spec import FigureSpec, asked
from dashboard.figures.targets import TARGETS

SHARE = "labeling side / (labeling side + modeling side); for the other share: labeling side / all tracked time"
SUM = "hours = sum of seconds / 3600 of the entries in the selection"

FTE = "FTE = sum over people of tracked hours / the larger of capacity and tracked hours of that person and week"
FTE_AVERAGE = f"{FTE}; summed over the weeks / number of weeks in which anybody selected had capacity"

_TABLE: tuple[FigureSpec, ...] = (
    asked("labeling_share", SHARE, ignores=("categories",), needs="share"),
    asked("share_by_definition", SHARE, chart="share_by_definition", ignores=("categories",), needs="share"),
    asked("share_over_time", SHARE, chart="share_over_time", ignores=("categories",), needs="share"),
    FigureSpec(
        "share_against_reference",
        "Labeling share against the period before and against published figures",
        "share of hours",
        "Published figures measure different things in different ways: each stands alone, with what it measured, its "
        "source and its caveat. They are never averaged.",
        SHARE,
        rows=references.against,
        chart="share_against_reference",
        ignores=("categories",),
        needs="share",
    ),
    FigureSpec(
        "claim_check",
        "Does labeling take 80 % of engineering time here?",
        "share of all tracked hours",
        "The interval is about chance; the bounds are about what the log does not show: uncovered and uncategorized "
        "time, taken as no labeling and as nothing else. The claim is about engineers; everyone stands beside it.",
        "labeling side / all tracked time; interval: people and weeks resampled; bounds: hidden time as none or all",
        rows=claim.rows,
        ignores=("projects", "categories"),
        needs="share",
        estimate=claim.estimate,
    ),
    asked("hours_by_category", SUM, chart="hours_by_category"),
    asked("hours_by_day", SUM, chart="hours_by_day"),
    asked("hours_by_week", SUM, chart="hours_by_week"),
    asked("hours_by_month", SUM, chart="hours_by_month"),
    asked("hours_by_project", SUM),
    asked("hours_by_team", SUM),
    asked("hours_by_person", SUM, person_level=True),
    asked("project_by_category", SUM, chart="hours_by_project"),
    asked("team_by_category", SUM, chart="hours_by_team"),
    asked("person_by_category", SUM, chart="person_by_category", person_level=True),
    asked("time_cells", SUM, person_level=True),
    asked("tasks", SUM),
    asked("entries", "one row an entry and local day", person_level=True),
    asked("fte_by_week", FTE, chart="fte_by_week", needs="capacity"),
    asked("fte_by_category", FTE_AVERAGE, chart="fte_by_category", needs="capacity"),
    asked("fte_by_project", FTE_AVERAGE, chart="fte_by_project", needs="capacity"),
    asked("fte_by_team", FTE_AVERAGE, chart="fte_by_team", needs="capacity"),
    asked("fte_by_person", FTE_AVERAGE, chart="fte_by_person", person_level=True, needs="capacity"),
    asked("fte_cells", FTE, person_level=True, needs="capacity"),
    asked("without_capacity", "hours of the person-weeks that have no capacity", person_level=True),
    asked(
        "coverage",
        "coverage = tracked time / capacity, same days",
        person_level=True,
        ignores=("projects", "categories"),
    ),
    asked(
        "coverage_by_week",
        "coverage = tracked time / capacity, same people and days",
        ignores=("projects", "categories"),
    ),
    asked(
        "data_quality",
        "effect = labeling share without the entries - labeling share with them",
        ignores=("categories",),
    ),
    asked("overlaps", "seconds = what two entries of one person have in common", person_level=True),
    asked("imports", "rows read = accepted + duplicate + rejected", about="files"),
    asked("bad_rows", "one row a record that was not taken", about="files"),
    asked("notes", "one row a note", about="files", ignores=("teams", "people", "roles", "categories")),
    asked("bad_row_reasons", "rows counted by import and reason", chart="bad_row_reasons", about="files"),
    FigureSpec(
        "reference_figures",
        "Published figures on where the time goes, and on what automation saved",
        "percent, as published",
        "Grade D is a survey, a vendor's statement, or a single account; nothing here is this team's own.",
        "as published",
        rows=references.listed,
        about="files",
    ),
)

CATALOGUE: dict[str, FigureSpec] = {
    spec.name: spec
    for spec in (
        *_TABLE,
        *LABELING,
        *QUALITY,
        *SAVINGS,
        *COSTS,
        HOLDOUTS,
        *FORECAST,
        *CHANGE,
        *BUDGETS,
        *TARGETS,
        *RETURNS,
    )
}
