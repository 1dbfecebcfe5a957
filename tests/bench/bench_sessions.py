"""Many sessions at once: every few seconds each changes a filter on a page, as leads at their desks would.

Each session is a connection that speaks Streamlit's protocol, so that the machine measures the server and not thirty
browsers. The baseline is a bare Streamlit page under the same number of sessions, in the same run. Run as
`PYTHONPATH=tests python -m tests.bench.bench_sessions`; `--store` names a large store instead of the demo.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from time import perf_counter

from served import running
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from dashboard.demo.build import build_demo
from tests.bench import measure
from tests.bench.bench_first_look import serve_bare

PAGES = ("", "time", "labeling", "reports")
BARE = """
import streamlit as st
chosen = st.multiselect("Projects", ["a", "b", "c"])
for n in range(40):
    st.markdown(f"Line {n} {chosen}")
st.vega_lite_chart({"week": list(range(40)), "hours": list(range(40))}, {"mark": "bar"})
"""
ONE_BAR, MANY_BAR, BARE_BAR = 0.060, 0.200, 1.3  # p50 with one session, p95 with many, both in seconds; times the bare


@dataclass
class Session:
    """A connection, and the filter of projects on its page: its id and choices, once they were drawn."""

    connection: ClientConnection
    page: str
    filter_id: str = ""
    choices: list[str] = field(default_factory=list)

    async def ask_page(self, chosen: list[str]) -> str:
        """Choose projects, wait until the whole page is there, and return the first error on it."""
        message = BackMsg()
        message.rerun_script.page_name = self.page
        if self.filter_id:
            state = message.rerun_script.widget_states.widgets.add(id=self.filter_id)
            state.string_array_value.data.extend(chosen)
        await self.connection.send(message.SerializeToString())
        errors = []
        while True:
            answer = ForwardMsg()
            answer.ParseFromString(await self.connection.recv(decode=False))
            element = answer.delta.new_element
            if element.HasField("exception"):
                errors.append(element.exception.message)
            if element.HasField("multiselect") and element.multiselect.label.startswith("Projects"):
                self.filter_id, self.choices = element.multiselect.id, [*element.multiselect.options]
            if answer.WhichOneof("type") == "script_finished":
                if answer.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                    errors.append("the page does not compile")
                if answer.script_finished != ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY:
                    return " ".join(errors[:1])


@dataclass
class Answers:
    """How long the runs of all sessions took, and what went wrong."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def middle(self) -> float:
        """Return the median, in seconds."""
        return statistics.median(self.seconds)

    @property
    def tail(self) -> float:
        """Return the 95th percentile, in seconds."""
        return statistics.quantiles(self.seconds, n=20)[-1]


async def click_through(address: str, page: str, number: int, until: float, pause: float) -> Answers:
    """Choose another project every few seconds; the first look does not count."""
    answers = Answers()
    await asyncio.sleep(pause * number / 30)  # people do not click at the same moment
    socket = address.replace("http", "ws") + "/_stcore/stream"
    async with connect(socket, subprotocols=["streamlit"], origin=address, max_size=None) as connection:
        session = Session(connection, page)
        answers.errors.append(await session.ask_page([]))
        for step in count(number):
            begun = perf_counter()
            if begun > until and len(answers.seconds) >= len(session.choices[:4]):
                break
            answers.errors.append(await session.ask_page(session.choices[step % 4 : step % 4 + 1]))
            answers.seconds.append(perf_counter() - begun)
            await asyncio.sleep(max(pause - answers.seconds[-1], 0))
    return answers


async def run_sessions(address: str, pages: tuple[str, ...], count: int, seconds: float, pause: float) -> Answers:
    """Return the answers of all sessions, of which each stays on one page."""
    until = perf_counter() + seconds
    sessions = (click_through(address, pages[n % len(pages)], n, until, pause) for n in range(count))
    each = await asyncio.gather(*sessions)
    errors = [error for answers in each for error in answers.errors if error]
    return Answers([spent for answers in each for spent in answers.seconds], errors)


def measure_resident(address: str) -> float:
    """Return the resident megabytes of the server that was started with the port of an address, and its children."""
    port = address.rpartition(":")[2].encode()
    total, parents = 0, set()
    for folder in sorted(Path("/proc").glob("[0-9]*"), key=lambda folder: int(folder.name)):
        try:
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
            if parent in parents or port in (folder / "cmdline").read_bytes().split(b"\0"):
                parents.add(folder.name)
                total += int((folder / "statm").read_text().split()[1])
        except OSError:  # it has ended meanwhile
            continue
    return total * os.sysconf("SC_PAGE_SIZE") / 2**20


def report_sessions(name: str, address: str, pages: tuple[str, ...], asked: argparse.Namespace) -> tuple[float, float]:
    """Print the answers to one session, to its first choices and again, and to many; return two: p50 again, p95."""
    rounds = (
        ("first choices", 1, 0.0, 0.0),
        ("again", 1, 10.0, 0.5),
        ("many", asked.sessions, asked.seconds, asked.pause),
    )
    answers = Answers()
    middles = []
    for title, sessions, seconds, pause in rounds:
        answers = asyncio.run(run_sessions(address, pages, sessions, seconds, pause))
        middles.append(answers.middle)
        measure.say(
            f"{name}, {title} ({sessions}): p50 {answers.middle * 1000:.0f} ms, p95 {answers.tail * 1000:.0f} ms, "
            f"{len(answers.seconds)} runs, {len(answers.errors)} errors, {measure_resident(address):.0f} MB resident"
        )
        for error in sorted({*answers.errors}):
            measure.say(f"  {error}")
    return middles[1], answers.tail


def main() -> None:
    """Measure a store and a bare page under as many sessions."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--store", type=Path, help="a store; without one the demo is built")
    options.add_argument("--sessions", type=int, default=30)
    options.add_argument("--seconds", type=float, default=120, help="how long many sessions click")
    options.add_argument("--pause", type=float, default=5, help="seconds between two clicks of a session")
    asked = options.parse_args()
    measure.machine()
    with tempfile.TemporaryDirectory() as folder:
        store = asked.store or Path(folder) / "store"
        if not asked.store:
            build_demo(store, datetime.now(tz=UTC).date(), lambda _: None)
        with serve_bare(Path(folder), BARE) as address:
            _, bare_tail = report_sessions("bare page", address, ("",), asked)
        with running(store, "serve") as address:
            for page in PAGES:
                again, tail = report_sessions(page or "overview", address, (page,), asked)
                measure.say(f"  p50 again {'met' if again <= ONE_BAR else 'MISSED'} (bar {ONE_BAR * 1000:.0f} ms)")
                measure.say(f"  p95 of many {'met' if tail <= MANY_BAR else 'MISSED'} (bar {MANY_BAR * 1000:.0f} ms)")
                measure.ratio("  many, p95 / bare page", tail, bare_tail, BARE_BAR)


if __name__ == "__main__":
    main()
