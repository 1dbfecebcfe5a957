"""Appen (Figure Eight, CrowdFlower) full report: one row per judgment.

`_created_at` is the moment of submission, `_started_at` that of opening the page; the units of one page share both, and
so their time. Clock times are UTC, month first. What was answered cannot be told from the job's own columns, except
where a column `<answer>_gold` stands beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from dashboard.importers.contract import NO_DATE, Importer
from dashboard.importers.frames.label_records import FileContext, LabelFormat, Record, Row, match_header
from dashboard.importers.frames.label_values import (
    BadRecordError,
    measure_span,
    read_instant,
    read_text,
)

CLOCK_TIME = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}) (\d{1,2}):(\d{2})(?::(\d{2}))?( [AP]M)?", re.IGNORECASE)
GOLD_SUFFIX = "_gold"
NOON = 12
TAINTED = "Judgments of workers who failed the test questions, kept as rejected"


def parse_clock_time(text: str | None) -> int | None:
    """Return microseconds since 1970 of `3/24/2016 17:57:02`, or of ISO text.

    Raises:
        BadRecordError: it is neither.
    """
    match = CLOCK_TIME.fullmatch(text.strip()) if text else None
    if match is None:
        return read_instant(text)
    month, day, year, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    if match[7]:
        hour = hour % NOON + (NOON if match[7].strip().upper() == "PM" else 0)
    try:
        return read_instant(datetime(year, month, day, hour, minute, second).isoformat())  # noqa: DTZ001 - UTC by rule
    except ValueError as error:
        raise BadRecordError(NO_DATE) from error


def build_rows(record: Record, context: FileContext) -> Iterator[Row]:
    """Yield the event of one judgment."""
    number = read_text(record.get("_id"))
    is_tainted = str(record.get("_tainted") or "").casefold() == "true"
    context.counts[TAINTED] += is_tainted
    names = [name.removesuffix(GOLD_SUFFIX) for name in context.head.header if name.endswith(GOLD_SUFFIX)]
    answers = {name: record[name].strip() for name in sorted(names) if name in record}
    golds = {name: record[name + GOLD_SUFFIX] for name in answers if name + GOLD_SUFFIX in record}
    yield {
        "item": read_text(record.get("_unit_id")),
        "native_id": number,
        "annotation": number,
        "person": context.name_person(read_text(record.get("_worker_id"))),
        "outcome": "rejected" if is_tainted else "submitted",
        **measure_span(parse_clock_time(record.get("_started_at")), parse_clock_time(record.get("_created_at"))),
        "answer": "; ".join(f"{name}: {text}" for name, text in answers.items()) or None,
        "gold_score": _score_golds(answers, golds),
        "label_kind": "; ".join(answers)[:100] or None,
    }


def _score_golds(answers: Record, golds: Record) -> float | None:
    """Return the share of test answers that are right; several right ones stand in lines of their own."""
    if not golds:
        return None
    hits = sum(answers[name].casefold() in gold.casefold().split("\n") for name, gold in golds.items())
    return hits / len(golds)


IMPORTER: Importer = LabelFormat(
    name="appen",
    tool="appen",
    title="Appen (CrowdFlower) full report CSV",
    matches=match_header("_unit_id", "_id", "_worker_id", "_started_at", "_created_at"),
    build_rows=build_rows,
    columns={
        "_unit_id": "item",
        "_id": "native_id",
        "_worker_id": "person",
        "_started_at": "started_at",
        "_created_at": "finished_at",
        "_tainted": "outcome",
    },
    lacks=("the project", "whether a label began with a suggestion", "idle time within a page"),
)
