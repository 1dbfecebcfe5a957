"""The report as slides: 16:9, native charts that stay editable, the method in the notes of every slide."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any
from unicodedata import east_asian_width

from dashboard.reports.closing import build_closing_lines
from dashboard.reports.document import Content, KeyNumber, Section, Table, clean_text, shorten_notes
from dashboard.reports.native_charts import SLIDE_NAME_LENGTH, draw_chart
from dashboard.reports.office_zip import normalize_zip
from dashboard.theme import TEXT

TITLE = "Slides"
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
SUFFIX = ".pptx"

SLIDE_WIDTH, SLIDE_HEIGHT = 13.333, 7.5  # inches
MARGIN = 0.6
CONTENT_WIDTH = SLIDE_WIDTH - 2 * MARGIN
CONTENT_TOP, CONTENT_BOTTOM = 1.3, SLIDE_HEIGHT - 0.62  # where a slide's own part begins and ends
TITLE_LAYOUT = 5  # layout of the built-in template
FONT = "Arial"  # on every desk, or with a stand-in of the same widths

MAX_NOTE_LINES = 5  # lines below a chart
MAX_SECTIONS = 3  # sections side by side
MAX_COLUMNS_BESIDE = 5  # columns that fit beside a chart
MAX_ROWS_BELOW = 5  # rows that fit below one
ROW_HEIGHT = 0.36  # inches
MAX_FONT_SIZE, MIN_FONT_SIZE = 18, 10  # points of running text
LETTER_WIDTH, LINE_HEIGHT = 0.52, 1.25  # width of a letter and height of a line, of the font's size
SOFT, PALE, ACCENT, STRIPE = "4A5160", "EEF3F7", "0B6E9E", "F6F8FA"
NAVY = TEXT["light"].lstrip("#")
DRAWING_NAMESPACE = "http://schemas.openxmlformats.org/drawingml/2006/main"


def render_report(content: Content) -> bytes:
    """Return the report as PPTX."""
    from pptx import Presentation  # noqa: PLC0415 - only this format needs it
    from pptx.util import Inches  # noqa: PLC0415 - see above

    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(SLIDE_WIDTH), Inches(SLIDE_HEIGHT)
    method = "\n".join(f"{entry.term}: {entry.text}" for entry in content.definitions)
    draw_opening(deck, content)
    for is_text, group in groupby(content.sections, lambda section: not (section.charts or section.tables)):
        for pair in pair_sections(list(group)) if is_text else ():
            draw_text_slide(deck, pair, content, method)
        for section in () if is_text else group:
            draw_section_slide(deck, section, content, method)
    if content.decisions:
        slide = add_slide(deck, "What to decide", content, method)
        decisions = [f"{number}. {decision}" for number, decision in enumerate(content.decisions, 1)]
        write_lines(slide, decisions, (MARGIN, 1.6, CONTENT_WIDTH, 4.8), size=22, after=18)
    if content.definitions:
        slide = add_slide(deck, "Methods and definitions", content, method)
        terms = method.split("\n")
        write_lines(
            slide,
            terms,
            (MARGIN, CONTENT_TOP, CONTENT_WIDTH, CONTENT_BOTTOM - CONTENT_TOP),
            size=fit_font_size(terms, CONTENT_WIDTH, CONTENT_BOTTOM - CONTENT_TOP, 6),
            after=6,
        )
    return save_deck(deck, content)


def pair_sections(sections: list[Section]) -> Iterator[list[Section]]:
    """Yield the sections in pairs, or all three together."""
    step = MAX_SECTIONS if len(sections) == MAX_SECTIONS else MAX_SECTIONS - 1
    for start in range(0, len(sections), step):
        yield sections[start : start + step]


def save_deck(deck: Any, content: Content) -> bytes:  # noqa: ANN401 - python-pptx has no types
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
    return normalize_zip(out.getvalue(), day)


def add_slide(deck: Any, title: str, content: Content, notes: str) -> Any:  # noqa: ANN401 - see save_deck
    """Return a new slide with its title, its foot with the number, and its notes."""
    from pptx.util import Inches, Pt  # noqa: PLC0415 - see render_report

    slide = deck.slides.add_slide(deck.slide_layouts[TITLE_LAYOUT])
    title_box = slide.shapes.title
    title_box.left, title_box.top, title_box.width, title_box.height = (
        Inches(length) for length in (MARGIN, 0.35, CONTENT_WIDTH, 0.8)
    )
    title_box.text_frame.text = title
    title_box.text_frame.margin_left = 0
    style_paragraph(title_box.text_frame.paragraphs[0], Pt(30), NAVY, bold=True)
    draw_rectangle(slide, (0, 0.45, 0.18, 0.6), ACCENT)
    foot = [f"{content.about}. {' '.join(build_closing_lines(content)[:2])}"]
    write_lines(slide, foot, (MARGIN, SLIDE_HEIGHT - 0.55, CONTENT_WIDTH - 1, 0.4), size=9, colour=SOFT)
    write_slide_number(slide, len(deck.slides))
    slide.notes_slide.notes_text_frame.text = "\n".join(filter(None, (notes, *build_closing_lines(content))))
    return slide


def write_slide_number(slide: Any, number: int) -> None:  # noqa: ANN401 - see save_deck
    """Write the slide's number at the right of its foot, as a field that follows when slides move."""
    from pptx.oxml import parse_xml  # noqa: PLC0415 - see render_report
    from pptx.util import Inches  # noqa: PLC0415 - see above

    lengths = (Inches(length) for length in (SLIDE_WIDTH - MARGIN - 0.8, SLIDE_HEIGHT - 0.55, 0.8, 0.4))
    frame = slide.shapes.add_textbox(*lengths).text_frame
    frame.paragraphs[0]._p.append(  # noqa: SLF001 - fields have no public way
        parse_xml(
            f'<a:fld xmlns:a="{DRAWING_NAMESPACE}" id="{{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}}" type="slidenum">'
            f'<a:rPr lang="en-US" sz="900"><a:solidFill><a:srgbClr val="{SOFT}"/></a:solidFill></a:rPr>'
            f"<a:t>{number}</a:t></a:fld>"
        )
    )
    frame.paragraphs[0]._p.get_or_add_pPr().set("algn", "r")  # noqa: SLF001 - beside a field no run carries it


def draw_rectangle(slide: Any, box: tuple[float, float, float, float], colour: str) -> None:  # noqa: ANN401 - see save_deck
    """Draw a filled rectangle, for decoration only."""
    from pptx.dml.color import RGBColor  # noqa: PLC0415 - see render_report
    from pptx.enum.shapes import MSO_SHAPE  # noqa: PLC0415 - see render_report
    from pptx.util import Inches  # noqa: PLC0415 - see above

    shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *(Inches(length) for length in box))
    shape.fill.solid()
    shape.fill.fore_color.rgb = RGBColor.from_string(colour)
    shape.line.fill.background()
    shape.shadow.inherit = False


def style_paragraph(paragraph: Any, size: Any, colour: str, *, bold: bool = False) -> None:  # noqa: ANN401 - see save_deck
    """Style a paragraph and align it to the left."""
    from pptx.dml.color import RGBColor  # noqa: PLC0415 - see render_report
    from pptx.enum.text import PP_ALIGN  # noqa: PLC0415 - see render_report

    paragraph.alignment = PP_ALIGN.LEFT
    for run in paragraph.runs:
        run.font.size, run.font.bold = size, bold
        run.font.color.rgb = RGBColor.from_string(colour)


def write_lines(
    slide: Any,  # noqa: ANN401 - see save_deck
    lines: Sequence[str],
    box: tuple[float, float, float, float],
    *,
    size: float,
    colour: str = NAVY,
    bold: bool = False,
    after: float = 4,
) -> None:
    """Write lines into a box (left, top, width, height in inches), always as plain text."""
    from pptx.util import Inches, Pt  # noqa: PLC0415 - see render_report

    frame = slide.shapes.add_textbox(*(Inches(length) for length in box)).text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = 0
    for index, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if index == 0 else frame.add_paragraph()
        paragraph.add_run().text = line
        paragraph.space_after = Pt(after)
        style_paragraph(paragraph, Pt(size), colour, bold=bold)


def estimate_height(lines: Sequence[str], width: float, size: float, spacing: float = 4) -> float:
    """Return how many inches lines take in a box of that width, erring on the high side."""
    letters = width * 72 / (size * LETTER_WIDTH)
    rows = sum(math.ceil(max(measure_length(line), 1) / letters) for line in lines)
    return (rows * size * LINE_HEIGHT + len(lines) * spacing) / 72 + 0.1


def measure_length(line: str) -> int:
    """Return how many letters wide a line is: wide ones count double."""
    return sum(2 if letter in "WM@" or east_asian_width(letter) in "WF" else 1 for letter in line)


def fit_font_size(lines: Sequence[str], width: float, height: float, spacing: float = 4) -> float:
    """Return the largest font size at which lines fit a box, or the smallest where none does."""
    sizes = range(MAX_FONT_SIZE, MIN_FONT_SIZE, -1)
    return next((size for size in sizes if estimate_height(lines, width, size, spacing) <= height), MIN_FONT_SIZE)


def draw_opening(deck: Any, content: Content) -> None:  # noqa: ANN401 - see save_deck
    """Draw the first slide: the headline and the large numbers."""
    slide = add_slide(deck, content.title, content, f"Compared with {content.compared}.")
    write_lines(slide, [content.about], (MARGIN, 1.1, CONTENT_WIDTH, 0.4), size=14, colour=SOFT)
    write_lines(slide, [str(content.headline)], (MARGIN, 1.65, CONTENT_WIDTH, 1.7), size=24, bold=True)
    if content.note:
        size = fit_font_size([content.note], CONTENT_WIDTH, 0.95)
        write_lines(slide, [content.note], (MARGIN, 3.35, CONTENT_WIDTH, 0.95), size=size, colour=SOFT)
    width = (CONTENT_WIDTH + 0.2) / len(content.numbers)
    for index, key in enumerate(content.numbers):
        draw_key_number(slide, key, MARGIN + index * width, width - 0.2)


def draw_key_number(slide: Any, key: KeyNumber, left_edge: float, width: float) -> None:  # noqa: ANN401 - see save_deck
    """Draw one of the large numbers."""
    draw_rectangle(slide, (left_edge, 4.45, width, 2.05), PALE)
    inner, width = left_edge + 0.2, width - 0.4
    write_lines(slide, [key.label], (inner, 4.55, width, 0.4), size=14, colour=SOFT)
    write_lines(slide, [str(key.number or "–")], (inner, 4.9, width, 0.8), size=34, colour=ACCENT, bold=True)
    write_lines(slide, [key.beside], (inner, 5.65, width, 0.8), size=12, colour=SOFT)


def draw_text_slide(deck: Any, sections: list[Section], content: Content, method: str) -> None:  # noqa: ANN401 - see save_deck
    """Draw one or two sections that hold sentences only, side by side."""
    slide = add_slide(deck, " · ".join(section.title for section in sections), content, method)
    width = (CONTENT_WIDTH + 0.5) / len(sections) - 0.5
    texts = [[str(sentence) for sentence in section.sentences] for section in sections]
    size = min(fit_font_size(lines, width, CONTENT_BOTTOM - CONTENT_TOP - 0.6, 10) for lines in texts)
    for index, (section, lines) in enumerate(zip(sections, texts, strict=True)):
        left_edge = MARGIN + index * (width + 0.5)
        if len(sections) > 1:
            write_lines(slide, [section.title], (left_edge, CONTENT_TOP, width, 0.5), size=18, colour=ACCENT, bold=True)
        top = CONTENT_TOP + (0.5 if len(sections) > 1 else 0)
        write_lines(slide, lines, (left_edge, top, width, CONTENT_BOTTOM - top), size=size, after=10)


def draw_section_slide(deck: Any, section: Section, content: Content, method: str) -> None:  # noqa: ANN401 - see save_deck
    """Draw a section: its words, its chart, the last table beside or below, further tables on their own slides."""
    slide = add_slide(deck, section.title, content, method)
    paragraph = [" ".join(map(str, section.sentences))]
    size = fit_font_size(paragraph, CONTENT_WIDTH, 1.6)
    write_lines(slide, paragraph, (MARGIN, CONTENT_TOP, CONTENT_WIDTH, 1.6), size=size)
    top = CONTENT_TOP + estimate_height(paragraph, CONTENT_WIDTH, size) + 0.1
    last = section.tables[-1] if section.tables else None
    beside = bool(section.charts) and last is not None and len(last.columns) <= MAX_COLUMNS_BESIDE
    below = not beside and last is not None and (not section.charts or len(last.rows) <= MAX_ROWS_BELOW)
    width = CONTENT_WIDTH * (0.5 if beside else 1.0)
    bottom = CONTENT_BOTTOM - (ROW_HEIGHT * (len(last.rows) + 1) + 0.5 if below and last else 0)
    for chart in section.charts[:1]:
        notes = shorten_notes(chart.notes, MAX_NOTE_LINES)
        notes_height = estimate_height(notes, width, MIN_FONT_SIZE, 0) if notes else 0
        draw_chart(slide, chart, (MARGIN, top, width, bottom - top - notes_height))
        if notes:
            write_lines(
                slide,
                notes,
                (MARGIN, bottom - notes_height, width, notes_height),
                size=MIN_FONT_SIZE,
                colour=SOFT,
                after=0,
            )
    if last and beside:
        draw_table(slide, last, MARGIN + width + 0.2, top + 0.1, width - 0.2)
    if last and below:
        draw_table(slide, last, MARGIN, bottom + 0.1 if section.charts else top + 0.1, CONTENT_WIDTH)
    for table in section.tables[:-1] if beside or below else section.tables:
        draw_table(add_slide(deck, table.title, content, method), table, MARGIN, CONTENT_TOP, CONTENT_WIDTH)


def draw_table(slide: Any, table: Table, left_edge: float, top: float, width: float) -> None:  # noqa: ANN401 - see save_deck
    """Draw a table with its note below; the first column is wider than the others."""
    from pptx.util import Inches  # noqa: PLC0415 - see above

    is_wide = width > SLIDE_WIDTH / 2
    height = (ROW_HEIGHT if is_wide else 0.32) * (len(table.rows) + 1)
    box = (Inches(left_edge), Inches(top), Inches(width), Inches(height))
    shape = slide.shapes.add_table(len(table.rows) + 1, len(table.columns), *box)
    shape._element.nvGraphicFramePr.cNvPr.set("descr", f"Table: {table.title}")  # noqa: SLF001 - no public way
    narrow = width * 0.62 / (len(table.columns) - 1)
    for index, column in enumerate(shape.table.columns):
        column.width = Inches(width * 0.38 if index == 0 else narrow)
    heads: tuple[str, ...] = tuple(column.label for column in table.columns)
    for row, cells in enumerate((heads, *table.rows)):
        for index, (value, column) in enumerate(zip(cells, table.columns, strict=True)):
            text = "–" if value is None else clean_text(value, SLIDE_NAME_LENGTH) if index == 0 else str(value)
            fill_cell(shape.table.cell(row, index), text, 13 if is_wide else 10, row, is_number=column.is_number)
    if table.note:
        write_lines(slide, [table.note], (left_edge, top + height + 0.1, width, 0.5), size=10, colour=SOFT)


def fill_cell(box: Any, text: str, size: float, row: int, *, is_number: bool) -> None:  # noqa: ANN401 - see save_deck
    """Fill one cell; row 0 is the head, every other row is striped."""
    from pptx.dml.color import RGBColor  # noqa: PLC0415 - see render_report
    from pptx.enum.text import MSO_ANCHOR, PP_ALIGN  # noqa: PLC0415 - see render_report
    from pptx.util import Inches, Pt  # noqa: PLC0415 - see render_report

    box.margin_top = box.margin_bottom = Inches(0.02)
    box.margin_left = box.margin_right = Inches(0.08)
    box.vertical_anchor = MSO_ANCHOR.MIDDLE
    box.fill.solid()
    box.fill.fore_color.rgb = RGBColor.from_string(PALE if row == 0 else STRIPE if row % 2 == 0 else "FFFFFF")
    paragraph = box.text_frame.paragraphs[0]
    paragraph.add_run().text = text
    style_paragraph(paragraph, Pt(size), NAVY, bold=row == 0)
    paragraph.alignment = PP_ALIGN.RIGHT if is_number else PP_ALIGN.LEFT
