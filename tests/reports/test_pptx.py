"""PPTX, taken apart: titles, native charts with data and intervals, words for every picture, the method in notes."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace

import fastexcel
import polars as pl
import pytest
from pptx import Presentation
from reported_team import OCTOBER

from dashboard.reports.content import build_content
from dashboard.reports.document import Chart, Column, Content, Number, Table
from dashboard.reports.formats.pptx import estimate_width, measure_columns, render_report
from dashboard.reports.native_charts import choose_axis_format, find_axis_ends
from dashboard.reports.request import Audience
from dashboard.store.generations import Store


@pytest.fixture(scope="module")
def written(of_demo: Content) -> bytes:
    return render_report(of_demo)


def parts(written: bytes, pattern: str) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if re.search(pattern, name)}


def words(written: bytes) -> str:
    """Return all text of all slides, tables in it."""
    said = []
    for slide in Presentation(io.BytesIO(written)).slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                said.append(shape.text_frame.text)
            if shape.has_table:
                said += [cell.text_frame.text for row in shape.table.rows for cell in row.cells]
    return "\n".join(said)


def test_slides_are_wide_and_each_has_a_title_and_the_method(written: bytes, of_demo: Content) -> None:
    deck = Presentation(io.BytesIO(written))
    assert deck.slide_width / deck.slide_height == pytest.approx(16 / 9, rel=1e-3)
    for place, slide in enumerate(deck.slides):
        assert slide.shapes.title.text_frame.text
        notes = slide.notes_slide.notes_text_frame.text
        assert of_demo.provenance.content_hash[:12] in notes
        assert place == 0 or "Evidence grade" in notes


def test_every_number_and_decision_is_on_a_slide(written: bytes, of_demo: Content) -> None:
    text = words(written)
    assert all(number.text in text for number in of_demo.printed_numbers())
    assert all(str(decision) in text for decision in of_demo.decisions)


def test_charts_are_native_and_hold_the_figures_rows(written: bytes, of_demo: Content) -> None:
    books = parts(written, r"embeddings/.*\.xlsx$")
    charts = [chart for section in of_demo.sections for chart in section.charts]
    assert len(books) == len(charts) == 3
    held = [fastexcel.read_excel(book).load_sheet(0).to_polars() for book in books.values()]
    hours = next(one for one in charts if one.name == "hours_by_project").rows.get_column("hours").to_list()
    assert any(
        frame.get_column("Hours").to_list() == pytest.approx(hours) for frame in held if "Hours" in frame.columns
    )
    assert b"errBars" in b"".join(parts(written, r"charts/chart\d+\.xml$").values())


@pytest.mark.parametrize(("low", "high"), [(1.7, 3.3), (-92.0, 144.0), (-5.0, -1.0), (0.0, 0.0)])
def test_no_interval_runs_out_of_its_chart(low: float, high: float) -> None:
    rows = pl.DataFrame({"hours": [(low + high) / 2], "hours_from": [low], "hours_to": [high]})
    least, most, step = find_axis_ends(Chart("savings_by_automation", "", "", {}, rows))
    assert least <= min(low, 0)
    assert max(high, 0) <= most
    assert step > 0


def test_every_chart_and_table_has_words(written: bytes, of_demo: Content) -> None:
    slides = b"".join(parts(written, r"slides/slide\d+\.xml$").values()).decode()
    frames = re.findall(r"<p:graphicFrame>.*?</p:graphicFrame>", slides, re.DOTALL)
    assert frames
    assert all('descr="' in frame for frame in frames)
    assert all(chart.alt in slides for section in of_demo.sections for chart in section.charts)


def test_hostile_names_stay_text(sixty: Store) -> None:
    found = build_content(sixty, replace(OCTOBER, audience=Audience.team, note="](javascript:x) <a:hlinkClick/>"))
    made = render_report(found)
    assert not any(
        b"hlinkClick" in part.replace(b"&lt;a:hlinkClick", b"") for part in parts(made, r"slide\d+\.xml$").values()
    )
    assert not any(b'TargetMode="External"' in part for part in parts(made, r"\.rels$").values())
    text = words(made)
    assert "<script>alert(1)</script>" in text
    assert "東京の標識" in text
    assert "W" * 60 not in text  # cut to one line of its cell; a wide letter counts double
    for book in parts(made, r"embeddings/.*\.xlsx$").values():
        assert not any(b"<f>" in part for part in parts(book, r"sheet\d+\.xml$").values())
    assert all(isinstance(one, Number) for one in found.printed_numbers())


def test_weeks_are_labeled_by_day_since_their_months_do_not_begin_at_the_first(written: bytes) -> None:
    assert [b"d mmm yyyy" in part for part in parts(written, r"charts/chart\d+\.xml$").values()].count(True) == 1


@pytest.mark.parametrize(("step", "written_as"), [(50, "#,##0"), (1, "#,##0"), (0.5, "#,##0.0"), (0.02, "#,##0.00")])
def test_no_two_numbers_of_an_axis_are_written_alike(step: float, written_as: str) -> None:
    rows = pl.DataFrame({"automation": ["a"], "hours": [4 * step], "hours_from": [step], "hours_to": [5 * step]})
    assert choose_axis_format(Chart("savings_by_automation", "Hours", "", {}, rows)) == written_as


def test_long_words_beside_numbers_break_no_number_and_no_head() -> None:
    heads = ("Automation", "Result", "Hours saved", "Hours saved, low", "Evidence grade", "Quality")
    columns = tuple(Column(head, is_number=head.startswith("Hours")) for head in heads)
    row = ("drafts", "direction not established", "1,234.5", "1,200.5", "C", "time saved, quality not established")
    names, result, saved, low, grade, quality = measure_columns(Table("", "", columns, (row,)), 8.0)
    assert min(saved, low) >= estimate_width(len("1,234.5"))
    assert result >= estimate_width(len("established")) <= quality
    assert grade >= estimate_width(len("Evidence"))
    assert names == pytest.approx(8.0 - result - saved - low - grade - quality)
    assert names >= 2.0
