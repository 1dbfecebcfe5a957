"""Appen (Figure Eight, CrowdFlower) full report: one row per judgment.

`_created_at` is the moment of submission, `_started_at` that of opening the page; the units of one page share both, and
so their time. Clock times are UTC, month first. What was answered cannot be told from the job's own columns, except
where a column `<answer>_gold` stands beside it. The JSON report has a unit per line, with its judgments, in which the
answers stand apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from dashboard.importers.contract import NO_DATE, Head, Importer, match_records
from dashboard.importers.frames.label_records import FileContext, LabelFormat, Record, Row, build_each, match_header
from dashboard.importers.frames.label_values import (
    BadRecordError,
    format_value,
    get_object,
    list_objects,
    measure_span,
    read_instant,
    read_text,
)

CLOCK_TIME = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}) (\d{1,2}):(\d{2})(?::(\d{2}))?( [AP]M)?", re.IGNORECASE)
GOLD_SUFFIX = "_gold"
NOON = 12
CELLS = {"id": "_id", "worker_id": "_worker_id", "started_at": "_started_at", "created_at": "_created_at"}
BARE = "Units without a judgment, not counted as rows"
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


def _is_unit(record: Record) -> bool:
    return "judgments_count" in record and "results" in record and isinstance(record.get("data"), dict)


def build_rows(record: Record, context: FileContext) -> Iterator[Row]:
    """Yield the event of one judgment, or of every one of a unit."""
    if context.head.shape == "table":
        yield from _build_judgment(record, context)
        return
    judgments = list_objects(get_object(record.get("results")).get("judgments"))
    context.counts[BARE] += not judgments
    yield from build_each(judgments, lambda judgment: _build_listed(judgment, record, context))


def _build_listed(judgment: Record, unit: Record, context: FileContext) -> Iterator[Row]:
    """Yield the event of one judgment of a unit."""
    cells = {cell: str(judgment[name]) for name, cell in CELLS.items() if judgment.get(name) is not None}
    cells |= {"_unit_id": str(unit.get("id") or ""), "_tainted": str(judgment.get("tainted") or "")}
    answers = {name: format_value(value) for name, value in sorted(get_object(judgment.get("data")).items())}
    for row in _build_judgment(cells, context):
        yield {
            **row,
            "project": read_text(unit.get("job_id")),
            "answer": "; ".join(f"{name}: {text}" for name, text in answers.items() if text) or None,
            "label_kind": "; ".join(answers)[:100] or None,
        }


def _build_judgment(record: Record, context: FileContext) -> Iterator[Row]:
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


def _matches(head: Head) -> bool:
    is_report = match_header("_unit_id", "_id", "_worker_id", "_started_at", "_created_at")
    return is_report(head) or match_records(_is_unit)(head)


IMPORTER: Importer = LabelFormat(
    name="appen",
    tool="appen",
    title="Appen (CrowdFlower) full report CSV or JSON report",
    matches=_matches,
    build_rows=build_rows,
    columns={
        "_unit_id": "item",
        "_id": "native_id",
        "_worker_id": "person",
        "_started_at": "started_at",
        "_created_at": "finished_at",
        "_tainted": "outcome",
    },
    lacks=("the project (CSV)", "whether a label began with a suggestion", "idle time within a page"),
)
