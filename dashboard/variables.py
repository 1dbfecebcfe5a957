"""The environment variables of the program, each declared once: what it sets, its values and its default.

A value is checked before any work, so that a slip of the pen can neither delete nor half-finish anything.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from platformdirs import user_log_path

from dashboard.errors import BadVariable

Value = TypeVar("Value")
UNIT_BYTES = {
    "B": 1,
    **{f"{letter}B": 1000**power for power, letter in enumerate("KMGT", 1)},
    **{f"{letter}IB": 1024**power for power, letter in enumerate("KMGT", 1)},
}
MIN_MEMORY, MAX_MEMORY = 100 * 1000**2, 100 * 1000**4
MAX_GENERATIONS = 1000
MAX_THREADS = 1000
MAX_SECONDS = 86_400
# Stricter than the standard: no user, no zone, no trailing dot.
HOST_NAME = r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:]+(?:[0-9.]+)?\]"


@dataclass(frozen=True)
class Variable(Generic[Value]):
    """An environment variable; `parse` returns None for a text that is no allowed value."""

    name: str
    sets: str
    allowed: str
    default: str
    parse: Callable[[str], Value | None]

    def read(self) -> Value:
        """Return the value that is set, or the default where none is; blanks around it do not count.

        Raises:
            BadVariable: the text is no allowed value.
        """
        text = os.environ.get(self.name, "").strip()
        value = self.parse(text or self.default)
        if value is None:
            raise BadVariable(
                f'The variable {self.name} is "{text}", which is not {self.allowed}. Nothing was done.',
                "Correct it, or remove it to use the default.",
            )
        return value


def parse_count(text: str) -> int | None:
    """Return a whole number of generations, or None where the text is none or is out of range."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(MAX_GENERATIONS))
    return int(text) if is_number and int(text) <= MAX_GENERATIONS else None


def parse_threads(text: str) -> int | None:
    """Return a number of threads, by default that of the cores, or None where the text is none or is out of range."""
    count = parse_count(text or str(min(os.cpu_count() or 1, MAX_THREADS)))
    return count if count and count <= MAX_THREADS else None


def parse_seconds(text: str) -> int | None:
    """Return a whole number of seconds, or None where the text is none or is out of range."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(MAX_SECONDS))
    return int(text) if is_number and 1 <= int(text) <= MAX_SECONDS else None


def parse_memory(text: str) -> str | None:
    """Return an amount of memory as DuckDB reads it, or None where the text is none or is out of range."""
    parts = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)\s*([KMGT]?i?B)", text, re.ASCII | re.IGNORECASE)
    if parts is None:
        return None
    byte_count = float(parts[1]) * UNIT_BYTES[parts[2].upper()]
    return f"{int(byte_count)}B" if MIN_MEMORY <= byte_count <= MAX_MEMORY else None


def parse_folder(text: str) -> Path | None:
    """Return a folder that is there or can be made, or None where a file has its name.

    A service or a file of settings hands on a `~` that a shell would replace.
    """
    try:
        folder = Path(text).expanduser() if text.startswith("~") else Path(text)
        os.fsencode(text).decode()  # DuckDB opens no other path
        return None if folder.exists() and not folder.is_dir() else folder
    except (OSError, RuntimeError, ValueError):  # a name too long, not allowed or no text, or an unknown home
        return None


def parse_log_folder(text: str) -> Path | None:
    """Return the folder of the log: the one named, or the platform's own."""
    return parse_folder(text) if text else user_log_path("labeltime", appauthor=False)


def parse_switch(text: str) -> bool | None:
    """Return whether a switch is on, or None where the text is neither 0 nor 1."""
    return {"0": False, "1": True}.get(text)


def parse_names(text: str) -> tuple[str, ...] | None:
    """Return the host names in a text, in lower case, or None where a word is none."""
    names = tuple(text.lower().split())
    return names if all(re.fullmatch(HOST_NAME, name) for name in names) else None


STORE = Variable(
    "LABELTIME_STORE",
    "The folder of the store; `--store` goes before it.",
    "a folder, or the name of one to be made",
    "",
    parse_folder,
)
KEEP = Variable(
    "LABELTIME_KEEP",
    "How many earlier states of the store are kept beside the current one, to go back to in a repair.",
    f"a whole number from 0 to {MAX_GENERATIONS}",
    "5",
    parse_count,
)
MEMORY = Variable(
    "LABELTIME_MEMORY",
    "How much memory the store's engine may use.",
    "a number with its unit, such as 700MB or 4GiB, from 100MB to 100TB",
    "700MB",
    parse_memory,
)
THREADS = Variable(
    "LABELTIME_THREADS",
    "How many threads the store's engine may use; where it is not set, as many as the machine has cores.",
    f"a whole number from 1 to {MAX_THREADS}",
    "",
    parse_threads,
)
READ_MEMORY = Variable(
    "LABELTIME_READ_MEMORY",
    "How much the process that reads an export may grow.",
    "a number with its unit, such as 700MB or 4GiB, from 100MB to 100TB",
    "1GB",
    parse_memory,
)
READ_SECONDS = Variable(
    "LABELTIME_READ_SECONDS",
    "How many seconds reading an export may take, for every 100 MB of it begun.",
    f"a whole number from 1 to {MAX_SECONDS}",
    "60",
    parse_seconds,
)
ALLOW = Variable(
    "LABELTIME_ALLOW",
    "Other names of the dashboard, those of a server or tunnel in front of it; `serve --allow` goes before it.",
    "host names without http:// and port, with a blank between two",
    "",
    parse_names,
)
LOG = Variable(
    "LABELTIME_LOG",
    "The folder for the log of unexpected errors; where it is not set, the platform's folder for logs.",
    "a folder, or the name of one to be made",
    "",
    parse_log_folder,
)
DEBUG = Variable(
    "LABELTIME_DEBUG",
    "Whether an unexpected error is also shown with all it says, which may be names and rows.",
    "0 or 1",
    "0",
    parse_switch,
)
VARIABLES: tuple[Variable[Path] | Variable[int] | Variable[str] | Variable[bool] | Variable[tuple[str, ...]], ...] = (
    STORE,
    KEEP,
    MEMORY,
    THREADS,
    READ_MEMORY,
    READ_SECONDS,
    ALLOW,
    LOG,
    DEBUG,
)


def check_variables() -> None:
    """Check every variable.

    Raises:
        BadVariable: one has a value that is not allowed.
    """
    for variable in VARIABLES:
        variable.read()
