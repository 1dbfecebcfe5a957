"""How much worse assisted labels may be than those by hand: agreed before the audit, every change kept."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import polars as pl

from dashboard import catalog
from dashboard.errors import BadMapping
from dashboard.store import Store

LARGEST_POINTS = 50.0
HINT = f"Write points above 0 and up to {LARGEST_POINTS:.0f}, such as 2."


def margins_frame(store: Store) -> pl.DataFrame:
    """Return every margin ever set, newest first: project ("" for all), margin (a share), set_at (UTC), set_by."""
    with store.snapshot() as snapshot:
        return catalog.run(snapshot, "quality_margins", {})


def set_margin(
    store: Store, points: float, project: str = "", who: str | None = None, *, now: datetime | None = None
) -> None:
    """Set the margin of a project, or of all projects (""), in percentage points; earlier ones are kept.

    Raises:
        BadMapping: not a number of points above 0 and up to 50, or a second margin within the same instant.
    """
    if not (math.isfinite(points) and 0 < points <= LARGEST_POINTS):
        raise BadMapping(f"The quality margin is {points:g} points.", HINT)
    set_at = (now or datetime.now(tz=UTC)).astimezone(UTC).replace(tzinfo=None)
    row = {"project": project, "margin": points / 100, "set_at": set_at, "who": who}
    with store.change("set the quality margin", who) as change:
        taken = "select 1 from quality_margin where project = $project and set_at = $set_at order by 1"
        if change.query(taken, {"project": project, "set_at": set_at}).height:
            raise BadMapping("A margin was set in this very instant.", "Look at it, and set it again if it is wrong.")
        change.execute("insert into quality_margin values ($project, $margin, $set_at, $who)", row)
        change.log("quality margin", f"{points:g} points for {project or 'all projects'}", who)
