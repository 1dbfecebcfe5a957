"""The process that reads untrusted files, one at a time, within limits on memory and time.

Run as `python -m dashboard.ingest.reading_worker`. Each line on standard input asks for something,
and one line on standard output answers; the process ends with its input.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

import polars as pl

from dashboard.error_log import record_error
from dashboard.errors import DashboardError, NoRoom, UnreadableFile, is_disk_full
from dashboard.importers.contract import Batch, Importer, Reading, Source
from dashboard.importers.generic_mapping import choose_header
from dashboard.importers.mapped_parts import MAPPED_KINDS
from dashboard.importers.mapping_proposal import list_open_words, propose_working
from dashboard.importers.readers.open_source import open_sources
from dashboard.importers.table import check_unique_columns
from dashboard.ingest.exchange import (
    LINE_BYTES,
    Message,
    decode_message,
    encode_message,
    pack_batch,
    pack_error,
    pack_head,
    pack_reading,
    unpack_settings,
)
from dashboard.ingest.recognise import choose_sources, find_importer
from dashboard.ingest.rollup_folder import parse_sums

try:
    import resource
except ImportError:  # not on Windows, where the clock of the parent process is the only limit
    resource = None  # type: ignore[assignment]


@dataclass
class Job:
    """One open file."""

    folder: Path
    name: str
    stack: ExitStack = field(default_factory=ExitStack)
    sources: list[Source] = field(default_factory=list)
    reading: Reading | None = None
    batches: Iterator[Batch] = field(default_factory=lambda: iter(()))
    batch_count: int = 0


class Worker:
    """Answers requests about one file after the other."""

    def __init__(self) -> None:
        self.job = Job(Path(tempfile.gettempdir()), "file")
        self.actions: dict[str, Callable[[Mapping[str, object]], Message]] = {
            "open": self.open_file,
            "head": self.read_head,
            "propose": self.propose_mapping,
            "open_words": self.list_open_words,
            "recognise": self.recognise_format,
            "read": self.begin_reading,
            "next": self.read_batch,
            "close": self.close_file,
            "check_sums": self.check_sums,
        }

    def answer(self, request: Mapping[str, object]) -> Message:
        """Do what is asked; errors are answers, too."""
        name = self.job.name if "path" not in request else Path(str(request["name"] or request["path"])).name
        try:
            return self.actions[str(request["do"])](request)
        except DashboardError as error:
            return pack_error(NoRoom(str(self.job.folder.parent)) if is_disk_full(error) else error)
        except MemoryError:
            return {"memory": True}
        except (Exception, pl.exceptions.PanicException) as error:  # noqa: BLE001 - no file may end the program
            if is_disk_full(error):
                return pack_error(NoRoom(str(self.job.folder.parent)))
            path = record_error(error, "reading an export")
            hint = f"Save the table anew as CSV. Report it with the log of errors{f', {path}' if path else ''}."
            broken = f'"{name}" cannot be read: it breaks the reader ({type(error).__name__}).'
            return pack_error(UnreadableFile(broken, hint))

    def open_file(self, request: Mapping[str, object]) -> Message:
        """Open a file as one or more sources."""
        folder = Path(str(request["folder"]))
        tempfile.tempdir = str(folder)  # what is unpacked goes when the parent deletes the folder
        set_limits(int(str(request["memory"])), int(str(request["seconds"])))
        path, name = Path(str(request["path"])), request["name"]
        self.job = Job(folder, Path(str(name or path)).name)
        self.job.sources = choose_sources(self.job.stack.enter_context(open_sources(path, str(name) if name else None)))
        return {"sources": [{"name": source.name, "encoding": source.encoding} for source in self.job.sources]}

    def read_head(self, request: Mapping[str, object]) -> Message:
        """Return the beginning of a source."""
        return pack_head(self._find_source(request).head(), self.job.folder)

    def propose_mapping(self, request: Mapping[str, object]) -> Message:
        """Return the mapping proposed for a source, of the kind asked for or the likeliest one."""
        kind = next((kind for kind in MAPPED_KINDS if kind == request["kind"]), None)
        return {"mapping": propose_working(self._find_source(request), kind)}

    def list_open_words(self, request: Mapping[str, object]) -> Message:
        """Return the words of a source that its mapping leaves open."""
        settings = unpack_settings(request["settings"])  # type: ignore[arg-type]
        return {"words": list_open_words(self._find_source(request), settings.mapping or {})}

    def recognise_format(self, request: Mapping[str, object]) -> Message:
        """Return the name of the importer that recognises a source."""
        return {"importer": self._find_importer(request).name}

    def begin_reading(self, request: Mapping[str, object]) -> Message:
        """Open a source for reading in batches."""
        settings = unpack_settings(request["settings"])  # type: ignore[arg-type]
        source, importer = self._find_source(request), self._find_importer(request)
        reading = importer.read(source, settings)
        if settings.mapping is None and not getattr(importer, "repeats_columns", False):
            check_unique_columns(source.head(), reading.columns, source.name)
        self.job.reading = replace(reading, warnings=(*source.notes, *reading.warnings))
        self.job.batches = iter(self.job.reading.batches)
        return pack_reading(self.job.reading)

    def read_batch(self, request: Mapping[str, object]) -> Message:
        """Read the next batch; after the last one, return the warnings that are complete then."""
        del request
        batch = next(self.job.batches, None)
        if batch is None:
            return {"final_warnings": self.job.reading.final_warnings() if self.job.reading else ()}
        self.job.batch_count += 1
        return pack_batch(batch, self.job.folder, self.job.batch_count)

    def close_file(self, request: Mapping[str, object]) -> Message:
        """Close the file; the next one may be opened."""
        del request
        self.job.stack.close()
        self.job = Job(self.job.folder, "file")
        return {}

    def check_sums(self, request: Mapping[str, object]) -> Message:
        """Read a file of daily sums, within the limits."""
        set_limits(int(str(request["memory"])), int(str(request["seconds"])))
        parse_sums(Path(str(request["path"])).read_bytes())
        return {}

    def _find_source(self, request: Mapping[str, object]) -> Source:
        source = self.job.sources[int(str(request["source"]))]
        mapping = unpack_settings(request["settings"]).mapping  # type: ignore[arg-type]
        return source if mapping is None else choose_header(source, mapping)

    def _find_importer(self, request: Mapping[str, object]) -> Importer:
        source, name = self._find_source(request), request["importer"]
        settings = unpack_settings(request["settings"])  # type: ignore[arg-type]
        return find_importer(source.head(), source.name, settings, str(name) if name else None)


def set_limits(memory: int, seconds: int) -> None:
    """Let this process grow by `memory` bytes and compute for `seconds`, both from now on."""
    if resource is None:
        return
    usage = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(usage.ru_utime + usage.ru_stime)
    lower_limit(resource.RLIMIT_CPU, spent + seconds + 1)
    lower_limit(resource.RLIMIT_CORE, 0)
    status = Path("/proc/self/statm")
    if status.exists():
        used = int(status.read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        lower_limit(resource.RLIMIT_AS, used + memory)


def lower_limit(which: int, value: int) -> None:
    """Set a soft limit, which a later file may raise again, within the hard limit of the machine."""
    hard = resource.getrlimit(which)[1]
    resource.setrlimit(which, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def serve_requests(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until there are no more."""
    worker = Worker()
    while line := requests.readline(LINE_BYTES):
        answers.write(encode_message(worker.answer(decode_message(line))))
        answers.flush()


def main() -> None:
    """Serve on standard input and output; whatever a library prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        serve_requests(sys.stdin.buffer, answers)
    except (BrokenPipeError, KeyboardInterrupt):
        sys.exit(1)


if __name__ == "__main__":
    main()
