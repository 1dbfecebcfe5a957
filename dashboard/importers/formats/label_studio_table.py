"""Label Studio's flat exports: CSV, TSV and JSON_MIN, one row per annotation.

They say who, when and how long, but not how the annotation came about: method and
suggestion stay unknown. Column names are those of Label Studio.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice

import polars as pl

from dashboard.importers.columns.instants import parse_instants
from dashboard.importers.columns.numbers import parse_program_number
from dashboard.importers.columns.text import clean_text
from dashboard.importers.contract import (
    Batch,
    Head,
    Importer,
    Reading,
    Settings,
    Source,
    list_day_rejections,
    list_length_rejections,
)
from dashboard.importers.frames.label_studio_events import IDLE_RULE
from dashboard.importers.table import RAW_LENGTH, split_batch
from dashboard.schemas import Kind, build_bad_rows

BATCH_ROWS = 20_000
NO_ANNOTATION = "task without an annotation"
NOT_A_RECORD = "not a record with names and values"
SIGNATURE_COLUMNS = frozenset({"annotation_id", "annotator", "id", "lead_time"})
COLUMNS = {
    "annotation_id": "native_id",
    "annotator": "person",
    "id": "item",
    "created_at": "finished_at",
    "lead_time": "milliseconds",
    "updated_at": "changed_at",
    "agreement": "agreement",
}
MISSING_WARNING = (
    "This export leaves out how annotations came about: method and suggestion outcome are unknown. "
    "Skipped items and drafts are absent, and answers cannot be distinguished from the task's data. Export JSON "
    "to have them."
)
UTC_DAYS = "Days are in UTC: the export gives no local time."


class LabelStudioTable:
    """Annotations without their history."""

    name = "label_studio_table"
    tool = "label_studio"
    title = "Label Studio CSV, TSV or JSON_MIN"
    kind: Kind = "labeling_event"
    carries_data = True

    def can_read(self, head: Head) -> bool:
        """Recognise the export by the columns that Label Studio adds to the task's."""
        if head.shape == "table":
            return set(head.header) >= SIGNATURE_COLUMNS
        flat_records = [
            record for record in head.records if isinstance(record, Mapping) and record.keys() >= SIGNATURE_COLUMNS
        ]
        return head.shape in ("json", "jsonl") and bool(flat_records) and len(flat_records) == len(head.records)

    def read(self, source: Source, settings: Settings) -> Reading:
        """Read each row as a submitted annotation; `settings` is not needed."""
        del settings
        head = source.head()
        first_record = head.records[0] if head.records else {}
        names = head.header or (tuple(str(name) for name in first_record) if isinstance(first_record, Mapping) else ())
        untimed: Counter[str] = Counter()
        return Reading(
            batches=_read_batches(source, untimed),
            columns={name: COLUMNS[name] for name in names if name in COLUMNS},
            unused=tuple(name for name in names if name not in COLUMNS),
            encoding=source.encoding,
            warnings=(MISSING_WARNING, UTC_DAYS),
            final_warnings=lambda: tuple(f"{sentence}: {count}." for sentence, count in untimed.items() if count),
        )


def _read_batches(source: Source, untimed: Counter[str]) -> Iterator[Batch]:
    frames = source.frames() if source.head().shape == "table" else _build_frames(source)
    for frame, structural in frames:
        rows = _build_rows(frame)
        batch = split_batch(rows, _list_rejections(), "labeling_event", structural, records=frame.drop("_line"))
        untimed["Annotations without time, kept as unknown, not zero"] += batch.accepted["milliseconds"].null_count()
        yield batch


def _build_frames(source: Source) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """Convert JSON_MIN records to text columns like those of a table."""
    records = source.records()
    while chunk := list(islice(records, BATCH_ROWS)):
        flat_records = [(line, record) for line, record in chunk if isinstance(record, Mapping)]
        bad = [
            {"line": line, "reason": NOT_A_RECORD, "raw": json.dumps(record, default=str)[:RAW_LENGTH]}
            for line, record in chunk
            if not isinstance(record, Mapping)
        ]
        names = list(dict.fromkeys(str(name) for _, record in flat_records for name in record))
        cells = {
            name: pl.Series([_format_cell(record.get(name)) for _, record in flat_records], dtype=pl.String)
            for name in names
        }
        lines = pl.Series([line for line, _ in flat_records], dtype=pl.Int64)
        yield pl.DataFrame({"_line": lines, **cells}), build_bad_rows(pl.DataFrame(bad)) if bad else build_bad_rows()


def _format_cell(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _build_rows(frame: pl.DataFrame) -> pl.DataFrame:
    cells = frame.select(
        "_line",
        *(_clean_cell(frame, name).alias(f"_{name}") for name in COLUMNS),
        _clean_cell(frame, "project").alias("project"),
    ).rename({"_lead_time": "_time", "_annotator": "person", "_id": "item"})
    cells = cells.with_columns(parse_instants(cells["_created_at"], "UTC").alias("finished_at"))
    seconds = parse_program_number(pl.col("_time"))
    native_id = pl.concat_str("_annotation_id", pl.lit("@"), pl.col("finished_at").dt.epoch("us"))
    is_timed = pl.col("_time").is_not_null()
    return cells.with_columns(
        native_id=native_id,
        annotation=pl.col("_annotation_id"),
        changed_at=parse_instants(cells["_updated_at"], "UTC"),
        email=pl.when(pl.col("person").str.contains("@")).then("person"),
        day_on=pl.col("finished_at").dt.date(),
        milliseconds=(seconds * 1000).round().cast(pl.Int64, strict=False),
        time_kind=pl.when(is_timed).then(pl.lit("reported")).otherwise(pl.lit("none")),
        idle_rule=pl.when(is_timed).then(pl.lit(IDLE_RULE)),
        agreement=parse_program_number(pl.col("_agreement")) / 100,
        stage=pl.lit("annotate"),
        outcome=pl.lit("submitted"),
        method=pl.lit("unknown"),
        suggestion=pl.lit("unknown"),
    )


def _clean_cell(frame: pl.DataFrame, name: str) -> pl.Expr:
    return clean_text(pl.col(name)) if name in frame.columns else pl.lit(None, dtype=pl.String)


def _list_rejections() -> list[tuple[pl.Expr, str]]:
    is_dated, is_timed = pl.col("_created_at").is_not_null(), pl.col("_time").is_not_null()
    days = [(is_dated & condition, reason) for condition, reason in list_day_rejections(pl.col("day_on"))]
    times = [
        (is_timed & condition, reason) for condition, reason in list_length_rejections(pl.col("milliseconds") // 1000)
    ]
    return [(pl.col("_annotation_id").is_null(), NO_ANNOTATION), *days, *times]


IMPORTER: Importer = LabelStudioTable()
