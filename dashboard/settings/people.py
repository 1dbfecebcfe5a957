"""People: their aliases in every tool, team, role, zone and weekly hours, read and saved as one table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from dashboard.errors import BadMapping
from dashboard.filters import ROLES
from dashboard.importers.columns.zones import list_zones
from dashboard.settings.cells import EARLIEST_DAY, Row, read_day, read_hours, read_text
from dashboard.settings.person_names import keep_time_off, use_current_names
from dashboard.settings.sheet import Cells, Field, Sheet
from dashboard.store.generations import Store
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Change, Snapshot

HOURS_PER_WEEK = 168.0
HOURS_PER_DAY = 24.0


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
    """Return all people (columns of PEOPLE_SHEET), one row per person and change of weekly hours."""
    with store.snapshot() as snapshot:
        return query_people(snapshot).drop("person_id")


def query_people(snapshot: Snapshot) -> pl.DataFrame:
    """Return all people with their number; weekly hours in force from the start have no day."""
    people = run_query(snapshot, "people", {})
    return people.with_columns(from_on=pl.when(pl.col("from_on") != EARLIEST_DAY).then("from_on"))


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
    for row_label, cells in PEOPLE_SHEET.parse_rows(rows):
        merge_row(people.setdefault(cells["name"], Person(cells["name"])), cells, row_label)
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


def merge_row(person: Person, cells: Cells, row_label: str) -> None:
    """Merge a row into a person; empty cells change nothing.

    Raises:
        BadMapping: an unknown time zone, days out of order, or two numbers of weekly hours from the same day.
    """
    person.team = cells["team"] or person.team
    person.role = cells["role"] or person.role
    person.zone = cells["zone"] or person.zone
    if person.zone and person.zone not in list_zones():
        raise BadMapping(f"{row_label} has the unknown time zone {person.zone!r}.", "Write it like Europe/Berlin.")
    person.active_from = cells["active_from"] or person.active_from
    person.active_to = cells["active_to"] or person.active_to
    if person.active_from and person.active_to and person.active_from > person.active_to:
        raise BadMapping(f"{row_label} is active until a day before the first one.", "Swap the two days.")
    person.aliases |= {alias.strip() for alias in cells["aliases"].split(";") if alias.strip()}
    hours = cells["weekly_hours"]
    if hours is not None:
        from_on = cells["from_on"] or EARLIEST_DAY
        if person.weekly_hours.setdefault(from_on, hours) != hours:
            raise BadMapping(f"{row_label} has two numbers of weekly hours from the same day.", "Keep one.")


def replace_people(change: Change, people: Sequence[Person]) -> None:
    """Write all people into a change; existing people keep their number, and whoever has a new name what they had.

    Labels are rebuilt if a rollout names people, because aliases may have changed.

    Raises:
        BadMapping: somebody with time off is missing, or has different rates or rollouts under two names.
    """
    numbers = dict(change.query("select name, person_id from person order by name").iter_rows())
    owners = {alias: person.name for person in people for alias in person.aliases}
    first_free = max(numbers.values(), default=0) + 1
    for offset, person in enumerate(person for person in people if person.name not in numbers):
        numbers[person.name] = first_free + offset
    keep_time_off(change, numbers, owners)
    for table in ("person", "alias", "capacity"):
        change.execute(f"delete from {table}")  # noqa: S608 - fixed names
    for person in people:
        insert_person(change, person, numbers[person.name])
    use_current_names(change)
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


PEOPLE_SHEET = Sheet(
    name="people",
    title="People",
    noun="the people",
    summary="People, their aliases, teams and roles",
    saved="People known: {count}.",
    help="Coverage and FTE need weekly hours; the engineers' share needs roles. Also called are the names that a "
    "person has in files, with `;` between them. A second row of the same name with another day changes the weekly "
    "hours from that day on.",
    read=read_people,
    save=save_people,
    row_name="name",
    fields=(
        Field("name", "Name", required=True),
        Field("aliases", "Also called", help="Names in tools, separated by ;"),
        Field("team", "Team"),
        Field("role", "Role", "choice", ROLES),
        Field("zone", "Time zone", help="Such as Europe/Berlin"),
        Field("weekly_hours", "Weekly hours", "number", maximum=HOURS_PER_WEEK),
        Field("from_on", "Hours valid from", "day", help="Empty: from the beginning."),
        Field("active_from", "Active from", "day"),
        Field("active_to", "Active until", "day"),
    ),
)
