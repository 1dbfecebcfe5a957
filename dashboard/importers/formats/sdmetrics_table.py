"""Details of an SDMetrics property as CSV: one row per column or pair of columns, with its metric and score.

`get_details("Column Shapes")` has Column, Metric and Score; `get_details("Column Pair Trends")` has two columns;
`get_details("Data Structure")` none. A pair below the tool's threshold has no score and is rejected: it is not zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePath

import polars as pl

from dashboard.importers.columns.numbers import parse_program_number
from dashboard.importers.columns.text import clean_text
from dashboard.importers.contract import Batch, Head, Importer, Reading, Settings, Source
from dashboard.importers.frames.quality_scores import NO_SCORE, OFF_SCALE, parse_file_name
from dashboard.importers.table import match_columns, split_batch
from dashboard.schemas import Kind

SHAPE_COLUMNS = frozenset({"column", "metric", "score"})
PAIR_COLUMNS = frozenset({"column 1", "column 2", "metric", "score"})
STRUCTURE_COLUMNS = frozenset({"metric", "score"})
COLUMNS = {name: (name,) for name in sorted(SHAPE_COLUMNS | PAIR_COLUMNS)}
OPTIONAL_COLUMNS = frozenset({"real correlation", "synthetic correlation", "real association", "meets threshold?"})
INDEX_TITLES = frozenset({"", "unnamed: 0", "index"})
NO_METRIC = "no column and metric"
BLANK_SCORE = "no score: the tool gives none below its threshold"


class SdmetricsTable:
    """The scores of single columns or pairs."""

    name = "sdmetrics_table"
    tool = "sdmetrics_table"
    title = "SDMetrics details (CSV)"
    kind: Kind = "quality_report"

    def can_read(self, head: Head) -> bool:
        """Recognise the table by its columns and the absence of others but for the row numbers of pandas."""
        names = {title.casefold() for title in head.header} - INDEX_TITLES
        return head.shape == "table" and any(
            required <= names <= required | OPTIONAL_COLUMNS
            for required in (SHAPE_COLUMNS, PAIR_COLUMNS, STRUCTURE_COLUMNS)
        )

    def read(self, source: Source, settings: Settings) -> Reading:
        """Read the scores; `settings` is not needed."""
        del settings
        columns = match_columns(source.head().header, COLUMNS)
        return Reading(
            batches=_read_batches(source, columns),
            columns={title: "value" if name == "score" else "metric" for name, title in columns.items()},
            unused=tuple(title for title in source.head().header if title not in columns.values()),
            encoding=source.encoding,
            warnings=("The table has no date and names no project: the project comes from the file name.",),
        )


def _read_batches(source: Source, columns: Mapping[str, str]) -> Iterator[Batch]:
    report, project, dataset = parse_file_name(PurePath(source.name).name)
    column_parts = [name for name in ("column", "column 1", "column 2") if name in columns]
    names = [pl.lit(": "), pl.concat_str(column_parts, separator=" and ")] if column_parts else []
    metric_parts = [pl.col("metric"), *names]
    for frame, structural in source.frames():
        cells = frame.select("_line", *(clean_text(pl.col(title)).alias(name) for name, title in columns.items()))
        score = parse_program_number(pl.col("score"))
        rows = cells.select(
            "_line",
            pl.col("score").alias("_score"),
            metric=pl.concat_str(*metric_parts),
            value=score,
            scale_low=pl.lit(0.0),
            scale_high=pl.lit(1.0),
            better=pl.lit("higher"),
            report=pl.lit(report),
            project=pl.lit(project, pl.String),
            dataset=pl.lit(dataset, pl.String),
        )
        rejections = [
            (pl.col("metric").is_null(), NO_METRIC),
            (pl.col("_score").is_null(), BLANK_SCORE),
            (pl.col("value").is_null(), NO_SCORE),
            (~pl.col("value").is_between(0, 1), OFF_SCALE),
        ]
        yield split_batch(rows, rejections, "quality_report", structural, frame.drop("_line"))


IMPORTER: Importer = SdmetricsTable()
