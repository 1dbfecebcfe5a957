"""People: their aliases in every tool, team, role, zone and weekly hours, read and saved as one table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import available_timezones

import polars as pl

from dashboard import privacy
from dashboard.errors import BadMapping
from dashboard.settings.csv_text import parse_csv
from dashboard.store.generations import Store
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Change, Snapshot

PEOPLE_COLUMNS = ("name", "aliases", "team", "role", "zone", "weekly_hours", "from_on", "active_from", "active_to")
TIME_OFF_COLUMNS = ("name", "day_on", "hours")
ROLES = ("engineer", "annotator", "other", "unknown")
EARLIEST_DAY = date(1990, 1, 1)
HOURS_PER_WEEK = 168.0
HOURS_PER_DAY = 24.0

Row = Mapping[str, object]


@dataclass
class Person:
    """One person as entered; further rows of the same name add aliases and changes of weekly hours."""

    name: str
    team: str | None = None
    role: str = "unknown"
    zone: str | None = None
    active_from: date | None = None
    active_to: date | None = None
    aliases: set[str] = field(default_factory=set)
    weekly_hours: dict[date, float] = field(default_factory=dict)  # in force from that day


def read_people(store: Store) -> pl.DataFrame:
    """Return all people (columns of PEOPLE_COLUMNS), one row per person and change of weekly hours."""
    with store.snapshot() as snapshot:
        return query_people(snapshot).drop("person_id")


def query_people(snapshot: Snapshot) -> pl.DataFrame:
    """Return all people with their number; weekly hours in force from the start have no day."""
    people = run_query(snapshot, "people", {})
    return people.with_columns(from_on=pl.when(pl.col("from_on") != EARLIEST_DAY).then("from_on"))


def format_people_csv(store: Store) -> str:
    """Return all people as CSV (columns of PEOPLE_COLUMNS)."""
    return privacy.format_frame_csv(read_people(store))


def load_people_csv(store: Store, csv_text: str, who: str | None = None) -> int:
    """Replace all people by those in a CSV text and return their number.

    Raises:
        BadMapping: not CSV, a missing or unknown column, or as `parse_people`.
    """
    return save_people(store, parse_csv(csv_text, ("name",), PEOPLE_COLUMNS), who)


def save_people_frame(store: Store, frame: pl.DataFrame, who: str | None = None) -> int:
    """Replace all people by those in a frame (columns of PEOPLE_COLUMNS, only `name` required); return their number.

    Raises:
        BadMapping: as `parse_people`.
    """
    return save_people(store, frame.to_dicts(), who)


def save_people(store: Store, rows: Sequence[Row], who: str | None = None) -> int:
    """Replace all people by those in these rows and return their number."""
    people = parse_people(rows)
    with store.change("save people", who) as change:
        replace_people(change, people)
        change.log("people", f"{len(people)} people", who)
    return len(people)


def parse_people(rows: Sequence[Row]) -> list[Person]:
    """Return one checked person per name.

    Raises:
        BadMapping: a row without a name, an unknown role or zone, an unreadable value, or an alias of two people.
    """
    people: dict[str, Person] = {}
    for number, row in enumerate(rows, start=1):
        name = read_text(row, "name")
        if not name:
            raise BadMapping(f"Row {number} of the people has no name.", "Write one, or delete the row.")
        merge_row(people.setdefault(name, Person(name)), row)
    for person in people.values():
        person.aliases.add(person.name)
    check_shared_aliases(people.values())
    return list(people.values())


def check_shared_aliases(people: Iterable[Person]) -> None:
    """Refuse an alias that belongs to two people.

    Raises:
        BadMapping: there is one.
    """
    owners: dict[str, str] = {}
    for person in people:
        for alias in sorted(person.aliases):
            if owners.setdefault(alias, person.name) != person.name:
                message = f"The alias {alias!r} belongs to both {owners[alias]} and {person.name}."
                raise BadMapping(message, "An alias can belong to one person only.")


def merge_row(person: Person, row: Row) -> None:
    """Merge a row into a person; empty cells change nothing."""
    person.team = read_text(row, "team") or person.team
    role = read_text(row, "role").lower() or person.role
    if role not in ROLES:
        raise BadMapping(f"{person.name} has the unknown role {role!r}.", f"Use one of: {', '.join(ROLES)}.")
    person.role = role
    person.zone = read_text(row, "zone") or person.zone
    if person.zone and person.zone not in available_timezones():
        raise BadMapping(f"{person.name} has the unknown time zone {person.zone!r}.", "Write it like Europe/Berlin.")
    person.active_from = read_day(row, "active_from", person.name) or person.active_from
    person.active_to = read_day(row, "active_to", person.name) or person.active_to
    if person.active_from and person.active_to and person.active_from > person.active_to:
        raise BadMapping(f"{person.name} is active until a day before the first one.", "Swap the two days.")
    person.aliases |= {alias.strip() for alias in read_text(row, "aliases").split(";") if alias.strip()}
    hours = read_hours(row, "weekly_hours", person.name, HOURS_PER_WEEK)
    if hours is not None:
        from_on = read_day(row, "from_on", person.name) or EARLIEST_DAY
        if person.weekly_hours.setdefault(from_on, hours) != hours:
            raise BadMapping(f"{person.name} has two numbers of weekly hours from the same day.", "Keep one.")


def read_text(row: Row, column: str) -> str:
    """Return a cell as stripped text, empty if there is none."""
    value = row.get(column)
    return "" if value is None else str(value).strip()


def read_day(row: Row, column: str, name: str) -> date | None:
    """Return a cell as a day, None if it is empty.

    Raises:
        BadMapping: not a day in the form year-month-day.
    """
    written = read_text(row, column)
    try:
        return date.fromisoformat(written[:10]) if written else None
    except ValueError:
        raise BadMapping(f"{column} of {name} is {written!r}, not a day.", "Write it like 2026-03-31.") from None


def read_hours(row: Row, column: str, name: str, maximum: float) -> float | None:
    """Return a cell as hours between 0 and `maximum`, None if it is empty.

    Raises:
        BadMapping: not such a number.
    """
    written = read_text(row, column)
    if not written:
        return None
    try:
        hours = float(written)
    except ValueError:
        hours = -1.0
    if not 0 <= hours <= maximum:
        raise BadMapping(
            f"{column} of {name} is {written!r}.", f"Write hours from 0 to {maximum:.0f}, with a decimal point."
        )
    return hours


def replace_people(change: Change, people: Sequence[Person]) -> None:
    """Write all people into a change; existing people keep their number and time off.

    Labels are rebuilt if a rollout names people, because aliases may have changed.
    """
    numbers = dict(change.query("select name, person_id from person order by name").iter_rows())
    first_free = max(numbers.values(), default=0) + 1
    for offset, person in enumerate(person for person in people if person.name not in numbers):
        numbers[person.name] = first_free + offset
    for table in ("person", "alias", "capacity"):
        change.execute(f"delete from {table}")  # noqa: S608 - fixed names
    for person in people:
        insert_person(change, person, numbers[person.name])
    change.execute("delete from time_off where person_id not in (select person_id from person)")
    if change.query("select 1 from automation_scope where person <> '' order by 1 limit 1").height:
        change.rebuild_labels()


def insert_person(change: Change, person: Person, person_id: int) -> None:
    """Insert one person with aliases and weekly hours."""
    change.execute(
        "insert into person values ($person_id, $name, $team, $role, $zone, $active_from, $active_to)",
        {
            "person_id": person_id,
            "name": person.name,
            "team": person.team,
            "role": person.role,
            "zone": person.zone,
            "active_from": person.active_from,
            "active_to": person.active_to,
        },
    )
    for alias in sorted(person.aliases):
        change.execute("insert into alias values ($alias, $person_id)", {"alias": alias, "person_id": person_id})
    for from_on, hours in sorted(person.weekly_hours.items()):
        change.execute(
            "insert into capacity values ($person_id, $from_on, $hours)",
            {"person_id": person_id, "from_on": from_on, "hours": hours},
        )


def read_time_off(store: Store) -> pl.DataFrame:
    """Return the time off of all people: name, day_on, hours."""
    with store.snapshot() as snapshot:
        return run_query(snapshot, "time_off", {})


def save_time_off(store: Store, frame: pl.DataFrame, who: str | None = None) -> int:
    """Replace all time off by a frame (name, day_on, hours) and return the number of days.

    Raises:
        BadMapping: an unknown name, an unreadable value, or a day twice.
    """
    with store.change("save time off", who) as change:
        numbers = dict(change.query("select name, person_id from person order by name").iter_rows())
        hours_by_day: dict[tuple[int, date], float] = {}
        for row in frame.to_dicts():
            name = read_text(row, "name")
            if name not in numbers:
                raise BadMapping(f"Nobody is called {name!r}.", "Enter the person first.")
            day_on, hours = read_day(row, "day_on", name), read_hours(row, "hours", name, HOURS_PER_DAY)
            if day_on is None or hours is None:
                raise BadMapping(f"Time off of {name} lacks a day or hours.", "Write both.")
            if hours_by_day.setdefault((numbers[name], day_on), hours) != hours:
                raise BadMapping(f"{name} has time off twice on {day_on}.", "Keep one.")
        change.execute("delete from time_off")
        rows = [(person_id, day_on, hours) for (person_id, day_on), hours in hours_by_day.items()]
        schema = {"person_id": pl.Int32, "day_on": pl.Date, "hours": pl.Float64}
        change.insert("time_off", pl.DataFrame(rows, schema=schema, orient="row"))
    return len(hours_by_day)
