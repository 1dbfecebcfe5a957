"""The report as PDF: tagged, PDF/UA-1, its own fonts, one page and an annex; the same content, the same bytes."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from dashboard.reports.answers import HASH_LENGTH
from dashboard.reports.chart_images import draw_png, draw_svg, list_font_folders
from dashboard.reports.closing import build_closing_lines
from dashboard.reports.document import Chart, Content, Section, Table, shorten_notes
from dashboard.reports.request import Paper

if TYPE_CHECKING:
    import typst

TITLE = "PDF"
MEDIA_TYPE = "application/pdf"
SUFFIX = ".pdf"

PAPER_SIZES = {Paper.a4: "a4", Paper.letter: "us-letter"}
MAX_PAGES = 3  # one page for management, and its annex
PREVIEW_PPI = 110.0  # dots per inch of a preview
FONT_SIZES = (9.4, 8.8, 8.2, 7.6)  # points; the largest that keeps to these pages
STANDARDS: list[typst.PDFStandard] = ["ua-1"]
MAX_NOTE_LINES = 4  # lines below a chart; the first page is one page
MISSING_LETTER = "\N{REPLACEMENT CHARACTER}"  # stands for a letter that no font here has
_LONG_WORD = re.compile(r"\S{15,}")  # fits no column of names
ASCII_STEP, CLUSTER_STEP = 4, 12  # letters between break points; other scripts join letters, which a break would part
_HOURS = re.compile(r"(?<=\d) h\b")
_UNSHOWN_TEXT = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)


def render_report(content: Content) -> bytes:
    """Return the report as PDF. A letter that no font here has is printed as a replacement mark."""
    pdf: bytes = _compile_report(
        content, {"format": "pdf", "pdf_standards": STANDARDS, "timestamp": creation_time(content)}
    )
    return pdf


def render_pages(content: Content) -> list[bytes]:
    """Return the pages as they will print, as PNG images."""
    images = _compile_report(content, {"format": "png", "ppi": PREVIEW_PPI})
    return images if isinstance(images, list) else [images]


def _compile_report(content: Content, options: dict[str, Any]) -> Any:  # noqa: ANN401 - bytes, or a list of them
    import typst  # noqa: PLC0415 - heavy, and only this format needs it

    data = replace_missing_letters(json.dumps(build_document(content), ensure_ascii=False))
    try:
        return compile_fitting(content, data, options)
    except typst.TypstError:
        # Letters that a font has one by one can still form a cluster that it lacks.
        return compile_fitting(content, replace_non_ascii(data), options)


def allow_breaks(text: str) -> str:
    """Return text with break points inside very long words, so that they fill the lines of a narrow column."""

    def split_word(match: re.Match[str]) -> str:
        step = ASCII_STEP if match[0].rstrip("…").isascii() else CLUSTER_STEP
        return "\N{ZERO WIDTH SPACE}".join(match[0][start : start + step] for start in range(0, len(match[0]), step))

    return _LONG_WORD.sub(split_word, text)


def replace_missing_letters(data: str) -> str:
    """Return the data with replacement marks for the letters that no font here has."""
    import typst  # noqa: PLC0415 - heavy, and only this format needs it

    letters = "".join(sorted(letter for letter in set(data) if not letter.isascii()))
    try:
        typst.compile(
            files("dashboard.reports").joinpath("letters.typ").read_bytes(),
            format="pdf",
            font_paths=_load_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"letters": letters},
            pdf_standards=STANDARDS,
        )
    except typst.TypstError as error:
        unshown = {parse_letter(message) for message in _UNSHOWN_TEXT.findall(error.diagnostic)}
        return "".join(MISSING_LETTER if letter in unshown else letter for letter in data)
    return data


def parse_letter(message: str) -> str:
    """Return the letter that an error message names, maybe by its code."""
    code = re.fullmatch(r"\\u\{([0-9a-f]+)\}", message)
    return chr(int(code[1], 16)) if code else message


def compile_fitting(content: Content, data: str, options: dict[str, Any]) -> Any:  # noqa: ANN401 - see _compile_report
    """Return the document in the largest type that keeps to one page and its annex, or in the smallest."""
    import typst  # noqa: PLC0415 - heavy, and only this format needs it

    template = files("dashboard.reports").joinpath("report.typ").read_bytes()
    inputs = {"data": data, "paper": PAPER_SIZES[content.request.paper]}
    fonts: dict[str, Any] = {"font_paths": _load_fonts(), "ignore_system_fonts": True}
    for size in FONT_SIZES:
        inputs["size"] = str(size)
        lengths = json.loads(typst.query(template, "<lengths>", field="value", one=True, sys_inputs=inputs, **fonts))
        if lengths["front"] == 1 and lengths["pages"] <= MAX_PAGES:
            break
    return typst.compile(template, sys_inputs=inputs, **fonts, **options)


@cache
def _load_fonts() -> typst.Fonts:
    """Return the fonts that come with the program; the machine's own would give other bytes elsewhere."""
    import typst  # noqa: PLC0415 - heavy, and only this format needs it

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(list_font_folders()))


def creation_time(content: Content) -> datetime:
    """Return the creation time written into the file: the day of the data, not the clock's."""
    day = content.provenance.as_of or content.request.last.isoformat()
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def build_document(content: Content) -> dict[str, Any]:
    """Return the content as plain texts for the template."""
    return {
        "title": content.title,
        "about": f"{content.about}, compared with {content.compared}",
        "headline": _HOURS.sub("\N{NO-BREAK SPACE}h", str(content.headline)),
        "note": content.note,
        "letterhead": content.letterhead.describe(),
        "logo": build_logo_data(content),
        "numbers": [
            {"label": key.label, "number": str(key.number or "–"), "beside": key.beside} for key in content.numbers
        ],
        "lead": build_chart_data(lead) if (lead := content.leading_chart()) else None,
        "sections": [build_section_data(content, section) for section in content.sections],
        "decisions": [
            {"recommendation": str(decision.recommendation), "worth": str(decision.worth)}
            for decision in content.decisions
        ],
        "remarks": [{"label": remark.label, "text": str(remark)} for remark in content.remarks],
        "definitions": [{"term": entry.term, "text": entry.text} for entry in content.definitions],
        "closing": build_closing_lines(content),
        "foot": f"{content.title}: {content.about}",
        "hash": content.provenance.content_hash[:HASH_LENGTH],
    }


def build_logo_data(content: Content) -> dict[str, Any] | None:
    """Return the logo as plain values, or None."""
    logo = content.letterhead.logo
    alt = f"Logo of {content.letterhead.team}" if content.letterhead.team else "Logo"
    return {"format": logo.style, "bytes": list(logo.data), "alt": alt} if logo else None


def build_section_data(content: Content, section: Section) -> dict[str, Any]:
    """Return a section as plain texts."""
    return {
        "title": section.title,
        "text": " ".join(map(str, section.sentences)),
        "charts": [build_chart_data(chart) for chart in content.list_annex_charts(section)],
        "tables": [build_table_data(table) for table in section.tables],
    }


def build_chart_data(chart: Chart) -> dict[str, Any]:
    """Return a chart as a drawing; as pixels where it has joining letters, which lose their codes in a drawing."""
    svg = draw_svg(chart)
    joins = any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in set(svg))
    image = {"format": "png", "pixels": list(draw_png(chart))} if joins else {"format": "svg", "drawing": svg}
    notes = [allow_breaks(line) for line in shorten_notes(chart.notes, MAX_NOTE_LINES)]
    return {"title": chart.title, "alt": chart.alt, "notes": notes, **image}


def build_table_data(table: Table) -> dict[str, Any]:
    """Return a table as plain texts."""
    return {
        "title": table.title,
        "columns": [{"label": column.label, "number": column.is_number} for column in table.columns],
        "rows": [[None if cell is None else allow_breaks(str(cell)) for cell in row] for row in table.rows],
        "note": table.note,
    }


def replace_non_ascii(data: str) -> str:
    """Return the data with replacement marks for all letters beyond ASCII."""
    return "".join(letter if letter.isascii() else MISSING_LETTER for letter in data)
