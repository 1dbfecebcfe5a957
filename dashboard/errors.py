"""One class per cause: what is wrong, and what to do about it.

Front ends turn a `DashboardError` into a message; anything else goes to `error_log`.
"""

from __future__ import annotations

import errno
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

MAX_MESSAGE = 2000  # characters
MAX_QUOTE = 60  # characters of a title, name or cell in a message
FULL_DISK_CODES = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def shorten_message(message: str) -> str:
    """Return a message without the middle of what it quotes, where that is longer than anybody reads."""
    half = MAX_MESSAGE // 2
    return message if len(message) <= MAX_MESSAGE else f"{message[:half]} … {message[-half:]}"


def shorten_quote(text: str) -> str:
    """Return what a message quotes of a file, without the middle of what is longer than a title: forms have essays."""
    line = " ".join(text.split()) if len(text) > MAX_QUOTE else text
    return line if len(line) <= MAX_QUOTE else f"{line[: MAX_QUOTE - 20]} ... {line[-15:]}"


def join_quotes(names: Iterable[str], most: int = 30) -> str:
    """Return the first names in a row, each short enough to be read, and how many more there are."""
    quotes = [shorten_quote(name) for name in names]
    return ", ".join(quotes[:most]) + (f" and {len(quotes) - most} more" if len(quotes) > most else "")


class DashboardError(Exception):
    """Something the user can act on: `message` says what is wrong, `hint` the next step."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = shorten_message(message)
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class UnreadableFile(DashboardError):
    """The file is not what its name says, damaged, empty, or over a limit."""


class NoRows(UnreadableFile):
    """The file is an export, and nothing is in it."""


class NoExport(UnreadableFile):
    """The file is of a type that no export has, such as a picture or a program."""


class NoRoom(DashboardError):
    """A disk is full on which files are unpacked: no fault of any file, so it is worth another try."""

    def __init__(self, folder: str) -> None:
        super().__init__(
            f"The disk of {folder} is full, and files are unpacked there.", "Free some space, then try again."
        )


class UnwritableFile(DashboardError):
    """A file that was asked for cannot be written where it should be."""


class MissingProgram(DashboardError):
    """A package or program that has to be installed, or one that does not start."""


class BadVariable(DashboardError):
    """An environment variable of the program whose value is not allowed."""


class UnknownFormat(DashboardError):
    """No importer recognises the file."""


class AmbiguousFormat(DashboardError):
    """Two or more importers recognise the file."""


class QuestionNeeded(DashboardError):
    """The file leaves something open that only the lead knows; `question` names it."""

    def __init__(self, question: str, message: str, hint: str) -> None:
        super().__init__(message, hint)
        self.question = question


class ProjectNeeded(QuestionNeeded):
    """Rows without a project may be those of an earlier import, whose project is given; "": unknown.

    `can_name` says that the rows of that import can get the project of the file.
    """

    def __init__(self, import_id: int, project: str, message: str, hint: str, *, can_name: bool = True) -> None:
        super().__init__("project", message, hint)
        self.import_id = import_id
        self.project = project
        self.can_name = can_name


class SameFile(DashboardError):
    """The same bytes are in the store, read with other answers; `import_id` is that import."""

    def __init__(self, import_id: int, message: str, hint: str) -> None:
        super().__init__(message, hint)
        self.import_id = import_id


class CountedTwice(DashboardError):
    """The same work would be in the store in two ways, and count twice."""


class BadMapping(DashboardError):
    """A column mapping, a rule or a people table that cannot be used as written."""


class WrongUnit(BadMapping):
    """All lengths differ from end minus start by one factor: a mapping is to be corrected, a known format is not."""


class StoreBusy(DashboardError):
    """Another import is writing and did not finish in time."""


class StoreUnusable(DashboardError):
    """The store is missing, damaged, read-only, full, or from a newer version."""


class ChangedMeanwhile(DashboardError):
    """Somebody else changed what is to be replaced since it was shown."""

    def __init__(self, title: str) -> None:
        super().__init__(
            f"{title}: somebody else changed this since you were shown it, so nothing was saved.",
            "Your edits are kept. Look at what is there now, and save again.",
        )


class UnknownFigure(DashboardError):
    """No figure or query of that name."""


class BadQuery(DashboardError):
    """A query file that breaks the house rules; found at load, not at run."""


class BadFilter(DashboardError):
    """A filter value that makes no sense, such as a period that ends before it begins."""


class UnknownImport(DashboardError):
    """No import with that number, or it was undone already."""


class BadAddress(DashboardError):
    """The address of a server that cannot or must not be asked."""


class PullRefused(DashboardError):
    """A server refuses what is asked, or something is not given without which it cannot be asked."""


class PullFailed(DashboardError):
    """A server did not answer, or not with what its interface says."""


class UnknownTopic(DashboardError):
    """No help on a topic of that name."""


def is_disk_full(error: BaseException) -> bool:
    """Return whether an error of the system, or one that led to this error, says that a disk is full."""
    link: BaseException | None = error
    while link is not None:
        # Polars gives no code. The words of any other error may be those of a row.
        if isinstance(link, OSError) and (link.errno in FULL_DISK_CODES or "No space left" in str(link)):
            return True
        link = link.__cause__ or link.__context__
    return False


class Cause(Enum):
    """Why there is no number; code tells answers apart by this, so that sentences are free to be polished."""

    nothing_imported = "nothing to count is in the store"
    nothing_matches = "the filters leave nothing"
    not_recorded = "the imported files do not say it"
    not_entered = "a lead has not entered it"
    no_capacity = "the weekly hours of people are not known"
    no_share = "there is neither labeling nor modeling"
    too_little_data = "there is too little data"
    not_identified = "the data cannot tell it apart from something else"
    out_of_reach = "the question lies outside of what the data cover"


@dataclass(frozen=True)
class Unavailable:
    """Why there is no number, how much of what is missing, and the cause that code may ask about."""

    reason: str
    needed: str
    cause: Cause

    def as_words(self) -> dict[str, str]:
        """Return what a person or a JSON document is given: reason and needed."""
        return {"reason": self.reason, "needed": self.needed}
