"""What the next 40 hours bring, spent on labels or on the model."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from dashboard.estimates import marginal_return
from dashboard.estimates.marginal_return import MarginalReturn
from dashboard.figures.returns_runs import HOUR, Tested, tested, unclear
from dashboard.store import Snapshot

NEXT_HOURS = 40.0
ROWS: dict[str, pl.DataType] = {
    "project": pl.String(),
    "metric": pl.String(),
    "activity": pl.String(),
    "verdict": pl.String(),
    "gain_share": pl.Float64(),
    "gain_low": pl.Float64(),
    "gain_high": pl.Float64(),
    "gain_an_hour": pl.Float64(),
    "next_hours": pl.Float64(),
    "elasticity": pl.Float64(),
    "elasticity_low": pl.Float64(),
    "elasticity_high": pl.Float64(),
    "contrast_share": pl.Float64(),
    "contrast_low": pl.Float64(),
    "contrast_high": pl.Float64(),
    "error": pl.Float64(),
    "labels": pl.Float64(),
    "modeling_hours": pl.Float64(),
    "seconds_a_label": pl.Float64(),
    "points": pl.Int64(),
    "runs": pl.Int64(),
    "runs_missing": pl.Int64(),
    "bends": pl.Boolean(),
    "method": pl.String(),
    "words": pl.String(),
    "needed": pl.String(),
    "history": pl.String(),
}
"""Two rows a project. Shares are of the present error; `verdict` is labeling, modeling or cannot rank."""


def rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return what an hour of labeling and of modeling brings in each project with runs that name their labels."""
    told = [row for one in tested(snapshot, params) for row in _rows(one)]
    return pl.DataFrame(told, schema=ROWS)


def refusal(found: pl.DataFrame) -> dict[str, str] | None:
    """Return why nothing is known of any project and what is missing, or None."""
    if found.is_empty():
        return {
            "reason": "No finished run names the labels it learned from.",
            "needed": "Import runs with labels_used, code_version, seed and modeling_hours: the final code on 12.5, "
            "25, 50 and 100 % of the labels, and code of 4 stages on all of them, 3 seeds each.",
        }
    if (
        found.get_column("elasticity").is_not_null().any()
        or found.get_column("history").str.contains("consistent").any()
    ):
        return None
    nearest = found.sort("runs", "project", descending=[True, False]).row(0, named=True)
    return {"reason": f"{nearest['project']}: {nearest['words']}", "needed": str(nearest["needed"])}


def _rows(one: Tested) -> list[dict[str, object]]:
    """Return both rows of a project."""
    alone = one.at_random().filter(pl.col("synthetic") == 0)
    hours_a_label = None if one.pace is None else one.pace / HOUR
    found = marginal_return.estimate(alone, hours_a_label=hours_a_label, next_hours=NEXT_HOURS)
    words, needed = _words(found), found.refused.needed if found.refused else ""
    if one.unclear:
        words, needed = unclear(one)
    shared: dict[str, object] = {
        "project": one.project,
        "metric": one.metric,
        "verdict": found.verdict,
        "next_hours": NEXT_HOURS,
        "error": found.error,
        "labels": found.labels,
        "modeling_hours": found.hours or None,
        "seconds_a_label": one.pace,
        "runs_missing": found.missing.get_column("runs").sum(),
        "method": found.method,
        "words": words,
        "needed": needed,
        "history": marginal_return.history(stages(alone)).words,
    }
    if found.contrast:
        ends = (found.contrast.value, found.contrast.low, found.contrast.high)
        shared |= dict(zip(("contrast_share", "contrast_low", "contrast_high"), ends, strict=True))
    return [shared | _side(row) for row in found.returns.to_dicts()]


def _side(row: Mapping[str, object]) -> dict[str, object]:
    """Return what is known of one activity."""
    kept = {name: row[name] for name in ("activity", "elasticity", "elasticity_low", "elasticity_high")}
    kept |= {name: row[name] for name in ("gain_low", "gain_high", "points", "runs", "bends")}
    gain = row["gain"]
    return kept | {"gain_share": gain, "gain_an_hour": gain / NEXT_HOURS if isinstance(gain, float) else None}


def stages(runs: pl.DataFrame) -> pl.DataFrame:
    """Return one row a code version: labels, hours, error: the mean of its runs on the most labels it had."""
    most = runs.drop_nulls("error").filter(pl.col("labels") == pl.col("labels").max().over("code"))
    return (
        most.group_by("code")
        .agg(pl.col("labels", "hours", "first_on").first(), error=pl.col("error").log().mean().exp())
        .sort("first_on", "code", nulls_last=True)
        .select("labels", "hours", "error")
    )


def _words(found: MarginalReturn) -> str:
    """Return which of the next hours returns more, or why that cannot be said."""
    if found.refused or found.contrast is None:
        return f"Cannot rank. {found.refused.reason if found.refused else ''}".strip()
    better = found.returns.filter(pl.col("activity") == found.verdict).row(0, named=True)
    worse = found.returns.filter(pl.col("activity") != found.verdict).row(0, named=True)
    return (
        f"The next {NEXT_HOURS:.0f} hours return more in {better['activity']}: they take {better['gain']:.2%} of the "
        f"error away ({found.contrast.level:.0%} interval {better['gain_low']:.2%} to {better['gain_high']:.2%}), in "
        f"{worse['activity']} {worse['gain']:.2%} ({worse['gain_low']:.2%} to {worse['gain_high']:.2%})."
    )
