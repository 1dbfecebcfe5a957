"""Files that name no project: those of two projects stay apart, also where their ids are the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.errors import BadMapping, ProjectNeeded, SameFile
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files, undo_import
from dashboard.ingest.results import ImportFailure, ImportResult
from dashboard.ingest.watch import Watcher, watch_folder
from dashboard.store.generations import Store
from dashboard.store.health import check_store

FIXTURES = Path(__file__).parents[2] / "fixtures"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return an empty store."""
    return Store(tmp_path / "store")


def write_state(path: Path, minutes: dict[str, int], *, hour: int) -> Path:
    """Write the state of a POTATO annotator: items called 1, 2, 3, as in any project, and the minutes of each."""
    begun = 1_772_442_000 + 3600 * hour
    items = {
        item: {"session_start": begun + 60 * place, "session_end": begun + 60 * place + 60 * length}
        for place, (item, length) in enumerate(minutes.items())
    }
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"user_id": "ana", "instance_id_to_behavioral_data": items}), "utf-8")
    return path


def write_texts(path: Path, labels: list[str]) -> Path:
    """Write texts labeled in doccano, numbered from 1; its export has no times."""
    rows = [{"id": number, "text": "a text", "label": [label]} for number, label in enumerate(labels, start=1)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def write_signs(path: Path, labels: list[str]) -> Path:
    """Write pictures that a model labeled with autolabel, numbered from 1; its export has no times."""
    rows = [f"{number},{label},True,0.9" for number, label in enumerate(labels, start=1)]
    path.write_text("\n".join(["id,Sign_label,Sign_successfully_labeled,Sign_confidence", *rows]), "utf-8")
    return path


def count_minutes(store: Store) -> dict[str | None, tuple[int, float]]:
    """Return the labels of each project, and their minutes."""
    with store.snapshot() as snapshot:
        rows = snapshot.query(
            "select project, count(*), coalesce(sum(milliseconds), 0) / 60000 from labeling_event group by 1 order by 1"
        )
        shown = snapshot.query("select sum(events) as events from label").item() or 0
    counts = {project: (labels, minutes) for project, labels, minutes in rows.iter_rows()}
    assert shown == sum(labels for labels, _ in counts.values())
    return counts


def import_one(store: Store, path: Path, settings: Settings | None = None) -> ImportResult:
    """Import a file of one table."""
    (result,) = import_files(store, [path], settings or Settings())
    return result


def test_two_projects_with_the_same_item_numbers_stay_apart(store: Store, tmp_path: Path) -> None:
    birds = import_one(store, write_state(tmp_path / "birds.json", {"1": 1, "2": 2}, hour=0))
    signs = write_state(tmp_path / "signs.json", {"1": 5, "2": 5}, hour=4)
    with pytest.raises(ProjectNeeded, match=r"shares the ids of 2 labels with import 1 \(birds.json\)"):
        import_one(store, signs)
    assert import_one(store, signs, Settings(project=" Signs ")).accepted == 2
    assert count_minutes(store) == {None: (2, 3), "Signs": (2, 10)}
    assert import_one(store, signs).import_id is None  # the same bytes need no answer
    edited = write_state(tmp_path / "later.json", {"1": 5, "2": 6, "3": 1}, hour=4)
    later = import_one(store, edited)
    assert (later.accepted, later.changed, later.duplicate) == (1, 1, 1)
    assert any("Read as of project Signs, as import 2" in words for words in later.warnings)
    assert count_minutes(store) == {None: (2, 3), "Signs": (3, 12)}
    undo_import(store, int(later.import_id or 0))
    assert count_minutes(store) == {None: (2, 3), "Signs": (2, 10)}
    undo_import(store, int(birds.import_id or 0))
    assert count_minutes(store) == {"Signs": (2, 10)}
    assert all(is_good for is_good, *_ in check_store(store))


def test_a_later_export_of_a_file_without_a_project_adds_what_is_new_and_asks_nothing(
    store: Store, tmp_path: Path
) -> None:
    import_one(store, write_state(tmp_path / "march.json", {"1": 1, "2": 2}, hour=0))
    later = import_one(store, write_state(tmp_path / "april.json", {"1": 1, "2": 2, "3": 3}, hour=0))
    assert (later.accepted, later.duplicate) == (1, 2)
    assert count_minutes(store) == {None: (3, 6)}


def test_labels_that_were_imported_without_a_project_get_one_and_count_once(store: Store, tmp_path: Path) -> None:
    old = write_state(tmp_path / "march.json", {"1": 1, "2": 2}, hour=0)
    import_one(store, old)
    import_one(store, write_state(tmp_path / "april.json", {"1": 1, "2": 2, "3": 3}, hour=0))
    newest = write_state(tmp_path / "may.json", {"1": 1, "2": 2, "3": 3, "4": 4}, hour=0)
    with pytest.raises(ProjectNeeded, match="The same labels would count twice"):
        import_one(store, newest, Settings(project="Birds"))
    with pytest.raises(SameFile, match="project not given, now Birds"):
        import_one(store, old, Settings(project="Birds"))
    named = import_one(store, newest, Settings(project="Birds", edited="same"))
    assert (named.accepted, named.duplicate) == (1, 3)
    assert any("Labels without a project of import 1, 2 are of Birds, too" in words for words in named.warnings)
    assert count_minutes(store) == {"Birds": (4, 10)}
    assert import_one(store, old).import_id is None
    for number, left in ((3, (3, 6)), (2, (2, 3))):
        undo_import(store, number)
        assert count_minutes(store) == {"Birds": left}
    assert all(is_good for is_good, *_ in check_store(store))


def test_a_project_by_another_name_is_asked_about(store: Store, tmp_path: Path) -> None:
    import_one(store, write_state(tmp_path / "march.json", {"1": 1, "2": 2}, hour=0), Settings(project="Birds"))
    later = write_state(tmp_path / "april.json", {"1": 1, "2": 2, "3": 3}, hour=0)
    with pytest.raises(ProjectNeeded, match="of project Birds"):
        import_one(store, later, Settings(project="Brids", edited="same"))
    assert count_minutes(store) == {"Birds": (2, 3)}


def test_labels_without_times_are_asked_about_unless_the_project_is_known(store: Store, tmp_path: Path) -> None:
    """Nothing but the lead tells a later state of `all.jsonl` from that of another project."""
    import_one(store, write_texts(tmp_path / "all.jsonl", ["good", "bad"]))
    other = write_texts(tmp_path / "all.jsonl", ["good", "good"])
    with pytest.raises(ProjectNeeded, match="names no project"):
        import_one(store, other)
    with pytest.raises(ProjectNeeded, match="would count twice"):
        import_one(store, other, Settings(project="Reviews"))
    assert import_one(store, other, Settings(project="Reviews", edited="keep")).accepted == 2
    later = write_texts(tmp_path / "all.jsonl", ["good", "good", "bad"])
    assert import_one(store, later, Settings(project="Reviews")).accepted == 1
    unnamed = import_one(store, write_texts(tmp_path / "all.jsonl", ["bad", "bad"]), Settings(project=""))
    assert unnamed.changed == 1
    assert {project: labels for project, (labels, _) in count_minutes(store).items()} == {None: 2, "Reviews": 3}


def test_a_longer_export_of_labels_without_times_is_known_by_what_they_say(store: Store, tmp_path: Path) -> None:
    labels = [("good", "bad", "odd")[place % 3] for place in range(24)]
    import_one(store, write_texts(tmp_path / "all.jsonl", labels))
    assert import_one(store, write_texts(tmp_path / "all.jsonl", [*labels, "bad"])).accepted == 1
    with pytest.raises(ProjectNeeded):  # a shorter one, or one that says something else, may be of another project
        import_one(store, write_texts(tmp_path / "all.jsonl", [*labels[:-1], "new"]))
    with pytest.raises(ProjectNeeded):
        import_one(store, write_texts(tmp_path / "all.jsonl", labels[:22]))


@pytest.mark.parametrize("project", ["Signs", ""])
def test_a_few_labels_with_ids_and_without_times_are_asked_about_once(
    store: Store, tmp_path: Path, project: str
) -> None:
    labels = ["stop", "yield", "stop", "yield", "stop", "none"]
    import_one(store, write_signs(tmp_path / "may.csv", labels[:2]), Settings(project=project))
    june = write_signs(tmp_path / "june.csv", labels[:4])
    with pytest.raises(ProjectNeeded):
        import_one(store, june)
    assert import_one(store, june, Settings(project=project)).accepted == 2
    july = import_one(store, write_signs(tmp_path / "july.csv", labels[:5]))
    assert (july.accepted, july.duplicate) == (1, 4)
    assert any("as you answered before" in words for words in july.warnings)
    assert count_minutes(store) == {project or None: (5, 0)}
    with pytest.raises(ProjectNeeded):  # it lacks some, so it may be of another project
        import_one(store, write_signs(tmp_path / "august.csv", ["stop", "none", "none", "none", "none"]))


def test_an_export_that_names_its_projects_keeps_them(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text("item,person,method,finished_at,project\na,ana,manual,2026-03-02T09:00:00Z,Signs\n", "utf-8")
    result = import_one(store, path, Settings(project="Birds"))
    assert any("so that the project given with it is not used" in words for words in result.warnings)
    assert list(count_minutes(store)) == ["Signs"]


def test_a_table_that_lacks_its_project_this_time_repeats_the_labels_of_the_one_before(
    store: Store, tmp_path: Path
) -> None:
    head, row = "item,person,method,finished_at,seconds", "a,ana,manual,2026-03-02T09:00:00Z,60"
    (tmp_path / "march.csv").write_text(f"{head},project\n{row},Signs\n", "utf-8")
    (tmp_path / "april.csv").write_text(f"{head}\n{row}\n{row.replace('03-02', '04-02')}\n", "utf-8")
    import_one(store, tmp_path / "march.csv")
    assert import_one(store, tmp_path / "april.csv").accepted == 1
    assert count_minutes(store) == {"Signs": (2, 2)}


def test_a_project_is_given_to_entries_that_name_none(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "days.csv"
    path.write_text("person,day_on,hours,project\nana,2026-03-02,1,\nana,2026-03-03,1,Signs\n", "utf-8")
    import_one(store, path, Settings(project="Birds"))
    with store.snapshot() as snapshot:
        projects = snapshot.query("select project from time_entry order by day_on").get_column("project")
    assert projects.to_list() == ["Birds", "Signs"]


@pytest.mark.parametrize("start", ["day_on", "started_at"])
def test_a_project_that_was_given_is_not_lost_with_the_next_file(store: Store, tmp_path: Path, start: str) -> None:
    clock = "T09:00:00Z" if start == "started_at" else ""
    rows = [f"ana,2026-03-0{day}{clock},1\n" for day in (2, 3, 4)]
    for name, days in (("march.csv", 2), ("april.csv", 3)):
        (tmp_path / name).write_text(f"person,{start},hours\n{''.join(rows[:days])}", "utf-8")
    import_one(store, tmp_path / "march.csv", Settings(project="Birds"))
    with pytest.raises(ProjectNeeded, match="names no project for 2 rows that import 1"):
        import_one(store, tmp_path / "april.csv")
    assert import_one(store, tmp_path / "april.csv", Settings(project="Birds")).accepted == 1
    with store.snapshot() as snapshot:
        assert snapshot.query("select distinct project from time_entry").rows() == [("Birds",)]


def write_days(path: Path, days: int) -> Path:
    """Write a table of days without clocks that names no project."""
    rows = [f"ana,2026-03-0{day},{day}\n" for day in range(2, 2 + days)]
    path.write_text(f"person,day_on,hours\n{''.join(rows)}", "utf-8")
    return path


def write_runs(path: Path, runs: int) -> Path:
    """Write a table of runs that names no project."""
    rows = [f"r{number},2026-03-02T0{number}:00:00Z,0.{number}\n" for number in range(1, 1 + runs)]
    path.write_text(f"run,started_at,value\n{''.join(rows)}", "utf-8")
    return path


@pytest.mark.parametrize("write_rows", [write_days, write_runs])
@pytest.mark.parametrize(("before", "now"), [(None, "Birds"), ("Birds", "Brids"), ("Birds", "Signs"), ("Birds", "")])
def test_rows_without_ids_do_not_count_twice_under_another_project(
    store: Store, tmp_path: Path, write_rows: Callable[[Path, int], Path], before: str | None, now: str
) -> None:
    import_one(store, write_rows(tmp_path / "march.csv", 2), Settings(project=before))
    april = write_rows(tmp_path / "april.csv", 3)
    with pytest.raises(ProjectNeeded, match=r"2 rows of import 1 .*would count twice") as question:
        import_one(store, april, Settings(project=now))
    assert question.value.project == (before or "")
    assert import_one(store, april, Settings(project=before or "")).accepted == 1
    assert import_one(store, april, Settings(project=now, edited="keep", replaces=2)).accepted == 3


def test_equal_rows_that_were_kept_in_two_projects_are_not_asked_about_again(store: Store, tmp_path: Path) -> None:
    import_one(store, write_days(tmp_path / "birds.csv", 2), Settings(project="Birds"))
    import_one(store, write_days(tmp_path / "signs.csv", 3), Settings(project="Signs", edited="keep"))
    assert import_one(store, write_days(tmp_path / "signs.csv", 4), Settings(project="Signs")).accepted == 1


def test_other_hours_of_the_same_days_are_of_another_project_unasked(store: Store, tmp_path: Path) -> None:
    import_one(store, write_days(tmp_path / "birds.csv", 3), Settings(project="Birds"))
    (tmp_path / "signs.csv").write_text("person,day_on,hours\nana,2026-03-02,2\nana,2026-03-03,5\n", "utf-8")
    assert import_one(store, tmp_path / "signs.csv", Settings(project="Signs")).accepted == 2


@pytest.mark.parametrize("labels", [3, 12])
def test_few_equal_labels_are_asked_about_where_the_project_may_be_mistyped(
    store: Store, tmp_path: Path, labels: int
) -> None:
    path = tmp_path / "all.jsonl"
    import_one(store, write_texts(path, ["good"] * labels), Settings(project="Birds"))
    april = write_texts(path, ["good"] * 4 * labels)
    with pytest.raises(ProjectNeeded, match="would count twice"):
        import_one(store, april, Settings(project="Brids"))


def test_labels_are_not_counted_again_where_their_project_is_left_unknown(store: Store, tmp_path: Path) -> None:
    import_one(store, write_state(tmp_path / "march.json", {"1": 1, "2": 1}, hour=0), Settings(project="Birds"))
    april = write_state(tmp_path / "april.json", {"1": 1, "2": 1, "3": 1}, hour=0)
    with pytest.raises(ProjectNeeded, match="would count twice"):
        import_one(store, april, Settings(project=""))


def test_a_project_that_was_given_is_cleaned_as_those_of_files(store: Store, tmp_path: Path) -> None:
    import_one(store, write_days(tmp_path / "days.csv", 1), Settings(project="Cafe\u0301\u200b \t Signs\u202e"))
    with store.snapshot() as snapshot:
        assert snapshot.query("select distinct project from time_entry").rows() == [("Caf\u00e9 Signs",)]


def test_the_word_for_rows_without_a_project_is_no_project(store: Store, tmp_path: Path) -> None:
    import_one(store, write_days(tmp_path / "days.csv", 1), Settings(project="(no project)"))
    import_one(store, write_state(tmp_path / "ana.json", {"1": 1}, hour=0), Settings(project=" (no project)"))
    assert count_minutes(store) == {None: (1, 1)}
    with store.snapshot() as snapshot:
        assert snapshot.query("select distinct project from time_entry").rows() == [(None,)]


def test_a_new_project_that_is_nearly_called_as_a_known_one_is_told(store: Store, tmp_path: Path) -> None:
    import_one(store, write_days(tmp_path / "march.csv", 1), Settings(project="Birds"))
    (tmp_path / "april.csv").write_text("person,day_on,hours\nana,2026-04-02,2\n", "utf-8")
    told = import_one(store, tmp_path / "april.csv", Settings(project="birds"))
    assert any("There was no project birds yet, but there is Birds" in warning for warning in told.warnings)
    again = import_one(store, write_days(tmp_path / "may.csv", 2), Settings(project="Signs"))
    assert not any("There was no project" in warning for warning in again.warnings)


def test_labels_with_ids_of_their_own_keep_the_project_that_was_given(store: Store, tmp_path: Path) -> None:
    source = FIXTURES / "toloka" / "pool.tsv"
    import_one(store, source, Settings(project="Birds"))
    (tmp_path / "later.tsv").write_bytes(source.read_bytes() + b"\n")
    later = import_one(store, tmp_path / "later.tsv")
    assert (later.accepted, later.changed) == (0, 0)
    assert list(count_minutes(store)) == ["Birds"]


def test_a_project_is_a_name_and_no_text(store: Store, tmp_path: Path) -> None:
    with pytest.raises(BadMapping, match="A project of 300 characters"):
        import_one(store, write_state(tmp_path / "a.json", {"1": 1}, hour=0), Settings(project="x" * 300))


def test_a_watched_folder_reads_a_file_as_it_was_answered_before(store: Store, tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    import_one(store, write_texts(tmp_path / "all.jsonl", ["good"]))
    drop.mkdir()
    watch_folder(store, drop, active=True)
    watcher, path = Watcher(store), write_texts(drop / "all.jsonl", ["bad", "bad"])
    watcher.look()
    (failure,) = watcher.look()
    assert isinstance(failure, ImportFailure)
    assert isinstance(failure.error, ProjectNeeded)
    import_one(store, path, Settings(project="Signs", edited="keep"))
    write_texts(path, ["bad", "bad", "good"])
    watcher.look()
    (result,) = watcher.look()
    assert isinstance(result, ImportResult)
    assert result.accepted == 1
    assert {project: labels for project, (labels, _) in count_minutes(store).items()} == {None: 1, "Signs": 3}


def test_a_name_that_files_of_several_projects_had_is_asked_about(store: Store, tmp_path: Path) -> None:
    for hour, project in enumerate(["Birds", "Signs"]):
        path = write_state(tmp_path / project / "ana.json", {project: 1}, hour=hour)
        import_one(store, path, Settings(project=project))
    later = write_state(tmp_path / "Birds" / "ana.json", {"3": 1}, hour=5)
    with pytest.raises(ProjectNeeded, match="were of several: project Signs, project Birds"):
        import_one(store, later)
    assert import_one(store, later, Settings(project="Birds")).accepted == 1


def test_files_of_one_name_in_two_watched_folders_keep_their_projects(store: Store, tmp_path: Path) -> None:
    watcher = Watcher(store)
    for hour, project in enumerate(["Birds", "Signs"]):
        path = write_state(tmp_path / project / "ana.json", {project: 1}, hour=hour)
        watch_folder(store, path.parent, active=True)
        watcher.look()
        watcher.look()
        import_one(store, path, Settings(project=project, replaces=2 * hour + 1))
    for hour, project in enumerate(["Signs", "Birds", "Birds", "Signs"], start=5):
        write_state(tmp_path / project / "ana.json", {f"{project} {hour}": 1}, hour=hour)
        watcher.look()
        (outcome,) = watcher.look()
        assert isinstance(outcome, ImportResult)
    assert count_minutes(store) == {"Birds": (3, 3), "Signs": (3, 3)}


@pytest.mark.parametrize("second", ["Signs", None])
def test_a_file_with_the_labels_of_two_projects_is_asked_about(
    store: Store, tmp_path: Path, second: str | None
) -> None:
    birds = write_texts(tmp_path / "all.jsonl", ["good", "bad"] * 15)
    import_one(store, birds, Settings(project="Birds"))
    both = birds.read_text("utf-8") + "".join(
        json.dumps({"id": number, "text": "a text", "label": ["good"]}) + "\n" for number in range(101, 131)
    )
    birds.write_text("".join(both.splitlines(keepends=True)[30:]), "utf-8")
    import_one(store, birds, Settings(project=second or ""))
    birds.write_text(both, "utf-8")
    with pytest.raises(ProjectNeeded, match="would move or count twice"):
        import_one(store, birds)
    with pytest.raises(ProjectNeeded, match="would count twice"):
        import_one(store, birds, Settings(project="Birds"))
    if second is None:
        import_one(store, birds, Settings(project="Birds", edited="same"))
        assert count_minutes(store) == {"Birds": (60, 0)}


def test_labels_with_ids_of_their_own_stay_in_the_two_projects_that_were_given(store: Store, tmp_path: Path) -> None:
    head, *rows = (FIXTURES / "toloka" / "pool.tsv").read_text("utf-8").splitlines(keepends=True)
    for project, part in {"Birds": rows[:2], "Signs": rows[2:]}.items():
        (tmp_path / "pool.tsv").write_text(head + "".join(part), "utf-8")
        import_one(store, tmp_path / "pool.tsv", Settings(project=project))
    before = count_minutes(store)
    (tmp_path / "pool.tsv").write_text(head + "".join(rows), "utf-8")
    with pytest.raises(ProjectNeeded, match="would move or count twice"):
        import_one(store, tmp_path / "pool.tsv")
    assert count_minutes(store) == before
