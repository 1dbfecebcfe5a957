"""Notes marked on charts over time: a rule at the day with a letter on top, and the text for below the chart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, pairwise
from typing import Any

import polars as pl

from dashboard.figures.chart_base import Spec
from dashboard.theme import TEXT, Mode
from dashboard.units import format_day

MAX_MARKS = 8  # marks in one chart; more would hide it
LETTERS = "ABCDEFGH"
DAY_COLUMNS = ("begins_on", "week_on", "month_on", "origin_on")  # the columns that can hold a row's day
MONTH = timedelta(days=31)
MAX_TIP_LETTERS = 120  # letters
TOP_LEVEL_KEYS = ("$schema", "autosize", "background", "config", "height", "padding", "title", "width")


@dataclass(frozen=True)
class NoteMark:
    """A mark on a chart: its letter, its position on the axis, its day, and its notes, each with a project."""

    letter: str
    at: str  # ISO day, or the label of a bar
    day_on: date
    notes: tuple[tuple[str | None, str], ...]

    def lines(self) -> tuple[str, ...]:
        """Return one line per note: letter, day, project and text."""
        start = f"{self.letter} · {format_day(self.day_on)} · "
        return tuple(f"{start}{project}: {text}" if project else f"{start}{text}" for project, text in self.notes)


def build_marks(spec: Mapping[str, Any], rows: pl.DataFrame, notes: pl.DataFrame) -> tuple[tuple[NoteMark, ...], int]:
    """Return the marks of a chart, and how many older notes have no mark because there are too many.

    `notes`: day_on, project (null: all), text. Notes outside the chart's days are left out; a chart without days has
    no marks.
    """
    axis = find_day_axis(spec)
    column = next((name for name in DAY_COLUMNS if name in rows.columns), None)
    if axis is None or column is None or notes.is_empty() or rows.is_empty():
        return (), 0
    field = str(axis["field"])
    position_column = field if axis["type"] == "ordinal" and field in rows.columns else column
    begins = (
        rows.select(list(dict.fromkeys((column, position_column))))
        .drop_nulls()
        .unique(maintain_order=True)
        .sort(column)
    )
    starts: list[date] = begins.get_column(column).to_list()
    labels = [str(label) for label in begins.get_column(position_column)]
    if not starts:
        return (), 0
    end = starts[-1] + min((later - sooner for sooner, later in pairwise(starts)), default=MONTH)
    inside = notes.filter(pl.col("day_on").is_between(starts[0], end, closed="left")).sort("day_on").to_dicts()

    def find_position(note: Mapping[str, Any]) -> str:
        if position_column == column:  # the axis ends at the first day of the last period
            return str(min(note["day_on"], starts[-1]).isoformat())
        return labels[max(index for index, start in enumerate(starts) if start <= note["day_on"])]

    groups = [(key, list(group)) for key, group in groupby(inside, find_position)]
    shown_groups = groups[-MAX_MARKS:]
    marks = tuple(
        NoteMark(letter, key, group[0]["day_on"], tuple((note["project"], note["text"]) for note in group))
        for letter, (key, group) in zip(LETTERS, shown_groups, strict=False)
    )
    return marks, sum(len(group) for _, group in groups[:-MAX_MARKS])


def find_day_axis(spec: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the horizontal axis of a chart over days or periods, or None for any other chart."""
    parts = spec.get("layer", [spec])
    for part in parts:
        axis = part.get("encoding", {}).get("x", spec.get("encoding", {}).get("x", {}))
        if axis.get("type") in ("temporal", "ordinal") and "field" in axis:
            return axis if axis["field"] in (*DAY_COLUMNS, "label", "month") else None
    return None


def add_marks(spec: Spec, marks: tuple[NoteMark, ...], rows: pl.DataFrame, mode: Mode) -> Spec:
    """Return the spec with a rule and a letter at each mark; the chart's scales stay the same."""
    axis = find_day_axis(spec)
    if not marks or axis is None:
        return spec
    values = [
        {"pin_at": mark.at, "letter": mark.letter, "note": " / ".join(line[:MAX_TIP_LETTERS] for line in mark.lines())}
        for mark in marks
    ]
    x: dict[str, Any] = {"field": "pin_at", "type": axis["type"], "title": axis.get("title")}
    if axis["type"] == "ordinal":  # by default, Vega-Lite would put the marked bars first
        x |= {"sort": None, "scale": {"domain": list_bar_labels(axis, rows)}}
    rule_layer = {
        "mark": {"type": "rule", "color": TEXT[mode], "strokeDash": [3, 3], "opacity": 0.7},
        "encoding": {"x": x, "tooltip": {"field": "note", "type": "nominal", "title": "Note"}},
    }
    letter_layer = {
        "mark": {"type": "text", "color": TEXT[mode], "baseline": "bottom", "dy": -2, "fontWeight": "bold"},
        "encoding": {"x": x, "y": {"value": 0}, "text": {"field": "letter"}},
    }
    layer = {"data": {"values": values}, "layer": [rule_layer, letter_layer]}
    if "layer" in spec:
        return {**spec, "layer": [*(fix_bar_order(part, axis, rows) for part in spec["layer"]), layer]}
    outside = {key: value for key, value in spec.items() if key in TOP_LEVEL_KEYS}
    inside = {key: value for key, value in spec.items() if key not in TOP_LEVEL_KEYS}
    return {**outside, "layer": [fix_bar_order(inside, axis, rows), layer]}


def list_bar_labels(axis: Mapping[str, Any], rows: pl.DataFrame) -> list[str]:
    """Return the labels of the bars from left to right."""
    if isinstance(axis.get("sort"), list):
        return list(axis["sort"])
    return list(dict.fromkeys(str(label) for label in rows.get_column(str(axis["field"]))))


def fix_bar_order(part: Mapping[str, Any], axis: Mapping[str, Any], rows: pl.DataFrame) -> Mapping[str, Any]:
    """Return a layer with the original order of its bars."""
    encoding = part.get("encoding", {})
    if axis["type"] != "ordinal" or encoding.get("x", {}).get("field") != axis["field"]:
        return part
    scale = {**encoding["x"].get("scale", {}), "domain": list_bar_labels(axis, rows)}
    return {**part, "encoding": {**encoding, "x": {**encoding["x"], "scale": scale}}}
