"""Instants with or without an offset, as UTC; those without are in the zone that the lead gives."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from dashboard.importers.columns.iso import parse_iso
from dashboard.importers.columns.zones import convert_to_utc, describe_dst_shifts, require_zone

# "3 days ago", "2h ago", "3d", "just now", "yesterday", "last month": as pages of a tool say it, and as it is copied.
RELATIVE_TIME = (
    r"(?i)^\s*(?:(?:about |over |almost )?(?:\d+|an?|a few)\s*(?:[smhdwy]|secs?|mins?|hrs?|mos?"
    r"|(?:second|minute|hour|day|week|month|year)s?)(?:\s+ago)?"
    r"|(?:just )?now|today|yesterday|last (?:week|month|year))\s*$"
)


def parse_instants(texts: pl.Series, zone: str) -> pl.Series:
    """Parse ISO texts as UTC instants; one without an offset is in `zone`, an unreadable one is null."""
    by_offset = (pl.col("local") - pl.duration(seconds="offset", time_unit="us")).dt.replace_time_zone("UTC")
    instant = pl.when(pl.col("offset").is_not_null()).then(by_offset).otherwise(convert_to_utc(pl.col("local"), zone))
    return parse_iso(texts).select(instant.alias(texts.name))[texts.name]


@dataclass
class InstantReader:
    """Parses the instants of a file, requires the zone once it is needed, and collects odd local times."""

    title: str
    zone: str | None
    is_local: bool = False  # some instant had no offset
    odd_times: list[pl.Series] = field(default_factory=list)

    def utc(self, texts: pl.Series) -> pl.Series:
        """Return UTC instants, null where unreadable; raises `QuestionNeeded` for a local time in an unknown zone."""
        local = parse_iso(texts).select(pl.when(pl.col("offset").is_null()).then("local").alias("local"))["local"]
        if local.null_count() == local.len():
            return parse_instants(texts, "UTC")
        zone = require_zone(self.zone, self.title)
        self.is_local = True
        unique_instants = pl.col("local").dt.replace_time_zone(zone, ambiguous="null", non_existent="null")
        odd_times = local.to_frame().filter(pl.col("local").is_not_null() & unique_instants.is_null())["local"]
        if odd_times.len():
            self.odd_times.append(odd_times)
        return parse_instants(texts, zone)

    def days(self, texts: pl.Series) -> pl.Series:
        """Return the days as written, in the writer's local time."""
        return parse_iso(texts)["local"].dt.date().alias("day")

    def notes(self) -> tuple[str, ...]:
        """Return sentences on local times that were skipped or repeated when clocks changed."""
        return tuple(describe_dst_shifts(pl.concat(self.odd_times), self.zone)) if self.odd_times and self.zone else ()
