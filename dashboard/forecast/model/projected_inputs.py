"""Where each input of a projection comes from: the plan, the history, a published figure, or nowhere."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from dashboard.errors import Cause, Unavailable
from dashboard.forecast.model.plan import CounterfactualEstimate, InputSource, Plan
from dashboard.forecast.model.weekly_draws import (
    RandomNumbers,
    draw_normal,
    draw_override,
    draw_path,
    draw_student_t,
    expit,
    transform_back,
)
from dashboard.forecast.model.weekly_series import (
    LEVEL_WEEKS,
    SERIES_NAMES,
    Reals,
    SeriesFit,
    SeriesValues,
    WeeklyHistory,
    estimate_correlations,
    fit_series,
)
from dashboard.units import count_noun

MINIMUM_WEEKS = 6
WIDENED_ERROR = 0.35  # log standard deviation of a level that is known for few weeks only
WEEKS_PER_MONTH = 4.345
MINIMUM_OUTCOME_SHARE = 0.5  # share of recent suggestions with a known outcome, below which they say nothing of all
INPUT_TEXTS = {
    "coverage": "the share of items offered to automation",
    "acceptance": "the share of suggestions kept unchanged",
    "manual_seconds": "the seconds per label without assistance",
    "verify_seconds": "the seconds per kept suggestion",
    "correct_seconds": "the seconds per corrected suggestion",
    "assisted_seconds": "the seconds per assisted label",
    "counterfactual_seconds": "the seconds that assisted labels would take by hand",
}


@dataclass
class ProjectedInputs:
    """The inputs drawn so far: draws by input (draws x weeks), where they come from, and which are lacking."""

    history: WeeklyHistory
    plan: Plan
    saving: CounterfactualEstimate | None
    seed: int
    random_numbers: RandomNumbers
    last_on: date | None = None
    series: dict[str, SeriesValues] = field(default_factory=dict)
    draws: dict[str, Reals] = field(default_factory=dict)
    origin: dict[str, tuple[InputSource, date | None, str | None]] = field(default_factory=dict)
    lacking_inputs: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    borrowed: bool = False

    def repeat_weekly(self, numbers: Reals) -> Reals:
        """Return one number per draw, repeated over the weeks (draws x weeks)."""
        return np.repeat(numbers[:, None], self.random_numbers.weeks, axis=1)

    def has_own_weeks(self) -> bool:
        """Return whether the history is long enough to use, or a published figure supports it."""
        return self.history.count_labeled_weeks() >= MINIMUM_WEEKS or self.plan.borrowed is not None

    def has_input(self, name: str) -> bool:
        """Return whether the plan or the history has an input."""
        return name in self.plan.inputs or (self.has_own_weeks() and self.series[name].weeks > 0)

    def draw_input(self, name: str) -> bool:
        """Draw an input from the plan, else from the history; return whether there was one, else note it as lacking."""
        if name in self.plan.inputs:
            value = self.plan.inputs[name]
            self.draws[name] = self.repeat_weekly(draw_override(name, value, self.seed, self.random_numbers.draws))
            self.origin[name] = value.origin, value.as_of, value.source
            return True
        if not self.has_input(name):
            self.lacking_inputs.append(name)
            return False
        path = draw_path(name, self.fit_level(name), self.random_numbers)
        self.draws[name] = transform_back(name, path, self.history.compute_offset(name))
        self.origin[name] = "measured", self.last_on, self.describe_input(name)
        return True

    def fit_level(self, name: str) -> SeriesFit:
        """Return the fit of a series, widened where it is known for few weeks only."""
        series_fit = fit_series(name, self.series[name])
        if self.series[name].weeks >= MINIMUM_WEEKS:
            return series_fit
        return replace(series_fit, level_error=max(series_fit.level_error, WIDENED_ERROR), slope=0.0, slope_error=0.0)

    def describe_input(self, name: str) -> str | None:
        """Return the remark shown beside a measured input."""
        weeks = self.series[name].weeks
        remarks = [f"known for {weeks} weeks only: widened"] if weeks < MINIMUM_WEEKS else []
        if (
            name == "manual_seconds"
            and self.history.sum_unassisted()[1].sum() > self.history.columns["manual_timed"].sum()
        ):
            remarks.append("includes labels of unknown method")
        return "; ".join(remarks) or None


def draw_inputs(
    history: WeeklyHistory,
    plan: Plan,
    saving: CounterfactualEstimate | None,
    *,
    seed: int,
    luck: RandomNumbers,
    last_on: date | None = None,
) -> ProjectedInputs | Unavailable:
    """Return the draws of all inputs that make up the seconds per item, or why there are none."""
    series = {name: history.build_series(name) for name in SERIES_NAMES}
    inputs = ProjectedInputs(
        history, plan, saving, seed, luck.correlate_series(estimate_correlations(series)), last_on, series
    )
    draw_coverage(inputs)
    has_coverage = bool((inputs.draws["coverage"] > 0).any()) if "coverage" in inputs.draws else True
    if not has_coverage or (inputs.draws.get("coverage", np.zeros(1)) < 1).any():
        inputs.draw_input("manual_seconds")
    if has_coverage:
        draw_counterfactual(inputs)
        draw_assisted_seconds(inputs)
    return explain_lacking(inputs) if inputs.lacking_inputs else inputs


def draw_coverage(inputs: ProjectedInputs) -> None:
    """Draw the share of items offered to automation, moving from its current to its planned value."""
    constant = (
        find_constant_coverage(inputs.history)
        if inputs.has_own_weeks() and "coverage" not in inputs.plan.inputs
        else None
    )
    if constant is not None:
        inputs.draws["coverage"] = np.full((inputs.random_numbers.draws, inputs.random_numbers.weeks), constant)
        inputs.origin["coverage"] = "measured", inputs.last_on, None
        return
    if not inputs.draw_input("coverage") or inputs.plan.ramp is None or "coverage" not in inputs.plan.inputs:
        return
    series = inputs.series["coverage"]
    current = float(expit(np.array(fit_series("coverage", series).level))) if series.weeks else 0.0
    progress = 1 - np.exp(-inputs.plan.ramp * np.arange(1, inputs.random_numbers.weeks + 1))
    inputs.draws["coverage"] = current + (inputs.draws["coverage"] - current) * progress


def find_constant_coverage(history: WeeklyHistory) -> float | None:
    """Return 0 where no item was ever offered to automation, 1 where all recent ones were, else None."""
    offered, items = history.count_parts("coverage")
    if not items.any():
        return None
    if not offered.any():
        return 0.0
    return 1.0 if items[-LEVEL_WEEKS:].any() and (offered == items)[-LEVEL_WEEKS:].all() else None


def draw_counterfactual(inputs: ProjectedInputs) -> None:
    """Draw the seconds that automated items would take by hand: given, estimated, or as before any automation.

    Never the mean of the items still labeled by hand while the easy ones are automated.
    """
    name = "counterfactual_seconds"
    if name in inputs.plan.inputs:
        value = inputs.plan.inputs[name]
        inputs.draws[name] = inputs.repeat_weekly(draw_override(name, value, inputs.seed, inputs.random_numbers.draws))
        inputs.origin[name] = value.origin, value.as_of, value.source
    elif inputs.saving is not None:
        numbers = draw_student_t(inputs.seed, inputs.random_numbers.draws, inputs.saving.freedom)
        log_seconds = np.log(inputs.saving.counterfactual_seconds) + inputs.saving.log_error * numbers
        inputs.draws[name] = inputs.repeat_weekly(np.exp(log_seconds))
        inputs.origin[name] = "measured", inputs.saving.as_of, f"t({inputs.saving.freedom}) of the savings estimate"
    elif not inputs.series["coverage"].weeks and inputs.has_input("manual_seconds"):
        is_manual_known = "manual_seconds" in inputs.plan.inputs or inputs.history.columns["manual_timed"].any()
        if is_manual_known and ("manual_seconds" in inputs.draws or inputs.draw_input("manual_seconds")):
            inputs.draws[name] = inputs.draws["manual_seconds"] * compute_manual_ratio(inputs)
            inputs.origin[name] = "assumed", inputs.last_on, "same as the items labeled by hand so far"


def compute_manual_ratio(inputs: ProjectedInputs) -> float:
    """Return seconds per manual label / seconds per unassisted label, which may be manual or of unknown method."""
    columns = inputs.history.columns
    if "manual_seconds" in inputs.plan.inputs or not columns["manual_timed"].any():
        return 1.0
    return float(columns["manual_seconds"].sum() / columns["manual_timed"].sum()) / compute_pooled_mean(
        *inputs.history.sum_unassisted()
    )


def compute_pooled_mean(seconds: Reals, timed: Reals) -> float:
    """Return the mean seconds per timed label over all weeks."""
    return float(seconds.sum() / timed.sum())


def draw_assisted_seconds(inputs: ProjectedInputs) -> None:
    """Draw the seconds per assisted item: by suggestion outcome, as a whole, or from a published saving."""
    plan = inputs.plan
    outcome_inputs = {"acceptance", "verify_seconds", "correct_seconds"}
    is_total_given = "assisted_seconds" in plan.inputs
    needs_outcomes = bool(outcome_inputs & set(plan.inputs)) or plan.acceptance_decay > 0
    has_few_weeks = inputs.series["assisted_seconds"].weeks < MINIMUM_WEEKS
    if plan.borrowed and has_few_weeks and not is_total_given and not needs_outcomes:
        draw_published_saving(inputs)
        return
    if (
        not is_total_given
        and (needs_outcomes or has_known_outcomes(inputs.history))
        and (needs_outcomes or all(map(inputs.has_input, outcome_inputs)))
    ):
        draw_outcome_seconds(inputs)
    else:
        inputs.draw_input("assisted_seconds")
    if inputs.has_input("rework_seconds"):
        inputs.draw_input("rework_seconds")
    else:
        inputs.missing.append("Rework of assisted labels is not known and not counted.")


def has_known_outcomes(history: WeeklyHistory) -> bool:
    """Return whether the outcome of most of the recent suggestions is known."""
    recent = slice(-12, None)
    offered = history.columns["offered"][recent].sum()
    return bool(offered and history.count_parts("acceptance")[1][recent].sum() >= MINIMUM_OUTCOME_SHARE * offered)


def draw_outcome_seconds(inputs: ProjectedInputs) -> None:
    """Draw acceptance and the seconds per kept and per corrected suggestion, and from them those per assisted item."""
    for name in ("acceptance", "verify_seconds", "correct_seconds"):
        inputs.draw_input(name)
    if inputs.lacking_inputs:
        return
    plan = inputs.plan
    if plan.acceptance_decay > 0:
        week = np.arange(1, inputs.random_numbers.weeks + 1)
        weeks_since_training = (week - 1) % plan.retrain_weeks + 1 if plan.retrain_weeks else week
        inputs.draws["acceptance"] = inputs.draws["acceptance"] * (1 - plan.acceptance_decay) ** (
            weeks_since_training / WEEKS_PER_MONTH
        )
    acceptance = inputs.draws["acceptance"]
    mean = acceptance * inputs.draws["verify_seconds"] + (1 - acceptance) * inputs.draws["correct_seconds"]
    inputs.draws["assisted_seconds"] = mean * compute_outcome_correction(inputs.history)
    inputs.origin["assisted_seconds"] = inputs.origin["acceptance"]


def compute_outcome_correction(history: WeeklyHistory) -> float:
    """Return recent seconds per assisted label / seconds per assisted label with a known suggestion outcome.

    It is 1 where all outcomes are known. Without it, labels of unknown outcome would be taken to be like the others.
    """
    columns = history.columns
    known_labels = columns["verify_timed"] + columns["correct_timed"]
    if not known_labels[-12:].any() or (known_labels[-12:] == columns["assisted_timed"][-12:]).all():
        return 1.0
    known_seconds = (columns["verify_seconds"] + columns["correct_seconds"])[-12:]
    return compute_pooled_mean(
        columns["assisted_seconds"][-12:], columns["assisted_timed"][-12:]
    ) / compute_pooled_mean(known_seconds, known_labels[-12:])


def draw_published_saving(inputs: ProjectedInputs) -> None:
    """Draw the seconds per assisted item from a published saving, widened."""
    published = inputs.plan.borrowed
    if published is None:
        return
    manual_seconds = inputs.draws.get("counterfactual_seconds", inputs.draws.get("manual_seconds"))
    if manual_seconds is None:
        inputs.lacking_inputs.append("counterfactual_seconds")
        return
    numbers = draw_normal("assisted_seconds", inputs.seed, inputs.random_numbers.draws)
    inputs.draws["assisted_seconds"] = (
        manual_seconds * (1 - published.saving) * np.exp(published.log_sd * numbers)[:, None]
    )
    inputs.origin["assisted_seconds"] = "borrowed", published.as_of, published.source
    inputs.missing.append("Rework of assisted labels is not known and not counted beyond the published figure.")
    inputs.borrowed = True


def explain_lacking(inputs: ProjectedInputs) -> Unavailable:
    """Return which inputs are lacking, in words."""
    weeks = inputs.history.count_labeled_weeks()
    lacking_texts = ", ".join(INPUT_TEXTS[name] for name in dict.fromkeys(inputs.lacking_inputs))
    if not inputs.has_own_weeks():
        reason = f"The history has {weeks} weeks with labels; a projection needs {MINIMUM_WEEKS}."
        return Unavailable(
            reason,
            f"{count_noun(MINIMUM_WEEKS - weeks, 'more week')}, or a published figure to start from and "
            f"{lacking_texts}.",
            Cause.too_little_data,
        )
    return Unavailable(
        f"It is not known: {lacking_texts}.", f"Time such labels, or give {lacking_texts}.", Cause.not_recorded
    )
