"""Labeltime's own `labeling_events` CSV: for scripts, and for tools that have no importer.

Columns in any order and case: item, person (empty for a machine), method (empty for
unknown) and finished_at (ISO, with an offset or in the given zone); and optionally
seconds (empty for unknown), started_at, stage, outcome, project, dataset, label_kind,
objects, difficulty, suggestion, automation, holdout, eligible (true or false),
gold_score, agreement, edit_share, media_seconds, model, tokens, cost, currency, answer, annotation, about, email,
time_kind, id. Numbers have a decimal point. The default stage is annotate, the default outcome submitted; the default
suggestion is none for manual work, else unknown. Without seconds, the time is finished_at minus started_at,
where both are given and differ; it then includes idle time, and is marked so. With time_kind gap-derived and
no seconds, the time is derived from the gap to the person's label before it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import polars as pl

from dashboard.errors import join_quotes
from dashboard.importers.columns.instants import InstantReader
from dashboard.importers.columns.iso import has_local_times
from dashboard.importers.columns.text import clean_text
from dashboard.importers.contract import (
    Batch,
    FileColumn,
    Head,
    Importer,
    Reading,
    Settings,
    Source,
)
from dashboard.importers.frames.event_rows import (
    ALLOWED_WORDS,
    COLUMNS,
    INSTANT_COLUMNS,
    EventUnitCheck,
    build_event_rows,
    list_event_rejections,
)
from dashboard.importers.table import match_columns, split_batch
from dashboard.schemas import Kind

REQUIRED_COLUMNS = frozenset({"item", "person", "method", "finished_at"})
LENGTHS = {"seconds": "milliseconds", "media_seconds": "media_milliseconds"}  # column of the file -> of the store
COLUMN_HELP = {
    "item": "the thing that is labeled, by any name that is the same each time",
    "person": "who did it; empty for a machine",
    "email": "the person's address",
    "project": "text",
    "dataset": "text",
    "label_kind": "text, such as box or text span; rating and number make agreement compare answers as numbers",
    "model": "the model that made the label or the suggestion",
    "currency": "of the cost, such as EUR",
    "automation": "the automation that made the label or the suggestion, as named in the register",
    "answer": "any text that is equal for equal answers, (nothing) for an empty one; for agreement and anchoring",
    "annotation": "the label's own number or name, the same in all rows that are part of it",
    "about": "of a review, score or rework: the annotation it is about; empty is the last one of the item before it",
    "method": "how the label came about; empty is unknown",
    "stage": "empty is annotate",
    "outcome": "empty is submitted; assigned: given to the person, who has not begun",
    "suggestion": "what became of the suggestion; empty is none for manual work and unknown otherwise",
    "edit_share": "number from 0, kept, to 1, nothing left: how much of the suggestion the person changed",
    "media_seconds": "number: how long the audio or video of the item is; empty where it is neither",
    "objects": "whole number of boxes, spans or classes in the item",
    "tokens": "whole number of tokens that the model used",
    "seconds": "number; empty is from started_at to finished_at, which includes idle time, or else unknown",
    "difficulty": "number",
    "gold_score": "number from 0 to 1, from a blind audit",
    "agreement": "number, the tool's own score",
    "cost": "number, in the currency of that column",
    "holdout": "true or false: left to a person at random although a machine could have done it",
    "eligible": "true or false: a machine could have done it",
    "started_at": "ISO day and time",
    "finished_at": "ISO day and time; the day counts",
    "time_kind": "what the seconds are; gap-derived without seconds: estimated from the gaps between a person's labels",
    "native_id": "the tool's own number of the event; the column may also be called id",
}


class NativeLabeling:
    """The documented table of labeling events."""

    name = "native_labeling"
    tool = "native_labeling"
    title = "Labeltime labeling events (CSV)"
    kind: Kind = "labeling_event"
    has_local_ids = True

    def can_read(self, head: Head) -> bool:
        """Recognise the file by its required columns."""
        return head.shape == "table" and {title.casefold() for title in head.header} >= REQUIRED_COLUMNS

    def read(self, source: Source, settings: Settings) -> Reading:
        """Read the events; an instant without an offset raises `QuestionNeeded` if no zone was given."""
        head = source.head()
        columns = match_columns(head.header, COLUMNS)
        used_columns = {title: LENGTHS.get(name, name) for name, title in columns.items()}
        unused = tuple(dict.fromkeys(title for title in head.header if title not in used_columns))
        is_local = any(has_local_times(head.sample[columns[name]]) for name in INSTANT_COLUMNS if name in columns)
        clock = InstantReader(self.title, settings.zone)
        untimed: Counter[str] = Counter()
        return Reading(
            batches=_read_batches(source, columns, clock, untimed),
            columns=used_columns,
            unused=unused,
            zone=settings.zone if is_local else None,
            date_order="year-month-day",
            encoding=source.encoding,
            warnings=(f"Columns not used: {join_quotes(unused)}.",) if unused else (),
            final_warnings=lambda: (
                *(f"{sentence}: {count}." for sentence, count in untimed.items() if count),
                *clock.notes(),
            ),
        )


def describe_columns() -> list[FileColumn]:
    """Return every column of the file with what it may hold, the required ones first."""
    columns = [
        FileColumn(name, COLUMN_HELP[name], name in REQUIRED_COLUMNS, ALLOWED_WORDS.get(name, ())) for name in COLUMNS
    ]
    return sorted(columns, key=lambda column: not column.is_required)


def _read_batches(
    source: Source, columns: Mapping[str, str], clock: InstantReader, untimed: Counter[str]
) -> Iterator[Batch]:
    check_unit = EventUnitCheck()
    for frame, structural in source.frames():
        rows = build_event_rows(_read_cells(frame, columns, clock))
        check_unit.add_rows(rows)
        batch = split_batch(
            rows,
            list_event_rejections(columns),
            "labeling_event",
            structural,
            frame.drop("_line"),
        )
        untimed["Events without a length, kept as unknown, not zero"] += batch.accepted["milliseconds"].null_count()
        yield batch


def _read_cells(frame: pl.DataFrame, columns: Mapping[str, str], clock: InstantReader) -> pl.DataFrame:
    empty_cell = pl.lit(None, dtype=pl.String)
    cells = frame.select(
        "_line",
        *((clean_text(pl.col(columns[name])) if name in columns else empty_cell).alias(name) for name in COLUMNS),
    )
    return cells.with_columns(
        *(clock.utc(cells[name]).alias(name) for name in INSTANT_COLUMNS),
        clock.days(cells["finished_at"]).alias("day_on"),
        cells["started_at"].alias("_started_at"),
    )


IMPORTER: Importer = NativeLabeling()
