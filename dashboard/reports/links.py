"""Links to frozen reports: unguessable, for a while, taken back at will; the store keeps only their hashes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import polars as pl

from dashboard import catalog
from dashboard.errors import BadFilter
from dashboard.reports import frozen
from dashboard.reports.request import LINK_DAYS, Audience
from dashboard.store import Store

MOST_DAYS = 366
SECRET_BYTES = 32
LONGEST_TOKEN = 64  # characters; ours have 43
PATH = "/r/"
OPEN_TO = (
    "The link works for whoever reaches the server. The dashboard itself listens on this machine only; "
    "`labeltime serve --links-only --host ADDRESS` shows linked reports, and nothing else, to a network."
)


@dataclass(frozen=True)
class Link:
    """A link just made: the only time that it can be read."""

    token: str
    handle: str
    expires_at: datetime

    @property
    def path(self) -> str:
        """Return the address without the server."""
        return f"{PATH}{self.token}"


@dataclass(frozen=True)
class Linked:
    """What a link shows: the report as it was sent, and its days."""

    first_on: date
    last_on: date
    html: str
    pdf: bytes


def make(
    store: Store, report_id: int, days: int = LINK_DAYS, who: str | None = None, *, now: datetime | None = None
) -> Link:
    """Make a link to a frozen report that ends after so many days.

    Raises:
        BadFilter: no such report, a private one, or a time that is no good.
    """
    if not 1 <= days <= MOST_DAYS:
        raise BadFilter(f"A link cannot live {days} days.", f"Choose 1 to {MOST_DAYS}.")
    if frozen.thaw(store, report_id).request.audience is Audience.private:
        raise BadFilter(
            f"Report {report_id} is private: it names people.", "Freeze one for management or the team, and link that."
        )
    moment = utc(now)
    expires_at = moment + timedelta(days=days)
    token = secrets.token_urlsafe(SECRET_BYTES)
    row = {
        "token_hash": hashed(token),
        "report_id": report_id,
        "created_at": moment,
        "created_by": who,
        "expires_at": expires_at,
        "revoked_at": None,
    }
    link = Link(token, hashed(token)[:8], expires_at)
    with store.change("make a link", who) as change:
        change.insert("report_link", pl.DataFrame([row], schema_overrides={"revoked_at": pl.Datetime()}))
        change.log("report link", f"{link.handle} to report {report_id}, until {link.expires_at:%Y-%m-%d}", who)
    return link


def links_frame(store: Store, *, now: datetime | None = None) -> pl.DataFrame:
    """Return every link with its state, newest first (columns of the query `report_links`)."""
    with store.snapshot() as snapshot:
        return catalog.run(snapshot, "report_links", {"now": utc(now)})


def revoke(store: Store, handle: str, who: str | None = None, *, now: datetime | None = None) -> None:
    """End a link at once.

    Raises:
        BadFilter: no open link of that handle.
    """
    known = links_frame(store, now=now)
    if known.filter(handle=handle, state="open").is_empty():
        raise BadFilter(f"There is no open link {handle}.", "`labeltime reports links` lists them.")
    with store.change("revoke a link", who) as change:
        change.execute(
            "update report_link set revoked_at = $now where substr(token_hash, 1, 8) = $handle and revoked_at is null",
            {"now": utc(now), "handle": handle},
        )
        change.log("report link", f"{handle} revoked", who)


def linked(store: Store, token: str, *, now: datetime | None = None) -> Linked | None:
    """Return what a link shows, or None where it is unknown, expired or revoked."""
    if not 0 < len(token) <= LONGEST_TOKEN or not store.exists():
        return None
    with store.snapshot() as snapshot:
        found = catalog.run(snapshot, "linked_report", {"token_hash": hashed(token), "now": utc(now)})
    return None if found.is_empty() else Linked(**found.row(0, named=True))


def hashed(token: str) -> str:
    """Return what the store knows of a link; no salt is needed for 256 random bits."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def utc(moment: datetime | None) -> datetime:
    """Return a moment (default: now) as the store writes it: UTC without saying so."""
    return (moment or datetime.now(tz=UTC)).astimezone(UTC).replace(tzinfo=None)
