"""CVAT's annotation XML as records: one per image or track, each with what the file says of its job or task."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from xml.etree import ElementTree as ET  # documents with a DTD never get here: they are refused by their first bytes

import polars as pl

from dashboard.errors import UnreadableFile
from dashboard.importers.contract import Head

_HEAD_RECORDS = 20
_META_KEYS = ("id", "name", "created", "updated", "subset", "owner", "assignee")
_SHAPES = frozenset({"box", "polygon", "polyline", "points", "ellipse", "cuboid", "skeleton", "mask", "tag"})
_DTD_MARKS = (b"<!doctype", b"<!entity")
_HINT = "Download the annotations from CVAT again."


def is_cvat_xml(beginning: bytes) -> bool:
    """Return whether a file begins as CVAT's annotations do; never one that declares entities.

    Published data sets often leave out what the file says of its task.
    """
    text = beginning.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    is_bare = b"<version>1.1</version>" in text and (b"<image id=" in text or b"<track id=" in text)
    is_annotations = text.startswith(b"<?xml") and b"<annotations>" in text and (b"<meta>" in text or is_bare)
    return is_annotations and not any(mark in text for mark in _DTD_MARKS)


class CvatXmlSource:
    """An annotation file of CVAT, read element by element."""

    encoding: str | None = None
    notes: tuple[str, ...] = ()

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name = path, name

    def head(self) -> Head:
        """Return the first images or tracks."""
        return Head(shape="json", records=tuple(record for _, record in islice(self.records(), _HEAD_RECORDS)))

    def frames(self) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
        """Raise: the file is no table."""
        raise UnreadableFile(f'"{self.name}" is XML, not a table.')

    def records(self) -> Iterator[tuple[int, object]]:
        """Yield (ordinal, record) of each image and track; raises `UnreadableFile` where the XML is broken."""
        ordinal = 0
        meta: dict[str, object] = {}
        for element in self._parse_elements():
            if element.tag == "meta":
                meta = _read_meta(element)
            elif element.tag in ("image", "track"):
                ordinal += 1
                yield ordinal, {"cvat": meta, "part": element.tag, **element.attrib, "shapes": _list_shapes(element)}
                element.clear()

    def _parse_elements(self) -> Iterator[ET.Element]:
        try:
            for _, element in ET.iterparse(self.path, events=("end",)):  # noqa: S314 - a DTD is refused by `is_cvat_xml`
                yield element
        except (ET.ParseError, LookupError, ValueError) as error:  # the latter two: an encoding that is none
            raise UnreadableFile(f'"{self.name}" is broken XML: {error}.', _HINT) from error


def _read_meta(element: ET.Element) -> dict[str, object]:
    """Return what the file says of its job, task or project."""
    for level in ("job", "task", "project"):
        subject = element.find(level)
        if subject is not None:
            facts = {key: (subject.findtext(key) or "").strip() for key in _META_KEYS}
            people = {key: subject.findtext(f"{key}/username") for key in ("owner", "assignee")}
            return {"level": level, **facts, **people}
    return {"level": None}


def _list_shapes(element: ET.Element) -> list[dict[str, str | None]]:
    """Return kind, class and source of the shapes of an image; a track is one shape in many frames."""
    if element.tag == "track":
        kinds = sorted({child.tag for child in element})
        return [{"kind": "; ".join(kinds), "label": element.get("label"), "source": element.get("source")}]
    return [
        {"kind": child.tag, "label": child.get("label"), "source": child.get("source")}
        for child in element
        if child.tag in _SHAPES
    ]
