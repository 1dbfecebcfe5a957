"""The formats a report is written in; each loads what it needs when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from dashboard.reports.request import Request

if TYPE_CHECKING:
    from dashboard.reports.model import Content


class Format(StrEnum):
    """How a report is written down."""

    html = "html"
    interactive = "interactive"
    pdf = "pdf"
    xlsx = "xlsx"
    pptx = "pptx"
    md = "md"


MEDIA_TYPES: Mapping[Format, str] = {
    Format.html: "text/html",
    Format.interactive: "text/html",
    Format.pdf: "application/pdf",
    Format.xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.pptx: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    Format.md: "text/markdown",
}


def render(content: Content, style: Format) -> bytes:
    """Return the report as one file; the same content gives the same bytes."""
    return _writers()[style](content)


def images(content: Content, style: Format, stem: str) -> dict[str, bytes]:
    """Return the files that belong beside the report, by name; only Markdown has any."""
    if style is not Format.md:
        return {}
    from dashboard.reports import ink  # noqa: PLC0415 - draws only where images are wanted

    return {ink.file_name(chart, stem): ink.png(chart) for section in content.sections for chart in section.charts}


def file_stem(request: Request) -> str:
    """Return the report's file name without its ending."""
    return f"labeling-report-{request.first}-{request.last}"


def file_name(request: Request, style: Format) -> str:
    """Return the report's file name; the interactive page's tells it from the static one."""
    return f"{file_stem(request)}{'-interactive.html' if style is Format.interactive else f'.{style}'}"


def _writers() -> Mapping[Format, Callable[[Content], bytes]]:
    from dashboard.reports import html, interactive, markdown, pdf, pptx, xlsx  # noqa: PLC0415 - altair and vl-convert load late

    return {
        Format.html: html.render,
        Format.interactive: interactive.render,
        Format.pdf: pdf.render,
        Format.xlsx: xlsx.render,
        Format.pptx: pptx.render,
        Format.md: markdown.render,
    }
