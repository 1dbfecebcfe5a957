"""From parsed columns to a batch: which rows are taken, which are refused and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from dashboard.importers.contract import Batch
from dashboard.schemas import FRAMES, Kind, bad_rows, conform

RAW_LENGTH = 500


def frame_names(header: Iterable[str]) -> tuple[str, ...]:
    """Column names as `Source.frames` uses them: a repeated `Log Work` becomes `Log Work__2`, `Log Work__3`."""
    taken: set[str] = set()
    names: list[str] = []
    for position, title in enumerate(header, start=1):
        stem = title or f"column {position}"
        name, count = stem, 1
        while name in taken:
            count += 1
            name = f"{stem}__{count}"
        taken.add(name)
        names.append(name)
    return tuple(names)


def columns_by_name(header: Iterable[str], wanted: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Find the file's column for each canonical one, exact name before other case; absent ones are left out."""
    exact = {title: title for title in reversed(tuple(header))}
    folded = {title.casefold(): title for title in exact}
    found: dict[str, str] = {}
    for canonical, names in wanted.items():
        hits = [exact[name] for name in names if name in exact]
        hits += [folded[name.casefold()] for name in names if name.casefold() in folded]
        if hits:
            found[canonical] = hits[0]
    return found


def split(
    frame: pl.DataFrame,
    reasons: Sequence[tuple[pl.Expr, str]],
    kind: Kind,
    structural: pl.DataFrame | None = None,
    records: pl.DataFrame | None = None,
) -> Batch:
    """Divide `frame` into accepted rows of `kind` and bad rows; the first reason that holds is given.

    `frame` has canonical columns, `_line`, and the record's text columns under their names in
    the file; `records` gives the texts apart (same height) where those names would collide.
    `structural` holds the bad rows the gate found in the same stretch of the file.
    """
    found = [pl.when(refused).then(pl.lit(reason)) for refused, reason in reasons]
    judged = frame.with_columns(pl.coalesce([*found, pl.lit(None, dtype=pl.String)]).alias("_reason"))
    lines = [] if "line" in frame.columns else [pl.col("_line").alias("line")]
    texts = records if records is not None else frame.select(_text_columns(frame, kind))
    refused = judged["_reason"].is_not_null()
    bad = judged.filter(refused).select(
        pl.col("_line").alias("line"), pl.col("_reason").alias("reason"), _raw(texts.filter(refused)).alias("raw")
    )
    parts = [bad_rows(bad)]
    if structural is not None and structural.height:
        parts.append(bad_rows(structural))
    accepted = conform(judged.filter(~refused).with_columns(lines), kind)
    every_bad = pl.concat(parts).sort("line", maintain_order=True)
    return Batch(rows=accepted.height + every_bad.height, accepted=accepted, bad=every_bad)


def _text_columns(frame: pl.DataFrame, kind: Kind) -> list[str]:
    names = [name for name in frame.columns if name not in FRAMES[kind] and not name.startswith("_")]
    return names or [name for name in frame.columns if not name.startswith("_")]


def _raw(texts: pl.DataFrame) -> pl.Series:
    cells = [pl.col(name).cast(pl.String).fill_null("") for name in texts.columns if name != "_line"]
    joined = pl.concat_str(cells, separator=" | ") if cells else pl.lit("")
    return texts.select(joined.str.slice(0, RAW_LENGTH).alias("raw"))["raw"]
