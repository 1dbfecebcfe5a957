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
    contents = [_content(region) for region in regions]
    found = [content for content in contents if content]
    if len(found) < len(contents):
        found += _shapes(regions, contents)
    if not found:
        return NOTHING
    if len(found) == 1:
        return found[0]
    parts = Counter(found)
    return "; ".join(part if count == 1 else f"{part} x{count}" for part, count in sorted(parts.items()))


def _shapes(regions: Sequence[Mapping[str, Any]], contents: Sequence[str | None]) -> list[str]:
    """Return the shapes that nobody classed; a shape and its class may be two regions of one number."""
    classed = {str(region.get("id")) for region, content in zip(regions, contents, strict=True) if content}
    return [
        _named(region, str(region.get("type")))
        for region, content in zip(regions, contents, strict=True)
        if not content and region.get("type") and (region.get("id") is None or str(region.get("id")) not in classed)
    ]


def _content(region: Mapping[str, Any]) -> str | None:
    """Return what a region says, None for a shape without a class."""
    kind, value = str(region.get("type") or ""), region.get("value")
    if not isinstance(value, dict):
        return None
    content = value.get(ELSEWHERE.get(kind, kind), value.get("labels"))
    if content is None or content in ([], ""):
        return None
    if kind in FREE_TEXT:
        return _named(region, f"text {_digest(json.dumps(content, sort_keys=True))}")
    listed = content if isinstance(content, list) else [content]
    if len(listed) == 1:
        return _named(region, _words(listed[0]))
    return _named(region, ", ".join(sorted(_words(one) for one in listed)))


def _named(region: Mapping[str, Any], content: str) -> str:
    return f"{region.get('from_name') or region.get('type')}: {content}"


def _words(content: object) -> str:
    """Return a choice: a path of a taxonomy as its levels, a number without a needless fraction."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "/".join(str(one) for one in content)
    if isinstance(content, float) and content.is_integer():
        return str(int(content))
    return json.dumps(content, sort_keys=True, ensure_ascii=False) if isinstance(content, dict) else str(content)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]
