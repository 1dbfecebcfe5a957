"""Whether the ids of a table of one's own are those of other entries: each of two files may count from 1."""

from __future__ import annotations

import polars as pl

from dashboard.errors import QuestionNeeded, shorten_quote
from dashboard.units import format_count

TELLING_COLUMNS = ("person", "day_on", "project", "item", "run")  # that an edit rarely changes two of
FEWEST_DIFFERENT = 2


def check_meant_entries(changes: pl.DataFrame, name: str) -> None:
    """Ask about a file whose ids are those of known entries that are other ones.

    `changes`: the replaced entries, before and after, in pairs.

    Raises:
        QuestionNeeded: most differ in two of person, day, project, item and run, so that entries would be lost.
    """
    telling = [column for column in TELLING_COLUMNS if column in changes.columns]
    before = changes.filter(pl.col("version") == "before").sort("pair")
    after = changes.filter(pl.col("version") == "after").sort("pair")
    differing = sum((before[column].ne_missing(after[column]).cast(pl.Int8) for column in telling), start=pl.lit(0))
    is_other = pl.select(differing >= FEWEST_DIFFERENT).to_series()
    if 2 * int(is_other.sum()) <= before.height:
        return
    first, known = (rows.filter(is_other).row(0, named=True) for rows in (after, before))
    raise QuestionNeeded(
        "ids",
        f"{name}: {format_count(int(is_other.sum()))} of its ids stand for other entries in the store, which they would"
        f" replace: line {first['line']} is {_describe(first, telling)}, the store has {_describe(known, telling)}.",
        "If the ids are those of this file alone, give the column another title than id, or leave native_id out of the"
        " mapping. If the file is right, say --edited replace.",
    )


def _describe(row: dict[str, object], columns: list[str]) -> str:
    return ", ".join(shorten_quote(str(row[column])) for column in columns if row[column] is not None)
