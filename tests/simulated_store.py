"""A simulated labeling log in a store, by way of a CSV and the real importer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import polars as pl
from simulated_log import Simulated
from store_copies import copied

from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.store.generations import Store


def events(log: Simulated, *, project: str = "reviews", automation: str = "drafts") -> pl.DataFrame:
    """Return the log as labeling events."""
    labels = log.labels
    return labels.select(
        item=pl.format("{}-{}", pl.lit(project), "item"),
        person="annotator",
        seconds=pl.col("seconds").round(3),
        method=pl.when("assisted").then(pl.lit("pre-annotated")).otherwise(pl.lit("manual")),
        finished_at=pl.col("finished_at").dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
        project=pl.lit(project),
        label_kind="kind",
        difficulty="proxy",
        automation=pl.when("assisted").then(pl.lit(automation)),
        eligible="eligible",
        holdout="holdout",
    )


def imported(folder: Path, frames: Iterable[pl.DataFrame]) -> Store:
    """Return a store that holds the events."""
    return imported_texts(folder, *(frame.write_csv() for frame in frames))


@copied
def imported_texts(folder: Path, *texts: str) -> Store:
    """Return a store that holds the events of CSV files."""
    store = Store(folder / "store")
    for number, text in enumerate(texts):
        file = folder / f"events{number}.csv"
        file.write_text(text, encoding="utf-8")
        import_files(store, [file], Settings())
    return store


def register(
    store: Store,
    name: str,
    *,
    projects: Iterable[str] = ("reviews",),
    people: Mapping[str, date] | None = None,
    from_on: date = date(2026, 1, 5),
    setup_seconds: int | None = None,
) -> None:
    """Enter an automation with the first day of each project, or of each person."""
    with store.change("enter an automation") as change:
        row = {"name": name, "setup_seconds": setup_seconds}
        change.execute(
            "insert into automation values ($name, 'pre-labeling', 'marked items', $setup_seconds, null)", row
        )
        for project in projects:
            for person, first_on in (people or {"": from_on}).items():
                change.execute(
                    "insert into automation_scope values ($name, $project, $person, $first_on, null)",
                    {"name": name, "project": project, "person": person, "first_on": first_on},
                )
        change.rebuild_labels()
