"""`check` reads the recorded statements of all imports again in their order and compares them with the facts."""

from __future__ import annotations

import pytest

from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files, undo_import
from dashboard.store.generations import Store
from dashboard.store.health import check_store
from dashboard.store.union_check import TITLE, check_union

HEADER = "person,started_at,seconds,project,description\n"
MARCH = HEADER + "".join(f"Ana,2026-03-0{day}T09:00:00Z,600,Signs,boxes\n" for day in (1, 2, 3))
APRIL = MARCH.replace("03-02T09:00:00Z,600", "03-02T09:00:00Z,900").replace("2026-03-03", "2026-04-03")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Return a store with two imports: one entry known to both, one changed, one of each alone."""
    tmp_path = tmp_path_factory.mktemp("union")
    store = Store(tmp_path / "store")
    for name, text in (("march.csv", MARCH), ("april.csv", APRIL)):
        (tmp_path / name).write_text(text, encoding="utf-8")
        import_files(store, [tmp_path / name], Settings())
    return store


def read_finding(store: Store) -> tuple[bool, str]:
    """Return whether the union agrees, and what is said of it."""
    ((passed, detail),) = [finding[1:] for finding in check_store(store) if finding[0] == TITLE]
    return passed, detail


@pytest.mark.parametrize(
    "damage",
    [
        "update time_entry set seconds = 60 where day_on = '2026-03-01'",
        "update time_entry set seconds = 600 where day_on = '2026-03-02'",
        "delete from time_entry where day_on = '2026-03-01'",
        "delete from time_entry where day_on = '2026-03-02'",
        "insert into time_entry select * from time_entry where day_on = '2026-04-03'",
        "insert into time_entry select * from time_entry_superseded",
        "update holding set content_key = 7",
        "update holding set content_key = null",
    ],
)
def test_an_entry_that_no_import_gives_is_told(store: Store, damage: str) -> None:
    with store.try_change() as change:
        change.execute(damage)
        finding = check_union(change)
    assert finding[:2] == (TITLE, False)
    assert finding[2].startswith("These differ: 1 slot of time_entry, of the imports ")
    assert "Undo these imports, the newest first, and import their files again." in finding[2]


def test_a_sound_store_agrees_before_and_after_an_undo(store: Store) -> None:
    assert read_finding(store) == (True, "Every entry agrees.")
    undo_import(store, 2)
    assert read_finding(store) == (True, "Every entry agrees.")
