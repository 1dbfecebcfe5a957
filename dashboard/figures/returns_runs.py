"""Training runs of a project made ready to be compared: one metric, as an error, on labels that are told apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from dashboard import catalog
from dashboard.estimates.model_error import direction, errors
from dashboard.store import Snapshot

HOUR = 3600
SAY = 'Call it by a usual name, such as f1, accuracy or loss, or add "(higher is better)" to its name.'


@dataclass(frozen=True)
class Tested:
    """A project's runs under the metric that most of them with a seed have.

    `runs`: labels, human, synthetic, code, hours, seed, selection, first_on, error. `unclear` names the metrics whose
    direction nobody can know; then there are no runs. `pace`: seconds a label takes people, None where unknown.
    """

    project: str
    metric: str
    runs: pl.DataFrame
    unclear: tuple[str, ...]
    pace: float | None

    def at_random(self) -> pl.DataFrame:
        """Return the runs whose labels were not chosen by a model: chosen ones lie on a curve of their own."""
        return self.runs.filter(pl.col("selection").is_null() | (pl.col("selection") == "random"))


def tested(snapshot: Snapshot, params: Mapping[str, object]) -> list[Tested]:
    """Return the projects with finished runs that name their labels, in order of their names."""
    runs = catalog.run(snapshot, "labeled_runs", params)
    paces = catalog.run(snapshot, "label_pace", params).drop_nulls("project")
    seconds = {str(row["project"]).strip().casefold(): row["seconds_a_label"] for row in paces.to_dicts()}
    return [
        _of(str(name), rows, seconds.get(str(name).strip().casefold()))
        for (name,), rows in runs.group_by("project", maintain_order=True)
    ]


def _of(project: str, rows: pl.DataFrame, pace: float | None) -> Tested:
    """Return the runs of a project under its metric with the most seeded runs, of those that say where they point."""
    # Runs without a seed are everyday training: however many there are, they cannot tell chance from effect.
    counted = rows.group_by("metric").agg(seeded=pl.col("seed").is_not_null().sum(), runs=pl.len())
    counts = counted.sort("seeded", "runs", "metric", descending=[True, True, False]).get_column("metric")
    known = [str(metric) for metric in counts if direction(str(metric))]
    if not known:
        return Tested(project, "", _shaped(rows.clear(), pl.Series("error", [], pl.Float64)), tuple(counts), pace)
    chosen = rows.filter(pl.col("metric") == known[0])
    found = errors(chosen.get_column("value"), known[0])
    # Never None: the direction is known.
    return Tested(project, known[0], _shaped(chosen, found if found is not None else pl.Series()), (), pace)


def _shaped(rows: pl.DataFrame, error: pl.Series) -> pl.DataFrame:
    """Return the columns of `Tested.runs`; runs with more synthetic labels than labels cannot be right."""
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
            first_on="first_on",
            error="error",
        )
    )


def unclear(one: Tested) -> tuple[str, str]:
    """Return reason and needed of a project whose metrics do not say which way they point."""
    return f"Nobody can know whether higher or lower is better for {', '.join(one.unclear[:3])}.", SAY
