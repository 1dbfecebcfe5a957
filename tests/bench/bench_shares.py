"""How often intervals of shares miss a known truth: the claim check, what reviewers accept, trends.

Run as `python -m tests.bench.bench_shares --worlds 400`.
"""

from __future__ import annotations

import argparse

import numpy as np

from dashboard.allocation.claim import check_claim
from dashboard.inference.shares import estimate_clustered_bounds
from dashboard.inference.trends import estimate_drift
from tests.bench import measure
from tests.simulated_shares import SPREADS, claimed_team, clinging_weeks, reviewed_team

PEOPLE, WEEKS = (3, 5, 8, 12), (4, 8, 13, 26)
LABELS = (50, 200, 1000)
WRONG, COVERED = 0.08, 0.90


def claims(first: int, worlds: int) -> None:
    """Print how often "not supported" is said of teams whose true share is the claimed one."""
    measure.say("claim check, truth = claim: wrong 'not supported', by people x weeks")
    measure.say(f"{'':<30}" + "".join(f"{people:>5} x {weeks:<3}" for people in PEOPLE for weeks in WEEKS))
    worst = 0.0
    for spread in SPREADS:
        shares = [wrong_share(first, worlds, size, spread) for size in [(p, w) for p in PEOPLE for w in WEEKS]]
        worst = max(worst, *shares)
        measure.say(f"{spread:<30}" + "".join(f"{share:>8.3f} " for share in shares))
    measure.say(f"worst {worst:.3f}; bar .08, missed only where its 95 % interval lies above: {over(worst, worlds)}")


def wrong_share(first: int, worlds: int, size: tuple[int, int], spread: str) -> float:
    """Return the share of teams of whom a wrong verdict is given."""
    verdicts = [
        check_claim("engineers", claimed_team(seed, *size, spread)).verdict for seed in range(first, first + worlds)
    ]
    return verdicts.count("not supported") / worlds


def over(share: float, worlds: int) -> str:
    """Return whether a rate is above the bar beyond chance."""
    return "MISSED" if share - 1.96 * (share * (1 - share) / worlds) ** 0.5 > WRONG else "met"


def acceptance(first: int, worlds: int) -> None:
    """Print how often the interval of a team's acceptance holds the share of people in general."""
    measure.say("acceptance, 10 people x 50, 200, 1,000 labels: share of intervals that hold the truth")
    for truth in (0.7, 0.9, 0.97):
        for likeness in (0.02, 0.05, 0.10):
            shares = [covered_share(first, worlds, labels, (truth, likeness)) for labels in LABELS]
            met = all(share + 1.96 * (share * (1 - share) / worlds) ** 0.5 >= COVERED for share in shares)
            cells = "".join(f"{share:>8.3f}" for share in shares)
            measure.say(f"truth {truth}, ICC {likeness:.2f}{cells}  bar .90: {'met' if met else 'MISSED'}")


def covered_share(first: int, worlds: int, labels: int, world: tuple[float, float]) -> float:
    """Return the share of teams whose interval holds the truth; `world`: truth and intraclass correlation."""
    covered = 0
    for seed in range(first, first + worlds):
        accepted, reviewed = reviewed_team(seed, labels, *world).T.astype(float)
        low, high = estimate_clustered_bounds(accepted, reviewed) or (1.0, 0.0)
        covered += low <= world[0] <= high
    return covered / worlds


def trends(first: int, worlds: int) -> None:
    """Print how often a trend is seen in weeks without one, of the weeks in which any could be seen."""
    measure.say("trend, 8, 13, 26, 52 weeks without one: false alarms of those with an interval (share with one)")
    for likeness, bar in ((0.0, 0.07), (0.4, 0.07), (0.7, 0.10)):
        rates = [count_alarms(first, worlds, weeks, likeness) for weeks in (8, 13, 26, 52)]
        met = all(share - 1.96 * (share * (1 - share) / max(able, 1)) ** 0.5 <= bar for share, able in rates)
        cells = "".join(f"{share:>8.3f} ({able / worlds:.2f})" for share, able in rates)
        measure.say(f"AR {likeness:.1f}{cells}  bar {bar:.2f}: {'met' if met else 'MISSED'}")


def count_alarms(first: int, worlds: int, weeks: int, likeness: float) -> tuple[float, int]:
    """Return the share of false alarms among the worlds with an interval, and the number of these."""
    drifts = [
        estimate_drift(np.arange(float(weeks)), clinging_weeks(seed, weeks, likeness))
        for seed in range(first, first + worlds)
    ]
    intervals = [drift for drift in drifts if drift is not None]
    return sum(not drift.low <= 0 <= drift.high for drift in intervals) / max(len(intervals), 1), len(intervals)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--worlds", type=int, default=400)
    parser.add_argument("--first", type=int, default=0, help="seed of the first world")
    asked = parser.parse_args()
    measure.machine()
    claims(asked.first, asked.worlds)
    acceptance(asked.first, asked.worlds)
    trends(asked.first, asked.worlds)


if __name__ == "__main__":
    main()
