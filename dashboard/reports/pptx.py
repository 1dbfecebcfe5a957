"""The report as slides: 16:9, native charts that stay editable, the method in the notes of every slide."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from dashboard.charts.printed import MEASURES
from dashboard.privacy import neutral
from dashboard.reports import closing, zipped
from dashboard.reports.model import Chart, Content, Section, Table, plain
from dashboard.theme import CATEGORY_COLOURS, SIDE_COLOURS, TEXT

WIDE, HIGH = 13.333, 7.5  # inches
MARGIN = 0.6
CHART_SPACE = "http://schemas.openxmlformats.org/drawingml/2006/chart"
TITLE_ONLY = 5  # layout of the built-in template

BESIDE = 5  # columns that fit beside a chart
SHORT = 26  # letters of a name on a slide
GRID = "E3E7EC"
SOFT = "4A5160"
NAVY = TEXT["light"].lstrip("#")


def render(content: Content) -> bytes:
    """Return the report as PPTX."""
    from pptx import Presentation  # noqa: PLC0415 - only this format needs it
    from pptx.util import Inches  # noqa: PLC0415 - see above

    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDE), Inches(HIGH)
    method = "\n".join(f"{one.term}: {one.text}" for one in content.definitions)
    opening(deck, content)
    for section in content.sections:
        of_section(deck, section, content, method)
    if content.decisions:
        slide = blank(deck, "What to decide", content, method)
        lines = [f"{at}. {one}" for at, one in enumerate(content.decisions, 1)]
        words(slide, lines, top=1.6, high=4.8, size=20, after=14)
    if content.definitions:
        slide = blank(deck, "Methods and definitions", content, method)
        words(slide, method.split("\n"), top=1.35, high=5.3, size=12, after=6)
    return finished(deck, content)


def finished(deck: Any, content: Content) -> bytes:  # noqa: ANN401 - python-pptx has no types
    """Return the deck's bytes, with the day of the data for every time stamp in it."""
    day = datetime.fromisoformat(content.provenance.as_of or content.request.last.isoformat()).replace(tzinfo=UTC)
    core = deck.core_properties
    core.title, core.subject, core.author, core.last_modified_by = content.title, content.about, "Labeltime", ""
    core.created = core.modified = day
    core.revision = 1
    out = io.BytesIO()
    deck.save(out)
    return zipped.steady(out.getvalue(), day)


def blank(deck: Any, title: str, content: Content, notes: str) -> Any:  # noqa: ANN401 - see finished
    """Return a new slide with its title, its foot and its notes."""
    from pptx.util import Inches, Pt  # noqa: PLC0415 - see render

    slide = deck.slides.add_slide(deck.slide_layouts[TITLE_ONLY])
    head = slide.shapes.title
    head.left, head.top, head.width, head.height = (Inches(one) for one in (MARGIN, 0.35, WIDE - 2 * MARGIN, 0.9))
    head.text_frame.text = title
    styled(head.text_frame.paragraphs[0], Pt(30), NAVY, bold=True)
    foot = [f"{content.about}. {' '.join(closing.lines(content)[:2])}"]
    words(slide, foot, top=HIGH - 0.5, high=0.35, size=10, colour=SOFT)
    slide.notes_slide.notes_text_frame.text = "\n".join(filter(None, (notes, *closing.lines(content))))
    return slide


def styled(paragraph: Any, size: Any, colour: str, *, bold: bool = False) -> None:  # noqa: ANN401 - see finished
    """Give a paragraph its look, to the left."""
    from pptx.dml.color import RGBColor  # noqa: PLC0415 - see render
    from pptx.enum.text import PP_ALIGN  # noqa: PLC0415 - see render

    paragraph.alignment = PP_ALIGN.LEFT
    for run in paragraph.runs:
        run.font.size, run.font.bold = size, bold
        run.font.color.rgb = RGBColor.from_string(colour)


def words(
    slide: Any,  # noqa: ANN401 - see finished
    lines: Sequence[str],
    *,
    top: float,
    high: float,
    size: float,
    left: float = MARGIN,
    wide: float = WIDE - 2 * MARGIN,
    colour: str = NAVY,
    bold: bool = False,
    after: float = 4,
) -> None:
    """Write lines into a box, in inches; as text, whatever they say."""
    from pptx.util import Inches, Pt  # noqa: PLC0415 - see render

    frame = slide.shapes.add_textbox(Inches(left), Inches(top), Inches(wide), Inches(high)).text_frame
    frame.word_wrap = True
    for at, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
        paragraph.add_run().text = line
        paragraph.space_after = Pt(after)
        styled(paragraph, Pt(size), colour, bold=bold)


def opening(deck: Any, content: Content) -> None:  # noqa: ANN401 - see finished
    """Draw the first slide: the headline and the large numbers."""
    slide = blank(deck, content.title, content, f"Compared with {content.compared}.")
    words(slide, [str(content.headline)], top=1.4, high=1.9, size=24, bold=True)
    if content.note:
        words(slide, [content.note], top=3.3, high=1.0, size=16, colour=SOFT)
    wide = (WIDE - 2 * MARGIN) / len(content.numbers)
    for at, one in enumerate(content.numbers):
        left = MARGIN + at * wide
        words(slide, [one.label], top=4.5, high=0.4, size=14, left=left, wide=wide - 0.2, colour=SOFT)
        words(slide, [str(one.number or "–")], top=4.85, high=0.8, size=36, left=left, wide=wide - 0.2, bold=True)
        words(slide, [one.beside], top=5.65, high=0.8, size=12, left=left, wide=wide - 0.2, colour=SOFT)


def of_section(deck: Any, section: Section, content: Content, method: str) -> None:  # noqa: ANN401 - see finished
    """Draw a section: its words, its charts with the last table beside them, further tables on slides of their own."""
    slide = blank(deck, section.title, content, method)
    words(slide, [" ".join(map(str, section.sentences))], top=1.25, high=1.3, size=14)
    fits = bool(section.charts) and bool(section.tables) and len(section.tables[-1].columns) <= BESIDE
    room = (WIDE - 2 * MARGIN) * (0.5 if fits else 1.0)
    for chart in section.charts[:1]:
        native(slide, chart, top=2.4, wide=room, high=4.4)
    if fits:
        grid(slide, section.tables[-1], left=MARGIN + room + 0.2, top=2.4, wide=room - 0.2)
    for other in section.tables[:-1] if fits else section.tables:
        more = blank(deck, other.title, content, method)
        grid(more, other, left=MARGIN, top=1.4, wide=WIDE - 2 * MARGIN)


def grid(slide: Any, table: Table, *, left: float, top: float, wide: float) -> None:  # noqa: ANN401 - see finished
    """Draw a table with its note below; the first column takes what the others leave."""
    from pptx.enum.text import PP_ALIGN  # noqa: PLC0415 - see render
    from pptx.util import Inches, Pt  # noqa: PLC0415 - see render

    is_wide = wide > WIDE / 2
    high = (0.4 if is_wide else 0.32) * (len(table.rows) + 1)
    place = (Inches(left), Inches(top), Inches(wide), Inches(high))
    shape = slide.shapes.add_table(len(table.rows) + 1, len(table.columns), *place)
    shape._element.nvGraphicFramePr.cNvPr.set("descr", f"Table: {table.title}")  # noqa: SLF001 - no public way
    narrow = wide * 0.62 / (len(table.columns) - 1)
    for at, column in enumerate(shape.table.columns):
        column.width = Inches(wide * 0.38 if at == 0 else narrow)
    heads: tuple[str, ...] = tuple(column.label for column in table.columns)
    for row, cells in enumerate((heads, *table.rows)):
        for at, (value, column) in enumerate(zip(cells, table.columns, strict=True)):
            cell = shape.table.cell(row, at)
            cell.margin_top = cell.margin_bottom = Inches(0.02)
            cell.margin_left = cell.margin_right = Inches(0.05)
            paragraph = cell.text_frame.paragraphs[0]
            paragraph.add_run().text = "–" if value is None else plain(value, SHORT) if at == 0 else str(value)
            styled(paragraph, Pt(14 if is_wide else 10), "FFFFFF" if row == 0 else NAVY, bold=row == 0)
            paragraph.alignment = PP_ALIGN.RIGHT if column.is_number else PP_ALIGN.LEFT
    if table.note:
        words(slide, [table.note], top=top + high + 0.1, high=0.5, size=10, left=left, wide=wide, colour=SOFT)


def native(slide: Any, chart: Chart, *, top: float, wide: float, high: float) -> None:  # noqa: ANN401 - see finished
    """Draw a chart as the program's own, editable, with its words for those who do not see it."""
    from pptx.enum.chart import XL_CHART_TYPE  # noqa: PLC0415 - see render
    from pptx.util import Inches  # noqa: PLC0415 - see render

    is_line = chart.name == "share_over_time"
    kind = XL_CHART_TYPE.LINE if is_line else XL_CHART_TYPE.BAR_CLUSTERED
    place = (Inches(MARGIN), Inches(top), Inches(wide), Inches(high))
    shape = slide.shapes.add_chart(kind, *place, lines(chart) if is_line else bars(chart))
    shape._element.nvGraphicFramePr.cNvPr.set("descr", chart.alt)  # noqa: SLF001 - no public way
    dressed(shape.chart, chart, is_line=is_line)
    if is_line:
        by_month(shape.chart)
    elif "hours_from" in chart.rows.columns:
        whiskers(shape.chart, chart)


def lines(chart: Chart) -> Any:  # noqa: ANN401 - see finished
    """Return the weeks with one series a measure."""
    from pptx.chart.data import CategoryChartData  # noqa: PLC0415 - see render

    data = CategoryChartData(number_format="0%")
    rows = chart.rows.pivot(on="measure", index="begins_on", values="share").sort("begins_on")
    data.categories = rows.get_column("begins_on").to_list()
    for name in (one for one in MEASURES if one in rows.columns):
        data.add_series(name, rows.get_column(name).to_list())
    return data


def bars(chart: Chart) -> Any:  # noqa: ANN401 - see finished
    """Return hours by project or automation."""
    from pptx.chart.data import CategoryChartData  # noqa: PLC0415 - see render

    data = CategoryChartData(number_format="#,##0")
    # The workbook inside the chart would run a name that begins like a formula.
    data.categories = [str(neutral(plain(name, SHORT))) for name in chart.rows.get_column(chart.rows.columns[0])]
    data.add_series("Hours", chart.rows.get_column("hours").to_list())
    return data


def by_month(drawn: Any) -> None:  # noqa: ANN401 - see finished
    """Write one label a month below the weeks."""
    from pptx.oxml import parse_xml  # noqa: PLC0415 - see render

    axis = drawn.category_axis._element  # noqa: SLF001 - no public way to a date axis' steps
    for name, value in (("baseTimeUnit", "days"), ("majorUnit", "1"), ("majorTimeUnit", "months")):
        for old in axis.findall(f"{{{CHART_SPACE}}}{name}"):
            axis.remove(old)
        axis.append(parse_xml(f'<c:{name} xmlns:c="{CHART_SPACE}" val="{value}"/>'))


def whiskers(drawn: Any, chart: Chart) -> None:  # noqa: ANN401 - see finished
    """Draw the intervals: no bar stands without one."""
    from pptx.oxml import parse_xml  # noqa: PLC0415 - see render

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


def dressed(drawn: Any, chart: Chart, *, is_line: bool) -> None:  # noqa: ANN401 - see finished
    """Give a chart its colours, axes and labels."""
    from pptx.dml.color import RGBColor  # noqa: PLC0415 - see render
    from pptx.enum.chart import XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION  # noqa: PLC0415 - see render
    from pptx.util import Pt  # noqa: PLC0415 - see render

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


def _filled(series: Any) -> Any:  # noqa: ANN401 - see finished
    series.format.fill.solid()
    series.invert_if_negative = False
    return series.format.fill.fore_color
