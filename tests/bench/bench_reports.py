"""The report: its content, and every format of it, cold and warm, against the bare writer of an empty document.

Run as `python -m tests.bench.bench_reports`.
"""

from __future__ import annotations

import argparse
import io
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from time import perf_counter

from dashboard.demo.build import build_demo
from dashboard.reports.content import build_content
from dashboard.reports.request import Audience, ReportRequest
from dashboard.reports.writers import ReportFormat, render_file
from dashboard.store.generations import Store
from tests.bench import measure

SUNDAY = date(2026, 11, 22)
OCTOBER = ReportRequest(date(2026, 10, 1), date(2026, 10, 31))
BARS = {ReportFormat.pdf: 1.0, ReportFormat.html: 0.5, ReportFormat.pptx: 0.5, ReportFormat.xlsx: 0.5}  # seconds, warm
PAGE = b'#set document(title: "Empty")\n#set page(paper: "a4")\nEmpty'


def empty_pdf() -> None:
    """Write one page that says one word."""
    import typst

    typst.compile(PAGE, format="pdf", pdf_standards=["ua-1"])


def empty_html() -> None:
    """Draw one bar: what is slow about HTML is the drawing."""
    import vl_convert

    spec = {"data": {"values": [{"x": 1}]}, "mark": "bar", "encoding": {"x": {"field": "x", "type": "quantitative"}}}
    vl_convert.vegalite_to_svg(spec, vl_version="6.1")


def empty_slides() -> None:
    """Write a presentation with one slide."""
    import pptx

    shown = pptx.Presentation()
    shown.slides.add_slide(shown.slide_layouts[6])
    shown.save(io.BytesIO())


def empty_workbook() -> None:
    """Write a workbook with one cell."""
    import xlsxwriter

    book = xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True})
    book.add_worksheet().write(0, 0, "Empty")
    book.close()


BARE: dict[ReportFormat, Callable[[], None]] = {
    ReportFormat.pdf: empty_pdf,
    ReportFormat.html: empty_html,
    ReportFormat.pptx: empty_slides,
    ReportFormat.xlsx: empty_workbook,
}


def whole(store: Store, request: ReportRequest, style: ReportFormat) -> None:
    """Write the report as a user gets it: figures, words, file."""
    render_file(build_content(store, request), style)


def cold(folder: Path, style: ReportFormat) -> None:
    """Print how long the first report of this process takes, and the bare writer before it."""
    store = Store(folder)
    begun = perf_counter()
    BARE[style]()
    bare = perf_counter() - begun
    print(f"{bare} {measure.seconds(partial(whole, store, OCTOBER, style))}")  # noqa: T201 - read by the parent


def warm(store: Store, times: int) -> None:
    """Print each format beside the bare writer, when figures of this state of the store are known."""
    for style, bar in BARS.items():
        whole(store, OCTOBER, style)
        ours, bare = measure.medians(partial(whole, store, OCTOBER, style), BARE[style], times)
        verdict = "met" if ours <= bar else "MISSED"
        measure.say(f"{style}, warm: {ours:.3f} s (bar {bar:g} s, {verdict}); empty document {bare:.3f} s")


def contents(store: Store) -> None:
    """Print what the content alone takes: the same question, another audience, and another period."""
    questions = {
        "content, same question again": OCTOBER,
        "content, for another audience": replace(OCTOBER, audience=Audience.team),
        "content, another period, first time": ReportRequest(date(2026, 9, 1), date(2026, 9, 30)),
        "content, another period, again": ReportRequest(date(2026, 9, 1), date(2026, 9, 30), note="Again."),
    }
    for what, request in questions.items():
        measure.say(f"{what}: {measure.seconds(partial(build_content, store, request)):.3f} s")


def main() -> None:
    """Measure on a demo store built for it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=7)
    parser.add_argument("--store", type=Path, help="a demo store that is already there")
    parser.add_argument("--cold", type=ReportFormat, help="measure one format in this process")
    asked = parser.parse_args()
    if asked.cold:
        cold(asked.store, asked.cold)
        return
    measure.machine()
    with tempfile.TemporaryDirectory() as folder:
        place = asked.store or Path(folder) / "store"
        if not asked.store:
            build_demo(place, SUNDAY, lambda _: None)
        for style in BARS:
            said = measure.alone("tests.bench.bench_reports", "--store", str(place), "--cold", str(style)).split()
            bare, ours = map(float, said)
            measure.say(f"{style}, cold (first of a process, imports included): {ours:.3f} s; empty {bare:.3f} s")
        store = Store(place)
        warm(store, asked.times)
        contents(store)


if __name__ == "__main__":
    main()
