"""Sheets with history: saving adds rows for what changed or ended, and deletes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import polars as pl

from dashboard.store.snapshot import Change


def select_current(versions: pl.DataFrame, key: Sequence[str], value: str) -> pl.DataFrame:
    """Return the newest version of each key, without those that ended (value null)."""
    newest = versions.sort("set_at").unique(key, keep="last", maintain_order=True)
    return newest.filter(pl.col(value).is_not_null())


def resolve_instant(now: datetime | None) -> datetime:
    """Return the instant of a change as the store keeps it (UTC, without a zone)."""
    return (now or datetime.now(tz=UTC)).astimezone(UTC).replace(tzinfo=None)


def find_changes(versions: pl.DataFrame, new: pl.DataFrame, key: Sequence[str], value: str) -> pl.DataFrame:
    """Return the rows to add so that `new` is in force (columns of `new`; value null: ended)."""
    old = select_current(versions, key, value).select(new.columns)
    changed = new.join(old, on=new.columns, how="anti", nulls_equal=True)
    ended = old.join(new, on=list(key), how="anti")
    return pl.concat([changed, ended.with_columns(pl.lit(None, old.schema[value]).alias(value))])


def insert_versions(
    change: Change, table: str, rows: pl.DataFrame, set_at: datetime, who: str | None, old: pl.DataFrame | None = None
) -> None:
    """Insert rows into a table as versions set at an instant by a person.

    They come after the `old` versions of what they replace, also where the clock of the machine was set back since.
    """
    if rows.height:
        newest_at = old.get_column("set_at").max() if old is not None else None
        if isinstance(newest_at, datetime):
            set_at = max(set_at, newest_at + timedelta(microseconds=1))
        versions = rows.with_columns(pl.lit(set_at).alias("set_at"), pl.lit(who, pl.String).alias("set_by"))
        change.insert(table, versions)
