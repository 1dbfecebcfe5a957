"""Text files of any encoding, as UTF-8 on disk: verified where possible, never with replacement characters."""

from __future__ import annotations

import codecs
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

import chardet

from dashboard.errors import UnreadableFile

_READ_BYTES = 4 << 20
_SAMPLE_BYTES = 256 << 10
_MIN_CONFIDENCE = 0.05  # on chardet's scale for short tables: real encodings score above, noise below
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL_BYTES = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_MAX_CONTROL_SHARE = 0.01
_HINT = "Export it again as UTF-8."


@dataclass(frozen=True)
class Utf8File:
    """UTF-8 text at `path` from byte `start` on; `encoding` is the file's original one."""

    path: Path
    encoding: str
    start: int = 0


def convert_to_utf8(path: Path, display_name: str, folder: Path) -> Utf8File:
    """Return the file as UTF-8, copied into `folder` when it is not; raises `UnreadableFile` for binary data."""
    with path.open("rb") as file:
        beginning = file.read(_SAMPLE_BYTES)
    encoding = next((name for bom, name in _BOMS if beginning.startswith(bom)), None)
    if encoding in {"utf-16", "utf-32"}:
        return _copy_as_utf8(path, encoding, display_name, folder)
    if len(_CONTROL_BYTES.findall(beginning)) > _MAX_CONTROL_SHARE * len(beginning):
        raise UnreadableFile(f'"{display_name}" is binary data, not text.', "Give the export as it was downloaded.")
    failure = _find_decode_failure(path, display_name)
    if failure is None:
        return Utf8File(path, encoding or "utf-8", 3 if encoding else 0)
    if encoding or failure.after_utf8:
        raise UnreadableFile(
            f'"{display_name}" is UTF-8 that breaks in line {failure.line}: encodings are mixed.', _HINT
        )
    return _copy_as_utf8(path, _guess_encoding(path, failure.offset), display_name, folder)


@dataclass(frozen=True)
class _DecodeFailure:
    offset: int
    line: int
    after_utf8: bool  # characters beyond ASCII were read before: the file was UTF-8 so far


def _find_decode_failure(path: Path, display_name: str) -> _DecodeFailure | None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    offset, line, has_non_ascii = 0, 1, False
    with path.open("rb") as file:
        while True:
            data = file.read(_READ_BYTES)
            if b"\0" in data:
                line += data.count(b"\n", 0, data.index(b"\0"))
                raise UnreadableFile(f'"{display_name}" has a NUL byte in line {line}: it is damaged or binary.', _HINT)
            pending_bytes = len(decoder.getstate()[0])
            try:
                text = "" if data.isascii() and not pending_bytes else decoder.decode(data, final=not data)
            except UnicodeDecodeError as error:
                valid_bytes = (b"\0" * pending_bytes + data)[: error.start]
                after_utf8 = has_non_ascii or not valid_bytes.isascii()
                return _DecodeFailure(
                    max(offset - pending_bytes, 0) + error.start, line + valid_bytes.count(b"\n"), after_utf8
                )
            if not data:
                return None
            has_non_ascii = has_non_ascii or not text.isascii()
            offset += len(data)
            line += data.count(b"\n")


def _guess_encoding(path: Path, offset: int) -> str:
    """Guess the encoding from the text around the first byte that is not UTF-8."""
    with path.open("rb") as file:
        file.seek(max(0, offset - 4096))
        lines = file.read(_SAMPLE_BYTES).splitlines()
    sample = b"\n".join(line for line in lines if not line.isascii())
    detection = chardet.detect(sample)
    name, confidence = detection.get("encoding"), detection.get("confidence") or 0.0
    if not name or confidence < _MIN_CONFIDENCE or name.lower() in {"ascii", "utf-8", "iso-8859-1"}:
        return "cp1252"
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "cp1252"


def _copy_as_utf8(path: Path, encoding: str, display_name: str, folder: Path) -> Utf8File:
    """Write the file as UTF-8 into `folder`, strictly."""
    target = Path(tempfile.mkdtemp(dir=folder)) / "text"
    try:
        with path.open(encoding=encoding, newline="") as source, target.open("w", encoding="utf-8", newline="") as sink:
            while text := source.read(_READ_BYTES):
                if "\0" in text:
                    raise UnreadableFile(f'"{display_name}" has NUL characters: it is damaged or binary.', _HINT)
                sink.write(text)
    except UnicodeError as error:
        if encoding not in {"cp1252", "utf-16", "utf-32"}:
            return _copy_as_utf8(path, "cp1252", display_name, folder)
        raise UnreadableFile(f'"{display_name}" is neither UTF-8 nor {encoding} text.', _HINT) from error
    return Utf8File(target, encoding)
