"""Register, rates and labeling projects on their pages: dry run, save, CSV in, and messages for mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest
from store_copies import copied
from streamlit.testing.v1 import AppTest

from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.settings.automations import AUTOMATION_SHEET, read_automations
from dashboard.settings.labeling_projects import read_labeling_projects
from dashboard.settings.rates import read_hourly_rates
from dashboard.store.generations import Store

PAGE = """
from dashboard.web.cached_store import begin_run
from dashboard.web.pages.{module} import {show}
begin_run()
{show}()
"""
EVENTS = """item,person,seconds,method,finished_at,project
a,Ann,30,unknown,2026-03-02T10:00:00Z,P*
b,Ann,20,unknown,2026-03-04T10:00:00Z,P*
c,Ben,20,manual,2026-03-04T10:00:00Z,Q tool
"""
ENTRIES = "person,seconds,day_on,project,description\nAnn,3600,2026-03-02,Q,label\nBen,3600,2026-03-02,R,train\n"
REGISTER = """row,automation,technique,applies,setup_hours,project,from_on,kind,per,amount,currency
automation,Drafts *,pre-labeling,every item,4,,,,,,
rollout,Drafts *,,,,P*,2026-03-03,,,,
cost,Drafts *,,,,,2026-03-03,compute,month,50,EUR
"""
pytestmark = pytest.mark.filterwarnings("default")


def words(app: AppTest) -> str:
    """Return all text of the page, without the escapes of Markdown."""
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
    return "\n".join(str(block.value) for block in blocks).replace("\\", "")


@copied
def build_store(folder: Path) -> Store:
    """Return a store that holds a few labels and entries."""
    store = Store(folder / "store")
    for name, text in (("events.csv", EVENTS), ("time.csv", ENTRIES)):
        (folder / name).write_text(text, encoding="utf-8")
        import_files(store, [folder / name], Settings(zone="UTC"))
    return store


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("LABELTIME_STORE", str(tmp_path / "store"))
    return build_store(tmp_path)


SHEETS = {
    "savings_register": ("savings.register", "show_register"),
    "data_rates": ("data.rates", "show_rates"),
    "data_projects": ("data.projects", "show_projects"),
}


def drawn(page: str) -> AppTest:
    app = AppTest.from_string(PAGE.format(module=SHEETS[page][0], show=SHEETS[page][1]), default_timeout=60).run()
    assert not app.exception
    return app


def pressed(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception
    return app


def loaded(app: AppTest, key: str, text: str | bytes) -> AppTest:
    """Drop a CSV and ask for it to be taken."""
    app.file_uploader[0].upload("new *.csv", text.encode() if isinstance(text, str) else text, "text/csv")
    return pressed(app.run(), key)


@pytest.mark.parametrize("page", ["savings_register", "data_rates", "data_projects"])
def test_an_empty_store_is_told_what_to_enter_and_saving_nothing_is_no_error(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABELTIME_STORE", str(tmp_path / "store"))
    app = drawn(page)
    told = {
        "savings_register": "Then press Try out",
        "data_rates": "no saving has a value in money",
        "data_projects": "No labeling events are imported yet",
    }
    assert told[page] in words(app)
    for key in ("automations-try", "automations-save", "rates-save"):
        if any(button.key == key for button in app.button):
            pressed(app, key)
    assert not app.error


def test_the_register_is_loaded_and_decides_labels(store: Store) -> None:
    app = loaded(drawn("savings_register"), "automations-load", REGISTER)
    assert "Loaded from new *.csv: 1 in force" in words(app)
    with store.snapshot() as snapshot:
        found = dict(snapshot.query("select item, method from label order by item").iter_rows())
    assert found == {"a": "manual", "b": "pre-annotated", "c": "manual"}
    assert "Nothing is registered yet" not in "\n".join(str(one.proto) for one in app.info)


def test_the_stored_register_saves_as_it_stands_and_a_dry_run_moves_nothing(store: Store) -> None:
    AUTOMATION_SHEET.load_csv(store, REGISTER)
    before = read_automations(store)
    app = pressed(drawn("savings_register"), "automations-try")
    assert "No label would change" in words(app)
    app = pressed(app, "automations-save")
    assert "1 automations in force" in words(app)
    assert read_automations(store).equals(before)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (REGISTER.replace("P*", "nowhere"), "no project called 'nowhere'"),
        (REGISTER.replace("2026-03-03", "soon"), "'soon', not a day"),
        (b"row,automation\nautomation,\xff\n", "not text in UTF-8"),
    ],
)
def test_a_file_that_cannot_be_used_is_a_message_and_changes_nothing(
    store: Store, text: str | bytes, said: str
) -> None:
    AUTOMATION_SHEET.load_csv(store, REGISTER)
    generation = store.generation()
    app = loaded(drawn("savings_register"), "automations-load", text)
    assert said in words(app)
    assert store.generation() == generation


def test_rates_are_loaded_saved_and_refused_in_words(store: Store) -> None:
    app = loaded(drawn("data_rates"), "rates-load", "role,hourly,currency\nannotator,31,eur\n")
    assert read_hourly_rates(store).select("role", "hourly", "currency").rows() == [("annotator", 31.0, "EUR")]
    assert "1 prices in force" in words(pressed(app, "rates-save"))
    app = loaded(app, "rates-load", "hourly,currency\n31,Euros\n")
    assert "three letters" in words(app)
    assert read_hourly_rates(store).height == 1


def test_projects_are_proposed_counted_and_kept_once_confirmed(store: Store) -> None:
    app = drawn("data_projects")
    assert "2 of 2 projects of labeling tools, with 3 labels, are not matched" in words(app)
    assert "1 have a proposal" in words(app)
    assert "1 labels would change" in words(pressed(app, "places-try"))
    assert read_labeling_projects(store).get_column("project").null_count() == 2
    app = pressed(app, "places-save")
    assert "1 projects of labeling tools are matched" in words(app)
    assert dict(read_labeling_projects(store).select("tool_project", "project").iter_rows())["Q tool"] == "Q"
