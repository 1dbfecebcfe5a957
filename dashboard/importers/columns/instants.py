"""Instants with or without an offset, as UTC; those without are in the zone that the lead names."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from dashboard.importers.columns import iso, zones


def utc(texts: pl.Series, zone: str) -> pl.Series:
    """Return UTC instants of ISO texts; one without an offset is a time in `zone`, an unreadable one null."""
    told = (pl.col("local") - pl.duration(seconds="offset", time_unit="us")).dt.replace_time_zone("UTC")
    at = pl.when(pl.col("offset").is_not_null()).then(told).otherwise(zones.to_utc(pl.col("local"), zone))
    return iso.read(texts).select(at.alias(texts.name))[texts.name]


@dataclass
class Clock:
    """Reads the instants of a file, asks for the zone once it is needed, and remembers odd local times."""

    title: str
    zone: str | None
    is_local: bool = False  # some instant had no offset
    odd: list[pl.Series] = field(default_factory=list)

    def utc(self, texts: pl.Series) -> pl.Series:
        """Return UTC instants, null where unreadable; raises `QuestionNeeded` for a local time in an unknown zone."""
        local = iso.read(texts).select(pl.when(pl.col("offset").is_null()).then("local").alias("local"))["local"]
        if local.null_count() == local.len():
            return utc(texts, "UTC")
        zone = zones.require(self.zone, self.title)
        self.is_local = True
        single = pl.col("local").dt.replace_time_zone(zone, ambiguous="null", non_existent="null")
        odd = local.to_frame().filter(pl.col("local").is_not_null() & single.is_null())["local"]
        if odd.len():
            self.odd.append(odd)
        return utc(texts, zone)

    def days(self, texts: pl.Series) -> pl.Series:
        """Return the days as written: those on the clock of whoever wrote them."""
        return iso.read(texts)["local"].dt.date().alias("day")

    def notes(self) -> tuple[str, ...]:
        """Say how many local times were skipped or repeated when clocks changed."""
        return tuple(zones.dst_notes(pl.concat(self.odd), self.zone)) if self.odd and self.zone else ()
