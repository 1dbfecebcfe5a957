"""Text columns: what cannot be seen is taken out, so that equal names are equal."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

# Controls but tab and line feed, soft hyphen, zero-width space, word joiner, BOM, direction overrides.
_INVISIBLE = r"[\x00-\x08\x0B-\x1F\x7F-\x9F\u00AD\u200B\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF]"
# Joiners mean something inside a word or an emoji, never at its edge.
_EDGE = " \t\n\r\x0b\x0c\x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200c\u200d"
_EDGE += "\u2028\u2029\u202f\u205f\u3000"


def clean(expr: pl.Expr) -> pl.Expr:
    """Text without invisible characters and outer blanks, composed (NFC); null when nothing is left."""
    return by_distinct(expr, _cleaned, pl.String, quick=_plainly_clean)


def _cleaned(values: pl.Series) -> pl.Series:
    seen = pl.col("text").str.replace_all(_INVISIBLE, "").str.strip_chars(_EDGE).str.normalize("NFC")
    return values.alias("text").to_frame().select(pl.when(seen != "").then(seen)).to_series()


def _plainly_clean(values: pl.Series) -> pl.Series:
    """Printable ASCII needs no more than its outer blanks taken off."""
    clean = pl.col("text").str.contains(r"^[!-~](?:[ -~]*[!-~])?$")
    return values.alias("text").to_frame().select(pl.when(clean).then(pl.col("text"))).to_series()


def plain(expr: pl.Expr) -> pl.Expr:
    """`clean`, lower case and with every blank an ordinary one: for cells that are parsed, not shown."""
    minus = clean(expr).str.replace_all("[\u2212\u2012\u2013]", "-")
    return minus.str.replace_all(r"\s+", " ").str.to_lowercase()


def by_distinct(
    expr: pl.Expr,
    parse: Callable[[pl.Series], pl.Series],
    dtype: pl.DataType | type[pl.DataType],
    quick: Callable[[pl.Series], pl.Series] | None = None,
) -> pl.Expr:
    """Apply `parse` once to each distinct text of the column: days, clocks and durations repeat a lot.

    `quick` reads the usual form of the whole column first; `parse` then sees what it left null.
    """

    def read(values: pl.Series) -> pl.Series:
        texts = values.cast(pl.String).alias("text")
        if quick is None:
            return parsed(texts).alias(values.name)
        known = quick(texts).cast(dtype)
        rest = known.is_null() & texts.is_not_null()
        if rest.any():
            known = known.scatter(rest.arg_true(), parsed(texts.filter(rest)))
        return known.alias(values.name)

    def parsed(texts: pl.Series) -> pl.Series:
        distinct = texts.unique()
        known = pl.DataFrame({"text": distinct, "read": parse(distinct).cast(dtype)})
        joined = texts.to_frame().join(known, on="text", how="left", nulls_equal=True, maintain_order="left")
        return joined["read"]

    return expr.map_batches(read, return_dtype=dtype, is_elementwise=True)
