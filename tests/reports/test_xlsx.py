"""XLSX, read back by another library: numbers are numbers, names are text, charts are the spreadsheet's own."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import date, datetime

import fastexcel
import pytest
from reported_team import OCTOBER

from dashboard.reports.content import build_content
from dashboard.reports.document import Content, KeyNumber, Number
from dashboard.reports.formats.xlsx import render_report
from dashboard.reports.request import Audience
from dashboard.store.generations import Store


@pytest.fixture(scope="module")
def hostile(sixty: Store) -> Content:
    return build_content(sixty, replace(OCTOBER, audience=Audience.team, note='=cmd|"/c calc"!A1'))


def cells(written: bytes, sheet: str) -> list[tuple[object, ...]]:
    found = fastexcel.read_excel(written).load_sheet(sheet, header_row=None, dtypes=None).to_polars()
    return list(found.iter_rows())


def parts(written: bytes, pattern: str) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist() if re.search(pattern, name)}


def test_there_is_one_sheet_a_figure_and_one_of_definitions(of_demo: Content) -> None:
    names = fastexcel.read_excel(render_report(of_demo)).sheet_names
    assert names == [
        "Report",
        "Labeling share by week",
        "Hours by category",
        "Hours by project",
        "By automation",
        "Definitions",
    ]


def test_tables_hold_unrounded_numbers(of_demo: Content) -> None:
    written = render_report(of_demo)
    for section in of_demo.sections:
        for table in section.tables:
            held = [str(value) for row in cells(written, table.title) for value in row if value is not None]
            values = [float(one) for one in held if re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", one)]
            for row in table.rows:
                for cell in row:
                    if isinstance(cell, Number):
                        assert any(abs(value - cell.value) < 1e-9 for value in values), cell


def test_no_cell_is_a_formula_and_nothing_links_anywhere(hostile: Content) -> None:
    written = render_report(hostile)
    sheets = parts(written, r"worksheets/sheet\d+\.xml$")
    assert sheets
    assert not any("<f>" in text or "<hyperlink" in text for text in sheets.values())
    assert not parts(written, "externalLinks|vbaProject")
    assert not any("http://x" in text for text in parts(written, r"\.rels$").values())
    # A text that looks like a formula stays text even when its cell is edited.
    assert "quotePrefix" in next(iter(parts(written, "xl/styles.xml").values()))


def test_charts_are_native_with_words_for_those_who_do_not_see_them(of_demo: Content) -> None:
    written = render_report(of_demo)
    charts = [chart for section in of_demo.sections for chart in section.charts]
    assert len(parts(written, r"charts/chart\d+\.xml$")) == len(charts) == 3
    drawings = "".join(parts(written, r"drawings/drawing\d+\.xml$").values())
    assert all(f'descr="{chart.alt}"' in drawings for chart in charts)


def test_no_interval_runs_out_of_its_chart(of_demo: Content) -> None:
    charts = [chart for section in of_demo.sections for chart in section.charts]
    savings = next(chart for chart in charts if "hours_from" in chart.rows.columns)
    drawn = [text for text in parts(render_report(of_demo), r"charts/chart\d+\.xml$").values() if "<c:errBars>" in text]
    least, most = (float(re.search(f'<c:{end} val="([^"]+)"', drawn[0])[1]) for end in ("min", "max"))  # type: ignore[index]
    assert len(drawn) == 1
    assert least <= savings.rows.get_column("hours_from").min() < 0  # type: ignore[operator]
    assert most >= savings.rows.get_column("hours_to").max() > 0  # type: ignore[operator]


def test_weeks_are_real_days(of_demo: Content) -> None:
    rows = cells(render_report(of_demo), "Labeling share by week")
    assert any(isinstance(row[0], date | datetime) or re.match(r"2026-\d\d-\d\d", str(row[0])) for row in rows)


def test_rows_below_a_chart_have_the_titles_of_the_figure(of_demo: Content) -> None:
    written = render_report(of_demo)
    assert ("Week of", "Labeling share", "Labeling, of all tracked") in [
        row[:3] for row in cells(written, "Labeling share by week")
    ]
    heads = "Automation", "Hours saved", "Hours down to the low end", "Hours up to the high end", "Result"
    assert heads in [row[:5] for row in cells(written, "By automation")]
    raw = {"begins_on", "week", "project", "automation", "hours", "down", "up", "state"}
    for sheet in fastexcel.read_excel(written).sheet_names:
        assert not raw & {value for row in cells(written, sheet) for value in row if isinstance(value, str)}


@pytest.mark.parametrize(
    ("figure", "column", "how", "text"),
    [
        ("labeling_share", "share", "change", "3.2 percentage points"),
        ("share_over_time", "share_of_all_tracked", "drift_from", "-3.2 points"),
        ("change_explained", "contribution", "value", "-3.2 points"),
        ("data_quality", "effect", "value", "-3.2 pp"),
    ],
)
def test_a_difference_of_shares_is_written_in_points(
    of_demo: Content, figure: str, column: str, how: str, text: str
) -> None:
    number = Number(figure, "this", (), column, how, -0.032, text)
    written = render_report(replace(of_demo, numbers=(KeyNumber("Change of the share", number, ""),)))
    (row,) = (row for row in cells(written, "Report") if row[0] == "Change of the share")
    assert abs(float(str(row[1]))) == pytest.approx(3.2)
    styles = parts(written, "xl/styles.xml")["xl/styles.xml"]
    assert "&quot; pp&quot;" in styles
    assert "+0" not in re.sub(r"formatCode=\"[^\"]*pp[^\"]*\"", "", styles)
