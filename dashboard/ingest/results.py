"""The outcome of importing a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import polars as pl

from dashboard.errors import DashboardError
from dashboard.schemas import Kind, build_bad_rows
from dashboard.units import count_noun, format_count


@dataclass(frozen=True)
class ImportResult:
    """The import of one file: rows_read = accepted + changed + duplicate + rejected."""

    source: str
    kind: Kind
    file_name: str
    import_id: int | None
    rows_read: int
    accepted: int
    changed: int  # they replace an earlier statement about the same entry
    duplicate: int
    rejected: int
    seconds_total: int  # of the accepted and changed rows; labeling time in whole seconds
    first_day: date | None
    last_day: date | None
    zone: str | None = None
    date_order: str | None = None
    encoding: str | None = None
    columns: dict[str, str] = field(default_factory=dict)
    unused: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    rejects: pl.DataFrame = field(default_factory=build_bad_rows)
    first_rows: pl.DataFrame = field(default_factory=pl.DataFrame)  # as they are stored
    by_category: pl.DataFrame = field(default_factory=pl.DataFrame)  # category, entries, seconds
    edited: int = 0  # of the changed rows, those that no id but person and start, or the day, identifies
    missing: int = 0  # entries of the file's days, people and projects that it does not have
    changes: pl.DataFrame = field(default_factory=pl.DataFrame)  # pair, version (before, after), line, and what it says
    answers: dict[str, object] = field(default_factory=dict)  # what the lead answered about the file
    second_rows: int = 0  # of the rows read, those whose line of the file gave another row, too

    @property
    def hours(self) -> float:
        """Return the time of the accepted and changed rows."""
        return self.seconds_total / 3600

    def describe_lines(self) -> str:
        """Return how many lines of the file gave the rows, where some gave two, so that counts add up; else ""."""
        if not self.second_rows:
            return ""
        lines = count_noun(self.rows_read - self.second_rows, "line")
        return (
            f"{lines} of the file made {format_count(self.rows_read)} rows: a label and its review each, where there "
            "is a verdict and no stage."
        )


@dataclass(frozen=True)
class ImportFailure:
    """A file that could not be imported, and why."""

    file_name: str
    error: DashboardError


class NothingToPublish(DashboardError):
    """No file could be imported or was new; the store stays as it was."""

    def __init__(self, outcomes: list[ImportResult | ImportFailure]) -> None:
        failed = [outcome for outcome in outcomes if isinstance(outcome, ImportFailure)]
        super().__init__(" ".join(str(outcome.error) for outcome in failed) or "There is no file to import.")
        self.outcomes = outcomes
