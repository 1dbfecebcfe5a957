"""What a synthetic label is worth in labels by people: the exchange rate of each project and its data points."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from dashboard.errors import Cause, Unavailable
from dashboard.inference.contract import Interval
from dashboard.store.cache import ANY_STATE, CACHE
from dashboard.store.snapshot import Snapshot
from dashboard.synthetic.model.exchange_rate import MIXTURE_COLUMNS, RUN_COLUMNS, ExchangeRate, estimate_exchange_rate
from dashboard.synthetic.runs import ProjectRuns, explain_unclear_direction, load_project_runs
from dashboard.units import format_count, format_decimal, format_share

RATE_SCHEMA: dict[str, pl.DataType] = {
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
    "worth_seconds": pl.Float64(),  # a synthetic label pays off if it costs less annotator time than this
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
POINT_SCHEMA: dict[str, pl.DataType] = {
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


def build_rate_rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return one row per project with runs that name their labels (columns of RATE_SCHEMA)."""
    return pl.DataFrame(
        [
            _build_rate_row(project_runs, *_estimate_rate(project_runs))
            for project_runs in load_project_runs(snapshot, params)
        ],
        schema=RATE_SCHEMA,
    )


def build_point_rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return one row per project and mixture (columns of POINT_SCHEMA)."""
    frames = [pl.DataFrame(schema=POINT_SCHEMA)]
    for project_runs in load_project_runs(snapshot, params):
        _, estimate = _estimate_rate(project_runs)
        curve = estimate.curve
        fitted_errors = None
        if curve is not None:
            fitted_errors = curve.error(*(estimate.points.get_column(name).to_numpy() for name in MIXTURE_COLUMNS))
        project_points = estimate.points.rename({"low": "error_low", "high": "error_high"}).with_columns(
            project=pl.lit(project_runs.project),
            metric=pl.lit(project_runs.metric),
            fitted_error=pl.lit(None, pl.Float64) if fitted_errors is None else pl.Series(fitted_errors),
        )
        frames.append(project_points.select(pl.col(name).cast(dtype) for name, dtype in POINT_SCHEMA.items()))
    return pl.concat(frames).sort("project", "synthetic", "human")


def explain_missing_rate(rows: pl.DataFrame) -> Unavailable | None:
    """Return why no project has an exchange rate and what is missing, or None."""
    if rows.is_empty():
        return Unavailable(
            "No finished run names the labels it learned from.",
            "Import runs with labels_used and labels_synthetic: 12 of them suffice.",
            Cause.not_recorded,
        )
    if rows.get_column("kappa").is_not_null().any():
        return None
    nearest = rows.sort("runs", "project", descending=[True, False]).row(0, named=True)
    return Unavailable(f"{nearest['project']}: {nearest['words']}", str(nearest["needed"]), Cause.too_little_data)


def _estimate_rate(project_runs: ProjectRuns) -> tuple[str, ExchangeRate]:
    """Return the code version with the most runs on mixtures, and the estimate from its runs."""
    runs = project_runs.select_random_runs()
    codes = runs.group_by("code").agg(
        mixed=(pl.col("synthetic") > 0).sum(), n=pl.len(), newest=pl.col("first_on").max()
    )
    ordered = codes.sort("mixed", "n", "newest", "code", descending=True, nulls_last=True)
    code = str(ordered.item(0, "code")) if ordered.height else ""
    return code, _estimate_from_runs(tuple(runs.filter(pl.col("code") == code).select(list(RUN_COLUMNS)).iter_rows()))


def _estimate_from_runs(runs: tuple[tuple[float | None, ...], ...]) -> ExchangeRate:
    """Return the estimate, computed once per set of runs: the rates, points and parity of a page share it."""
    frame = pl.DataFrame(runs, schema=RUN_COLUMNS, orient="row")
    return CACHE.recall(ANY_STATE, ("exchange rate", runs), lambda: estimate_exchange_rate(frame))


def _build_rate_row(project_runs: ProjectRuns, code: str, estimate: ExchangeRate) -> dict[str, object]:
    """Return a row with the columns of RATE_SCHEMA."""
    row: dict[str, object] = {
        "project": project_runs.project,
        "metric": project_runs.metric,
        "code_version": code,
        "seconds_a_label": project_runs.pace,
        "seed_noise_share": estimate.noise,
        "points": estimate.points.height,
        "runs": estimate.runs,
        "method": estimate.method,
        "runs_missing": estimate.missing.get_column("runs").sum(),
    }
    if estimate.kappa is None or estimate.human_range is None or estimate.synthetic_range is None:
        reason, needed = (estimate.refused.reason, estimate.refused.needed) if estimate.refused else ("", "")
        if project_runs.unclear_metrics:
            reason, needed = explain_unclear_direction(project_runs)
        return row | {"words": reason, "needed": needed}
    row |= dict(zip(("human_from", "human_to"), estimate.human_range, strict=True))
    row |= dict(zip(("synthetic_from", "synthetic_to"), estimate.synthetic_range, strict=True))
    row |= {"kappa": estimate.kappa.value, "kappa_low": estimate.kappa.low, "kappa_high": estimate.kappa.high}
    if project_runs.pace is not None:
        names = ("worth_seconds", "worth_seconds_low", "worth_seconds_high")
        bounds = (estimate.kappa.value, estimate.kappa.low, estimate.kappa.high)
        row |= {name: project_runs.pace * bound for name, bound in zip(names, bounds, strict=True)}
    return row | {
        "level_share": estimate.kappa.level,
        "fits": estimate.fits,
        "words": _describe_rate(estimate, estimate.kappa, project_runs.pace),
    }


def _describe_rate(estimate: ExchangeRate, kappa: Interval, pace: float | None) -> str:
    """Return a sentence on the rate, its range, and when a synthetic label pays off."""
    human, synthetic = estimate.human_range or (0, 0), estimate.synthetic_range or (0, 0)
    sentence = (
        f"One synthetic label is worth {kappa.value:.2g} labels by people ({format_share(kappa.level)} interval "
        f"{kappa.low:.2g} "
        f"to {kappa.high:.2g}), measured with {format_count(human[0])} to {format_count(human[1])} labels by people "
        "and "
        f"{format_count(synthetic[0])} to {format_count(synthetic[1])} synthetic ones; beyond that nothing is known."
    )
    if pace is not None:
        sentence += (
            f" It pays as long as it costs less than {format_decimal(pace * kappa.low)} s of an annotator, and does "
            "not above "
            f"{format_decimal(pace * kappa.high)} s."
        )
    if not estimate.fits:
        sentence += (
            " The points lie off the curve, so this is an average over the range: with more synthetic labels it falls."
        )
    return sentence
