"""How far the hours saved in a part of a log may lie from that part's share of the hours saved in all of it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import polars as pl

from dashboard.savings.model.combined import compute_t_quantile


@dataclass(frozen=True)
class PartError:
    """The standard error, in seconds, that the labels of a part have of their own, and its degrees of freedom."""

    seconds: float = 0.0
    freedom: float = 0.0

    def compute_half_width(self, level: float) -> float:
        """Return half of the interval's width, in seconds."""
        return self.seconds * compute_t_quantile(self.freedom + 1, level) if self.seconds else 0.0


WHOLE_LOG = PartError()  # all labels have no error beside that of the share saved


def measure_part_error(labels: pl.DataFrame, is_part: pl.Expr) -> PartError:
    """Return the error of a part of the labels, such as those of a period or project; none where it is all of them.

    `labels`: annotator, day_on (and what `is_part` asks for), counterfactual_seconds, saved_seconds, of all
    assisted labels. The interval of the whole log bounds the share saved in all of it. A part of the log has labels
    that chance made slower or quicker than predicted, which even out only over the whole. With r the part's share
    of the seconds by hand and d the sum over a person's week of (saved - overall share x by hand), the error's
    variance is n / (n - 1) times the sum of ((1 - r) d)^2 over the weeks of the part and of (r d)^2 over the
    others: clusters as in Liang and Zeger (1986). A few long labels make that sum uncertain: its degrees of freedom
    are 3 (sum of squares)^2 / (sum of fourth powers) - 2, which is n where all weeks are alike (Satterthwaite;
    Johnson and Rust 1992). A part of few weeks may lie on the overall share by luck: its variance is at least that of
    as many labels drawn from the whole log, whose deviations grow with their seconds by hand.
    """
    total, saved = (float(labels.get_column(f"{name}_seconds").sum()) for name in ("counterfactual", "saved"))
    part = float(labels.filter(is_part).get_column("counterfactual_seconds").sum())
    if not 0 < part < total:
        return WHOLE_LOG
    weight = pl.when(is_part).then(1 - part / total).otherwise(part / total)
    deviation = pl.col("saved_seconds") - saved / total * pl.col("counterfactual_seconds")
    clusters = labels.group_by("annotator", pl.col("day_on").dt.truncate("1w"), is_part.alias("is_part")).agg(
        deviation=(weight * deviation).sum()
    )
    squares = clusters.get_column("deviation") ** 2
    variance, fourths = float(squares.sum()), float((squares**2).sum())
    if not variance:
        return WHOLE_LOG
    by_hand = pl.col("counterfactual_seconds")
    usual = ((deviation**2).sum() / (by_hand**2).sum() * ((weight * by_hand) ** 2).sum()).alias("usual")
    usual_variance = float(labels.select(usual).item())
    variance *= clusters.height / (clusters.height - 1)
    if variance < usual_variance:
        return PartError(math.sqrt(usual_variance), float(clusters.height))
    return PartError(math.sqrt(variance), max(3 * float(squares.sum()) ** 2 / fourths - 2, 1.0))
