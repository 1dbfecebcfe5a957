"""Speed: how fast labels are made and how far the work is; behind the fold, by whom, and what the times are worth."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.labeling.chart_frames import ALL, list_overstated_projects
from dashboard.web.cached_store import read_figure, shape_rows
from dashboard.web.components import (
    build_view,
    escape_markdown,
    fold_table,
    open_fold,
    show_card,
    show_title,
    show_unavailable,
)
from dashboard.web.filter_bar import Choice, choose_names, has_names, show_remedy
from dashboard.web.late_cards import LateCards
from dashboard.web.pages.labeling.answer import show_cards, show_sentence
from dashboard.web.pages.labeling.like_for_like import show_like_for_like
from dashboard.web.pages.labeling.media import show_media_rate
from dashboard.web.pages.labeling.progress import (
    show_items_by_state,
    show_labeling_work,
    show_people_progress,
    show_project_progress,
    show_weekly_states,
)
from dashboard.web.pages.labeling.recorded_time import show_recorded_time

GROUPINGS = ("Project", "Team", "Person")
SMALL_NOTE = "Grey: fewer than 20 labels, or a team of fewer than 5 people. Mostly chance, or one person's rate."
SECONDS_COLUMNS = ("labels", "mean_seconds", "median_seconds", "p90_seconds", "is_small")
RATE_COLUMNS = (
    "items_per_hour",
    "objects_per_hour",
    "timed_labels",
    "untimed_labels",
    "hours",
    "hours_without_output",
    "hours_not_by_label",
    "people",
    "is_small",
)
ACCEPTED_COLUMNS = (
    "project",
    "accepted_per_hour",
    "reading",
    "accepted",
    "reviewed",
    "share_reviewed",
    "share_with_review_time",
    "hours",
    "made_by_machine",
)


def show_speed_tab(choice: Choice) -> None:
    """Draw the tab."""
    seconds = read_figure("seconds_per_item", choice.filters)
    show_title("How labels are made", seconds, "labeling", is_page=True)
    if show_unavailable(seconds):
        show_remedy(seconds)
        if not read_figure("labeling_hours", choice.filters).unavailable:
            choose_names()
            show_labeling_work(choice)
        return
    show_sentence(choice, seconds)
    late = LateCards("speed", choice)
    show_cards(choice, seconds, late)
    left, right = st.columns([3, 2])
    with left:
        show_item_seconds(choice)
    with right:
        show_accepted_rates(choice)
    late.show_waiting()
    show_project_progress(choice)
    with open_fold("Evidence: teams and people, weeks, recorded times, all numbers", "evidence") as is_open:
        if is_open:
            choose_names()
            fold_numbers(choice)
            show_media_rate(choice)
            show_rates_and_learning(choice)
            show_like_for_like(choice)
            show_labeling_work(choice)
            show_weekly_states(choice)
            show_items_by_state(choice)
            show_people_progress(choice)
            show_recorded_time(choice)


def show_rates_and_learning(choice: Choice) -> None:
    """Draw items per hour, and time per item against experience."""
    left, right = st.columns([2, 3])
    with left:
        show_item_rates(choice)
    with right:
        show_learning_curve(choice)


def show_item_seconds(choice: Choice) -> None:
    """Draw the time per item by project and method."""
    figure = read_figure("seconds_per_item", choice.filters)
    show_card(
        figure,
        key="seconds-per-item",
        title="How long does an item take?",
        options={"selection": choice.describe()},
        empty="No label in this selection has a usable time.",
        remark="Point: median. Tick: mean. Line: to nine of ten labels.",
        has_table=False,
    )


def fold_numbers(choice: Choice) -> None:
    """Offer the numbers of the charts above as tables."""
    seconds = read_figure("seconds_per_item", choice.filters)
    fold_table(
        "How long an item takes, and labels without a usable time",
        seconds,
        ("project", "method", "basis", "share_of_labels", *SECONDS_COLUMNS, "zero_seconds"),
        key="seconds-per-item",
        alt="Seconds per item by project, method and basis",
        rows=seconds.rows.filter(pl.col("project") != ALL, pl.col("method") != ALL),
    )
    fold_table(
        "Accepted items per hour, and where they are too high",
        read_figure("accepted_items_per_hour", choice.filters),
        ACCEPTED_COLUMNS,
        key="accepted-items",
        alt="Accepted items per hour by project",
    )


def show_item_rates(choice: Choice) -> None:
    """Draw items per hour by project, team or person."""
    grouping = str(st.segmented_control("Per", GROUPINGS, default=GROUPINGS[0], required=True, key="per")).lower()
    figure = read_figure("items_per_hour", choice.filters, names=has_names())
    options = {"by": grouping, "selection": choice.describe()}
    show_card(
        figure,
        key=f"items-per-hour-{grouping}",
        title=f"Items per hour by {grouping}",
        options=options,
        columns=(grouping, *RATE_COLUMNS),
        rows=figure.rows.filter(pl.col("cut") == grouping),
        empty="No measured labeling time in this selection.",
        remark=SMALL_NOTE if build_view(figure, options).rows.get_column("is_small").any() else "",
        table_title="The numbers, with objects per hour",
        alt=f"Items per hour by {grouping}",
    )


def show_learning_curve(choice: Choice) -> None:
    """Draw the time per item against a person's experience."""
    show_card(
        read_figure("learning_curve", choice.filters, names=has_names()),
        key="learning",
        title="Do people get faster?",
        options={"selection": choice.describe()},
        columns=("person", "from_label", "to_label", *SECONDS_COLUMNS),
        intro="One line per person, counted from the first label in the log. A falling line can also mean easier items "
        "or better suggestions. Grey points: fewer than 20 labels.",
        table_key="learning-curve",
        alt="Seconds per item by person and experience",
    )


def show_accepted_rates(choice: Choice) -> None:
    """Draw accepted items per hour by project, and say where nothing is reviewed."""
    figure = read_figure("accepted_items_per_hour", choice.filters)
    overstated = shape_rows(figure, list_overstated_projects)
    missing = f"Too high, as review time is missing: {', '.join(overstated)}." if overstated else ""
    show_card(
        figure,
        key="accepted",
        title="Accepted items per hour",
        options={"selection": choice.describe()},
        remark=escape_markdown(missing),
        has_table=False,
    )
