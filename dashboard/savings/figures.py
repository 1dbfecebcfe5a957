"""The figures about the time and money that automation saved."""

from __future__ import annotations

import polars as pl

from dashboard.errors import Cause, Unavailable
from dashboard.figures.spec import FigureSpec
from dashboard.labeling.figures import explain_missing_times
from dashboard.savings.by_automation import build_automation_rows, build_project_rows, build_specification_rows
from dashboard.savings.by_baseline import build_baseline_rows
from dashboard.savings.by_month import build_month_rows
from dashboard.savings.checks import build_check_rows
from dashboard.savings.holdouts import HOLDOUTS
from dashboard.savings.like_for_like import build_ratio_rows
from dashboard.savings.total import build_estimate, build_total_rows, explain_missing_total
from dashboard.savings.words import NOTHING_ASSISTED

SAVINGS_FORMULA = (
    "hours saved = sum over assisted labels of (time by hand, predicted by the model - time taken, review and rework "
    "included) - setup - maintenance; interval: clusters of annotators, t(annotators - 1), and for a part of the log "
    "the error of its own labels, by weeks of annotators"
)
SHARING_NOTE = (
    "What an automation costs whose labels the filters leave in part only is shared by labels, so that projects add up."
)
LEARNING_NOTE = (
    "The model learns from all labels up to the last day of the period, since the labels compared with may be older "
    "than its first day; only labels within the period count. Of more than a million labels, about half a million are "
    "drawn, whole items by chance, with all labels of rare automations and small projects; Evidence says how many, "
    "and hours and counts are those of all labels."
)


def explain_missing_assistance(rows: pl.DataFrame) -> Unavailable | None:
    """Return why there is nothing to show if no label was assisted, or None."""
    return NOTHING_ASSISTED if rows.is_empty() else None


def explain_missing_hours(rows: pl.DataFrame) -> Unavailable | None:
    """Return why there is nothing to show if no automation has hours, or None."""
    if not rows.is_empty():
        return None
    return Unavailable(
        "No automation has hours saved or lost that can be shown.",
        "See `savings`, which says what is missing.",
        Cause.too_little_data,
    )


FIGURES: tuple[FigureSpec, ...] = (
    FigureSpec(
        "savings",
        "Hours that automation saved",
        "hours, percent and money, as given in each row",
        "Two questions, never mixed: hours of all labels, and the speed-up of a typical item, which never becomes "
        f"hours. A loss is negative. Currencies are never added. {SHARING_NOTE} {LEARNING_NOTE}",
        SAVINGS_FORMULA,
        rows=build_total_rows,
        about="labels",
        counts_hours=True,
        estimate=build_estimate,
        refuses=explain_missing_total,
    ),
    FigureSpec(
        "savings_by_automation",
        "What each automation saved or cost",
        "hours, and shares of the time by hand",
        "One estimate per automation, on the labels of the projects where it runs. Where the sign depends on how it is "
        f"computed, or easy items could explain all of it, there are no hours. {LEARNING_NOTE}",
        SAVINGS_FORMULA,
        rows=build_automation_rows,
        chart="dashboard.savings.charts:build_automations_chart",
        about="labels",
        counts_hours=True,
        refuses=explain_missing_assistance,
    ),
    FigureSpec(
        "savings_by_baseline",
        "The same saving against other baselines",
        "shares of the time by hand",
        "Every comparison that a log may allow, each with the grade that it deserves and under the same rules: where "
        "easy items could explain all of it, there is no share. The one marked is the strongest that this log allows, "
        f"and stays the one behind `savings`. {LEARNING_NOTE}",
        "share saved = 1 - time assisted / time by hand, predicted by the model on the labels of that comparison",
        rows=build_baseline_rows,
        about="labels",
        counts_hours=True,
        refuses=explain_missing_assistance,
    ),
    FigureSpec(
        "savings_by_month",
        "Hours saved by month",
        "hours",
        "Predicted label by label; the saved hours of all months add up to the gross hours of `savings`, the net hours "
        "to its headline. Low and high are the ends of the 95% interval, for the labels of that month. Setup and "
        "maintenance belong to the month of their time entries, typed setup hours to that of the rollout, or to none "
        "if it is unknown; null means that they are unknown.",
        "time by hand, predicted from the labels made by hand, - time taken, scaled to the model's total; net - setup "
        "- maintenance",
        rows=build_month_rows,
        chart="dashboard.savings.charts:build_months_chart",
        about="labels",
        counts_hours=True,
        refuses=explain_missing_hours,
    ),
    FigureSpec(
        "savings_by_project",
        "Hours saved by project",
        "hours",
        "Predicted label by label, gross of setup and maintenance; the projects add up to the gross hours of `savings`."
        " Low and high are the ends of the 95% interval, for the labels of that project.",
        "time by hand, predicted from the labels made by hand, - time taken, scaled to the model's total",
        rows=build_project_rows,
        about="labels",
        counts_hours=True,
        refuses=explain_missing_hours,
    ),
    FigureSpec(
        "savings_specifications",
        "The same saving computed in other ways",
        "share of the time by hand",
        "A raw ratio of averages is included to show what it would claim; it is no estimate. All days up to the last "
        "day of the period.",
        "1 - time assisted / time by hand, by specification and rule for idle time",
        rows=build_specification_rows,
        chart="dashboard.savings.charts:build_specifications_chart",
        about="labels",
        counts_hours=True,
        refuses=explain_missing_assistance,
    ),
    FigureSpec(
        "savings_diagnostics",
        "How far the savings can be trusted",
        "as said in words",
        "Reasons of the grade, checks of the estimate, and labels that no estimate can use.",
        "see the words of each check",
        rows=build_check_rows,
        about="labels",
        counts_hours=True,
    ),
    FigureSpec(
        "like_for_like",
        "Pace on labels that are alike",
        "times the average",
        "How long labels take at the pace of one project, kind or person, over the average of all that can be "
        "compared: 1.2 takes 20% longer for labels that are alike as far as the log says. The annotator's measured "
        "time, without idle time, review and rework. Adjusted for person, kind, project, method, number of objects, "
        "difficulty within the project, experience, and earlier labels of the same item, but not for the calendar; the "
        "raw ratio is not adjusted. What shares nobody, no kind or no method with the others has no ratio. People are "
        "in no order, and which items they got may explain a ratio. Of more than a million labels, about half a "
        "million are drawn, whole items by chance; labels counts the drawn ones.",
        "exp(effect) / mean of all exp(effect), in a Poisson model of the seconds of each label; interval: clusters of "
        "annotators, for a person of weeks",
        rows=build_ratio_rows,
        person_level=True,
        about="labels",
        accepts=("methods",),
        refuses=explain_missing_times,
    ),
    HOLDOUTS,
)
