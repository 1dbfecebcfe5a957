"""Clicks on bars: the part of the hours that a bar stands for, to narrow the filters to it or to see its entries.

Who works without a mouse does the same with the filters and with Drill down.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from dashboard.allocation.chart_frames import OTHERS
from dashboard.figures.chart_base import Spec
from dashboard.filters import CUSTOM
from dashboard.formats import write_day

PICK = "pick"  # the name of the selection in a chart
FILTERS = {"category": "categories", "project": "project", "team": "team"}  # column of a chart -> key of its filter
TURN = "pick-turn"  # a chart under a new key has no selection

Pick = Mapping[str, Any]


def make_clickable(spec: Spec, columns: Sequence[str]) -> Spec:
    """Return a chart whose bars can be clicked; the click tells the values of these columns."""
    if "layer" in spec:
        first, *others = spec["layer"]
        return {**spec, "layer": [make_clickable(first, columns), *others]}
    mark = spec["mark"] if isinstance(spec["mark"], Mapping) else {"type": spec["mark"]}
    selection = {"name": PICK, "select": {"type": "point", "fields": [*columns]}}
    return {**spec, "mark": {**mark, "cursor": "pointer"}, "params": [*spec.get("params", ()), selection]}


def name_chart(key: str) -> str:
    """Return the key of a chart that can be clicked."""
    return f"{key}-{st.session_state.get(TURN, 0)}"


def read_pick(event: Any) -> Pick:  # noqa: ANN401 - what Streamlit returns of a selection
    """Return the values of the bar that was clicked; nothing where none was."""
    picked = (event or {}).get("selection", {}).get(PICK) or []
    return {name: value for name, value in picked[0].items() if value != OTHERS} if picked else {}


def find_days(rows: pl.DataFrame, pick: Pick, last: date | None) -> Pick:
    """Return a pick of a chart over time with the first and last day of its bar in place of the label."""
    if "label" not in pick:
        return pick
    begins = rows.filter(label=pick["label"]).get_column("begins_on")
    if begins.is_empty():
        return {}
    later = rows.filter(pl.col("begins_on") > begins[0]).get_column("begins_on").min()
    end = date.fromordinal(later.toordinal() - 1) if isinstance(later, date) else last or begins[0]
    return {**{name: value for name, value in pick.items() if name != "label"}, "from": begins[0], "to": end}


def show_pick(pick: Pick, key: str) -> None:
    """Offer to narrow the filters to the bar that was clicked, and to list its entries; nothing where none was."""
    if not pick:
        return
    words = ", ".join(str(pick[name]) for name in FILTERS if pick.get(name))
    days = f"{write_day(pick['from'])} to {write_day(pick['to'])}" if "from" in pick else ""
    with st.container(horizontal=True, vertical_alignment="center", key=f"{key}-pick"):
        st.text(", ".join(filter(None, (words, days))), width="content")
        st.button("Only this", icon=":material/filter_alt:", on_click=narrow_filters, args=(pick,), key=f"{key}-only")
        st.button("Its entries", icon=":material/list:", on_click=open_entries, args=(pick,), key=f"{key}-entries")


def narrow_filters(pick: Pick) -> None:
    """Set the filters to a pick; for buttons."""
    state = st.session_state
    state.update({FILTERS[name]: [str(pick[name])] for name in FILTERS if pick.get(name)})
    if "from" in pick:
        state.update({"period": CUSTOM, "from": pick["from"], "to": pick["to"]})
    state[TURN] = state.get(TURN, 0) + 1


def open_entries(pick: Pick) -> None:
    """Drill down to the entries of a pick; for buttons."""
    narrow_filters({name: value for name, value in pick.items() if name not in {"category", "project"}})
    drill = {"category": pick.get("category"), "in": pick.get("project"), "task": None}
    st.session_state.update({**drill, "view": "Drill down", "rows": True})
