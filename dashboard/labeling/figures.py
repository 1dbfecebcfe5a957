"""The labeling figures: speed, progress, people, and how reliable the recorded time is."""

from __future__ import annotations

import polars as pl

from dashboard.errors import Cause, Unavailable
from dashboard.figures.spec import FigureSpec, build_query_spec
from dashboard.units import count_noun, format_count, format_share

SECONDS_FORMULA = (
    "annotating seconds of each finished label; mean, median and 90th percentile over the labels with a known time"
)
RATE_FORMULA = "finished labels with a measured time / measured labeling hours, those without output included"


def explain_missing_reviews(rows: pl.DataFrame) -> Unavailable | None:
    """Return why accepted items per hour cannot be computed, or None."""
    if rows.get_column("accepted_per_hour").is_not_null().any():
        return None
    if rows.get_column("reviewed").sum():
        return Unavailable(
            "No reviewed label has a measured time.",
            "Import an export that holds the labeling time of the reviewed labels.",
            Cause.not_recorded,
        )
    if "only rejections are recorded" in rows.get_column("reading"):
        return Unavailable(
            "Only rejections are recorded, not what was accepted.",
            "Import which labels were accepted.",
            Cause.not_recorded,
        )
    return Unavailable(
        "Nothing is reviewed in this selection; submitted labels are not counted as accepted.",
        "Import the reviews: accepted, fixed or rejected.",
        Cause.not_recorded,
    )


def explain_missing_gaps(rows: pl.DataFrame) -> Unavailable | None:
    """Return why no gap rule can be applied, or None."""
    if rows.height:
        return None
    return Unavailable(
        "No item has several events of one person, so there are no gaps to measure.",
        "Import an event log of the labeling tool, such as CVAT's event export.",
        Cause.not_recorded,
    )


def explain_missing_times(rows: pl.DataFrame) -> Unavailable | None:
    """Return why there is no learning curve, or None."""
    if rows.height:
        return None
    return Unavailable(
        "No finished label in this selection has a measured time.",
        "Import an export that holds the time of each label.",
        Cause.not_recorded,
    )


def explain_missing_lengths(rows: pl.DataFrame) -> Unavailable | None:
    """Return why the minutes of audio and video are not known, or None."""
    if rows.height:
        return None
    return Unavailable(
        "No export here says how long the audio or video of a label is.",
        "Import audio or video of Label Studio, video of Kili, or a labeling events CSV with media_seconds.",
        Cause.not_recorded,
    )


def describe_unknown_classes(rows: pl.DataFrame) -> str:
    """Return how many labels have no known kind or class, or nothing where all are known."""
    by_class = rows.filter(pl.col("class") != "(all)")
    total = int(by_class.get_column("labels").sum())
    counts = {
        noun: int(by_class.filter(pl.col(column) == unknown).get_column("labels").sum())
        for noun, column, unknown in (("kind", "label_kind", "(kind not said)"), ("class", "class", "(unknown)"))
    }
    parts = [
        f"no {noun} for {format_count(count)} ({format_share(count / total)})"
        for noun, count in counts.items()
        if count
    ]
    return f"Of {count_noun(total, 'label')}, the exports give {' and '.join(parts)}." if parts else ""


def describe_undated_labels(rows: pl.DataFrame) -> str:
    """Return how many labels of people have no day in the log and stand in no month, or nothing."""
    count = int(rows.item(0, "undated_labels")) if rows.height else 0
    return f"{count_noun(count, 'label')} without a day left out: their month is unknown." if count else ""


def describe_undated_items(rows: pl.DataFrame) -> str:
    """Return how many items have no day in the log and stand in no state, or nothing."""
    count = int(rows.item(0, "undated_items")) if rows.height else 0
    return f"{count_noun(count, 'item')} without any day in the log left out: their state is unknown." if count else ""


def explain_missing_days(rows: pl.DataFrame) -> Unavailable | None:
    """Return why no item has a state by day, or None."""
    if rows.height:
        return None
    return Unavailable(
        "No event of these items has a day, so their state by day is unknown.",
        "Import an export that says when items were labeled.",
        Cause.not_recorded,
    )


def describe_joined_days(rows: pl.DataFrame) -> str:
    """Return on how many of the days of people there are both entries and events, or nothing."""
    days = rows.filter(pl.col("cut") == "person and day")
    both, total = int(days.get_column("both_days").sum()), days.height
    if not total:
        return ""
    return (
        f"Both logs have {format_count(both)} of {format_count(total)} days of people ({format_share(both / total)})."
    )


FIGURES: tuple[FigureSpec, ...] = (
    build_query_spec(
        "seconds_per_item", SECONDS_FORMULA, chart="dashboard.labeling.charts:build_seconds_chart", about="labels"
    ),
    build_query_spec(
        "items_per_hour",
        RATE_FORMULA,
        chart="dashboard.labeling.charts:build_rates_chart",
        person_level=True,
        about="labels",
    ),
    build_query_spec(
        "accepted_items_per_hour",
        "accepted labels / (hours of the reviewed labels + hours without output * reviewed / finished labels)",
        chart="dashboard.labeling.charts:build_accepted_chart",
        refuses=explain_missing_reviews,
        about="labels",
    ),
    build_query_spec(
        "active_against_open_time",
        "hours = sum of the smaller of an event's time and the cap; without a cap as recorded",
        chart="dashboard.labeling.charts:build_active_chart",
        about="labels",
    ),
    build_query_spec(
        "time_by_gap_rule",
        "sum of the gaps between the events of one person on one item that are not over the limit",
        chart="dashboard.labeling.charts:build_gaps_chart",
        refuses=explain_missing_gaps,
        about="labels",
    ),
    build_query_spec(
        "time_by_label_kind",
        SECONDS_FORMULA,
        chart="dashboard.labeling.charts:build_kinds_chart",
        remark=describe_unknown_classes,
        about="labels",
    ),
    build_query_spec(
        "media_minutes",
        "minutes of labeling / minutes of audio or video, over labels with a measured time and a known length; median: "
        "of the quotients of single labels",
        refuses=explain_missing_lengths,
        about="labels",
    ),
    build_query_spec(
        "learning_curve",
        "median seconds of the labels in a bin of a person's cumulative finished labels",
        chart="dashboard.labeling.charts:build_learning_chart",
        refuses=explain_missing_times,
        person_level=True,
        about="labels",
    ),
    build_query_spec(
        "label_progress",
        "assigned = begun or not begun; left to do = assigned and not begun + open drafts + labels sent back + items "
        "that only a machine proposed for",
        chart="dashboard.labeling.charts:build_progress_chart",
        person_level=True,
        about="labels",
    ),
    build_query_spec(
        "label_states",
        "distinct items with an event of that kind in the week",
        chart="dashboard.labeling.charts:build_states_chart",
        about="labels",
    ),
    build_query_spec(
        "items_by_state",
        "items by the last thing that happened to them up to the end of the day; share = items / all of the day",
        chart="dashboard.labeling.charts:build_burndown_chart",
        remark=describe_undated_items,
        refuses=explain_missing_days,
        about="labels",
    ),
    build_query_spec(
        "seconds_by_method_and_stage",
        "sum of milliseconds by method of the label and stage of the work",
        chart="dashboard.labeling.charts:build_stages_chart",
        about="labels",
    ),
    build_query_spec(
        "logged_against_observed",
        "gap = hours entered for annotating and review - hours that labeling tools recorded",
        chart="dashboard.labeling.charts:build_views_chart",
        remark=describe_undated_labels,
        about="labels",
        counts_hours=True,
        counts_sums=True,
    ),
    build_query_spec(
        "logged_against_observed_by_day",
        "gap = hours entered for annotating and review - hours that labeling tools recorded, same person and day",
        person_level=True,
        remark=describe_joined_days,
        about="events",
        counts_hours=True,
    ),
    build_query_spec(
        "labeling_hours",
        "sum of the known times of events; timed = events with a known time / events",
        person_level=True,
        about="events",
    ),
    build_query_spec("labels", "one row per label", person_level=True, about="labels"),
    build_query_spec("labeled_projects", "labels counted by project and team", about="labels", counts_sums=True),
    build_query_spec(
        "timing_doubts", "labels of a person and project with that doubt", person_level=True, about="labels"
    ),
)
