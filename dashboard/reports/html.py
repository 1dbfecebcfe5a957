"""The report as one HTML file: charts inside as SVG, no script, no request to anywhere, ready for print."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Callable
from importlib.resources import files

from dashboard.reports import closing, ink
from dashboard.reports.model import Cell, Chart, Content, KeyNumber, Section, Sentence, Table, shortened
from dashboard.reports.request import Paper

MOST_NOTES = 12  # lines below a chart
PAPERS = {Paper.a4: "A4", Paper.letter: "letter"}
WIDTHS = {"wide": ink.WIDTH, "narrow": 340}  # pixels
_ROLES = re.compile(r' (?:role|aria-roledescription|aria-label)="[^"]*"')
_TAG = re.compile(r"<[^<>]*>")
_IDS = re.compile(r'(\bid="|url\(#|href="#)')


def render(content: Content) -> bytes:
    """Return the report as HTML in UTF-8."""
    return page(content)


def page(
    content: Content,
    *,
    drawn: Callable[[Chart], str] | None = None,
    scripts: tuple[str, ...] = (),
    run: str = "",
    style: str = "",
) -> bytes:
    """Return the report as a page; `scripts` stand at its end, and of them only the code `run` may run."""
    style = files("dashboard.reports").joinpath("report.css").read_text(encoding="utf-8") + style
    style = style.replace("PAPER", PAPERS[content.request.paper])
    sections = (section(one, drawn or figure) for one in content.sections)
    body = "\n".join(filter(None, (head(content), *sections, *ending(content))))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        # Nothing is fetched and nothing else runs, whatever a name in the data may say.
        f'<meta http-equiv="Content-Security-Policy" content="{policy(style, run)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light">\n'
        f"<title>{text(content.title)}: {text(content.about)}</title>\n<style>{style}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n{''.join(scripts)}</body>\n</html>\n"
    ).encode()


def policy(style: str, run: str = "") -> str:
    """Return the content security policy: this style and this script alone, and no more."""
    script = f"script-src {hashed(run)}; " if run else ""
    return f"default-src 'none'; {script}style-src {hashed(style)}; img-src data:; base-uri 'none'; form-action 'none'"


def hashed(code: str) -> str:
    """Return how a policy names a piece of code."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"


def text(value: object) -> str:
    """Return a value as text of the page."""
    return html.escape(str(value))


def head(content: Content) -> str:
    """Return title, headline, own note and the large numbers."""
    note = f'<p class="note" dir="auto">{text(content.note)}</p>\n' if content.note else ""
    numbers = "\n".join(map(key_number, content.numbers))
    return (
        f'<header>\n<h1>{text(content.title)}</h1>\n<p class="about" dir="auto">{text(content.about)}. Compared with '
        f'{text(content.compared)}.</p>\n<p class="headline">{text(content.headline)}</p>\n{note}'
        f"<dl>\n{numbers}\n</dl>\n</header>"
    )


def key_number(one: KeyNumber) -> str:
    """Return one large number."""
    value = text(one.number or "–")
    return f'<div><dt>{text(one.label)}</dt><dd>{value}<span class="beside">{text(one.beside)}</span></dd></div>'


def section(one: Section, drawn: Callable[[Chart], str]) -> str:
    """Return a section: sentences, charts, tables."""
    parts = [f"<h2>{text(one.title)}</h2>", paragraph(one.sentences), *map(drawn, one.charts), *map(table, one.tables)]
    return "<section>\n" + "\n".join(filter(None, parts)) + "\n</section>"


def paragraph(sentences: tuple[Sentence, ...]) -> str:
    """Return sentences as one paragraph."""
    return f'<p dir="auto">{" ".join(text(one) for one in sentences)}</p>' if sentences else ""


def figure(chart: Chart) -> str:
    """Return a chart with its title, drawn for a wide screen and paper and for a narrow screen, one shown at a time."""
    drawings = "\n".join(drawing(chart, *one) for one in WIDTHS.items())
    return (
        f'<figure>\n<figcaption>{text(chart.title)}</figcaption>\n<div class="still">\n{drawings}\n</div>'
        f"{pinned(chart)}\n</figure>"
    )


def pinned(chart: Chart) -> str:
    """Return the notes pinned on a chart as a list, or nothing."""
    items = "".join(f'<li dir="auto">{text(line)}</li>' for line in shortened(chart.notes, MOST_NOTES))
    return f'\n<ul class="pins">{items}</ul>' if items else ""


def drawing(chart: Chart, kind: str, width: int) -> str:
    """Return a chart as SVG and, for those who do not see it, its words."""
    # Vega gives each mark a role; the drawing is one picture. And several drawings stand in one page: their inner names
    # must not meet. Only tags are changed: a name from a file may look like either.
    drawn = _TAG.sub(lambda tag: _IDS.sub(rf"\g<1>{chart.name}-{kind}-", _ROLES.sub("", tag[0])), ink.svg(chart, width))
    drawn = drawn.replace('class="', f'class="{kind} ', 1)
    return drawn.replace("<svg ", f'<svg role="img" aria-label="{text(chart.alt)}" ', 1)


def table(one: Table) -> str:
    """Return a table with its heads and its note."""
    classes = ['class="number"' if column.is_number else "" for column in one.columns]
    heads = "".join(
        f'<th scope="col" {kind}>{text(column.label)}</th>' for column, kind in zip(one.columns, classes, strict=True)
    )
    rows = "\n".join(row(cells, classes) for cells in one.rows)
    note = f'\n<p class="small">{text(one.note)}</p>' if one.note else ""
    title = text(one.title)
    return (
        # A narrow screen scrolls the table: it must be reachable by keyboard, and have a name.
        f'<div class="table" tabindex="0" role="region" aria-label="{title}">'
        f"<table>\n<caption>{title}</caption>\n<thead><tr>{heads}</tr></thead>\n"
        f"<tbody>\n{rows}\n</tbody>\n</table>{note}</div>"
    )


def row(cells: tuple[Cell, ...], classes: list[str]) -> str:
    """Return a row, its first cell as the row's head."""
    first, *rest = cells
    others = "".join(
        f"<td {kind}>{text('–' if cell is None else cell)}</td>" for cell, kind in zip(rest, classes[1:], strict=True)
    )
    return f'<tr><th scope="row" dir="auto">{text(first)}</th>{others}</tr>'


def ending(content: Content) -> list[str]:
    """Return what is to decide, the definitions, and where the report comes from."""
    found = []
    if content.decisions:
        items = "\n".join(f'<li dir="auto">{text(one)}</li>' for one in content.decisions)
        found.append(f"<section>\n<h2>What to decide</h2>\n<ol>\n{items}\n</ol>\n</section>")
    if content.definitions:
        items = "\n".join(
            f"<div><dt>{text(one.term)}</dt><dd>{text(one.text)}</dd></div>" for one in content.definitions
        )
        found.append(f'<section class="methods">\n<h2>Methods and definitions</h2>\n<dl>\n{items}\n</dl>\n</section>')
    lines = "<br>\n".join(map(text, closing.lines(content)))
    return [*found, f"<footer>\n<p>{lines}</p>\n</footer>"]
