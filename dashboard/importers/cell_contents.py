"""What the cells of a column hold, for a mapping that is proposed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import polars as pl

from dashboard.importers.columns.dates import parse_day, parse_timestamp
from dashboard.importers.columns.durations import parse_duration
from dashboard.importers.columns.iso import parse_iso
from dashboard.importers.columns.numbers import parse_number
from dashboard.importers.columns.text import clean_text
from dashboard.importers.generic_mapping import fold_value, normalize_title
from dashboard.importers.mapped_cells import NO_WORDS, YES_WORDS, parse_epochs
from dashboard.importers.mapped_parts import MAPPED_KINDS, WORDS, Content
from dashboard.schemas import Kind

READABLE_SHARE: Final = 0.3  # of the cells of a column that has the content of a part; totals are beside them
CLOCK: Final = r"^\d{1,2}[:.h]\d\d([:.]\d\d)?( ?[AaPp]\.?[Mm]\.?)?$"
DAY_ORDERS: Final = ("day-month-year", "month-day-year")


def holds_content(cells: pl.Series, content: Content) -> bool:
    """Return whether enough cells can be read as such content; every text is one, a word is for `match_words`.

    A column of which no cell is known may hold anything, one of empty cells only texts.
    """
    if content in ("text", "word") or cells.is_empty():
        return True
    table = cells.to_frame("cell").select(clean_text(pl.col("cell"))).filter(pl.col("cell").is_not_null())
    return table.height > 0 and float(_flag_readable(table, content).mean() or 0) >= READABLE_SHARE  # type: ignore[arg-type]


def _flag_readable(table: pl.DataFrame, content: Content) -> pl.Series:
    cell = pl.col("cell")
    days = [parse_day(cell, order).is_not_null() for order in DAY_ORDERS]
    stamps = [parse_timestamp(cell, order).is_not_null() for order in DAY_ORDERS]
    programs = (parse_iso(table["cell"])["local"], parse_epochs(table["cell"]))
    stamps += [pl.lit(column.is_not_null()) for column in programs]
    signs = (".", ",")
    tests = {
        "day": pl.any_horizontal(days),
        "clock": cell.str.contains(CLOCK),
        "instant": pl.any_horizontal(*stamps, *days, cell.str.contains(CLOCK)),
        "length": pl.any_horizontal(parse_duration(cell, bare="seconds", decimal=sign).is_not_null() for sign in signs),
        "number": pl.any_horizontal(parse_number(cell, sign).is_not_null() for sign in signs),
        "flag": cell.str.to_lowercase().is_in((*YES_WORDS, *NO_WORDS)),
    }
    return table.select(tests[content].alias("is_readable"))["is_readable"]


def holds_clocks(cells: pl.Series) -> bool:
    """Return whether all cells that are not empty are times of day."""
    texts = cells.str.strip_chars()
    texts = texts.filter(texts != "")
    return bool(len(texts)) and bool(texts.str.contains(CLOCK).all())


def match_words(kind: Kind, part: str, texts: Iterable[str]) -> dict[str, str | None]:
    """Return what each text of a part means that is no word of our own files; None where only the lead can say."""
    known = {fold_value(word) for word in WORDS[kind][part]}
    meanings = {
        fold_value(other): word for word, others in MAPPED_KINDS[kind].parts[part].values.items() for other in others
    }
    folded = sorted({fold_value(text) for text in texts} - known - {""})
    return {text: meanings.get(fold_value(normalize_title(text))) for text in folded}
