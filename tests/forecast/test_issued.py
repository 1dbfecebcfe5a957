"""Projections that were issued: scored when their weeks are over, never changed, with the inputs that moved since."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from simulated_log import simulate
from simulated_store import events, imported, register
from store_copies import copied

from dashboard.errors import BadFilter
from dashboard.figures.resolve import Figure, resolve_figure
from dashboard.filters import Filters
from dashboard.forecast.issued import issue_projection
from dashboard.forecast.issued_records import read_projections
from dashboard.forecast.track_record import (
    GOOD,
    POOR,
    UNKNOWN,
    combine_verdicts,
    describe_poor_record,
    describe_track_record,
    find_worst_verdict,
    format_verdict,
    select_verdicts,
)
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.settings.backlogs import BACKLOG_SHEET
from dashboard.settings.rates import RATE_SHEET
from dashboard.settings.scenarios import save_scenario
from dashboard.store.generations import Store

THEN, TODAY = date(2026, 2, 16), date(2026, 3, 9)
MORE = """item,person,seconds,method,finished_at,project,automation
late-1,annotator 1,4000,manual,2026-02-03T10:00:00Z,reviews,
late-2,annotator 1,4000,pre-annotated,2026-02-03T11:00:00Z,reviews,drafts
"""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return build_drafts(tmp_path)


@copied
def build_drafts(folder: Path) -> Store:
    """Return a store of reviews with a registered automation and a rate."""
    store = imported(folder, [events(simulate("S0", 1))])
    register(store, "drafts")
    RATE_SHEET.load_csv(store, "person,hourly,currency\n,30,EUR\n")
    return store


def listed(store: Store) -> Figure:
    return resolve_figure(store, "issued_projections", Filters(), today=TODAY)


def test_a_projection_is_scored_when_its_weeks_are_over(store: Store) -> None:
    assert issue_projection(store, "reviews", 2, today=THEN) == 1
    assert issue_projection(store, "reviews", 12, today=THEN) == 2
    rows = listed(store).rows
    first = {row["quantity"]: row for row in rows.filter(pl.col("projection_id") == 1).to_dicts()}
    assert list(first) == ["hours_per_item", "hours", "saved_hours", "items"]
    assert {row["state"] for row in first.values()} == {"scored"}
    hours = "select sum(annotate_ms) / 3.6e6, count(*) from label where day_on between $a and $b order by 1"
    with store.snapshot() as snapshot:
        came, items = snapshot.query(hours, {"a": date(2026, 2, 16), "b": date(2026, 3, 1)}).row(0)
    assert first["items"]["actual"] == items
    assert first["hours"]["actual"] == pytest.approx(came)
    assert first["hours_per_item"]["actual"] == pytest.approx(came / items)
    assert first["hours"]["inside"] == (first["hours"]["p10"] <= came <= first["hours"]["p90"])
    second = rows.filter(pl.col("projection_id") == 2)
    assert set(second.get_column("state")) == {"open"}
    assert second.get_column("actual").null_count() == second.height
    assert rows.get_column("moved").to_list() == [0] * rows.height  # nothing moved


def test_what_is_edited_moves_inputs_but_no_projection(store: Store, tmp_path: Path) -> None:
    issue_projection(store, "reviews", 2, today=THEN)
    before = read_projections(store)
    RATE_SHEET.load_csv(store, "person,hourly,currency\n,40,EUR\n")
    (row, *_) = listed(store).rows.to_dicts()
    assert (row["moved"], row["moved_words"]) == (1, "hourly: 30 (30 to 30), measured → 40 (40 to 40), measured")
    (tmp_path / "more.csv").write_text(MORE, encoding="utf-8")
    import_files(store, [tmp_path / "more.csv"], Settings())
    (row, *_) = listed(store).rows.to_dicts()
    assert row["moved"] > 5
    assert "history: items: " in row["moved_words"]
    assert "manual_seconds" in row["moved_words"]
    assert read_projections(store).equals(before)


def test_a_projection_of_a_scenario_keeps_its_inputs(store: Store) -> None:
    save_scenario(store, "Better", [{"input": "coverage", "value": 0.9}])
    issue_projection(store, "reviews", 2, "Better", today=THEN)
    assert '"name":"coverage","origin":"assumed"' in read_projections(store).item(0, "inputs")
    save_scenario(store, "Better", [{"input": "coverage", "value": 0.7}])
    assert listed(store).rows.item(0, "moved_words").startswith("coverage: 0.9 (0.9 to 0.9), assumed → 0.7")


@pytest.mark.parametrize(
    ("project", "weeks", "today", "words"),
    [
        ("nowhere", 4, THEN, "no complete week"),
        ("reviews", 500, THEN, "500 weeks"),
        ("reviews", 4, date(2026, 1, 13), "Nothing can be projected"),
    ],
)
def test_what_cannot_be_projected_is_not_issued(
    store: Store, project: str, weeks: int, today: date, words: str
) -> None:
    with pytest.raises(BadFilter, match=words):
        issue_projection(store, project, weeks, today=today)
    assert read_projections(store).is_empty()


def test_none_issued_is_said_so(store: Store) -> None:
    answer = listed(store)
    assert answer.unavailable is not None
    assert "--issue" in answer.unavailable.needed


def test_a_track_record_too_short_for_a_verdict_says_so(tmp_path: Path) -> None:
    log = events(simulate("S0", 3))
    shifted = [log]
    for weeks in (9, 18):
        moved = pl.col("finished_at").str.to_datetime(time_zone="UTC").dt.offset_by(f"{weeks}w")
        later = log.with_columns(
            moved.dt.strftime("%Y-%m-%dT%H:%M:%SZ").alias("finished_at"), item=pl.format("{}-{}", "item", pl.lit(weeks))
        )
        shifted.append(later)
    store, today = imported(tmp_path, shifted), date(2026, 7, 6)
    answer = resolve_figure(store, "backtest", Filters(), today=today)
    scores = answer.rows.filter(pl.col("kind") == "score")
    assert scores.get_column("horizon").to_list() == [4, 8, 12]
    assert set(scores.get_column("gate")) == {UNKNOWN}
    origins = answer.rows.filter(pl.col("kind") == "origin", pl.col("horizon") == 4)
    assert origins.filter(pl.col("inside") != pl.col("actual").is_between("p10", "p90")).is_empty()
    assert "The track record of reviews is not yet known" in answer.note
    for name in ("forecast_hours", "forecast_savings", "tornado"):
        told = resolve_figure(store, name, Filters(), today=today)
        assert "The track record of reviews is not yet known" in told.note
        assert set(told.rows.get_column("gate").drop_nulls()) == {UNKNOWN}


def test_a_poor_track_record_warns_on_every_figure_that_projects() -> None:
    rows = pl.DataFrame({"project": ["A", "B", "C"], "gate": [POOR, GOOD, None], "reach": [8, 4, None]})
    assert describe_track_record(rows).startswith("WARNING: The track record of A is poor for 8 weeks ahead:")
    assert "The track record of B is good up to 4 weeks ahead:" in describe_track_record(rows)
    assert "good" not in describe_poor_record(rows)
    assert describe_track_record(rows.select("gate")).startswith("WARNING: The track record is poor:")
    assert describe_track_record(rows.clear()) == describe_poor_record(rows.clear()) == ""


def test_banner_and_badges_take_the_verdict_of_all_horizons() -> None:
    rows = pl.DataFrame(
        {"project": ["A", "A"], "horizon": [4, 12], "gate": [GOOD, POOR], "verdict": [POOR, POOR], "reach": [12, 12]}
    )
    assert select_verdicts(rows).rows() == [("A", POOR, 12)]
    assert format_verdict(POOR, 12) == "poor for 12 weeks ahead"
    assert describe_poor_record(rows).startswith("The track record of A is poor for 12 weeks ahead:")


def test_the_worst_verdict_of_several_projects_speaks_of_the_fewest_weeks() -> None:
    assert combine_verdicts([(GOOD, 12), (GOOD, 4)]) == (GOOD, 4)
    assert combine_verdicts([(GOOD, 4), (POOR, 12), (POOR, 8)]) == (POOR, 8)
    assert combine_verdicts([(UNKNOWN, None), (GOOD, 4)]) == (UNKNOWN, None)
    assert combine_verdicts([]) == (None, None)


def test_the_worst_verdict_is_found() -> None:
    assert [
        find_worst_verdict([POOR, GOOD]),
        find_worst_verdict([GOOD, UNKNOWN]),
        find_worst_verdict([GOOD, None]),
        find_worst_verdict([]),
    ] == [POOR, UNKNOWN, GOOD, None]


def test_no_history_has_no_track_record(store: Store) -> None:
    answer = resolve_figure(store, "backtest", Filters(to_on=date(2026, 2, 1)), today=TODAY)
    assert answer.unavailable is not None
    assert "Nine complete weeks" in answer.unavailable.needed


def test_a_backlog_is_an_input_too(store: Store) -> None:
    BACKLOG_SHEET.load_csv(store, "project,items,from_on\nreviews,500,2026-02-16\n")
    issue_projection(store, "reviews", 2, today=THEN)
    BACKLOG_SHEET.load_csv(store, "project,items,from_on\nreviews,300,2026-02-16\n")
    assert listed(store).rows.item(0, "moved_words") == "items: 500, assumed → 300, assumed"
    BACKLOG_SHEET.load_csv(store, "project,items,from_on\nreviews,300,2026-03-02\n")  # counted later: not known then
    assert listed(store).rows.item(0, "moved_words") == "items: 500, assumed → none"


def test_a_good_record_says_how_far_ahead_it_reaches() -> None:
    rows = pl.DataFrame({"project": ["A", "B"], "gate": [GOOD, GOOD], "reach": [4, 8]})
    assert describe_track_record(rows).startswith(
        "The track record of A is good up to 4 weeks ahead; the track record of B is good up to 8 weeks ahead:"
    )
    verdicts = pl.DataFrame({"project": ["A", "A"], "gate": [GOOD, UNKNOWN], "verdict": [UNKNOWN, UNKNOWN]})
    assert describe_track_record(verdicts).startswith("The track record of A is not yet known")
