"""Whether a file tells work that another import has told, in rows that cannot be matched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dashboard.errors import QuestionNeeded
from dashboard.importers.contract import Importer, Settings, list_retold
from dashboard.ingest.same_work import CALENDAR, KEEP_ONE
from dashboard.schemas import FIRST_IMPORT
from dashboard.store.engine import read_sql_files
from dashboard.store.snapshot import Change
from dashboard.units import count_noun, format_decimal

INGEST_SQL = dict(read_sql_files("ingest"))


QUERIES: dict[str, str] = {"labeling_event": "retold_items.sql", "time_entry": "retold_entries.sql"}  # in other rows
COMPARED_EVENTS = 2000
OTHER_EXPORT = "is another export of the same work and has {items} of this file, whose time would count twice."


@dataclass(frozen=True)
class LeftOutEvents:
    """Events of a calendar that were left out, because entries of another import hold their time."""

    count: int = 0
    seconds: int = 0
    uncovered: int = 0  # seconds of them that no entry holds
    import_id: int | None = None  # that holds most of them

    def warnings(self) -> Iterator[str]:
        """Yield what was left out, and when to import the calendar again."""
        if self.count:
            hours = f"{format_decimal(self.seconds / 3600, 2)} h"
            yield (
                f"{count_noun(self.count, 'event')} ({hours}) left out, because entries of import {self.import_id} hold"
                f" at least half of their time.{self._describe_gap()} If you undo that import, import this file again."
            )

    def _describe_gap(self) -> str:
        """Return the sentence on their time that no entry holds, which is now in no total."""
        hours = f"{format_decimal(self.uncovered / 3600, 2)} h"
        return f" No entry holds {hours} of their time: it is not counted." if self.uncovered else ""


def settle_retold(
    change: Change, importer: Importer, import_id: int, name: str, settings: Settings, *, is_open: bool
) -> LeftOutEvents:
    """Leave out the events whose time is in the store if the lead said so, and ask about work that is told twice.

    `is_open` says that the answer was not given for this file. Raises as `check_retold`.
    """
    left_out = LeftOutEvents()
    if import_id == FIRST_IMPORT:
        return left_out
    if settings.edited == "new" and importer.name == CALENDAR:
        left_out = leave_out_events(change, import_id)
    if is_open or settings.edited != "keep":
        check_retold(change, importer, import_id, name)
    return left_out


def check_retold(change: Change, importer: Importer, import_id: int, name: str) -> None:
    """Ask about a file whose items or entries stand in an import that tells the same work in other rows.

    Raises:
        QuestionNeeded: their time and labels would count twice.
    """
    formats = [*list_retold(importer), *([importer.name] if importer.kind == "time_entry" else [])]
    if formats and importer.kind in QUERIES:
        parameters = {"import_id": import_id, "format": importer.name, "formats": formats}
        for row in change.query(INGEST_SQL[QUERIES[importer.kind]], parameters).iter_rows(named=True):
            noun = "item" if importer.kind == "labeling_event" else "entry"
            raise QuestionNeeded(
                "retold",
                f"{name}: import {row['earlier_id']} ({row['file_name']})"
                f" {OTHER_EXPORT.format(items=count_noun(row['items'], noun))}",
                f"{KEEP_ONE.format(number=row['earlier_id'])} If it is other work, say --edited keep.",
            )
    if importer.kind == "time_entry":
        check_meetings(change, importer, import_id, name)


def check_retold_again(change: Change, importer: Importer, import_id: int, name: str) -> None:
    """Ask what `check_retold` would ask if the file of an import came again, where each of its rows is in force.

    Time entries in other rows need no question: each row of the file has its entry.
    """
    if importer.kind == "time_entry":
        check_meetings(change, importer, import_id, name)
    else:
        check_retold(change, importer, import_id, name)


def check_meetings(change: Change, importer: Importer, import_id: int, name: str) -> None:
    """Ask about a calendar whose events are entries of a tracker, or the other way round.

    Raises:
        QuestionNeeded: their time would count twice.
    """
    is_calendar = importer.name == CALENDAR
    has_other = "select exists (from import where undone_at is null and (source = $calendar) <> $is_calendar)"
    if not change.query(has_other, {"calendar": CALENDAR, "is_calendar": is_calendar}).item():
        return
    find_covered(change, importer.name, import_id, COMPARED_EVENTS)
    for row in change.query(INGEST_SQL["retold_meetings.sql"], {}).iter_rows(named=True):
        number = row["earlier_id"]
        only_new = (
            "--edited new leaves them out and keeps the others."
            if is_calendar
            else f"To have the other events, too: undo import {number}, import this file, and then the calendar with"
            " --edited new."
        )
        raise QuestionNeeded(
            "events" if is_calendar else "retold",
            f"{name}: import {number} ({row['file_name']}) has the time of"
            f" {count_noun(row['items'], 'event')} of the calendar, which would count twice.",
            f"{KEEP_ONE.format(number=number)} {only_new} If it is other work, say --edited keep.",
        )


def find_covered(change: Change, importer_name: str, import_id: int, most: int) -> None:
    """List the events of calendars that entries of another import hold in `covered_event`."""
    parameters = {"import_id": import_id, "format": importer_name, "most": most}
    change.execute(INGEST_SQL["covered_events.sql"], parameters)


def leave_out_events(change: Change, import_id: int) -> LeftOutEvents:
    """Take the events of a calendar whose time entries of other imports hold out of the facts."""
    own_rows = int(change.query("select count(*) from time_entry where import_id = $id", {"id": import_id}).item())
    find_covered(change, CALENDAR, import_id, own_rows)
    left_out = change.query(
        "select count(*) as count, mode(earlier_id) as import_id, sum(seconds) as seconds,"
        " sum(greatest(seconds - covered, 0)) as uncovered"
        " from (select row_id, mode(earlier_id) as earlier_id, any_value(seconds) as seconds,"
        " any_value(covered) as covered from covered_event group by row_id)"
    ).row(0, named=True)
    change.execute("delete from time_entry where rowid in (select row_id from covered_event)")
    return LeftOutEvents(
        left_out["count"], int(left_out["seconds"] or 0), int(left_out["uncovered"] or 0), left_out["import_id"]
    )
