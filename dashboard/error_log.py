"""The log of unexpected errors: where in the code each came up, and nothing of what was in the data.

The message of an error may quote a row, a name or a file, in any library. So the log keeps no message at all,
only the class, the code of the system, and the place; the place leads to the sentence in the source.
"""

from __future__ import annotations

import errno
import logging
import os
import platform
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from traceback import print_exception, walk_tb
from types import FrameType

from dashboard import __version__
from dashboard.errors import BadVariable, is_disk_full
from dashboard.variables import DEBUG, LOG

FILE_NAME = "errors.log"
MAX_BYTES = 500_000  # then the file becomes errors.log.1, and the one before it goes
MAX_FRAMES = 40
MAX_ERRORS = 10  # of one chain or group
ADVICE = "Try again; if it happens again, report it with that file, which holds nothing of your data."
FULL_DISK_WORDS = "A disk is full, so that something cannot be written. Free some space, then try again."
_MARK = "_labeltime_log"
_LOCK = Lock()


def find_log_path() -> Path:
    """Return the file of the log; it need not exist yet.

    Raises:
        BadVariable: `LABELTIME_LOG` names no folder.
    """
    return LOG.read() / FILE_NAME


def describe_log() -> tuple[str, bool, str]:
    """Return the finding of `labeltime check` about the log: its title, that nothing is wrong, and details."""
    path = find_log_path()
    try:
        last = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError:
        words = f"There was none; it would be in {path}."
    else:
        words = f"The last one was on {last:%Y-%m-%d at %H:%M} UTC, in {path}."
    return "Where are unexpected errors recorded?", True, words


def is_debugging() -> bool:
    """Return whether errors are to be shown with all they say."""
    try:
        return DEBUG.read()
    except BadVariable:
        return False


def describe_unexpected(error: BaseException) -> str:
    """Record an error that nobody expected; return what to tell the user, who can only report it, or free a disk."""
    if is_disk_full(error):
        return FULL_DISK_WORDS
    path = record_error(error)
    name = type(error).__name__
    if path is None:
        return f"Labeltime met an unexpected error ({name}), and cannot write the log of errors. Try again."
    return f"Labeltime met an unexpected error ({name}), recorded in {path}. {ADVICE}"


def record_error(error: BaseException, note: str = "") -> Path | None:
    """Add an error to the log, with a note of our own words; return its file, or None where it cannot be written."""
    recorded: Path | None = getattr(error, _MARK, None)
    if recorded is not None:  # a server logs an error, and then calls who shows it
        return recorded
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    system = f"Labeltime {__version__}, Python {platform.python_version()}, {sys.platform}"
    lines = [f"{moment}  {system}{note and f'  {note}'}", *describe_error(error), "", ""]
    try:
        path = find_log_path()
        append_private(path, "\n".join(lines).encode(errors="replace"))
        setattr(error, _MARK, path)
    except (OSError, BadVariable, AttributeError):  # the last: an error that takes no attributes
        return None
    return path


def append_private(path: Path, content: bytes) -> None:
    """Append to a file that only its owner can read, and begin it anew where it is full."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _LOCK:
        if path.exists() and path.stat().st_size + len(content) > MAX_BYTES:
            path.replace(path.with_name(f"{path.name}.1"))
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        flags |= getattr(os, "O_NONBLOCK", 0)  # a pipe that nobody reads fails, instead of waiting for ever
        descriptor = os.open(path, flags, 0o600)
        try:
            os.write(descriptor, content)  # one write, so that lines of two processes do not mix
        finally:
            os.close(descriptor)


def describe_error(error: BaseException) -> list[str]:
    """Return the classes and places of an error, of those that caused it, and of those it groups."""
    lines: list[str] = []
    pending: list[tuple[str, BaseException]] = [("", error)]
    seen: set[int] = set()
    while pending and len(seen) < MAX_ERRORS:
        relation, current = pending.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        lines += [f"  {relation}{describe_class(current)}", *describe_places(current)]
        if isinstance(current, BaseExceptionGroup):
            pending += [("in the group: ", part) for part in current.exceptions]
        if current.__cause__ is not None:
            pending.append(("caused by ", current.__cause__))
        elif current.__context__ is not None and not current.__suppress_context__:
            pending.append(("while handling ", current.__context__))
    return lines


def describe_class(error: BaseException) -> str:
    """Return the class of an error, and the code of the system where it has one, such as ENOSPC."""
    kind = type(error)
    code = errno.errorcode.get(error.errno or 0, "") if isinstance(error, OSError) else ""
    return f"{kind.__module__}.{kind.__qualname__} {code}".removeprefix("builtins.").rstrip()


def describe_places(error: BaseException) -> list[str]:
    """Return module, line and function of each step, the last ones where there are many."""
    steps = [
        f"    {name_module(frame)}:{line} {frame.f_code.co_qualname}" for frame, line in walk_tb(error.__traceback__)
    ]
    omitted = len(steps) - MAX_FRAMES
    return [f"    ({omitted} steps)", *steps[-MAX_FRAMES:]] if omitted > 0 else steps


def name_module(frame: FrameType) -> str:
    """Return the name of a module, or of the file of a script; a whole path would tell the name of the account."""
    name = str(frame.f_globals.get("__name__", "?"))
    return name if name != "__main__" else Path(frame.f_code.co_filename).name


@contextmanager
def record_stray_errors() -> Iterator[None]:
    """Record, instead of printing, what libraries log and what ends a thread, as long as a server runs."""
    make_record, thread_hook, unraisable_hook = logging.getLogRecordFactory(), threading.excepthook, sys.unraisablehook

    def make_safe_record(*args: object, **kwargs: object) -> logging.LogRecord:
        record = make_record(*args, **kwargs)
        if record.exc_info and record.exc_info[1] is not None:
            words = describe_unexpected(record.exc_info[1])
            if not is_debugging():  # the message of a log entry may quote the error, too
                record.msg, record.args, record.exc_info = words, (), None
        return record

    def report_stray(error: BaseException | None) -> None:
        if error is not None and not isinstance(error, SystemExit):
            with suppress(OSError, ValueError):  # a closed stream
                sys.stderr.write(describe_unexpected(error) + "\n")
                if is_debugging():
                    print_exception(error)

    logging.setLogRecordFactory(make_safe_record)
    threading.excepthook = lambda event: report_stray(event.exc_value)
    sys.unraisablehook = lambda event: report_stray(event.exc_value)
    try:
        yield
    finally:
        logging.setLogRecordFactory(make_record)
        threading.excepthook, sys.unraisablehook = thread_hook, unraisable_hook
