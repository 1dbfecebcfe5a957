"""People by pseudonym unless names are asked for, and cells that no spreadsheet runs as a formula."""

from __future__ import annotations

import csv
import hmac
import io
from base64 import b32encode
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

NOBODY = "(nobody named)"
SHORT = 4
SMALLEST_GROUP = 5  # people; a row about fewer tells of single ones
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "|")


def pseudonyms(names: Iterable[str], secret: str) -> dict[str, str]:
    """Return a pseudonym for each name: the same in every figure of one store, telling nothing elsewhere."""
    codes = {name: _code(name, secret) for name in names if name != NOBODY}
    taken: dict[str, int] = {}
    for code in codes.values():
        taken[code[:SHORT]] = taken.get(code[:SHORT], 0) + 1
    shown = {name: code[:SHORT] if taken[code[:SHORT]] == 1 else code[: 2 * SHORT] for name, code in codes.items()}
    return {name: f"Person {code}" for name, code in shown.items()} | {NOBODY: NOBODY}


def _code(name: str, secret: str) -> str:
    return b32encode(hmac.digest(secret.encode(), name.encode(), "sha256")).decode()


def named(people: Iterable[str], known: Collection[str], secret: str) -> tuple[str, ...]:
    """Return people as the store names them, also where they were given by pseudonym."""
    real = {pseudonym: name for name, pseudonym in pseudonyms(known, secret).items()}
    return tuple(person if person in known else real.get(person, person) for person in people)


def hide(frame: pl.DataFrame, column: str, known: Iterable[str], secret: str) -> pl.DataFrame:
    """Return the frame with the names of a column replaced by pseudonyms.

    A frame in order of names is put in order of pseudonyms, because the alphabet would tell.
    """
    names = frame.get_column(column)
    shown = pseudonyms({*known, *names.drop_nulls()}, secret)
    hidden = frame.with_columns(names.replace_strict(shown, return_dtype=names.dtype))
    return hidden.sort(column, maintain_order=True) if names.is_sorted() else hidden


def neutral(cell: object) -> object:
    """Return the cell so that a spreadsheet shows it instead of running it; numbers stay numbers."""
    # Some spreadsheets run a formula behind blanks too.
    runs = isinstance(cell, str) and (cell.startswith(_FORMULA) or cell.lstrip().startswith(_FORMULA))
    return f"'{cell}" if runs else cell


def neutral_csv(columns: Iterable[str], values: Iterable[Iterable[object]]) -> str:
    """Return rows as CSV, nothing rounded, every text and header made harmless."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([neutral(name) for name in columns])
    writer.writerows([[neutral(cell) for cell in row] for row in values])
    return out.getvalue()


def frame_csv(frame: pl.DataFrame) -> str:
    """Return a frame as CSV; see `neutral_csv`."""
    return neutral_csv(frame.columns, frame.iter_rows())


@dataclass(frozen=True)
class Group:
    """A row about several people: its name, how many they are, its size in any unit, and whose total it is part of."""

    name: str
    people: int | None  # None: not known, and taken as too few
    size: float
    whole: str = ""


def withheld(groups: Sequence[Group], smallest: int = SMALLEST_GROUP) -> frozenset[str]:
    """Return the names of the groups that must not be shown where the total of each whole is.

    Primary: fewer people than `smallest`. Complementary: more rows of the same whole, until what the total gives
    away are at least two rows together of which one alone is large enough. Rows of nothing hide nothing.
    """
    hidden: set[str] = set()
    for whole in {group.whole for group in groups}:
        rows = [group for group in groups if group.whole == whole and group.size > 0]
        small = [group for group in rows if (group.people or 0) < smallest]
        large = sorted((group for group in rows if group not in small), key=lambda group: (group.size, group.name))
        # One large row is enough: it makes them two rows or more, and its own people are `smallest` or more.
        hidden |= {group.name for group in (*small, *large[: 1 if small else 0])}
    return frozenset(hidden)
