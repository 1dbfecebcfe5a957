"""XLSX workbooks: each sheet with a header is a table of text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import polars as pl

from dashboard.errors import UnreadableFile
from dashboard.importers.contract import Head, Source
from dashboard.importers.readers.header_rows import find_titles
from dashboard.importers.readers.limits import LIMITS
from dashboard.importers.readers.merged_cells import RowSpan, fill_merges, read_merges
from dashboard.importers.table import GRID_HINT, deduplicate_header, name_places
from dashboard.schemas import build_bad_rows
from dashboard.units import format_count

_HEAD_RECORDS = 100
Merges = Mapping[str, Sequence[RowSpan]]  # by the columns of the cells
_INSTANT_PATTERN = r"^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.\d+)?$"


class SheetSource:
    """One sheet, already in memory; `_line` is the row number of the sheet."""

    encoding: str | None = None

    def __init__(
        self,
        path: Path,
        name: str,
        header: tuple[str, ...],
        frame: pl.DataFrame,
        notes: tuple[str, ...] = (),
        cells: pl.DataFrame | None = None,
        *,
        has_titles: bool = True,
    ) -> None:
        self.path, self.name, self._header, self._frame, self.notes = path, name, header, frame, notes
        self._cells, self._has_titles = cells, has_titles  # the cells with the titles

    def head(self) -> Head:
        """Return the header and up to 100 rows as text."""
        sample = self._frame.drop("_line").head(_HEAD_RECORDS)
        return Head(shape="table", header=self._header, sample=sample, has_titles=self._has_titles)

    def number_columns(self) -> SheetSource:
        """Return the same table as one without titles: its columns are named by their places, its first row is data."""
        return self if self._cells is None else _build_numbered(self.path, self.name, self._cells)

    def frames(self) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
        """Yield all rows at once; a sheet has no malformed rows."""
        yield self._frame, build_bad_rows()

    def records(self) -> Iterator[tuple[int, object]]:
        """Raise: a sheet has no JSON records."""
        raise UnreadableFile(f'"{self.name}" is a table, not JSON.')


def read_sheets(path: Path, display_name: str) -> list[Source]:
    """Read the sheets that have a header and rows; raises `UnreadableFile` when none has."""
    import fastexcel  # noqa: PLC0415 - only workbooks pay for loading it

    try:
        workbook = fastexcel.read_excel(str(path))
        named_cells = [(name, _read_cells(workbook, name)) for name in workbook.sheet_names]
    except fastexcel.FastExcelError as error:
        raise UnreadableFile(f'"{display_name}" is a damaged workbook.', "Save it again, or save it as CSV.") from error
    has_several = sum(cells.height > 0 for _, cells in named_cells) > 1
    sources: list[Source] = []
    merges = read_merges(path)
    for name, cells in named_cells:
        spans = merges.get(name, {})
        own = {column: spans[place] for place, column in enumerate(cells.columns) if place in spans}
        sources += _find_tables(path, f"{display_name}: {name}" if has_several else display_name, cells, own)
    if not sources:
        sources += [
            _build_numbered(path, display_name, cells)
            for _, cells in named_cells
            if cells.height > 1 and cells.width > 1 and not has_several
        ]
    if not sources:
        raise UnreadableFile(
            f'"{display_name}" has no sheet with a header and rows.', f"Put column names above the rows. {GRID_HINT}"
        )
    return sources


def read_old_sheets(path: Path, display_name: str) -> list[Source]:
    """Read the sheets of an old workbook (XLS); raises `UnreadableFile` for other old office files."""
    if path.stat().st_size > LIMITS.workbook_bytes:
        raise UnreadableFile(
            f'"{display_name}" is larger than {format_count(LIMITS.workbook_bytes >> 20)} MB.', "Save the table as CSV."
        )
    try:
        return read_sheets(path, display_name)
    except UnreadableFile as error:
        if "damaged" not in error.message:
            raise
        raise UnreadableFile(
            f'"{display_name}" is an old Excel or Word file that cannot be read.', "Save it as XLSX or CSV."
        ) from error


def _read_cells(workbook: object, name: str) -> pl.DataFrame:
    """Return all cells as text; the first row is row 1."""
    sheet = workbook.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")  # type: ignore[attr-defined]
    cells: pl.DataFrame = sheet.to_polars()
    return cells.select(pl.all().cast(pl.String).fill_null(""))


def _find_tables(path: Path, name: str, cells: pl.DataFrame, merges: Merges) -> list[SheetSource]:
    """Return the tables of a sheet: those between empty columns; columns without a table are notes."""
    blocks = _split_columns(cells)
    if sum(block.width for block in blocks) > LIMITS.columns:
        raise UnreadableFile(f'"{name}" has more than {format_count(LIMITS.columns)} columns.', "Save only the table.")
    tables = [(block, _build_source(path, name, block, merges)) for block in blocks if block.width > 1]
    sources = [source for _, source in tables if source is not None]
    whole = _build_source(path, name, cells, merges) if len(sources) != 1 or len(blocks) == 1 else None
    if whole is not None and len(sources) <= 1:
        return [whole]
    table_columns = {column for block, source in tables if source is not None for column in block.columns}
    notes = [block for block in blocks if not table_columns & set(block.columns)]
    for source, (block, _) in zip(sources, [table for table in tables if table[1] is not None], strict=True):
        source.name = f"{name}: {_name_range(cells, block)}" if len(sources) > 1 else name
        source.notes += tuple(_describe_note(cells, note) for note in notes)
    return sources


def _split_columns(cells: pl.DataFrame) -> list[pl.DataFrame]:
    """Return the runs of columns that have no empty column between them."""
    runs: list[list[str]] = [[]]
    for column in cells.get_columns():
        if (column != "").any():
            runs[-1].append(column.name)
        elif runs[-1]:
            runs.append([])
    return [cells.select(run) for run in runs if run]


def _describe_note(cells: pl.DataFrame, note: pl.DataFrame) -> str:
    text = next(cell for row in note.iter_rows() for cell in row if cell)[:80]
    return f'What stands beside the table, in {_name_range(cells, note)}, was not read: "{text}".'


def _name_range(cells: pl.DataFrame, block: pl.DataFrame) -> str:
    first, last = (_name_column(cells.columns.index(block.columns[end])) for end in (0, -1))
    return f"column {first}" if first == last else f"columns {first} to {last}"


def _name_column(position: int) -> str:
    """Return the letters of a column of a sheet, counted from 0."""
    letters = ""
    position += 1
    while position:
        position, letter = divmod(position - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


def _build_source(path: Path, name: str, cells: pl.DataFrame, merges: Merges) -> SheetSource | None:
    first_rows = [list(row) for row in cells.head(LIMITS.preamble_records + 2).iter_rows()]
    rows = find_titles(first_rows)
    if rows is None or cells.height <= rows.last + 1:
        return None
    raw_cells = cells
    cells, merge_notes = fill_merges(cells, merges, title_row=rows.last + 1)
    header = rows.titles
    width = max((position for position, cell in enumerate(header, start=1) if cell), default=0)
    numbered = cells.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("_line")).slice(rows.last + 1)
    filled = numbered.filter(pl.any_horizontal(pl.col(cells.columns) != ""))
    names = deduplicate_header(header[:width])
    new_names = dict(zip(cells.columns[:width], names, strict=True))
    frame = filled.select(*(_normalize_dates(filled[old], new) for old, new in new_names.items()), filled["_line"])
    notes = (*rows.describe(first_rows, range(1, len(first_rows) + 1)), *merge_notes)
    return SheetSource(path, name, tuple(header[:width]), frame, notes, raw_cells) if frame.height else None


def _build_numbered(path: Path, name: str, cells: pl.DataFrame) -> SheetSource:
    """Return a sheet without titles: every row that is not blank is data."""
    header = name_places(cells.width)
    numbered = cells.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("_line"))
    filled = numbered.filter(pl.any_horizontal(pl.col(cells.columns) != ""))
    columns = zip(cells.columns, header, strict=True)
    frame = filled.select(*(_normalize_dates(filled[old], new) for old, new in columns), filled["_line"])
    return SheetSource(path, name, header, frame, has_titles=False)


def _normalize_dates(cells: pl.Series, name: str) -> pl.Series:
    """Return dates without an added midnight, and times and lengths (counted from 1899 or 1904) as h:mm:ss."""
    parts = cells.str.extract_groups(_INSTANT_PATTERN).struct.unnest().cast(pl.Int64)
    year, month, day, hour, minute, second = (parts[column] for column in parts.columns)
    if year.null_count() == cells.len():
        return cells.alias(name)
    is_length = (year < 1910).fill_null(value=False)  # noqa: PLR2004 - counted from 1899-12-31
    # A length counted from 1899 that reaches 1904 would be 35,000 hours: the workbook counts from 1904.
    first_day = pl.when(pl.col("y") < 1904).then(pl.date(1899, 12, 31)).otherwise(pl.date(1904, 1, 1))  # noqa: PLR2004 - the year that Excel counts from
    days = pl.DataFrame({"y": year, "m": month, "d": day}).select(
        (pl.date(pl.col("y"), pl.col("m"), pl.col("d")) - first_day).dt.total_days()
    )
    hours = (days.to_series() * 24 + hour).cast(pl.String)
    clock = minute.cast(pl.String).str.zfill(2) + ":" + second.cast(pl.String).str.zfill(2)
    whole_days = not ((hour + minute + second).filter(~is_length).fill_null(0) > 0).any()
    dates = cells.str.slice(0, 10) if whole_days else cells
    is_instant = year.is_not_null()
    table = pl.DataFrame({"cell": cells, "length": hours + ":" + clock, "date": dates, "a": is_length, "b": is_instant})
    value = pl.when("a").then("length").when("b").then("date").otherwise("cell")
    return table.select(value.alias(name)).to_series()
