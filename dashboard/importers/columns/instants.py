"""Instants with or without an offset, as UTC."""

from __future__ import annotations

import polars as pl

from dashboard.importers.columns import iso, zones


def utc(texts: pl.Series, zone: str) -> pl.Series:
    """Return UTC instants of ISO texts; one without an offset is a time in `zone`, an unreadable one null."""
    told = (pl.col("local") - pl.duration(seconds="offset", time_unit="us")).dt.replace_time_zone("UTC")
    at = pl.when(pl.col("offset").is_not_null()).then(told).otherwise(zones.to_utc(pl.col("local"), zone))
    return iso.read(texts).select(at.alias(texts.name))[texts.name]


def local_times(texts: pl.Series) -> pl.Series:
    """Return the naive times of ISO texts without an offset; null for the others."""
    return iso.read(texts).select(pl.when(pl.col("offset").is_null()).then("local").alias(texts.name))[texts.name]
