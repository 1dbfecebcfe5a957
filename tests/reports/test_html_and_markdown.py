"""HTML and Markdown: inert, whole, the same bytes everywhere, and read back by something that is not ours."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser

import polars as pl
import pytest
from reported_team import FOREIGN, OCTOBER

from dashboard.reports.chart_images import draw_png
from dashboard.reports.content import build_content
from dashboard.reports.document import Content
from dashboard.reports.formats.md import escape_markdown
from dashboard.reports.html_page import DRAWING_WIDTHS, draw_still
from dashboard.reports.request import Audience, file_stem
from dashboard.reports.writers import ReportFormat, render_file, render_images
from dashboard.store.generations import Store

TWICE = """
import hashlib, sys
from datetime import date
from pathlib import Path
from dashboard.reports.content import build_content
from dashboard.reports.writers import ReportFormat, render_file
from dashboard.reports.request import ReportRequest
from dashboard.store.generations import Store
report = build_content(Store(Path(sys.argv[1])), ReportRequest(date(2026, 10, 1), date(2026, 10, 31)))
for style in sys.argv[2:]:
    print(style, hashlib.sha256(render_file(report, ReportFormat(style))).hexdigest())
"""


class Page(HTMLParser):
    """Collects what a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.handlers: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the tag, where it leads and what it would run."""
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src", "xlink:href", "action"}]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        """Keep the words."""
        self.words.append(data)


@pytest.fixture(scope="module")
def hostile(sixty: Store) -> Content:
    return build_content(
        sixty, replace(OCTOBER, audience=Audience.team, note="<img src=x onerror=alert(1)> ](javascript:x)")
    )


def test_html_runs_nothing_and_fetches_nothing(hostile: Content) -> None:
    page = Page(render_file(hostile, ReportFormat.html).decode())
    assert not {"script", "iframe", "object", "embed", "link", "img", "form", "a"} & set(page.tags)
    assert all(link.startswith("#") for link in page.links)
    assert not page.handlers
    assert "default-src 'none'" in render_file(hostile, ReportFormat.html).decode()


def test_html_says_all_that_the_content_says(hostile: Content) -> None:
    words = " ".join(" ".join(Page(render_file(hostile, ReportFormat.html).decode()).words).split())
    for text in (str(hostile.headline), hostile.note, *(str(number) for number in hostile.printed_numbers())):
        assert " ".join(text.split()) in words
    for name in FOREIGN:
        assert name in words
    assert "<script>alert(1)</script>" in words  # as text
    assert "W" * 49 not in words


def test_html_has_words_for_every_chart(of_demo: Content) -> None:
    text = render_file(of_demo, ReportFormat.html).decode()
    charts = [chart for section in of_demo.sections for chart in section.charts]
    assert len(charts) == 3
    assert text.count('<svg role="img" aria-label="') == 2 * len(charts)  # wide and narrow
    assert len(re.findall(r'\bid="', text)) == len(set(re.findall(r'\bid="([^"]+)"', text)))


def test_a_name_that_looks_like_part_of_a_drawing_stays_a_name(of_demo: Content) -> None:
    name = 'A role="x" url(#y)'
    chart = next(chart for section in of_demo.sections for chart in section.charts if chart.name == "hours_by_project")
    named = replace(chart, rows=chart.rows.with_columns(project=pl.lit(name)).head(1))
    for kind in DRAWING_WIDTHS:
        assert Page(draw_still(named, kind)).words.count(name) == 1


def test_markdown_holds_no_live_markup_from_names(hostile: Content) -> None:
    text = render_file(hostile, ReportFormat.md).decode()
    assert "<script" not in re.sub(r"\\[<>]", "", text)
    assert not re.search(r"(?<!\\)\]\(javascript", text)
    assert not re.search(r"(?<!\\):\/\/", text)
    stem = file_stem(hostile.request)
    images = re.findall(r"(?<!\\)!\[.*?(?<!\\)\]\(([^)]*)\)", text)
    assert images
    assert set(images) == set(render_images(hostile, ReportFormat.md, stem))


def test_markdown_says_every_number(of_demo: Content) -> None:
    text = render_file(of_demo, ReportFormat.md).decode()
    for number in of_demo.printed_numbers():
        assert escape_markdown(number.text) in text


def test_images_are_png_and_drawn_the_same_twice(of_demo: Content) -> None:
    chart = of_demo.sections[0].charts[0]
    assert draw_png(chart).startswith(b"\x89PNG")
    assert hashlib.sha256(draw_png(chart)).digest() == hashlib.sha256(draw_png(chart)).digest()


def test_two_processes_write_the_same_bytes(demo: Store, of_demo: Content) -> None:
    styles = [str(style) for style in ReportFormat]
    # Not what this process may have: hashes of names, on which the order of sets depends, and the zone of the machine.
    other = {"PYTHONHASHSEED": "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2", "TZ": "Asia/Tokyo"}
    there = re.findall(
        r"(?m)^\w+ [0-9a-f]{64}$",
        subprocess.run(
            [sys.executable, "-c", TWICE, str(demo.folder), *styles],
            env={**os.environ, **other},
            capture_output=True,
            text=True,
            check=True,
        ).stdout,
    )
    here = [f"{style} {hashlib.sha256(render_file(of_demo, ReportFormat(style))).hexdigest()}" for style in styles]
    assert there == here
