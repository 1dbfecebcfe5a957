"""Bias, coverage and warnings of the savings estimators over many simulated logs of known truth.

Run as `python -m tests.bench.bench_estimates --seeds 200`.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from dataclasses import dataclass, field
from multiprocessing import Pool
from time import perf_counter

import numpy as np
import polars as pl

from dashboard.inference.contract import Interval, SavingsEstimate
from dashboard.quality.model.non_inferiority import compare_paired_quality
from dashboard.savings.model.assembly import estimate_savings
from tests.bench import measure
from tests.simulated_log import Simulated, simulate

CORES = 2
MARGIN = 0.02
HEADINGS = (
    *(
        "log",
        "runs",
        "ref.",
        "bias",
        "cover",
        "cov.pop",
        "cur.cov",
        "width",
        "RMSE",
        "raw",
        "strat",
        "flat",
        "flat.cov",
    ),
    *("typ", "typ.cov", "gap", "1date", "RV", "C-", "B", "A", "estab", "placebo", "idle.m", "idle.a", "adds"),
)


@dataclass(frozen=True)
class Case:
    """A scenario and what is different from the standard log of 10 people with 200 labels each."""

    name: str
    scenario: str
    options: dict[str, float] = field(default_factory=dict)


CASES = (
    *(Case(name, name) for name in ("S0", "S1", "S2", "S3", "S4", "S4b", "S5", "S5b", "S6", "S6b", "S7")),
    Case("S2 hold-out", "S2", {"people": 12, "items": 500, "holdout": 0.1}),
    Case("S7 hold-out", "S7", {"people": 12, "items": 1000, "holdout": 0.1}),
    Case("S2 same items", "S2", {"doubled": True}),
    Case("S0 J=3", "S0", {"people": 3, "items": 300}),
    Case("S0 J=4", "S0", {"people": 4, "items": 300}),
    Case("S0 J=6", "S0", {"people": 6, "items": 300}),
    Case("S0 too small", "S0", {"people": 2, "items": 300}),
    Case("S1 no effect", "S1", {"effect": 1.0}),
    Case("S3 no effect", "S3", {"effect": 1.0}),
    Case("S4 no effect", "S4", {"effect": 1.0}),
)


def row(found: SavingsEstimate, specification: str) -> Interval:
    """Return a row of the strip under the headline's idle rule."""
    at = found.strip.filter(pl.col("specification") == specification, pl.col("idle_rule") == "usual")
    _, _, *shares = at.row(0)
    return Interval(*shares, level=0.95)


def measured(case: Case, seed: int) -> dict[str, float]:
    """Return one log's figures: errors in shares, claims as 0 or 1."""
    log = simulate(case.scenario, seed, **case.options)  # type: ignore[arg-type]
    found = estimate_savings(log.labels, rollouts=log.rollouts)
    return {"ref.": 1.0} if found.refused else {"ref.": 0.0, **figures(log, found)}


def figures(log: Simulated, found: SavingsEstimate) -> dict[str, float]:
    """Return the errors and claims of an estimate."""
    truth, flat = 1 - log.hours_ratio, row(found, "total hours")
    headline, population = found.share or flat, 1 - log.population_ratio
    flags = {check.name: check.flag for check in found.diagnostics}
    typical, total = found.typical, found.hours or found.current_hours
    assert found.current
    assert typical
    assert total
    raw = found.strip.filter(pl.col("specification") == "raw ratio", pl.col("idle_rule") == "none")["share"].item()
    robustness = next(check for check in found.diagnostics if check.name == "robustness")
    return {
        "bias": headline.value - truth,
        "cover": headline.low <= truth <= headline.high,
        "cov.pop": headline.low <= population <= headline.high,
        "cur.cov": found.current.low <= truth <= found.current.high,
        "width": headline.high - headline.low,
        "raw": raw - truth,
        "strat": row(found, "stratified").value - truth,
        "flat": flat.value - truth,
        "flat.cov": flat.low <= truth <= flat.high,
        "typ": typical.value - (1 - log.typical_ratio),
        "typ.cov": typical.low <= 1 - log.typical_ratio <= typical.high,
        "gap": flags["raw gap"],
        "1date": flags.get("one rollout date", False),
        "RV": robustness.value is not None and bool(robustness.words),
        "C-": found.grade in "CD",
        "B": found.grade == "B",
        "A": found.grade == "A",
        "estab": found.established,
        "placebo": flags.get("placebo", False),
        "idle.m": found.idle["share"][0],
        "idle.a": found.idle["share"][1],
        "adds": abs(found.saved["saved_seconds"].sum() / 3600 - total.value) <= 0.01 * abs(total.value),
    }


def line(name: str, runs: list[dict[str, float]]) -> str:
    """Return a line of the table: means over the runs, biases and widths in points."""
    by_heading = defaultdict(list)
    for run in runs:
        for heading, value in run.items():
            by_heading[heading].append(float(value))
    cells = [f"{name:<14}", f"{len(runs):>4}"]
    for heading in HEADINGS[2:]:
        values = np.array(by_heading["bias" if heading == "RMSE" else heading])
        if not values.size:
            cells.append(f"{'':>8}")
        elif heading == "RMSE":
            cells.append(f"{100 * np.sqrt((values**2).mean()):>8.1f}")
        elif heading in {"bias", "width", "raw", "strat", "flat", "typ", "idle.m", "idle.a"}:
            cells.append(f"{100 * values.mean():>8.1f}")
        else:
            cells.append(f"{values.mean():>8.2f}")
    return " ".join(cells)


def wrongly_confirmed(n: int, people: int, seed: int) -> bool:
    """Tell whether labels that are worse by exactly the margin pass, with accuracy that differs between people."""
    rng = np.random.default_rng([seed, n])
    human, spread = 0.92, 0.05 * 0.92 * 0.08
    strength = human * (1 - human) / spread - 1
    skill = rng.beta(human * strength, (1 - human) * strength, people)
    who = np.arange(n) % people
    pairs = pl.DataFrame(
        {
            "item": [f"i{one}" for one in range(n)],
            "annotator": [f"p{one}" for one in who],
            "human": (rng.random(n) < skill[who]).astype(float),
            "automated": (rng.random(n) < human - MARGIN).astype(float),
        }
    )
    return compare_paired_quality(pairs, margin=MARGIN).verdict == "confirmed"


def speed(people: int, each: int, bar: float) -> None:
    """Measure one estimate with its strip and checks, imports done."""
    log = simulate("S5", 1, people=people, items=each)
    begun = perf_counter()
    found = estimate_savings(log.labels, rollouts=log.rollouts)
    took = perf_counter() - begun
    measure.say(f"{log.labels.height:,} labels of {people} people: {took:.2f} s (bar {bar} s), grade {found.grade}")


def main() -> None:
    """Print the table, the quality gate's error rate and the speed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--cases", nargs="*", help="only these")
    asked = parser.parse_args()
    measure.machine()
    measure.say(
        "bias, width, RMSE, raw, strat, flat, typ and idle in points of saving; the rest are shares of the runs"
    )
    measure.say(" ".join([f"{HEADINGS[0]:<14}", f"{HEADINGS[1]:>4}", *(f"{one:>8}" for one in HEADINGS[2:])]))
    with Pool(CORES) as pool:
        for case in CASES:
            if not asked.cases or case.name in asked.cases:
                runs = pool.starmap(measured, [(case, seed) for seed in range(asked.seeds)], chunksize=5)
                measure.say(line(case.name, runs))
        for n in () if asked.cases else (400, 800, 1600):
            wrong = pool.starmap(wrongly_confirmed, [(n, 10, seed) for seed in range(5 * asked.seeds)], chunksize=25)
            measure.say(f"quality gate, {n} pairs of 10 people, ICC .05: wrongly confirmed {np.mean(wrong):.3f}")
    if not asked.cases:
        speed(10, 2_000, 1.0)
        speed(100, 1_000, 5.0)


if __name__ == "__main__":
    main()
