"""A mapping guessed for a table without titles, from what its cells hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from dashboard.importers.cell_contents import holds_clocks, holds_content, match_words
from dashboard.importers.mapped_parts import WORDS
from dashboard.importers.table import name_places
from dashboard.schemas import Kind

FILE_NAME: Final = r"(?i)\.(png|jpe?g|gif|bmp|tiff?|webp|txt|json|xml|pdf|wav|mp3|mp4|avi|mov|dcm|nii|pcd|las)$"
WORD_PARTS: Final = ("stage", "outcome", "method", "suggestion")


@dataclass
class Places:
    """The columns of a table by what they hold, in their order."""

    instants: list[str] = field(default_factory=list)
    days: list[str] = field(default_factory=list)
    clocks: list[str] = field(default_factory=list)
    lengths: list[str] = field(default_factory=list)  # with units or colons
    numbers: list[str] = field(default_factory=list)
    counters: list[str] = field(default_factory=list)  # whole numbers that only grow: ids rather than lengths
    texts: list[str] = field(default_factory=list)


def is_numbered(header: Sequence[str]) -> bool:
    """Return whether the columns of a table are named by their places."""
    return bool(header) and tuple(header) == name_places(len(header))


def choose_kind_by_cells(sample: pl.DataFrame) -> Kind:
    """Return what the rows of a table without titles probably are: labels where a column names files or verdicts."""
    places = _sort_columns(sample)
    has_words = any(_match_word(sample, "labeling_event", column) for column in places.texts)
    has_files = any(_name_files(sample[column]) for column in places.texts)
    return "labeling_event" if has_words or has_files else "time_entry"


def match_places(sample: pl.DataFrame, kind: Kind) -> dict[str, str]:
    """Return part -> column, for a table whose columns are named by their places."""
    places = _sort_columns(sample)
    if kind == "experiment_run":
        subjects = {"run": places.texts[:1] or places.counters[:1]}
        amounts = {"value": places.numbers[:1], "labels_used": places.numbers[1:2]}
        columns = (
            subjects | amounts | _match_moments(places, "started_at", "finished_at") | {"duration": places.lengths[:1]}
        )
    elif kind == "labeling_event":
        columns = _match_labels(sample, places)
    else:
        texts = {"person": places.texts[:1], "project": places.texts[1:2], "description": places.texts[2:3]}
        columns = texts | _match_moments(places, "started_at", "ended_at")
        columns["duration"] = places.lengths[:1] or places.numbers[:1]
    return {part: names[0] for part, names in columns.items() if names}


def _match_labels(sample: pl.DataFrame, places: Places) -> dict[str, list[str]]:
    columns: dict[str, list[str]] = {}
    texts = list(places.texts)
    for column in places.texts:
        part = _match_word(sample, "labeling_event", column)
        if part is not None and part not in columns:
            columns[part] = [column]
            texts.remove(column)
    by_variety = sorted(texts, key=lambda column: (not _name_files(sample[column]), -sample[column].n_unique()))
    is_person = len(texts) == 1 and not _name_files(sample[texts[0]]) and bool(places.counters)
    columns["item"] = ([] if is_person else by_variety[:1]) or places.counters[:1] or places.numbers[:1]
    texts = [column for column in texts if column not in columns["item"]]
    columns |= {"person": texts[:1], "answer": texts[1:2]}
    lengths = [column for column in (*places.lengths, *places.numbers) if column not in columns["item"]]
    moments = (
        _match_moments(places, "started_at", "finished_at")
        if places.instants[1:]
        else {
            "finished_at": places.instants[:1],
            "day_on": [] if places.instants else places.days[:1],
            "finished_time": [] if places.instants else places.clocks[:1],
        }
    )
    return columns | moments | {"duration": lengths[:1]}


def _match_moments(places: Places, start: str, end: str) -> dict[str, list[str]]:
    """Return the columns of the start and the end, each as an instant, or as a day and times of day."""
    if places.instants:
        return {start: places.instants[:1], end: places.instants[1:2]}
    clocks = {
        "start_time": places.clocks[:1],
        f"{end.removesuffix('ed_at').removesuffix('_at')}_time": places.clocks[1:2],
    }
    return {"day_on": places.days[:1]} | (clocks if places.days else {})


def _match_word(sample: pl.DataFrame, kind: Kind, column: str) -> str | None:
    """Return the part that all texts of a column are words of."""
    texts = sample[column].unique().drop_nulls().to_list()
    texts = [text for text in texts if text.strip()]
    for part in WORD_PARTS if texts else ():
        if part in WORDS[kind] and None not in match_words(kind, part, texts).values():
            return part
    return None


def _name_files(cells: pl.Series) -> bool:
    return bool(cells.str.contains(FILE_NAME).any())


def _sort_columns(sample: pl.DataFrame) -> Places:
    places = Places()
    for column in sample.columns:
        cells = sample[column].filter(sample[column].str.strip_chars() != "")
        if cells.is_empty():
            continue
        if holds_clocks(cells):
            places.clocks.append(column)
        elif holds_content(cells, "number"):
            places.instants.append(column) if holds_content(cells, "instant") else _add_number(places, column, cells)
        elif holds_content(cells, "day"):
            is_instant = bool(cells.str.contains(r"\d(?:[Tt]|,?\s)\d{1,2}[:.h]\d{2}").any())
            (places.instants if is_instant else places.days).append(column)
        elif holds_content(cells, "instant"):
            places.instants.append(column)
        elif holds_content(cells, "length"):
            places.lengths.append(column)
        else:
            places.texts.append(column)
    return places


def _add_number(places: Places, column: str, cells: pl.Series) -> None:
    numbers = cells.str.strip_chars().cast(pl.Int64, strict=False)
    is_counter = numbers.null_count() == 0 and len(numbers) > 1 and bool((numbers.diff().drop_nulls() > 0).all())
    (places.counters if is_counter else places.numbers).append(column)
