"""Hours saved by month: what labels took and would have taken, less setup and maintenance in the month they fell in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from dashboard.figures.savings_net import Judged
from dashboard.figures.savings_rows import SUMS, judged, saved_labels
from dashboard.store import Snapshot

UPKEEP = ("setup_hours", "maintenance_hours")
KEYS = ("month_on", "automation")
SPENT: dict[str, pl.DataType] = {
    "month_on": pl.Date(),
    "automation": pl.String(),
    **dict.fromkeys(UPKEEP, pl.Float64()),
}
KNOWN: dict[str, pl.DataType] = {"automation": pl.String(), **dict.fromkeys(UPKEEP, pl.Boolean())}


def by_month(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return hours by month and automation; the saved hours add up to the gross headline, the net hours to the net.

    The month is null for setup of which nobody knows the day. Setup and maintenance are null where nothing is known
    of them, and zero in a month without any.
    """
    counted = [one for one in judged(snapshot, params) if one.counts]
    labels = saved_labels(snapshot, params).with_columns(month_on=pl.col("day_on").dt.month_start())
    summed = labels.group_by(KEYS).agg(*SUMS)
    months = summed.join(spent(counted), on=KEYS, how="full", coalesce=True, nulls_equal=True)
    measured = pl.exclude(KEYS).fill_null(0)
    known = months.with_columns(measured).join(knowledge(counted), on="automation", how="left", suffix="_known")
    hours = known.with_columns(pl.when(f"{name}_known").then(name).alias(name) for name in UPKEEP)
    net = pl.col("saved_hours") - pl.sum_horizontal(UPKEEP)
    return hours.select(*summed.columns, *UPKEEP, net_hours=net).sort(KEYS, nulls_last=True)


def spent(counted: Sequence[Judged]) -> pl.DataFrame:
    """Return the hours of setup and maintenance by month and automation."""
    rows = [
        {"month_on": month, "automation": one.part.automation, f"{kind}_hours": hours}
        for one in counted
        for (kind, month), hours in one.burden.months.items()
    ]
    return pl.DataFrame(rows, schema=SPENT).group_by(KEYS).agg(pl.col(UPKEEP).sum())


def knowledge(counted: Sequence[Judged]) -> pl.DataFrame:
    """Return of which automations setup and maintenance are known."""
    rows = [
        {"automation": one.part.automation, **{name: getattr(one.burden, name) is not None for name in UPKEEP}}
        for one in counted
    ]
    return pl.DataFrame(rows, schema=KNOWN)
