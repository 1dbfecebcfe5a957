"""XLSX workbooks: every sheet with a header is a table of text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from dashboard.errors import UnreadableFile
from dashboard.importers.contract import Head, Source
from dashboard.importers.delimited import header_position, title
from dashboard.importers.limits import LIMITS
from dashboard.importers.table import frame_names
from dashboard.schemas import bad_rows

_HEAD_RECORDS = 100
_INSTANT = r"^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.\d+)?$"


class SheetSource:
    """One sheet, already in memory; `_line` is the row number of the sheet."""

    encoding: str | None = None

    def __init__(self, path: Path, name: str, header: tuple[str, ...], frame: pl.DataFrame) -> None:
        self.path, self.name, self._header, self._frame = path, name, header, frame

    def head(self) -> Head:
        """Return the header and up to 100 rows as text."""
        return Head(shape="table", header=self._header, sample=self._frame.drop("_line").head(_HEAD_RECORDS))

    def frames(self) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
        """Yield all rows at once; a sheet has no structurally bad rows."""
        yield self._frame, bad_rows()

    def records(self) -> Iterator[tuple[int, object]]:
        """Refuse: a sheet has no JSON records."""
        raise UnreadableFile(f'"{self.name}" is a table, not JSON.')


def sheets(path: Path, shown: str) -> list[Source]:
    """Read the sheets that have a header and rows; raises `UnreadableFile` when none has."""
    import fastexcel  # noqa: PLC0415 - only workbooks pay for loading it

    try:
        workbook = fastexcel.read_excel(str(path))
        raw = [(name, _cells(workbook, name)) for name in workbook.sheet_names]
    except fastexcel.FastExcelError as error:
        raise UnreadableFile(f'"{shown}" is a damaged workbook.', "Save it again, or save it as CSV.") from error
    several = sum(cells.height > 0 for _, cells in raw) > 1
    found = [_source(path, f"{shown}: {name}" if several else shown, cells) for name, cells in raw]
    sources: list[Source] = [source for source in found if source is not None]
    if not sources:
        raise UnreadableFile(f'"{shown}" has no sheet with a header and rows.', "Put column names above the rows.")
    return sources


def _cells(workbook: object, name: str) -> pl.DataFrame:
    """All cells as text, the first row being row 1."""
    sheet = workbook.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")  # type: ignore[attr-defined]
    cells: pl.DataFrame = sheet.to_polars()
    return cells.select(pl.all().cast(pl.String).fill_null(""))


def _source(path: Path, name: str, cells: pl.DataFrame) -> SheetSource | None:
    if cells.width > LIMITS.columns:
        raise UnreadableFile(f'"{name}" has more than {LIMITS.columns:,} columns.', "Save only the table.")
    at = header_position([list(row) for row in cells.head(LIMITS.preamble_records).iter_rows()])
    if at is None or cells.height <= at + 1:
        return None
    header = [title(cell) for cell in cells.row(at)]
    width = max((position for position, cell in enumerate(header, start=1) if cell), default=0)
    numbered = cells.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("_line")).slice(at + 1)
    filled = numbered.filter(pl.any_horizontal(pl.col(cells.columns) != ""))
    names = frame_names(header[:width])
    kept = dict(zip(cells.columns[:width], names, strict=True))
    frame = filled.select(*(_spoken(filled[old], new) for old, new in kept.items()), filled["_line"])
    return SheetSource(path, name, tuple(header[:width]), frame) if frame.height else None


def _spoken(cells: pl.Series, name: str) -> pl.Series:
    """Dates without a midnight nobody wrote; times and lengths, which Excel counts from 1899, as h:mm:ss."""
    parts = cells.str.extract_groups(_INSTANT).struct.unnest().cast(pl.Int64)
    year, month, day, hour, minute, second = (parts[column] for column in parts.columns)
    if year.null_count() == cells.len():
        return cells.alias(name)
    is_length = (year < 1910).fill_null(value=False)  # noqa: PLR2004 - counted from 1899-12-31
    days = pl.DataFrame({"y": year, "m": month, "d": day}).select(
        (pl.date(pl.col("y"), pl.col("m"), pl.col("d")) - pl.date(1899, 12, 31)).dt.total_days()
    )
    hours = (days.to_series() * 24 + hour).cast(pl.String)
    clock = minute.cast(pl.String).str.zfill(2) + ":" + second.cast(pl.String).str.zfill(2)
    whole_days = not ((hour + minute + second).filter(~is_length).fill_null(0) > 0).any()
    dates = cells.str.slice(0, 10) if whole_days else cells
    is_instant = year.is_not_null()
    table = pl.DataFrame({"cell": cells, "length": hours + ":" + clock, "date": dates, "a": is_length, "b": is_instant})
    chosen = pl.when("a").then("length").when("b").then("date").otherwise("cell")
    return table.select(chosen.alias(name)).to_series()
