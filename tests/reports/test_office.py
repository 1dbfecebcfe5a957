"""Slides and workbook, opened by LibreOffice: every number is on a page, no page is blank, charts have ink."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import fastexcel
import pypdfium2
import pytest
from printed_letters import find_covered_text
from pypdf import PdfReader
from system_tools import find_office

from dashboard.reports.document import Content
from dashboard.reports.formats import pptx, xlsx
from dashboard.reports.writers import ReportFormat

MISSING = "These tests need LibreOffice. `python -m tests` installs it, or says how."
WRITERS: dict[ReportFormat, Callable[[Content], bytes]] = {
    ReportFormat.pptx: pptx.render_report,
    ReportFormat.xlsx: xlsx.render_report,
}
TEAMS = ("of_demo", "of_sixty")
LEAST_INK = 0.01  # of the page
EDGE = 0.01  # of the page's width: text that is cut runs into it


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, of_demo: Content, of_sixty: Content) -> Path:
    """Write both formats for both teams, let LibreOffice open all four at once, and return the folder of its PDFs."""
    office = find_office()
    if office is None:
        pytest.fail(MISSING, pytrace=False)
    folder = tmp_path_factory.mktemp("office")
    files = []
    for team, found in zip(TEAMS, (of_demo, of_sixty), strict=True):
        for style, write in WRITERS.items():
            # One folder and one name for each: LibreOffice names its PDFs after the stem alone.
            files.append(folder / f"{team}-{style}.{style}")
            files[-1].write_bytes(write(found))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    subprocess.run(
        [office, "--headless", profile, "--convert-to", "pdf", "--outdir", str(folder), *map(str, files)],
        check=True,
        capture_output=True,
        timeout=300,
    )
    return folder


def said(path: Path) -> str:
    """Return a PDF's text without its line breaks."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(path).pages).split())


@pytest.mark.parametrize("style", WRITERS)
@pytest.mark.parametrize("team", TEAMS)
def test_every_sentence_and_title_is_on_a_page(
    opened: Path, style: ReportFormat, team: str, request: pytest.FixtureRequest
) -> None:
    content: Content = request.getfixturevalue(team)
    text = said(opened / f"{team}-{style}.pdf").replace(" ", "")
    assert content.title.replace(" ", "") in text
    for section in content.sections:
        assert section.title.replace(" ", "") in text
        for sentence in section.sentences:
            assert str(sentence).replace(" ", "") in text
    for decision in content.decisions:
        assert str(decision).replace(" ", "") in text
    assert content.provenance.content_hash[:12] in text


@pytest.mark.parametrize("team", TEAMS)
def test_every_printed_number_is_on_a_slide(opened: Path, team: str, request: pytest.FixtureRequest) -> None:
    content: Content = request.getfixturevalue(team)
    text = said(opened / f"{team}-pptx.pdf").replace(" ", "")
    assert not [number.text for number in content.printed_numbers() if number.text.replace(" ", "") not in text]


@pytest.mark.parametrize("style", WRITERS)
@pytest.mark.parametrize("team", TEAMS)
def test_no_page_is_blank_and_nothing_runs_over_its_edge(opened: Path, style: ReportFormat, team: str) -> None:
    document = pypdfium2.PdfDocument(opened / f"{team}-{style}.pdf")
    for number in range(len(document)):
        picture = document[number].render(scale=0.5).to_pil().convert("L")
        wide, high = picture.size
        dark = picture.point(lambda level: 255 if level < 200 else 0)
        assert dark.histogram()[255] > LEAST_INK * wide * high * (0.2 if style is ReportFormat.xlsx else 1), number
        right, bottom = round(wide * (1 - EDGE)), round(high * (1 - EDGE))
        assert dark.crop((right, 0, wide, high)).getbbox() is None, number
        assert dark.crop((0, bottom, wide, high)).getbbox() is None, number


@pytest.mark.parametrize("style", WRITERS)
@pytest.mark.parametrize("team", TEAMS)
def test_no_text_runs_into_other_text(opened: Path, style: ReportFormat, team: str) -> None:
    assert find_covered_text(opened / f"{team}-{style}.pdf") == []


@pytest.mark.parametrize("team", TEAMS)
def test_a_sheet_with_a_chart_prints_on_one_page(opened: Path, team: str) -> None:
    sheets = fastexcel.read_excel(opened / f"{team}-xlsx.xlsx").sheet_names
    assert len(PdfReader(opened / f"{team}-xlsx.pdf").pages) == len(sheets)
