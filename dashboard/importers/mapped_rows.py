"""What the rows of mapped labels and runs have in common: cells in the form of our own files, moments and lengths."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import polars as pl

from dashboard.errors import join_quotes
from dashboard.importers.columns.dates import parse_day
from dashboard.importers.columns.durations import BareUnit, parse_duration
from dashboard.importers.columns.iso import resolve_instants
from dashboard.importers.columns.numbers import parse_number
from dashboard.importers.columns.zones import describe_dst_shifts
from dashboard.importers.generic_mapping import CLOCKS, find_kind, fold_value, list_values
from dashboard.importers.mapped_cells import (
    NO_WORDS,
    YES_WORDS,
    MappedLayout,
    coalesce_lengths,
    parse_moments,
    select_parts,
)
from dashboard.importers.mapped_parts import LENGTH_PARTS, WORDS

MOST_QUOTED: Final = 5  # words in a sentence
SECONDS_IN: Final = {"hours": 3600.0, "minutes": 60.0, "seconds": 1.0, "milliseconds": 0.001}
_CANONICAL: Final = {**dict.fromkeys(LENGTH_PARTS, "seconds"), **{clock: moment for moment, clock in CLOCKS.items()}}


def name_used_columns(layout: MappedLayout) -> dict[str, str]:
    """Return column of the file -> canonical column."""
    return {column: _CANONICAL.get(part, part) for part, column in layout.columns.items()}


def describe_lacking(layout: MappedLayout, lacks: Mapping[tuple[str, ...], str]) -> tuple[str, ...]:
    """Return a sentence on what the mapped columns do not tell, where there is something."""
    missing = [words for parts, words in lacks.items() if not layout.tells(*parts)]
    return (f"No mapped column tells: {'; '.join(missing)}.",) if missing else ()


def read_value(layout: MappedLayout, part: str) -> pl.Expr:
    """Return the text of a part, or what the mapping says that it means; a word as our own files write it."""
    words = {fold_value(word): word for word in WORDS.get(find_kind(layout.mapping), {}).get(part, ())}
    meanings = words | list_values(layout.mapping, part)
    text = layout.text(part)
    if not meanings:
        return text
    folded = text.str.replace_all(r"[\s_-]+", " ").str.strip_chars().str.to_lowercase()
    meaning = folded.replace_strict(meanings, default=None, return_dtype=pl.String)
    return pl.coalesce(meaning, text, pl.lit(meanings.get(""), dtype=pl.String))


def count_open_words(rows: pl.DataFrame, layout: MappedLayout, counts: Counter[tuple[str, str]]) -> None:
    """Count the words of mapped parts that are none of those allowed, as (part, word)."""
    for part, words in WORDS.get(find_kind(layout.mapping), {}).items():
        if layout.has(part):
            unknown = rows.filter(~pl.col(part).is_in(words))[part].value_counts()
            counts.update({(part, word): count for word, count in unknown.iter_rows()})


def describe_open_words(counts: Counter[tuple[str, str]]) -> Iterator[str]:
    """Yield a sentence on the words of each part that the mapping leaves open, the most frequent ones first."""
    parts: dict[str, list[str]] = {}
    for (part, word), _ in counts.most_common():
        parts.setdefault(part, []).append(f'"{word}"')
    for part, words in parts.items():
        yield f"The mapping does not say what these words of {part} mean: {join_quotes(words, MOST_QUOTED)}."


def build_cells(
    frame: pl.DataFrame,
    layout: MappedLayout,
    names: Iterable[str],
    *,
    numbers: Sequence[str] = (),
    flags: Sequence[str] = (),
) -> pl.DataFrame:
    """Return the texts of the canonical columns `names` as our own files have them, and `_line`."""
    cells = {name: read_value(layout, name) for name in names}
    for name in numbers:
        number = parse_number(cells[name], layout.decimal).cast(pl.String)
        cells[name] = cells[name] if layout.decimal == "." else pl.coalesce(number, cells[name])
    for name in flags:
        word = cells[name].str.to_lowercase()
        yes_no = pl.when(word.is_in(YES_WORDS)).then(pl.lit("true")).when(word.is_in(NO_WORDS)).then(pl.lit("false"))
        cells[name] = yes_no.otherwise(cells[name])
    if "seconds" in cells:  # what cannot be read stays as it is, to be rejected
        cells["seconds"] = pl.coalesce(parse_seconds(layout).cast(pl.String), join_lengths(layout))
    return frame.select("_line", **cells)


def join_lengths(layout: MappedLayout) -> pl.Expr:
    """Return the first text of a length in each row."""
    return pl.coalesce(layout.text(part) for part in LENGTH_PARTS)


def parse_seconds(layout: MappedLayout) -> pl.Expr:
    """Return the length of each row in seconds, with its fraction; null where there is none that can be read."""
    lengths = {part: _parse_length(layout, part) for part in LENGTH_PARTS if layout.has(part)}
    return coalesce_lengths(layout, lengths) if lengths else pl.lit(None, dtype=pl.Float64)


def _parse_length(layout: MappedLayout, part: str) -> pl.Expr:
    unit = part if part in SECONDS_IN else layout.mapping.get("_duration_unit", "seconds")
    units: dict[str, BareUnit] = {"hours": "hours", "minutes": "minutes", "seconds": "seconds"}
    number = parse_number(layout.text(part), layout.decimal) * SECONDS_IN[unit]
    bare = layout.bare if part == "duration" else units.get(unit)
    return pl.coalesce(number, parse_duration(layout.text(part), bare=bare, decimal=layout.decimal).cast(pl.Float64))


def read_moment(frame: pl.DataFrame, layout: MappedLayout, moment_part: str, clock_part: str) -> pl.DataFrame:
    """Return `instant` (UTC), `day` as written, and the `text` that gives them; a cell may hold the day alone."""
    parts = parse_moments(frame, layout, moment_part, "day_on", clock_part)
    layout.local_times.append(parts["local"].filter(parts["local"].is_not_null() & parts["offset"].is_null()))
    texts = select_parts(
        frame,
        text=pl.coalesce(layout.text(moment_part), layout.text(clock_part)),
        own_day=parse_day(layout.text(moment_part), layout.order),
    )
    instants = resolve_instants(parts, layout.zone).select(instant="started_at")
    return pl.concat([instants, texts, parts.select("local")], how="horizontal").select(
        "instant", "text", day=pl.coalesce(pl.col("local").dt.date(), "own_day")
    )


def read_own_days(frame: pl.DataFrame, layout: MappedLayout) -> pl.DataFrame:
    """Return `day`, of the column that is mapped as the day, and its `text`."""
    return select_parts(frame, text=layout.text("day_on"), day=parse_day(layout.text("day_on"), layout.order))


def describe_shifts(layout: MappedLayout) -> tuple[str, ...]:
    """Return sentences on local times, of those read, that were skipped or repeated when clocks changed."""
    if not (layout.zone and layout.local_times):
        return ()
    return tuple(describe_dst_shifts(pl.concat(layout.local_times), layout.zone))
