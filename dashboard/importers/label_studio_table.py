"""Label Studio's flat exports: CSV, TSV and JSON_MIN, one row an annotation.

They name who, when and how long, and nothing about how the annotation came about:
method and suggestion stay unknown. Column names are those of Label Studio.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice

import polars as pl

from dashboard.importers import reasons, table
from dashboard.importers.columns import instants, numbers, text
from dashboard.importers.contract import Batch, Head, Importer, Reading, Settings, Source
from dashboard.importers.label_studio_events import IDLE_RULE
from dashboard.schemas import Kind, bad_rows

ROWS_A_BATCH = 20_000
NO_ANNOTATION = "task without an annotation"
NOT_A_RECORD = "not a record with names and values"
MARKS = frozenset({"annotation_id", "annotator", "id", "lead_time"})
COLUMNS = {
    "annotation_id": "native_id",
    "annotator": "person",
    "id": "item",
    "created_at": "finished_at",
    "lead_time": "milliseconds",
    "agreement": "agreement",
}
LACKS = (
    "This export leaves out how annotations came about: method and suggestion outcome are unknown. "
    "Skipped items and drafts are absent, and answers cannot be told from the data of the task. Export JSON to have "
    "them."
)
UTC_DAYS = "Days are UTC days: the export tells no local time."
TWICE = "A JSON export of the same project holds the same annotations: import one of the two."


class LabelStudioTable:
    """Annotations without their history."""

    name = "label_studio_table"
    title = "Label Studio CSV, TSV or JSON_MIN"
    kind: Kind = "labeling_event"

    def recognises(self, head: Head) -> bool:
        """Tell by the columns that Label Studio adds to those of the task."""
        if head.shape == "table":
            return set(head.header) >= MARKS
        flat = [one for one in head.records if isinstance(one, Mapping) and one.keys() >= MARKS]
        return head.shape in ("json", "jsonl") and bool(flat) and len(flat) == len(head.records)

    def read(self, source: Source, settings: Settings) -> Reading:
        """Read each row as a submitted annotation; there is nothing that `settings` could add."""
        del settings
        head = source.head()
        first = head.records[0] if head.records else {}
        names = head.header or (tuple(str(name) for name in first) if isinstance(first, Mapping) else ())
        untimed: Counter[str] = Counter()
        return Reading(
            batches=_batches(source, untimed),
            columns={name: COLUMNS[name] for name in names if name in COLUMNS},
            unused=tuple(name for name in names if name not in COLUMNS),
            encoding=source.encoding,
            warnings=(LACKS, TWICE, UTC_DAYS),
            closing=lambda: tuple(f"{what}: {count}." for what, count in untimed.items() if count),
        )


def _batches(source: Source, untimed: Counter[str]) -> Iterator[Batch]:
    found = source.frames() if source.head().shape == "table" else _frames_of_records(source)
    for frame, structural in found:
        rows = _rows(frame)
        batch = table.split(rows, _refusals(), "labeling_event", structural, records=frame.drop("_line"))
        untimed["Annotations without time, kept as unknown, not zero"] += batch.accepted["milliseconds"].null_count()
        yield batch


def _frames_of_records(source: Source) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """Turn JSON_MIN records into text columns, as a table would give them."""
    records = source.records()
    while stretch := list(islice(records, ROWS_A_BATCH)):
        flat = [(line, one) for line, one in stretch if isinstance(one, Mapping)]
        odd = [
            {"line": line, "reason": NOT_A_RECORD, "raw": json.dumps(one, default=str)[: table.RAW_LENGTH]}
            for line, one in stretch
            if not isinstance(one, Mapping)
        ]
        names = list(dict.fromkeys(str(name) for _, one in flat for name in one))
        cells = {name: pl.Series([_text(one.get(name)) for _, one in flat], dtype=pl.String) for name in names}
        lines = pl.Series([line for line, _ in flat], dtype=pl.Int64)
        yield pl.DataFrame({"_line": lines, **cells}), bad_rows(pl.DataFrame(odd)) if odd else bad_rows()


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _rows(frame: pl.DataFrame) -> pl.DataFrame:
    cells = frame.select(
        "_line", *(_cell(frame, name).alias(f"_{name}") for name in COLUMNS), _cell(frame, "project").alias("project")
    ).rename({"_lead_time": "_time", "_annotator": "person", "_id": "item"})
    cells = cells.with_columns(instants.utc(cells["_created_at"], "UTC").alias("finished_at"))
    # A decimal comma would be read as thousands; Label Studio never writes one.
    seconds = pl.when(~pl.col("_time").str.contains(",")).then(numbers.number(pl.col("_time"), "."))
    number = pl.concat_str(pl.lit("/"), "_annotation_id", pl.lit("@"), pl.col("finished_at").dt.epoch("us"))
    timed = pl.col("_time").is_not_null()
    return cells.with_columns(
        native_id=number,
        email=pl.when(pl.col("person").str.contains("@")).then("person"),
        day_on=pl.col("finished_at").dt.date(),
        milliseconds=(seconds * 1000).round().cast(pl.Int64, strict=False),
        time_kind=pl.when(timed).then(pl.lit("reported")).otherwise(pl.lit("none")),
        idle_rule=pl.when(timed).then(pl.lit(IDLE_RULE)),
        agreement=numbers.number(pl.col("_agreement"), ".") / 100,
        stage=pl.lit("annotate"),
        outcome=pl.lit("submitted"),
        method=pl.lit("unknown"),
        suggestion=pl.lit("unknown"),
    )


def _cell(frame: pl.DataFrame, name: str) -> pl.Expr:
    return text.clean(pl.col(name)) if name in frame.columns else pl.lit(None, dtype=pl.String)


def _refusals() -> list[tuple[pl.Expr, str]]:
    dated, timed = pl.col("_created_at").is_not_null(), pl.col("_time").is_not_null()
    days = [(dated & found, reason) for found, reason in reasons.day_reasons(pl.col("day_on"))]
    times = [(timed & found, reason) for found, reason in reasons.length_reasons(pl.col("milliseconds") // 1000)]
    return [(pl.col("_annotation_id").is_null(), NO_ANNOTATION), *days, *times]


IMPORTER: Importer = LabelStudioTable()
