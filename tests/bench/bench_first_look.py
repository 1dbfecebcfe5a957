"""The first look at each page of the demo, nothing cached: the server's part, and what a browser waits for.

The server is warm: it has drawn the page before, of another state of the store, so that its modules are loaded.
Run as `PYTHONPATH=tests python -m tests.bench.bench_first_look`, with names of pages to measure only those. Beside
each time stands that of a bare Streamlit page, in the same run: on a busy machine both grow.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time, sleep

from playwright.sync_api import Browser, BrowserContext, Error, sync_playwright
from served import running
from streamlit.testing.v1 import AppTest
from system_tools import find_browser

from dashboard.demo.build import build_demo
from dashboard.store.generations import Store
from tests.bench import measure

PAGES = {
    "Overview": "",
    "Time": "time",
    "Speed": "labeling",
    "Savings": "labeling?tab=Savings",
    "Quality": "labeling?tab=Quality",
    "Outlook": "labeling?tab=Outlook",
    "Labels or model?": "labeling?tab=Labels+or+model%3F",
    "Reports": "reports",
    "Data": "data",
}
TABS = ("Speed", "Savings", "Quality", "Outlook", "Labels or model?")
SCRIPTS = {
    "Overview": ("dashboard.web.pages.overview.page", "show_overview_page"),
    "Time": ("dashboard.web.pages.time_split.page", "show_time_split"),
    "Reports": ("dashboard.web.pages.reports.page", "show_reports_page"),
    "Data": ("dashboard.web.pages.data.page", "show_data_page"),
}
LABELING = ("dashboard.web.pages.labeling.page", "show_labeling_page")
BARE = """import streamlit as st
st.header("Bare")
st.markdown("An answer that is known before anybody asks.")
rows = [{"week": week, "hours": week % 5} for week in range(30)]
encoding = {"x": {"field": "week", "type": "ordinal"}, "y": {"field": "hours", "type": "quantitative"}}
st.vega_lite_chart({"data": {"values": rows}, "mark": "bar", "encoding": encoding}, width="stretch")
"""
SERVER_BAR = 1.0  # seconds
ANSWER_BAR = 0.5  # seconds from the bare page's answer and chart to ours
# A paragraph below the page's heading is the answer; a caption is none.
ANSWERED = """() => {
  const heading = document.querySelector("h2");
  return heading && [...document.querySelectorAll("[data-testid=stMarkdownContainer] p")].some(
    p => heading.compareDocumentPosition(p) & 4 && p.innerText.length > 25
      && !p.closest("[data-testid=stCaptionContainer]"));
}"""
DRAWN = """() => document.querySelector("[data-testid=stVegaLiteChart] :is(canvas, svg), [data-testid=stImage] img")"""
SETTLED = """() => document.querySelector("[data-testid=stApp]")?.dataset.testScriptState === "notRunning"
  && !document.querySelector("[data-testid=stSkeleton]")"""
PATIENCE = 120_000  # milliseconds


def write_script(name: str) -> str:
    """Return the script of one page with its controls, as the entry script draws them."""
    module, function = SCRIPTS.get(name, LABELING)
    controls = {
        "Data": "from dashboard.web.pages.data.page import show_section_choice\nshow_section_choice()",
        "Time": "from dashboard.web.pages.time_split.controls import show_split_bar\nshow_split_bar(show_filter_bar())",
        "Reports": "",
        "Overview": "show_filter_bar()",
    }.get(name, "choose_tab(read_contents())\nshow_filter_bar()")
    return (
        "from dashboard.web.cached_store import begin_run, read_contents\n"
        "from dashboard.web.filter_bar import show_filter_bar\n"
        "from dashboard.web.pages.labeling.tabs import choose_tab\n"
        f"from {module} import {function}\nbegin_run()\n{controls}\n{function}()\n"
    )


def time_server(store: Path, name: str) -> tuple[float, float]:
    """Return the seconds of one run of a page on a copy of the store, of which nothing is cached, and its CPU time."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LABELTIME_STORE"] = str(shutil.copytree(store, Path(folder) / "store"))
        app = AppTest.from_string(write_script(name), default_timeout=300)
        if name in TABS:
            app.query_params["tab"] = name
        begun = process_time()
        spent = measure.seconds(app.run)
        worked = process_time() - begun
        for error in app.exception:
            measure.say(f"{name} failed: {error.value}")
    return spent, worked


def time_visit(context: BrowserContext, address: str, page_path: str) -> dict[str, float]:
    """Return the seconds to the answer, to the first chart or picture of a page, and to a settled page."""
    page = context.new_page()
    begun = perf_counter()
    page.goto(f"{address}/{page_path}")
    spent = {}
    for name, condition in (("answer", ANSWERED), ("chart", DRAWN), ("settled", SETTLED)):
        if name != "chart" or page_path != PAGES["Data"]:  # which has none
            page.wait_for_function(condition)
            spent[name] = perf_counter() - begun
    page.close()
    return spent


def time_browser(browser: Browser, address: str, page_path: str = "", store: Path | None = None) -> dict[str, float]:
    """Return the times of a second visit: browser and server know the page, but not the store as it is by then."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    context.set_default_timeout(PATIENCE)
    time_visit(context, address, page_path)
    if store:
        with Store(store).change("measure"):
            pass
    spent = time_visit(context, address, page_path)
    context.close()
    return spent


@contextmanager
def serve_bare(folder: Path, text: str = BARE) -> Iterator[str]:
    """Run a bare Streamlit page and give its address."""
    script = folder / "bare.py"
    script.write_text(text, encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    options = ["--server.port", port, "--server.headless", "true", "--browser.gatherUsageStats", "false"]
    command = [sys.executable, "-m", "streamlit", "run", str(script), *options]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            wait_for_port(int(port))
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def wait_for_port(port: int) -> None:
    """Wait until somebody listens on a port of this machine."""
    for _ in range(240):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        sleep(0.25)


def report_browser(store: Path, folder: Path, names: list[str]) -> None:
    """Print the browser's times, each page on a server of its own."""
    path = find_browser()
    if path is None:
        measure.say("no Chromium here, so no browser times")
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--headless=new", "--no-sandbox"])
        with serve_bare(folder) as address:
            bare = time_browser(browser, address)
        measure.say(f"browser, bare page: {', '.join(f'{name} {spent:.2f} s' for name, spent in bare.items())}")
        for name in names:
            with running(store, "serve") as address:
                try:
                    spent = time_browser(browser, address, PAGES[name], store)
                except Error as error:
                    measure.say(f"{name}: {error.message.splitlines()[0]}")
                    continue
            extra = {part: seconds - bare[part] for part, seconds in spent.items()}
            is_met = all(seconds <= ANSWER_BAR for part, seconds in extra.items() if part != "settled")
            times = ", ".join(f"{part} {seconds:.2f} s ({extra[part]:+.2f})" for part, seconds in spent.items())
            measure.say(f"browser, {name}: {times}; bar +{ANSWER_BAR} s, {'met' if is_met else 'MISSED'}")
        browser.close()


def main() -> None:
    """Measure the pages asked for, or all."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("pages", nargs="*", help=f"of {', '.join(PAGES)}")
    options.add_argument("--store", type=Path, help="a store of the demo; without one it is built")
    asked = options.parse_args()
    names = asked.pages or list(PAGES)
    measure.machine()
    with tempfile.TemporaryDirectory() as folder:
        store = asked.store or Path(folder) / "store"
        if not asked.store:
            build_demo(store, datetime.now(tz=UTC).date(), lambda _: None)
        bare = AppTest.from_string(BARE, default_timeout=300).run()
        measure.say(f"server, bare page: {measure.seconds(bare.run):.2f} s")
        for name in names:
            time_server(store, name)  # loads the modules
            spent, worked = time_server(store, name)
            verdict = "met" if spent <= SERVER_BAR else "MISSED"
            measure.say(f"server, {name}: {spent:.2f} s, {worked:.2f} s of CPU (bar {SERVER_BAR} s, {verdict})")
        report_browser(store, Path(folder), names)


if __name__ == "__main__":
    main()
