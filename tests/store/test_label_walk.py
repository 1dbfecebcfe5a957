"""Labels are what events and register make of them now, whatever was imported, undone and edited before."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files, undo_import
from dashboard.store.generations import Store

HEADER = "id,item,person,seconds,method,started_at,finished_at,stage,outcome,project\n"
STEPS = 8
LABELS_SQL = "select * from label order by all"


def event(number: int) -> str:
    """Return one event; events of one number are identical, and some have their time from start to end only."""
    person, project = ("Ann", "Ben", "Cy", "")[number % 4], f"P{number % 2}"
    method = ("", "manual", "pre-annotated", "automatic")[number % 4 if person else 3]
    stage = ("annotate", "annotate", "review", "rework")[number // 4 % 4]
    outcome = ("submitted", "skipped", "accepted", "rejected")[number // 3 % 4]
    seconds = "" if number % 5 == 0 else str(number * 7 % 400)
    day, start, end = 1 + number % 27, number % 30, 30 + number % 29
    begin, finish = (f"2026-03-{day:02d}T10:{minute:02d}:00Z" for minute in (start, end))
    return f"e{number},i{number % 17},{person},{seconds},{method},{begin},{finish},{stage},{outcome},{project}\n"


def labels(store: Store) -> list[tuple[object, ...]]:
    with store.snapshot() as snapshot:
        return snapshot.query(LABELS_SQL).rows()


def rederived(store: Store) -> list[tuple[object, ...]]:
    """Return the labels after deriving all of them again, in a copy."""
    with store.try_change() as change:
        change.rebuild_labels()
        return change.query(LABELS_SQL).rows()


def edit_register(store: Store, chance: random.Random) -> None:
    """Change one thing that methods, automations or projects of labels depend on."""
    edits: list[tuple[str, dict[str, object]]] = [
        ("delete from automation_scope", {}),
        (
            "insert or replace into automation_scope values ('boxes', $project, $person, $day, null)",
            {
                "project": chance.choice(["P0", "P1", "Vision"]),
                "person": chance.choice(["", "Ann"]),
                "day": f"2026-03-{chance.randrange(1, 28):02d}",
            },
        ),
        (
            "insert or replace into labeling_project values ('native_labeling', $tool, 'Vision', $unmarked)",
            {"tool": chance.choice(["P0", "P1"]), "unmarked": chance.choice(["unknown", "manual"])},
        ),
        ("delete from labeling_project", {}),
    ]
    statement, params = chance.choice(edits)
    with store.change("register") as change:
        change.execute(
            "insert or ignore into automation (name, technique, applies) values ('boxes', 'pre-labeling', $applies)",
            {"applies": chance.choice(["every item", "marked items"])},
        )
        change.execute(statement, params)
        change.rebuild_labels()


def known_milliseconds(store: Store) -> tuple[int, int]:
    """Return the time in the labels, and in the events whose length the file says."""
    with store.snapshot() as snapshot:
        return snapshot.query(
            """
            select
                (select coalesce(sum(coalesce(annotate_ms, 0) + coalesce(review_ms, 0) + coalesce(rework_ms, 0)), 0)
                    from label),
                (select coalesce(sum(milliseconds), 0) from labeling_event)
            """
        ).row(0)


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_labels_equal_fresh_ones_after_any_order_of_imports_undos_and_edits(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    store, live = Store(tmp_path / "store"), list[tuple[int, Path]]()
    for step in range(STEPS):
        action = chance.choice(["import", "import", "undo", "edit"])
        if action == "import" or not live:
            first = chance.randrange(60)
            path = tmp_path / f"{step}.csv"
            path.write_text(
                HEADER + "".join(event(n) for n in range(first, first + chance.randrange(1, 40))), encoding="utf-8"
            )
            live.append((import_files(store, [path], Settings(zone="UTC"))[0].import_id or 0, path))
        elif action == "undo":
            undo_import(store, live.pop(chance.randrange(len(live)))[0])
        else:
            edit_register(store, chance)
        kept = labels(store)
        assert kept == rederived(store)
        in_labels, in_events = known_milliseconds(store)
        assert in_labels <= in_events  # units open at once share their minutes
    assert_fresh(store, tmp_path)


def assert_fresh(store: Store, folder: Path) -> None:
    """Compare with a new store that is given the events and the register as they are, and nothing of their past."""
    fresh = Store(folder / "fresh")
    with store.snapshot() as snapshot:
        tables = {
            name: snapshot.query(f"select * from {name}")  # noqa: S608 - own names
            for name in ("labeling_event", "labeling_project", "automation", "automation_scope")
        }
    with fresh.change("copy") as change:
        for name, frame in tables.items():
            change.insert(name, frame)
        change.rebuild_labels()
    assert labels(fresh) == labels(store)
