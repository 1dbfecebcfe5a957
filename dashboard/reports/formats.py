"""The formats a report is written in; each loads what it needs when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from dashboard.reports.request import ReportRequest

if TYPE_CHECKING:
    from dashboard.reports.model import Content


class ReportFormat(StrEnum):
    """How a report is written down."""

    html = "html"
    interactive = "interactive"
    pdf = "pdf"
    xlsx = "xlsx"
    pptx = "pptx"
    md = "md"


MEDIA_TYPES: Mapping[ReportFormat, str] = {
    ReportFormat.html: "text/html",
    ReportFormat.interactive: "text/html",
    ReportFormat.pdf: "application/pdf",
    ReportFormat.xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ReportFormat.pptx: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ReportFormat.md: "text/markdown",
}


def render_file(content: Content, style: ReportFormat) -> bytes:
    """Return the report as one file; the same content gives the same bytes."""
    return _load_renderers()[style](content)


def render_images(content: Content, style: ReportFormat, stem: str) -> dict[str, bytes]:
    """Return the files that belong beside the report, by name; only Markdown has any."""
    if style is not ReportFormat.md:
        return {}
    from dashboard.reports import ink  # noqa: PLC0415 - draws only where images are wanted

    return {ink.image_name(chart, stem): ink.draw_png(chart) for section in content.sections for chart in section.charts}


def file_stem(request: ReportRequest) -> str:
    """Return the report's file name without its ending."""
    return f"labeling-report-{request.first}-{request.last}"


def file_name(request: ReportRequest, style: ReportFormat) -> str:
    """Return the report's file name; that of the interactive page differs from the static one's."""
    return f"{file_stem(request)}{'-interactive.html' if style is ReportFormat.interactive else f'.{style}'}"


def _load_renderers() -> Mapping[ReportFormat, Callable[[Content], bytes]]:
    from dashboard.reports import html, interactive, markdown, pdf, pptx, xlsx  # noqa: PLC0415 - altair and vl-convert load late

    return {
        ReportFormat.html: html.render_report,
        ReportFormat.interactive: interactive.render_report,
        ReportFormat.pdf: pdf.render_report,
        ReportFormat.xlsx: xlsx.render_report,
        ReportFormat.pptx: pptx.render_report,
        ReportFormat.md: markdown.render_report,
    }
