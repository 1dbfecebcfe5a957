"""Read untrusted files in a process of their own: whatever a parser does, this one goes on.

A parser may ask for more memory than there is, never end, or crash; then only the reading
process ends, and the file is rejected with a message. A process that did its work well reads
the next file too, because starting one costs a quarter of a second.
"""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock, Timer
from time import monotonic
from typing import IO, Any

from dashboard.error_log import record_error
from dashboard.errors import DashboardError, UnreadableFile
from dashboard.importers.contract import Batch, Head, Importer, Reading, Settings
from dashboard.importers.discover import IMPORTERS
from dashboard.importers.mapped_tables import MAPPED_IMPORTERS
from dashboard.ingest.exchange import (
    LINE_BYTES,
    Message,
    decode_message,
    encode_message,
    freeze_lists,
    pack_settings,
    unpack_batch,
    unpack_error,
    unpack_head,
)
from dashboard.schemas import Kind
from dashboard.units import format_count
from dashboard.variables import READ_MEMORY, READ_SECONDS

__all__ = ["IsolatedSource", "check_sums_apart", "open_isolated"]

_BYTES_PER_SPAN = 100 << 20
_MEMORY_WORDS = (b"memory allocation of", b"MemoryError", b"capacity overflow", b"Cannot allocate memory")
_AHEAD = 2  # batches that are read while earlier ones are stored


class ReadingProcess:
    """A process that reads one file at a time."""

    def __init__(self) -> None:
        self.memory, self.seconds = read_limits(0)  # a bad setting is found before a process is started
        package_home = str(Path(__file__).resolve().parents[2])
        paths = [package_home, *filter(None, [os.environ.get("PYTHONPATH")])]
        self.trouble: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dashboard.ingest.reading_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.trouble,
            env={  # few threads and arenas: each reserves address space, which the limit counts
                **os.environ,
                "PYTHONPATH": os.pathsep.join(paths),
                "PYTHONSAFEPATH": "1",
                "POLARS_MAX_THREADS": str(min(os.cpu_count() or 1, 4)),
                "MALLOC_ARENA_MAX": "2",
            },
        )
        self.name = "file"
        self.seconds_left = float(self.seconds)
        self.is_late = False
        self.pending = 0  # answers that have not been fetched

    def open_file(self, path: Path, name: str | None, folder: Path) -> Message:
        """Open a file, with fresh limits."""
        self.name = name or path.name
        self.memory, self.seconds = read_limits(path.stat().st_size if path.is_file() else 0)
        self.seconds_left = float(self.seconds)
        limits = {"memory": self.memory, "seconds": self.seconds}
        where = {"path": str(path.absolute()), "name": name, "folder": str(folder)}
        return self.ask({"do": "open", **where, **limits})

    def check_sums(self, path: Path) -> None:
        """Read a file of daily sums and forget it; raises as `ask`."""
        self.name = path.name
        self.memory, self.seconds = read_limits(path.stat().st_size if path.is_file() else 0)
        self.seconds_left = float(self.seconds)
        limits = {"memory": self.memory, "seconds": self.seconds}
        self.ask({"do": "check_sums", "path": str(path.absolute()), "name": path.name, **limits})

    def ask(self, request: Mapping[str, object]) -> Message:
        """Send a request and return its answer.

        Raises:
            DashboardError: what the reader says of the file, or that reading it ended the process.
        """
        self.send(request)
        return self.receive()

    def send(self, request: Mapping[str, object]) -> None:
        """Send a request; its answer is fetched with `receive`."""
        assert self.process.stdin is not None  # noqa: S101 - it is a pipe
        self.pending += 1
        with suppress(OSError):  # an ended process is found when its answer is fetched
            self.process.stdin.write(encode_message(request))
            self.process.stdin.flush()

    def receive(self) -> Message:
        """Return the answer to the earliest request; raises as `ask`."""
        assert self.process.stdout is not None  # noqa: S101 - it is a pipe
        begun, timer = monotonic(), Timer(max(self.seconds_left, 0), self._stop_late)
        timer.daemon = True
        timer.start()
        try:
            line = self.process.stdout.readline(LINE_BYTES)
        finally:
            timer.cancel()
        self.seconds_left -= monotonic() - begun
        try:
            answer = decode_message(line)
        except ValueError as error:
            raise self._describe_death() from error
        self.pending -= 1
        if answer.get("memory"):
            self.end()
            raise self._describe_memory()
        if "error" in answer:
            raise unpack_error(answer)
        return answer

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.trouble):
            with suppress(OSError):  # what was not sent to an ended process
                stream.close()  # type: ignore[union-attr]

    def is_usable(self) -> bool:
        """Return whether the process is alive and owes no answer."""
        return self.pending == 0 and self.process.poll() is None

    def _stop_late(self) -> None:
        self.is_late = True
        self.process.kill()

    def _describe_death(self) -> UnreadableFile:
        """End the process; return what to say of a file whose reading ended it, or made it talk nonsense."""
        with suppress(subprocess.TimeoutExpired):  # the pipe closes a moment before the process has ended
            self.process.wait(1)
        self.trouble.seek(0)
        words = self.trouble.read()
        self.end()
        code = self.process.returncode
        if self.is_late or code == -getattr(signal, "SIGXCPU", 0):
            return UnreadableFile(
                f'"{self.name}" takes longer than {format_count(self.seconds)} seconds to read.',
                "Export a shorter period, or set LABELTIME_READ_SECONDS to more seconds.",
            )
        if any(part in words for part in _MEMORY_WORDS):
            return self._describe_memory()
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        error = UnreadableFile(
            f'"{self.name}" cannot be read: it ends the process that reads it ({how}).',
            "It is damaged or made to do harm. Save the table anew, as CSV.",
        )
        record_error(error, f"the process that reads an export ended with {how}")
        return error

    def _describe_memory(self) -> UnreadableFile:
        return UnreadableFile(
            f'"{self.name}" takes more than {format_count(self.memory // 1_000_000)} MB of memory to read.',
            "Save only the table, as CSV; or set LABELTIME_READ_MEMORY to more, such as 2GB.",
        )


class IsolatedSource:
    """One table or document of a file that another process has open."""

    def __init__(self, process: ReadingProcess, folder: Path, number: int, name: str, encoding: str | None) -> None:
        self._process, self._folder, self._number = process, folder, number
        self.name, self.encoding = name, encoding

    def head(self, settings: Settings = Settings()) -> Head:  # noqa: B008 - frozen
        """Return the beginning of a table, as a mapping of the settings has it; of JSON, only that it is JSON."""
        return unpack_head(self._process.ask(self._build_request("head", settings, None)), self._folder)

    def propose_mapping(self, settings: Settings, kind: Kind | None = None) -> dict[str, str]:
        """Return the mapping proposed for a table, of a kind or of the likeliest one."""
        answer = self._process.ask({**self._build_request("propose", settings, None), "kind": kind})["mapping"]
        return {str(part): str(column) for part, column in answer.items()} if isinstance(answer, dict) else {}

    def list_open_words(self, settings: Settings) -> dict[str, dict[str, str]]:
        """Return, for each part of fixed words, the texts that the mapping leaves open with their likely meanings."""
        words = self._process.ask(self._build_request("open_words", settings, None))["words"]
        return words if isinstance(words, dict) else {}

    def recognise(self, settings: Settings, importer_name: str | None = None) -> Importer:
        """Return the importer that recognises the source; raises as `find_importer`."""
        name = self._process.ask(self._build_request("recognise", settings, importer_name))["importer"]
        return next(importer for importer in (*IMPORTERS, *MAPPED_IMPORTERS) if importer.name == name)

    def read(self, settings: Settings, importer: Importer) -> Reading:
        """Open the source for reading in batches; raises as `Importer.read`, also while they are read."""
        answer = self._process.ask(self._build_request("read", settings, importer.name))
        final_warnings: list[str] = []
        return Reading(
            batches=self._read_batches(importer.kind, final_warnings),
            final_warnings=lambda: tuple(final_warnings),
            **{key: freeze_lists(value) for key, value in answer.items()},  # type: ignore[arg-type]
        )

    def _build_request(self, action: str, settings: Settings, importer_name: str | None) -> Message:
        packed = pack_settings(settings)
        return {"do": action, "source": self._number, "settings": packed, "importer": importer_name}

    def _read_batches(self, kind: Kind, final_warnings: list[str]) -> Iterator[Batch]:
        """Yield the batches, while the process reads the next ones."""
        for _ in range(_AHEAD):
            self._process.send({"do": "next"})
        while "final_warnings" not in (answer := self._process.receive()):
            self._process.send({"do": "next"})
            yield unpack_batch(answer, self._folder, kind)
        final_warnings += map(str, answer["final_warnings"])  # type: ignore[call-overload]
        while self._process.pending:
            self._process.receive()


_IDLE: list[ReadingProcess] = []
_LOCK = Lock()


@contextmanager
def open_isolated(path: Path, name: str | None = None) -> Iterator[list[IsolatedSource]]:
    """Open an untrusted file as one or more sources, in another process.

    Raises `UnreadableFile`, which names the file, the problem, and what to do; also when the
    process ends, or takes more memory or time than it may.
    """
    process = _take_process()
    try:
        with tempfile.TemporaryDirectory(prefix="labeltime-", ignore_cleanup_errors=True) as folder:
            opened: Any = process.open_file(path, name, Path(folder))["sources"]
            yield [
                IsolatedSource(process, Path(folder), number, source["name"], source["encoding"])
                for number, source in enumerate(opened)
            ]
    finally:
        _give_back(process)


def check_sums_apart(path: Path) -> None:
    """Read a file of daily sums in another process first: a small one may fill the memory of this one.

    Raises:
        UnreadableFile: it holds something else, or takes more memory or time than it may.
    """
    process = _take_process()
    try:
        process.check_sums(path)
    finally:
        _give_back(process)


def _take_process() -> ReadingProcess:
    with _LOCK:
        while _IDLE:
            process = _IDLE.pop()
            if process.is_usable():
                return process
            process.end()
    return ReadingProcess()


def _give_back(process: ReadingProcess) -> None:
    """Keep a process that is ready for another file; end any other, such as one that was left in mid-file."""
    try:
        if process.is_usable():
            process.ask({"do": "close"})
    except DashboardError:
        pass
    else:
        with _LOCK:
            if process.is_usable() and not _IDLE:
                _IDLE.append(process)
                return
    process.end()


def read_limits(size: int) -> tuple[int, int]:
    """Return how many bytes of memory and how many seconds a file of `size` bytes may take.

    Raises:
        BadVariable: a setting is not allowed.
    """
    memory = int(READ_MEMORY.read().removesuffix("B"))
    return memory, READ_SECONDS.read() * (1 + size // _BYTES_PER_SPAN)


def _end_idle() -> None:
    while _IDLE:
        _IDLE.pop().end()


atexit.register(_end_idle)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_IDLE.clear)  # the pipes are the parent's
