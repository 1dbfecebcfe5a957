"""Quality margins: how much worse assisted labels may be than manual ones. Set before the audit, all changes kept."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import polars as pl

from dashboard.errors import BadMapping
from dashboard.store.generations import Store
from dashboard.store.queries import run_query
from dashboard.units import format_count

MAX_POINTS = 50.0
POINTS_HINT = f"Write points above 0 and up to {format_count(MAX_POINTS)}, such as 2."


def read_margins(store: Store) -> pl.DataFrame:
    """Return every margin ever set, newest first: project ("" for all), margin (a share), set_at (UTC), set_by."""
    with store.snapshot() as snapshot:
        return run_query(snapshot, "quality_margins", {})


def save_margin(
    store: Store, points: float, project: str = "", who: str | None = None, *, now: datetime | None = None
) -> None:
    """Set the margin of a project, or of all projects (""), in percentage points; earlier ones are kept.

    Raises:
        BadMapping: not above 0 and up to 50 points, or one that was set in the same instant or later.
    """
    if not (math.isfinite(points) and 0 < points <= MAX_POINTS):
        raise BadMapping(f"The quality margin is {points:g} points.", POINTS_HINT)
    set_at = (now or datetime.now(tz=UTC)).astimezone(UTC).replace(tzinfo=None)
    row = {"project": project, "margin": points / 100, "set_at": set_at, "who": who}
    with store.change("set the quality margin", who) as change:
        not_earlier_sql = "select 1 from quality_margin where project = $project and set_at >= $set_at order by 1"
        if change.query(not_earlier_sql, {"project": project, "set_at": set_at}).height:
            message = "A margin was set in the same instant, or later by the clock of this machine."
            raise BadMapping(message, "Check the clock and the margin, and set it again if it is wrong.")
        change.execute("insert into quality_margin values ($project, $margin, $set_at, $who)", row)
        change.log("quality margin", f"{points:g} points for {project or 'all projects'}", who)
