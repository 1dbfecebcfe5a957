"""What an hour and the automations of a project cost: so far, and a month from now on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from dashboard import catalog
from dashboard.figures.savings_fits import HOUR
from dashboard.figures.savings_net import Burden, Judged, burdens
from dashboard.store import Snapshot

RECENT_DAYS = 84  # upkeep and running cost go on as in the last twelve weeks
WEEKS_A_MONTH = 4.345


@dataclass(frozen=True)
class Price:
    """Hours and money in one currency; None where nobody entered it.

    Setup, upkeep and running are sums so far (what is paid once belongs to setup), those a month are of the last twelve
    weeks. Money for upkeep is at the rates of those who did it.
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
class Spent:
    """What automations took: effort since ever and within the last twelve weeks, running cost likewise, and once."""

    effort: pl.DataFrame
    recent_effort: pl.DataFrame
    ever: dict[str, Burden]
    recent: dict[str, Burden]
    once: pl.DataFrame
    first_on: dict[str, date]
    last_on: date


def spent(snapshot: Snapshot, params: Mapping[str, object], last_on: date) -> Spent:
    """Return what automations took up to a day."""
    ever = {**params, "from_on": None, "to_on": last_on}
    since = {**ever, "from_on": last_on - timedelta(days=RECENT_DAYS - 1)}
    once = catalog.run(snapshot, "register_costs", {}).filter(pl.col("per") == "once", pl.col("from_on") <= last_on)
    days = catalog.run(snapshot, "rollout_days", {}).group_by("automation").agg(pl.col("first_on").min())
    first_on: dict[str, date] = dict(days.iter_rows())
    efforts = [catalog.run(snapshot, "effort_on_automations", each) for each in (ever, since)]
    return Spent(efforts[0], efforts[1], burdens(snapshot, ever), burdens(snapshot, since), once, first_on, last_on)


def price(parts: Sequence[Judged], rates: pl.DataFrame, taken: Spent, project: str) -> Price:
    """Return prices in the currency most labeling is paid in; an automation of several projects is split by labels."""
    own = rates.filter(pl.col("project") == project).drop_nulls("currency")
    currency, hourly = (own.item(0, "currency"), own.item(0, "hourly")) if own.height else (None, None)
    shares = {one.part.automation: share for one in parts if (share := _part_of(one, project)) > 0}
    months = {name: share / _months(taken.first_on.get(name), taken.last_on) for name, share in shares.items()}
    setup, upkeep = (effort(taken.effort, kind, shares, currency) for kind in ("setup", "maintenance"))
    monthly = effort(taken.recent_effort, "maintenance", months, currency)
    since = taken.last_on - timedelta(days=RECENT_DAYS)
    return Price(
        currency,
        hourly,
        setup[0],
        setup[1] + once(taken.once, shares, currency),
        upkeep[0] or 0.0,
        upkeep[1],
        running(taken.ever, shares, currency) - once(taken.once, shares, currency),
        monthly[0],
        monthly[1],
        running(taken.recent, months, currency) - once(taken.once.filter(pl.col("from_on") > since), months, currency),
    )


def effort(
    frame: pl.DataFrame, kind: str, shares: Mapping[str, float], currency: str | None
) -> tuple[float | None, float]:
    """Return hours of a kind (None: nothing is known of them) and their money, each automation's times its share."""
    mine = frame.filter(pl.col("kind") == kind, pl.col("automation").is_in(list(shares)))
    if mine.is_empty():
        return None, 0.0
    hours = pl.col("automation").replace_strict(shares, default=0.0) * pl.col("seconds") / HOUR
    money = (hours * pl.col("hourly")).filter(pl.col("currency") == (currency or "")).sum()
    return tuple(mine.select(hours.sum().alias("hours"), money.alias("money")).row(0))


def running(taken: Mapping[str, Burden], shares: Mapping[str, float], currency: str | None) -> float:
    """Return what automations cost to run."""
    return sum(share * taken[name].running.get(currency or "", 0.0) for name, share in shares.items() if name in taken)


def once(costs: pl.DataFrame, shares: Mapping[str, float], currency: str | None) -> float:
    """Return what was paid once."""
    part = pl.col("automation").replace_strict(shares, default=0.0, return_dtype=pl.Float64)
    return float(costs.filter(pl.col("currency") == (currency or "")).select((part * pl.col("amount")).sum()).item())


def _part_of(one: Judged, project: str) -> float:
    """Return which part of an automation's labels is of a project."""
    labels = one.part.labels
    if labels.is_empty():
        return 1.0 if one.part.projects == (project,) else 0.0
    return labels.filter(pl.col("project") == project).height / labels.height


def _months(first: date | None, last_on: date) -> float:
    """Return how many of the last twelve weeks an automation was in use, in months; half a month at least."""
    days = RECENT_DAYS if first is None else min((last_on - first).days + 1, RECENT_DAYS)
    return max(days / 7 / WEEKS_A_MONTH, 0.5)
