"""ISO instants as scripts write them, read fast: the wall clock and its offset, apart."""

from __future__ import annotations

import re

import polars as pl

from dashboard.importers.columns import zones
from dashboard.importers.columns.text import plain

_LENGTH = len("2025-03-03T09:00:00")
_FEW = 200  # more different endings than zones have offsets: not in the plain form
_LOOSE = r"^(\d{4}-\d{2}-\d{2})[t ](\d{2}:\d{2})(:\d{2})?([.,]\d{1,9})? ?(.*)$"
_OFFSET = re.compile(r"(?:[Zz]|(?:utc|gmt)|([+-])(\d{2}):?(\d{2})?)")


def read(texts: pl.Series) -> pl.DataFrame:
    """Return `local` (naive Datetime, as written, null where unreadable) and `offset` (seconds east, null if none)."""
    table = texts.cast(pl.String).alias("text").to_frame()
    plainly = table.select(
        local=pl.col("text").str.head(_LENGTH).str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False, time_unit="us"),
        tail=pl.col("text").str.slice(_LENGTH),
    )
    endings = plainly["tail"].drop_nulls().unique()
    is_plain = endings.len() <= _FEW and all(ending == "" or _seconds(ending) is not None for ending in endings)
    if is_plain and plainly["local"].null_count() == texts.null_count():
        return _with_offset(plainly)
    return _with_offset(_loosely(table))


def placed(parts: pl.DataFrame, zone: str | None) -> pl.DataFrame:
    """Return `started_at` (UTC) and `started_local` of `parts` as `read` gives them, and `_asked`: placed in `zone`.

    Without a zone, what has no offset gets no instant.
    """
    by_offset = (pl.col("local") - pl.duration(seconds=pl.col("offset"), time_unit="us")).dt.replace_time_zone("UTC")
    asked = pl.col("local").is_not_null() & pl.col("offset").is_null()
    found = parts.select("local", started_at=by_offset, started_local=pl.col("local"), _asked=asked)
    if zone is None or not found["_asked"].any():
        return found.drop("local")
    in_zone = zones.to_utc(pl.col("local"), zone)
    shown = in_zone.dt.convert_time_zone(zone).dt.replace_time_zone(None)
    return found.select(
        "_asked",
        started_at=pl.when("_asked").then(in_zone).otherwise("started_at"),
        started_local=pl.when("_asked").then(shown).otherwise("local"),
    )


def has_local(texts: pl.Series) -> bool:
    """Tell whether any instant in the column is without an offset."""
    found = read(texts)
    return bool((found["local"].is_not_null() & found["offset"].is_null()).any())


def _loosely(table: pl.DataFrame) -> pl.DataFrame:
    """Read blanks, missing seconds, fractions, and offsets in any of their forms."""
    parts = table.select(plain(pl.col("text")).str.extract_groups(_LOOSE).alias("part"))["part"].struct
    groups = pl.DataFrame({str(at): parts.field(str(at)) for at in range(1, 6)})
    seconds, fraction = pl.col("3").fill_null(":00"), pl.col("4").str.replace(",", ".").fill_null("")
    body = pl.concat_str(pl.col("1"), pl.lit("T"), pl.col("2"), seconds, fraction)
    local = body.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", strict=False, time_unit="us")
    return groups.select(local=local, tail=pl.col("5").fill_null(""))


def _with_offset(parts: pl.DataFrame) -> pl.DataFrame:
    endings = {ending: _seconds(ending) for ending in parts["tail"].drop_nulls().unique()}
    known = {ending: seconds for ending, seconds in endings.items() if seconds is not None}
    if not known:
        local = pl.when(pl.col("tail") == "").then("local")
        return parts.select(local, offset=pl.lit(None, dtype=pl.Int64))
    offset = pl.col("tail").replace_strict(known, default=None, return_dtype=pl.Int64)
    readable = (
        pl.col("local")
        if len(known) == len(endings)
        else pl.when((pl.col("tail") == "") | offset.is_not_null()).then("local")
    )
    return parts.select(readable.alias("local"), offset=offset)


def _seconds(ending: str) -> int | None:
    """Seconds east of UTC of `Z`, `+01:00`, `+0100` or `+01`; None for anything else."""
    found = _OFFSET.fullmatch(ending)
    if found is None:
        return None
    sign, hours, minutes = found.groups(default="0")
    seconds = int(hours) * 3600 + int(minutes) * 60
    return -seconds if sign == "-" else seconds
