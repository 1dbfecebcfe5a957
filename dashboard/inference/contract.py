"""The input and the result of an estimate of savings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

from dashboard.errors import Unavailable

Grade = Literal["A", "B", "C", "D"]

LABEL_COLUMNS: dict[str, pl.DataType] = {
    "label": pl.Int64(),
    "annotator": pl.String(),
    "project": pl.String(),
    "automation": pl.String(),
    "kind": pl.String(),
    "proxy": pl.Float64(),
    "seconds": pl.Float64(),
    "assisted": pl.Boolean(),
    "day_on": pl.Date(),
    "item": pl.String(),
    "eligible": pl.Boolean(),
    "holdout": pl.Boolean(),
}
"""One row per label: one person's annotation of one item, with the review and rework seconds charged to it.

`kind` is '' where unknown. `proxy` (any number that grows with difficulty) and `seconds` (human seconds) are null
where unknown. `eligible` and `holdout` are null where no hold-out ran.
"""

ORDER_COLUMNS: dict[str, pl.DataType] = {"finished_at": pl.Datetime("us")}
"""Optional: when a label was finished, which orders several labels of one item; without it the day does."""

OPTIONAL_COLUMNS: dict[str, pl.DataType] = {
    **ORDER_COLUMNS,
    "annotate_seconds": pl.Float64(),
    "suggestion": pl.String(),
    "is_estimated": pl.Boolean(),
}
"""Optional, too: the seconds without review and rework, in which a capped clock shows; what became of the suggestion,
on which it may depend whether a label is timed; and whether the time is derived from gaps between completions."""

SPECIFICATION_COLUMNS: dict[str, pl.DataType] = {
    "specification": pl.String(),
    "idle_rule": pl.String(),
    "share": pl.Float64(),
    "low": pl.Float64(),
    "high": pl.Float64(),
}
IDLE_COLUMNS: dict[str, pl.DataType] = {
    "assisted": pl.Boolean(),
    "rows": pl.Int64(),
    "dropped": pl.Int64(),
    "share": pl.Float64(),
}
SAVED_COLUMNS: dict[str, pl.DataType] = {
    "label": pl.Int64(),
    "counterfactual_seconds": pl.Float64(),
    "saved_seconds": pl.Float64(),
}
INFLUENCE_COLUMNS: dict[str, pl.DataType] = {"annotator": pl.String(), "hours": pl.Float64()}


@dataclass(frozen=True)
class Interval:
    """A value with its confidence interval at a level, such as .95."""

    value: float
    low: float
    high: float
    level: float


ONE_DATE_CHECK = "one rollout date"  # a check that is warned of in the sentence
NOTHING_BESIDE_CHECK = "nothing by hand since"  # a check that takes away any direction
ALIKE_SINCE_CHECK = "by hand as quick since"  # likewise
CAPPED_CHECK = "capped times"  # a check that is warned of in the sentence


@dataclass(frozen=True)
class Diagnostic:
    """One check of an estimate; `flag` is True where the reader should worry, `value` None where it is unknown."""

    name: str
    value: float | None
    words: str
    flag: bool


@dataclass(frozen=True)
class Bounds:
    """Between which shares the saving lies where no single number can be defended, why, and what would settle it."""

    low: float
    high: float
    reason: str
    needed: str


@dataclass(frozen=True)
class UnseenDifficulty:
    """What the share saved would be if something unseen were as strong as the difficulty that the log measures.

    `easier` and `harder` are the shares by which easier assisted items would make the saving look larger, and harder
    ones smaller. `is_choice`: somebody chose the items, it was not dates that decided.
    """

    share: Interval
    easier: float
    harder: float
    is_choice: bool


@dataclass(frozen=True)
class SavingsEstimate:
    """What assistance saved, or why there is no estimate.

    `hours` (before setup and running cost) and `share` (of the counterfactual hours) hold "if annotators change". They
    are None where the log supports no claim about people in general. `current` (a share) and `current_hours` hold for
    "our current annotators". `typical` is the speed-up of a typical item: never multiply it with hours. `saved` adds
    up to `current_hours`, whose value is that of `hours`. The squares of `influence` add up to the variance of
    `hours`, so that automations with shared people can be added. With `bounds` only these may be shown, no hours and no
    share. `unseen` is None where the design rules out a choice of easy items;
    `design` is what was compared, in a few words.
    """

    refused: Unavailable | None
    hours: Interval | None
    share: Interval | None
    current: Interval | None
    current_hours: Interval | None
    typical: Interval | None
    grade: Grade
    reasons: tuple[str, ...]
    established: bool
    strip: pl.DataFrame
    idle: pl.DataFrame
    diagnostics: tuple[Diagnostic, ...]
    saved: pl.DataFrame
    influence: pl.DataFrame
    n: int
    annotators: int
    method: str
    bounds: Bounds | None = None
    unseen: UnseenDifficulty | None = None
    design: str = ""
    n_assisted: int = 0  # of the n labels compared
