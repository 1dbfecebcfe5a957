"""Rows of the labeling figures made ready for their charts: what is written on an axis, and in which order."""

from __future__ import annotations

import polars as pl

ALL = "(all)"
NO_TIME = "no time"
AT_MOST = 24  # rows of one chart; the table holds them all
KNOWN = ("measured", "gap-derived")
RATE_NAMES = {"project": "project", "team": "team", "person": "person"}


def overall(rows: pl.DataFrame) -> dict[str, object]:
    """Return of `seconds_per_item` the measured row of everything; empty where nothing is measured."""
    found = rows.filter(project=ALL, method=ALL, basis="measured")
    return found.row(0, named=True) if found.height else {}


def without_time(rows: pl.DataFrame) -> float | None:
    """Return of `seconds_per_item` the share of labels whose time is unknown or says nothing."""
    whole = rows.filter(project=ALL, method=ALL)
    if whole.is_empty():
        return None
    return float(
        whole.filter(pl.col("basis").is_in(["unknown", "not informative"])).get_column("share_of_labels").sum()
    )


def spread(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the lines of `seconds_per_item`: project and method, longest first; gap-derived ones say so."""
    named = rows.filter(pl.col("project") != ALL, pl.col("method") != ALL, pl.col("basis").is_in(KNOWN))
    estimate = pl.when(pl.col("basis") == "gap-derived").then(pl.lit(", estimate")).otherwise(pl.lit(""))
    return (
        named.with_columns(label=pl.format("{} · {}{}", "project", "method", estimate), n="labels")
        .sort("project", "method", "basis")
        .head(AT_MOST)
    )


def kinds(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the lines of `time_by_label_kind` that have a measured time."""
    known = rows.filter(pl.col("median_seconds").is_not_null())
    return known.with_columns(label=pl.format("{} · {}", "label_kind", "project"), n="timed_labels").head(AT_MOST)


def rates(rows: pl.DataFrame, per: str) -> pl.DataFrame:
    """Return the bars of `items_per_hour` for projects, teams or people, fastest first."""
    chosen = rows.filter(pl.col("cut") == per, pl.col("items_per_hour").is_not_null())
    return (
        chosen.with_columns(label=pl.col(RATE_NAMES[per]), n="timed_labels")
        .sort("items_per_hour", "label", descending=[True, False])
        .head(AT_MOST)
    )


def accepted(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the bars of `accepted_items_per_hour`, one a project that is reviewed."""
    known = rows.filter(pl.col("project") != ALL, pl.col("accepted_per_hour").is_not_null())
    return known.with_columns(label="project", n="accepted").head(AT_MOST)


def capped(rows: pl.DataFrame, cap_seconds: int | None) -> pl.DataFrame:
    """Return of `active_against_open_time` the rows under one cap; None is no cap."""
    return rows.filter(pl.col("cap_seconds").eq_missing(pl.lit(cap_seconds, dtype=pl.Int32)))


def kept_and_taken(rows: pl.DataFrame, cap_seconds: int | None) -> pl.DataFrame:
    """Return two parts a tool and rule: the hours that count, and those that the cap takes away."""
    timed = capped(rows, cap_seconds).filter(pl.col("hours").is_not_null())
    labeled = timed.with_columns(label=pl.format("{}: {}", "source", pl.col("meaning").str.extract("^([^,:]+)")))
    summed = labeled.group_by("label", maintain_order=True).agg(pl.col("hours", "hours_taken_away").sum())
    kept = summed.select("label", "hours", part=pl.lit("counted"), place=pl.lit(0))
    taken = summed.select("label", hours="hours_taken_away", part=pl.lit("over the cap"), place=pl.lit(1))
    return pl.concat([kept, taken]).filter(pl.col("hours") > 0)


def staged(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the parts of `seconds_by_method_and_stage` that have time."""
    order = {"annotate": 0, "review": 1, "rework": 2}
    known = rows.filter(pl.col("milliseconds") > 0)
    return known.with_columns(label="method", place=pl.col("stage").replace_strict(order, return_dtype=pl.Int64))


def progress(rows: pl.DataFrame) -> pl.DataFrame:
    """Return three parts a project of `label_progress`: done, skipped, left to do."""
    projects = rows.filter(pl.col("person").is_null())
    parts = [("done", "done"), ("skipped", "skipped"), ("left_to_do", "left to do")]
    stacked = [
        projects.select(label="project", labels=column, state=pl.lit(state), place=pl.lit(place))
        for place, (column, state) in enumerate(parts)
    ]
    return pl.concat(stacked).filter(pl.col("labels") > 0)


def states(rows: pl.DataFrame) -> tuple[str, ...]:
    """Return the states of `label_states` that occur."""
    return tuple(rows.get_column("state").unique().sort())


def too_high(rows: pl.DataFrame) -> list[str]:
    """Return the projects of `accepted_items_per_hour` whose review time is missing from the log."""
    return (
        rows.filter(pl.col("project") != ALL, pl.col("reading").str.starts_with("too high"))
        .get_column("project")
        .to_list()
    )


def two_views(rows: pl.DataFrame) -> pl.DataFrame:
    """Return logged and observed hours by month; a view without any hours in a month has no bar."""
    summed = rows.group_by("month_on").agg(
        pl.col(column).filter(pl.col(column).is_not_null()).sum() for column in ("logged_hours", "observed_hours")
    )
    named = summed.sort("month_on").with_columns(month=pl.col("month_on").dt.strftime("%b %Y"))
    logged = named.select("month_on", "month", hours="logged_hours", seen=pl.lit("logged"))
    observed = named.select("month_on", "month", hours="observed_hours", seen=pl.lit("observed"))
    return pl.concat([logged, observed]).filter(pl.col("hours") > 0).sort("month_on", "seen")
