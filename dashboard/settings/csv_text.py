"""Settings as CSV: cells are read as text, without the apostrophes that keep spreadsheets from running them."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Sequence
from itertools import islice

from dashboard.errors import BadMapping
from dashboard.privacy import restore_text
from dashboard.units import format_count

MAX_ROWS = 50_000  # of a table that people keep; more would fill the memory of the dashboard


def parse_csv(text: str, required: Collection[str], columns: Sequence[str]) -> list[dict[str, str]]:
    """Return the records of a CSV text by column name, with stripped cells and without empty records.

    Raises:
        BadMapping: not CSV, too long, a required column missing, a column not known or there twice, or a cell in none.
    """
    try:
        reader = csv.reader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
        names = [name.strip().lower() for name in next(filter(None, reader), [])]
        check_columns(names, required, columns)
        rows = ((row, reader.line_num) for row in islice(reader, MAX_ROWS))
        records = [dict(zip(names, read_cells(row, len(names), line), strict=True)) for row, line in rows]
        if next(reader, None) is not None:
            raise BadMapping(f"This has more than {format_count(MAX_ROWS)} rows.", "Check that it is the right file.")
    except csv.Error as error:
        raise BadMapping(f"This is not CSV: {error}.", "Export the current sheet to see its format.") from None
    return [record for record in records if any(record.values())]


def check_columns(names: Sequence[str], required: Collection[str], columns: Sequence[str]) -> None:
    """Check the columns of a CSV.

    Raises:
        BadMapping: a required one is missing, or one is not known or there twice.
    """
    hint = f"Columns: {', '.join(columns)}."
    missing = [column for column in required if column not in names]
    if missing:
        raise BadMapping(f"The column {', '.join(missing)} is missing.", hint)
    unknown = [column for column in names if column not in columns]
    if unknown:
        raise BadMapping(f"The column {', '.join(filter(None, unknown)) or 'without a name'} is not known.", hint)
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise BadMapping(f"There are two columns called {', '.join(repeated)}.", "Keep the one that counts.")


def read_cells(row: Sequence[str], width: int, line: int) -> list[str]:
    """Return the cells of a row, as many as there are columns; what is not written is empty.

    Raises:
        BadMapping: there is something beyond the last column.
    """
    surplus = [cell for cell in row[width:] if cell.strip()]
    if surplus:
        message = f"Line {line} of the file has {surplus[0]!r} beyond the last column."
        raise BadMapping(message, "Write a text with a comma between quotes, and 1,500 as 1500.")
    return [restore_cell(cell) for cell in [*row[:width], *[""] * (width - len(row))]]


def restore_cell(cell: str) -> str:
    """Return a cell without the apostrophes that made it harmless for spreadsheets."""
    return restore_text(cell.strip())
