"""Targets against weeks whose labeling share falls in a straight line, and against weeks that scatter."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from store_copies import copied
from worked_labels import VISION, filled

from dashboard.allocation.target_numbers import NUMBER_READERS, NumberReader, OneNumber, read_number, read_weeks
from dashboard.categories import list_side
from dashboard.errors import Unavailable
from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.importers.contract import Settings
from dashboard.inference.trends import TrendForecast, forecast_trend
from dashboard.ingest.batch import import_files
from dashboard.settings.cells import Row
from dashboard.settings.people import PEOPLE_SHEET
from dashboard.settings.targets import MEASURE_UNITS, save_targets
from dashboard.store.generations import Store
from dashboard.store.queries import run_query

TODAY = date(2026, 4, 1)
TARGET: Row = {"measure": "labeling share", "direction": "at most", "value": 0.6, "by_on": "2026-04-28"}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return build_falling(tmp_path)


@copied
def build_falling(folder: Path) -> Store:
    """Return a store of 12 complete weeks from 5 January: of ten hours, 9.0, 8.8, 8.6 ... are labeling."""
    lines = ["person,day_on,seconds,project,description,category"]
    for week in range(12):
        monday, labeling = date(2026, 1, 5) + timedelta(weeks=week), 32400 - 720 * week
        lines.append(f"Ada,{monday},{labeling},Vision,,annotating")
        lines.append(f"Ada,{monday + timedelta(days=4)},{36000 - labeling},Vision,,modeling")
    lines.append("Ada,2026-03-30,36000,Vision,,annotating")
    return import_lines(folder, lines)


def import_lines(folder: Path, lines: list[str]) -> Store:
    """Return a store with the lines of a file of time entries."""
    store = Store(folder / "store")
    (folder / "time.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    import_files(store, [folder / "time.csv"], Settings(zone="UTC"))
    return store


def told(store: Store, today: date = TODAY, **change: object) -> dict[str, Any]:
    """Return the row of one target."""
    save_targets(store, [{**TARGET, **change}])
    return resolve_figure(store, "targets", Filters(), today=today).rows.row(0, named=True)


def test_a_straight_line_leads_where_it_leads(store: Store) -> None:
    row = told(store)
    # 27 April is 16 weeks after 5 January: 0.90 - 16 x 0.02 = 0.58. The running week, all labeling, is not in it.
    assert row["current"] == pytest.approx(0.9 - 0.02 * 9.5)
    assert [row[f"projected_{name}"] for name in ("p10", "p50", "p90")] == pytest.approx([0.58] * 3)
    assert (row["state"], row["weeks_used"]) == ("on track", 12)
    assert row["probability"] == pytest.approx(1)
    assert row["words"].startswith("Labeling share: 71% in the four complete weeks to 2026-03-29; wanted: at most 60%")


def test_a_target_out_of_reach_is_off_track(store: Store) -> None:
    row = told(store, value=0.5)
    assert row["state"] == "off track"
    assert row["probability"] == pytest.approx(0)
    assert told(store, measure="labeling hours a week", value=5)["state"] == "off track"


def test_hours_and_the_other_direction(store: Store) -> None:
    row = told(store, measure="labeling hours a week", direction="at least", value=5.5)
    assert row["projected_p50"] == pytest.approx(5.8)
    assert row["state"] == "on track"


def test_a_day_that_is_past_is_reached_or_missed(store: Store) -> None:
    by = "2026-03-08"
    # The four weeks from 9 February to 8 March: 0.80, 0.78, 0.76, 0.74.
    row = told(store, by_on=by, value=0.77)
    assert (row["state"], row["projected_p50"]) == ("reached", None)
    assert row["current"] == pytest.approx(0.77)
    assert told(store, by_on=by, value=0.7)["state"] == "missed"


@copied
def build_gap(folder: Path) -> Store:
    """Return a store of ten hours of labeling a week to 27 March, three weeks of them never imported."""
    store = Store(folder / "store")
    weeks = [date(2026, 1, 5) + timedelta(weeks=week) for week in range(12)]
    for name, part in (("winter", weeks[:6]), ("spring", weeks[9:])):
        lines = [f"Ada,{monday + timedelta(days=day)},18000,Vision,,annotating" for monday in part for day in (0, 4)]
        text = "\n".join(["person,day_on,seconds,project,description,category", *lines]) + "\n"
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        import_files(store, [folder / f"{name}.csv"], Settings(zone="UTC"))
    PEOPLE_SHEET.load_csv(store, "name,role,weekly_hours\nAda,annotator,10\n")
    return store


@pytest.mark.parametrize(("measure", "value"), [("labeling hours a week", 10.0), ("coverage", 1.0)])
def test_weeks_that_nobody_imported_are_left_out(tmp_path: Path, measure: str, value: float) -> None:
    row = told(build_gap(tmp_path), measure=measure, direction="at least", value=value)
    assert (row["current"], row["weeks_used"], row["state"]) == (pytest.approx(value), 9, "on track")
    assert [row["projected_p10"], row["projected_p90"]] == pytest.approx([value, value])


@pytest.mark.parametrize("by_on", ["2026-03-01", "2026-05-29"])
def test_a_due_week_that_nobody_imported_is_neither_reached_nor_missed(tmp_path: Path, by_on: str) -> None:
    change: Row = {"measure": "labeling hours a week", "direction": "at least", "value": 5, "by_on": by_on}
    row = told(build_gap(tmp_path), today=date(2026, 6, 1), **change)
    assert (row["state"], row["current"]) == ("not enough data", None)
    known_to = {"2026-03-01": "2026-02-15", "2026-05-29": "2026-03-29"}[by_on]
    assert row["words"].startswith(f"Labeling hours a week is not known for the week of {by_on}, to {known_to} only.")


def test_what_cannot_be_told_is_said(store: Store) -> None:
    assert told(store, by_on="2027-04-28")["state"] == "not enough data"
    row = told(store, measure="acceptance")
    assert (row["state"], row["current"]) == ("not enough data", None)
    early = told(store, today=date(2026, 2, 4))
    assert early["state"] == "not enough data"
    assert "4 complete weeks only" in early["words"]


def test_weeks_to_come_change_nothing_said_before(store: Store) -> None:
    early = told(store, today=date(2026, 3, 4))
    assert early["weeks_used"] == 8
    assert early["projected_p50"] == pytest.approx(0.58)


def test_without_a_target_there_is_a_way_out(store: Store) -> None:
    refused = resolve_figure(store, "targets", Filters()).unavailable
    assert refused
    assert "targets load" in refused.needed


def test_the_range_holds_as_often_as_it_says() -> None:
    rng = np.random.default_rng(7)
    weeks = np.arange(12.0)
    inside = 0
    for _ in range(1000):
        noise = rng.normal(size=13)
        found = forecast_trend(weeks, 3 + 0.5 * weeks + noise[:12], 16.0)
        assert isinstance(found, TrendForecast)
        inside += found.p10 <= 3 + 0.5 * 16 + noise[12] <= found.p90
    assert 760 <= inside <= 840  # four standard errors about 800
    assert isinstance(forecast_trend(weeks[:5], weeks[:5], 8.0), Unavailable)


def test_every_measure_counts_as_the_figure_about_it_does(tmp_path: Path) -> None:
    store = filled(tmp_path, VISION)
    with store.snapshot() as snapshot:
        weeks = run_query(snapshot, "target_weeks", {"today": date(2026, 4, 30)})
    sums = weeks.group_by("measure").agg(pl.col("part", "whole").sum())
    found = {row["measure"]: row for row in sums.with_columns(value=pl.col("part") / pl.col("whole")).to_dicts()}

    def of(name: str, **where: str) -> dict[str, Any]:
        return resolve_figure(store, name, Filters()).rows.filter(**where).row(0, named=True)

    speed = of("items_per_hour", cut="all")
    assert found["labels an hour"]["value"] == pytest.approx(speed["items_per_hour"])
    assert found["labels an hour"]["part"] == speed["timed_labels"] == 5
    seconds = of("seconds_per_item", project="(all)", method="(all)", basis="measured")
    assert found["seconds a label"]["value"] == pytest.approx(seconds["mean_seconds"])
    review = of("acceptance", cut="all labels")
    assert found["acceptance"]["part"] == review["accepted"]
    assert found["acceptance"]["whole"] == found["first-pass acceptance"]["whole"] == review["reviewed"]
    assert found["first-pass acceptance"]["part"] == review["first_pass"]
    rework = of("rework", cut="all labels")
    assert found["rework share"]["value"] == pytest.approx(rework["share"])
    assert found["rework share"]["part"] == rework["rework_milliseconds"] == 70_000
    assert "suggestions kept" not in found  # the log does not say what became of them: unknown, not 0 %


@pytest.mark.parametrize("measure", [name for name in MEASURE_UNITS if name.endswith(" hours a week")])
def test_hours_of_time_add_up_to_their_side_or_category(store: Store, measure: str) -> None:
    with store.snapshot() as snapshot:
        weeks = run_query(snapshot, "target_weeks", {"today": TODAY}).filter(measure=measure)
    hours = resolve_figure(store, "hours_by_category", Filters()).rows
    name = measure.removesuffix(" hours a week")
    wanted = hours if name == "tracked" else hours.filter(pl.col("category").is_in([*list_side(name), name]))
    assert weeks.get_column("part").sum() == pytest.approx(wanted.get_column("hours").sum())


@pytest.fixture
def unsorted(tmp_path: Path) -> Store:
    return build_unsorted(tmp_path)


@copied
def build_unsorted(folder: Path) -> Store:
    """Return a store of 12 complete weeks: of ten hours, 4 are labeling, 1 is modeling and 5 are not sorted yet."""
    lines = ["person,day_on,seconds,project,description,category"]
    for week in range(12):
        monday = date(2026, 1, 5) + timedelta(weeks=week)
        lines += [f"Ada,{monday},14400,Vision,,annotating", f"Ada,{monday},3600,Vision,,modeling"]
        lines.append(f"Ada,{monday + timedelta(days=4)},18000,Vision,qwertz {week},")
    return import_lines(folder, lines)


@pytest.mark.parametrize("by_on", ["2026-04-28", "2026-03-29"])
@pytest.mark.parametrize(
    ("change", "states", "words"),
    [
        ({"value": 0.6}, {"not known"}, "Labeling share: between 40 and 90% in the four complete weeks to 2026-03-29"),
        ({"value": 0.95}, {"on track", "reached"}, "because 20 h are not sorted yet"),
        ({"value": 0.3}, {"off track", "missed"}, "between 40 and 90%"),
        ({"measure": "labeling hours a week", "value": 6}, {"not known"}, "at least 4.0"),
        ({"measure": "labeling hours a week", "value": 3}, {"off track", "missed"}, "and at most 9.0"),
        ({"measure": "tracked hours a week", "value": 12}, {"on track", "reached"}, "10.0"),
    ],
)
def test_a_target_that_unsorted_hours_could_decide_is_not_known(
    unsorted: Store, by_on: str, change: dict[str, object], states: set[str], words: str
) -> None:
    row = told(unsorted, by_on=by_on, **change)
    assert row["state"] in states
    assert words in row["words"]
    assert (row["current"] is None) == (row["measure"] != "tracked hours a week")
    if row["state"] == "not known":
        assert row["probability"] is None


def test_a_target_on_the_number_of_a_figure_is_followed_by_its_weeks(store: Store) -> None:
    row = told(store, measure="labeling share of all tracked")  # all of it is labeling or modeling
    assert row["current"] == pytest.approx(0.9 - 0.02 * 9.5)
    assert (row["projected_p10"], row["projected_p90"]) == pytest.approx((0.58, 0.58))
    assert (row["state"], row["weeks_used"]) == ("on track", 12)
    assert row["words"].startswith(
        "Labeling share of all tracked: 71%, in the four complete weeks to 2026-03-29; wanted"
    )
    assert told(store, measure="labeling share of all tracked", value=0.5)["state"] == "off track"
    due = told(store, measure="labeling share of all tracked", value=0.77, by_on="2026-03-08")
    assert (due["state"], due["current"]) == ("reached", pytest.approx(0.77))


def test_unsorted_hours_leave_the_share_of_all_open_and_can_have_a_target_themselves(unsorted: Store) -> None:
    row = told(unsorted, measure="labeling share of all tracked")
    assert (row["state"], row["current"]) == ("not known", None)
    assert "between 40% and 90%, because 20 h are not sorted yet, in the four" in row["words"]
    assert told(unsorted, measure="labeling share of all tracked", value=0.3)["state"] == "off track"
    assert told(unsorted, measure="hours not sorted a week", value=2)["state"] == "off track"
    assert told(unsorted, measure="hours not sorted a week", value=5)["state"] == "on track"


def test_coverage_has_a_target_once_weekly_hours_are_known(store: Store) -> None:
    wanted = {"measure": "coverage", "direction": "at least", "value": 0.45}
    unknown = told(store, **wanted)
    assert (unknown["state"], unknown["current"]) == ("not enough data", None)
    assert "`labeltime ask labeling_share` says what is missing" in unknown["words"]
    PEOPLE_SHEET.save(store, [{"name": "Ada", "weekly_hours": 20}], None)
    assert told(store, **wanted)["current"] == pytest.approx(0.5)
    assert told(store, **wanted)["state"] == "on track"


@pytest.mark.parametrize(
    ("low", "high", "direction", "value", "due", "ahead"),
    [
        (90.0, 165.0, "at least", 80, "reached", "reached so far"),
        (90.0, 165.0, "at least", 120, "not known", "not known"),
        (90.0, 165.0, "at least", 170, "missed", "not reached yet"),
        (90.0, None, "at least", 80, "reached", "reached so far"),  # at least 90, and so at least 80
        (90.0, None, "at least", 120, "not known", "not known"),
        (90.0, None, "at most", 80, "missed", "not reached yet"),
        (90.0, None, "at most", 120, "not known", "not known"),
        (None, 165.0, "at least", 170, "missed", "not reached yet"),
        (None, 165.0, "at most", 170, "reached", "reached so far"),
        (None, 165.0, "at most", 120, "not known", "not known"),
    ],
)
def test_a_bound_is_no_verdict(
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    low: float | None,
    high: float | None,
    direction: str,
    value: float,
    due: str,
    ahead: str,
) -> None:
    number = OneNumber("hours", low, high, doubt=", because some of it is not timed")
    reader = NumberReader("labeling_share", lambda _rows, _project: number, is_total=True)
    monkeypatch.setitem(NUMBER_READERS, "hours saved", reader)
    wanted = {"measure": "hours saved", "direction": direction, "value": value}
    past, coming = told(store, **wanted, by_on="2026-03-08"), told(store, **wanted)
    assert (past["state"], coming["state"]) == (due, ahead)
    assert (past["current"], past["current_low"], past["current_high"]) == (None, low, high)
    bound = "between" if low and high else "at least 90.0" if low else "at most 165.0"
    assert f"Hours saved: {bound}" in past["words"]
    assert ", because some of it is not timed, up to 2026-03-08" in past["words"]
    assert "continue in a straight line" not in coming["words"]


def read(measure: str, *rows: dict[str, object]) -> OneNumber | None:
    """Return what the reader of a measure makes of rows."""
    return NUMBER_READERS[measure].read(pl.DataFrame(rows), "")


def test_what_a_figure_says_of_itself_makes_a_bound() -> None:
    rate = {"project": "(all)", "accepted_per_hour": 4.5}
    assert read("accepted items an hour", {**rate, "reading": "complete"}) == OneNumber("items an hour", 4.5, 4.5, 4.5)
    high = read("accepted items an hour", {**rate, "reading": "too high: review time is not in the log"})
    assert high == OneNumber("items an hour", None, 4.5, doubt=", because review time is not in the log")
    assert read("accepted items an hour", {**rate, "accepted_per_hour": None, "reading": ""}) is None
    cost = {"currency": "EUR", "cost": 30.0, "accepted": 2, "is_lower_bound": False}
    assert read("cost an accepted label", cost, {**cost, "cost": 10.0}) == OneNumber("EUR", 10.0, 10.0, 10.0)
    floor = read("cost an accepted label", cost, {**cost, "is_lower_bound": True})
    assert floor is not None
    assert (floor.low, floor.high, floor.value) == (15.0, None, None)
    unpriced = read("cost an accepted label", cost, {**cost, "currency": None, "cost": None})
    assert unpriced is not None
    assert unpriced.high is None
    assert read("cost an accepted label", cost, {**cost, "currency": "USD"}) is None
    saved = {"measure": "hours saved", "value": 100.0, "value_from": 90.0, "value_to": 110.0, "level": 0.95}
    assert read("hours saved", saved) == OneNumber("hours", 90.0, 110.0, doubt=" with 95% confidence")
    assert read("hours saved", {**saved, "value_from": None}) is None


def test_money_of_a_target_has_its_currency(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = NumberReader("labeling_share", lambda _rows, _project: OneNumber("EUR", 9.5, 9.5, 9.5))
    monkeypatch.setitem(NUMBER_READERS, "coverage", reader)
    row = told(store, measure="coverage", value=1)
    assert (row["unit"], row["state"]) == ("EUR", "not reached yet")
    assert "9.50 EUR" in row["words"]
    assert "at most 1.00 EUR" in row["words"]


@pytest.mark.parametrize("project", ["", "Crop Health"])
@pytest.mark.parametrize("measure", [name for name, reader in NUMBER_READERS.items() if reader.is_weekly])
def test_one_query_says_of_each_week_what_the_figure_says_of_it(shared_demo: Store, measure: str, project: str) -> None:
    reader = NUMBER_READERS[measure]
    with shared_demo.snapshot() as snapshot:
        rows = run_query(snapshot, "target_weeks", {"today": date.max})
        known = rows.filter(measure="tracked hours a week").get_column("week_on").unique().sort().to_list()
        # The first and the last weeks, in which people begin and the log ends, and one without anything.
        weeks = [known[0] - timedelta(weeks=1), *known[:3], *known[-3:]]
        numbers = {
            week_on: read_number(snapshot, reader, project, week_on, week_on + timedelta(days=6), date.max)
            for week_on in weeks
        }
        low, high = read_weeks(snapshot, reader, project, weeks)
    expected = [(week_on, *number.list_ends()) for week_on, number in numbers.items() if number]
    assert expected
    assert low.select("week_on", "part").with_columns(high.get_column("part").alias("high")).rows() == expected
