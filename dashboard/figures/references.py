"""Published figures on where the time goes and what automation saved, each with its caveat; never averaged."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

import polars as pl

from dashboard import catalog
from dashboard.store import Snapshot

SCHEMA = {
    "id": pl.String,
    "about": pl.String,  # time, or savings
    "technique": pl.String,
    "label": pl.String,
    "percent": pl.Float64,  # as published: of time, 0 to 100; saved, negative where it took longer; null: no number
    "percent_to": pl.Float64,  # the other end, where a range was published
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
def published() -> pl.DataFrame:
    """Return the catalogue, in order of id (columns of SCHEMA)."""
    text = files("dashboard").joinpath("reference_figures.csv").read_bytes()
    return pl.read_csv(text, schema=SCHEMA).sort("id")


def shares_of_time() -> pl.DataFrame:
    """Return what can stand beside a team's share: kind, label, share (0..1), measured, source, caveat."""
    return (
        published()
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


def on_savings() -> pl.DataFrame:
    """Return what others measured of automation, by technique; context, and never used where own data exist."""
    return published().filter(pl.col("about") == "savings").sort("technique", "grade", "id")


def listed(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return the whole catalogue, whatever is stored."""
    del snapshot, params
    return published()


def against(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return the team's own shares, those of the equal period before, and the published ones."""
    own = [_own(catalog.run(snapshot, "labeling_share", params), "This team")]
    first, last = params["from_on"], params["to_on"]
    if isinstance(first, date) and isinstance(last, date):
        before = {"from_on": first - (last - first) - timedelta(days=1), "to_on": first - timedelta(days=1)}
        own.append(_own(catalog.run(snapshot, "labeling_share", {**params, **before}), "This team, period before"))
    return pl.concat([*own, shares_of_time()], how="diagonal")


MEASURED = {
    "labeling_of_labeling_and_modeling": "labeling, of labeling and modeling together",
    "labeling_of_all_tracked": "labeling, of all tracked time",
}


def _own(shares: pl.DataFrame, label: str) -> pl.DataFrame:
    known = shares.drop_nulls("share")
    engineers = known.filter(pl.col("scope") == "engineers")
    chosen = known if engineers.is_empty() else engineers
    return chosen.select(
        kind=pl.lit("this team"),
        label=pl.format(f"{label} ({{}})", "scope"),
        share="share",
        measured=pl.col("measure").replace_strict(MEASURED, return_dtype=pl.String),
        labeling_only=pl.lit("yes"),
        grade=pl.lit(None, dtype=pl.String),
        source=pl.lit("own time entries"),
        caveat=pl.lit(None, dtype=pl.String),
        numerator_seconds="numerator_seconds",
        denominator_seconds="denominator_seconds",
    )
