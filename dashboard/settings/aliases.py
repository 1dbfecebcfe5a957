"""Aliases of people across tools: proposed by e-mail and name, in force only once the lead accepts them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from dashboard.errors import BadMapping
from dashboard.settings.people import Person, check_shared_aliases, parse_people, query_people, replace_people
from dashboard.store.generations import Store
from dashboard.store.queries import run_query

PROPOSAL_SCHEMA = {
    "alias": pl.String,
    "source": pl.String,
    "email": pl.String,
    "person": pl.String,  # proposed
    "reason": pl.String,  # same e-mail, same name, same normalized name, or new person
    "seconds": pl.Int64,
}


@dataclass(frozen=True)
class ImportedName:
    """A name in imported files, with the person it is matched to."""

    alias: str
    sources: str
    emails: frozenset[str]
    person: str | None
    seconds: int


def normalize_name(name: str) -> str:
    """Return a name without case, accents, punctuation, word order and the domain of an e-mail address."""
    local = name.split("@", maxsplit=1)[0] if "@" in name else name
    plain = "".join(char for char in unicodedata.normalize("NFKD", local) if not unicodedata.combining(char))
    parts = "".join(char if char.isalnum() else " " for char in plain.casefold()).split()
    return " ".join(sorted(parts))


def propose_aliases(store: Store) -> pl.DataFrame:
    """Return one row per name that is not matched yet (columns of PROPOSAL_SCHEMA); nothing is saved."""
    with store.snapshot() as snapshot:
        imported_names = collect_names(run_query(snapshot, "names_seen", {}))
        people = query_people(snapshot).get_column("name").unique(maintain_order=True).to_list()
    keys = PersonMatcher()
    for person_name in people:
        keys.add_alias(person_name, person_name, ())
    for name in imported_names:
        if name.person:
            keys.add_alias(name.person, name.alias, name.emails)
    # Full names and much time come first: they become the people that shorter forms are matched to.
    open_names = sorted(
        (name for name in imported_names if not name.person),
        key=lambda name: ("@" in name.alias, " " not in name.alias, -name.seconds, name.alias),
    )
    rows = []
    for name in open_names:
        person, reason = keys.match(name)
        keys.add_alias(person, name.alias, name.emails)
        rows.append((name.alias, name.sources, "; ".join(sorted(name.emails)) or None, person, reason, name.seconds))
    return pl.DataFrame(rows, schema=PROPOSAL_SCHEMA, orient="row").sort("person", "alias")


def collect_names(rows: pl.DataFrame) -> list[ImportedName]:
    """Return one `ImportedName` per name, over all tools and addresses."""
    grouped = rows.group_by("alias", maintain_order=True).agg(
        pl.col("source").unique().sort().str.join(", "),
        pl.col("email").drop_nulls().str.to_lowercase().unique().sort(),
        pl.col("person").drop_nulls().first(),
        pl.col("seconds").sum(),
    )
    return [
        ImportedName(row["alias"], row["source"], frozenset(row["email"]), row["person"], row["seconds"])
        for row in grouped.iter_rows(named=True)
    ]


class PersonMatcher:
    """Finds the person of a name by the addresses and names learned so far."""

    def __init__(self) -> None:
        self._emails: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._normalized: dict[str, str] = {}

    def add_alias(self, person: str, alias: str, emails: Iterable[str]) -> None:
        """Remember an alias and addresses of a person; the first person to use one keeps it."""
        addresses = [*emails, *([alias.casefold()] if "@" in alias else [])]
        for email in addresses:
            self._emails.setdefault(email, person)
        self._names.setdefault(alias.casefold(), person)
        self._normalized.setdefault(normalize_name(alias), person)

    def match(self, name: ImportedName) -> tuple[str, str]:
        """Return the person a name most likely means, and the reason."""
        addresses = [*sorted(name.emails), *([name.alias.casefold()] if "@" in name.alias else [])]
        for email in addresses:
            if email in self._emails:
                return self._emails[email], "same e-mail"
        if name.alias.casefold() in self._names:
            return self._names[name.alias.casefold()], "same name"
        key = normalize_name(name.alias)
        if key and key in self._normalized:
            return self._normalized[key], "same normalized name"
        return name.alias, "new person"


def accept_aliases(store: Store, frame: pl.DataFrame, who: str | None = None) -> int:
    """Match names to people (columns alias, person), adding new people; return the number of names.

    Raises:
        BadMapping: a row without alias or person, or an alias that belongs to somebody else.
    """
    rows = [{"name": row["person"], "aliases": None, "alias": row["alias"]} for row in frame.to_dicts()]
    if any(not row["name"] or not row["alias"] for row in rows):
        raise BadMapping("A row lacks the alias or the person.", "Fill it in, or delete the row.")
    with store.change("match names to people", who) as change:
        people = {person.name: person for person in parse_people(query_people(change).to_dicts())}
        for row in rows:
            people.setdefault(row["name"], Person(row["name"], aliases={row["name"]})).aliases.add(row["alias"])
        check_shared_aliases(people.values())
        replace_people(change, list(people.values()))
        change.log("aliases", f"{len(rows)} names matched to people", who)
    return len(rows)
