"""People by pseudonym unless names are asked for, and cells that no spreadsheet runs as a formula."""

from __future__ import annotations

import csv
import hmac
import io
import re
import unicodedata
from base64 import b32encode
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

NOBODY = "(nobody named)"
SHORT_CODE_LENGTH = 4
MIN_GROUP_SIZE = 5  # people; a row about fewer tells of single ones
_FORMULA_PREFIXES = ("=", "+", "-", "\u2212", "@", "\t", "\r", "|")
_SPLITS = re.compile(r"([;\r\n])")
_UNSEEN = {"Cc", "Cf", "Zs", "Zl", "Zp"}  # categories of characters that a spreadsheet may pass over


def build_pseudonyms(names: Iterable[str], secret: str) -> dict[str, str]:
    """Return a pseudonym for each name: the same in every figure of one store, telling nothing elsewhere."""
    codes = {name: _compute_code(name, secret) for name in names if name != NOBODY}
    prefix_counts: dict[str, int] = {}
    for code in codes.values():
        prefix_counts[code[:SHORT_CODE_LENGTH]] = prefix_counts.get(code[:SHORT_CODE_LENGTH], 0) + 1
    short_codes = {
        name: code[:SHORT_CODE_LENGTH]
        if prefix_counts[code[:SHORT_CODE_LENGTH]] == 1
        else code[: 2 * SHORT_CODE_LENGTH]
        for name, code in codes.items()
    }
    return {name: f"Person {code}" for name, code in short_codes.items()} | {NOBODY: NOBODY}


def _compute_code(name: str, secret: str) -> str:
    return b32encode(hmac.digest(secret.encode(), name.encode(), "sha256")).decode()


def resolve_names(people: Iterable[str], known_names: Collection[str], secret: str) -> tuple[str, ...]:
    """Return people as the store names them, also where they were given by pseudonym."""
    names_by_pseudonym = {pseudonym: name for name, pseudonym in build_pseudonyms(known_names, secret).items()}
    return tuple(person if person in known_names else names_by_pseudonym.get(person, person) for person in people)


def hide_names(frame: pl.DataFrame, column: str, known_names: Iterable[str], secret: str) -> pl.DataFrame:
    """Return the frame with the names of a column replaced by pseudonyms.

    A frame in order of names is put in order of pseudonyms, because the alphabet would tell.
    """
    names = frame.get_column(column)
    pseudonyms_by_name = build_pseudonyms({*known_names, *names.drop_nulls()}, secret)
    hidden_frame = frame.with_columns(names.replace_strict(pseudonyms_by_name, return_dtype=names.dtype))
    return hidden_frame.sort(column, maintain_order=True) if names.is_sorted() else hidden_frame


def neutralize_cell(cell: object) -> object:
    """Return the cell so that a spreadsheet shows it instead of running it; numbers stay numbers."""
    return f"'{cell}" if isinstance(cell, str) and needs_apostrophe(cell) else cell


def is_formula(cell: str) -> bool:
    """Return whether a spreadsheet might run a text, also behind blanks and with signs of full width."""
    first_seen = next((char for char in cell if unicodedata.category(char) not in _UNSEEN), "")
    return cell.startswith(_FORMULA_PREFIXES) or unicodedata.normalize("NFKC", first_seen).startswith(_FORMULA_PREFIXES)


def needs_apostrophe(cell: str) -> bool:
    """Return whether a text gets an apostrophe: a formula, or one behind apostrophes, which would lose one."""
    return is_formula(cell.lstrip("'"))


def guard_cell(cell: object) -> object:
    """Return the cell so that it runs nowhere either where a spreadsheet takes ";" for the separator.

    In many countries it does. It splits there whatever stands between quotes, because the quote is not the first sign.
    """
    if not isinstance(cell, str):
        return cell
    parts = _SPLITS.split(cell)
    parts[2::2] = map(str, map(neutralize_cell, parts[2::2]))
    joined = "".join(parts)
    return f"'{joined}" if needs_apostrophe(cell) else joined


def restore_text(text: str) -> str:
    """Return a text of a CSV without the apostrophes of `guard_cell`."""
    parts = _SPLITS.split(text)
    parts[2::2] = map(_strip_apostrophe, parts[2::2])
    return _strip_apostrophe("".join(parts))


def _strip_apostrophe(text: str) -> str:
    return text[1:] if text.startswith("'") and needs_apostrophe(text) else text


def format_safe_csv(columns: Iterable[str], values: Iterable[Iterable[object]]) -> str:
    """Return rows as CSV, nothing rounded, every text and header made harmless."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([guard_cell(name) for name in columns])
    writer.writerows([[guard_cell(cell) for cell in row] for row in values])
    return buffer.getvalue()


def format_frame_csv(frame: pl.DataFrame) -> str:
    """Return a frame as CSV; see `format_safe_csv`."""
    return format_safe_csv(frame.columns, frame.iter_rows())


@dataclass(frozen=True)
class Group:
    """A row about several people: its name, how many they are, its size in any unit, and whose total it is part of."""

    name: str
    people: int | None  # None: not known, and taken as too few
    size: float
    whole: str = ""


def find_withheld_groups(groups: Sequence[Group], smallest: int = MIN_GROUP_SIZE) -> frozenset[str]:
    """Return the names of the groups that must not be shown where the total of each whole is.

    Primary: fewer people than `smallest`. Complementary: more rows of the same whole, until what the total gives
    away are at least two rows together of which one alone is large enough. Rows of nothing hide nothing.
    """
    hidden_names: set[str] = set()
    for parent in {group.whole for group in groups}:
        parent_groups = [group for group in groups if group.whole == parent and group.size > 0]
        small_groups = [group for group in parent_groups if (group.people or 0) < smallest]
        large_groups = sorted(
            (group for group in parent_groups if group not in small_groups), key=lambda group: (group.size, group.name)
        )
        # One large row is enough: it makes them two rows or more, and its own people are `smallest` or more.
        hidden_names |= {group.name for group in (*small_groups, *large_groups[: 1 if small_groups else 0])}
    return frozenset(hidden_names)
