"""Outputs of batches of model requests: of OpenAI and services of its style, vLLM, Anthropic, Gemini and Bedrock.

Each answered request is a label of the model. Old vLLM puts the answer where others put its envelope, and some of its
answers have a `created` that is no instant: those have no day. A failed request gave no label and is rejected.
"""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.importers.contract import NO_PROJECT, Importer, match_records
from dashboard.importers.frames.label_records import UTC_DAYS, FileContext, LabelFormat, Record, Row
from dashboard.importers.frames.label_values import digest_text, find_first_text, find_instant, format_value, get_object
from dashboard.importers.frames.model_answers import count_tokens, read_output

FAILED = "a request that failed, without a label"
NO_OUTPUT = "an answer without a text, such as of embeddings"
CUT_SHORT = "Answers cut off at the limit of tokens, kept as labels"
UNDATED = "Answers without an instant, which have no day"
GPU_NOTE = (
    "Tokens of a self-hosted model have no price: enter its hours of GPU as running cost of the automation; for others"
    " enter the price of tokens by day."
)


def _is_output(record: Record) -> bool:
    if "custom_id" in record:
        return not {"response", "error", "result"}.isdisjoint(record)
    if "recordId" in record:
        return not {"modelOutput", "error"}.isdisjoint(record)
    is_named = not {"key", "processed_time"}.isdisjoint(record)
    return is_named and ("error" in record or "candidates" in get_object(record.get("response")))


def _find_body(record: Record) -> Record | None:
    """Return the answer of the model, None where the request failed."""
    result = get_object(record.get("result"))
    if result:
        return get_object(result.get("message")) if result.get("type") == "succeeded" else None
    response = record.get("response", record.get("modelOutput"))
    if not isinstance(response, dict):
        return None
    status = response.get("status_code")
    if isinstance(status, int) and status >= 400:  # noqa: PLR2004 - an HTTP status
        return None
    body = response.get("body") if "body" in response else response
    return body if isinstance(body, dict) and not body.get("error") and body.get("object") != "error" else None


def _find_item(record: Record) -> str | None:
    """Return the name of a request; a digest of the request itself where the service keeps no name."""
    names = (record.get("custom_id"), record.get("key"), record.get("recordId"))
    return find_first_text(*names) or digest_text(format_value(record.get("request")))


def build_rows(record: Record, context: FileContext) -> Iterator[Row]:
    """Yield the label of one request."""
    body = _find_body(record)
    if body is None:
        yield {"_reason": FAILED}
        return
    answer, is_cut = read_output(body)
    if answer is None:
        yield {"_reason": NO_OUTPUT}
        return
    stamps = (body.get("created"), body.get("created_at"), body.get("createTime"), record.get("processed_time"))
    moment = find_instant(next(filter(None, stamps), None))
    context.counts[CUT_SHORT] += is_cut
    context.counts[UNDATED] += moment is None
    number = find_first_text(record.get("id"), body.get("id"), body.get("responseId"))
    yield {
        "item": _find_item(record),
        "native_id": number,
        "annotation": number,
        "method": "automatic",
        "suggestion": "none",
        "finished_at": moment,
        "model": find_first_text(body.get("model"), body.get("modelVersion")),
        "tokens": count_tokens(body.get("usage", body.get("usageMetadata"))),
        "answer": answer,
    }


IMPORTER: Importer = LabelFormat(
    name="llm_batch",
    tool="llm_batch",
    title="Batch output of language models (JSONL of OpenAI and its style, vLLM, Anthropic, Gemini, Bedrock)",
    matches=match_records(_is_output),
    build_rows=build_rows,
    columns={
        "id": "native_id",
        "custom_id": "item",
        "response.body.model": "model",
        "response.body.usage": "tokens",
        "response.body.choices": "answer",
        "response.body.created": "finished_at",
        "result.message": "answer",
        "modelOutput": "answer",
    },
    lacks=("how long an answer took", "its cost", NO_PROJECT),
    has_local_ids=True,
    notes=(UTC_DAYS, GPU_NOTE),
)
