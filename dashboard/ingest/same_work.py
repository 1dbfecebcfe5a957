"""Whether a file has the work of another import under another name, or out of another tracker, without a common key."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from dashboard.edit_distance import are_nearly_equal
from dashboard.errors import QuestionNeeded, shorten_quote
from dashboard.importers.contract import Importer, Settings
from dashboard.schemas import FIRST_IMPORT, Kind
from dashboard.store.engine import read_sql_files
from dashboard.store.snapshot import Change
from dashboard.units import count_noun, format_count

INGEST_SQL = dict(read_sql_files("ingest"))
KEEP_ONE = "Keep one of the two: leave this file out, or undo import {number} and import this one."
HAS_EARLIER_SQL = """
    with day as (select min(day_on) as first_on, max(day_on) as last_on from {kind} where import_id = $import_id)
    select exists (
        from {kind}, day
        where source = $source and import_id <> $import_id and native_id is null
            and (day_on is null or day_on between first_on and last_on)
    )
"""
LONG_DAY = 12 * 3600  # seconds
QUARTER_HOUR = 900  # seconds; people book in multiples of it
CALENDAR = "icalendar"
SEVERAL = 2  # what one row may be by chance
CLEAR_ROWS = 8
CLEAR_SHARE = 0.8  # of what both have
FEWEST_ODD = 3  # sums off the quarter of an hour that two persons have by chance on no days
SHAPES: dict[Kind, dict[str, str]] = {  # what stands for the placeholders of renamed_work.sql
    "time_entry": {
        "content_value": "concat(lower(task), chr(31), lower(description))",
        "varied_by": "coalesce(lower(task), '')",
        "length_value": "seconds",
        "ended_value": "null",
    },
    "labeling_event": {
        "content_value": "concat(item, chr(31), stage, chr(31), method, chr(31), answer)",
        "varied_by": "''",
        "length_value": "milliseconds",
        "ended_value": "finished_at",
    },
    "experiment_run": {
        "content_value": "concat(run, chr(31), value)",
        "varied_by": "''",
        "length_value": "seconds",
        "ended_value": "finished_at",
    },
}


def check_told_twice(
    change: Change, importer: Importer, import_id: int, name: str, settings: Settings, *, is_open: bool
) -> str | None:
    """Ask about work that is there under another name or from another tracker; return what is to be told of it.

    `is_open` says that the answer was not given for this file.

    Raises:
        QuestionNeeded: it would count twice.
    """
    if import_id == FIRST_IMPORT or not (is_open or settings.edited != "keep"):
        return None
    note = check_renamed(change, importer, import_id, name)
    if importer.kind == "time_entry":
        check_other_trackers(change, import_id, importer.tool, name)
    if importer.kind == "labeling_event":
        check_other_tools(change, import_id, importer.tool, name)
    return note


def check_renamed(change: Change, importer: Importer, import_id: int, name: str) -> str | None:
    """Ask about a file that has the rows of an earlier one under another name of the project or of the person.

    Return what to say of entries with clock times: once both names are one person, they overlap, and a rule decides.

    Raises:
        QuestionNeeded: they would count twice.
    """
    if importer.kind not in SHAPES or not has_earlier(change, importer, import_id):
        return None
    query = INGEST_SQL["renamed_work.sql"].replace("fact_table", importer.kind)
    for placeholder, value in SHAPES[importer.kind].items():
        query = query.replace(placeholder, value)
    scale = 1000 if importer.kind == "labeling_event" else 1
    parameters: dict[str, object] = {
        "import_id": import_id,
        "source": importer.tool,
        "long_day": LONG_DAY * scale,
        "quarter_hour": QUARTER_HOUR * scale,
    }
    same_work = [
        row for row in change.query(query, parameters).iter_rows(named=True) if is_same_work(row, importer.kind)
    ]
    for row in same_work:
        if importer.kind != "time_entry" or not row["moments"]:
            raise build_question(
                row,
                f"{name}: {count_noun(row['entries'], 'row')} {describe_name(row['role'], row['after'])} equal those"
                f" {describe_name(row['role'], row['before'])} in import {row['earlier_id']} ({row['file_name']}) but"
                " for that name.",
            )
    return next(map(describe_two_names, same_work), None)


def build_question(row: dict[str, Any], text: str) -> QuestionNeeded:
    """Return the question whether work is the same as that of the earlier import in a row of a query."""
    return QuestionNeeded(
        "retold",
        f"{text} They would count twice.",
        f"{KEEP_ONE.format(number=row['earlier_id'])} If it is other work, say --edited keep.",
    )


def describe_two_names(row: dict[str, Any]) -> str:
    """Return that entries of two names have the same clock times, and what to do if both are one person."""
    return (
        f"{count_noun(row['entries'], 'entry')} {describe_name('person', row['after'])} stand at the same times as"
        f" those {describe_name('person', row['before'])} in import {row['earlier_id']}. If both are one person, match"
        " the names under People: Time then shows the overlap, and its rule decides what counts."
    )


def has_earlier(change: Change, importer: Importer, import_id: int) -> bool:
    """Return whether another import of the tool has rows without an id on the days of the file: only such are alike."""
    query = HAS_EARLIER_SQL.format(kind=importer.kind)
    return bool(change.read_value(query, {"source": importer.tool, "import_id": import_id}))


def is_same_work(row: dict[str, Any], kind: Kind) -> bool:
    """Return whether rows that are alike but for a name are rather the same work than equal habits.

    Habits are equal lengths, such as 8 h on each day. The lengths of one person in two projects differ sooner than
    those of two persons who follow one plan. Two labels, or runs, of the same moment are one. Of many pairs of names
    some have a few equal rows by chance: a pair must hold most of what is new, or many rows.
    """
    if has_near_names(row):
        return True
    is_many = row["entries"] >= CLEAR_ROWS or 2 * row["entries"] >= row["new_rows"]
    if row["entries"] < max(SEVERAL, CLEAR_SHARE * row["compared"]) or not is_many:
        return False
    if kind != "time_entry" and row["moments"] >= SEVERAL:
        return True
    fewest = SEVERAL if row["role"] == "project" else SEVERAL + 1
    return bool(row["lengths"] >= fewest or row["odd"] >= SEVERAL or row["has_long_days"])


def has_near_names(row: dict[str, Any]) -> bool:
    """Return whether both names of a row may be one. Two people with addresses of their own may share a name."""
    return not row["has_two_addresses"] and are_same_name(row["before"], row["after"])


def are_same_name(before: str | None, after: str | None) -> bool:
    """Return whether two names may be one: one of them unknown, nearly equal, or all words of one in the other."""
    if before is None or after is None or are_nearly_equal(before, after):
        return True
    first, second = (
        set(re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", name).casefold())) for name in (before, after)
    )
    has_same_numbers = {word for word in first ^ second if re.search(r"\d", word)} == set()
    return has_same_numbers and bool(first and second) and (first <= second or second <= first)


def describe_name(role: str, name: str | None) -> str:
    """Return how a message names the project or the person of rows."""
    if role == "project":
        return f"of project {shorten_quote(name)}" if name is not None else "without a project"
    return f"of {shorten_quote(name)}" if name is not None else "without a person"


def check_other_trackers(change: Change, import_id: int, source: str, name: str) -> None:
    """Ask about a file whose entries another tracker has at the same times, or whose hours it has for the same days.

    Raises:
        QuestionNeeded: they would count twice.
    """
    if source == CALENDAR or not has_other_sources(change, "time_entry", source):
        return
    parameters: dict[str, object] = {"import_id": import_id, "source": source, "quarter_hour": QUARTER_HOUR}
    by_clock = change.query(INGEST_SQL["told_by_clock.sql"], parameters).iter_rows(named=True)
    by_day = change.query(INGEST_SQL["told_by_tracker.sql"], parameters | {"long_day": LONG_DAY}).iter_rows(named=True)
    same_work = [
        *((row, describe_moments(row)) for row in by_clock if are_same_moments(row)),
        *((row, describe_hours(row)) for row in by_day if are_same_hours(row)),
    ]
    for row, description in same_work:
        raise build_question(
            row,
            f"{name}: import {row['earlier_id']} ({row['file_name']}) of another tracker seems to have the same hours."
            f" {description}",
        )


def has_other_sources(change: Change, kind: Kind, source: str) -> bool:
    """Return whether the store has rows of another tool."""
    query = f"select exists (from {kind} where source <> $source)"
    return bool(change.read_value(query, {"source": source}))


def check_other_tools(change: Change, import_id: int, source: str, name: str) -> None:
    """Ask about a file whose labels another tool has, ended in the same seconds after the same time.

    Raises:
        QuestionNeeded: they would count twice.
    """
    if not has_other_sources(change, "labeling_event", source):
        return
    parameters: dict[str, object] = {"import_id": import_id, "source": source}
    for row in change.query(INGEST_SQL["told_by_tool.sql"], parameters).iter_rows(named=True):
        if row["labels"] >= max(FEWEST_ODD, CLEAR_SHARE * row["compared"]):
            raise build_question(
                row,
                f"{name}: import {row['earlier_id']} ({row['file_name']}) of another tool seems to have the same"
                f" labels: {format_count(row['labels'])} ended in the same second and took as long.",
            )


def are_same_moments(row: dict[str, Any]) -> bool:
    """Return whether entries of two trackers with equal lengths and starts, but for a constant, are the same work.

    Two persons may keep the same round hours, and so may one person from day to day, seen from another zone.
    """
    if row["entries"] < max(SEVERAL, CLEAR_SHARE * row["compared"]):
        return False
    is_one_person = row["is_same_person"] or has_near_names(row)
    return bool(row["odd"] >= FEWEST_ODD or (is_one_person and (row["quarters"] == 0 or row["odd"] >= SEVERAL)))


def describe_moments(row: dict[str, Any]) -> str:
    """Return how many entries of two trackers are equal, and by how much their times differ, in a sentence."""
    hours = f"{abs(row['quarters']) / 4:g} h {'later' if row['quarters'] > 0 else 'earlier'}"
    times = f"of the same lengths, {hours} here" if row["quarters"] else "at the same times"
    return f"{count_noun(row['entries'], 'entry')}{describe_persons(row)} are {times}."


def are_same_hours(row: dict[str, Any]) -> bool:
    """Return whether the hours of two trackers are rather the same work than a day divided among them.

    Of one person they are if the sums are equal and differ from day to day or are of one project, or if most days would
    be too long.
    """
    is_equal = row["sums"] >= max(SEVERAL, CLEAR_SHARE * row["compared"])
    if row["is_same_person"] or has_near_names(row):
        is_long = row["has_long_days"] and (row["is_same_person"] or is_equal)
        is_told = row["lengths"] >= SEVERAL or row["odd"] >= 1 or row["level"] == "project"
        return bool(is_long or (is_equal and is_told))
    return bool(is_equal and row["odd"] >= FEWEST_ODD)


def describe_hours(row: dict[str, Any]) -> str:
    """Return what two trackers have in common, in a sentence."""
    if row["sums"] < SEVERAL:
        return "With both, the same people have more than 12 h on most days."
    return f"{count_noun(row['sums'], 'sum')}{describe_persons(row)} by day are equal to the minute."


def describe_persons(row: dict[str, Any]) -> str:
    """Return which person's work is meant, where the trackers do not name people alike."""
    if row["is_same_person"]:
        return ""
    return f" of {shorten_quote(row['after'])}, there {shorten_quote(row['before'])},"
