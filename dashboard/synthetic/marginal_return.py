"""The marginal return of the next 40 hours, spent on labeling or on modeling."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from dashboard.errors import Cause, Unavailable
from dashboard.store.snapshot import Snapshot
from dashboard.synthetic.model import marginal_return
from dashboard.synthetic.model.marginal_return import MarginalReturn
from dashboard.synthetic.runs import HOUR, ProjectRuns, explain_unclear_direction, load_project_runs
from dashboard.units import format_count, format_share

NEXT_HOURS = 40.0
RETURN_SCHEMA: dict[str, pl.DataType] = {
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
"""Two rows per project. Shares are of the present error; `verdict` is labeling, modeling or cannot rank."""


def build_return_rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return the marginal return of labeling and modeling in each project whose runs name their labels."""
    project_rows = [
        row for project_runs in load_project_runs(snapshot, params) for row in _build_project_rows(project_runs)
    ]
    return pl.DataFrame(project_rows, schema=RETURN_SCHEMA)


def explain_missing_return(rows: pl.DataFrame) -> Unavailable | None:
    """Return why no project has an answer and what is missing, or None."""
    if rows.is_empty():
        return Unavailable(
            "No finished run names the labels it learned from.",
            "Import runs with labels_used, code_version, seed and modeling_hours: the final code on 12.5, "
            "25, 50 and 100% of the labels, and code of 4 stages on all of them, 3 seeds each.",
            Cause.not_recorded,
        )
    if rows.get_column("elasticity").is_not_null().any() or rows.get_column("history").str.contains("consistent").any():
        return None
    nearest = rows.sort("runs", "project", descending=[True, False]).row(0, named=True)
    return Unavailable(f"{nearest['project']}: {nearest['words']}", str(nearest["needed"]), Cause.too_little_data)


def _build_project_rows(project_runs: ProjectRuns) -> list[dict[str, object]]:
    """Return the labeling row and the modeling row of a project."""
    human_runs = project_runs.select_random_runs().filter(pl.col("synthetic") == 0)
    hours_a_label = None if project_runs.pace is None else project_runs.pace / HOUR
    estimate = marginal_return.estimate_marginal_return(human_runs, hours_a_label=hours_a_label, next_hours=NEXT_HOURS)
    sentence, needed = _describe_return(estimate), estimate.refused.needed if estimate.refused else ""
    if project_runs.unclear_metrics:
        sentence, needed = explain_unclear_direction(project_runs)
    shared: dict[str, object] = {
        "project": project_runs.project,
        "metric": project_runs.metric,
        "verdict": estimate.verdict,
        "next_hours": NEXT_HOURS,
        "error": estimate.error,
        "labels": estimate.labels,
        "modeling_hours": estimate.hours or None,
        "seconds_a_label": project_runs.pace,
        "runs_missing": estimate.missing.get_column("runs").sum(),
        "method": estimate.method,
        "words": sentence,
        "needed": needed,
        "history": marginal_return.fit_history(summarize_code_versions(human_runs)).words,
    }
    if estimate.contrast:
        bounds = (estimate.contrast.value, estimate.contrast.low, estimate.contrast.high)
        shared |= dict(zip(("contrast_share", "contrast_low", "contrast_high"), bounds, strict=True))
    return [shared | _build_activity_row(row) for row in estimate.returns.to_dicts()]


def _build_activity_row(row: Mapping[str, object]) -> dict[str, object]:
    """Return the columns of one activity."""
    columns = {name: row[name] for name in ("activity", "elasticity", "elasticity_low", "elasticity_high")}
    columns |= {name: row[name] for name in ("gain_low", "gain_high", "points", "runs", "bends")}
    gain = row["gain"]
    return columns | {"gain_share": gain, "gain_an_hour": gain / NEXT_HOURS if isinstance(gain, float) else None}


def summarize_code_versions(runs: pl.DataFrame) -> pl.DataFrame:
    """Return labels, hours and error per code version; the error is the geometric mean of its largest runs."""
    largest_runs = runs.drop_nulls("error").filter(pl.col("labels") == pl.col("labels").max().over("code"))
    return (
        largest_runs.group_by("code")
        .agg(pl.col("labels", "hours", "first_on").first(), error=pl.col("error").log().mean().exp())
        .sort("first_on", "code", nulls_last=True)
        .select("labels", "hours", "error")
    )


def _describe_return(estimate: MarginalReturn) -> str:
    """Return a sentence on which activity returns more, or why they cannot be ranked."""
    if estimate.refused or estimate.contrast is None:
        return f"Cannot rank. {estimate.refused.reason if estimate.refused else ''}".strip()
    better = estimate.returns.filter(pl.col("activity") == estimate.verdict).row(0, named=True)
    worse = estimate.returns.filter(pl.col("activity") != estimate.verdict).row(0, named=True)
    return (
        f"The next {format_count(NEXT_HOURS)} hours return more in {better['activity']}: they take "
        f"{format_share(better['gain'], 2)} of "
        f"the error away ({format_share(estimate.contrast.level)} interval {format_share(better['gain_low'], 2)} to "
        f"{format_share(better['gain_high'], 2)}), in {worse['activity']} "
        f"{format_share(worse['gain'], 2)} ({format_share(worse['gain_low'], 2)} to "
        f"{format_share(worse['gain_high'], 2)})."
    )
