"""Outputs of batches of model requests: of OpenAI and services of its style, and of vLLM in old and new shape.

Each answered request is a label of the model. Old vLLM puts the answer where others put its envelope, and some of its
answers have a `created` that is no instant: those have no day. A failed request gave no label and is rejected.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dashboard.importers.contract import Importer, match_records
from dashboard.importers.frames.label_records import UTC_DAYS, FileContext, LabelFormat, Record, Row
from dashboard.importers.frames.label_values import find_instant, list_objects, read_text
from dashboard.importers.frames.model_answers import count_tokens, make_answer

FAILED = "a request that failed, without a label"
NO_OUTPUT = "an answer without a text, such as of embeddings"
CUT_SHORT = "Answers cut off at the limit of tokens, kept as labels"
UNDATED = "Answers without an instant, which have no day"
GPU_NOTE = (
    "Tokens of a self-hosted model have no price: enter its hours of GPU as running cost of the automation; for others"
    " enter the price of tokens by day."
)


def _is_output(record: Record) -> bool:
    return "custom_id" in record and ("response" in record or "error" in record)


def _find_body(record: Record) -> Mapping[str, object] | None:
    """Return the answer of the model, None where the request failed."""
    response = record.get("response")
    if not isinstance(response, dict):
        return None
    status = response.get("status_code")
    if isinstance(status, int) and status >= 400:  # noqa: PLR2004 - an HTTP status
        return None
    body = response.get("body") if "body" in response else response
    return body if isinstance(body, dict) and not body.get("error") and body.get("object") != "error" else None


def _read_output(body: Mapping[str, object]) -> tuple[str | None, bool]:
    """Return the text of an answer, of chat, completion or responses, and whether it was cut off."""
    choices = body.get("choices")
    if isinstance(choices, list) and choices and isinstance(choices[0], dict):
        choice = choices[0]
        message = choice.get("message")
        text = message.get("content") if isinstance(message, dict) else choice.get("text")
        calls = message.get("tool_calls") if isinstance(message, dict) else None
        return make_answer(text if text is not None else calls), choice.get("finish_reason") == "length"
    parts = [part for item in list_objects(body.get("output")) for part in list_objects(item.get("content"))]
    texts = [text for part in parts if (text := read_text(part.get("text")))]
    return make_answer("\n".join(texts)) if texts else None, body.get("status") == "incomplete"


def build_rows(record: Record, context: FileContext) -> Iterator[Row]:
    """Yield the label of one request."""
    body = _find_body(record)
    if body is None:
        yield {"_reason": FAILED}
        return
    answer, is_cut = _read_output(body)
    if answer is None:
        yield {"_reason": NO_OUTPUT}
        return
    moment = find_instant(body.get("created") or body.get("created_at"))
    context.counts[CUT_SHORT] += is_cut
    context.counts[UNDATED] += moment is None
    number = read_text(record.get("id")) or read_text(body.get("id"))
    yield {
        "item": read_text(record.get("custom_id")),
        "native_id": number,
        "annotation": number,
        "method": "automatic",
        "suggestion": "none",
        "finished_at": moment,
        "model": read_text(body.get("model")),
        "tokens": count_tokens(body.get("usage")),
        "answer": answer,
    }


IMPORTER: Importer = LabelFormat(
    name="llm_batch",
    tool="llm_batch",
    title="OpenAI-style and vLLM batch output (JSONL)",
    matches=match_records(_is_output),
    build_rows=build_rows,
    columns={
        "id": "native_id",
        "custom_id": "item",
        "response.body.model": "model",
        "response.body.usage": "tokens",
        "response.body.choices": "answer",
        "response.body.created": "finished_at",
    },
    lacks=("how long an answer took", "its cost", "the project"),
    notes=(UTC_DAYS, GPU_NOTE),
)
