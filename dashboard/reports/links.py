"""Links to frozen reports: unguessable, limited in time, revocable; the store keeps only their hashes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import polars as pl

from dashboard.errors import BadFilter
from dashboard.reports.frozen import read_frozen_report
from dashboard.reports.request import LINK_DAYS, Audience
from dashboard.store.generations import Store
from dashboard.store.queries import run_query
from dashboard.store.revocations import add_revoked, read_revoked

MAX_DAYS = 366
SECRET_BYTES = 32
MAX_TOKEN_LENGTH = 64  # characters; ours have 43
HANDLE_LENGTH = 8  # characters of the hash that name a link
LINK_PATH = "/r/"
REACH_NOTE = (
    "The link works for whoever reaches the server. The dashboard itself listens on this machine only; "
    "`labeltime serve --links-only --host ADDRESS` shows linked reports, and nothing else, to a network."
)


@dataclass(frozen=True)
class ReportLink:
    """A link just made: the only time that it can be read."""

    token: str
    handle: str
    expires_at: datetime

    @property
    def path(self) -> str:
        """Return the address without the server."""
        return f"{LINK_PATH}{self.token}"


@dataclass(frozen=True)
class LinkedReport:
    """What a link shows: the report as it was sent, and its days."""

    first_on: date
    last_on: date
    html: str
    pdf: bytes


def create_link(
    store: Store, report_id: int, days: int = LINK_DAYS, who: str | None = None, *, now: datetime | None = None
) -> ReportLink:
    """Make a link to a frozen report that ends after so many days.

    Raises:
        BadFilter: no such report, a private one, or a lifetime out of range.
    """
    if not 1 <= days <= MAX_DAYS:
        raise BadFilter(f"A link cannot last {days} days.", f"Choose 1 to {MAX_DAYS}.")
    if read_frozen_report(store, report_id).request.audience is Audience.private:
        raise BadFilter(
            f"Report {report_id} is private: it names people.", "Freeze one for management or the team, and link that."
        )
    moment = normalize_utc(now)
    expires_at = moment + timedelta(days=days)
    token = secrets.token_urlsafe(SECRET_BYTES)
    row = {
        "token_hash": hash_token(token),
        "report_id": report_id,
        "created_at": moment,
        "created_by": who,
        "expires_at": expires_at,
        "revoked_at": None,
    }
    link = ReportLink(token, hash_token(token)[:HANDLE_LENGTH], expires_at)
    with store.change("make a link", who) as change:
        change.insert("report_link", pl.DataFrame([row], schema_overrides={"revoked_at": pl.Datetime()}))
        change.log("report link", f"{link.handle} to report {report_id}, until {link.expires_at:%Y-%m-%d}", who)
    return link


def list_links(store: Store, *, now: datetime | None = None) -> pl.DataFrame:
    """Return every link with its state, newest first (columns of the query `report_links`)."""
    with store.snapshot() as snapshot:
        links = run_query(snapshot, "report_links", {"now": normalize_utc(now)})
    revoked = [token_hash[:HANDLE_LENGTH] for token_hash in read_revoked(store.folder)]
    state = pl.when(pl.col("handle").is_in(revoked)).then(pl.lit("revoked")).otherwise("state")
    return links.with_columns(state.alias("state"))


def revoke_link(store: Store, handle: str, who: str | None = None, *, now: datetime | None = None) -> None:
    """End a link at once.

    Raises:
        BadFilter: no open link of that handle.
    """
    links = list_links(store, now=now)
    if links.filter(handle=handle, state="open").is_empty():
        raise BadFilter(f"There is no open link {handle}.", "`labeltime reports links` lists them.")
    with store.change("revoke a link", who) as change:
        hashes = change.query(
            "select token_hash from report_link where substr(token_hash, 1, 8) = $handle", {"handle": handle}
        )
        # First, and beside the generations: a link that was ended stays so, whatever becomes of this change.
        add_revoked(store.folder, hashes.get_column("token_hash").to_list())
        change.execute(
            "update report_link set revoked_at = $now where substr(token_hash, 1, 8) = $handle and revoked_at is null",
            {"now": normalize_utc(now), "handle": handle},
        )
        change.log("report link", f"{handle} revoked", who)


def find_linked_report(store: Store, token: str, *, now: datetime | None = None) -> LinkedReport | None:
    """Return what a link shows, or None where it is unknown, expired or revoked."""
    if not 0 < len(token) <= MAX_TOKEN_LENGTH or not store.exists():
        return None
    if hash_token(token) in read_revoked(store.folder):
        return None
    with store.snapshot() as snapshot:
        rows = run_query(snapshot, "linked_report", {"token_hash": hash_token(token), "now": normalize_utc(now)})
    return None if rows.is_empty() else LinkedReport(**rows.row(0, named=True))


def hash_token(token: str) -> str:
    """Return the hash that the store keeps of a link; no salt is needed for 256 random bits."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def normalize_utc(moment: datetime | None) -> datetime:
    """Return a moment (default: now) as the store writes it: UTC without a zone."""
    return (moment or datetime.now(tz=UTC)).astimezone(UTC).replace(tzinfo=None)
