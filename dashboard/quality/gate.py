"""The quality gate: gold scores of assisted labels against those of labels by hand, within a margin set beforehand.

Without a set margin nothing is confirmed, and nothing void.
Only gold scores are evidence. Acceptance by reviewers, or agreement with a suggestion people saw, is not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import polars as pl

from dashboard.quality.model.non_inferiority import (
    QualityComparison,
    compare_paired_quality,
    compare_unpaired_quality,
    format_bounds,
    format_margin,
)
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Snapshot
from dashboard.units import format_count, format_table_day

PROPOSED_MARGIN = 0.02
GOLD_SCORE_SOURCE = (
    "gold_score of a labeling events CSV, with the item, and manual or the method of the label as method"
)

GATE_SCHEMA: dict[str, pl.DataType] = {
    "project": pl.String(),
    "automation": pl.String(),
    "labels": pl.Int64(),
    "design": pl.String(),
    "verdict": pl.String(),
    "difference_points": pl.Float64(),
    "low_points": pl.Float64(),
    "high_points": pl.Float64(),
    "level_share": pl.Float64(),
    "margin_points": pl.Float64(),
    "margin_set_on": pl.Date(),
    "margin_note": pl.String(),
    "n": pl.Int64(),
    "annotators": pl.Int64(),
    "scored_assisted": pl.Int64(),
    "scored_manual": pl.Int64(),
    "newest_audit_on": pl.Date(),
    "method": pl.String(),
    "words": pl.String(),
    "needed_items": pl.Int64(),
    "needed": pl.String(),
}


@dataclass(frozen=True)
class Margin:
    """How much worse assisted labels may be, as a share, and when that was set (None: never; `value` is proposed)."""

    value: float
    set_at: datetime | None

    @property
    def points(self) -> float | None:
        """Return the margin in percentage points; None if nobody has set one."""
        return None if self.set_at is None else 100 * self.value

    def note(self, audited_on: date | None) -> str:
        """Return when the margin was set, and a warning where the audit is older than that."""
        points = f"{format_margin(self.value)} points"
        if self.set_at is None:
            return f"Not set: nothing confirmed. {points} are proposed."
        if audited_on is not None and self.set_at.date() > audited_on:
            return (
                f"{points}, set on {format_table_day(self.set_at)}, after the audit's newest day "
                f"{format_table_day(audited_on)}: a margin chosen after the scores were known proves little."
            )
        return f"{points}, set on {format_table_day(self.set_at)}."


@dataclass(frozen=True)
class Gate:
    """The verdict on one automation in one project, with the evidence behind it."""

    project: str
    automation: str
    labels: int
    design: str  # "paired" where items have both scores, else "unpaired"
    parity: QualityComparison
    margin: Margin
    scored_assisted: int
    scored_manual: int
    newest_audit_on: date | None


def build_gates(snapshot: Snapshot, params: Mapping[str, object]) -> list[Gate]:
    """Return one gate per project and automation that made labels; `params`: from_on, to_on, projects."""
    projects = run_query(snapshot, "assisted_projects", params)
    scores = select_known_scores(run_query(snapshot, "gold_scores", params), params["to_on"])
    margins = run_query(snapshot, "quality_margins", {})
    return [
        _build_gate(row, scores.filter(pl.col("project") == row["project"]), margins) for row in projects.to_dicts()
    ]


def select_known_scores(scores: pl.DataFrame, to_on: object) -> pl.DataFrame:
    """Return the scores up to the last day of a period, or up to today: an audit also holds for later work."""
    if isinstance(to_on, date):
        return scores.filter(pl.col("day_on") <= to_on)
    today = datetime.now(tz=UTC).date()
    return scores.filter((pl.col("day_on") <= today).fill_null(value=True))


def find_margin(margins: pl.DataFrame, project: str) -> Margin:
    """Return the newest margin (query `quality_margins`) of a project, else of all projects, else the proposed one."""
    for scope in (project, ""):
        matches = margins.filter(pl.col("project") == scope).sort("set_at", descending=True)
        if matches.height:
            return Margin(float(matches.item(0, "margin")), matches.item(0, "set_at"))
    return Margin(PROPOSED_MARGIN, None)


def build_gate_rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return the gates as rows (columns of GATE_SCHEMA)."""
    return pl.DataFrame([_build_row(gate) for gate in build_gates(snapshot, params)], schema=GATE_SCHEMA)


def _build_gate(assisted_project: Mapping[str, object], scores: pl.DataFrame, margins: pl.DataFrame) -> Gate:
    """Compare paired scores where items have both, else all scores of the project."""
    project, automation = str(assisted_project["project"]), str(assisted_project["automation"])
    manual = scores.filter(pl.col("method") == "manual")
    assisted = scores.filter(pl.col("is_assisted"), pl.col("automation") == automation)
    margin = find_margin(margins, project)
    pairs = manual.select("item", "annotator", human="score").join(
        assisted.select("item", automated="score"), on="item"
    )
    result, design = compare_paired_quality(pairs, margin=margin.value), "paired"
    if result.refused:
        unpaired_result = compare_unpaired_quality(_stack_scores(manual, assisted), margin=margin.value)
        # Where neither design can answer, ask for the paired audit.
        if not unpaired_result.refused:
            result, design = unpaired_result, "unpaired"
    if margin.set_at is None:
        result = withhold_verdict(result)
    days = pl.concat([manual, assisted]).get_column("day_on")
    newest = days.max()
    return Gate(
        project, automation, int(str(assisted_project["labels"])), design, result, margin,
        assisted.height, manual.height, newest if isinstance(newest, date) else None,
    )  # fmt: skip


def withhold_verdict(result: QualityComparison) -> QualityComparison:
    """Return the comparison without a verdict, as no margin is set: what is good enough is the team's to say."""
    text = f"The margin is not set: nothing confirmed. {format_margin(result.margin)} points are proposed. "
    if result.refused or result.bound is None or result.upper is None:
        return replace(result, words=text + result.words)
    low, high = format_bounds(result.bound, result.upper, result.margin)
    text += f"The difference lies between {low} and {high} points ({format_count(result.n)} compared).{result.caveat}"
    return replace(result, verdict="not confirmed", words=text)


def _stack_scores(manual: pl.DataFrame, assisted: pl.DataFrame) -> pl.DataFrame:
    """Return manual and assisted scores in one table, as labels of different items."""
    scores = pl.concat([manual, assisted])
    return scores.select("annotator", "score", assisted="is_assisted")


def convert_to_points(share: float | None) -> float | None:
    """Return a share as percentage points."""
    return None if share is None else 100 * share


def _build_row(gate: Gate) -> dict[str, object]:
    result = gate.parity
    refused = result.refused
    needed = ""
    if refused:
        scored = "each scored against gold both by hand and with the automation"  # for several automations the same
        needed = f"{refused.needed}, {scored}: {GOLD_SCORE_SOURCE}."
    return {
        "project": gate.project,
        "automation": gate.automation,
        "labels": gate.labels,
        "design": "none" if refused else gate.design,
        "verdict": result.verdict,
        "difference_points": convert_to_points(result.difference),
        "low_points": convert_to_points(result.bound),
        "high_points": convert_to_points(result.upper),
        "level_share": result.level,
        "margin_points": gate.margin.points,
        "margin_set_on": gate.margin.set_at.date() if gate.margin.set_at else None,
        "margin_note": gate.margin.note(gate.newest_audit_on),
        "n": result.n,
        "annotators": result.annotators,
        "scored_assisted": gate.scored_assisted,
        "scored_manual": gate.scored_manual,
        "newest_audit_on": gate.newest_audit_on,
        "method": result.method,
        "words": result.words,
        "needed_items": result.needed,
        "needed": needed,
    }
