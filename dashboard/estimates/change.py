"""What changed between two periods and why: contributions of volume, mix and rate that add up to the change.

Each factor's contribution is its mean effect over all orders in which the factors could have changed (Shapley, 1953;
for decompositions: Shorrocks, 2013, J. Econ. Inequality 11). So no order is favoured and no residual is left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from dashboard.estimates.terms import Reals

WORK: dict[str, pl.DataType] = {
    "cell": pl.String(),
    "labels_before": pl.Int64(),
    "labels_now": pl.Int64(),
    "milliseconds_before": pl.Int64(),
    "milliseconds_now": pl.Int64(),
}
"""One row a cell (a project and method, say): its timed labels and their milliseconds in either period, 0 for none."""

SHARES: dict[str, pl.DataType] = {
    "cell": pl.String(),
    "part_before": pl.Int64(),
    "part_now": pl.Int64(),
    "whole_before": pl.Int64(),
    "whole_now": pl.Int64(),
}
"""One row a cell (a project): seconds of labeling, and seconds of labeling and modeling, in either period."""

CONTRIBUTIONS: dict[str, pl.DataType] = {"cell": pl.String(), "factor": pl.String(), "contribution": pl.Float64()}


@dataclass(frozen=True)
class Change:
    """A change and what it is made of; `contributions` (CONTRIBUTIONS) add up to `now` - `before`."""

    before: float
    now: float
    contributions: pl.DataFrame


def of_time(work: pl.DataFrame) -> Change:
    """Return why labeling took more or less time (milliseconds, whole numbers that add up exactly).

    Factors: `volume` (how many labels, cell ''), `mix` (which cells they are in) and `rate` (time a label), the last
    two by cell. A cell without labels in one period has the rate of the other: its coming or going is mix.
    """
    import numpy as np

    counts = [work.get_column(f"labels_{when}").to_numpy().astype(float) for when in ("before", "now")]
    times = [work.get_column(f"milliseconds_{when}").to_numpy().astype(float) for when in ("before", "now")]
    totals = [float(count.sum()) for count in counts]
    before, now = (float(time.sum()) for time in times)
    cells = work.get_column("cell").to_list()
    if not all(totals):
        return Change(before, now, _rows([("", "volume", now - before)]))
    rates = [
        np.divide(time, count, out=np.full(len(cells), np.nan), where=count > 0)
        for time, count in zip(times, counts, strict=True)
    ]
    rates = [np.where(np.isnan(own), other, own) for own, other in (rates, rates[::-1])]
    rates = [np.nan_to_num(own) for own in rates]
    mixes = [count / total for count, total in zip(counts, totals, strict=True)]
    states = {"volume": [np.array(total) for total in totals], "mix": mixes, "rate": rates}
    parts = shapley(states, lambda at: at["volume"] * at["mix"] * at["rate"])
    rows = [("", "volume", float(parts["volume"].sum()))]
    # Mix by cell is told against the mean rate: a cell that takes as long as the others matters to nobody.
    mean = (before / totals[0] + now / totals[1]) / 2
    shift = (mixes[1] - mixes[0]) * mean * (totals[0] + totals[1]) / 2
    rows += [(cell, "mix", float(value)) for cell, value in zip(cells, parts["mix"] - shift, strict=True)]
    rows += [(cell, "rate", float(value)) for cell, value in zip(cells, parts["rate"], strict=True)]
    return Change(before, now, _rows(_whole(rows, round(now - before))))


def of_share(parts: pl.DataFrame) -> Change | None:
    """Return why a share changed, as shares of 0..1; None where a period has nothing to share out.

    Factors by cell: `mix` (the cell's part of all time, against the mean share) and `rate` (the share within it).
    """
    import numpy as np

    own = [parts.get_column(f"part_{when}").to_numpy().astype(float) for when in ("before", "now")]
    whole = [parts.get_column(f"whole_{when}").to_numpy().astype(float) for when in ("before", "now")]
    if not all(time.sum() for time in whole):
        return None
    before, now = (float(part.sum() / time.sum()) for part, time in zip(own, whole, strict=True))
    within = [
        np.divide(part, time, out=np.full(len(part), np.nan), where=time > 0)
        for part, time in zip(own, whole, strict=True)
    ]
    within = [np.nan_to_num(np.where(np.isnan(one), other, one)) for one, other in (within, within[::-1])]
    weights = [time / time.sum() for time in whole]
    middle = (before + now) / 2
    mix = (weights[1] - weights[0]) * ((within[0] + within[1]) / 2 - middle)
    rate = (within[1] - within[0]) * (weights[0] + weights[1]) / 2
    cells = parts.get_column("cell").to_list()
    rows = [(cell, "mix", float(value)) for cell, value in zip(cells, mix, strict=True)]
    rows += [(cell, "rate", float(value)) for cell, value in zip(cells, rate, strict=True)]
    return Change(before, now, _rows(rows))


def shapley(
    states: Mapping[str, list[Reals]], result: Callable[[Mapping[str, Reals]], Reals]
) -> dict[str, Reals]:  # fmt: skip
    """Return each factor's mean effect on the result over all orders; `states` holds before and now of each factor."""
    import numpy as np

    orders = list(permutations(states))
    parts: dict[str, Reals] = {}
    for order in orders:
        at = {name: before for name, (before, _) in states.items()}
        value = result(at)
        for name in order:
            at[name] = states[name][1]
            changed = result(at)
            parts[name] = parts.get(name, np.zeros_like(changed)) + (changed - value) / len(orders)
            value = changed
    return parts


def _whole(rows: list[tuple[str, str, float]], total: int) -> list[tuple[str, str, float]]:
    """Round the contributions so that they add up to the total exactly: the largest remainders are rounded up."""
    import math

    floors = [math.floor(value) for _, _, value in rows]
    missing = total - sum(floors)
    places = sorted(range(len(rows)), key=lambda place: (floors[place] - rows[place][2], place))
    step, left = divmod(missing, len(rows))
    up = set(places[:left])
    return [(cell, factor, float(floors[at] + step + (at in up))) for at, (cell, factor, _) in enumerate(rows)]


def _rows(rows: list[tuple[str, str, float]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=CONTRIBUTIONS, orient="row")
