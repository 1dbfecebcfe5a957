"""Charts as SVG and PNG, drawn by vl-convert from the same specs as on the pages, offline and reproducibly."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

from dashboard.formats import write_chart
from dashboard.reports.answers import to_canonical
from dashboard.reports.cjk_font import find_font_folder
from dashboard.reports.document import Chart
from dashboard.theme import BACKGROUND, TEXT

VEGA_LITE = "6.1"
WIDTH = 620  # as wide as the text of a page
PNG_SCALE = 2.0
FONT = "Noto Sans, Noto Sans Arabic, Noto Sans CJK JP, Liberation Sans, Arial, sans-serif"
_ID = re.compile(r'\bid="([^"]+)"')
_ID_REFERENCE = re.compile(r'(\bid="|url\(#|href="#)([^")]+)(["\)])')
# A drawing is XML, which holds none of these: vl-convert would not raise, it would end the program.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_TWO_HALVES = re.compile("[\U00010000-\U0010ffff]")  # in Vega, which cuts long labels at any half
_GRID = "#E3E7EC"
Drawing = TypeVar("Drawing", str, bytes)
CONFIG: dict[str, Any] = {
    "background": BACKGROUND["light"],
    "font": FONT,
    "view": {"stroke": None},
    "axis": {"labelColor": TEXT["light"], "titleColor": TEXT["light"], "gridColor": _GRID, "domainColor": "#8A909C"},
    "legend": {"labelColor": TEXT["light"], "titleColor": TEXT["light"]},
}


def draw_svg(chart: Chart, width: int = WIDTH) -> str:
    """Return the chart as SVG text, drawn `width` pixels wide."""
    return _convert_svg(build_print_spec(chart, width))


@lru_cache(maxsize=64)
def _convert_svg(spec: str) -> str:
    return renumber_ids(_draw(spec, lambda text: load_vega().vegalite_to_svg(text, vl_version=VEGA_LITE)))


def _draw(spec: str, convert: Callable[[str], Drawing]) -> Drawing:
    """Return a drawing; where a label is cut within an emoji, which cannot be drawn, with signs for all of them."""
    try:
        return convert(spec)
    except ValueError:
        plain = _TWO_HALVES.sub("\N{WHITE SQUARE}", spec)
        if plain == spec:
            raise
        return convert(plain)


def renumber_ids(svg: str) -> str:
    """Return the drawing with its ids numbered from 0: Vega continues its count from one drawing to the next."""
    numbers = {name: number for number, name in enumerate(dict.fromkeys(_ID.findall(svg)))}
    return _ID_REFERENCE.sub(
        lambda match: f"{match[1]}clip{numbers[match[2]]}{match[3]}" if match[2] in numbers else match[0], svg
    )


def list_font_folders() -> list[Path]:
    """Return the folders of the fonts that come with the program."""
    return [Path(str(files("dashboard.reports").joinpath("fonts"))), find_font_folder()]


@cache
def load_vega() -> Any:  # noqa: ANN401 - a module
    """Return vl-convert with the program's own fonts, so that a chart has the same width everywhere."""
    import vl_convert  # noqa: PLC0415 - a report may have no chart

    for folder in list_font_folders():
        vl_convert.register_font_directory(str(folder))
    return vl_convert


def draw_png(chart: Chart, width: int = WIDTH) -> bytes:
    """Return the chart as PNG, at twice the pixels so that it stays sharp."""
    image: bytes = _draw(
        build_print_spec(chart, width),
        lambda text: load_vega().vegalite_to_png(text, vl_version=VEGA_LITE, scale=PNG_SCALE),
    )
    return image


def build_print_spec(chart: Chart, width: int) -> str:
    """Return the complete spec for print as JSON: with data, width and style, without tooltips."""
    spec = write_chart(strip_tooltips(chart.spec))
    return dump_json(keep_drawable({**spec, **_build_base(chart, spec), "width": width}))


def keep_drawable(value: object) -> Any:  # noqa: ANN401 - any JSON
    """Return a spec whose texts hold nothing that breaks a drawing."""
    if isinstance(value, dict):
        return {key: keep_drawable(part) for key, part in value.items()}
    if isinstance(value, list):
        return [keep_drawable(part) for part in value]
    return _NO_XML.sub("", value) if isinstance(value, str) else value


def build_live_spec(chart: Chart) -> str:
    """Return the complete spec for a page as JSON: as wide as its container, with its tooltips."""
    spec = {
        key: value for key, value in write_chart(chart.spec).items() if key != "$schema"
    }  # Altair's is newer than the bundle
    if isinstance(step := spec.get("height"), dict):  # Vega warns of a step beside a container's width
        spec["height"] = step["step"] * chart.rows.height
    return dump_json({**spec, **_build_base(chart, spec), "width": "container", "description": chart.alt})


def _build_base(chart: Chart, spec: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "data": {"values": chart.rows.to_dicts()},
        "autosize": {"type": "fit-x", "contains": "padding"},
        "config": {**spec.get("config", {}), **CONFIG},
    }


def dump_json(value: object) -> str:
    """Return JSON with its keys in a fixed order."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=to_canonical)


def strip_tooltips(spec: object) -> Any:  # noqa: ANN401 - any JSON
    """Return the spec without tooltips: on paper they would be text that nobody sees."""
    if isinstance(spec, dict):
        return {key: strip_tooltips(value) for key, value in spec.items() if key != "tooltip"}
    return [strip_tooltips(value) for value in spec] if isinstance(spec, list) else spec


def image_name(chart: Chart, stem: str) -> str:
    """Return the name of the chart's image file."""
    return f"{stem}-{chart.name.replace('_', '-')}.png"
