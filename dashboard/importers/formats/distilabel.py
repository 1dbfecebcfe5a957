"""Rows of a distilabel dataset as JSON or JSON lines: what a model generated, with the tokens of each task.

A row has no instant, so that its label has no day.
"""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.importers.contract import NO_PROJECT, Importer, match_records
from dashboard.importers.frames.label_records import FileContext, LabelFormat, Record, Row
from dashboard.importers.frames.label_values import digest_text, read_text
from dashboard.importers.frames.model_answers import make_answer, sum_counts

ANSWER_NAMES = ("generation", "labels", "label", "classification", "classifications", "ratings", "score", "generations")
INPUT_NAMES = ("instruction", "text", "input", "prompt", "messages", "query", "sentence")
STATISTICS = "statistics_"
FAILED = "no answer of the model"
UNDATED = "Labels without a day: distilabel keeps none"


def _is_row(record: Record) -> bool:
    return isinstance(record.get("distilabel_metadata"), dict) or {"instruction", "generation", "model_name"} <= (
        record.keys()
    )


def _count_tokens(record: Record) -> int | None:
    """Return the tokens of input and output of all tasks of a row."""
    metadata = record.get("distilabel_metadata")
    statistics = [
        part
        for name, part in (metadata.items() if isinstance(metadata, dict) else ())
        if name.startswith(STATISTICS) and isinstance(part, dict)
    ]
    counts = [sum_counts(part.get(name)) for part in statistics for name in ("input_tokens", "output_tokens")]
    numbers = [count for count in counts if count is not None]
    return sum(numbers) if numbers else None


def build_rows(record: Record, context: FileContext) -> Iterator[Row]:
    """Yield the label of one row."""
    answer = next((record[name] for name in ANSWER_NAMES if record.get(name) is not None), None)
    if answer is None:
        yield {"_reason": FAILED}
        return
    context.counts[UNDATED] += 1
    source = next((record[name] for name in INPUT_NAMES if record.get(name)), None)
    item = read_text(record.get("id")) or digest_text(make_answer(source))
    model = read_text(record.get("model_name"))
    text = make_answer(answer)
    number = digest_text(item, model, text)
    yield {
        "item": item,
        "native_id": number,
        "annotation": number,
        "method": "automatic",
        "suggestion": "none",
        "model": model,
        "tokens": _count_tokens(record),
        "answer": text,
    }


IMPORTER: Importer = LabelFormat(
    name="distilabel",
    tool="distilabel",
    title="distilabel dataset (JSON, JSONL)",
    matches=match_records(_is_row),
    build_rows=build_rows,
    columns={
        "id": "item",
        "instruction": "item",
        "generation": "answer",
        "model_name": "model",
        "distilabel_metadata": "tokens",
    },
    lacks=("when and in which time a label was made", "its cost", NO_PROJECT),
    has_local_ids=True,
    notes=(),
)
