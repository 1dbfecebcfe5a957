"""What an hour and the automations of a project cost: so far, and per month from now on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from dashboard import catalog
from dashboard.figures.savings_fits import HOUR
from dashboard.figures.savings_net import AutomationResult, SetupCost, load_setup_costs
from dashboard.store import Snapshot

RECENT_DAYS = 84  # upkeep and running cost continue as in the last twelve weeks
WEEKS_PER_MONTH = 4.345


@dataclass(frozen=True)
class ProjectPrices:
    """Hours and money in one currency; None if nobody entered it.

    Setup, upkeep and running are sums so far (one-off costs belong to setup); the monthly values are from the last
    twelve weeks. Money for upkeep is at the rates of those who did it.
    """

    currency: str | None
    hourly: float | None
    setup_hours: float | None
    setup_money: float
    upkeep_hours: float
    upkeep_money: float
    running_money: float
    upkeep_hours_month: float | None
    upkeep_money_month: float
    running_month: float


@dataclass(frozen=True)
class AutomationSpending:
    """What automations took: effort and running cost, in total and in the last twelve weeks, and one-off costs."""

    effort: pl.DataFrame
    recent_effort: pl.DataFrame
    total_costs: dict[str, SetupCost]
    recent_costs: dict[str, SetupCost]
    one_off_costs: pl.DataFrame
    first_on: dict[str, date]
    last_on: date


def load_spending(snapshot: Snapshot, params: Mapping[str, object], last_on: date) -> AutomationSpending:
    """Return what automations took up to a day."""
    all_time = {**params, "from_on": None, "to_on": last_on}
    recent_period = {**all_time, "from_on": last_on - timedelta(days=RECENT_DAYS - 1)}
    one_off_costs = catalog.run_query(snapshot, "register_costs", {}).filter(pl.col("per") == "once", pl.col("from_on") <= last_on)
    first_days = catalog.run_query(snapshot, "rollout_days", {}).group_by("automation").agg(pl.col("first_on").min())
    first_on: dict[str, date] = dict(first_days.iter_rows())
    efforts = [catalog.run_query(snapshot, "effort_on_automations", parameters) for parameters in (all_time, recent_period)]
    return AutomationSpending(efforts[0], efforts[1], load_setup_costs(snapshot, all_time), load_setup_costs(snapshot, recent_period), one_off_costs, first_on, last_on)


def compute_prices(results: Sequence[AutomationResult], rates: pl.DataFrame, spending: AutomationSpending, project: str) -> ProjectPrices:
    """Return prices in the currency of most labeling; the cost of an automation is split over projects by labels."""
    project_rates = rates.filter(pl.col("project") == project).drop_nulls("currency")
    currency, hourly = (project_rates.item(0, "currency"), project_rates.item(0, "hourly")) if project_rates.height else (None, None)
    shares = {result.estimate.automation: share for result in results if (share := _compute_label_share(result, project)) > 0}
    monthly_shares = {name: share / _count_months(spending.first_on.get(name), spending.last_on) for name, share in shares.items()}
    setup, upkeep = (sum_effort(spending.effort, kind, shares, currency) for kind in ("setup", "maintenance"))
    monthly = sum_effort(spending.recent_effort, "maintenance", monthly_shares, currency)
    recent_from = spending.last_on - timedelta(days=RECENT_DAYS)
    return ProjectPrices(
        currency,
        hourly,
        setup[0],
        setup[1] + sum_one_off_cost(spending.one_off_costs, shares, currency),
        upkeep[0] or 0.0,
        upkeep[1],
        sum_running_cost(spending.total_costs, shares, currency) - sum_one_off_cost(spending.one_off_costs, shares, currency),
        monthly[0],
        monthly[1],
        sum_running_cost(spending.recent_costs, monthly_shares, currency)
        - sum_one_off_cost(spending.one_off_costs.filter(pl.col("from_on") > recent_from), monthly_shares, currency),
    )


def sum_effort(
    efforts: pl.DataFrame, kind: str, shares: Mapping[str, float], currency: str | None
) -> tuple[float | None, float]:
    """Return the hours of a kind (None: not known) and their money, each automation weighted by its share."""
    matching_effort = efforts.filter(pl.col("kind") == kind, pl.col("automation").is_in(list(shares)))
    if matching_effort.is_empty():
        return None, 0.0
    hours = pl.col("automation").replace_strict(shares, default=0.0) * pl.col("seconds") / HOUR
    money = (hours * pl.col("hourly")).filter(pl.col("currency") == (currency or "")).sum()
    return tuple(matching_effort.select(hours.sum().alias("hours"), money.alias("money")).row(0))


def sum_running_cost(costs: Mapping[str, SetupCost], shares: Mapping[str, float], currency: str | None) -> float:
    """Return the running cost of automations, each weighted by its share."""
    return sum(share * costs[name].running.get(currency or "", 0.0) for name, share in shares.items() if name in costs)


def sum_one_off_cost(costs: pl.DataFrame, shares: Mapping[str, float], currency: str | None) -> float:
    """Return the one-off costs, each weighted by its automation's share."""
    share = pl.col("automation").replace_strict(shares, default=0.0, return_dtype=pl.Float64)
    return float(costs.filter(pl.col("currency") == (currency or "")).select((share * pl.col("amount")).sum()).item())


def _compute_label_share(result: AutomationResult, project: str) -> float:
    """Return the share of an automation's labels that belong to a project."""
    labels = result.estimate.labels
    if labels.is_empty():
        return 1.0 if result.estimate.projects == (project,) else 0.0
    return labels.filter(pl.col("project") == project).height / labels.height


def _count_months(first_on: date | None, last_on: date) -> float:
    """Return for how many months of the last twelve weeks an automation was in use, at least half a month."""
    days = RECENT_DAYS if first_on is None else min((last_on - first_on).days + 1, RECENT_DAYS)
    return max(days / 7 / WEEKS_PER_MONTH, 0.5)
