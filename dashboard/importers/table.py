"""From parsed columns to a batch: which rows are accepted, which are rejected and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from dashboard.errors import BadMapping, shorten_quote
from dashboard.importers.contract import Batch, Head
from dashboard.schemas import FRAMES, Kind, build_bad_rows, conform_frame

RAW_LENGTH = 500
GRID_HINT = (
    "Of a table with a column for each day, make one with a row for each person and day, and the columns person, day_on"
    " and hours; Excel does so with Data, From Table, Unpivot Columns."
)


def deduplicate_header(header: Iterable[str]) -> tuple[str, ...]:
    """Return column names as `Source.frames` uses them: a repeated `Log Work` becomes `Log Work__2`, `Log Work__3`."""
    used_names: set[str] = set()
    names: list[str] = []
    for position, title in enumerate(header, start=1):
        stem = title or f"column {position}"
        name, count = stem, 1
        while name in used_names:
            count += 1
            name = f"{stem}__{count}"
        used_names.add(name)
        names.append(name)
    return tuple(names)


def name_places(width: int) -> tuple[str, ...]:
    """Return what the columns of a table without titles are called, as `deduplicate_header` calls those without one."""
    return tuple(f"column {place}" for place in range(1, width + 1))


def match_columns(header: Iterable[str], candidates: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Find the file's column for each canonical one, preferring the exact case; absent ones are left out."""
    exact = {title: title for title in reversed(tuple(header))}
    folded = {title.casefold(): title for title in exact}
    columns: dict[str, str] = {}
    for canonical, names in candidates.items():
        matches = [exact[name] for name in names if name in exact]
        matches += [folded[name.casefold()] for name in names if name.casefold() in folded]
        if matches:
            columns[canonical] = matches[0]
    return columns


def check_unique_columns(head: Head, columns: Iterable[str], name: str) -> None:
    """Reject a table with a second column of the same title, but for case and blanks, as one that is read.

    Raises:
        BadMapping: their cells differ, so that only the lead knows which one counts.
    """
    names = deduplicate_header(head.header)
    folded_titles = [fold_title(title) for title in head.header]
    for column in columns:
        same = [names[place] for place, title in enumerate(folded_titles) if title == fold_title(column)]
        if len(same) > 1 and not all(head.sample[same[0]].equals(head.sample[other]) for other in same[1:]):
            raise BadMapping(
                f'"{name}" has {len(same)} columns called "{shorten_quote(column)}", whose cells differ.',
                "Delete or rename the one that does not count, or name one in a column mapping "
                f'("{shorten_quote(column)}__1" is the first, "{shorten_quote(column)}__2" the second).',
            )


def fold_title(title: str) -> str:
    """Return a title without what does not tell columns apart: case, and the number and kind of blanks."""
    return " ".join(title.replace("_", " ").casefold().split())


def split_batch(
    frame: pl.DataFrame,
    reasons: Sequence[tuple[pl.Expr, str]],
    kind: Kind,
    structural: pl.DataFrame | None = None,
    records: pl.DataFrame | None = None,
) -> Batch:
    """Split `frame` into accepted rows of `kind` and rejected rows with the first reason that applies.

    `frame` has canonical columns, `_line`, and the record's text columns under their names in
    the file; `records` (same height) gives these texts separately where the names would collide.
    `structural` holds the malformed rows of the same chunk of the file.
    """
    conditions = [pl.when(is_bad).then(pl.lit(reason)) for is_bad, reason in reasons]
    with_reasons = frame.with_columns(pl.coalesce([*conditions, pl.lit(None, dtype=pl.String)]).alias("_reason"))
    lines = [] if "line" in frame.columns else [pl.col("_line").alias("line")]
    texts = records if records is not None else frame.select(_list_text_columns(frame, kind))
    is_bad = with_reasons["_reason"].is_not_null()
    bad = with_reasons.filter(is_bad).select(
        pl.col("_line").alias("line"), pl.col("_reason").alias("reason"), _join_cells(texts.filter(is_bad)).alias("raw")
    )
    parts = [build_bad_rows(bad)]
    if structural is not None and structural.height:
        parts.append(build_bad_rows(structural))
    accepted = conform_frame(with_reasons.filter(~is_bad).with_columns(lines), kind)
    all_bad = pl.concat(parts).sort("line", maintain_order=True)
    return Batch(rows=accepted.height + all_bad.height, accepted=accepted, bad=all_bad)


def _list_text_columns(frame: pl.DataFrame, kind: Kind) -> list[str]:
    names = [name for name in frame.columns if name not in FRAMES[kind] and not name.startswith("_")]
    return names or [name for name in frame.columns if not name.startswith("_")]


def _join_cells(texts: pl.DataFrame) -> pl.Series:
    cells = [pl.col(name).cast(pl.String).fill_null("") for name in texts.columns if name != "_line"]
    raw = pl.concat_str(cells, separator=" | ") if cells else pl.lit("")
    return texts.select(raw.str.slice(0, RAW_LENGTH).alias("raw"))["raw"]
