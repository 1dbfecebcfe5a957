"""Training runs of simulated worlds in a store, by way of CSV files and the real importers."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from store_copies import copied

from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.store.generations import Store

SECONDS_A_LABEL = 90
RUN = (
    "run,started_at,finished_at,project,metric,value,labels_used,labels_synthetic,code_version,seed,selection,"
    "modeling_hours\n"
)
LABEL = "item,person,seconds,method,finished_at,project\n"


def of_mixtures(runs: pl.DataFrame, project: str = "Signs", metric: str = "f1") -> str:
    """Return lines of RUN of runs on mixtures: human, synthetic, seed, error."""
    when = "2026-03-02T09:00:00Z,2026-03-02T09:30:00Z"
    return "".join(
        f"x{at},{when},{project},{metric},{1 - error if metric == 'f1' else error:.6f},"
        f"{human + synthetic:.0f},{synthetic:.0f},final,{seed},,400\n"
        for at, (human, synthetic, seed, error) in enumerate(runs.iter_rows())
    )


def of_grid(runs: pl.DataFrame, project: str = "Faces", *, told: bool = True) -> str:
    """Return lines of RUN of an ablation grid: labels, code, hours, seed, error; hours left open unless `told`."""
    return "".join(
        f"g{at},2026-03-0{3 + (code == 'v400')}T09:00:00Z,2026-03-04T09:30:00Z,{project},f1,{1 - error:.6f},"
        f"{labels:.0f},,{'final' if code == 'v400' else code},{seed},,{hours if told else ''}\n"
        for at, (labels, code, hours, seed, error) in enumerate(runs.iter_rows())
    )


@copied
def store_of(folder: Path, runs: str, *, labels: int = 30) -> Store:
    """Return a store with these runs (lines of RUN) and so many labels of Signs and Faces, SECONDS_A_LABEL each."""
    store = Store(folder / "store")
    if runs:
        (folder / "runs.csv").write_text(RUN + runs, encoding="utf-8")
        import_files(store, [folder / "runs.csv"], Settings(zone="UTC"))
    if labels:
        lines = [
            f"i{at},Ann,{SECONDS_A_LABEL},manual,2026-03-02T09:{at % 60:02}:00Z,{project}\n"
            for at in range(labels)
            for project in ("Signs", "Faces")
        ]
        (folder / "labels.csv").write_text(LABEL + "".join(lines), encoding="utf-8")
        import_files(store, [folder / "labels.csv"], Settings(zone="UTC"))
    return store


def of_chosen(runs: pl.DataFrame, project: str = "Forms") -> str:
    """Return lines of RUN of runs whose labels were chosen: labels, active, seed, error."""
    when = "2026-03-02T09:00:00Z,2026-03-02T09:30:00Z"
    return "".join(
        f"c{at},{when},{project},accuracy,{1 - error:.6f},{labels:.0f},0,final,{seed},"
        f"{'active' if active else 'random'},\n"
        for at, (labels, active, seed, error) in enumerate(runs.iter_rows())
    )
