"""How much of a suggestion a person changed, where an export holds both answers: only the share is kept, no content."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dashboard.edit_distance import compute_answer_distance

DECIMALS = 3  # editors change the last digits of coordinates; a thousandth of a percent is not an edit
EXACT_NUMBER = 2**53  # from here on, a float cannot tell whole numbers apart
LONGEST_NAME = 60  # signs; a longer answer is a text and not the name of a class
PLACES = frozenset({"start", "end", "beginOffset", "x", "y", "boundingPoly", "points", "geometry"})


@dataclass
class AnswerParts:
    """What an answer consists of: objects without an order, and texts by field."""

    objects: list[Hashable] = field(default_factory=list)
    texts: dict[str, list[str]] = field(default_factory=dict)
    kinds: set[str] = field(default_factory=set)  # text, choices, regions

    def add_object(self, content: Hashable, *, has_place: bool) -> None:
        """Add a choice, or a region of the item."""
        self.objects.append(content)
        self.kinds.add("regions" if has_place else "choices")

    def add_text(self, name: str, text: str) -> None:
        """Add a text that was written in a field."""
        self.texts.setdefault(name, []).append(text)
        self.kinds.add("text")


def describe_edit(suggested: AnswerParts, final: AnswerParts) -> dict[str, Any]:
    """Return the share of the suggestion that was edited, and what was compared; nothing where texts are too long."""
    share = compute_answer_distance((suggested.objects, suggested.texts), (final.objects, final.texts))
    if share is None:
        return {}
    kinds = suggested.kinds | final.kinds or {"regions"}
    return {"edit_share": share, "edit_basis": kinds.pop() if len(kinds) == 1 else "several kinds"}


def name_outcome(edit: Mapping[str, Any]) -> str:
    """Return what became of a suggestion that was accepted."""
    return "unchanged" if edit.get("edit_share") == 0 else "edited"


def read_value(parts: AnswerParts, name: str, value: object) -> None:
    """Add the value of a question: a text, a choice, a region, or a list of them."""
    if isinstance(value, list):
        for part in value:
            read_value(parts, name, part)
    elif isinstance(value, str) and len(value) > LONGEST_NAME:
        parts.add_text(name, value)
    elif value is not None:
        has_place = isinstance(value, Mapping) and bool(PLACES & value.keys())
        parts.add_object((name, format_content(value)), has_place=has_place)


def format_content(value: object, decimals: int = DECIMALS, *, without: frozenset[str] = frozenset()) -> str:
    """Return content as text that is equal where the content is, but for the last digits and some fields."""
    return json.dumps(_round_numbers(value, decimals, without), sort_keys=True, default=str)


def _round_numbers(value: object, decimals: int, without: frozenset[str]) -> object:
    if isinstance(value, Mapping):
        return {
            str(name): _round_numbers(part, decimals, without) for name, part in value.items() if name not in without
        }
    if isinstance(value, list):
        return [_round_numbers(part, decimals, without) for part in value]
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < EXACT_NUMBER:
        return value
    return round(float(value), decimals) + 0.0  # no minus before a zero
