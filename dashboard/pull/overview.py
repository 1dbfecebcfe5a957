"""The sources with their last pulls, and what is missing before one can be asked: for the terminal and the page."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.errors import DashboardError
from dashboard.pull.contract import PullSource
from dashboard.pull.discover import SOURCES
from dashboard.pull.tokens import name_variable, read_account, read_variable
from dashboard.store.engine import read_sql_files

if TYPE_CHECKING:
    from dashboard.store.generations import Store

INGEST_SQL = dict(read_sql_files("ingest"))


@dataclass(frozen=True)
class Setup:
    """How one source is pulled from here: the command, the variables, and whether all of it is set."""

    source: PullSource
    server: str | None
    command: str
    variables: tuple[tuple[str, str], ...]  # name, what it holds
    is_ready: bool  # server and token are in the environment


def list_pulls(store: Store) -> list[dict[str, object]]:
    """Return the parts of servers that were pulled, newest first, and the sources that never were."""
    with store.snapshot() as snapshot:
        rows = snapshot.query(INGEST_SQL["last_pulls.sql"]).to_dicts()
    pulled = {row["source"] for row in rows}
    names = ("server", "scope", "pulled_at", "pulled_by", "pulls", "records")
    return rows + [{"source": name, **dict.fromkeys(names)} for name in SOURCES if name not in pulled]


def describe_setup(source: PullSource, last_server: str | None) -> Setup:
    """Return how a source is pulled; `last_server` is the one pulled last, which only a person may ask again."""
    named = read_variable(source, "SERVER") or source.access.server
    server = named or last_server
    words = ["labeltime", "pull", source.name]
    words += ["--server", server or "https://…"] if named is None else []
    variables = [(name_variable(source, "SERVER"), "the address of the server")] if not source.access.server else []
    if source.access.user:
        variables.append((name_variable(source, "USER"), source.access.user))
    variables.append((name_variable(source, "TOKEN"), source.access.made_at or "a token, if the server asks for one"))
    return Setup(
        source, server, shlex.join(words).replace("'https://…'", "https://…"), tuple(variables), is_ready(source)
    )


def is_ready(source: PullSource) -> bool:
    """Return whether a source can be asked with what the environment alone holds."""
    try:
        read_account(source, uses_keyring=False)
    except DashboardError:
        return False
    return True
