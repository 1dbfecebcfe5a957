"""Formats: how numbers, days and money are written for people, as Set-up says; machines always get plain ones.

Only `units` and what draws tables and charts ask for them: everything that prints goes through these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from typing import Any

USUAL_DAY, USUAL_SHORT_DAY = "%-d %b %Y", "%-d %b"  # as d3 and chrono know them; `write_pattern` exchanges them
NO_BREAK = "\u00a0"
# How a number is chosen -> its separator of thousands and its decimal sign.
NUMBER_FORMATS: dict[str, tuple[str, str]] = {
    "1,234.5": (",", "."),
    "1.234,5": (".", ","),
    "1 234,5": (NO_BREAK, ","),
    "1'234.5": ("\u2019", "."),  # the apostrophe that is printed
}
MONEY_FORMATS = ("5 EUR", "EUR 5", "5 €", "€5")
SYMBOLS = {
    "BRL": "R$",
    "EUR": "€",
    "GBP": "£",
    "ILS": "₪",
    "INR": "₹",
    "JPY": "¥",
    "KRW": "₩",
    "NGN": "₦",
    "PHP": "₱",
    "TRY": "₺",
    "UAH": "₴",
    "USD": "$",
    "VND": "₫",
}


@dataclass(frozen=True)
class DayFormat:
    """How a day is written: by Python and d3, by tables of the browser, by spreadsheets, and where one types it."""

    full: str
    short: str  # without its year
    table: str  # in letters of Moment.js
    sheet: str  # in letters of spreadsheets
    typed: str  # one of the few that Streamlit can read
    is_worded: bool = False  # the year can be left out of the first of two days


DAY_FORMATS: dict[str, DayFormat] = {
    "5 Mar 2026": DayFormat(USUAL_DAY, USUAL_SHORT_DAY, "YYYY-MM-DD", "yyyy-mm-dd", "YYYY-MM-DD", is_worded=True),
    "Mar 5, 2026": DayFormat("%b %-d, %Y", "%b %-d", "MMM D, YYYY", "mmm d, yyyy", "MM/DD/YYYY", is_worded=True),
    "2026-03-05": DayFormat("%Y-%m-%d", "%m-%d", "YYYY-MM-DD", "yyyy-mm-dd", "YYYY-MM-DD"),
    "05.03.2026": DayFormat("%d.%m.%Y", "%d.%m.", "DD.MM.YYYY", "dd.mm.yyyy", "DD.MM.YYYY"),
    "05/03/2026": DayFormat("%d/%m/%Y", "%d/%m", "DD/MM/YYYY", "dd/mm/yyyy", "DD/MM/YYYY"),
    "03/05/2026": DayFormat("%m/%d/%Y", "%m/%d", "MM/DD/YYYY", "mm/dd/yyyy", "MM/DD/YYYY"),
}
USUAL_NUMBER, USUAL_DAY_NAME = next(iter(NUMBER_FORMATS)), next(iter(DAY_FORMATS))


@dataclass(frozen=True)
class Formats:
    """The formats in force, by the words with which they are chosen."""

    number: str = USUAL_NUMBER
    day: str = USUAL_DAY_NAME  # in tables ISO 8601, which sorts
    money: str = MONEY_FORMATS[0]


USUAL = Formats()
_of_process: list[Formats] = [USUAL]  # for threads that began no run of a page: callbacks and parts of pages
_of_context: ContextVar[Formats | None] = ContextVar("formats", default=None)


def current_formats() -> Formats:
    """Return the formats in which this thread writes."""
    return _of_context.get() or _of_process[0]


def set_formats(formats: Formats) -> None:
    """Write in these formats from here on."""
    _of_process[0] = formats
    _of_context.set(formats)


@contextmanager
def use_formats(formats: Formats) -> Iterator[None]:
    """Write in these formats inside the block."""
    token = _of_context.set(formats)
    try:
        yield
    finally:
        _of_context.reset(token)


def write_number(text: str) -> str:
    """Return a number written as 1,234.5 with the separators in force."""
    number = current_formats().number
    if number == USUAL_NUMBER:
        return text
    thousands, decimal = NUMBER_FORMATS[number]
    return text.translate({ord(","): thousands, ord("."): decimal})


def write_day(value: date) -> str:
    """Return a day as sentences write it: 5 Mar 2026."""
    return _write_date(value, DAY_FORMATS[current_formats().day].full)


def write_short_day(value: date) -> str:
    """Return a day without its year: 5 Mar."""
    return _write_date(value, DAY_FORMATS[current_formats().day].short)


def write_table_day(value: date) -> str:
    """Return a day as tables write it: 2026-03-05, unless another format is chosen."""
    name = current_formats().day
    if name == USUAL_DAY_NAME:
        return value.isoformat()[: len("2026-03-05")]
    return _write_date(value, DAY_FORMATS[name].full)


def _write_date(value: date, pattern: str) -> str:
    # Not every system knows %-d, nor writes the year 999 with four digits where asked to.
    return value.strftime(pattern.replace("%-d", str(value.day)).replace("%Y", str(value.year)))


def write_pattern(pattern: str) -> str:
    """Return text that holds the usual patterns of days with those in force."""
    day = DAY_FORMATS[current_formats().day]
    if day.full == USUAL_DAY:
        return pattern
    return pattern.replace(USUAL_DAY, day.full).replace(USUAL_SHORT_DAY, day.short)


def write_money(amount: str, currency: str, *, is_code_first: bool = False, is_named: bool = False) -> str:
    """Return a written amount with its currency.

    If nothing is chosen, `is_code_first` says where the code stands; it is left out where a title has it (`is_named`).
    """
    style = current_formats().money
    symbol = SYMBOLS.get(currency)
    code_last, code_first, symbol_last, symbol_first = MONEY_FORMATS
    if style == code_last and is_named:
        return amount
    if style == code_first or (is_code_first and style == code_last) or (not symbol and style == symbol_first):
        return f"{currency} {amount}"
    if style == code_last or not symbol:
        return f"{amount} {currency}"
    if style == symbol_last:
        return f"{amount}{NO_BREAK}{symbol}"
    sign, digits = ("-", amount[1:]) if amount.startswith("-") else ("", amount)
    return f"{sign}{symbol}{digits}"


def write_chart(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return a chart's spec with the formats in force: separators of numbers and patterns of days."""
    if current_formats() == USUAL:
        return dict(spec)
    written: dict[str, Any] = _write_patterns(spec)
    thousands, decimal = NUMBER_FORMATS[current_formats().number]
    number = {"decimal": decimal, "thousands": thousands, "grouping": [3], "currency": ["", ""]}
    return {**written, "config": {**written.get("config", {}), "locale": {"number": number}}}


def _write_patterns(part: Any) -> Any:  # noqa: ANN401 - any part of a chart's JSON
    if isinstance(part, Mapping):
        return {name: _write_patterns(value) for name, value in part.items()}
    if isinstance(part, list | tuple):
        return [_write_patterns(value) for value in part]
    return write_pattern(part) if isinstance(part, str) else part
