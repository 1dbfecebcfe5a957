"""The quality figures: acceptance, review stages, rework, agreement between people, and the quality gate."""

from __future__ import annotations

import polars as pl

from dashboard.errors import Cause, Unavailable
from dashboard.figures.spec import FigureSpec, build_query_spec
from dashboard.quality.gate import build_gate_rows
from dashboard.quality.replacement import build_replacement_rows, explain_missing_models
from dashboard.quality.rows import (
    AGREEMENT_CAVEAT,
    COMPARISON_NOTE,
    ONLY_REJECTIONS,
    build_acceptance_rows,
    build_agreement_rows,
    build_edit_rows,
    build_error_rows,
    build_rubber_stamp_rows,
    build_shift_rows,
    build_stage_rows,
    describe_edit_coverage,
    summarize_acceptance,
)

REVIEWS_NEEDED = (
    "Import review verdicts: a Label Studio export with reviews, CVAT events with stage changes, or a labeling events "
    "CSV with review as stage and accepted, rejected or fixed as outcome."
)
REWORK_NEEDED = "Import the time of rework: a labeling events CSV with rework as stage, and seconds."
SCORES_NEEDED = "Import what people answered, or a score: answer, agreement or objects of a labeling events CSV."
SUGGESTIONS_NEEDED = (
    "Import labels that say they began from a suggestion (pre-annotated as method, and suggestion), or register the "
    "automation."
)
ACCEPTANCES_NEEDED = "Import which labels were accepted. In a table of your own, say which word means accepted."
MissingReason = Unavailable | None


def explain_missing_reviews(rows: pl.DataFrame) -> MissingReason:
    """Return why there is no acceptance rate if no label was reviewed."""
    if rows.is_empty() or rows.get_column("reviewed").sum() == 0:
        if "rejections" in rows.columns and rows.get_column("rejections").sum():
            return Unavailable(ONLY_REJECTIONS, ACCEPTANCES_NEEDED, Cause.not_recorded)
        reason = "The exports do not tell which of these labels a review accepted."
        return Unavailable(reason, REVIEWS_NEEDED, Cause.not_recorded)
    return None


def explain_missing_review_events(rows: pl.DataFrame) -> MissingReason:
    """Return why review stages and errors are unknown if the log has no review."""
    return (
        Unavailable("No review of these labels is in the log.", REVIEWS_NEEDED, Cause.not_recorded)
        if rows.is_empty()
        else None
    )


def explain_missing_rework(rows: pl.DataFrame) -> MissingReason:
    """Return why rework is unknown if no log records its time."""
    if rows.is_empty() or rows.get_column("told_hours").is_null().all():
        return Unavailable(
            "No export here records how long rework took; it is unknown, not zero.",
            REWORK_NEEDED,
            Cause.not_recorded,
        )
    return None


def explain_missing_agreement(rows: pl.DataFrame) -> MissingReason:
    """Return why agreement cannot be computed, or None."""
    if rows.is_empty():
        reason = f"No two answers to the same item can be compared. {COMPARISON_NOTE}"
        return Unavailable(reason, SCORES_NEEDED, Cause.not_recorded)
    return None


def explain_missing_suggestions(rows: pl.DataFrame) -> MissingReason:
    """Return why there are no suggestions to analyse, or None."""
    return (
        Unavailable("No label here began from a suggestion.", SUGGESTIONS_NEEDED, Cause.not_recorded)
        if rows.is_empty()
        else None
    )


def explain_missing_audit(rows: pl.DataFrame) -> MissingReason:
    """Return why there is no gate: no automation, or no gold scores to compare."""
    if rows.is_empty():
        return Unavailable("No label here was made with automation.", SUGGESTIONS_NEEDED, Cause.not_recorded)
    if rows.get_column("scored_assisted").sum() == 0 or rows.get_column("scored_manual").sum() == 0:
        return Unavailable(
            "No gold scores: quality is not established, so no saving is confirmed.",
            f"Import {rows.item(0, 'needed')}",
            Cause.not_recorded,
        )
    return None


FIGURES: tuple[FigureSpec, ...] = (
    FigureSpec(
        "quality_gate",
        "Are assisted labels as good as labels by hand?",
        "percentage points of the score",
        "Non-inferiority on gold scores: confirmed where the whole interval lies above minus the margin, void where it "
        "lies below, else not confirmed. Without a set margin nothing is confirmed. Items with both scores are "
        "compared with themselves; else all scores of the project, which is weaker. Scores of all days up to the end "
        "of the period count. Acceptance and agreement are no evidence here.",
        "score with automation - score by hand, one-sided bounds at 95%, clustered by annotator",
        rows=build_gate_rows,
        chart="dashboard.quality.charts:build_gate_chart",
        about="labels",
        ignores=("teams", "people", "roles"),
        refuses=explain_missing_audit,
    ),
    FigureSpec(
        "replacement_test",
        "May a model replace annotators?",
        "share of annotators",
        "Alternative annotator test (Calderon, Reichart and Dror 2025), without gold: each annotator is left out in "
        "turn and compared, item by item, with the model: whose answer is nearer to those of the remaining people? The "
        "model wins against an annotator if it is at most epsilon worse, which is what a person's label costs beyond "
        "the model's: 0.1 for crowd workers, 0.15 for skilled annotators, 0.2 for experts. Half of them or more: it "
        "may replace them. Only answers by hand count. Answers are the same or not; numbers have a distance.",
        "one-sided t test per annotator, corrected by Benjamini and Yekutieli at 5%; advantage: mean over annotators "
        "of the share of items on which the model is at least as near",
        rows=build_replacement_rows,
        about="labels",
        refuses=explain_missing_models,
    ),
    FigureSpec(
        "acceptance",
        "What reviewers accept",
        "share of reviewed labels",
        "Accepted includes labels that the reviewer fixed; first pass means accepted unchanged and never sent back. "
        "Shares leave out unreviewed labels. The intervals are as wide as annotators differ from each other; below "
        "3 annotators there is none.",
        "accepted, fixed ones included / reviewed; first pass: accepted as it came / reviewed; 95% interval by "
        "Student's t on the log odds, clustered by annotator",
        rows=build_acceptance_rows,
        chart="dashboard.quality.charts:build_acceptance_chart",
        accepts=("methods",),
        about="labels",
        estimate=summarize_acceptance,
        refuses=explain_missing_reviews,
    ),
    build_query_spec(
        "rework",
        "rework / (labeling + review + rework), in the tool projects whose log records how long rework took",
        about="labels",
        refuses=explain_missing_rework,
    ),
    FigureSpec(
        "stage_value",
        "What a review stage costs and catches",
        "hours",
        "Items are labels where reviews name them. Caught are those that the stage rejected or fixed. Hours are those "
        "of timed events; hours per catch divides them by the items these events caught. No log shows what a stage "
        "lets through. The intervals are as wide as annotators differ from each other; below 3 annotators there is "
        "none.",
        "hours of timed reviews / items that these rejected or fixed; share caught: 95% interval by Student's t on "
        "the log odds, clustered by annotator",
        rows=build_stage_rows,
        accepts=("methods", "stages"),
        about="labels",
        refuses=explain_missing_review_events,
    ),
    FigureSpec(
        "error_cost",
        "What errors cost downstream",
        "hours",
        "Errors are labels that a review sent back or fixed, or that were reworked; the class is the kind of label and "
        "how it began: tools seldom record what was wrong. Steps without a time, and rework missing from the log, "
        "are unknown, not zero: where not every step is timed, the hours are a lower bound.",
        "hours of the reviews that sent back or fixed + hours of rework; hours per error: over errors whose every step "
        "is timed; errors of reviewed items: 95% interval by Student's t on the log odds, clustered by annotator",
        rows=build_error_rows,
        about="labels",
        refuses=explain_missing_review_events,
    ),
    FigureSpec(
        "agreement",
        "How far people agree",
        "score, or Krippendorff's alpha",
        f"{COMPARISON_NOTE} {AGREEMENT_CAVEAT}",
        "mean of the tools' scores with a t interval; alpha = 1 - observed / expected disagreement",
        rows=build_agreement_rows,
        about="labels",
        refuses=explain_missing_agreement,
    ),
    build_query_spec(
        "suggestion_outcomes",
        "unchanged, edited or rejected / suggestions whose outcome is known",
        chart="dashboard.quality.charts:build_outcomes_chart",
        about="labels",
        refuses=explain_missing_suggestions,
    ),
    build_query_spec(
        "model_versions",
        "unchanged / suggestions whose outcome is known; accepted, fixed ones included / reviewed; share edited: as in "
        "suggestion_edits, mean over labels whose export holds both answers",
        about="labels",
        refuses=explain_missing_suggestions,
    ),
    FigureSpec(
        "suggestion_edits",
        "How much of suggestions people change",
        "share of the suggestion",
        "Labels that people made from a suggestion. Where an export holds the suggestion and the final answer, the "
        "import compares them and keeps the share, no content: classes with the place of boxes and spans, choices, and "
        "texts; relations are not compared. Else the machine's row of the same item is compared with the final answer; "
        "the last suggestion before the label counts. The share is 0 where the suggestion was kept and 1 where nothing "
        "of it is left. What the store lacks for more is said in each row, and every label is in one of them. Keeping "
        "a suggestion is no evidence that it is right.",
        "edits / size of the larger of both: signs of a text replaced, added or removed (Levenshtein 1966), objects "
        "likewise, without order (bag distance: Bartolini, Ciaccia and Patella 2002); of several kinds, a text counts "
        "as an object with its share of changed signs; mean over all labels of the row, median over the edited ones",
        rows=build_edit_rows,
        about="labels",
        remark=describe_edit_coverage,
        refuses=explain_missing_suggestions,
    ),
    FigureSpec(
        "rubber_stamp",
        "Are suggestions waved through?",
        "signs, in words",
        "Three signs: more suggestions stay unchanged from week to week, an item takes less time than the fastest work "
        "by hand, more errors against gold. Two together are a reason to audit; none proves anything about a person.",
        "Kendall's tau over weeks; median of the last 4 weeks against the 5th percentile by hand; Fisher's exact test",
        rows=build_rubber_stamp_rows,
        about="labels",
        refuses=explain_missing_suggestions,
    ),
    FigureSpec(
        "anchoring",
        "Do suggestions shift the labels?",
        "share of labels",
        "What people answer with the suggestion in sight against blind labels of the same items, or the number of "
        "objects they find where an export holds no answers. A shift does not say which side is right.",
        "total variation distance of the two distributions; permutation of the two labels within items",
        rows=build_shift_rows,
        about="labels",
        ignores=("teams", "people", "roles"),
        refuses=explain_missing_suggestions,
    ),
    build_query_spec(
        "suggestions_by_week",
        "unchanged / suggestions whose outcome is known",
        chart="dashboard.quality.charts:build_suggestion_weeks_chart",
        about="labels",
        refuses=explain_missing_suggestions,
    ),
    build_query_spec(
        "time_against_quality",
        "median seconds of labeling against accepted as it came / reviewed",
        chart="dashboard.quality.charts:build_quality_chart",
        person_level=True,
        about="labels",
        refuses=explain_missing_reviews,
    ),
)
