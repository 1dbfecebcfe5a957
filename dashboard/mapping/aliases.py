"""Who is who across tools: proposals by e-mail and name, which count only once the lead says so."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from dashboard import catalog
from dashboard.errors import BadMapping
from dashboard.mapping.people import Person, gathered, known, refuse_shared, replace_people
from dashboard.store import Store

PROPOSAL = {
    "alias": pl.String,
    "source": pl.String,
    "email": pl.String,
    "person": pl.String,  # proposed
    "reason": pl.String,  # same e-mail, same name, same normalized name, or new person
    "seconds": pl.Int64,
}


@dataclass(frozen=True)
class Seen:
    """A name as imported files use it, with the person it is matched to."""

    alias: str
    sources: str
    emails: frozenset[str]
    person: str | None
    seconds: int


def normalized(name: str) -> str:
    """Return a name without case, accents, punctuation, order of words and the domain of an e-mail address."""
    local = name.split("@", maxsplit=1)[0] if "@" in name else name
    plain = "".join(char for char in unicodedata.normalize("NFKD", local) if not unicodedata.combining(char))
    words = "".join(char if char.isalnum() else " " for char in plain.casefold()).split()
    return " ".join(sorted(words))


def propose_aliases(store: Store) -> pl.DataFrame:
    """Return one row a name that nobody is matched to yet (columns of PROPOSAL); nothing is saved."""
    with store.snapshot() as snapshot:
        seen = gather(catalog.run(snapshot, "names_seen", {}))
        people = known(snapshot).get_column("name").unique(maintain_order=True).to_list()
    keys = Keys()
    for name in people:
        keys.learn(name, name, ())
    for one in seen:
        if one.person:
            keys.learn(one.person, one.alias, one.emails)
    # Whole names and much time first: they become the person that the shorter forms are matched to.
    open_names = sorted(
        (one for one in seen if not one.person),
        key=lambda one: ("@" in one.alias, " " not in one.alias, -one.seconds, one.alias),
    )
    rows = []
    for one in open_names:
        person, reason = keys.match(one)
        keys.learn(person, one.alias, one.emails)
        rows.append((one.alias, one.sources, "; ".join(sorted(one.emails)) or None, person, reason, one.seconds))
    return pl.DataFrame(rows, schema=PROPOSAL, orient="row").sort("person", "alias")


def gather(rows: pl.DataFrame) -> list[Seen]:
    """Return one `Seen` a name, over all tools and addresses."""
    grouped = rows.group_by("alias", maintain_order=True).agg(
        pl.col("source").unique().sort().str.join(", "),
        pl.col("email").drop_nulls().str.to_lowercase().unique().sort(),
        pl.col("person").drop_nulls().first(),
        pl.col("seconds").sum(),
    )
    return [
        Seen(row["alias"], row["source"], frozenset(row["email"]), row["person"], row["seconds"])
        for row in grouped.iter_rows(named=True)
    ]


class Keys:
    """What is known of each person: addresses and names, and how to match by them."""

    def __init__(self) -> None:
        self._emails: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._normalized: dict[str, str] = {}

    def learn(self, person: str, alias: str, emails: Iterable[str]) -> None:
        """Remember an alias and addresses of a person; what was learned first stays."""
        addresses = [*emails, *([alias.casefold()] if "@" in alias else [])]
        for email in addresses:
            self._emails.setdefault(email, person)
        self._names.setdefault(alias.casefold(), person)
        self._normalized.setdefault(normalized(alias), person)

    def match(self, one: Seen) -> tuple[str, str]:
        """Return the person a name most likely is, and why."""
        addresses = [*sorted(one.emails), *([one.alias.casefold()] if "@" in one.alias else [])]
        for email in addresses:
            if email in self._emails:
                return self._emails[email], "same e-mail"
        if one.alias.casefold() in self._names:
            return self._names[one.alias.casefold()], "same name"
        key = normalized(one.alias)
        if key and key in self._normalized:
            return self._normalized[key], "same normalized name"
        return one.alias, "new person"


def accept_aliases(store: Store, frame: pl.DataFrame, who: str | None = None) -> int:
    """Match names to people (columns alias, person), making people who are not there yet; return how many names.

    Raises:
        BadMapping: a row without alias or person, or an alias that belongs to somebody else.
    """
    rows = [{"name": row["person"], "aliases": None, "alias": row["alias"]} for row in frame.to_dicts()]
    if any(not row["name"] or not row["alias"] for row in rows):
        raise BadMapping("A row lacks the alias or the person.", "Fill it in, or delete the row.")
    with store.change("match names to people", who) as change:
        people = {person.name: person for person in gathered(known(change).to_dicts())}
        for row in rows:
            people.setdefault(row["name"], Person(row["name"], aliases={row["name"]})).aliases.add(row["alias"])
        refuse_shared(people.values())
        replace_people(change, list(people.values()))
        change.log("aliases", f"{len(rows)} names matched to people", who)
    return len(rows)
