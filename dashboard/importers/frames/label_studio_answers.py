"""The answer of an annotation as text that is equal for equal answers.

Classes, choices, ratings and numbers are compared; the position of a box or span is not. Free text is kept as a
digest: nobody should read it outside the labeling tool, and a digest is enough to compare answers.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

NO_ANSWER = "(nothing)"
DIGEST_DIGITS = 16  # of a digest
VALUE_KEYS = {"textarea": "text", "pairwise": "selected", "chatmessage": "chatmessage"}  # kind -> key of its value
FREE_TEXT = {"textarea", "chatmessage"}


def format_answer(regions: Sequence[Mapping[str, Any]]) -> str:
    """Return the answer of a submitted annotation's regions, in canonical order; NOTHING if there are none.

    `name: content`, counted where it occurs more than once. The store keeps a long answer as a digest.
    """
    contents = [_format_content(region) for region in regions]
    answers = [content for content in contents if content]
    if len(answers) < len(contents):
        answers += _list_unclassed_shapes(regions, contents)
    if not answers:
        return NO_ANSWER
    if len(answers) == 1:
        return answers[0]
    answer_counts = Counter(answers)
    return "; ".join(answer if count == 1 else f"{answer} x{count}" for answer, count in sorted(answer_counts.items()))


def _list_unclassed_shapes(regions: Sequence[Mapping[str, Any]], contents: Sequence[str | None]) -> list[str]:
    """Return the shapes without a class; a shape and its class may be two regions with one id."""
    classed_ids = {str(region.get("id")) for region, content in zip(regions, contents, strict=True) if content}
    return [
        _prefix_name(region, str(region.get("type")))
        for region, content in zip(regions, contents, strict=True)
        if not content and region.get("type") and (region.get("id") is None or str(region.get("id")) not in classed_ids)
    ]


def _format_content(region: Mapping[str, Any]) -> str | None:
    """Return the answer of a region, None for a shape without a class."""
    kind, value = str(region.get("type") or ""), region.get("value")
    if not isinstance(value, dict):
        return None
    content = value.get(VALUE_KEYS.get(kind, kind), value.get("labels"))
    if content is None or content in ([], ""):
        return None
    if kind in FREE_TEXT:
        return _prefix_name(region, f"text {_hash_text(json.dumps(content, sort_keys=True))}")
    choices = content if isinstance(content, list) else [content]
    if len(choices) == 1:
        return _prefix_name(region, _format_choice(choices[0]))
    return _prefix_name(region, ", ".join(sorted(_format_choice(choice) for choice in choices)))


def _prefix_name(region: Mapping[str, Any], content: str) -> str:
    return f"{region.get('from_name') or region.get('type')}: {content}"


def _format_choice(content: object) -> str:
    """Format a choice: a taxonomy path by its levels, a whole number without a fraction."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "/".join(str(level) for level in content)
    if isinstance(content, float) and content.is_integer():
        return str(int(content))
    return json.dumps(content, sort_keys=True, ensure_ascii=False) if isinstance(content, dict) else str(content)


def _hash_text(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:DIGEST_DIGITS]
