"""Text files of any encoding, as UTF-8 on disk: proven where possible, never with replacement characters."""

from __future__ import annotations

import codecs
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

import chardet

from dashboard.errors import UnreadableFile

_PIECE = 4 << 20
_SAMPLE = 256 << 10
_LEAST_CONFIDENCE = 0.05  # chardet's own scale for short tables: real finds are above, noise below
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_BINARY_SHARE = 0.01
_ADVICE = "Export it again as UTF-8."


@dataclass(frozen=True)
class Utf8:
    """UTF-8 text at `path` from byte `start` on; `encoding` is what the file was written in."""

    path: Path
    encoding: str
    start: int = 0


def as_utf8(path: Path, shown: str, folder: Path) -> Utf8:
    """Return the file as UTF-8, copied into `folder` when it is not; raises `UnreadableFile` for binary data."""
    with path.open("rb") as file:
        start = file.read(_SAMPLE)
    encoding = next((name for bom, name in _BOMS if start.startswith(bom)), None)
    if encoding in {"utf-16", "utf-32"}:
        return _copied(path, encoding, shown, folder)
    if len(_CONTROL.findall(start)) > _BINARY_SHARE * len(start):
        raise UnreadableFile(f'"{shown}" is binary data, not text.', "Give the export as it was downloaded.")
    failed = _first_not_utf8(path, shown)
    if failed is None:
        return Utf8(path, encoding or "utf-8", 3 if encoding else 0)
    if encoding or failed.after_utf8:
        raise UnreadableFile(f'"{shown}" is UTF-8 that breaks in line {failed.line}: encodings are mixed.', _ADVICE)
    return _copied(path, _guessed(path, failed.offset), shown, folder)


@dataclass(frozen=True)
class _Failure:
    offset: int
    line: int
    after_utf8: bool  # characters beyond ASCII were read before: the file was UTF-8 so far


def _first_not_utf8(path: Path, shown: str) -> _Failure | None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    offset, line, beyond_ascii = 0, 1, False
    with path.open("rb") as file:
        while True:
            piece = file.read(_PIECE)
            if b"\0" in piece:
                line += piece.count(b"\n", 0, piece.index(b"\0"))
                raise UnreadableFile(f'"{shown}" has a NUL byte in line {line}: it is damaged or binary.', _ADVICE)
            held = len(decoder.getstate()[0])
            try:
                text = "" if piece.isascii() and not held else decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as error:
                before = (b"\0" * held + piece)[: error.start]
                beyond = beyond_ascii or not before.isascii()
                return _Failure(max(offset - held, 0) + error.start, line + before.count(b"\n"), beyond)
            if not piece:
                return None
            beyond_ascii = beyond_ascii or not text.isascii()
            offset += len(piece)
            line += piece.count(b"\n")


def _guessed(path: Path, offset: int) -> str:
    """Name the likely encoding from the text around the first byte that is not UTF-8."""
    with path.open("rb") as file:
        file.seek(max(0, offset - 4096))
        lines = file.read(_SAMPLE).splitlines()
    telling = b"\n".join(line for line in lines if not line.isascii())
    found = chardet.detect(telling)
    name, confidence = found.get("encoding"), found.get("confidence") or 0.0
    if not name or confidence < _LEAST_CONFIDENCE or name.lower() in {"ascii", "utf-8", "iso-8859-1"}:
        return "cp1252"
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "cp1252"


def _copied(path: Path, encoding: str, shown: str, folder: Path) -> Utf8:
    """Write the file as UTF-8 into `folder`, strictly."""
    target = Path(tempfile.mkdtemp(dir=folder)) / "text"
    try:
        with path.open(encoding=encoding, newline="") as source, target.open("w", encoding="utf-8", newline="") as sink:
            while text := source.read(_PIECE):
                if "\0" in text:
                    raise UnreadableFile(f'"{shown}" has NUL characters: it is damaged or binary.', _ADVICE)
                sink.write(text)
    except UnicodeError as error:
        if encoding not in {"cp1252", "utf-16", "utf-32"}:
            return _copied(path, "cp1252", shown, folder)
        raise UnreadableFile(f'"{shown}" is neither UTF-8 nor {encoding} text.', _ADVICE) from error
    return Utf8(target, encoding)
