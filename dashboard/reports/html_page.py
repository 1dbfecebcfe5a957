"""The report as one HTML file: charts inside as SVG, no script, no request to anywhere, ready for print."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Callable
from importlib.resources import files

from dashboard.reports.chart_images import WIDTH, draw_svg
from dashboard.reports.closing import build_closing_lines
from dashboard.reports.document import Cell, Chart, Content, KeyNumber, Section, Sentence, Table, shorten_notes
from dashboard.reports.request import Paper

MAX_NOTE_LINES = 12  # lines below a chart
PAPER_SIZES = {Paper.a4: "A4", Paper.letter: "letter"}
DRAWING_WIDTHS = {"wide": WIDTH, "narrow": 340}  # pixels
_ROLE = re.compile(r' (?:role|aria-roledescription|aria-label)="[^"]*"')
_TAG = re.compile(r"<[^<>]*>")
_ID_REFERENCE = re.compile(r'(\bid="|url\(#|href="#)')


def render_page(
    content: Content,
    *,
    draw_chart: Callable[[Chart], str] | None = None,
    scripts: tuple[str, ...] = (),
    run: str = "",
    style: str = "",
) -> bytes:
    """Return the report as a page with `scripts` at its end, of which only the code `run` may run."""
    style = files("dashboard.reports").joinpath("report.css").read_text(encoding="utf-8") + style
    style = style.replace("PAPER", PAPER_SIZES[content.request.paper])
    sections = (render_section(part, draw_chart or render_chart) for part in content.sections)
    body = "\n".join(filter(None, (render_head(content), *sections, *render_ending(content))))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        # Nothing is fetched and nothing else runs, whatever a name in the data may say.
        f'<meta http-equiv="Content-Security-Policy" content="{build_policy(style, run)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light">\n'
        f"<title>{escape_text(content.title)}: {escape_text(content.about)}</title>\n<style>{style}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n{''.join(scripts)}</body>\n</html>\n"
    ).encode()


def build_policy(style: str, run: str = "") -> str:
    """Return the content security policy: this style and this script alone, and no more."""
    script = f"script-src {hash_code(run)}; " if run else ""
    return (
        f"default-src 'none'; {script}style-src {hash_code(style)}; img-src data:; base-uri 'none'; form-action 'none'"
    )


def hash_code(code: str) -> str:
    """Return the policy source that allows a piece of code."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"


def escape_text(value: object) -> str:
    """Return a value as text of the page."""
    return html.escape(str(value))


def render_head(content: Content) -> str:
    """Return title, headline, own note and the large numbers."""
    note = f'<p class="note" dir="auto">{escape_text(content.note)}</p>\n' if content.note else ""
    numbers = "\n".join(map(render_key_number, content.numbers))
    return (
        f"<header>\n<h1>{escape_text(content.title)}</h1>\n"
        f'<p class="about" dir="auto">{escape_text(content.about)}. Compared with '
        f'{escape_text(content.compared)}.</p>\n<p class="headline">{escape_text(content.headline)}</p>\n{note}'
        f"<dl>\n{numbers}\n</dl>\n</header>"
    )


def render_key_number(key: KeyNumber) -> str:
    """Return one large number."""
    value = escape_text(key.number or "–")
    beside = f'<span class="beside">{escape_text(key.beside)}</span>'
    return f"<div><dt>{escape_text(key.label)}</dt><dd>{value}{beside}</dd></div>"


def render_section(section: Section, draw_chart: Callable[[Chart], str]) -> str:
    """Return a section: sentences, charts, tables."""
    parts = [
        f"<h2>{escape_text(section.title)}</h2>",
        render_paragraph(section.sentences),
        *map(draw_chart, section.charts),
        *map(render_table, section.tables),
    ]
    return "<section>\n" + "\n".join(filter(None, parts)) + "\n</section>"


def render_paragraph(sentences: tuple[Sentence, ...]) -> str:
    """Return sentences as one paragraph."""
    return f'<p dir="auto">{" ".join(escape_text(sentence) for sentence in sentences)}</p>' if sentences else ""


def render_chart(chart: Chart) -> str:
    """Return a chart with its title, drawn for a wide screen and paper and for a narrow screen, one shown at a time."""
    drawings = "\n".join(render_drawing(chart, kind, width) for kind, width in DRAWING_WIDTHS.items())
    return (
        f'<figure>\n<figcaption>{escape_text(chart.title)}</figcaption>\n<div class="still">\n{drawings}\n</div>'
        f"{render_notes(chart)}\n</figure>"
    )


def render_notes(chart: Chart) -> str:
    """Return the notes pinned on a chart as a list, or nothing."""
    items = "".join(f'<li dir="auto">{escape_text(line)}</li>' for line in shorten_notes(chart.notes, MAX_NOTE_LINES))
    return f'\n<ul class="pins">{items}</ul>' if items else ""


def render_drawing(chart: Chart, kind: str, width: int) -> str:
    """Return a chart as SVG with its text alternative."""
    # Vega gives each mark a role, but the drawing is one image. Several drawings share a page, so their ids must
    # differ. Only tags are changed: a name from a file may look like a role or an id.
    svg = _TAG.sub(
        lambda tag: _ID_REFERENCE.sub(rf"\g<1>{chart.name}-{kind}-", _ROLE.sub("", tag[0])), draw_svg(chart, width)
    )
    svg = svg.replace('class="', f'class="{kind} ', 1)
    return svg.replace("<svg ", f'<svg role="img" aria-label="{escape_text(chart.alt)}" ', 1)


def render_table(table: Table) -> str:
    """Return a table with its column labels and its note."""
    classes = ['class="number"' if column.is_number else "" for column in table.columns]
    heads = "".join(
        f'<th scope="col" {kind}>{escape_text(column.label)}</th>'
        for column, kind in zip(table.columns, classes, strict=True)
    )
    rows = "\n".join(render_row(cells, classes) for cells in table.rows)
    note = f'\n<p class="small">{escape_text(table.note)}</p>' if table.note else ""
    title = escape_text(table.title)
    return (
        # A narrow screen scrolls the table: it must be reachable by keyboard, and have a name.
        f'<div class="table" tabindex="0" role="region" aria-label="{title}">'
        f"<table>\n<caption>{title}</caption>\n<thead><tr>{heads}</tr></thead>\n"
        f"<tbody>\n{rows}\n</tbody>\n</table>{note}</div>"
    )


def render_row(cells: tuple[Cell, ...], classes: list[str]) -> str:
    """Return a row, its first cell as the row's head."""
    first, *values = cells
    others = "".join(
        f"<td {kind}>{escape_text('–' if cell is None else cell)}</td>"
        for cell, kind in zip(values, classes[1:], strict=True)
    )
    return f'<tr><th scope="row" dir="auto">{escape_text(first)}</th>{others}</tr>'


def render_ending(content: Content) -> list[str]:
    """Return the decisions, the definitions and the provenance."""
    blocks = []
    if content.decisions:
        items = "\n".join(f'<li dir="auto">{escape_text(decision)}</li>' for decision in content.decisions)
        blocks.append(f"<section>\n<h2>What to decide</h2>\n<ol>\n{items}\n</ol>\n</section>")
    if content.definitions:
        items = "\n".join(
            f"<div><dt>{escape_text(entry.term)}</dt><dd>{escape_text(entry.text)}</dd></div>"
            for entry in content.definitions
        )
        blocks.append(f'<section class="methods">\n<h2>Methods and definitions</h2>\n<dl>\n{items}\n</dl>\n</section>')
    lines = "<br>\n".join(map(escape_text, build_closing_lines(content)))
    return [*blocks, f"<footer>\n<p>{lines}</p>\n</footer>"]
