"""The store's promises: nothing acknowledged is lost, nothing is doubled, no reader is ever blocked."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest
from store_copies import copied, write_older_generation

from dashboard.errors import StoreBusy, StoreUnusable
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files, undo_import
from dashboard.ingest.results import ImportResult
from dashboard.settings.people import PEOPLE_SHEET
from dashboard.store import generations
from dashboard.store.engine import (
    FACTS_APART,
    attach_facts,
    define_vocabulary,
    latest_schema_version,
    list_vocabulary_texts,
    migrate_schema,
    open_database,
    read_sql_files,
)
from dashboard.store.generations import Store
from dashboard.store.repair import repair_store

HEADER = "person,started_at,seconds,project,task,description\n"
READER_PAUSE = 0.02  # seconds
IMPORT = """
import sys
from pathlib import Path
from dashboard.ingest.batch import import_files
from dashboard.importers.contract import Settings
from dashboard.store.generations import Store
print("ready", flush=True)
done = import_files(Store(Path(sys.argv[1])), [Path(sys.argv[2])], Settings())
print("acknowledged", done[0].accepted, flush=True)
"""


def export(path: Path, rows: int, *, first: int = 0, person: str = "Ana") -> Path:
    """Write a native file of `rows` entries of ten minutes each, numbered from `first`."""
    lines = (
        f"{person},{datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=10 * n)},600,P{n % 3},T,labeling batch {n}\n"
        for n in range(first, first + rows)
    )
    path.write_text(HEADER + "".join(lines), encoding="utf-8")
    return path


def total(store: Store) -> tuple[int, int, int]:
    """Return entries, seconds of the facts, and seconds of the daily sums."""
    with store.snapshot() as snapshot:
        return snapshot.query(
            "select count(*), cast(coalesce(sum(seconds), 0) as bigint),"
            " (select cast(coalesce(sum(seconds), 0) as bigint) from time_day) from time_entry"
        ).row(0)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@copied
def fill_store(folder: Path) -> Store:
    """Return a store of five entries."""
    store = Store(folder / "store")
    import_files(store, [export(folder / "a.csv", 5)], Settings())
    return store


def test_an_empty_store_answers_and_creates_nothing(store: Store) -> None:
    assert total(store) == (0, 0, 0)
    assert not store.folder.exists()


def test_new_stores_are_alike_and_have_secrets_of_their_own(tmp_path: Path) -> None:
    secrets, tables = set(), []
    for name in ("a", "b", "c"):
        with Store(tmp_path / name).change("begin") as change:
            secrets.add(change.read_setting("pseudonym_secret"))
            tables.append(change.query("select table_name, sql from duckdb_tables() order by 1").rows())
            assert change.read_setting("schema") == str(latest_schema_version())
    assert len(secrets) == 3
    assert tables[0] == tables[1] == tables[2]


def test_a_reader_of_an_empty_store_reads_on_while_another_store_gets_its_first_rows(tmp_path: Path) -> None:
    empty, other = Store(tmp_path / "empty"), Store(tmp_path / "other")
    with empty.snapshot() as reading:
        assert total(other) == (0, 0, 0)
        import_files(other, [export(tmp_path / "a.csv", 5)], Settings())
        assert total(other) == (5, 3000, 3000)
        assert reading.query("select count(*) from time_entry").item() == 0
    assert total(empty) == (0, 0, 0)


def test_a_query_that_fails_after_its_first_rows_says_why_in_duckdbs_words(store: Store) -> None:
    late = "select cast(if(range = 450000, 'x', '1') as integer) as number from range(500000)"
    with store.snapshot() as snapshot, pytest.raises(duckdb.ConversionException, match="'x'"):
        snapshot.query(late)


def test_what_a_killed_writer_left_goes_before_room_is_needed(store: Store, tmp_path: Path) -> None:
    fill_store(tmp_path)
    left = store.folder / "scratch-0123456789abcdef.facts.duckdb"
    left.write_bytes(b"half a copy")
    with pytest.raises(RuntimeError), store.change("no room") as change:  # noqa: PT012 - the change is the point
        assert change.generation == 1
        assert not left.exists()
        raise RuntimeError
    assert total(store) == (5, 3000, 3000)


def test_a_failed_change_leaves_no_trace(store: Store, tmp_path: Path) -> None:
    fill_store(tmp_path)
    with pytest.raises(RuntimeError), store.change("half") as change:  # noqa: PT012 - the change is the point
        change.execute("delete from time_entry")
        raise RuntimeError
    assert total(store) == (5, 3000, 3000)
    assert store.generation() == 1
    assert not list(store.folder.glob("scratch-*"))


def test_a_snapshot_does_not_move_while_the_store_does(store: Store, tmp_path: Path) -> None:
    fill_store(tmp_path)
    with store.snapshot() as before:
        import_files(store, [export(tmp_path / "b.csv", 4, first=5)], Settings())
        assert before.query("select count(*) from time_entry").item() == 5
        assert total(store)[0] == 9
        assert before.query("select count(*) from time_entry").item() == 5


def test_a_store_made_anew_under_the_same_number_is_read_anew(tmp_path: Path) -> None:
    """A server that runs meanwhile has the old file open, under the same name."""
    store = fill_store(tmp_path)
    old_state = store.state()
    assert total(store)[0] == 5
    shutil.rmtree(store.folder)
    import_files(Store(store.folder), [export(tmp_path / "other.csv", 3)], Settings())
    assert store.generation() == old_state.generation
    assert store.state() != old_state
    assert total(store)[0] == 3


def test_a_reader_of_a_store_that_is_made_anew_ends_in_peace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generations, "READER_SECONDS", 0.1)
    store = fill_store(tmp_path)
    with store.snapshot() as snapshot:
        shutil.rmtree(store.folder)
        import_files(Store(store.folder), [export(tmp_path / "other.csv", 3)], Settings())
        with pytest.raises(StoreBusy):
            total(store)
        assert snapshot.query("select count(*) from time_entry").item() == 5
    assert total(store)[0] == 3


def test_every_earlier_version_migrates_to_the_newest(tmp_path: Path) -> None:
    for version in range(1, FACTS_APART):
        write_older_generation(tmp_path / f"{version}.duckdb", version)
        con = open_database(None, read_only=False)
        attach_facts(con, tmp_path / f"{version}.duckdb", read_only=False)
        migrate_schema(con)
        define_vocabulary(con)
        newest = con.sql("select cast(value as integer) from meta where key = 'schema'").fetchall()
        con.close()
        assert newest == [(latest_schema_version(),)]


@pytest.mark.parametrize("folder", ["views", "rollups", "labels"])
def test_another_text_of_anything_derived_is_another_vocabulary(folder: str) -> None:
    assert {sql for _, sql in read_sql_files(folder)} <= set(list_vocabulary_texts())


def test_an_older_vocabulary_is_brought_up_to_date(store: Store, tmp_path: Path) -> None:
    fill_store(tmp_path)
    pointer = json.loads((store.folder / "current.json").read_text(encoding="utf-8"))
    (store.folder / "current.json").write_text(json.dumps({**pointer, "vocabulary": "older"}), encoding="utf-8")
    assert total(Store(store.folder))[0] == 5
    assert store.read_pointer().vocabulary != "older"


def test_a_newer_store_is_refused_with_words(store: Store, tmp_path: Path) -> None:
    fill_store(tmp_path)
    pointer = json.loads((store.folder / "current.json").read_text(encoding="utf-8"))
    (store.folder / "current.json").write_text(json.dumps({**pointer, "schema": 9999}), encoding="utf-8")
    with pytest.raises(StoreUnusable, match="newer version"):
        total(Store(store.folder))


def test_old_generations_are_kept_then_swept(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABELTIME_KEEP", "2")
    for number in range(5):
        import_files(store, [export(tmp_path / f"{number}.csv", 2, first=2 * number)], Settings())
    assert sorted(path.name for path in store.folder.glob("*.duckdb")) == [
        "000003.duckdb",
        "000003.facts.duckdb",
        "000004.duckdb",
        "000004.facts.duckdb",
        "000005.duckdb",
        "000005.facts.duckdb",
    ]


def test_a_note_shares_the_facts_and_rules_leave_them_alone(store: Store, tmp_path: Path) -> None:
    fill_store(tmp_path)
    with store.change("note") as change:
        change.execute(
            "insert into note (day_on, text, set_at) values (date '2026-01-01', 'x', current_localtimestamp())"
        )
    with store.change("rules") as change:
        change.rebuild_categories()
    assert store.generation() == 3
    assert all(store.facts_path(1).samefile(store.facts_path(number)) for number in (2, 3))
    import_files(store, [export(tmp_path / "b.csv", 5, first=5)], Settings())
    assert not store.facts_path(4).samefile(store.facts_path(1))
    assert total(store)[0] == 10


def test_the_facts_before_the_last_import_are_kept_through_many_notes(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABELTIME_KEEP", "2")
    for number in range(2):
        import_files(store, [export(tmp_path / f"{number}.csv", 2, first=2 * number)], Settings())
    for _ in range(4):
        with store.change("note"):
            pass
    assert store.list_generations() == [1, 4, 5, 6]
    store.facts_path(6).write_bytes(b"damaged")
    assert repair_store(Store(store.folder))[0] == 1
    assert total(Store(store.folder))[0] == 2


def test_facts_are_copied_where_files_cannot_have_two_names(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    fill_store(tmp_path)
    monkeypatch.setattr(os, "link", refuse)  # FAT and some network drives
    with store.change("note"):
        pass
    assert not store.facts_path(1).samefile(store.facts_path(2))
    assert total(Store(store.folder))[0] == 5


def test_kill_nine_at_random_moments_loses_and_doubles_nothing(store: Store, tmp_path: Path) -> None:
    """Ten imports are killed somewhere; each is then either wholly there or wholly absent."""
    chance = random.Random(7)
    for number in range(10):
        file = export(tmp_path / f"{number}.csv", 400, first=400 * number)
        before = total(store)
        child = subprocess.Popen(
            [sys.executable, "-c", IMPORT, str(store.folder), str(file)], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        assert child.stdout.readline().strip() == "ready"
        time.sleep(chance.uniform(0.0, 0.35))
        child.send_signal(signal.SIGKILL)
        said, _ = child.communicate()
        after = total(Store(store.folder))
        assert after in {before, (before[0] + 400, before[1] + 240_000, before[2] + 240_000)}
        if "acknowledged" in said:
            assert after != before
        again = import_files(Store(store.folder), [file], Settings())
        assert again[0].accepted + again[0].changed + again[0].duplicate == 400
        assert total(Store(store.folder)) == (before[0] + 400, before[1] + 240_000, before[2] + 240_000)
    assert not list(store.folder.glob("scratch-*"))


def test_two_processes_import_beside_readers_without_an_error(store: Store, tmp_path: Path) -> None:
    import_files(store, [export(tmp_path / "base.csv", 100)], Settings())
    problems: list[BaseException] = []
    stop = threading.Event()
    reader_store = Store(store.folder)

    def read() -> None:
        while not stop.is_set():
            try:
                entries, seconds, summed = total(reader_store)
                assert entries % 100 == 0
                assert seconds == summed == entries * 600
            except BaseException as problem:  # noqa: BLE001 - any problem of a reader fails the test
                problems.append(problem)
                return
            time.sleep(READER_PAUSE)

    readers = [threading.Thread(target=read) for _ in range(8)]
    for reader in readers:
        reader.start()
    for turn in range(3):
        files = [export(tmp_path / f"{turn}-{who}.csv", 100, person=f"{who}{turn}") for who in "AB"]
        writers = [
            subprocess.Popen(
                [sys.executable, "-c", IMPORT, str(store.folder), str(file)], stdout=subprocess.PIPE, text=True
            )
            for file in files
        ]
        assert all("acknowledged 100" in writer.communicate()[0] for writer in writers)
    stop.set()
    for reader in readers:
        reader.join()
    assert problems == []
    assert total(store) == (700, 420_000, 420_000)


def test_a_writer_of_many_changes_lets_another_one_in(store: Store, tmp_path: Path) -> None:
    turns: list[str] = []
    is_writing = threading.Event()

    def write_on() -> None:
        while "other" not in turns and len(turns) < 30:
            with store.change("one of many"):
                is_writing.set()
                turns.append("many")

    writer = threading.Thread(target=write_on)
    writer.start()
    assert is_writing.wait(60)
    begun = len(turns)
    with Store(store.folder).change("another"):
        turns.append("other")
    writer.join()
    assert turns.index("other") <= begun + 2


def test_a_damaged_generation_says_so_and_repair_falls_back(store: Store, tmp_path: Path) -> None:
    fill_store(tmp_path)
    import_files(store, [export(tmp_path / "b.csv", 5, first=5)], Settings())
    current = store.generation_path(2)
    damaged = bytearray(current.read_bytes())
    for place in range(4096, len(damaged), 4096):
        damaged[place] ^= 0xFF
    current.write_bytes(damaged)
    fresh = Store(store.folder)
    with pytest.raises(StoreUnusable, match="--repair"):
        total(fresh)
    assert repair_store(fresh)[0] == 1
    assert total(Store(store.folder)) == (5, 3000, 3000)


@pytest.mark.parametrize("pointer", ["", "{", '{"generation": "x"}', "[]", '{"generation": 77, "schema": 1}'])
def test_a_damaged_pointer_says_so_and_repair_mends_it(store: Store, tmp_path: Path, pointer: str) -> None:
    fill_store(tmp_path)
    (store.folder / "current.json").write_text(pointer, encoding="utf-8")
    fresh = Store(store.folder)
    with pytest.raises(StoreUnusable, match="--repair"):
        total(fresh)
    assert repair_store(fresh)[0] == 1
    assert total(Store(store.folder))[0] == 5


def test_a_lost_pointer_is_not_an_empty_store(store: Store, tmp_path: Path) -> None:
    fill_store(tmp_path)
    (store.folder / "current.json").unlink()
    with pytest.raises(StoreUnusable, match="lost its pointer"):
        total(Store(store.folder))


def test_a_folder_that_cannot_be_written_is_a_message(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder", encoding="utf-8")
    with pytest.raises(StoreUnusable):
        import_files(Store(blocked / "store"), [export(tmp_path / "a.csv", 5)], Settings())


def test_a_full_disk_is_a_message_and_changes_nothing(store: Store, tmp_path: Path) -> None:
    """The child may write files of 300 kB at most, as on a disk that is nearly full."""
    fill_store(tmp_path)
    before = total(store)
    file = export(tmp_path / "big.csv", 20_000, first=5)
    limited = "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
    limited += "resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))\n" + IMPORT
    child = subprocess.run(
        [sys.executable, "-c", limited, str(store.folder), str(file)], capture_output=True, text=True, check=False
    )
    assert child.returncode != 0
    assert "StoreUnusable" in child.stderr
    assert total(Store(store.folder)) == before
    assert not list(store.folder.glob("scratch-*"))


def test_undo_returns_every_total(store: Store, tmp_path: Path) -> None:
    import_files(store, [export(tmp_path / "a.csv", 30)], Settings())
    before = total(store)
    second: ImportResult = import_files(store, [export(tmp_path / "b.csv", 40, first=20)], Settings())[0]
    assert (second.accepted, second.duplicate) == (30, 10)
    assert second.import_id is not None
    undo_import(store, second.import_id)
    assert total(store) == before
    assert os.listdir(store.folder)  # noqa: PTH208 - the store is still there


def test_a_store_cannot_be_where_a_file_is(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    for folder in (tmp_path / "notes.txt", tmp_path / "notes.txt" / "store"):
        store = Store(folder)
        with pytest.raises(StoreUnusable, match="is not a folder"), store.snapshot():
            pass
        with pytest.raises(StoreUnusable, match="is not a folder"), store.change("nothing"):
            pass
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", ["s3:x", "sqlite:x", "md:x", "~x", ":memory:", "a'b", 'a"b', "a*b [1]", "a%20b;c"])
def test_a_store_may_have_a_name_that_means_something_to_the_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    store = Store(Path(name))
    import_files(store, [export(tmp_path / "a.csv", 3)], Settings())
    assert total(Store(tmp_path / name)) == total(store)
    assert os.listdir(tmp_path / name)  # noqa: PTH208 - it is there and nowhere else
    assert sorted(os.listdir(tmp_path)) == sorted([name, "a.csv"])  # noqa: PTH208 - as above


@pytest.mark.skipif(os.sep == "\\", reason="Windows has no such names")
@pytest.mark.parametrize("name", ["what?", "back\\slash", "\udcff"])
def test_a_path_that_the_engine_would_misread_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(StoreUnusable, match="No store can be in"), Store(tmp_path / name / "store").change("nothing"):
        pass


def test_a_rehearsal_without_room_for_temporary_files_is_a_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find_nothing() -> str:
        raise FileNotFoundError(2, "No usable temporary directory found in ['/tmp']")

    monkeypatch.setattr(tempfile, "gettempdir", find_nothing)
    with pytest.raises(StoreUnusable) as refusal, Store(tmp_path / "store").try_change():
        pass
    assert "TMPDIR" in refusal.value.hint


def test_a_full_disk_of_temporary_files_is_named_and_not_that_of_the_store(store: Store, tmp_path: Path) -> None:
    """The child may write files of 300 kB at most, as on a disk that is nearly full."""
    fill_store(tmp_path)
    places = tmp_path / "temporary"
    places.mkdir()
    limited = "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
    limited += "resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))\n"
    limited += "import sys; from pathlib import Path; from dashboard.store.generations import Store\n"
    limited += "with Store(Path(sys.argv[1])).try_change(): pass\n"
    child = subprocess.run(
        [sys.executable, "-c", limited, str(store.folder)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "TMPDIR": str(places)},
    )
    assert f"The disk of {places}" in child.stderr
    assert "TMPDIR" in child.stderr


def test_readers_know_people_as_the_store_does_after_every_change(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    names_sql = "select person, person_name, team, role from {}named_person order by all"
    import_files(store, [export(tmp_path / "a.csv", 3)], Settings(zone="UTC"))
    import_files(store, [export(tmp_path / "b.csv", 3, person="bo@example.org")], Settings(zone="UTC"))
    for name in ("Bo", "Bo Berg"):
        PEOPLE_SHEET.save_frame(store, pl.DataFrame({"name": [name], "aliases": ["bo@example.org"]}))
        with store.snapshot() as snapshot:
            rows = snapshot.query(names_sql.format(""))
            assert rows.rows() == snapshot.query(names_sql.format("entered.")).rows()
            assert name in rows.get_column("person_name")
