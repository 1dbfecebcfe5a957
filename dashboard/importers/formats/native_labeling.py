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
from dashboard.importers.columns.numbers import parse_number
from dashboard.importers.columns.text import clean_text
from dashboard.importers.contract import (
    END_BEFORE_START,
    LONGEST_SECONDS,
    TOO_LONG,
    Batch,
    FileColumn,
    Head,
    Importer,
    Reading,
    Settings,
    Source,
    list_day_rejections,
    list_length_rejections,
)
from dashboard.importers.frames.label_values import GAP_RULE
from dashboard.importers.table import match_columns, split_batch
from dashboard.schemas import OUTCOMES, TIME_KINDS, Kind

REQUIRED_COLUMNS = frozenset({"item", "person", "method", "finished_at"})
TEXT_COLUMNS = (
    "item",
    "person",
    "email",
    "project",
    "dataset",
    "label_kind",
    "model",
    "currency",
    "automation",
    "answer",
    "annotation",
    "about",
)
ALLOWED_WORDS = {  # column -> allowed words
    "method": (
        "manual",
        "pre-annotated",
        "automatic",
        "active_learning",
        "weak",
        "synthetic",
        "imported",
        "unknown",
    ),
    "stage": ("annotate", "review", "rework", "adjudicate"),
    "outcome": OUTCOMES,
    "suggestion": ("unchanged", "edited", "rejected", "none", "unknown"),
    "time_kind": TIME_KINDS,
}
INTEGER_COLUMNS = ("objects", "tokens")
NUMBER_COLUMNS = ("seconds", "difficulty", "gold_score", "agreement", "edit_share", "cost", "media_seconds")
FLAG_COLUMNS = ("holdout", "eligible")
LENGTHS = {"seconds": "milliseconds", "media_seconds": "media_milliseconds"}  # column of the file -> of the store
INSTANT_COLUMNS = ("started_at", "finished_at")
COLUMNS = {
    name: (name,)
    for name in (*TEXT_COLUMNS, *ALLOWED_WORDS, *INTEGER_COLUMNS, *NUMBER_COLUMNS, *FLAG_COLUMNS, *INSTANT_COLUMNS)
} | {"native_id": ("id", "native_id")}
YES_NO = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
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
NO_ITEM = "no item"
NO_START = "no start that can be read"
MAX_NUMBER = 2.0**62
IDLE_RULE = "start to end, idle not cut"


class NativeLabeling:
    """The documented table of labeling events."""

    name = "native_labeling"
    tool = "native_labeling"
    title = "Labeltime labeling events (CSV)"
    kind: Kind = "labeling_event"

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
    for frame, structural in source.frames():
        batch = split_batch(
            _build_rows(frame, columns, clock),
            _list_rejections(columns),
            "labeling_event",
            structural,
            frame.drop("_line"),
        )
        untimed["Events without a length, kept as unknown, not zero"] += batch.accepted["milliseconds"].null_count()
        yield batch


def _build_rows(frame: pl.DataFrame, columns: Mapping[str, str], clock: InstantReader) -> pl.DataFrame:
    empty_cell = pl.lit(None, dtype=pl.String)
    cells = frame.select(
        "_line",
        *((clean_text(pl.col(columns[name])) if name in columns else empty_cell).alias(name) for name in COLUMNS),
    )
    instant_columns = {name: clock.utc(cells[name]).alias(name) for name in INSTANT_COLUMNS}
    return cells.select(
        "_line",
        *(pl.col(name).alias(f"_{name}") for name in (*INTEGER_COLUMNS, *NUMBER_COLUMNS, *FLAG_COLUMNS, "started_at")),
        "native_id",
        *TEXT_COLUMNS,
        *_parse_words(),
        *(_parse_integer(name).alias(name) for name in INTEGER_COLUMNS),
        *(_parse_bounded(name).alias(name) for name in NUMBER_COLUMNS if name != "seconds"),
        *(_parse_flag(name) for name in FLAG_COLUMNS),
        *instant_columns.values(),
        (_parse_bounded("media_seconds") * 1000).round().cast(pl.Int64, strict=False).alias("media_milliseconds"),
        pl.when(pl.col("edit_share").is_not_null()).then(pl.lit("stated")).alias("edit_basis"),
        clock.days(cells["finished_at"]).alias("day_on"),
        (_parse_bounded("seconds") * 1000).round().cast(pl.Int64, strict=False).alias("milliseconds"),
        _name_time_kind(_parse_word("time_kind")).alias("time_kind"),
    ).with_columns(_fill_lengths())


def _name_time_kind(stated: pl.Expr) -> pl.Expr:
    """Return what the seconds are: as stated, where that agrees with whether there are any."""
    without_seconds = pl.when(stated.is_in(["reported", "start-end"])).then(pl.lit("none")).otherwise(stated)
    with_seconds = pl.when(stated == "none").then(pl.lit("reported")).otherwise(stated)
    return (
        pl.when(pl.col("seconds").is_null())
        .then(without_seconds.fill_null("none"))
        .otherwise(with_seconds.fill_null("reported"))
    )


def _fill_lengths() -> list[pl.Expr]:
    """Use the time between the instants where no seconds are given; equal instants give no time."""
    span = (pl.col("finished_at") - pl.col("started_at")).dt.total_milliseconds()
    is_unstated = (pl.col("time_kind") == "none") & span.is_between(1, LONGEST_SECONDS * 1000)
    return [
        pl.when(is_unstated).then(span).otherwise("milliseconds").alias("milliseconds"),
        pl.when(is_unstated).then(pl.lit("start-end")).otherwise("time_kind").alias("time_kind"),
        pl.when(is_unstated)
        .then(pl.lit(IDLE_RULE))
        .when((pl.col("time_kind") == "gap-derived") & pl.col("milliseconds").is_null())
        .then(pl.lit(GAP_RULE))
        .alias("idle_rule"),
    ]


def _parse_bounded(name: str) -> pl.Expr:
    value = parse_number(pl.col(name), ".")
    return pl.when(value.abs() < MAX_NUMBER / 1000).then(value)


def _parse_integer(name: str) -> pl.Expr:
    value = _parse_bounded(name)
    return pl.when(value == value.round()).then(value.cast(pl.Int64, strict=False))


def _parse_flag(name: str) -> pl.Expr:
    words = pl.col(name).str.to_lowercase()
    return words.replace_strict(YES_NO, default=None, return_dtype=pl.Boolean).alias(name)


def _parse_words() -> list[pl.Expr]:
    """Parse the columns with a fixed set of words, however their blanks are written."""
    values = {name: _parse_word(name) for name in ALLOWED_WORDS}
    method = values["method"].fill_null("unknown")
    default_suggestion = pl.when(method == "manual").then(pl.lit("none")).otherwise(pl.lit("unknown"))
    return [
        method.alias("method"),
        values["stage"].fill_null("annotate").alias("stage"),
        values["outcome"].fill_null("submitted").alias("outcome"),
        values["suggestion"].fill_null(default_suggestion).alias("suggestion"),
    ]


def _parse_word(name: str) -> pl.Expr:
    text = pl.col(name).str.to_lowercase().str.replace_all("[ _-]+", "_")
    return text.replace({word.replace("-", "_"): word for word in ALLOWED_WORDS[name]})


def _list_rejections(columns: Mapping[str, str]) -> list[tuple[pl.Expr, str]]:
    length_rules = list_length_rejections(pl.col("milliseconds"))[:-1]
    too_long = pl.col("milliseconds") > LONGEST_SECONDS * 1000
    parsed_columns = [
        name for name in (*INTEGER_COLUMNS, *NUMBER_COLUMNS, *FLAG_COLUMNS) if name in columns and name != "seconds"
    ]
    is_start_unreadable = pl.col("_started_at").is_not_null() & pl.col("started_at").is_null()
    return [
        (pl.col("item").is_null(), NO_ITEM),
        *list_day_rejections(pl.col("finished_at").dt.date()),
        (is_start_unreadable, NO_START),
        (pl.col("finished_at") < pl.col("started_at"), END_BEFORE_START),
        *((pl.col("_seconds").is_not_null() & condition, reason) for condition, reason in length_rules),
        (too_long, TOO_LONG),
        *((~pl.col(name).is_in(words), f"{name} not known") for name, words in ALLOWED_WORDS.items()),
        *(
            (pl.col(f"_{name}").is_not_null() & pl.col(name).is_null(), f"{name} cannot be read")
            for name in parsed_columns
        ),
        (pl.col("objects") < 0, "negative number of objects"),
        (~pl.col("edit_share").is_between(0, 1), "edit_share is not from 0 to 1"),
        (pl.col("media_milliseconds") < 0, "negative media_seconds"),
    ]


IMPORTER: Importer = NativeLabeling()
