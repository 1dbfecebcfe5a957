"""Settings as CSV: cells are read as text, without the apostrophes that keep spreadsheets from running them."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Sequence

from dashboard.errors import BadMapping
from dashboard.privacy import restore_text


def parse_csv(text: str, required: Collection[str], columns: Sequence[str]) -> list[dict[str, str]]:
    """Return the records of a CSV text by column name, with stripped cells and without empty records.

    Raises:
        BadMapping: not CSV, a required column is missing, or a column is not known.
    """
    try:
        rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True))
    except csv.Error as error:
        raise BadMapping(f"This is not CSV: {error}.", "Export the current sheet to see its format.") from None
    header = list(rows[0]) if rows else list(csv.DictReader(io.StringIO(text)).fieldnames or ())
    names = [str(column).strip().lower() for column in header if column is not None]
    missing = [column for column in required if column not in names]
    if missing:
        raise BadMapping(f"The column {', '.join(missing)} is missing.", f"Columns: {', '.join(columns)}.")
    unknown = [column for column in names if column not in columns]
    if unknown or None in header:
        raise BadMapping(
            f"The column {', '.join(unknown) or 'without a name'} is not known.", f"Columns: {', '.join(columns)}."
        )
    records = [
        {str(column).strip().lower(): restore_cell(cell or "") for column, cell in row.items() if column is not None}
        for row in rows
    ]
    return [record for record in records if any(record.values())]


def restore_cell(cell: str) -> str:
    """Return a cell without the apostrophes that made it harmless for spreadsheets."""
    return restore_text(cell.strip())
