"""Labels that a technique saves: how many labels without it would give the model the same error.

Active learning is compared with labels chosen at random, pre-training with models that were not pre-trained. The curve
of the runs without is interpolated linearly on logarithms between the sizes that were run, and never
extrapolated. Where active learning reached an error that no random run did, there is no number, only the runs to add.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from dashboard.errors import Cause, Unavailable
from dashboard.synthetic.model import run_points
from dashboard.units import format_count

Array = Any  # numpy is imported where it is used; an array of floats

RUN_COLUMNS: dict[str, pl.DataType] = {
    "labels": pl.Float64(),
    "active": pl.Boolean(),
    "seed": pl.Int64(),
    "error": pl.Float64(),
}
"""One row per run: labels, whether a model chose them (else drawn at random), seed, error on one test set."""

SAVED_COLUMNS: dict[str, pl.DataType] = {
    "labels": pl.Float64(),  # chosen by active learning
    "error": pl.Float64(),
    "seeds": pl.Int64(),
    "random_labels": pl.Float64(),  # at random, for the same error; null beyond the random runs
    "random_low": pl.Float64(),
    "random_high": pl.Float64(),
    "share": pl.Float64(),  # 1 - labels / random_labels
    "share_low": pl.Float64(),
    "share_high": pl.Float64(),
    "beyond": pl.String(),  # '', better or worse than every random run, or 'open': a bound of the interval is
}


@dataclass(frozen=True)
class Technique:
    """A technique that saves labels: the column of the runs that says so, its two values, and words."""

    name: str
    column: str
    value: str
    without: str
    runs_say: str
    labels_without: str
    runs_without: str


ACTIVE_LEARNING = Technique(
    "active learning", "selection", "active", "random", "active learning chose their labels", "chosen at random",
    "on random labels",
)  # fmt: skip
PRETRAINING = Technique(
    "self-supervised pre-training", "pretraining", "self-supervised", "none",
    "their model was pre-trained without labels", "without pre-training", "without pre-training",
)  # fmt: skip
TECHNIQUES = (ACTIVE_LEARNING, PRETRAINING)

MINIMUM_SIZES, MINIMUM_SEEDS = 3, 2
DRAWS, SEED = 2000, 20250311


@dataclass(frozen=True)
class LabelSavings:
    """What active learning saved at each of its sizes (columns of SAVED_COLUMNS), or why that is not known."""

    refused: Unavailable | None
    saved: pl.DataFrame
    random: pl.DataFrame  # the random curve: labels, error, low, high, seeds
    noise: float | None
    method: str


def estimate_labels_saved(
    runs: pl.DataFrame,
    technique: Technique = ACTIVE_LEARNING,
    *,
    level: float = 0.95,
    draws: int = DRAWS,
    seed: int = SEED,
) -> LabelSavings:
    """Return the labels saved at equal model error; `runs` has the columns of RUN_COLUMNS.

    The interval redraws every mean of seeds from its normal distribution, with the noise between seeds pooled.
    """
    seeds = run_points.average_seeds(runs.filter(pl.col("labels") > 0), ("active", "labels"))
    noise = run_points.estimate_seed_noise(seeds, ("active", "labels"))
    points = run_points.summarize_points(seeds, ("active", "labels"))
    active, random = (
        points.filter(pl.col("active") == is_active, pl.col("seeds") >= MINIMUM_SEEDS) for is_active in (True, False)
    )
    method = (
        f"labels {technique.labels_without} for the same error, by straight lines on logarithms between the sizes run; "
        "interval: means "
        f"of seeds drawn {format_count(draws)} times (seed {seed}) with the pooled noise between seeds"
    )
    unavailable = _check_runs(active, random, technique)
    empty_rows = pl.DataFrame(schema=SAVED_COLUMNS)
    if unavailable or noise is None:
        return LabelSavings(unavailable, empty_rows, random.drop("active"), noise, method)
    savings = _build_saved_rows(active, random, noise, level, draws, seed)
    if savings.get_column("random_labels").is_null().all():
        return LabelSavings(
            _explain_out_of_range(savings, random, technique), savings, random.drop("active"), noise, method
        )
    return LabelSavings(None, savings, random.drop("active"), noise, method)


def _check_runs(active: pl.DataFrame, random: pl.DataFrame, technique: Technique) -> Unavailable | None:
    """Return why the two cannot be compared and which runs to add, or None."""
    if active.is_empty():
        return Unavailable(
            f"No runs with two seeds each say that {technique.runs_say}.",
            f"Record {technique.column} = {technique.value} in those runs, and run every size with two seeds.",
            Cause.not_recorded,
        )
    if random.height < MINIMUM_SIZES:
        largest = float(str(active.get_column("labels").max()))
        sizes = ", ".join(format_count(largest * factor) for factor in (0.5, 1, 2))
        return Unavailable(
            f"{random.height} sizes of labels {technique.labels_without} have two seeds; a curve needs "
            f"{MINIMUM_SIZES}.",
            f"Train on {sizes} labels {technique.labels_without}, each with {MINIMUM_SEEDS} seeds; "
            f"record {technique.column} = {technique.without}.",
            Cause.too_little_data,
        )
    return None


def _explain_out_of_range(savings: pl.DataFrame, random: pl.DataFrame, technique: Technique) -> Unavailable:
    """Explain that no size of active learning lies on the random curve, and which runs would extend it."""
    largest = float(str(random.get_column("labels").max()))
    name, without = technique.name.capitalize(), technique.labels_without
    if (savings.get_column("beyond") == "better").any():
        return Unavailable(
            f"{name} is better than every run {technique.runs_without}, so nobody knows how many would match it.",
            f"Train on {format_count(2 * largest)} and {format_count(4 * largest)} labels {without}, {MINIMUM_SEEDS} "
            "seeds each.",
            Cause.out_of_reach,
        )
    smallest = float(str(random.get_column("labels").min()))
    return Unavailable(
        f"{name} is worse than every run {technique.runs_without}, so nobody knows how few would match it.",
        f"Train on {format_count(smallest / 2)} and {format_count(smallest / 4)} labels {without}, {MINIMUM_SEEDS} "
        "seeds each.",
        Cause.out_of_reach,
    )


def _build_saved_rows(
    active: pl.DataFrame, random: pl.DataFrame, noise: float, level: float, draws: int, seed: int
) -> pl.DataFrame:  # fmt: skip
    """Return one row per size of active learning."""
    import numpy as np

    rng = np.random.default_rng(seed)
    sizes = np.log(random.get_column("labels").to_numpy())
    means = [np.log(frame.get_column("error").to_numpy()) for frame in (random, active)]
    standard_errors = [noise / np.sqrt(frame.get_column("seeds").to_numpy()) for frame in (random, active)]
    curves, active_errors = (
        m + s * rng.standard_normal((draws, len(m))) for m, s in zip(means, standard_errors, strict=True)
    )
    levels = ((1 - level) / 2, (1 + level) / 2)
    rows = []
    for index, (labels, error, seeds) in enumerate(active.select("labels", "error", "seeds").iter_rows()):
        log_match, position = _invert_curves(make_monotone(means[0][None]), sizes, means[1][index : index + 1])
        row = {
            "labels": labels,
            "error": error,
            "seeds": seeds,
            "beyond": ("worse", "", "better")[int(position[0]) + 1],
        }
        if not position[0]:
            label_draws, positions = _invert_curves(make_monotone(curves), sizes, active_errors[:, index])
            low, high = np.exp(np.quantile(label_draws, levels))
            random_labels = float(np.exp(log_match[0]))
            row |= {
                "random_labels": random_labels,
                "random_low": min(low, random_labels),
                "random_high": max(high, random_labels),
            }
            row |= {
                f"share{share_suffix}": 1 - labels / row[f"random{label_suffix}"]
                for share_suffix, label_suffix in _BOUND_SUFFIXES
            }
            row["beyond"] = "open" if np.mean(positions != 0) > levels[0] else ""
        rows.append(row)
    return pl.DataFrame(rows, schema=SAVED_COLUMNS)


_BOUND_SUFFIXES = (("", "_labels"), ("_low", "_low"), ("_high", "_high"))


def make_monotone(logs: Array) -> Array:
    """Return curves (draws x sizes) made non-increasing: halfway between the two monotone envelopes."""
    import numpy as np

    upper = np.minimum.accumulate(logs, axis=1)
    lower = np.maximum.accumulate(logs[:, ::-1], axis=1)[:, ::-1]
    return (upper + lower) / 2


def _invert_curves(curves: Array, sizes: Array, errors: Array) -> tuple[Array, Array]:
    """Return the log labels at which each falling curve has a given error, and 1 (-1) where it is below (above) all.

    `curves`: log errors, draws x sizes; `sizes`: log labels; `errors`: one log error per draw. Beyond the ends of a
    curve the labels are those of the nearest end.
    """
    import numpy as np

    log_labels = np.array([np.interp(-error, -curve, sizes) for error, curve in zip(errors, curves, strict=True)])
    return log_labels, np.where(errors < curves[:, -1], 1, np.where(errors > curves[:, 0], -1, 0))
