"""Appraise scores (campaigns of the conference on machine translation): a table without a header, one row per score.

Columns by position: login, system, item, type, source and target language, score, document, whether the document is
complete, perhaps error spans, and the moments of start and end in seconds. Where a whole document is saved at once,
its first score has all of the time and the others none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dashboard.importers.contract import NO_DATE, Head, Importer
from dashboard.importers.frames.label_records import UTC_DAYS, FileContext, LabelFormat, Record, Row
from dashboard.importers.frames.label_values import BadRecordError, digest_text, measure_span, read_instant, read_text

FEWEST_COLUMNS, MOST_COLUMNS = 11, 13
LANGUAGE = re.compile(r"[a-z]{2,3}([_-]\w+)?")
MOMENT = re.compile(r"1\d{9}(\.\d+)?")
ITEM_TYPES = frozenset({"TGT", "REF", "BAD", "CHK", "SRC"})
ZERO = "Scores without time of their own, saved with their document"
CHECKS = "Attention checks, kept as scores"
LOGIN, SYSTEM, ITEM, TYPE, SOURCE, TARGET, SCORE, DOCUMENT = map(str, range(8))


def _matches(head: Head) -> bool:
    cells = [cell.strip() for cell in head.header]
    if head.shape != "table" or not FEWEST_COLUMNS <= len(cells) <= MOST_COLUMNS:
        return False
    has_languages = all(LANGUAGE.fullmatch(cells[int(place)]) for place in (SOURCE, TARGET))
    has_moments = all(MOMENT.fullmatch(cell) for cell in cells[-2:])
    return has_languages and has_moments and cells[int(TYPE)].upper() in ITEM_TYPES


def _parse_moment(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return read_instant(float(text))
    except ValueError as error:
        raise BadRecordError(NO_DATE) from error


def build_rows(record: Record, context: FileContext) -> Iterator[Row]:
    """Yield the event of one score."""
    width = len(context.head.header)
    started, finished = (_parse_moment(record.get(str(place))) for place in (width - 2, width - 1))
    kind, login = read_text(record.get(TYPE)), read_text(record.get(LOGIN))
    span = measure_span(started, finished)
    context.counts[CHECKS] += kind == "BAD"
    context.counts[ZERO] += span.get("milliseconds") == 0
    languages = f"{record.get(SOURCE)}-{record.get(TARGET)}"
    yield {
        "item": f"{record.get(DOCUMENT)}/{record.get(SYSTEM)}/{record.get(ITEM)}",
        "dataset": read_text(record.get(DOCUMENT)),
        "project": languages,
        "native_id": digest_text(*(record.get(str(place)) for place in range(width))),
        "person": context.name_person(login),
        "label_kind": "rating",
        "answer": read_text(record.get(SCORE)),
        **span,
    }


IMPORTER: Importer = LabelFormat(
    name="appraise",
    tool="appraise",
    title="Appraise scores CSV (without a header)",
    matches=_matches,
    build_rows=build_rows,
    columns={},
    has_header=False,
    notes=(UTC_DAYS, "The file has no header: its columns are read by their places."),
    lacks=("the time of single scores, where a document is saved at once", "whether scores were suggested"),
)
