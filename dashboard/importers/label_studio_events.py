"""What one Label Studio task tells: a row for every annotation, draft and review in it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from dashboard.importers import reasons
from dashboard.importers.label_studio_answers import answer_of
from dashboard.importers.table import RAW_LENGTH

Row = dict[str, Any]
Annotation = Mapping[str, Any]

NOT_A_TASK = "not a Label Studio task"
NOT_AN_ANNOTATION = "annotation without content: the export holds its number only"
REFUSALS = (
    NOT_A_TASK,
    NOT_AN_ANNOTATION,
    reasons.NO_DATE,
    reasons.DAY_OUTSIDE,
    reasons.NO_DURATION,
    reasons.NEGATIVE,
    reasons.TOO_LONG,
)
IDLE_RULE = "open time, idle not cut"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST, LAST = (
    (datetime(year, 1, 1, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)
    for year in (reasons.FIRST_YEAR, reasons.LAST_YEAR + 1)
)
PLACES = 3  # the editor writes coordinates back with other last digits; a thousandth of a percent is no edit
PERCENT = 100
MACHINE_MADE = {"prediction", "prediction-changed"}


def lists_of(task: Mapping[str, Any]) -> tuple[list[Any], list[Any]]:
    """Return the annotations of a task (until 2020 called completions) and its drafts."""
    finished = task.get("annotations", task.get("completions"))
    drafts = task.get("drafts")
    return (finished if isinstance(finished, list) else []), (drafts if isinstance(drafts, list) else [])


def rows(line: int, task: object, *, by_number: bool) -> Iterator[Row]:
    """Yield the rows of the task at `line`: labeling events, or `_reason` and `record` where one cannot be taken.

    `by_number` says that the file names people by their number, so that the writers of
    drafts, who are given by e-mail and number, get the same name as everywhere else.
    """
    if not isinstance(task, dict):
        yield refused(line, NOT_A_TASK, task)
        return
    finished, drafts = lists_of(task)
    for annotation in finished:
        if isinstance(annotation, dict):
            yield from _annotation_rows(line, task, annotation)
        else:
            yield refused(line, NOT_AN_ANNOTATION, annotation)
    for draft in drafts:
        if isinstance(draft, dict):
            yield _judged(line, draft, _draft(task, draft, by_number=by_number))
        else:
            yield refused(line, NOT_AN_ANNOTATION, draft)


def refused(line: int, reason: str, record: object) -> Row:
    """Return the row of a record that cannot be taken."""
    text = json.dumps(record, ensure_ascii=False, default=str)[:RAW_LENGTH]
    return {"_line": line, "_reason": reason, "record": text}


def instant(value: object) -> int | None:
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


def milliseconds(value: object) -> int | None:
    """Return a time in seconds as whole milliseconds; None stays None, for unknown.

    Raises:
        ValueError: it is no finite number.
    """
    if value is None or value == "":
        return None
    number = math.nan if isinstance(value, bool) or not isinstance(value, int | float | str) else _float(value) * 1000
    if not math.isfinite(number):
        raise ValueError(value)
    return round(number)


def _float(value: float | str) -> float:
    """Return the number; beyond the range of floats infinity, also where Python would raise OverflowError."""
    try:
        return float(value)
    except OverflowError:
        return math.inf


def label(value: object) -> str | None:
    """Return a number or text as text, and the title or number of an embedded object."""
    if isinstance(value, dict):
        value = value.get("title") or value.get("id")
    return None if value is None or isinstance(value, list) or str(value).strip() == "" else str(value).strip()


def who(value: object) -> tuple[str | None, str | None]:
    """Return name and e-mail: of an embedded user the full name, else the e-mail, else the number."""
    if not isinstance(value, dict):
        name = label(value)
        return name, name if name and "@" in name else None
    full = " ".join(part for part in (label(value.get("first_name")), label(value.get("last_name"))) if part)
    email = label(value.get("email"))
    return full or email or label(value.get("id")), email


def method_of(annotation: Annotation) -> str:
    """Tell how an annotation came about, by the traces that the editor leaves; unknown where it leaves none."""
    origins = origins_of(annotation)
    parent = annotation.get("parent_prediction") is not None
    if parent and annotation.get("lead_time") is None and not origins:
        return "automatic"
    if parent or origins & MACHINE_MADE or annotation.get("prediction"):
        return "pre-annotated"
    # A copy of another annotation keeps the origins of the first one.
    return "manual" if origins == {"manual"} and annotation.get("parent_annotation") is None else "unknown"


def origins_of(annotation: Annotation) -> set[str]:
    """Return the origins that the regions of an annotation name."""
    return {str(one["origin"]) for one in _regions(annotation.get("result")) if one.get("origin")}


def suggestion_of(task: Mapping[str, Any], annotation: Annotation, method: str) -> str:
    """Tell what became of the prediction: unchanged, edited, rejected; none without one; unknown where it is absent."""
    if method in ("manual", "unknown"):
        return "none" if method == "manual" else "unknown"
    if annotation.get("was_cancelled"):
        return "unknown"
    shown = _prediction(task, annotation)
    if shown is None:
        return "edited" if "prediction-changed" in origins_of(annotation) else "unknown"
    predicted, kept = _regions(shown.get("result")), _regions(annotation.get("result"))
    matches = [_match(one, kept) for one in predicted]
    if len(predicted) == len(kept) and all(match == "same" for match in matches):
        return "unchanged"
    gone = bool(predicted) and all(match == "gone" for match in matches)
    return "rejected" if gone and not origins_of(annotation) & MACHINE_MADE else "edited"


def _prediction(task: Mapping[str, Any], annotation: Annotation) -> Mapping[str, Any] | None:
    embedded = annotation.get("prediction")
    if isinstance(embedded, dict) and isinstance(embedded.get("result"), list):
        return embedded
    predictions = task.get("predictions")
    for one in predictions if isinstance(predictions, list) else ():
        if isinstance(one, dict) and one.get("id") == annotation.get("parent_prediction") and one.get("result"):
            return one
    return None


def _regions(result: object) -> list[Mapping[str, Any]]:
    found = result if isinstance(result, list) else []
    return [one for one in found if isinstance(one, dict) and one.get("type") != "relation"]


def _match(predicted: Mapping[str, Any], kept: Sequence[Mapping[str, Any]]) -> str:
    """Tell whether a predicted region is in the annotation as it was (same), otherwise (changed), or not (gone)."""
    place = (predicted.get("from_name"), predicted.get("to_name"))
    there = [one for one in kept if (one.get("from_name"), one.get("to_name")) == place]
    own = [one for one in there if predicted.get("id") is not None and one.get("id") == predicted.get("id")]
    if any(_holds(one.get("value"), predicted.get("value")) for one in own or there):
        return "same"
    return "changed" if own else "gone"


def _holds(kept: object, predicted: object) -> bool:
    """Compare only what the prediction said: the editor adds keys, such as the text under a span."""
    if isinstance(predicted, dict):
        if not isinstance(kept, dict):
            return False
        return all(_holds(kept.get(key), value) for key, value in predicted.items() if key != "score")
    if isinstance(predicted, list):
        if not isinstance(kept, list) or len(kept) != len(predicted):
            return False
        return all(_holds(one, other) for one, other in zip(kept, predicted, strict=True))
    if isinstance(predicted, float) and isinstance(kept, int | float):
        return round(predicted, PLACES) == round(kept, PLACES)
    return kept == predicted


def _objects(annotation: Annotation) -> Row:
    regions = _regions(annotation.get("result"))
    named = {str(one["id"]) for one in regions if one.get("id") is not None}
    nameless = sum(1 for one in regions if one.get("id") is None)
    kinds = sorted({str(one["type"]) for one in regions if one.get("type")})
    return {"objects": len(named) + nameless, "label_kind": "; ".join(kinds) or None}


def _annotation_rows(line: int, task: Mapping[str, Any], annotation: Annotation) -> Iterator[Row]:
    row = _judged(line, annotation, _annotation(task, annotation))
    yield row
    reviews = annotation.get("reviews")
    for review in reviews if isinstance(reviews, list) else ():
        if isinstance(review, dict):
            yield _judged(line, review, _review(task, annotation, review))
        else:
            yield refused(line, NOT_AN_ANNOTATION, review)


def _annotation(task: Mapping[str, Any], annotation: Annotation) -> Row:
    method = method_of(annotation)
    author = annotation.get("completed_by") or str(annotation.get("created_username") or "").rpartition(",")[0]
    person, email = (None, None) if method == "automatic" else who(author)
    shown = _prediction(task, annotation) or annotation.get("prediction") or {}
    outcome = "skipped" if annotation.get("was_cancelled") or annotation.get("skipped") else "submitted"
    agreement, result = task.get("agreement"), annotation.get("result")
    return {
        **_about(task, annotation, ""),
        **_objects(annotation),
        "person": person,
        "email": email,
        "stage": "annotate",
        "outcome": "deleted" if annotation.get("deleted_at") else outcome,
        "method": method,
        "suggestion": suggestion_of(task, annotation, method),
        "_seconds": annotation.get("lead_time"),
        "answer": answer_of(_regions(result)) if outcome == "submitted" and isinstance(result, list) else None,
        "agreement": agreement / PERCENT if isinstance(agreement, int | float) and 0 <= agreement <= PERCENT else None,
        "model": label(shown.get("model_version")) if isinstance(shown, dict) else None,
        "_gold": bool(annotation.get("ground_truth")),
    }


def _draft(task: Mapping[str, Any], draft: Annotation, *, by_number: bool) -> Row:
    method = method_of(draft)
    again = draft.get("annotation") is not None
    names, _, number = str(draft.get("created_username") or "").rpartition(",")
    email = label(draft.get("user"))
    name = number.strip() if by_number else names.replace(email or "", "").strip()
    return {
        **_about(task, draft, "draft "),
        **_objects(draft),
        **({"objects": None} if again else {}),
        "person": name or email,
        "email": email if email and "@" in email else None,
        "stage": "annotate",
        "outcome": "draft",
        "method": method,
        "suggestion": suggestion_of(task, draft, method),
        "_seconds": None if again else draft.get("lead_time"),
        "_again": again,
    }


def _review(task: Mapping[str, Any], annotation: Annotation, review: Annotation) -> Row:
    person, email = who(review.get("created_by"))
    fixed = review.get("fixed_annotation_history") is not None
    return {
        **_about(task, review, "review "),
        "label_kind": _objects(annotation)["label_kind"],
        "person": person,
        "email": email,
        "stage": "review",
        "outcome": ("fixed" if fixed else "accepted") if review.get("accepted") else "rejected",
        "method": method_of(annotation),
        "suggestion": "none",
    }


def _about(task: Mapping[str, Any], record: Annotation, what: str) -> Row:
    project = label(record.get("project")) or label(task.get("project"))
    return {
        "item": label(task.get("id")),
        "project": project,
        "_id": None if label(record.get("id")) is None else f"{what}{project or ''}/{label(record.get('id'))}",
        "_created": record.get("created_at"),
    }


def _judged(line: int, record: Annotation, row: Row) -> Row:
    """Read the two values that can be wrong, the moment and the length, and say so where they are."""
    try:
        finished = instant(row.pop("_created"))
    except (ValueError, OverflowError):
        return refused(line, reasons.NO_DATE, record)
    if finished is not None and not FIRST <= finished < LAST:
        return refused(line, reasons.DAY_OUTSIDE, record)
    try:
        length = milliseconds(row.pop("_seconds", None))
    except ValueError:
        return refused(line, reasons.NO_DURATION, record)
    if length is not None and not 0 <= length <= reasons.LONGEST_SECONDS * 1000:
        return refused(line, reasons.NEGATIVE if length < 0 else reasons.TOO_LONG, record)
    number = row.pop("_id")
    # Numbers start at 1 on every server; the moment tells two servers apart.
    identity = number and f"{number}@{finished}" if finished is not None else number and f"{row['item']}/{number}"
    time_kind = "none" if length is None else "reported"
    timed = {"milliseconds": length, "time_kind": time_kind, "idle_rule": None if length is None else IDLE_RULE}
    return {"_line": line, "native_id": identity, "finished_at": finished, **timed, **row}
