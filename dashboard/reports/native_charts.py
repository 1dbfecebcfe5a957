"""Native charts of the slides, which stay editable, with intervals and text alternatives."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

from dashboard.privacy import neutralize_cell
from dashboard.reports.document import Chart, clean_text
from dashboard.reports.print_charts import LINES, find_look
from dashboard.theme import SIDE_COLOURS

CHART_SPACE = "http://schemas.openxmlformats.org/drawingml/2006/chart"
DRAWING_SPACE = "http://schemas.openxmlformats.org/drawingml/2006/main"
MARKS_LABEL = "notes, listed below"
SLIDE_NAME_LENGTH = 26  # letters of a name on a slide
AXIS_STEPS = 5  # about
GRID_COLOUR = "E3E7EC"


def draw_chart(slide: Any, chart: Chart, box: tuple[float, float, float, float]) -> None:  # noqa: ANN401 - python-pptx has no types
    """Draw a chart into a box (left, top, width, height in inches), with its text alternative."""
    from pptx.enum.chart import XL_CHART_TYPE  # noqa: PLC0415 - only slides need it
    from pptx.util import Inches  # noqa: PLC0415 - see above

    is_line = chart.name == "share_over_time"
    kind = XL_CHART_TYPE.LINE if is_line else XL_CHART_TYPE.BAR_CLUSTERED
    data = build_line_data(chart) if is_line else build_bar_data(chart)
    shape = slide.shapes.add_chart(kind, *(Inches(length) for length in box), data)
    shape._element.nvGraphicFramePr.cNvPr.set("descr", chart.alt)  # noqa: SLF001 - no public way
    style_chart(shape.chart, chart, is_line=is_line)
    if is_line:
        set_monthly_ticks(shape.chart)
        if chart.marks:
            mark_notes(shape.chart, chart)
    elif "hours_from" in chart.rows.columns:
        add_error_bars(shape.chart, chart)
        axis = shape.chart.value_axis
        axis.minimum_scale, axis.maximum_scale, axis.major_unit = find_axis_ends(chart)
        axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = choose_axis_format(chart), False


def build_line_data(chart: Chart) -> Any:  # noqa: ANN401 - see draw_chart
    """Return the weeks with one series per measure."""
    from pptx.chart.data import CategoryChartData  # noqa: PLC0415 - see draw_chart

    data = CategoryChartData(number_format="0%")
    rows = chart.rows.pivot(on="measure", index="begins_on", values="share").sort("begins_on")
    data.categories = rows.get_column("begins_on").to_list()
    for name in (line for line in LINES if line in rows.columns):
        data.add_series(name, rows.get_column(name).to_list())
    if chart.marks:
        data.add_series(MARKS_LABEL, [1.0 if letter else None for letter in find_letters(chart)])
    return data


def find_letters(chart: Chart) -> list[str]:
    """Return one text per week of a chart: the letters of the notes of that week, or ""."""
    weeks: list[date] = chart.rows.get_column("begins_on").unique().sort().to_list()
    letters = dict.fromkeys(weeks, "")
    for letter, day_on in chart.marks:
        week_on = max((week for week in weeks if week <= day_on), default=weeks[0])
        letters[week_on] = ", ".join(filter(None, (letters[week_on], letter)))
    return list(letters.values())


def mark_notes(native_chart: Any, chart: Chart) -> None:  # noqa: ANN401 - see draw_chart
    """Draw the notes of a chart over weeks: a dashed line from the axis to the top, its letter above all lines."""
    from pptx.enum.chart import XL_LABEL_POSITION, XL_MARKER_STYLE  # noqa: PLC0415 - see draw_chart
    from pptx.oxml import parse_xml  # noqa: PLC0415 - see draw_chart

    series = next(series for series in native_chart.plots[0].series if series.name == MARKS_LABEL)
    series.format.line.fill.background()
    series.marker.style = XL_MARKER_STYLE.NONE
    for index, letter in enumerate(find_letters(chart)):
        if letter:
            label = series.points[index].data_label
            label.has_text_frame = True
            label.text_frame.text = letter
            label.position = XL_LABEL_POSITION.ABOVE
    lines_xml = (
        f'<c:errBars xmlns:c="{CHART_SPACE}" xmlns:a="{DRAWING_SPACE}"><c:errDir val="y"/><c:errBarType val="minus"/>'
        '<c:errValType val="percentage"/><c:noEndCap val="1"/><c:val val="100"/><c:spPr><a:ln w="9525"><a:solidFill>'
        '<a:srgbClr val="4A5160"/></a:solidFill><a:prstDash val="dash"/></a:ln></c:spPr></c:errBars>'
    )
    series._element.find(f"{{{CHART_SPACE}}}cat").addprevious(parse_xml(lines_xml))  # noqa: SLF001 - no public way


def build_bar_data(chart: Chart) -> Any:  # noqa: ANN401 - see draw_chart
    """Return hours by project or automation."""
    from pptx.chart.data import CategoryChartData  # noqa: PLC0415 - see draw_chart

    data = CategoryChartData(number_format="#,##0")
    # The workbook inside the chart would run a name that begins like a formula.
    data.categories = [
        str(neutralize_cell(clean_text(name, SLIDE_NAME_LENGTH)))
        for name in chart.rows.get_column(chart.rows.columns[0])
    ]
    data.add_series("Hours", chart.rows.get_column("hours").to_list())
    return data


def set_monthly_ticks(native_chart: Any) -> None:  # noqa: ANN401 - see draw_chart
    """Label the axis of weeks once per month."""
    from pptx.oxml import parse_xml  # noqa: PLC0415 - see draw_chart

    axis = native_chart.category_axis._element  # noqa: SLF001 - no public way to a date axis' steps
    for name, value in (("baseTimeUnit", "days"), ("majorUnit", "1"), ("majorTimeUnit", "months")):
        for old in axis.findall(f"{{{CHART_SPACE}}}{name}"):
            axis.remove(old)
        axis.append(parse_xml(f'<c:{name} xmlns:c="{CHART_SPACE}" val="{value}"/>'))


def add_error_bars(native_chart: Any, chart: Chart) -> None:  # noqa: ANN401 - see draw_chart
    """Draw the interval of every bar."""
    from pptx.oxml import parse_xml  # noqa: PLC0415 - see draw_chart

    series = native_chart.plots[0].series[0]._element  # noqa: SLF001 - no public way to error bars
    rows = chart.rows.select("hours", "hours_from", "hours_to").rows()
    distances = "".join(
        f'<c:{side}><c:numLit><c:formatCode>General</c:formatCode><c:ptCount val="{len(rows)}"/>'
        + "".join(f'<c:pt idx="{index}"><c:v>{distance(row)!r}</c:v></c:pt>' for index, row in enumerate(rows))
        + f"</c:numLit></c:{side}>"
        for side, distance in (("plus", upper_distance), ("minus", lower_distance))
    )
    bars_xml = (
        f'<c:errBars xmlns:c="{CHART_SPACE}"><c:errBarType val="both"/><c:errValType val="cust"/>'
        f'<c:noEndCap val="0"/>{distances}</c:errBars>'
    )
    series.find(f"{{{CHART_SPACE}}}cat").addprevious(parse_xml(bars_xml))


def find_axis_ends(chart: Chart) -> tuple[float, float, float]:
    """Return the ends of the axis and the step between its numbers: no interval runs out of the chart."""
    low = min(0.0, *chart.rows.get_column("hours_from"), *chart.rows.get_column("hours"))
    high = max(0.0, *chart.rows.get_column("hours_to"), *chart.rows.get_column("hours"))
    wanted = max(high - low, 0.001) / AXIS_STEPS
    power = 10.0 ** math.floor(math.log10(wanted))
    step = power * next(factor for factor in (1, 2, 5, 10) if factor * power >= wanted)
    return math.floor(low / step) * step, math.ceil(high / step) * step, step


def choose_axis_format(chart: Chart) -> str:
    """Return the number format that tells the steps of an axis apart: whole numbers would say 0, 1, 1, 2."""
    step = find_axis_ends(chart)[2]
    digits = max(0, -math.floor(math.log10(step)))
    return "#,##0" + ("." + "0" * digits if digits else "")


def upper_distance(row: tuple[float, float, float]) -> float:
    """Return how far the interval reaches beyond the value."""
    return row[2] - row[0]


def lower_distance(row: tuple[float, float, float]) -> float:
    """Return how far the interval reaches below the value."""
    return row[0] - row[1]


def style_chart(native_chart: Any, chart: Chart, *, is_line: bool) -> None:  # noqa: ANN401 - see draw_chart
    """Give a chart its colours, axes and labels."""
    from pptx.dml.color import RGBColor  # noqa: PLC0415 - see draw_chart
    from pptx.enum.chart import XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION  # noqa: PLC0415 - see draw_chart
    from pptx.enum.dml import MSO_LINE  # noqa: PLC0415 - see draw_chart
    from pptx.util import Pt  # noqa: PLC0415 - see draw_chart

    native_chart.font.size = Pt(11)
    native_chart.has_title = True
    native_chart.chart_title.text_frame.text = chart.title
    native_chart.has_legend = is_line
    native_chart.value_axis.major_gridlines.format.line.color.rgb = RGBColor.from_string(GRID_COLOUR)
    for series in native_chart.plots[0].series:
        if not is_line:
            _fill_series(series).rgb = RGBColor.from_string(SIDE_COLOURS["light"]["team"].lstrip("#"))
        elif series.name in LINES:
            look = find_look(series.name, "light")
            series.format.line.color.rgb = RGBColor.from_string(look.colour.lstrip("#"))
            series.format.line.width = Pt(look.width)
            if look.is_dotted:
                series.format.line.dash_style = MSO_LINE.ROUND_DOT
    if is_line:
        native_chart.legend.position, native_chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
        native_chart.value_axis.minimum_scale, native_chart.value_axis.maximum_scale = 0, 1
        (
            native_chart.value_axis.tick_labels.number_format,
            native_chart.value_axis.tick_labels.number_format_is_linked,
        ) = "0%", False
        native_chart.category_axis.tick_labels.number_format = "d mmm yyyy"
        native_chart.category_axis.tick_labels.number_format_is_linked = False
    else:
        native_chart.category_axis.reverse_order = True
        native_chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
        native_chart.plots[0].has_data_labels = "hours_from" not in chart.rows.columns
        native_chart.plots[0].gap_width = 60


def _fill_series(series: Any) -> Any:  # noqa: ANN401 - see draw_chart
    series.format.fill.solid()
    series.invert_if_negative = False
    return series.format.fill.fore_color
