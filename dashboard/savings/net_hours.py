"""The net result of an automation: hours saved less setup and maintenance, its state, and its value in money.

The quality gate decides whether the saved time of an automation is confirmed, not confirmed, or void.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import polars as pl

from dashboard.cost.effort import load_effort
from dashboard.inference.contract import (
    ALIKE_SINCE_CHECK,
    NOTHING_BESIDE_CHECK,
    ONE_DATE_CHECK,
    Diagnostic,
    Interval,
)
from dashboard.quality.gate import build_gates
from dashboard.savings.fits import HOUR, AutomationEstimate
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Snapshot

State = Literal["saves", "costs", "no clear difference", "range only", "direction not established", "not enough data"]
Verdict = Literal["confirmed", "not confirmed", "void"]

MIN_ROBUSTNESS = (
    0.25  # an unobserved difficulty that explains less than a quarter of the residual variance is easily missed
)
VERDICT_WORDS: dict[Verdict, str] = {
    "confirmed": "confirmed",
    "not confirmed": "time saved, quality not established",
    "void": "void",
}


@dataclass(frozen=True)
class SetupCost:
    """What an automation cost within the period; hours are None where the register has no entry for them."""

    setup_hours: float | None = None
    maintenance_hours: float | None = None
    priced: Mapping[str, float] = field(default_factory=dict)  # those hours in money, by currency
    unpriced_hours: float = 0.0
    running: Mapping[str, float] = field(default_factory=dict)  # compute, tokens, licences, by currency
    months: Mapping[tuple[str, date | None], float] = field(
        default_factory=dict
    )  # hours by kind and month, None: undated
    sharing: str = ""  # how they are shared with others who use the automation; "" where they are whole

    @property
    def hours(self) -> float:
        """Return all known hours of setup and maintenance."""
        return (self.setup_hours or 0.0) + (self.maintenance_hours or 0.0)

    @property
    def basis(self) -> str:
        """Return which costs the hours saved are net of, and how these are shared."""
        basis = self.net_of
        return f"{basis}, {self.sharing}" if self.sharing and basis != "gross" else basis

    @property
    def net_of(self) -> str:
        """Return which costs the hours saved are net of."""
        hours_by_kind = [("setup", self.setup_hours), ("maintenance", self.maintenance_hours)]
        names = [name for name, hours in hours_by_kind if hours is not None]
        return f"net of {' and '.join(names)}" if names else "gross"


@dataclass(frozen=True)
class AutomationResult:
    """One automation: its estimate, its setup cost, and the verdict of the quality gate."""

    estimate: AutomationEstimate
    setup_cost: SetupCost
    verdict: Verdict

    @property
    def net_hours(self) -> Interval | None:
        """Return hours saved less setup and maintenance, as far as they are known."""
        return subtract_hours(self.estimate.hours, self.setup_cost.hours)

    @property
    def is_fragile(self) -> bool:
        """Whether easier or harder items could explain the whole saving or loss, as far as the log shows.

        A design rules that out (grades A and B); adjusting for what the log holds does not.
        """
        savings = self.estimate.savings
        if savings is None or savings.grade in {"A", "B"}:
            return False
        check = self.find_check("robustness")
        return check is None or (check.flag and (check.value is None or check.value < MIN_ROBUSTNESS))

    @property
    def has_one_date(self) -> bool:
        """Return whether everybody got assistance on one date, so that another change on it may look like a saving."""
        return self.has_check(ONE_DATE_CHECK)

    @property
    def has_nothing_beside(self) -> bool:
        """Return whether everybody had assistance from one date on, with hardly any label by hand beside it since."""
        return self.has_check(NOTHING_BESIDE_CHECK)

    def has_check(self, name: str) -> bool:
        """Return whether the estimate has a check of this name."""
        return self.find_check(name) is not None

    def find_check(self, name: str) -> Diagnostic | None:
        """Return the estimate's check of this name, or None."""
        diagnostics = self.estimate.savings.diagnostics if self.estimate.savings else ()
        return next((check for check in diagnostics if check.name == name), None)

    @property
    def state(self) -> State:
        """Return whether the automation saves, costs, or cannot be judged."""
        if self.estimate.savings is None or self.estimate.refused:
            return "not enough data"
        if self.estimate.bounds:
            return "range only"
        net = self.net_hours
        if net is None:
            return "direction not established"
        direction = classify_interval(net)
        return "direction not established" if self.is_doubtful(direction) else direction

    def is_doubtful(self, direction: State) -> bool:
        """Return whether a choice of easy or hard items, or another change on the only date, could explain a result.

        Where nothing can be told from chance: whether such a choice could change the result by more than chance does.
        A loss that comes from setup and maintenance alone is none of the items.
        """
        if direction in {"saves", "costs"} and (self.has_nothing_beside or self.has_check(ALIKE_SINCE_CHECK)):
            return True
        gross, unseen = self.estimate.hours, self.estimate.unseen_hours
        if gross is None or unseen is None:
            return direction == "saves" and self.is_fragile
        if direction == "no clear difference":
            return max(gross.low - unseen.low, unseen.high - gross.high) > (gross.high - gross.low) / 2
        net_unseen = subtract_hours(unseen, self.setup_cost.hours)
        if net_unseen is None or classify_interval(net_unseen) != direction:
            return True
        return self.is_fragile and classify_interval(gross) == direction

    @property
    def hours(self) -> Interval | None:
        """Return the net hours that may be shown."""
        return None if self.state in {"direction not established", "range only"} else self.net_hours

    @property
    def shown_share(self) -> Interval | None:
        """Return the share saved that may be shown, for people in general where the log supports that."""
        if self.hours is None:
            return None
        return self.estimate.share if self.estimate.is_population else self.estimate.current_share

    @property
    def is_counted(self) -> bool:
        """Whether the hours count in the team's total: a void saving does not, a loss always does."""
        hours = self.hours
        return hours is not None and not (self.verdict == "void" and hours.value > 0)


def classify_interval(hours: Interval) -> State:
    """Return the state that an interval of hours saved implies."""
    if hours.low > 0:
        return "saves"
    return "costs" if hours.high < 0 else "no clear difference"


def subtract_hours(hours: Interval | None, deduction: float) -> Interval | None:
    """Return the interval less a number of hours."""
    return hours and Interval(hours.value - deduction, hours.low - deduction, hours.high - deduction, hours.level)


def load_setup_costs(snapshot: Snapshot, params: Mapping[str, object]) -> dict[str, SetupCost]:
    """Return what each automation of the register cost within the period, for what the filters leave of its labels."""
    shares = load_label_shares(snapshot, params)
    fractions = {name: share.fraction for name, share in shares.items()}
    effort = scale_costs(load_effort(snapshot, params), "seconds", fractions)
    costs = [scale_costs(run_query(snapshot, "running_cost", params), "amount", fractions)]
    if run_query(snapshot, "has_model_cost", {}).item():
        costs.append(run_query(snapshot, "model_cost", params))
    running = pl.concat(costs).group_by("automation", "currency").agg(pl.col("amount").sum())
    names = {*effort.get_column("automation"), *running.get_column("automation")}
    sharing = {name: share.sharing for name, share in shares.items()}
    return {name: build_setup_cost(effort, running, name, sharing.get(name, "")) for name in names}


@dataclass(frozen=True)
class LabelShare:
    """Which part of an automation's labels is within the filters, and how its costs are shared, in words."""

    fraction: float
    sharing: str


def load_label_shares(snapshot: Snapshot, params: Mapping[str, object]) -> dict[str, LabelShare]:
    """Return by automation which part of its labels is within the filters; nothing where no filter narrows them."""
    narrowing = [name for name in ("projects", "teams", "people", "roles") if params[name]]
    if not narrowing:
        return {}
    by_project = run_query(snapshot, "label_shares", params)
    counts = by_project.group_by("automation").agg(pl.col("labels", "all_labels").sum(), projects=pl.len())
    return {
        name: LabelShare(labels / all_labels, describe_sharing(labels, all_labels, projects, narrowing))
        for name, labels, all_labels, projects in counts.iter_rows()
    }


def describe_sharing(labels: int, all_labels: int, projects: int, narrowing: Sequence[str]) -> str:
    """Return among whom the costs of an automation are shared; nothing where the filters leave all of its labels."""
    if labels == all_labels:
        return ""
    users = f"{projects} projects" if list(narrowing) == ["projects"] else "all who use it"
    return f"shared by labels among {users}"


def scale_costs(costs: pl.DataFrame, column: str, fractions: Mapping[str, float]) -> pl.DataFrame:
    """Return costs with a column times the fraction of their automation, whole for one without labels."""
    if not fractions:
        return costs
    fraction = pl.col("automation").replace_strict(fractions, default=1.0, return_dtype=pl.Float64)
    return costs.with_columns(pl.col(column) * fraction)


def build_setup_cost(effort: pl.DataFrame, running: pl.DataFrame, name: str, sharing: str = "") -> SetupCost:
    """Return what one automation cost."""
    own_effort = effort.filter(pl.col("automation") == name)
    hours = dict(own_effort.group_by("kind").agg(pl.col("seconds").sum() / HOUR).iter_rows())
    priced = (
        own_effort.drop_nulls("hourly").group_by("currency").agg((pl.col("seconds") * pl.col("hourly")).sum() / HOUR)
    )
    unpriced = float(own_effort.filter(pl.col("hourly").is_null()).get_column("seconds").sum()) / HOUR
    costs = running.filter(pl.col("automation") == name).select("currency", "amount")
    by_month = own_effort.group_by("kind", "month_on").agg(pl.col("seconds").sum() / HOUR)
    months = {(kind, month): month_hours for kind, month, month_hours in by_month.iter_rows() if month_hours}
    running_cost = dict(costs.iter_rows())
    return SetupCost(
        hours.get("setup"), hours.get("maintenance"), dict(priced.iter_rows()), unpriced, running_cost, months, sharing
    )


@dataclass(frozen=True)
class MoneySaved:
    """Money saved in one currency, net of setup, maintenance and running cost where these are known."""

    currency: str
    saved: float | None  # None where no hourly rate in this currency is known
    low: float | None
    high: float | None
    hours_cost: float
    running_cost: float


def compute_money_saved(results: list[AutomationResult], gross: Interval) -> list[MoneySaved]:
    """Return the money saved by currency; currencies are never added.

    Each label's saved time is valued at the rate of its person on its day. The interval applies the average rate of the
    counterfactual hours to the interval of the `gross` hours.
    """
    labels = pl.concat([result.estimate.labels for result in results], how="vertical")
    expected_hours = float(labels.get_column("counterfactual_seconds").sum()) / HOUR
    paid = (
        labels.drop_nulls("hourly")
        .group_by("currency")
        .agg(
            saved=(pl.col("saved_seconds") * pl.col("hourly")).sum() / HOUR,
            expected=(pl.col("counterfactual_seconds") * pl.col("hourly")).sum() / HOUR,
        )
    )
    by_currency = {currency: (saved, expected) for currency, saved, expected in paid.iter_rows()}
    setup_costs = [result.setup_cost for result in results]
    names = {*by_currency, *(name for cost in setup_costs for name in (*cost.priced, *cost.running))}
    return [
        _compute_currency_saved(name, by_currency.get(name), expected_hours, gross, setup_costs)
        for name in sorted(names)
    ]


def _compute_currency_saved(
    currency: str,
    paid: tuple[float, float] | None,
    expected_hours: float,
    gross: Interval,
    setup_costs: list[SetupCost],
) -> MoneySaved:
    hours_cost = sum(cost.priced.get(currency, 0.0) for cost in setup_costs)
    running = sum(cost.running.get(currency, 0.0) for cost in setup_costs)
    if paid is None or expected_hours <= 0:
        return MoneySaved(currency, None, None, None, hours_cost, running)
    saved, expected = paid
    net, rate = saved - hours_cost - running, expected / expected_hours
    low, high = net - (gross.value - gross.low) * rate, net + (gross.high - gross.value) * rate
    return MoneySaved(currency, net, low, high, hours_cost, running)


def sum_unpriced_hours(results: list[AutomationResult]) -> float:
    """Return the hours saved by people without a known hourly rate."""
    frames = [
        result.estimate.labels.filter(pl.col("hourly").is_null()).get_column("saved_seconds").sum()
        for result in results
    ]
    return float(sum(frames)) / HOUR


def resolve_verdicts(snapshot: Snapshot, params: Mapping[str, object]) -> dict[str, Verdict]:
    """Return the verdict by automation: void if any of its projects is, confirmed if all are, else not confirmed."""
    verdicts_by_automation: dict[str, set[Verdict]] = {}
    for gate in build_gates(snapshot, params):
        verdicts_by_automation.setdefault(gate.automation, set()).add(gate.parity.verdict)
    return {name: find_weakest_verdict(verdicts) for name, verdicts in verdicts_by_automation.items()}


def find_weakest_verdict(verdicts: set[Verdict]) -> Verdict:
    """Return the weakest of the projects' verdicts."""
    if "void" in verdicts:
        return "void"
    return "confirmed" if verdicts == {"confirmed"} else "not confirmed"
