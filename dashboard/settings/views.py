"""Saved views: the filters of a page under a name, for pages, the terminal and reports; every version is kept."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from io import StringIO

import polars as pl

from dashboard.categories import CATEGORIES, resolve_categories
from dashboard.errors import BadFilter, BadMapping
from dashboard.filters import CUSTOM, METHODS, PERIOD_CHOICES, STAGES, Filters, is_encodable, resolve_choice
from dashboard.settings.calendar import read_calendar
from dashboard.settings.cells import Row, check_unique, read_text
from dashboard.settings.sheet import Cells, Field, Sheet
from dashboard.settings.versions import find_changes, insert_versions, resolve_instant, select_current
from dashboard.store.generations import Store
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Change, Snapshot

SCOPES = ("Everyone", "Engineers only")
MAX_NAME_LENGTH = 60
KNOWN_NAMES = {"categories": ("category", CATEGORIES), "methods": ("method", METHODS), "stages": ("stage", STAGES)}


def read_views(store: Store) -> pl.DataFrame:
    """Return the saved views (columns of VIEW_SHEET)."""
    with store.snapshot() as snapshot:
        return _query_views(snapshot)


def save_views(store: Store, rows: Sequence[Row], who: str | None = None, *, now: datetime | None = None) -> int:
    """Replace all views by these rows and return their number; earlier versions are kept.

    Raises:
        BadMapping: a cell that cannot be used, days without a period that needs them, or a name twice.
    """
    new = parse_views(rows)
    with store.change("save views", who) as change:
        _replace_views(change, new, who, now)
    return new.height


def save_view(store: Store, row: Row, who: str | None = None, *, now: datetime | None = None) -> pl.DataFrame:
    """Save one view, in place of one with the same name, and return the views that were there before.

    Raises:
        BadMapping: as `save_views`.
    """
    new = parse_views([row])
    with store.change("save a view", who) as change:
        old = _query_views(change)
        others = old.filter(pl.col("view") != new.item(0, "view"))
        _replace_views(change, pl.concat([others, new]), who, now)
    return old


def rename_view(
    store: Store, name: str, new_name: str, who: str | None = None, *, now: datetime | None = None
) -> pl.DataFrame:
    """Give a view another name, and return the views that were there before.

    Raises:
        BadMapping: no such view, an empty or long name, or one that another view has.
    """
    with store.change("rename a view", who) as change:
        old = _query_views(change)
        check_view_name(old, name)
        renamed = [row if row["view"] != name else {**row, "view": new_name} for row in old.to_dicts()]
        _replace_views(change, parse_views(renamed), who, now)
    return old


def delete_view(store: Store, name: str, who: str | None = None, *, now: datetime | None = None) -> pl.DataFrame:
    """Delete a view, and return the views that were there before.

    Raises:
        BadMapping: no such view.
    """
    with store.change("delete a view", who) as change:
        old = _query_views(change)
        check_view_name(old, name)
        _replace_views(change, old.filter(pl.col("view") != name), who, now)
    return old


def resolve_view(store: Store, name: str, today: date) -> Filters:
    """Return the filters of a view; a period counts back from the same day as on pages.

    Raises:
        BadFilter: no such view.
    """
    with store.snapshot() as snapshot:
        views, newest_on = _query_views(snapshot), find_newest_day(snapshot, today)
        calendar = read_calendar(snapshot)
    names = views.get_column("view").to_list()
    if name not in names:
        hint = f"Known: {', '.join(names)}." if names else "Save one under Views, beside the filters of a page."
        raise BadFilter(f"There is no view {name!r}.", hint)
    row = views.row(names.index(name), named=True)
    first, last = row["from_on"], row["to_on"]
    if row["period"] != CUSTOM:
        first, last = resolve_choice(row["period"].lower(), newest_on, today, calendar)
    roles = ("engineer",) if row["people"] == SCOPES[1] else ()
    projects, teams, categories = (split_names(row[name]) for name in ("projects", "teams", "categories"))
    methods, stages = split_names(row["methods"]), split_names(row["stages"])
    return Filters(first, last, projects, teams, roles=roles, categories=categories, methods=methods, stages=stages)


def find_newest_day(snapshot: Snapshot, today: date) -> date | None:
    """Return the newest day with time or labels that is not after today; None for an empty store."""
    span = run_query(snapshot, "known_span", {}).row(0, named=True)
    days = [day for day in (span["time_to"], span["events_to"]) if day]
    return min(max(days), today) if days else None


def parse_views(rows: Sequence[Row]) -> pl.DataFrame:
    """Return the checked views (columns of VIEW_SHEET); runs of spaces in a name become one.

    Raises:
        BadMapping: as `save_views`.
    """
    cleaned_rows = [{**row, "view": " ".join(read_text(row, "view").split())} for row in rows]
    parsed_rows = _parse_cells(cleaned_rows)
    for row_label, cells in parsed_rows:
        _check_days(cells, row_label)
        if not all(is_encodable(str(cells[name])) for name in ("view", "projects", "teams")):
            raise BadMapping(f"{row_label} is not text in UTF-8.", "Write it in letters.")
        for column, (noun, known) in KNOWN_NAMES.items():
            unknown = [name for name in split_names(cells[column]) if name not in known]
            if unknown:
                raise BadMapping(f"{row_label} has the unknown {noun} {unknown[0]!r}.", f"Use {', '.join(known)}.")
    new = VIEW_SHEET.build_frame([cells for _, cells in parsed_rows])
    check_unique(new, ("view",), "The view")
    return new


def _check_days(cells: Cells, row_label: str) -> None:
    """Refuse days beside a named period, and days that end before they begin.

    Raises:
        BadMapping: they do.
    """
    first, last = cells["from_on"], cells["to_on"]
    if cells["period"] != CUSTOM and (first or last):
        message = f"{row_label} has days beside the period {cells['period']}."
        raise BadMapping(message, f"Empty from_on and to_on, or choose the period {CUSTOM}.")
    if first and last and first > last:
        raise BadMapping(f"{row_label} ends on {last}, before it begins on {first}.", "Swap the two days.")


def check_view_name(views: pl.DataFrame, name: str) -> None:
    """Refuse the name of a view that is not there, as when somebody else deleted it.

    Raises:
        BadMapping: it is not.
    """
    if name not in views.get_column("view"):
        raise BadMapping(f"There is no view {name!r} any more.", "Somebody renamed or deleted it.")


def join_names(names: Sequence[str]) -> str:
    """Return names as one cell; a name that holds the separator is quoted."""
    line = StringIO()
    csv.writer(line, delimiter=";", lineterminator="").writerow(names)
    return line.getvalue()


def split_names(cell: str) -> tuple[str, ...]:
    """Return the names of one cell, written with ";" between them."""
    lines = csv.reader(StringIO(cell, newline=""), delimiter=";", skipinitialspace=True)
    return tuple(name.strip() for line in lines for name in line if name.strip())


def _query_views(snapshot: Snapshot) -> pl.DataFrame:
    versions = select_current(run_query(snapshot, "view_versions", {}), ("view",), "filters").sort("view")
    rows = [{"view": name, **json.loads(filters)} for name, filters in versions.select("view", "filters").iter_rows()]
    return VIEW_SHEET.build_frame([cells for _, cells in _parse_cells(rows)])


def _parse_cells(rows: Sequence[Row]) -> list[tuple[str, Cells]]:
    """Return each row as its label and its values; categories as they are called today."""
    parsed_rows = VIEW_SHEET.parse_rows(rows)
    for _, cells in parsed_rows:
        names = split_names(cells["categories"])
        if names != resolve_categories(names):
            cells["categories"] = join_names(resolve_categories(names))
    return parsed_rows


def _replace_views(change: Change, new: pl.DataFrame, who: str | None, now: datetime | None) -> None:
    versions = run_query(change, "view_versions", {})
    texts = [_format_filters(row) for row in new.to_dicts()]
    current = pl.DataFrame({"view": new.get_column("view"), "filters": pl.Series(texts, dtype=pl.String)})
    added = find_changes(versions, current, ("view",), "filters")
    old = versions.join(added, on="view", how="semi")
    insert_versions(change, "saved_view", added, resolve_instant(now), who, old)
    change.log("views", f"{new.height} in force, {added.height} changed", who)


def _format_filters(row: Mapping[str, object]) -> str:
    """Return the cells of a view but its name, as the store keeps them."""
    cells = {name: "" if value is None else str(value) for name, value in row.items() if name != "view"}
    return json.dumps(cells, ensure_ascii=False)


VIEW_SHEET = Sheet(
    name="views",
    title="Saved views",
    noun="the saved views",
    summary="Filters under a name",
    saved="Views saved: {count}.",
    help="The filters of a page under a name. Pages open them under Views, the terminal with `--view`.",
    read=read_views,
    save=save_views,
    row_name="view",
    fields=(
        Field("view", "View", required=True, max_length=MAX_NAME_LENGTH),
        Field("period", "Period", "choice", PERIOD_CHOICES, required=True),
        Field("from_on", "From", "day", help=f"Of the period {CUSTOM}."),
        Field("to_on", "To", "day", help=f"Of the period {CUSTOM}."),
        Field("projects", "Projects", help="Names with ; between them. Empty: all."),
        Field("teams", "Teams", help="Names with ; between them. Empty: all."),
        Field("people", "People", "choice", SCOPES, default=SCOPES[0]),
        Field("categories", "Categories", help="Of the hours on Time, with ; between them. Empty: all."),
        Field("methods", "Methods", help="Of labels on Speed and Quality, with ; between them. Empty: all."),
        Field("stages", "Stages", help="Of labels on Speed and Quality, with ; between them. Empty: all."),
    ),
)
