"""Any table of labels and reviews, read by a mapping; the rows are built and checked as those of our own file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

import polars as pl

from dashboard.importers.contract import NO_DATE, Batch, Head, Reading, Settings, Source
from dashboard.importers.frames.event_rows import (
    COLUMNS,
    FLAG_COLUMNS,
    INTEGER_COLUMNS,
    NUMBER_COLUMNS,
    EventUnitCheck,
    build_event_rows,
    list_event_rejections,
)
from dashboard.importers.frames.label_records import NAMELESS_WARNING, NO_GAP_WARNING, UNTIMED_WARNING
from dashboard.importers.frames.label_values import GAP_RULE, NAMELESS
from dashboard.importers.mapped_cells import MappedLayout, build_reading, resolve_layout
from dashboard.importers.mapped_parts import LENGTH_PARTS
from dashboard.importers.mapped_rows import (
    build_cells,
    count_open_words,
    describe_lacking,
    describe_open_words,
    describe_shifts,
    name_used_columns,
    read_moment,
    read_own_days,
)
from dashboard.importers.table import split_batch
from dashboard.schemas import Kind, conform_frame
from dashboard.units import format_count

VERDICTS: Final = ("accepted", "rejected", "fixed")
MACHINE_METHODS: Final = ("automatic", "imported", "weak", "synthetic")
LACKS: Final = {  # parts of which none is mapped -> what such a table does not tell
    ("person", "email"): "who made a label",
    (*LENGTH_PARTS, "started_at", "start_time"): "how long it took",
    ("method",): "how it was made (kept as unknown, not as manual)",
    ("outcome", "stage"): "whether it was reviewed or accepted",
    ("suggestion",): "whether a suggestion was kept",
}


class MappedLabeling:
    """A table of labels that no importer knows; it needs a mapping."""

    name = "generic_labeling"
    tool = "generic_labeling"
    title = "Table of labels with a column mapping"
    kind: Kind = "labeling_event"
    has_local_ids = True

    def can_read(self, head: Head) -> bool:  # noqa: ARG002 - only the mapping matters
        """Return False: only a mapping selects this importer."""
        return False

    def read(self, source: Source, settings: Settings) -> Reading:
        """Read the events with `settings.mapping`.

        Raises:
            BadMapping: the mapping does not fit the file.
            QuestionNeeded: the zone, the order of dates or the decimal sign is ambiguous.
        """
        layout = resolve_layout(source, settings)
        counts: Counter[str] = Counter()
        open_words: Counter[tuple[str, str]] = Counter()
        is_anonymous = settings.person is None and not layout.has("person", "email")
        return build_reading(
            source,
            layout,
            name_used_columns(layout),
            _read_batches(source, layout, counts, open_words, is_anonymous=is_anonymous),
            describe_lacking(layout, LACKS),
            lambda: (
                *(f"{sentence}: {format_count(count)}." for sentence, count in counts.items() if count),
                *describe_open_words(open_words),
                *describe_shifts(layout),
            ),
        )


def _read_batches(
    source: Source,
    layout: MappedLayout,
    counts: Counter[str],
    open_words: Counter[tuple[str, str]],
    *,
    is_anonymous: bool,
) -> Iterator[Batch]:
    names = {*layout.columns, *(["seconds"] if layout.has(*LENGTH_PARTS) else [])}
    rejections = [(pl.col("_is_unread"), NO_DATE), *list_event_rejections(names)]
    check_unit = EventUnitCheck()
    for frame, structural in source.frames():
        rows = _build_rows(frame, layout)
        check_unit.add_rows(rows)
        count_open_words(rows, layout, open_words)
        if is_anonymous:
            rows = _name_nobody(rows, counts)
        batch = split_batch(rows, rejections, "labeling_event", structural, frame.drop("_line"))
        if layout.tells("outcome") and not layout.tells("stage"):
            batch = _split_verdicts(batch)
        is_untimed = (pl.col("stage") == "annotate") & (pl.col("time_kind") == "none")
        counts[UNTIMED_WARNING] += batch.accepted.filter(is_untimed).height
        yield batch


def _build_rows(frame: pl.DataFrame, layout: MappedLayout) -> pl.DataFrame:
    """Return the rows of `build_event_rows`; a table may give only the day of a label, or only its start."""
    started = read_moment(frame, layout, "started_at", "start_time")
    finished = read_moment(frame, layout, "finished_at", "finished_time")
    own = read_own_days(frame, layout)
    numbers = (*INTEGER_COLUMNS, *NUMBER_COLUMNS)
    cells = build_cells(frame, layout, COLUMNS, numbers=numbers, flags=FLAG_COLUMNS)
    day = own["day"].zip_with(own["day"].is_not_null(), finished["day"])
    cells = cells.with_columns(
        finished_at=finished["instant"],
        started_at=started["instant"],
        _started_at=started["text"].set(started["day"].is_not_null(), None),
        day_on=day.zip_with(day.is_not_null(), started["day"]),
    )
    unread = [texts["text"].is_not_null() & texts["day"].is_null() for texts in (own, finished)]
    rows = build_event_rows(cells).with_columns(_is_unread=unread[0] | unread[1])
    return rows if layout.has(*LENGTH_PARTS, "started_at", "start_time") else _mark_stamped(rows)


def _split_verdicts(batch: Batch) -> Batch:
    """Return the rows of a table without stages with each verdict as a review of its own, of the label that it is on.

    Who reviewed it, when and in what time is not known.
    """
    has_verdict = pl.col("outcome").is_in(VERDICTS)
    own_name = pl.concat_str("item", "person", separator=" ", ignore_nulls=True)  # the same before it was reviewed
    named = batch.accepted.with_columns(annotation=pl.coalesce("annotation", "native_id", own_name))
    reviews = named.filter(has_verdict).select(
        "line", "item", "dataset", "project", "day_on", "outcome",
        native_id=pl.col("native_id") + " review",
        about="annotation",
        stage=pl.lit("review"),
        method=pl.lit("unknown"),
        suggestion=pl.lit("unknown"),
        time_kind=pl.lit("none"),
    )  # fmt: skip
    labels = named.with_columns(outcome=pl.when(has_verdict).then(pl.lit("submitted")).otherwise("outcome"))
    accepted = pl.concat([labels, conform_frame(reviews, "labeling_event")]).sort("line", maintain_order=True)
    return Batch(accepted.height + batch.bad.height, accepted, batch.bad, second_rows=reviews.height)


def _mark_stamped(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the labels of which only the completion is known as those whose time is derived from gaps."""
    is_stamped = pl.col("finished_at").is_not_null() & (pl.col("stage") == "annotate")
    is_stamped &= ~pl.col("method").is_in(MACHINE_METHODS)
    return rows.with_columns(
        time_kind=pl.when(is_stamped).then(pl.lit("gap-derived")).otherwise("time_kind"),
        idle_rule=pl.when(is_stamped).then(pl.lit(GAP_RULE)).otherwise("idle_rule"),
    )


def _name_nobody(rows: pl.DataFrame, counts: Counter[str]) -> pl.DataFrame:
    """Return the rows of a table without people as those of one unnamed annotator, but for what machines made."""
    is_by_person = ~pl.col("method").is_in(MACHINE_METHODS)
    is_gap = is_by_person & (pl.col("time_kind") == "gap-derived")
    by_person, gaps = rows.select(by_person=is_by_person.sum(), gaps=is_gap.sum()).row(0)
    counts[NAMELESS_WARNING] += by_person
    counts[NO_GAP_WARNING] += gaps
    return rows.with_columns(
        person=pl.when(is_by_person).then(pl.lit(NAMELESS)).otherwise("person"),
        time_kind=pl.when(is_gap).then(pl.lit("none")).otherwise("time_kind"),
        idle_rule=pl.when(is_gap).then(None).otherwise("idle_rule"),
    )


IMPORTER = MappedLabeling()
