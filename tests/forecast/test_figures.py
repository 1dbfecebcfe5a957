"""The forecast figures on a log of two projects: one that automation helps, one of which too little is known."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from simulated_log import simulate
from simulated_store import events, imported, register

from dashboard.errors import BadFilter
from dashboard.figures.resolve import Figure, resolve_figure
from dashboard.filters import Filters
from dashboard.forecast.project_forecasts import load_forecasts
from dashboard.forecast.track_record import ALL_PROJECTS
from dashboard.forecast.weeks import describe_sum
from dashboard.inference.draws import Percentiles
from dashboard.settings.backlogs import BACKLOG_SHEET
from dashboard.settings.rates import RATE_SHEET
from dashboard.settings.scenarios import save_scenario
from dashboard.store.generations import Store
from dashboard.units import format_bare_hours

EVERYTHING = Filters()
SUNDAY = date(2026, 3, 1)  # of the last complete week: the newest label is of a Thursday


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Reviews, half of them from drafts that save a third; scans, by hand."""
    by_hand = events(simulate("S0", 2), project="scans").filter(pl.col("method") == "manual")
    store = imported(tmp_path_factory.mktemp("two"), [events(simulate("S0", 1)), by_hand])
    register(store, "drafts", setup_seconds=36_000)
    RATE_SHEET.load_csv(store, "person,hourly,currency\n,30,EUR\n")
    return store


@pytest.fixture(scope="module")
def today(store: Store) -> date:
    """Return the Monday after the last label."""
    with store.snapshot() as snapshot:
        newest: date = snapshot.query("select max(day_on) as day_on from label order by 1").item()
    return newest + timedelta(days=7 - newest.weekday())


def ask(store: Store, name: str, today: date, filters: Filters = EVERYTHING) -> Figure:
    return resolve_figure(store, name, filters, today=today)


def test_measured_and_projected_never_share_a_column(store: Store, today: date) -> None:
    for name in ("forecast_hours", "forecast_savings"):
        weeks = ask(store, name, today).rows.filter(pl.col("span") == "week")
        measured, projected = (pl.col(name).is_not_null() for name in ("measured", "p50"))
        assert weeks.filter(measured & projected).is_empty()
        assert weeks.filter(~measured & ~projected).is_empty()
        assert weeks.filter(measured).get_column("week_on").max() < weeks.filter(projected).get_column("week_on").min()
        assert weeks.filter(projected & ~(pl.col("p10") <= pl.col("p50")) | (pl.col("p50") > pl.col("p90"))).is_empty()
        assert set(weeks.filter(measured).get_column("origin")) == {"measured"}


def test_measured_hours_are_those_of_the_labels(store: Store, today: date) -> None:
    weeks = ask(store, "forecast_hours", today).rows.filter(pl.col("span") == "week", pl.col("measured").is_not_null())
    whole = "select project, sum(annotate_ms) / 3.6e6 as hours from label where day_on <= $sunday group by 1 order by 1"
    with store.snapshot() as snapshot:
        sums = snapshot.query(whole, {"sunday": SUNDAY})
    hours = weeks.filter(pl.col("quantity") == "hours").group_by("project").agg(pl.col("measured").sum()).rows()
    expected = dict(sums.iter_rows())
    assert dict(hours) == pytest.approx({**expected, ALL_PROJECTS: sum(expected.values())}, rel=1e-9)


def test_the_sum_of_the_weeks_is_told_in_words(store: Store, today: date) -> None:
    ahead = ask(store, "forecast_hours", today).rows.filter(pl.col("span") == "weeks ahead")
    row = ahead.filter(pl.col("project") == "reviews", pl.col("quantity") == "hours").row(0, named=True)
    assert row["weeks"] == 12
    assert "(8 of 10 simulated outcomes: " in row["words"]
    weeks = ask(store, "forecast_hours", today).rows.filter(
        pl.col("project") == "reviews", pl.col("quantity") == "hours", pl.col("span") == "week"
    )
    assert row["p10"] > weeks.get_column("p10").sum()  # weeks that err apart cancel out
    assert row["p90"] < weeks.get_column("p90").sum()


def test_where_nothing_turns_there_is_no_reason(store: Store, today: date) -> None:
    turns = ask(store, "forecast_savings", today).rows.get_column("turn").drop_nulls()
    assert "" not in turns


def test_the_total_is_narrower_than_its_projects_added(store: Store, today: date) -> None:
    ahead = ask(store, "forecast_hours", today).rows.filter(
        pl.col("span") == "weeks ahead", pl.col("quantity") == "hours"
    )
    width = {project: p90 - p10 for project, p10, p90 in ahead.select("project", "p10", "p90").iter_rows()}
    assert max(width["reviews"], width["scans"]) < width[ALL_PROJECTS] < width["reviews"] + width["scans"]


def test_savings_are_told_where_they_are_known_and_refused_elsewhere(store: Store, today: date) -> None:
    rows = ask(store, "forecast_savings", today).rows
    reviews = rows.filter(pl.col("project") == "reviews", pl.col("span") == "weeks ahead")
    assert reviews.get_column("quantity").to_list() == ["saved_hours", "net_hours", "cash"]
    assert reviews.get_column("unit").to_list() == ["hours", "hours", "EUR"]
    assert (reviews.get_column("p10") > 0).all()
    assert rows.filter(pl.col("project") == "scans").select("p50", "words").rows() == [
        (None, "No automation runs here, according to the log and the register.")
    ]
    assert (
        rows.filter(pl.col("project") == ALL_PROJECTS)
        .get_column("words")
        .drop_nulls()
        .str.contains("Not in it: scans")
        .all()
    )


def test_measured_savings_add_up_to_the_savings_figure(store: Store, today: date) -> None:
    until = Filters(to_on=SUNDAY)
    rows = ask(store, "forecast_savings", today, until).rows.filter(
        pl.col("quantity") == "saved_hours", pl.col("project") == "reviews"
    )
    gross = resolve_figure(store, "savings_by_automation", until).rows.item(0, "gross_hours")
    assert rows.get_column("measured").sum() == pytest.approx(gross, rel=1e-9)


def test_the_same_question_has_the_same_answer(store: Store, today: date) -> None:
    again = Store(store.folder)
    assert ask(again, "forecast_hours", today).rows.equals(ask(store, "forecast_hours", today).rows)
    assert "Seed 20260101" in ask(store, "forecast_hours", today).note


def test_a_filter_does_not_change_what_is_projected(store: Store, today: date) -> None:
    of_all = ask(store, "forecast_hours", today).rows.filter(pl.col("project") == "scans")
    assert ask(store, "forecast_hours", today, Filters(projects=("scans",))).rows.equals(of_all)


def test_options_are_those_of_the_question(store: Store, today: date) -> None:
    answer = resolve_figure(store, "forecast_hours", EVERYTHING, today=today, options={"weeks": 3})
    assert set(answer.rows.filter(pl.col("span") == "weeks ahead").get_column("weeks")) == {3}
    with pytest.raises(BadFilter, match="no scenario 'Elsewhere'"):
        resolve_figure(store, "forecast_hours", EVERYTHING, today=today, options={"scenario": "Elsewhere"})


def test_the_hours_ahead_say_whose_labels_they_are_and_what_the_weeks_before_took(store: Store, today: date) -> None:
    rows = ask(store, "forecast_hours", today).rows.filter(quantity="hours")
    words = rows.filter(span="weeks ahead").select("project", "words").rows()
    counted = rows.filter(pl.col("p50").is_not_null() & (pl.col("project") != ALL_PROJECTS))
    assert len(words) > 1
    for project, text in words:
        scope = f"{counted.get_column('project').n_unique()} projects" if project == ALL_PROJECTS else project
        measured = rows.filter(span="week", project=project).drop_nulls("measured").sort("week_on").tail(12)
        hours = format_bare_hours(measured.get_column("measured").sum())
        assert f" hours for the labels of {scope} in " in text
        assert f"The {measured.height} weeks before took {hours}." in text


def test_a_backlog_says_how_many_items_and_weeks_there_are(store: Store, today: date, tmp_path: Path) -> None:
    plan = pl.DataFrame({"project": ["scans"], "items": [500], "items_per_week": [100.0], "from_on": [today]})
    mine = imported(tmp_path, [events(simulate("S0", 2), project="scans")])
    BACKLOG_SHEET.save_frame(mine, plan)
    with mine.snapshot() as snapshot:
        (one,) = load_forecasts(snapshot, {**EVERYTHING.parameters(), "today": today})
    assert one.projection is not None
    assert (one.plan.items, one.plan.weeks) == (500.0, 8)
    assert one.projection.by_week["items"].sum(axis=1) == pytest.approx(500.0)


def test_a_team_of_a_scenario_goes_before_the_pace_of_the_backlog(today: date, tmp_path: Path) -> None:
    plan = pl.DataFrame({"project": ["scans"], "items": [500], "items_per_week": [100.0], "from_on": [today]})
    mine = imported(tmp_path, [events(simulate("S0", 2), project="scans")])
    BACKLOG_SHEET.save_frame(mine, plan)
    save_scenario(mine, "Twenty", [{"input": "team_size", "value": 20}])
    with mine.snapshot() as snapshot:
        (one,) = load_forecasts(snapshot, {**EVERYTHING.parameters(), "today": today}, "Twenty")
    pace = one.plan.inputs["items_per_week"]
    assert pace.source == "20 people at the pace of the last twelve weeks"
    assert pace.value != 100


def test_the_tornado_says_what_volume_and_team_are_now(store: Store, today: date) -> None:
    rows = ask(store, "tornado", today).rows
    of_one = rows.filter(project="scans")
    known = of_one.filter(pl.col("kind").is_in(["input", "now"])).get_column("input").to_list()
    assert {"items_per_week", "team_size"} <= {*known}
    assert len(known) == len({*known})
    assert (rows.filter(kind="now").get_column("input_p10") > 0).all()


def test_too_short_a_history_is_refused_with_what_it_takes(store: Store) -> None:
    answer = ask(store, "forecast_hours", date(2026, 1, 19), Filters(to_on=date(2026, 1, 18)))
    assert answer.unavailable is not None
    assert "projection needs 6" in answer.unavailable.needed
    answer = ask(store, "forecast_hours", date(2026, 1, 8))
    assert answer.unavailable is not None
    assert "no complete week" in answer.unavailable.reason


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        ((10.0, 20.0, 30.0), "About 20 hours saved, before upkeep, in 4 weeks (8 of 10 simulated outcomes: 10 to 30)."),
        (
            (-30.0, -20.0, -10.0),
            "About 20 hours lost, before upkeep, in 4 weeks (8 of 10 simulated outcomes: 10 to 30).",
        ),
        (
            (-10.0, 5.0, 30.0),
            (
                "Automation may save or lose time, before upkeep, in 4 weeks "
                "(8 of 10 simulated outcomes: 10 hours lost to 30 saved)."
            ),
        ),
        (
            (-30.0, -5.0, 10.0),
            (
                "Automation may save or lose time, before upkeep, in 4 weeks "
                "(8 of 10 simulated outcomes: 30 hours lost to 10 saved)."
            ),
        ),
    ],
)
def test_a_loss_is_said_in_words_and_none_where_it_may_be_a_gain(ends: tuple[float, float, float], words: str) -> None:
    assert describe_sum(Percentiles(*ends), "hours saved, before upkeep,", 4, "hours") == words
