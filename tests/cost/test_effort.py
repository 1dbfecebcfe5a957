"""Hours spent on automations, by period."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from store_copies import copied

from dashboard.cost.effort import load_effort
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.store.generations import Store

ENTRIES = """\
person,day_on,seconds,project,task
Ann,2026-03-02,3600,P,write the detector
Ann,2026-03-03,1800,P,write the detector
Ann,2026-04-02,900,P,mend the detector
Ann,2026-04-03,60,P,other work
Ann,2031-04-03,40,P,mend the detector
"""
REGISTER = (
    "insert into automation values ('Detector', 'pre-labeling', 'every item', null, null)",
    "insert into automation values ('Typed', 'pre-labeling', 'every item', 7200, null)",
    "insert into automation values ('Undated', 'pre-labeling', 'every item', 120, null)",
    "insert into automation_scope values ('Typed', 'P', '', date '2026-03-10', null)",
    "insert into automation_effort values ('Detector', 'setup', 'task', 'write')",
    "insert into automation_effort values ('Detector', 'maintenance', 'task', 'mend')",
    "insert into rate values ('', '', date '2026-01-01', 60, 'EUR'), ('', '', date '2026-03-03', 90, 'EUR')",
)
MARCH, APRIL, LATER = date(2026, 3, 1), date(2026, 4, 1), date(2031, 4, 1)
SETUP = [("Detector", "setup", MARCH, 3600, 60.0), ("Detector", "setup", MARCH, 1800, 90.0)]


@copied
def register_effort(folder: Path) -> Store:
    """Return a store with entries and a register."""
    (folder / "time.csv").write_text(ENTRIES, encoding="utf-8")
    store = Store(folder / "store")
    import_files(store, [folder / "time.csv"], Settings())
    with store.change("register") as change:
        for statement in REGISTER:
            change.execute(statement)
    return store


@pytest.mark.parametrize(
    ("from_on", "to_on", "tracked", "typed_seconds", "undated_seconds"),
    [
        (None, None, [("Detector", "maintenance", APRIL, 900, 90.0), *SETUP], 7200, 120),
        (MARCH, date(2026, 3, 2), [("Detector", "maintenance", None, 0, None), SETUP[0]], 0, 0),
        (MARCH, date(2026, 3, 31), [("Detector", "maintenance", None, 0, None), *SETUP], 7200, 0),
        (
            APRIL,
            None,
            [("Detector", "maintenance", APRIL, 900, 90.0), ("Detector", "setup", None, 0, None)],
            0,
            0,
        ),
        (
            LATER,
            None,
            [("Detector", "maintenance", LATER, 40, 90.0), ("Detector", "setup", None, 0, None)],
            0,
            0,
        ),
    ],
)
def test_effort_is_that_of_the_period(
    tmp_path: Path,
    from_on: date | None,
    to_on: date | None,
    tracked: list[tuple[object, ...]],
    typed_seconds: int,
    undated_seconds: int,
) -> None:
    with register_effort(tmp_path).snapshot() as snapshot:
        rows = load_effort(snapshot, {"from_on": from_on, "to_on": to_on}).drop("currency").rows()
    assert rows == [
        *tracked,
        ("Typed", "setup", MARCH, typed_seconds, 90.0),
        ("Undated", "setup", None, undated_seconds, 90.0),
    ]


WORKLOGS = """\
Summary,Issue key,Issue id,Project name,Log Work,Log Work,Log Work,Time Spent
Mend it,SG-1,1,P,a;02/Mar/26 9:00 AM;ann;7200,b;02/Mar/26 9:00 AM;bob;3600,c;14/Mar/26 1:00 PM;ann;1800,12600
Label,SG-10,2,P,x;02/Mar/26 3:00 PM;ann;600,,,600
"""


def test_each_worklog_of_a_line_counts_and_numbers_are_whole(tmp_path: Path) -> None:
    (tmp_path / "jira.csv").write_text(WORKLOGS, encoding="utf-8")
    store = Store(tmp_path / "store")
    import_files(store, [tmp_path / "jira.csv"], Settings(zone="UTC"))
    with store.change("register") as change:
        change.execute("insert into automation values ('Detector', 'pre-labeling', 'every item', null, null)")
        change.execute("insert into automation_effort values ('Detector', 'maintenance', 'task', 'sg-1')")
    with store.snapshot() as snapshot:
        effort = load_effort(snapshot, {"from_on": None, "to_on": None})
    assert effort.get_column("seconds").sum() == 7200 + 3600 + 1800
