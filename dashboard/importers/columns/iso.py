"""ISO instants as scripts write them, parsed fast into local time and offset."""

from __future__ import annotations

import re

import polars as pl

from dashboard.importers.columns.text import normalize_text
from dashboard.importers.columns.zones import convert_to_utc

_PLAIN_LENGTH = len("2025-03-03T09:00:00")
_MAX_ENDINGS = 200  # more distinct endings than there are offsets: not the plain form
_LOOSE_FORM = r"^(\d{4}-\d{2}-\d{2})[t ](\d{2}:\d{2})(:\d{2})?([.,]\d{1,9})? ?(.*)$"
_CLOCK_AND_TAIL = r"(?P<clock>\d{2}:\d{2}:\d{2}) ?(?P<tail>(?:utc|gmt)?[+-]\d{4}|utc|gmt|z|)(?: \(.*\))?$"
_NAMED_FORMS = (  # with names of weekday and month, as in mail, and as scripts of web pages write them
    r"^[a-z]{3}, (?P<day>\d{1,2}) (?P<month>[a-z]{3}) (?P<year>\d{4}) " + _CLOCK_AND_TAIL,
    r"^[a-z]{3} (?P<month>[a-z]{3}) (?P<day>\d{1,2}) (?P<year>\d{4}) " + _CLOCK_AND_TAIL,
)
_MAX_OFFSET = 15 * 3600  # seconds; no place on earth has been further from UTC
_OFFSET = re.compile(r"(?:[Zz]|(?:utc|gmt)|([+-])(\d{2}):?(\d{2})?)")


def parse_iso(texts: pl.Series) -> pl.DataFrame:
    """Return `local` (naive Datetime, as written, null where unreadable) and `offset` (seconds east, null if none)."""
    table = texts.cast(pl.String).alias("text").to_frame()
    plain_parts = table.select(
        local=pl.col("text").str.head(_PLAIN_LENGTH).str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False, time_unit="us"),
        tail=pl.col("text").str.slice(_PLAIN_LENGTH),
    )
    endings = plain_parts["tail"].drop_nulls().unique()
    is_plain = endings.len() <= _MAX_ENDINGS and all(
        ending == "" or _parse_offset(ending) is not None for ending in endings
    )
    if is_plain and plain_parts["local"].null_count() == texts.null_count():
        return _add_offset(plain_parts)
    return _add_offset(_parse_loose_forms(table))


def resolve_instants(parts: pl.DataFrame, zone: str | None) -> pl.DataFrame:
    """Return `started_at` (UTC), `started_local` and `_is_local` (no offset, so `zone` applies) of parsed `parts`.

    Without a zone, times without an offset get no instant.
    """
    by_offset = (pl.col("local") - pl.duration(seconds=pl.col("offset"), time_unit="us")).dt.replace_time_zone("UTC")
    is_local = pl.col("local").is_not_null() & pl.col("offset").is_null()
    instants = parts.select("local", started_at=by_offset, started_local=pl.col("local"), _is_local=is_local)
    if zone is None or not instants["_is_local"].any():
        return instants.drop("local")
    in_zone = convert_to_utc(pl.col("local"), zone)
    clock_shown = in_zone.dt.convert_time_zone(zone).dt.replace_time_zone(None)
    return instants.select(
        "_is_local",
        started_at=pl.when("_is_local").then(in_zone).otherwise("started_at"),
        started_local=pl.when("_is_local").then(clock_shown).otherwise("local"),
    )


def has_local_times(texts: pl.Series) -> bool:
    """Return whether any instant in the column has no offset."""
    parts = parse_iso(texts)
    return bool((parts["local"].is_not_null() & parts["offset"].is_null()).any())


def _parse_loose_forms(table: pl.DataFrame) -> pl.DataFrame:
    """Parse blanks, missing seconds, fractions, and offsets in any form."""
    parts = table.select(normalize_text(pl.col("text")).str.extract_groups(_LOOSE_FORM).alias("part"))["part"].struct
    groups = pl.DataFrame({str(index): parts.field(str(index)) for index in range(1, 6)})
    seconds, fraction = pl.col("3").fill_null(":00"), pl.col("4").str.replace(",", ".").fill_null("")
    is_day_end = (pl.col("2") == "24:00") & (seconds == ":00")
    clock = pl.when(is_day_end).then(pl.lit("00:00")).otherwise(pl.col("2"))
    body = pl.concat_str(pl.col("1"), pl.lit("T"), clock, seconds, fraction)
    day = body.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", strict=False, time_unit="us")
    local = pl.when(is_day_end).then(day.dt.offset_by("1d")).otherwise(day)
    loose_parts = groups.select(local=local, tail=pl.col("5").fill_null(""))
    if groups["1"].null_count() == table["text"].null_count():
        return loose_parts
    for form in _NAMED_FORMS:
        named_parts = _parse_named_form(table, form)
        is_named = named_parts["local"].is_not_null()
        loose_parts = loose_parts.select(
            pl.when(is_named).then(named_parts[name]).otherwise(name).alias(name) for name in ("local", "tail")
        )
    return loose_parts


def _parse_named_form(table: pl.DataFrame, form: str) -> pl.DataFrame:
    """Parse instants with the names of weekday and month, such as `Mon, 21 Apr 2025 10:17:06 UTC+0000`."""
    parts = table.select(normalize_text(pl.col("text")).str.extract_groups(form).alias("part")).unnest("part")
    written = pl.concat_str("day", "month", "year", "clock", separator=" ")
    local = written.str.to_datetime("%d %b %Y %H:%M:%S", strict=False, time_unit="us")
    return parts.select(local=local, tail=pl.col("tail").str.replace("^(?:utc|gmt)([+-])", "$1"))


def _add_offset(parts: pl.DataFrame) -> pl.DataFrame:
    endings = {ending: _parse_offset(ending) for ending in parts["tail"].drop_nulls().unique()}
    offsets = {ending: seconds for ending, seconds in endings.items() if seconds is not None}
    if not offsets:
        local = pl.when(pl.col("tail") == "").then("local")
        return parts.select(local, offset=pl.lit(None, dtype=pl.Int64))
    offset = pl.col("tail").replace_strict(offsets, default=None, return_dtype=pl.Int64)
    readable = (
        pl.col("local")
        if len(offsets) == len(endings)
        else pl.when((pl.col("tail") == "") | offset.is_not_null()).then("local")
    )
    return parts.select(readable.alias("local"), offset=offset)


def _parse_offset(ending: str) -> int | None:
    """Parse `Z`, `+01:00`, `+0100` or `+01` as seconds east of UTC; None for anything else."""
    match = _OFFSET.fullmatch(ending)
    if match is None:
        return None
    sign, hours, minutes = match.groups(default="0")
    seconds = int(hours) * 3600 + int(minutes) * 60
    if int(minutes) >= 60 or seconds > _MAX_OFFSET:
        return None
    return -seconds if sign == "-" else seconds
