"""The pages: the Overview's figures on a small and a large store, and reruns from the cache against a bare page.

Run as `python -m tests.bench.bench_page`.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from streamlit.testing.v1 import AppTest

from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.store.generations import Store
from tests.bench import measure, volumes

FIGURES = (
    *("labeling_share", "hours_by_category", "hours_by_week", "hours_by_project", "hours_by_person"),
    *("coverage", "share_by_definition", "share_over_time", "share_against_reference", "imports"),
)
RERUN_BAR_MS = 60.0
DATA = '{"week": list(range(40)), "hours": list(range(40))}'
MARK = '{"mark": "bar", "encoding": {"x": {"field": "week"}, "y": {"field": "hours", "type": "quantitative"}}}'
# The plainest page with the same elements; whatever is not here becomes a line of text.
LIKE = {
    "metric": 'st.metric(f"Metric {n}", n)',
    "dataframe": f"st.dataframe({DATA}, key=str(n))",
    "vega_lite_chart": f"st.vega_lite_chart({DATA}, {MARK}, key=str(n))",
    "popover": 'st.popover(f"Popover {n}")',
    "button_group": 'st.pills(f"Pills {n}", ["a", "b", "c"])',
    "multiselect": 'st.multiselect(f"Choice {n}", ["a", "b", "c"])',
    "toggle": 'st.toggle(f"Toggle {n}")',
    "download_button": 'st.download_button(f"Download {n}", "text")',
    "expander": 'st.expander(f"Expander {n}")',
    "flex_container": "st.container(border=True)",
}


# The entry script reaches only its first page in AppTest; this draws the other one with its filters.
TIME_SPLIT = """
from dashboard.web.cached_store import begin_run
from dashboard.web.filter_bar import show_filter_bar
from dashboard.web.pages.time_split.controls import show_split_bar
from dashboard.web.pages.time_split.page import show_time_split
begin_run()
show_split_bar(show_filter_bar())
show_time_split()
"""


def bare_page(like: AppTest) -> AppTest:
    """Return a page with as many elements of each kind as another, and nothing behind them."""
    kinds = [str(element.type) for element in like.main]
    lines = [f"n = {number}\n" + LIKE.get(kind, 'st.text(f"Line {n}")') for number, kind in enumerate(kinds)]
    return AppTest.from_string("\n".join(["import streamlit as st", *lines]), default_timeout=120)


def overview(store: Store) -> None:
    """Compute what the Overview shows, for the last 90 days."""
    yesterday = datetime.now(tz=UTC).date() - timedelta(days=1)
    asked = Filters(from_on=yesterday - timedelta(days=89), to_on=yesterday)
    for name in FIGURES:
        resolve_figure(store, name, asked)


def page(store: Store, script: str) -> AppTest:
    """Return a page of the app on a store, not run yet.

    From its text: beside the file AppTest would take our package `pages` for Streamlit's automatic pages
    and make them all in every run, which `dashboard.asgi` switches off.
    """
    os.environ["LABELTIME_STORE"] = str(store.folder)
    return AppTest.from_string(script, default_timeout=120)


def reruns(store: Store, name: str, script: str, times: int) -> None:
    """Measure a rerun of a page from the cache against a bare page with as many elements."""
    ours = page(store, script).run()
    for error in ours.exception:
        measure.say(f"the page failed: {error.value}")
    bare = bare_page(ours).run()
    hit, baseline = measure.medians(ours.run, bare.run, times)
    measure.ratio(f"{name}: rerun, cache hit / bare page with the same elements", hit, baseline, 1.3)
    verdict = "met" if hit * 1000 <= RERUN_BAR_MS else "MISSED"
    measure.say(f"{name}: rerun, cache hit: p50 {hit * 1000:.0f} ms (bar {RERUN_BAR_MS:.0f} ms, {verdict})")


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
        times = measure.medians(lambda: overview(large), lambda: overview(small), asked.times)
        what = f"{len(FIGURES)} figures of the Overview, {asked.large[1]:,} events / {asked.small[1]:,}"
        measure.ratio(what, *times, 1.5)
        reruns(
            small, "Overview", (measure.ROOT / "dashboard" / "web" / "app.py").read_text(encoding="utf-8"), asked.times
        )
        reruns(small, "Time split", TIME_SPLIT, asked.times)


if __name__ == "__main__":
    main()
