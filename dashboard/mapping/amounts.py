"""Cells of a setup sheet that hold choices, amounts of money, or days in order; each refusal says where and what."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from dashboard import catalog
from dashboard.errors import BadMapping
from dashboard.mapping.people import day, text
from dashboard.store import Snapshot

CURRENCY = re.compile(r"[A-Z]{3}")
Row = Mapping[str, object]


def required(row: Row, column: str, where: str) -> str:
    """Return a cell as text.

    Raises:
        BadMapping: it is empty.
    """
    written = text(row, column)
    if not written:
        raise BadMapping(f"{where} has no {column}.", "Write one, or delete the row.")
    return written


def choice(row: Row, column: str, options: Sequence[str], where: str, default: str = "") -> str:
    """Return a cell that must be one of a few words, in whatever case it is written.

    Raises:
        BadMapping: another word, or none where there is no default.
    """
    written = text(row, column) or default
    known = {option.casefold(): option for option in options}
    if not written and "" not in known:
        raise BadMapping(f"{where} has no {column}.", f"Use one of: {', '.join(options)}.")
    if written.casefold() not in known:
        raise BadMapping(f"{where} has the unknown {column} {written!r}.", f"Use one of: {', '.join(options)}.")
    return known[written.casefold()]


def amount(row: Row, column: str, where: str) -> float | None:
    """Return a cell as a number of zero or more, None for an empty one.

    Raises:
        BadMapping: not such a number.
    """
    written = text(row, column)
    if not written:
        return None
    try:
        value = float(written)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or value < 0:
        raise BadMapping(f"{column} of {where} is {written!r}.", "Write a number of 0 or more, with a decimal point.")
    return value


def price(row: Row, column: str, where: str) -> float:
    """Return a cell as an amount that must be there.

    Raises:
        BadMapping: empty, negative or no number.
    """
    value = amount(row, column, where)
    if value is None:
        raise BadMapping(f"{where} has no {column}.", "Write a number of 0 or more.")
    return value


def currency(row: Row, where: str) -> str:
    """Return the currency of a row.

    Raises:
        BadMapping: not three letters.
    """
    written = text(row, "currency").upper()
    if not CURRENCY.fullmatch(written):
        raise BadMapping(f"{where} has the currency {written!r}.", "Write its three letters, such as EUR.")
    return written


def period(row: Row, where: str) -> tuple[date, date | None]:
    """Return first and last day of a row; no last day means that it has not ended.

    Raises:
        BadMapping: no first day, a cell that is no day, or the last before the first.
    """
    first, last = day(row, "from_on", where), day(row, "to_on", where)
    if first is None:
        raise BadMapping(f"{where} has no first day.", "Write it in from_on, like 2026-03-31.")
    if last is not None and last < first:
        raise BadMapping(f"{where} ends on {last}, before it begins on {first}.", "Swap the two days.")
    return first, last


def unique(frame: pl.DataFrame, key: Sequence[str], what: str) -> None:
    """Refuse rows that say one thing twice.

    Raises:
        BadMapping: there are such rows.
    """
    twice = frame.filter(frame.select(key).is_duplicated())
    if twice.height:
        said = ", ".join(str(value) for value in twice.select(key).row(0) if value not in {"", None})
        raise BadMapping(f"{what} {said} is there twice.", "Keep one.")


def refuse_strangers(snapshot: Snapshot, frame: pl.DataFrame, column: str, query: str) -> None:
    """Refuse names that the store does not know; a store that knows none yet takes them all.

    `query` gives the known names: known_projects or known_people.

    Raises:
        BadMapping: an unknown name.
    """
    known = catalog.run(snapshot, query, {}).get_column(column).to_list()
    wanted = frame.get_column(column).unique().sort().to_list()
    strangers = [name for name in wanted if name and name not in known]
    if known and strangers:
        listed = ", ".join(str(name) for name in known[:8]) + (" and others" if len(known) > 8 else "")  # noqa: PLR2004
        raise BadMapping(f"There is no {column} called {strangers[0]!r}.", f"Known: {listed}.")
