"""The formats in which numbers, days and money are written for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import polars as pl

from dashboard.errors import BadMapping
from dashboard.formats import DAY_FORMATS, MONEY_FORMATS, NUMBER_FORMATS, USUAL, Formats
from dashboard.settings.cells import Row
from dashboard.settings.sheet import Field, Sheet
from dashboard.store.generations import Store
from dashboard.store.snapshot import Snapshot

KEYS = {"number": "number_format", "day": "day_format", "money": "money_format"}  # of the store's settings


def read_formats(snapshot: Snapshot) -> Formats:
    """Return the formats in force."""
    written = {name: snapshot.read_setting(key) for name, key in KEYS.items()}
    return Formats(**{name: value for name, value in written.items() if value})


def read_format_sheet(store: Store) -> pl.DataFrame:
    """Return the formats in force as one row (columns of FORMAT_SHEET)."""
    with store.snapshot() as snapshot:
        return FORMAT_SHEET.build_frame([asdict(read_formats(snapshot))])


def save_formats(store: Store, rows: Sequence[Row], who: str | None = None) -> int:
    """Set the formats to the one row, and return 1.

    Raises:
        BadMapping: none or several rows, or a word that names no format.
    """
    if len(rows) != 1:
        raise BadMapping(f"The formats have {len(rows)} rows.", "Write one.")
    (_, cells), *_ = FORMAT_SHEET.parse_rows(rows)
    with store.change("set the formats", who) as change:
        for name, key in KEYS.items():
            change.save_setting(key, str(cells[name]))
        change.log("formats", ", ".join(str(cells[name]) for name in KEYS), who)
    return 1


FORMAT_SHEET = Sheet(
    name="formats",
    title="Formats",
    noun="the formats",
    summary="How numbers, days and money are written",
    saved="The formats are set.",
    help="Pages, charts, reports and the tables of the terminal write numbers, days and money like this. CSV and JSON "
    "keep plain numbers and days like 2026-03-05, and so do the cells that you fill in. A spreadsheet writes the "
    "numbers of its cells as your computer does.",
    read=read_format_sheet,
    save=save_formats,
    fields=(
        Field("number", "Numbers", "choice", tuple(NUMBER_FORMATS), required=True, default=USUAL.number),
        Field(
            "day",
            "Days",
            "choice",
            tuple(DAY_FORMATS),
            required=True,
            default=USUAL.day,
            help="With 5 Mar 2026 tables write 2026-03-05; any other format is the same everywhere.",
        ),
        Field(
            "money",
            "Money",
            "choice",
            MONEY_FORMATS,
            required=True,
            default=USUAL.money,
            help="With 5 EUR a few sentences of a report begin with the code, and a title may name it instead. A "
            "currency without a symbol here keeps its code.",
        ),
    ),
)
