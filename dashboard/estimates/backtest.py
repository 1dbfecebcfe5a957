"""Whether the projections deserve trust: those that would have been made in the past, against what came.

Every week from the eighth is an origin: what is known by then makes a projection, and the weeks after it tell how far
off that was. Only outcomes known at an origin recalibrate it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

import polars as pl

from dashboard.estimates.backlog import SEED

if TYPE_CHECKING:
    from dashboard.estimates.weekly_series import Reals

__all__ = ["HORIZONS", "ORIGINS", "SCORES", "Backtest", "Gate", "roll", "scored"]

Gate = Literal["track record good", "track record not yet known", "track record poor"]

HORIZONS = (4, 8, 12)
DRAWS = 1000

ORIGINS: dict[str, pl.DataType] = {
    "origin_on": pl.Date(),
    "horizon": pl.Int64(),
    "weeks": pl.Int64(),
    "last_on": pl.Date(),
    "items": pl.Int64(),
    "seconds_p10": pl.Float64(),
    "seconds_p50": pl.Float64(),
    "seconds_p90": pl.Float64(),
    "p10": pl.Float64(),
    "p50": pl.Float64(),
    "p90": pl.Float64(),
    "actual": pl.Float64(),
    "inside": pl.Boolean(),
    "recalibrated": pl.Boolean(),
    "error": pl.Float64(),
    "last_four": pl.Float64(),
    "no_change_p10": pl.Float64(),
    "no_change_p50": pl.Float64(),
    "no_change_p90": pl.Float64(),
}
"""One row an origin (the Monday of the first week ahead) and horizon (weeks; null: to the end of the backlog).

What was said at the origin are the seconds an item; p10, p50, p90 and `actual` are hours of the `items` that really
came in the weeks from `origin_on` to `last_on`, because how many come is the plan's matter, not the forecast's. `error`
is the standardised log error before recalibration. The baselines: the rate of the last four weeks, and no change
(means of the whole history, with the noise of items alone).
"""

SCORES: dict[str, pl.DataType] = {
    "horizon": pl.Int64(),
    "origins": pl.Int64(),
    "outcomes": pl.Int64(),
    "coverage": pl.Float64(),
    "coverage_low": pl.Float64(),
    "coverage_high": pl.Float64(),
    "pinball": pl.Float64(),
    "pinball_last_four": pl.Float64(),
    "pinball_no_change": pl.Float64(),
    "bias": pl.Float64(),
    "error": pl.Float64(),
    "width": pl.Float64(),
    "gate": pl.String(),
}
"""One row a horizon. `coverage` is the share of all origins whose outcome lay between P10 and P90 (wanted: .80), its
bounds are Wilson's (95 %) for as many outcomes as do not overlap (`outcomes`). Pinball loss (mean of P10, P50, P90),
bias (P50 / actual - 1), error (its mean size) and width of the band are shares of the actual hours.
"""

LEAST_OUTCOMES = 8
LEAST_TO_DOUBT = 2  # outcomes of a horizon
TRUSTED = (0.65, 0.95)


@dataclass(frozen=True)
class Backtest:
    """The track record: origins (ORIGINS), scores (SCORES), the gate, and by horizon the errors to recalibrate with."""

    origins: pl.DataFrame
    scores: pl.DataFrame
    gate: Gate
    errors: Mapping[int, Reals]

    def reach(self) -> int | None:
        """Return how many weeks ahead the record is good, None where it is not: farther ahead nothing is shown yet."""
        good = self.scores.filter(gate="track record good").get_column("horizon").drop_nulls()
        return None if self.gate != "track record good" or good.is_empty() else int(good.to_numpy().max())

    def errors_for(self, weeks: int) -> Reals | None:
        """Return the errors of the horizon next to so many weeks, for `backlog.project`; None where there are none."""
        known = [horizon for horizon in self.errors if len(self.errors[horizon])]
        return self.errors[min(known, key=lambda horizon: (abs(horizon - weeks), horizon))] if known else None


def roll(
    weeks: pl.DataFrame,
    *,
    horizons: tuple[int, ...] = HORIZONS,
    end_on: date | None = None,
    seed: int = SEED,
    draws: int = DRAWS,
) -> Backtest:
    """Return the track record of a project with the history `weeks` (columns of WEEKS).

    `end_on` is the last Monday of a backlog that was done within the history: then each origin also looks that far.
    The projections are those of a plan that goes on as before. Origins whose outcome is not known are left out: weeks
    that are not over, labels nobody timed, or a horizon in which none came.
    """
    from dashboard.estimates import rolling_origin

    rows = rolling_origin.origins(weeks, horizons, end_on, seed=seed, draws=draws)
    frame = pl.DataFrame(rows, schema=ORIGINS, orient="row").sort("horizon", "origin_on", nulls_last=True)
    scores = scored(frame)
    errors = {
        horizon: frame.filter(pl.col("horizon") == horizon).get_column("error").to_numpy() for horizon in horizons
    }
    return Backtest(frame, scores, gate(scores), errors)


def scored(origins: pl.DataFrame) -> pl.DataFrame:
    """Return the scores (SCORES) of origins (ORIGINS), one row a horizon.

    Pinball loss: Koenker and Bassett 1978; interval of the coverage: Wilson 1927.
    """
    known = origins.filter(pl.col("actual") > 0).sort("origin_on")
    if known.is_empty():
        return pl.DataFrame(schema=SCORES)
    said = known.group_by("horizon", maintain_order=True).agg(
        pl.len().cast(pl.Int64).alias("origins"),
        apart(pl.struct("origin_on", "last_on")).alias("outcomes"),
        pl.col("inside").mean().alias("coverage"),
        pinball("p10", "p50", "p90").mean().alias("pinball"),
        pinball("last_four", "last_four", "last_four").mean().alias("pinball_last_four"),
        pinball("no_change_p10", "no_change_p50", "no_change_p90").mean().alias("pinball_no_change"),
        (pl.col("p50") / pl.col("actual") - 1).mean().alias("bias"),
        (pl.col("p50") / pl.col("actual") - 1).abs().mean().alias("error"),
        ((pl.col("p90") - pl.col("p10")) / pl.col("actual")).mean().alias("width"),
    )
    return said.with_columns(*wilson(), verdict().alias("gate")).select(*SCORES).sort("horizon", nulls_last=True)


def apart(spans: pl.Expr) -> pl.Expr:
    """Return how many of the spans (origin_on, last_on), in order, do not overlap when taken as they come."""
    return spans.map_batches(count_apart, return_dtype=pl.Int64, returns_scalar=True)


def count_apart(spans: pl.Series) -> int:
    """Return how many spans can be taken one after the other."""
    count, free_from = 0, date.min
    for span in spans.to_list():
        if span["origin_on"] >= free_from:
            count, free_from = count + 1, span["last_on"]
            free_from = date.fromordinal(free_from.toordinal() + 1)
    return count


def pinball(low: str, middle: str, high: str) -> pl.Expr:
    """Return the mean pinball loss of three quantiles, as a share of the actual hours."""
    losses = []
    for level, name in ((0.1, low), (0.5, middle), (0.9, high)):
        miss = pl.col("actual") - pl.col(name)
        losses.append(pl.when(miss > 0).then(level * miss).otherwise((level - 1) * miss))
    return (losses[0] + losses[1] + losses[2]) / 3 / pl.col("actual")


def wilson() -> tuple[pl.Expr, pl.Expr]:
    """Return the bounds of the coverage."""
    z, share, count = 1.959963984540054, pl.col("coverage"), pl.col("outcomes")
    middle = (share + z**2 / (2 * count)) / (1 + z**2 / count)
    half = z / (1 + z**2 / count) * (share * (1 - share) / count + z**2 / (4 * count**2)).sqrt()
    return (middle - half).clip(0, 1).alias("coverage_low"), (middle + half).clip(0, 1).alias("coverage_high")


def verdict() -> pl.Expr:
    """Return the gate of each horizon."""
    good = pl.col("coverage").is_between(*TRUSTED)
    return (
        pl.when(pl.col("outcomes") < LEAST_OUTCOMES)
        .then(pl.lit("track record not yet known"))
        .when(good)
        .then(pl.lit("track record good"))
        .otherwise(pl.lit("track record poor"))
    )


def gate(scores: pl.DataFrame) -> Gate:
    """Return the gate of all horizons: poor if one is; good if one is and the others' coverage does not gainsay it.

    Few outcomes far ahead are no ground for a verdict, but they are for not giving one: forecasts of four weeks hold
    where those of twelve miss every turn, and there are eight of the former long before there are eight of the latter.
    """
    found = set(scores.get_column("gate"))
    if "track record poor" in found:
        return "track record poor"
    judged = scores.filter(pl.col("outcomes") >= LEAST_TO_DOUBT)
    doubted = not judged.get_column("coverage").is_between(*TRUSTED).all()
    return "track record good" if "track record good" in found and not doubted else "track record not yet known"
