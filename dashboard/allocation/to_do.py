"""The figure `to_do`: what keeps the numbers from being sure, and where a click mends it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

import polars as pl

from dashboard.figures.spec import FigureSpec
from dashboard.importers.discover import name_source
from dashboard.settings.unsorted import read_unsorted
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Snapshot
from dashboard.units import count_noun, format_count, format_hours, format_table_day

STALE_DAYS = 7  # data older than a week miss a weekly look
TO_SORT, PEOPLE, PROJECTS, AUTOMATIONS = "to sort", "people", "projects of tools", "automations"
WATCHED, IMPORT = "watched folders", "import"
SCHEMA = {"place": pl.String, "count": pl.Int64, "hours": pl.Float64, "words": pl.String}
Task = tuple[str, int, float | None, str]


def build_to_do_rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return one row per task (columns of SCHEMA), none where nothing is open."""
    row = run_query(snapshot, "open_tasks", {"today": params["today"]}).row(0, named=True)
    tasks = [
        *_list_sorting(snapshot),
        *_list_people(row),
        *_list_set_up(row),
        *_list_watched(snapshot),
        *_list_imports(row, params["today"]),
        *_list_gaps(snapshot, params),
        *_list_lagging(run_query(snapshot, "lagging_trackers", {"today": params["today"]})),
    ]
    return pl.DataFrame(tasks, schema=SCHEMA, orient="row")


def _list_sorting(snapshot: Snapshot) -> Iterator[Task]:
    groups = read_unsorted(snapshot)
    if groups:
        hours = sum(group.hours for group in groups)
        yield (
            TO_SORT,
            len(groups),
            hours,
            f"{count_noun(len(groups), 'text')} not sorted: {format_hours(hours)} overall",
        )


def _list_people(row: Mapping[str, int]) -> Iterator[Task]:
    for key, what in (("people_without_hours", "weekly hours"), ("people_without_role", "a role")):
        count = row[key]
        if count:
            yield PEOPLE, count, None, f"{_count_people(count)} without {what}"
    if count := row["people_stopped"]:
        yield PEOPLE, count, None, f"{_count_people(count)} without time for three weeks"


def _count_people(count: int) -> str:
    return "1 person" if count == 1 else f"{format_count(count)} people"


def _list_set_up(row: Mapping[str, int]) -> Iterator[Task]:
    if row["open_projects"]:
        count = row["open_projects"]
        yield PROJECTS, count, None, f"{count_noun(count, 'labeling project')} not matched"
    if row["unregistered_labels"]:
        count = row["unregistered_labels"]
        yield AUTOMATIONS, count, None, f"{count_noun(count, 'label')} of unregistered automation"


def _list_watched(snapshot: Snapshot) -> Iterator[Task]:
    count = run_query(snapshot, "watched_problems", {}).height
    if count:
        yield WATCHED, count, None, f"{count_noun(count, 'file')} of watched folders not imported"


def _list_imports(row: Mapping[str, object], today: object) -> Iterator[Task]:
    missing = int(str(row["missing_entries"]))
    if missing:
        yield (
            IMPORT,
            missing,
            None,
            f"{count_noun(missing, 'entry')} of the newest file's days no longer in the tracker",
        )
    for key, what in (("tracked_on", "Tracked time"), ("labeled_on", "Labels")):
        newest = row[key]
        if isinstance(newest, date) and isinstance(today, date) and (today - newest).days > STALE_DAYS:
            days = (today - newest).days
            yield IMPORT, days, None, f"{what}: {format_count(days)} days old"


def _list_gaps(snapshot: Snapshot, params: Mapping[str, object]) -> Iterator[Task]:
    for from_on, to_on, days in run_query(snapshot, "time_gaps", params).iter_rows():
        yield IMPORT, days, None, f"No time is known from {format_table_day(from_on)} to {format_table_day(to_on)}"


def _list_lagging(trackers: pl.DataFrame) -> Iterator[Task]:
    for source, days in trackers.filter(pl.col("days") > STALE_DAYS).iter_rows():
        yield IMPORT, days, None, f"{name_source(source)}: {format_count(days)} days behind other tracked time"


TO_DO = FigureSpec(
    "to_do",
    "What is to do",
    "tasks",
    "What keeps the numbers from being sure, over the whole store, and the place on the Data page that mends it.",
    "one row per task",
    rows=build_to_do_rows,
    about="files",
    ignores=("projects", "teams", "people", "roles", "categories"),
)
