"""Columns are declared once: every one has a title and a unit, and what is printed follows from them."""

from __future__ import annotations

import polars as pl
import pytest
from demo_team import SUNDAY

from dashboard.cli.terminal import RowFormat, Rows, build_rows, format_table, write_figure
from dashboard.figures.catalogue import CATALOGUE
from dashboard.figures.columns import describe_columns, load_columns
from dashboard.figures.resolve import Figure, resolve_figure
from dashboard.filters import Filters
from dashboard.store.generations import Store
from dashboard.units import Column, Unit, format_value, spreadsheet_format, spreadsheet_value
from dashboard.web.tables import title_rows

MAX_SHARE = 2  # a share of 1.3 can be, as an interval of an effort; 57 is a percentage
TEXT_UNITS = {"text", "day", "instant", "flag"}


@pytest.fixture(scope="module")
def figures(shared_demo: Store) -> dict[str, Figure]:
    """Return every figure of the demo."""
    return {name: resolve_figure(shared_demo, name, Filters(), today=SUNDAY) for name in CATALOGUE}


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_every_column_is_declared_with_a_unit_that_fits_its_values(figures: dict[str, Figure], name: str) -> None:
    figure = figures[name]
    columns = describe_columns(name, figure.columns)
    titles = [column.title for column in columns.values()]
    assert len(set(titles)) == len(titles)
    for column in columns.values():
        values = figure.rows.get_column(column.name).drop_nulls()
        if values.is_empty():
            continue
        if column.unit != "key":
            assert values.dtype.is_numeric() == (column.unit not in TEXT_UNITS), column
        if column.unit == "share":
            assert float(values.abs().max()) <= MAX_SHARE, f"{name}.{column.name} is no share of 0..1"  # type: ignore[arg-type]


def test_a_share_is_declared_as_one() -> None:
    """One of 0.8 that is declared as percent is printed as 0.8%."""
    shares = {
        (figure, name): column.unit
        for (figure, name), column in load_columns().items()
        if name == "coverage" or name.endswith("share")
    }
    shares.pop(("marginal_return", "contrast_share"))  # less modeling's: a difference
    assert set(shares.values()) == {"share"}


def test_nothing_is_declared_for_a_figure_that_does_not_exist() -> None:
    assert {figure for figure, _ in load_columns() if figure} <= set(CATALOGUE)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (576, "count", "576"),
        (0.002, "money", "0.0020"),
        (0.004, "difference", "+0.4 pp"),
        (20_260_101, "key", "20260101"),
        (0.5573, "share", "55.7%"),
        (-0.00001, "hours", "-0.000010"),
        (-0.0, "hours", "0.0"),
        (1234.56, "hours", "1,234.6"),
        (float("nan"), "hours", "–"),
        (None, "count", "–"),
        (True, "flag", "yes"),
    ],
)
def test_a_value_is_written_in_its_unit(value: object, unit: Unit, text: str) -> None:
    assert format_value(value, Column("x", "X", unit)) == text


@pytest.mark.parametrize(
    ("row_unit", "plain", "change"),
    [
        ("hours", "0.3", "0.3"),
        ("share", "30.0%", "+30.0 pp"),
        ("percent", "0.3%", "0.3%"),
        ("EUR", "0.30", "0.30"),
        ("furlongs", "0.30", "0.30"),
    ],
)
def test_a_row_may_name_its_unit(row_unit: str, plain: str, change: str) -> None:
    assert format_value(0.3, Column("x", "X", "by row"), row_unit) == plain
    assert format_value(0.3, Column("x", "X", "difference by row"), row_unit) == change


def test_the_terminal_prints_a_figure_by_its_declarations() -> None:
    rows = pl.DataFrame({"project": ["A"], "labels": [576], "share": [0.5], "seed": [20_260_101]})
    declared = (Column("project", "Project"), Column("labels", "Labels", "count"), Column("share", "Share", "share"))
    declared = (*declared, Column("seed", "Random seed", "key"))
    table = format_table(Rows(tuple(rows.columns), tuple(rows.iter_rows()), declared)).splitlines()
    assert table[0].split() == ["Project", "Labels", "Share", "Random", "seed"]
    assert table[1].split() == ["A", "576", "50.0%", "20260101"]


def test_the_terminal_prints_lists_for_people_with_titles_or_names_as_words() -> None:
    rows = build_rows(["what", "pulled_at"], [["toggl", "today"]], {"what": "Tool"})
    assert format_table(rows).splitlines()[0].split(maxsplit=1) == ["Tool", "Pulled at"]


@pytest.mark.parametrize(
    ("name", "hours"),
    [
        ("labeling_share", "Labeling hours"),
        ("labeling_share", "Total hours"),
        ("hours_by_project", "Labeling hours"),
        ("hours_by_project", "Modeling hours"),
        ("coverage", "Tracked hours, at most capacity"),
    ],
)
def test_the_terminal_tells_sums_in_hours(
    figures: dict[str, Figure], capsys: pytest.CaptureFixture[str], name: str, hours: str
) -> None:
    write_figure(figures[name], RowFormat.table)
    titles = capsys.readouterr().out.splitlines()[0]
    assert titles.count(hours) == 1
    assert "econds" not in titles


def test_a_cell_never_steers_the_terminal() -> None:
    text = format_table(build_rows(["name"], [["[red]\x1b[31m:smile: a\nb"]]))
    assert "\x1b" not in text
    assert "[red]" in text
    assert len(text.splitlines()) == 2


@pytest.mark.parametrize(
    ("unit", "number_format", "cell"),
    [
        ("share", "0.0%", 0.05),
        ("percent", '0.0"%"', 0.05),
        ("difference", '+#,##0.0" pp";-#,##0.0" pp";0.0" pp"', 5.0),
        ("points", '+#,##0.0" pp";-#,##0.0" pp";0.0" pp"', 0.05),
        ("hours", "#,##0.0", 0.05),
        ("key", "0", 0.05),
    ],
)
def test_a_workbook_writes_differences_of_shares_in_points(unit: Unit, number_format: str, cell: float) -> None:
    assert spreadsheet_format(unit) == number_format
    assert spreadsheet_value(0.05, unit) == pytest.approx(cell)


def test_a_downloaded_figure_has_its_titles_and_points(figures: dict[str, Figure]) -> None:
    rows = figures["data_quality"].rows
    titled = title_rows(rows, "data_quality")
    assert titled.columns[0] == "Entries that are"
    assert not set(titled.columns) & set(rows.columns)
    points = titled.get_column("Change without them, percentage points")
    assert points.drop_nulls().to_list() == pytest.approx([100 * one for one in rows.get_column("effect").drop_nulls()])
    assert points.drop_nulls().len()
    assert titled.get_column("Labeling share without them").equals(rows.get_column("share_without"), check_names=False)


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_every_figure_can_be_downloaded(figures: dict[str, Figure], name: str) -> None:
    rows = figures[name].rows
    assert title_rows(rows, name).shape == rows.shape
