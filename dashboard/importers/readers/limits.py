"""Limits on untrusted files, in every respect that costs memory or time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes unless the name says otherwise."""

    file_bytes: int = 4 << 30
    unpacked_bytes: int = 4 << 30  # all members of an archive together
    unpacked_ratio: int = 200  # exports pack 5 to 50 times; bombs 1000 times
    ratio_from_bytes: int = 16 << 20  # below this nobody is hurt
    workbook_bytes: int = 512 << 20
    members: int = 200
    item_files: int = 20_000  # JSON files of an archive, which labeling tools write one of for each item
    columns: int = 5_000
    field_bytes: int = 1 << 20
    record_bytes: int = 8 << 20
    record_lines: int = 5_000
    preamble_records: int = 20
    chunk_bytes: int = 16 << 20
    json_record_bytes: int = 32 << 20
    json_chunk_characters: int = 4 << 20


LIMITS = Limits()
