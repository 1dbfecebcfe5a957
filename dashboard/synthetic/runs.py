"""Training runs of a project, prepared for comparison: one metric, as an error, by kind of label."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from dashboard.store.queries import run_query
from dashboard.store.snapshot import Snapshot
from dashboard.synthetic.model.run_points import compute_errors, infer_direction

HOUR = 3600
DIRECTION_NEEDED = 'Give it a usual name, such as f1, accuracy or loss, or add "(higher is better)" to its name.'


@dataclass(frozen=True)
class ProjectRuns:
    """A project's runs, with the metric that most of its seeded runs have.

    `runs`: labels, human, synthetic, code, hours, seed, selection, pretraining, first_on, error. `unclear_metrics`
    names the metrics of unknown direction; then there are no runs. `pace`: seconds per label by people, None where
    unknown.
    """

    project: str
    metric: str
    runs: pl.DataFrame
    unclear_metrics: tuple[str, ...]
    pace: float | None

    def select_random_runs(self) -> pl.DataFrame:
        """Return the runs whose labels no model chose, without pre-training: the others follow curves of their own."""
        runs = self.runs.filter(pl.col("selection").is_null() | (pl.col("selection") == "random"))
        # A pre-trained model needs fewer labels: its runs are never mixed with the others.
        without = runs.filter(pl.col("pretraining").is_null() | (pl.col("pretraining") == "none"))
        return runs if without.is_empty() else without


def load_project_runs(snapshot: Snapshot, params: Mapping[str, object]) -> list[ProjectRuns]:
    """Return the projects with finished runs that name their labels, sorted by name."""
    runs = run_query(snapshot, "labeled_runs", params)
    paces = run_query(snapshot, "label_pace", params).drop_nulls("project")
    seconds = {str(row["project"]).strip().casefold(): row["seconds_a_label"] for row in paces.to_dicts()}
    return [
        _select_runs(str(name), rows, seconds.get(str(name).strip().casefold()))
        for (name,), rows in runs.group_by("project", maintain_order=True)
    ]


def _select_runs(project: str, rows: pl.DataFrame, pace: float | None) -> ProjectRuns:
    """Return a project's runs of one metric: of those with a known direction, the one with most seeded runs."""
    # Runs without a seed are everyday training: even many of them cannot separate an effect from chance.
    metric_counts = rows.group_by("metric").agg(seeded=pl.col("seed").is_not_null().sum(), runs=pl.len())
    metrics = metric_counts.sort("seeded", "runs", "metric", descending=[True, True, False]).get_column("metric")
    clear_metrics = [str(metric) for metric in metrics if infer_direction(str(metric))]
    if not clear_metrics:
        return ProjectRuns(
            project, "", _shape_runs(rows.clear(), pl.Series("error", [], pl.Float64)), tuple(metrics), pace
        )
    metric_runs = rows.filter(pl.col("metric") == clear_metrics[0])
    metric_errors = compute_errors(metric_runs.get_column("value"), clear_metrics[0])
    # Never None: the direction is known.
    return ProjectRuns(
        project,
        clear_metrics[0],
        _shape_runs(metric_runs, metric_errors if metric_errors is not None else pl.Series()),
        (),
        pace,
    )


def _shape_runs(rows: pl.DataFrame, error: pl.Series) -> pl.DataFrame:
    """Return the columns of `ProjectRuns.runs`, without invalid runs that have more synthetic labels than labels."""
    return (
        rows.with_columns(error.alias("error"))
        .filter(pl.col("labels_synthetic") <= pl.col("labels_used"))
        .select(
            labels=pl.col("labels_used").cast(pl.Float64),
            human=(pl.col("labels_used") - pl.col("labels_synthetic")).cast(pl.Float64),
            synthetic=pl.col("labels_synthetic").cast(pl.Float64),
            code="code_version",
            hours="modeling_hours",
            seed="seed",
            selection="selection",
            pretraining="pretraining",
            first_on="first_on",
            error="error",
        )
    )


def explain_unclear_direction(project_runs: ProjectRuns) -> tuple[str, str]:
    """Return the reason and what is needed if a project's metrics have no known direction."""
    return (
        f"It is unknown whether higher or lower is better for {', '.join(project_runs.unclear_metrics[:3])}.",
        DIRECTION_NEEDED,
    )
