"""The pages behind links: a frozen report to whoever holds its link, and the same refusal to everybody else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from dashboard.errors import DashboardError
from dashboard.reports import links
from dashboard.store import Store

if TYPE_CHECKING:
    from starlette.requests import Request

# The report's own policy names its style by hash; both hold, so this one may be wider.
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
ENDED = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>No report here</title>
<style>body{font:1.05rem/1.6 system-ui,sans-serif;max-width:34rem;margin:15vh auto;padding:0 1.5rem;color:#1f2430}
</style></head>
<body><main><h1>No report here</h1>
<p>This link is unknown, or its time is over. Ask whoever sent it for a new one.</p></main></body>
</html>
"""


def routes(folder: Path) -> list[Route]:
    """Return the routes of linked reports, for a server on the store in that folder."""
    store = Store(folder)

    def shown(request: Request) -> Response:
        token, slash, rest = request.path_params["link"].partition("/")
        try:
            found = links.linked(store, token) if (slash + rest) in ("", "/pdf") else None
        except DashboardError:  # a store that cannot be read says no more than a link that is unknown
            found = None
        if found is None:
            return ended()
        if not rest:
            return HTMLResponse(found.html, headers=HEADERS)
        name = f"labeling-report-{found.first_on}-{found.last_on}.pdf"
        headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
        return Response(found.pdf, media_type="application/pdf", headers=headers)

    return [Route(links.PATH + "{link:path}", shown, methods=["GET"])]


def ended() -> Response:
    """Return the one answer to every link that shows nothing."""
    return HTMLResponse(ENDED, status_code=404, headers=HEADERS)


def site(folder: Path) -> Starlette:
    """Return an application that serves linked reports and nothing else."""

    def refused(_: Request, __: Exception) -> Response:
        return ended()

    found = Starlette(routes=routes(folder), exception_handlers={404: refused, 405: refused})
    found.router.redirect_slashes = False
    return found
