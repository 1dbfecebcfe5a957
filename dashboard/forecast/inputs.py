"""What a projection starts from, by project: weekly history, savings per item, prices and backlog.

Several automations in one project are combined: a project's seconds by hand are the mean over all of its automated
labels, and the half-widths are added, because nothing says that their errors are independent.

Prices are what an hour and the automations of a project cost: so far, and per month from now on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import polars as pl

from dashboard.cost.effort import load_effort
from dashboard.inference.contract import Interval
from dashboard.savings.by_automation import FILTERS, load_automation_results
from dashboard.savings.fits import HOUR, count_labels
from dashboard.savings.net_hours import AutomationResult, SetupCost, load_setup_costs
from dashboard.savings.words import describe_automation
from dashboard.store.cache import CACHE
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Snapshot
from dashboard.units import format_count, format_hours, format_quantity

MIN_RECENT_LABELS = (
    30  # automated labels in the last twelve weeks; with fewer, the seconds by hand come from all labels
)


@dataclass(frozen=True)
class ProjectSaving:
    """What automation saves in one project.

    `counterfactual` are the seconds that an automated item would take by hand, with the interval of the estimate;
    `weekly` what was saved so far: week_on, saved_hours, counterfactual_hours, saved_money; `relative_half_width` is
    that of the interval of hours saved, as a share of the hours by hand.
    """

    automations: tuple[str, ...]
    counterfactual: Interval
    relative_half_width: float
    annotators: int
    labels: int
    weekly: pl.DataFrame
    quality: str
    as_of: date  # the newest label
    unestimated: tuple[str, ...] = ()  # automations here whose saving may not be shown


@dataclass(frozen=True)
class PlannedBacklog:
    """The items still to be labeled, as a lead planned them; the pace of the past is in labels."""

    items: int
    items_per_week: float | None
    from_on: date
    team_size: float | None
    labels_per_item: float = 1.0

    @property
    def labels_needed(self) -> float:
        """Return how many labels the items take."""
        return self.items * self.labels_per_item


@dataclass(frozen=True)
class ProjectHistory:
    """One project: `weeks` has the columns of the query `weeks` except the project; `why`: why there is no saving."""

    project: str
    weeks: pl.DataFrame
    saving: ProjectSaving | None
    why: str
    price: ProjectPrices
    backlog: PlannedBacklog | None

    @property
    def next_on(self) -> date:
        """Return the Monday of the first week that is projected."""
        last: date = self.weeks.item(self.weeks.height - 1, "week_on")
        return last + timedelta(days=7)


def load_histories(snapshot: Snapshot, params: Mapping[str, object]) -> list[ProjectHistory]:
    """Return every matching project that has a complete week; the filter on the first day does not apply.

    Forecasts and their track record share them.
    """
    filters = tuple(str(params.get(name)) for name in (*FILTERS, "today", "then") if name != "from_on")
    return list(CACHE.recall(snapshot.state, ("histories", filters), lambda: build_histories(snapshot, params)))


def build_histories(snapshot: Snapshot, params: Mapping[str, object]) -> list[ProjectHistory]:
    """Return what `load_histories` caches."""
    full_history = {**params, "from_on": None}
    weeks = run_query(snapshot, "weeks", full_history)
    if weeks.is_empty():
        return []
    results = load_automation_results(snapshot, full_history)
    rates = run_query(snapshot, "labeling_rates", full_history)
    last_on: date = weeks.select(pl.col("week_on").max()).item() + timedelta(days=6)
    spending = load_spending(snapshot, full_history, last_on)
    known_by = params.get("then")
    plans = {
        row["project"]: row
        for row in run_query(snapshot, "backlog_plans", {}).iter_rows(named=True)
        if not isinstance(known_by, date) or row["from_on"] <= known_by
    }
    labels_per_item = dict(run_query(snapshot, "labels_per_item", full_history).iter_rows()) if plans else {}
    return [
        build_history(
            str(project),
            project_weeks,
            results,
            compute_prices(results, rates, spending, str(project)),
            build_backlog(plans.get(str(project)), labels_per_item.get(str(project), 1.0)),
        )
        for (project,), project_weeks in weeks.group_by("project", maintain_order=True)
    ]


def build_history(
    project: str,
    weeks: pl.DataFrame,
    results: Sequence[AutomationResult],
    prices: ProjectPrices,
    planned_backlog: PlannedBacklog | None,
) -> ProjectHistory:
    """Build the history of one project."""
    project_saving, why = build_saving(results, project, prices.currency)
    return ProjectHistory(project, weeks.drop("project"), project_saving, why, prices, planned_backlog)


def build_backlog(plan: Mapping[str, Any] | None, labels_per_item: float) -> PlannedBacklog | None:
    """Build a backlog from its row in the store (query `backlog_plans`)."""
    if plan is None:
        return None
    return PlannedBacklog(plan["items"], plan["items_per_week"], plan["from_on"], plan["team_size"], labels_per_item)


def build_saving(
    results: Sequence[AutomationResult], project: str, currency: str | None
) -> tuple[ProjectSaving | None, str]:
    """Return what the automations of a project save there, or None and why it is not known."""
    project_results = [result for result in results if project in result.estimate.projects]
    if not project_results:
        return None, "No automation runs here, according to the log and the register."
    counted_results = [result for result in project_results if result.is_counted and result.estimate.hours]
    label_frames = [result.estimate.labels.filter(pl.col("project") == project) for result in counted_results]
    project_labels = pl.concat(label_frames, how="vertical") if label_frames else None
    if project_labels is None or project_labels.is_empty():
        return None, " ".join(describe_automation(result) for result in project_results)
    project_saving = _combine_savings(counted_results, project, label_frames, project_labels, currency)
    return replace(
        project_saving,
        unestimated=tuple(result.estimate.automation for result in project_results if result not in counted_results),
    ), ""


def _combine_savings(
    results: Sequence[AutomationResult],
    project: str,
    label_frames: Sequence[pl.DataFrame],
    project_labels: pl.DataFrame,
    currency: str | None,
) -> ProjectSaving:
    newest_on: date = project_labels.select(pl.col("day_on").max()).item()
    recent_labels = project_labels.filter(pl.col("day_on") > newest_on - timedelta(days=RECENT_DAYS))
    basis_labels = recent_labels if recent_labels.height >= MIN_RECENT_LABELS else project_labels
    seconds = float(basis_labels.select(pl.col("counterfactual_seconds").sum() / pl.col("stands_for").sum()).item())
    label_count = sum(count_labels(frame) for frame in label_frames)
    half_width = sum(
        count_labels(frame) / label_count * _compute_half_width(result, project)
        for result, frame in zip(results, label_frames, strict=True)
    )
    hours = [(pl.col(f"{name}_seconds") / HOUR).sum().alias(f"{name}_hours") for name in ("saved", "counterfactual")]
    saved_money = (pl.col("saved_seconds") * pl.col("hourly")).filter(
        pl.col("currency") == (currency or "")
    ).sum() / HOUR
    dated_labels = project_labels.with_columns(week_on=pl.col("day_on").dt.truncate("1w"))
    weekly = dated_labels.group_by("week_on").agg(*hours, saved_money.alias("saved_money"))
    level = results[0].estimate.hours.level if results[0].estimate.hours else 0.95
    return ProjectSaving(
        tuple(result.estimate.automation for result in results),
        Interval(seconds, seconds * max(1 - half_width, 0.0), seconds * (1 + half_width), level),
        half_width,
        min(result.estimate.savings.annotators for result in results if result.estimate.savings),
        project_labels.height,
        weekly.sort("week_on"),
        "confirmed" if all(result.verdict == "confirmed" for result in results) else "not confirmed",
        newest_on,
    )


def _compute_half_width(result: AutomationResult, project: str) -> float:
    """Return the half-width of the interval of hours saved in a project, as a share of its hours by hand."""
    is_here = pl.col("project") == project
    hours = result.estimate.estimate_part(is_here)
    labels = result.estimate.labels.filter(is_here)
    counterfactual_hours = float(labels.get_column("counterfactual_seconds").sum()) / HOUR
    return (hours.high - hours.low) / 2 / counterfactual_hours if hours and counterfactual_hours > 0 else 0.0


RECENT_DAYS = 84  # upkeep and running cost continue as in the last twelve weeks
WEEKS_PER_MONTH = 4.345


@dataclass(frozen=True)
class ProjectPrices:
    """Hours and money in one currency; None if nobody entered it.

    Setup, upkeep and running are sums so far (one-off costs belong to setup); the monthly values are from the last
    twelve weeks. Money for upkeep is at the rates of those who did it. `uncounted`: what was spent so far in other
    currencies and in hours without a rate, as words; it is in none of the sums of money.
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
    uncounted: tuple[str, ...] = ()


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
    label_counts: pl.DataFrame


def load_spending(snapshot: Snapshot, params: Mapping[str, object], last_on: date) -> AutomationSpending:
    """Return what automations took up to a day, whoever used them, and the labels that it is shared by."""
    all_time = {**params, "from_on": None, "to_on": last_on}
    label_counts = run_query(snapshot, "label_shares", all_time)
    all_time |= {name: [] for name in ("projects", "teams", "people", "roles")}
    recent_period = {**all_time, "from_on": last_on - timedelta(days=RECENT_DAYS - 1)}
    one_off_costs = run_query(snapshot, "register_costs", {}).filter(
        pl.col("per") == "once", pl.col("from_on") <= last_on
    )
    first_days = run_query(snapshot, "rollout_days", {}).group_by("automation").agg(pl.col("first_on").min())
    first_on: dict[str, date] = dict(first_days.iter_rows())
    efforts = [load_effort(snapshot, parameters) for parameters in (all_time, recent_period)]
    return AutomationSpending(
        efforts[0],
        efforts[1],
        load_setup_costs(snapshot, all_time),
        load_setup_costs(snapshot, recent_period),
        one_off_costs,
        first_on,
        last_on,
        label_counts,
    )


def compute_prices(
    results: Sequence[AutomationResult], rates: pl.DataFrame, spending: AutomationSpending, project: str
) -> ProjectPrices:
    """Return prices in the currency of most labeling; the cost of an automation is split over projects by labels."""
    project_rates = rates.filter(pl.col("project") == project).drop_nulls("currency")
    currency, hourly = (
        (project_rates.item(0, "currency"), project_rates.item(0, "hourly")) if project_rates.height else (None, None)
    )
    shares = {
        result.estimate.automation: share
        for result in results
        if (share := _compute_label_share(result, spending.label_counts, project)) > 0
    }
    monthly_shares = {
        name: share / _count_months(spending.first_on.get(name), spending.last_on) for name, share in shares.items()
    }
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
        sum_running_cost(spending.total_costs, shares, currency)
        - sum_one_off_cost(spending.one_off_costs, shares, currency),
        monthly[0],
        monthly[1],
        sum_running_cost(spending.recent_costs, monthly_shares, currency)
        - sum_one_off_cost(spending.one_off_costs.filter(pl.col("from_on") > recent_from), monthly_shares, currency),
        list_uncounted(spending.total_costs, shares, currency) if currency else (),
    )


def list_uncounted(costs: Mapping[str, SetupCost], shares: Mapping[str, float], currency: str) -> tuple[str, ...]:
    """Return as words what automations took that sums in a currency lack, each weighted by its share."""
    amounts: dict[str, float] = {}
    hours = 0.0
    for name, share in shares.items():
        cost = costs.get(name, SetupCost())
        hours += share * cost.unpriced_hours
        for own_currency, amount in (*cost.running.items(), *cost.priced.items()):
            amounts[own_currency] = amounts.get(own_currency, 0.0) + share * amount
    others = [
        format_quantity(format_count(amount), name)
        for name, amount in sorted(amounts.items())
        if name != currency and amount
    ]
    return (*others, *([f"{format_hours(hours)} of setup and upkeep without a rate"] if hours else []))


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


def _compute_label_share(result: AutomationResult, label_counts: pl.DataFrame, project: str) -> float:
    """Return which part of all labels of an automation are a project's and within the filters."""
    counts = label_counts.filter(automation=result.estimate.automation)
    if counts.is_empty():
        return 1.0 if result.estimate.projects == (project,) else 0.0
    labels = int(counts.filter(project=project).get_column("labels").sum())
    return labels / int(counts.get_column("all_labels").sum())


def _count_months(first_on: date | None, last_on: date) -> float:
    """Return for how many months of the last twelve weeks an automation was in use, at least half a month."""
    days = RECENT_DAYS if first_on is None else min((last_on - first_on).days + 1, RECENT_DAYS)
    return max(days / 7 / WEEKS_PER_MONTH, 0.5)
