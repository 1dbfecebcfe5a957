"""The rows of one Label Studio task: one per annotation, draft and review in it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from dashboard.importers.columns.numbers import replace_decimal_comma
from dashboard.importers.contract import (
    DAY_OUTSIDE,
    FIRST_YEAR,
    LAST_YEAR,
    LONGEST_SECONDS,
    NEGATIVE_DURATION,
    NO_DATE,
    NO_DURATION,
    TOO_LONG,
)
from dashboard.importers.frames.label_studio_answers import format_answer
from dashboard.importers.frames.label_studio_origins import (
    Annotation,
    find_suggestion,
    infer_method,
    infer_suggestion,
    is_corrected_acceptance,
    list_regions,
)
from dashboard.importers.table import RAW_LENGTH

Row = dict[str, Any]

NOT_A_TASK = "not a Label Studio task"
NOT_AN_ANNOTATION = "annotation without content: the export holds its number only"
NUMBERED_DRAFT = "draft without content: the export holds its number only"
REJECT_REASONS = (
    NOT_A_TASK,
    NOT_AN_ANNOTATION,
    NUMBERED_DRAFT,
    NO_DATE,
    DAY_OUTSIDE,
    NO_DURATION,
    NEGATIVE_DURATION,
    TOO_LONG,
)
IDLE_RULE = "open time, idle not cut"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST_MICROS, LATEST_MICROS = (
    (datetime(year, 1, 1, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1) for year in (FIRST_YEAR, LAST_YEAR + 1)
)
PERCENT = 100


def list_annotations(task: Mapping[str, Any]) -> tuple[list[Any], list[Any]]:
    """Return the annotations of a task (until 2020 called completions) and its drafts."""
    annotations, drafts = task.get("annotations"), task.get("drafts")
    if "annotations" not in task and isinstance(task.get("completions"), list):
        annotations = [rename_completion(part) if isinstance(part, dict) else part for part in task["completions"]]
    return (annotations if isinstance(annotations, list) else []), (drafts if isinstance(drafts, list) else [])


def rename_completion(completion: Annotation) -> Annotation:
    """Return a completion with the names of today: Annotation Lab kept the old ones and added its own."""
    renamed = dict(completion)
    if renamed.get("created_at") is None:
        moments = (renamed.get("submitted_at"), renamed.get("created_ago"))  # the second may be "2 days", too
        renamed["created_at"] = next((moment for moment in moments if parse_moment(moment) is not None), None)
    origin, _, number = str(renamed.get("copied_from") or "").partition(": ")
    if origin == "prediction":
        renamed.setdefault("parent_prediction", int(number) if number.isdecimal() else number)
    renamed.setdefault("ground_truth", bool(renamed.get("honeypot")))
    return renamed


def build_task_rows(line: int, task: object, *, by_number: bool) -> Iterator[Row]:
    """Yield the rows of the task at `line`: labeling events, or `_reason` and `record` of a rejected one.

    `by_number` says that the file identifies people by number, so that the authors of
    drafts, given by e-mail and number, get the same name as everywhere else.
    """
    if not isinstance(task, dict):
        yield build_rejected_row(line, NOT_A_TASK, task)
        return
    annotations, drafts = list_annotations(task)
    for annotation in annotations:
        if isinstance(annotation, dict):
            yield from _build_annotation_rows(line, task, annotation)
        else:
            yield build_rejected_row(line, NOT_AN_ANNOTATION, annotation)
    submitted = [
        (annotation.get("draft_created_at"), annotation.get("id"))
        for annotation in annotations
        if isinstance(annotation, dict) and annotation.get("draft_created_at") is not None
    ]
    for draft in drafts:
        if isinstance(draft, dict):
            repeated = next(
                (label for at, label in submitted if at == draft.get("created_at")), draft.get("annotation")
            )
            row = _build_draft(task, draft, by_number=by_number, repeated=repeated)
            yield _check_times(line, draft, row)
        else:
            yield build_rejected_row(line, NUMBERED_DRAFT, draft)


def build_rejected_row(line: int, reason: str, record: object) -> Row:
    """Return the row of a rejected record."""
    text = json.dumps(record, ensure_ascii=False, default=str)[:RAW_LENGTH]
    return {"_line": line, "_reason": reason, "record": text}


def parse_instant(value: object) -> int | None:
    """Return microseconds since 1970: ISO text (UTC where it has no offset) or, until 2020, a number of seconds.

    Raises:
        ValueError: it is neither.
    """
    if value is None or value == "":
        return None
    if isinstance(value, str):
        moment = datetime.fromisoformat(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return (moment - EPOCH) // timedelta(microseconds=1)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e11:  # noqa: PLR2004
        raise ValueError(value)
    return round(value * 1_000_000)


def parse_moment(value: object) -> int | None:
    """Return microseconds since 1970; None where there is no instant of the years that a store keeps."""
    try:
        moment = parse_instant(value)
    except (ValueError, OverflowError):
        return None
    return moment if moment is not None and EARLIEST_MICROS <= moment < LATEST_MICROS else None


def parse_milliseconds(value: object, *, unit_seconds: float = 1.0) -> int | None:
    """Return a time in units of so many seconds as whole milliseconds; None stays None, for unknown.

    Raises:
        ValueError: it is no finite number.
    """
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(value)  # noqa: TRY004 - one kind of error for whatever is no number
    number = _parse_float(value) * 1000 * unit_seconds
    if not math.isfinite(number):
        raise ValueError(value)
    return round(number)


def _parse_float(value: float | str) -> float:
    """Return the number; infinity beyond the range of floats, also where Python raises OverflowError."""
    try:
        return float(replace_decimal_comma(value) if isinstance(value, str) else value)
    except OverflowError:
        return math.inf


def format_label(value: object) -> str | None:
    """Return a number or text as text; of an embedded object its title or number."""
    if isinstance(value, dict):
        value = value.get("title") or value.get("id")
    return None if value is None or isinstance(value, list) or str(value).strip() == "" else str(value).strip()


def parse_person(value: object) -> tuple[str | None, str | None]:
    """Return name and e-mail; the name of an embedded user is the full name, else the e-mail, else the number."""
    if not isinstance(value, dict):
        name = format_label(value)
        return name, name if name and "@" in name else None
    full_name = " ".join(
        part for part in (format_label(value.get("first_name")), format_label(value.get("last_name"))) if part
    )
    email = format_label(value.get("email"))
    return full_name or email or format_label(value.get("id")), email


def format_account(value: object) -> str | None:
    """Return the number of an embedded user or of a number; None for a name."""
    number = value.get("id") if isinstance(value, dict) else value
    return str(number) if isinstance(number, int) and not isinstance(number, bool) else None


def find_author(task: Mapping[str, Any], annotation: Annotation, method: str) -> object:
    """Return whose work an annotation is: a number, a name or an embedded user; None for nobody's.

    `completed_by` stays who accepted predictions in bulk, also when somebody else corrects one of them afterwards.
    """
    if method in ("automatic", "imported"):
        return None
    author, corrector = annotation.get("completed_by"), annotation.get("updated_by")
    if is_corrected_acceptance(task, annotation) and corrector and format_account(corrector) != format_account(author):
        return corrector
    writer = str(annotation.get("created_username") or "")
    return author or writer.rpartition(",")[0] or writer


def _count_objects(annotation: Annotation) -> Row:
    regions = list_regions(annotation.get("result"))
    region_ids = {str(region["id"]) for region in regions if region.get("id") is not None}
    unnumbered = sum(1 for region in regions if region.get("id") is None)
    kinds = sorted({str(region["type"]) for region in regions if region.get("type")})
    return {
        "objects": len(region_ids) + unnumbered,
        "label_kind": "; ".join(kinds) or None,
        "media_milliseconds": _find_media_length(regions),
    }


def _find_media_length(regions: Sequence[Mapping[str, Any]]) -> int | None:
    """Return how long the audio or video is, which each region of it says in seconds."""
    for region in regions:
        value = region.get("value")
        told = (region.get("original_length"), value.get("duration") if isinstance(value, dict) else None)
        for seconds in told:
            if isinstance(seconds, int | float) and not isinstance(seconds, bool) and 0 < seconds <= LONGEST_SECONDS:
                return round(seconds * 1000)
    return None


def _build_annotation_rows(line: int, task: Mapping[str, Any], annotation: Annotation) -> Iterator[Row]:
    row = _check_times(line, annotation, _build_annotation(task, annotation))
    yield row
    reviews = annotation.get("reviews")
    for review in reviews if isinstance(reviews, list) else ():
        if isinstance(review, dict):
            yield _check_times(line, review, _build_review(task, annotation, review))
        else:
            yield build_rejected_row(line, NOT_AN_ANNOTATION, review)


def _build_annotation(task: Mapping[str, Any], annotation: Annotation) -> Row:
    method = infer_method(annotation)
    author = find_author(task, annotation, method)
    person, email = parse_person(author)
    suggestion = find_suggestion(task, annotation) or {}
    outcome = "skipped" if annotation.get("was_cancelled") or annotation.get("skipped") else "submitted"
    agreement, result = task.get("agreement"), annotation.get("result")
    return {
        **_describe_record(task, annotation, ""),
        **_count_objects(annotation),
        "person": person,
        "email": email,
        "account": format_account(author),
        "annotation": format_label(annotation.get("id")),
        "_draft_at": annotation.get("draft_created_at"),
        "stage": "annotate",
        "outcome": "deleted" if annotation.get("deleted_at") else outcome,
        "method": method,
        **infer_suggestion(task, annotation, method),
        "_seconds": None if method == "imported" else annotation.get("lead_time"),
        "answer": format_answer(list_regions(result)) if outcome == "submitted" and isinstance(result, list) else None,
        "agreement": agreement / PERCENT if isinstance(agreement, int | float) and 0 <= agreement <= PERCENT else None,
        "model": format_label(suggestion.get("model_version") or suggestion.get("created_username")),
        "_gold": bool(annotation.get("ground_truth")),
    }


def _build_draft(task: Mapping[str, Any], draft: Annotation, *, by_number: bool, repeated: object) -> Row:
    is_repeat = repeated is not None
    method = infer_method(draft)
    writer, _, number = str(draft.get("created_username") or "").rpartition(",")
    email = format_label(draft.get("user"))
    name = number.strip() if by_number else writer.replace(email or "", "").strip()
    return {
        **_describe_record(task, draft, "draft "),
        **_count_objects(draft),
        **({"objects": None} if is_repeat else {}),
        "person": name or email,
        "email": email if email and "@" in email else None,
        "annotation": format_label(repeated),
        "account": number.strip() if number.strip().isdigit() else None,
        "stage": "annotate",
        "outcome": "draft",
        "method": method,
        **infer_suggestion(task, draft, method),
        "_seconds": None if is_repeat else draft.get("lead_time"),
        "_again": is_repeat,
    }


def _build_review(task: Mapping[str, Any], annotation: Annotation, review: Annotation) -> Row:
    person, email = parse_person(review.get("created_by"))
    is_fixed = review.get("fixed_annotation_history") is not None
    return {
        **_describe_record(task, review, "review "),
        "label_kind": _count_objects(annotation)["label_kind"],
        "person": person,
        "email": email,
        "account": format_account(review.get("created_by")),
        "about": format_label(annotation.get("id")),
        "stage": "review",
        "outcome": ("fixed" if is_fixed else "accepted") if review.get("accepted") else "rejected",
        "method": infer_method(annotation),
        "suggestion": "none",
    }


def _describe_record(task: Mapping[str, Any], record: Annotation, id_prefix: str) -> Row:
    project = format_label(record.get("project")) or format_label(task.get("project"))
    return {
        "item": format_label(task.get("id")),
        "project": project,
        "_id": None if format_label(record.get("id")) is None else f"{id_prefix}{format_label(record.get('id'))}",
        "_created": record.get("created_at"),
        "_updated": record.get("updated_at"),
    }


def _check_times(line: int, record: Annotation, row: Row) -> Row:
    """Parse the two values that can be wrong, instant and length; reject the record where one is."""
    try:
        finished = parse_instant(row.pop("_created"))
    except (ValueError, OverflowError):
        return build_rejected_row(line, NO_DATE, record)
    if finished is not None and not EARLIEST_MICROS <= finished < LATEST_MICROS:
        return build_rejected_row(line, DAY_OUTSIDE, record)
    try:
        length = parse_milliseconds(row.pop("_seconds", None))
    except ValueError:
        return build_rejected_row(line, NO_DURATION, record)
    if length is not None and not 0 <= length <= LONGEST_SECONDS * 1000:
        return build_rejected_row(line, NEGATIVE_DURATION if length < 0 else TOO_LONG, record)
    number, place = row.pop("_id"), f"{row['project'] or ''}/{row['item']}"
    # Numbers start at 1 on every server; the instant distinguishes two servers, and CSV has it too.
    identity = number and f"{number}@{finished if finished is not None else place}"
    time_kind = "none" if length is None else "reported"
    time_fields = {"milliseconds": length, "time_kind": time_kind, "idle_rule": None if length is None else IDLE_RULE}
    moments = {"changed_at": parse_moment(row.pop("_updated")), "draft_at": parse_moment(row.pop("_draft_at", None))}
    return {"_line": line, "native_id": identity, "finished_at": finished, **moments, **time_fields, **row}
