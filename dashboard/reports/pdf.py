"""The report as PDF: tagged, PDF/UA-1, its own fonts, two pages; the same content gives the same bytes."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from dashboard.reports import closing, ink
from dashboard.reports.answers import HASH_LETTERS
from dashboard.reports.model import Chart, Content, Section, Table, shortened
from dashboard.reports.request import Paper

if TYPE_CHECKING:
    import typst

PAPERS = {Paper.a4: "a4", Paper.letter: "us-letter"}
PAGES = 2
SCREEN = 110.0  # dots an inch of a preview
SIZES = (9.4, 8.8, 8.2, 7.6)  # points; the largest that keeps to two pages
STANDARDS: list[typst.PDFStandard] = ["ua-1"]
MOST_NOTES = 4  # lines below a chart; the report has two pages
MISSING = "\N{REPLACEMENT CHARACTER}"  # stands for a letter that no font here has
_ENDLESS = re.compile(r"\S{12}(?=\S)")
_UNSHOWN = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)


def render(content: Content) -> bytes:
    """Return the report as PDF. A letter that no font here has is printed as a replacement mark."""
    written: bytes = _written(content, {"format": "pdf", "pdf_standards": STANDARDS, "timestamp": created(content)})
    return written


def pages(content: Content) -> list[bytes]:
    """Return the pages as they will print, as PNG images."""
    drawn = _written(content, {"format": "png", "ppi": SCREEN})
    return drawn if isinstance(drawn, list) else [drawn]


def _written(content: Content, how: dict[str, Any]) -> Any:  # noqa: ANN401 - bytes, or a list of them
    import typst  # noqa: PLC0415 - heavy, and only this format needs it

    data = shown(json.dumps(document(content), ensure_ascii=False))
    try:
        return compiled(content, data, how)
    except typst.TypstError:
        # Letters that are there one by one can still make a cluster that is not.
        return compiled(content, ascii_only(data), how)


def bendable(text: str) -> str:
    """Return text whose endless words may be broken."""
    return _ENDLESS.sub("\\g<0>\N{ZERO WIDTH SPACE}", text)


def shown(data: str) -> str:
    """Return the data with replacement marks for the letters that no font here has."""
    import typst  # noqa: PLC0415 - see _written

    letters = "".join(sorted({letter for letter in data if not letter.isascii()}))
    try:
        typst.compile(
            files("dashboard.reports").joinpath("letters.typ").read_bytes(),
            format="pdf",
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"letters": letters},
            pdf_standards=STANDARDS,
        )
    except typst.TypstError as error:
        unshown = {letter_of(found) for found in _UNSHOWN.findall(error.diagnostic)}
        return "".join(MISSING if letter in unshown else letter for letter in data)
    return data


def letter_of(said: str) -> str:
    """Return the letter that an error message names, maybe by its code."""
    coded = re.fullmatch(r"\\u\{([0-9a-f]+)\}", said)
    return chr(int(coded[1], 16)) if coded else said


def compiled(content: Content, data: str, how: dict[str, Any]) -> Any:  # noqa: ANN401 - see _written
    """Return the document in the largest type that keeps to two pages, or in the smallest."""
    import typst  # noqa: PLC0415 - see _written

    template = files("dashboard.reports").joinpath("report.typ").read_bytes()
    said = {"data": data, "paper": PAPERS[content.request.paper]}
    fonts: dict[str, Any] = {"font_paths": _fonts(), "ignore_system_fonts": True}
    for size in SIZES:
        said["size"] = str(size)
        count = typst.query(template, "<pages>", field="value", one=True, sys_inputs=said, **fonts)
        if int(count) <= PAGES:
            break
    return typst.compile(template, sys_inputs=said, **fonts, **how)


@cache
def _fonts() -> typst.Fonts:
    """Return the fonts that come with the program; those of the machine would make other bytes elsewhere."""
    import typst  # noqa: PLC0415 - see _written

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(ink.font_folders()))


def created(content: Content) -> datetime:
    """Return the time of making that is written into the file: the data's own day, not the clock's."""
    day = content.provenance.as_of or content.request.last.isoformat()
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def document(content: Content) -> dict[str, Any]:
    """Return the content as plain texts for the template."""
    return {
        "title": content.title,
        "about": f"{content.about}. Compared with {content.compared}.",
        "headline": str(content.headline),
        "note": content.note,
        "numbers": [
            {"label": one.label, "number": str(one.number or "–"), "beside": one.beside} for one in content.numbers
        ],
        "sections": [of_section(section) for section in content.sections],
        "decisions": [str(one) for one in content.decisions],
        "definitions": [{"term": one.term, "text": one.text} for one in content.definitions],
        "closing": closing.lines(content),
        "foot": f"{content.title}: {content.about}",
        "hash": content.provenance.content_hash[:HASH_LETTERS],
    }


def of_section(section: Section) -> dict[str, Any]:
    """Return a section as plain texts."""
    return {
        "title": section.title,
        "text": " ".join(map(str, section.sentences)),
        "charts": [of_chart(chart) for chart in section.charts],
        "tables": [of_table(table) for table in section.tables],
    }


def of_chart(chart: Chart) -> dict[str, Any]:
    """Return a chart as a drawing; as pixels where it holds letters that join, which lose their codes in a drawing."""
    drawn = ink.svg(chart)
    joins = any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in drawn)
    image = {"format": "png", "pixels": list(ink.png(chart))} if joins else {"format": "svg", "drawing": drawn}
    notes = [bendable(line) for line in shortened(chart.notes, MOST_NOTES)]
    return {"title": chart.title, "alt": chart.alt, "notes": notes, **image}


def of_table(table: Table) -> dict[str, Any]:
    """Return a table as plain texts."""
    return {
        "title": table.title,
        "columns": [{"label": column.label, "number": column.is_number} for column in table.columns],
        "rows": [[None if cell is None else bendable(str(cell)) for cell in row] for row in table.rows],
        "note": table.note,
    }


def ascii_only(data: str) -> str:
    """Return the data with replacement marks for all letters beyond ASCII."""
    return "".join(letter if letter.isascii() else MISSING for letter in data)
