"""Charts as SVG and PNG, drawn by vl-convert from the same specs as on the pages, offline, always the same."""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from dashboard.reports.answers import canonical
from dashboard.reports.model import Chart
from dashboard.theme import BACKGROUND, TEXT

VEGA_LITE = "6.1"
WIDTH = 620  # as wide as the text of a page
PNG_SCALE = 2.0
FONT = "Noto Sans, Noto Sans Arabic, Noto Sans CJK JP, Liberation Sans, Arial, sans-serif"
_ID = re.compile(r'\bid="([^"]+)"')
_NAMED = re.compile(r'(\bid="|url\(#|href="#)([^")]+)(["\)])')
_GRID = "#E3E7EC"
CONFIG: dict[str, Any] = {
    "background": BACKGROUND["light"],
    "font": FONT,
    "view": {"stroke": None},
    "axis": {"labelColor": TEXT["light"], "titleColor": TEXT["light"], "gridColor": _GRID, "domainColor": "#8A909C"},
    "legend": {"labelColor": TEXT["light"], "titleColor": TEXT["light"]},
}


def svg(chart: Chart, width: int = WIDTH) -> str:
    """Return the chart as SVG text, drawn `width` pixels wide."""
    return _svg(specified(chart, width))


@lru_cache(maxsize=64)
def _svg(spec: str) -> str:
    return numbered(vega().vegalite_to_svg(spec, vl_version=VEGA_LITE))


def numbered(drawn: str) -> str:
    """Return the drawing with its inner names counted from 0: Vega counts on from one drawing to the next."""
    places = {name: place for place, name in enumerate(dict.fromkeys(_ID.findall(drawn)))}
    return _NAMED.sub(
        lambda found: f"{found[1]}clip{places[found[2]]}{found[3]}" if found[2] in places else found[0], drawn
    )


def font_folders() -> list[Path]:
    """Return where the fonts lie that come with the program."""
    return [Path(str(files("dashboard.reports").joinpath("fonts"))), Path(str(files("noto_cjk_sans_otc")))]


@cache
def vega() -> Any:  # noqa: ANN401 - a module
    """Return vl-convert with the program's own fonts, so that a chart is as wide everywhere."""
    import vl_convert  # noqa: PLC0415 - a report may have no chart

    for folder in font_folders():
        vl_convert.register_font_directory(str(folder))
    return vl_convert


def png(chart: Chart, width: int = WIDTH) -> bytes:
    """Return the chart as PNG, at twice the pixels so that it stays sharp."""
    drawn: bytes = vega().vegalite_to_png(specified(chart, width), vl_version=VEGA_LITE, scale=PNG_SCALE)
    return drawn


def specified(chart: Chart, width: int) -> str:
    """Return the complete spec as JSON: data, width and the print's look in it, no tooltips."""
    spec = without_tips(chart.spec)
    return as_json({**spec, **_dressed(chart), "width": width})


def live(chart: Chart) -> str:
    """Return the complete spec as JSON for a page: as wide as its place, with its tooltips."""
    spec = {key: value for key, value in chart.spec.items() if key != "$schema"}  # Altair's is newer than the bundle
    if isinstance(step := spec.get("height"), dict):  # a step beside a width that follows its place is complained of
        spec["height"] = step["step"] * chart.rows.height
    return as_json({**spec, **_dressed(chart), "width": "container", "description": chart.alt})


def _dressed(chart: Chart) -> dict[str, Any]:
    return {
        "data": {"values": chart.rows.to_dicts()},
        "autosize": {"type": "fit-x", "contains": "padding"},
        "config": {**chart.spec.get("config", {}), **CONFIG},
    }


def as_json(value: object) -> str:
    """Return JSON, always in the same order."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=canonical)


def without_tips(spec: object) -> Any:  # noqa: ANN401 - any JSON
    """Return the spec without tooltips: on paper they would be text that nobody sees."""
    if isinstance(spec, dict):
        return {key: without_tips(value) for key, value in spec.items() if key != "tooltip"}
    return [without_tips(value) for value in spec] if isinstance(spec, list) else spec


def file_name(chart: Chart, stem: str) -> str:
    """Return the name of the chart's image file."""
    return f"{stem}-{chart.name.replace('_', '-')}.png"
