"""Whether the projections deserve trust: past projections against their outcomes, from rolling origins.

Every week from the eighth is an origin: what was known by then makes a projection, and the weeks after it show its
error. Only outcomes known at an origin recalibrate it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

import polars as pl

from dashboard.inference.draws import SEED

if TYPE_CHECKING:
    from dashboard.forecast.model.weekly_series import Reals

__all__ = ["HORIZONS", "ORIGIN_COLUMNS", "SCORE_COLUMNS", "Backtest", "Gate", "run_backtest", "score_origins"]

Gate = Literal["track record good", "track record not yet known", "track record poor"]

HORIZONS = (4, 8, 12)
DRAWS = 1000

ORIGIN_COLUMNS: dict[str, pl.DataType] = {
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
"""One row per origin (the Monday of the first week ahead) and horizon (weeks; null: to the end of the backlog).

Seconds per item are what was forecast at the origin. p10, p50, p90 and `actual` are hours of the `items` that really
came from `origin_on` to `last_on`, because their number belongs to the plan, not to the forecast. `error`
is the standardised log error before recalibration. The baselines: the rate of the last four weeks, and no change
(means of the whole history, with the noise of items alone).
"""

SCORE_COLUMNS: dict[str, pl.DataType] = {
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
"""One row per horizon. `coverage` is the share of origins whose outcome lay between P10 and P90 (nominal: .80). Its
bounds are Wilson's (95%) for the number of outcomes that do not overlap (`outcomes`). Pinball loss (mean of P10, P50,
P90), bias (P50 / actual - 1), mean absolute error and width of the band are shares of the actual hours.
"""

MINIMUM_OUTCOMES = 8
MINIMUM_DOUBT_OUTCOMES = 2  # outcomes of a horizon
TRUSTED_COVERAGE = (0.65, 0.95)


@dataclass(frozen=True)
class Backtest:
    """The track record: origins (ORIGIN_COLUMNS), scores (SCORE_COLUMNS), the gate, and errors by horizon."""

    origins: pl.DataFrame
    scores: pl.DataFrame
    gate: Gate
    errors: Mapping[int, Reals]

    def reach(self) -> int | None:
        """Return how many weeks ahead the gate speaks of: the farthest good horizon, or the nearest poor one.

        None where the gate is not known, or speaks of a finished backlog only.
        """
        if self.gate == "track record not yet known":
            return None
        horizons = self.scores.filter(gate=self.gate).get_column("horizon").drop_nulls().to_list()
        if not horizons:
            return None
        return int(max(horizons) if self.gate == "track record good" else min(horizons))

    def find_errors(self, weeks: int) -> Reals | None:
        """Return the errors of the horizon nearest to `weeks`, to recalibrate a projection; None without errors."""
        horizons = [horizon for horizon in self.errors if len(self.errors[horizon])]
        return self.errors[min(horizons, key=lambda horizon: (abs(horizon - weeks), horizon))] if horizons else None


def run_backtest(
    weeks: pl.DataFrame,
    *,
    horizons: tuple[int, ...] = HORIZONS,
    end_on: date | None = None,
    seed: int = SEED,
    draws: int = DRAWS,
) -> Backtest:
    """Return the track record of a project with the history `weeks` (columns of WEEKS).

    `end_on` is the last Monday of a backlog that was finished within the history; each origin then also looks that far.
    The projections are those of a plan that goes on as before. Origins without a known outcome are left out: weeks
    that are not over, labels that nobody timed, or a horizon without labels.
    """
    from dashboard.forecast.model import rolling_origin

    rows = rolling_origin.roll_origins(weeks, horizons, end_on, seed=seed, draws=draws)
    origins = pl.DataFrame(rows, schema=ORIGIN_COLUMNS, orient="row").sort("horizon", "origin_on", nulls_last=True)
    scores = score_origins(origins)
    errors = {
        horizon: origins.filter(pl.col("horizon") == horizon).get_column("error").to_numpy() for horizon in horizons
    }
    return Backtest(origins, scores, resolve_gate(scores), errors)


def score_origins(origins: pl.DataFrame) -> pl.DataFrame:
    """Return the scores (SCORE_COLUMNS) of origins (ORIGIN_COLUMNS), one row per horizon.

    Pinball loss: Koenker and Bassett 1978; interval of the coverage: Wilson 1927.
    """
    known_origins = origins.filter(pl.col("actual") > 0).sort("origin_on")
    if known_origins.is_empty():
        return pl.DataFrame(schema=SCORE_COLUMNS)
    scores = known_origins.group_by("horizon", maintain_order=True).agg(
        pl.len().cast(pl.Int64).alias("origins"),
        build_disjoint_count(pl.struct("origin_on", "last_on")).alias("outcomes"),
        pl.col("inside").mean().alias("coverage"),
        compute_pinball_loss("p10", "p50", "p90").mean().alias("pinball"),
        compute_pinball_loss("last_four", "last_four", "last_four").mean().alias("pinball_last_four"),
        compute_pinball_loss("no_change_p10", "no_change_p50", "no_change_p90").mean().alias("pinball_no_change"),
        (pl.col("p50") / pl.col("actual") - 1).mean().alias("bias"),
        (pl.col("p50") / pl.col("actual") - 1).abs().mean().alias("error"),
        ((pl.col("p90") - pl.col("p10")) / pl.col("actual")).mean().alias("width"),
    )
    return (
        scores.with_columns(*compute_wilson_bounds(), classify_horizons().alias("gate"))
        .select(*SCORE_COLUMNS)
        .sort("horizon", nulls_last=True)
    )


def build_disjoint_count(spans: pl.Expr) -> pl.Expr:
    """Return the number of spans (origin_on, last_on) that do not overlap, picked greedily in order."""
    return spans.map_batches(count_disjoint_spans, return_dtype=pl.Int64, returns_scalar=True)


def count_disjoint_spans(spans: pl.Series) -> int:
    """Return how many spans follow one another without overlap."""
    count, next_free_on = 0, date.min
    for span in spans.to_list():
        if span["origin_on"] >= next_free_on:
            count, next_free_on = count + 1, span["last_on"]
            next_free_on = date.fromordinal(next_free_on.toordinal() + 1)
    return count


def compute_pinball_loss(low: str, middle: str, high: str) -> pl.Expr:
    """Return the mean pinball loss of three quantiles, as a share of the actual hours."""
    losses = []
    for level, name in ((0.1, low), (0.5, middle), (0.9, high)):
        miss = pl.col("actual") - pl.col(name)
        losses.append(pl.when(miss > 0).then(level * miss).otherwise((level - 1) * miss))
    return (losses[0] + losses[1] + losses[2]) / 3 / pl.col("actual")


def compute_wilson_bounds() -> tuple[pl.Expr, pl.Expr]:
    """Return the Wilson bounds of the coverage."""
    z, share, count = 1.959963984540054, pl.col("coverage"), pl.col("outcomes")
    center = (share + z**2 / (2 * count)) / (1 + z**2 / count)
    half_width = z / (1 + z**2 / count) * (share * (1 - share) / count + z**2 / (4 * count**2)).sqrt()
    return (center - half_width).clip(0, 1).alias("coverage_low"), (center + half_width).clip(0, 1).alias(
        "coverage_high"
    )


def classify_horizons() -> pl.Expr:
    """Return the gate of each horizon."""
    is_covered = pl.col("coverage").is_between(*TRUSTED_COVERAGE)
    return (
        pl.when(pl.col("outcomes") < MINIMUM_OUTCOMES)
        .then(pl.lit("track record not yet known"))
        .when(is_covered)
        .then(pl.lit("track record good"))
        .otherwise(pl.lit("track record poor"))
    )


def resolve_gate(scores: pl.DataFrame) -> Gate:
    """Return the gate of all horizons: poor if one is; good if one is and no other horizon's coverage contradicts it.

    A few outcomes far ahead are too few for a verdict, but enough to withhold one. Forecasts of four weeks can hold
    where those of twelve miss every change, and eight short ones are known long before eight long ones.
    """
    gates = set(scores.get_column("gate"))
    if "track record poor" in gates:
        return "track record poor"
    scored_horizons = scores.filter(pl.col("outcomes") >= MINIMUM_DOUBT_OUTCOMES)
    is_doubtful = not scored_horizons.get_column("coverage").is_between(*TRUSTED_COVERAGE).all()
    return "track record good" if "track record good" in gates and not is_doubtful else "track record not yet known"
