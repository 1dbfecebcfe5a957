"""Figures of quality: what reviewers accept and catch, what rework costs, how far people agree, and the gate."""

from __future__ import annotations

import polars as pl

from dashboard.figures import quality_gate, quality_rows
from dashboard.figures.spec import FigureSpec, asked

REVIEWS = (
    "Import review verdicts: a Label Studio export with reviews, CVAT events with stage changes, or a labeling events "
    "CSV with review as stage and accepted, rejected or fixed as outcome."
)
REWORK = "Import the time of rework: a labeling events CSV with rework as stage, and seconds."
SCORES = "Import what people answered, or a score: answer, agreement or objects of a labeling events CSV."
SUGGESTIONS = (
    "Import labels that say they began from a suggestion (pre-annotated as method, and suggestion), or register the "
    "automation."
)
Refused = dict[str, str] | None


def nothing_reviewed(rows: pl.DataFrame) -> Refused:
    """Return why there is no acceptance, if no label was reviewed."""
    if rows.is_empty() or rows.get_column("reviewed").sum() == 0:
        return {"reason": "None of these labels was reviewed, as far as the exports tell.", "needed": REVIEWS}
    return None


def nothing_checked(rows: pl.DataFrame) -> Refused:
    """Return why there is nothing to say about review stages."""
    return {"reason": "No review of these labels is in the log.", "needed": REVIEWS} if rows.is_empty() else None


def nothing_redone(rows: pl.DataFrame) -> Refused:
    """Return why there is no rework, if no log tells its time."""
    if rows.is_empty() or rows.get_column("told_hours").is_null().all():
        return {"reason": "No export here tells how long rework took; it is unknown, not zero.", "needed": REWORK}
    return None


def nothing_scored(rows: pl.DataFrame) -> Refused:
    """Return why there is no agreement."""
    if rows.is_empty():
        reason = f"No two answers to the same item can be compared. {quality_rows.COMPARED}"
        return {"reason": reason, "needed": SCORES}
    return None


def nothing_suggested(rows: pl.DataFrame) -> Refused:
    """Return why there is nothing to say about suggestions."""
    return {"reason": "No label here began from a suggestion.", "needed": SUGGESTIONS} if rows.is_empty() else None


def nothing_audited(rows: pl.DataFrame) -> Refused:
    """Return why there is no gate: no automation, or not a single gold score to compare."""
    if rows.is_empty():
        return {"reason": "No label here was made with automation.", "needed": SUGGESTIONS}
    if rows.get_column("scored_assisted").sum() == 0 or rows.get_column("scored_manual").sum() == 0:
        return {
            "reason": "No gold scores: quality is not established, so no saving is confirmed.",
            "needed": f"Import {rows.item(0, 'needed')}",
        }
    return None


QUALITY: tuple[FigureSpec, ...] = (
    FigureSpec(
        "quality_gate",
        "Are assisted labels as good as labels by hand?",
        "percentage points of the score",
        "Non-inferiority on gold scores: confirmed where the whole interval lies above minus the margin, void where it "
        "lies below, else not confirmed. Items with both scores are compared with themselves; else all scores of the "
        "project, which is weaker. Scores of all days up to the end of the period count. Acceptance and agreement are "
        "no evidence here.",
        "score with automation - score by hand, one-sided bounds at 95 %, clustered by annotator",
        rows=quality_gate.rows,
        about="labels",
        ignores=("teams", "people", "roles"),
        refuses=nothing_audited,
    ),
    FigureSpec(
        "acceptance",
        "What reviewers accept",
        "share of reviewed labels",
        "Accepted holds those that the reviewer fixed; first pass means accepted as it came and never sent back. "
        "Labels that nobody reviewed are in no share. Intervals take labels as independent: where annotators or "
        "reviewers differ, they are too narrow.",
        "accepted, fixed ones included / reviewed; first pass: accepted as it came / reviewed; Wilson interval, 95 %",
        rows=quality_rows.acceptance,
        chart="acceptance",
        about="labels",
        estimate=quality_rows.accepted_overall,
        refuses=nothing_reviewed,
    ),
    asked(
        "rework",
        "rework / (labeling + review + rework), in the tool projects whose log tells how long rework took",
        about="labels",
        refuses=nothing_redone,
    ),
    FigureSpec(
        "stage_value",
        "What a review stage costs and catches",
        "hours",
        "Caught are items that the stage rejected or fixed. Hours are those of timed events; hours per catch compares "
        "them with what these events caught. What a stage lets through is not in a log. Intervals take items as "
        "independent: where annotators or reviewers differ, they are too narrow.",
        "hours of timed reviews / items that these rejected or fixed; share caught: Wilson interval, 95 %",
        rows=quality_rows.stages,
        about="labels",
        refuses=nothing_checked,
    ),
    FigureSpec(
        "error_cost",
        "What errors cost downstream",
        "hours",
        "Errors are items that a review sent back or fixed, or that were reworked; the class is the kind of label and "
        "how it began, for a tool seldom tells what was wrong. Steps without a time, and reworks that the log does not "
        "hold, are unknown, not zero: where not every step is timed, the hours are at least those.",
        "hours of the reviews that sent back or fixed + hours of rework; hours an error: over errors whose every step "
        "is timed; errors of reviewed items: Wilson interval, 95 %",
        rows=quality_rows.errors,
        about="labels",
        refuses=nothing_checked,
    ),
    FigureSpec(
        "agreement",
        "How far people agree",
        "score, or Krippendorff's alpha",
        f"{quality_rows.COMPARED} {quality_rows.NOT_EVIDENCE}",
        "mean of the tools' scores with a t interval; alpha = 1 - observed / expected disagreement",
        rows=quality_rows.agreement,
        about="labels",
        refuses=nothing_scored,
    ),
    asked(
        "suggestion_outcomes",
        "unchanged, edited or rejected / suggestions whose outcome is known",
        chart="suggestion_outcomes",
        about="labels",
        refuses=nothing_suggested,
    ),
    FigureSpec(
        "rubber_stamp",
        "Are suggestions waved through?",
        "signs, in words",
        "Three signs: more suggestions stay unchanged from week to week, an item takes less time than the fastest work "
        "by hand, more errors against gold. Two together are a reason to audit; none proves anything about a person.",
        "Kendall's tau over weeks; median of the last 4 weeks against the 5th percentile by hand; Fisher's exact test",
        rows=quality_rows.stamps,
        about="labels",
        refuses=nothing_suggested,
    ),
    FigureSpec(
        "anchoring",
        "Do suggestions shift the labels?",
        "share of labels",
        "What people answer with the suggestion in sight against blind labels of the same items; the number of objects "
        "they find where an export does not tell the answers. A shift does not say which side is right.",
        "total variation distance of the two distributions; permutation of the two labels within items",
        rows=quality_rows.shifts,
        about="labels",
        ignores=("teams", "people", "roles"),
        refuses=nothing_suggested,
    ),
    asked(
        "suggestions_by_week",
        "unchanged / suggestions whose outcome is known",
        chart="suggestions_by_week",
        about="labels",
        refuses=nothing_suggested,
    ),
    asked(
        "time_against_quality",
        "median seconds of labeling against accepted as it came / reviewed",
        chart="time_against_quality",
        person_level=True,
        about="labels",
        refuses=nothing_reviewed,
    ),
)
