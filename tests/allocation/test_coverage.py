"""Coverage: whose capacity counts, and from which day to which."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from store_copies import copied

from dashboard.figures.resolve import Figure, resolve_figure
from dashboard.filters import Filters
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.settings.people import PEOPLE_SHEET
from dashboard.settings.time_off import TIME_OFF_SHEET
from dashboard.store.generations import Store
from dashboard.store.queries import run_query

FIRST_ON = date(2026, 1, 5)  # a Monday
WEEKS = 10


def build_store(folder: Path, weeks: dict[str, range], people: pl.DataFrame) -> Store:
    """Return a store of a log and of the people who are registered."""
    store = import_log(folder, weeks)
    PEOPLE_SHEET.save_frame(store, people)
    return store


@copied
def import_log(folder: Path, weeks: dict[str, range]) -> Store:
    """Return a store in which people track eight hours on each workday of their weeks."""
    lines = ["person,day_on,seconds,task"]
    for name, own_weeks in weeks.items():
        days = (FIRST_ON + timedelta(weeks=week, days=day) for week in own_weeks for day in range(5))
        lines += [f"{name},{day},28800,annotating" for day in days]
    file = folder / "log.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    store = Store(folder / "store")
    import_files(store, [file], Settings())
    return store


def people_of(*names: str, **columns: list[date | None]) -> pl.DataFrame:
    return pl.DataFrame({"name": names, "weekly_hours": [40.0] * len(names), **columns})


def ask(store: Store, filters: Filters = Filters()) -> Figure:  # noqa: B008 - frozen
    return resolve_figure(store, "coverage", filters, names=True)


def coverage_of(figure: Figure) -> dict[str, float]:
    return dict(figure.rows.select("person", "coverage").iter_rows())


def test_who_stops_tracking_stays_in_the_denominator_and_it_is_told(tmp_path: Path) -> None:
    store = build_store(tmp_path, {"Ada": range(WEEKS), "Bob": range(5)}, people_of("Ada", "Bob"))
    figure = ask(store)
    assert coverage_of(figure) == {"Ada": 1.0, "Bob": 0.5}
    assert figure.coverage == pytest.approx(0.75)
    assert "1 of them tracked nothing in the last three weeks or longer and still counts" in figure.coverage_note
    later = ask(store, Filters(from_on=FIRST_ON + timedelta(weeks=6)))
    assert later.coverage == pytest.approx(0.5)


@pytest.mark.parametrize("reason", ["no weekly hours", "time off"])
def test_who_has_no_capacity_covers_none(tmp_path: Path, reason: str) -> None:
    """Ann tracks as much as Bob, in weeks in which there is nothing that she could cover."""
    people = people_of("Ann", "Bob").with_columns(weekly_hours=pl.Series([0.0 if "weekly" in reason else 40.0, 40.0]))
    store = build_store(tmp_path, {"Ann": range(2), "Bob": range(2)}, people)
    if reason == "time off":
        TIME_OFF_SHEET.load_csv(store, "person,from_on,to_on\nAnn,2026-01-05,2026-01-16\n")
    figure = ask(store)
    assert coverage_of(figure) == {"Ann": None, "Bob": 1.0}
    assert (figure.coverage, figure.coverage_note) == (
        pytest.approx(1.0),
        "weekly hours known for 2 of 2 people; left out of it: 80 h in weeks of 0 weekly hours or wholly of time off",
    )
    for name in ("labeling_share", "coverage_by_week", "closed_weeks"):
        shares = resolve_figure(store, name, Filters()).rows.filter(pl.col("coverage").is_not_null())
        assert shares.get_column("coverage").unique().to_list() == [1.0]
    with store.snapshot() as snapshot:
        weeks = run_query(snapshot, "target_number_weeks", {"from_on": None, "to_on": None, "projects": []})
    assert weeks.get_column("coverage").to_list() == [1.0, 1.0]


def test_a_leaving_day_ends_a_persons_capacity(tmp_path: Path) -> None:
    left = people_of("Ada", "Bob", active_to=[None, FIRST_ON + timedelta(weeks=4, days=4)])
    figure = ask(build_store(tmp_path, {"Ada": range(WEEKS), "Bob": range(5)}, left))
    assert figure.coverage == pytest.approx(1.0)
    assert "still count" not in figure.coverage_note


def test_who_comes_later_counts_from_the_first_day_in_the_log_or_the_one_entered(tmp_path: Path) -> None:
    weeks = {"Ada": range(WEEKS), "Bob": range(8, WEEKS)}
    assert ask(build_store(tmp_path, weeks, people_of("Ada", "Bob"))).coverage == pytest.approx(1.0)
    entered = people_of("Ada", "Bob", active_from=[None, FIRST_ON + timedelta(weeks=6)])
    (tmp_path / "entered").mkdir()
    store = build_store(tmp_path / "entered", weeks, entered)
    assert coverage_of(ask(store)) == {"Bob": 0.5, "Ada": 1.0}


def test_no_day_before_or_after_the_log_counts(tmp_path: Path) -> None:
    early = people_of("Ada", active_from=[FIRST_ON - timedelta(days=300)])
    store = build_store(tmp_path, {"Ada": range(WEEKS)}, early)
    wide = Filters(FIRST_ON - timedelta(days=200), FIRST_ON + timedelta(days=200))
    assert ask(store, wide).coverage == pytest.approx(1.0)
    weekly = resolve_figure(store, "coverage_by_week", wide).rows
    assert weekly.get_column("coverage").to_list() == [1.0] * WEEKS


def test_a_day_in_the_future_is_not_the_last_day_of_the_log(tmp_path: Path) -> None:
    store = build_store(tmp_path, {"Ada": range(WEEKS), "Bob": range(2000, 2001)}, people_of("Ada"))
    assert ask(store).coverage == pytest.approx(1.0)


def test_who_never_tracked_is_told_and_counts_from_an_entered_day(tmp_path: Path) -> None:
    weeks = {"Ada": range(WEEKS)}
    figure = ask(build_store(tmp_path, weeks, people_of("Ada", "Eve")))
    assert figure.coverage == pytest.approx(1.0)
    assert "1 with weekly hours never tracked and is not counted" in figure.coverage_note
    (tmp_path / "entered").mkdir()
    entered = people_of("Ada", "Eve", active_from=[None, FIRST_ON])
    assert ask(build_store(tmp_path / "entered", weeks, entered)).coverage == pytest.approx(0.5)


def test_a_week_is_closed_once_everybody_finished_it(tmp_path: Path) -> None:
    """Ann tracks three weeks, Ben the first and the third, on 40 h each; nobody knows the hours of Cy, week three."""
    people = pl.DataFrame({"name": ["Ann", "Ben"], "weekly_hours": [40.0, 40.0]})
    store = build_store(tmp_path, {"Ann": range(3), "Ben": range(0, 3, 2), "Cy": range(2, 3)}, people)
    closed = resolve_figure(store, "closed_weeks", Filters()).rows
    columns = ("scope", "weeks", "person_weeks", "finished", "hours_unknown", "coverage", "numerator_hours", "share")
    assert closed.select(columns).rows() == [
        ("all weeks", 3, 7, 5, 1, pytest.approx(200 / 240), 240, 1),
        ("closed weeks", 1, 2, 2, 0, 1, 80, 1),
        ("open weeks", 1, 2, 1, 0, 0.5, 40, 1),
        ("unknown weeks", 1, 3, 2, 1, 1, 120, 1),
    ]
    unfinished = resolve_figure(store, "open_weeks", Filters(), names=True).rows
    assert unfinished.select("week_on", "person", "state", "missing_hours").rows() == [
        (FIRST_ON + timedelta(weeks=2), "Cy", "unknown", None),
        (FIRST_ON + timedelta(weeks=1), "Ben", "not finished", 40),
    ]


def test_a_week_that_the_log_does_not_reach_to_the_end_is_open_and_blames_nobody(tmp_path: Path) -> None:
    people = pl.DataFrame({"name": ["Ann", "Ben"], "weekly_hours": [40.0, 40.0]})
    store = build_store(tmp_path, {"Ann": range(2), "Ben": range(2)}, people)
    with store.change("end on a Thursday") as change:
        change.execute("delete from time_day where day_on > $last_on", {"last_on": FIRST_ON + timedelta(days=10)})
    closed = resolve_figure(store, "closed_weeks", Filters()).rows
    assert closed.select("scope", "weeks").rows() == [("all weeks", 2), ("closed weeks", 1), ("open weeks", 1)]
    assert resolve_figure(store, "open_weeks", Filters()).rows.is_empty()


def test_coverage_is_of_tracked_time_on_days_with_a_known_capacity(tmp_path: Path) -> None:
    """Ada, an engineer, tracks on after she left; Bob tracks half of his time; nobody knows the hours of Cy."""
    weeks = {"Ada": range(4), "Bob": range(0, 4, 2), "Cy": range(4)}
    people = people_of("Ada", "Bob", active_to=[FIRST_ON + timedelta(days=11), None])
    people = people.with_columns(role=pl.Series(["engineer", "annotator"]))
    store = build_store(tmp_path, weeks, people.with_columns(active_from=pl.lit(FIRST_ON)))
    figure = ask(store)
    assert coverage_of(figure) == {"Ada": 1.0, "Bob": 0.5, "Cy": None}
    assert figure.coverage == pytest.approx(160 / 240)
    weekly = resolve_figure(store, "coverage_by_week", Filters()).rows
    assert weekly.get_column("coverage").to_list() == [1.0, 0.5, 1.0, 0.0]
    share = resolve_figure(store, "labeling_share", Filters()).rows
    assert dict(share.select("scope", "coverage").iter_rows()) == {
        "engineers": 1.0,
        "everyone": pytest.approx(160 / 240),
    }
