"""Any table of experiment runs, read by a mapping; the rows are built and checked as those of our own file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

import polars as pl

from dashboard.importers.contract import NEGATIVE_DURATION, NO_DATE, NO_DURATION, Batch, Head, Reading, Settings, Source
from dashboard.importers.frames.run_rows import (
    COLUMNS,
    ENDED_STATES,
    INTEGER_COLUMNS,
    NUMBER_COLUMNS,
    build_run_rows,
    list_run_rejections,
)
from dashboard.importers.mapped_cells import MappedLayout, build_reading, resolve_layout, select_parts
from dashboard.importers.mapped_parts import LENGTH_PARTS
from dashboard.importers.mapped_rows import (
    build_cells,
    count_open_words,
    describe_lacking,
    describe_open_words,
    describe_shifts,
    join_lengths,
    name_used_columns,
    parse_seconds,
    read_moment,
    read_own_days,
)
from dashboard.importers.table import split_batch
from dashboard.schemas import Kind

LONGEST_RUN: Final = 10 * 366 * 86_400  # seconds; a longer one is no length
LACKS: Final = {  # parts of which none is mapped -> what such a table does not tell
    ("person", "email"): "who started a run",
    (*LENGTH_PARTS, "finished_at", "finished_time"): "how long it took",
    ("state", "finished_at", "finished_time", *LENGTH_PARTS): "whether it ended (runs that did not are not compared)",
    ("value",): "its score",
    ("labels_used",): "how many labels it learned from",
}


class MappedRuns:
    """A table of experiment runs that no importer knows; it needs a mapping."""

    name = "generic_runs"
    tool = "generic_runs"
    title = "Table of runs with a column mapping"
    kind: Kind = "experiment_run"

    def can_read(self, head: Head) -> bool:  # noqa: ARG002 - only the mapping matters
        """Return False: only a mapping selects this importer."""
        return False

    def read(self, source: Source, settings: Settings) -> Reading:
        """Read the runs with `settings.mapping`.

        Raises:
            BadMapping: the mapping does not fit the file.
            QuestionNeeded: the zone, the order of dates or the decimal sign is ambiguous.
        """
        layout = resolve_layout(source, settings)
        open_words: Counter[tuple[str, str]] = Counter()
        return build_reading(
            source,
            layout,
            name_used_columns(layout),
            _read_batches(source, layout, open_words),
            describe_lacking(layout, LACKS),
            lambda: (*describe_open_words(open_words), *describe_shifts(layout)),
        )


def _read_batches(source: Source, layout: MappedLayout, open_words: Counter[tuple[str, str]]) -> Iterator[Batch]:
    rejections = [
        (pl.col("_no_day"), NO_DATE),
        (pl.col("_is_unread"), NO_DURATION),
        (pl.col("_stated_seconds") < 0, NEGATIVE_DURATION),
        *list_run_rejections(needs_start=False),
    ]
    for frame, structural in source.frames():
        rows = _build_rows(frame, layout)
        count_open_words(rows, layout, open_words)
        yield split_batch(rows, rejections, "experiment_run", structural, frame.drop("_line"))


def _build_rows(frame: pl.DataFrame, layout: MappedLayout) -> pl.DataFrame:
    """Return the rows of `build_run_rows`; a table may give only the day of a run, and its length for its end."""
    started = read_moment(frame, layout, "started_at", "start_time")
    finished = read_moment(frame, layout, "finished_at", "finished_time")
    own = read_own_days(frame, layout)
    seconds = parse_seconds(layout)
    lengths = select_parts(
        frame, seconds=pl.when(seconds.abs() <= LONGEST_RUN).then(seconds), text=join_lengths(layout)
    )
    microseconds = (pl.col("seconds") * 1e6).round().cast(pl.Int64).cast(pl.Duration("us"))
    end = started["instant"] + lengths.select(microseconds)["seconds"]
    day = own["day"].zip_with(own["day"].is_not_null(), started["day"])
    cells = build_cells(frame, layout, COLUMNS, numbers=(*INTEGER_COLUMNS, *NUMBER_COLUMNS)).with_columns(
        started_at=started["instant"],
        finished_at=finished["instant"].zip_with(finished["text"].is_not_null(), end),
        _started_at=started["text"].set(started["day"].is_not_null(), None),
        _finished_at=finished["text"].zip_with(finished["text"].is_not_null(), lengths["text"]),
        day_on=day.zip_with(day.is_not_null(), finished["day"]),
    )
    stated = pl.when(pl.col("state").is_in(ENDED_STATES)).then(lengths["seconds"].round().cast(pl.Int64))
    return (
        build_run_rows(cells)
        .with_columns(seconds=pl.coalesce("seconds", stated))
        .with_columns(
            # The day of an end, or a length without a start, tells no instant, and is none that cannot be read.
            _finished_at=pl.when(finished["day"].is_null() & finished["text"].is_not_null()).then("_finished_at"),
            _stated_seconds=lengths["seconds"],
            _is_unread=lengths["text"].is_not_null() & lengths["seconds"].is_null(),
            _no_day=own["text"].is_not_null() & own["day"].is_null(),
        )
    )


IMPORTER = MappedRuns()
