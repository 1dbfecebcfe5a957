"""Labeling events in the columns of our own file: which words and numbers they may hold, and how rows are checked."""

from __future__ import annotations

from collections.abc import Container

import polars as pl

from dashboard.errors import WrongUnit
from dashboard.importers.columns.numbers import parse_number
from dashboard.importers.contract import (
    END_BEFORE_START,
    LONGEST_SECONDS,
    TOO_LONG,
    list_day_rejections,
    list_length_rejections,
)
from dashboard.importers.frames.label_values import GAP_RULE
from dashboard.schemas import OUTCOMES, TIME_KINDS
from dashboard.units import format_count

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
INSTANT_COLUMNS = ("started_at", "finished_at")
COLUMNS = {
    name: (name,)
    for name in (*TEXT_COLUMNS, *ALLOWED_WORDS, *INTEGER_COLUMNS, *NUMBER_COLUMNS, *FLAG_COLUMNS, *INSTANT_COLUMNS)
} | {"native_id": ("id", "native_id")}
YES_NO = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
NO_ITEM = "no item"
NO_START = "no start that can be read"
MAX_NUMBER = 2.0**62
FEWEST_TIMED = 3  # rows that prove a unit
IDLE_RULE = "start to end, idle not cut"


def build_event_rows(cells: pl.DataFrame) -> pl.DataFrame:
    """Return the parsed columns of labeling events, to be judged by `list_event_rejections`.

    `cells` has `_line`, the texts of all `COLUMNS`, but UTC instants as started_at and finished_at, the local day as
    day_on, and the text of the start as `_started_at`.
    """
    return cells.select(
        "_line",
        "_started_at",
        *(pl.col(name).alias(f"_{name}") for name in (*INTEGER_COLUMNS, *NUMBER_COLUMNS, *FLAG_COLUMNS)),
        "native_id",
        *TEXT_COLUMNS,
        *_parse_words(),
        *(_parse_integer(name).alias(name) for name in INTEGER_COLUMNS),
        *(_parse_bounded(name).alias(name) for name in NUMBER_COLUMNS if name != "seconds"),
        *(_parse_flag(name) for name in FLAG_COLUMNS),
        *INSTANT_COLUMNS,
        "day_on",
        (_parse_bounded("media_seconds") * 1000).round().cast(pl.Int64, strict=False).alias("media_milliseconds"),
        pl.when(pl.col("edit_share").is_not_null()).then(pl.lit("stated")).alias("edit_basis"),
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


class EventUnitCheck:
    """Checks the seconds of a file against its clock times, chunk by chunk."""

    def __init__(self) -> None:
        self._timed = pl.DataFrame()

    def add_rows(self, rows: pl.DataFrame) -> None:
        """Raise `WrongUnit` where all seconds of the rows have another unit; too few wait for those of the next."""
        span = (pl.col("finished_at") - pl.col("started_at")).dt.total_milliseconds()
        is_timed = (pl.col("time_kind") == "reported") & (pl.col("stated") > 0) & (pl.col("span") > 0)
        timed = rows.select("time_kind", stated="milliseconds", span=span).filter(is_timed)
        self._timed = pl.concat([self._timed, timed]) if self._timed.height else timed
        if self._timed.height >= FEWEST_TIMED:
            _check_unit(self._timed)
            self._timed = self._timed.clear()


def _check_unit(pairs: pl.DataFrame) -> None:
    """Raise `WrongUnit` when all stated seconds differ from finished_at minus started_at by one factor."""
    for unit in (60.0, 1000.0, 3600.0):
        for factor in (unit, 1 / unit):
            is_fitting = (pl.col("stated") * factor - pl.col("span")).abs() <= pl.col("span") * 0.1
            if pairs.select(is_fitting.all()).item():
                times = f"times {unit:g}" if factor > 1 else f"divided by {unit:g}"
                raise WrongUnit(
                    f'"seconds" {times} is the end minus the start in each of {format_count(pairs.height)} rows: it '
                    "has another unit.",
                    "Give seconds, or leave them out: the end minus the start counts then.",
                )


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


def list_event_rejections(columns: Container[str]) -> list[tuple[pl.Expr, str]]:
    """Return the checks for rows of `build_event_rows`, each with its reason; `columns` are those that a file has."""
    length_rules = list_length_rejections(pl.col("milliseconds"))[:-1]
    too_long = pl.col("milliseconds") > LONGEST_SECONDS * 1000
    parsed_columns = [
        name for name in (*INTEGER_COLUMNS, *NUMBER_COLUMNS, *FLAG_COLUMNS) if name in columns and name != "seconds"
    ]
    is_start_unreadable = pl.col("_started_at").is_not_null() & pl.col("started_at").is_null()
    return [
        (pl.col("item").is_null(), NO_ITEM),
        *list_day_rejections(pl.coalesce(pl.col("finished_at").dt.date(), "day_on")),
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
