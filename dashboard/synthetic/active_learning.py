"""Labels that active learning saves at equal model error, compared with random choice, by project."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from dashboard.errors import Cause, Unavailable
from dashboard.store.snapshot import Snapshot
from dashboard.synthetic.model.label_savings import RUN_COLUMNS, ActiveLearningEstimate, estimate_labels_saved
from dashboard.synthetic.runs import HOUR, ProjectRuns, explain_unclear_direction, load_project_runs

ACTIVE_LEARNING_SCHEMA: dict[str, pl.DataType] = {
    "project": pl.String(),
    "metric": pl.String(),
    "selection": pl.String(),  # active, or random: a point of the comparison curve
    "labels": pl.Float64(),
    "error": pl.Float64(),
    "seeds": pl.Int64(),
    "random_labels": pl.Float64(),
    "random_low": pl.Float64(),
    "random_high": pl.Float64(),
    "saved_labels": pl.Float64(),
    "saved_share": pl.Float64(),
    "saved_low": pl.Float64(),
    "saved_high": pl.Float64(),
    "saved_hours": pl.Float64(),
    "code_version": pl.String(),
    "method": pl.String(),
    "words": pl.String(),
    "needed": pl.String(),
}
"""One row per project and size. Shares are of the randomly chosen labels needed for the same error."""


def build_active_learning_rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return active learning and the random curve for each project whose runs say how labels were chosen."""
    project_rows = [
        row for project_runs in load_project_runs(snapshot, params) for row in _build_project_rows(project_runs)
    ]
    return pl.DataFrame(project_rows, schema=ACTIVE_LEARNING_SCHEMA)


def explain_missing_savings(rows: pl.DataFrame) -> Unavailable | None:
    """Return why no project has an answer and which runs are needed, or None."""
    if rows.get_column("saved_share").is_not_null().any():
        return None
    active = rows.filter(pl.col("needed") != "").sort(pl.col("selection") == "active", descending=True)
    if active.is_empty():
        return Unavailable(
            "No run says how its labels were chosen.",
            "Say selection = active or random in the runs: 3 sizes at random and one by active learning, 2 "
            "seeds each, with the same code.",
            Cause.not_recorded,
        )
    nearest = active.row(0, named=True)
    return Unavailable(f"{nearest['project']}: {nearest['words']}", str(nearest["needed"]), Cause.too_little_data)


def _build_project_rows(project_runs: ProjectRuns) -> list[dict[str, object]]:
    """Return a project's rows: active learning first, then the random curve."""
    known_runs = project_runs.runs.filter(pl.col("synthetic") == 0).drop_nulls("selection")
    codes = known_runs.group_by("code").agg(active=(pl.col("selection") == "active").sum(), n=pl.len())
    if known_runs.is_empty():
        return []
    code = str(codes.sort("active", "n", "code", descending=True).item(0, "code"))
    runs = known_runs.filter(pl.col("code") == code).with_columns(active=pl.col("selection") == "active")
    comparison = estimate_labels_saved(runs.select(list(RUN_COLUMNS)))
    reason, needed = (comparison.refused.reason, comparison.refused.needed) if comparison.refused else ("", "")
    if project_runs.unclear_metrics:
        reason, needed = explain_unclear_direction(project_runs)
    shared: dict[str, object] = {
        "project": project_runs.project,
        "metric": project_runs.metric,
        "code_version": code,
        "method": comparison.method,
    }
    shared |= {"words": reason, "needed": needed}
    return [
        shared | row for row in (*_build_active_rows(comparison, project_runs), *_build_random_rows(comparison))
    ] or [shared]


def _build_active_rows(comparison: ActiveLearningEstimate, project_runs: ProjectRuns) -> list[dict[str, object]]:
    """Return one row per size of active learning."""
    return [_build_size_row(row, project_runs.pace) for row in comparison.saved.to_dicts()]


def _build_size_row(row: Mapping[str, object], pace: float | None) -> dict[str, object]:
    """Return the labels that active learning saved at one size."""
    labels, matched = float(str(row["labels"])), row["random_labels"]
    columns: dict[str, object] = {"selection": "active", "labels": labels, "error": row["error"], "seeds": row["seeds"]}
    if not isinstance(matched, float):
        return columns | {"words": f"With {labels:,.0f} labels it is {row['beyond']} than every run on random labels."}
    saved = matched - labels
    sentence = (
        f"{labels:,.0f} chosen labels do what {matched:,.0f} random ones do: {row['share']:.0%} fewer "
        f"(95% interval {row['share_low']:.0%} to {row['share_high']:.0%})."
    )
    if row["beyond"] == "open":
        sentence += " The random runs end within the interval, so one of its ends is open."
    columns |= {f"random_{end}": row[f"random_{end}"] for end in ("labels", "low", "high")}
    columns |= {"saved_share": row["share"], "saved_low": row["share_low"], "saved_high": row["share_high"]}
    return columns | {
        "saved_labels": saved,
        "saved_hours": None if pace is None else saved * pace / HOUR,
        "words": sentence,
    }


def _build_random_rows(comparison: ActiveLearningEstimate) -> list[dict[str, object]]:
    """Return the points of the random curve."""
    points = comparison.random.select("labels", "error", "seeds").to_dicts()
    return [{"selection": "random", **row} for row in points]
