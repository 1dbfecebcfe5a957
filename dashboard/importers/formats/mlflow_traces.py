"""Traces in an MLflow tracking database: requests to language models, with their tokens and cost.

A trace that ended well, counted tokens and names its item (`client_request_id`) is a label of the model; a chat names
none. Its cost is MLflow's own estimate, in US dollars.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from contextlib import suppress

from dashboard.importers.contract import Head, Importer
from dashboard.importers.frames.label_records import UTC_DAYS, FileContext, LabelFormat, Record, Row
from dashboard.importers.frames.label_values import find_instant, get_object, read_text
from dashboard.importers.frames.model_answers import count_tokens, make_answer

FAILED = "a request that failed, without a label"
UNFINISHED = "a request that has not ended"
NO_TOKENS = "no tokens counted: not known to be a request to a model"
NO_OUTPUT = "an answer without a text"
NO_ITEM = "no client_request_id that names an item: not known to be a label"
CUT = "Answers cut off by MLflow's preview, compared by their beginning"
UNPRICED = "Traces without a cost: enter the price of tokens by day"
PREVIEW_LENGTH = 1_000
TRACE_NOTE = (
    "A trace that names its item as client_request_id counts as one label of its model, with the tokens and cost of all"
    " its requests. Other traces, such as of a chat, are rejected: nothing shows that they are labels."
)
COST_NOTE = "Costs are MLflow's estimates, in USD."


def _matches(head: Head) -> bool:
    return head.shape == "sqlite" and "trace_info" in head.tables and "runs" not in head.tables


def build_rows(record: Record, context: FileContext) -> Iterator[Row]:
    """Yield the label of one trace."""
    metadata = get_object(record.get("metadata"))
    tokens = count_tokens(record)
    if tokens is None:
        tokens = count_tokens(metadata.get("mlflow.trace.tokenUsage"))
    answer = _read_answer(record, metadata)
    item = read_text(record.get("client_request_id"))
    reason = _find_rejection(str(record.get("status") or "").upper(), tokens, answer, item)
    if reason is not None:
        yield {"_reason": reason}
        return
    cost = _read_cost(record.get("total_cost"))
    if cost is None:
        cost = _read_cost(get_object(metadata.get("mlflow.trace.cost")).get("total_cost"))
    context.counts[UNPRICED] += cost is None
    context.counts[CUT] += answer is not None and len(answer) >= PREVIEW_LENGTH - len("...")
    number = read_text(record.get("request_id"))
    yield {
        "item": item,
        "project": read_text(record.get("experiment")),
        "native_id": number,
        "annotation": number,
        "method": "automatic",
        "suggestion": "none",
        **_read_times(record),
        "model": "; ".join(str(name) for name in record.get("models") or ()) or None,
        "tokens": tokens,
        "cost": cost,
        "currency": None if cost is None else "USD",
        "answer": answer,
    }


def _find_rejection(status: str, tokens: int | None, answer: str | None, item: str | None) -> str | None:
    """Return why a trace is no label, None where it is one."""
    if status not in ("OK", "ERROR"):
        return UNFINISHED
    if status == "ERROR":
        return FAILED
    if tokens is None:
        return NO_TOKENS
    if answer is None:
        return NO_OUTPUT
    return None if item else NO_ITEM


def _read_times(record: Record) -> Row:
    """Return when a trace began and ended; its length is of a machine, no labeling time."""
    started, length = record.get("timestamp_ms"), record.get("execution_time_ms")
    if not isinstance(started, int):
        return {}
    ended = started + length if isinstance(length, int) and length >= 0 else started
    return {"started_at": find_instant(started), "finished_at": find_instant(ended)}


def _read_answer(record: Record, metadata: Record) -> str | None:
    """Return the answer of a trace as text; MLflow writes a plain text as JSON, in quotes."""
    text = record.get("response_preview")
    if text is None:
        text = metadata.get("mlflow.traceOutputs")
    if isinstance(text, str) and text.startswith('"'):
        with suppress(ValueError):
            text = json.loads(text)
    return make_answer(text)


def _read_cost(value: object) -> float | None:
    """Return a cost, None for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) and value >= 0 else None


IMPORTER: Importer = LabelFormat(
    name="mlflow_traces",
    tool="mlflow_traces",
    title="MLflow traces (in the tracking database)",
    matches=_matches,
    build_rows=build_rows,
    columns={
        "trace_info.request_id": "native_id",
        "trace_info.client_request_id": "item",
        "trace_info.timestamp_ms": "started_at",
        "trace_info.total_tokens": "tokens",
        "trace_info.total_cost": "cost",
        "trace_info.response_preview": "answer",
        "experiments.name": "project",
        "spans.model_name": "model",
    },
    lacks=("whether a trace without an item is a label",),
    notes=(UTC_DAYS, TRACE_NOTE, COST_NOTE),
)
