"""How a page writes the columns of a figure: Streamlit's column configuration from the declaration of each column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import streamlit as st

from dashboard.figures.columns import describe_columns
from dashboard.importers.discover import name_source
from dashboard.units import (
    DIGITS,
    MOST_DIGITS,
    UNKNOWN,
    Column,
    choose_digits,
    format_value,
    spreadsheet_title,
)

if TYPE_CHECKING:
    from streamlit.elements.lib.column_types import ColumnConfig

AS_TEXT = ("by row", "difference by row", "chance")  # units that no format of numbers can write
SHARE_CELL = f"%,.{DIGITS['share']}f%%"  # for cells of `scale_shares`; Streamlit's own percent has no or two decimals
SUFFIXES = {"difference": " pp", "points": " pp", "percent": "%%", "share": "%%"}


def build_column_config(column: Column, values: pl.Series, *, is_pinned: bool = False) -> ColumnConfig:
    """Return how a column is shown: its title and help, and the format of its unit."""
    title, help_text, pinned = column.title, column.help or None, is_pinned or None
    if column.unit in AS_TEXT:  # a column of numbers would read "19%" as 0.19
        return st.column_config.TextColumn(title, help=help_text, pinned=pinned, alignment="right")
    if values.dtype == pl.Boolean:
        return st.column_config.CheckboxColumn(title, help=help_text, pinned=pinned)
    if isinstance(values.dtype, pl.Datetime):
        return st.column_config.DatetimeColumn(title, help=help_text, pinned=pinned, format="YYYY-MM-DD HH:mm")
    if values.dtype == pl.Date:
        day_format = "MMM YYYY" if column.name == "month_on" else None
        return st.column_config.DateColumn(title, help=help_text, pinned=pinned, format=day_format)
    if not values.dtype.is_numeric():
        return st.column_config.TextColumn(title, help=help_text, pinned=pinned)
    number_format = choose_number_format(column, values)
    return st.column_config.NumberColumn(title, help=help_text, pinned=pinned, format=number_format)


def choose_number_format(column: Column, values: pl.Series) -> str:
    """Return the format of a column of numbers, with more digits where the usual ones would print one as zero."""
    if column.unit == "key":
        return "%d"
    if column.unit == "count" and values.dtype.is_integer():
        return "localized"
    places = count_digits(column, values)
    sign = "+" if column.unit in {"difference", "points"} else ""
    return f"%{sign},.{places}f{SUFFIXES.get(column.unit, '')}"


def count_digits(column: Column, values: pl.Series) -> int:
    """Return how many decimals the column needs for its smallest number that is not zero."""
    usual = DIGITS.get(column.unit, 2) if column.digits is None else column.digits
    sizes = values.cast(pl.Float64).abs() * (100 if column.unit in {"share", "difference"} else 1)
    smallest = sizes.filter((sizes >= 0.5 * 10**-MOST_DIGITS) & sizes.is_finite()).min()
    return choose_digits(smallest, usual) if isinstance(smallest, float) else usual


def scale_rows(rows: pl.DataFrame, columns: dict[str, Column]) -> pl.DataFrame:
    """Return rows as Streamlit has to show them: shares times 100, units of AS_TEXT as text, tools by their names."""
    shown = rows
    for name, column in columns.items():
        values = rows.get_column(name)
        if column.unit in AS_TEXT:
            units = rows.get_column("unit") if "unit" in rows.columns else [None] * rows.height
            texts = [format_value(value, column, unit) for value, unit in zip(values, units, strict=True)]
            cells = [None if text == UNKNOWN else text for text in texts]
            shown = shown.with_columns(pl.Series(name, cells, dtype=pl.String))
        elif values.dtype.is_numeric() and column.unit in {"difference", "share"}:
            shown = shown.with_columns(pl.col(name) * 100)
        elif name == "source" and values.dtype == pl.String:
            shown = shown.with_columns(pl.col(name).replace({tool: name_source(tool) for tool in values.drop_nulls()}))
    return shown


def scale_shares(rows: pl.DataFrame, *names: str) -> pl.DataFrame:
    """Return rows with shares (0..1) in percent, as cells with the format SHARE_CELL hold them."""
    return rows.with_columns(pl.col(name) * 100 for name in names if name in rows.columns)


def title_rows(rows: pl.DataFrame, figure: str) -> pl.DataFrame:
    """Return rows of a figure for a spreadsheet: columns by their titles, differences of shares in points."""
    described = describe_columns(figure, rows.columns)
    return rows.select(
        (pl.col(name) * 100 if column.unit == "difference" else pl.col(name)).alias(spreadsheet_title(column))
        for name, column in described.items()
    )
