"""Numbers written by people and spreadsheets: "1.33", "7,5", "2.000,0", "1 234.5"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import polars as pl

from dashboard.errors import QuestionNeeded, shorten_quote
from dashboard.importers.columns.text import map_distinct, normalize_sign, normalize_text

DecimalSign = Literal[".", ","]

_POINT_FORM = r"^[+-]?(?:\d+|[1-9]\d{0,2}(?:[,' ]\d{3})+)?(?:\.\d*)?(?:e[+-]?\d{1,3})?$"
_COMMA_FORM = r"^[+-]?(?:\d+|[1-9]\d{0,2}(?:[.' ]\d{3})+)?(?:,\d*)?(?:e[+-]?\d{1,3})?$"
_POINT_PROOF = r"^[+-]?(?:0|[1-9]\d{3,})?\.\d+$|^[+-]?\d*\.(?:\d{1,2}|\d{4,})$|,\d{3}\.\d|,\d{3},\d{3}|[' ]\d{3}\."
_COMMA_PROOF = r"^[+-]?(?:0|[1-9]\d{3,})?,\d+$|^[+-]?\d*,(?:\d{1,2}|\d{4,})$|\.\d{3},\d|\.\d{3}\.\d{3}|[' ]\d{3},"
_ONE_COMMA = r"^(\s*[+-]?\d*),(\d+(?:[eE][+-]?\d+)?\s*)$"
_AMBIGUOUS = r"^[+-]?[1-9]\d{0,2}[.,]\d{3}$"


@dataclass(frozen=True)
class NumberFacts:
    """What a column shows about its decimal sign; the facts of parts of a file add up."""

    point: int = 0  # values that can only have a decimal point
    comma: int = 0  # values that can only have a decimal comma
    open: int = 0  # "1,234" and "1.234": either
    example: str = ""

    def __add__(self, other: NumberFacts) -> NumberFacts:
        return NumberFacts(
            self.point + other.point, self.comma + other.comma, self.open + other.open, self.example or other.example
        )


def collect_number_facts(values: pl.Series) -> NumberFacts:
    """Count what the texts of a column show about its decimal sign."""
    texts = (
        values.cast(pl.String)
        .unique()
        .alias("text")
        .to_frame()
        .select(normalize_sign(normalize_text(pl.col("text"))))["text"]
        .drop_nulls()
    )
    ambiguous = texts.filter(texts.str.contains(_AMBIGUOUS))
    return NumberFacts(
        point=int(texts.str.contains(_POINT_PROOF).sum()),
        comma=int(texts.str.contains(_COMMA_PROOF).sum()),
        open=ambiguous.len(),
        example=str(ambiguous[0]) if ambiguous.len() else "",
    )


def collect_hours_facts(values: pl.Series) -> NumberFacts:
    """Collect facts on hours; no entry lasts a thousand, so three digits after a single sign are decimals."""
    return collect_number_facts(values.str.replace(r"^(\s*[-+(]?\d{1,3}[.,]\d{3})([-)]?\s*)$", "${1}0$2"))


def resolve_decimal_sign(facts: NumberFacts, column: str) -> DecimalSign:
    """Return the decimal sign of `column`; raises `QuestionNeeded` when it matters and the file does not show it."""
    title = shorten_quote(column)
    if facts.point and facts.comma:
        raise QuestionNeeded(
            "decimal",
            f'Column "{title}" has numbers with a decimal point and others with a decimal comma.',
            "Export it again with one number format.",
        )
    if facts.open and not facts.point and not facts.comma:
        raise QuestionNeeded(
            "decimal",
            f'Column "{title}" does not show whether "{facts.example}" has a decimal sign or a thousands separator.',
            "Export it again with one or two decimals, or without thousands separators.",
        )
    return "," if facts.comma else "."


def parse_number(expr: pl.Expr, decimal: str) -> pl.Expr:
    """Parse Float64 with `decimal` as the decimal sign; null for anything else, also for NaN and infinity."""

    def parse_numbers(values: pl.Series) -> pl.Series:
        return values.alias("text").to_frame().select(_parse_any_number(decimal)).to_series()

    return map_distinct(expr, parse_numbers, pl.Float64, quick=None if decimal == "," else _parse_simple_number)


def parse_program_number(expr: pl.Expr) -> pl.Expr:
    """Parse Float64 as programs write it; see `replace_decimal_comma`."""
    return parse_number(expr.str.replace(_ONE_COMMA, "${1}.${2}"), ".")


def replace_decimal_comma(text: str) -> str:
    """Return a number of a program with a decimal point.

    Programs write no thousands separators: a comma is the decimal sign of a spreadsheet program that saved the file.
    """
    return re.sub(_ONE_COMMA, r"\1.\2", text)


def _parse_simple_number(values: pl.Series) -> pl.Series:
    """Parse digits with at most one point, which never depend on the rest of the column."""
    simple = pl.when(pl.col("text").str.contains(r"^\d{1,15}(?:\.\d{1,15})?$")).then(pl.col("text"))
    return values.alias("text").to_frame().select(simple.cast(pl.Float64, strict=False)).to_series()


def _parse_any_number(decimal: str) -> pl.Expr:
    form, thousands = (_COMMA_FORM, "[.' ]") if decimal == "," else (_POINT_FORM, "[,' ]")
    text = normalize_sign(normalize_text(pl.col("text")))
    digits = text.str.replace_all(thousands, "").str.replace(",", ".", literal=True)
    readable = pl.when(text.str.contains(form) & text.str.contains(r"\d")).then(digits.str.strip_prefix("+"))
    value = readable.cast(pl.Float64, strict=False)
    unsigned_zero = pl.when(value == 0).then(0.0).otherwise(value)
    return pl.when(value.is_finite()).then(unsigned_zero)
