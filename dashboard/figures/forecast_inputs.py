"""What a projection starts from, by project: weekly history, savings per item, prices and backlog.

Several automations in one project are combined: a project's seconds by hand are the mean over all of its automated
labels, and the half-widths are added, because nothing says that their errors are independent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import polars as pl

from dashboard import catalog
from dashboard.estimates.contract import Interval
from dashboard.figures import savings_words
from dashboard.figures.forecast_prices import RECENT_DAYS, ProjectPrices, compute_prices, load_spending
from dashboard.figures.savings_fits import HOUR
from dashboard.figures.savings_net import AutomationResult
from dashboard.figures.savings_rows import load_automation_results
from dashboard.store import Snapshot

MIN_RECENT_LABELS = 30  # automated labels in the last twelve weeks; with fewer, the seconds by hand come from all labels


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
    """The items still to be labeled, as a lead planned them."""

    items: int
    items_per_week: float | None
    from_on: date
    team_size: float | None


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
    """Return every matching project that has a complete week; the filter on the first day does not apply."""
    full_history = {**params, "from_on": None}
    weeks = catalog.run_query(snapshot, "weeks", full_history)
    if weeks.is_empty():
        return []
    results = load_automation_results(snapshot, full_history)
    rates = catalog.run_query(snapshot, "labeling_rates", full_history)
    last_on: date = weeks.select(pl.col("week_on").max()).item() + timedelta(days=6)
    spending = load_spending(snapshot, full_history, last_on)
    known_by = params.get("then")
    plans = {
        row["project"]: row
        for row in catalog.run_query(snapshot, "backlog_plans", {}).iter_rows(named=True)
        if not isinstance(known_by, date) or row["from_on"] <= known_by
    }
    return [
        build_history(str(project), project_weeks, results, compute_prices(results, rates, spending, str(project)), build_backlog(plans.get(str(project))))
        for (project,), project_weeks in weeks.group_by("project", maintain_order=True)
    ]


def build_history(
    project: str, weeks: pl.DataFrame, results: Sequence[AutomationResult], prices: ProjectPrices, planned_backlog: PlannedBacklog | None
) -> ProjectHistory:
    """Build the history of one project."""
    project_saving, why = build_saving(results, project, prices.currency)
    return ProjectHistory(project, weeks.drop("project"), project_saving, why, prices, planned_backlog)


def build_backlog(plan: Mapping[str, Any] | None) -> PlannedBacklog | None:
    """Build a backlog from its row in the store (query `backlog_plans`)."""
    return PlannedBacklog(plan["items"], plan["items_per_week"], plan["from_on"], plan["team_size"]) if plan else None


def build_saving(results: Sequence[AutomationResult], project: str, currency: str | None) -> tuple[ProjectSaving | None, str]:
    """Return what the automations of a project save there, or None and why it is not known."""
    project_results = [result for result in results if project in result.estimate.projects]
    if not project_results:
        return None, "No automation runs here, according to the log and the register."
    counted_results = [result for result in project_results if result.is_counted and result.estimate.hours]
    label_frames = [result.estimate.labels.filter(pl.col("project") == project) for result in counted_results]
    project_labels = pl.concat(label_frames, how="vertical") if label_frames else None
    if project_labels is None or project_labels.is_empty():
        return None, " ".join(savings_words.describe_automation(result) for result in project_results)
    project_saving = _combine_savings(counted_results, label_frames, project_labels, currency)
    return replace(project_saving, unestimated=tuple(result.estimate.automation for result in project_results if result not in counted_results)), ""


def _combine_savings(
    results: Sequence[AutomationResult], label_frames: Sequence[pl.DataFrame], project_labels: pl.DataFrame, currency: str | None
) -> ProjectSaving:
    newest_on: date = project_labels.select(pl.col("day_on").max()).item()
    recent_labels = project_labels.filter(pl.col("day_on") > newest_on - timedelta(days=RECENT_DAYS))
    basis_labels = recent_labels if recent_labels.height >= MIN_RECENT_LABELS else project_labels
    seconds = float(basis_labels.select(pl.col("counterfactual_seconds").mean()).item())
    label_count = sum(frame.height for frame in label_frames)
    half_width = sum(frame.height / label_count * _compute_half_width(result) for result, frame in zip(results, label_frames, strict=True))
    hours = [(pl.col(f"{name}_seconds") / HOUR).sum().alias(f"{name}_hours") for name in ("saved", "counterfactual")]
    saved_money = (pl.col("saved_seconds") * pl.col("hourly")).filter(pl.col("currency") == (currency or "")).sum() / HOUR
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


def _compute_half_width(result: AutomationResult) -> float:
    """Return the half-width of the interval of hours saved, as a share of the hours by hand."""
    hours, counterfactual_hours = result.estimate.hours, result.estimate.counterfactual_hours
    return (hours.high - hours.low) / 2 / counterfactual_hours if hours and counterfactual_hours > 0 else 0.0
