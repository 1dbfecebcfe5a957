"""Charts of the slides: the program's own, so that they stay editable, with intervals and words."""

from __future__ import annotations

from typing import Any

from dashboard.charts.printed import MEASURES
from dashboard.privacy import neutral
from dashboard.reports.model import Chart, plain
from dashboard.theme import CATEGORY_COLOURS, SIDE_COLOURS

CHART_SPACE = "http://schemas.openxmlformats.org/drawingml/2006/chart"
SHORT = 26  # letters of a name on a slide
GRID = "E3E7EC"


def native(slide: Any, chart: Chart, place: tuple[float, float, float, float]) -> None:  # noqa: ANN401 - python-pptx has no types
    """Draw a chart into a place (left, top, width, height in inches), with its words for those who do not see it."""
    from pptx.enum.chart import XL_CHART_TYPE  # noqa: PLC0415 - only slides need it
    from pptx.util import Inches  # noqa: PLC0415 - see native

    is_line = chart.name == "share_over_time"
    kind = XL_CHART_TYPE.LINE if is_line else XL_CHART_TYPE.BAR_CLUSTERED
    made = lines(chart) if is_line else bars(chart)
    shape = slide.shapes.add_chart(kind, *(Inches(one) for one in place), made)
    shape._element.nvGraphicFramePr.cNvPr.set("descr", chart.alt)  # noqa: SLF001 - no public way
    dressed(shape.chart, chart, is_line=is_line)
    if is_line:
        by_month(shape.chart)
    elif "hours_from" in chart.rows.columns:
        whiskers(shape.chart, chart)


def lines(chart: Chart) -> Any:  # noqa: ANN401 - see native
    """Return the weeks with one series a measure."""
    from pptx.chart.data import CategoryChartData  # noqa: PLC0415 - see native

    data = CategoryChartData(number_format="0%")
    rows = chart.rows.pivot(on="measure", index="begins_on", values="share").sort("begins_on")
    data.categories = rows.get_column("begins_on").to_list()
    for name in (one for one in MEASURES if one in rows.columns):
        data.add_series(name, rows.get_column(name).to_list())
    return data


def bars(chart: Chart) -> Any:  # noqa: ANN401 - see native
    """Return hours by project or automation."""
    from pptx.chart.data import CategoryChartData  # noqa: PLC0415 - see native

    data = CategoryChartData(number_format="#,##0")
    # The workbook inside the chart would run a name that begins like a formula.
    data.categories = [str(neutral(plain(name, SHORT))) for name in chart.rows.get_column(chart.rows.columns[0])]
    data.add_series("Hours", chart.rows.get_column("hours").to_list())
    return data


def by_month(drawn: Any) -> None:  # noqa: ANN401 - see native
    """Write one label a month below the weeks."""
    from pptx.oxml import parse_xml  # noqa: PLC0415 - see native

    axis = drawn.category_axis._element  # noqa: SLF001 - no public way to a date axis' steps
    for name, value in (("baseTimeUnit", "days"), ("majorUnit", "1"), ("majorTimeUnit", "months")):
        for old in axis.findall(f"{{{CHART_SPACE}}}{name}"):
            axis.remove(old)
        axis.append(parse_xml(f'<c:{name} xmlns:c="{CHART_SPACE}" val="{value}"/>'))


def whiskers(drawn: Any, chart: Chart) -> None:  # noqa: ANN401 - see native
    """Draw the intervals: no bar stands without one."""
    from pptx.oxml import parse_xml  # noqa: PLC0415 - see native

    series = drawn.plots[0].series[0]._element  # noqa: SLF001 - no public way to error bars
    rows = chart.rows.select("hours", "hours_from", "hours_to").rows()
    ends = "".join(
        f'<c:{side}><c:numLit><c:formatCode>General</c:formatCode><c:ptCount val="{len(rows)}"/>'
        + "".join(f'<c:pt idx="{at}"><c:v>{far(row)!r}</c:v></c:pt>' for at, row in enumerate(rows))
        + f"</c:numLit></c:{side}>"
        for side, far in (("plus", above), ("minus", below))
    )
    bars_xml = (
        f'<c:errBars xmlns:c="{CHART_SPACE}"><c:errBarType val="both"/><c:errValType val="cust"/>'
        f'<c:noEndCap val="0"/>{ends}</c:errBars>'
    )
    series.find(f"{{{CHART_SPACE}}}cat").addprevious(parse_xml(bars_xml))


def above(row: tuple[float, float, float]) -> float:
    """Return how far the interval reaches beyond the value."""
    return row[2] - row[0]


def below(row: tuple[float, float, float]) -> float:
    """Return how far the interval reaches below the value."""
    return row[0] - row[1]


def dressed(drawn: Any, chart: Chart, *, is_line: bool) -> None:  # noqa: ANN401 - see native
    """Give a chart its colours, axes and labels."""
    from pptx.dml.color import RGBColor  # noqa: PLC0415 - see native
    from pptx.enum.chart import XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION  # noqa: PLC0415 - see native
    from pptx.util import Pt  # noqa: PLC0415 - see native

    drawn.font.size = Pt(11)
    drawn.has_title = True
    drawn.chart_title.text_frame.text = chart.title
    drawn.has_legend = is_line
    drawn.value_axis.major_gridlines.format.line.color.rgb = RGBColor.from_string(GRID)
    side = CATEGORY_COLOURS["light"]
    colours = (side["labeling"], side["review"]) if is_line else (SIDE_COLOURS["light"]["team"],)
    for series, colour in zip(drawn.plots[0].series, colours, strict=False):
        look = series.format.line.color if is_line else _filled(series)
        look.rgb = RGBColor.from_string(colour.lstrip("#"))
    if is_line:
        drawn.legend.position, drawn.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
        drawn.value_axis.minimum_scale, drawn.value_axis.maximum_scale = 0, 1
        drawn.value_axis.tick_labels.number_format, drawn.value_axis.tick_labels.number_format_is_linked = "0%", False
        drawn.category_axis.tick_labels.number_format = "mmm yyyy"
        drawn.category_axis.tick_labels.number_format_is_linked = False
    else:
        drawn.category_axis.reverse_order = True
        drawn.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
        drawn.plots[0].has_data_labels = "hours_from" not in chart.rows.columns
        drawn.plots[0].gap_width = 60


def _filled(series: Any) -> Any:  # noqa: ANN401 - see native
    series.format.fill.solid()
    series.invert_if_negative = False
    return series.format.fill.fore_color
