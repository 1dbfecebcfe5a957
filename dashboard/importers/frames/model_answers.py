"""Answers of language models: their text in one form, and their tokens under the names of each interface.

An answer is an object of one of these shapes: `choices` (OpenAI style), `output` (OpenAI's responses), `content`
(Anthropic), `candidates` (Gemini), or an `output` with a message (Bedrock's Converse).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from dashboard.importers.frames.label_values import NO_ANSWER, get_object, list_objects, read_text

ANSWER_LENGTH = 2_000
TOTAL_NAMES = ("total_tokens", "totalTokenCount", "totalTokens")
TOKEN_NAMES = (
    ("prompt_tokens", "input_tokens"),
    ("completion_tokens", "output_tokens"),
    ("cache_creation_input_tokens",),  # Anthropic counts them beside the input
    ("cache_read_input_tokens",),
)
CUT_WORDS = ("length", "max_tokens", "MAX_TOKENS", "incomplete")
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
    total = next((count for name in TOTAL_NAMES if (count := _read_count(usage.get(name))) is not None), None)
    if total is not None:
        return total
    parts = [
        next((n for name in names if (n := _read_count(usage.get(name))) is not None), None) for names in TOKEN_NAMES
    ]
    return sum(part or 0 for part in parts) if any(part is not None for part in parts) else None


def read_output(body: Mapping[str, Any]) -> tuple[str | None, bool]:
    """Return the text of an answer, and whether it was cut off; None where there is no text."""
    choices = list_objects(body.get("choices"))
    if choices:
        message = choices[0].get("message")
        text = message.get("content") if isinstance(message, Mapping) else choices[0].get("text")
        calls = message.get("tool_calls") if isinstance(message, Mapping) else None
        return make_answer(text if text is not None else calls), choices[0].get("finish_reason") in CUT_WORDS
    candidate = next(iter(list_objects(body.get("candidates"))), {})
    output = body.get("output")
    messages = [body, *list_objects(output), get_object(candidate.get("content"))]
    messages.append(get_object(get_object(output).get("message")))
    parts = [part for message in messages for name in ("content", "parts") for part in list_objects(message.get(name))]
    texts = [text for part in parts if (text := read_text(part.get("text"))) and part.get("thought") is not True]
    inputs = [part[name] for part in parts for name in ("input", "functionCall") if name in part]
    endings = (body.get("status"), body.get("stop_reason"), body.get("stopReason"), candidate.get("finishReason"))
    return make_answer("\n".join(texts) if texts else inputs or None), any(ending in CUT_WORDS for ending in endings)


def sum_counts(value: object) -> int | None:
    """Return the sum of a count or of a list of counts."""
    values = value if isinstance(value, list) else [value]
    counts = [count for part in values if (count := _read_count(part)) is not None]
    return sum(counts) if counts else None


def _read_count(value: object) -> int | None:
    is_count = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < MAX_TOKENS
    return int(value) if is_count and isinstance(value, int | float) else None
