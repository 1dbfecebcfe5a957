"""Sheets whose every version is kept: saving adds what changed and what ended, and takes nothing away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import polars as pl

from dashboard.store import Change


def in_force(versions: pl.DataFrame, key: Sequence[str], value: str) -> pl.DataFrame:
    """Return the newest version of each key, without those that ended (whose value is null)."""
    newest = versions.sort("set_at").unique(key, keep="last", maintain_order=True)
    return newest.filter(pl.col(value).is_not_null())


def moment(now: datetime | None) -> datetime:
    """Return the moment of a change as the store keeps it (UTC, without a zone)."""
    return (now or datetime.now(tz=UTC)).astimezone(UTC).replace(tzinfo=None)


def differences(versions: pl.DataFrame, new: pl.DataFrame, key: Sequence[str], value: str) -> pl.DataFrame:
    """Return the rows to add so that `new` is what is in force (columns of `new`; value null = ended)."""
    old = in_force(versions, key, value).select(new.columns)
    changed = new.join(old, on=new.columns, how="anti", nulls_equal=True)
    ended = old.join(new, on=list(key), how="anti")
    return pl.concat([changed, ended.with_columns(pl.lit(None, old.schema[value]).alias(value))])


def add(change: Change, table: str, rows: pl.DataFrame, at: datetime, who: str | None) -> None:
    """Add versions to a table."""
    if rows.height:
        stamped = rows.with_columns(pl.lit(at).alias("set_at"), pl.lit(who, pl.String).alias("set_by"))
        change.insert(table, stamped)
