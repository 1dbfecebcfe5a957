"""People: their names in every tool, team, role, zone and weekly hours; read, checked and saved as one table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import available_timezones

import polars as pl

from dashboard import catalog, privacy
from dashboard.errors import BadMapping
from dashboard.mapping import sheets
from dashboard.store import Change, Snapshot, Store

PEOPLE_COLUMNS = ("name", "aliases", "team", "role", "zone", "weekly_hours", "from_on", "active_from", "active_to")
TIME_OFF_COLUMNS = ("name", "day_on", "hours")
ROLES = ("engineer", "annotator", "other", "unknown")
SINCE_EVER = date(1990, 1, 1)
HOURS_A_WEEK = 168.0
HOURS_A_DAY = 24.0

Row = Mapping[str, object]


@dataclass
class Person:
    """One person as entered; later rows of the same name add aliases and changes of weekly hours."""

    name: str
    team: str | None = None
    role: str = "unknown"
    zone: str | None = None
    active_from: date | None = None
    active_to: date | None = None
    aliases: set[str] = field(default_factory=set)
    weekly_hours: dict[date, float] = field(default_factory=dict)  # in force from that day


def people_frame(store: Store) -> pl.DataFrame:
    """Return everyone: columns of PEOPLE_COLUMNS, one row a person and change of weekly hours."""
    with store.snapshot() as snapshot:
        return known(snapshot).drop("person_id")


def known(snapshot: Snapshot) -> pl.DataFrame:
    """Return everyone with their number; hours that hold since ever have no day."""
    found = catalog.run(snapshot, "people", {})
    return found.with_columns(from_on=pl.when(pl.col("from_on") != SINCE_EVER).then("from_on"))


def people_csv(store: Store) -> str:
    """Return everyone as CSV (columns of PEOPLE_COLUMNS)."""
    return privacy.frame_csv(people_frame(store))


def load_people(store: Store, text: str, who: str | None = None) -> int:
    """Replace everyone by the people of a CSV text and return how many there are.

    Raises:
        BadMapping: not CSV, a missing or unknown column, or a person that contradicts another.
    """
    return save_rows(store, sheets.read(text, ("name",), PEOPLE_COLUMNS), who)


def save_people(store: Store, frame: pl.DataFrame, who: str | None = None) -> int:
    """Replace everyone by the people of a frame (columns of PEOPLE_COLUMNS, only `name` required).

    Raises:
        BadMapping: a person that cannot be used as written, or that contradicts another.
    """
    return save_rows(store, frame.to_dicts(), who)


def save_rows(store: Store, rows: Sequence[Row], who: str | None = None) -> int:
    """Replace everyone by the people of these rows and return how many there are."""
    people = gathered(rows)
    with store.change("save people", who) as change:
        replace_people(change, people)
        change.log("people", f"{len(people)} people", who)
    return len(people)


def gathered(rows: Sequence[Row]) -> list[Person]:
    """Return one person a name, checked.

    Raises:
        BadMapping: a row without a name, an unknown role or zone, a value that cannot be read, an alias of two people.
    """
    people: dict[str, Person] = {}
    for number, row in enumerate(rows, start=1):
        name = text(row, "name")
        if not name:
            raise BadMapping(f"Row {number} of the people has no name.", "Write one, or delete the row.")
        add(people.setdefault(name, Person(name)), row)
    for person in people.values():
        person.aliases.add(person.name)
    refuse_shared(people.values())
    return list(people.values())


def refuse_shared(people: Iterable[Person]) -> None:
    """Refuse an alias of two people.

    Raises:
        BadMapping: there is one.
    """
    owner: dict[str, str] = {}
    for person in people:
        for alias in sorted(person.aliases):
            if owner.setdefault(alias, person.name) != person.name:
                message = f"The alias {alias!r} belongs to both {owner[alias]} and {person.name}."
                raise BadMapping(message, "An alias can belong to one person only.")


def add(person: Person, row: Row) -> None:
    """Add what a row says about a person; an empty cell says nothing."""
    person.team = text(row, "team") or person.team
    role = text(row, "role").lower() or person.role
    if role not in ROLES:
        raise BadMapping(f"{person.name} has the unknown role {role!r}.", f"Use one of: {', '.join(ROLES)}.")
    person.role = role
    person.zone = text(row, "zone") or person.zone
    if person.zone and person.zone not in available_timezones():
        raise BadMapping(f"{person.name} has the unknown time zone {person.zone!r}.", "Write it like Europe/Berlin.")
    person.active_from = day(row, "active_from", person.name) or person.active_from
    person.active_to = day(row, "active_to", person.name) or person.active_to
    if person.active_from and person.active_to and person.active_from > person.active_to:
        raise BadMapping(f"{person.name} is active until a day before the first one.", "Swap the two days.")
    person.aliases |= {alias.strip() for alias in text(row, "aliases").split(";") if alias.strip()}
    hours = number(row, "weekly_hours", person.name, HOURS_A_WEEK)
    if hours is not None:
        from_on = day(row, "from_on", person.name) or SINCE_EVER
        if person.weekly_hours.setdefault(from_on, hours) != hours:
            raise BadMapping(f"{person.name} has two numbers of weekly hours from the same day.", "Keep one.")


def text(row: Row, column: str) -> str:
    """Return a cell as stripped text; empty for none."""
    value = row.get(column)
    return "" if value is None else str(value).strip()


def day(row: Row, column: str, name: str) -> date | None:
    """Return a cell as a day, None for an empty one.

    Raises:
        BadMapping: not a day written year-month-day.
    """
    written = text(row, column)
    try:
        return date.fromisoformat(written[:10]) if written else None
    except ValueError:
        raise BadMapping(f"{column} of {name} is {written!r}, not a day.", "Write it like 2026-03-31.") from None


def number(row: Row, column: str, name: str, most: float) -> float | None:
    """Return a cell as hours between 0 and `most`, None for an empty one.

    Raises:
        BadMapping: not such a number.
    """
    written = text(row, column)
    if not written:
        return None
    try:
        hours = float(written)
    except ValueError:
        hours = -1.0
    if not 0 <= hours <= most:
        raise BadMapping(
            f"{column} of {name} is {written!r}.", f"Write hours from 0 to {most:.0f}, with a decimal point."
        )
    return hours


def replace_people(change: Change, people: Sequence[Person]) -> None:
    """Write everyone into a change; who was there before keeps number and time off.

    A rollout may name a person whose names have just changed: then the labels are decided anew.
    """
    numbers = dict(change.query("select name, person_id from person order by name").iter_rows())
    unused = max(numbers.values(), default=0) + 1
    for place, person in enumerate(person for person in people if person.name not in numbers):
        numbers[person.name] = unused + place
    for table in ("person", "alias", "capacity"):
        change.execute(f"delete from {table}")  # noqa: S608 - fixed names
    for person in people:
        insert(change, person, numbers[person.name])
    change.execute("delete from time_off where person_id not in (select person_id from person)")
    if change.query("select 1 from automation_scope where person <> '' order by 1 limit 1").height:
        change.rebuild_labels()


def insert(change: Change, person: Person, person_id: int) -> None:
    """Write one person with aliases and weekly hours."""
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


def time_off_frame(store: Store) -> pl.DataFrame:
    """Return everyone's time off: name, day_on, hours."""
    with store.snapshot() as snapshot:
        return catalog.run(snapshot, "time_off", {})


def save_time_off(store: Store, frame: pl.DataFrame, who: str | None = None) -> int:
    """Replace all time off by that of a frame (name, day_on, hours) and return how many days there are.

    Raises:
        BadMapping: nobody of that name, a value that cannot be read, or a day twice.
    """
    with store.change("save time off", who) as change:
        numbers = dict(change.query("select name, person_id from person order by name").iter_rows())
        off: dict[tuple[int, date], float] = {}
        for row in frame.to_dicts():
            name = text(row, "name")
            if name not in numbers:
                raise BadMapping(f"Nobody is called {name!r}.", "Enter the person first.")
            on, hours = day(row, "day_on", name), number(row, "hours", name, HOURS_A_DAY)
            if on is None or hours is None:
                raise BadMapping(f"Time off of {name} lacks a day or hours.", "Write both.")
            if off.setdefault((numbers[name], on), hours) != hours:
                raise BadMapping(f"{name} has time off twice on {on}.", "Keep one.")
        change.execute("delete from time_off")
        listed = [(person_id, on, hours) for (person_id, on), hours in off.items()]
        schema = {"person_id": pl.Int32, "day_on": pl.Date, "hours": pl.Float64}
        change.insert("time_off", pl.DataFrame(listed, schema=schema, orient="row"))
    return len(off)
