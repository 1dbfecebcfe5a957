"""Charts draw what their titles and captions say: a median is not a mean, a share is not a number of hours."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest

from dashboard.discovery import list_packages
from dashboard.figures.chart_base import Spec
from dashboard.labeling import charts as labeling_charts

# A word in a title, and what the names of fields that may carry it look like.
FIELDS_OF_WORDS = {
    "Median": r"median|minutes|p50",  # minutes: the median seconds / 60
    "Mean": r"mean",
    "90% under": r"p90",
    "P10": r"p10|low",
    "P90": r"p90|high",
    "Hours": r"hours|measured|p\d0|now|before|change|begin|end|value|saved|net|actual|contribution|used|balance",
    "FTE": r"fte",
    "Category": r"category",
    "Project": r"project|name|label",
    "Week": r"week|begins|begin|day|on",
}


def find_chart_modules() -> list[ModuleType]:
    """Return the chart modules of all subjects."""
    from importlib import import_module
    from importlib.util import find_spec

    names = [f"{package}.charts" for package in list_packages("dashboard")]
    return [import_module(name) for name in names if find_spec(name)]


def list_draw_functions() -> list[Any]:
    """Return the functions that draw a spec and need nothing but the mode."""
    functions = []
    for module in find_chart_modules():
        for name, function in inspect.getmembers(module, callable):
            if not name.startswith("draw_") or getattr(function, "__module__", "") != module.__name__:
                continue
            needed = [p for p in inspect.signature(function).parameters.values() if p.default is p.empty]
            if len(needed) == 1:
                functions.append(pytest.param(function, id=f"{module.__name__.split('.')[1]}.{name}"))
    return functions


def find_encodings(node: object) -> Iterator[tuple[str, str]]:
    """Yield field and title of every encoding and tooltip in a spec."""
    if isinstance(node, dict):
        title = node.get("title") or (node.get("axis") or {}).get("title") if isinstance(node, dict) else None
        if isinstance(node.get("field"), str) and isinstance(title, str):
            yield node["field"], title
        for value in node.values():
            yield from find_encodings(value)
    elif isinstance(node, list):
        for value in node:
            yield from find_encodings(value)


@pytest.mark.parametrize("draw", list_draw_functions())
def test_a_title_names_the_field_that_is_drawn(draw: Callable[[str], Spec]) -> None:
    for field, title in find_encodings(draw("light")):
        for word, pattern in FIELDS_OF_WORDS.items():
            if re.search(rf"\b{re.escape(word)}\b", title):
                assert re.search(pattern, field), f"{title!r} draws {field!r}"


def find_marks(spec: Spec) -> dict[str, str]:
    """Return what each kind of mark shows across, by the mark's type."""
    shown = {}
    for layer in spec.get("layer", [spec]):
        mark = layer["mark"]["type"] if isinstance(layer["mark"], dict) else layer["mark"]
        ends = [layer["encoding"][axis]["field"] for axis in ("x", "x2") if axis in layer["encoding"]]
        shown[mark] = " to ".join(ends)
    return shown


@pytest.mark.parametrize("name", ["draw_seconds_per_item", "draw_time_by_kind"])
def test_point_tick_and_line_are_median_mean_and_ninetieth_percentile(name: str) -> None:
    """The caption says: Point: median. Tick: mean. The line ends where nine of ten labels are done."""
    spec = getattr(labeling_charts, name)("light")
    assert find_marks(spec) == {
        "point": "median_seconds",
        "tick": "mean_seconds",
        "rule": "median_seconds to p90_seconds",
    }


def test_the_learning_curve_is_one_of_medians() -> None:
    # The alternative text says "Lines: median seconds per item".
    spec = labeling_charts.draw_learning_curve("light")
    drawn = {layer["encoding"]["y"]["field"] for layer in spec.get("layer", [spec]) if "y" in layer["encoding"]}
    drawn |= {spec["encoding"]["y"]["field"]} if "encoding" in spec and "y" in spec["encoding"] else set()
    assert drawn == {"median_seconds"}
