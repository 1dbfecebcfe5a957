"""Labeling, audio and video: how long people take for a minute of it."""

from __future__ import annotations

import polars as pl

from dashboard.units import count_noun, format_decimal, format_hours, format_share
from dashboard.web.cached_store import read_figure
from dashboard.web.components import show_card
from dashboard.web.filter_bar import Choice

MINIMUM_LABELS = 20  # of known time and length, below which a rate is mostly chance
COLUMNS = (
    "project",
    "method",
    "minutes_per_minute",
    "median_minutes_per_minute",
    "labeling_minutes",
    "media_minutes",
    "timed_labels",
    "labels",
    "share_with_length",
    "is_small",
)


def show_media_rate(choice: Choice) -> None:
    """Say how long a minute of audio or video takes, where a label of this selection has a known length."""
    figure = read_figure("media_minutes", choice.filters)
    if figure.unavailable:
        return
    show_card(
        figure,
        key="media-minutes",
        title="Audio and video",
        columns=COLUMNS,
        intro=describe_media_rate(figure.rows),
        alt="Labeling minutes per minute of audio or video, by project and method",
    )


def summarize_media_rate(rows: pl.DataFrame) -> str:
    """Return in few words how long people took over all rows; "" where too few labels say it."""
    worked, played, timed = sum_media(rows)
    return f"audio and video: {format_decimal(worked / played, 2)} times its length" if timed >= MINIMUM_LABELS else ""


def sum_media(rows: pl.DataFrame) -> tuple[float, float, int]:
    """Return the minutes of labeling and of audio or video, and how many labels they are of."""
    columns = ("labeling_minutes", "media_minutes", "timed_labels")
    worked, played, timed = (rows.get_column(name).sum() for name in columns)
    return float(worked), float(played), int(timed)


def describe_media_rate(rows: pl.DataFrame) -> str:
    """Return in words how long people took over all rows, or that there are too few labels to say."""
    (worked, played, timed), labels = sum_media(rows), int(rows.get_column("labels").sum())
    if timed < MINIMUM_LABELS:
        return f"Not enough data: known for {timed} of {count_noun(labels, 'label')}, and {MINIMUM_LABELS} are needed."
    coverage = f"known for {format_share(timed / labels)} of {count_noun(labels, 'label')}"
    ratio = format_decimal(worked / played, 2)
    length = f"its length: {format_hours(worked / 60)} for {format_hours(played / 60)}"
    return f"Labeling took **{ratio} times** {length}; {coverage}."
