"""Labeltime's own `labeling_events` CSV: for scripts, and for tools that have no importer.

Columns in any order and case: item, person (empty for a machine), method (empty for
unknown) and finished_at (ISO, with an offset or in the zone that is said); and if wanted
seconds (empty for unknown), started_at, stage, outcome, project, dataset, label_kind,
objects, difficulty, suggestion, automation, holdout, eligible (true or false),
gold_score, agreement, model, tokens, cost, currency, answer, email, id. Numbers have a decimal
point. Without a stage it is annotate, without an outcome submitted; the suggestion is
none for manual work, else unknown. Without seconds the time runs from started_at to
finished_at, where both are there and differ; idle time is then in it, and is said to be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import polars as pl

from dashboard.importers import reasons, table
from dashboard.importers.columns import instants, iso, numbers, text
from dashboard.importers.contract import Batch, Head, Importer, Reading, Settings, Source
from dashboard.schemas import Kind

REQUIRED = frozenset({"item", "person", "method", "finished_at"})
TEXTS = (
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
)
WORDS = {  # column -> what may stand in it
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
    "outcome": ("submitted", "skipped", "cancelled", "accepted", "rejected", "fixed", "draft", "deleted"),
    "suggestion": ("unchanged", "edited", "rejected", "none", "unknown"),
}
WHOLE = ("objects", "tokens")
FRACTIONS = ("seconds", "difficulty", "gold_score", "agreement", "cost")
FLAGS = ("holdout", "eligible")
STAMPS = ("started_at", "finished_at")
COLUMNS = {name: (name,) for name in (*TEXTS, *WORDS, *WHOLE, *FRACTIONS, *FLAGS, *STAMPS)} | {
    "native_id": ("id", "native_id")
}
YES_NO = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
NO_ITEM = "no item"
NO_START = "no start that can be read"
LARGEST = 2.0**62
IDLE_RULE = "start to end, idle not cut"


class NativeLabeling:
    """The documented table of labeling events."""

    name = "native_labeling"
    title = "Labeltime labeling events (CSV)"
    kind: Kind = "labeling_event"

    def recognises(self, head: Head) -> bool:
        """Tell by the required columns."""
        return head.shape == "table" and {title.casefold() for title in head.header} >= REQUIRED

    def read(self, source: Source, settings: Settings) -> Reading:
        """Read the events; while reading, an instant without an offset asks for the zone (`QuestionNeeded`)."""
        head = source.head()
        columns = table.columns_by_name(head.header, COLUMNS)
        used = {title: "milliseconds" if name == "seconds" else name for name, title in columns.items()}
        unused = tuple(dict.fromkeys(title for title in head.header if title not in used))
        is_local = any(iso.has_local(head.sample[columns[name]]) for name in STAMPS if name in columns)
        clock = instants.Clock(self.title, settings.zone)
        untimed: Counter[str] = Counter()
        return Reading(
            batches=_batches(source, columns, clock, untimed),
            columns=used,
            unused=unused,
            zone=settings.zone if is_local else None,
            date_order="year-month-day",
            encoding=source.encoding,
            warnings=(f"Columns not used: {', '.join(unused)}.",) if unused else (),
            closing=lambda: (*(f"{what}: {count}." for what, count in untimed.items() if count), *clock.notes()),
        )


def _batches(
    source: Source, columns: Mapping[str, str], clock: instants.Clock, untimed: Counter[str]
) -> Iterator[Batch]:
    for frame, structural in source.frames():
        batch = table.split(
            _rows(frame, columns, clock), _refusals(columns), "labeling_event", structural, frame.drop("_line")
        )
        untimed["Events without a length, kept as unknown, not zero"] += batch.accepted["milliseconds"].null_count()
        yield batch


def _rows(frame: pl.DataFrame, columns: Mapping[str, str], clock: instants.Clock) -> pl.DataFrame:
    nothing = pl.lit(None, dtype=pl.String)
    told = frame.select(
        "_line", *((text.clean(pl.col(columns[name])) if name in columns else nothing).alias(name) for name in COLUMNS)
    )
    at = {name: clock.utc(told[name]).alias(name) for name in STAMPS}
    return told.select(
        "_line",
        *(pl.col(name).alias(f"_{name}") for name in (*WHOLE, *FRACTIONS, *FLAGS, "started_at")),
        "native_id",
        *TEXTS,
        *_words(),
        *(_whole(name).alias(name) for name in WHOLE),
        *(_number(name).alias(name) for name in FRACTIONS if name != "seconds"),
        *(_yes_no(name) for name in FLAGS),
        *at.values(),
        clock.days(told["finished_at"]).alias("day_on"),
        (_number("seconds") * 1000).round().cast(pl.Int64, strict=False).alias("milliseconds"),
        pl.when(pl.col("seconds").is_null()).then(pl.lit("none")).otherwise(pl.lit("reported")).alias("time_kind"),
    ).with_columns(_from_start_to_end())


def _from_start_to_end() -> list[pl.Expr]:
    """Take the time between the instants where no seconds are said; one instant for both tells no time."""
    between = (pl.col("finished_at") - pl.col("started_at")).dt.total_milliseconds()
    is_open = (pl.col("time_kind") == "none") & between.is_between(1, reasons.LONGEST_SECONDS * 1000)
    return [
        pl.when(is_open).then(between).otherwise("milliseconds").alias("milliseconds"),
        pl.when(is_open).then(pl.lit("start-end")).otherwise("time_kind").alias("time_kind"),
        pl.when(is_open).then(pl.lit(IDLE_RULE)).alias("idle_rule"),
    ]


def _number(name: str) -> pl.Expr:
    value = numbers.number(pl.col(name), ".")
    return pl.when(value.abs() < LARGEST / 1000).then(value)


def _whole(name: str) -> pl.Expr:
    value = _number(name)
    return pl.when(value == value.round()).then(value.cast(pl.Int64, strict=False))


def _yes_no(name: str) -> pl.Expr:
    words = pl.col(name).str.to_lowercase()
    return words.replace_strict(YES_NO, default=None, return_dtype=pl.Boolean).alias(name)


def _words() -> list[pl.Expr]:
    """Read the columns that hold one of a few words, whichever way their blanks are written."""
    told = {name: pl.col(name).str.to_lowercase().str.replace_all("[ _-]+", "_") for name in WORDS}
    plain = {name: told[name].replace({word.replace("-", "_"): word for word in WORDS[name]}) for name in WORDS}
    method = plain["method"].fill_null("unknown")
    unsaid = pl.when(method == "manual").then(pl.lit("none")).otherwise(pl.lit("unknown"))
    return [
        method.alias("method"),
        plain["stage"].fill_null("annotate").alias("stage"),
        plain["outcome"].fill_null("submitted").alias("outcome"),
        plain["suggestion"].fill_null(unsaid).alias("suggestion"),
    ]


def _refusals(columns: Mapping[str, str]) -> list[tuple[pl.Expr, str]]:
    times = reasons.length_reasons(pl.col("milliseconds"))[:-1]
    too_long = pl.col("milliseconds") > reasons.LONGEST_SECONDS * 1000
    read = [name for name in (*WHOLE, *FRACTIONS, *FLAGS) if name in columns and name != "seconds"]
    start_unread = pl.col("_started_at").is_not_null() & pl.col("started_at").is_null()
    return [
        (pl.col("item").is_null(), NO_ITEM),
        *reasons.day_reasons(pl.col("finished_at").dt.date()),
        (start_unread, NO_START),
        (pl.col("finished_at") < pl.col("started_at"), reasons.END_BEFORE_START),
        *((pl.col("_seconds").is_not_null() & found, reason) for found, reason in times),
        (too_long, reasons.TOO_LONG),
        *((~pl.col(name).is_in(words), f"{name} not known") for name, words in WORDS.items()),
        *((pl.col(f"_{name}").is_not_null() & pl.col(name).is_null(), f"{name} cannot be read") for name in read),
        (pl.col("objects") < 0, "fewer than no objects"),
    ]


IMPORTER: Importer = NativeLabeling()
