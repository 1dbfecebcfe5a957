"""Coverage of the share saved in the last days of a log: of the interval shown, and of the whole log's one scaled.

The logs are those of `simulated_log`; the truth is the share of all assisted labels, which the last ones saved as well.
Run as `python -m tests.bench.bench_periods --seeds 100`.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from multiprocessing import Pool

import numpy as np
import polars as pl

from dashboard.savings.fits import AutomationEstimate, add_savings
from dashboard.savings.model.assembly import estimate_savings
from dashboard.savings.model.part import WHOLE_LOG
from tests.bench import measure
from tests.simulated_log import DAYS, START, simulate

CORES = 2
SCENARIOS = ("S0", "S1", "S3", "S5", "S6")
LAST_DAYS = (DAYS, 30, 15, 6, 2)
HEADINGS = ("log", "effect", "days", "runs", "scaled", "shown", "width", "bias", "sign")


def estimate_part(
    labels: pl.DataFrame, rollouts: dict[str, date], parts: tuple[int, ...]
) -> list[AutomationEstimate] | None:
    """Return the estimates of the last days of a log, or None where its saving has no number."""
    savings = estimate_savings(labels, rollouts=rollouts)
    if savings.refused or savings.bounds or not savings.established:
        return None
    own = labels.filter("assisted").with_columns(stands_for=pl.lit(1.0))
    basis = AutomationEstimate("drafts", "", ("reviews",), None, None, own.clear(), 0.0, (), 0)
    firsts = [START + timedelta(days=DAYS - days) for days in parts]
    return [add_savings(basis, savings, own, {"from_on": first}) for first in firsts]


def measure_log(name: str, effect: float, seed: int) -> list[tuple[float, ...]] | None:
    """Return by part of a log: scaled interval holds the truth, shown one does, its width, its error, a sign shown."""
    made = simulate(name, seed, effect=effect)
    parts = estimate_part(made.labels, made.rollouts, LAST_DAYS)
    if parts is None:
        return None
    truth, rows = 1 - made.hours_ratio, []
    for part in parts:
        scaled, shown = replace(part, period_error=WHOLE_LOG).current_share, part.current_share
        if scaled is None or shown is None:
            return None
        has_sign = shown.low > 0 or shown.high < 0
        holds = (float(interval.low <= truth <= interval.high) for interval in (scaled, shown))
        rows.append((*holds, shown.high - shown.low, shown.value - truth, float(has_sign)))
    return rows


def main() -> None:
    """Print one line per scenario, effect and number of last days."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=100)
    asked = parser.parse_args()
    measure.machine()
    measure.say(" ".join(f"{heading:>7}" for heading in HEADINGS))
    with Pool(CORES) as pool:
        for name in SCENARIOS:
            for effect in (0.65, 1.0):
                logs = [log for log in pool.map(partial(measure_log, name, effect), range(asked.seeds)) if log]
                for days, rows in zip(LAST_DAYS, np.array(logs).transpose(1, 0, 2), strict=True):
                    means = " ".join(f"{mean:7.3f}" for mean in rows.mean(axis=0))
                    measure.say(f"{name:>7} {effect:7.2f} {days:7} {len(rows):7} {means}")


if __name__ == "__main__":
    main()
