"""CSV that a lead keeps in version control: read as text, written so that no spreadsheet runs it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Sequence

from dashboard.errors import BadMapping

_NEUTRALIZED = re.compile(r"^'(?=[=+\-@\t\r|])")


def read(text: str, required: Collection[str], known: Sequence[str]) -> list[dict[str, str]]:
    """Return the records of a CSV text by column name, cells stripped; empty records are left out.

    Raises:
        BadMapping: not CSV, a required column is missing, or a column is not known.
    """
    try:
        rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True))
    except csv.Error as error:
        raise BadMapping(f"This is not CSV: {error}.", "Export the present state to see the form.") from None
    header = list(rows[0]) if rows else list(csv.DictReader(io.StringIO(text)).fieldnames or ())
    named = [str(column).strip().lower() for column in header if column is not None]
    missing = [column for column in required if column not in named]
    if missing:
        raise BadMapping(f"The column {', '.join(missing)} is missing.", f"Columns: {', '.join(known)}.")
    unknown = [column for column in named if column not in known]
    if unknown or None in header:
        raise BadMapping(
            f"The column {', '.join(unknown) or 'without a name'} is not known.", f"Columns: {', '.join(known)}."
        )
    records = [
        {str(column).strip().lower(): plain(cell or "") for column, cell in row.items() if column is not None}
        for row in rows
    ]
    return [record for record in records if any(record.values())]


def plain(cell: str) -> str:
    """Return the cell as it was before it was made harmless for spreadsheets."""
    return _NEUTRALIZED.sub("", cell.strip())
