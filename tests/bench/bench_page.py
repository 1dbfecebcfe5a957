"""The Overview page: its figures on a small and a large store, and a rerun from the cache against a bare page.

Run as `python -m tests.bench.bench_page`.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from streamlit.testing.v1 import AppTest

from dashboard import figures
from dashboard.filters import Filters
from dashboard.store import Store
from tests.bench import measure, volumes

FIGURES = (
    *("labeling_share", "hours_by_category", "hours_by_week", "hours_by_project", "hours_by_person"),
    *("coverage", "share_by_definition", "share_over_time", "share_against_reference", "imports"),
)
RERUN_BAR_MS = 60.0
BARE = """
import streamlit as st
for number in range({elements}):
    st.markdown(f"Line {{number}}")
"""


def overview(store: Store) -> None:
    """Compute what the Overview shows, for the last 90 days."""
    yesterday = datetime.now(tz=UTC).date() - timedelta(days=1)
    asked = Filters(from_on=yesterday - timedelta(days=89), to_on=yesterday)
    for name in FIGURES:
        figures.figure(store, name, asked)


def page(store: Store) -> AppTest:
    """Return the app on a store, not run yet."""
    os.environ["LABELTIME_STORE"] = str(store.folder)
    return AppTest.from_file(str(measure.ROOT / "dashboard" / "app.py"), default_timeout=120)


def reruns(store: Store, times: int) -> None:
    """Measure a rerun of the page from the cache against a bare page with as many elements."""
    ours = page(store).run()
    for error in ours.exception:
        measure.say(f"the page failed: {error.value}")
    elements = sum(1 for _ in ours.main)
    bare = AppTest.from_string(BARE.format(elements=elements)).run()
    hit, baseline = measure.median(ours.run, times), measure.median(bare.run, times)
    measure.ratio(f"page rerun, cache hit / bare page of {elements} elements", hit, baseline, 1.3)
    verdict = "met" if hit * 1000 <= RERUN_BAR_MS else "MISSED"
    measure.say(f"page rerun, cache hit: p50 {hit * 1000:.0f} ms (bar {RERUN_BAR_MS:.0f} ms, {verdict})")


def main() -> None:
    """Measure with the sizes asked for."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--small", type=int, nargs=2, default=[100_000, 100_000], metavar=("ENTRIES", "EVENTS"))
    options.add_argument("--large", type=int, nargs=2, default=[1_000_000, 10_000_000], metavar=("ENTRIES", "EVENTS"))
    options.add_argument("--times", type=int, default=9)
    asked = options.parse_args()
    measure.machine()
    with tempfile.TemporaryDirectory() as folder:
        small = volumes.fill(Path(folder) / "small", *asked.small)
        large = volumes.fill(Path(folder) / "large", *asked.large)
        overview(small)
        overview(large)
        times = [measure.median(lambda store=store: overview(store), asked.times) for store in (large, small)]
        what = f"{len(FIGURES)} figures of the Overview, {asked.large[1]:,} events / {asked.small[1]:,}"
        measure.ratio(what, *times, 1.5)
        reruns(small, asked.times)


if __name__ == "__main__":
    main()
