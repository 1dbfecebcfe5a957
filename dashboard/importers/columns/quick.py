"""The commonest spellings, read without the general forms: most exports hold nothing else."""

from __future__ import annotations

import polars as pl

from dashboard.importers.columns.text import clean

# Cells without any of this are clean as they stand: controls, unseen characters, outer blanks, letters beyond Latin-1.
_SUSPECT = r"[^\t\n -~\u00A1-\u00AC\u00AE-\u00FF]|^[ \t\n]|[ \t\n]$"
_FACE = r"^\d{2,5}:[0-5]\d:[0-5]\d$"


def text(name: str) -> pl.Expr:
    """Clean column `name` as `text.clean` does; only cells that may need it are cleaned."""

    def read(values: pl.Series) -> pl.Series:
        suspects = values.str.contains(_SUSPECT).fill_null(value=False)
        if suspects.any():
            cleaned = values.filter(suspects).to_frame().select(clean(pl.first())).to_series()
            values = values.scatter(suspects.arg_true(), cleaned)
        return values.to_frame().select(pl.when(pl.first() != "").then(pl.first())).to_series()

    return pl.col(name).map_batches(read, return_dtype=pl.String, is_elementwise=True)


def told(name: str) -> pl.Expr:
    """Tell the cells of column `name` with anything but blanks in them."""
    return pl.col(name).str.contains(r"\S").fill_null(value=False)


def clock_face(name: str, general: pl.Expr) -> pl.Expr:
    """Seconds (Int64) of `hh:mm:ss` in column `name`; cells of any other form are read by `general`."""

    def read(values: pl.Series) -> pl.Series:
        cells = values.to_frame()
        plain = cells.select(pl.col(name).str.contains(_FACE).fill_null(value=False))[name]
        hour, minute, second = (pl.col(name).str.head(-6), pl.col(name).str.slice(-5, 2), pl.col(name).str.tail(2))
        parts = [part.cast(pl.Int64, strict=False) * unit for part, unit in ((hour, 3600), (minute, 60), (second, 1))]
        face = cells.select(pl.when(plain).then(parts[0] + parts[1] + parts[2]).alias(name))[name]
        rest = ~plain & values.is_not_null() & (values != "")
        if not rest.any():
            return face
        others = cells.select(pl.when(rest).then(pl.col(name)).alias(name)).select(general.alias(name))[name]
        return pl.select(pl.coalesce(face, others).alias(name))[name]

    return pl.col(name).map_batches(read, return_dtype=pl.Int64, is_elementwise=True)
