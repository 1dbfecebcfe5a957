"""Hours spent on setup and maintenance of automations within a period."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import cast

import polars as pl

from dashboard.store.queries import run_query
from dashboard.store.snapshot import Snapshot

COLUMNS = ("automation", "kind", "month_on", "seconds", "hourly", "currency")
ORDER = ("automation", "kind", "month_on", "currency", "hourly", "seconds")


def load_effort(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return the seconds from `from_on` to `to_on` by automation, kind, month and rate (columns of COLUMNS).

    Pages and reports ask for several periods, so the entries are searched once, for all days. Zero seconds stand for
    hours that are recorded, but not in the period; no row means unknown.
    """
    from_on, to_on = cast("date | None", params["from_on"]), cast("date | None", params["to_on"])
    today = datetime.now(tz=UTC).date()
    # Without a last day, tracked time ends today, unless the period begins later.
    last_on = to_on or (date.max if from_on and from_on > today else today)
    day = pl.col("day_on")
    days = run_query(snapshot, "effort_on_automations", {}).with_columns(month_on=day.dt.truncate("1mo"))
    tracked = days.filter(~pl.col("is_typed"))
    inside = tracked.filter(day.is_between(from_on or date.min, last_on))
    outside = tracked.select("automation", "kind").unique().join(inside, on=("automation", "kind"), how="anti")
    typed = days.filter("is_typed")
    if from_on or to_on:
        is_inside = day.is_between(from_on or date.min, to_on or date.max)
        typed = typed.with_columns(seconds=pl.when(is_inside).then("seconds").otherwise(0))
    parts = (
        inside.group_by("automation", "kind", "month_on", "hourly", "currency").agg(pl.col("seconds").sum()),
        typed,
        outside.with_columns(seconds=pl.lit(0, pl.Int64)),
    )
    return pl.concat(parts, how="diagonal").select(COLUMNS).sort(ORDER, nulls_last=True)
