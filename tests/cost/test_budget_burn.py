"""Budgets against a log of ten hours every week: what is used, what rolls over, and where the period ends."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from budgeted_team import MONTHLY, TODAY, filled

from dashboard.errors import BadMapping
from dashboard.figures.resolve import Figure, resolve_figure
from dashboard.filters import Filters
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.settings.budgets import save_budgets
from dashboard.settings.cells import Row
from dashboard.settings.people import PEOPLE_SHEET
from dashboard.settings.time_off import TIME_OFF_SHEET
from dashboard.store.generations import Store

JANUARY, APRIL = datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 4, 2, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return a store that knows the time from 5 January."""
    return filled(tmp_path, date(2026, 1, 5))


def ask(store: Store, filters: Filters | None = None, today: date = TODAY) -> Figure:
    """Return the figure."""
    return resolve_figure(store, "budget_burn", filters or Filters(), today=today)


def told(store: Store, column: str) -> list[Any]:
    """Return a column of the figure."""
    return ask(store).rows.get_column(column).to_list()


def test_every_period_stays_when_the_next_begins(store: Store) -> None:
    save_budgets(store, [MONTHLY], now=JANUARY)
    assert told(store, "used") == [40, 40, 45, 10]
    assert told(store, "state") == ["within budget", "within budget", "over budget", "likely over"]
    assert told(store, "share")[2] == pytest.approx(45 / 42)


def test_a_steady_team_ends_where_its_weeks_say(store: Store) -> None:
    save_budgets(store, [MONTHLY], now=JANUARY)
    running = ask(store).rows.row(-1, named=True)
    # 18 working days to go are 3.6 weeks of ten hours.
    assert [running[f"projected_{name}"] for name in ("p10", "p50", "p90")] == pytest.approx([46, 46, 46])
    assert (running["over_probability"], running["weeks_used"]) == (1, 12)
    assert running["words"].startswith("10 of 42 hours used (24%): likely over. By 2026-04-30, 80% of the draws")
    assert running["words"].endswith("; >99% of them end over budget.")


@pytest.mark.parametrize("recurs", ["once", "year"])
def test_a_budget_from_the_first_day_of_the_calendar_counts_all_time(store: Store, recurs: str) -> None:
    save_budgets(store, [{**MONTHLY, "recurs": recurs, "from_on": "0001-01-01"}], now=JANUARY)
    assert told(store, "used")[-1] == 135


def test_a_period_before_the_log_is_not_known_and_not_zero(store: Store) -> None:
    save_budgets(store, [{**MONTHLY, "from_on": "2025-12-01"}], now=JANUARY)
    rows = ask(store).rows
    assert rows.select("used", "share", "state", "words").row(0) == (None, None, "not enough data", "No time is known.")
    assert rows.get_column("used").to_list()[1:] == [40, 40, 45, 10]


def import_weeks(store: Store, folder: Path, name: str, mondays: list[date]) -> None:
    """Import ten hours in each of some weeks as a file of its own."""
    lines = [f"Ada,{monday + timedelta(days=day)},18000,Vision,,annotating" for monday in mondays for day in (0, 4)]
    (folder / name).write_text("\n".join(["person,day_on,seconds,project,description,category", *lines]), "utf-8")
    import_files(store, [folder / name], Settings(zone="UTC"))


def list_mondays(first_on: date, last_on: date) -> list[date]:
    """Return every Monday from one to another."""
    return [first_on + timedelta(weeks=week) for week in range((last_on - first_on).days // 7 + 1)]


@pytest.mark.parametrize(
    ("cells", "used", "words"),
    [
        ({"recurs": "once", "from_on": "2025-12-01", "amount": 200}, 135, "At least 135 of 200 hours used (68%)"),
        ({"recurs": "year", "from_on": "2025-12-01", "amount": 200}, 135, "At least 135 of 200 hours used (68%)"),
        ({"recurs": "once", "from_on": "2025-12-01", "amount": 100}, 135, "At least 135 of 100 hours used (135%)"),
    ],
)
def test_what_a_period_used_before_the_log_is_not_known(store: Store, cells: Row, used: float, words: str) -> None:
    save_budgets(store, [{**MONTHLY, **cells}], now=JANUARY)
    row = ask(store).rows.row(-1, named=True)
    state = "over budget" if cells["amount"] == 100 else "not known"
    assert (row["used"], row["state"], row["projected_p50"], row["days_not_known"]) == (used, state, None, 25)
    assert row["words"].startswith(f"{words}: {state}; time is known from 2026-01-05 only.")


def test_weeks_that_nobody_imported_are_not_known_and_not_zero(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    import_weeks(store, tmp_path, "winter.csv", list_mondays(date(2026, 1, 5), date(2026, 2, 2)))
    import_weeks(store, tmp_path, "spring.csv", list_mondays(date(2026, 3, 9), date(2026, 4, 27)))
    save_budgets(store, [MONTHLY], now=JANUARY)
    rows = ask(store, today=date(2026, 5, 1)).rows
    assert rows.get_column("state").to_list()[:4] == ["within budget", "not known", "not known", "within budget"]
    assert rows.get_column("days_not_known").to_list()[:4] == [0, 15, 5, 0]
    assert rows.item(1, "words") == (
        "At least 10 of 42 hours used (24%): not known; no time is known from 2026-02-07 to 2026-02-28."
    )
    save_budgets(store, [{**MONTHLY, "recurs": "quarter", "amount": 200}], now=APRIL)
    quarter = ask(store, today=date(2026, 5, 1)).rows.row(-1, named=True)
    # The last twelve weeks begin on 9 February; four of them were never imported.
    assert (quarter["weeks_used"], quarter["projected_p10"], quarter["projected_p90"]) == (
        8,
        pytest.approx(129),
        pytest.approx(129),
    )


def test_a_week_in_which_the_log_begins_is_no_complete_one(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    friday = "person,day_on,seconds,project,description,category\nAda,2026-02-06,18000,Vision,,annotating\n"
    (tmp_path / "friday.csv").write_text(friday, encoding="utf-8")
    import_files(store, [tmp_path / "friday.csv"], Settings(zone="UTC"))
    import_weeks(store, tmp_path, "spring.csv", list_mondays(date(2026, 2, 9), date(2026, 3, 30)))
    save_budgets(store, [{**MONTHLY, "from_on": "2026-03-01"}], now=JANUARY)
    running = ask(store).rows.row(-1, named=True)
    assert (running["weeks_used"], running["projected_p10"]) == (8, running["projected_p90"])


def test_a_month_that_nobody_imported_is_not_known(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    import_weeks(store, tmp_path, "winter.csv", list_mondays(date(2026, 1, 5), date(2026, 1, 26)))
    import_weeks(store, tmp_path, "spring.csv", list_mondays(date(2026, 3, 2), date(2026, 3, 30)))
    save_budgets(store, [MONTHLY], now=JANUARY)
    row = ask(store).rows.row(1, named=True)
    assert (row["used"], row["state"], row["words"]) == (None, "not enough data", "No time is known.")


def test_weeks_without_work_are_known_where_a_file_or_time_off_covers_them(tmp_path: Path) -> None:
    weeks = [*list_mondays(date(2026, 1, 5), date(2026, 2, 2)), *list_mondays(date(2026, 2, 16), date(2026, 3, 30))]
    one_file = Store(tmp_path / "one")
    import_weeks(one_file, tmp_path, "all.csv", weeks)
    off = Store(tmp_path / "off")
    import_weeks(off, tmp_path, "before.csv", weeks[:5])
    import_weeks(off, tmp_path, "after.csv", weeks[5:])
    assert list_states(off)[:3] == ["within budget", "not known", "over budget"]
    PEOPLE_SHEET.load_csv(off, "name,role,weekly_hours\nAda,annotator,0\n")
    assert list_states(off)[1] == "not known"  # nobody has hours that could be off
    PEOPLE_SHEET.load_csv(off, "name,role,weekly_hours\nAda,annotator,10\n")
    TIME_OFF_SHEET.load_csv(off, "person,from_on,to_on\nAda,2026-02-09,2026-02-13\n")
    assert list_states(off) == list_states(one_file)
    assert list_states(off)[:3] == ["within budget", "within budget", "over budget"]


def list_states(store: Store) -> list[str]:
    """Return the state of each month of the budget."""
    save_budgets(store, [MONTHLY], now=JANUARY)
    return told(store, "state")


def test_a_new_amount_leaves_past_periods_as_they_were(store: Store) -> None:
    save_budgets(store, [MONTHLY], now=JANUARY)
    save_budgets(store, [{**MONTHLY, "amount": 50}], now=APRIL)
    assert told(store, "budget") == [42, 42, 42, 50]
    assert told(store, "state")[-1] == "on track"
    save_budgets(store, [], now=APRIL + timedelta(days=1))
    assert told(store, "budget") == [42, 42, 42]


def test_a_budget_set_late_is_held_against_the_past_too(store: Store) -> None:
    save_budgets(store, [{**MONTHLY, "covers": "labeling", "amount": 20}], now=APRIL)
    assert told(store, "used") == [20, 20, 25, 5]
    assert told(store, "state")[:3] == ["within budget", "within budget", "over budget"]


def test_a_later_budget_takes_over(store: Store) -> None:
    quarter: Row = {**MONTHLY, "recurs": "quarter", "from_on": "2026-03-16", "amount": 100}
    save_budgets(store, [MONTHLY, quarter], now=JANUARY)
    rows = ask(store).rows.select("from_on", "to_on", "used").rows()
    assert rows[2:] == [(date(2026, 3, 1), date(2026, 3, 15), 20), (date(2026, 3, 16), date(2026, 6, 15), 35)]


def test_currencies_are_never_added(store: Store) -> None:
    with store.change("rates", None) as change:
        for person, hourly, currency in (("Ada", 10.0, "EUR"), ("Bob", 20.0, "USD")):
            row = {"person": person, "hourly": hourly, "currency": currency, "from_on": date(2026, 2, 1)}
            change.execute(
                "insert into rate (person, role, hourly, currency, from_on) "
                "values ($person, '', $hourly, $currency, $from_on)", row,
            )  # fmt: skip
    money: Row = {**MONTHLY, "unit": "EUR", "amount": 300}
    save_budgets(store, [money], now=JANUARY)
    assert told(store, "used") == [0, 200, 250, 50]
    assert told(store, "hours_not_counted") == [40, 20, 20, 5]
    save_budgets(store, [money, {**money, "unit": "USD"}], now=APRIL)
    assert ask(store).rows.filter(pl.col("unit") == "USD").get_column("used").to_list() == [0, 400, 400, 100]


def test_few_weeks_project_nothing(tmp_path: Path) -> None:
    store = filled(tmp_path, date(2026, 3, 9))
    save_budgets(store, [{**MONTHLY, "from_on": "2026-04-01"}], now=APRIL)
    row = ask(store).rows.row(0, named=True)
    assert (row["state"], row["projected_p50"]) == ("not enough data", None)
    assert "4 complete weeks only" in row["words"]


def test_a_budget_without_end_runs_until_it_is_used_up(store: Store) -> None:
    save_budgets(store, [{**MONTHLY, "recurs": "once", "amount": 200}], now=JANUARY)
    row = ask(store).rows.row(0, named=True)
    assert (row["used"], row["to_on"], row["state"], row["projected_p50"]) == (135, None, "within budget", None)


def test_a_month_whose_end_is_not_known_is_not_within(store: Store) -> None:
    save_budgets(store, [{**MONTHLY, "from_on": "2026-04-01"}], now=APRIL)
    rows = ask(store, today=date(2026, 5, 20)).rows
    assert rows.get_column("state").to_list()[0] == "not enough data"


def test_only_the_projects_asked_for(store: Store) -> None:
    assert ask(store).unavailable
    save_budgets(store, [MONTHLY, {**MONTHLY, "project": "Vision"}], now=JANUARY)
    own = ask(store, Filters(projects=("Vision",))).rows.get_column("project").unique().to_list()
    assert own == ["Vision"]


def test_a_budget_before_any_time_is_known(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    save_budgets(store, [MONTHLY], now=JANUARY)
    assert set(told(store, "state")) == {"not enough data"}
    assert set(told(store, "used")) == {None}


def test_a_lower_bound_is_no_verdict(store: Store) -> None:
    with store.change("rates", None) as change:
        row = {"person": "Ada", "hourly": 10.0, "currency": "EUR", "from_on": date(2026, 1, 1)}
        change.execute(
            "insert into rate (person, hourly, currency, from_on) values ($person, $hourly, $currency, $from_on)", row
        )
    save_budgets(store, [{**MONTHLY, "unit": "EUR", "amount": 240}], now=JANUARY)
    assert told(store, "state") == ["not known", "not known", "over budget", "not known"]
    assert told(store, "words")[0] == "At least 200 of 240 EUR used (83%): not known; 20 h have no rate in EUR."
    assert told(store, "projected_p50") == [None] * 4


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (28, "At least 20 of 28 hours used (71%): not known; 10 h are not sorted yet."),
        (31, "At least 20 of 31 hours used (65%): within budget; 10 h are not sorted yet."),  # whatever they were
    ],
)
def test_hours_not_sorted_yet_may_be_labeling(amount: int, words: str, tmp_path: Path) -> None:
    store = filled(tmp_path, date(2026, 1, 5))
    more = tmp_path / "more.csv"
    more.write_text("person,day_on,seconds,project,task\nAda,2026-01-13,36000,Vision,x\n", encoding="utf-8")
    import_files(store, [more], Settings())
    save_budgets(store, [{**MONTHLY, "covers": "labeling", "amount": amount}], now=JANUARY)
    assert told(store, "used") == [20, 20, 25, 5]
    assert told(store, "words")[0] == words
    assert told(store, "state")[1] == "within budget"


@pytest.mark.parametrize("cells", [{"unit": "NaN"}, {"unit": "EURO"}, {"amount": 1e-7}, {"amount": 0}])
def test_a_budget_that_means_nothing_is_refused(store: Store, cells: Row) -> None:
    with pytest.raises(BadMapping):
        save_budgets(store, [{**MONTHLY, **cells}], now=APRIL)
