"""The track record of the projections, by project: past projections against what came, and the verdict on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from hashlib import blake2b

import polars as pl

from dashboard.errors import Cause, Unavailable
from dashboard.forecast.inputs import ProjectHistory, load_histories
from dashboard.forecast.model.backtest import ORIGIN_COLUMNS, SCORE_COLUMNS, Backtest, run_backtest
from dashboard.store.cache import ANY_STATE, CACHE
from dashboard.store.snapshot import Snapshot

GOOD, UNKNOWN, POOR = "track record good", "track record not yet known", "track record poor"
ALL_PROJECTS = "(all projects)"
BACKTEST_SCHEMA: dict[str, pl.DataType] = {
    "project": pl.String(),
    "kind": pl.String(),
    **ORIGIN_COLUMNS,
    **{name: dtype for name, dtype in SCORE_COLUMNS.items() if name not in ORIGIN_COLUMNS},
    "score_error": pl.Float64(),
    "verdict": pl.String(),
    "reach": pl.Int64(),
}
"""`kind` origin: what was projected in a week for so many weeks (`horizon`, null: to the end of the backlog), in hours
of the items that came, and what they took (columns of ORIGINS). `kind` score: one row per horizon (columns of SCORES;
the mean error is `score_error`) with its gate; `verdict` is that of all horizons; it speaks of `reach` weeks ahead."""


def load_track_record(history: ProjectHistory) -> Backtest:
    """Return the track record of a project's projections; the same history is backtested only once."""
    digest = blake2b(history.weeks.hash_rows(seed=1).to_numpy().tobytes(), digest_size=16).digest()
    end_on = find_finish_week(history)
    return CACHE.recall(ANY_STATE, ("backtest", digest, end_on), lambda: run_backtest(history.weeks, end_on=end_on))


def find_finish_week(history: ProjectHistory) -> date | None:
    """Return the week in which a planned backlog was done; None if it is not done or none was planned."""
    planned_backlog = history.backlog
    if planned_backlog is None:
        return None
    cumulative_weeks = history.weeks.filter(pl.col("week_on") >= planned_backlog.from_on).with_columns(
        pl.col("items").cum_sum()
    )
    finish_weeks = (
        cumulative_weeks.filter(pl.col("items") >= planned_backlog.labels_needed).get_column("week_on").to_list()
    )
    return finish_weeks[0] if finish_weeks else None


def find_worst_verdict(verdicts: Iterable[str | None]) -> str | None:
    """Return the worst verdict of several projects, None if there is none."""
    known_verdicts = {verdict for verdict in verdicts if verdict}
    return next((verdict for verdict in (POOR, UNKNOWN, GOOD) if verdict in known_verdicts), None)


def combine_verdicts(verdicts: Sequence[tuple[str | None, int | None]]) -> tuple[str | None, int | None]:
    """Return the worst of several verdicts with how many weeks ahead it speaks of: the fewest."""
    worst = find_worst_verdict(verdict for verdict, _ in verdicts)
    return worst, min((reach for verdict, reach in verdicts if verdict == worst and reach), default=None)


def format_verdict(verdict: str, reach: int | None = None) -> str:
    """Return a verdict in a few words, with the weeks ahead that it speaks of."""
    weeks = "" if reach is None else f" {'up to' if verdict == GOOD else 'for'} {reach} weeks ahead"
    return verdict.removeprefix("track record ") + weeks


def select_verdicts(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the verdict of each project, from rows with `verdict` or `gate`: project, verdict, reach.

    Banner, badges and notes all take it from here, so they cannot differ.
    """
    column = "verdict" if "verdict" in rows.columns else "gate"
    project = pl.col("project") if "project" in rows.columns else pl.lit("")
    reach = pl.col("reach") if "reach" in rows.columns else pl.lit(None)
    verdicts = rows.drop_nulls(column).select(project=project, verdict=pl.col(column), reach=reach.cast(pl.Int64))
    return verdicts.filter(pl.col("project") != ALL_PROJECTS).unique().sort("project")


def describe_verdicts(verdicts: pl.DataFrame, verdict: str) -> str:
    """Return a sentence on the projects with one verdict (rows of `select_verdicts`), or nothing."""
    judged = verdicts.filter(verdict=verdict)
    if judged.is_empty():
        return ""
    by_reach = judged.group_by("reach", maintain_order=True).agg("project")
    parts = [
        f"the track record{f' of {names}' if (names := ', '.join(filter(None, projects))) else ''} is "
        f"{format_verdict(verdict, reach)}"
        for reach, projects in by_reach.iter_rows()
    ]
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}: {EXPLANATIONS[verdict]}"


def describe_poor_record(rows: pl.DataFrame) -> str:
    """Return the warning of a poor track record, or nothing."""
    return describe_verdicts(select_verdicts(rows), POOR)


def describe_track_record(rows: pl.DataFrame) -> str:
    """Describe the track record of projections, from rows with `verdict` or `gate`, and perhaps `project`."""
    verdicts = select_verdicts(rows)
    poor, *others = (describe_verdicts(verdicts, verdict) for verdict in EXPLANATIONS)
    return " ".join(filter(None, (f"WARNING: {poor}" if poor else "", *others)))


EXPLANATIONS = {
    POOR: "outcomes did not lie within the range about 4 times in 5. Do not plan that far with these numbers; see "
    "`backtest`.",
    UNKNOWN: "there are fewer than 8 past projections that do not overlap, or longer ones contradict the shorter.",
    GOOD: "outcomes lay within the range about 4 times in 5; farther ahead nothing is shown yet.",
}


def build_backtest_rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return origins and scores of every project (columns of BACKTEST_SCHEMA)."""
    frames = [pl.DataFrame(schema=BACKTEST_SCHEMA)]
    for history in load_histories(snapshot, params):
        track_record = load_track_record(history)
        project_column = pl.lit(history.project).alias("project")
        score_columns = project_column, pl.lit("score").alias("kind"), pl.lit(track_record.gate).alias("verdict")
        reach = pl.lit(track_record.reach(), dtype=pl.Int64).alias("reach")
        scores = track_record.scores.rename({"error": "score_error"}).with_columns(*score_columns, reach)
        origins = track_record.origins.with_columns(project_column, pl.lit("origin").alias("kind"))
        frames += [scores, origins]
    return pl.concat(frames, how="diagonal").select(*BACKTEST_SCHEMA)


def explain_missing_backtest(rows: pl.DataFrame) -> Unavailable | None:
    """Return why there is no track record, or None."""
    if not rows.is_empty():
        return None
    return Unavailable(
        "No past projection can be scored yet.",
        "Nine complete weeks with timed labels for the first score, and 8 that do not overlap for a verdict.",
        Cause.too_little_data,
    )
