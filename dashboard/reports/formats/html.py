"""The report as one HTML file: charts inside as SVG, no script, no request to anywhere, ready for print."""

from __future__ import annotations

from dashboard.reports.document import Content
from dashboard.reports.html_page import render_page

TITLE = "Web page"
MEDIA_TYPE = "text/html"
SUFFIX = ".html"


def render_report(content: Content) -> bytes:
    """Return the report as HTML in UTF-8."""
    return render_page(content)
