"""The report as a workbook: native charts, real numbers and dates, one sheet per figure, and the definitions."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from dashboard.figures.catalogue import CATALOGUE
from dashboard.figures.columns import describe_column
from dashboard.formats import DAY_FORMATS, current_formats
from dashboard.privacy import neutralize_cell
from dashboard.reports.answers import SHARES
from dashboard.reports.closing import build_closing_lines
from dashboard.reports.document import Cell, Chart, Content, Number, Section, Table
from dashboard.reports.native_charts import choose_axis_format, find_axis_ends
from dashboard.reports.print_charts import find_look
from dashboard.reports.report_charts import MEASURES
from dashboard.reports.request import Paper
from dashboard.theme import SIDE_COLOURS
from dashboard.units import Column, Unit, spreadsheet_format, spreadsheet_value

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

TITLE = "Workbook"
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SUFFIX = ".xlsx"

PAPER_SIZES = {Paper.a4: 9, Paper.letter: 1}  # Excel's numbers of paper sizes
CHART_SIZE = {"width": 760, "height": 320}
CHART_ROWS = 16  # rows that a chart is high
WIDE_COLUMN, NARROW_COLUMN = 34, 17  # characters of a column
TEXT_WIDTH = 100
MAX_NAME_COLUMN, MAX_SHEET_NAME = 60, 31  # characters of the longest name that is shown, and of Excel's sheet names
MAX_PRINTED_ROWS = 60  # rows of a sheet that can be read on one page
LINE_HEIGHT = 15.0  # points
SHARE_FORMAT, COUNT_FORMAT = "0%", "#,##0"
MARGINS = {  # what error bars are drawn from; the figure has the ends of the interval instead
    "down": Column("down", "Hours down to the low end", "hours"),
    "up": Column("up", "Hours up to the high end", "hours"),
}
CHANGES = {"change", "drift", "drift_from", "drift_to"}  # how a number differs from another of its column
_TEAM = SIDE_COLOURS["light"]["team"]


def render_report(content: Content) -> bytes:
    """Return the report as XLSX."""
    import xlsxwriter  # noqa: PLC0415 - only this format needs it

    out = io.BytesIO()
    # Nothing may turn into a formula or a link on its own.
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, {"in_memory": True, **plain})
    day = datetime.fromisoformat(content.provenance.as_of or content.request.last.isoformat())
    book.set_properties({"title": content.title, "subject": content.about, "created": day.replace(tzinfo=UTC)})
    pages = WorkbookPages(book, content.request.paper)
    write_summary(pages, content)
    for name, (tables, charts) in group_by_figure(content.sections).items():
        write_figure_sheet(pages, name, tables, charts)
    write_definitions(pages, content)
    book.close()
    return out.getvalue()


class WorkbookPages:
    """The workbook's sheets and cell formats; every sheet prints on one page's width."""

    def __init__(self, book: Workbook, paper: Paper) -> None:
        self.book = book
        self._paper = PAPER_SIZES[paper]
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def add_sheet(self, name: str, *, is_one_page: bool = False) -> Worksheet:
        """Return a new sheet; with `is_one_page` it prints on one, so that no page's end cuts a chart."""
        page = self.book.add_worksheet(name)
        page.set_paper(self._paper)
        page.set_landscape()
        page.fit_to_pages(1, 1 if is_one_page else 0)
        page.hide_gridlines(2)
        page.set_footer("&L&A&RPage &P of &N")
        return page

    def cell_format(self, **look: Any) -> Format:  # noqa: ANN401 - passed on to XlsxWriter
        """Return a cell format, made once."""
        key = tuple(sorted(look.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format({"valign": "top", **look})
        return self._formats[key]

    def write_text(self, page: Worksheet, row: int, column: int, text: str, **look: Any) -> None:  # noqa: ANN401 - see cell_format
        """Write text that stays text, also when somebody edits the cell."""
        page.write_string(row, column, text, self.cell_format(**look, quote_prefix=neutralize_cell(text) != text))


def write_summary(pages: WorkbookPages, content: Content) -> None:
    """Write the first sheet: what the report says in words, and its large numbers."""
    page = pages.add_sheet("Report", is_one_page=True)
    page.set_column(0, 0, 26)
    page.set_column(1, 1, 14)
    page.set_column(2, 2, TEXT_WIDTH)
    page.set_row(0, 1.6 * LINE_HEIGHT)
    pages.write_text(page, 0, 0, content.title, bold=True, font_size=16)
    pages.write_text(page, 1, 0, f"{content.about}. Compared with {content.compared}.")
    row = 3
    for label, text in (
        ("From", content.letterhead.describe()),
        ("In short", str(content.headline)),
        ("Note", content.note),
    ):
        if text:
            pages.write_text(page, row, 0, label, bold=True)
            pages.write_text(page, row, 2, text, text_wrap=True)
            page.set_row(row, estimate_height(text))
            row += 1
    for key in content.numbers:
        pages.write_text(page, row, 0, key.label, bold=True)
        write_key_number(pages, page, row, key.number)
        pages.write_text(page, row, 2, key.beside, indent=1)
        row += 1
    rows = [(f"Decide, {number}", str(decision)) for number, decision in enumerate(content.decisions, 1)]
    rows += [(remark.label, str(remark)) for remark in content.remarks]
    rows += [(section.title, " ".join(map(str, section.sentences))) for section in content.sections]
    rows += [("Source", text) for text in build_closing_lines(content)]
    for line, (label, text) in enumerate(rows, row + 1):
        page.set_row(line, estimate_height(text))
        pages.write_text(page, line, 0, label, bold=True, text_wrap=True)
        pages.write_text(page, line, 2, text, text_wrap=True)


def write_key_number(pages: WorkbookPages, page: Worksheet, row: int, number: Number | None) -> None:
    """Write a large number with its unit, apart from the words at its right."""
    if number is None or number.high is not None:
        pages.write_text(page, row, 1, "–" if number is None else number.text)
        return
    unit, digits = choose_unit(number)
    suffix = '" h"' if number.text.endswith(" h") else ""
    look = pages.cell_format(num_format=f"{spreadsheet_format(unit, digits)}{suffix}", align="left", bold=True)
    page.write_number(row, 1, spreadsheet_value(printed_value(number), unit), look)


def estimate_height(text: str) -> float:
    """Return a row's height in points: some programs do not fit it to wrapped text by themselves."""
    return LINE_HEIGHT * math.ceil(len(text) / (TEXT_WIDTH * 0.9))


def group_by_figure(sections: Iterable[Section]) -> dict[str, tuple[list[Table], list[Chart]]]:
    """Return tables and charts by figure, in the order of the report."""
    by_figure: dict[str, tuple[list[Table], list[Chart]]] = {}
    for section in sections:
        for table in section.tables:
            by_figure.setdefault(table.figure, ([], []))[0].append(table)
        for chart in section.charts:
            by_figure.setdefault(chart.name, ([], []))[1].append(chart)
    return by_figure


def name_sheet(title: str, tables: Sequence[Table]) -> str:
    """Return the name of a figure's sheet: its title, or that of its table where Excel takes no such long name."""
    short = next((name for name in (title, *(table.title for table in tables)) if len(name) <= MAX_SHEET_NAME), title)
    return re.sub(r"[^\w -]", "", short)[:MAX_SHEET_NAME].strip()


def write_figure_sheet(pages: WorkbookPages, name: str, tables: Sequence[Table], charts: Sequence[Chart]) -> None:
    """Write the sheet of one figure: its tables, its charts, and the rows that they are drawn from."""
    title = name_sheet(CATALOGUE[name].title, tables)
    heights = [len(table.rows) for table in tables] + [chart.rows.height + CHART_ROWS for chart in charts]
    page = pages.add_sheet(title, is_one_page=sum(heights) <= MAX_PRINTED_ROWS)
    names = [str(row[0]) for table in tables for row in table.rows]
    longest = min(max(map(len, names), default=0), MAX_NAME_COLUMN)
    page.set_column(0, 0, max(WIDE_COLUMN, longest + 2) if tables else NARROW_COLUMN)  # days alone are short
    page.set_column(1, 12, NARROW_COLUMN)
    row = 0
    for table in tables:
        row = write_table(pages, page, row, table) + 1
    for chart in charts:
        frame = build_chart_rows(chart)
        page.set_row(row, 2 * LINE_HEIGHT)
        declared = [MARGINS.get(column) or describe_column(chart.name, column) for column in frame.columns]
        for column, spec in enumerate(declared):
            alignment = align_text(spec.is_number, column)
            pages.write_text(page, row, column, spec.title, bold=True, bottom=1, text_wrap=True, **alignment)
        for sheet_row, values in enumerate(frame.iter_rows(), row + 1):
            for column, (value, spec) in enumerate(zip(values, declared, strict=True)):
                if value is not None:  # a chart draws an empty cell as a gap, and any text as zero
                    write_cell(pages, page, sheet_row, column, value, spec.unit)
        # Beside many rows, below a few: either way the sheet prints large.
        below = frame.height < CHART_ROWS
        chart_row, chart_column = (row + frame.height + 2, 0) if below else (row, frame.width + 1)
        options = {"description": chart.alt, "object_position": 2}
        page.insert_chart(chart_row, chart_column, build_chart(pages, title, chart, frame, row), options)
        row += frame.height + 2 + (CHART_ROWS + 2 if below else 0)
        for line in chart.notes:
            pages.write_text(page, row, 0, line)
            row += 1


def write_table(pages: WorkbookPages, page: Worksheet, row: int, table: Table) -> int:
    """Write a table; return the row below it."""
    page.set_row(row, 1.4 * LINE_HEIGHT)
    pages.write_text(page, row, 0, table.title, bold=True, font_size=13)
    for column, spec in enumerate(table.columns):
        pages.write_text(page, row + 1, column, spec.label, bold=True, bottom=1, **align_text(spec.is_number, column))
    for line, cells in enumerate(table.rows, row + 2):
        for column, (cell, spec) in enumerate(zip(cells, table.columns, strict=True)):
            if isinstance(cell, Number):
                write_cell(pages, page, line, column, cell)
            else:
                pages.write_text(
                    page, line, column, "–" if cell is None else cell, **align_text(spec.is_number, column)
                )
    end = row + 2 + len(table.rows)
    if table.note:
        pages.write_text(page, end, 0, table.note, italic=True)
        end += 1
    return end


def align_text(is_number: bool, column: int) -> dict[str, object]:  # noqa: FBT001 - a column's own word
    """Return how a text is aligned: right among numbers, else left with a small indent."""
    return {"align": "right"} if is_number else {"align": "left", "indent": min(column, 1)}


def write_cell(
    pages: WorkbookPages, page: Worksheet, row: int, column: int, cell: Cell | float | date, unit: Unit = "number"
) -> None:
    """Write a cell: numbers as numbers with all their digits, ranges as text, days as days, a dash for nothing."""
    if isinstance(cell, Number) and cell.high is not None:
        pages.write_text(page, row, column, cell.text)
    elif isinstance(cell, Number):
        unit, digits = choose_unit(cell)
        number_format = pages.cell_format(num_format=spreadsheet_format(unit, digits))
        page.write_number(row, column, spreadsheet_value(printed_value(cell), unit), number_format)
    elif isinstance(cell, date):
        page.write_datetime(
            row,
            column,
            datetime(cell.year, cell.month, cell.day, tzinfo=UTC).replace(tzinfo=None),
            pages.cell_format(num_format=DAY_FORMATS[current_formats().day].sheet, align="left"),
        )
    elif isinstance(cell, int | float):
        number_format = pages.cell_format(num_format=spreadsheet_format(unit))
        page.write_number(row, column, spreadsheet_value(cell, unit), number_format)
    else:
        pages.write_text(page, row, column, "–" if cell is None else cell)


def choose_unit(number: Number) -> tuple[Unit, int | None]:
    """Return unit and digits of a printed number: those of its column, or of what was computed from the column."""
    column = describe_column(number.figure, number.column)
    if number.how in SHARES or (column.unit == "by row" and "%" in number.text):
        return "share", None
    if number.how in CHANGES and column.unit == "share":
        return "difference", None
    if column.unit == "difference by row":  # the row says whether it is one of shares; so does the text
        return ("difference" if "point" in number.text else "number"), column.digits
    return column.unit, column.digits


def printed_value(number: Number) -> float:
    """Return the value with the sign it is printed with: hours lost are told without a minus."""
    return number.value if number.text.startswith("-") == (number.value < 0) else -number.value


def build_chart_rows(chart: Chart) -> pl.DataFrame:
    """Return the rows as a native chart needs them: one column per series."""
    if chart.name == "share_over_time":
        rows = chart.rows.pivot(on="measure", index="begins_on", values="share").sort("begins_on")
        series = (pl.col(label).alias(name) for name, label in MEASURES.items() if label in rows.columns)
        return rows.select(pl.col("begins_on").alias("week_on"), *series)
    if chart.name == "hours_by_project":
        return chart.rows.select("project", "hours")
    margins = [
        (pl.col("hours") - pl.col("hours_from")).alias("down"),
        (pl.col("hours_to") - pl.col("hours")).alias("up"),
    ]
    return chart.rows.select("automation", "hours", *margins, "state")


def build_chart(pages: WorkbookPages, sheet_name: str, chart: Chart, frame: pl.DataFrame, row: int) -> Any:  # noqa: ANN401 - untyped there
    """Return the chart as the spreadsheet draws it, over the rows below the heads at `row`."""
    first, last = row + 1, row + frame.height
    is_line = chart.name == "share_over_time"
    native_chart: Any = pages.book.add_chart({"type": "line" if is_line else "bar"})
    for column in range(1, frame.width if is_line else 2):
        series: dict[str, Any] = {
            "name": [sheet_name, row, column],
            "categories": [sheet_name, first, 0, last, 0],
            "values": [sheet_name, first, column, last, column],
        }
        if is_line:
            look = find_look(MEASURES[frame.columns[column]], "light")
            dash = "round_dot" if look.is_dotted else "solid"
            series |= {"line": {"color": look.colour, "width": look.width, "dash_type": dash}}
        else:
            series |= {"fill": {"color": _TEAM}, "data_labels": {"value": True, "num_format": "#,##0"}}
        if chart.name == "savings_by_automation":
            margins = {
                "plus_values": f"={range_reference(sheet_name, first, last, 3)}",
                "minus_values": f"={range_reference(sheet_name, first, last, 2)}",
            }
            series |= {"x_error_bars": {"type": "custom", **margins}, "data_labels": {}}
        native_chart.add_series(series)
    style_axes(native_chart, chart, is_line=is_line)
    return native_chart


def range_reference(sheet_name: str, first: int, last: int, column: int) -> str:
    """Return an absolute reference to rows of a column."""
    from xlsxwriter.utility import xl_range_abs  # noqa: PLC0415 - see render_report

    return f"'{sheet_name}'!{xl_range_abs(first, column, last, column)}"


def style_axes(native_chart: Any, chart: Chart, *, is_line: bool) -> None:  # noqa: ANN401 - see build_chart
    """Give the chart its title and axes."""
    native_chart.set_title({"name": chart.title, "name_font": {"size": 12}})
    native_chart.set_size(CHART_SIZE)
    if is_line:
        native_chart.set_x_axis(
            {"date_axis": True, "num_format": "d mmm yyyy", "major_unit": 1, "major_unit_type": "months"}
        )
        native_chart.set_y_axis({"num_format": SHARE_FORMAT, "min": 0, "max": 1})
        native_chart.set_legend({"position": "bottom"})
    else:
        native_chart.set_y_axis({"reverse": True, "label_position": "low"})
        hours_axis: dict[str, Any] = {"name": "Hours", "num_format": COUNT_FORMAT}
        if "hours_from" in chart.rows.columns:
            hours_axis |= dict(zip(("min", "max", "major_unit"), find_axis_ends(chart), strict=True))
            hours_axis["num_format"] = choose_axis_format(chart)
        native_chart.set_x_axis(hours_axis)
        native_chart.set_legend({"none": True})


def write_definitions(pages: WorkbookPages, content: Content) -> None:
    """Write the sheet of definitions."""
    if not content.definitions:
        return
    page = pages.add_sheet("Definitions")
    page.set_column(0, 0, 22)
    page.set_column(1, 1, TEXT_WIDTH)
    page.set_row(0, 1.4 * LINE_HEIGHT)
    pages.write_text(page, 0, 0, "Methods and definitions", bold=True, font_size=13)
    for row, entry in enumerate(content.definitions, 1):
        page.set_row(row, estimate_height(entry.text))
        pages.write_text(page, row, 0, entry.term, bold=True)
        pages.write_text(page, row, 1, entry.text, text_wrap=True)
