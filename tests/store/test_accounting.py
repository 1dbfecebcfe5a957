"""Rows in = accepted + duplicate + rejected; sums by day equal the facts, whatever was done in between."""

from __future__ import annotations

import random
import zipfile
from hashlib import md5
from pathlib import Path

import pytest

from dashboard.errors import DashboardError, UnknownImport
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_each_file, import_files, preview_import, undo_import
from dashboard.ingest.results import ImportFailure, ImportResult
from dashboard.store.category_rules import RULE_CATEGORIES
from dashboard.store.generations import Store
from dashboard.store.health import check_store

HEADER = "person,started_at,seconds,project,task,description\n"
WORK = ("labeling batch", "train model", "stand-up", "clean data", "something", "review labels")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def row(number: int, seconds: int = 600) -> str:
    """Return one native row; rows of one number are identical."""
    day, hour = 1 + number % 28, number % 24
    return f"{'ABC'[number % 3]},2026-03-{day:02d}T{hour:02d}:30:00+01:00,{seconds},P{number % 2},,{WORK[number % 6]}\n"


def write(path: Path, rows: list[str]) -> Path:
    """Write a native file."""
    path.write_text(HEADER + "".join(rows), encoding="utf-8")
    return path


def sums(store: Store) -> list[tuple[object, ...]]:
    """Return every total a page could show, by day, person, project and category."""
    with store.snapshot() as snapshot:
        return snapshot.query(
            "select day_on, person, project, category, cast(sum(seconds) as bigint), cast(sum(entries) as bigint)"
            " from time_day group by all order by all"
        ).rows()


def counts(result: ImportResult) -> tuple[int, int, int, int]:
    """Return rows read, accepted, duplicate, rejected."""
    return result.rows_read, result.accepted, result.duplicate, result.rejected


def test_the_same_file_again_adds_nothing(store: Store, tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", [row(n) for n in range(40)])
    assert counts(import_files(store, [file], Settings())[0]) == (40, 40, 0, 0)
    before = sums(store)
    assert counts(import_files(store, [file], Settings())[0]) == (40, 0, 40, 0)
    assert sums(store) == before


def test_the_same_file_again_adds_nothing_until_its_import_is_undone(store: Store, tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", [row(n) for n in range(40)])
    import_files(store, [file], Settings())
    again = import_files(store, [file], Settings())[0]
    assert counts(again) == (40, 0, 40, 0)
    undo_import(store, 1)
    assert counts(import_files(store, [file], Settings())[0]) == (40, 40, 0, 0)
    longer = write(tmp_path / "b.csv", [row(n) for n in range(45)])
    first, second = import_files(store, [longer, longer], Settings())
    assert (counts(first), counts(second)) == ((45, 5, 40, 0), (45, 0, 45, 0))
    assert isinstance(first, ImportResult)
    undo_import(store, first.import_id)
    assert counts(import_files(store, [longer], Settings())[0]) == (45, 5, 40, 0)


def test_tables_of_one_name_in_one_archive_are_each_read(store: Store, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "both.zip", "w") as archive:
        archive.writestr("a/entries.csv", HEADER + row(1) + row(2))
        archive.writestr("b/entries.csv", HEADER + row(3) + row(4))
    both = import_files(store, [tmp_path / "both.zip"], Settings())
    assert [counts(result) for result in both] == [(2, 2, 0, 0), (2, 2, 0, 0)]
    assert [counts(result) for result in import_files(store, [tmp_path / "both.zip"], Settings())] == [(2, 0, 2, 0)] * 2


def test_an_overlapping_export_adds_exactly_the_new_rows(store: Store, tmp_path: Path) -> None:
    import_files(store, [write(tmp_path / "a.csv", [row(n) for n in range(30)])], Settings())
    later = write(tmp_path / "b.csv", [row(n) for n in reversed(range(20, 50))])
    assert counts(import_files(store, [later], Settings())[0]) == (30, 20, 10, 0)


def test_identical_rows_of_one_file_are_all_kept(store: Store, tmp_path: Path) -> None:
    assert counts(import_files(store, [write(tmp_path / "a.csv", [row(1)] * 126)], Settings())[0]) == (126, 126, 0, 0)
    more = write(tmp_path / "b.csv", [row(1)] * 130)
    assert counts(import_files(store, [more], Settings())[0]) == (130, 4, 126, 0)


def test_bad_rows_are_counted_and_kept_with_line_and_reason(store: Store, tmp_path: Path) -> None:
    rows = [row(1), "A,2026-03-01T10:00:00Z,-5,P,,x\n", "A,never,60,P,,x\n", row(2)]
    result = import_files(store, [write(tmp_path / "a.csv", rows)], Settings())[0]
    assert counts(result) == (4, 2, 0, 2)
    assert result.rejects["line"].to_list() == [3, 4]
    with store.snapshot() as snapshot:
        assert snapshot.query("select count(*) from bad_row where reason <> ''").item() == 2


def test_a_preview_says_what_the_import_then_does_and_changes_nothing(store: Store, tmp_path: Path) -> None:
    import_files(store, [write(tmp_path / "a.csv", [row(n) for n in range(10)])], Settings())
    before, generation = sums(store), store.generation()
    file = write(tmp_path / "b.csv", [*(row(n) for n in range(5, 25)), "A,never,60,P,,x\n"])
    seen = preview_import(store, file, Settings())[0]
    assert (sums(store), store.generation()) == (before, generation)
    done = import_files(store, [file], Settings())[0]
    assert counts(seen) == counts(done)
    assert seen.seconds_total == done.seconds_total
    assert seen.by_category.equals(done.by_category)
    assert seen.first_rows.equals(done.first_rows)


def test_a_file_that_cannot_be_read_leaves_the_others_and_the_store_alone(store: Store, tmp_path: Path) -> None:
    good = write(tmp_path / "a.csv", [row(1)])
    bad = tmp_path / "b.csv"
    bad.write_text("colour,taste\nred,sweet\n", encoding="utf-8")
    with pytest.raises(DashboardError, match=r"b\.csv"):
        import_files(store, [good, bad], Settings())
    assert not store.exists()
    outcomes = import_each_file(store, [good, bad], Settings())
    assert [type(outcome).__name__ for outcome in outcomes] == ["ImportResult", "ImportFailure"]
    assert len(sums(store)) == 1


def test_a_file_that_turns_out_damaged_at_its_end_leaves_no_row(store: Store, tmp_path: Path) -> None:
    good = write(tmp_path / "a.csv", [row(1)])
    torn = write(tmp_path / "b.csv", [row(2), row(3), 'A,2026-03-01T10:00:00Z,60,P,,"open\n'])
    failed, done = import_each_file(store, [torn, good], Settings())
    assert isinstance(failed, ImportFailure)
    assert isinstance(done, ImportResult)
    assert (done.import_id, *counts(done)) == (1, 1, 1, 0, 0)
    assert [finding for finding in check_store(store) if not finding[1]] == []


def test_a_tools_own_id_counts_once(store: Store, tmp_path: Path) -> None:
    rows = [
        "7,A,2026-03-01,60\n",
        "7,A,2026-03-01,60\n",
        ",A,2026-03-03,30\n",
        ",A,2026-03-03,30\n",
        "8,A,2026-03-04,5\n",
    ]
    for at, (start, expected) in enumerate([(0, (5, 4, 1, 0)), (1, (4, 0, 4, 0))]):
        file = tmp_path / f"{at}.csv"
        file.write_text("id,person,day_on,seconds\n" + "".join(rows[start:]), encoding="utf-8")
        assert counts(import_files(store, [file], Settings())[0]) == expected
    with store.snapshot() as snapshot:
        kept = snapshot.query("select line, occurrence, seconds from time_entry order by line").rows()
    assert kept == [(2, 1, 60), (4, 1, 30), (5, 2, 30), (6, 1, 5)]


def test_keys_are_stable_by_specification(store: Store, tmp_path: Path) -> None:
    """Another key for the same row would count it twice in a store that holds it; an id keeps its key for ever."""
    header = "id,person,email,client,project,task,description,tags,started_at,seconds\n"
    rows = [
        "71,Ana,,,,,,,2026-03-02T09:00:00Z,600\n",
        ',Änne,a@b.de,C,"P, Q",T,"say ""hi""",x;y,2026-03-02T09:00:00Z,600\n',
    ]
    file = tmp_path / "a.csv"
    file.write_text(header + "".join(rows) + ",,a@b.de,,,,,,2026-03-02T09:00:00+02:00,60\n", encoding="utf-8")
    import_files(store, [file], Settings())
    with store.snapshot() as snapshot:
        keys = snapshot.query("select source_key from time_entry order by line")["source_key"].to_list()
    written = ["id\x1f71", "at\x1fa@b.de\x1f1772442000000000", "at\x1fa@b.de\x1f1772434800000000"]
    assert keys == [int.from_bytes(md5(text.encode()).digest()[8:], "little") for text in written]  # noqa: S324


def test_an_entry_over_midnight_counts_on_both_days_and_once_as_an_entry(store: Store, tmp_path: Path) -> None:
    late = "A,2026-03-10T23:30:00+01:00,7200,P0,,labeling\n"
    import_files(store, [write(tmp_path / "a.csv", [late])], Settings())
    by_day = [(str(day), seconds, entries) for day, _, _, _, seconds, entries in sums(store)]
    assert by_day == [("2026-03-10", 1800, 1), ("2026-03-11", 5400, 0)]


@pytest.mark.parametrize(("person", "overlapping"), [("Ana", True), ("", False)])
def test_only_entries_of_a_named_person_overlap(
    store: Store, tmp_path: Path, person: str, *, overlapping: bool
) -> None:
    """Entries that name nobody may be of several people, who can well work at the same time."""
    other = "Bo,,,P,,labeling,No,2026-03-03,09:00:00,2026-03-03,10:00:00,01:00:00,\n"
    file = tmp_path / "toggl.csv"
    header = (
        "User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags\n"
    )
    entry = "{},,,P,,labeling,No,2026-03-02,{}:00:00,2026-03-02,{}:00:00,02:00:00,\n"
    file.write_text(
        header + entry.format(person, "09", "11") + entry.format(person, "10", "12") + other, encoding="utf-8"
    )
    result = import_files(store, [file], Settings(zone="UTC"))[0]
    assert any("begin before" in warning for warning in result.warnings) == overlapping


def test_an_import_cannot_be_undone_twice(store: Store, tmp_path: Path) -> None:
    import_files(store, [write(tmp_path / "a.csv", [row(1)])], Settings())
    undo_import(store, 1, who="lead")
    with pytest.raises(UnknownImport, match="already undone"):
        undo_import(store, 1)
    with pytest.raises(UnknownImport, match="no import 7"):
        undo_import(store, 7)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_sums_equal_the_facts_after_any_order_of_imports_undos_and_rule_changes(
    store: Store, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    live: list[int] = []
    for step in range(8):
        action = chance.choice(["import", "import", "undo", "rules"])
        if action == "import" or not live:
            start = chance.randrange(60)
            rows = [row(n, chance.choice([600, 5400, 90_000])) for n in range(start, start + chance.randrange(1, 40))]
            before = sums(store)
            done = import_files(store, [write(tmp_path / f"{step}.csv", rows)], Settings())[0]
            assert done.rows_read == done.accepted + done.changed + done.duplicate + done.rejected
            if chance.random() < 0.5:
                undo_import(store, done.import_id or 0)
                assert sums(store) == before
            else:
                live.append(done.import_id or 0)
        elif action == "undo":
            undo_import(store, live.pop(chance.randrange(len(live))))
        else:
            with store.change("rules") as change:
                change.execute("delete from category_rule")
                for position, word in enumerate(chance.sample(WORK, 3), start=1):
                    category = chance.choice(RULE_CATEGORIES)
                    change.execute(
                        "insert into category_rule "
                        "values ('activity', $p, 'description', 'contains', $w, $c, 'decides')",
                        {"p": position, "w": word, "c": category},
                    )
                change.rebuild_categories()
        assert [finding for finding in check_store(store) if not finding[1]] == []
