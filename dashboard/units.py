"""Units: what a column holds and how it is written. Every front end rounds here and nowhere else.

A column is declared once, in `queries/columns.csv`; the terminal, pages, workbooks and reports read its title, unit and
digits from there. Sentences and cards write single numbers with `format_share`, `format_hours` and their like: they are
rounder than a table, because they are read and not compared. Charts take the formats of their axes and tooltips here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from numbers import Real
from typing import Literal, TypeGuard, get_args

from dashboard.formats import (
    DAY_FORMATS,
    USUAL_DAY,
    USUAL_SHORT_DAY,
    current_formats,
    write_day,
    write_money,
    write_number,
    write_short_day,
    write_table_day,
)

Unit = Literal[
    "text",
    "day",
    "instant",
    "flag",  # yes or no
    "key",  # a number that names something: a line, an import, a seed, a year
    "count",  # whole things
    "number",  # a plain quantity
    "share",  # 0..1, written as percent
    "chance",  # 0..1, simulated or modeled: written in whole percent, never as certain
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
    "chance": 0,
    "percent": 1,
    "difference": 1,
    "points": 1,
    "hours": 1,
    "seconds": 1,
    "milliseconds": 0,
    "money": 2,
    "fte": 2,
}
# Charts: formats of d3, as they are written in sentences and tables.
SHARE_AXIS, SHARE_TIP = ".0%", ".1%"
NUMBER_TIP = FTE_TIP = ",.2f"
ERROR_TIP, ELASTICITY_TIP = ".4f", ".3f"  # of a model
COUNT_TIP, HOURS_TIP, CHANGE_TIP, POINTS_TIP = ",.0f", ",.1f", "+,.1f", "+.1f"
DAY_TIP, WEEK_AXIS, MONTH_AXIS, SHORT_MONTH = USUAL_DAY, USUAL_SHORT_DAY, "%b %Y", "%b"
SIGNIFICANT = 2  # digits kept of a number that its usual digits would print as zero
MOST_DIGITS = 6
LARGEST_FRACTION = 2.0**52  # floating-point numbers from here on have none
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
        return write_table_day(value) + value.isoformat(sep=" ", timespec="minutes")[len("2026-03-05") :]
    if isinstance(value, date):
        return write_table_day(value)
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
    if unit == "chance":
        return format_chance(value)
    scale = 100.0 if unit in {"share", "difference"} else 1.0
    scaled = value * scale
    places = choose_digits(scaled, DIGITS.get(unit, 2) if digits is None else digits)
    sign = "+" if unit in {"difference", "points"} and scaled > 0 else ""
    text = format_decimal(scaled, places)
    suffix = "%" if unit in {"share", "percent"} else " pp" if unit in {"difference", "points"} else ""
    return f"{sign}{text}{suffix}"


def is_known(value: object) -> TypeGuard[Real | Decimal]:
    """Return whether a value is a finite number; nothing else can be printed as one."""
    return isinstance(value, Real | Decimal) and math.isfinite(value)


def format_decimal(value: object, digits: int = 1) -> str:
    """Return a number with a separator of thousands and so many decimals, never a minus before zero; or a dash."""
    return write_number(_round_decimal(value, digits)) if is_known(value) else UNKNOWN


def round_half_up(value: float, digits: int = 0) -> float:
    """Return a number rounded as spreadsheets and charts round it: a half goes away from zero."""
    if not abs(value) < LARGEST_FRACTION:
        return value
    return float(Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def _round_decimal(value: Real | Decimal, digits: int) -> str:
    text = f"{round_half_up(float(value), digits):,.{digits}f}"
    return text if any(character in "123456789" for character in text) else text.removeprefix("-")


def format_count(value: object) -> str:
    """Return a whole number: 1,234."""
    return format_decimal(value, 0)


def format_change(value: float, digits: int = 0) -> str:
    """Return a change with its sign; none for what rounds to zero."""
    text = format_decimal(value, digits)
    return f"+{text}" if 0 < value < math.inf and text.strip("0.,") else text


def format_share(share: object, digits: int = 0) -> str:
    """Return a share (0..1) in whole percent, or a dash."""
    return f"{format_decimal(float(share) * 100, digits)}%" if is_known(share) else UNKNOWN


def format_time_range(low: float, high: float) -> str:
    """Return between which shares time was saved, a negative one being a loss, as words after "took"."""
    if high <= 0:
        return f"between {format_share(-high)} and {format_share(-low)} more time than by hand"
    if low >= 0:
        return f"between {format_share(low)} and {format_share(high)} less time than by hand"
    return f"between {format_share(-low)} more and {format_share(high)} less time than by hand"


def format_hours_range(low: float, high: float, unit: str = "hours") -> str:
    """Return between how many hours were saved, a negative number being a loss, in words."""
    ends = [format_bare_hours(abs(bound)) for bound in (low, high)]
    if low < 0 <= high:
        return f"between {ends[0]} {unit} lost and {ends[1]} saved"
    lower, upper = ends if low >= 0 else reversed(ends)
    return f"between {lower} and {upper} {unit} {'saved' if low >= 0 else 'lost'}"


def format_chance(chance: object) -> str:
    """Return a simulated or modeled chance (0..1) in whole percent, or a dash; never as certain."""
    if not is_known(chance):
        return UNKNOWN
    least, most = 0.005, 0.995  # what rounds to 0% or to 100%
    return "<1%" if float(chance) < least else ">99%" if float(chance) >= most else format_share(chance)


def format_points(change: float, digits: int = 1) -> str:
    """Return a change of a share (0..1) in percentage points, with its sign."""
    return f"{format_change(change * 100, digits)} pp" if math.isfinite(change) else UNKNOWN


def round_up(value: float, digits: int = 1) -> float:
    """Return the next number with so many decimals that is not below the value; -round_up(-x) is not above x."""
    scale = 10.0**digits
    return math.ceil(round(value * scale, 6)) / scale


def round_change(before: float, current: float, digits: int = 0) -> float:
    """Return the difference of two numbers as both are printed, so that a reader who subtracts finds the same."""
    return round(round_half_up(current, digits) - round_half_up(before, digits), digits)


def round_points(before: float, current: float) -> float:
    """Return the change of a share (0..1) in percentage points: that of both in tenths of a percent."""
    return round_change(before * 100, current * 100, 1)


def round_hours_change(before: float, current: float) -> float:
    """Return the change of hours as both are printed."""
    return round_change(before, current, choose_hours_digits(before, current))


def choose_change_digits(before: float, current: float) -> int:
    """Return how many decimals both ends of a change need: one where whole numbers do not show what it does."""
    is_same = round_half_up(before) == round_half_up(current)
    if is_same and not round_change(before, current, 1):
        return 0
    return int(is_same or abs(current - before) < 1)


def choose_hours_digits(before: float, current: float) -> int:
    """Return how many decimals both ends of a change of hours need: one where either is below ten, too."""
    return max(choose_change_digits(before, current), int(min(abs(before), abs(current)) < 10))  # noqa: PLR2004 - as said


def format_share_ends(before: float, current: float) -> tuple[str, str]:
    """Return both ends of a change of a share (0..1) with the decimals that show it."""
    digits = choose_change_digits(before * 100, current * 100)
    return format_share(before, digits), format_share(current, digits)


def format_hours_ends(before: float, current: float) -> tuple[str, str]:
    """Return both ends of a change of hours with the decimals that show it."""
    digits = choose_hours_digits(before, current)
    return f"{format_decimal(before, digits)} h", f"{format_decimal(current, digits)} h"


def round_parts(parts: Sequence[float], total: float, digits: int = 0) -> list[float]:
    """Return the parts, rounded so that they add up to the rounded total: the largest remainders take what is left."""
    sizes = [part * 10**digits for part in parts]
    floors = [math.floor(size) for size in sizes]
    if not floors:
        return []
    step, missing = divmod(int(round_half_up(total * 10**digits)) - sum(floors), len(floors))
    by_remainder = sorted(range(len(sizes)), key=lambda index: floors[index] - sizes[index])
    raised = set(by_remainder[:missing])
    return [(floor + step + (index in raised)) / 10**digits for index, floor in enumerate(floors)]


def format_bare_hours(value: float) -> str:
    """Return hours without their unit, whole from ten on, with one decimal below."""
    return format_decimal(value, 1 if abs(value) < 10 else 0)  # noqa: PLR2004 - see the docstring


def format_hours(value: float | None) -> str:
    """Return hours, whole from ten on, with one decimal below; or a dash."""
    return f"{format_bare_hours(value)} h" if value is not None and math.isfinite(value) else UNKNOWN


def format_quantity(amount: str, unit: str) -> str:
    """Return a written amount with its unit in words, or as money where that is a currency."""
    return write_money(amount, unit) if name_row_unit(unit) == "money" else f"{amount} {unit}"


def format_duration(seconds: float | None) -> str:
    """Return a time per item in seconds, from two minutes on in minutes; one decimal below 10 seconds."""
    if seconds is None or not math.isfinite(seconds):
        return UNKNOWN
    if seconds >= 120:  # noqa: PLR2004 - see the docstring
        return f"{format_decimal(seconds / 60)} min"
    return f"{format_decimal(seconds, 1 if seconds < 10 else 0)} s"  # noqa: PLR2004 - see the docstring


def format_day(value: date | None) -> str:
    """Return a day in the form 5 Mar 2026."""
    return UNKNOWN if value is None else write_day(value)


def format_table_day(value: date) -> str:
    """Return a day as tables and lines beside commands write it: 2026-03-05."""
    return write_table_day(value)


def format_week(value: date) -> str:
    """Return a day without its year: 5 Mar."""
    return write_short_day(value)


def format_moment(value: datetime) -> str:
    """Return a moment of universal time: 5 Mar 2026 14:05 UTC."""
    return f"{format_day(value)} {value:%H:%M} UTC"


def format_month(value: date) -> str:
    """Return a month: Mar 2026."""
    return f"{value:%b %Y}"


def format_period(first: date | None, last: date | None) -> str:
    """Return a period in words; a year that both days share is written once."""
    if first is None and last is None:
        return "all time"
    if first == last:
        return format_day(first)
    is_worded = DAY_FORMATS[current_formats().day].is_worded
    if is_worded and first is not None and last is not None and first.year == last.year:
        return f"{format_week(first)} to {format_day(last)}"
    return f"{format_day(first)} to {format_day(last)}"


def count_noun(count: int, noun: str) -> str:
    """Return a count with its noun: 1 entry, 3,000 entries, 2 people."""
    if noun.endswith("person"):
        plural = f"{noun.removesuffix('person')}people"
    else:
        plural = f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2] not in "aeiou" else f"{noun}s"
    return f"{format_count(count)} {noun if count == 1 else plural}"


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
    if unit == "chance":
        return '[<0.005]"<1%";[>=0.995]">99%";0%'
    if unit == "share":
        return f"{number}%"
    if unit == "percent":
        return f'{number}"%"'
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
