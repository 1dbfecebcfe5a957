"""Which labels of a very large store an estimate is made from, and how many labels each of them stands for.

A saving comes from people who differ: half a million labels of a hundred people say as much as ten million. Whole
items are drawn, by a hash, so that the labels of one item stay together and every reading draws the same ones. Rare
automations and small projects are read whole: chance must not decide whether a pilot has enough labels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from dashboard.store.queries import run_query
from dashboard.store.snapshot import Snapshot
from dashboard.units import format_count

MOST_LABELS = 1_000_000  # of which all are read
DRAWN_LABELS = 500_000  # about so many are drawn of more
FEWEST_LABELS = 50_000  # of an automation or a project; with fewer it is read whole
ARM = ["project", "automation"]
ARM_SCHEMA: dict[str, pl.DataType] = {"project": pl.String(), "automation": pl.String(), "labels": pl.Int64()}


@dataclass(frozen=True)
class LabelSample:
    """One in so many items, those read whole, and the number of labels by project and automation.

    `arms`: project, automation (null by hand), labels.
    """

    one_in: int = 1
    whole_automations: tuple[str, ...] = ()
    whole_projects: tuple[str, ...] = ()
    arms: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=ARM_SCHEMA))

    def list_params(self) -> dict[str, object]:
        """Return the parameters of the query `labels_for_estimate`."""
        return {
            "one_in": self.one_in,
            "whole_automations": list(self.whole_automations),
            "whole_projects": list(self.whole_projects),
        }

    def count_stood_for(self, drawn: pl.DataFrame) -> pl.DataFrame:
        """Return how many labels each drawn one stands for: project, automation, stands_for; none if all are read.

        `drawn`: the drawn labels. Counts by project and automation come out as they are; the seconds of an automation
        of n drawn labels are off by about .5 / sqrt(n), at most .3 %.
        """
        if self.one_in == 1:
            return pl.DataFrame(schema={"project": pl.String, "automation": pl.String, "stands_for": pl.Float64})
        counts = drawn.group_by(pl.col(ARM).cast(pl.String)).agg(drawn=pl.len())
        joined = self.arms.join(counts, on=ARM, nulls_equal=True)
        return joined.select(*ARM, stands_for=pl.col("labels") / pl.col("drawn"))

    def describe_draw(self, compared: int, automation: str, projects: Sequence[str]) -> tuple[str, ...]:
        """Return the sentence on the draw, for an automation that so many drawn labels are compared of; or none."""
        if self.one_in == 1:
            return ()
        is_compared = pl.col("project").is_in(projects) & (pl.col("automation").fill_null(automation) == automation)
        labels = int(self.arms.filter(is_compared).get_column("labels").sum())
        sentence = (
            f"Estimated from {format_count(compared)} of {format_count(labels)} labels, drawn by chance: one in"
            f" {self.one_in} items, and all of small projects and rare automations. The hours are those of all labels."
        )
        return (sentence,)


def plan_sample(snapshot: Snapshot, params: Mapping[str, object], *, all_methods: bool = False) -> LabelSample:
    """Return which labels an estimate is made from: all of them, or a draw where they are too many to read.

    `all_methods`: labels whose method is not known are read, too.
    """
    arms = run_query(snapshot, "labels_per_arm", params).filter(pl.col("is_compared") | pl.lit(all_methods))
    labels = int(arms.get_column("labels").sum())
    if labels <= MOST_LABELS:
        return LabelSample()
    return LabelSample(-(-labels // DRAWN_LABELS), list_small(arms, "automation"), list_small(arms, "project"), arms)


def list_small(arms: pl.DataFrame, name: str) -> tuple[str, ...]:
    """Return the automations or projects with too few labels to draw from."""
    totals = arms.drop_nulls(name).group_by(name).agg(pl.col("labels").sum())
    return tuple(totals.filter(pl.col("labels") < FEWEST_LABELS).get_column(name).sort())
