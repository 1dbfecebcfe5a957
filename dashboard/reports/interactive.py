"""The report as one HTML file whose charts answer to the mouse: all scripts inside, no request to anywhere.

The page is the static one; its drawings stay for print and for readers without scripts. One bundle of Vega serves all
charts. Expressions are interpreted, not compiled, so the page needs no right to make code of text.
"""

from __future__ import annotations

import re
from functools import cache

from dashboard.reports import html, ink
from dashboard.reports.model import Chart, Content

ENDS = re.compile(r"<(/script|!--)", re.IGNORECASE)
SIGNS: dict[str, str | int | None] = {
    "<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"
}  # fmt: skip
SNIPPET = """
const told = JSON.parse(document.getElementById("charts").textContent);
const options = {
  actions: false, ast: true, defaultStyle: false, logLevel: 1, mode: "vega-lite", renderer: "svg",
  tooltip: {disableDefaultStyle: true, theme: "custom"},
};
for (const place of document.querySelectorAll("[data-chart]")) {
  const drawn = place.previousElementSibling;
  place.hidden = false;
  drawn.classList.add("print");
  const missed = () => { place.hidden = true; drawn.classList.remove("print"); };
  // The place has its words; the marks inside would be read out one by one.
  const finished = () => place.firstElementChild.setAttribute("aria-hidden", "true");
  vegaEmbed(place, told[place.dataset.chart], options).then(finished).catch(missed);
}
"""
STYLE = """
.live { width: 100%; }
.live svg { overflow: visible; }
@media screen { .print { display: none; } }
@media print { .live { display: none; } }
#vg-tooltip-element { visibility: hidden; position: fixed; z-index: 9; padding: .4rem .6rem; background: #fff;
  color: #1f2430; border: 1px solid #8a909c; border-radius: .3rem; font-size: .85rem; pointer-events: none;
  max-width: 22rem; overflow-wrap: anywhere; }
#vg-tooltip-element.visible { visibility: visible; }
#vg-tooltip-element td { border: 0; padding: .05rem .3rem; }
#vg-tooltip-element td.key { color: #4a5160; text-align: right; }
"""


def render(content: Content) -> bytes:
    """Return the report as HTML in UTF-8, with live charts."""
    charts = [chart for section in content.sections for chart in section.charts]
    told = ",".join(f"{quoted(chart.name)}:{quoted_spec(chart)}" for chart in charts)
    scripts = (
        f'<script type="application/json" id="charts">{{{told}}}</script>',
        f"<script>{bundle()}</script>",
    )
    return html.page(
        content, drawn=figure, scripts=scripts if charts else (), run=bundle() if charts else "", style=STYLE
    )


@cache
def bundle() -> str:
    """Return Vega and what starts it, as one script; no tag can end it early."""
    made: str = ink.vega().javascript_bundle(SNIPPET, vl_version=ink.VEGA_LITE)
    return ENDS.sub(r"<\\\1", made)


def figure(chart: Chart) -> str:
    """Return a chart's drawing, and the place where the live one goes."""
    name, alt = html.text(chart.name), html.text(chart.alt)
    place = f'<div class="live" data-chart="{name}" role="img" aria-label="{alt}" hidden></div>'
    still = "</svg>\n</div>"
    return html.figure(chart).replace(still, f"{still}\n{place}", 1)


def quoted_spec(chart: Chart) -> str:
    """Return the chart's spec as JSON that no tag can end."""
    return safe(ink.live(chart))


def quoted(name: str) -> str:
    """Return a name as JSON text."""
    return safe(ink.as_json(name))


def safe(text: str) -> str:
    """Return JSON without the letters that mean something to a page or a script around it."""
    return text.translate(str.maketrans(SIGNS))
