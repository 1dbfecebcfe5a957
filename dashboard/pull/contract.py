"""What a source is: it asks one tool's interface and yields pages of records, shaped as an export of the tool.

A source knows neither the store nor the importers' code: it names the importer that reads its records.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from dashboard.pull.client import Client

Cursor = Mapping[str, object]  # where the next pull begins, as JSON
Record = Mapping[str, object]


@dataclass(frozen=True)
class Account:
    """Where to ask, and as whom; the token is shown nowhere."""

    server: str  # "https://labels.example.org", without a slash at the end
    token: str | None = field(default=None, repr=False)
    user: str | None = None  # the e-mail or number that some tools want beside the token


@dataclass(frozen=True)
class Wishes:
    """What the lead asked for beside the source."""

    projects: tuple[str, ...] = ()  # numbers or keys in the tool; none = all that the token may see
    since: date | None = None  # the first day of a first pull
    is_full: bool = False  # from the beginning, as if nothing had been pulled
    zone: str | None = None  # of clock times, where the tool names none
    today: date | None = None  # the clock is an argument; None = today in UTC


@dataclass(frozen=True)
class Cover:
    """Of what some pages are the whole truth: items of a project, whole projects, or days."""

    project: str | None = None
    items: tuple[tuple[str, str | None], ...] = ()  # of the project: item, and when it changed
    all_items: tuple[str, ...] | None = None  # every item that the project has; the others are gone
    days: tuple[date, date] | None = None
    gone: tuple[str, ...] = ()  # the tool's own numbers of entries that were deleted


@dataclass(frozen=True)
class Page:
    """Consecutive records of one scope. `cursor`: the records until here are complete, and the next pull begins there.

    Without a cursor, the pages until the next one that has it belong together.
    """

    scope: str
    records: tuple[Record, ...] = ()
    cursor: Cursor | None = None
    cover: Cover | None = None
    expected: int | None = None  # records of the whole pull, where the tool says it
    zone: str | None = None  # of the clock times in the records


@dataclass(frozen=True)
class Access:
    """What a person has to give so that a source can be asked: shown in the help, on the page and in messages."""

    server: str | None  # the only one there is, or None where every team has its own
    made_at: str | None  # where a token is made, in words; None where the tool may need none
    user: str | None = None  # what the user is, in words, where the tool wants one
    shared: str | None = None  # the source whose server and token it uses, too


class PullSource(Protocol):
    """A tool that can be asked."""

    name: str
    title: str
    access: Access
    importer: str  # the one that reads its records
    form: Literal["json", "csv"]
    columns: tuple[str, ...]  # of CSV: those that are there whatever came
    per_second: float  # requests that the tool allows

    def authorize(self, client: Client, account: Account) -> dict[str, str]:
        """Return the headers that say who asks."""
        ...

    def read_pages(self, client: Client, cursors: Mapping[str, Cursor], wishes: Wishes) -> Iterator[Page]:
        """Yield what changed since the cursors, by scope; without one, everything."""
        ...
