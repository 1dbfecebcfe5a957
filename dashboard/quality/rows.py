"""Rows of the quality figures: acceptance, review stages and errors with intervals, agreement, and anchoring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl
import polars.selectors as cs

from dashboard.inference.shares import MINIMUM_PEOPLE, estimate_clustered_bounds
from dashboard.quality.model.agreement import Scale, estimate_krippendorff_alpha
from dashboard.quality.model.anchoring import audit_anchoring
from dashboard.quality.model.edit_shares import compute_class_edits, compute_text_edits, summarize_edits
from dashboard.quality.model.rubber_stamp import detect_rubber_stamping, estimate_time_floor
from dashboard.quality.model.score_means import estimate_mean
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Snapshot
from dashboard.units import count_noun, format_count

LEVEL = 0.95
NO_INTERVAL = f"no interval: fewer than {MINIMUM_PEOPLE} annotators"
ONLY_REJECTIONS = "Only rejections are recorded of these labels: how many were accepted is unknown."
SHARE_METHOD = "Student's t on the log odds, clustered by annotator"
MIN_SCORES = 10  # with fewer scores, a mean has no useful interval
COMPARISON_NOTE = (
    "Alpha compares what people answered on items that two or more labeled by hand: classes as same or not, ratings "
    "and numbers by their distance, never where a box or span lies. Where an export holds no answers, it compares how "
    "many objects each person found. Imports by an earlier version hold no answers: undo the import and import the "
    "file again."
)
ANSWER_CAVEAT = "Two answers are the same only if all of them agrees; where boxes and spans lie is not compared."
COUNT_CAVEAT = "The same number of objects need not be the same objects."
AGREEMENT_CAVEAT = "Agreement after assistance is no evidence of quality: people agree with the suggestion they saw."

AGREEMENT_SCHEMA: dict[str, pl.DataType] = {
    "project": pl.String(),
    "measure": pl.String(),
    "basis": pl.String(),
    "items": pl.Int64(),
    "people": pl.Int64(),
    "value": pl.Float64(),
    "low": pl.Float64(),
    "high": pl.Float64(),
    "method": pl.String(),
    "caveat": pl.String(),
}

EDIT_SCHEMA: dict[str, pl.DataType] = {
    "automation": pl.String(),
    "basis": pl.String(),
    "labels": pl.Int64(),
    "share_of_labels": pl.Float64(),
    "unchanged": pl.Int64(),
    "edited": pl.Int64(),
    "unchanged_share": pl.Float64(),
    "mean_edit_share": pl.Float64(),
    "median_edit_share": pl.Float64(),
    "missing": pl.String(),
}
NOT_STORED = {  # basis -> what the store lacks for more
    "regions": "",
    "choices": "",
    "text": "",
    "several kinds": "",
    "stated": "how the file measured it",
    "classes": "where boxes and spans lie: no geometry is stored",
    "digests": "the texts: of long or free ones only a digest is stored, so how much changed is unknown",
    "number of objects": "what the objects are and where they lie: as many need not be the same",
    "not stored": "the suggestion or the final answer: a row without a person, with the same item and answer",
}

STAMP_SCHEMA: dict[str, pl.DataType] = {
    "automation": pl.String(),
    "warning": pl.Boolean(),
    "words": pl.String(),
    "weeks": pl.Int64(),
    "unchanged_share": pl.Float64(),
    "seconds": pl.Float64(),
    "least_seconds": pl.Float64(),
    "gold_error": pl.Float64(),
    "needed": pl.String(),
}

SHIFT_SCHEMA: dict[str, pl.DataType] = {
    "automation": pl.String(),
    "compared": pl.String(),
    "items": pl.Int64(),
    "shifted": pl.Boolean(),
    "distance_share": pl.Float64(),
    "by_chance_share": pl.Float64(),
    "p": pl.Float64(),
    "words": pl.String(),
    "method": pl.String(),
    "needed": pl.String(),
}


def compute_share_interval(rows: pl.DataFrame, numerator: str, denominator: str, name: str) -> pl.DataFrame:
    """Return the rows with a share and its interval: name_share, name_low, name_high; null if the denominator is 0.

    Columns `..._by_person` hold the counts of each annotator. Below 3 annotators there is no interval.
    """
    columns = rows.select("annotators", f"{numerator}_by_person", f"{denominator}_by_person")
    bounds = [
        _estimate_bounds(annotators, parts, wholes) or (None, None) for annotators, parts, wholes in columns.iter_rows()
    ]
    return rows.with_columns(
        (pl.col(numerator) / pl.when(pl.col(denominator) > 0).then(pl.col(denominator))).alias(f"{name}_share"),
        pl.Series(f"{name}_low", [low for low, _ in bounds], pl.Float64),
        pl.Series(f"{name}_high", [high for _, high in bounds], pl.Float64),
    )


def _estimate_bounds(
    annotators: int, parts: Sequence[int] | None, wholes: Sequence[int] | None
) -> tuple[float, float] | None:
    import numpy as np  # noqa: PLC0415 - loaded only when a share is needed

    if annotators < MINIMUM_PEOPLE or parts is None or wholes is None:
        return None
    return estimate_clustered_bounds(np.array(parts, dtype=float), np.array(wholes, dtype=float))


def build_acceptance_rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return acceptance and first-pass rates overall, and by project, method and automation."""
    counts = run_query(snapshot, "acceptance_counts", params).filter(pl.col("labels") > 0)
    for numerator in ("accepted", "first_pass"):
        counts = compute_share_interval(counts, numerator, "reviewed", numerator)
    return counts.select(~cs.ends_with("_by_person")).with_columns(
        reviewed_share=pl.col("reviewed") / pl.col("labels"),
        rejections_per_label=pl.col("rejections") / pl.when(pl.col("reviewed") > 0).then("reviewed"),
    )


def summarize_acceptance(rows: pl.DataFrame) -> dict[str, object] | None:
    """Return the acceptance rate of all reviewed labels with its interval, or None if nothing was reviewed."""
    overall = rows.filter(pl.col("cut") == "all labels", pl.col("reviewed") > 0)
    if overall.is_empty():
        return None
    row = overall.row(0, named=True)
    return {
        "value": row["accepted_share"], "low": row["accepted_low"], "high": row["accepted_high"], "level": LEVEL,
        "n": row["reviewed"], "method": SHARE_METHOD if row["accepted_low"] is not None else NO_INTERVAL, "grade": None,
    }  # fmt: skip


def build_stage_rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return what each review stage of each project costs and catches."""
    rows = compute_share_interval(run_query(snapshot, "stage_counts", params), "caught", "items", "caught")
    unknown = pl.when(pl.col("caught").is_not_null())
    return rows.select(~cs.ends_with("_by_person")).with_columns(
        unknown.then(f"caught_{bound}").alias(f"caught_{bound}") for bound in ("low", "high")
    )


def build_error_rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return what errors cost downstream, overall and by class of error."""
    rows = compute_share_interval(run_query(snapshot, "error_steps", params), "errors", "reviewed", "error")
    return rows.select(~cs.ends_with("_by_person"))


def build_agreement_rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return agreement by project (columns of AGREEMENT_SCHEMA): tool scores, and alpha of answers, else of objects."""
    scores = run_query(snapshot, "agreement_scores", params)
    counts = run_query(snapshot, "object_counts", params)
    rows = [
        _build_score_row(
            project, scores.filter(pl.col("project") == project, pl.col("is_assisted") == assisted), assisted
        )
        for project in scores.get_column("project").unique().sort()
        for assisted in (False, True)
    ]
    answers = run_query(snapshot, "people_answers", params)
    answer_projects = set(answers.get_column("project"))
    for project in sorted(answer_projects | set(counts.get_column("project"))):
        if project in answer_projects:
            rows.append(_build_answer_row(project, answers.filter(pl.col("project") == project)))
        else:
            project_counts = counts.filter(pl.col("project") == project).rename({"objects": "value"})
            rows.append(_build_alpha_row(project, "number of objects", project_counts, ("ratio", COUNT_CAVEAT)))
    return pl.DataFrame([row for row in rows if row["items"]], schema=AGREEMENT_SCHEMA)


def _build_score_row(project: str, scores: pl.DataFrame, assisted: bool) -> dict[str, object]:  # noqa: FBT001 - one caller
    values = scores.get_column("agreement")
    estimate = estimate_mean(values) if len(values) >= MIN_SCORES else None
    basis = "from suggestions" if assisted else "by hand" if scores.get_column("is_manual").all() else "method unknown"
    return {
        "project": project,
        "measure": "score of the tool",
        "basis": basis,
        "items": len(values),
        "people": None,
        "value": estimate.value if estimate else None,
        "low": estimate.low if estimate else None,
        "high": estimate.high if estimate else None,
        "method": "mean over items, t interval"
        if estimate
        else f"not enough data: at least {MIN_SCORES} items are needed",
        "caveat": AGREEMENT_CAVEAT if assisted else "",
    }


def _build_answer_row(project: str, answers: pl.DataFrame) -> dict[str, object]:
    if answers.get_column("number").null_count():
        return _build_alpha_row(project, "answers", answers.rename({"answer": "value"}), ("nominal", ANSWER_CAVEAT))
    return _build_alpha_row(project, "answers", answers.rename({"number": "value"}), ("interval", ""))


def _build_alpha_row(
    project: str, compared: str, ratings: pl.DataFrame, scale_and_caveat: tuple[Scale, str]
) -> dict[str, object]:
    scale, caveat = scale_and_caveat
    result = estimate_krippendorff_alpha(ratings.select("item", "value", annotator="person_name"), scale)
    reason = f"not enough data: {result.refused.reason}" if result.refused else result.method
    return {
        "project": project,
        "measure": f"alpha of the {compared}",
        "basis": "by hand",
        "items": result.items,
        "people": result.annotators,
        "value": result.alpha.value if result.alpha else None,
        "low": result.alpha.low if result.alpha else None,
        "high": result.alpha.high if result.alpha else None,
        "method": reason,
        "caveat": caveat,
    }


def build_rubber_stamp_rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return whether people may wave suggestions through, by automation (columns of STAMP_SCHEMA)."""
    weeks = run_query(snapshot, "suggestions_by_week", params).rename({"week_on": "week", "median_seconds": "seconds"})
    manual = run_query(snapshot, "manual_seconds", params)
    rows = []
    for automation in weeks.get_column("automation").unique().sort():
        automation_weeks = weeks.filter(pl.col("automation") == automation)
        least_seconds = estimate_time_floor(manual.filter(pl.col("automation") == automation).get_column("seconds"))
        result = detect_rubber_stamping(automation_weeks, least_seconds=least_seconds)
        signs = {sign.name: sign.value for sign in result.signs}
        rows.append(
            {
                "automation": automation,
                "warning": None if result.refused else result.is_raised,
                "words": result.words,
                "weeks": result.weeks,
                "unchanged_share": signs.get("unchanged"),
                "seconds": signs.get("time"),
                "least_seconds": least_seconds,
                "gold_error": signs.get("gold errors"),
                "needed": result.refused.needed if result.refused else "",
            }
        )
    return pl.DataFrame(rows, schema=STAMP_SCHEMA)


def build_shift_rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return whether labels shift where people see a suggestion, by automation (columns of SHIFT_SCHEMA).

    The answers to items labeled both ways are compared, or their numbers of objects where no item has both answers.
    Where two tools never write the same answer, every label would seem to shift, so such answers are not compared.
    """
    automations = run_query(snapshot, "assisted_projects", params).get_column("automation").unique().sort()
    answers, objects = (run_query(snapshot, f"{subject}_both_ways", params) for subject in ("answers", "objects"))
    rows = []
    for automation in automations:
        automation_answers = answers.filter(pl.col("automation") == automation)
        if automation_answers.join(automation_answers, left_on="assisted", right_on="blind", how="semi").height:
            rows.append(_build_shift_row(automation, "answers", automation_answers))
        else:
            rows.append(
                _build_shift_row(automation, "number of objects", objects.filter(pl.col("automation") == automation))
            )
    return pl.DataFrame(rows, schema=SHIFT_SCHEMA)


def _build_shift_row(automation: str, compared: str, pairs: pl.DataFrame) -> dict[str, object]:
    item = pl.concat_str("project", "item", separator="/")
    sides = [
        pairs.select(item=item, assisted=pl.lit(value=assisted), label=pl.col(column).cast(pl.String))
        for column, assisted in (("assisted", True), ("blind", False))
    ]
    result = audit_anchoring(pl.concat(sides))
    return {
        "automation": automation,
        "compared": compared,
        "items": pairs.height,
        "shifted": None if result.refused else result.is_shifted,
        "distance_share": result.distance,
        "by_chance_share": result.chance_distance,
        "p": result.p,
        "words": result.words,
        "method": result.method,
        "needed": result.refused.needed if result.refused else "",
    }


def build_edit_rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return by automation and basis how many suggestions were kept and how much of the others was edited."""
    pairs = run_query(snapshot, "suggested_answers", params)
    rows = [
        _describe_edits(str(automation), str(basis), group, pairs.filter(automation=automation))
        for (automation, basis), group in pairs.group_by("automation", "basis", maintain_order=True)
    ]
    return pl.DataFrame(rows, schema=EDIT_SCHEMA, orient="row")


def _describe_edits(automation: str, basis: str, group: pl.DataFrame, all_pairs: pl.DataFrame) -> dict[str, object]:
    labels, total = int(group.get_column("labels").sum()), int(all_pairs.get_column("labels").sum())
    row: dict[str, object] = {
        "automation": automation,
        "basis": basis,
        "labels": labels,
        "share_of_labels": labels / total,
        "missing": NOT_STORED[basis] or None,
    }
    if basis == "not stored":
        return row
    shares = _list_edit_shares(basis, group)
    if shares is None:
        columns = ("suggested_objects", "final_objects") if basis == "number of objects" else ("suggested", "final")
        is_kept = group.get_column(columns[0]) == group.get_column(columns[1])
    else:
        is_kept = shares == 0
        row |= summarize_edits(group.select("labels", edit_share=shares))
    unchanged = int(group.filter(is_kept).get_column("labels").sum())
    return row | {"unchanged": unchanged, "edited": labels - unchanged, "unchanged_share": unchanged / labels}


def _list_edit_shares(basis: str, group: pl.DataFrame) -> pl.Series | None:
    """Return the share edited of each pair: as the import found it, else from the two stored answers; None for none."""
    compute = {"text": compute_text_edits, "classes": compute_class_edits}.get(basis)
    shares = group.get_column("edit_share")
    if compute is None:
        return None if shares.null_count() else shares
    stored = group.filter(pl.col("edit_share").is_null()).select("suggested", "final")
    computed = iter(compute(*(stored.get_column(column).to_list() for column in stored.columns)))
    return pl.Series([next(computed) if share is None else share for share in shares], dtype=pl.Float64)


def describe_edit_coverage(rows: pl.DataFrame) -> str:
    """Return for how many labels from suggestions the share edited is known, as a sentence."""
    known = int(rows.filter(pl.col("mean_edit_share").is_not_null()).get_column("labels").sum())
    total = int(rows.get_column("labels").sum())
    return f"Both answers are known in full for {format_count(known)} of {count_noun(total, 'label')} from suggestions."
