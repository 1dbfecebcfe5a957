"""How pages write the columns of figures: one format per unit, and no number that is not zero written as zero."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dashboard.units import Column, Unit
from dashboard.web.tables import SHARE_CELL, build_column_config, choose_number_format, scale_rows, scale_shares


@pytest.mark.parametrize(
    ("unit", "values", "written"),
    [
        ("share", [0.5, 0.0], "%,.1f%%"),
        ("share", [0.5, 0.00002], "%,.4f%%"),
        ("hours", [12.0], "%,.1f"),
        ("hours", [12.0, 0.004], "%,.4f"),
        ("count", [3], "localized"),
        ("count", [3.0], "%,.0f"),
        ("money", [3.0], "%,.2f"),
        ("key", [20260101], "%d"),
        ("points", [-1.0], "%+,.1f pp"),
    ],
)
def test_a_unit_has_one_format(unit: Unit, values: list[float], written: str) -> None:
    assert choose_number_format(Column("x", "X", unit), pl.Series(values)) == written


@pytest.mark.parametrize(
    ("values", "kind"), [(pl.Series([True]), "checkbox"), (pl.Series(["a"]), "text"), (pl.Series([1.5]), "number")]
)
def test_titles_and_help_are_those_of_the_column(values: pl.Series, kind: str) -> None:
    config: Any = build_column_config(Column("x", "The title", "number", help="Why."), values)
    assert (config["label"], config["help"], config["type_config"]["type"]) == ("The title", "Why.", kind)


def test_values_are_scaled_to_their_format_and_written_in_the_unit_of_their_row() -> None:
    rows = pl.DataFrame({"tiny": [0.00002, 0.5], "gap": [0.1, -0.2], "value": [0.5, None], "unit": ["share", "EUR"]})
    columns = {"tiny": Column("tiny", "", "share"), "gap": Column("gap", "", "difference")}
    columns["odds"] = Column("odds", "", "chance")
    shown = scale_rows(
        rows.with_columns(odds=pl.Series([0.0, 1.0])), columns | {"value": Column("value", "", "by row")}
    )
    assert shown.get_column("odds").to_list() == ["<1%", ">99%"]
    assert shown.get_column("tiny").to_list() == pytest.approx([0.002, 50])
    assert shown.get_column("gap").to_list() == pytest.approx([10, -20])
    assert shown.get_column("value").to_list() == ["50.0%", None]


def test_a_table_has_one_format_of_shares() -> None:
    assert choose_number_format(Column("x", "X", "share"), pl.Series([0.4075])) == SHARE_CELL
    rows = scale_shares(pl.DataFrame({"share": [0.4075, None], "hours": [2.0, 1.0]}), "share", "absent")
    assert rows.get_column("share").to_list() == [pytest.approx(40.75), None]
    assert rows.get_column("hours").to_list() == [2.0, 1.0]
    pages = Path(__file__).parents[2] / "dashboard" / "web"
    assert [path.name for path in pages.rglob("*.py") if 'format="percent"' in path.read_text()] == []


@pytest.mark.parametrize("unit", ["by row", "difference by row", "chance"])
def test_what_is_written_as_text_is_no_column_of_numbers(unit: Unit) -> None:
    config: Any = build_column_config(Column("value", "Value", unit), pl.Series([0.19, 12.0]))
    assert config["type_config"]["type"] == "text"
    assert config["alignment"] == "right"


def test_tools_go_by_their_names() -> None:
    rows = pl.DataFrame({"source": ["label_studio", None, "Smith 2024"]})
    scaled = scale_rows(rows, {"source": Column("source", "Tool")})
    assert scaled.get_column("source").to_list() == ["Label Studio", None, "Smith 2024"]
