"""Notes pinned on charts: the right day or bar, letters in order, the chart's axis unmoved, hostile text as text."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
import vl_convert
from worked_team import filled

from dashboard.allocation.charts import (
    draw_fte_by_week,
    draw_hours_by_category,
    draw_hours_by_week,
)
from dashboard.figures.annotations import NoteMark, add_marks, build_marks, find_day_axis
from dashboard.figures.chart_base import Spec
from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.forecast.charts import draw_fan, draw_payback, draw_track_record
from dashboard.labeling.charts import draw_logged_against_observed
from dashboard.quality.charts import draw_suggestion_outcomes, draw_suggestions_by_week
from dashboard.reports.print_charts import draw_share_over_weeks
from dashboard.settings.notes import NOTE_SHEET
from dashboard.store.generations import Store

MONDAY = date(2026, 3, 2)
HOSTILE = '</script>"><img src=x onerror=alert(1)> =HYPERLINK("http://x") \u202e' + "W" * 150


def pinned(*days: tuple[date, str | None, str]) -> pl.DataFrame:
    schema = {"day_on": pl.Date, "project": pl.String, "text": pl.String}
    return pl.DataFrame(list(days), schema=schema, orient="row")


def weeks(count: int = 5) -> pl.DataFrame:
    mondays = [MONDAY + timedelta(weeks=at) for at in range(count)]
    labels = [f"{day:%d %b}" for day in mondays]
    return pl.DataFrame(
        {"begins_on": mondays, "label": labels, "category": ["annotating"] * count, "share": [0.5] * count}
    )


def test_a_note_marks_the_bar_of_its_week_and_notes_of_one_week_share_a_mark() -> None:
    told = pinned(
        (date(2026, 3, 8), None, "New guideline"),
        (date(2026, 3, 2), "Vision", "New tool"),
        (date(2026, 3, 9), None, "Holidays"),
        (date(2026, 3, 1), None, "before"),
        (date(2026, 4, 6), None, "after"),
    )
    marks, hidden = build_marks(draw_hours_by_week("light"), weeks(), told)
    assert [(one.letter, one.at) for one in marks] == [("A", "02 Mar"), ("B", "09 Mar")]
    assert marks[0].lines() == ("A · 2 Mar 2026 · Vision: New tool", "A · 2 Mar 2026 · New guideline")
    assert hidden == 0


def test_on_a_line_a_note_stands_at_its_day_and_never_beyond_the_last_one() -> None:
    told = pinned((date(2026, 3, 4), None, "one"), (date(2026, 4, 3), None, "two"))
    marks, _ = build_marks(draw_share_over_weeks("light", 0.8), weeks(), told)
    assert [one.at for one in marks] == ["2026-03-04", "2026-03-30"]


def test_the_newest_eight_stay_and_the_others_are_counted() -> None:
    told = pinned(*((MONDAY + timedelta(days=at), None, f"note {at}") for at in range(20)))
    marks, hidden = build_marks(draw_share_over_weeks("light", 0.8), weeks(), told)
    assert [one.letter for one in marks] == list("ABCDEFGH")
    assert (marks[-1].notes[0][1], hidden) == ("note 19", 12)


@pytest.mark.parametrize("rows", [weeks(0), weeks(1), weeks().drop("begins_on")])
def test_a_chart_without_days_has_no_marks(rows: pl.DataFrame) -> None:
    marks, hidden = build_marks(draw_hours_by_week("light"), rows, pinned((date(2026, 6, 1), None, "x")))
    assert (marks, hidden) == ((), 0)
    assert build_marks(draw_hours_by_category("light"), rows, pinned((MONDAY, None, "x"))) == ((), 0)


@pytest.mark.parametrize(
    "spec",
    [
        draw_hours_by_week("light"),
        draw_fte_by_week("dark"),
        draw_fan("dark", "hours"),
        draw_payback("light", "EUR"),
        draw_track_record("light"),
        draw_suggestion_outcomes("light"),
        draw_suggestions_by_week("dark"),
        draw_logged_against_observed("light"),
        draw_share_over_weeks("light", 0.8),
    ],
)
def test_every_chart_over_time_takes_marks_and_still_draws(spec: Spec) -> None:
    axis = find_day_axis(spec)
    assert axis is not None
    at = "Mar 2026" if axis["type"] == "ordinal" else "2026-03-04"
    marks = (NoteMark("A", at, MONDAY, ((None, HOSTILE),)),)
    drawn = add_marks(spec, marks, pl.DataFrame({str(axis["field"]): [at]}), "light")
    assert {key: value for key, value in drawn.items() if key != "layer"}.keys() == {
        key for key in spec if key not in ("layer", "mark", "encoding")
    }
    assert drawn["layer"][-1]["layer"][0]["mark"]["type"] == "rule"
    field = str(axis["field"])
    rows = [{field: at, "label": at, "begins_on": "2026-03-02", "share": 0.5, "measured": 1, "kind": "x"}]
    svg = vl_convert.vegalite_to_svg(json.dumps({**drawn, "data": {"values": rows}, "width": 300}))
    assert ">A</text>" in svg
    assert "<img" not in svg


def test_bars_keep_their_order() -> None:
    rows, spec = weeks(), draw_hours_by_week("light")
    marks, _ = build_marks(spec, rows, pinned((date(2026, 3, 24), None, "late"), (date(2026, 3, 10), None, "early")))
    told = {**add_marks(spec, marks, rows, "light"), "width": 500}
    told["data"] = {"values": rows.with_columns(pl.col("begins_on").cast(str)).to_dicts()}
    vega = vl_convert.vegalite_to_vega(json.dumps(told))
    scale = next(one for one in vega["scales"] if one["name"] == "x")
    assert scale["domain"] == rows.get_column("label").to_list()


def test_the_figure_gives_the_notes_of_the_days_and_projects(tmp_path: Path) -> None:
    store: Store = filled(tmp_path)
    NOTE_SHEET.load_csv(store, "day_on,project,text\n2026-03-02,,Guideline 2\n2026-03-09,,Strike\n")
    told = resolve_figure(store, "notes", Filters(date(2026, 3, 5), date(2026, 3, 31))).rows
    assert told.select("day_on", "project", "text").rows() == [(date(2026, 3, 9), None, "Strike")]
    assert resolve_figure(store, "notes", Filters(projects=("Nothing",))).rows.height == 2  # of all projects
