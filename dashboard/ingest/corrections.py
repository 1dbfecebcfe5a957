"""Rows with negative hours: kept as corrections where they fit, else rejected.

A correction takes hours off the entries of the same person, day and project in the same file; it never leaves
less than nothing. Only the file itself counts, so that the same files give the same store in whatever order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from dashboard.importers.contract import NEGATIVE_DURATION
from dashboard.schemas import build_bad_rows
from dashboard.store.engine import read_sql_files
from dashboard.store.snapshot import Change
from dashboard.units import count_noun, format_decimal

INGEST_SQL = dict(read_sql_files("ingest"))
HAS_NEGATIVE_SQL = "select 1 from time_entry where import_id = $import_id and seconds < 0 limit 1"


@dataclass(frozen=True)
class Corrections:
    """The corrections of one import: how many are kept, their seconds (negative), and those that do not fit."""

    count: int = 0
    seconds: int = 0
    rejected: pl.DataFrame = field(default_factory=build_bad_rows)
    rejected_seconds: int = 0

    def warnings(self) -> Iterator[str]:
        """Yield what the lead should know of them."""
        if self.count:
            yield (
                f"{count_noun(self.count, 'row')} with negative hours kept as corrections of the same person, day and"
                f" project. {'It lowers' if self.count == 1 else 'They lower'} the total by"
                f" {format_decimal(-self.seconds / 3600, 2)} h."
            )
        if self.rejected.height:
            yield (
                f"{count_noun(self.rejected.height, 'row')} with negative hours "
                f"({format_decimal(self.rejected_seconds / 3600, 2)} h)"
                " left out, because the file has fewer hours of the same person, day and project. If they correct other"
                f" entries, the total is {format_decimal(-self.rejected_seconds / 3600, 2)} h too high: correct those "
                "entries and"
                " export it again."
            )


def settle_corrections(change: Change, import_id: int) -> Corrections:
    """Take the rows with negative hours that do not fit out of the facts of an import; return what was done."""
    if not change.read_rows(HAS_NEGATIVE_SQL, {"import_id": import_id}):
        return Corrections()
    rows = change.query(INGEST_SQL["corrections.sql"], {"import_id": import_id})
    fitting, misfits = rows.filter("fits"), rows.filter(~pl.col("fits"))
    change.load(
        misfits.select("row_id"),
        "delete from time_entry where rowid in (select row_id from incoming_frame)",
    )
    bad = misfits.select("line", pl.lit(NEGATIVE_DURATION).alias("reason"), "raw")
    return Corrections(fitting.height, sum(fitting["seconds"]), build_bad_rows(bad), sum(misfits["seconds"]))
