"""What a synthetic label is worth in labels by people: the rate of each project, and the points behind it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import polars as pl

from dashboard.estimates import exchange_rate
from dashboard.estimates.contract import Interval
from dashboard.estimates.exchange_rate import ExchangeRate
from dashboard.figures.returns_runs import Tested, tested, unclear
from dashboard.store import Snapshot

RATES: dict[str, pl.DataType] = {
    "project": pl.String(),
    "metric": pl.String(),
    "code_version": pl.String(),
    "kappa": pl.Float64(),
    "kappa_low": pl.Float64(),
    "kappa_high": pl.Float64(),
    "level_share": pl.Float64(),
    "human_from": pl.Float64(),
    "human_to": pl.Float64(),
    "synthetic_from": pl.Float64(),
    "synthetic_to": pl.Float64(),
    "seconds_a_label": pl.Float64(),
    "worth_seconds": pl.Float64(),  # a synthetic label pays while it costs less than this much of an annotator's time
    "worth_seconds_low": pl.Float64(),
    "worth_seconds_high": pl.Float64(),
    "seed_noise_share": pl.Float64(),
    "fits": pl.Boolean(),
    "points": pl.Int64(),
    "runs": pl.Int64(),
    "runs_missing": pl.Int64(),
    "method": pl.String(),
    "words": pl.String(),
    "needed": pl.String(),
}
POINTS: dict[str, pl.DataType] = {
    "project": pl.String(),
    "metric": pl.String(),
    "human": pl.Float64(),
    "synthetic": pl.Float64(),
    "error": pl.Float64(),
    "error_low": pl.Float64(),
    "error_high": pl.Float64(),
    "seeds": pl.Int64(),
    "fitted_error": pl.Float64(),
}


def rates(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return one row a project with runs that name their labels (columns of RATES)."""
    return pl.DataFrame([_rate(one, *_estimated(one)) for one in tested(snapshot, params)], schema=RATES)


def points(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return one row a project and mixture (columns of POINTS)."""
    frames = [pl.DataFrame(schema=POINTS)]
    for one in tested(snapshot, params):
        _, found = _estimated(one)
        curve = found.curve
        fitted = None
        if curve is not None:
            fitted = curve.error(*(found.points.get_column(name).to_numpy() for name in exchange_rate.MIXTURE))
        shaped = found.points.rename({"low": "error_low", "high": "error_high"}).with_columns(
            project=pl.lit(one.project),
            metric=pl.lit(one.metric),
            fitted_error=pl.lit(None, pl.Float64) if fitted is None else pl.Series(fitted),
        )
        frames.append(shaped.select(pl.col(name).cast(dtype) for name, dtype in POINTS.items()))
    return pl.concat(frames).sort("project", "synthetic", "human")


def refusal(rows: pl.DataFrame) -> dict[str, str] | None:
    """Return why no project has an exchange rate and what is missing, or None."""
    if rows.is_empty():
        return {
            "reason": "No finished run names the labels it learned from.",
            "needed": "Import runs with labels_used and labels_synthetic: 12 of them will do, see README.",
        }
    if rows.get_column("kappa").is_not_null().any():
        return None
    nearest = rows.sort("runs", "project", descending=[True, False]).row(0, named=True)
    return {"reason": f"{nearest['project']}: {nearest['words']}", "needed": str(nearest["needed"])}


def _estimated(one: Tested) -> tuple[str, ExchangeRate]:
    """Return the code version with the most runs on mixtures, and the estimate from its runs."""
    runs = one.at_random()
    codes = runs.group_by("code").agg(
        mixed=(pl.col("synthetic") > 0).sum(), n=pl.len(), newest=pl.col("first_on").max()
    )
    ordered = codes.sort("mixed", "n", "newest", "code", descending=True, nulls_last=True)
    code = str(ordered.item(0, "code")) if ordered.height else ""
    return code, _known(tuple(runs.filter(pl.col("code") == code).select(list(exchange_rate.RUNS)).iter_rows()))


@lru_cache(maxsize=50)
def _known(runs: tuple[tuple[float | None, ...], ...]) -> ExchangeRate:
    """Return the estimate, made once for the same runs: rate, points and parity of a page all stand on it."""
    return exchange_rate.estimate(pl.DataFrame(runs, schema=exchange_rate.RUNS, orient="row"))


def _rate(one: Tested, code: str, found: ExchangeRate) -> dict[str, object]:
    """Return a row of RATES."""
    told: dict[str, object] = {
        "project": one.project,
        "metric": one.metric,
        "code_version": code,
        "seconds_a_label": one.pace,
        "seed_noise_share": found.noise,
        "points": found.points.height,
        "runs": found.runs,
        "method": found.method,
        "runs_missing": found.missing.get_column("runs").sum(),
    }
    if found.kappa is None or found.human_range is None or found.synthetic_range is None:
        reason, needed = (found.refused.reason, found.refused.needed) if found.refused else ("", "")
        if one.unclear:
            reason, needed = unclear(one)
        return told | {"words": reason, "needed": needed}
    told |= dict(zip(("human_from", "human_to"), found.human_range, strict=True))
    told |= dict(zip(("synthetic_from", "synthetic_to"), found.synthetic_range, strict=True))
    told |= {"kappa": found.kappa.value, "kappa_low": found.kappa.low, "kappa_high": found.kappa.high}
    if one.pace is not None:
        names = ("worth_seconds", "worth_seconds_low", "worth_seconds_high")
        ends = (found.kappa.value, found.kappa.low, found.kappa.high)
        told |= {name: one.pace * end for name, end in zip(names, ends, strict=True)}
    return told | {"level_share": found.kappa.level, "fits": found.fits, "words": _words(found, found.kappa, one.pace)}


def _words(found: ExchangeRate, kappa: Interval, pace: float | None) -> str:
    """Return the rate, where it holds, and when it pays."""
    human, synthetic = found.human_range or (0, 0), found.synthetic_range or (0, 0)
    words = (
        f"One synthetic label is worth {kappa.value:.2g} labels by people ({kappa.level:.0%} interval {kappa.low:.2g} "
        f"to {kappa.high:.2g}), measured with {human[0]:,.0f} to {human[1]:,.0f} labels by people and "
        f"{synthetic[0]:,.0f} to {synthetic[1]:,.0f} synthetic ones; beyond that nothing is known."
    )
    if pace is not None:
        words += (
            f" It pays as long as it costs less than {pace * kappa.low:,.1f} s of an annotator, and does not above "
            f"{pace * kappa.high:,.1f} s."
        )
    if not found.fits:
        words += (
            " The points lie off the curve, so this is an average over the range: with more synthetic labels it falls."
        )
    return words
