"""Rows of the replacement test: a model, or an automation, and a kind of label in a project."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from dashboard.errors import Cause, Unavailable
from dashboard.quality.model.replacement import ENOUGH_WINS, EPSILONS, Expertise, ReplacementTest, run_replacement_test
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Snapshot
from dashboard.units import format_count

REPLACEMENT_SCHEMA: dict[str, pl.DataType] = {
    "project": pl.String(),
    "model": pl.String(),
    "label_kind": pl.String(),
    "people": pl.Int64(),
    "items": pl.Int64(),
    "verdict": pl.String(),
    "epsilon": pl.Float64(),
    "epsilon_origin": pl.String(),
    "win_share": pl.Float64(),
    "win_skilled_share": pl.Float64(),
    "win_expert_share": pl.Float64(),
    "advantage_share": pl.Float64(),
    "words": pl.String(),
    "needed": pl.String(),
}
EPSILON_ORIGIN = "the strictest, for crowd workers, as nothing says what these annotators are"
ANSWERS_NEEDED = (
    "Import what people answered by hand (answer of a labeling events CSV, or an export with the labels) and the "
    "model's own answers to the same items, as labels without a person."
)
PASSING: dict[Expertise, str] = {"skilled": "skilled annotators or experts", "expert": "experts"}


def build_replacement_rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return one row per project, model and kind of label with a model's answers (columns of REPLACEMENT_SCHEMA)."""
    answers = run_query(snapshot, "replacement_answers", params)
    models = answers.filter("is_model")
    rows = [
        build_replacement_row(project, model, kind, answers, own)
        for (project, model, kind), own in models.group_by("project", "who", "kind", maintain_order=True)
    ]
    return pl.DataFrame(rows, schema=REPLACEMENT_SCHEMA).sort("project", "model", "label_kind")


def build_replacement_row(
    project: object, model: object, kind: object, answers: pl.DataFrame, own: pl.DataFrame
) -> dict[str, object]:
    """Return the test of one model on one kind of label; labels of an unknown kind are a kind of their own."""
    people = answers.filter(~pl.col("is_model"), pl.col("project") == project, pl.col("kind") == kind)
    both = pl.concat([people, own])
    value = "answer" if both.get_column("number").null_count() else "number"
    result = run_replacement_test(people.select("item", "who", value=value), own.select("item", value=value))
    verdict, words = describe_test(result)
    return {
        "project": project, "model": model, "label_kind": kind, "people": result.people, "items": result.items,
        "verdict": verdict, "epsilon": EPSILONS["crowd"], "epsilon_origin": EPSILON_ORIGIN,
        "win_share": result.win_rates.get("crowd"), "win_skilled_share": result.win_rates.get("skilled"),
        "win_expert_share": result.win_rates.get("expert"), "advantage_share": result.advantage,
        "words": words, "needed": result.refused.needed if result.refused else "",
    }  # fmt: skip


def describe_test(result: ReplacementTest) -> tuple[str, str]:
    """Return the verdict, and a sentence on it."""
    if result.refused:
        return "not enough data", result.refused.reason
    passed = next((expertise for expertise in EPSILONS if result.win_rates[expertise] >= ENOUGH_WINS), None)
    rate = result.win_rates[passed or "expert"]
    wins = (
        f"it wins against {round(rate * result.people)} of {result.people} annotators on {format_count(result.items)} "
        "items"
    )
    epsilon = f"epsilon {EPSILONS[passed or 'expert']:g}"
    if passed is None:
        return "may not replace", f"The model may not replace annotators: {wins}, even if they are experts ({epsilon})."
    if passed == "crowd":
        return "may replace", f"The model may replace annotators: {wins} at the strictest {epsilon}."
    return f"may replace {passed} only", (
        f"The model may replace annotators only if these are {PASSING[passed]}, whose labels cost more: {wins} then "
        f"({epsilon}), and fewer than half otherwise."
    )


def explain_missing_models(rows: pl.DataFrame) -> Unavailable | None:
    """Return why no model can be tested, or None."""
    if rows.is_empty():
        reason = "No answer of a model is in the log, so it cannot be compared with what people answered."
        return Unavailable(reason, ANSWERS_NEEDED, Cause.not_recorded)
    return None
