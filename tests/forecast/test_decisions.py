"""Break-even, scenarios, goal seek, tornado and finish date, as figures on a real store."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from simulated_log import simulate
from simulated_store import events, imported, register

from dashboard.figures.resolve import Figure, resolve_figure
from dashboard.filters import Filters
from dashboard.forecast.compared import MEASURED_NAME
from dashboard.forecast.model.scenarios import estimate_median_error
from dashboard.forecast.project_forecasts import load_forecasts
from dashboard.importers.contract import Settings
from dashboard.inference.draws import compute_total_percentiles
from dashboard.ingest.batch import import_files
from dashboard.settings.backlogs import BACKLOG_SHEET
from dashboard.settings.rates import RATE_SHEET
from dashboard.settings.scenarios import delete_scenario, save_scenario
from dashboard.store.generations import Store

EVERYTHING = Filters()
TODAY = date(2026, 3, 9)
ENTRIES = """person,day_on,seconds,project,category
Ada,2026-02-02,288000,reviews,labeling
Ada,2026-02-03,72000,reviews,modeling
"""
NEXT = date(2026, 3, 2)  # the first week to come: the newest label is of its Thursday


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Reviews, half of them from drafts that are kept or corrected; scans, by hand; 80 % of the time is labeling."""
    folder = tmp_path_factory.mktemp("decisions")
    drafts = events(simulate("S0", 3)).with_columns(
        suggestion=pl.when(pl.col("method") == "manual").then(None).when(pl.int_range(pl.len()) % 3 == 0)
        .then(pl.lit("edited")).otherwise(pl.lit("unchanged")),
        seconds=pl.when((pl.col("method") != "manual") & (pl.int_range(pl.len()) % 3 == 0))
        .then(1.4 * pl.col("seconds")).otherwise(0.8 * pl.col("seconds")),
    )  # fmt: skip
    by_hand = events(simulate("S0", 2), project="scans").filter(pl.col("method") == "manual")
    store = imported(folder, [drafts, by_hand])
    (folder / "entries.csv").write_text(ENTRIES, encoding="utf-8")
    import_files(store, [folder / "entries.csv"], Settings(zone="UTC"))
    register(store, "drafts", setup_seconds=360)
    RATE_SHEET.load_csv(store, "person,hourly,currency\n,30,EUR\n")
    BACKLOG_SHEET.load_csv(store, f"project,items,from_on\nscans,400,{TODAY}\n")
    for name, value in (("Better", 5), ("Worse", 60)):
        save_scenario(store, name, [{"input": "verify_seconds", "value": value}], "reviews")
    inputs = {"coverage": 0.9, "assisted_seconds": 10, "setup_hours": 0.01}
    save_scenario(store, "On scans", [{"input": name, "value": value} for name, value in inputs.items()], "scans")
    return store


def ask(store: Store, name: str, filters: Filters = EVERYTHING) -> Figure:
    return resolve_figure(store, name, filters, today=TODAY)


def test_a_saving_pays_back_in_a_week_that_was_measured(store: Store) -> None:
    rows = ask(store, "break_even").rows
    summary = rows.filter(pl.col("kind") == "summary").row(0, named=True)
    assert (summary["project"], summary["state"], summary["unit"]) == ("reviews", "in the past, measured", "EUR")
    weeks = rows.filter(pl.col("kind") == "week", pl.col("project") == "reviews")
    measured, ahead = weeks.drop_nulls("measured"), weeks.drop_nulls("p50")
    assert measured.height + ahead.height == weeks.height
    assert ahead.height == summary["weeks"] == 52
    since = measured.filter(pl.col("week_on") >= summary["measured_on"])
    assert (since.get_column("measured") >= 0).all()
    before = measured.filter(pl.col("week_on") < summary["measured_on"]).get_column("measured")
    assert before.is_empty() or before[-1] < 0
    assert summary["balance"] == pytest.approx(measured.get_column("measured")[-1])
    assert summary["setup"] == pytest.approx(0.1 * 30)


def test_the_measured_sum_is_that_of_the_savings(store: Store) -> None:
    until = Filters(to_on=date(2026, 3, 1))
    weeks = ask(store, "break_even", until).rows.filter(pl.col("kind") == "week").drop_nulls("measured")
    worth = resolve_figure(store, "savings", until).rows.filter(pl.col("measure") == "value")
    assert worth.select("unit", "value").rows() == [("EUR", pytest.approx(weeks.get_column("measured")[-1]))]


@pytest.mark.parametrize(
    ("rated", "statement", "uncounted"),
    [
        (
            "everybody",
            "insert into automation_cost values ('drafts', 'compute', 'month', date '2026-01-01', null, 5000, 'USD')",
            " USD",
        ),
        ("who labels", "delete from automation_cost where currency = 'USD'", "0.1 h of setup and "),
    ],
)
def test_a_cost_that_sums_of_money_lack_is_told_and_forbids_a_payback(
    store: Store, rated: str, statement: str, uncounted: str
) -> None:
    with store.snapshot() as snapshot:
        people = snapshot.query("select distinct person from label where person is not null").to_series().to_list()
    if rated == "who labels":  # who set the automation up has no rate
        RATE_SHEET.load_csv(store, "person,hourly,currency\n" + "".join(f"{name},30,EUR\n" for name in people))
    with store.change("a cost that is in no sum") as change:
        change.execute(statement)
    try:
        row = ask(store, "break_even").rows.filter(pl.col("kind") == "summary", project="reviews").row(0, named=True)
        ahead = ask(store, "forecast_savings").rows.filter(quantity="cash", span="weeks ahead", project="reviews")
        saved = ask(store, "savings").rows.filter(measure="value", unit="EUR")
    finally:
        with store.change("as before") as change:
            change.execute("delete from automation_cost where currency = 'USD'")
        RATE_SHEET.load_csv(store, "person,hourly,currency\n,30,EUR\n")
    assert (row["state"], row["measured_on"], row["probability"]) == ("not known", None, None)
    assert all(uncounted in words for words in (row["words"], ahead.item(0, "words"), saved.item(0, "words")))


def test_scenarios_meet_the_same_weeks(store: Store) -> None:
    rows = ask(store, "scenario_comparison").rows.filter(pl.col("quantity") == "saved_hours")
    each = {row["scenario"]: row for row in rows.filter(pl.col("kind") == "scenario").to_dicts()}
    assert list(each) == [MEASURED_NAME, "Better", "On scans", "Worse"]
    assert each["Better"]["p50"] > each[MEASURED_NAME]["p50"] > each["Worse"]["p50"]
    assert each["Better"]["inputs"] == "verify_seconds 5 (assumed)"
    pair = rows.filter(pl.col("scenario") == "Better", pl.col("than") == "Worse").row(0, named=True)
    assert pair["probability"] == 1.0  # a fixed difference an item: noise of the weeks cannot turn it round
    assert pair["p10"] > 0


def test_two_seeds_give_one_middle_within_the_error_that_is_stated(store: Store) -> None:
    with store.snapshot() as snapshot:
        params = {**EVERYTHING.parameters(), "today": TODAY}
        projections = [load_forecasts(snapshot, {**params, "seed": seed})[0].projection for seed in (1, 2)]
    totals = [projection.by_week["hours"].sum(axis=1) for projection in projections if projection]
    one, other = ((float(np.median(total)), estimate_median_error(total)) for total in totals)
    assert one[0] != other[0]
    assert abs(one[0] - other[0]) < 3 * (one[1] ** 2 + other[1] ** 2) ** 0.5


def test_goal_seek_starts_from_the_share_that_was_tracked(store: Store) -> None:
    rows = ask(store, "goal_seek").rows
    assert rows.get_column("share").unique().to_list() == [pytest.approx(0.8)]
    answers = {row["mode"]: row for row in rows.filter(pl.col("kind") == "answer").to_dicts()}
    assert answers["reallocate"]["required"] == pytest.approx(0.625)
    assert answers["release"]["required"] == pytest.approx(0.25)
    assert "37.5% less than today" in answers["reallocate"]["words"]
    curve = rows.filter(pl.col("kind") == "curve", pl.col("mode") == "reallocate").get_column("probability")
    assert curve.len() == 21
    assert curve.is_sorted()
    table = rows.filter(pl.col("kind") == "table")
    assert table.filter(pl.col("value").is_null() != ~pl.col("reachable")).is_empty()


def test_the_tornado_has_the_largest_swing_first(store: Store) -> None:
    rows = ask(store, "tornado").rows
    mine = rows.filter(pl.col("kind") == "input", pl.col("project") == "reviews")
    assert mine.get_column("swing").is_sorted(descending=True)
    assert set(mine.get_column("quantity")) == {"saved_hours"}
    verify = mine.filter(pl.col("input") == "verify_seconds").row(0, named=True)
    assert verify["at_p10"] > verify["base"] > verify["at_p90"]
    with store.snapshot() as snapshot:
        found = load_forecasts(snapshot, {**EVERYTHING.parameters(), "today": TODAY})[0].projection
    assert found is not None
    middle = compute_total_percentiles(found.by_week["saved_hours"]).p50
    assert verify["base"] == pytest.approx(middle, rel=0.1)  # its arithmetic is the projection's
    assert rows.filter(pl.col("kind") == "hold-out").get_column("items").to_list() == [50, 150, 300]


def test_a_backlog_is_done_by_a_day_with_a_range(store: Store) -> None:
    row = ask(store, "finish_date").rows.row(0, named=True)
    assert (row["project"], row["items"]) == ("scans", 400.0)
    assert TODAY <= row["p10_on"] <= row["p50_on"] <= row["p90_on"]
    assert row["people_even"] <= row["people_likely"] <= row["people_sure"]
    assert "8 of 10 simulated outcomes" in row["words"]


def test_a_scenario_of_another_pace_moves_the_finish_date_and_people(store: Store) -> None:
    rows = {
        name: resolve_figure(store, "finish_date", EVERYTHING, today=TODAY, options={"scenario": name}).rows.row(
            0, named=True
        )
        for name in ("", "On scans")
    }
    assert rows[""]["scenario"] is None
    assert rows["On scans"]["scenario"] == "On scans"
    assert rows["On scans"]["per_week_p50"] > rows[""]["per_week_p50"]  # at the same hours a week
    assert rows["On scans"]["people_likely"] < rows[""]["people_likely"]


def test_a_scenario_that_nothing_can_be_told_of_leaves_the_others_compared(tmp_path: Path) -> None:
    store = imported(tmp_path, [events(simulate("S0", 2))])
    save_scenario(store, "All reviewed", [{"input": "review_rate", "value": 1}])
    save_scenario(store, "By hand slower", [{"input": "manual_seconds", "value": 200}])
    rows = ask(store, "scenario_comparison").rows.filter(kind="scenario", quantity="hours")
    middles = dict(rows.select("scenario", "p50").iter_rows())
    assert middles["All reviewed"] is None
    assert middles["By hand slower"] > middles[MEASURED_NAME]
    assert "Not enough data" in rows.filter(scenario="All reviewed").item(0, "inputs")


@pytest.mark.parametrize(
    ("name", "filters", "words"),
    [
        ("break_even", Filters(projects=("scans",)), "No automation runs"),
        ("goal_seek", Filters(projects=("scans",)), "no work of which the time by hand is known"),
        ("finish_date", Filters(projects=("reviews",)), "still to be labeled"),
        ("tornado", Filters(to_on=date(2026, 1, 25)), "Nothing can be projected"),
    ],
)
def test_what_cannot_be_told_is_refused_with_what_it_takes(
    store: Store, name: str, filters: Filters, words: str
) -> None:
    answer = resolve_figure(store, name, filters, today=TODAY)
    assert answer.unavailable is not None
    assert words in answer.unavailable.reason
    assert answer.unavailable.needed


def test_without_a_scenario_there_is_nothing_to_compare(tmp_path: Path) -> None:
    answer = resolve_figure(
        imported(tmp_path, [events(simulate("S0", 2))]), "scenario_comparison", EVERYTHING, today=TODAY
    )
    assert answer.unavailable is not None
    assert "No scenario is saved" in answer.unavailable.reason


def test_a_change_that_takes_setup_is_weighed_against_going_on(store: Store) -> None:
    from dashboard.forecast.payback import build_payback_rows

    with store.snapshot() as snapshot:
        params = {**EVERYTHING.parameters(), "today": TODAY, "scenario": "On scans"}
        rows = build_payback_rows(snapshot, params)
    scans = rows.filter(pl.col("project") == "scans", pl.col("kind") == "summary").row(0, named=True)
    assert scans["state"] == "ahead"
    assert scans["setup"] == pytest.approx(0.01 * 30)
    assert NEXT <= scans["p50_on"] < NEXT + timedelta(weeks=52)


def test_an_automation_not_yet_tried_starts_from_a_published_figure(store: Store) -> None:
    lent = {"input": "borrowed_saving", "value": 0.3, "source": "a published study"}
    save_scenario(store, "Lent", [{"input": "coverage", "value": 0.8}, lent], "scans")
    try:
        options = {"scenario": "Lent"}
        rows = resolve_figure(
            store, "forecast_savings", Filters(projects=("scans",)), today=TODAY, options=options
        ).rows
        row = rows.filter(pl.col("quantity") == "saved_hours", pl.col("span") == "weeks ahead").row(0, named=True)
        hours = resolve_figure(store, "forecast_hours", Filters(projects=("scans",)), today=TODAY, options=options).rows
        by_hand = hours.filter(pl.col("quantity") == "hours_by_hand", pl.col("span") == "weeks ahead").item(0, "p50")
        told = ask(store, "scenario_comparison").rows.filter(pl.col("scenario") == "Lent").get_column("inputs")
    finally:
        delete_scenario(store, "Lent", "scans")
    assert row["origin"] == "borrowed"
    assert row["p50"] == pytest.approx(0.8 * 0.3 * by_hand, rel=0.1)
    assert row["p10"] < 0  # it is of others: it may as well cost time here
    assert "borrowed_saving 0.3 (borrowed)" in told[0]


def test_a_model_that_ages_saves_less(store: Store) -> None:
    save_scenario(store, "Aging", [{"input": "acceptance_decay", "value": 0.2}], "reviews")
    try:
        rows = ask(store, "scenario_comparison").rows.filter(pl.col("quantity") == "saved_hours")
    finally:
        delete_scenario(store, "Aging", "reviews")
    each = {row["scenario"]: row["p50"] for row in rows.filter(pl.col("kind") == "scenario").to_dicts()}
    assert each["Aging"] < each[MEASURED_NAME]
