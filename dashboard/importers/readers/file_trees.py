"""Folders that are one export: an MLflow file store, or runs of Weights & Biases that were never synchronized.

They come as a tar or zip archive, or as a folder, which is packed as a tar archive for reading.
"""

from __future__ import annotations

import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory

import polars as pl

from dashboard.errors import UnreadableFile
from dashboard.importers.contract import Head
from dashboard.importers.readers.labeling_jobs import is_job_file, is_labeling_job
from dashboard.importers.readers.limits import LIMITS
from dashboard.importers.readers.regular_files import open_regular
from dashboard.units import format_count

_RUN_META = re.compile(r"(?:^|/)[^/.][^/]*/[0-9A-Za-z_-]{8,64}/meta\.yaml$")
_OFFLINE_RUN = re.compile(r"(?:^|/)run-[0-9A-Za-z_-]+\.wandb$")
_STORE_FILE = re.compile(r"(?:^|/)(?:meta\.yaml$|(?:params|metrics|tags)/)")
_HEAD_FILES = 20
_DAMAGE = (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, UnicodeDecodeError)
_TAR_MAGIC = (257, b"ustar")


class TreeSource:
    """The small text files of an export that is a folder, each with its path."""

    encoding: str | None = "utf-8"
    notes: tuple[str, ...] = ()

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name = path, name

    def head(self) -> Head:
        """Return the paths of the first descriptions of runs."""
        paths = (name for name in list_names(self.path, self.name) if _RUN_META.search(name))
        return Head(shape="tree", records=tuple(name for name, _ in zip(paths, range(_HEAD_FILES), strict=False)))

    def frames(self) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
        """Raise: a folder has no columns."""
        raise UnreadableFile(f'"{self.name}" is a folder of files, not a table.')

    def records(self) -> Iterator[tuple[int, object]]:
        """Yield (number, (path, text)) of each file of the store, in the order of the archive."""
        try:
            for number, (name, content) in enumerate(_read_members(self.path), start=1):
                yield number, (name, content.decode("utf-8", errors="replace"))
        except _DAMAGE as error:
            raise _build_damage_error(self.name, error) from error


def open_tree(path: Path, name: str) -> TreeSource | None:
    """Return an archive that is one export, None for any other file.

    Raises:
        UnreadableFile: it is damaged, or holds runs that say nothing before they are synchronized.
    """
    if not (is_tar(path) or zipfile.is_zipfile(path)):
        return None
    names = list_names(path, name)
    offline = [member for member in names if _OFFLINE_RUN.search(member)]
    if offline:
        noun = "an offline run" if len(offline) == 1 else f"{format_count(len(offline))} offline runs"
        raise UnreadableFile(
            f'"{name}" holds {noun} of Weights & Biases, which keep state, settings and results in a log of the tool'
            " alone, and their start only in the name of a folder.",
            "Run `wandb sync` for them, then export the table of runs as CSV with Created, Runtime and State.",
        )
    return TreeSource(path, name) if any(_RUN_META.search(member) for member in names) else None


def is_tar(path: Path) -> bool:
    """Return whether a file is a tar archive."""
    with path.open("rb") as file:
        file.seek(_TAR_MAGIC[0])
        return file.read(len(_TAR_MAGIC[1])) == _TAR_MAGIC[1]


def list_names(path: Path, name: str) -> list[str]:
    """Return the paths of all files in an archive; raises `UnreadableFile` where it is damaged."""
    try:
        if is_tar(path):
            with tarfile.open(path, "r:") as archive:
                return [member.name for member in archive if member.isreg()]
        with zipfile.ZipFile(path) as packed:
            return [info.filename for info in packed.infolist() if not info.is_dir()]
    except _DAMAGE as error:
        raise _build_damage_error(name, error) from error


def _build_damage_error(name: str, error: BaseException) -> UnreadableFile:
    return UnreadableFile(f'"{name}" is a damaged or locked archive: {error}.', "Pack it again.")


def _read_members(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a store that are small enough to be one of its values."""
    if is_tar(path):
        with tarfile.open(path, "r:") as archive:
            for member in archive:
                if member.isreg() and member.size <= LIMITS.record_bytes and _STORE_FILE.search(member.name):
                    file = archive.extractfile(member)
                    yield member.name, file.read() if file else b""
        return
    with zipfile.ZipFile(path) as packed:
        for info in packed.infolist():
            if info.file_size <= LIMITS.record_bytes and _STORE_FILE.search(info.filename):
                with packed.open(info) as file:
                    yield info.filename, file.read(LIMITS.record_bytes)


def is_tree(folder: Path) -> bool:
    """Return whether a folder is one export, and not a folder of exports."""
    if is_labeling_job(folder):
        return True
    if any(folder.glob("run-*.wandb")) or any(folder.glob("*/run-*.wandb")):
        return True
    metas = (meta.relative_to(folder.parent).as_posix() for meta in folder.glob("*/*/meta.yaml"))
    return any(_RUN_META.search(meta) for meta in metas)


@contextmanager
def pack_tree(folder: Path) -> Iterator[Path]:
    """Pack a folder that is one export, always into the same bytes; the archive is deleted at exit."""
    if is_labeling_job(folder):
        files = (file for file in sorted(folder.rglob("*")) if file.is_file() and not file.is_symlink())
        places = {file: file.relative_to(folder.parent).as_posix() for file in files}
        with _pack_files({file: place for file, place in places.items() if is_job_file(place)}, folder.name) as packed:
            yield packed
        return
    with TemporaryDirectory(prefix="labeltime-") as target:
        path = Path(target) / f"{folder.name}.tar"
        with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as archive:
            for file in sorted(folder.rglob("*")):
                name = file.relative_to(folder.parent).as_posix()
                is_value = _STORE_FILE.search(name) or _OFFLINE_RUN.search(name)
                if is_value and file.is_file() and not file.is_symlink():
                    _add_file(archive, file, name)
        yield path


def _add_file(archive: tarfile.TarFile, file: Path, name: str) -> None:
    """Add the content of a file under its name; the log of an offline run is added empty, as nothing reads it."""
    info = tarfile.TarInfo(name)
    is_value = bool(_STORE_FILE.search(name))
    info.size = file.stat().st_size if is_value else 0
    with open_regular(file) as content:
        archive.addfile(info, content if is_value else None)


@contextmanager
def pack_items(files: Sequence[Path]) -> Iterator[Path]:
    """Pack files of one folder, each with the names of two folders above it; the archive is deleted at exit."""
    places = {file: "/".join(file.absolute().parts[-3:]) for file in files}
    with _pack_files(places, files[0].parent.name) as packed:
        yield packed


@contextmanager
def _pack_files(places: Mapping[Path, str], name: str) -> Iterator[Path]:
    """Pack files under their places in an archive, always into the same bytes; it is deleted at exit."""
    with TemporaryDirectory(prefix="labeltime-") as target:
        path = Path(target) / f"{name}.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
            for file, place in places.items():
                with (
                    open_regular(file) as content,
                    archive.open(zipfile.ZipInfo(place), "w", force_zip64=True) as member,
                ):
                    copyfileobj(content, member)
        yield path
