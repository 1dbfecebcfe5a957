"""From a frame of labels to the arrays that are fitted, and the labels that had to be left out.

Labels that took far longer than expected, or by hand far shorter, are dropped as idle time (`idle_time`).
Cutting at a fixed percentile would leave bias, because idle time inflates the percentile itself.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dashboard.errors import Unavailable
from dashboard.inference.contract import IDLE_COLUMNS, LABEL_COLUMNS, OPTIONAL_COLUMNS, Diagnostic
from dashboard.inference.design_matrix import Codes, Mask, Reals, Terms, densify_codes
from dashboard.savings.model.passes import compute_repeat_ratio, mark_passes
from dashboard.savings.model.recorded_times import TimeCap, find_time_cap, refuse_recorded_times

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
    project: NDArray[np.object_]
    name: NDArray[np.object_]
    kind: Codes
    item: Codes
    moment: Reals
    later: Mask
    day: Codes
    week: Codes
    seconds: Reals
    assisted: Mask
    eligible: Mask
    holdout: Mask
    proxy: Reals
    proxy_unknown: Reals
    experience: Reals

    @property
    def rows(self) -> int:
        """Return the number of labels."""
        return len(self.seconds)

    @property
    def annotators(self) -> int:
        """Return the number of people."""
        return len(np.unique(self.annotator))

    def where(self, mask: Mask) -> LabelLog:
        """Return the labels that the mask selects."""
        return LabelLog(**{field.name: getattr(self, field.name)[mask] for field in fields(self)})

    def annotator_clusters(self) -> Codes:
        """Return dense codes of the annotators."""
        return encode_values(self.annotator)

    def weekly_clusters(self) -> Codes:
        """Return dense codes of the pairs of annotator and week."""
        return encode_values(self.annotator * (int(self.week.max(initial=0)) + 1) + self.week)

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
    labels = labels.with_columns(pl.lit(None).alias(name) for name in OPTIONAL_COLUMNS if name not in labels.columns)
    ordered_labels = labels.select(
        pl.col(name).cast(dtype) for name, dtype in {**LABEL_COLUMNS, **OPTIONAL_COLUMNS}.items()
    ).sort("annotator", "day_on", "label")
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


def find_uninformative_people(positive: pl.DataFrame) -> list[str]:
    """Return the people whose times are mostly one and the same value, written by a tool and not measured."""
    times = positive.group_by("annotator", "seconds").len("same")
    commonest = times.group_by("annotator").agg(pl.col("same").max(), pl.col("same").sum().alias("rows"))
    uninformative = commonest.filter(
        pl.col("rows") >= SAME_TIME_ROWS, pl.col("same") >= SAME_TIME_SHARE * pl.col("rows")
    )
    return uninformative["annotator"].sort().to_list()


def build_log(usable: pl.DataFrame) -> LabelLog:
    """Return the usable labels as arrays."""
    day = usable["day_on"].to_physical().to_numpy().astype(np.int64)
    proxy, proxy_unknown = standardize_proxy(usable["proxy"])
    return LabelLog(
        label=usable["label"].to_numpy().astype(np.int64),
        annotator=encode_ranks(usable["annotator"]),
        project=usable["project"].to_numpy(),
        name=usable["annotator"].to_numpy(),
        kind=encode_ranks(usable["kind"].fill_null("")),
        item=encode_items(usable),
        moment=usable["moment"].to_numpy().astype(np.float64),
        later=usable["later"].to_numpy().astype(np.bool_),
        day=day,
        week=(day + MONDAY_OFFSET) // 7,
        seconds=usable["seconds"].to_numpy().astype(np.float64),
        assisted=usable["assisted"].to_numpy().astype(np.bool_),
        eligible=usable["eligible"].fill_null(value=False).to_numpy().astype(np.bool_),
        holdout=usable["holdout"].fill_null(value=False).to_numpy().astype(np.bool_),
        proxy=proxy,
        proxy_unknown=proxy_unknown,
        experience=usable["experience"].to_numpy().astype(np.float64),
    )


def encode_ranks(column: pl.Series) -> Codes:
    """Return dense codes in the order of the values; null becomes -1."""
    return (column.rank("dense").cast(pl.Int64) - 1).fill_null(-1).to_numpy().astype(np.int64)


def encode_items(usable: pl.DataFrame) -> Codes:
    """Return dense codes of the items within their project; -1 where the item is unknown."""
    item_rank = pl.struct("project", "item").rank("dense").cast(pl.Int64) - 1
    encoded = usable.select(pl.when(pl.col("item").is_not_null()).then(item_rank).otherwise(-1).alias("item"))
    return encoded["item"].to_numpy().astype(np.int64)


def standardize_proxy(proxy: pl.Series) -> tuple[Reals, Reals]:
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
    return values, (~is_known).astype(np.float64)


def compute_skewness(values: Reals) -> float:
    """Return the third standardised moment."""
    return float((((values - values.mean()) / compute_deviation(values)) ** 3).mean())


def compute_deviation(values: Reals) -> float:
    """Return the standard deviation, or one where nothing varies."""
    spread = float(values.std())
    return spread if spread > 0 else 1.0


def build_terms(log: LabelLog, *, weeks: bool = False, line: bool = False) -> Terms:
    """Return annotator and kind effects, assistance, difficulty, experience and, if asked, week effects or a trend."""
    groups = [log.annotator, log.kind, *([log.week] if weeks else [])]
    columns = {"assisted": log.assisted.astype(np.float64), **select_covariates(log)}
    if line:
        columns["time"] = (log.day - log.day.mean()) / 30.0
    return Terms(tuple(encode_values(group) for group in groups), columns)


def select_covariates(log: LabelLog) -> dict[str, Reals]:
    """Return the columns other than assistance that vary in this log."""
    columns = {
        "proxy": log.proxy,
        "proxy_unknown": log.proxy_unknown,
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


HEADLINE_RULE = "3 SD"
IDLE_RULES = {"none": float("inf"), HEADLINE_RULE: 3.0, "2.5 SD": 2.5}
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
    text = f"Dropped as idle: {manual_share:.1%} of the manual and {assisted_share:.1%} of the assisted labels."
    is_uneven = abs(assisted_share - manual_share) > UNEVEN_LIMIT
    return Diagnostic(
        "idle", assisted_share - manual_share, text + (" The shares differ: ask why." if is_uneven else ""), is_uneven
    )
