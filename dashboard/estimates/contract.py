"""What goes into an estimate of savings and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

Grade = Literal["A", "B", "C", "D"]

LABELS: dict[str, pl.DataType] = {
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
"""One row a label: an annotation of a person on an item, with the review and rework seconds charged to it.

`kind` is '' and `proxy` (any number that grows with difficulty) null where unknown; `seconds` are human seconds,
null where unknown; `eligible` and `holdout` are null where no hold-out ran.
"""

STRIP: dict[str, pl.DataType] = {
    "specification": pl.String(),
    "idle_rule": pl.String(),
    "share": pl.Float64(),
    "low": pl.Float64(),
    "high": pl.Float64(),
}
IDLE: dict[str, pl.DataType] = {
    "assisted": pl.Boolean(),
    "rows": pl.Int64(),
    "dropped": pl.Int64(),
    "share": pl.Float64(),
}
SAVED: dict[str, pl.DataType] = {
    "label": pl.Int64(),
    "counterfactual_seconds": pl.Float64(),
    "saved_seconds": pl.Float64(),
}
INFLUENCE: dict[str, pl.DataType] = {"annotator": pl.String(), "hours": pl.Float64()}


@dataclass(frozen=True)
class Interval:
    """A value with the bounds of its interval at a level, such as .95."""

    value: float
    low: float
    high: float
    level: float


@dataclass(frozen=True)
class Refusal:
    """Why there is no number, and what is missing, and how much of it."""

    reason: str
    needed: str


@dataclass(frozen=True)
class Diagnostic:
    """One check of an estimate; `flag` is up where the reader should worry, `value` None where it cannot be had."""

    name: str
    value: float | None
    words: str
    flag: bool


@dataclass(frozen=True)
class Savings:
    """What assistance saved, or why that cannot be said.

    `hours` (gross of setup and running) and `share` of the counterfactual hours hold "if annotators change" and are
    None where the log bears no claim about people in general; `current` (a share) and `current_hours` hold for "our
    current annotators". `typical` is the speed-up of a typical item: never to be multiplied with hours. `saved` adds
    up to `current_hours`, whose value is that of `hours`; the squares of `influence` add up to the variance of
    `hours`, so that automations with shared people can be added.
    """

    refused: Refusal | None
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
