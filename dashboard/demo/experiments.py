"""Training runs as `mlflow.search_runs().to_csv()` writes them."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path
from random import Random

from dashboard.demo.diary import Stretch, instant
from dashboard.demo.team import DemoTeam, dice

HEADER = (
    "run_id,experiment_id,status,artifact_uri,start_time,end_time,metrics.f1,metrics.loss,params.base_model,params.lr,"
    "params.train_examples,tags.mlflow.runName,tags.mlflow.user,tags.mlflow.source.type,tags.mlflow.source.name"
)
RUNS_PART = 0.6  # of the modeling stretches in which something was trained
STATES = (("FINISHED", 0.9), ("FAILED", 0.07), ("KILLED", 0.03))


def write_mlflow(path: Path, team: DemoTeam, diary: list[Stretch], seed: int) -> None:
    """Write the runs started in modeling time; the newest never ended."""
    roll = dice(seed, "runs")
    trained = [work for work in diary if work.category == "modeling" and work.project and roll.random() < RUNS_PART]
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(HEADER.split(","))
        for number, work in enumerate(trained, start=1):
            out.writerow(_run(number, work, team, roll, is_running=number == len(trained)))


def _run(number: int, work: Stretch, team: DemoTeam, roll: Random, *, is_running: bool) -> list[object]:
    experiment = work.project.number if work.project else 0
    state = "RUNNING" if is_running else roll.choices([name for name, _ in STATES], [part for _, part in STATES])[0]
    begun_at = instant(work.day, work.begin + work.seconds // 3)
    ended_at = begun_at + timedelta(seconds=roll.randint(400, 30_000))
    months = (work.day - team.first_on).days / 30
    score = min(0.97, 0.62 + 0.03 * months + roll.gauss(0, 0.02))
    numbers = (f"{score:.4f}", f"{1.1 - score:.4f}") if state == "FINISHED" else ("", "")
    run = f"{roll.getrandbits(128):032x}"
    when = (f"{begun_at:%Y-%m-%d %H:%M:%S}+00:00", "" if is_running else f"{ended_at:%Y-%m-%d %H:%M:%S}+00:00")
    settings = (roll.choice(("small", "base")), roll.choice(("0.001", "0.0003")), round(400 + 900 * months))
    title = work.words.lower().replace(",", "").replace(" ", "-")
    names = (f"{title}-{number}", work.member.login, "LOCAL", "train.py")
    return [run, experiment, state, f"mlflow-artifacts:/{experiment}/{run}", *when, *numbers, *settings, *names]
