"""Charts on paper: whatever a project is called, it can be drawn."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import polars as pl
import pytest
from PIL import Image

from dashboard.importers.columns.text import clean_text
from dashboard.reports.chart_images import draw_png, draw_svg
from dashboard.reports.document import Chart
from dashboard.reports.print_charts import draw_hours_of_projects

SPEC = {
    "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
    "mark": "bar",
    "encoding": {"x": {"field": "hours", "type": "quantitative"}, "y": {"field": "project", "type": "nominal"}},
}


def draw_bar(project: str) -> tuple[str, bytes]:
    """Return the chart of one project as SVG and PNG."""
    chart = Chart("hours_by_project", "Hours", "Hours", SPEC, pl.DataFrame({"project": [project], "hours": [1.0]}))
    return draw_svg(chart), draw_png(chart)


@pytest.mark.parametrize("broken", ["\x01", "\x0b", "\x1b[31m", "\ufffe", "\uffff"])
def test_what_xml_cannot_hold_is_left_out_of_a_drawing(broken: str) -> None:
    svg, png = draw_bar(f"Road{broken} signs")
    assert "Road" in svg
    assert "\ufffe" not in svg
    assert png.startswith(b"\x89PNG")


def test_a_long_name_of_emoji_is_cut_and_drawn() -> None:
    svg, png = draw_bar("\N{ROCKET}" * 50)
    assert "\N{WHITE SQUARE}" in svg
    assert png.startswith(b"\x89PNG")


@pytest.mark.parametrize("hours", [[1708.0, 584.0], [10795.0, 1.0], [9.0]])
def test_the_number_beside_the_longest_bar_is_not_cut(hours: list[float]) -> None:
    rows = pl.DataFrame(
        {"project": [f"P{rank}" for rank in range(len(hours))], "hours": hours, "rank": range(len(hours))}
    )
    chart = Chart("hours_by_project", "Hours", "Hours", draw_hours_of_projects("light"), rows)
    edge = np.asarray(Image.open(BytesIO(draw_png(chart))).convert("L"))[:, -4:]
    assert edge.min() > 200  # nothing but paper and grid


def test_a_short_name_keeps_its_emoji() -> None:
    assert "\N{ROCKET}" in draw_bar("Go \N{ROCKET}")[0]


def test_an_import_takes_no_noncharacters_into_a_name() -> None:
    names = pl.DataFrame({"name": ["Road\ufffe signs\uffff"]})
    assert names.select(clean_text(pl.col("name"))).item() == "Road signs"
