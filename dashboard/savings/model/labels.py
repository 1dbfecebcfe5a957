"""From a frame of labels to the arrays that are fitted, and the labels that had to be left out.

Labels that took far longer than expected, or by hand far shorter, are dropped as idle time (`idle_time`).
Cutting at a fixed percentile would leave bias, because idle time inflates the percentile itself.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from dashboard.errors import Unavailable
from dashboard.inference.contract import IDLE_COLUMNS, LABEL_COLUMNS, OPTIONAL_COLUMNS, Diagnostic
from dashboard.inference.design_matrix import Codes, Mask, Reals, Terms, densify_codes
from dashboard.savings.model.label_codes import encode_names
from dashboard.savings.model.passes import compute_repeat_ratio, mark_passes
from dashboard.savings.model.recorded_times import TimeCap, find_time_cap, refuse_recorded_times
from dashboard.units import format_share

SAME_TIME_SHARE = 0.8
SAME_TIME_ROWS = 10
SKEWNESS_LIMIT = 1.0
HOUR = 3600.0
MONDAY_OFFSET = 3  # day 0 of the Unix epoch was a Thursday


@dataclass(frozen=True)
class DataHealth:
    """Counts of the labels that could not be used, by cause, and of the used labels longer than an hour."""

    labels: int
    assisted: int
    incomplete: int
    unknown: int
    zero: int
    uninformative: int
    uninformative_people: int
    long: int
    repeated: int = 0
    repeated_assisted: int = 0
    repeat_ratio: float | None = None
    estimated: int = 0  # labels whose time is derived from gaps between completions
    cap: TimeCap | None = None
    time_fault: Unavailable | None = None  # why the recorded times allow no estimate


@dataclass(frozen=True)
class LabelLog:
    """Usable labels as arrays of one length; codes count from zero, days are days since 1970."""

    label: Codes
    annotator: Codes
    names: tuple[str, ...]  # of the annotators, by code
    project: Codes
    projects: tuple[str, ...]  # their names, by code
    kind: Codes
    item: Codes
    moment: Reals
    later: Mask
    day: Codes
    seconds: Reals
    assisted: Mask
    eligible: Mask
    holdout: Mask
    proxy: Reals
    proxy_unknown: Mask
    experience: Reals

    @property
    def rows(self) -> int:
        """Return the number of labels."""
        return len(self.seconds)

    @property
    def week(self) -> Codes:
        """Return the week of each label, counted from 1970; not stored, as it follows from the day."""
        return (self.day + MONDAY_OFFSET) // 7

    @property
    def annotators(self) -> int:
        """Return the number of people."""
        return len(densify_codes(self.annotator)[0])

    def where(self, mask: Mask) -> LabelLog:
        """Return the labels that the mask selects; the log itself where it selects all."""
        if mask.all():
            return self
        values: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(self)}
        arrays: dict[str, Any] = {name: value[mask] for name, value in values.items() if isinstance(value, np.ndarray)}
        return replace(self, **arrays)

    @cached_property
    def terms(self) -> dict[tuple[bool, bool], Terms]:
        """Return the terms built so far, by whether they have week effects and a trend: many fits share them."""
        return {}

    def annotator_clusters(self) -> Codes:
        """Return dense codes of the annotators."""
        return encode_values(self.annotator)

    def weekly_clusters(self) -> Codes:
        """Return dense codes of the pairs of annotator and week."""
        week = self.week
        return encode_values(self.annotator * (int(week.max(initial=0)) + 1) + week)

    def assisted_seconds(self) -> float:
        """Return the seconds spent on assisted labels."""
        return float(self.seconds[self.assisted].sum())


def encode_values(codes: Codes) -> Codes:
    """Return integer codes of the values, from zero without gaps."""
    return densify_codes(codes)[1]


def prepare_labels(labels: pl.DataFrame) -> tuple[LabelLog, DataHealth]:
    """Return the labels that can be fitted: those with known, positive and informative seconds, no second looks.

    Experience counts all earlier labels of the person, whether or not their time is known.
    """
    ordered_labels = order_labels(labels)
    ordered_labels = ordered_labels.with_columns(pl.int_range(pl.len()).over("annotator").log1p().alias("experience"))
    marked = mark_passes(ordered_labels.drop_nulls(["annotator", "assisted", "day_on"]))
    repeated, first_passes = marked.filter("repeated"), marked.filter(~pl.col("repeated"))
    timed = first_passes.filter(pl.col("seconds").is_finite())
    positive = timed.filter(pl.col("seconds") > 0)
    uninformative_people = find_uninformative_people(positive)
    usable = positive.filter(~pl.col("annotator").is_in(uninformative_people))
    cap = find_time_cap(usable)
    health = DataHealth(
        labels=len(labels),
        assisted=int(marked["assisted"].sum()),
        incomplete=len(labels) - len(marked),
        unknown=len(marked) - len(repeated) - len(timed),
        zero=len(timed) - len(positive),
        uninformative=len(positive) - len(usable),
        uninformative_people=len(uninformative_people),
        long=usable.filter(pl.col("seconds") > HOUR).height,
        repeated=len(repeated),
        repeated_assisted=int(repeated["assisted"].sum()),
        repeat_ratio=compute_repeat_ratio(marked),
        estimated=int(usable["is_estimated"].sum()),
        cap=cap,
        time_fault=refuse_recorded_times(first_passes, cap),
    )
    return build_log(usable), health


def order_labels(labels: pl.DataFrame) -> pl.DataFrame:
    """Return the labels by annotator, day and number, with names as categories and items as numbers."""
    names = [name for name, dtype in labels.schema.items() if dtype == pl.String and name != "item"]
    columns = {**LABEL_COLUMNS, **OPTIONAL_COLUMNS}
    narrow = labels.select(
        pl.col(name) if name in labels.columns else pl.lit(None, dtype=dtype).alias(name)
        for name, dtype in columns.items()
        if name in labels.columns or name in OPTIONAL_COLUMNS
    ).with_columns(pl.col(names).cast(pl.Categorical))
    if narrow.schema["item"] != pl.UInt64:
        narrow = narrow.with_columns(pl.col("item").cast(pl.String).rank("dense").cast(pl.UInt64))
    annotator = encode_names(narrow.get_column("annotator"))[0]
    day = narrow.get_column("day_on").cast(pl.Date).to_physical().fill_null(np.iinfo(np.int32).min).to_numpy()
    order = np.lexsort((narrow.get_column("label").to_numpy(), day, annotator))
    return narrow if bool((np.diff(order) == 1).all()) else narrow[order]


def find_uninformative_people(positive: pl.DataFrame) -> list[str]:
    """Return the people whose times are mostly one and the same value, written by a tool and not measured.

    A value that most times have is their median.
    """
    seconds = pl.col("seconds")
    commonest = positive.group_by("annotator").agg(
        same=(seconds == seconds.quantile(0.5, "lower")).sum(), rows=pl.len()
    )
    uninformative = commonest.filter(
        pl.col("rows") >= SAME_TIME_ROWS, pl.col("same") >= SAME_TIME_SHARE * pl.col("rows")
    )
    return sorted(map(str, uninformative["annotator"]))


def build_log(usable: pl.DataFrame) -> LabelLog:
    """Return the usable labels as arrays."""
    proxy, proxy_unknown = standardize_proxy(usable["proxy"])
    annotator, names = encode_names(usable["annotator"])
    project, projects = encode_names(usable["project"])
    return LabelLog(
        label=usable["label"].to_numpy().astype(np.int64),
        annotator=annotator.astype(np.int32),
        names=tuple(names),
        project=project.astype(np.int32),
        projects=tuple(projects),
        kind=encode_names(usable["kind"].fill_null(""))[0].astype(np.int32),
        item=encode_items(usable),
        moment=usable["moment"].to_numpy().astype(np.float64),
        later=usable["later"].to_numpy().astype(np.bool_),
        day=usable["day_on"].to_physical().to_numpy().astype(np.int32),
        seconds=usable["seconds"].to_numpy().astype(np.float64),
        assisted=usable["assisted"].to_numpy().astype(np.bool_),
        eligible=usable["eligible"].fill_null(value=False).to_numpy().astype(np.bool_),
        holdout=usable["holdout"].fill_null(value=False).to_numpy().astype(np.bool_),
        proxy=proxy,
        proxy_unknown=proxy_unknown,
        experience=usable["experience"].to_numpy().astype(np.float64),
    )


def encode_items(usable: pl.DataFrame) -> Codes:
    """Return dense codes of the items with several labels, within their project; -1 for all others.

    Only labels of one item are ever compared with each other, so an item with one label needs no number.
    """
    codes = np.full(usable.height, -1, dtype=np.int32)
    is_doubled = usable["is_doubled"].to_numpy()
    if is_doubled.any():
        ranks = usable.filter("is_doubled").select(pl.struct("project", "item").rank("dense").cast(pl.Int64) - 1)
        codes[is_doubled] = ranks.to_series().to_numpy()
    return codes


def standardize_proxy(proxy: pl.Series) -> tuple[Reals, Mask]:
    """Return the proxy in standard deviations (zero where unknown), and whether it is unknown.

    Skewed proxies that are never negative, such as lengths, enter as logarithms, so that one long item does not decide.
    """
    is_unknown = proxy.is_null() | proxy.is_nan().fill_null(value=False)
    values = proxy.fill_null(0.0).fill_nan(0.0).to_numpy().astype(np.float64).copy()
    is_known = ~is_unknown.to_numpy()
    known_values = values[is_known]
    if known_values.size and known_values.min() >= 0 and compute_skewness(known_values) > SKEWNESS_LIMIT:
        known_values = np.log1p(known_values)
    values[is_known] = (
        (known_values - known_values.mean()) / compute_deviation(known_values) if known_values.size else known_values
    )
    return values, ~is_known


def compute_skewness(values: Reals) -> float:
    """Return the third standardised moment."""
    return float((((values - values.mean()) / compute_deviation(values)) ** 3).mean())


def compute_deviation(values: Reals) -> float:
    """Return the standard deviation, or one where nothing varies."""
    spread = float(values.std())
    return spread if spread > 0 else 1.0


def build_terms(log: LabelLog, *, weeks: bool = False, line: bool = False) -> Terms:
    """Return annotator and kind effects, assistance, difficulty, experience and, if asked, week effects or a trend."""
    if (weeks, line) in log.terms:
        return log.terms[weeks, line]
    groups = [log.annotator, log.kind, *([log.week] if weeks else [])]
    columns = {"assisted": log.assisted.astype(np.float64), **select_covariates(log)}
    if line:
        columns["time"] = (log.day - log.day.mean()) / 30.0
    log.terms[weeks, line] = Terms(tuple(encode_values(group) for group in groups), columns)
    return log.terms[weeks, line]


def select_covariates(log: LabelLog) -> dict[str, Reals]:
    """Return the columns other than assistance that vary in this log."""
    columns = {
        "proxy": log.proxy,
        "proxy_unknown": log.proxy_unknown.astype(np.float64),
        "experience": log.experience,
        "later": log.later.astype(np.float64),
    }
    return {name: column for name, column in columns.items() if float(np.ptp(column)) > 0}


def build_item_terms(log: LabelLog) -> Terms:
    """Return item and annotator effects, assistance, experience and order; the item effects cover the difficulty."""
    columns = {"assisted": log.assisted.astype(np.float64), "experience": log.experience}
    if 0 < log.later.sum() < log.rows:
        columns["later"] = log.later.astype(np.float64)
    return Terms((encode_values(log.item), encode_values(log.annotator)), columns)


HEADLINE_RULE = "usual"
# Robust standard deviations beyond which a label counts as idle time, by the name of the rule.
IDLE_RULES = {"none": float("inf"), HEADLINE_RULE: 3.0, "strict": 2.5}
UNEVEN_LIMIT = 0.02


def apply_idle_rule(residuals: Reals, rule: str) -> Mask:
    """Return a mask of the labels that a rule keeps; residuals are in robust standard deviations."""
    mask: Mask = np.abs(residuals) <= IDLE_RULES[rule]
    return mask


def count_dropped_labels(log: LabelLog, used_mask: Mask) -> pl.DataFrame:
    """Return the number of labels, the number dropped and the share dropped, by arm."""
    rows = []
    for assisted in (False, True):
        arm = log.assisted == assisted
        dropped = int((arm & ~used_mask).sum())
        rows.append((assisted, int(arm.sum()), dropped, dropped / max(int(arm.sum()), 1)))
    return pl.DataFrame(rows, schema=IDLE_COLUMNS, orient="row")


def check_idle_time(dropped: pl.DataFrame) -> Diagnostic:
    """Return how unevenly idle time was dropped between the arms, which is a bias of its own."""
    manual_share, assisted_share = dropped["share"].to_list()
    text = (
        f"Dropped as idle: {format_share(manual_share, 1)} of the manual and {format_share(assisted_share, 1)} of the "
        "assisted labels."
    )
    is_uneven = abs(assisted_share - manual_share) > UNEVEN_LIMIT
    return Diagnostic(
        "idle", assisted_share - manual_share, text + (" The shares differ: ask why." if is_uneven else ""), is_uneven
    )
