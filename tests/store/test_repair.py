"""Repair goes back to what this version can read, says what is lost, and never opens a revoked link again."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from store_copies import copied, write_older_generation

from dashboard.cli.main import main
from dashboard.errors import StoreUnusable
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files, undo_import
from dashboard.store.engine import latest_schema_version
from dashboard.store.generations import Store
from dashboard.store.health import check_store
from dashboard.store.repair import describe_losses, repair_store
from dashboard.store.revocations import add_revoked, read_revoked

HEADER = "person,day_on,hours,project,category,description\n"
GOOD_POINTER = {"generation": 2, "schema": 1, "vocabulary": ""}
BAD_NUMBERS = ("Infinity", "-Infinity", "NaN", "1e400", "-1", "0", "true", "false", "[]", "{}", '"1"', "1.5", "null",
               "9" * 30, "9" * 5000)  # fmt: skip
LIMITED_CHANGE = """
import resource, signal, sys
from pathlib import Path
from dashboard.cli.main import main
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
main(["--store", sys.argv[2], *sys.argv[3:]])
"""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return a store of two imports, each a generation."""
    return build_days(tmp_path)


@copied
def build_days(folder: Path) -> Store:
    """Return a store of two imports."""
    store = Store(folder / "store")
    for day in (1, 2):
        import_day(store, folder, day)
    return store


def import_day(store: Store, folder: Path, day: int) -> None:
    """Import a file of one entry."""
    import_files(store, [write_day(folder, day)], Settings())


def write_day(folder: Path, day: int) -> Path:
    """Write a file of one entry."""
    file = folder / f"day{day}.csv"
    file.write_text(f"{HEADER}Ada,2026-03-{day:02d},2,Lanes,annotating,\n", encoding="utf-8")
    return file


def count_entries(store: Store) -> int:
    """Return how many entries a fresh reader counts."""
    with Store(store.folder).snapshot() as snapshot:
        return int(snapshot.query("select count(*) from time_entry").item())


def run_command(*arguments: object) -> int:
    """Return the exit code of a command."""
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    return int(ended.value.code or 0)


def write_schema(store: Store, number: int, schema: int) -> None:
    """Write into a generation that its schema has another version."""
    from dashboard.store.engine import open_database

    con = open_database(store.generation_path(number), read_only=False)
    con.execute("update meta set value = ? where key = 'schema'", [str(schema)])
    con.close()


def truncate(store: Store, number: int) -> None:
    """Cut a generation off."""
    path = store.generation_path(number)
    path.write_bytes(path.read_bytes()[:5000])


def test_repair_names_what_goes_back_where_it_can_be_read(store: Store, tmp_path: Path) -> None:
    undo_import(store, 1)
    import_day(store, tmp_path, 3)
    words = " ".join(describe_losses(store, 1, [store.generation()]))
    assert "2 (day2.csv)" in words
    assert "3 (day3.csv)" in words
    assert "undo of import: 1" in words
    assert "Lost edit" in words


def test_repair_says_so_where_nothing_can_be_known(store: Store) -> None:
    truncate(store, 2)
    findings = check_store(Store(store.folder), repair=True)
    assert all(good for _, good, _ in findings)
    words = " ".join(text for _, _, text in findings)
    assert "generation 1" in words
    assert "too damaged to say" in words
    assert all(text.endswith(".") for _, _, text in findings)
    assert count_entries(store) == 1


def test_repair_says_so_where_the_current_generation_is_missing(store: Store) -> None:
    store.generation_path(2).unlink()
    number, losses = repair_store(store)
    assert number == 1
    assert "generation 2 is missing" in " ".join(losses)
    assert "Import the latest files again" in " ".join(losses)
    assert repair_store(store) == (1, [])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes in folders as on POSIX")
def test_a_pipe_in_the_place_of_a_generation_is_damage(store: Store) -> None:
    store.generation_path(2).unlink()
    os.mkfifo(store.generation_path(2))
    number, losses = repair_store(store)
    assert number == 1
    assert "too damaged to say" in " ".join(losses)


def test_a_copy_with_a_long_number_is_no_generation(store: Store, tmp_path: Path) -> None:
    for number in ("20261127174300", "999999999"):
        shutil.copy(store.generation_path(2), store.folder / f"{number}.duckdb")
    import_day(store, tmp_path, 3)
    assert (repair_store(store)[0], count_entries(store)) == (3, 3)


def test_a_database_of_something_else_is_damage(store: Store) -> None:
    store.generation_path(2).unlink()
    duckdb.connect(str(store.generation_path(2))).execute("create table other (x int)").close()
    assert repair_store(store)[0] == 1
    assert count_entries(store) == 1


def test_a_newer_generation_is_refused_not_thrown_away(store: Store) -> None:
    write_schema(store, 2, latest_schema_version() + 1)
    (store.folder / "current.json").write_text("{", encoding="utf-8")
    with pytest.raises(StoreUnusable, match="newer version"):
        repair_store(store)
    assert (store.folder / "current.json").read_text(encoding="utf-8") == "{"


def test_a_generation_only_a_newer_version_can_read_is_no_damage(store: Store) -> None:
    truncate(store, 2)
    pointer = {"generation": 2, "schema": latest_schema_version() + 1, "vocabulary": ""}
    (store.folder / "current.json").write_text(json.dumps(pointer), encoding="utf-8")
    with pytest.raises(StoreUnusable, match="newer version"):
        repair_store(store)


def test_an_older_generation_is_brought_up_to_date(store: Store) -> None:
    store.generation_path(1).unlink()
    write_older_generation(store.generation_path(1), 1)
    truncate(store, 2)
    assert repair_store(store)[0] == 1
    assert json.loads((store.folder / "current.json").read_text(encoding="utf-8"))["schema"] == 1
    with Store(store.folder).snapshot() as snapshot:
        assert snapshot.read_setting("schema") == str(latest_schema_version())
        assert snapshot.query("select count(*) from report_link").item() == 0


def test_a_revoked_link_stays_revoked_after_a_repair(store: Store) -> None:
    from dashboard.reports.links import find_linked_report, hash_token, list_links, revoke_link

    sql = "insert into report_link values ($hash, 1, timestamp '2026-01-01', null, timestamp '2099-01-01', null)"
    with store.change("a report and its links") as change:
        row = change.query("select column_name, data_type from information_schema.columns "
                           "where table_name = 'frozen_report' order by ordinal_position").rows()  # fmt: skip
        values = ", ".join(f"cast({sample_value(kind)} as {kind})" for _, kind in row)
        change.execute(f"insert into frozen_report values ({values})")  # noqa: S608 - own values
        for token in ("by file", "by generation"):
            change.execute(sql, {"hash": hash_token(token)})
    assert find_linked_report(store, "by file")
    revoke_link(store, hash_token("by file")[:8])
    truncate(store, store.generation())
    assert repair_store(store)[0] == 3
    assert find_linked_report(Store(store.folder), "by file") is None
    assert find_linked_report(Store(store.folder), "by generation") is not None
    states = {row["handle"]: row["state"] for row in list_links(store).to_dicts()}
    assert states == {hash_token("by file")[:8]: "revoked", hash_token("by generation")[:8]: "open"}
    # As an earlier version revoked: in the generation only, which repair still finds in a later file.
    with store.change("an older revocation") as change:
        change.execute("update report_link set revoked_at = created_at")
    (store.folder / "current.json").write_text("{", encoding="utf-8")
    repair_store(store)
    assert hash_token("by generation") in read_revoked(store.folder)


@pytest.mark.parametrize("replace", [Path.mkdir, lambda path: path.symlink_to("nowhere"), os.mkfifo])
def test_without_the_list_of_revoked_links_a_repair_revokes_all(store: Store, replace: Callable[[Path], None]) -> None:
    with store.change("a link") as change:
        change.execute(
            "insert into report_link values ('aa', 1, timestamp '2026-01-01', null, timestamp '2099-01-01', null)"
        )
    (store.folder / "revoked.txt").unlink(missing_ok=True)
    replace(store.folder / "revoked.txt")
    assert not check_store(store)[0][1]
    findings = check_store(store, repair=True)
    assert any("all links are revoked" in sentence for _, _, sentence in findings)
    assert read_revoked(store.folder) == {"aa"}
    assert all(passed for _, passed, _ in check_store(store))


@pytest.mark.parametrize("name", ["write.lock", "turn.lock"])
def test_a_folder_in_the_place_of_a_lock_is_told(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    (store.folder / name).unlink(missing_ok=True)
    (store.folder / name).mkdir()
    assert run_command("--store", store.folder, "import", write_day(tmp_path, 3))
    told = capsys.readouterr().err
    assert name in told
    assert "Delete it" in told
    assert "--repair" not in told
    (store.folder / name).rmdir()
    assert count_entries(store) == 2


def sample_value(kind: str) -> str:
    """Return a literal for a column of this type."""
    return {"VARCHAR": "'{}'", "DATE": "'2026-01-01'", "TIMESTAMP": "'2026-01-01'", "BLOB": "'x'"}.get(kind, "1")


def test_a_torn_line_of_revocations_hurts_no_other(store: Store) -> None:
    (store.folder / "revoked.txt").write_bytes(b"abc\xff")
    add_revoked(store.folder, ["d" * 64, "e" * 64])
    add_revoked(store.folder, ["d" * 64])
    assert {"d" * 64, "e" * 64} <= read_revoked(store.folder)
    assert (store.folder / "revoked.txt").read_bytes().count(b"d" * 64) == 1


def test_only_the_owner_can_read_a_store_whatever_the_umask(store: Store, tmp_path: Path) -> None:
    store.folder.chmod(0o755)
    for path in store.folder.iterdir():
        path.chmod(0o644)
    before = os.umask(0)
    try:
        import_day(store, tmp_path, 3)
        import_day(Store(tmp_path / "new" / "store"), tmp_path, 3)
        add_revoked(store.folder, ["f" * 64])
    finally:
        os.umask(before)
    for folder in (store.folder, tmp_path / "new" / "store"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_a_folder_with_other_work_in_it_keeps_its_rights(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    import_day(Store(tmp_path), tmp_path, 3)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
    assert stat.S_IMODE((tmp_path / "day3.csv").stat().st_mode) & 0o044
    assert stat.S_IMODE((tmp_path / "000001.duckdb").stat().st_mode) == 0o600


@pytest.mark.parametrize("field", ["generation", "schema"])
def test_a_pointer_with_a_bad_number_is_damage(store: Store, field: str) -> None:
    for number in BAD_NUMBERS:
        text = json.dumps({**GOOD_POINTER, field: "HERE"}).replace('"HERE"', number)
        (store.folder / "current.json").write_text(text, encoding="utf-8")
        with pytest.raises(StoreUnusable, match="--repair"):
            count_entries(store)
        with pytest.raises(StoreUnusable, match="--repair"), store.change("nothing"):
            pass
    check_damage_and_repair(store)


def make_folder(path: Path) -> None:
    path.mkdir()
    (path / "inside").write_text("mine", encoding="utf-8")


PLACES: dict[str, Callable[[Path], object]] = {
    "folder": make_folder,
    "empty": lambda path: path.write_bytes(b""),
    "pipe": os.mkfifo,
    "loop": lambda path: path.symlink_to(path),
    "link": lambda path: path.symlink_to("/dev/zero"),
    "dangling": lambda path: path.symlink_to(path.parent / "nowhere"),
    "deep": lambda path: path.write_text("[" * 5000, encoding="utf-8"),
    "large": lambda path: path.write_text(" " * 2_000_000, encoding="utf-8"),
    "binary": lambda path: path.write_bytes(b"\xff\xfe\x00"),
    "without": lambda path: path.write_text('{"generation": 1}', encoding="utf-8"),
}


@pytest.mark.parametrize("place", PLACES)
def test_whatever_lies_in_the_place_of_the_pointer_is_damage(store: Store, place: str) -> None:
    (store.folder / "current.json").unlink()
    PLACES[place](store.folder / "current.json")
    check_damage_and_repair(store)


def check_damage_and_repair(store: Store) -> None:
    """Check that the store says what is wrong, changes nothing, and is mended by a repair."""
    with pytest.raises(StoreUnusable, match="--repair"):
        count_entries(store)
    assert run_command("--store", store.folder, "check") == 1
    assert run_command("--store", store.folder, "check", "--repair") == 0
    assert count_entries(store) == 2


def test_check_prints_whole_sentences(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command("--store", store.folder, "check") == 0
    lines = capsys.readouterr().out.splitlines()
    assert all(line.startswith("good") and line.endswith(".") and "..." not in line for line in lines)


def test_any_size_of_free_space_is_a_message_and_changes_nothing(store: Store, tmp_path: Path) -> None:
    big = tmp_path / "big.csv"
    rows = (
        f"P{row % 7},2026-03-{1 + row % 28:02d},0.{1 + row % 9},Lanes,annotating,text {row}\n" for row in range(9000)
    )
    big.write_text(HEADER + "".join(rows), encoding="utf-8")
    size = store.generation_path(2).stat().st_size
    for limit in (
        0,
        40,
        5_000,
        size // 2,
        size - 1,
        size,
        size + 4_096,
        size + 100_000,
        size + 262_144,
        size + 400_000,
    ):
        command = [sys.executable, "-c", LIMITED_CHANGE, str(limit), str(store.folder), "import", str(big)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert "Traceback" not in done.stderr, done.stderr
        assert done.returncode == 1, limit
        assert "full" in done.stderr, done.stderr
        assert count_entries(store) == 2
        assert not list(store.folder.glob("scratch-*"))


# Root may write everywhere, unless it gives up the right to.
AS_ANYBODY = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"] if os.geteuid() == 0 else []


def test_a_folder_that_is_read_only_is_a_message(store: Store, tmp_path: Path) -> None:
    file = write_day(tmp_path, 3)
    program = "from dashboard.cli.main import main; main()"
    command = [*AS_ANYBODY, sys.executable, "-c", program, "--store", str(store.folder)]
    store.folder.chmod(0o500)
    try:
        for arguments in (["import", str(file)], ["undo", "1"]):
            done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False)
            assert done.returncode == 1
            assert "cannot be written" in done.stderr, done.stderr
            assert "Traceback" not in done.stderr
        (store.folder / "current.json").chmod(0o000)
        done = subprocess.run([*command, "check", "--repair"], capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
    finally:
        store.folder.chmod(0o700)
        (store.folder / "current.json").chmod(0o600)
    assert count_entries(store) == 2
