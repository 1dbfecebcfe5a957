"""The Data page without a browser: questions before an import, the import itself, every section, people."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
import worked_team
from streamlit.testing.v1 import AppTest

from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.ingest.watch import Watcher, list_active, watch_folder
from dashboard.settings.people import PEOPLE_SHEET, read_people
from dashboard.settings.time_off import TIME_OFF_SHEET
from dashboard.store.generations import Store
from dashboard.web.cached_store import Contents
from dashboard.web.pages.data.imports import describe_place
from dashboard.web.pages.data.page import FORMER_SECTIONS, list_hidden_pages
from dashboard.web.pages.data.people import is_complete

PAGE = """
from dashboard.web.cached_store import begin_run
from dashboard.web.pages.data.page import show_data_page
from dashboard.web.pages.data.page import show_section_choice
begin_run()
show_section_choice()
show_data_page()
"""
SECTIONS = ("Import", "To sort", "People", "Set-up", *FORMER_SECTIONS)
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("LABELTIME_STORE", str(tmp_path / "store"))
    return AppTest.from_string(PAGE, default_timeout=60)


def words(app: AppTest) -> str:
    """Return all text of the page."""
    blocks = (
        *app.markdown,
        *app.subheader,
        *app.info,
        *app.error,
        *app.warning,
        *app.caption,
        *app.success,
        *app.toast,
    )
    return "\n".join(str(block.value) for block in blocks)


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_stands_on_an_empty_and_on_a_filled_store(
    app: AppTest, monkeypatch: pytest.MonkeyPatch, section: str
) -> None:
    app.query_params["section"] = section
    for fold in ("rejected", "doubts"):
        app.session_state[fold] = True
    app.run()
    assert not app.exception
    monkeypatch.setenv("LABELTIME_STORE", str(worked_team.filled.shared().folder))
    app.run()
    assert not app.exception
    assert not app.error


def test_one_suggestion_is_offered_as_one(app: AppTest, tmp_path: Path) -> None:
    file = tmp_path / "hours.csv"
    file.write_text("person,day_on,hours,description\nAda,2026-03-02,2,evaluation\nAda,2026-03-03,1,zzz\n", "utf-8")
    import_files(Store(tmp_path / "store"), [file], Settings())
    app.query_params["section"] = "To sort"
    app.run()
    assert "Accept the suggestion (2.0 h)" in [button.label for button in app.button]


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ({"section": "Rules"}, {"section": "Set-up", "sheet": "Advanced"}),
        ({"section": "Set-up", "sheet": "Published figures"}, {"sheet": "Advanced", "advanced": "Published figures"}),
        ({"section": "Set-up", "sheet": "Calendar"}, {"sheet": "Calendar and formats"}),
        ({"section": "Rates"}, {"section": "People"}),
    ],
)
def test_an_old_address_becomes_that_of_the_new_place(
    app: AppTest, address: dict[str, str], place: dict[str, str]
) -> None:
    for name, value in address.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    assert {name: app.query_params[name] for name in place} == place


def test_a_file_without_a_zone_is_asked_about_and_then_previewed(app: AppTest) -> None:
    toggl = Path(__file__).parents[2] / "fixtures" / "toggl" / "export_2025.csv"
    app.run()
    app.file_uploader[0].upload(toggl.name, toggl.read_bytes(), "text/csv")
    app.run()
    assert not app.exception
    assert "without a time zone" in words(app)
    app.selectbox[0].select("Europe/Berlin").run()
    assert not app.exception
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown["New rows"] == "6"
    assert shown["Rejected"] == "1"
    next(button for button in app.button if button.label == "Answer anew").click().run()
    assert "without a time zone" in words(app)
    app.selectbox[0].select("Europe/Lisbon").run()
    assert "times in Europe/Lisbon" in words(app)
    app.button(key="import").click().run()
    assert not app.exception
    assert "6 rows imported" in words(app)


def test_an_unknown_table_is_mapped_by_hand(app: AppTest, tmp_path: Path) -> None:
    app.run()
    table = b"Who,When,Stunden,What\nAda,2026-03-02,1.5,label images\nBob,2026-03-03,2.5,train model\n"
    app.file_uploader[0].upload("odd.csv", table, "text/csv")
    app.run()
    assert not app.exception
    assert "no importer recognises" in words(app).replace("\\", "")
    choice = {box.label: box for box in app.selectbox}
    choice["Day"].select("When")
    choice["Description"].select("What")
    app.button[0].click().run()
    assert not app.exception
    assert {metric.label: metric.value for metric in app.metric}["Hours"] == "4.0 h"
    app.button(key="import").click().run()
    assert Store(tmp_path / "store").generation() == 1


def test_names_are_proposed_and_count_once_confirmed(app: AppTest, tmp_path: Path) -> None:
    store = worked_team.imported(tmp_path)
    app.query_params["section"] = "People"
    app.run()
    assert not app.exception
    assert read_people(store).is_empty()
    app.button(key="aliases-confirm").click().run()
    assert not app.exception
    assert set(read_people(store).get_column("name")) == {"Ada", "Bob", "Cleo", "Dan"}


def test_time_off_stands_below_the_people(app: AppTest, tmp_path: Path) -> None:
    store = worked_team.filled(tmp_path)
    TIME_OFF_SHEET.load_csv(store, "person,from_on,to_on,hours\nAda,2026-03-02,2026-03-06,\n")
    app.query_params["section"] = "People"
    app.run()
    assert not app.exception
    assert TIME_OFF_SHEET.title in [heading.value for heading in app.subheader]
    app.button(key="time_off-save").click().run()
    assert not app.exception
    assert app.toast[0].value.replace("\\", "") == "Days of time off known: 5."
    assert TIME_OFF_SHEET.list_rows(store).height == 1


IDENTITY = Path(__file__).parents[2] / "fixtures" / "identity"


def sum_hours(store: Store) -> float:
    """Return the tracked hours of a store."""
    with store.snapshot() as snapshot:
        return float(snapshot.query("select coalesce(sum(seconds), 0) / 3600 as hours from time_day").item())


def drop(app: AppTest, name: str) -> AppTest:
    """Drop an export into the import tab."""
    app.run()
    app.file_uploader[0].upload(name, (IDENTITY / name).read_bytes(), "text/csv")
    return app.run()


def press(app: AppTest, label: str) -> AppTest:
    """Press the one button whose label begins so."""
    (button,) = (button for button in app.button if button.label.startswith(label))
    return button.click().run()


def test_edited_entries_are_shown_before_and_after(app: AppTest, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    import_files(store, [IDENTITY / "toggl_march.csv"], Settings(zone="UTC"))
    drop(app, "toggl_march_renamed.csv")
    shown = {metric.label: metric.value for metric in app.metric}
    assert (shown["New rows"], shown["Changed"]) == ("0", "3")
    changes = next(table.value for table in app.dataframe if "version" in table.value.columns)
    assert list(changes["version"][:2]) == ["before", "after"]
    press(app, "Import 1 file")
    assert sum_hours(store) == 6
    assert any("3 replaced an earlier version" in message.value for message in app.success)


def test_entries_with_days_only_are_asked_about_on_the_page(app: AppTest, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    import_files(store, [IDENTITY / "harvest.csv"], Settings())
    drop(app, "harvest_note_edited.csv")
    assert any("others on the same day" in message.value for message in app.warning)
    press(app, "They were edited")
    press(app, "Import 1 file")
    assert sum_hours(store) == 2


def test_the_same_file_in_another_zone_replaces_its_import_on_the_page(app: AppTest, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    import_files(store, [IDENTITY / "toggl.csv"], Settings(zone="Europe/Berlin"))
    with store.change("forget the zone") as change:
        change.execute("delete from meta where key = 'zone'")
    drop(app, "toggl_renamed.csv")
    app.selectbox[0].select("America/New_York").run()
    press(app, "Replace import 1")
    press(app, "Import 1 file")
    with store.snapshot() as snapshot:
        zones = snapshot.query("select zone, undone_at is null as in_force from import order by import_id").rows()
    assert zones == [("Europe/Berlin", False), ("America/New_York", True)]
    assert sum_hours(store) == 3


def test_a_file_that_names_nobody_is_asked_about_on_the_page(app: AppTest, tmp_path: Path) -> None:
    app.run()
    app.file_uploader[0].upload("mine.csv", b"person,day_on,seconds\n,2026-03-02,3600\n", "text/csv")
    app.run()
    assert any("names nobody" in message.value for message in app.warning)
    app.text_input[0].input("ann@example.org").run()
    press(app, "Import 1 file")
    with Store(tmp_path / "store").snapshot() as snapshot:
        assert snapshot.query("select person from time_entry").item() == "ann@example.org"


def test_the_project_of_a_file_is_asked_and_named_on_the_page(app: AppTest, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    texts = [{"id": number, "text": "a", "label": ["good"]} for number in (1, 2)]
    (tmp_path / "all.jsonl").write_text("".join(json.dumps(text) + "\n" for text in texts), "utf-8")
    import_files(store, [tmp_path / "all.jsonl"], Settings())
    app.run()
    app.file_uploader[0].upload("all.jsonl", json.dumps({**texts[0], "label": ["bad"]}).encode(), "text/plain")
    app.run()
    assert any("Which project is it of?" in message.value for message in app.warning)
    app.selectbox(key=find_key(app, "Another project")).select("all").run()
    press(app, "Project all")
    assert find_key(app, "Which project is this file of?")
    press(app, "Import 1 file")
    with store.snapshot() as snapshot:
        projects = snapshot.query("select project, answer from labeling_event order by all")
    assert projects.rows() == [("all", "bad"), (None, "good"), (None, "good")]


def find_key(app: AppTest, label: str) -> str:
    """Return the key of the one choice with a label."""
    (box,) = (box for box in app.selectbox if box.label == label)
    return str(box.key)


def test_everybody_without_weekly_hours_gets_them_at_once(app: AppTest, tmp_path: Path) -> None:
    worked_team.filled(tmp_path)
    store = Store(tmp_path / "store")
    PEOPLE_SHEET.save_frame(store, read_people(store).with_columns(weekly_hours=pl.lit(None, pl.Float64)))
    app.query_params["section"] = "People"
    app.run()
    app.button(key="people-hours-save").click().run()
    assert not app.exception
    assert set(read_people(store).get_column("weekly_hours")) == {40.0}


def test_nothing_is_imported_into_the_sample(app: AppTest, tmp_path: Path) -> None:
    worked_team.filled(tmp_path)  # stands for a lead's own store
    (tmp_path / "store").rename(tmp_path / "own")
    worked_team.filled(tmp_path)
    (tmp_path / "store").rename(tmp_path / "store-sample")
    (tmp_path / "own").rename(tmp_path / "store")
    app.session_state["sample"] = True
    app.run()
    assert not app.exception
    assert not app.get("file_uploader")
    app.button(key="leave-sample").click().run()
    assert app.get("file_uploader")


def test_work_that_another_export_told_is_imported_only_when_it_is_said_to_be_other_work(
    app: AppTest, tmp_path: Path
) -> None:
    history = tmp_path / "history.csv"
    history.write_text(
        "project_id,task_id,phase,phase_stage,account_id,user_id,username,worktime_hour,started_datetime\n"
        "p1,t1,annotation,1,ana,ana,Ana,0.5,2026-03-02T09:00:00+09:00\n",
        encoding="utf-8",
    )
    import_files(Store(tmp_path / "store"), [history], Settings())
    tasks = (
        "project_id,task_id,phase,status,worktime_hour,annotation_worktime_hour,first_annotation_user_id,"
        "first_annotation_started_datetime\np1,t1,annotation,complete,0.5,0.5,ana,2026-03-02T09:00:00+09:00\n"
    )
    app.run()
    app.file_uploader[0].upload("tasks.csv", tasks.encode(), "text/csv")
    app.run()
    assert not app.exception
    assert "whose time would count twice" in words(app)
    assert not [button for button in app.button if button.label.startswith("Import ")]
    press(app, "They are other work")
    press(app, "Import 1 file")
    with Store(tmp_path / "store").snapshot() as snapshot:
        assert snapshot.query("select count(*) from labeling_event").item() == 2


def test_a_watched_folder_is_switched_off_and_its_failures_are_told(app: AppTest, tmp_path: Path) -> None:
    (tmp_path / "drop").mkdir()
    (tmp_path / "drop" / "odd.csv").write_text("colour,size\nred,1\n", "utf-8")
    store = Store(tmp_path / "store")
    watch_folder(store, tmp_path / "drop", active=True)
    watcher = Watcher(store)
    watcher.look()
    watcher.look()
    app.query_params["section"] = "Set-up"
    app.query_params["sheet"] = "Watched folders"
    app.run()
    assert not app.exception
    assert "odd.csv" in words(app).replace("\\", "")
    app.toggle[0].set_value(False).run()
    assert not app.exception
    assert "not watched any more" in words(app)
    assert "odd.csv" not in words(app).replace("\\", "")
    assert not app.toggle[0].value


def test_the_folder_that_was_shown_is_switched_off_whichever_were_added_since(app: AppTest, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    watch_folder(store, tmp_path / "b", active=True)
    app.query_params["section"] = "Set-up"
    app.query_params["sheet"] = "Watched folders"
    app.run()
    shown = app.toggle[0].set_value(False)
    watch_folder(store, tmp_path / "a", active=True)
    shown.run()
    assert not app.exception
    with store.snapshot() as snapshot:
        assert list_active(snapshot) == [tmp_path / "a"]


def test_labels_alone_are_seen_where_they_are_shown() -> None:
    labels = Contents(has_time=False, has_labels=True, has_runs=False, has_reports=False, has_kept_report=False)
    assert describe_place(labels) == ("labeling", "in Labeling & automation")
    assert describe_place(replace(labels, has_time=True)) == ("overview", "in the overview")


@pytest.mark.parametrize(
    ("stored", "hidden"),
    [
        ((), ["Labeling & automation"]),
        (("labels",), ["Labels or model?"]),
        (("runs",), ["Speed, Savings, Quality and Outlook"]),
        (("labels", "runs"), []),
        (("labels", "runs", "no time"), ["Time"]),
        (("no time",), ["Time", "Labeling & automation", "Reports"]),
    ],
)
def test_set_up_says_what_would_make_a_hidden_page_appear(stored: tuple[str, ...], hidden: list[str]) -> None:
    has_time = "no time" not in stored
    contents = Contents(
        has_time, has_labels="labels" in stored, has_runs="runs" in stored, has_reports=False, has_kept_report=False
    )
    assert [text.partition(", until")[0] for text in list_hidden_pages(contents)] == hidden


def test_people_are_complete_with_a_role_and_hours_each() -> None:
    people = pl.DataFrame({"name": ["Ada", "Bob"], "role": ["engineer", "annotator"], "weekly_hours": [40.0, 20.0]})
    assert is_complete(people)
    assert not is_complete(people.clear())
    assert not is_complete(people.with_columns(role=pl.lit("unknown")))
    assert not is_complete(people.with_columns(weekly_hours=pl.Series([40.0, None])))


def test_set_up_of_a_tracker_alone_names_the_page_for_labels(app: AppTest) -> None:
    app.query_params["section"] = "Set-up"
    app.run()
    assert any("Not shown yet: " in text.value and "Labeling & automation, until" in text.value for text in app.caption)


def test_a_copy_of_a_file_is_promised_once(app: AppTest) -> None:
    app.run()
    content = b"person,day_on,seconds\nAda,2026-03-02,3600\n"
    app.file_uploader[0].upload("mine.csv", content, "text/csv")
    app.file_uploader[0].upload("copy.csv", content, "text/csv")
    app.run()
    assert not app.exception
    assert [metric.value for metric in app.metric if metric.label == "New rows"] == ["1"]
    assert "is a copy of" in app.info[0].value


def test_an_error_is_titled_by_what_is_wrong_not_by_a_name_of_the_code(app: AppTest) -> None:
    app.run()
    app.file_uploader[0].upload("broken.xlsx", b"PK\x03\x04 broken", "text/csv")
    app.run()
    assert not app.exception
    assert app.error
    assert not any(box.proto.title for box in app.error)
