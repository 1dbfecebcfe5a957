"""Answers of language models: their text in one form, and their tokens under the names of each interface."""

from __future__ import annotations

import json
from contextlib import suppress

from dashboard.importers.frames.label_values import NO_ANSWER

ANSWER_LENGTH = 2_000
TOKEN_NAMES = (("prompt_tokens", "input_tokens"), ("completion_tokens", "output_tokens"))
MAX_TOKENS = 2**53


def make_answer(value: object) -> str | None:
    """Return an answer in one form: JSON with sorted names, or the text as it is; None where there is none."""
    if value is None:
        return None
    text = value.strip() if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    if text[:1] in ("{", "["):
        with suppress(ValueError, RecursionError):  # a text may only begin like JSON
            text = json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True)
    return text[:ANSWER_LENGTH] or NO_ANSWER


def count_tokens(usage: object) -> int | None:
    """Return all tokens of an answer, of input and output; None where they are not given."""
    if not isinstance(usage, dict):
        return None
    total = _read_count(usage.get("total_tokens"))
    if total is not None:
        return total
    parts = [
        next((n for name in names if (n := _read_count(usage.get(name))) is not None), None) for names in TOKEN_NAMES
    ]
    return None if parts == [None, None] else sum(part or 0 for part in parts)


def sum_counts(value: object) -> int | None:
    """Return the sum of a count or of a list of counts."""
    values = value if isinstance(value, list) else [value]
    counts = [count for part in values if (count := _read_count(part)) is not None]
    return sum(counts) if counts else None


def _read_count(value: object) -> int | None:
    is_count = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < MAX_TOKENS
    return int(value) if is_count and isinstance(value, int | float) else None
