"""Fixtures of labeling and experiment importers: `fixtures/<importer>/<case>.*` beside `<case>.expected.json`."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dashboard.importers.contract import Importer, Reading, Settings
from dashboard.importers.discover import IMPORTERS
from dashboard.importers.readers.open_source import open_sources
from dashboard.schemas import BAD_ROW, FRAMES, Kind

FIXTURES = Path(__file__).parents[2] / "fixtures"


def cases(kind: Kind) -> list[Any]:
    """Return every fixture of the importers of `kind` that says what it expects."""
    return [
        pytest.param(importer, beside.with_name(file.name), id=f"{importer.name}-{file.stem}")
        for importer in IMPORTERS
        if importer.kind == kind
        for beside in sorted((FIXTURES / importer.name).glob("*.expected.json"))
        for file in beside.parent.glob(f"{beside.name.split('.')[0]}.*")
        if not file.name.endswith((".expected.json", ".settings.json"))
    ]


def expected(path: Path) -> dict[str, Any]:
    """Return what a case expects."""
    found: dict[str, Any] = json.loads(path.with_name(f"{path.stem}.expected.json").read_text("utf-8"))
    return found


def told(path: Path) -> Settings:
    """Return what the lead answered in a case."""
    file = path.with_name(f"{path.stem}.settings.json")
    return Settings(**json.loads(file.read_text("utf-8"))) if file.exists() else Settings()


def recognised(path: Path) -> list[str]:
    """Return the names of the importers that know a file."""
    with open_sources(path) as sources:
        head = sources[0].head()
    return [importer.name for importer in IMPORTERS if importer.can_read(head)]


def read_all(
    importer: Importer, path: Path, settings: Settings | None = None
) -> tuple[Reading, int, pl.DataFrame, pl.DataFrame]:
    """Read a file to its end: the reading, rows read, rows accepted and rows refused."""
    with open_sources(path) as sources:
        reading = importer.read(sources[0], settings or told(path))
        batches = list(reading.batches)
    for batch in batches:
        assert batch.rows == batch.accepted.height + batch.bad.height
        assert dict(batch.accepted.schema) == FRAMES[importer.kind]
        assert dict(batch.bad.schema) == BAD_ROW
    accepted = pl.concat([pl.DataFrame(schema=FRAMES[importer.kind]), *(batch.accepted for batch in batches)])
    bad = pl.concat([pl.DataFrame(schema=BAD_ROW), *(batch.bad for batch in batches)])
    return reading, sum(batch.rows for batch in batches), accepted, bad


def counted(values: pl.Series) -> dict[str, int]:
    """Return how often each value stands in a column."""
    return dict(values.value_counts().iter_rows())


def lines_by_reason(bad: pl.DataFrame) -> dict[str, list[int]]:
    """Return the lines of the refused rows by their reason."""
    found: dict[str, list[int]] = defaultdict(list)
    for line, reason in bad.select("line", "reason").iter_rows():
        found[reason].append(line)
    return dict(found)
