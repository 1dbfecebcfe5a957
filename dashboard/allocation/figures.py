"""The figures about where time goes, as data."""

from __future__ import annotations

from typing import Any

from dashboard.allocation.change import CHANGE
from dashboard.allocation.claim import build_claim_rows, estimate_engineer_share, refuse_claim
from dashboard.allocation.comparison import PERIOD_CHANGE
from dashboard.allocation.references import build_comparison_rows, list_references
from dashboard.allocation.schemes import SCHEMES
from dashboard.allocation.share_range import describe_negative_sides, estimate_share, refuse_negative_sides
from dashboard.allocation.targets import TARGETS
from dashboard.allocation.to_do import TO_DO
from dashboard.figures.spec import FigureSpec, build_query_spec

SHARE_FORMULA = "labeling side / (labeling side + modeling side); for the other share: labeling side / all tracked time"
HOURS_FORMULA = "hours = sum of seconds / 3600 of the entries in the selection"

SHARE: dict[str, Any] = {
    "ignores": ("categories",),
    "needs": "share",
    "remark": describe_negative_sides,
}

FTE_FORMULA = (
    "FTE = sum over people of tracked hours / the larger of capacity and tracked hours of that person and week"
)
FTE_AVERAGE_FORMULA = f"{FTE_FORMULA}; summed over the weeks / number of weeks in which anybody selected had capacity"

FIGURES: tuple[FigureSpec, ...] = (
    build_query_spec("labeling_share", SHARE_FORMULA, estimate=estimate_share, **SHARE),
    build_query_spec("share_by_definition", SHARE_FORMULA, refuses=refuse_negative_sides, **SHARE),
    build_query_spec("share_over_time", SHARE_FORMULA, refuses=refuse_negative_sides, **SHARE),
    FigureSpec(
        "share_against_reference",
        "Labeling share against the period before and against published figures",
        "share of hours",
        "Published figures measure different things in different ways, so each is shown on its own, with what it "
        "measured, its source and its caveat. They are never averaged. The team's share lies "
        "between the lowest and the highest, which count the hours that are not sorted yet either way.",
        SHARE_FORMULA,
        rows=build_comparison_rows,
        refuses=refuse_negative_sides,
        **SHARE,
    ),
    FigureSpec(
        "claim_check",
        "Does labeling take 80% of engineering time here?",
        "share of all tracked hours",
        "The interval is about chance. The bounds are about what the log does not show: uncovered and uncategorized "
        "time, counted once as no labeling and once as all labeling. The claim is about engineers; everyone is shown "
        "for comparison.",
        "labeling side / all tracked time; interval: Student's t on the log odds, clustered by people and weeks; "
        "bounds: none or all of the hidden time is labeling",
        rows=build_claim_rows,
        ignores=("projects", "categories"),
        needs="share",
        estimate=estimate_engineer_share,
        refuses=refuse_claim,
    ),
    build_query_spec("hours_by_category", HOURS_FORMULA, remark=describe_negative_sides),
    build_query_spec("hours_by_day", HOURS_FORMULA),
    build_query_spec("hours_by_week", HOURS_FORMULA),
    build_query_spec("hours_by_month", HOURS_FORMULA),
    build_query_spec("hours_by_project", HOURS_FORMULA, remark=describe_negative_sides),
    build_query_spec("hours_by_team", HOURS_FORMULA, remark=describe_negative_sides),
    build_query_spec("hours_by_person", HOURS_FORMULA, person_level=True, remark=describe_negative_sides),
    build_query_spec("project_by_category", HOURS_FORMULA),
    build_query_spec("team_by_category", HOURS_FORMULA),
    build_query_spec("person_by_category", HOURS_FORMULA, person_level=True),
    build_query_spec("time_cells", HOURS_FORMULA, person_level=True),
    build_query_spec("tasks", HOURS_FORMULA),
    build_query_spec("entries", "one row per entry and local day", person_level=True),
    build_query_spec("fte_by_week", FTE_FORMULA, needs="capacity"),
    build_query_spec("fte_by_category", FTE_AVERAGE_FORMULA, needs="capacity"),
    build_query_spec("fte_by_project", FTE_AVERAGE_FORMULA, needs="capacity"),
    build_query_spec("fte_by_team", FTE_AVERAGE_FORMULA, needs="capacity"),
    build_query_spec("fte_by_person", FTE_AVERAGE_FORMULA, person_level=True, needs="capacity"),
    build_query_spec("fte_cells", FTE_FORMULA, person_level=True, needs="capacity"),
    build_query_spec("without_capacity", "hours of the person-weeks that have no capacity", person_level=True),
    build_query_spec(
        "coverage",
        "coverage = tracked time / capacity, same days",
        person_level=True,
        ignores=("projects", "categories"),
    ),
    build_query_spec(
        "coverage_by_week",
        "coverage = tracked time / capacity, same people and days",
        ignores=("projects", "categories"),
    ),
    build_query_spec(
        "closed_weeks",
        "labeling side / (labeling side + modeling side), over the hours of closed, open and unknown weeks",
        ignores=("categories",),
        remark=describe_negative_sides,
    ),
    build_query_spec(
        "open_weeks",
        "missing = capacity - tracked time, of people with less than 80% of their capacity in a week that is over",
        person_level=True,
        ignores=("projects", "categories"),
    ),
    build_query_spec(
        "data_quality",
        "effect = labeling share without the entries - labeling share with them",
        ignores=("categories",),
        remark=describe_negative_sides,
    ),
    build_query_spec("overlaps", "seconds = what two entries of one person have in common", person_level=True),
    build_query_spec(
        "overlap_rules",
        "effect = labeling share under the rule - labeling share with both counted in full",
        remark=describe_negative_sides,
    ),
    build_query_spec("imports", "rows read = accepted + duplicate + rejected", about="files"),
    build_query_spec(
        "deleted_rows",
        "rows that the store keeps and no figure counts, by kind, tool and project",
        about="files",
        counts_labels=True,
        ignores=("teams", "people", "roles", "categories"),
    ),
    build_query_spec("bad_rows", "one row per record that was rejected", about="files"),
    build_query_spec("notes", "one row per note", about="files", ignores=("teams", "people", "roles", "categories")),
    build_query_spec("bad_row_reasons", "rows counted by import and reason", about="files"),
    FigureSpec(
        "reference_figures",
        "Published figures on where time goes and on what automation saves",
        "percent, as published",
        "Grade D is a survey, a vendor's statement, or a single account. No figure here is this team's own.",
        "as published",
        rows=list_references,
        about="files",
    ),
    TO_DO,
    PERIOD_CHANGE,
    *CHANGE,
    *SCHEMES,
    *TARGETS,
)
