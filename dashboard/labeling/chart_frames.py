"""Rows of the labeling figures, prepared for their charts: axis labels and order."""

from __future__ import annotations

import polars as pl

from dashboard.figures.chart_base import fill_calendar
from dashboard.importers.discover import name_source
from dashboard.schemas import UNNAMED_PROJECT
from dashboard.units import MONTH_AXIS

ALL = "(all)"
MAX_ROWS = 24  # rows of one chart; the table holds them all
KNOWN_BASES = ("measured", "gap-derived")
RATE_NAMES = {"project": "project", "team": "team", "person": "person"}


def find_overall_row(rows: pl.DataFrame) -> dict[str, object]:
    """Return the overall measured row of `seconds_per_item`; empty where nothing is measured."""
    matches = rows.filter(project=ALL, method=ALL, basis="measured")
    return matches.row(0, named=True) if matches.height else {}


def choose_time_unit(rows: pl.DataFrame) -> str:
    """Return the unit of a chart's times per item: minutes where their middle is two minutes or more, as in cards."""
    middle = rows.get_column("median_seconds").median()
    return "minutes" if isinstance(middle, float) and middle >= 120 else "seconds"  # noqa: PLR2004 - as in cards


def add_minutes(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows with their times per item in minutes, too."""
    names = [name for name in ("median", "mean", "p90") if f"{name}_seconds" in rows.columns]
    return rows.with_columns((pl.col(f"{name}_seconds") / 60).alias(f"{name}_minutes") for name in names)


def compute_untimed_share(rows: pl.DataFrame) -> float | None:
    """Return the share of labels in `seconds_per_item` whose time is unknown or not informative."""
    overall = rows.filter(project=ALL, method=ALL)
    if overall.is_empty():
        return None
    return float(
        overall.filter(pl.col("basis").is_in(["unknown", "not informative"])).get_column("share_of_labels").sum()
    )


def build_spread_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the lines of `seconds_per_item` by project and method; gap-derived ones are marked as estimates."""
    named = rows.filter(pl.col("project") != ALL, pl.col("method") != ALL, pl.col("basis").is_in(KNOWN_BASES))
    estimate = pl.when(pl.col("basis") == "gap-derived").then(pl.lit(", estimate")).otherwise(pl.lit(""))
    return (
        named.with_columns(label=pl.format("{} · {}{}", "project", "method", estimate), n="labels")
        .sort("project", "method", "basis")
        .head(MAX_ROWS)
    )


def build_kind_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the lines of `time_by_label_kind` that have a measured time, each kind with all its classes."""
    timed = rows.filter(pl.col("median_seconds").is_not_null(), pl.col("class") == ALL)
    return timed.with_columns(label=pl.format("{} · {}", "label_kind", "project"), n="timed_labels").head(MAX_ROWS)


def build_rate_rows(rows: pl.DataFrame, per: str) -> pl.DataFrame:
    """Return the bars of `items_per_hour` for projects, teams or people, fastest first."""
    selected = rows.filter(pl.col("cut") == per, pl.col("items_per_hour").is_not_null())
    return (
        selected.with_columns(label=pl.col(RATE_NAMES[per]), n="timed_labels")
        .sort("items_per_hour", "label", descending=[True, False])
        .head(MAX_ROWS)
    )


def build_accepted_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the bars of `accepted_items_per_hour`, one per reviewed project."""
    reviewed = rows.filter(pl.col("project") != ALL, pl.col("accepted_per_hour").is_not_null())
    return reviewed.with_columns(label="project", n="accepted").head(MAX_ROWS)


def select_cap_rows(rows: pl.DataFrame, cap_seconds: int | None) -> pl.DataFrame:
    """Return the rows of `active_against_open_time` under one cap; None is no cap."""
    return rows.filter(pl.col("cap_seconds").eq_missing(pl.lit(cap_seconds, dtype=pl.Int32)))


def name_tools(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with tools by the names that people know."""
    return rows.with_columns(pl.col("source").map_elements(name_source, return_dtype=pl.String))


def split_capped_hours(rows: pl.DataFrame, cap_seconds: int | None) -> pl.DataFrame:
    """Return two parts per tool and rule: the hours that count, and those over the cap."""
    timed = select_cap_rows(rows, cap_seconds).filter(pl.col("hours").is_not_null())
    labeled = name_tools(timed).with_columns(
        label=pl.format("{}: {}", "source", pl.col("meaning").str.extract("^([^,:]+)"))
    )
    summed = labeled.group_by("label", maintain_order=True).agg(pl.col("hours", "hours_taken_away").sum())
    within_cap = summed.select("label", "hours", part=pl.lit("counted"), place=pl.lit(0))
    over_cap = summed.select("label", hours="hours_taken_away", part=pl.lit("over the cap"), place=pl.lit(1))
    return pl.concat([within_cap, over_cap]).filter(pl.col("hours") > 0)


def build_stage_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the parts of `seconds_by_method_and_stage` that have time."""
    order = {"annotate": 0, "review": 1, "rework": 2}
    timed = rows.filter(pl.col("milliseconds") > 0)
    return timed.with_columns(label="method", place=pl.col("stage").replace_strict(order, return_dtype=pl.Int64))


def build_progress_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Return three parts per project of `label_progress`: done, skipped, left to do."""
    projects = rows.filter(pl.col("person").is_null())
    parts = [("done", "done"), ("skipped", "skipped"), ("left_to_do", "left to do")]
    stacked = [
        projects.select(label="project", labels=column, state=pl.lit(state), place=pl.lit(position))
        for position, (column, state) in enumerate(parts)
    ]
    return pl.concat(stacked).filter(pl.col("labels") > 0)


def list_states(rows: pl.DataFrame) -> tuple[str, ...]:
    """Return the states of `label_states` that occur."""
    return tuple(rows.get_column("state").unique().sort())


def order_states(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the bands of `items_by_state` in the order of work, what is done first."""
    order = ["done", "made by a machine", "labeled, not reviewed", "annotating", "not started", "skipped"]
    places = {state: place for place, state in enumerate(order)}
    return rows.with_columns(place=pl.col("state").replace_strict(places, return_dtype=pl.Int64))


def list_overstated_projects(rows: pl.DataFrame) -> list[str]:
    """Return the projects of `accepted_items_per_hour` whose review time is missing from the log."""
    return rows.filter(pl.col("project") != ALL, pl.col("share_with_review_time") < 1).get_column("project").to_list()


def build_view_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Return logged and observed hours by month; a month without hours in one of them lacks that bar."""
    summed = rows.group_by("month_on").agg(
        pl.col(column).filter(pl.col(column).is_not_null()).sum() for column in ("logged_hours", "observed_hours")
    )
    named = fill_calendar(summed.sort("month_on"), "month_on", "1mo").with_columns(
        month=pl.col("month_on").dt.strftime(MONTH_AXIS)
    )
    logged = named.select("month_on", "month", hours="logged_hours", seen=pl.lit("logged"))
    observed = named.select("month_on", "month", hours="observed_hours", seen=pl.lit("observed"))
    return pl.concat([logged, observed]).filter((pl.col("hours") > 0).fill_null(value=True)).sort("month_on", "seen")


def sum_both_logs(rows: pl.DataFrame) -> dict[str, float]:
    """Return the hours of `logged_against_observed` in the months of projects that both logs have hours of."""
    both = rows.drop_nulls(["logged_hours", "observed_hours"]).filter(pl.col("project") != UNNAMED_PROJECT)
    return both.select(pl.col("logged_hours", "observed_hours").sum()).row(0, named=True)
