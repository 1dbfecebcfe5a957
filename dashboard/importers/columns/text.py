"""Text columns: invisible characters are removed, so that names that look equal are equal."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

import polars as pl

# Controls but tab and line feed, soft hyphen, zero-width space, word joiner, BOM, direction overrides, no characters.
_INVISIBLE = r"[\x00-\x08\x0B-\x1F\x7F-\x9F\u00AD\u200B\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF\uFFFE\uFFFF]"
# Joiners matter inside a word or an emoji, never at its edge.
_EDGE_CHARACTERS = (
    " \t\n\r\x0b\x0c\x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200c\u200d"
)
_EDGE_CHARACTERS += "\u2028\u2029\u202f\u205f\u3000"

_BRACKETED = r"^\( ?-? ?((?:\d|[.,]\d)[^()]*?) ?\)$"
_MINUS_APART = r"^- (\d|[.,]\d)"
_MINUS_BEHIND = r"^((?:\d|[.,]\d)[^()-]*?) ?-$"


def clean_text(expr: pl.Expr) -> pl.Expr:
    """Remove invisible characters and outer blanks and compose (NFC); null when nothing is left."""
    return map_distinct(expr, _clean_any, pl.String, quick=_clean_ascii)


def _clean_any(values: pl.Series) -> pl.Series:
    visible = pl.col("text").str.replace_all(_INVISIBLE, "").str.strip_chars(_EDGE_CHARACTERS).str.normalize("NFC")
    return values.alias("text").to_frame().select(pl.when(visible != "").then(visible)).to_series()


def _clean_ascii(values: pl.Series) -> pl.Series:
    """Return texts of printable ASCII without outer blanks, which are clean already; null for others."""
    is_ascii = pl.col("text").str.contains(r"^[!-~](?:[ -~]*[!-~])?$")
    return values.alias("text").to_frame().select(pl.when(is_ascii).then(pl.col("text"))).to_series()


def normalize_text(expr: pl.Expr) -> pl.Expr:
    """Clean, lower-case and unify blanks and hyphens: for cells that are parsed, not shown."""
    with_hyphens = clean_text(expr).str.replace_all("[\u2212\u2012\u2013]", "-")
    return with_hyphens.str.replace_all(r"\s+", " ").str.to_lowercase()


def normalize_sign(text: pl.Expr) -> pl.Expr:
    """Return `(1.5)`, `1.5-` and `- 1.5`, as bookkeeping writes negative numbers, as `-1.5`; other texts unchanged."""
    forms = (_BRACKETED, _MINUS_BEHIND, _MINUS_APART)
    return reduce(lambda expr, form: expr.str.replace(form, "-$1"), forms, text)


def map_distinct(
    expr: pl.Expr,
    parse: Callable[[pl.Series], pl.Series],
    dtype: pl.DataType | type[pl.DataType],
    quick: Callable[[pl.Series], pl.Series] | None = None,
) -> pl.Expr:
    """Apply `parse` once to each distinct text of the column: days, clock times and durations repeat a lot.

    `quick` parses the usual form of the whole column first; `parse` then gets what it left null.
    """

    def map_values(values: pl.Series) -> pl.Series:
        texts = values.cast(pl.String).alias("text")
        if quick is None:
            return map_unique(texts).alias(values.name)
        results = quick(texts).cast(dtype)
        is_unread = results.is_null() & texts.is_not_null()
        if is_unread.any():
            results = results.scatter(is_unread.arg_true(), map_unique(texts.filter(is_unread)))
        return results.alias(values.name)

    def map_unique(texts: pl.Series) -> pl.Series:
        distinct = texts.unique()
        parsed_texts = pl.DataFrame({"text": distinct, "read": parse(distinct).cast(dtype)})
        results = texts.to_frame().join(parsed_texts, on="text", how="left", nulls_equal=True, maintain_order="left")
        return results["read"]

    return expr.map_batches(map_values, return_dtype=dtype, is_elementwise=True)
