"""How a page writes the columns of a figure: Streamlit's column configuration from the declaration of each column."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import polars as pl
import streamlit as st

from dashboard.figures.columns import describe_columns
from dashboard.formats import DAY_FORMATS, USUAL, current_formats
from dashboard.importers.discover import name_source
from dashboard.units import (
    DIGITS,
    MOST_DIGITS,
    UNKNOWN,
    Column,
    choose_digits,
    format_change,
    format_decimal,
    format_value,
    spreadsheet_title,
)

if TYPE_CHECKING:
    from streamlit.elements.lib.column_types import ColumnConfig

AS_TEXT = ("by row", "difference by row", "chance")  # units that no format of numbers can write
SHARE_CELL = f"%,.{DIGITS['share']}f%%"  # for cells of `scale_shares`; Streamlit's own percent has no or two decimals
_NUMBER = re.compile(r"%(?P<sign>\+?),?\.(?P<digits>\d)f(?P<suffix>.*)")
_DAY = re.compile(r"YYYY-MM-DD|D MMM YYYY")
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


def show_frame(
    rows: pl.DataFrame | Any,  # noqa: ANN401 - also a table of Arrow
    *,
    column_config: Mapping[str, Any] | None = None,
    **options: Any,  # noqa: ANN401 - passed on to Streamlit
) -> Any:  # noqa: ANN401 - what Streamlit returns of a selection
    """Draw a table in the formats in force, and return what is selected in it."""
    if current_formats() == USUAL:
        return st.dataframe(rows, column_config=column_config, **options)
    frame = rows if isinstance(rows, pl.DataFrame) else pl.DataFrame(rows)
    config = dict(column_config or {})
    writers: dict[str, Callable[[Any], str]] = {}
    for name, values in frame.to_dict().items():
        config[name], writer = _write_column(config.get(name), values)
        if writer:
            writers[name] = writer
    # The browser knows one way of writing numbers only; texts of a style stand over numbers that still sort as such.
    styled = frame.to_pandas(use_pyarrow_extension_array=True).style.format(writers, na_rep=UNKNOWN)
    return st.dataframe(styled, column_config=config, **options)


def typed_format(usual: str = "YYYY-MM-DD") -> str:
    """Return how a day is typed, in letters of Moment.js."""
    name = current_formats().day
    return usual if name == USUAL.day else DAY_FORMATS[name].typed


def _write_column(given: Any, values: pl.Series) -> tuple[Any, Callable[[Any], str] | None]:  # noqa: ANN401 - see show_frame
    """Return a column's configuration in the formats in force, and what writes its numbers where the browser cannot."""
    day = DAY_FORMATS[current_formats().day].table
    if given is None or isinstance(given, str):
        return (st.column_config.DateColumn(given, format=day), None) if values.dtype == pl.Date else (given, None)
    config = dict(given)
    kind = dict(config.get("type_config") or {})
    written = kind.get("format")
    if kind.get("type") in {"date", "datetime"}:
        kind["format"] = day if written is None else _DAY.sub(day, written)
        return {**config, "type_config": kind}, None
    match = _NUMBER.fullmatch(written) if isinstance(written, str) else None
    is_usual = current_formats().number == USUAL.number
    if is_usual or (written != "localized" and match is None):
        return given, None
    if kind.get("type") == "progress":  # its text is the browser's: without decimals it needs no sign for them
        kind["format"] = f"%.0f{match['suffix'] if match else ''}"
        return {**config, "type_config": kind}, None
    kind["format"] = None
    digits = int(match["digits"]) if match else 0
    suffix = match["suffix"].replace("%%", "%") if match else ""
    write = format_change if match and match["sign"] else format_decimal
    return {**config, "type_config": kind}, lambda value: f"{write(value, digits)}{suffix}"


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
