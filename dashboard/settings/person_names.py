"""The names of people in settings: whoever is called otherwise by now keeps rates, rollouts and time off."""

from __future__ import annotations

from dashboard.errors import BadMapping, shorten_quote
from dashboard.store.snapshot import Change
from dashboard.units import count_noun

# The settings that name people, with what identifies a row and what a message calls it.
NAMING_TABLES = {
    "rate": (("person", "role", "from_on"), "The rate"),
    "automation_scope": (("automation", "project", "person", "from_on"), "The rollout"),
}


def use_current_names(change: Change) -> None:
    """Replace aliases by the name of the person in the settings that name people.

    Raises:
        BadMapping: two rows of one person, entered under two names, say something different.
    """
    for table, (keys, title) in NAMING_TABLES.items():
        rows = change.query(
            f"select distinct {table}.* replace (coalesce(person.name, {table}.person) as person)"  # noqa: S608 - own names
            f" from {table} left join alias on alias.alias = {table}.person"
            " left join person on person.person_id = alias.person_id order by all"
        )
        repeated = rows.filter(rows.select(keys).is_duplicated())
        if not repeated.is_empty():
            name = shorten_quote(repeated.item(0, "person"))
            raise BadMapping(
                f"{title} of {name} is there twice, under two of their names, and they differ.", "Delete one of them."
            )
        change.execute(f"delete from {table}")  # noqa: S608 - own names
        change.insert(table, rows)


def keep_time_off(change: Change, numbers: dict[str, int], owners: dict[str, str]) -> None:
    """Give the time off of people whose name is now an alias to the person who has it, and keep the longer of a day.

    `numbers` holds the numbers of names, old and new; `owners` whose alias a name is now.

    Raises:
        BadMapping: somebody with time off is missing.
    """
    days = "select count(*) from time_off where person_id = $number"
    for name in sorted(numbers.keys() - set(owners.values())):
        number: dict[str, object] = {"number": numbers[name]}
        heir = numbers.get(owners.get(name, ""))
        if heir is None and (count := change.read_value(days, number)):
            raise BadMapping(
                f"{shorten_quote(name)} is missing and has {count_noun(count, 'day')} of time off.",
                "If they left, keep them and enter the last day under Active until. If they are called otherwise now,"
                " keep the old name under Also called. Else delete their time off first.",
            )
        if heir is not None and heir != numbers[name]:
            change.execute(
                "insert into time_off select $heir, day_on, hours from time_off where person_id = $number"
                " on conflict do update set hours = greatest(hours, excluded.hours)",
                {**number, "heir": heir},
            )
            change.execute("delete from time_off where person_id = $number", number)
