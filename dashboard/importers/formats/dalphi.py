"""The DALPHI study: blocks of texts that people annotated with and without suggestions of known quality.

One row a person as published, with four blocks side by side, or one row a person and block. A block has no date. The
suggestions were right in 10, 50 or 90 of 100 cases: each level is a project of its own, so that they are compared
within it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dashboard.importers.contract import Head, Importer
from dashboard.importers.frames.label_records import (
    FileContext,
    LabelFormat,
    Record,
    Row,
    build_each,
    match_header,
)
from dashboard.importers.frames.label_values import BadRecordError, mark_reported, read_count, read_length

BLOCKS: Final = range(4)
YES, NO = ("true", "1"), ("false", "0")
NO_ASSISTANCE: Final = "not told whether the block had suggestions"
NO_PERSON: Final = "no person"
STUDY_NOTE: Final = "The times are of a study in a laboratory, of blocks of texts, without dates."
is_long = match_header("s", "level", "block", "assist", "t", "n", "c")
is_wide = match_header("subject_id", "assistance_level", "block_0_time_block", "block_0_assistance_present")


def build_rows(record: Record, context: FileContext) -> Iterator[Row]:
    """Yield the block of a row, or the four blocks of a person."""
    if is_long(context.head):
        yield from _build_block(record, record.get("s"), record.get("level"), record.get("block"))
        return
    person, level = record.get("subject_id"), record.get("assistance_level")
    yield from build_each(BLOCKS, lambda block: _build_block(_select_block(record, block), person, level, block))


def _select_block(record: Record, block: int) -> Record:
    """Return the fields of one block under the names of the long table."""
    names = {"assist": "assistance_present", "t": "time_block", "n": "total_annotations_count", "c": "correct_count"}
    return {short: record.get(f"block_{block}_{name}") for short, name in names.items()}


def _build_block(fields: Record, person: object, level: object, block: object) -> Iterator[Row]:
    """Yield the row of a block."""
    if person is None:
        raise BadRecordError(NO_PERSON)
    assist = str(fields.get("assist")).casefold()
    if assist not in (*YES, *NO):
        raise BadRecordError(NO_ASSISTANCE)
    is_assisted = assist in YES
    annotations, correct = (read_count(fields.get(name)) for name in ("n", "c"))
    yield {
        "item": f"block {block}",
        "project": f"DALPHI, suggestions {level} % right",
        "native_id": f"subject {person} block {block}",
        "person": f"subject {person}",
        "method": "pre-annotated" if is_assisted else "manual",
        "suggestion": "unknown" if is_assisted else "none",
        "objects": annotations,
        "gold_score": correct / annotations if annotations and correct is not None else None,
        **mark_reported(read_length(fields.get("t"))),
    }


def _matches(head: Head) -> bool:
    return is_long(head) or is_wide(head)


IMPORTER: Importer = LabelFormat(
    name="dalphi",
    tool="dalphi",
    title="DALPHI study of assisted annotation (CSV)",
    matches=_matches,
    build_rows=build_rows,
    columns={
        "s": "person",
        "subject_id": "person",
        "level": "project",
        "assistance_level": "project",
        "block": "item",
        "assist": "method",
        "t": "milliseconds",
        "n": "objects",
        "c": "gold_score",
    },
    prefixes=("block_",),
    notes=(STUDY_NOTE,),
    lacks=("when a block was annotated", "which suggestions were kept"),
)
