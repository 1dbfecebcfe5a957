"""Whether ids are those of other entries: two tables of one's own may count from 1, two jobs may share a name."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from dashboard.errors import QuestionNeeded, shorten_quote
from dashboard.units import format_count

TELLING_COLUMNS = ("person", "day_on", "project", "item", "run")  # that an edit rarely changes two of
JOB_COLUMNS = ("project", "dataset", "day_on")  # of a tool's label: a new name of its project alone is the same one
FEWEST_DIFFERENT = 2
HINTS = {
    "ids": "If the ids are those of this file alone, give the column another title than id, or leave native_id out of"
    " the mapping. If the file is right, say --edited replace.",
    "jobs": "If both labeled these items, say --edited keep. If this one did so anew, say --edited replace.",
}


def check_meant_entries(changes: pl.DataFrame, name: str, *, is_claimed: bool) -> None:
    """Ask about a file whose ids are those of known entries that are other ones.

    `changes`: the replaced entries, before and after, in pairs. `is_claimed` says that a person named the column of
    the ids, and no tool gave them.

    Raises:
        QuestionNeeded: most differ in two of what tells entries apart, so that entries would be lost.
    """
    known_columns = TELLING_COLUMNS if is_claimed else JOB_COLUMNS
    telling = [column for column in known_columns if column in changes.columns]
    before = changes.filter(pl.col("version") == "before").sort("pair")
    after = changes.filter(pl.col("version") == "after").sort("pair")
    is_other = find_other_entries(before, after, telling) if is_claimed else find_other_labels(before, after)
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


def find_other_entries(before: pl.DataFrame, after: pl.DataFrame, telling: Sequence[str]) -> pl.Series:
    """Return which entries differ in two of the columns that tell them apart."""
    differing = sum((before[column].ne_missing(after[column]).cast(pl.Int8) for column in telling), start=pl.lit(0))
    return pl.select(differing >= FEWEST_DIFFERENT).to_series()


def find_other_labels(before: pl.DataFrame, after: pl.DataFrame) -> pl.Series:
    """Return which labels of a tool are of another job: project and day differ, or the data set where no day is known.

    A project or a data set that is unknown on one side is no other one.
    """
    other_project, other_dataset = ((before[name] != after[name]).fill_null(False) for name in ("project", "dataset"))  # noqa: FBT003
    is_dated = before["day_on"].is_not_null() | after["day_on"].is_not_null()
    return (other_project & before["day_on"].ne_missing(after["day_on"])) | (other_dataset & ~is_dated)


def _describe_entry(row: dict[str, object], columns: list[str]) -> str:
    return ", ".join(shorten_quote(str(row[column])) for column in columns if row[column] is not None)
