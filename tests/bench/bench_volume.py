"""Estimates and label figures on many labels, each in a process of its own: time, processor time, peak memory; edits.

The baseline of a figure is one pass over the labels by SQL in the same run: sums by person, kind, week and method.
That of an edit is a copy of the whole store.

Run as `python -m tests.bench.bench_volume --labels 1000000`.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time

from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.store.generations import Store
from dashboard.store.snapshot import Change
from tests.bench import measure, volume_labels

FIGURES = ("savings_by_automation", "savings", "forecast_hours", "learning_curve", "label_states", "seconds_per_item")
NOTE = "insert into note (day_on, text, set_at) values (date '2026-01-01', 'a note', current_localtimestamp())"
BASELINE = "one pass by SQL"
SUMS = """
    select person, label_kind, date_trunc('week', day_on) as week_on, method, count(*) as labels, sum(annotate_ms) as ms
    from label group by all
"""


def answer(folder: Path, figure: str) -> None:
    """Answer one figure, or the baseline; print processor seconds, seconds and the peak memory in megabytes."""
    store = Store(folder)
    begun, begun_at = process_time(), perf_counter()
    if figure == BASELINE:
        with store.snapshot() as snapshot:
            snapshot.query(SUMS)
    else:
        resolve_figure(store, figure, Filters())
    measure.say(f"{process_time() - begun} {perf_counter() - begun_at} {measure.peak_megabytes()}")


def compare(folder: Path, figures: list[str], labels: int) -> None:
    """Print each figure's processor seconds, seconds and memory beside those of the baseline."""
    baseline = 0.0
    for figure in (BASELINE, *figures):
        words = measure.alone("tests.bench.bench_volume", "--answer", figure, "--store", str(folder)).split()
        busy, seconds, memory = map(float, words)
        baseline = baseline or busy
        measure.say(
            f"{labels:,} labels, {figure}: {seconds:.2f} s, {busy:.2f} CPU s = {busy / baseline:.1f} x, {memory:.0f} MB"
        )


def compare_edits(store: Store, labels: int) -> None:
    """Print the seconds of a note and of new rules, and what they write, beside a copy of the whole store."""
    number = store.generation()
    sources = store.generation_path(number), store.facts_path(number)
    with tempfile.TemporaryDirectory(dir=store.folder.parent) as folder:
        copy_seconds = measure.seconds(lambda: [shutil.copy(source, folder) for source in sources])
    edits: dict[str, Callable[[Change], None]] = {
        "a note": lambda change: change.execute(NOTE),
        "new rules": lambda change: change.rebuild_categories(),
    }
    for name, edit in edits.items():

        def save(edit: Callable[[Change], None] = edit) -> None:
            with store.change("edit") as change:
                edit(change)

        spent = measure.seconds(save)
        files = store.generation_path(store.generation()), store.facts_path(store.generation())
        written = sum(path.stat().st_size for path in files if path.stat().st_nlink == 1) / 1e6
        size = sum(path.stat().st_size for path in sources) / 1e6
        measure.say(
            f"{labels:,} labels, {name}: {spent:.2f} s = {spent / copy_seconds:.1f} x a copy of the store, "
            f"{written:.0f} MB written of {size:.0f}"
        )


def main() -> None:
    """Measure with the sizes asked for."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--labels", type=int, nargs="*", default=[100_000, 1_000_000])
    options.add_argument("--automations", type=int, default=1)
    options.add_argument("--figures", nargs="*", default=list(FIGURES))
    options.add_argument("--store", type=Path, help="a store made before, instead of a new one")
    options.add_argument("--answer", help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.answer:
        answer(asked.store, asked.answer)
        return
    measure.machine()
    for labels in asked.labels:
        with tempfile.TemporaryDirectory() as folder:
            store = asked.store or volume_labels.fill_labels(Path(folder), labels, labels, asked.automations).folder
            compare(store, asked.figures, labels)
            compare_edits(Store(store), labels)


if __name__ == "__main__":
    main()
