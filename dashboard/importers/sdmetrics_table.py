"""Details of an SDMetrics property as CSV: one row a column, or a pair of columns, with its metric and score.

`get_details("Column Shapes")` has Column, Metric and Score; `get_details("Column Pair Trends")` has two columns. A pair
below the tool's threshold has no score, and is refused as such: it is not zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePath

import polars as pl

from dashboard.importers import table
from dashboard.importers.columns import numbers, text
from dashboard.importers.contract import Batch, Head, Importer, Reading, Settings, Source
from dashboard.importers.quality_scores import NO_SCORE, OFF_SCALE, named
from dashboard.schemas import Kind

SHAPES = frozenset({"column", "metric", "score"})
PAIRS = frozenset({"column 1", "column 2", "metric", "score"})
WANTED = {name: (name,) for name in sorted(SHAPES | PAIRS)}
OTHERS = frozenset({"real correlation", "synthetic correlation", "real association", "meets threshold?"})
NO_METRIC = "no column and metric"
BLANK = "no score: the tool gives none below its threshold"


class SdmetricsTable:
    """The scores of single columns or pairs."""

    name = "sdmetrics_table"
    title = "SDMetrics details (CSV)"
    kind: Kind = "quality_report"

    def recognises(self, head: Head) -> bool:
        """Tell the table by its columns, and by there being no others."""
        names = {title.casefold() for title in head.header}
        return head.shape == "table" and any(own <= names <= own | OTHERS for own in (SHAPES, PAIRS))

    def read(self, source: Source, settings: Settings) -> Reading:
        """Read the scores; there is nothing that `settings` could add."""
        del settings
        columns = table.columns_by_name(source.head().header, WANTED)
        return Reading(
            batches=_batches(source, columns),
            columns={title: "value" if name == "score" else "metric" for name, title in columns.items()},
            unused=tuple(title for title in source.head().header if title not in columns.values()),
            encoding=source.encoding,
            warnings=("The table has no date and names no project: its file name stands for it.",),
        )


def _batches(source: Source, columns: Mapping[str, str]) -> Iterator[Batch]:
    report, project, dataset = named(PurePath(source.name).name)
    of = [name for name in ("column", "column 1", "column 2") if name in columns]
    for frame, structural in source.frames():
        told = frame.select("_line", *(text.clean(pl.col(title)).alias(name) for name, title in columns.items()))
        score = numbers.number(pl.col("score"), ".")
        rows = told.select(
            "_line",
            pl.col("score").alias("_score"),
            metric=pl.concat_str("metric", pl.lit(": "), pl.concat_str(of, separator=" and ")),
            value=score,
            scale_low=pl.lit(0.0),
            scale_high=pl.lit(1.0),
            better=pl.lit("higher"),
            report=pl.lit(report),
            project=pl.lit(project, pl.String),
            dataset=pl.lit(dataset, pl.String),
        )
        refusals = [
            (pl.col("metric").is_null(), NO_METRIC),
            (pl.col("_score").is_null(), BLANK),
            (pl.col("value").is_null(), NO_SCORE),
            (~pl.col("value").is_between(0, 1), OFF_SCALE),
        ]
        yield table.split(rows, refusals, "quality_report", structural, frame.drop("_line"))


IMPORTER: Importer = SdmetricsTable()
