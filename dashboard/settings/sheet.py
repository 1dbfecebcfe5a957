"""A sheet is a table that a lead edits, declared once; pages, commands, CSV and reference follow from that."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import polars as pl

from dashboard import privacy
from dashboard.categories import ALIAS_HELP, resolve_category
from dashboard.discovery import import_modules
from dashboard.errors import BadMapping
from dashboard.settings.cells import MAX_NUMBER, Row, parse_number, read_choice, read_day, read_text
from dashboard.settings.csv_text import parse_csv
from dashboard.store.generations import Store
from dashboard.store.shown_store import ShownStore
from dashboard.units import format_count

FieldType = Literal["text", "day", "number", "choice", "flag"]
Cells = dict[str, Any]
FLAG_WORDS = ("yes", "no")


@dataclass(frozen=True)
class Field:
    """One column of a sheet: its name in CSV, its title on pages, and which cells it allows."""

    name: str
    title: str
    type: FieldType = "text"
    choices: tuple[str, ...] = ()
    required: bool = False  # every row needs a value, or `default` stands for it
    help: str = ""
    minimum: float = 0.0
    maximum: float | None = None
    above_minimum: bool = False  # the minimum itself is refused
    digits: int | None = None  # of a number: digits after the point; 0: whole numbers only
    max_length: int | None = None
    is_long: bool = False  # of a text: pages give it a wide column
    default: str = ""  # of a choice: what an empty cell means
    column_only: bool = False  # a CSV must have the column, but its cells may be empty
    names_project: bool = False  # pages offer the projects of the store
    names_category: bool = False  # of a choice: aliases of categories are read, too

    @property
    def range_text(self) -> str:
        """Return which numbers are allowed, as in "Write a number from 0 to 168"."""
        noun = "whole number" if self.digits == 0 else "number"
        if self.above_minimum:
            return f"{noun} above {self.minimum:g}"
        if self.maximum is not None:
            return f"{noun} from {self.minimum:g} to {self.maximum:g}"
        return f"{noun} of {self.minimum:g} or more"

    @property
    def data_type(self) -> pl.DataType:
        """Return the type of the column in a frame."""
        if self.type == "number":
            return pl.Int64() if self.digits == 0 else pl.Float64()
        return {"day": pl.Date(), "flag": pl.Boolean()}.get(self.type, pl.String())

    def describe_values(self) -> str:
        """Return which values are allowed, in words."""
        words = {
            "text": f"text of at most {self.max_length} characters" if self.max_length else "text",
            "day": "a day, like 2026-03-31",
            "number": f"a {self.range_text}",
            "choice": ", ".join(choice for choice in self.choices if choice),
            "flag": ", ".join(FLAG_WORDS),
        }
        return words[self.type]

    def parse_cell(self, row: Row, row_label: str) -> object:
        """Return the value of a cell; an empty one is None, or empty text where the column holds text.

        Raises:
            BadMapping: empty but required, or not of this column's type, with row and column named.
        """
        written = read_text(row, self.name)
        if not written and self.required and not self.default:
            raise BadMapping(f"{row_label} has no {self.name}.", f"Write {self.describe_needed()}.")
        if self.type == "day":
            return read_day(row, self.name, row_label)
        if self.type == "number":
            return self._parse_number(written, row_label) if written else None
        if self.type in {"choice", "flag"}:
            options = FLAG_WORDS if self.type == "flag" else ("", *self.choices)
            cells = {self.name: resolve_category(written.casefold())} if self.names_category else row
            word = read_choice(cells, self.name, options, row_label) if written else self.default
            return word == FLAG_WORDS[0] if self.type == "flag" else word
        if self.max_length and len(written) > self.max_length:
            message = f"{self.name} of {row_label} has {len(written)} characters."
            raise BadMapping(message, f"Write at most {self.max_length}.")
        return written

    def describe_needed(self) -> str:
        """Return what to write into an empty cell."""
        if self.type == "choice":
            return f"one of: {self.describe_values()}"
        return "a value, or delete the row" if self.type == "text" else self.describe_values()

    def _parse_number(self, written: str, row_label: str) -> float:
        value = parse_number(written)
        message = f"{self.name} of {row_label} is {written!r}."
        is_inside = self.minimum <= value <= (math.inf if self.maximum is None else self.maximum)
        is_refused = self.above_minimum and value == self.minimum
        if not (math.isfinite(value) and is_inside) or is_refused or (self.digits == 0 and not value.is_integer()):
            raise BadMapping(message, f"Write a {self.range_text}, with a decimal point.")
        if value > MAX_NUMBER:
            raise BadMapping(message, f"Write at most {format_count(MAX_NUMBER)}.")
        return int(value) if self.digits == 0 else value


@dataclass(frozen=True)
class Sheet:
    """A table that a lead edits: `read` returns its rows, and `save` replaces them and returns how many there are.

    Its name, summary, noun and message are literals: the command line reads them without importing the module.
    """

    name: str  # of the command and the CSV file
    title: str
    noun: str  # as in "Replace the budgets in force by those of a CSV file"
    summary: str  # one phrase for the list of commands
    saved: str  # says after a change how many `{count}` there are
    help: str  # what the sheet is for, above its table
    fields: tuple[Field, ...]
    read: Callable[[Store], pl.DataFrame]
    save: Callable[[Store, Sequence[Row], str | None], int]
    row_name: str = ""  # column by which messages name a row beside its number

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the names of the columns, in the order of the CSV."""
        return tuple(field.name for field in self.fields)

    @property
    def schema(self) -> dict[str, pl.DataType]:
        """Return the column types of a frame of the sheet."""
        return {field.name: field.data_type for field in self.fields}

    def pick_fields(self, names: Sequence[str]) -> list[Field]:
        """Return the columns with these names, in this order."""
        fields = {field.name: field for field in self.fields}
        return [fields[name] for name in names]

    def list_rows(self, store: Store) -> pl.DataFrame:
        """Return the rows in force."""
        return self.read(store)

    def format_csv(self, store: Store) -> str:
        """Return the rows in force as CSV."""
        return privacy.format_frame_csv(self.read(store).select(self.columns))

    def load_csv(self, store: Store, csv_text: str, who: str | None = None) -> int:
        """Replace the sheet by a CSV text and return how many rows, or what the sheet counts, are in force.

        Raises:
            BadMapping: not CSV, a column missing or unknown, or a row that cannot be used.
        """
        return self.save(store, self.parse_csv(csv_text), who)

    def parse_csv(self, csv_text: str) -> list[dict[str, str]]:
        """Return the rows of a CSV text, their cells as text.

        Raises:
            BadMapping: not CSV, or a column missing or unknown.
        """
        needed = [field.name for field in self.fields if field.required or field.column_only]
        return parse_csv(csv_text, needed, self.columns)

    def save_frame(self, store: Store, frame: pl.DataFrame, who: str | None = None) -> int:
        """Replace the sheet by a frame and return how many rows, or what the sheet counts, are in force.

        Raises:
            BadMapping: a row that cannot be used.
        """
        return self.save(store, frame.to_dicts(), who)

    def replace_shown(self, store: Store, rows: Sequence[Row], shown: pl.DataFrame, who: str | None = None) -> int:
        """Replace the rows that somebody was shown, and return how many rows, or what the sheet counts, are in force.

        Raises:
            BadMapping: a row that cannot be used.
            ChangedMeanwhile: others are in force by now.
        """
        return self.save(self.expect_shown(store, shown), rows, who)

    def expect_shown(self, store: Store, shown: pl.DataFrame) -> Store:
        """Return the store, refusing changes once other rows of the sheet are in force than somebody was shown."""
        return ShownStore(store, self._read_columns, shown.select(self.columns), self.title)

    def _read_columns(self, store: Store) -> pl.DataFrame:
        return self.read(store).select(self.columns)

    def parse_rows(self, rows: Sequence[Row]) -> list[tuple[str, Cells]]:
        """Return each row as its label for messages and its values by column.

        Raises:
            BadMapping: a cell that cannot be used, with row and column named.
        """
        labels = [self.label_row(row, number) for number, row in enumerate(rows, start=1)]
        return [
            (row_label, {field.name: field.parse_cell(row, row_label) for field in self.fields})
            for row_label, row in zip(labels, rows, strict=True)
        ]

    def label_row(self, row: Row, number: int) -> str:
        """Return how messages name a row."""
        name = read_text(row, self.row_name) if self.row_name else ""
        return f"Line {number} of the {self.title.lower()}" + (f" ({name})" if name else "")

    def build_frame(self, cells: Sequence[Mapping[str, object]]) -> pl.DataFrame:
        """Return parsed rows as a frame."""
        return pl.DataFrame([[row[name] for name in self.columns] for row in cells], schema=self.schema, orient="row")


@cache
def find_sheets() -> dict[str, Sheet]:
    """Return every sheet by name: those that the modules of `dashboard.settings` declare."""
    constants = [value for module in import_modules(__package__ or "") for value in vars(module).values()]
    sheets = {constant.name: constant for constant in constants if isinstance(constant, Sheet)}
    return dict(sorted(sheets.items()))


def describe_sheet(sheet: Sheet) -> str:
    """Return a Markdown table of the columns of a sheet: name, title, allowed values, and what they mean."""
    lines = ["| Column | Title | Values | Notes |", "|---|---|---|---|"]
    for field in sheet.fields:
        notes = ["Required." if field.required else "", field.help, f"{ALIAS_HELP}." if field.names_category else ""]
        if field.default:
            notes.append(f"Empty: {field.default}.")
        cells = (f"`{field.name}`", field.title, field.describe_values(), " ".join(note for note in notes if note))
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"
