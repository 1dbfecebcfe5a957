"""What a projection starts from, by project: the weekly history, what automation saves an item, prices, the backlog.

Several automations in one project are taken together: a project's seconds by hand are the mean over all of its
automated labels, and their doubts are added, because nothing says that they err apart.
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
from dashboard.figures.forecast_prices import RECENT_DAYS, Price, price, spent
from dashboard.figures.savings_fits import HOUR
from dashboard.figures.savings_net import Judged
from dashboard.figures.savings_rows import judged
from dashboard.store import Snapshot

ENOUGH = 30  # automated labels in the last twelve weeks, to read off them what an item would take by hand; else all


@dataclass(frozen=True)
class Saving:
    """What automation saves in one project.

    `counterfactual` are the seconds that an automated item would take by hand, with the interval of the estimate;
    `weekly` what was saved so far: week_on, saved_hours, counterfactual_hours, saved_money; `doubt` the half-width of
    the interval of hours saved, as a share of the hours by hand.
    """

    automations: tuple[str, ...]
    counterfactual: Interval
    doubt: float
    annotators: int
    labels: int
    weekly: pl.DataFrame
    quality: str
    as_of: date  # the newest label
    unknown: tuple[str, ...] = ()  # automations here of which no saving may be shown


@dataclass(frozen=True)
class Backlog:
    """What is still to be labeled, as a lead planned it."""

    items: int
    items_per_week: float | None
    from_on: date
    team_size: float | None


@dataclass(frozen=True)
class History:
    """One project: `weeks` has the columns of the query `weeks` but for the project; `why` says why no saving."""

    project: str
    weeks: pl.DataFrame
    saving: Saving | None
    why: str
    price: Price
    backlog: Backlog | None

    @property
    def next_on(self) -> date:
        """Return the Monday of the first week that is projected."""
        last: date = self.weeks.item(self.weeks.height - 1, "week_on")
        return last + timedelta(days=7)


def histories(snapshot: Snapshot, params: Mapping[str, object]) -> list[History]:
    """Return every project within the filters that has a complete week; the first day asked for does not apply."""
    everything = {**params, "from_on": None}
    weeks = catalog.run(snapshot, "weeks", everything)
    if weeks.is_empty():
        return []
    parts = judged(snapshot, everything)
    rates = catalog.run(snapshot, "labeling_rates", everything)
    last_on: date = weeks.select(pl.col("week_on").max()).item() + timedelta(days=6)
    taken = spent(snapshot, everything, last_on)
    then = params.get("then")
    plans = {
        row["project"]: row
        for row in catalog.run(snapshot, "backlog_plans", {}).iter_rows(named=True)
        if not isinstance(then, date) or row["from_on"] <= then
    }
    return [
        history(str(project), own, parts, price(parts, rates, taken, str(project)), backlog(plans.get(str(project))))
        for (project,), own in weeks.group_by("project", maintain_order=True)
    ]


def history(
    project: str, weeks: pl.DataFrame, parts: Sequence[Judged], costs: Price, planned: Backlog | None
) -> History:
    """Return one project."""
    found, why = saving(parts, project, costs.currency)
    return History(project, weeks.drop("project"), found, why, costs, planned)


def backlog(plan: Mapping[str, Any] | None) -> Backlog | None:
    """Return a plan as it stands in the store (query `backlog_plans`)."""
    return Backlog(plan["items"], plan["items_per_week"], plan["from_on"], plan["team_size"]) if plan else None


def saving(parts: Sequence[Judged], project: str, currency: str | None) -> tuple[Saving | None, str]:
    """Return what the automations of a project save there, or None and why it cannot be said."""
    here = [one for one in parts if project in one.part.projects]
    if not here:
        return None, "No automation runs here, as far as the log and the register say."
    counted = [one for one in here if one.counts and one.part.hours]
    labels = [one.part.labels.filter(pl.col("project") == project) for one in counted]
    kept = pl.concat(labels, how="vertical") if labels else None
    if kept is None or kept.is_empty():
        return None, " ".join(savings_words.of_part(one) for one in here)
    found = _saving(counted, labels, kept, currency)
    return replace(found, unknown=tuple(one.part.automation for one in here if one not in counted)), ""


def _saving(
    counted: Sequence[Judged], labels: Sequence[pl.DataFrame], kept: pl.DataFrame, currency: str | None
) -> Saving:
    newest: date = kept.select(pl.col("day_on").max()).item()
    recent = kept.filter(pl.col("day_on") > newest - timedelta(days=RECENT_DAYS))
    read = recent if recent.height >= ENOUGH else kept
    seconds = float(read.select(pl.col("counterfactual_seconds").mean()).item())
    whole = sum(frame.height for frame in labels)
    doubt = sum(frame.height / whole * _doubt(one) for one, frame in zip(counted, labels, strict=True))
    hours = [(pl.col(f"{name}_seconds") / HOUR).sum().alias(f"{name}_hours") for name in ("saved", "counterfactual")]
    paid = (pl.col("saved_seconds") * pl.col("hourly")).filter(pl.col("currency") == (currency or "")).sum() / HOUR
    dated = kept.with_columns(week_on=pl.col("day_on").dt.truncate("1w"))
    weekly = dated.group_by("week_on").agg(*hours, paid.alias("saved_money"))
    level = counted[0].part.hours.level if counted[0].part.hours else 0.95
    return Saving(
        tuple(one.part.automation for one in counted),
        Interval(seconds, seconds * max(1 - doubt, 0.0), seconds * (1 + doubt), level),
        doubt,
        min(one.part.savings.annotators for one in counted if one.part.savings),
        kept.height,
        weekly.sort("week_on"),
        "confirmed" if all(one.verdict == "confirmed" for one in counted) else "not confirmed",
        newest,
    )


def _doubt(one: Judged) -> float:
    """Return the half-width of an automation's hours saved, as a share of the hours by hand."""
    hours, expected = one.part.hours, one.part.counterfactual_hours
    return (hours.high - hours.low) / 2 / expected if hours and expected > 0 else 0.0
