"""Read cells of a settings sheet: choices, amounts and periods; every error names the row and the column."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from dashboard.errors import BadMapping
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Snapshot
from dashboard.units import format_count

CURRENCY_PATTERN = re.compile(r"(?!NAN)[A-Z]{3}")  # NAN: a number that is none, as programs write it
EARLIEST_DAY = date(1990, 1, 1)
MAX_NUMBER = 1_000_000_000_000  # of anything that is counted or paid; beyond it sums no longer fit their columns
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ][0-9:.]+)?")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?", re.IGNORECASE)
Row = Mapping[str, object]


def read_text(row: Row, column: str) -> str:
    """Return a cell as stripped text, empty if there is none."""
    value = row.get(column)
    return "" if value is None else str(value).strip()


def read_day(row: Row, column: str, name: str) -> date | None:
    """Return a cell as a day, None if it is empty.

    Raises:
        BadMapping: not a day in the form year-month-day.
    """
    written = read_text(row, column)
    if not written:
        return None
    match = _DAY.fullmatch(written)
    try:
        return date.fromisoformat(match[1] if match else "")
    except ValueError:
        raise BadMapping(f"{column} of {name} is {written!r}, not a day.", "Write it like 2026-03-31.") from None


def parse_number(written: str) -> float:
    """Return a number as pages and CSV write it, or NaN: Python would also take 1_000, and digits of other scripts."""
    return float(written) if _NUMBER.fullmatch(written) else math.nan


def read_hours(row: Row, column: str, name: str, maximum: float) -> float | None:
    """Return a cell as hours between 0 and `maximum`, None if it is empty.

    Raises:
        BadMapping: not such a number.
    """
    written = read_text(row, column)
    if not written:
        return None
    hours = parse_number(written)
    if not 0 <= hours <= maximum:
        raise BadMapping(
            f"{column} of {name} is {written!r}.",
            f"Write hours from 0 to {format_count(maximum)}, with a decimal point.",
        )
    return hours


def read_choice(row: Row, column: str, options: Sequence[str], row_label: str, default: str = "") -> str:
    """Return a cell that must be one of a few words; case does not matter.

    Raises:
        BadMapping: another word, or an empty cell without a default.
    """
    written = read_text(row, column) or default
    spellings = {option.casefold(): option for option in options}
    if not written and "" not in spellings:
        raise BadMapping(f"{row_label} has no {column}.", f"Use one of: {', '.join(filter(None, options))}.")
    if written.casefold() not in spellings:
        raise BadMapping(
            f"{row_label} has the unknown {column} {written!r}.", f"Use one of: {', '.join(filter(None, options))}."
        )
    return spellings[written.casefold()]


def read_currency(row: Row, row_label: str) -> str:
    """Return the currency of a row.

    Raises:
        BadMapping: not three letters.
    """
    written = read_text(row, "currency").upper()
    if not CURRENCY_PATTERN.fullmatch(written):
        raise BadMapping(f"{row_label} has the currency {written!r}.", "Write its three letters, such as EUR.")
    return written


def read_period(row: Row, row_label: str) -> tuple[date, date | None]:
    """Return the first and last day of a row; without a last day the period is open.

    Raises:
        BadMapping: no first day, a cell that is not a day, or a last day before the first.
    """
    first, last = read_day(row, "from_on", row_label), read_day(row, "to_on", row_label)
    if first is None:
        raise BadMapping(f"{row_label} has no first day.", "Write it in from_on, like 2026-03-31.")
    if last is not None and last < first:
        raise BadMapping(f"{row_label} ends on {last}, before it begins on {first}.", "Swap the two days.")
    return first, last


def check_unique(frame: pl.DataFrame, key: Sequence[str], subject: str) -> None:
    """Refuse rows with the same key.

    Raises:
        BadMapping: there are such rows.
    """
    duplicates = frame.filter(frame.select(key).is_duplicated())
    if duplicates.height:
        key_text = ", ".join(str(value) for value in duplicates.select(key).row(0) if value not in {"", None})
        raise BadMapping(f"{subject} {key_text} is there twice.", "Keep one.")


def check_known_names(snapshot: Snapshot, frame: pl.DataFrame, column: str, query: str) -> None:
    """Refuse names that the store does not know; a store without any known names accepts all.

    `query` gives the known names: known_projects or known_people.

    Raises:
        BadMapping: an unknown name.
    """
    known_names = run_query(snapshot, query, {}).get_column(column).to_list()
    names = frame.get_column(column).unique().sort().to_list()
    unknown_names = [name for name in names if name and name not in known_names]
    if known_names and unknown_names:
        known_text = ", ".join(str(name) for name in known_names[:8]) + (" and others" if len(known_names) > 8 else "")  # noqa: PLR2004
        raise BadMapping(f"There is no {column} called {unknown_names[0]!r}.", f"Known: {known_text}.")
