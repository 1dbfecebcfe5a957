"""Labels, and hours, that active learning or pre-training save at equal model error, by project."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from dashboard.errors import Cause, Unavailable
from dashboard.store.snapshot import Snapshot
from dashboard.synthetic.model.label_savings import (
    ACTIVE_LEARNING,
    RUN_COLUMNS,
    TECHNIQUES,
    LabelSavings,
    Technique,
    estimate_labels_saved,
)
from dashboard.synthetic.runs import HOUR, ProjectRuns, explain_unclear_direction, load_project_runs
from dashboard.units import format_count, format_share

LABEL_SAVINGS_SCHEMA: dict[str, pl.DataType] = {
    "project": pl.String(),
    "metric": pl.String(),
    "technique": pl.String(),
    "selection": pl.String(),  # of the runs: the technique's own value, or without it: a point of the comparison curve
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
"""One row per project and size. Shares are of the labels needed without the technique for the same error."""


def build_label_savings_rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return each technique and the curve without it, for each project whose runs say which is which."""
    project_rows = [
        row
        for technique in TECHNIQUES
        for project_runs in load_project_runs(snapshot, params)
        for row in _build_project_rows(project_runs, technique)
    ]
    return pl.DataFrame(project_rows, schema=LABEL_SAVINGS_SCHEMA)


def explain_missing_savings(rows: pl.DataFrame) -> Unavailable | None:
    """Return why no project has an answer and which runs are needed, or None."""
    if rows.get_column("saved_share").is_not_null().any():
        return None
    active = rows.filter(pl.col("needed") != "")
    if active.is_empty():
        return Unavailable(
            "No run says how its labels were chosen, or whether its model was pre-trained.",
            "Say selection = active or random in the runs: 3 sizes at random and one by active learning, 2 seeds each, "
            "with the same code. For pre-training, say pretraining = self-supervised or none.",
            Cause.not_recorded,
        )
    nearest = active.row(0, named=True)
    return Unavailable(f"{nearest['project']}: {nearest['words']}", str(nearest["needed"]), Cause.too_little_data)


def select_compared_runs(runs: pl.DataFrame, technique: Technique) -> pl.DataFrame:
    """Return the runs with and without the technique that are alike in the rest: code, and the other technique."""
    other = next(each.column for each in TECHNIQUES if each is not technique)
    known_runs = runs.filter(pl.col("synthetic") == 0).drop_nulls(technique.column)
    known_runs = known_runs.with_columns(
        pl.col(other).fill_null("none" if other == "pretraining" else "random"),
        active=pl.col(technique.column) == technique.value,
    )
    alike = known_runs.group_by("code", other).agg(pl.col("active").sum(), n=pl.len())
    strongest = alike.sort("active", "n", "code", other, descending=[True, True, True, False]).head(1)
    return known_runs.join(strongest.select("code", other), on=["code", other], how="semi")


def _build_project_rows(project_runs: ProjectRuns, technique: Technique) -> list[dict[str, object]]:
    """Return a project's rows: the technique first, then the curve without it."""
    runs = select_compared_runs(project_runs.runs, technique)
    if runs.is_empty():
        return []
    comparison = estimate_labels_saved(runs.select(list(RUN_COLUMNS)), technique)
    reason, needed = (comparison.refused.reason, comparison.refused.needed) if comparison.refused else ("", "")
    if project_runs.unclear_metrics:
        reason, needed = explain_unclear_direction(project_runs)
    shared: dict[str, object] = {
        "project": project_runs.project,
        "metric": project_runs.metric,
        "technique": technique.name,
        "code_version": runs.item(0, "code"),
        "method": comparison.method,
    }
    shared |= {"words": reason, "needed": needed}
    return [
        shared | row
        for row in (
            *_build_active_rows(comparison, project_runs, technique),
            *_build_random_rows(comparison, technique),
        )
    ] or [shared]


def _build_active_rows(
    comparison: LabelSavings, project_runs: ProjectRuns, technique: Technique
) -> list[dict[str, object]]:
    """Return one row per size of the technique."""
    return [_build_size_row(row, project_runs.pace, technique) for row in comparison.saved.to_dicts()]


def _build_size_row(row: Mapping[str, object], pace: float | None, technique: Technique) -> dict[str, object]:
    """Return the labels that the technique saved at one size."""
    labels, matched = float(str(row["labels"])), row["random_labels"]
    columns: dict[str, object] = {
        "selection": technique.value,
        "labels": labels,
        "error": row["error"],
        "seeds": row["seeds"],
    }
    if not isinstance(matched, float):
        return columns | {
            "words": f"With {format_count(labels)} labels it is {row['beyond']} than every run "
            f"{technique.runs_without}."
        }
    saved = matched - labels
    does = f"{format_count(labels)} labels with pre-training do what {format_count(matched)} do without it"
    if technique is ACTIVE_LEARNING:
        does = f"{format_count(labels)} chosen labels do what {format_count(matched)} random ones do"
    sentence = (
        f"{does}: {format_share(row['share'])} fewer (95% interval {format_share(row['share_low'])} to "
        f"{format_share(row['share_high'])})."
    )
    if row["beyond"] == "open":
        sentence += f" The runs {technique.runs_without} end within the interval, so one of its ends is open."
    columns |= {f"random_{end}": row[f"random_{end}"] for end in ("labels", "low", "high")}
    columns |= {"saved_share": row["share"], "saved_low": row["share_low"], "saved_high": row["share_high"]}
    return columns | {
        "saved_labels": saved,
        "saved_hours": None if pace is None else saved * pace / HOUR,
        "words": sentence,
    }


def _build_random_rows(comparison: LabelSavings, technique: Technique) -> list[dict[str, object]]:
    """Return the points of the curve without the technique."""
    points = comparison.random.select("labels", "error", "seeds").to_dicts()
    return [{"selection": technique.without, **row} for row in points]
