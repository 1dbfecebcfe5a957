"""How a command ends that does not do its work: by Ctrl-C, or by an error, expected or not."""

from __future__ import annotations

import errno
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from dashboard.cli.terminal import write_error, write_message
from dashboard.error_log import describe_unexpected, is_debugging
from dashboard.errors import DashboardError

LONG_NAME = "The name of a file or folder is longer than the system allows. Give a shorter one."
STOPPED = "stopped. What was finished stays, and nothing is half written."
INTERRUPTED = 128 + signal.SIGINT  # what shells expect of a program that Ctrl-C ended


@contextmanager
def note_interrupts() -> Iterator[list[int]]:
    """Give a list that holds the interrupts so far: a library may turn one into an error of its own.

    Where interrupts are ignored, as behind `nohup`, they stay so.
    """
    interrupts: list[int] = []

    def note_interrupt(number: int, frame: FrameType | None) -> None:
        interrupts.append(number)
        signal.default_int_handler(number, frame)

    is_usual = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if not is_usual or threading.current_thread() is not threading.main_thread():
        yield interrupts
        return
    signal.signal(signal.SIGINT, note_interrupt)
    try:
        yield interrupts
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def was_interrupted(error: BaseException, interrupts: list[int]) -> bool:
    """Return whether Ctrl-C ended the program; a command that ends on it in its own way did not fail."""
    if isinstance(error, SystemExit):
        return error.code == INTERRUPTED
    return bool(interrupts) or isinstance(error, KeyboardInterrupt)


def explain_failure(error: BaseException) -> None:
    """Write what ended the program; raise it where it says so itself, or is to be shown in full."""
    if isinstance(error, DashboardError):
        write_error(error)
    elif isinstance(error, SystemExit) or is_debugging():
        raise error
    else:
        is_too_long = isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG
        write_message(f"labeltime: {LONG_NAME if is_too_long else describe_unexpected(error)}")
