"""What an automation of several projects costs is shared by labels: the projects add up to the whole, in words too."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from simulated_log import simulate
from simulated_store import events, imported, register

from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.forecast.inputs import load_histories
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.settings.rates import RATE_SHEET
from dashboard.store.generations import Store

PROJECTS = ("reviews", "scans")
WHOLE = Filters()
EACH = [Filters(projects=(project,)) for project in PROJECTS]
MEASURES = ("setup hours", "maintenance hours", "running cost", "cost of setup and maintenance")
TIME = """\
person,day_on,seconds,project,task
Ada,2026-01-06,1800,Vision,drafts model
Ada,2026-02-04,5400,Vision,drafts model
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """One automation of two projects, the second with fewer labels, some of which have no known time."""
    scans = events(simulate("S0", 2), project="scans").filter(pl.int_range(pl.len()) % 3 > 0)
    unknown = pl.when(pl.int_range(pl.len()) % 20 > 0).then("seconds")
    folder = tmp_path_factory.mktemp("shared")
    store = imported(folder, [events(simulate("S0", 1)), scans.with_columns(seconds=unknown)])
    register(store, "drafts", projects=PROJECTS, setup_seconds=36_000)
    RATE_SHEET.load_csv(store, "person,hourly,currency\n,30,EUR\n")
    (folder / "time.csv").write_text(TIME, encoding="utf-8")
    import_files(store, [folder / "time.csv"], Settings())
    with store.change("costs") as change:
        change.execute("insert into automation_effort values ('drafts', 'maintenance', 'task', 'drafts model')")
        change.execute(
            "insert into automation_cost (automation, kind, amount, currency, per, from_on) "
            "values ('drafts', 'compute', 90, 'EUR', 'month', date '2026-01-05')"
        )
    return store


def read(store: Store, filters: Filters, measure: str) -> float:
    rows = resolve_figure(store, "savings", filters).rows
    return float(rows.filter(measure=measure).item(0, "value"))


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("period", [{}, {"from_on": date(2026, 2, 1), "to_on": date(2026, 2, 28)}])
def test_the_costs_of_the_projects_add_up_to_the_whole(store: Store, measure: str, period: dict[str, date]) -> None:
    if period and measure == "setup hours":
        assert read(store, Filters(**period), measure) == 0
        return
    parts = [read(store, Filters(projects=(project,), **period), measure) for project in PROJECTS]
    assert sum(parts) == pytest.approx(read(store, Filters(**period), measure), rel=1e-9)
    assert parts[0] > parts[1] > 0


def test_the_costs_are_shared_by_all_labels_and_the_words_say_so(store: Store) -> None:
    with store.snapshot() as snapshot:
        counts = dict(
            snapshot.query(
                "select project, count(*) from label where automation = 'drafts' and is_produced group by 1 order by 1"
            ).iter_rows()
        )
    assert read(store, EACH[1], "setup hours") == pytest.approx(10 * counts["scans"] / sum(counts.values()))
    words = {filters.projects: resolve_figure(store, "savings", filters) for filters in (WHOLE, *EACH)}
    for filters in EACH:
        answer = words[filters.projects]
        assert answer.estimate is not None
        assert answer.estimate["basis"] == "net of setup and maintenance, shared by labels among 2 projects"
        texts = {row["measure"]: row["words"] for row in answer.rows.iter_rows(named=True)}
        assert texts["setup hours"].endswith(" Shared by labels among 2 projects.")
        assert texts["running cost"] == "Shared by labels among 2 projects."
    whole = words[WHOLE.projects].estimate
    assert whole is not None
    assert whole["basis"] == "net of setup and maintenance"


def test_a_person_bears_the_part_of_the_own_labels(store: Store) -> None:
    with store.snapshot() as snapshot:
        people = snapshot.query("select distinct person from label where person is not null order by 1")["person"]
    parts = []
    for person in people:
        rows = resolve_figure(store, "savings_by_automation", Filters(people=(person,)), names=True).rows
        parts.append(rows.filter(automation="drafts").item(0, "setup_hours"))
        assert rows.item(0, "basis").endswith(", shared by labels among all who use it")
    assert sum(parts) == pytest.approx(10)


def test_projections_of_one_project_start_from_its_part(store: Store) -> None:
    with store.snapshot() as snapshot:
        newest: date = snapshot.query("select max(day_on) as day_on from label order by 1").item()
        today = newest + timedelta(days=7 - newest.weekday())
        prices = {
            filters.projects: {
                history.project: history.price
                for history in load_histories(snapshot, {**filters.parameters(), "today": today})
            }
            for filters in (WHOLE, *EACH)
        }
    whole = prices[WHOLE.projects]
    for name in ("setup_hours", "upkeep_hours", "running_money", "upkeep_hours_month", "running_month"):
        alone = [getattr(prices[(project,)][project], name) for project in PROJECTS]
        assert alone == pytest.approx([getattr(whole[project], name) for project in PROJECTS])
    assert sum(price.setup_hours or 0 for price in whole.values()) == pytest.approx(10)
