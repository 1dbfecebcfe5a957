"""Published figures on where time goes and what automation saves, each with its caveat; never averaged."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from dashboard.allocation.share_range import blank_wide_shares
from dashboard.filters import BEFORE, find_compared_days, find_earlier_project
from dashboard.settings.references import read_references
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Snapshot


def select_time_shares(snapshot: Snapshot) -> pl.DataFrame:
    """Return published shares comparable with a team's: kind, label, share (0..1), measured, source, caveat."""
    return (
        read_references(snapshot)
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
    """Return all published figures in force, whatever else is stored."""
    del params
    return read_references(snapshot)


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
    return pl.concat([*team_shares, select_time_shares(snapshot)], how="diagonal")


MEASURE_DESCRIPTIONS = {
    "labeling_of_labeling_and_modeling": "labeling, of labeling and modeling together",
    "labeling_of_all_tracked": "labeling, of all tracked time",
}


def _select_team_shares(shares: pl.DataFrame, label: str) -> pl.DataFrame:
    has_hours = pl.any_horizontal(pl.col("numerator_seconds", "denominator_seconds", "open_seconds") != 0)
    known_shares = blank_wide_shares(shares.filter(has_hours))
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
