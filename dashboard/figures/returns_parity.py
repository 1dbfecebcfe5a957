"""Synthetic data against human work: what the reports say on their own scales, the gate, and the hours avoided.

A report compares distributions. Whether a model learns as much from synthetic labels is told by the exchange rate, and
whether the labels are right by the gate: the three stand beside each other and are never averaged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from dashboard import catalog
from dashboard.figures import quality_gate, returns_exchange
from dashboard.figures.returns_runs import HOUR
from dashboard.figures.savings_fits import UNREGISTERED
from dashboard.store import Snapshot

Row = dict[str, object]

ROWS: dict[str, pl.DataType] = {
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


def rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return what is known of synthetic data in each project (columns of ROWS)."""
    labels = catalog.run(snapshot, "synthetic_labels", params).to_dicts()
    reports = catalog.run(snapshot, "quality_reports", params).to_dicts()
    told = [*_of_labels(snapshot, params, labels), *_trained_alone(snapshot, params), *map(_score, reports)]
    return pl.DataFrame(told, schema=ROWS)


def _of_labels(snapshot: Snapshot, params: Mapping[str, object], labels: list[Row]) -> Iterator[Row]:
    """Yield share, hours avoided and gate of the projects with synthetic labels."""
    if not labels:
        return
    rates = {str(row["project"]): row for row in returns_exchange.rates(snapshot, params).to_dicts()}
    gates = {(gate.project, gate.automation): gate for gate in quality_gate.gates(snapshot, params)}
    for project in dict.fromkeys(str(row["project"]) for row in labels):
        own = [row for row in labels if row["project"] == project]
        made, whole = int(str(own[0]["project_synthetic"])), int(str(own[0]["project_labels"]))
        yield {
            "project": project, "about": "labels", "measure": "synthetic share of finished labels",
            "value": made / whole, "scale_low": 0.0, "scale_high": 1.0, "of": whole, "day_on": own[0]["newest_on"],
            "words": f"{made:,} of {whole:,} finished labels are synthetic.",
        }  # fmt: skip
        yield _hours(project, made, rates.get(project))
        for row in own:
            gate = gates.get((project, str(row["automation"])))
            yield _gate(project, str(row["automation"]), gate)


def _hours(project: str, made: int, rate: Row | None) -> Row:
    """Return the labeling hours that the synthetic labels replace at equal model error, or what is missing."""
    row: Row = {"project": project, "about": "hours", "measure": "labeling hours avoided at equal model error"}
    worth = [None if rate is None else rate[f"worth_seconds{end}"] for end in ("", "_low", "_high")]
    value, low, high = (one * made / HOUR if isinstance(one, float) else None for one in worth)
    row |= {"value": value, "value_from": low, "value_to": high, "of": made}
    if value is None or low is None or high is None or rate is None:
        return row | {"words": "Unknown: it takes an exchange rate and labels with their times."}
    most = rate["synthetic_to"]
    beyond = isinstance(most, float) and made > most
    words = f"{value:,.1f} h ({low:,.1f} to {high:,.1f}): {made:,} synthetic labels at the exchange rate."
    words += (
        f" The rate was measured with up to {most:,.0f}, so this is too much rather than too little." if beyond else ""
    )
    return row | {"words": words}


def _gate(project: str, automation: str, gate: quality_gate.Gate | None) -> Row:
    """Return what an audit says of synthetic labels."""
    row: Row = {
        "project": project,
        "about": "gate",
        "measure": f"quality gate of {'synthetic labels' if automation == UNREGISTERED else automation}",
    }
    if gate is None:
        return row | {"words": "not confirmed: nobody has audited these labels."}
    found = gate.parity
    ends = (quality_gate.points(one) for one in (found.difference, found.bound, found.upper))
    row |= dict(zip(("value", "value_from", "value_to"), ends, strict=True))
    margin = quality_gate.points(gate.margin.value)
    return row | {
        "reference": None if margin is None else -margin, "better": "higher", "of": found.n,
        "day_on": gate.newest_audit_on, "words": f"{found.verdict}: {found.words}",
    }  # fmt: skip


def _trained_alone(snapshot: Snapshot, params: Mapping[str, object]) -> Iterator[Row]:
    """Yield the error of models trained on synthetic labels alone beside those trained on labels by people alone."""
    points = returns_exchange.points(snapshot, params)
    for (project, metric), own in points.group_by("project", "metric", maintain_order=True):
        alone = own.filter(pl.col("human") == 0).sort("synthetic").tail(1).to_dicts()
        people = own.filter(pl.col("synthetic") == 0).sort("human").tail(1).to_dicts()
        for one, other in zip(alone, people, strict=False):
            yield {
                "project": project, "about": "model", "measure": f"error ({metric}), trained on synthetic labels alone",
                "value": one["error"], "value_from": one["error_low"], "value_to": one["error_high"],
                "reference": other["error"], "better": "lower", "scale_low": 0.0,
                "words": f"{one['synthetic']:,.0f} synthetic labels against {other['human']:,.0f} by people.",
            }  # fmt: skip


def _score(row: Row) -> Row:
    """Return a score of a report, with what it is read against."""
    kept = (
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
    of = row["rows_real"]
    return {name: row[name] for name in kept} | {
        "about": "report", "measure": row["metric"], "of": of, "words": _read_against(row),
    }  # fmt: skip


def _read_against(row: Row) -> str:
    """Return how a score is read, in words."""
    value, reference, high = row["value"], row["reference"], row["scale_high"]
    if not isinstance(reference, float):
        return f"{value:g}" + (f" on a scale to {high:g}" if isinstance(high, float) else "") + "; no reference given."
    if row["better"] == "reference":
        return f"{value:.3g}; the nearer to {reference:.3g} the better."
    return f"{value:.3g}; real data reach {reference:.3g}, {row['better']} is better."
