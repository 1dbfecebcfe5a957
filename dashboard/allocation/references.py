"""Published figures on where time goes and what automation saves, each with its caveat; never averaged."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files

import polars as pl

from dashboard.allocation.share_range import blank_wide_shares
from dashboard.filters import BEFORE, find_compared_days, find_earlier_project
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Snapshot

REFERENCE_SCHEMA = {
    "id": pl.String,
    "about": pl.String,  # time, or savings
    "technique": pl.String,
    "label": pl.String,
    "percent": pl.Float64,  # as published: share of time, or time saved (negative: it took longer); null: no number
    "percent_to": pl.Float64,  # the upper end, if a range was published
    "measured": pl.String,  # of what
    "share_of_time": pl.String,  # yes, or no: a share of respondents
    "labeling_only": pl.String,  # yes, no, or included among others
    "sample": pl.String,
    "grade": pl.String,  # A: randomized or controlled ... D: survey, vendor or single account
    "authors": pl.String,
    "year": pl.Int64,
    "source": pl.String,
    "url": pl.String,
    "caveat": pl.String,
}


@cache
def load_references() -> pl.DataFrame:
    """Return the published figures, in order of id (columns of REFERENCE_SCHEMA)."""
    text = files("dashboard.allocation").joinpath("reference_figures.csv").read_bytes()
    return pl.read_csv(text, schema=REFERENCE_SCHEMA).sort("id")


def select_time_shares() -> pl.DataFrame:
    """Return published shares comparable with a team's: kind, label, share (0..1), measured, source, caveat."""
    return (
        load_references()
        .filter(pl.col("share_of_time") == "yes")
        .select(
            kind=pl.lit("published"),
            label=pl.format("{} ({})", "label", "year"),
            share=pl.col("percent") / 100,
            measured="measured",
            labeling_only="labeling_only",
            grade="grade",
            source=pl.format("{}: {}, {}. {}", "authors", "source", "year", "url"),
            caveat="caveat",
        )
    )


def list_references(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return all published figures, whatever is stored."""
    del snapshot, params
    return load_references()


def build_comparison_rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return the team's own shares, those of the equal period before, and the published ones."""
    team_shares = [_select_team_shares(run_query(snapshot, "labeling_share", params), "This team")]
    first_on, last_on, compares_with = params["from_on"], params["to_on"], str(params.get("compares_with") or BEFORE)
    earlier: dict[str, object] = {}
    if project := find_earlier_project(compares_with):
        earlier = {"from_on": None, "to_on": None, "projects": [project]}
    elif isinstance(first_on, date) and isinstance(last_on, date):
        earlier = dict(zip(("from_on", "to_on"), find_compared_days(compares_with, first_on, last_on), strict=True))
    if earlier:
        shares = run_query(snapshot, "labeling_share", {**params, **earlier})
        team_shares.append(_select_team_shares(shares, f"This team, {compares_with}"))
    return pl.concat([*team_shares, select_time_shares()], how="diagonal")


MEASURE_DESCRIPTIONS = {
    "labeling_of_labeling_and_modeling": "labeling, of labeling and modeling together",
    "labeling_of_all_tracked": "labeling, of all tracked time",
}


def _select_team_shares(shares: pl.DataFrame, label: str) -> pl.DataFrame:
    known_shares = blank_wide_shares(shares.drop_nulls("share_high"))
    engineers = known_shares.filter(pl.col("scope") == "engineers")
    scope_shares = known_shares if engineers.is_empty() else engineers
    return scope_shares.select(
        kind=pl.lit("this team"),
        label=pl.format(f"{label} ({{}})", "scope"),
        share="share",
        share_low="share_low",
        share_high="share_high",
        open_hours="open_hours",
        measured=pl.col("measure").replace_strict(MEASURE_DESCRIPTIONS, return_dtype=pl.String),
        labeling_only=pl.lit("yes"),
        grade=pl.lit(None, dtype=pl.String),
        source=pl.lit("own time entries"),
        caveat=pl.lit(None, dtype=pl.String),
        numerator_seconds="numerator_seconds",
        denominator_seconds="denominator_seconds",
    )
