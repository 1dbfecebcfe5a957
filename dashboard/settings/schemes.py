"""Own category schemes: other groups of the same hours, such as kinds of investment, to switch to on Time."""

from __future__ import annotations

import json
from collections.abc import Sequence

import polars as pl

from dashboard.categories import CATEGORIES
from dashboard.errors import BadMapping
from dashboard.settings.cells import Row, check_known_names, read_text
from dashboard.settings.sheet import Field, Sheet
from dashboard.store.generations import Store
from dashboard.store.snapshot import Snapshot

SCHEME_KEY = "schemes"
REST = "not in this scheme"
MAX_GROUPS = 8  # as many as colours can tell apart
MAX_NAME_LENGTH = 60


def read_schemes(snapshot: Snapshot) -> pl.DataFrame:
    """Return the rows of every scheme in their order (columns of SCHEME_SHEET)."""
    return SCHEME_SHEET.build_frame(json.loads(snapshot.read_setting(SCHEME_KEY) or "[]"))


def read_scheme_sheet(store: Store) -> pl.DataFrame:
    """Return the rows of every scheme in their order (columns of SCHEME_SHEET)."""
    with store.snapshot() as snapshot:
        return read_schemes(snapshot)


def save_schemes(store: Store, rows: Sequence[Row], who: str | None = None) -> int:
    """Replace all schemes by these rows and return the number of rows.

    Raises:
        BadMapping: a cell that cannot be used, an unknown project, too many groups, or a name with a meaning.
    """
    cleaned_rows = [{**row, **{name: " ".join(read_text(row, name).split()) for name in NAMES}} for row in rows]
    new = SCHEME_SHEET.build_frame([cells for _, cells in SCHEME_SHEET.parse_rows(cleaned_rows)])
    _check_groups(new)
    with store.change("save schemes", who) as change:
        check_known_names(change, new, "project", "known_projects")
        change.save_setting(SCHEME_KEY, json.dumps(new.to_dicts(), ensure_ascii=False))
        change.log("schemes", f"{new.get_column('scheme').n_unique()} in force", who)
    return new.height


def _check_groups(new: pl.DataFrame) -> None:
    """Refuse more groups than colours can tell apart, and a group named as what is in none.

    Raises:
        BadMapping: there are such.
    """
    if REST in new.get_column("group"):
        raise BadMapping(f"No group can be called {REST!r}.", "That is what Labeltime calls the hours in no group.")
    for scheme, count in new.group_by("scheme", maintain_order=True).agg(pl.col("group").n_unique()).iter_rows():
        if count > MAX_GROUPS:
            message = f"The scheme {scheme} has {count} groups."
            raise BadMapping(message, f"Use at most {MAX_GROUPS}, so that their colours can be told apart.")


NAMES = ("scheme", "group")
SCHEME_SHEET = Sheet(
    name="schemes",
    title="Category schemes",
    noun="the category schemes",
    summary="Own groups of the hours",
    saved="Rows of schemes in force: {count}.",
    help="Other groups of the same hours, such as kinds of investment. Time offers each scheme beside the activities. "
    "The first row of a scheme that fits decides. The labeling share stays that of the activities.",
    read=read_scheme_sheet,
    save=save_schemes,
    row_name="scheme",
    fields=(
        Field("scheme", "Scheme", required=True, max_length=MAX_NAME_LENGTH),
        Field("group", "Group", required=True, max_length=MAX_NAME_LENGTH),
        Field("category", "Activity", "choice", ("", *CATEGORIES), help="Empty: any.", names_category=True),
        Field("project", "Project", help="Empty: any.", names_project=True),
    ),
)
