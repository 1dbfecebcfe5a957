"""Synthetic data against human work: report scores on their own scales, the quality gate, and the hours avoided.

A report compares distributions. The exchange rate says whether a model learns as much from synthetic labels, and the
gate whether the labels are right. The three are shown side by side and never averaged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from dashboard.quality.gate import Gate, build_gates, convert_to_points
from dashboard.savings.fits import UNREGISTERED
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Snapshot
from dashboard.synthetic.exchange_rate import build_point_rows, build_rate_rows
from dashboard.synthetic.runs import HOUR
from dashboard.units import format_bare_hours, format_count, format_hours

ABBREVIATIONS = {
    "ims": "identical matches with",
    "dcr": "distance to closest record of",
    "nndr": "nearest neighbour ratio of",
}
Row = dict[str, object]

PARITY_SCHEMA: dict[str, pl.DataType] = {
    "project": pl.String(),
    "about": pl.String(),  # report, labels, hours, gate, model
    "measure": pl.String(),
    "value": pl.Float64(),
    "value_from": pl.Float64(),
    "value_to": pl.Float64(),
    "reference": pl.Float64(),
    "scale_low": pl.Float64(),
    "scale_high": pl.Float64(),
    "better": pl.String(),
    "of": pl.Int64(),  # the denominator: labels, audited items, or real rows of a report
    "dataset": pl.String(),
    "source": pl.String(),
    "report": pl.String(),
    "day_on": pl.Date(),
    "words": pl.String(),
}


def build_parity_rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return what is known about synthetic data in each project (columns of PARITY_SCHEMA)."""
    labels = run_query(snapshot, "synthetic_labels", params).to_dicts()
    reports = run_query(snapshot, "quality_reports", params).to_dicts()
    parity_rows = [
        *_build_label_rows(snapshot, params, labels),
        *_build_model_rows(snapshot, params),
        *map(_build_score_row, reports),
    ]
    return pl.DataFrame(parity_rows, schema=PARITY_SCHEMA)


def _build_label_rows(snapshot: Snapshot, params: Mapping[str, object], labels: list[Row]) -> Iterator[Row]:
    """Yield share, hours avoided and gate of the projects with synthetic labels."""
    if not labels:
        return
    rates = {str(row["project"]): row for row in build_rate_rows(snapshot, params).to_dicts()}
    gates = {(gate.project, gate.automation): gate for gate in build_gates(snapshot, params)}
    for project in dict.fromkeys(str(row["project"]) for row in labels):
        project_rows = [row for row in labels if row["project"] == project]
        synthetic, total = int(str(project_rows[0]["project_synthetic"])), int(str(project_rows[0]["project_labels"]))
        yield {
            "project": project, "about": "labels", "measure": "synthetic share of finished labels",
            "value": synthetic / total, "scale_low": 0.0, "scale_high": 1.0, "of": total,
            "day_on": project_rows[0]["newest_on"],
            "words": f"{format_count(synthetic)} of {format_count(total)} finished labels are synthetic.",
        }  # fmt: skip
        yield _build_hours_row(project, synthetic, rates.get(project))
        for row in project_rows:
            gate = gates.get((project, str(row["automation"])))
            yield _build_gate_row(project, str(row["automation"]), gate)


def _build_hours_row(project: str, synthetic: int, rate: Row | None) -> Row:
    """Return the labeling hours that the synthetic labels replace at equal model error, or what is missing."""
    row: Row = {"project": project, "about": "hours", "measure": "labeling hours avoided at equal model error"}
    worth_seconds = [None if rate is None else rate[f"worth_seconds{suffix}"] for suffix in ("", "_low", "_high")]
    value, low, high = (seconds * synthetic / HOUR if isinstance(seconds, float) else None for seconds in worth_seconds)
    row |= {"value": value, "value_from": low, "value_to": high, "of": synthetic}
    if value is None or low is None or high is None or rate is None:
        return row | {"words": "Unknown: it takes an exchange rate and labels with times."}
    measured_limit = rate["synthetic_to"]
    is_beyond = isinstance(measured_limit, float) and synthetic > measured_limit
    sentence = (
        f"{format_hours(value)} ({format_bare_hours(low)} to {format_bare_hours(high)}): {format_count(synthetic)} "
        "synthetic labels at the exchange rate."
    )
    sentence += (
        f" The rate was measured with up to {format_count(measured_limit)}, so this is likely too high, not too low."
        if is_beyond
        else ""
    )
    return row | {"words": sentence}


def _build_gate_row(project: str, automation: str, gate: Gate | None) -> Row:
    """Return the verdict of an audit of synthetic labels."""
    row: Row = {
        "project": project,
        "about": "gate",
        "measure": f"quality gate of {'synthetic labels' if automation == UNREGISTERED else automation}",
    }
    if gate is None:
        return row | {"words": "not confirmed: nobody has audited these labels."}
    parity = gate.parity
    bounds = (convert_to_points(share) for share in (parity.difference, parity.bound, parity.upper))
    row |= dict(zip(("value", "value_from", "value_to"), bounds, strict=True))
    margin = gate.margin.points
    return row | {
        "reference": None if margin is None else -margin, "better": "higher", "of": parity.n,
        "day_on": gate.newest_audit_on, "words": f"{parity.verdict}: {parity.words}",
    }  # fmt: skip


def _build_model_rows(snapshot: Snapshot, params: Mapping[str, object]) -> Iterator[Row]:
    """Yield the error of models trained only on synthetic labels, with that of models trained only on human labels."""
    points = build_point_rows(snapshot, params)
    for (project, metric), project_points in points.group_by("project", "metric", maintain_order=True):
        synthetic_only = project_points.filter(pl.col("human") == 0).sort("synthetic").tail(1).to_dicts()
        human_only = project_points.filter(pl.col("synthetic") == 0).sort("human").tail(1).to_dicts()
        for synthetic_point, human_point in zip(synthetic_only, human_only, strict=False):
            yield {
                "project": project, "about": "model", "measure": f"error ({metric}), trained on synthetic labels alone",
                "value": synthetic_point["error"], "value_from": synthetic_point["error_low"],
                "value_to": synthetic_point["error_high"], "reference": human_point["error"],
                "better": "lower", "scale_low": 0.0,
                "words": f"{format_count(synthetic_point['synthetic'])} synthetic labels against "
                f"{format_count(human_point['human'])} by people.",
            }  # fmt: skip


def _build_score_row(row: Row) -> Row:
    """Return a row with a report's score and its reference."""
    columns = (
        "project",
        "value",
        "reference",
        "scale_low",
        "scale_high",
        "better",
        "dataset",
        "source",
        "report",
        "day_on",
    )
    denominator = row["rows_real"]
    return {name: row[name] for name in columns} | {
        "about": "report", "measure": spell_out(str(row["metric"])), "of": denominator, "words": _describe_score(row),
    }  # fmt: skip


def spell_out(metric: str) -> str:
    """Return a score's name in words: reports name distances by abbreviations."""
    return " ".join(ABBREVIATIONS.get(word, word) for word in metric.split(" "))


def _describe_score(row: Row) -> str:
    """Return a sentence on how to read a score."""
    value, reference, high = row["value"], row["reference"], row["scale_high"]
    if not isinstance(reference, float):
        return f"{value:g}" + (f" on a scale to {high:g}" if isinstance(high, float) else "") + "; no reference given."
    if row["better"] == "reference":
        return f"{value:.3g}; closer to {reference:.3g} is better."
    return f"{value:.3g}; real data reach {reference:.3g}, {row['better']} is better."
