"""Ablation runs, as a script that trains on subsets of the labels would write them (Labeltime's own runs CSV).

Street Signs: mixtures of signs labeled by people and rendered signs. Contract Reader: subsets of the labels, and older
code on all labels. Support Triage: labels chosen by the model against labels chosen at random.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from math import exp
from pathlib import Path
from random import Random

from dashboard.demo.team import BY_KEY, DemoTeam, make_rng

RUN_COLUMNS = (
    "run,started_at,project,metric,value,labels_used,labels_synthetic,code_version,seed,selection,modeling_hours,state"
)
NOISE_SD = 0.02  # log standard deviation of the error between seeds
RENDERED_WORTH = 0.18  # number of labels by people that one rendered sign is worth
PEOPLE_SIZES, RENDERED_SIZES = (500, 1000, 2000, 4000, 8000), (0, 2000, 8000, 32000)
LABEL_COUNT, LABEL_SHARES = 8000, (0.125, 0.25, 0.5, 1.0)
CODE_STAGES = (("1f0c2ab", 120.0), ("7d93e51", 240.0), ("b81a6f0", 480.0), ("e4470c9", 960.0))  # code, modeling hours
LABELS_EXPONENT, MODELING_EXPONENT = (
    0.30,
    0.12,
)  # exponents by which the error falls with labels and with modeling hours
SELECTION_SIZES, ACTIVE_WORTH = (400, 800, 1600, 3200), 1.5  # a label chosen by the model is worth 1.5 random ones

AblationRun = tuple[str, float, int, int, str, int, str, float | str]


def write_ablations(path: Path, team: DemoTeam, seed: int) -> None:
    """Write the runs of the last two weeks."""
    rng = make_rng(seed, "ablations")
    begun_at = datetime.combine(team.today - timedelta(days=13), time(18))
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(RUN_COLUMNS.split(","))
        for number, run in enumerate(
            (*_simulate_mixtures(rng), *_simulate_subsets(rng), *_simulate_selections(rng)), start=1
        ):
            key, error, used, rendered, code, seeded, selection, hours = run
            started_at = begun_at + timedelta(hours=2 * number)
            out.writerow(
                [f"ablation-{number:03d}", f"{started_at:%Y-%m-%dT%H:%M:%S}Z", BY_KEY[key].name, "error_rate",
                 f"{error:.5f}", used, rendered, code, seeded, selection, hours, "finished"]
            )  # fmt: skip


def _add_noise(rng: Random, error: float) -> float:
    return error * exp(rng.gauss(0, NOISE_SD))


def _simulate_mixtures(rng: Random) -> Iterator[AblationRun]:
    for people in PEOPLE_SIZES:
        for rendered in RENDERED_SIZES:
            for seeded in (1, 2):
                error = 0.04 + 2.4 * (people + RENDERED_WORTH * rendered) ** -0.42
                yield "SS", _add_noise(rng, error), people + rendered, rendered, "", seeded, "", ""


def _simulate_subsets(rng: Random) -> Iterator[AblationRun]:
    newest, newest_hours = CODE_STAGES[-1]
    for seeded in (1, 2, 3):
        for share in LABEL_SHARES:
            error = 0.12 * share**-LABELS_EXPONENT
            yield "CR", _add_noise(rng, error), round(LABEL_COUNT * share), 0, newest, seeded, "", newest_hours
        for code, hours in CODE_STAGES:
            error = 0.12 * (hours / newest_hours) ** -MODELING_EXPONENT
            yield "CR", _add_noise(rng, error), LABEL_COUNT, 0, code, seeded, "", hours


def _simulate_selections(rng: Random) -> Iterator[AblationRun]:
    for selection, worth in (("random", 1.0), ("active", ACTIVE_WORTH)):
        for labels in SELECTION_SIZES:
            for seeded in (1, 2, 3):
                error = 0.05 + 1.9 * (worth * labels) ** -0.4
                yield "ST", _add_noise(rng, error), labels, 0, "", seeded, selection, ""
