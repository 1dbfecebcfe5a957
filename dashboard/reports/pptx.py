"""The report as slides: 16:9, native charts that stay editable, the method in the notes of every slide."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any
from unicodedata import east_asian_width

from dashboard.reports import closing, zipped
from dashboard.reports.model import Content, KeyNumber, Section, Table, plain, shortened
from dashboard.reports.pptx_charts import SHORT, native
from dashboard.theme import TEXT

WIDE, HIGH = 13.333, 7.5  # inches
MARGIN = 0.6
ROOM = WIDE - 2 * MARGIN
TOP, FOOT = 1.3, HIGH - 0.62  # where a slide's own part begins and ends
TITLE_ONLY = 5  # layout of the built-in template
FONT = "Arial"  # on every desk, or with a stand-in of the same widths

MOST_NOTES = 5  # lines below a chart
COLUMNS = 3  # sections side by side
BESIDE = 5  # columns that fit beside a chart
BELOW = 5  # rows that fit below one
ROW = 0.36  # inches
LARGEST, SMALLEST = 18, 10  # points of running text
LETTER, LINE = 0.52, 1.25  # width of a letter and height of a line, of the font's size
SOFT, PALE, ACCENT, STRIPE = "4A5160", "EEF3F7", "0B6E9E", "F6F8FA"
NAVY = TEXT["light"].lstrip("#")
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"


def render(content: Content) -> bytes:
    """Return the report as PPTX."""
    from pptx import Presentation  # noqa: PLC0415 - only this format needs it
    from pptx.util import Inches  # noqa: PLC0415 - see above

    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDE), Inches(HIGH)
    method = "\n".join(f"{one.term}: {one.text}" for one in content.definitions)
    opening(deck, content)
    for is_told, together in groupby(content.sections, lambda one: not (one.charts or one.tables)):
        for told in side_by_side(list(together)) if is_told else ():
            of_words(deck, told, content, method)
        for section in () if is_told else together:
            of_section(deck, section, content, method)
    if content.decisions:
        slide = blank(deck, "What to decide", content, method)
        listed = [f"{at}. {one}" for at, one in enumerate(content.decisions, 1)]
        words(slide, listed, (MARGIN, 1.6, ROOM, 4.8), size=22, after=18)
    if content.definitions:
        slide = blank(deck, "Methods and definitions", content, method)
        terms = method.split("\n")
        words(slide, terms, (MARGIN, TOP, ROOM, FOOT - TOP), size=fitting(terms, ROOM, FOOT - TOP, 6), after=6)
    return finished(deck, content)


def side_by_side(sections: list[Section]) -> Iterator[list[Section]]:
    """Yield the sections by twos, or all three of three."""
    step = COLUMNS if len(sections) == COLUMNS else COLUMNS - 1
    for at in range(0, len(sections), step):
        yield sections[at : at + step]


def finished(deck: Any, content: Content) -> bytes:  # noqa: ANN401 - python-pptx has no types
    """Return the deck's bytes, with the day of the data for every time stamp in it."""
    day = datetime.fromisoformat(content.provenance.as_of or content.request.last.isoformat()).replace(tzinfo=UTC)
    core = deck.core_properties
    core.title, core.subject, core.author, core.last_modified_by = content.title, content.about, "Labeltime", ""
    core.created = core.modified = day
    core.revision = 1
    for part in deck.part.package.iter_parts():
        if "/theme/" in part.partname:
            part._blob = part.blob.replace(b'latin typeface="Calibri"', f'latin typeface="{FONT}"'.encode())  # noqa: SLF001 - a theme has no public way
    out = io.BytesIO()
    deck.save(out)
    return zipped.steady(out.getvalue(), day)


def blank(deck: Any, title: str, content: Content, notes: str) -> Any:  # noqa: ANN401 - see finished
    """Return a new slide with its title, its foot with the number, and its notes."""
    from pptx.util import Inches, Pt  # noqa: PLC0415 - see render

    slide = deck.slides.add_slide(deck.slide_layouts[TITLE_ONLY])
    head = slide.shapes.title
    head.left, head.top, head.width, head.height = (Inches(one) for one in (MARGIN, 0.35, ROOM, 0.8))
    head.text_frame.text = title
    head.text_frame.margin_left = 0
    styled(head.text_frame.paragraphs[0], Pt(30), NAVY, bold=True)
    block(slide, (0, 0.45, 0.18, 0.6), ACCENT)
    foot = [f"{content.about}. {' '.join(closing.lines(content)[:2])}"]
    words(slide, foot, (MARGIN, HIGH - 0.55, ROOM - 1, 0.4), size=9, colour=SOFT)
    numbered(slide, len(deck.slides))
    slide.notes_slide.notes_text_frame.text = "\n".join(filter(None, (notes, *closing.lines(content))))
    return slide


def numbered(slide: Any, number: int) -> None:  # noqa: ANN401 - see finished
    """Write the slide's number at the right of its foot, as a field that follows when slides move."""
    from pptx.oxml import parse_xml  # noqa: PLC0415 - see render
    from pptx.util import Inches  # noqa: PLC0415 - see render

    place = (Inches(one) for one in (WIDE - MARGIN - 0.8, HIGH - 0.55, 0.8, 0.4))
    frame = slide.shapes.add_textbox(*place).text_frame
    frame.paragraphs[0]._p.append(  # noqa: SLF001 - fields have no public way
        parse_xml(
            f'<a:fld xmlns:a="{DRAWING}" id="{{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}}" type="slidenum">'
            f'<a:rPr lang="en-US" sz="900"><a:solidFill><a:srgbClr val="{SOFT}"/></a:solidFill></a:rPr>'
            f"<a:t>{number}</a:t></a:fld>"
        )
    )
    frame.paragraphs[0]._p.get_or_add_pPr().set("algn", "r")  # noqa: SLF001 - beside a field no run carries it


def block(slide: Any, place: tuple[float, float, float, float], colour: str) -> None:  # noqa: ANN401 - see finished
    """Draw a filled rectangle that says nothing to those who do not see it."""
    from pptx.dml.color import RGBColor  # noqa: PLC0415 - see render
    from pptx.enum.shapes import MSO_SHAPE  # noqa: PLC0415 - see render
    from pptx.util import Inches  # noqa: PLC0415 - see render

    shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *(Inches(one) for one in place))
    shape.fill.solid()
    shape.fill.fore_color.rgb = RGBColor.from_string(colour)
    shape.line.fill.background()
    shape.shadow.inherit = False


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
    place: tuple[float, float, float, float],
    *,
    size: float,
    colour: str = NAVY,
    bold: bool = False,
    after: float = 4,
) -> None:
    """Write lines into a place (left, top, width, height in inches); as text, whatever they say."""
    from pptx.util import Inches, Pt  # noqa: PLC0415 - see render

    frame = slide.shapes.add_textbox(*(Inches(one) for one in place)).text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = 0
    for at, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
        paragraph.add_run().text = line
        paragraph.space_after = Pt(after)
        styled(paragraph, Pt(size), colour, bold=bold)


def height(lines: Sequence[str], wide: float, size: float, after: float = 4) -> float:
    """Return how many inches lines take in a box of that width, rather too many than too few."""
    letters = wide * 72 / (size * LETTER)
    rows = sum(math.ceil(max(length(line), 1) / letters) for line in lines)
    return (rows * size * LINE + len(lines) * after) / 72 + 0.1


def length(line: str) -> int:
    """Return how many letters wide a line is: wide ones count double."""
    return sum(2 if letter in "WM@" or east_asian_width(letter) in "WF" else 1 for letter in line)


def fitting(lines: Sequence[str], wide: float, high: float, after: float = 4) -> float:
    """Return the largest size of running text at which lines fit a place; the smallest where none does."""
    sizes = range(LARGEST, SMALLEST, -1)
    return next((size for size in sizes if height(lines, wide, size, after) <= high), SMALLEST)


def opening(deck: Any, content: Content) -> None:  # noqa: ANN401 - see finished
    """Draw the first slide: the headline and the large numbers."""
    slide = blank(deck, content.title, content, f"Compared with {content.compared}.")
    words(slide, [content.about], (MARGIN, 1.1, ROOM, 0.4), size=14, colour=SOFT)
    words(slide, [str(content.headline)], (MARGIN, 1.65, ROOM, 1.7), size=24, bold=True)
    if content.note:
        size = fitting([content.note], ROOM, 0.95)
        words(slide, [content.note], (MARGIN, 3.35, ROOM, 0.95), size=size, colour=SOFT)
    wide = (ROOM + 0.2) / len(content.numbers)
    for at, one in enumerate(content.numbers):
        card(slide, one, MARGIN + at * wide, wide - 0.2)


def card(slide: Any, one: KeyNumber, left: float, wide: float) -> None:  # noqa: ANN401 - see finished
    """Draw one of the large numbers."""
    block(slide, (left, 4.45, wide, 2.05), PALE)
    inner, wide = left + 0.2, wide - 0.4
    words(slide, [one.label], (inner, 4.55, wide, 0.4), size=14, colour=SOFT)
    words(slide, [str(one.number or "–")], (inner, 4.9, wide, 0.8), size=34, colour=ACCENT, bold=True)
    words(slide, [one.beside], (inner, 5.65, wide, 0.8), size=12, colour=SOFT)


def of_words(deck: Any, sections: list[Section], content: Content, method: str) -> None:  # noqa: ANN401 - see finished
    """Draw one or two sections that hold sentences only, side by side."""
    slide = blank(deck, " · ".join(one.title for one in sections), content, method)
    wide = (ROOM + 0.5) / len(sections) - 0.5
    told = [[str(one) for one in section.sentences] for section in sections]
    size = min(fitting(lines, wide, FOOT - TOP - 0.6, 10) for lines in told)
    for at, (section, lines) in enumerate(zip(sections, told, strict=True)):
        left = MARGIN + at * (wide + 0.5)
        if len(sections) > 1:
            words(slide, [section.title], (left, TOP, wide, 0.5), size=18, colour=ACCENT, bold=True)
        top = TOP + (0.5 if len(sections) > 1 else 0)
        words(slide, lines, (left, top, wide, FOOT - top), size=size, after=10)


def of_section(deck: Any, section: Section, content: Content, method: str) -> None:  # noqa: ANN401 - see finished
    """Draw a section: its words, its chart, the last table beside or below, further tables on their own slides."""
    slide = blank(deck, section.title, content, method)
    said = [" ".join(map(str, section.sentences))]
    size = fitting(said, ROOM, 1.6)
    words(slide, said, (MARGIN, TOP, ROOM, 1.6), size=size)
    top = TOP + height(said, ROOM, size) + 0.1
    last = section.tables[-1] if section.tables else None
    beside = bool(section.charts) and last is not None and len(last.columns) <= BESIDE
    below = not beside and last is not None and (not section.charts or len(last.rows) <= BELOW)
    wide = ROOM * (0.5 if beside else 1.0)
    end = FOOT - (ROW * (len(last.rows) + 1) + 0.5 if below and last else 0)
    for chart in section.charts[:1]:
        notes = shortened(chart.notes, MOST_NOTES)
        room = height(notes, wide, SMALLEST, 0) if notes else 0
        native(slide, chart, (MARGIN, top, wide, end - top - room))
        if notes:
            words(slide, notes, (MARGIN, end - room, wide, room), size=SMALLEST, colour=SOFT, after=0)
    if last and beside:
        grid(slide, last, MARGIN + wide + 0.2, top + 0.1, wide - 0.2)
    if last and below:
        grid(slide, last, MARGIN, end + 0.1 if section.charts else top + 0.1, ROOM)
    for other in section.tables[:-1] if beside or below else section.tables:
        grid(blank(deck, other.title, content, method), other, MARGIN, TOP, ROOM)


def grid(slide: Any, table: Table, left: float, top: float, wide: float) -> None:  # noqa: ANN401 - see finished
    """Draw a table with its note below; the first column takes what the others leave."""
    from pptx.util import Inches  # noqa: PLC0415 - see render

    is_wide = wide > WIDE / 2
    high = (ROW if is_wide else 0.32) * (len(table.rows) + 1)
    place = (Inches(left), Inches(top), Inches(wide), Inches(high))
    shape = slide.shapes.add_table(len(table.rows) + 1, len(table.columns), *place)
    shape._element.nvGraphicFramePr.cNvPr.set("descr", f"Table: {table.title}")  # noqa: SLF001 - no public way
    narrow = wide * 0.62 / (len(table.columns) - 1)
    for at, column in enumerate(shape.table.columns):
        column.width = Inches(wide * 0.38 if at == 0 else narrow)
    heads: tuple[str, ...] = tuple(column.label for column in table.columns)
    for row, cells in enumerate((heads, *table.rows)):
        for at, (value, column) in enumerate(zip(cells, table.columns, strict=True)):
            text = "–" if value is None else plain(value, SHORT) if at == 0 else str(value)
            cell(shape.table.cell(row, at), text, 13 if is_wide else 10, row, is_number=column.is_number)
    if table.note:
        words(slide, [table.note], (left, top + high + 0.1, wide, 0.5), size=10, colour=SOFT)


def cell(box: Any, text: str, size: float, row: int, *, is_number: bool) -> None:  # noqa: ANN401 - see finished
    """Fill one cell; row 0 is the head, every other row is striped."""
    from pptx.dml.color import RGBColor  # noqa: PLC0415 - see render
    from pptx.enum.text import MSO_ANCHOR, PP_ALIGN  # noqa: PLC0415 - see render
    from pptx.util import Inches, Pt  # noqa: PLC0415 - see render

    box.margin_top = box.margin_bottom = Inches(0.02)
    box.margin_left = box.margin_right = Inches(0.08)
    box.vertical_anchor = MSO_ANCHOR.MIDDLE
    box.fill.solid()
    box.fill.fore_color.rgb = RGBColor.from_string(PALE if row == 0 else STRIPE if row % 2 == 0 else "FFFFFF")
    paragraph = box.text_frame.paragraphs[0]
    paragraph.add_run().text = text
    styled(paragraph, Pt(size), NAVY, bold=row == 0)
    paragraph.alignment = PP_ALIGN.RIGHT if is_number else PP_ALIGN.LEFT
