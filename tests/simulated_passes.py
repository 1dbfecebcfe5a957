"""Logs in which an item is done several times, of known truth: assistance changes nothing unless told."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl

from tests.simulated_log import simulate

SECOND_LOOK = 0.7
PLANS = ("two automations", "second look assisted", "re-done", "either order")


def simulate_passes(plan: str, seed: int, *, effect: float = 1.0, share: float = 1.0) -> pl.DataFrame:
    """Return labels of a plan; `share` of the doubled items follow it. A second look takes 30 % less time.

    - two automations: an item that is not done by hand is assisted by both, by different people.
    - second look assisted: somebody labels by hand, somebody else assisted a day later.
    - re-done: the same person labels by hand, then assisted.
    - either order: as in the second plan, but chance decides who is assisted.
    """
    rng = np.random.default_rng([seed, PLANS.index(plan)])
    first = simulate("S0", seed, effect=1.0).labels.with_columns(assisted=False, automation=None)
    doubled = rng.random(first.height) < 0.5 * share
    second = first.filter(pl.Series(doubled))
    noise = rng.normal(0, 0.3, second.height)
    person = pl.col("annotator")
    if plan != "re-done":
        person = pl.format(
            "p{}", ((pl.col("annotator").str.slice(1).cast(pl.Int64) + 1) % 10).cast(pl.String).str.zfill(2)
        )
    second = second.with_columns(
        label=pl.col("label") + first.height,
        annotator=person,
        seconds=pl.col("seconds") * SECOND_LOOK * np.exp(noise),
        day_on=pl.col("day_on") + timedelta(days=1),
        finished_at=pl.col("finished_at") + timedelta(days=1),
    )
    swapped = rng.random(second.height) < 0.5 if plan == "either order" else np.zeros(second.height, dtype=bool)
    early = np.zeros(first.height, dtype=bool)
    early[np.flatnonzero(doubled)[swapped]] = True
    marks = (doubled, np.ones(second.height, dtype=bool)) if plan == "two automations" else (early, ~swapped)
    names = ("classifier", "segmenter") if plan == "two automations" else ("drafts", "drafts")
    frames = [
        frame.with_columns(
            assisted=pl.Series(mark),
            automation=pl.when(pl.Series(mark)).then(pl.lit(name)),
            seconds=pl.col("seconds") * pl.when(pl.Series(mark)).then(effect).otherwise(1.0),
        )
        for frame, mark, name in zip((first, second), marks, names, strict=True)
    ]
    return pl.concat(frames)
