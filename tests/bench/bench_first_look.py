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

from playwright.sync_api import Browser, Error, sync_playwright
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
BARE = 'import streamlit as st\nst.header("Bare")\nst.markdown("An answer that is known before anybody asks.")\n'
SERVER_BAR = 1.0  # seconds
ANSWER_BAR = 0.5  # seconds from the bare page's answer to ours
# A paragraph below the page's heading is the answer; a caption is none.
ANSWERED = """() => {
  const heading = document.querySelector("h2");
  return heading && [...document.querySelectorAll("[data-testid=stMarkdownContainer] p")].some(
    p => heading.compareDocumentPosition(p) & 4 && p.innerText.length > 25
      && !p.closest("[data-testid=stCaptionContainer]"));
}"""
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


def open_page(browser: Browser, address: str, page_path: str = "") -> tuple[float, float]:
    """Return the seconds to the answer and to a settled page, for a visitor whose browser knows the scripts."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    # The Help page reads no figure; it fills the browser's cache.
    page.goto(f"{address}/help")
    page.wait_for_function(SETTLED)
    page = context.new_page()
    begun = perf_counter()
    page.goto(f"{address}/{page_path}")
    page.wait_for_function(ANSWERED)
    answered = perf_counter() - begun
    page.wait_for_function(SETTLED)
    settled = perf_counter() - begun
    context.close()
    return answered, settled


def time_browser(browser: Browser, address: str, page_path: str, store: Path) -> tuple[float, float]:
    """Return the times of a page that the server has drawn before, but not of the state that the store now has."""
    open_page(browser, address, page_path)
    with Store(store).change("measure"):
        pass
    return open_page(browser, address, page_path)


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
            open_page(browser, address)
            bare, bare_settled = open_page(browser, address)
        measure.say(f"browser, bare page: answer {bare:.2f} s, settled {bare_settled:.2f} s")
        for name in names:
            with running(store, "serve") as address:
                try:
                    answered, settled = time_browser(browser, address, PAGES[name], store)
                except Error as error:
                    measure.say(f"{name}: {error.message.splitlines()[0]}")
                    continue
            verdict = "met" if answered - bare <= ANSWER_BAR else "MISSED"
            times = f"answer {answered:.2f} s ({answered - bare:+.2f}), settled {settled:.2f} s"
            measure.say(f"browser, {name}: {times} ({settled - bare_settled:+.2f}; bar +{ANSWER_BAR} s, {verdict})")
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
