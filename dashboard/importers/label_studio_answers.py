"""What an annotation answered, as text that is the same for the same answer.

Classes, choices, ratings and numbers are compared; where a box or span lies is not. Free text is kept as a digest:
it may hold what nobody should read outside of the labeling tool, and a digest is enough to tell same from different.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

NOTHING = "(nothing)"
DIGITS = 16  # of a digest
ELSEWHERE = {"textarea": "text", "pairwise": "selected", "chatmessage": "chatmessage"}  # kind -> key of its value
FREE_TEXT = {"textarea", "chatmessage"}


def answer_of(regions: Sequence[Mapping[str, Any]]) -> str:
    """Return the answer of the regions of a submitted annotation, in canonical order; NOTHING where there are none.

    `name: content`, counted where it occurs more than once. The store keeps a long answer as a digest.
    """
    told = [(region.get("id"), _content(region)) for region in regions]
    classed = {str(number) for number, content in told if number is not None and content}
    # A shape and its class may be two regions of one number; a shape that nobody classed is an answer of its own.
    shapes = [
        _named(region, str(region.get("type")))
        for region, (number, content) in zip(regions, told, strict=True)
        if not content and region.get("type") and str(number) not in classed
    ]
    parts = Counter([content for _, content in told if content] + shapes)
    if not parts:
        return NOTHING
    return "; ".join(part if count == 1 else f"{part} x{count}" for part, count in sorted(parts.items()))


def _content(region: Mapping[str, Any]) -> str | None:
    """Return what a region says, None for a shape without a class."""
    kind, value = str(region.get("type") or ""), region.get("value")
    if not isinstance(value, Mapping):
        return None
    content = value.get(ELSEWHERE.get(kind, kind), value.get("labels"))
    if content is None or content in ([], ""):
        return None
    if kind in FREE_TEXT:
        return _named(region, f"text {_digest(json.dumps(content, sort_keys=True))}")
    listed = content if isinstance(content, list) else [content]
    return _named(region, ", ".join(sorted(_words(one) for one in listed)))


def _named(region: Mapping[str, Any], content: str) -> str:
    return f"{region.get('from_name') or region.get('type')}: {content}"


def _words(content: object) -> str:
    """Return a choice: a path of a taxonomy as its levels, a number without a needless fraction."""
    if isinstance(content, list):
        return "/".join(str(one) for one in content)
    if isinstance(content, float) and content.is_integer():
        return str(int(content))
    return json.dumps(content, sort_keys=True, ensure_ascii=False) if isinstance(content, dict) else str(content)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]
