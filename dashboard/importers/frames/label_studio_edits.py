"""How much of a Label Studio prediction a person changed: regions with their class and place, choices, and texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.importers.frames.label_studio_answers import FREE_TEXT, VALUE_KEYS
from dashboard.importers.frames.suggestion_edits import AnswerParts, describe_edit, format_content

Regions = Sequence[Mapping[str, Any]]

WITHOUT_PLACE = frozenset({"choices", "rating", "number", "taxonomy", "datetime", "pairwise", "ranker"})
SCORES = frozenset({"score", "confidence"})  # of the model, which people do not change


def compare_regions(proposed: Regions, final: Regions) -> dict[str, Any]:
    """Return the share of a prediction's regions that were edited, and what was compared.

    Regions are compared by what the prediction says of them: the editor adds more, such as the text under a span.
    A shape and its class may be two regions with one id, which count as one.
    """
    keys: dict[str, set[str]] = {}
    for region in proposed:
        keys.setdefault(_name_control(region), set()).update(_get_value(region))
    return describe_edit(_read_parts(proposed, keys), _read_parts(final, keys))


def _read_parts(regions: Regions, keys: Mapping[str, set[str]]) -> AnswerParts:
    parts = AnswerParts()
    objects: dict[object, list[tuple[str, str, str]]] = {}
    for place, region in enumerate(regions):
        control, kind, value = _name_control(region), str(region.get("type") or ""), _get_value(region)
        if kind in FREE_TEXT:
            content = value.get(VALUE_KEYS[kind])
            for text in content if isinstance(content, list) else [content]:
                parts.add_text(control, text if isinstance(text, str) else format_content(text))
        else:
            compared = {name: part for name, part in value.items() if name in keys.get(control, value)}
            number = region.get("id")
            objects.setdefault(place if number is None else str(number), []).append(
                (control, kind, format_content(compared))
            )
    for described in objects.values():
        parts.add_object(tuple(sorted(described)), has_place=any(kind not in WITHOUT_PLACE for _, kind, _ in described))
    return parts


def _name_control(region: Mapping[str, Any]) -> str:
    return f"{region.get('from_name')} {region.get('to_name')}"


def _get_value(region: Mapping[str, Any]) -> Mapping[str, Any]:
    value = region.get("value")
    return {name: part for name, part in value.items() if name not in SCORES} if isinstance(value, Mapping) else {}
