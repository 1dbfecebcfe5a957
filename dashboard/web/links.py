"""The pages behind links: a frozen report to whoever holds its link, and the same refusal to everybody else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from dashboard.errors import DashboardError
from dashboard.reports.links import LINK_PATH, find_linked_report
from dashboard.store.generations import Store

if TYPE_CHECKING:
    from starlette.requests import Request

# The report's own policy names its style by hash; both apply, so this one may be wider.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}
NOT_FOUND_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>No report here</title>
<style>body{font:1.05rem/1.6 system-ui,sans-serif;max-width:34rem;margin:15vh auto;padding:0 1.5rem;color:#1f2430}
</style></head>
<body><main><h1>No report here</h1>
<p>This link is unknown, or its time is over. Ask whoever sent it for a new one.</p></main></body>
</html>
"""


def build_routes(folder: Path) -> list[Route]:
    """Return the routes of linked reports, for a server on the store in that folder."""
    store = Store(folder)

    def show_report(request: Request) -> Response:
        token, slash, subpath = request.path_params["link"].partition("/")
        try:
            report = find_linked_report(store, token) if (slash + subpath) in ("", "/pdf") else None
        except DashboardError:  # a store that cannot be read is answered like an unknown link
            report = None
        if report is None:
            return respond_not_found()
        if not subpath:
            return HTMLResponse(report.html, headers=HEADERS)
        name = f"labeling-report-{report.first_on}-{report.last_on}.pdf"
        headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
        return Response(report.pdf, media_type="application/pdf", headers=headers)

    return [Route(LINK_PATH + "{link:path}", show_report, methods=["GET"])]


def respond_not_found() -> Response:
    """Return the same answer for every link that shows nothing."""
    return HTMLResponse(NOT_FOUND_PAGE, status_code=404, headers=HEADERS)


def build_site(folder: Path) -> Starlette:
    """Return an application that serves linked reports and nothing else."""

    def show_not_found(_: Request, __: Exception) -> Response:
        return respond_not_found()

    application = Starlette(routes=build_routes(folder), exception_handlers={404: show_not_found, 405: show_not_found})
    application.router.redirect_slashes = False
    return application
