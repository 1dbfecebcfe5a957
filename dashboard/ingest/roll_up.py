"""Sum labeling events by day, in the months whose files changed, and publish all sums at once.

A run that is killed publishes nothing; the next one takes the months that were finished, and goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from dashboard.errors import DashboardError, StoreBusy, UnreadableFile, UnwritableFile
from dashboard.ingest.rollup_folder import (
    SUMS_FOLDER,
    Manifest,
    MonthSums,
    check_sums,
    delete_unnamed,
    find_finished,
    read_manifest,
    write_manifest,
    write_sums,
)
from dashboard.store.event_files import EventEngine, EventFile, fingerprint_files, group_by_month

LOCK_FILE = ".lock"


@dataclass(frozen=True)
class RollupResult:
    """A finished rollup: its manifest, the months that were summed anew, and those that are gone."""

    manifest: Manifest
    summed: tuple[str, ...]
    gone: tuple[str, ...]


def roll_up_events(
    engine: EventEngine, place: str, folder: Path, progress: Callable[[str], None] | None = None
) -> RollupResult:
    """Sum the events at a place into a folder; months whose files did not change are left as they are.

    Raises:
        UnreadableFile: the events cannot be read; nothing is published.
        UnwritableFile: the folder cannot be written.
        StoreBusy: another rollup is writing there.
    """
    place = place if "://" in place else str(Path(place).absolute())
    files = group_by_month(place, engine.list_files(place))
    with lock_folder(folder):
        before = read_manifest(folder)
        if before.months and before.events != place:
            raise UnwritableFile(
                f"{folder} holds the rollup of {before.events}, and not of {place}.", "Name another folder with --out."
            )
        known = {month.month: month for month in before.months}
        months, summed = [], []
        for number, (month, inputs) in enumerate(files.items(), start=1):
            fingerprint = fingerprint_files(inputs)
            sums = known.get(month)
            if sums is None or sums.fingerprint != fingerprint or not (folder / SUMS_FOLDER / sums.file_name).is_file():
                if progress:
                    progress(f"{month}, {number} of {len(files)}")
                sums = find_finished(folder, month, fingerprint) or sum_month(engine, folder, month, inputs)
                summed.append(month)
            months.append(sums)
        manifest = Manifest(place, tuple(months))
        if manifest != before:
            write_manifest(folder, manifest)
        delete_unnamed(folder, manifest)
    return RollupResult(manifest, tuple(summed), tuple(sorted(known.keys() - files.keys())))


def sum_month(engine: EventEngine, folder: Path, month: str, files: list[EventFile]) -> MonthSums:
    """Sum the events of one month and write the sums.

    Raises:
        UnreadableFile: the events cannot be read.
    """
    try:
        frame = engine.sum_events([file.path for file in files])
        check_sums(frame)
    except DashboardError as error:
        raise UnreadableFile(f"{month}: {error.message} Nothing was published.", error.hint) from error
    return write_sums(folder, month, fingerprint_files(files), frame)


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Make a folder for rollups, and keep other runs out of it.

    Raises:
        UnwritableFile: it cannot be written.
        StoreBusy: another run is writing.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / LOCK_FILE, timeout=0):
            yield
    except Timeout:
        raise StoreBusy(f"Another rollup is writing to {folder}.", "Wait for it to end.") from None
    except OSError as error:
        raise UnwritableFile(f"{folder} cannot be written ({error.strerror}).", "Name another folder.") from error
