"""The report as one HTML file whose charts respond to the mouse: all scripts inside, no request to anywhere.

The page is the static one; its drawings stay for print and for readers without scripts. One bundle of Vega serves all
charts. Expressions are interpreted, not compiled, so the page needs no right to evaluate text.
"""

from __future__ import annotations

import re
from functools import cache

from dashboard.reports.chart_images import VEGA_LITE, build_live_spec, dump_json, load_vega
from dashboard.reports.document import Chart, Content
from dashboard.reports.html_page import render_page

TITLE = "Interactive web page"
MEDIA_TYPE = "text/html"
SUFFIX = "-interactive.html"

TAG_END = re.compile(r"<(/script|!--)", re.IGNORECASE)
ESCAPES: dict[str, str | int | None] = {
    "<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"
}  # fmt: skip
START_CODE = """
const specs = JSON.parse(document.getElementById("charts").textContent);
const options = {
  actions: false, ast: true, defaultStyle: false, logLevel: 1, mode: "vega-lite", renderer: "svg",
  tooltip: {disableDefaultStyle: true, theme: "custom"},
};
for (const container of document.querySelectorAll("[data-chart]")) {
  const still = container.previousElementSibling;
  container.hidden = false;
  still.classList.add("print");
  const restoreStill = () => { container.hidden = true; still.classList.remove("print"); };
  // The container has its label; the marks inside would be read out one by one.
  const hideMarks = () => container.firstElementChild.setAttribute("aria-hidden", "true");
  vegaEmbed(container, specs[container.dataset.chart], options).then(hideMarks).catch(restoreStill);
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


def render_report(content: Content) -> bytes:
    """Return the report as HTML in UTF-8, with live charts."""
    charts = [chart for section in content.sections for chart in section.charts]
    if not charts:
        return render_page(content, style=STYLE)
    specs = ",".join(f"{quote_name(chart.name)}:{quote_spec(chart)}" for chart in charts)
    return render_page(content, script=build_bundle(), specs=f"{{{specs}}}", style=STYLE)


@cache
def build_bundle() -> str:
    """Return Vega and its start code as one script that no tag can end early."""
    code: str = load_vega().javascript_bundle(START_CODE, vl_version=VEGA_LITE)
    return TAG_END.sub(r"<\\\1", code)


def quote_spec(chart: Chart) -> str:
    """Return the chart's spec as JSON that no tag can end."""
    return escape_script(build_live_spec(chart))


def quote_name(name: str) -> str:
    """Return a name as JSON text."""
    return escape_script(dump_json(name))


def escape_script(text: str) -> str:
    """Return JSON with the characters escaped that have a meaning to the page or script around it."""
    return text.translate(str.maketrans(ESCAPES))
