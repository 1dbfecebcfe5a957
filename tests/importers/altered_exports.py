"""Exports made from a fixture: one without its last record, as it was downloaded earlier, and one that was edited."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import polars as pl
from importers.golden import read_all

from dashboard.errors import DashboardError
from dashboard.importers.contract import Importer, Settings

MOST_CUT = 6  # records, one after the other, until one of them was a row
MOST_GROUPS = 8  # of records in a JSON
MOST_EDITS = 5  # values of a column
# What an edit may change without making another entry of it, and what tells one entry from others. A quality report
# with another score is another report.
EDITED_COLUMNS = {
    "time_entry": ("description", "tags", "client", "category", "task", "seconds"),
    "labeling_event": ("answer", "label_kind", "model", "objects", "dataset", "outcome", "milliseconds"),
    "experiment_run": ("value", "code_version", "state"),
}
SLOT_COLUMNS = ("native_id", "person", "item", "project", "stage", "started_at", "day_on", "run")

Group = list[Any] | dict[str, Any]


def count_rows(importer: Importer, path: Path, settings: Settings) -> int:
    """Return how many rows of a file are accepted; none where it cannot be read."""
    with suppress(DashboardError):
        return read_all(importer, path, settings)[2].height
    return 0


def cut_export(importer: Importer, path: Path, folder: Path, settings: Settings) -> Path | None:
    """Write a file as it was before its last row was there, None where it holds one row or cannot be cut."""
    whole = count_rows(importer, path, settings)
    folder.mkdir()
    earlier = folder / path.name
    for text in list_cuts(path):
        earlier.write_bytes(text.encode(errors="surrogateescape"))
        if 0 < count_rows(importer, earlier, settings) < whole:
            return earlier
    return None


def list_cuts(path: Path) -> Iterator[str]:
    """Yield the content of a file without its last record, then without the last two, and so on."""
    text = path.read_bytes().decode(errors="surrogateescape")
    if path.suffix == ".json":
        content = json.loads(text)
        for group in find_groups(content)[:MOST_GROUPS]:
            for number in range(1, min(MOST_CUT, len(group))):
                yield json.dumps(cut_group(content, group, number), ensure_ascii=False)
    elif path.suffix == ".xml":
        yield re.sub(r"(?s)<image (?:(?!<image ).)*</image>(?!.*<image )", "", text)
    elif path.suffix == ".ics":
        yield re.sub(r"(?s)BEGIN:VEVENT\r?\n(?:(?!BEGIN:VEVENT).)*END:VEVENT\r?\n(?!.*BEGIN:VEVENT)", "", text)
    elif "\0" not in text:
        lines = text.splitlines(keepends=True)
        for number in range(1, min(MOST_CUT, len(lines) - 1)):
            yield "".join(lines[:-number])


def find_groups(content: object) -> list[Group]:
    """Return the lists and objects of several records anywhere in a JSON, outermost first."""
    if not isinstance(content, (list, dict)):
        return []
    values = content if isinstance(content, list) else list(content.values())
    is_group = len(values) > 1 and all(isinstance(value, (list, dict)) for value in values)
    return [*([content] if is_group else []), *(group for value in values for group in find_groups(value))]


def cut_group(content: object, group: Group, number: int) -> object:
    """Return a JSON without the last records of one group in it."""
    if isinstance(content, list):
        kept = content[:-number] if content is group else content
        return [cut_group(value, group, number) for value in kept]
    if isinstance(content, dict):
        names = list(content)[:-number] if content is group else list(content)
        return {name: cut_group(content[name], group, number) for name in names}
    return content


def edit_export(importer: Importer, path: Path, folder: Path, settings: Settings) -> Path | None:
    """Write a file in which a row with some content says something else, None where no edit is found."""
    content = path.read_bytes()
    accepted = read_all(importer, path, settings)[2]
    slots = [column for column in SLOT_COLUMNS if column in accepted.columns]
    folder.mkdir()
    edited = folder / path.name
    for column in EDITED_COLUMNS.get(importer.kind, ()):
        for value in accepted.get_column(column).drop_nulls().unique(maintain_order=True).head(MOST_EDITS):
            for before, after in list_edits(value):
                for start, found, end in (content.partition(before), content.rpartition(before)):
                    edited.write_bytes(start + after + end)
                    rows = read_rows(importer, edited, settings) if found else None
                    if rows is None or rows.height != accepted.height or rows[column].equals(accepted[column]):
                        continue
                    if rows.select(slots).equals(accepted.select(slots)):
                        return edited
    return None


def list_edits(value: object) -> list[tuple[bytes, bytes]]:
    """Return how a value may be written, each with another value of its kind."""
    if isinstance(value, str):
        first, _, _ = value.partition("; ")
        return [(text.encode(), f"{text}x".encode()) for text in {value: 0, first: 0} if len(text) > 1]
    if isinstance(value, (int, float)):
        numbers = (value, value / 1000, value / 3600) if isinstance(value, int) else (value,)
        return [(f"{number:g}".encode(), f"{number * 2:g}".encode()) for number in numbers if number]
    return []


def read_rows(importer: Importer, path: Path, settings: Settings) -> pl.DataFrame | None:
    """Return the accepted rows of a file, None where it cannot be read."""
    with suppress(DashboardError):
        return read_all(importer, path, settings)[2]
    return None
