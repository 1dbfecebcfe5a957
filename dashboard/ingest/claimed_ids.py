"""Whether ids are those of other entries: two tables of one's own may count from 1, two jobs may share a name."""

from __future__ import annotations

import polars as pl

from dashboard.errors import QuestionNeeded, shorten_quote
from dashboard.units import format_count

TELLING_COLUMNS = ("person", "day_on", "project", "item", "run")  # that an edit rarely changes two of
JOB_COLUMNS = ("project", "day_on")  # of a tool's label: a new name alone is the same project
FEWEST_DIFFERENT = 2
HINTS = {
    "ids": "If the ids are those of this file alone, give the column another title than id, or leave native_id out of"
    " the mapping. If the file is right, say --edited replace.",
    "jobs": "If both projects labeled these items, say --edited keep. If this one did so anew, say --edited replace.",
}


def check_meant_entries(changes: pl.DataFrame, name: str, *, is_claimed: bool) -> None:
    """Ask about a file whose ids are those of known entries that are other ones.

    `changes`: the replaced entries, before and after, in pairs. `is_claimed` says that a person named the column of
    the ids, and no tool gave them.

    Raises:
        QuestionNeeded: most differ in two of what tells entries apart, so that entries would be lost.
    """
    telling = [column for column in (TELLING_COLUMNS if is_claimed else JOB_COLUMNS) if column in changes.columns]
    before = changes.filter(pl.col("version") == "before").sort("pair")
    after = changes.filter(pl.col("version") == "after").sort("pair")
    differing = sum((before[column].ne_missing(after[column]).cast(pl.Int8) for column in telling), start=pl.lit(0))
    is_known = pl.lit(True) if is_claimed else before["project"].is_not_null() & after["project"].is_not_null()  # noqa: FBT003
    is_other = pl.select((differing >= FEWEST_DIFFERENT) & is_known).to_series()
    if 2 * int(is_other.sum()) <= before.height:
        return
    question = "ids" if is_claimed else "jobs"
    first, known = (rows.filter(is_other).row(0, named=True) for rows in (after, before))
    raise QuestionNeeded(
        question,
        f"{name}: {format_count(int(is_other.sum()))} of its ids stand for other entries in the store, which they would"
        f" replace: line {first['line']} is {_describe_entry(first, telling)},"
        f" the store has {_describe_entry(known, telling)}.",
        HINTS[question],
    )


def _describe_entry(row: dict[str, object], columns: list[str]) -> str:
    return ", ".join(shorten_quote(str(row[column])) for column in columns if row[column] is not None)
