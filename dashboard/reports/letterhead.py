"""Whose report it is: a logo, the team's name and the author, kept in the store and printed on every report."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from xml.etree import ElementTree as ET

from dashboard.errors import BadMapping
from dashboard.reports.document import Letterhead, Logo, clean_text
from dashboard.store.generations import Store
from dashboard.units import format_count

MAX_LOGO_BYTES = 200_000
MAX_LOGO_PIXELS = 4_000  # of a side
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
SIZE_BYTES = slice(16, 24)  # of a PNG: width and height
TEAM_KEY, AUTHOR_KEY, LOGO_KEY = "report/team", "report/author", "report/logo"
# A logo is only a drawing: nothing in it may run, fetch or refer to anything.
_UNSAFE_TEXT = re.compile(r"<!DOCTYPE|<!ENTITY|<\?xml-stylesheet|@import|javascript:|expression\(", re.IGNORECASE)
_OUTSIDE_URL = re.compile(r"url\(\s*['\"]?(?!#)", re.IGNORECASE)
_UNSAFE_TAGS = {"script", "foreignobject", "iframe", "image", "a", "animate", "set", "animatetransform", "handler"}
LOGO_PPI = 288  # of a drawing that becomes pixels
# Scaled before it is drawn: a drawing claims any size it likes, even one that no memory holds.
_PIXELS_SOURCE = """#let data = bytes(json(bytes(sys.inputs.data)))
#let box = json(bytes(sys.inputs.box)).map(side => side * 1in)
#set page(width: auto, height: auto, margin: 0pt, fill: none)
#context {
  let size = measure(image(data, format: "svg"))
  let factor = calc.min(box.at(0) / size.width, box.at(1) / size.height)
  let fitted = (size.width, size.height).map(side => calc.max(side * factor, 1pt))
  image(data, format: "svg", width: fitted.at(0), height: fitted.at(1))
}"""
_SLOW_TAG = "filter"  # a blur over a large region takes minutes to draw
LOGO_HINT = f"Choose a PNG or SVG file of at most {MAX_LOGO_BYTES // 1000} kB that draws without anything from outside."


def read_letterhead(store: Store) -> Letterhead:
    """Return the letterhead in force; its parts are empty where none was entered."""
    with store.snapshot() as snapshot:
        team, author, logo = (snapshot.read_setting(key) or "" for key in (TEAM_KEY, AUTHOR_KEY, LOGO_KEY))
    style, _, text = logo.partition(":")
    return Letterhead(team, author, Logo(style, base64.b64decode(text)) if text else None)


def save_letterhead(store: Store, letterhead: Letterhead, who: str | None = None) -> None:
    """Keep a letterhead for all reports to come; frozen ones stay as they were sent.

    Raises:
        BadMapping: the logo cannot be used.
    """
    logo = check_logo(letterhead.logo.data) if letterhead.logo else None
    cleaned = replace(letterhead, team=clean_text(letterhead.team), author=clean_text(letterhead.author), logo=logo)
    text = f"{logo.style}:{base64.b64encode(logo.data).decode()}" if logo else ""
    with store.change("save the letterhead", who) as change:
        for key, value in ((TEAM_KEY, cleaned.team), (AUTHOR_KEY, cleaned.author), (LOGO_KEY, text)):
            change.save_setting(key, value)
        change.log("letterhead", f"{cleaned.team}, {cleaned.author}, {'with' if logo else 'without'} a logo", who)


def check_logo(data: bytes) -> Logo:
    """Return a logo that every format can draw.

    Raises:
        BadMapping: too large, neither PNG nor SVG, damaged, or with parts that run or fetch something.
    """
    if len(data) > MAX_LOGO_BYTES:
        raise BadMapping(f"The logo has {format_count(len(data))} bytes.", LOGO_HINT)
    logo = Logo("png", data) if data.startswith(PNG_SIGNATURE) else Logo("svg", data)
    if logo.style == "png":
        _check_png_size(data)
    else:
        _check_svg(data)
    _check_drawable(logo)
    return logo


def _check_png_size(data: bytes) -> None:
    """Refuse a picture that is small as a file but huge when it is drawn."""
    size = data[SIZE_BYTES]
    wide, high = int.from_bytes(size[:4]), int.from_bytes(size[4:])
    if not 0 < wide <= MAX_LOGO_PIXELS or not 0 < high <= MAX_LOGO_PIXELS:
        raise BadMapping(
            f"The logo is {format_count(wide)} by {format_count(high)} pixels.",
            f"Use at most {format_count(MAX_LOGO_PIXELS)} a side.",
        )


def _check_svg(data: bytes) -> None:
    """Refuse what is not SVG, and SVG that does more than draw."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadMapping("The logo is neither PNG nor SVG.", LOGO_HINT) from error
    if _UNSAFE_TEXT.search(text) or _OUTSIDE_URL.search(text) or "\\" in text:  # a style may spell url() with it
        raise BadMapping("The logo refers to something outside of it.", LOGO_HINT)
    try:
        root = ET.fromstring(text)  # noqa: S314 - small, and without entities: both are refused above
    except ET.ParseError as error:
        raise BadMapping("The logo is neither PNG nor SVG.", LOGO_HINT) from error
    if not isinstance(root.tag, str) or root.tag.rpartition("}")[2] != "svg":
        raise BadMapping("The logo is neither PNG nor SVG.", LOGO_HINT)
    for element in root.iter():
        tag = str(element.tag).rpartition("}")[2].lower()
        names = {name.rpartition("}")[2].lower(): value for name, value in element.attrib.items()}
        refers = not names.get("href", "#").startswith("#")
        if tag in {*_UNSAFE_TAGS, _SLOW_TAG} or refers or any(name.startswith("on") for name in names):
            raise BadMapping(f"The logo has a part that does more than draw ({tag}).", LOGO_HINT)


def _check_drawable(logo: Logo) -> None:
    """Refuse what the reports' own typesetter cannot draw."""
    import typst  # noqa: PLC0415 - heavy, and only a new logo needs it

    source = f'#let data = json(bytes(sys.inputs.data))\n#image(bytes(data), format: "{logo.style}", width: 2cm)'
    try:
        typst.compile(source.encode(), format="pdf", sys_inputs={"data": str(list(logo.data))})
    except typst.TypstError as error:
        raise BadMapping("The logo is damaged: it cannot be drawn.", LOGO_HINT) from error


def draw_logo_pixels(logo: Logo, box: tuple[float, float]) -> bytes:
    """Return an SVG logo as a PNG that fills a box, in inches, in one direction, whatever size it claims to have."""
    import typst  # noqa: PLC0415 - heavy, and only slides need it

    inputs = {"data": str(list(logo.data)), "box": str(list(box))}
    return typst.compile(_PIXELS_SOURCE.encode(), format="png", ppi=LOGO_PPI, sys_inputs=inputs)
