"""What a report holds, the same for every format: sentences, tables and charts whose numbers know their figure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from dashboard.figures.columns import describe_columns
from dashboard.reports.request import ReportRequest

MAX_NAME_LENGTH = 48  # characters of a name; more makes a table unreadable
_BLANKS = {"Cc", "Cs", "Zl", "Zp", "Zs"}
_INVISIBLE = {"Cf", "Cn", "Co"}  # direction overrides, invisible marks, undefined letters
_JOINERS = "\u200c\u200d"  # these shape Persian and Indic words


@dataclass(frozen=True)
class Number:
    """A printed number and where it comes from, so that it can be computed again and compared."""

    figure: str
    period: str  # this, before or history
    where: tuple[tuple[str, object], ...]  # column and value that select the rows
    column: str
    how: str  # value (of the one row), sum, share (of the column), least, median, most, change (since before), drift
    value: float  # not rounded
    text: str

    def __str__(self) -> str:
        """Return the number as it is printed."""
        return self.text


Piece = str | Number
Cell = str | Number | None


@dataclass(frozen=True)
class Sentence:
    """Words and numbers in their order."""

    pieces: tuple[Piece, ...]

    def __str__(self) -> str:
        """Return the sentence as it is printed."""
        return "".join(str(piece) for piece in self.pieces)


@dataclass(frozen=True)
class Column:
    """One column of a table; numbers stand at the right."""

    label: str
    is_number: bool


def build_columns(figure: str, *names: str) -> tuple[Column, ...]:
    """Return columns of a figure with the titles that they are declared with."""
    return tuple(Column(column.title, column.is_number) for column in describe_columns(figure, names).values())


@dataclass(frozen=True)
class Table:
    """A short table for people; `note` says what it leaves out and where that is."""

    title: str
    figure: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


@dataclass(frozen=True, eq=False)
class Chart:
    """A chart of a figure: a Vega-Lite spec, its rows, a text alternative, and the pinned notes, one line each."""

    name: str
    title: str
    alt: str
    spec: Mapping[str, Any]
    rows: pl.DataFrame
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it."""

    name: str
    title: str
    sentences: tuple[Sentence, ...] = ()
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()


@dataclass(frozen=True)
class KeyNumber:
    """One of the large numbers on top: what it is, the number or a dash, and what must be said beside it."""

    label: str
    number: Number | None
    beside: str


@dataclass(frozen=True)
class Definition:
    """A word of the report and what it means here."""

    term: str
    text: str


@dataclass(frozen=True)
class Provenance:
    """Where the report comes from, printed at its foot."""

    as_of: str  # ISO day, or empty
    sources: str
    rows: int
    rules_version: str
    content_hash: str
    figures: tuple[str, ...]
    is_demo: bool


@dataclass(frozen=True, eq=False)
class Content:
    """Everything a report says; compared by identity, like its charts."""

    request: ReportRequest
    title: str
    about: str  # period and selection
    compared: str
    headline: Sentence
    note: str
    numbers: tuple[KeyNumber, ...]
    sections: tuple[Section, ...]
    decisions: tuple[Sentence, ...]
    definitions: tuple[Definition, ...]
    provenance: Provenance

    def printed_numbers(self) -> Iterator[Number]:
        """Yield every number that is printed."""
        yield from _iterate_numbers(self.headline)
        yield from (key.number for key in self.numbers if key.number)
        for section in self.sections:
            for sentence in section.sentences:
                yield from _iterate_numbers(sentence)
            for table in section.tables:
                yield from (cell for row in table.rows for cell in row if isinstance(cell, Number))
        for sentence in self.decisions:
            yield from _iterate_numbers(sentence)


def shorten_notes(notes: tuple[str, ...], limit: int) -> list[str]:
    """Return the first lines of notes, and how many more there are and where."""
    hidden = len(notes) - limit
    return [*notes[:limit], *([f"and {hidden} more: Data, Set-up, Plans, or `labeltime notes`"] if hidden > 0 else [])]


def _iterate_numbers(sentence: Sentence) -> Iterator[Number]:
    yield from (piece for piece in sentence.pieces if isinstance(piece, Number))


def clean_text(name: object, limit: int = MAX_NAME_LENGTH) -> str:
    """Return a name from a file as one short line, without control or direction characters."""
    letters = (
        " " if unicodedata.category(letter) in _BLANKS else letter
        for letter in str(name)
        if letter in _JOINERS or unicodedata.category(letter) not in _INVISIBLE
    )
    text = " ".join("".join(letters).split())
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"
