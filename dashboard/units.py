"""Units: what a column holds and how it is written. Every front end rounds here and nowhere else.

A column is declared once, in `queries/columns.csv`; the terminal, pages, workbooks and reports read its title, unit and
digits from there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, get_args

Unit = Literal[
    "text",
    "day",
    "instant",
    "flag",  # yes or no
    "key",  # a number that names something: a line, an import, a seed, a year
    "count",  # whole things
    "number",  # a plain quantity
    "share",  # 0..1, written as percent
    "percent",  # 0..100, written as percent
    "difference",  # of two shares in 0..1, written in percentage points
    "points",  # percentage points
    "hours",
    "seconds",
    "milliseconds",
    "money",  # in the currency that the row names
    "fte",
    "by row",  # the row's column `unit` says which
    "difference by row",  # as by row, for changes: that of a share is written in percentage points
]
UNITS: frozenset[str] = frozenset(get_args(Unit))
UNKNOWN = "–"
DIGITS: dict[Unit, int] = {
    "count": 0,
    "number": 2,
    "share": 1,
    "percent": 1,
    "difference": 1,
    "points": 1,
    "hours": 1,
    "seconds": 1,
    "milliseconds": 0,
    "money": 2,
    "fte": 2,
}
SIGNIFICANT = 2  # digits kept of a number that its usual digits would print as zero
MOST_DIGITS = 6
# What rows write into their column `unit`; what is not listed is a currency or a plain number.
ROW_UNITS: dict[str, Unit] = {
    "hours": "hours",
    "share": "share",
    "percent": "percent",
    "percentage points": "points",
    "labels": "count",
    "items": "count",
    "entries": "count",
    "seconds": "seconds",
}
CURRENCY_LETTERS = 3


@dataclass(frozen=True)
class Column:
    """One column of a figure: its name in machine-readable output, its title, unit, digits and help for people."""

    name: str
    title: str
    unit: Unit = "text"
    digits: int | None = None  # None: the usual digits of the unit
    help: str = ""

    @property
    def is_number(self) -> bool:
        """Return whether values are numbers; those stand at the right."""
        return self.unit not in {"text", "day", "instant", "flag"}


def format_value(value: object, column: Column, row_unit: str | None = None) -> str:
    """Return a value as a person reads it; `row_unit` is what the row's column `unit` says."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, int | float | Decimal):
        return str(value)
    unit, digits = resolve_unit(column, row_unit)
    return format_number(float(value), unit, digits)


def resolve_unit(column: Column, row_unit: str | None = None) -> tuple[Unit, int | None]:
    """Return unit and digits of a value: the column's own, or those that its row names."""
    if column.unit not in {"by row", "difference by row"}:
        return column.unit, column.digits
    unit = name_row_unit((row_unit or "").strip())
    is_change_of_share = column.unit == "difference by row" and unit == "share"
    return "difference" if is_change_of_share else unit, column.digits


def name_row_unit(text: str) -> Unit:
    """Return the unit that a row's column `unit` names; a code of three capitals is a currency."""
    if text in ROW_UNITS:
        return ROW_UNITS[text]
    return "money" if len(text) == CURRENCY_LETTERS and text.isupper() else "number"


def format_number(value: float, unit: Unit, digits: int | None = None) -> str:
    """Return a number with the digits of its unit; what would print as zero keeps two significant digits."""
    if unit == "key":
        return f"{value:.0f}"
    scale = 100.0 if unit in {"share", "difference"} else 1.0
    scaled = value * scale
    places = choose_digits(scaled, DIGITS.get(unit, 2) if digits is None else digits)
    sign = "+" if unit in {"difference", "points"} and scaled > 0 else ""
    text = f"{scaled:,.{places}f}"
    text = text.removeprefix("-") if float(text.replace(",", "")) == 0 else text
    suffix = " %" if unit in {"share", "percent"} else " pp" if unit in {"difference", "points"} else ""
    return f"{sign}{text}{suffix}"


def count_noun(count: int, noun: str) -> str:
    """Return a count with its noun: 1 entry, 3,000 entries."""
    plural = f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2] not in "aeiou" else f"{noun}s"
    return f"{count:,} {noun if count == 1 else plural}"


def choose_digits(value: float, usual: int) -> int:
    """Return how many decimals to print: the usual number, more where those would print a number as zero."""
    if value == 0 or abs(value) >= 0.5 * 10**-usual:
        return usual
    return min(MOST_DIGITS, SIGNIFICANT - 1 - math.floor(math.log10(abs(value))))


def spreadsheet_format(unit: Unit, digits: int | None = None) -> str:
    """Return the number format of a unit for spreadsheets, where a cell holds `spreadsheet_value` of the number."""
    if unit == "key":
        return "0"
    places = DIGITS.get(unit, 2) if digits is None else digits
    number = "0" if places == 0 else f"0.{'0' * places}"
    if unit == "share":
        return f"{number}%"
    if unit == "percent":
        return f'{number}" %"'
    if unit in {"difference", "points"}:
        return f'+#,##{number}" pp";-#,##{number}" pp";{number}" pp"'
    return f"#,##{number}"


def spreadsheet_value(value: float, unit: Unit) -> float:
    """Return a number as a cell holds it: a difference of shares in percentage points, anything else as it is.

    No number format can do this: the one that multiplies by 100 also writes "%", and that is read as a relative change.
    """
    return value * 100 if unit == "difference" else value


def spreadsheet_title(column: Column) -> str:
    """Return the title of a column whose cells are bare numbers; it names percentage points."""
    return f"{column.title}, percentage points" if column.unit in {"difference", "points"} else column.title
