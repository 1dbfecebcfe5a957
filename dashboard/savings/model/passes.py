"""Several passes on one item: which labels repeat a person's own work, and which items another pass had seen before.

What an item would have taken by hand counts once. A person who labels an item by hand and then with assistance has
saved nothing by doing it twice, and a second look is quicker anyway. So a person's later labels of an item are left
out, and labels of an item that somebody else had labeled before have an effect of their own in every model.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from dashboard.errors import Cause, Unavailable
from dashboard.inference.contract import Diagnostic
from dashboard.inference.design_matrix import Mask
from dashboard.savings.model.label_codes import find_repeated_items
from dashboard.units import format_count, format_share

if TYPE_CHECKING:
    from dashboard.savings.model.labels import LabelLog

EARLIEST_SHARE, LATEST_SHARE = 0.35, 0.65
KNOWN_ORDER_SHARE = 0.5
MINIMUM_ALIKE = 40  # labels of each arm that are first looks, or second looks, like those of the other arm
REPEATED_LIMIT = 0.02
ORDER_NEEDED = (
    "Let chance decide, item by item, which of two people labels first and which of them with assistance; or leave a "
    "random tenth of the items, never labeled before, to people."
)


@dataclass(frozen=True)
class OrderShares:
    """Among the items labeled both ways, the share whose order is known, and where assistance came first of those."""

    items: int
    known: float
    assisted_first: float

    @property
    def is_balanced(self) -> bool:
        """Return whether either way came first about equally often, so that order cannot pass for assistance."""
        return self.known >= KNOWN_ORDER_SHARE and EARLIEST_SHARE <= self.assisted_first <= LATEST_SHARE


def measure_order(log: LabelLog, paired_mask: Mask) -> OrderShares:
    """Return which way came first on the paired items; a tie on the same moment or day is not known."""
    paired = log.where(paired_mask)
    items = np.unique(paired.item, return_inverse=True)[1]
    count = int(items.max(initial=-1)) + 1
    first_assisted, first_manual = np.full(count, np.inf), np.full(count, np.inf)
    np.minimum.at(first_assisted, items[paired.assisted], paired.moment[paired.assisted])
    np.minimum.at(first_manual, items[~paired.assisted], paired.moment[~paired.assisted])
    known_count = int((first_assisted != first_manual).sum())
    return OrderShares(
        count,
        known_count / max(count, 1),
        float((first_assisted < first_manual).sum()) / max(known_count, 1),
    )


def check_order(shares: OrderShares) -> Diagnostic | None:
    """Return the warning that items labeled both ways prove nothing because of their order; None where they may."""
    if not shares.items or shares.is_balanced:
        return None
    if shares.known < KNOWN_ORDER_SHARE:
        text = f"Of {format_count(shares.items)} items labeled both ways it is mostly not known which way came first"
    else:
        text = (
            f"Of {format_count(shares.items)} items labeled both ways, assistance came first on "
            f"{format_share(shares.assisted_first)}; a "
            "second look may be quicker or slower whatever the tool"
        )
    return Diagnostic(
        "order", shares.assisted_first, f"{text}, so they count as no comparison of the same item.", flag=True
    )


def explain_repeated_labels(assisted: int, repeated: int, ratio: float | None) -> Unavailable:
    """Return why second looks by the same person are no saving, with how quick they were."""
    speed = "" if ratio is None else f" They took {describe_speed(ratio)} than the first."
    return Unavailable(
        f"{format_count(repeated)} of {format_count(assisted)} assisted labels are second looks by people who had "
        "labeled the same item "
        f"before: doing an item twice saves no hours.{speed}",
        ORDER_NEEDED,
        Cause.not_identified,
    )


def explain_repeated_manual(manual: int, repeated: int) -> Unavailable:
    """Return why second looks by hand are no measure of the work without assistance."""
    return Unavailable(
        f"{format_count(repeated)} of {format_count(manual)} labels by hand are second looks by people who had labeled "
        "the same item before: a second look may be quicker or slower whatever the tool, so they are not compared.",
        ORDER_NEEDED,
        Cause.not_identified,
    )


def describe_speed(ratio: float) -> str:
    """Return how much quicker or slower a second look was."""
    return f"{format_share(1 - ratio)} less time" if ratio <= 1 else f"{format_share(ratio - 1)} more time"


def is_order_confounded(log: LabelLog) -> bool:
    """Return whether the arms can be compared only because one of them holds the second looks."""
    manual = ~log.assisted
    alike = sum(min(int((look & log.assisted).sum()), int((look & manual).sum())) for look in (log.later, ~log.later))
    return alike < MINIMUM_ALIKE <= min(int(log.assisted.sum()), int(manual.sum()))


def explain_confounded_order(log: LabelLog) -> Unavailable:
    """Return why assistance cannot be told from a second look."""
    later = int((log.later & log.assisted).sum())
    return Unavailable(
        f"{format_count(later)} of {format_count(int(log.assisted.sum()))} assisted labels are second looks at items "
        "that somebody else had "
        "labeled before, and those by hand are not: assistance cannot be told from a second look.",
        ORDER_NEEDED,
        Cause.not_identified,
    )


def mark_passes(complete: pl.DataFrame) -> pl.DataFrame:
    """Return the labels with `moment`, `later` (somebody labeled the item before) and `repeated` (the same person did).

    Also `is_doubled`: the item has several labels. Labels of unknown items are first passes. Where the order of a
    person's own labels is not known, the one by hand came first.
    """
    day = pl.col("day_on").cast(pl.Datetime("us"))
    moments = complete.with_columns(moment=pl.coalesce("finished_at", day).to_physical().cast(pl.Float64))
    by_item, by_person = ["project", "item"], ["project", "item", "annotator"]
    repeated_items = find_repeated_items(complete)
    if repeated_items.is_empty():  # the usual case
        return moments.with_columns(pl.lit(value=False).alias(name) for name in ("is_doubled", "later", "repeated"))
    # Most items have one label, and ranking those costs more than all else.
    rows = moments.with_row_index("row")
    doubled = rows.filter(pl.col("item").is_in(repeated_items.implode()))
    doubled = doubled.filter(pl.struct(by_item).is_duplicated())
    order = pl.struct("moment", "assisted", "label").rank("ordinal").over(by_person)
    doubled = doubled.select(
        "row", is_doubled=True, later=pl.col("moment") > pl.col("moment").min().over(by_item), repeated=order > 1
    )
    marked = rows.join(doubled, on="row", how="left", maintain_order="left").drop("row")
    return marked.with_columns(pl.col("is_doubled", "later", "repeated").fill_null(value=False))


def compute_repeat_ratio(marked: pl.DataFrame) -> float | None:
    """Return seconds of the assisted second looks over those of the same people's first labels of the items."""
    keys = ["project", "item", "annotator"]
    second = marked.filter(pl.col("repeated"), pl.col("assisted"))
    if second.is_empty():
        return None
    first = marked.filter(~pl.col("repeated"), ~pl.col("assisted")).select(*keys, first_seconds="seconds")
    pairs = second.join(first, on=keys).drop_nulls(["seconds", "first_seconds"])
    total = float(pairs.get_column("first_seconds").sum())
    return float(pairs.get_column("seconds").sum()) / total if total > 0 else None
