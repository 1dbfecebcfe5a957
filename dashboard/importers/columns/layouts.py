"""Fast paths for the most common spellings: most exports hold nothing else."""

from __future__ import annotations

import polars as pl

from dashboard.importers.columns.text import clean_text

# Cells without any of these are clean: controls, invisible characters, outer blanks, letters beyond Latin-1.
_SUSPECT = r"[^\t\n -~\u00A1-\u00AC\u00AE-\u00FF]|^[ \t\n]|[ \t\n]$"
_CLOCK_FACE = r"^\d{2,5}:[0-5]\d:[0-5]\d$"


def clean_column(column: str) -> pl.Expr:
    """Clean `column` as `clean_text` does; only cells that may need it are cleaned."""

    def clean_cells(values: pl.Series) -> pl.Series:
        suspects = values.str.contains(_SUSPECT).fill_null(value=False)
        if suspects.any():
            cleaned = values.filter(suspects).to_frame().select(clean_text(pl.first())).to_series()
            values = values.scatter(suspects.arg_true(), cleaned)
        return values.to_frame().select(pl.when(pl.first() != "").then(pl.first())).to_series()

    return pl.col(column).map_batches(clean_cells, return_dtype=pl.String, is_elementwise=True)


def has_text(column: str) -> pl.Expr:
    """Flag the cells of `column` that hold more than blanks."""
    return pl.col(column).str.contains(r"\S").fill_null(value=False)


def parse_clock_face(column: str, general: pl.Expr) -> pl.Expr:
    """Seconds (Int64) of `hh:mm:ss` in `column`; cells of any other form are read by `general`."""

    def parse_faces(values: pl.Series) -> pl.Series:
        cells = values.to_frame()
        is_face = cells.select(pl.col(column).str.contains(_CLOCK_FACE).fill_null(value=False))[column]
        hour, minute, second = (
            pl.col(column).str.head(-6),
            pl.col(column).str.slice(-5, 2),
            pl.col(column).str.tail(2),
        )
        parts = [part.cast(pl.Int64, strict=False) * unit for part, unit in ((hour, 3600), (minute, 60), (second, 1))]
        seconds = cells.select(pl.when(is_face).then(parts[0] + parts[1] + parts[2]).alias(column))[column]
        is_other = ~is_face & values.is_not_null() & (values != "")
        if not is_other.any():
            return seconds
        other_seconds = cells.select(pl.when(is_other).then(pl.col(column)).alias(column)).select(
            general.alias(column)
        )[column]
        return pl.select(pl.coalesce(seconds, other_seconds).alias(column))[column]

    return pl.col(column).map_batches(parse_faces, return_dtype=pl.Int64, is_elementwise=True)
