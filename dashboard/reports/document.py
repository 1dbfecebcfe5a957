"""What a report holds, the same for every format: sentences, tables and charts whose numbers know their figure."""

from __future__ import annotations

import base64
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from dashboard.figures.columns import describe_columns
from dashboard.reports.request import ReportRequest

LEADING_CHART = "share_over_time"
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
    value: float  # not rounded; of a range its low end
    text: str
    high: float | None = None  # the other end of a range

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
    """A chart of a figure: a Vega-Lite spec, its rows, a text alternative, and the pinned notes, one line each.

    `marks` are the letters of those notes with their days, for formats that draw the chart anew.
    """

    name: str
    title: str
    alt: str
    spec: Mapping[str, Any]
    rows: pl.DataFrame
    notes: tuple[str, ...] = ()
    marks: tuple[tuple[str, date], ...] = ()


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it; `message` is what a slide says in its title."""

    name: str
    title: str
    sentences: tuple[Sentence, ...] = ()
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()
    message: str = ""


@dataclass(frozen=True)
class KeyNumber:
    """One of the large numbers on top: what it is, the number or a dash, and what must be said beside it."""

    label: str
    number: Number | None
    beside: str


@dataclass(frozen=True)
class Decision:
    """What to decide: a recommendation in plain words, and what it is worth."""

    recommendation: Sentence
    worth: Sentence = Sentence(())

    def __str__(self) -> str:
        """Return both as they are printed."""
        return f"{self.recommendation} {self.worth}".rstrip()


@dataclass(frozen=True)
class Remark:
    """One of the lines that say how sure a report is: its label and its sentences."""

    label: str
    sentences: tuple[Sentence, ...]

    def __str__(self) -> str:
        """Return the sentences as they are printed."""
        return " ".join(map(str, self.sentences))


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


@dataclass(frozen=True)
class Logo:
    """A picture for the letterhead: png or svg, and its bytes."""

    style: str
    data: bytes

    def data_url(self) -> str:
        """Return the picture as an address that fetches nothing."""
        kind = "image/svg+xml" if self.style == "svg" else "image/png"
        return f"data:{kind};base64,{base64.b64encode(self.data).decode()}"


@dataclass(frozen=True)
class Letterhead:
    """Whose report it is; every part may be empty."""

    team: str = ""
    author: str = ""
    logo: Logo | None = None

    def describe(self) -> str:
        """Return team and author in one line, or ""."""
        return ", ".join(filter(None, (self.team, self.author)))


@dataclass(frozen=True, eq=False)
class Content:
    """Everything a report says; compared by identity, like its charts.

    The headline, numbers, decisions, leading chart and remarks are the page for management; the sections its annex.
    """

    request: ReportRequest
    title: str
    about: str  # period and selection
    compared: str
    headline: Sentence
    note: str
    numbers: tuple[KeyNumber, ...]
    sections: tuple[Section, ...]
    decisions: tuple[Decision, ...]
    remarks: tuple[Remark, ...]
    withheld: tuple[str, ...]  # what this audience may not see, counted
    definitions: tuple[Definition, ...]
    provenance: Provenance
    letterhead: Letterhead = Letterhead()

    def printed_numbers(self) -> Iterator[Number]:
        """Yield every number that is printed."""
        yield from _iterate_numbers(self.headline)
        yield from (key.number for key in self.numbers if key.number)
        for section in self.sections:
            for sentence in section.sentences:
                yield from _iterate_numbers(sentence)
            for table in section.tables:
                yield from (cell for row in table.rows for cell in row if isinstance(cell, Number))
        for decision in self.decisions:
            yield from _iterate_numbers(decision.recommendation)
            yield from _iterate_numbers(decision.worth)
        for remark in self.remarks:
            for sentence in remark.sentences:
                yield from _iterate_numbers(sentence)

    def leading_chart(self) -> Chart | None:
        """Return the chart of the first page; the annex does not draw it again."""
        charts = (chart for section in self.sections for chart in section.charts)
        return next((chart for chart in charts if chart.name == LEADING_CHART), None)

    def list_annex_charts(self, section: Section) -> tuple[Chart, ...]:
        """Return the charts of a section without the one of the first page."""
        return tuple(chart for chart in section.charts if chart.name != LEADING_CHART)


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
