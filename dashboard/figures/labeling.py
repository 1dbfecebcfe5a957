"""The figures about labeling: how fast, how far, by whom, and what the recorded time is worth."""

from __future__ import annotations

import polars as pl

from dashboard.figures.spec import FigureSpec, asked

SECONDS = (
    "annotating seconds of each finished label; mean, median and 90th percentile over the labels with a known time"
)
PER_HOUR = "finished labels with a measured time / measured labeling hours, those without output included"


def nothing_reviewed(rows: pl.DataFrame) -> dict[str, str] | None:
    """Return why there are no accepted items per hour and what they need, or None."""
    if rows.get_column("accepted_per_hour").is_not_null().any():
        return None
    if rows.get_column("reviewed").sum():
        return {
            "reason": "No reviewed label has a measured time.",
            "needed": "Import an export that holds the labeling time of the reviewed labels.",
        }
    return {
        "reason": "Nothing is reviewed in this selection; submitted labels are not counted as accepted.",
        "needed": "Import the reviews: accepted, fixed or rejected.",
    }


def no_repeated_events(rows: pl.DataFrame) -> dict[str, str] | None:
    """Return why no gap rule can be applied and what it needs, or None."""
    if rows.height:
        return None
    return {
        "reason": "No item has several events of one person, so there are no gaps to judge.",
        "needed": "Import an event log of the labeling tool, such as CVAT's event export.",
    }


def nothing_measured(rows: pl.DataFrame) -> dict[str, str] | None:
    """Return why there is no learning curve and what it needs, or None."""
    if rows.height:
        return None
    return {
        "reason": "No finished label in this selection has a measured time.",
        "needed": "Import an export that holds the time of each label.",
    }


LABELING: tuple[FigureSpec, ...] = (
    asked("seconds_per_item", SECONDS, chart="seconds_per_item", about="labels"),
    asked("items_per_hour", PER_HOUR, chart="items_per_hour", person_level=True, about="labels"),
    asked(
        "accepted_items_per_hour",
        "accepted labels / (hours of the reviewed labels + hours without output * reviewed / finished labels)",
        chart="accepted_items_per_hour",
        refuses=nothing_reviewed,
        about="labels",
    ),
    asked(
        "active_against_open_time",
        "hours = sum of the smaller of an event's time and the cap; without a cap as recorded",
        chart="active_against_open_time",
        about="labels",
    ),
    asked(
        "time_by_gap_rule",
        "sum of the gaps between the events of one person on one item that are not over the limit",
        chart="time_by_gap_rule",
        refuses=no_repeated_events,
        about="labels",
    ),
    asked("time_by_label_kind", SECONDS, chart="time_by_label_kind", about="labels"),
    asked(
        "learning_curve",
        "median seconds of the labels in a bin of a person's cumulative finished labels",
        chart="learning_curve",
        refuses=nothing_measured,
        person_level=True,
        about="labels",
    ),
    asked(
        "label_progress",
        "left to do = open drafts + labels sent back + items that only a machine proposed for",
        chart="label_progress",
        person_level=True,
        about="labels",
    ),
    asked(
        "label_states", "distinct items with an event of that kind in the week", chart="label_states", about="labels"
    ),
    asked(
        "seconds_by_method_and_stage",
        "sum of milliseconds by method of the label and stage of the work",
        chart="seconds_by_method_and_stage",
        about="labels",
    ),
    asked(
        "logged_against_observed",
        "gap = hours of time entries for labeling and review - hours that labeling tools recorded",
        chart="logged_against_observed",
        about="labels",
    ),
    asked("labeled_projects", "labels counted by project and team", about="labels"),
    asked("timing_doubts", "labels of a person and project with that doubt", person_level=True, about="labels"),
)
