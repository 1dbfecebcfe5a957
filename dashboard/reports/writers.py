"""The formats a report is written in: one in every module of `formats`, loaded when it is asked for.

A format module declares TITLE, MEDIA_TYPE and SUFFIX, and `render_report(content)`; where files belong beside the
report, also `render_images(content, stem)`.
"""

from __future__ import annotations

from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from dashboard.discovery import list_modules
from dashboard.formats import use_formats
from dashboard.reports.request import ReportRequest, file_stem

if TYPE_CHECKING:
    from dashboard.reports.document import Content

PACKAGE = "dashboard.reports.formats"
# mypy reads members of functional enums from literals only.
ReportFormat = StrEnum("ReportFormat", [(name, name) for name in list_modules(PACKAGE)])  # type: ignore[misc]


class FormatModule(Protocol):
    """What a module of `formats` declares."""

    TITLE: str
    MEDIA_TYPE: str
    SUFFIX: str

    def render_report(self, content: Content) -> bytes:
        """Return the report as one file."""


def load_format(style: ReportFormat) -> FormatModule:
    """Return the module of a format; altair and vl-convert load with it."""
    return cast("FormatModule", import_module(f"{PACKAGE}.{style}"))


def render_file(content: Content, style: ReportFormat) -> bytes:
    """Return the report as one file; the same content gives the same bytes."""
    with use_formats(content.request.formats):
        return load_format(style).render_report(content)


def render_images(content: Content, style: ReportFormat, stem: str) -> dict[str, bytes]:
    """Return the files that belong beside the report, by name; most formats have none."""
    render = getattr(load_format(style), "render_images", None)
    with use_formats(content.request.formats):
        return render(content, stem) if render else {}


def file_name(request: ReportRequest, style: ReportFormat) -> str:
    """Return the report's file name."""
    return f"{file_stem(request)}{load_format(style).SUFFIX}"
