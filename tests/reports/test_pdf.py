"""PDF, read back by pypdf: one page and an annex, tagged, every number in it, names as text and nothing that acts."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from printed_letters import find_covered_text
from pypdf import PdfReader
from reported_team import OCTOBER

from dashboard.reports.content import build_content
from dashboard.reports.document import Content
from dashboard.reports.formats.pdf import render_report
from dashboard.reports.request import Audience, Paper
from dashboard.store.generations import Store

LONG_NOTE = "Please read: #sys.inputs and $x$ are text. " * 13


def read(found: Content) -> PdfReader:
    return PdfReader(io.BytesIO(render_report(found)))


def words(reader: PdfReader) -> str:
    """Return the text without line breaks and the marks that let endless words break."""
    text = " ".join(page.extract_text() for page in reader.pages).replace("\N{ZERO WIDTH SPACE}", "")
    return " ".join(unicodedata.normalize("NFKC", text).split())


def tags(node: Any) -> Iterator[Any]:  # noqa: ANN401 - pypdf's objects
    """Yield every structure element."""
    node = node.get_object()
    if isinstance(node, list):
        for child in node:
            yield from tags(child)
    elif isinstance(node, dict):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from tags(node["/K"])


@pytest.fixture(scope="module")
def hostile(sixty: Store) -> Content:
    return build_content(sixty, replace(OCTOBER, audience=Audience.team, note=LONG_NOTE))


@pytest.mark.parametrize("paper", list(Paper))
def test_one_page_and_two_of_annex_hold_the_demo_team_and_sixty_projects(
    of_demo: Content, hostile: Content, paper: Paper
) -> None:
    for found in (of_demo, hostile):
        reader = read(replace(found, request=replace(found.request, paper=paper)))
        assert len(reader.pages) <= 3
        first, second = (page.extract_text() for page in reader.pages[:2])
        assert "Not in it:" in first
        assert second.lstrip().startswith("Annex")
        assert found.provenance.content_hash[:12] not in first
        size = reader.pages[0].mediabox
        assert (round(float(size.width)), round(float(size.height))) == {
            Paper.a4: (595, 842),
            Paper.letter: (612, 792),
        }[paper]
        assert f"Page 2 of {len(reader.pages)}" in words(reader)


def test_every_number_and_sentence_is_in_it(of_demo: Content) -> None:
    text = words(read(of_demo))
    for number in of_demo.printed_numbers():
        assert " ".join(number.text.split()) in text
    for decision in of_demo.decisions:
        assert str(decision) in text.replace("- ", "-")  # a line may end behind a hyphen
    assert of_demo.provenance.content_hash[:12] in text


def test_it_is_tagged_and_says_so(of_demo: Content) -> None:
    reader = read(of_demo)
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid:part>1<" in root["/Metadata"].get_data()
    found = list(tags(root["/StructTreeRoot"]))
    kinds = [str(one["/S"]) for one in found]
    assert kinds.count("/H1") == 1
    assert kinds.count("/H2") == 2  # decide, annex
    assert kinds.count("/H3") == len(of_demo.sections) + 1
    assert kinds.count("/Table") == sum(len(section.tables) for section in of_demo.sections)
    assert "/TH" in kinds
    described = {str(one["/Alt"]) for one in found if "/Alt" in one}
    assert described >= {chart.alt for section in of_demo.sections for chart in section.charts}


def test_names_of_all_scripts_come_out_and_none_of_them_acts(hostile: Content) -> None:
    reader = read(hostile)
    text = words(reader)
    for name in ("東京の標識", "Дорожные знаки", "<script>alert(1)</script>", '=HYPERLINK("http://x")', "#sys.inputs"):
        assert name.replace(" ", "") in text.replace(" ", "")  # a narrow column breaks long words
    # Right-to-left words may be given back in the order they are drawn in.
    assert "الطرق" in text or "الطرق"[::-1] in text
    assert not any(page.get("/Annots") for page in reader.pages)
    root: Any = reader.trailer["/Root"]
    assert not {"/OpenAction", "/AA", "/AcroForm", "/JavaScript"} & set(root)


def test_a_script_without_a_font_is_marked_not_dropped(hostile: Content) -> None:
    assert "\N{REPLACEMENT CHARACTER}" in words(read(hostile))


def test_the_file_was_made_on_the_day_of_the_data(of_demo: Content) -> None:
    assert (
        read(of_demo)
        .metadata["/CreationDate"]
        .startswith(  # type: ignore[index]
            f"D:{of_demo.provenance.as_of.replace('-', '')}"
        )
    )


def test_no_name_runs_into_the_numbers_beside_it(of_demo: Content, of_sixty: Content) -> None:
    assert find_covered_text(render_report(of_demo)) == []
    assert find_covered_text(render_report(of_sixty)) == []


def test_a_name_of_two_words_stays_on_one_line(of_demo: Content) -> None:
    pages = [page.extract_text() for page in read(of_demo).pages]
    assert any("Contract Reader" in line and " h" in line for page in pages for line in page.splitlines())
