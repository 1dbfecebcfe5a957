"""The report as a workbook: native charts, real numbers and dates, one sheet a figure, and the definitions."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from dashboard.charts.printed import MEASURES
from dashboard.privacy import neutral
from dashboard.reports import closing
from dashboard.reports.model import Cell, Chart, Content, Number, Section, Table
from dashboard.reports.request import Paper
from dashboard.theme import CATEGORY_COLOURS, SIDE_COLOURS

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

PAPERS = {Paper.a4: 9, Paper.letter: 1}  # Excel's numbers of paper sizes
CHART_SIZE = {"width": 760, "height": 320}
CHART_ROWS = 16  # rows that a chart is high
WIDE, NARROW = 34, 17  # characters of a column
TEXT_WIDTH = 100
LINE = 15.0  # points
SHARE, COUNT, HOURS, DAY = "0%", "#,##0", "#,##0.0", "yyyy-mm-dd"
_BLUE, _TEAL = CATEGORY_COLOURS["light"]["labeling"], CATEGORY_COLOURS["light"]["review"]
_TEAM = SIDE_COLOURS["light"]["team"]


def render(content: Content) -> bytes:
    """Return the report as XLSX."""
    import xlsxwriter  # noqa: PLC0415 - only this format needs it

    out = io.BytesIO()
    # Nothing may turn into a formula or a link on its own.
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, {"in_memory": True, **plain})
    day = datetime.fromisoformat(content.provenance.as_of or content.request.last.isoformat())
    book.set_properties({"title": content.title, "subject": content.about, "created": day.replace(tzinfo=UTC)})
    pages = Pages(book, content.request.paper)
    summary(pages, content)
    for name, (tables, charts) in figures(content.sections).items():
        sheet(pages, name, tables, charts)
    definitions(pages, content)
    book.close()
    return out.getvalue()


class Pages:
    """The workbook's sheets and cell formats; every sheet prints on one page's width."""

    def __init__(self, book: Workbook, paper: Paper) -> None:
        self.book = book
        self._paper = PAPERS[paper]
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def add(self, name: str) -> Worksheet:
        """Return a new sheet."""
        page = self.book.add_worksheet(name)
        page.set_paper(self._paper)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.hide_gridlines(2)
        page.set_footer("&L&A&RPage &P of &N")
        return page

    def look(self, **look: Any) -> Format:  # noqa: ANN401 - passed on to XlsxWriter
        """Return a cell format, made once."""
        key = tuple(sorted(look.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format({"valign": "top", **look})
        return self._formats[key]

    def text(self, page: Worksheet, row: int, column: int, words: str, **look: Any) -> None:  # noqa: ANN401 - see look
        """Write text that stays text, also when somebody edits the cell."""
        page.write_string(row, column, words, self.look(**look, quote_prefix=neutral(words) != words))


def summary(pages: Pages, content: Content) -> None:
    """Write the first sheet: what the report says in words, and its large numbers."""
    page = pages.add("Report")
    page.set_column(0, 0, 26)
    page.set_column(1, 1, 14)
    page.set_column(2, 2, TEXT_WIDTH)
    page.set_row(0, 1.6 * LINE)
    pages.text(page, 0, 0, content.title, bold=True, font_size=16)
    pages.text(page, 1, 0, f"{content.about}. Compared with {content.compared}.")
    row = 3
    for label, words in (("In short", str(content.headline)), ("Note", content.note)):
        if words:
            pages.text(page, row, 0, label, bold=True)
            pages.text(page, row, 2, words, text_wrap=True)
            page.set_row(row, height(words))
            row += 1
    for one in content.numbers:
        pages.text(page, row, 0, one.label, bold=True)
        write(pages, page, row, 1, one.number)
        pages.text(page, row, 2, one.beside, indent=1)
        row += 1
    said = [(section.title, " ".join(map(str, section.sentences))) for section in content.sections]
    said += [(f"To decide, {at}", str(one)) for at, one in enumerate(content.decisions, 1)]
    said += [("Source", line) for line in closing.lines(content)]
    for place, (label, words) in enumerate(said, row + 1):
        page.set_row(place, height(words))
        pages.text(page, place, 0, label, bold=True, text_wrap=True)
        pages.text(page, place, 2, words, text_wrap=True)


def height(words: str) -> float:
    """Return a row's height in points: some programs do not fit it to wrapped text by themselves."""
    return LINE * math.ceil(len(words) / (TEXT_WIDTH * 0.9))


def figures(sections: Iterable[Section]) -> dict[str, tuple[list[Table], list[Chart]]]:
    """Return tables and charts by figure, in the order of the report."""
    found: dict[str, tuple[list[Table], list[Chart]]] = {}
    for section in sections:
        for table in section.tables:
            found.setdefault(table.figure, ([], []))[0].append(table)
        for chart in section.charts:
            found.setdefault(chart.name, ([], []))[1].append(chart)
    return found


def sheet(pages: Pages, name: str, tables: Sequence[Table], charts: Sequence[Chart]) -> None:
    """Write the sheet of one figure: its tables, its charts, and the rows that they are drawn from."""
    page = pages.add(name[:31])
    page.set_column(0, 0, WIDE if tables else NARROW)  # days alone are short
    page.set_column(1, 12, NARROW)
    row = 0
    for table in tables:
        row = grid(pages, page, row, table) + 1
    for chart in charts:
        frame = wide(chart)
        page.set_row(row, 2 * LINE)
        for column, head in enumerate(frame.columns):
            where = side(frame.dtypes[column].is_numeric(), column)
            pages.text(page, row, column, head, bold=True, bottom=1, text_wrap=True, **where)
        for at, values in enumerate(frame.iter_rows(), row + 1):
            for column, value in enumerate(values):
                write(pages, page, at, column, value, share=chart.name == "share_over_time")
        # Beside many rows, below a few: either way the sheet prints large.
        below = frame.height < CHART_ROWS
        top, left = (row + frame.height + 2, 0) if below else (row, frame.width + 1)
        place = {"description": chart.alt, "object_position": 2}
        page.insert_chart(top, left, native(pages, name[:31], chart, frame, row), place)
        row += frame.height + 2 + (CHART_ROWS + 2 if below else 0)
        for line in chart.notes:
            pages.text(page, row, 0, line)
            row += 1


def grid(pages: Pages, page: Worksheet, row: int, table: Table) -> int:
    """Write a table; return the row below it."""
    page.set_row(row, 1.4 * LINE)
    pages.text(page, row, 0, table.title, bold=True, font_size=13)
    for column, one in enumerate(table.columns):
        pages.text(page, row + 1, column, one.label, bold=True, bottom=1, **side(one.is_number, column))
    for at, cells in enumerate(table.rows, row + 2):
        for column, (cell, one) in enumerate(zip(cells, table.columns, strict=True)):
            if isinstance(cell, Number):
                write(pages, page, at, column, cell)
            else:
                pages.text(page, at, column, "–" if cell is None else cell, **side(one.is_number, column))
    end = row + 2 + len(table.rows)
    if table.note:
        pages.text(page, end, 0, table.note, italic=True)
        end += 1
    return end


def side(is_number: bool, column: int) -> dict[str, object]:  # noqa: FBT001 - a column's own word
    """Return how a text stands: to the right among numbers, else a little away from the column before."""
    return {"align": "right"} if is_number else {"align": "left", "indent": min(column, 1)}


def write(
    pages: Pages, page: Worksheet, row: int, column: int, cell: Cell | float | date, *, share: bool = False
) -> None:
    """Write a cell: numbers as numbers with all their digits, days as days, nothing where there is nothing."""
    if isinstance(cell, Number):
        look = SHARE if "%" in cell.text else HOURS if "." in cell.text or "h" in cell.text else COUNT
        page.write_number(row, column, as_said(cell), pages.look(num_format=look))
    elif isinstance(cell, date):
        page.write_datetime(
            row,
            column,
            datetime(cell.year, cell.month, cell.day, tzinfo=UTC).replace(tzinfo=None),
            pages.look(num_format=DAY, align="left"),
        )
    elif isinstance(cell, int | float):
        page.write_number(row, column, cell, pages.look(num_format=SHARE if share else HOURS))
    else:
        pages.text(page, row, column, "–" if cell is None else cell)


def as_said(number: Number) -> float:
    """Return the value with the sign it is printed with: hours lost are told without a minus."""
    return number.value if number.text.startswith("-") == (number.value < 0) else -number.value


def wide(chart: Chart) -> pl.DataFrame:
    """Return the rows as a native chart wants them: one column a series."""
    if chart.name == "share_over_time":
        rows = chart.rows.pivot(on="measure", index="begins_on", values="share").sort("begins_on")
        return rows.select(pl.col("begins_on").alias("week"), *(name for name in MEASURES if name in rows.columns))
    if chart.name == "hours_by_project":
        return chart.rows.select("project", "hours")
    ends = [(pl.col("hours") - pl.col("hours_from")).alias("down"), (pl.col("hours_to") - pl.col("hours")).alias("up")]
    return chart.rows.select("automation", "hours", *ends, "state")


def native(pages: Pages, sheet_name: str, chart: Chart, frame: pl.DataFrame, row: int) -> Any:  # noqa: ANN401 - untyped there
    """Return the chart as the spreadsheet draws it, over the rows below the heads at `row`."""
    first, last = row + 1, row + frame.height
    is_line = chart.name == "share_over_time"
    drawn: Any = pages.book.add_chart({"type": "line" if is_line else "bar"})
    for column, colour in zip(range(1, frame.width if is_line else 2), (_BLUE, _TEAL), strict=False):
        series: dict[str, Any] = {
            "name": [sheet_name, row, column],
            "categories": [sheet_name, first, 0, last, 0],
            "values": [sheet_name, first, column, last, column],
        }
        if is_line:
            dash = "solid" if column == 1 else "round_dot"
            series |= {"line": {"color": colour, "width": 2.25, "dash_type": dash}}
        else:
            series |= {"fill": {"color": _TEAM}, "data_labels": {"value": True, "num_format": "#,##0"}}
        if chart.name == "savings_by_automation":
            ends = {
                "plus_values": f"={reference(sheet_name, first, last, 3)}",
                "minus_values": f"={reference(sheet_name, first, last, 2)}",
            }
            series |= {"x_error_bars": {"type": "custom", **ends}, "data_labels": {}}
        drawn.add_series(series)
    axes(drawn, chart, is_line=is_line)
    return drawn


def reference(sheet_name: str, first: int, last: int, column: int) -> str:
    """Return an absolute reference to rows of a column."""
    from xlsxwriter.utility import xl_range_abs  # noqa: PLC0415 - see render

    return f"{sheet_name}!{xl_range_abs(first, column, last, column)}"


def axes(drawn: Any, chart: Chart, *, is_line: bool) -> None:  # noqa: ANN401 - see native
    """Give the chart its title and axes."""
    drawn.set_title({"name": chart.title, "name_font": {"size": 12}})
    drawn.set_size(CHART_SIZE)
    if is_line:
        drawn.set_x_axis({"date_axis": True, "num_format": "mmm yyyy", "major_unit": 1, "major_unit_type": "months"})
        drawn.set_y_axis({"num_format": SHARE, "min": 0, "max": 1})
        drawn.set_legend({"position": "bottom"})
    else:
        drawn.set_y_axis({"reverse": True, "label_position": "low"})
        drawn.set_x_axis({"name": "Hours", "num_format": COUNT})
        drawn.set_legend({"none": True})


def definitions(pages: Pages, content: Content) -> None:
    """Write the sheet of definitions."""
    if not content.definitions:
        return
    page = pages.add("Definitions")
    page.set_column(0, 0, 22)
    page.set_column(1, 1, TEXT_WIDTH)
    page.set_row(0, 1.4 * LINE)
    pages.text(page, 0, 0, "Methods and definitions", bold=True, font_size=13)
    for row, one in enumerate(content.definitions, 1):
        page.set_row(row, height(one.text))
        pages.text(page, row, 0, one.term, bold=True)
        pages.text(page, row, 1, one.text, text_wrap=True)
