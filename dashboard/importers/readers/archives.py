"""Packed files: their size is checked before and during unpacking."""

from __future__ import annotations

import gzip
import lzma
import tempfile
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Literal, NamedTuple

from dashboard.errors import UnreadableFile
from dashboard.importers.readers.limits import LIMITS
from dashboard.units import format_count

_COPY_BYTES = 1 << 20
_PLACE_LENGTH = 300
_LOCKED = 1  # the bit of a member that needs a password
_SYSTEM_NAMES = ("thumbs.db", "desktop.ini", "__macosx")
# What reading an archive raises when it is cut off, garbled (also in a member's name), locked (RuntimeError), or
# packed in a way Python does not know (NotImplementedError, a RuntimeError). bz2 raises OSError, the others their own.
_DAMAGE_ERRORS = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError, UnicodeDecodeError)
# What labeling tools pack beside their labels; it is left where it is.
_MEDIA_SUFFIXES = (
    *(".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".dcm", ".nii", ".pcd", ".ply", ".las"),
    *(".mp4", ".avi", ".mov", ".mkv", ".webm", ".m4v", ".wav", ".mp3", ".flac", ".ogg", ".m4a"),
)
_SHEET_PLACE = "xl/worksheets/sheet"  # in the archive that a workbook is
_TRAINING_SUFFIXES = (".txt", ".xml")  # of YOLO and of Pascal VOC, which have one for each picture
_TRAINING_HINT = (
    "It looks like a data set for training, which does not say who labeled, when and in what time: export the labels"
    " in the labeling tool's own format."
)
_BOMB_HINT = "It unpacks to far more than an export would; unpack it yourself if it is genuine."


class Member(NamedTuple):
    """A file of an archive: where it was unpacked, its name for messages, and its path in the archive."""

    path: Path
    title: str
    place: str


def is_media(name: str) -> bool:
    """Return whether a file is a picture, a recording or the like by its name, and so no export."""
    return name.lower().endswith(_MEDIA_SUFFIXES)


def is_system_file(name: str) -> bool:
    """Return whether a path is of a file that a system or an office program keeps for itself, such as a lock."""
    parts = [part for part in name.split("/") if part not in (".", "..")]
    return any(part.startswith((".", "~$")) or part.lower() in _SYSTEM_NAMES for part in parts)


def clean_name(name: str) -> str:
    """Return a name fit for messages: its last part, without invisible characters, not too long."""
    last_part = name.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    return "".join(char for char in last_part if char.isprintable())[:120] or "file"


def _clean_place(name: str) -> str:
    return "".join(char for char in name if char.isprintable())[-_PLACE_LENGTH:]


def detect_packing(first_bytes: bytes) -> Literal["gzip", "zip"] | None:
    """Return how a file with these first bytes is packed; a workbook is a zip, too."""
    if first_bytes.startswith(b"\x1f\x8b"):
        return "gzip"
    if first_bytes.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return "zip"
    return None


def unpack_gzip(path: Path, display_name: str, folder: Path) -> Path:
    """Unpack a gzip file into `folder`; raises `UnreadableFile` when it is damaged or exceeds the limits."""
    target = _make_target(folder)
    packed = path.stat().st_size
    try:
        with path.open("rb") as packed_file, gzip.GzipFile(fileobj=packed_file) as source, target.open("wb") as sink:
            _copy_limited(source, sink, packed, LIMITS.unpacked_bytes, display_name)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableFile(f'"{display_name}" is cut off or damaged: {error}.', "Download it again.") from error
    return target


def unpack_zip(path: Path, display_name: str, folder: Path) -> list[Member] | None:
    """Return the unpacked members without pictures and the like; None for an XLSX workbook, which stays packed.

    Members are stored in `folder` under our own names, so that theirs cannot point elsewhere.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            infos = [info for info in archive.infolist() if not is_media(info.filename)]
            is_workbook = "xl/workbook.xml" in names
            _check_sizes(infos, display_name, LIMITS.workbook_bytes if is_workbook else LIMITS.unpacked_bytes)
            if is_workbook:
                return None
            if any(info.flag_bits & _LOCKED for info in infos):
                raise UnreadableFile(f'"{display_name}" is locked with a password.', "Unpack it first.")
            if "[Content_Types].xml" in names or "mimetype" in names:
                raise UnreadableFile(f'"{display_name}" is an office document.', "Save the table as XLSX or CSV.")
            return _unpack_members(archive, infos, display_name, folder)
    except _DAMAGE_ERRORS as error:
        raise UnreadableFile(
            f'"{display_name}" is a damaged or locked archive: {error}.', "Download it again."
        ) from error


def _unpack_members(
    archive: zipfile.ZipFile, infos: Iterable[zipfile.ZipInfo], display_name: str, folder: Path
) -> list[Member]:
    members: list[Member] = []
    target_folder = Path(tempfile.mkdtemp(dir=folder))
    for number, info in enumerate(infos, start=1):
        if info.is_dir() or is_system_file(info.filename) or not info.file_size:
            continue
        target = target_folder / str(number)
        with archive.open(info) as source, target.open("wb") as sink:
            _copy_limited(source, sink, max(info.compress_size, 1), info.file_size, display_name)
        members.append(Member(target, f"{display_name}: {clean_name(info.filename)}", _clean_place(info.filename)))
    if not members:
        raise UnreadableFile(f'"{display_name}" holds no files that could be an export.', "Export it again.")
    return members


def _check_sizes(infos: list[zipfile.ZipInfo], display_name: str, max_bytes: int) -> None:
    sheet_count = sum(info.filename.startswith(_SHEET_PLACE) for info in infos)
    if sheet_count and len(infos) > LIMITS.members:
        raise UnreadableFile(
            f'"{display_name}" is a workbook of {format_count(sheet_count)} sheets, and of more than '
            f"{format_count(LIMITS.members)} parts.",
            "Save the sheets with the hours as a workbook of their own.",
        )
    item_count = sum(info.filename.lower().endswith(".json") for info in infos)
    for count, limit in ((len(infos) - item_count, LIMITS.members), (item_count, LIMITS.item_files)):
        if count > limit:
            is_training = sum(info.filename.lower().endswith(_TRAINING_SUFFIXES) for info in infos) * 2 > len(infos)
            raise UnreadableFile(
                f'"{display_name}" holds {format_count(count)} files; {format_count(limit)} are allowed.',
                _TRAINING_HINT if is_training else "Unpack it first, and import it in parts.",
            )
    if sum(info.file_size for info in infos) > max_bytes:
        raise UnreadableFile(f'"{display_name}" unpacks to more than {format_count(max_bytes >> 20)} MB.', _BOMB_HINT)
    for info in infos:
        _check_ratio(info.file_size, max(info.compress_size, 1), display_name)


def _check_ratio(unpacked: int, packed: int, display_name: str) -> None:
    if unpacked > LIMITS.ratio_from_bytes and unpacked > LIMITS.unpacked_ratio * packed:
        raise UnreadableFile(
            f'"{display_name}" unpacks to more than {LIMITS.unpacked_ratio} times its size.', _BOMB_HINT
        )


def _copy_limited(
    source: IO[bytes] | gzip.GzipFile, sink: IO[bytes], packed: int, max_bytes: int, display_name: str
) -> None:
    size = 0
    while chunk := source.read(_COPY_BYTES):
        size += len(chunk)
        if size > max_bytes:
            raise UnreadableFile(
                f'"{display_name}" unpacks to more than {format_count(max_bytes >> 20)} MB.', _BOMB_HINT
            )
        _check_ratio(size, packed, display_name)
        sink.write(chunk)


def _make_target(folder: Path) -> Path:
    return Path(tempfile.mkdtemp(dir=folder)) / "unpacked"
