"""The report as slides: 16:9, native charts that stay editable, the method in the notes of every slide."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from unicodedata import east_asian_width

from dashboard.reports.closing import build_closing_lines, describe_as_of
from dashboard.reports.document import Chart, Content, KeyNumber, Section, Table, clean_text, shorten_notes
from dashboard.reports.letterhead import draw_logo_pixels
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

HEAD_ROWS = 1.3  # of a table's head, which may have two lines
TABLE_SIZE, BOLD = 13, 1.12  # points of a table's text; how much wider the bold letters of its head are
CELL_MARGINS, MIN_NAME_SHARE = 0.2, 0.25  # inches at both sides of a cell; of a table's width, for the names
MAX_NOTE_LINES = 5  # lines below a chart
ROW_HEIGHT = 0.36  # inches
MAX_TITLE_LENGTH = 135  # letters of a sentence that can be a title
TITLE_SIZES, MIN_TITLE_SIZE = {60: 28, 140: 22}, 18  # points of a title by its letters: at most two lines
ANNEX = "Annex"
REMARKS_TOP = 5.2  # inches
LOGO_TOP, LOGO_BOX = 6.1, (2.2, 0.6)  # inches: above the foot, at the right
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
    if content.decisions:
        draw_decisions(deck, content, method)
    if lead := content.leading_chart():
        message = next((section.message for section in content.sections if section.message), lead.title)
        draw_chart_notes(add_slide(deck, message, content, method, lead.title), lead, CONTENT_TOP)
    for section in content.sections:
        draw_section(deck, section, content, method)
    if content.definitions:
        slide = add_slide(deck, "Methods and definitions", content, method, ANNEX)
        terms = [*method.split("\n"), *build_closing_lines(content)]
        height = CONTENT_BOTTOM - CONTENT_TOP
        size = fit_font_size(terms, CONTENT_WIDTH, height, 6)
        write_lines(slide, terms, (MARGIN, CONTENT_TOP, CONTENT_WIDTH, height), size=size, after=6)
    return save_deck(deck, content)


def draw_decisions(deck: Any, content: Content, method: str) -> None:  # noqa: ANN401 - see save_deck
    """Draw what to decide: the first recommendation is the title."""
    first = str(content.decisions[0].recommendation)
    slide = add_slide(deck, first, content, method, "Decide")
    lines = [f"{number}. {decision}" for number, decision in enumerate(content.decisions, 1)]
    write_lines(slide, lines, (MARGIN, 1.6, CONTENT_WIDTH, 4.8), size=22, after=18)


def save_deck(deck: Any, content: Content) -> bytes:  # noqa: ANN401 - python-pptx has no types
    """Return the deck's bytes, with the day of the data for every time stamp in it."""
    day = datetime.fromisoformat(content.provenance.as_of or content.request.last.isoformat()).replace(tzinfo=UTC)
    core = deck.core_properties
    core.title, core.subject, core.author, core.last_modified_by = (
        content.title,
        content.about,
        content.letterhead.author or "Labeltime",
        "",
    )
    core.created = core.modified = day
    core.revision = 1
    for part in deck.part.package.iter_parts():
        if "/theme/" in part.partname:
            part._blob = part.blob.replace(b'latin typeface="Calibri"', f'latin typeface="{FONT}"'.encode())  # noqa: SLF001 - a theme has no public way
    out = io.BytesIO()
    deck.save(out)
    return normalize_zip(out.getvalue(), day)


def add_slide(deck: Any, title: str, content: Content, notes: str, label: str = "") -> Any:  # noqa: ANN401 - see save_deck
    """Return a new slide with its title, a small label above it, its foot with the number, and its notes."""
    from pptx.util import Inches, Pt  # noqa: PLC0415 - see render_report

    slide = deck.slides.add_slide(deck.slide_layouts[TITLE_LAYOUT])
    title_box = slide.shapes.title
    title_box.left, title_box.top, title_box.width, title_box.height = (
        Inches(length) for length in (MARGIN, 0.42, CONTENT_WIDTH, 0.85)
    )
    title_box.text_frame.text = title
    title_box.text_frame.margin_left = 0
    title_box.text_frame.word_wrap = True
    size = next((size for limit, size in TITLE_SIZES.items() if measure_length(title) <= limit), MIN_TITLE_SIZE)
    style_paragraph(title_box.text_frame.paragraphs[0], Pt(size), NAVY, bold=True)
    if label:
        write_lines(slide, [label], (MARGIN, 0.15, CONTENT_WIDTH, 0.3), size=12, colour=SOFT)
    draw_rectangle(slide, (0, 0.45, 0.18, 0.6), ACCENT)
    foot = [f"{content.title}: {content.about}. {describe_as_of(content)}."]
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
    """Draw the first slide: the message, the large numbers, and how sure they are."""
    about = f"{content.about}, compared with {content.compared}"
    label = " · ".join(filter(None, (content.letterhead.describe(), about)))
    slide = add_slide(deck, str(content.headline), content, f"Compared with {content.compared}.", label)
    draw_logo(slide, content)
    if content.note:
        size = fit_font_size([content.note], CONTENT_WIDTH, 0.95)
        write_lines(slide, [content.note], (MARGIN, 1.5, CONTENT_WIDTH, 0.95), size=size, colour=SOFT)
    width = (CONTENT_WIDTH + 0.2) / len(content.numbers)
    for index, key in enumerate(content.numbers):
        draw_key_number(slide, key, MARGIN + index * width, width - 0.2)
    remarks = [f"{remark.label}: {remark}" for remark in content.remarks]
    height = CONTENT_BOTTOM - REMARKS_TOP
    size = fit_font_size(remarks, CONTENT_WIDTH, height)
    write_lines(slide, remarks, (MARGIN, REMARKS_TOP, CONTENT_WIDTH, height), size=size, colour=SOFT)


def draw_logo(slide: Any, content: Content) -> None:  # noqa: ANN401 - see save_deck
    """Draw the logo at the right of the first slide; a drawing as pixels, since slides hold only those."""
    from pptx.util import Inches  # noqa: PLC0415 - see render_report

    logo = content.letterhead.logo
    if logo is None:
        return
    pixels = logo.data if logo.style == "png" else draw_logo_pixels(logo, LOGO_BOX)
    picture = slide.shapes.add_picture(io.BytesIO(pixels), 0, 0)
    factor = min(Inches(LOGO_BOX[0]) / picture.width, Inches(LOGO_BOX[1]) / picture.height)
    picture.width, picture.height = int(picture.width * factor), int(picture.height * factor)
    picture.left, picture.top = Inches(SLIDE_WIDTH - MARGIN) - picture.width, Inches(LOGO_TOP)
    picture._element.nvPicPr.cNvPr.set("descr", "Logo")  # noqa: SLF001 - no public way


def draw_key_number(slide: Any, key: KeyNumber, left_edge: float, width: float) -> None:  # noqa: ANN401 - see save_deck
    """Draw one of the large numbers."""
    draw_rectangle(slide, (left_edge, 2.6, width, 2.3), PALE)
    inner, width = left_edge + 0.2, width - 0.4
    write_lines(slide, [key.label], (inner, 2.7, width, 0.4), size=14, colour=SOFT)
    write_lines(slide, [str(key.number or "–")], (inner, 3.05, width, 0.8), size=34, colour=ACCENT, bold=True)
    write_lines(slide, [key.beside], (inner, 3.85, width, 1.0), size=13, colour=SOFT)


def draw_section(deck: Any, section: Section, content: Content, method: str) -> None:  # noqa: ANN401 - see save_deck
    """Draw a section: its message with what explains it and its chart, then each table on a slide of its own."""
    is_told = bool(section.message) and content.leading_chart() is not None  # on the slide of that chart
    message, sentences = split_message(replace(section, message="") if is_told else section)
    if not (sentences or section.tables or section.charts):
        return  # a slide of a title alone, such as that nothing can be projected yet
    slide = add_slide(deck, message, content, method, section.title)
    charts = content.list_annex_charts(section)
    height = 1.3 if charts else CONTENT_BOTTOM - CONTENT_TOP
    lines = [" ".join(sentences)] if charts else sentences
    if sentences:
        size = fit_font_size(lines, CONTENT_WIDTH, height, 10)
        write_lines(slide, lines, (MARGIN, CONTENT_TOP, CONTENT_WIDTH, height), size=size, after=10)
    for chart in charts[:1]:
        used = estimate_height(lines, CONTENT_WIDTH, size) + 0.1 if sentences else 0
        draw_chart_notes(slide, chart, CONTENT_TOP + used)
    for table in section.tables:
        table_slide = add_slide(deck, table.title, content, method, f"{ANNEX}: {section.title}")
        draw_table(table_slide, table, MARGIN, CONTENT_TOP, CONTENT_WIDTH)


def split_message(section: Section) -> tuple[str, list[str]]:
    """Return the title of a section's slide, a sentence where one is short enough, and the sentences below it."""
    sentences = [str(sentence) for sentence in section.sentences]
    if section.message and len(section.message) <= MAX_TITLE_LENGTH:
        return section.message, sentences
    if sentences and len(sentences[0]) <= MAX_TITLE_LENGTH:
        return sentences[0], sentences[1:]
    return section.title, sentences


def draw_chart_notes(slide: Any, chart: Chart, top: float) -> None:  # noqa: ANN401 - see save_deck
    """Draw a chart down to the foot of the slide, its notes below it."""
    notes = shorten_notes(chart.notes, MAX_NOTE_LINES)
    height = estimate_height(notes, CONTENT_WIDTH, MIN_FONT_SIZE, 0) if notes else 0
    draw_chart(slide, chart, (MARGIN, top, CONTENT_WIDTH, CONTENT_BOTTOM - top - height))
    if notes:
        box = (MARGIN, CONTENT_BOTTOM - height, CONTENT_WIDTH, height)
        write_lines(slide, notes, box, size=MIN_FONT_SIZE, colour=SOFT, after=0)


def draw_table(slide: Any, table: Table, left_edge: float, top: float, width: float) -> None:  # noqa: ANN401 - see save_deck
    """Draw a table with its note below; names have the width that the other columns do not need."""
    from pptx.util import Inches  # noqa: PLC0415 - see above

    height = ROW_HEIGHT * (len(table.rows) + HEAD_ROWS)
    box = (Inches(left_edge), Inches(top), Inches(width), Inches(height))
    shape = slide.shapes.add_table(len(table.rows) + 1, len(table.columns), *box)
    shape._element.nvGraphicFramePr.cNvPr.set("descr", f"Table: {table.title}")  # noqa: SLF001 - no public way
    widths = measure_columns(table, width)
    shape.table.rows[0].height = Inches(HEAD_ROWS * ROW_HEIGHT)
    for table_row in list(shape.table.rows)[1:]:
        table_row.height = Inches(ROW_HEIGHT)
    for column, column_width in zip(shape.table.columns, widths, strict=True):
        column.width = Inches(column_width)
    heads: tuple[str, ...] = tuple(column.label for column in table.columns)
    for row, cells in enumerate((heads, *table.rows)):
        for index, (value, column) in enumerate(zip(cells, table.columns, strict=True)):
            text = "–" if value is None else fit_name(str(value), widths[0]) if index == 0 else str(value)
            fill_cell(shape.table.cell(row, index), text, TABLE_SIZE, row, is_number=column.is_number)
    if table.note:
        write_lines(slide, [table.note], (left_edge, top + height + 0.1, width, 0.5), size=10, colour=SOFT)


def measure_columns(table: Table, width: float) -> list[float]:
    """Return the width of each column in inches: what its longest cell and its head on two lines take.

    The first column, that of names, has what is left. Where that is too little, columns of words give way as far as
    their longest word; a number is never broken.
    """
    wanted, least = [], []
    for index, column in enumerate(table.columns[1:], 1):
        cells = ["–" if row[index] is None else str(row[index]) for row in table.rows]
        words = column.label.split()
        halves = [(" ".join(words[:cut]), " ".join(words[cut:])) for cut in range(len(words))]
        head = BOLD * min((max(map(measure_length, half)) for half in halves), default=0)
        longest_word = BOLD * max(map(measure_length, words), default=0)
        parts = cells if column.is_number else [word for cell in cells for word in cell.split()]
        wanted.append(estimate_width(max(head, *map(measure_length, cells))))
        least.append(estimate_width(max(longest_word, *map(measure_length, parts))))
    space = width * (1 - MIN_NAME_SHARE)
    excess = max(0.0, sum(wanted) - space)
    slack = sum(wanted) - sum(least)
    factor = min(1.0, excess / slack) if slack else 0.0
    widths = [full - factor * (full - low) for full, low in zip(wanted, least, strict=True)]
    scale = min(1.0, space / sum(widths)) if widths else 1.0  # for longest words that have no place beside each other
    return [width - scale * sum(widths), *(scale * one for one in widths)]


def estimate_width(letters: float) -> float:
    """Return how many inches a cell of so many letters takes."""
    return letters * TABLE_SIZE * LETTER_WIDTH / 72 + CELL_MARGINS


def fit_name(name: str, width: float) -> str:
    """Return a name, cut where it would not fit one line of a cell."""
    letters = max(SLIDE_NAME_LENGTH // 2, int((width - CELL_MARGINS) * 72 / (TABLE_SIZE * LETTER_WIDTH)))
    length = letters
    while measure_length(text := clean_text(name, length)) > letters and length > 1:
        length -= 1
    return text


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
