"""Watched folders: each file once, when it is whole; failures are kept and told."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from threading import Event, Timer

import pytest

from dashboard.allocation.to_do import WATCHED
from dashboard.errors import DashboardError, NoRoom, UnreadableFile
from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.importers.contract import Settings
from dashboard.importers.readers.file_trees import pack_items
from dashboard.ingest import watch
from dashboard.ingest.batch import import_each_file, import_files, import_path, list_input_files, undo_import
from dashboard.ingest.results import ImportFailure, ImportResult, NothingToPublish
from dashboard.ingest.watch import Watcher, watch_folder
from dashboard.store.generations import Store
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Change

HEAD = "id,person,day_on,hours,project,description\n"
ROW = "{number},Ada,2026-11-{day:02d},2,Signs,Draw boxes\n"
GOOD = HEAD + "".join(ROW.format(number=day, day=day) for day in range(2, 7))
BAD = "colour,size\nred,1\n"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return a store that watches the folder `drop`."""
    (tmp_path / "drop").mkdir()
    store = Store(tmp_path / "store")
    watch_folder(store, tmp_path / "drop", active=True)
    return store


def count_entries(store: Store) -> int:
    """Return the number of entries in force."""
    with store.snapshot() as snapshot:
        return int(snapshot.query("select count(*) from time_entry").item())


def list_imports(store: Store) -> list[str]:
    """Return the file of each import in the history."""
    with store.snapshot() as snapshot:
        return snapshot.query("select file_name from import order by import_id").get_column("file_name").to_list()


def test_a_file_is_imported_once_when_it_is_whole(store: Store, tmp_path: Path) -> None:
    watcher, path = Watcher(store), tmp_path / "drop" / "week.csv"
    path.write_text(GOOD[:60], encoding="utf-8")
    assert watcher.look() == []
    path.write_text(GOOD, encoding="utf-8")
    assert watcher.look() == []  # it grew since the look before
    (result,) = watcher.look()
    assert isinstance(result, ImportResult)
    assert result.accepted == 5
    generation = store.generation()
    assert (watcher.look(), watcher.look()) == ([], [])
    again = Watcher(store)  # the program was started again
    assert (again.look(), again.look()) == ([], [])
    assert (store.generation(), list_imports(store)) == (generation, ["week.csv"])


def test_many_files_are_stored_in_several_changes(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "FILES_AT_ONCE", 2)
    for number in range(1, 6):
        write_drop(tmp_path, f"{number}.csv", HEAD + ROW.format(number=number, day=number))
    generation = store.generation()
    assert len(look_twice(store)) == 5
    assert (store.generation(), count_entries(store)) == (generation + 3, 5)


def test_the_same_content_under_another_name_is_no_second_import(store: Store, tmp_path: Path) -> None:
    import_files(store, [write_drop(tmp_path, "a.csv", GOOD)], Settings())
    write_drop(tmp_path, "b.csv", GOOD)
    assert look_twice(store) == []
    assert list_imports(store) == ["a.csv"]


def test_what_was_undone_stays_undone(store: Store, tmp_path: Path) -> None:
    write_drop(tmp_path, "week.csv", GOOD)
    (result,) = look_twice(store)
    assert isinstance(result, ImportResult)
    undo_import(store, result.import_id or 0)
    assert look_twice(store) == []
    assert count_entries(store) == 0


def test_a_changed_file_is_read_again(store: Store, tmp_path: Path) -> None:
    path = write_drop(tmp_path, "week.csv", GOOD)
    watcher = Watcher(store)
    watcher.look()
    watcher.look()
    path.write_text(GOOD + ROW.format(number=9, day=9), encoding="utf-8")
    watcher.look()
    (result,) = watcher.look()
    assert isinstance(result, ImportResult)
    assert (result.accepted, result.duplicate, count_entries(store)) == (1, 5, 6)


def test_failures_are_kept_and_told_until_they_are_mended(store: Store, tmp_path: Path) -> None:
    path = write_drop(tmp_path, "colours.csv", BAD)
    write_drop(tmp_path, "week.csv", GOOD)
    failure, result = look_twice(store)
    assert isinstance(failure, ImportFailure)
    assert isinstance(result, ImportResult)
    tasks = list_tasks(store)
    assert tasks == ["1 file of watched folders not imported"]
    assert look_twice(store) == []  # not tried again, not told twice
    path.write_text(GOOD.replace("Ada", "Bo"), encoding="utf-8")
    (mended,) = look_twice(store)
    assert isinstance(mended, ImportResult)
    assert list_tasks(store) == []


def test_a_file_that_was_imported_by_hand_is_no_failure_any_more(store: Store, tmp_path: Path) -> None:
    path = write_drop(tmp_path, "odd.csv", GOOD.replace("hours", "spent").replace("day_on", "on"))
    (failure,) = look_twice(store)
    assert isinstance(failure, ImportFailure)
    mapping = {"person": "person", "day_on": "on", "hours": "spent", "project": "project"}
    import_files(store, [path], Settings(mapping=mapping))
    assert list_tasks(store) == []


@pytest.mark.parametrize("name", ["x.csv.part", "x.crdownload", ".x.csv", "~$x.xlsx"])
def test_what_is_being_written_is_left_alone(store: Store, tmp_path: Path, name: str) -> None:
    write_drop(tmp_path, name, GOOD)
    assert look_twice(store) == []


def test_links_are_not_followed(store: Store, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.csv").write_text(GOOD, encoding="utf-8")
    (tmp_path / "drop" / "link.csv").symlink_to(tmp_path / "elsewhere.csv")
    assert look_twice(store) == []


def test_a_file_that_is_swapped_after_it_was_listed_is_neither_waited_for_nor_followed(tmp_path: Path) -> None:
    pipe, link, secret = tmp_path / "pipe.json", tmp_path / "link.json", tmp_path / "secret"
    os.mkfifo(pipe)
    secret.write_text("{}", encoding="utf-8")
    link.symlink_to(secret)
    with pytest.raises(OSError, match="not an ordinary file"):
        watch.DroppedFile(tmp_path, pipe).hash_content()
    for path in (pipe, link):
        with pytest.raises(OSError, match=path.name), pack_items([path]):
            pass


def test_a_folder_that_went_away_is_looked_at_again(store: Store, tmp_path: Path) -> None:
    (tmp_path / "drop").rename(tmp_path / "away")
    assert look_twice(store) == []
    (tmp_path / "away").rename(tmp_path / "drop")
    write_drop(tmp_path, "week.csv", GOOD)
    assert len(look_twice(store)) == 1


def test_a_name_that_is_no_text_does_not_stop_the_watch(store: Store, tmp_path: Path) -> None:
    path = os.fsdecode(os.fsencode(tmp_path / "drop") + b"/caf\xe9 \xff.csv")
    Path(path).write_text(GOOD, encoding="utf-8")
    write_drop(tmp_path, "week.csv", HEAD + ROW.format(number=9, day=9))
    assert [type(outcome) for outcome in look_twice(store)] == [ImportResult, ImportResult]
    assert count_entries(store) == 6
    assert look_twice(store) == []


def test_a_file_that_breaks_the_import_does_not_keep_out_the_others(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "import_path", break_on("b.csv"))
    for number, name in enumerate(("a", "b", "c"), start=1):
        write_drop(tmp_path, f"{name}.csv", HEAD + ROW.format(number=number, day=number))
    watcher = Watcher(store)
    watcher.look()
    outcomes = watcher.look()
    assert [outcome.file_name for outcome in outcomes if isinstance(outcome, ImportFailure)] == ["b.csv"]
    assert count_entries(store) == 2
    assert list_tasks(store) == ["1 file of watched folders not imported"]
    assert look_twice(store) == []  # not tried again, also not by the next program


def break_on(name: str) -> Callable[..., list[ImportResult | ImportFailure]]:
    """Return an import that stores the rows of a file and then meets an error that nobody expected."""

    def import_or_break(change: Change, path: Path, *others: object) -> list[ImportResult | ImportFailure]:
        outcomes = import_path(change, path, *others)  # type: ignore[arg-type]
        if path.name == name:
            raise KeyError(name)
        return outcomes

    return import_or_break


@pytest.mark.parametrize("name", ["d", "d" * 200])
def test_folders_nested_too_deeply_do_not_stop_the_watch(store: Store, tmp_path: Path, name: str) -> None:
    write_drop(tmp_path, "week.csv", GOOD)
    home = Path.cwd()
    os.chdir(tmp_path / "drop")
    try:
        for _ in range(60):
            os.mkdir(name)  # noqa: PTH102 - the whole path would be too long for the system
            os.chdir(name)
    finally:
        os.chdir(home)
    assert len(look_twice(store)) == 1
    with pytest.raises(UnreadableFile, match=r"nested too deeply|name too long") as caught:
        list_input_files([tmp_path / "drop"])
    assert len(str(caught.value)) < 1_000


def test_a_folder_that_may_not_be_listed_does_not_stop_the_watch(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_drop(tmp_path, "week.csv", GOOD)
    (tmp_path / "drop" / "private").mkdir()
    list_folder = Path.iterdir

    def list_or_refuse(path: Path) -> Iterator[Path]:
        if path.name == "private":  # as the system does, except to its administrator
            raise PermissionError(13, "Permission denied")
        return list_folder(path)

    monkeypatch.setattr(Path, "iterdir", list_or_refuse)
    assert len(look_twice(store)) == 1
    with pytest.raises(UnreadableFile, match="private cannot be read: Permission denied"):
        list_input_files([tmp_path / "drop"])


def test_a_folder_that_is_not_watched_is_left_alone(store: Store, tmp_path: Path) -> None:
    watch_folder(store, tmp_path / "drop", active=False)
    write_drop(tmp_path, "week.csv", GOOD)
    assert look_twice(store) == []


def test_two_watchers_import_a_file_once(store: Store, tmp_path: Path) -> None:
    write_drop(tmp_path, "week.csv", GOOD)
    first, second = Watcher(store), Watcher(store)
    first.look()
    second.look()
    assert len([*first.look(), *second.look()]) == 1
    assert list_imports(store) == ["week.csv"]


def raise_problem(error: DashboardError) -> None:
    raise error


def test_a_store_that_is_out_of_order_for_a_while_does_not_end_the_watch(store: Store, tmp_path: Path) -> None:
    write_drop(tmp_path, "week.csv", GOOD)
    pointer = store.folder / "current.json"
    content = pointer.read_bytes()
    pointer.write_bytes(b"{")
    problems: list[str] = []
    stop = Event()
    Timer(0.5, lambda: pointer.write_bytes(content)).start()
    limit = Timer(60, stop.set)
    limit.start()
    Watcher(store).run(stop, 0.01, lambda _: stop.set(), lambda error: problems.append(error.message))
    limit.cancel()
    assert len(problems) == 1  # told once, however many looks
    assert "pointer file" in problems[0]
    assert count_entries(store) == 5


def test_a_watch_ends_when_it_is_told_to(store: Store, tmp_path: Path) -> None:
    write_drop(tmp_path, "week.csv", GOOD)
    stop = Event()
    Watcher(store).run(stop, 0.01, lambda _: stop.set(), raise_problem)
    assert list_imports(store) == ["week.csv"]


def test_no_folder_and_the_store_itself_are_refused(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    with pytest.raises(UnreadableFile, match="no folder"):
        watch_folder(store, tmp_path / "nowhere", active=True)
    with pytest.raises(UnreadableFile, match="holds the store"):
        watch_folder(store, tmp_path, active=True)
    assert not store.exists()


def test_a_folder_that_is_imported_twice_leaves_no_noise(tmp_path: Path) -> None:
    (tmp_path / "drop").mkdir()
    write_drop(tmp_path, "a.csv", GOOD)
    write_drop(tmp_path, "b.csv", HEAD + ROW.format(number=20, day=20))
    store = Store(tmp_path / "store")
    import_each_file(store, [tmp_path / "drop"], Settings())
    generation = store.generation()
    with pytest.raises(NothingToPublish) as caught:
        import_each_file(store, [tmp_path / "drop"], Settings())
    results = [outcome for outcome in caught.value.outcomes if isinstance(outcome, ImportResult)]
    assert [(result.import_id, result.duplicate, result.rows_read) for result in results] == [
        (None, 5, 5),
        (None, 1, 1),
    ]
    assert store.generation() == generation
    write_drop(tmp_path, "c.csv", HEAD + ROW.format(number=21, day=21))
    import_each_file(store, [tmp_path / "drop"], Settings())
    assert list_imports(store) == ["a.csv", "b.csv", "c.csv"]


@pytest.mark.parametrize("place", ["", "birds/"])
def test_an_export_of_a_file_for_each_item_is_one_import(store: Store, tmp_path: Path, place: str) -> None:
    for number in (1, 2, 3):
        write_drop(tmp_path, f"{place}{number}.jpg.json", describe_image(number))
    write_drop(tmp_path, "week.csv", GOOD)
    outcomes = look_twice(store)
    assert sorted(outcome.accepted for outcome in outcomes if isinstance(outcome, ImportResult)) == [3, 5]
    assert (look_twice(store), len(list_imports(store))) == ([], 2)
    write_drop(tmp_path, f"{place}4.jpg.json", describe_image(4))
    (more,) = look_twice(store)
    assert isinstance(more, ImportResult)
    assert (more.accepted, more.duplicate) == (1, 3)


def describe_image(number: int) -> str:
    """Return the annotation of an image by SuperAnnotate, with one object."""
    moment = f"2026-11-02T10:0{number}:00.000Z"
    thing = {"classId": 1, "type": "polygon", "createdAt": moment, "createdBy": {"email": "ada@example.org"}}
    metadata = {"name": f"{number}.jpg", "projectId": 7, "status": "Completed", "lastAction": {}}
    return json.dumps({"metadata": metadata, "instances": [thing]})


def test_the_same_file_as_the_whole_truth_takes_out_what_it_lacks(tmp_path: Path) -> None:
    (tmp_path / "drop").mkdir()
    store, path = Store(tmp_path / "store"), write_drop(tmp_path, "week.csv", GOOD)
    import_each_file(store, [path], Settings())
    import_each_file(store, [write_drop(tmp_path, "more.csv", HEAD + ROW.format(number=30, day=4))], Settings())
    assert count_entries(store) == 6
    import_each_file(store, [path], Settings(replace_period=True))
    assert (count_entries(store), list_imports(store)) == (5, ["week.csv", "more.csv", "week.csv"])


def write_drop(folder: Path, name: str, content: str) -> Path:
    """Write a file into the watched folder."""
    path = folder / "drop" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


def look_twice(store: Store) -> list[ImportResult | ImportFailure]:
    """Return what a watcher imports that was just started."""
    watcher = Watcher(store)
    return [*watcher.look(), *watcher.look()]


def list_tasks(store: Store) -> list[str]:
    """Return what the to-do strip says of watched folders."""
    rows = resolve_figure(store, "to_do", Filters(), names=True, today=date(2026, 11, 10)).rows
    with store.snapshot() as snapshot:
        assert run_query(snapshot, "watched_folders", {}).height == 1
    return [row["words"] for row in rows.iter_rows(named=True) if row["place"] == WATCHED]


def test_what_is_written_while_a_file_is_imported_is_imported_later(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_drop(tmp_path, "week.csv", HEAD + ROW.format(number=1, day=2))

    def import_and_write(*args: object) -> list[ImportResult | ImportFailure]:
        outcomes = import_path(*args)  # type: ignore[arg-type]
        with path.open("a", encoding="utf-8") as file:
            file.write(ROW.format(number=2, day=3))
        return outcomes

    watcher = Watcher(store)
    with monkeypatch.context() as patched:
        patched.setattr(watch, "import_path", import_and_write)
        assert (watcher.look(), len(watcher.look())) == ([], 1)
    watcher.look()
    watcher.look()
    assert count_entries(store) == 2


def test_a_full_disk_is_no_fault_of_a_file_which_is_tried_again(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_drop(tmp_path, "week.csv", GOOD)
    watcher = Watcher(store)
    with monkeypatch.context() as patched:
        patched.setattr(watch, "import_path", lambda *_: [ImportFailure("week.csv", NoRoom("the program"))])
        watcher.look()
        with pytest.raises(NoRoom):
            watcher.look()
    assert count_entries(store) == 0
    watcher.look()
    assert count_entries(store) == 5
