"""Charts draw what their titles and captions say: a median is not a mean, a share is not a number of hours."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from datetime import date
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import Any

import polars as pl
import pytest

import dashboard
from dashboard.allocation import charts as allocation_charts
from dashboard.discovery import list_packages
from dashboard.figures.chart_base import Spec
from dashboard.forecast import charts as forecast_charts
from dashboard.inference.shares import SHARE_LEVEL
from dashboard.inference.trends import DRIFT_LEVEL
from dashboard.labeling import charts as labeling_charts
from dashboard.quality import charts as quality_charts
from dashboard.quality.rows import LEVEL
from dashboard.savings import charts as savings_charts
from dashboard.theme import BACKGROUND, CATEGORY_COLOURS, SIDE_COLOURS, Mode

MODES: tuple[Mode, ...] = ("light", "dark")

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
    "Suggestions known": r"^suggestions$",
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


EXAMPLES = {"measure": "labeling share", "title": "Hours", "labels": ("March",), "kinds": ("none",)}
LOW_END, HIGH_END = r"low|p10|from|begins|base", r"high|p90|to$|ends|result"
MIDDLE_MARKS = ("point", "line", "tick", "bar", "circle")


def list_all_draw_functions() -> list[Any]:
    """Return every function that draws a spec, with an example of each argument that it needs beside the mode."""
    drawn = []
    for module in find_chart_modules():
        for name, function in inspect.getmembers(module, callable):
            if name.startswith("draw_") and getattr(function, "__module__", "") == module.__name__:
                needed = [p.name for p in inspect.signature(function).parameters.values() if p.default is p.empty]
                arguments = {each: EXAMPLES[each] for each in needed if each != "mode"}
                drawn.append(pytest.param(function, arguments, id=f"{module.__name__.split('.')[1]}.{name}"))
    return drawn


def list_layers(spec: Spec) -> list[tuple[str, dict[str, Any]]]:
    """Return the mark of each layer and its encoding, with what it takes over from the whole chart."""
    layers = []
    for layer in spec.get("layer", [spec]):
        mark = layer["mark"]["type"] if isinstance(layer["mark"], dict) else layer["mark"]
        layers.append((mark, {**spec.get("encoding", {}), **layer.get("encoding", {})}))
    return layers


@pytest.mark.parametrize(("draw", "arguments"), list_all_draw_functions())
def test_a_range_goes_from_its_low_to_its_high_end_and_a_point_shows_neither(
    draw: Callable[..., Spec], arguments: dict[str, Any]
) -> None:
    for mark, encoding in list_layers(draw("light", **arguments)):
        for axis in ("x", "y"):
            field = encoding.get(axis, {}).get("field", "")
            end = encoding.get(f"{axis}2", {}).get("field")
            if end is not None:
                assert re.search(LOW_END, field) or (mark, field) == ("rule", "median_seconds"), field
                assert re.search(HIGH_END, end), f"{field} to {end}"
            elif mark in MIDDLE_MARKS:
                assert not re.search(r"(?:^|_)(?:low|high|from(?!_label)|to|p10|p90)(?:_|$)", field), (
                    f"a {mark} draws {field}"
                )


@pytest.mark.parametrize(("draw", "arguments"), list_all_draw_functions())
def test_a_stack_has_an_order_and_a_share_an_axis_of_percent(
    draw: Callable[..., Spec], arguments: dict[str, Any]
) -> None:
    for mark, encoding in list_layers(draw("light", **arguments)):
        positions = [encoding[axis] for axis in ("x", "y") if axis in encoding]
        if mark == "bar" and any(each.get("stack") == "zero" for each in positions):
            assert encoding.get("order", {}).get("field") == "place"
        for each in positions:
            if re.search(r"share|probability|acceptance$", each.get("field", "")) and each.get("axis"):
                assert "%" in each["axis"].get("format", ""), each["field"]


def find_colours(spec: Spec, field: str) -> dict[str, str]:
    """Return the colour of each value of a field."""
    for _, encoding in list_layers(spec):
        if encoding.get("color", {}).get("field") == field:
            scale = encoding["color"]["scale"]
            return dict(zip(scale["domain"], scale["range"], strict=True))
    message = f"nothing is coloured by {field}"
    raise AssertionError(message)


def test_good_is_the_colour_of_the_team_and_bad_that_of_rejection() -> None:
    side = SIDE_COLOURS["light"]
    colours = (side["team"], side["rejected"], side["reference"])
    gate = find_colours(quality_charts.draw_quality_gate("light"), "verdict")
    assert (gate["confirmed"], gate["void"], gate["not confirmed"]) == colours
    saved = find_colours(savings_charts.draw_savings_by_automation("light"), "state")
    assert (saved["saves"], saved["costs"], saved["no clear difference"]) == colours


def find_channels(node: object, channel: str) -> list[dict[str, Any]]:
    """Return the encodings of one channel, from all layers of a spec."""
    if isinstance(node, list):
        return [found for value in node for found in find_channels(value, channel)]
    if not isinstance(node, dict):
        return []
    own = (node.get("encoding") or {}).get(channel)
    below = [found for key, value in node.items() if key != "encoding" for found in find_channels(value, channel)]
    return ([own] if isinstance(own, dict) else []) + below


def test_a_bar_of_the_tornado_is_named_for_the_end_of_the_input_that_it_shows() -> None:
    spec = forecast_charts.draw_tornado("light", "Hours")
    (calculated,) = (
        (step["calculate"] for step in spec["transform"] if "calculate" in step)
        if "transform" in spec
        else (
            step["calculate"] for layer in spec["layer"] for step in layer.get("transform", []) if "calculate" in step
        )
    )
    assert calculated == "datum.end == 'at_p10' ? 'input low' : 'input high'"


def test_the_legend_of_the_waterfall_names_what_was_saved_and_lost() -> None:
    spec = savings_charts.draw_savings_by_month("light", ("March",))
    side = SIDE_COLOURS["light"]
    for colour in find_channels(spec, "color"):
        colours = dict(zip(colour["scale"]["domain"], colour["scale"]["range"], strict=True))
        assert (colours["saved"], colours["cost"]) == (side["team"], side["rejected"])
        names = dict(re.findall(r"(\w+): '([^']+)'", colour["legend"]["labelExpr"]))
        assert names == {"whole": "all hours", "saved": "saved", "cost": "lost", "upkeep": "setup and maintenance"}


@pytest.mark.parametrize("draw", list_draw_functions())
def test_an_axis_of_shares_is_in_percent(draw: Callable[[str], Spec]) -> None:
    spec = draw("light")
    for axis in ("x", "y"):
        for channel in find_channels(spec, axis):
            is_share = re.search(r"share|_rate$|coverage$", str(channel.get("field", "")))
            if is_share and isinstance(channel.get("axis"), dict) and "format" in channel["axis"]:
                assert "%" in channel["axis"]["format"], channel


def test_outcomes_of_suggestions_are_coloured_by_outcome() -> None:
    (colour,) = find_channels(quality_charts.draw_suggestion_outcomes("light"), "color")
    assert colour["field"] == "outcome"
    assert colour["scale"]["domain"][0] == "unchanged"


def test_each_measure_of_acceptance_has_its_own_share() -> None:
    shares = {"accepted_share": 0.9, "first_pass_share": 0.7}
    bounds = {f"{part}_{end}": 0.5 for part in ("accepted", "first_pass") for end in ("low", "high")}
    rows = quality_charts.build_acceptance_rows(pl.DataFrame([{"name": "all", "reviewed": 40, **shares, **bounds}]))
    assert dict(rows.select("measure", "share").iter_rows()) == {
        "accepted, fixed ones included": 0.9,
        "accepted as it came": 0.7,
    }


def test_an_outcome_has_the_colour_of_what_it_means() -> None:
    for mode in MODES:
        category, side = CATEGORY_COLOURS[mode], SIDE_COLOURS[mode]
        assert find_colours(quality_charts.draw_suggestion_outcomes(mode), "outcome") == {
            "unchanged": side["accepted"],
            "edited": category["modeling"],
            "rejected": side["rejected"],
            "unknown": category["data preparation"],
        }


def test_less_labeling_has_the_colour_of_a_gain_and_a_published_share_is_grey() -> None:
    for mode in MODES:
        side = SIDE_COLOURS[mode]
        change = allocation_charts.draw_change_explained(mode, "labeling share")
        colours = {"whole": side["reference"], "less": side["team"], "more": side["rejected"]}
        assert find_colours(change, "kind") == colours
        shares = find_colours(allocation_charts.draw_share_against_reference(mode), "kind")
        assert shares == {"this team": side["team"], "published": side["reference"]}


def test_small_groups_are_grey_crosses() -> None:
    for mode in MODES:
        side = SIDE_COLOURS[mode]
        spec = quality_charts.draw_time_against_quality(mode)
        assert find_colours(spec, "enough") == {"20 or more": side["team"], "too few to say": side["reference"]}
        (shape,) = find_channels(spec, "shape")
        assert shape["scale"] == {"domain": ["20 or more", "too few to say"], "range": ["circle", "cross"]}


@pytest.mark.parametrize(("reviewed", "size"), [(19, "too few to say"), (20, "20 or more")])
def test_a_group_is_small_below_the_number_that_its_legend_names(reviewed: int, size: str) -> None:
    shares = {f"{part}_{end}": 0.5 for part in ("accepted", "first_pass") for end in ("share", "low", "high")}
    rows = quality_charts.build_acceptance_rows(pl.DataFrame([{"name": "all", "reviewed": reviewed, **shares}]))
    assert set(rows.get_column("enough")) == {size}


def test_the_share_of_an_outcome_is_of_the_known_ones() -> None:
    month = {"month_on": date(2026, 3, 1), "known": 8, "unchanged": 4, "edited": 2, "rejected": 2, "unknown": 8}
    rows = quality_charts.build_outcome_rows(pl.DataFrame([month]))
    shares = {"unchanged": 0.5, "edited": 0.25, "rejected": 0.25, "unknown": None}
    assert dict(rows.select("outcome", "share").iter_rows()) == shares


ENDS_OF_WORDS = {"from": r"low|from", "to": r"high|to$", "at worst": r"low", "at best": r"high"}


@pytest.mark.parametrize(("draw", "arguments"), list_all_draw_functions())
def test_a_tooltip_names_the_end_that_it_shows(draw: Callable[..., Spec], arguments: dict[str, Any]) -> None:
    for field, title in find_encodings(draw("light", **arguments)):
        assert re.search(ENDS_OF_WORDS.get(title, ""), field), f"{title!r} shows {field!r}"


LEVEL_WORDS = re.compile(r"(\d+)%(?:-| )(?:confidence |two-sided |one-sided )?(?:interval|bound)|bounds at (\d+)%")


def test_words_name_the_level_of_the_intervals() -> None:
    assert (SHARE_LEVEL, DRIFT_LEVEL, LEVEL) == (0.95, 0.95, 0.95)
    named = {
        (path.stem, level)
        for path in Path(dashboard.__file__).parent.rglob("*")
        if path.suffix in (".py", ".csv", ".md")
        for level in chain.from_iterable(LEVEL_WORDS.findall(path.read_text(encoding="utf-8")))
        if level
    }
    assert len(named) >= 5
    assert {level for _, level in named} == {"95"}, named


def find_shapes(spec: Spec) -> dict[str, str]:
    """Return the shape of each value that a mark has one for."""
    scales = [channel["scale"] for channel in find_channels(spec, "shape")]
    return {name: shape for scale in scales for name, shape in zip(scale["domain"], scale["range"], strict=True)}


def test_a_shape_says_what_its_colour_says() -> None:
    saved = find_shapes(savings_charts.draw_savings_by_automation("light"))
    assert saved == {"saves": "triangle-up", "costs": "triangle-down", "no clear difference": "circle"}
    accepted = find_shapes(quality_charts.draw_acceptance("light"))
    assert accepted == {"accepted, fixed ones included": "diamond", "accepted as it came": "circle"}
    gate = find_shapes(quality_charts.draw_quality_gate("light"))
    assert gate == {"confirmed": "circle", "not confirmed": "square", "void": "cross"}


def test_the_steps_of_a_change_are_named_for_their_cause_and_direction() -> None:
    (colour,) = find_channels(allocation_charts.draw_change_explained("light", "labeling share"), "color")
    names = dict(re.findall(r"(\w+): '([^']+)'", colour["legend"]["labelExpr"]))
    assert names == {"whole": "the whole", "less": "less labeling", "more": "more labeling"}
    parts = {"change": 0.1, "mix": -0.1, "rate": 0.2}
    rows = [
        {"measure": "labeling share", "factor": factor, "before": 0.4, "now": 0.5, "contribution": part}
        for factor, part in parts.items()
    ]
    steps = allocation_charts.build_change_steps(pl.DataFrame(rows), "labeling share")
    assert steps.select("label", "kind", pl.col("amount").round(6)).rows() == [
        ("Before", "whole", 40),
        ("Which projects", "less", -10),
        ("Within projects", "more", 20),
        ("Now", "whole", 50),
    ]


def test_more_hours_stand_out_more_from_the_page() -> None:
    for mode in MODES:
        (colour,) = find_channels(allocation_charts.draw_person_by_category(mode), "color")
        weak, strong = (measure_distance(end, BACKGROUND[mode]) for end in colour["scale"]["range"])
        assert weak < strong


def measure_distance(one_colour: str, other: str) -> int:
    """Return how far two colours (#RRGGBB) are from each other."""
    ends = ([int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in (one_colour, other))
    return sum(abs(first - second) for first, second in zip(*ends, strict=True))


@pytest.mark.parametrize(("unit", "field"), [("part", "part"), ("hours", "share"), ("share", "share")])
def test_a_tooltip_of_a_share_names_what_it_is_of(unit: str, field: str) -> None:
    hours, share = (tip.to_dict() for tip in allocation_charts.build_tooltips(unit))
    assert (hours["field"], hours["title"], share["field"]) == ("hours", "Hours", field)
    assert share["title"] == {"part": "Share of all tracked time", "share": "Share"}[field]
