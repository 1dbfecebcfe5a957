"""Packed files: what is inside is measured before it is unpacked, and again while it is."""

from __future__ import annotations

import gzip
import lzma
import tempfile
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import IO, Literal

from dashboard.errors import UnreadableFile
from dashboard.importers.limits import LIMITS

_PIECE = 1 << 20
_IGNORED = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
# What reading an archive raises that is cut off, garbled (also in the name of a member), locked (RuntimeError), or
# packed in a way Python does not know (NotImplementedError, a RuntimeError): bz2 raises OSError, the others their own.
_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError, UnicodeDecodeError)
_BOMB = "It unpacks to far more than an export would; unpack it yourself if it is genuine."


def packing(start: bytes) -> Literal["gzip", "zip"] | None:
    """Say how a file that begins with `start` is packed; a workbook is a zip, too."""
    if start.startswith(b"\x1f\x8b"):
        return "gzip"
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return "zip"
    return None


def gunzipped(path: Path, shown: str, folder: Path) -> Path:
    """Unpack into `folder`; raises `UnreadableFile` when it is damaged or grows beyond the limits."""
    target = _target(folder)
    packed = path.stat().st_size
    try:
        with path.open("rb") as packed_file, gzip.GzipFile(fileobj=packed_file) as source, target.open("wb") as sink:
            _pour(source, sink, packed, LIMITS.unpacked_bytes, shown)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableFile(f'"{shown}" is cut off or damaged: {error}.', "Download it again.") from error
    return target


def unzipped(path: Path, shown: str, folder: Path) -> list[tuple[Path, str]] | None:
    """Unpack the members into `folder` with the names to show; None for an XLSX workbook, which stays packed.

    Members are stored under names of our own, so that theirs can point nowhere.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
            names = {info.filename for info in infos}
            is_workbook = "xl/workbook.xml" in names
            _measured(infos, shown, LIMITS.workbook_bytes if is_workbook else LIMITS.unpacked_bytes)
            if is_workbook:
                return None
            if "[Content_Types].xml" in names or "mimetype" in names:
                raise UnreadableFile(f'"{shown}" is an office document.', "Save the table as XLSX or CSV.")
            return _members(archive, infos, shown, folder)
    except _DAMAGED as error:
        raise UnreadableFile(f'"{shown}" is a damaged or locked archive: {error}.', "Download it again.") from error


def _members(
    archive: zipfile.ZipFile, infos: Iterable[zipfile.ZipInfo], shown: str, folder: Path
) -> list[tuple[Path, str]]:
    members: list[tuple[Path, str]] = []
    for info in infos:
        if info.is_dir() or any(mark in info.filename for mark in _IGNORED) or not info.file_size:
            continue
        target = _target(folder)
        with archive.open(info) as source, target.open("wb") as sink:
            _pour(source, sink, max(info.compress_size, 1), info.file_size, shown)
        members.append((target, f"{shown}: {PurePosixPath(info.filename).name}"))
    if not members:
        raise UnreadableFile(f'"{shown}" holds no files.', "Export it again.")
    return members


def _measured(infos: list[zipfile.ZipInfo], shown: str, allowed: int) -> None:
    if len(infos) > LIMITS.members:
        raise UnreadableFile(f'"{shown}" holds {len(infos):,} files; {LIMITS.members} are allowed.', "Unpack it first.")
    if sum(info.file_size for info in infos) > allowed:
        raise UnreadableFile(f'"{shown}" unpacks to more than {allowed >> 20:,} MB.', _BOMB)
    for info in infos:
        _proportionate(info.file_size, max(info.compress_size, 1), shown)


def _proportionate(unpacked: int, packed: int, shown: str) -> None:
    if unpacked > LIMITS.ratio_from_bytes and unpacked > LIMITS.unpacked_ratio * packed:
        raise UnreadableFile(f'"{shown}" unpacks to more than {LIMITS.unpacked_ratio} times its size.', _BOMB)


def _pour(source: IO[bytes] | gzip.GzipFile, sink: IO[bytes], packed: int, allowed: int, shown: str) -> None:
    size = 0
    while piece := source.read(_PIECE):
        size += len(piece)
        if size > allowed:
            raise UnreadableFile(f'"{shown}" unpacks to more than {allowed >> 20:,} MB.', _BOMB)
        _proportionate(size, packed, shown)
        sink.write(piece)


def _target(folder: Path) -> Path:
    return Path(tempfile.mkdtemp(dir=folder)) / "unpacked"
