"""Notes pinned to a day, in every format: listed below the chart, drawn in it, inert, and without withheld projects."""

from __future__ import annotations

import io
import re
import shutil
from dataclasses import replace
from datetime import date

import fastexcel
import pytest
from pptx import Presentation
from pypdf import PdfReader
from reported_team import OCTOBER

from dashboard.reports.answers import Answers
from dashboard.reports.chart_images import draw_svg
from dashboard.reports.content import build_content
from dashboard.reports.disclosure import Disclosure
from dashboard.reports.document import Content
from dashboard.reports.formats.pdf import render_report
from dashboard.reports.report_charts import select_notes
from dashboard.reports.request import Audience
from dashboard.reports.writers import ReportFormat, render_file
from dashboard.settings.notes import save_notes
from dashboard.store.generations import Store

TEXTS = (
    "New guideline for tables",
    '=HYPERLINK("http://x")',
    "#sys.inputs <script>alert(1)</script> ](javascript:x)",
    "\u202eturned " + "W" * 250,
    "Zwei neue Leute, 新しい道具",
)


@pytest.fixture(scope="module")
def noted(tmp_path_factory: pytest.TempPathFactory, sixty: Store) -> Store:
    own = Store(shutil.copytree(sixty.folder, tmp_path_factory.mktemp("noted") / "store"))
    days = [date(2026, 9, 7 + 7 * week) for week in range(3)] + [date(2026, 10, 5), date(2026, 10, 12)]
    save_notes(own, [{"day_on": str(day), "project": "", "text": text} for day, text in zip(days, TEXTS, strict=True)])
    return own


@pytest.fixture(scope="module")
def told(noted: Store) -> Content:
    return build_content(noted, replace(OCTOBER, audience=Audience.team))


def words(data: bytes, style: ReportFormat) -> str:
    """Return a format's text, read by a program that is not ours."""
    if style is ReportFormat.pdf:
        return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    if style is ReportFormat.pptx:
        shapes = [shape for slide in Presentation(io.BytesIO(data)).slides for shape in slide.shapes]
        return " ".join(shape.text_frame.text for shape in shapes if shape.has_text_frame)
    if style is ReportFormat.xlsx:
        sheet = fastexcel.read_excel(data).load_sheet("Labeling share by week", header_row=None)
        return " ".join(str(cell) for row in sheet.to_polars().rows() for cell in row)
    return data.decode()


def test_the_chart_knows_its_notes(told: Content) -> None:
    chart = told.sections[0].charts[0]
    assert chart.notes[0] == "A · 7 Sep 2026 · New guideline for tables"
    assert len(chart.notes) == 5
    assert all(len(line) < 190 and "\u202e" not in line for line in chart.notes)
    assert "5 marks for notes" in chart.alt
    assert draw_svg(chart).count(">A</text>") == 1


@pytest.mark.parametrize("style", ReportFormat)
def test_every_format_lists_them(told: Content, style: ReportFormat) -> None:
    text = re.sub(r"\\(?=\W)", "", words(render_file(told, style), style))
    assert "7 Sep 2026 · New guideline for tables" in " ".join(text.split())
    assert "W" * 200 not in text


def test_notes_run_nothing(told: Content) -> None:
    for style in (ReportFormat.html, ReportFormat.interactive):
        page = words(render_file(told, style), style)
        assert "<script>alert(1)</script>" not in page
        assert page.count("<script") == (0 if style is ReportFormat.html else 2)
    assert not re.search(r"(?<!\\)\]\(javascript", words(render_file(told, ReportFormat.md), ReportFormat.md))


def test_the_first_page_holds_twenty_notes(noted: Store, tmp_path_factory: pytest.TempPathFactory) -> None:
    own = Store(shutil.copytree(noted.folder, tmp_path_factory.mktemp("twenty") / "store"))
    rows = [
        {"day_on": f"2026-10-{day:02d}", "project": "", "text": f"Note {day}: " + "word " * 40} for day in range(1, 21)
    ]
    save_notes(own, rows)
    found = build_content(own, OCTOBER)
    reader = PdfReader(io.BytesIO(render_report(found)))
    assert len(reader.pages) <= 3
    assert re.search(r"and \d+ more: Data, Set-up", reader.pages[0].extract_text())
    assert found.sections[0].charts[0].notes[0].startswith("12 older notes not drawn")


def test_a_withheld_project_is_not_named(noted: Store, tmp_path_factory: pytest.TempPathFactory) -> None:
    own = Store(shutil.copytree(noted.folder, tmp_path_factory.mktemp("withheld") / "store"))
    save_notes(own, [{"day_on": "2026-10-05", "project": "Project 10", "text": "New camera"}])
    open_to_all, withheld = Disclosure(), Disclosure(hidden_projects=frozenset({"Project 10"}))
    answers = Answers(own, OCTOBER)
    assert select_notes(answers, open_to_all).row(0) == (date(2026, 10, 5), "Project 10", "New camera")
    assert select_notes(answers, withheld).row(0) == (date(2026, 10, 5), None, "New camera")
