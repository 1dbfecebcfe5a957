"""The quality gate: gold scores of assisted labels against those by hand, by the margin that was set beforehand.

Only scores against gold are evidence. That reviewers accept, or that people agree with a suggestion they saw, is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from dashboard import catalog
from dashboard.estimates.quality import Parity, parity, unpaired
from dashboard.store import Snapshot

USUAL_MARGIN = 0.02
BRINGS = "gold_score of a labeling events CSV, with the item, and manual or the method of the label as method"

ROWS: dict[str, pl.DataType] = {
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
    """How much worse assisted labels may be, as a share, and since when that is agreed (None: never, the usual one)."""

    value: float
    set_at: datetime | None

    def note(self, audited_on: date | None) -> str:
        """Return since when the margin stands, and a warning where the audit is older than that."""
        points = f"{100 * self.value:.1f} points"
        if self.set_at is None:
            return f"{points}, the default: nobody has set a margin yet."
        if audited_on is not None and self.set_at.date() > audited_on:
            return (
                f"{points}, set on {self.set_at:%Y-%m-%d}, after the audit's newest day {audited_on}: "
                "a margin chosen after the scores were known proves little."
            )
        return f"{points}, set on {self.set_at:%Y-%m-%d}."


@dataclass(frozen=True)
class Gate:
    """The verdict on one automation in one project, with the evidence behind it."""

    project: str
    automation: str
    labels: int
    design: str  # "paired" where items have both scores, else "unpaired"
    parity: Parity
    margin: Margin
    scored_assisted: int
    scored_manual: int
    newest_audit_on: date | None


def gates(snapshot: Snapshot, params: Mapping[str, object]) -> list[Gate]:
    """Return one gate a project and automation that made labels; `params`: from_on, to_on, projects."""
    made = catalog.run(snapshot, "assisted_projects", params)
    scores = catalog.run(snapshot, "gold_scores", params)
    margins = catalog.run(snapshot, "quality_margins", {})
    return [_gate(row, scores.filter(pl.col("project") == row["project"]), margins) for row in made.to_dicts()]


def margin_of(margins: pl.DataFrame, project: str) -> Margin:
    """Return the newest margin (query `quality_margins`) of a project, else of all projects, else the usual one."""
    for whose in (project, ""):
        found = margins.filter(pl.col("project") == whose).sort("set_at", descending=True)
        if found.height:
            return Margin(float(found.item(0, "margin")), found.item(0, "set_at"))
    return Margin(USUAL_MARGIN, None)


def rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return the gates as rows (columns of ROWS)."""
    return pl.DataFrame([_row(gate) for gate in gates(snapshot, params)], schema=ROWS)


def _gate(made: Mapping[str, object], scores: pl.DataFrame, margins: pl.DataFrame) -> Gate:
    """Compare pairs where items have both scores, else all scores of the project."""
    project, automation = str(made["project"]), str(made["automation"])
    manual = scores.filter(pl.col("method") == "manual")
    assisted = scores.filter(pl.col("is_assisted"), pl.col("automation") == automation)
    margin = margin_of(margins, project)
    pairs = manual.select("item", "annotator", human="score").join(
        assisted.select("item", automated="score"), on="item"
    )
    found, design = parity(pairs, margin=margin.value), "paired"
    if found.refused:
        apart = unpaired(_apart(manual, assisted), margin=margin.value)
        # Refused both ways, the paired audit is the one to ask for.
        if not apart.refused:
            found, design = apart, "unpaired"
    days = pl.concat([manual, assisted]).get_column("day_on")
    newest = days.max()
    return Gate(
        project, automation, int(str(made["labels"])), design, found, margin, assisted.height, manual.height,
        newest if isinstance(newest, date) else None,
    )  # fmt: skip


def _apart(manual: pl.DataFrame, assisted: pl.DataFrame) -> pl.DataFrame:
    """Return both kinds of scores as labels on different items."""
    both = pl.concat([manual, assisted])
    return both.select("annotator", "score", assisted="is_assisted")


def points(share: float | None) -> float | None:
    """Return a share as percentage points."""
    return None if share is None else 100 * share


def _row(gate: Gate) -> dict[str, object]:
    found = gate.parity
    refused = found.refused
    needed = ""
    if refused:
        needed = f"{refused.needed}, each scored against gold both by hand and with {gate.automation}: {BRINGS}."
    return {
        "project": gate.project,
        "automation": gate.automation,
        "labels": gate.labels,
        "design": "none" if refused else gate.design,
        "verdict": found.verdict,
        "difference_points": points(found.difference),
        "low_points": points(found.bound),
        "high_points": points(found.upper),
        "level_share": found.level,
        "margin_points": points(gate.margin.value),
        "margin_set_on": gate.margin.set_at.date() if gate.margin.set_at else None,
        "margin_note": gate.margin.note(gate.newest_audit_on),
        "n": found.n,
        "annotators": found.annotators,
        "scored_assisted": gate.scored_assisted,
        "scored_manual": gate.scored_manual,
        "newest_audit_on": gate.newest_audit_on,
        "method": found.method,
        "words": found.words,
        "needed_items": found.needed,
        "needed": needed,
    }
