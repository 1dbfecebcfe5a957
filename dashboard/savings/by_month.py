"""Hours saved by month: counterfactual less actual hours, less the month's setup and maintenance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from dashboard.savings.by_automation import HOUR_SUMS, bound_saved_hours, collect_saved_labels, load_automation_results
from dashboard.savings.net_hours import AutomationResult
from dashboard.store.snapshot import Snapshot

UPKEEP = ("setup_hours", "maintenance_hours")
KEYS = ("month_on", "automation")
UPKEEP_SCHEMA: dict[str, pl.DataType] = {
    "month_on": pl.Date(),
    "automation": pl.String(),
    **dict.fromkeys(UPKEEP, pl.Float64()),
}
KNOWN_UPKEEP_SCHEMA: dict[str, pl.DataType] = {"automation": pl.String(), **dict.fromkeys(UPKEEP, pl.Boolean())}


def build_month_rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return hours by month and automation; the saved hours add up to the gross headline, the net hours to the net.

    The month is null for setup of unknown date. Setup and maintenance are null where unknown, and zero in a month
    without any.
    """
    results = [result for result in load_automation_results(snapshot, params) if result.is_counted]
    month = pl.col("day_on").dt.month_start()
    labels = collect_saved_labels(snapshot, params).with_columns(month_on=month)
    summed = labels.group_by(KEYS).agg(*HOUR_SUMS)
    months = summed.join(sum_upkeep_hours(results), on=KEYS, how="full", coalesce=True, nulls_equal=True)
    measured = pl.exclude(KEYS).fill_null(0)
    flagged = months.with_columns(measured).join(
        flag_known_upkeep(results), on="automation", how="left", suffix="_known"
    )
    hours = flagged.with_columns(pl.when(f"{name}_known").then(name).alias(name) for name in UPKEEP)
    net = pl.col("saved_hours") - pl.sum_horizontal(UPKEEP)
    bounds = bound_saved_hours(snapshot, params, "month_on", month)
    bounded = hours.select(*summed.columns, *UPKEEP, net_hours=net).join(bounds, on=KEYS, how="left")
    return bounded.sort(KEYS, nulls_last=True)


def sum_upkeep_hours(results: Sequence[AutomationResult]) -> pl.DataFrame:
    """Return the hours of setup and maintenance by month and automation."""
    rows = [
        {"month_on": month, "automation": result.estimate.automation, f"{kind}_hours": hours}
        for result in results
        for (kind, month), hours in result.setup_cost.months.items()
    ]
    return pl.DataFrame(rows, schema=UPKEEP_SCHEMA).group_by(KEYS).agg(pl.col(UPKEEP).sum())


def flag_known_upkeep(results: Sequence[AutomationResult]) -> pl.DataFrame:
    """Return for each automation whether its setup and maintenance are known."""
    rows = [
        {
            "automation": result.estimate.automation,
            **{name: getattr(result.setup_cost, name) is not None for name in UPKEEP},
        }
        for result in results
    ]
    return pl.DataFrame(rows, schema=KNOWN_UPKEEP_SCHEMA)
