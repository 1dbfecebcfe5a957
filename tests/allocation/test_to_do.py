"""What is to do: told where something is open, and gone once it is mended."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.settings.people import PEOPLE_SHEET
from dashboard.settings.unsorted import list_unsorted, sort_groups
from dashboard.store.generations import Store

TODAY = date(2026, 3, 20)


def list_tasks(store: Store) -> list[tuple[str, int]]:
    """Return place and count of every task."""
    rows = resolve_figure(store, "to_do", Filters(), today=TODAY).rows
    return rows.select("place", "count").rows()


def test_every_task_is_told_until_it_is_done(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    assert list_tasks(store) == []
    file = tmp_path / "time.csv"
    file.write_text(
        "person,day_on,seconds,project,description\nAda,2026-03-02,3600,Signs,kick the tyres\n"
        "Bob,2026-03-03,3600,Signs,Draw boxes on traffic signs\n",
        encoding="utf-8",
    )
    labels = tmp_path / "labels.csv"
    labels.write_text(
        "item,person,seconds,method,finished_at,project\nn1,Ada,36,pre-annotated,2026-03-18T10:00:00Z,maps\n",
        encoding="utf-8",
    )
    import_files(store, [file, labels], Settings(zone="UTC"))
    assert list_tasks(store) == [
        ("to sort", 1),
        ("people", 2),  # without weekly hours
        ("people", 2),  # without a role
        ("projects of tools", 1),
        ("automations", 1),
        ("import", 17),  # days since the newest tracked day
    ]
    words = resolve_figure(store, "to_do", Filters(), today=TODAY).rows.get_column("words").to_list()
    assert "1 text not sorted: 1.0 h overall" in words  # a page beside it may show one period only
    sort_groups(store, list_unsorted(store), "other")
    rows = [{"name": name, "role": "engineer", "weekly_hours": 40.0} for name in ("Ada", "Bob")]
    PEOPLE_SHEET.save(store, [{**dict.fromkeys(PEOPLE_SHEET.columns), **row} for row in rows], None)
    assert [place for place, _ in list_tasks(store)] == ["projects of tools", "automations", "import"]


def test_time_that_nobody_imported_is_told(tmp_path: Path) -> None:
    """Bob's tracker was exported to 30 January, the other one to 20 March without the middle of February."""
    store = Store(tmp_path / "store")
    files = (("Bob", 5, 30), ("Ada", 5, 37), ("Ada", 58, 79))
    for number, (name, first, last) in enumerate(files):
        days = [date(2026, 1, 1) + timedelta(days=day - 1) for day in range(first, last + 1)]
        lines = [f"{name},{day},3600,Signs,Draw boxes" for day in days if day.weekday() < 5]
        file = tmp_path / f"{number}.csv"
        file.write_text("person,day_on,seconds,project,description\n" + "\n".join(lines) + "\n", encoding="utf-8")
        import_files(store, [file], Settings())
    words = resolve_figure(store, "to_do", Filters(), today=TODAY).rows.get_column("words").to_list()
    stopped = "1 person without time for three weeks"
    assert stopped in words
    assert "No time is known from 2026-02-07 to 2026-02-26" in words
    PEOPLE_SHEET.load_csv(store, "name,active_to\nBob,2026-01-30\n")
    assert stopped not in resolve_figure(store, "to_do", Filters(), today=TODAY).rows.get_column("words").to_list()


def test_a_tracker_that_lags_behind_another_is_named_unless_its_people_changed(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    toggl, native, later = (tmp_path / name for name in ("toggl.csv", "native.csv", "later.csv"))
    toggl.write_text(
        "User,Project,Description,Start date,Start time,End date,End time,Duration\n"
        "Ada,Signs,draw boxes,2026-02-20,09:00,2026-02-20,10:00,1:00:00\n",
        encoding="utf-8",
    )
    header = "person,day_on,seconds,project,description\n"
    native.write_text(f"{header}Bob,2026-03-18,3600,Roads,train model\n", encoding="utf-8")
    later.write_text(f"{header}Ada,2026-03-19,3600,Signs,draw boxes\n", encoding="utf-8")

    def list_lagging() -> list[str]:
        rows = resolve_figure(store, "to_do", Filters(), today=TODAY).rows
        return [words for words in rows.get_column("words") if "behind" in words]

    import_files(store, [toggl, native], Settings(zone="UTC"))
    assert list_lagging() == ["Toggl Track detailed CSV: 26 days behind other tracked time"]
    PEOPLE_SHEET.load_csv(store, "name,active_to\nAda,2026-02-20\n")
    assert list_lagging() == []
    PEOPLE_SHEET.load_csv(store, "name\nAda\n")
    assert len(list_lagging()) == 1
    import_files(store, [later], Settings())
    assert list_lagging() == []
