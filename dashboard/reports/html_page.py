"""The report as one HTML file: charts inside as SVG, no script, no request to anywhere, ready for print."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from functools import cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template

from dashboard.reports.chart_images import WIDTH, draw_svg
from dashboard.reports.closing import build_closing_lines
from dashboard.reports.document import Chart, Content, shorten_notes
from dashboard.reports.request import Paper

PAPER_SIZES = {Paper.a4: "A4", Paper.letter: "letter"}
DRAWING_WIDTHS = {"wide": WIDTH, "narrow": 340}  # pixels
_ROLE = re.compile(r' (?:role|aria-roledescription|aria-label)="[^"]*"')
_TAG = re.compile(r"<[^<>]*>")
_ID_REFERENCE = re.compile(r'(\bid="|url\(#|href="#)')


def render_page(content: Content, *, script: str = "", specs: str = "", style: str = "") -> bytes:
    """Return the report as a page whose only code is `script`, which draws live charts from `specs` (JSON)."""
    style = (read_asset("report.css") + style).replace("PAPER", PAPER_SIZES[content.request.paper])
    page = load_template().render(
        content=content, closing_lines=build_closing_lines(content), style=style, script=script, specs=specs
    )
    return page.encode()


def read_asset(name: str) -> str:
    """Return the text of a file that reports are made from."""
    return files("dashboard.reports").joinpath(name).read_text(encoding="utf-8")


@cache
def load_template() -> Template:
    """Return the template of the page."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    environment.filters["sha256"] = hash_code
    helpers = {"draw_still": draw_still, "drawing_widths": DRAWING_WIDTHS, "shorten_notes": shorten_notes}
    return environment.from_string(read_asset("report.html.jinja"), helpers)


def hash_code(code: str) -> str:
    """Return the hash that allows a piece of code in the page's policy."""
    return base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()


def draw_still(chart: Chart, kind: str) -> str:
    """Return a chart as SVG with its text alternative: `wide`, also for paper, or `narrow`; one is shown at a time."""
    # Vega gives each mark a role, but the drawing is one image. Several drawings share a page, so their ids must
    # differ. Only tags are changed: a name from a file may look like a role or an id.
    svg = _TAG.sub(
        lambda tag: _ID_REFERENCE.sub(rf"\g<1>{chart.name}-{kind}-", _ROLE.sub("", tag[0])),
        draw_svg(chart, DRAWING_WIDTHS[kind]),
    )
    svg = svg.replace('class="', f'class="{kind} ', 1)
    return svg.replace("<svg ", f'<svg role="img" aria-label="{html.escape(chart.alt)}" ', 1)
