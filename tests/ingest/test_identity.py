"""One entry is one entry: whatever files hold it, in whatever order they come and go."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dashboard.errors import BadMapping, DashboardError, QuestionNeeded, SameFile
from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_each_file, import_files, preview_import, undo_import
from dashboard.ingest.results import ImportResult
from dashboard.settings.aliases import accept_aliases, propose_aliases
from dashboard.settings.people import PEOPLE_SHEET
from dashboard.store.generations import Store
from dashboard.store.health import check_store

CASES = Path(__file__).parents[2] / "fixtures" / "identity"
LABEL_STUDIO = Path(__file__).parents[2] / "fixtures" / "label_studio_server"
HEADER = ("person", "seconds", "started_at", "project", "description")


def read(store: Store, name: str, **answers: object) -> ImportResult:
    answers.setdefault("zone", "UTC")
    (result,) = import_files(store, [CASES / name], Settings(**answers))  # type: ignore[arg-type]
    assert result.rows_read == result.accepted + result.changed + result.duplicate + result.rejected
    return result


def sum_hours(store: Store, where: str = "true") -> float:
    with store.snapshot() as snapshot:
        return float(snapshot.query(f"select coalesce(sum(seconds), 0) / 3600 as h from time_day where {where}").item())  # noqa: S608


def is_sound(store: Store) -> bool:
    return all(passed for _, passed, _ in check_store(store))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def test_a_renamed_project_edits_the_entries_and_doubles_none(store: Store) -> None:
    read(store, "toggl_march.csv")
    again = read(store, "toggl_march_renamed.csv")
    assert (again.accepted, again.changed, again.edited) == (0, 3, 3)
    assert any("3 edited" in warning for warning in again.warnings)
    assert sum_hours(store) == sum_hours(store, "project = 'Street Signs'") == 6
    before, after = again.changes.filter(again.changes["pair"] == 1).to_dicts()
    assert (before["version"], after["version"]) == ("before", "after")
    assert before["project"] != after["project"] == "Street Signs"
    undo_import(store, 2)
    assert sum_hours(store) == 6
    assert sum_hours(store, "project = 'Street Signs'") == 0
    assert is_sound(store)


@pytest.mark.parametrize("importing", [import_files, import_each_file])
def test_the_same_file_again_leaves_the_history_as_it_is(store: Store, importing: Callable[..., object]) -> None:
    read(store, "harvest.csv", edited="replace")
    paths, answers = [CASES / "harvest.csv", CASES / "toggl.csv"], Settings(zone="UTC", edited="replace")
    importing(store, paths, answers)
    generation = store.generation()
    (again,) = import_files(store, [paths[1]], answers)
    assert (again.import_id, again.accepted) == (None, 0)
    assert any("The same file is import 2 already" in warning for warning in again.warnings)
    with store.snapshot() as snapshot:
        names = snapshot.query("select file_name from import order by import_id").get_column("file_name").to_list()
    assert names == ["harvest.csv", "toggl.csv"]
    assert store.generation() == generation


def test_a_shortened_entry_counts_with_its_new_length(store: Store) -> None:
    read(store, "toggl_before.csv")
    read(store, "toggl_after.csv")
    assert sum_hours(store) == 1
    undo_import(store, 2)
    assert sum_hours(store) == 3


def test_entries_with_days_only_are_asked_about_once_for_each_tool(store: Store) -> None:
    read(store, "harvest.csv")
    with pytest.raises(QuestionNeeded, match="line 2: Ada Ohm, 2026-01-05, Signs") as question:
        read(store, "harvest_note_edited.csv")
    assert question.value.question == "edited"
    assert sum_hours(store) == 2
    read(store, "harvest_note_edited.csv", edited="replace")
    assert sum_hours(store) == 2
    undo_import(store, 2)
    read(store, "harvest_note_edited.csv")  # the answer is remembered
    assert sum_hours(store) == 2


def test_entries_with_days_only_can_be_kept_side_by_side(store: Store) -> None:
    read(store, "harvest.csv")
    kept = read(store, "harvest_note_edited.csv", edited="keep")
    assert (kept.accepted, kept.changed, sum_hours(store)) == (1, 0, 4)


def test_undoing_the_earlier_of_two_imports_leaves_what_the_later_holds(store: Store) -> None:
    read(store, "toggl.csv")
    read(store, "toggl_longer.csv")
    undo_import(store, 1)
    assert sum_hours(store) == 4
    undo_import(store, 2)
    assert sum_hours(store) == 0
    assert is_sound(store)


def test_the_same_bytes_with_other_answers_are_refused_or_replaced(store: Store) -> None:
    read(store, "toggl.csv", zone="Europe/Berlin")
    with pytest.raises(
        SameFile, match=r"import 1 \(toggl.csv\), but read otherwise: time zone Europe/Berlin, now America"
    ):
        read(store, "toggl_renamed.csv", zone="America/New_York")
    assert sum_hours(store) == 3
    replaced = read(store, "toggl_renamed.csv", zone="America/New_York", replaces=1)
    assert (replaced.accepted, sum_hours(store)) == (2, 3)
    assert replaced.answers["zone"] == "America/New_York"


def test_another_mapping_of_the_same_file_is_refused(store: Store) -> None:
    first = {"person": "User", "day_on": "Date", "hours": "Hours", "task": "Activity"}
    read(store, "mapping_changed.csv", mapping=first)
    with pytest.raises(SameFile, match="mapping"):
        read(store, "mapping_changed.csv", mapping=first | {"description": "Issue"})
    assert sum_hours(store) == 12


def test_entries_of_every_hour_are_not_taken_for_moved_ones(store: Store, tmp_path: Path) -> None:
    def write_days(name: str, first: int, last: int) -> Path:
        rows = [
            f"Ada,3600,2026-03-{day:02}T{hour:02}:00:00Z,Signs,Labeling"
            for day in range(first, last)
            for hour in range(8, 16)
        ]
        path = tmp_path / name
        path.write_text("\n".join([",".join(HEADER), *rows]), "utf-8")
        return path

    import_files(store, [write_days("march.csv", 1, 11)], Settings())
    (again,) = import_files(store, [write_days("same days.csv", 1, 11)], Settings())
    assert (again.accepted, again.changed, again.duplicate) == (0, 0, 80)
    (longer,) = import_files(store, [write_days("later.csv", 3, 13)], Settings())
    assert (longer.accepted, longer.changed, longer.duplicate) == (16, 0, 64)


def test_a_longer_export_in_another_zone_is_asked_about(store: Store) -> None:
    read(store, "toggl.csv", zone="Europe/Berlin")
    with pytest.raises(QuestionNeeded, match="2 entries of import 1 stand here 6 h later") as question:
        read(store, "toggl_longer.csv", zone="America/New_York")
    assert "--zone Europe/Berlin" in question.value.hint
    assert sum_hours(store) == 3
    read(store, "toggl_longer.csv", zone="Europe/Berlin")
    assert sum_hours(store) == 4


def test_ids_that_are_none_are_refused_with_their_lines(store: Store) -> None:
    mapping = {"native_id": "Issue", "person": "Who", "day_on": "When", "hours": "Hours"}
    with pytest.raises(BadMapping, match="lines 2 and 3 and 4"):
        read(store, "native_id_not_unique.csv", mapping=mapping)
    del mapping["native_id"]
    read(store, "native_id_not_unique.csv", mapping=mapping)
    assert sum_hours(store) == 9


def test_two_addresses_of_one_name_are_two_people(store: Store) -> None:
    read(store, "kim_1.csv")
    read(store, "kim_2.csv")
    assert sum_hours(store) == 4
    with store.snapshot() as snapshot:
        names = snapshot.query("select person_name from named_person order by 1")["person_name"].to_list()
    assert len(set(names)) == 2
    assert all("(" in name and "@" in name for name in names)


def test_a_whole_export_takes_out_what_it_lacks(tmp_path: Path, store: Store) -> None:
    rows = [("Ann", "3600", f"2026-03-0{day}T09:00:00Z", "Signs", "") for day in (2, 3, 4)]
    import_files(store, [write_entries(tmp_path / "a.csv", rows)], Settings())
    (partial,) = import_files(store, [write_entries(tmp_path / "b.csv", [rows[0], rows[2]])], Settings())
    assert (partial.missing, sum_hours(store)) == (1, 3)
    assert any("1 entry, 1.0 h" in warning and "--replace-period" in warning for warning in partial.warnings)
    whole_file = write_entries(tmp_path / "c.csv", [rows[2], rows[0]])
    import_files(store, [whole_file], Settings(replace_period=True))
    assert sum_hours(store) == 2
    undo_import(store, 3)
    assert sum_hours(store) == 3
    assert is_sound(store)


def test_a_preview_counts_the_same_and_stores_nothing(store: Store) -> None:
    read(store, "toggl_march.csv")
    (preview,) = preview_import(store, CASES / "toggl_march_renamed.csv", Settings(zone="UTC"))
    assert (preview.accepted, preview.changed, preview.changes.height) == (0, 3, 6)
    assert sum_hours(store, "project = 'Street Signs'") == 0


def write_entries(path: Path, rows: list[tuple[str, ...]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([HEADER, *rows])
    return path


NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)  # an example takes a second
steps = st.lists(
    st.one_of(
        st.tuples(
            st.just("import"),
            st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2)), min_size=1, max_size=6),
            st.sampled_from([{"edited": "replace"}, {"edited": "keep"}, {"edited": "replace", "replace_period": True}]),
        ),
        st.tuples(st.just("undo"), st.integers(0, 5), st.just({})),
    ),
    min_size=3,
    max_size=7,
)


@settings(max_examples=25, deadline=None, phases=NO_SHRINKING, suppress_health_check=list(HealthCheck))
@given(steps)
def test_any_imports_and_undos_leave_what_the_files_in_force_give(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, object, dict[str, object]]]
) -> None:
    folder = tmp_path_factory.mktemp("replay")
    store = Store(folder / "store")
    in_force: dict[int, tuple[Path, dict[str, object]]] = {}
    number = 0
    for step, (action, detail, answers) in enumerate(steps):
        if action == "import":
            rows = [
                ("Ann", str(600 * (content + 1)), f"2026-03-0{slot + 1}T09:00:00Z", "Signs", f"note {step}" * 0)
                for slot, content in detail  # type: ignore[attr-defined]
            ]
            path = write_entries(
                folder / f"{step}.csv", [*rows, ("Bo", str(step + 1), "2026-01-01T00:00:00Z", "X", "")]
            )
            import_files(store, [path], Settings(**answers))  # type: ignore[arg-type]
            number += 1
            in_force[number] = (path, answers)
        elif in_force:
            import_id = list(in_force)[int(detail) % len(in_force)]  # type: ignore[call-overload]
            undo_import(store, import_id)
            del in_force[import_id]
    assert is_sound(store)
    again = Store(folder / "again")
    for path, answers in in_force.values():
        import_files(again, [path], Settings(**answers))  # type: ignore[arg-type]
    assert list_entries(store) == list_entries(again)


def list_entries(store: Store) -> list[tuple[object, ...]]:
    with store.snapshot() as snapshot:
        entries = snapshot.query(
            "select person, started_at, seconds, project, description, occurrence, line from time_entry order by all"
        )
    return entries.rows()


def test_a_file_that_names_nobody_is_asked_about(tmp_path: Path, store: Store) -> None:
    path = write_entries(tmp_path / "mine.csv", [("", "3600", "2026-03-02T09:00:00Z", "Signs", "")])
    with pytest.raises(QuestionNeeded, match=r"names nobody: whose work is it \(1 entry") as question:
        import_files(store, [path], Settings())
    assert question.value.question == "person"
    import_files(store, [path], Settings(person="ann@example.org"))
    with store.snapshot() as snapshot:
        assert snapshot.query("select person from time_entry").item() == "ann@example.org"


def test_a_file_whose_person_was_given_is_not_called_nameless(tmp_path: Path, store: Store) -> None:
    path = tmp_path / "timewarrior.json"
    path.write_text('[{"id": 1, "start": "20260302T090000Z", "end": "20260302T100000Z", "tags": ["Signs"]}]', "utf-8")
    (result,) = import_files(store, [path], Settings(person="ann@example.org", zone="UTC"))
    assert (result.source, result.accepted) == ("timewarrior", 1)
    assert not any("nobody" in warning for warning in result.warnings)


def test_a_name_means_the_one_known_address_whichever_comes_first(tmp_path: Path) -> None:
    header = ("person", "email", "seconds", "started_at")
    named = ("Ann", "", "3600", "2026-03-02T09:00:00Z")
    addressed = ("Ann", "Ann@example.org", "3600", "2026-03-02T09:00:00Z")
    for number, order in enumerate(((named, addressed), (addressed, named))):
        store = Store(tmp_path / f"store{number}")
        for step, row in enumerate(order):
            path = tmp_path / f"{number}-{step}.csv"
            with path.open("w", newline="", encoding="utf-8") as stream:
                csv.writer(stream).writerows([header, row])
            import_files(store, [path], Settings())
        assert sum_hours(store) == 1
        with store.snapshot() as snapshot:
            assert snapshot.query("select distinct person from time_entry").rows() == [("ann@example.org",)]
        assert is_sound(store)


def test_a_name_of_two_known_addresses_is_asked_about(tmp_path: Path, store: Store) -> None:
    read(store, "kim_1.csv")
    read(store, "kim_2.csv")
    with store.snapshot() as snapshot:
        name, address = snapshot.query("select name, person from told_name order by person limit 1").row(0)
    path = write_entries(tmp_path / "name.csv", [(name, "600", "2026-04-02T09:00:00Z", "Signs", "")])
    with pytest.raises(QuestionNeeded, match=f"calls somebody {name!r} without an e-mail"):
        import_files(store, [path], Settings())
    import_files(store, [path], Settings(person=f"{name}={address}"))
    assert sum_hours(store, f"person = '{address}'") == pytest.approx(2 + 1 / 6)


def test_a_second_address_of_a_name_takes_nothing_from_the_person(tmp_path: Path, store: Store) -> None:
    def add_day(address: str, day: str) -> ImportResult:
        path = tmp_path / f"{day}.csv"
        path.write_text(f"person,email,day_on,hours,category\nAnn,{address},{day},8,annotating\n", encoding="utf-8")
        (result,) = import_files(store, [path], Settings())
        return result

    def read_hours() -> list[tuple[str, str | None, float]]:
        with store.snapshot() as snapshot:
            return snapshot.query(
                "select person_name, role, sum(seconds) / 3600 from time_entry inner join named_person using (person)"
                " group by 1, 2 order by 1"
            ).rows()

    add_day("Ann@x.org", "2026-03-02")
    PEOPLE_SHEET.load_csv(store, "name,role,weekly_hours\nAnn,engineer,40\n")
    second = add_day("ann@y.org", "2026-03-03")
    assert read_hours() == [("Ann", "engineer", 8), ("Ann (ann@y.org)", None, 8)]
    told = (
        "Ann has several e-mails now. Still counted as Ann: ann@x.org. Counted as somebody else, without role and"
        " weekly hours: ann@y.org. If it is the same person, match it to Ann under People."
    )
    assert told in second.warnings
    assert not any("e-mails" in words for words in add_day("ann@y.org", "2026-03-04").warnings)  # told once
    assert any("hours: ann@z.org." in words for words in add_day("ann@z.org", "2026-03-05").warnings)
    for import_id in (4, 3, 2):
        undo_import(store, import_id)
    assert read_hours() == [("Ann", "engineer", 8)]
    add_day("ann@y.org", "2026-03-06")
    accept_aliases(store, propose_aliases(store))
    assert read_hours() == [("Ann", "engineer", 16)]
    assert is_sound(store)


def test_a_replacement_that_fails_takes_nothing_back(tmp_path: Path, store: Store) -> None:
    read(store, "toggl.csv", zone="Europe/Berlin")
    bad = tmp_path / "bad.csv"
    bad.write_text("no table of times\n", encoding="utf-8")
    answers = Settings(zone="America/New_York", replaces=1)
    with pytest.raises(DashboardError):
        import_each_file(store, [CASES / "toggl_renamed.csv", bad], answers)
    assert sum_hours(store) == 3
    with store.snapshot() as snapshot:
        assert snapshot.query("select zone from import where undone_at is null").rows() == [("Europe/Berlin",)]


def test_an_id_that_stands_twice_in_one_export_counts_once_and_as_it_is_now(tmp_path: Path, store: Store) -> None:
    tasks = json.loads((LABEL_STUDIO / "week_1.json").read_text(encoding="utf-8"))
    again = json.loads((LABEL_STUDIO / "week_2.json").read_text(encoding="utf-8"))
    both = tmp_path / "both.json"
    both.write_text(json.dumps([*again, *tasks]), encoding="utf-8")
    (result,) = import_files(store, [both], Settings())
    assert result.rows_read == result.accepted + result.changed + result.duplicate + result.rejected
    with store.snapshot() as snapshot:
        ids = snapshot.query("select native_id, count(*) as n from labeling_event group by 1 having n > 1")
        lengths = snapshot.query("select milliseconds from labeling_event where item = '3' order by 1")
    assert ids.is_empty()
    assert lengths["milliseconds"].to_list() == [8_000, 60_000]  # 13 s in the earlier state
    assert is_sound(store)


def test_keeping_both_is_told_each_time_and_not_remembered_from_another_question(store: Store) -> None:
    read(store, "harvest.csv")
    read(store, "harvest_note_edited.csv", edited="keep")
    third = read(store, "harvest.csv")
    assert any("Kept beside" in warning for warning in third.warnings) or third.duplicate == 1
    read(store, "toggl.csv", zone="Europe/Berlin")
    read(store, "toggl_longer.csv", zone="America/New_York", edited="keep")  # answers the question about the zone
    with store.snapshot() as snapshot:
        assert snapshot.read_setting("edited/toggl") is None
        assert snapshot.read_setting("edited/harvest") == "keep"


def test_a_kept_edit_is_told(store: Store) -> None:
    read(store, "harvest.csv")
    both = read(store, "harvest_note_edited.csv", edited="keep")
    assert any("both count: 1 entry." in warning for warning in both.warnings)


def test_labels_follow_a_whole_export_that_holds_nothing_new(tmp_path: Path, store: Store) -> None:
    header = "item,person,seconds,method,finished_at,annotation,id\n"
    first, second = (f"{n},Ann,10,manual,2026-03-02T10:0{n}:00Z,{n},{n}\n" for n in (1, 2))
    third = "3,Ann,10,manual,2026-03-02T10:03:00Z,3,3\n"
    (tmp_path / "all.csv").write_text(header + first + second + third, encoding="utf-8")
    (tmp_path / "left.csv").write_text(header + first + third, encoding="utf-8")
    import_files(store, [tmp_path / "all.csv"], Settings())
    import_files(store, [tmp_path / "left.csv"], Settings(replace_period=True))
    with store.snapshot() as snapshot:
        assert snapshot.query("select count(*) from labeling_event").item() == 2
        assert snapshot.query("select count(*) from label").item() == 2


def test_doubts_count_changed_entries_too(tmp_path: Path, store: Store) -> None:
    import_files(
        store, [write_entries(tmp_path / "a.csv", [("Ann", "60", "2026-03-02T09:00:00Z", "P", "")])], Settings()
    )
    long = write_entries(tmp_path / "b.csv", [("Ann", "90000", "2026-03-02T09:00:00Z", "P", "")])
    (result,) = import_files(store, [long], Settings())
    assert any(warning.startswith("1 of 1 new or changed entries are longer than 24 h") for warning in result.warnings)


def write_days(path: Path, days: list[tuple[int, int]]) -> Path:
    """Write a table of one person with days only, as 03/04/2026, each with its own task."""
    rows = "".join(f"Ann,{first:02d}/{second:02d}/2026,2,task {first + second}\n" for first, second in days)
    path.write_text("Who,When,Hours,What\n" + rows, encoding="utf-8")
    return path


def test_days_read_in_the_other_order_are_asked_about(tmp_path: Path, store: Store) -> None:
    mapping = {"person": "Who", "day_on": "When", "hours": "Hours", "task": "What"}
    april = [(day, 4) for day in (3, 5, 6)]
    import_files(store, [write_days(tmp_path / "a.csv", april)], Settings(mapping=mapping, day_first=True))
    longer = write_days(tmp_path / "b.csv", [*april, (7, 4), (8, 4)])
    with pytest.raises(QuestionNeeded, match="3 entries of import 1 stand here with day and month swapped"):
        import_files(store, [longer], Settings(mapping=mapping, day_first=False))
    (again,) = import_files(store, [longer], Settings(mapping=mapping, day_first=True))
    assert (again.duplicate, again.accepted) == (3, 2)


@pytest.mark.parametrize("is_day_first", [True, False])
@pytest.mark.parametrize("days", [["02/03", "03/03", "04/03"], ["03/04", "05/06"]], ids=["a week", "months apart"])
def test_days_read_the_other_way_are_asked_about_whichever_reading_came_first(
    tmp_path: Path, store: Store, days: list[str], *, is_day_first: bool
) -> None:
    header = "User,Project,Description,Start date,Start time,End date,End time,Duration\n"
    rows = [f"Ada,Signs,{day},{day}/2026,09:00,{day}/2026,1{n}:00,{n + 1}:00\n" for n, day in enumerate(days)]
    path, longer = tmp_path / "a.csv", tmp_path / "b.csv"
    path.write_text(header + "".join(rows), "utf-8")
    longer.write_text(header + "".join(rows) + "Ada,Signs,more,07/08/2026,09:00,07/08/2026,10:00,1:00\n", "utf-8")
    import_files(store, [path], Settings(zone="UTC", day_first=is_day_first))
    with pytest.raises(QuestionNeeded, match="with day and month swapped"):
        import_files(store, [longer], Settings(zone="UTC", day_first=not is_day_first))


def test_the_same_work_every_day_is_not_taken_for_swapped_days(tmp_path: Path, store: Store) -> None:
    header = "person,day_on,hours,task\n"
    year = [f"Ann,2026-{month:02d}-{day:02d},8,labeling\n" for month in range(1, 12) for day in range(1, 29)]
    (tmp_path / "year.csv").write_text(header + "".join(year), encoding="utf-8")
    december = [f"Ann,2026-12-{day:02d},8,labeling\n" for day in range(1, 12)]
    (tmp_path / "december.csv").write_text(header + "".join(december), encoding="utf-8")
    import_files(store, [tmp_path / "year.csv"], Settings())
    (added,) = import_files(store, [tmp_path / "december.csv"], Settings())
    assert (added.accepted, added.changed) == (11, 0)


def test_an_older_export_does_not_set_a_finished_run_back_to_running(tmp_path: Path) -> None:
    header = "run_id,experiment_id,status,artifact_uri,start_time,end_time,metrics.f1\n"
    finished = tmp_path / "finished.csv"
    finished.write_text(header + "aaa,1,FINISHED,x,2028-02-29 10:00:00+00:00,2028-02-29 12:00:00+00:00,0.8\n", "utf-8")
    running = tmp_path / "running.csv"
    running.write_text(header + "aaa,1,RUNNING,x,2028-02-29 10:00:00+00:00,,\n", "utf-8")
    store = Store(tmp_path / "store")
    import_files(store, [finished], Settings())
    (result,) = import_files(store, [running], Settings())
    assert (result.accepted, result.changed, result.duplicate) == (0, 0, 1)
    with store.snapshot() as snapshot:
        assert snapshot.query("select state, seconds from experiment_run").rows() == [("finished", 7200)]


def test_what_a_whole_export_no_longer_has_is_kept_and_told_but_not_counted(tmp_path: Path) -> None:
    header = "id,person,day_on,seconds,project\n"
    first, whole = tmp_path / "first.csv", tmp_path / "whole.csv"
    first.write_text(
        header + "1,Ann,2026-03-02,3600,P\n2,Ann,2026-03-03,7200,P\n3,Ann,2026-03-04,1800,P\n", encoding="utf-8"
    )
    whole.write_text(header + "1,Ann,2026-03-02,3600,P\n3,Ann,2026-03-04,900,P\n", encoding="utf-8")
    store = Store(tmp_path / "store")
    import_files(store, [first], Settings())
    assert resolve_figure(store, "deleted_rows", Filters()).rows.is_empty()
    import_files(store, [whole], Settings(replace_period=True))
    columns = ("kind", "project", "state", "rows", "hours", "unknown", "from_on")
    gone = ("time entries", "P", "gone from the tool", 1, 2, 0, date(2026, 3, 3))  # the third was edited, not deleted
    assert resolve_figure(store, "deleted_rows", Filters()).rows.select(columns).rows() == [gone]
    assert resolve_figure(store, "hours_by_project", Filters()).rows.get_column("hours").sum() == 1.25
    assert resolve_figure(store, "deleted_rows", Filters(projects=("Q",))).rows.is_empty()
