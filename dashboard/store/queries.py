"""Find, check and run a named query: one question, one file under `queries/`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

import polars as pl

from dashboard.categories import LABELING_SIDE, MODELING_SIDE, describe_side
from dashboard.errors import BadQuery, UnknownFigure
from dashboard.store.cache import CACHE
from dashboard.store.snapshot import Snapshot

NON_QUERY_FOLDERS = {"schema", "views", "rollups", "labels", "ingest", "event_files"}
MAX_CACHED_BYTES = 1_000_000  # of an answer; the labels themselves would push everything else out of the cache
HEADER_PATTERN = re.compile(r"^-- (title|unit|note|parameters): (.+)$")
# Stand in a note for the categories of a side of the labeling share.
SIDE_TOKENS = {"{labeling side}": LABELING_SIDE, "{modeling side}": MODELING_SIDE}
PARAMETER_PATTERN = re.compile(r"\$([a-z_]+)")


@dataclass(frozen=True)
class Query:
    """A question: its words, its parameters and its SQL."""

    name: str
    subject: str
    title: str
    unit: str
    note: str
    parameters: frozenset[str]
    sql: str


def parse_query(name: str, subject: str, text: str) -> Query:
    """Read a query file and check it against the house rules.

    Raises:
        BadQuery: a header line is missing, or declared and used parameters differ.
    """
    for token, side in SIDE_TOKENS.items():
        text = text.replace(token, describe_side(side))
    header = {match[1]: match[2].strip() for line in text.splitlines() if (match := HEADER_PATTERN.match(line))}
    missing = {"title", "unit", "note", "parameters"} - header.keys()
    if missing:
        raise BadQuery(f"Query {name} lacks the header line {', '.join(sorted(missing))}.", "Add it as a SQL comment.")
    body = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    declared = frozenset() if header["parameters"] == "none" else frozenset(re.split(r",\s*", header["parameters"]))
    used = frozenset(PARAMETER_PATTERN.findall(body))
    if declared != used:
        raise BadQuery(f"Query {name} declares {sorted(declared)} but uses {sorted(used)}.", "Make them equal.")
    return Query(name, subject, header["title"], header["unit"], header["note"], declared, text)


@cache
def load_queries() -> Mapping[str, Query]:
    """Return every question by name.

    Raises:
        BadQuery: a file breaks the house rules, or two files have one name.
    """
    queries_by_name: dict[str, Query] = {}
    for folder in sorted(files("queries").iterdir(), key=lambda entry: entry.name):
        if folder.is_dir() and folder.name not in NON_QUERY_FOLDERS:
            for query in load_subject_queries(folder):
                if query.name in queries_by_name:
                    raise BadQuery(f"Two query files are called {query.name}.", "Rename one.")
                queries_by_name[query.name] = query
    return queries_by_name


def load_subject_queries(folder: Traversable) -> list[Query]:
    """Return the questions of one subject folder."""
    entries = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".sql")), key=lambda entry: entry.name)
    return [parse_query(entry.name[:-4], folder.name, entry.read_text(encoding="utf-8")) for entry in entries]


def run_query(snapshot: Snapshot, name: str, params: Mapping[str, object]) -> pl.DataFrame:
    """Return the answer of a named query, cached by store state; of `params` only what the query declares is bound.

    Figures share queries: a page asks some of them a dozen times.

    Raises:
        UnknownFigure: no query of that name.
    """
    if name not in load_queries():
        raise UnknownFigure(f"There is no query {name!r}.", f"Known: {', '.join(load_queries())}.")
    query = load_queries()[name]
    bound = {key: params[key] for key in sorted(query.parameters)}
    today = datetime.now(tz=UTC).date()  # some queries ask for it
    question = "query", query.sql, repr(bound), today
    return CACHE.recall(snapshot.state, question, lambda: snapshot.query(query.sql, bound), MAX_CACHED_BYTES)
