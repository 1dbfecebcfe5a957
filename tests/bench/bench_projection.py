"""Coverage and loss of the projections over simulated worlds of known truth, and how long they take.

Run as `python -m tests.bench.bench_projection --worlds 80`.
"""

from __future__ import annotations

import argparse
from collections import Counter
from multiprocessing import get_context
from time import perf_counter

import polars as pl

from dashboard.forecast.model.backtest import DRAWS, run_backtest, score_origins
from dashboard.forecast.model.plan import CounterfactualEstimate, InputOverride, Plan
from dashboard.forecast.model.projected_weeks import project_backlog
from dashboard.inference.draws import SEED
from tests.bench import measure
from tests.simulated_weeks import TROUBLES, troubled, world

CORES = 2
COVERED = (0.72, 0.88)
HALF = 0.5
COLUMNS = ("origins", "coverage", "pinball", "last four", "no change", "ratio", "error", "width", "bias")


def rolled(seed: int) -> pl.DataFrame:
    """Return the origins of one world, with what was said before recalibration beside it."""
    found = run_backtest(world(seed), seed=SEED + seed)
    return found.origins.with_columns(world=pl.lit(seed))


def judged(seed: int, trouble: str) -> str:
    """Return the gate of one world, in trouble or not."""
    return run_backtest(troubled(seed, trouble), seed=SEED + seed).gate


def line(name: str, score: dict[str, float]) -> str:
    """Return a line of the table, in percent of the actual hours but for counts, coverage and ratio."""
    ratio = score["pinball"] / score["pinball_no_change"]
    shares = (score[key] for key in ("pinball", "pinball_last_four", "pinball_no_change"))
    cells = [f"{score['origins']:>9}", f"{score['coverage']:>9.3f}", *(f"{100 * share:>9.2f}" for share in shares)]
    rest = [f"{100 * score[key]:>9.1f}" for key in ("error", "width", "bias")]
    return " ".join([f"{name:<30}", *cells, f"{ratio:>9.2f}", *rest])


def table(origins: pl.DataFrame) -> None:
    """Print the scores of all origins, of those that could be recalibrated, and of the latter's raw bands."""
    measure.say(" ".join([f"{'':<30}", *(f"{column:>9}" for column in COLUMNS)]))
    learned = origins.filter("recalibrated")
    for name, frame in (("all origins", origins), ("recalibrated", learned)):
        for score in score_origins(frame).iter_rows(named=True):
            measure.say(line(f"{name}, {score['horizon']} weeks", score))
    within = pl.col("error").abs() <= 1.2815515655446004
    for horizon, share in learned.group_by("horizon").agg(within.mean()).sort("horizon").iter_rows():
        measure.say(f"the same origins not recalibrated, {horizon} weeks: coverage {share:.3f}")
    for score in score_origins(learned).filter(pl.col("horizon") != 8).iter_rows(named=True):
        ratio = score["pinball"] / score["pinball_no_change"]
        met = COVERED[0] <= score["coverage"] <= COVERED[1] and ratio <= HALF
        measure.say(f"bar at {score['horizon']} weeks (.72-.88, ratio <= .50): {'met' if met else 'MISSED'}")


def speed() -> None:
    """Measure one projection and one track record, imports done."""
    weeks, plan = (
        world(1),
        Plan(weeks=52, inputs={"hourly": InputOverride(30.0), "setup_hours": InputOverride(80.0, 40.0, 200.0)}),
    )
    project_backlog(weeks, plan)
    begun = perf_counter()
    project_backlog(weeks, plan, saving=CounterfactualEstimate(100.0, 0.05, 9))
    measure.say(f"2,000 draws x 52 weeks: {perf_counter() - begun:.2f} s")
    begun = perf_counter()
    run_backtest(world(1, 40))
    measure.say(f"track record of 40 weeks: {perf_counter() - begun:.2f} s")


def main() -> None:
    """Print the table, what the gate says of teams in trouble, and the speed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--worlds", type=int, default=80)
    parser.add_argument("--first", type=int, default=0, help="seed of the first world")
    parser.add_argument("--gates", type=int, default=30, help="worlds a trouble that the gate is asked about")
    asked = parser.parse_args()
    measure.machine()
    measure.say(f"{asked.worlds} worlds of 52 weeks, seed {SEED} + world, {DRAWS} draws an origin")
    # Polars keeps threads that do not survive a fork.
    with get_context("spawn").Pool(CORES) as pool:
        found = pool.map(rolled, range(asked.first, asked.first + asked.worlds), chunksize=5)
        table(pl.concat(found))
        for trouble in TROUBLES:
            asked_of = [(seed, trouble) for seed in range(asked.first, asked.first + asked.gates)]
            said = Counter(pool.starmap(judged, asked_of, chunksize=5))
            told = ", ".join(f"{words} {count}" for words, count in sorted(said.items()))
            measure.say(f"gate of {asked.gates} teams, trouble: {trouble}: {told}")
    speed()


if __name__ == "__main__":
    main()
