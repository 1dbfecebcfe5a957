"""How a Label Studio annotation came about, and what became of the suggestion that it began from.

Only `parent_prediction` and the origins of the regions tell: the server stores a copy of the task's newest prediction
beside every annotation, whatever it began from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.importers.frames.label_studio_edits import SCORES, compare_regions
from dashboard.importers.frames.suggestion_edits import DECIMALS, name_outcome

Annotation = Mapping[str, Any]

MACHINE_ORIGINS = {"prediction", "prediction-changed"}


def infer_method(annotation: Annotation) -> str:
    """Infer the method of an annotation from the traces that the editor leaves; unknown where it leaves none."""
    if is_imported(annotation):
        return "imported"
    origins = list_origins(annotation)
    has_parent = annotation.get("parent_prediction") is not None
    if has_parent and annotation.get("lead_time") is None and not origins:
        return "automatic"
    if has_parent or origins & MACHINE_ORIGINS:
        return "pre-annotated"
    # A copy of another annotation keeps the origins of the first one.
    return "manual" if origins == {"manual"} and annotation.get("parent_annotation") is None else "unknown"


def is_imported(annotation: Annotation) -> bool:
    """Return whether a script imported the annotation with its task and nobody has worked on it since."""
    if annotation.get("last_action") == "imported":
        return True
    if annotation.get("parent_prediction") is not None or list_origins(annotation):
        return False
    if annotation.get("import_id") is not None:
        return annotation.get("last_action") is None
    # The server names who submitted, skipped or changed an annotation, also through its API.
    return (
        "updated_by" in annotation
        and annotation["updated_by"] is None
        and "last_action" in annotation
        and annotation["last_action"] is None
        and bool(list_regions(annotation.get("result")))
    )


def is_corrected_acceptance(task: Mapping[str, Any], annotation: Annotation) -> bool:
    """Return whether an annotation made from a prediction in bulk was corrected afterwards by somebody.

    Bulk acceptance is the only way to an annotation with a parent and without the copy of a prediction, and its
    regions never have the origin that the editor gives to those of a prediction. Where the copy is left out, as in the
    list of tasks, a region tells that has the id of a predicted one and not its origin.
    """
    if (
        annotation.get("parent_prediction") is None
        or annotation.get("lead_time") is None
        or list_origins(annotation) != {"manual"}
    ):
        return False
    if "prediction" in annotation:
        return bool(annotation["prediction"] == {})
    suggestion = find_suggestion(task, annotation) or {}
    proposed = {str(region["id"]) for region in list_regions(suggestion.get("result")) if region.get("id") is not None}
    return bool(proposed & {str(region.get("id")) for region in list_regions(annotation.get("result"))})


def list_origins(annotation: Annotation) -> set[str]:
    """Return the origins that the regions of an annotation name."""
    return {str(region["origin"]) for region in list_regions(annotation.get("result")) if region.get("origin")}


def infer_suggestion(task: Mapping[str, Any], annotation: Annotation, method: str) -> dict[str, Any]:
    """Infer the suggestion outcome, and how much was edited where the export holds the prediction.

    The outcome is unchanged, edited or rejected; none without a prediction; unknown if absent.
    """
    if method in ("manual", "unknown", "imported"):
        return {"suggestion": "none" if method == "manual" else "unknown"}
    if annotation.get("was_cancelled"):
        return {"suggestion": "unknown"}
    suggestion = find_suggestion(task, annotation)
    if suggestion is None or not isinstance(suggestion.get("result"), list):
        return {"suggestion": "edited" if is_corrected_acceptance(task, annotation) else "unknown"}
    proposed, final = list_regions(suggestion.get("result")), list_regions(annotation.get("result"))
    edit = compare_regions(proposed, final)
    is_gone = bool(proposed) and all(_is_gone(region, final) for region in proposed)
    is_rejected = edit.get("edit_share") != 0 and is_gone and not list_origins(annotation) & MACHINE_ORIGINS
    return {"suggestion": "rejected" if is_rejected else name_outcome(edit), **edit}


def find_suggestion(task: Mapping[str, Any], annotation: Annotation) -> Mapping[str, Any] | None:
    """Return the prediction that the annotation began from, where the export holds it."""
    parent = annotation.get("parent_prediction")
    if parent is None:
        return None
    predictions = task.get("predictions")
    listed = predictions if isinstance(predictions, list) else []
    for prediction in (*listed, annotation.get("prediction")):
        if isinstance(prediction, dict) and prediction.get("id") == parent:
            return prediction
    return None


def list_regions(result: object) -> list[Mapping[str, Any]]:
    """Return the regions of a result, without the relations between them."""
    regions = result if isinstance(result, list) else []
    return [region for region in regions if isinstance(region, dict) and region.get("type") != "relation"]


def _is_gone(predicted: Mapping[str, Any], regions: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether an annotation has a predicted region neither as it was nor altered."""
    control = (predicted.get("from_name"), predicted.get("to_name"))
    candidates = [region for region in regions if (region.get("from_name"), region.get("to_name")) == control]
    number = predicted.get("id")
    has_same_id = number is not None and any(region.get("id") == number for region in candidates)
    is_kept = any(_contains_value(region.get("value"), predicted.get("value")) for region in candidates)
    return not has_same_id and not is_kept


def _contains_value(final: object, proposed: object) -> bool:
    """Compare only the prediction's own keys: the editor adds others, such as the text under a span."""
    if isinstance(proposed, dict):
        if not isinstance(final, dict):
            return False
        return all(_contains_value(final.get(key), value) for key, value in proposed.items() if key not in SCORES)
    if isinstance(proposed, list):
        if not isinstance(final, list) or len(final) != len(proposed):
            return False
        return all(_contains_value(item, proposed_item) for item, proposed_item in zip(final, proposed, strict=True))
    if isinstance(proposed, float) and isinstance(final, int | float):
        return round(proposed, DECIMALS) == round(final, DECIMALS)
    return final == proposed
