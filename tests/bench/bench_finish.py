"""How often P10 to P90 of the finish date holds the day on which a team with a trend is done.

Run as `python -m tests.bench.bench_finish --worlds 400`.
"""

from __future__ import annotations

import argparse
from datetime import date, timedelta

import numpy as np

from dashboard.errors import Unavailable
from dashboard.forecast.model.finish import estimate_finish_date
from tests.bench import measure

FIRST_ON = date(2026, 6, 1)
HISTORY, AHEAD = 26, 20
NOISE, AUTOCORRELATION = 0.2, 0.3
FIRST_SEED = 20_000


def simulate_weeks(seed: int, growth: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return items per week, past and future, of a team whose pace changes by a share per week."""
    rng = np.random.default_rng(seed)
    weeks = HISTORY + 10 * AHEAD
    noise = rng.normal(0, NOISE, weeks)
    for week in range(1, weeks):
        noise[week] = AUTOCORRELATION * noise[week - 1] + np.sqrt(1 - AUTOCORRELATION**2) * noise[week]
    return np.asarray(100 * np.exp(growth * (np.arange(weeks) - HISTORY) + noise), dtype=np.float64)


def holds_day(seed: int, growth: float) -> bool:
    """Return whether the band holds the week in which twelve weeks' work at today's pace is done."""
    weeks = simulate_weeks(seed, growth)
    backlog = 100.0 * 12
    forecast = estimate_finish_date(weeks[:HISTORY], backlog, FIRST_ON, draws=500, seed=seed)
    if isinstance(forecast, Unavailable):
        return False
    done = int(np.argmax(np.cumsum(weeks[HISTORY:]) >= backlog))
    done_on = FIRST_ON + timedelta(weeks=done, days=4)
    return (forecast.p10 or date.max) <= done_on <= (forecast.p90 or date.max)


def main() -> None:
    """Print one line per trend."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--worlds", type=int, default=400)
    worlds = parser.parse_args().worlds
    measure.machine()
    measure.say("finish date, 26 weeks known, pace -2 % to +2 % a week: share of P10 to P90 that hold the day")
    for growth in (-0.02, -0.01, 0.0, 0.01, 0.02):
        share = sum(holds_day(seed, growth) for seed in range(FIRST_SEED, FIRST_SEED + worlds)) / worlds
        error = 1.96 * (share * (1 - share) / worlds) ** 0.5
        met = share + error >= 0.7 and share - error <= 0.9
        measure.say(f"{growth:+.0%}  {share:.3f}  .70 to .90: {'met' if met else 'MISSED'}")


if __name__ == "__main__":
    main()
