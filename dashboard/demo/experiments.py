"""Training runs as `mlflow.search_runs().to_csv()` writes them."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path
from random import Random

from dashboard.demo.diary import TimeEntry, to_utc
from dashboard.demo.team import DemoTeam, make_rng

RUN_COLUMNS = (
    "run_id,experiment_id,status,artifact_uri,start_time,end_time,metrics.f1,metrics.loss,params.base_model,params.lr,"
    "params.train_examples,tags.mlflow.runName,tags.mlflow.user,tags.mlflow.source.type,tags.mlflow.source.name"
)
TRAINED_SHARE = 0.6  # share of the modeling entries in which a model was trained
STATE_WEIGHTS = (("FINISHED", 0.9), ("FAILED", 0.07), ("KILLED", 0.03))


def write_mlflow(path: Path, team: DemoTeam, diary: list[TimeEntry], seed: int) -> None:
    """Write the training runs started during modeling; the newest is still running."""
    rng = make_rng(seed, "runs")
    trained = [
        entry for entry in diary if entry.category == "modeling" and entry.project and rng.random() < TRAINED_SHARE
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(RUN_COLUMNS.split(","))
        for number, entry in enumerate(trained, start=1):
            writer.writerow(_build_row(number, entry, team, rng, is_running=number == len(trained)))


def _build_row(number: int, entry: TimeEntry, team: DemoTeam, rng: Random, *, is_running: bool) -> list[object]:
    experiment = entry.project.number if entry.project else 0
    state = (
        "RUNNING"
        if is_running
        else rng.choices([name for name, _ in STATE_WEIGHTS], [weight for _, weight in STATE_WEIGHTS])[0]
    )
    begun_at = to_utc(entry.day, entry.begin + entry.seconds // 3)
    ended_at = begun_at + timedelta(seconds=rng.randint(400, 30_000))
    months = (entry.day - team.first_on).days / 30
    score = min(0.97, 0.62 + 0.03 * months + rng.gauss(0, 0.02))
    numbers = (f"{score:.4f}", f"{1.1 - score:.4f}") if state == "FINISHED" else ("", "")
    run = f"{rng.getrandbits(128):032x}"
    timestamps = (f"{begun_at:%Y-%m-%d %H:%M:%S}+00:00", "" if is_running else f"{ended_at:%Y-%m-%d %H:%M:%S}+00:00")
    settings = (rng.choice(("small", "base")), rng.choice(("0.001", "0.0003")), round(400 + 900 * months))
    title = entry.words.lower().replace(",", "").replace(" ", "-")
    names = (f"{title}-{number}", entry.member.login, "LOCAL", "train.py")
    return [run, experiment, state, f"mlflow-artifacts:/{experiment}/{run}", *timestamps, *numbers, *settings, *names]
