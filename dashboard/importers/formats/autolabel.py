"""A dataset that autolabel labeled, as CSV: `<task>_label` beside whether it succeeded, and the answer of the model.

The annotation of a row is written as Python shows it; only its numbers of tokens and its cost are taken from it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator

from dashboard.importers.contract import NO_PROJECT, Head, Importer
from dashboard.importers.frames.label_records import FileContext, LabelFormat, Record, Row
from dashboard.importers.frames.label_values import digest_text, read_text
from dashboard.importers.frames.model_answers import make_answer, sum_counts

SUCCESS = "_successfully_labeled"
SUFFIXES = ("label", "annotation", "error", "prompt", "successfully_labeled", "confidence", "explanation")
_NUMBER = r"['\"]?{name}['\"]?\s*[=:]\s*(\d+(?:\.\d+)?(?:[eE]-?\d+)?)"
OLD_TITLES = {"llm_labeled_successfully": "llm_successfully_labeled"}  # of the first versions, with yes and no
FAILED = "Rows that the model did not label, kept as skipped with their tokens and cost"
UNDATED = "Labels without a day: autolabel keeps none"


def _find_tasks(header: Iterable[str]) -> list[str]:
    titles = {OLD_TITLES.get(title, title) for title in header}
    tasks = (title.removesuffix(SUCCESS) for title in titles if title.endswith(SUCCESS))
    return sorted(task for task in tasks if f"{task}_label" in titles)


def _matches(head: Head) -> bool:
    return head.shape == "table" and bool(_find_tasks(head.header))


def _read_number(text: str | None, name: str) -> float | None:
    match = re.search(_NUMBER.format(name=name), text or "")
    number = float(match[1]) if match else math.inf
    return number if math.isfinite(number) else None


def build_rows(record: Record, context: FileContext) -> Iterator[Row]:
    """Yield the label of each task in one row."""
    tasks = _find_tasks(context.head.header)
    record = {OLD_TITLES.get(name, name): text for name, text in record.items()}
    outputs = {f"{task}_{suffix}" for task in tasks for suffix in SUFFIXES}
    inputs = [f"{name}={record[name]}" for name in sorted(record) if name not in outputs]
    item = read_text(record.get("id")) or digest_text(*inputs)
    for task in tasks:
        cells = {suffix: read_text(record.get(f"{task}_{suffix}")) for suffix in SUFFIXES}
        has_label = (cells["successfully_labeled"] or "").casefold() in ("true", "yes")
        context.counts[FAILED] += not has_label
        context.counts[UNDATED] += 1
        tokens = [_read_number(cells["annotation"], name) for name in ("input_tokens", "output_tokens")]
        cost = _read_number(cells["annotation"], "cost")
        number = digest_text(item, task, cells["label"])
        yield {
            "item": item,
            "native_id": number,
            "annotation": number,
            "dataset": task,
            "outcome": "submitted" if has_label else "skipped",
            "method": "automatic",
            "suggestion": "none",
            "tokens": sum_counts(tokens),
            "cost": cost,
            "currency": None if cost is None else "USD",
            "answer": make_answer(cells["label"]) if has_label else None,
        }


IMPORTER: Importer = LabelFormat(
    name="autolabel",
    tool="autolabel",
    title="autolabel dataset (CSV)",
    matches=_matches,
    build_rows=build_rows,
    columns={},
    lacks=("when and in which time a label was made", "the model", NO_PROJECT),
    has_local_ids=True,
    notes=(),
)
