"""The track record of the projections, by project: what was projected in the past against what came, and its word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from hashlib import blake2b

import polars as pl

from dashboard.estimates import backtest
from dashboard.estimates.backtest import ORIGINS, SCORES, Backtest
from dashboard.figures.forecast_inputs import History, histories
from dashboard.store import Snapshot

GOOD, UNKNOWN, POOR = "track record good", "track record not yet known", "track record poor"
ALL = "(all projects)"
KEPT_RECORDS = 64
BACKTEST: dict[str, pl.DataType] = {
    "project": pl.String(),
    "kind": pl.String(),
    **ORIGINS,
    **{name: dtype for name, dtype in SCORES.items() if name not in ORIGINS},
    "score_error": pl.Float64(),
    "verdict": pl.String(),
    "reach": pl.Int64(),
}
"""`kind` origin: what was projected in a week for so many weeks (`horizon`, null: to the end of the backlog), hours of
the items that came, and what they took (see estimates.backtest.ORIGINS). `kind` score: one row a horizon (SCORES; its
mean error is `score_error`) with its gate; `verdict` is that of all horizons, good for `reach` weeks ahead."""


@dataclass(frozen=True)
class Question:
    """A history, told apart by its content."""

    digest: bytes
    end_on: date | None
    weeks: pl.DataFrame = field(compare=False, repr=False)


def record(history: History) -> Backtest:
    """Return the track record of a project's projections; the same history is rolled once."""
    digest = blake2b(history.weeks.hash_rows(seed=1).to_numpy().tobytes(), digest_size=16).digest()
    return _rolled(Question(digest, done_on(history), history.weeks))


@lru_cache(maxsize=KEPT_RECORDS)
def _rolled(asked: Question) -> Backtest:
    return backtest.roll(asked.weeks, end_on=asked.end_on)


def done_on(history: History) -> date | None:
    """Return the week in which a planned backlog was done, None where it is not done or none was planned."""
    planned = history.backlog
    if planned is None:
        return None
    since = history.weeks.filter(pl.col("week_on") >= planned.from_on).with_columns(pl.col("items").cum_sum())
    done = since.filter(pl.col("items") >= planned.items).get_column("week_on").to_list()
    return done[0] if done else None


def worst(words: Iterable[str | None]) -> str | None:
    """Return the word of several projects together."""
    found = {word for word in words if word}
    return next((word for word in (POOR, UNKNOWN, GOOD) if word in found), None)


def remark(rows: pl.DataFrame) -> str:
    """Return what is to be said of a projection's track record: its rows have `gate`, and perhaps `project`."""
    gate = "verdict" if "verdict" in rows.columns else "gate"
    found = rows.drop_nulls(gate)
    if found.is_empty():
        return ""
    told = []
    for word, warning in WARNINGS.items():
        mine = found.filter(pl.col(gate) == word)
        if mine.height:
            names = mine.get_column("project").unique().sort().to_list() if "project" in mine.columns else []
            names = [name for name in names if name != ALL]
            reach = mine.select(pl.col("reach").min()).item() if "reach" in mine.columns else None
            ahead = f" up to {reach} weeks ahead, and farther nothing is shown yet" if reach else ""
            told.append(warning.format(of=f" of {', '.join(names)}" if names else "", ahead=ahead))
    return " ".join(told)


WARNINGS = {
    POOR: "WARNING: the track record{of} is poor: what came lay within the band far from 4 times in 5. Do not plan "
    "with these numbers; see `backtest`.",
    UNKNOWN: "The track record{of} is not yet known: fewer than 8 past projections that do not overlap, or longer ones "
    "gainsay the shorter.",
    GOOD: "The track record{of} is good{ahead}.",
}


def rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return origins and scores of every project (columns of BACKTEST)."""
    frames = [pl.DataFrame(schema=BACKTEST)]
    for history in histories(snapshot, params):
        found = record(history)
        name = pl.lit(history.project).alias("project")
        of_all = name, pl.lit("score").alias("kind"), pl.lit(found.gate).alias("verdict")
        reach = pl.lit(found.reach(), dtype=pl.Int64).alias("reach")
        scores = found.scores.rename({"error": "score_error"}).with_columns(*of_all, reach)
        origins = found.origins.with_columns(name, pl.lit("origin").alias("kind"))
        frames += [scores, origins]
    return pl.concat(frames, how="diagonal").select(*BACKTEST)


def nothing_scored(found: pl.DataFrame) -> dict[str, str] | None:
    """Return why there is no track record, or None."""
    if not found.is_empty():
        return None
    return {
        "reason": "No projection of the past can be scored yet.",
        "needed": "Nine complete weeks with timed labels for the first, and 8 that do not overlap for a verdict.",
    }
