"""One estimate per automation, from the labels of the projects where it runs, and its part within the period.

An estimate learns from every label up to the last day of the period, since the labels compared with may be older than
its first day. Only the labels within the period count as saved or lost hours.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import blake2b
from typing import TYPE_CHECKING

import polars as pl

from dashboard.errors import Cause, Unavailable
from dashboard.inference.contract import LABEL_COLUMNS, OPTIONAL_COLUMNS, Bounds, Interval, SavingsEstimate
from dashboard.savings.checking_time import (
    CHECKING,
    bound_both_readings,
    charge_checking,
    find_one_sided_projects,
    find_untimed_work,
)
from dashboard.savings.label_rows import load_labels, load_pay
from dashboard.savings.label_sample import ARM, LabelSample, plan_sample
from dashboard.savings.model.combined import compute_share
from dashboard.savings.model.label_codes import encode_names
from dashboard.savings.model.part import WHOLE_LOG, PartError, measure_part_error
from dashboard.savings.shared_items import (
    SHARED_LIMIT,
    drop_shared_labels,
    explain_shared_items,
    measure_shared_items,
)
from dashboard.store.cache import ANY_STATE, CACHE
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Snapshot
from dashboard.units import count_noun, format_day

if TYPE_CHECKING:
    from dashboard.savings.model.evidence import Design

UNREGISTERED = "an automation that is not registered"  # the macro named_automation says it
HOUR = 3600.0
LOG_FILTERS = ("to_on", "projects", "teams", "people", "roles")
MAX_LOG_BYTES = 20_000_000  # of labels that are kept for a second estimate; more would push out much else
NOTHING_ASSISTED = Unavailable(
    "The log and the register show no label made by a person with this automation in the selection.",
    "Import labels that the log marks as assisted, or enter the rollout date in the register.",
    Cause.not_recorded,
)
LABEL_SAVERS = {
    "active learning": "Active learning chooses which items are labeled: it saves labels, and no seconds of a label.",
    "self-supervised pre-training": "Pre-training lets a model do with fewer labels: it saves labels, and no seconds "
    "of a label.",
}
LABELS_SAVED_NEEDED = "The figure label_savings tells how many, from runs with and without it."


@dataclass(frozen=True)
class AutomationEstimate:
    """The estimate of one automation, and its assisted labels of the period.

    `labels`: annotator, project, day_on, stands_for, counterfactual_seconds, saved_seconds, hourly, currency; where
    labels were drawn, the seconds are those of all labels that one stands for. `log_labels`: annotator, project,
    day_on, counterfactual_seconds, saved_seconds of all labels that the estimate covers, each for itself. `scale` is
    the period's counterfactual hours over those that the estimate covers.
    """

    automation: str
    technique: str
    projects: tuple[str, ...]
    savings: SavingsEstimate | None
    refused: Unavailable | None
    labels: pl.DataFrame
    scale: float
    proxies: tuple[str, ...]
    assisted: int  # labels of the period, with or without an estimate
    untimed_work: tuple[str, ...] = ()  # review and rework that a project's log does not time: on neither side
    compared_people: str = ""
    period_error: PartError = WHOLE_LOG  # of the labels of the period alone
    log_labels: pl.DataFrame = field(default_factory=pl.DataFrame)
    first_on: date | None = None  # of the period

    @property
    def label_count(self) -> int:
        """Return how many labels the hours are of."""
        return count_labels(self.labels)

    @property
    def hours(self) -> Interval | None:
        """Return gross hours saved in the period.

        None if there is no estimate, only bounds, or if the direction is not established.
        """
        if self.savings is None or self.refused or not self.savings.established or self.savings.bounds:
            return None
        return self._scale_to_part(
            self.savings.hours or self.savings.current_hours, self.labels, self.scale, self.period_error
        )

    @property
    def current_hours(self) -> Interval | None:
        """Return gross hours saved in the period, for the current annotators only."""
        if self.savings is None or self.hours is None:
            return None
        return self._scale_to_part(self.savings.current_hours, self.labels, self.scale, self.period_error)

    def estimate_part(self, is_part: pl.Expr) -> Interval | None:
        """Return the gross hours saved by the period's labels that an expression of project and day selects.

        None where the period has no hours, or the part no label.
        """
        part = self.labels.filter(is_part)
        if self.savings is None or self.hours is None or part.is_empty():
            return None
        error = measure_part_error(self.log_labels, is_part & is_in_period(self.first_on))
        seconds, log_seconds = (
            float(labels.get_column("counterfactual_seconds").sum()) for labels in (part, self.log_labels)
        )
        drawn_in = count_labels(part) / part.height
        return self._scale_to_part(
            self.savings.hours or self.savings.current_hours,
            part,
            seconds / log_seconds,
            replace(error, seconds=error.seconds * drawn_in),
        )

    @property
    def share(self) -> Interval | None:
        """Return the gross hours saved in the period as a share of the hours by hand."""
        return compute_share(self.hours, self.counterfactual_hours) if self.hours else None

    @property
    def current_share(self) -> Interval | None:
        """Return the share saved in the period, for the current annotators only."""
        return compute_share(self.current_hours, self.counterfactual_hours) if self.current_hours else None

    @property
    def bounds(self) -> Bounds | None:
        """Return between which shares the saving lies, where no number can be defended."""
        return None if self.savings is None or self.refused else self.savings.bounds

    @property
    def unseen_hours(self) -> Interval | None:
        """Return the period's gross hours if something unseen were as strong as the difficulty that the log measures.

        None where the design rules that out.
        """
        if self.hours is None or self.savings is None or self.savings.unseen is None:
            return None
        taken = self.counterfactual_hours - self.hours.value
        share = self.savings.unseen.share
        low, high = (taken * bound / (1 - bound) for bound in (share.low, share.high))
        return Interval(self.hours.value, min(low, self.hours.low), max(high, self.hours.high), share.level)

    @property
    def is_population(self) -> bool:
        """Whether the interval still holds if annotators change."""
        return self.savings is not None and self.savings.hours is not None

    @property
    def counterfactual_hours(self) -> float:
        """Return the hours that the period's assisted labels would have taken by hand."""
        return float(self.labels.get_column("counterfactual_seconds").sum()) / HOUR

    def influence(self) -> pl.DataFrame:
        """Return each annotator's influence on the period's hours: annotator, hours."""
        if self.savings is None:
            return pl.DataFrame(schema={"annotator": pl.String, "hours": pl.Float64})
        return self.savings.influence.with_columns(pl.col("hours") * self.scale)

    @staticmethod
    def _scale_to_part(
        interval: Interval | None, part: pl.DataFrame, scale: float, error: PartError
    ) -> Interval | None:
        """Return the interval scaled to the hours of some labels, wider by the error that they have of their own."""
        if interval is None:
            return None
        value = float(part.get_column("saved_seconds").sum()) / HOUR
        own = error.compute_half_width(interval.level) / HOUR
        below = math.hypot((interval.value - interval.low) * scale, own)
        above = math.hypot((interval.high - interval.value) * scale, own)
        return Interval(value, value - below, value + above, interval.level)


@dataclass(frozen=True)
class EstimateInput:
    """Labels and rollout dates, and the digest of the labels' content."""

    digest: bytes
    rollouts: tuple[tuple[str, date], ...]
    labels: pl.DataFrame


Estimator = Callable[[EstimateInput], Sequence[SavingsEstimate]]


@dataclass(frozen=True)
class AutomationLog:
    """The labels of the selection, the register's rollout dates, and the share of items other automations labeled.

    `stood_for`: how many labels one stands for, by project and automation, where `sample` drew them.
    """

    labels: pl.DataFrame
    rollouts: pl.DataFrame
    shared: Mapping[str, float]
    automations: tuple[str, ...]  # of the log or the register, sorted by name
    sample: LabelSample
    stood_for: pl.DataFrame

    def weigh_labels(self, labels: pl.DataFrame) -> pl.DataFrame:
        """Return labels with `stands_for`: how many labels of the store each stands for."""
        weighed = labels.with_columns(pl.col(ARM).cast(pl.String)).join(
            self.stood_for, on=ARM, how="left", maintain_order="left", nulls_equal=True
        )
        return labels.with_columns(weighed.get_column("stands_for").fill_null(1.0))


def load_automation_log(snapshot: Snapshot, params: Mapping[str, object]) -> AutomationLog:
    """Return what the estimates of all automations are made from; an item counts for its first automation.

    It is the same whatever the first day: reports and forecasts ask for a period and for the whole log to its end.
    """
    question = ("automation log", *(str(params[name]) for name in LOG_FILTERS))
    return CACHE.recall(snapshot.state, question, lambda: read_automation_log(snapshot, params), MAX_LOG_BYTES)


def read_automation_log(snapshot: Snapshot, params: Mapping[str, object]) -> AutomationLog:
    """Return what `load_automation_log` caches."""
    sample = plan_sample(snapshot, params)
    labels = load_labels(snapshot, params, sample)
    stood_for = sample.count_stood_for(labels)
    rollouts = run_query(snapshot, "rollout_days", params)
    selected_projects = params["projects"]
    if isinstance(selected_projects, list) and selected_projects:
        rollouts = rollouts.filter(pl.col("project").is_in(selected_projects))
    shared = measure_shared_items(labels)
    last = params["to_on"]
    begun = rollouts.filter((pl.col("first_on") <= last).fill_null(value=True)) if isinstance(last, date) else rollouts
    names = {*labels.get_column("automation").unique().drop_nulls(), *begun.get_column("automation")}
    if any(shared.values()):
        labels = drop_shared_labels(labels)
    return AutomationLog(labels, rollouts, shared, tuple(sorted(names)), sample, stood_for)


def estimate_automations(snapshot: Snapshot, params: Mapping[str, object]) -> list[AutomationEstimate]:
    """Return the estimate of every automation in the log or the register within the filters, sorted by name."""
    log, pay = load_automation_log(snapshot, params), load_pay(snapshot, params)
    return [
        add_pay(estimate_automation(name, log, params, estimate_headline_alone)[0], pay) for name in log.automations
    ]


def add_pay(estimate: AutomationEstimate, pay: pl.DataFrame) -> AutomationEstimate:
    """Return the estimate with the hourly rate of each label's person on its day; null where none is known."""
    paid = estimate.labels.join(pay, on=["annotator", "day_on"], how="left", maintain_order="left")
    return replace(estimate, labels=paid)


def refuse_shared_items(estimate: AutomationEstimate, share: float) -> AutomationEstimate:
    """Return the estimate, without its hours where other automations labeled too many of the same items."""
    if share <= SHARED_LIMIT:
        return estimate
    return replace(estimate, savings=None, refused=explain_shared_items(estimate.automation, share))


def estimate_automation(
    name: str, log: AutomationLog, params: Mapping[str, object], estimator: Estimator
) -> list[AutomationEstimate]:
    """Return one automation's estimates, without hours where other automations labeled the same items."""
    share = log.shared.get(name, 0.0)
    return [refuse_shared_items(estimate, share) for estimate in estimate_own_labels(name, log, params, estimator)]


def estimate_own_labels(
    name: str, log: AutomationLog, params: Mapping[str, object], estimator: Estimator
) -> list[AutomationEstimate]:
    """Return one automation's estimates, from its own labels and the manual labels of its projects."""
    rollouts = log.rollouts.filter(pl.col("automation") == name)
    is_own = pl.col("automation") == name
    own_projects = log.labels.filter(is_own).get_column("project").unique()
    projects = sorted({*own_projects, *rollouts.get_column("project")})
    technique = str(rollouts.item(0, "technique")) if rollouts.height else ""
    compared = log.labels.filter(pl.col("project").is_in(projects), is_own | ~pl.col("assisted"))
    # Numbered anew, so that an import of other projects leaves the input of this estimate as it was.
    compared = compared.with_columns(label=pl.int_range(1, pl.len() + 1, dtype=pl.Int64))
    own_labels = log.weigh_labels(
        compared.filter(is_own).select("label", "annotator", "automation", "project", "day_on")
    )
    period_labels = select_period_labels(own_labels, params)
    proxies = tuple(sorted(compared.get_column("proxy_from").drop_nulls().unique()))
    no_labels = build_empty_labels(own_labels)
    refused = AutomationEstimate(name, technique, tuple(projects), None, NOTHING_ASSISTED, no_labels, 0.0, proxies, 0)
    if technique in LABEL_SAVERS:
        reason = Unavailable(LABEL_SAVERS[technique], LABELS_SAVED_NEEDED, Cause.out_of_reach)
        return [replace(refused, refused=reason)]
    if period_labels.is_empty():
        return [refused if own_labels.is_empty() else replace(refused, refused=explain_older_labels(own_labels))]
    first_days = tuple(rollouts.group_by("follows").agg(pl.col("first_on").min()).sort("follows").iter_rows())
    untimed = find_untimed_work(compared)
    basis = replace(
        refused,
        assisted=count_labels(period_labels),
        untimed_work=tuple(f"{work} in {project}" for work, project in untimed),
        compared_people=describe_compared_people(compared),
    )
    estimates = estimate_with_checking(compared, untimed, first_days, estimator)
    drawn = log.sample.describe_draw(compared.height, name, projects)
    return [
        add_savings(basis, replace(savings, reasons=(*savings.reasons, *drawn)), own_labels, params)
        for savings in estimates
    ]


def add_savings(
    estimate: AutomationEstimate, savings: SavingsEstimate, own_labels: pl.DataFrame, params: Mapping[str, object]
) -> AutomationEstimate:
    """Return the automation's estimate with what its labels of the period saved."""
    saved_labels = own_labels.join(savings.saved, on="label", how="inner")
    first = params["from_on"]
    first_on = first if isinstance(first, date) else None
    error = measure_part_error(saved_labels, is_in_period(first_on))
    total_seconds = float(saved_labels.get_column("counterfactual_seconds").sum())
    stands_for = pl.col("stands_for")
    period_labels = select_period_labels(saved_labels, params).with_columns(
        pl.col("counterfactual_seconds", "saved_seconds") * stands_for
    )
    period_seconds = float(period_labels.get_column("counterfactual_seconds").sum())
    scale = period_seconds / total_seconds if total_seconds > 0 else 0.0
    drawn_in = count_labels(period_labels) / max(period_labels.height, 1)  # labels that each drawn one stands for
    return replace(
        estimate,
        savings=savings,
        refused=savings.refused,
        labels=period_labels,
        scale=scale,
        period_error=replace(error, seconds=error.seconds * drawn_in),
        log_labels=saved_labels,
        first_on=first_on,
    )


def is_in_period(first_on: date | None) -> pl.Expr:
    """Return whether a label is on or after the first day of the period (None = of the log)."""
    return pl.lit(value=True) if first_on is None else pl.col("day_on") >= first_on


def explain_older_labels(labels: pl.DataFrame) -> Unavailable:
    """Return that all labels of an automation are older than the period; nothing that a lead does would change it."""
    last_on: date = labels.select(pl.col("day_on").max()).item()
    reason = (
        f"No label of this period was made with it: {count_noun(count_labels(labels), 'label')} before it, the last on "
        f"{format_day(last_on)}."
    )
    return Unavailable(reason, "", Cause.nothing_matches)


def count_labels(labels: pl.DataFrame) -> int:
    """Return how many labels of the store these stand for."""
    return round(float(labels.get_column("stands_for").sum()))


def describe_compared_people(compared: pl.DataFrame) -> str:
    """Return how many people with assisted labels and labels by hand are compared, and how many have one kind only."""
    is_timed = pl.col("annotate_seconds") > 0
    people = compared.group_by("annotator").agg(
        has_both=pl.col("assisted").n_unique() > 1, is_compared=pl.col("assisted").filter(is_timed).n_unique() > 1
    )
    both, able = (int(people.get_column(name).sum()) for name in ("has_both", "is_compared"))
    others = people.height - both
    verb = "other has" if others == 1 else "others have"
    return f"{able} of {both} compared" + (f" ({others} {verb} labels in one arm only)" if others else "")


def estimate_with_checking(
    compared: pl.DataFrame,
    untimed: list[tuple[str, str]],
    first_days: tuple[tuple[str, date], ...],
    estimator: Estimator,
) -> list[SavingsEstimate]:
    """Return the estimates with the time of review and rework; bounds where only one side's reviews were logged."""
    charged = charge_checking(compared, untimed)
    one_sided = find_one_sided_projects(charged)
    estimate_input = build_estimate_input(charged, first_days)
    del charged  # a million rows that the estimate does not read
    estimates = estimator(estimate_input)
    if not one_sided:
        return list(estimates)
    without = charge_checking(compared, [*untimed, *((work, project) for work in CHECKING for project in one_sided)])
    readings = zip(estimates, estimator(build_estimate_input(without, first_days)), strict=True)
    return [bound_both_readings(*reading, one_sided) for reading in readings]


def select_period_labels(labels: pl.DataFrame, params: Mapping[str, object]) -> pl.DataFrame:
    """Return the labels on or after the first day of the period."""
    first = params["from_on"]
    return labels.filter(is_in_period(first if isinstance(first, date) else None))


def build_empty_labels(labels: pl.DataFrame) -> pl.DataFrame:
    """Return an empty table with the columns of estimated labels."""
    empty_columns = (pl.lit(None, dtype=pl.Float64).alias(name) for name in ("counterfactual_seconds", "saved_seconds"))
    return labels.clear().with_columns(*empty_columns)


def build_estimate_input(compared: pl.DataFrame, first_days: tuple[tuple[str, date], ...]) -> EstimateInput:
    """Return the input of the estimator.

    With several projects, kinds and difficulties are made specific to a project: a box in one project is not a box in
    another, and each project has its own scale of difficulty.
    """
    labels = compared
    if compared.get_column("project").n_unique() > 1:
        proxy, spread = pl.col("proxy"), pl.col("proxy").std().over("project")
        labels = compared.with_columns(
            name_project_kinds(compared),
            proxy=(proxy - proxy.mean().over("project")) / pl.when(spread > 0).then(spread).otherwise(1.0),
        )
    labels = labels.select(name for name in (*LABEL_COLUMNS, *OPTIONAL_COLUMNS) if name != "automation")
    return EstimateInput(digest_labels(labels), first_days, labels)


def name_project_kinds(labels: pl.DataFrame) -> pl.Series:
    """Return the kind of each label together with its project, named once per pair and not once per label."""
    keys = ["project", "kind"]
    pairs = labels.select(keys).unique()
    named = pairs.with_columns(both=pl.format("{}: {}", *keys).cast(pl.Categorical))
    both = labels.select(keys).join(named, on=keys, how="left", maintain_order="left").get_column("both")
    return both.alias("kind")


def digest_labels(labels: pl.DataFrame) -> bytes:
    """Return a digest of the labels by their names, since the same name need not have the same code at another time."""
    digest = blake2b(digest_size=16)
    coded = labels
    for name, dtype in labels.schema.items():
        if dtype == pl.Categorical:
            codes, names = encode_names(labels.get_column(name))
            coded = coded.with_columns(pl.Series(name, codes))
            digest.update(repr(names).encode())
    for seed in (1, 2):
        digest.update(coded.hash_rows(seed=seed).to_numpy().tobytes())
    return digest.digest()


def estimate_headline_alone(estimate_input: EstimateInput) -> list[SavingsEstimate]:
    """Return the estimate of the strongest comparison."""
    return [estimate_savings(estimate_input)]


def estimate_savings(estimate_input: EstimateInput) -> SavingsEstimate:
    """Return the estimate, computed once per input: an import of other projects changes none of it."""
    from dashboard.savings.model import assembly  # noqa: PLC0415 - numpy and scipy load with the first estimate

    question = "savings estimate", estimate_input.digest, estimate_input.rollouts  # not the labels: keys stay in memory
    return CACHE.recall(
        ANY_STATE,
        question,
        lambda: assembly.estimate_savings(estimate_input.labels, rollouts=dict(estimate_input.rollouts)),
    )


def estimate_designs(estimate_input: EstimateInput, designs: tuple[Design, ...]) -> list[SavingsEstimate]:
    """Return the estimate of each design, computed once per input."""
    from dashboard.savings.model import assembly  # noqa: PLC0415 - as above

    question = "estimates of designs", designs, estimate_input.digest, estimate_input.rollouts
    rollouts = dict(estimate_input.rollouts)
    return CACHE.recall(
        ANY_STATE,
        question,
        lambda: assembly.estimate_baselines(estimate_input.labels, rollouts=rollouts, designs=designs),
    )
