"""Notes pinned on charts over time: a rule at the day, a letter on top, and the same in words for below the chart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, pairwise
from typing import Any

import polars as pl

from dashboard.charts.allocation import Spec
from dashboard.theme import TEXT, Mode, day

MOST = 8  # marks in one chart; more would hide it
LETTERS = "ABCDEFGH"
DAYS = ("begins_on", "week_on", "month_on", "origin_on")  # what a row's day is called
MONTH = timedelta(days=31)
LONGEST_TIP = 120  # letters
OUTSIDE = ("$schema", "autosize", "background", "config", "height", "padding", "title", "width")


@dataclass(frozen=True)
class Pin:
    """A mark on a chart: its letter, its place on the axis, its day, and the notes there, each with its project."""

    letter: str
    at: str  # ISO day, or the label of a bar
    day_on: date
    notes: tuple[tuple[str | None, str], ...]

    def lines(self) -> tuple[str, ...]:
        """Return a line a note: letter, day, project and text."""
        start = f"{self.letter} · {day(self.day_on)} · "
        return tuple(f"{start}{project}: {text}" if project else f"{start}{text}" for project, text in self.notes)


def pins(spec: Mapping[str, Any], rows: pl.DataFrame, notes: pl.DataFrame) -> tuple[tuple[Pin, ...], int]:
    """Return the marks of a chart and how many notes have none, because there are too many.

    `notes`: day_on, project (null: all), text. Notes outside of the chart's days are left out; a chart without days
    has no marks. The newest stay where there are too many.
    """
    axis = over_days(spec)
    column = next((name for name in DAYS if name in rows.columns), None)
    if axis is None or column is None or notes.is_empty() or rows.is_empty():
        return (), 0
    field = str(axis["field"])
    place = field if axis["type"] == "ordinal" and field in rows.columns else column
    begins = rows.select(list(dict.fromkeys((column, place)))).drop_nulls().unique(maintain_order=True).sort(column)
    starts: list[date] = begins.get_column(column).to_list()
    labels = [str(label) for label in begins.get_column(place)]
    if not starts:
        return (), 0
    end = starts[-1] + min((later - sooner for sooner, later in pairwise(starts)), default=MONTH)
    inside = notes.filter(pl.col("day_on").is_between(starts[0], end, closed="left")).sort("day_on").to_dicts()

    def at(one: Mapping[str, Any]) -> str:
        if place == column:  # the last period has no room after its first day
            return str(min(one["day_on"], starts[-1]).isoformat())
        return labels[max(index for index, start in enumerate(starts) if start <= one["day_on"])]

    together = [(key, list(group)) for key, group in groupby(inside, at)]
    kept = together[-MOST:]
    made = tuple(
        Pin(letter, key, group[0]["day_on"], tuple((one["project"], one["text"]) for one in group))
        for letter, (key, group) in zip(LETTERS, kept, strict=False)
    )
    return made, sum(len(group) for _, group in together[:-MOST])


def over_days(spec: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the horizontal axis of a chart over days or periods, or None where it is about something else."""
    parts = spec.get("layer", [spec])
    for part in parts:
        axis = part.get("encoding", {}).get("x", spec.get("encoding", {}).get("x", {}))
        if axis.get("type") in ("temporal", "ordinal") and "field" in axis:
            return axis if axis["field"] in (*DAYS, "label", "month") else None
    return None


def pinned(spec: Spec, marks: tuple[Pin, ...], rows: pl.DataFrame, mode: Mode) -> Spec:
    """Return the spec with a rule and a letter at each mark; the chart's own scales do not move."""
    axis = over_days(spec)
    if not marks or axis is None:
        return spec
    values = [
        {"pin_at": one.at, "letter": one.letter, "note": " / ".join(line[:LONGEST_TIP] for line in one.lines())}
        for one in marks
    ]
    x: dict[str, Any] = {"field": "pin_at", "type": axis["type"], "title": axis.get("title")}
    if axis["type"] == "ordinal":  # left to itself, Vega-Lite would put the marked bars first
        x |= {"sort": None, "scale": {"domain": bars_in_order(axis, rows)}}
    rule = {
        "mark": {"type": "rule", "color": TEXT[mode], "strokeDash": [3, 3], "opacity": 0.7},
        "encoding": {"x": x, "tooltip": {"field": "note", "type": "nominal", "title": "Note"}},
    }
    word = {
        "mark": {"type": "text", "color": TEXT[mode], "baseline": "bottom", "dy": -2, "fontWeight": "bold"},
        "encoding": {"x": x, "y": {"value": 0}, "text": {"field": "letter"}},
    }
    layer = {"data": {"values": values}, "layer": [rule, word]}
    if "layer" in spec:
        return {**spec, "layer": [*(fixed(part, axis, rows) for part in spec["layer"]), layer]}
    outside = {key: value for key, value in spec.items() if key in OUTSIDE}
    inside = {key: value for key, value in spec.items() if key not in OUTSIDE}
    return {**outside, "layer": [fixed(inside, axis, rows), layer]}


def bars_in_order(axis: Mapping[str, Any], rows: pl.DataFrame) -> list[str]:
    """Return the labels of the bars from left to right."""
    if isinstance(axis.get("sort"), list):
        return list(axis["sort"])
    return list(dict.fromkeys(str(label) for label in rows.get_column(str(axis["field"]))))


def fixed(part: Mapping[str, Any], axis: Mapping[str, Any], rows: pl.DataFrame) -> Mapping[str, Any]:
    """Return a layer whose bars stand where they stood."""
    own = part.get("encoding", {})
    if axis["type"] != "ordinal" or own.get("x", {}).get("field") != axis["field"]:
        return part
    scale = {**own["x"].get("scale", {}), "domain": bars_in_order(axis, rows)}
    return {**part, "encoding": {**own, "x": {**own["x"], "scale": scale}}}
