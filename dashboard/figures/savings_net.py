"""What an automation is worth: hours saved less setup and upkeep, judged in one word, and their value in money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import polars as pl

from dashboard import catalog
from dashboard.estimates.contract import Interval
from dashboard.figures.savings_fits import HOUR, Part
from dashboard.store import Snapshot

State = Literal["saves", "costs", "no clear difference", "direction not established", "not enough data"]
Verdict = Literal["confirmed", "not confirmed", "void"]

EASY = 0.25  # an unseen difficulty that explains less than a quarter of what is left is easily overlooked
WORDS: dict[Verdict, str] = {
    "confirmed": "confirmed",
    "not confirmed": "time saved, quality not established",
    "void": "void",
}


@dataclass(frozen=True)
class Burden:
    """What an automation took within the period; hours are None where the register knows nothing of them."""

    setup_hours: float | None = None
    maintenance_hours: float | None = None
    priced: Mapping[str, float] = field(default_factory=dict)  # those hours in money, by currency
    unpriced_hours: float = 0.0
    running: Mapping[str, float] = field(default_factory=dict)  # compute, tokens, licences, by currency
    months: Mapping[tuple[str, date | None], float] = field(
        default_factory=dict
    )  # hours by kind and month, None: undated

    @property
    def hours(self) -> float:
        """Return all hours that are known."""
        return (self.setup_hours or 0.0) + (self.maintenance_hours or 0.0)

    @property
    def basis(self) -> str:
        """Return what the hours saved are net of."""
        known = [("setup", self.setup_hours), ("maintenance", self.maintenance_hours)]
        names = [name for name, hours in known if hours is not None]
        return f"net of {' and '.join(names)}" if names else "gross"


@dataclass(frozen=True)
class Judged:
    """One automation with its burden and the word of the quality gate."""

    part: Part
    burden: Burden
    verdict: Verdict

    @property
    def net(self) -> Interval | None:
        """Return hours saved less setup and maintenance, as far as they are known."""
        return shifted(self.part.hours, self.burden.hours)

    @property
    def fragile(self) -> bool:
        """Tell whether items that were easier to begin with could explain the saving, for all the log shows.

        A design rules that out (grades A and B); adjusting for what the log holds does not.
        """
        found = self.part.savings
        if found is None or found.grade in {"A", "B"}:
            return False
        check = next((one for one in found.diagnostics if one.name == "robustness"), None)
        return check is None or (check.flag and (check.value is None or check.value < EASY))

    @property
    def state(self) -> State:
        """Return in one word what the automation does."""
        if self.part.savings is None or self.part.refused:
            return "not enough data"
        net = self.net
        if net is None:
            return "direction not established"
        told = direction(net)
        return "direction not established" if told == "saves" and self.fragile else told

    @property
    def hours(self) -> Interval | None:
        """Return the net hours that may be shown."""
        return None if self.state == "direction not established" else self.net

    @property
    def counts(self) -> bool:
        """Tell whether the hours are part of the team's total: a saving without quality is none, a loss stays one."""
        hours = self.hours
        return hours is not None and not (self.verdict == "void" and hours.value > 0)


def direction(hours: Interval) -> State:
    """Return what an interval of hours saved says."""
    if hours.low > 0:
        return "saves"
    return "costs" if hours.high < 0 else "no clear difference"


def shifted(hours: Interval | None, less: float) -> Interval | None:
    """Return the interval less a number of hours."""
    return hours and Interval(hours.value - less, hours.low - less, hours.high - less, hours.level)


def burdens(snapshot: Snapshot, params: Mapping[str, object]) -> dict[str, Burden]:
    """Return what each automation of the register took within the period."""
    effort = catalog.run(snapshot, "effort_on_automations", params)
    costs = [catalog.run(snapshot, name, params) for name in ("running_cost", "model_cost")]
    running = pl.concat(costs).group_by("automation", "currency").agg(pl.col("amount").sum())
    names = {*effort.get_column("automation"), *running.get_column("automation")}
    return {name: burden(effort, running, name) for name in names}


def burden(effort: pl.DataFrame, running: pl.DataFrame, name: str) -> Burden:
    """Return what one automation took."""
    mine = effort.filter(pl.col("automation") == name)
    hours = dict(mine.group_by("kind").agg(pl.col("seconds").sum() / HOUR).iter_rows())
    priced = mine.drop_nulls("hourly").group_by("currency").agg((pl.col("seconds") * pl.col("hourly")).sum() / HOUR)
    unpriced = float(mine.filter(pl.col("hourly").is_null()).get_column("seconds").sum()) / HOUR
    costs = running.filter(pl.col("automation") == name).select("currency", "amount")
    by_month = mine.group_by("kind", "month_on").agg(pl.col("seconds").sum() / HOUR)
    months = {(kind, month): spent for kind, month, spent in by_month.iter_rows() if spent}
    running_cost = dict(costs.iter_rows())
    return Burden(
        hours.get("setup"), hours.get("maintenance"), dict(priced.iter_rows()), unpriced, running_cost, months
    )


@dataclass(frozen=True)
class Worth:
    """Money saved in one currency, net of setup, maintenance and running cost where these are known."""

    currency: str
    saved: float | None  # None where no hourly rate in this currency is known
    low: float | None
    high: float | None
    hours_cost: float
    running_cost: float


def worth(counted: list[Judged], gross: Interval) -> list[Worth]:
    """Return the money by currency, never added over currencies.

    Each label's saved time is worth the rate of its person on its day; the interval takes the doubt about the
    `gross` hours at the average rate of the hours that the labels would have taken.
    """
    labels = pl.concat([one.part.labels for one in counted], how="vertical")
    whole = float(labels.get_column("counterfactual_seconds").sum()) / HOUR
    paid = (
        labels.drop_nulls("hourly")
        .group_by("currency")
        .agg(
            saved=(pl.col("saved_seconds") * pl.col("hourly")).sum() / HOUR,
            expected=(pl.col("counterfactual_seconds") * pl.col("hourly")).sum() / HOUR,
        )
    )
    by_currency = {currency: (saved, expected) for currency, saved, expected in paid.iter_rows()}
    burdened = [one.burden for one in counted]
    names = {*by_currency, *(name for one in burdened for name in (*one.priced, *one.running))}
    return [_worth(name, by_currency.get(name), whole, gross, burdened) for name in sorted(names)]


def _worth(
    currency: str, paid: tuple[float, float] | None, whole: float, gross: Interval, burdened: list[Burden]
) -> Worth:
    hours_cost = sum(one.priced.get(currency, 0.0) for one in burdened)
    running = sum(one.running.get(currency, 0.0) for one in burdened)
    if paid is None or whole <= 0:
        return Worth(currency, None, None, None, hours_cost, running)
    saved, expected = paid
    net, rate = saved - hours_cost - running, expected / whole
    low, high = net - (gross.value - gross.low) * rate, net + (gross.high - gross.value) * rate
    return Worth(currency, net, low, high, hours_cost, running)


def unpriced_hours(counted: list[Judged]) -> float:
    """Return the hours saved by people of whom no hourly rate is known."""
    frames = [one.part.labels.filter(pl.col("hourly").is_null()).get_column("saved_seconds").sum() for one in counted]
    return float(sum(frames)) / HOUR
