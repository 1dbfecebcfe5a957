"""Where each input of a projection comes from: the plan, the history, a published figure, or nowhere."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from dashboard.errors import Cause, Unavailable
from dashboard.forecast.model.plan import Plan, SavingPerItem, Source
from dashboard.forecast.model.weekly_draws import Luck, expit, given, natural, normal, path, student
from dashboard.forecast.model.weekly_series import NAMES, WINDOW, Fit, History, Reals, Values, fit, likeness

LEAST_WEEKS = 6
WIDENED = 0.35  # log standard deviation of a level that is known for few weeks only
WEEKS_A_MONTH = 4.345
OUTCOMES_KNOWN = 0.5  # share of recent suggestions with a known outcome, below which they say nothing of all
WORDS = {
    "coverage": "the share of items offered to automation",
    "acceptance": "the share of suggestions kept unchanged",
    "manual_seconds": "the seconds per label without assistance",
    "verify_seconds": "the seconds per kept suggestion",
    "correct_seconds": "the seconds per corrected suggestion",
    "assisted_seconds": "the seconds per assisted label",
    "counterfactual_seconds": "the seconds that assisted labels would take by hand",
}


@dataclass
class Gathering:
    """The inputs drawn so far: draws by input (draws x weeks), where they come from, and which are lacking."""

    history: History
    plan: Plan
    saving: SavingPerItem | None
    seed: int
    luck: Luck
    last_on: date | None = None
    series: dict[str, Values] = field(default_factory=dict)
    draws: dict[str, Reals] = field(default_factory=dict)
    origin: dict[str, tuple[Source, date | None, str | None]] = field(default_factory=dict)
    lacking: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    borrowed: bool = False

    def wide(self, numbers: Reals) -> Reals:
        """Return one number per draw, repeated over the weeks (draws x weeks)."""
        return np.repeat(numbers[:, None], self.luck.weeks, axis=1)

    def own_weeks(self) -> bool:
        """Return whether the history is long enough to use, or a published figure supports it."""
        return self.history.labeled_weeks() >= LEAST_WEEKS or self.plan.borrowed is not None

    def has(self, name: str) -> bool:
        """Return whether the plan or the history has an input."""
        return name in self.plan.inputs or (self.own_weeks() and self.series[name].weeks > 0)

    def take(self, name: str) -> bool:
        """Draw an input from the plan, else from the history; return whether there was one, else note it as lacking."""
        if name in self.plan.inputs:
            value = self.plan.inputs[name]
            self.draws[name] = self.wide(given(name, value, self.seed, self.luck.draws))
            self.origin[name] = value.origin, value.as_of, value.source
            return True
        if not self.has(name):
            self.lacking.append(name)
            return False
        drawn = path(name, self.level(name), self.luck)
        self.draws[name] = natural(name, drawn, self.history.offset(name))
        self.origin[name] = "measured", self.last_on, self.words(name)
        return True

    def level(self, name: str) -> Fit:
        """Return the fit of a series, widened where it is known for few weeks only."""
        found = fit(name, self.series[name])
        if self.series[name].weeks >= LEAST_WEEKS:
            return found
        return replace(found, level_error=max(found.level_error, WIDENED), slope=0.0, slope_error=0.0)

    def words(self, name: str) -> str | None:
        """Return the remark shown beside a measured input."""
        weeks = self.series[name].weeks
        said = [f"known for {weeks} weeks only: widened"] if weeks < LEAST_WEEKS else []
        if name == "manual_seconds" and self.history.other()[1].sum() > self.history.columns["manual_timed"].sum():
            said.append("includes labels of unknown method")
        return "; ".join(said) or None


def gather(
    history: History, plan: Plan, saving: SavingPerItem | None, *, seed: int, luck: Luck, last_on: date | None = None
) -> Gathering | Unavailable:
    """Return the draws of all inputs that make up the seconds per item, or why there are none."""
    series = {name: history.values(name) for name in NAMES}
    found = Gathering(history, plan, saving, seed, luck.alike(likeness(series)), last_on, series)
    coverage(found)
    some = bool((found.draws["coverage"] > 0).any()) if "coverage" in found.draws else True
    if not some or (found.draws.get("coverage", np.zeros(1)) < 1).any():
        found.take("manual_seconds")
    if some:
        counterfactual(found)
        assisted(found)
    return refused(found) if found.lacking else found


def coverage(found: Gathering) -> None:
    """Draw the share of items offered to automation, moving from its current to its planned value."""
    always = same_throughout(found.history) if found.own_weeks() and "coverage" not in found.plan.inputs else None
    if always is not None:
        found.draws["coverage"] = np.full((found.luck.draws, found.luck.weeks), always)
        found.origin["coverage"] = "measured", found.last_on, None
        return
    if not found.take("coverage") or found.plan.ramp is None or "coverage" not in found.plan.inputs:
        return
    series = found.series["coverage"]
    now = float(expit(np.array(fit("coverage", series).level))) if series.weeks else 0.0
    reached = 1 - np.exp(-found.plan.ramp * np.arange(1, found.luck.weeks + 1))
    found.draws["coverage"] = now + (found.draws["coverage"] - now) * reached


def same_throughout(history: History) -> float | None:
    """Return 0 where no item was ever offered to automation, 1 where all recent ones were, else None."""
    offered, items = history.parts("coverage")
    if not items.any():
        return None
    if not offered.any():
        return 0.0
    return 1.0 if items[-WINDOW:].any() and (offered == items)[-WINDOW:].all() else None


def counterfactual(found: Gathering) -> None:
    """Draw the seconds that automated items would take by hand: given, estimated, or as before any automation.

    Never the mean of the items still labeled by hand while the easy ones are automated.
    """
    name = "counterfactual_seconds"
    if name in found.plan.inputs:
        value = found.plan.inputs[name]
        found.draws[name] = found.wide(given(name, value, found.seed, found.luck.draws))
        found.origin[name] = value.origin, value.as_of, value.source
    elif found.saving is not None:
        numbers = student(found.seed, found.luck.draws, found.saving.freedom)
        logs = np.log(found.saving.counterfactual_seconds) + found.saving.log_error * numbers
        found.draws[name] = found.wide(np.exp(logs))
        found.origin[name] = "measured", found.saving.as_of, f"t({found.saving.freedom}) of the savings estimate"
    elif not found.series["coverage"].weeks and found.has("manual_seconds"):
        by_hand = "manual_seconds" in found.plan.inputs or found.history.columns["manual_timed"].any()
        if by_hand and ("manual_seconds" in found.draws or found.take("manual_seconds")):
            found.draws[name] = found.draws["manual_seconds"] * by_hand_part(found)
            found.origin[name] = "assumed", found.last_on, "same as the items labeled by hand so far"


def by_hand_part(found: Gathering) -> float:
    """Return seconds per manual label / seconds per unassisted label, which may be manual or of unknown method."""
    column = found.history.columns
    if "manual_seconds" in found.plan.inputs or not column["manual_timed"].any():
        return 1.0
    return float(column["manual_seconds"].sum() / column["manual_timed"].sum()) / pooled(*found.history.other())


def pooled(seconds: Reals, timed: Reals) -> float:
    """Return the mean seconds per timed label over all weeks."""
    return float(seconds.sum() / timed.sum())


def assisted(found: Gathering) -> None:
    """Draw the seconds per assisted item: by suggestion outcome, as a whole, or from a published saving."""
    plan = found.plan
    split = {"acceptance", "verify_seconds", "correct_seconds"}
    whole = "assisted_seconds" in plan.inputs
    wants_split = bool(split & set(plan.inputs)) or plan.acceptance_decay > 0
    few = found.series["assisted_seconds"].weeks < LEAST_WEEKS
    if plan.borrowed and few and not whole and not wants_split:
        lend(found)
        return
    if not whole and (wants_split or outcomes_known(found.history)) and (wants_split or all(map(found.has, split))):
        by_outcome(found)
    else:
        found.take("assisted_seconds")
    if found.has("rework_seconds"):
        found.take("rework_seconds")
    else:
        found.missing.append("Rework of assisted labels is not known and not counted.")


def outcomes_known(history: History) -> bool:
    """Return whether the outcome of most of the recent suggestions is known."""
    recent = slice(-12, None)
    offered = history.columns["offered"][recent].sum()
    return bool(offered and history.parts("acceptance")[1][recent].sum() >= OUTCOMES_KNOWN * offered)


def by_outcome(found: Gathering) -> None:
    """Draw acceptance and the seconds per kept and per corrected suggestion, and from them those per assisted item."""
    for name in ("acceptance", "verify_seconds", "correct_seconds"):
        found.take(name)
    if found.lacking:
        return
    plan = found.plan
    if plan.acceptance_decay > 0:
        week = np.arange(1, found.luck.weeks + 1)
        since = (week - 1) % plan.retrain_weeks + 1 if plan.retrain_weeks else week
        found.draws["acceptance"] = found.draws["acceptance"] * (1 - plan.acceptance_decay) ** (since / WEEKS_A_MONTH)
    kept = found.draws["acceptance"]
    mean = kept * found.draws["verify_seconds"] + (1 - kept) * found.draws["correct_seconds"]
    found.draws["assisted_seconds"] = mean * unexplained(found.history)
    found.origin["assisted_seconds"] = found.origin["acceptance"]


def unexplained(history: History) -> float:
    """Return recent seconds per assisted label / seconds per assisted label with a known suggestion outcome.

    It is 1 where all outcomes are known. Without it, labels of unknown outcome would be taken to be like the others.
    """
    column = history.columns
    known = column["verify_timed"] + column["correct_timed"]
    if not known[-12:].any() or (known[-12:] == column["assisted_timed"][-12:]).all():
        return 1.0
    both = (column["verify_seconds"] + column["correct_seconds"])[-12:]
    return pooled(column["assisted_seconds"][-12:], column["assisted_timed"][-12:]) / pooled(both, known[-12:])


def lend(found: Gathering) -> None:
    """Draw the seconds per assisted item from a published saving, widened."""
    lent = found.plan.borrowed
    if lent is None:
        return
    by_hand = found.draws.get("counterfactual_seconds", found.draws.get("manual_seconds"))
    if by_hand is None:
        found.lacking.append("counterfactual_seconds")
        return
    numbers = normal("assisted_seconds", found.seed, found.luck.draws)
    found.draws["assisted_seconds"] = by_hand * (1 - lent.saving) * np.exp(lent.log_sd * numbers)[:, None]
    found.origin["assisted_seconds"] = "borrowed", lent.as_of, lent.source
    found.missing.append("Rework of assisted labels is not known and not counted beyond the published figure.")
    found.borrowed = True


def refused(found: Gathering) -> Unavailable:
    """Return which inputs are lacking, in words."""
    weeks = found.history.labeled_weeks()
    lacking = ", ".join(WORDS[name] for name in dict.fromkeys(found.lacking))
    if not found.own_weeks():
        reason = f"The history has {weeks} weeks with labels; a projection needs {LEAST_WEEKS}."
        return Unavailable(
            reason,
            f"{LEAST_WEEKS - weeks} more weeks, or a published figure to start from and {lacking}.",
            Cause.too_little_data,
        )
    return Unavailable(f"It is not known: {lacking}.", f"Time such labels, or give {lacking}.", Cause.not_recorded)
