"""Ablation runs, as a script that trains on parts of the labels would write them (Labeltime's own runs CSV).

Street Signs: mixtures of signs labeled by people and rendered ones. Contract Reader: parts of the labels, and older
code on all of them. Support Triage: labels chosen by the model against labels chosen at random.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from math import exp
from pathlib import Path
from random import Random

from dashboard.demo.team import BY_KEY, DemoTeam, dice

HEADER = (
    "run,started_at,project,metric,value,labels_used,labels_synthetic,code_version,seed,selection,modeling_hours,state"
)
NOISE = 0.02  # of the error, from seed to seed
WORTH = 0.18  # labels by people that a rendered sign is worth
PEOPLE_SIZES, RENDERED_SIZES = (500, 1000, 2000, 4000, 8000), (0, 2000, 8000, 32000)
LABELS, SHARES = 8000, (0.125, 0.25, 0.5, 1.0)
STAGES = (("1f0c2ab", 120.0), ("7d93e51", 240.0), ("b81a6f0", 480.0), ("e4470c9", 960.0))  # code, modeling hours
BY_LABELS, BY_MODELING = 0.30, 0.12  # how the error falls with labels and with modeling hours
CHOSEN_SIZES, LEAD = (400, 800, 1600, 3200), 1.5  # a chosen label does what 1.5 random ones do

Run = tuple[str, float, int, int, str, int, str, float | str]


def write_ablations(path: Path, team: DemoTeam, seed: int) -> None:
    """Write the runs of the last two weeks, one after the other."""
    roll = dice(seed, "ablations")
    begun_at = datetime.combine(team.today - timedelta(days=13), time(18))
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(HEADER.split(","))
        for number, run in enumerate((*_mixtures(roll), *_parts(roll), *_choices(roll)), start=1):
            key, error, used, rendered, code, seeded, selection, hours = run
            at = begun_at + timedelta(hours=2 * number)
            out.writerow(
                [f"ablation-{number:03d}", f"{at:%Y-%m-%dT%H:%M:%S}Z", BY_KEY[key].name, "error_rate", f"{error:.5f}",
                 used, rendered, code, seeded, selection, hours, "finished"]
            )  # fmt: skip


def _noisy(roll: Random, error: float) -> float:
    return error * exp(roll.gauss(0, NOISE))


def _mixtures(roll: Random) -> Iterator[Run]:
    for people in PEOPLE_SIZES:
        for rendered in RENDERED_SIZES:
            for seeded in (1, 2):
                error = 0.04 + 2.4 * (people + WORTH * rendered) ** -0.42
                yield "SS", _noisy(roll, error), people + rendered, rendered, "", seeded, "", ""


def _parts(roll: Random) -> Iterator[Run]:
    newest, most = STAGES[-1]
    for seeded in (1, 2, 3):
        for share in SHARES:
            error = 0.12 * share**-BY_LABELS
            yield "CR", _noisy(roll, error), round(LABELS * share), 0, newest, seeded, "", most
        for code, hours in STAGES:
            error = 0.12 * (hours / most) ** -BY_MODELING
            yield "CR", _noisy(roll, error), LABELS, 0, code, seeded, "", hours


def _choices(roll: Random) -> Iterator[Run]:
    for selection, worth in (("random", 1.0), ("active", LEAD)):
        for labels in CHOSEN_SIZES:
            for seeded in (1, 2, 3):
                error = 0.05 + 1.9 * (worth * labels) ** -0.4
                yield "ST", _noisy(roll, error), labels, 0, "", seeded, selection, ""
