"""One estimate an automation, on the labels of the projects where it runs, and what of it falls into the period.

An estimate learns from every label up to the last day of the period: what is compared with may lie before its
first day. Only the labels within the period count as saved or lost hours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from hashlib import blake2b

import polars as pl

from dashboard import catalog
from dashboard.estimates import savings
from dashboard.estimates.contract import LABELS, Interval, Refusal, Savings
from dashboard.store import Snapshot

UNREGISTERED = "(not registered)"
KEPT_ESTIMATES = 64
HOUR = 3600.0
NOTHING_ASSISTED = Refusal(
    "No label of a person was made with this automation in the selection, as far as log and register say.",
    "Import labels that the log marks as assisted, or enter the rollout date in the register.",
)


@dataclass(frozen=True)
class Part:
    """What one automation did within the period.

    `labels` holds the assisted labels of the period: project, day_on, counterfactual_seconds, saved_seconds, hourly,
    currency. `scale` is the period's part of all hours that the estimate is about.
    """

    automation: str
    technique: str
    projects: tuple[str, ...]
    savings: Savings | None
    refused: Refusal | None
    labels: pl.DataFrame
    scale: float
    proxies: tuple[str, ...]
    assisted: int  # labels of the period, whether or not they could be estimated
    untimed: tuple[str, ...] = ()  # review and rework of a project whose log does not time them: on neither side

    @property
    def hours(self) -> Interval | None:
        """Return gross hours saved in the period; None where there is no number, or no direction."""
        if self.savings is None or self.refused or not self.savings.established:
            return None
        return self._of_period(self.savings.hours or self.savings.current_hours)

    @property
    def current_hours(self) -> Interval | None:
        """Return the same for the annotators there are."""
        return self._of_period(self.savings.current_hours) if self.savings and self.hours else None

    @property
    def is_population(self) -> bool:
        """Tell whether the interval still holds if annotators change."""
        return self.savings is not None and self.savings.hours is not None

    @property
    def counterfactual_hours(self) -> float:
        """Return the hours the period's assisted labels would have taken by hand."""
        return float(self.labels.get_column("counterfactual_seconds").sum()) / HOUR

    def influence(self) -> pl.DataFrame:
        """Return what each annotator adds to the doubt about the period's hours: annotator, hours."""
        if self.savings is None:
            return pl.DataFrame(schema={"annotator": pl.String, "hours": pl.Float64})
        return self.savings.influence.with_columns(pl.col("hours") * self.scale)

    def _of_period(self, whole: Interval | None) -> Interval | None:
        """Return the period's hours; the interval shrinks with the hours it is about."""
        if whole is None:
            return None
        value = float(self.labels.get_column("saved_seconds").sum()) / HOUR
        below, above = (whole.value - whole.low) * self.scale, (whole.high - whole.value) * self.scale
        return Interval(value, value - below, value + above, whole.level)


@dataclass(frozen=True)
class Question:
    """Labels and rollout dates, told apart by their content."""

    digest: bytes
    rollouts: tuple[tuple[str, date], ...]
    labels: pl.DataFrame = field(compare=False, repr=False)


def parts(snapshot: Snapshot, params: Mapping[str, object]) -> list[Part]:
    """Return every automation of the log or the register that is within the filters, by name."""
    labels = catalog.run(snapshot, "labels_for_estimate", params)
    rollouts = catalog.run(snapshot, "rollout_days", params)
    wanted = params["projects"]
    if isinstance(wanted, list) and wanted:
        rollouts = rollouts.filter(pl.col("project").is_in(wanted))
    names = {*labels.get_column("automation").drop_nulls(), *rollouts.get_column("automation")}
    return [part(name, labels, rollouts.filter(pl.col("automation") == name), params) for name in sorted(names)]


def part(name: str, labels: pl.DataFrame, rollouts: pl.DataFrame, params: Mapping[str, object]) -> Part:
    """Return one automation's estimate; compared are its own labels and the manual ones of its projects."""
    mine = labels.filter(pl.col("automation") == name)
    projects = sorted({*mine.get_column("project"), *rollouts.get_column("project")})
    technique = str(rollouts.item(0, "technique")) if rollouts.height else ""
    compared = labels.filter(pl.col("project").is_in(projects), (pl.col("automation") == name) | ~pl.col("assisted"))
    inside = within(mine, params)
    proxies = tuple(sorted(compared.get_column("proxy_from").drop_nulls().unique()))
    if inside.is_empty():
        return Part(name, technique, tuple(projects), None, NOTHING_ASSISTED, nothing(mine), 0.0, proxies, 0)
    untimed = tuple(
        f"{work} in {project}"
        for work, known in (("review", "is_review_timed"), ("rework", "is_rework_timed"))
        for project in sorted(compared.filter(~pl.col(known)).get_column("project").unique())
    )
    first_days = tuple(rollouts.group_by("follows").agg(pl.col("first_on").min()).sort("follows").iter_rows())
    found = estimated(question(compared, first_days))
    joined = inside.join(found.saved, on="label", how="inner")
    whole = float(found.saved.get_column("counterfactual_seconds").sum())
    period = float(joined.get_column("counterfactual_seconds").sum())
    scale = period / whole if whole > 0 else 0.0
    return Part(name, technique, tuple(projects), found, found.refused, joined, scale, proxies, inside.height, untimed)


def within(labels: pl.DataFrame, params: Mapping[str, object]) -> pl.DataFrame:
    """Return the labels on or after the first day asked for."""
    first = params["from_on"]
    return labels.filter(pl.col("day_on") >= first) if isinstance(first, date) else labels


def nothing(labels: pl.DataFrame) -> pl.DataFrame:
    """Return no labels, with the columns of some."""
    more = (pl.lit(None, dtype=pl.Float64).alias(name) for name in ("counterfactual_seconds", "saved_seconds"))
    return labels.clear().with_columns(*more)


def question(compared: pl.DataFrame, first_days: tuple[tuple[str, date], ...]) -> Question:
    """Return what the estimator is asked.

    Where several projects are compared, kinds and difficulties are those within a project: a box of one project is
    no box of another, and their difficulties have scales of their own.
    """
    asked = compared
    if compared.get_column("project").n_unique() > 1:
        proxy, spread = pl.col("proxy"), pl.col("proxy").std().over("project")
        asked = compared.with_columns(
            kind=pl.format("{}: {}", "project", "kind"),
            proxy=(proxy - proxy.mean().over("project")) / pl.when(spread > 0).then(spread).otherwise(1.0),
        )
    asked = asked.select(pl.col(name).cast(dtype) for name, dtype in LABELS.items())
    digest = blake2b(asked.hash_rows(seed=1).to_numpy().tobytes(), digest_size=16)
    digest.update(asked.hash_rows(seed=2).to_numpy().tobytes())
    return Question(digest.digest(), first_days, asked)


@lru_cache(maxsize=KEPT_ESTIMATES)
def estimated(asked: Question) -> Savings:
    """Return the estimate; the same question is answered once."""
    return savings.estimate(asked.labels, rollouts=dict(asked.rollouts))
