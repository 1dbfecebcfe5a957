"""Unsaved edits of tables: kept across sections, sheets and pages, counted, saved, discarded, made again."""

from __future__ import annotations

import ast
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import worked_team
from streamlit.testing.v1 import AppTest

from dashboard.reports.document import Letterhead
from dashboard.reports.letterhead import read_letterhead, save_letterhead
from dashboard.settings.calendar import CALENDAR_SHEET
from dashboard.settings.notes import read_notes, save_notes
from dashboard.settings.people import PEOPLE_SHEET, read_people
from dashboard.settings.rates import read_hourly_rates
from dashboard.settings.rules import RULE_SHEET
from dashboard.store.generations import Store
from dashboard.web.unsaved_edits import Draft, repeat_changes

PAGE = """
from dashboard.web.cached_store import begin_run
from dashboard.web.pages.data.page import show_data_page
from dashboard.web.pages.data.page import show_section_choice
begin_run()
show_section_choice()
show_data_page()
"""
pytestmark = pytest.mark.filterwarnings("default")
STORED = pl.DataFrame({"name": ["a", "b"], "from_on": [date(2026, 1, 1), None], "hours": [1.0, 2.0]})
NOTE = {"day_on": "2026-03-02", "text": "New guideline"}


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    store = worked_team.filled(tmp_path)
    monkeypatch.setenv("LABELTIME_STORE", str(store.folder))
    return store


def open_sheet(section: str, sheet: str = "Plans") -> AppTest:
    """Open a sheet of the Data page."""
    app = AppTest.from_string(PAGE, default_timeout=60)
    app.query_params["section"] = section
    app.query_params["sheet"] = sheet
    app.run()
    assert not app.exception
    return app


def edit(app: AppTest, name: str, **edits: object) -> AppTest:
    """Edit the table with this name, as the browser reports it."""
    (key,) = (grid.key for grid in app.data_editor if str(grid.key).rpartition("-")[0] == name)
    app.session_state[str(key)] = {"edited_rows": {}, "added_rows": [], "deleted_rows": [], **edits}
    app.run()
    assert not app.exception
    return app


def show_section(app: AppTest, section: str, key: str = "section") -> AppTest:
    app.segmented_control(key=key).set_value(section).run()
    assert not app.exception
    return app


def read_badges(app: AppTest) -> list[str]:
    """Return what the page says is not saved."""
    return [str(block.value) for block in app.markdown if "not saved" in str(block.value)]


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception
    return app


def test_edits_wait_in_the_session_and_are_saved_on_return(store: Store) -> None:
    app = edit(open_sheet("Set-up"), "notes-rows", added_rows=[NOTE, {"text": "no day yet"}])
    assert "2 changes not saved" in read_badges(app)[0]
    app = show_section(show_section(app, "Import"), "Set-up")
    assert "2 changes not saved" in read_badges(app)[0]
    app = press(app, "notes-save")
    assert "day" in app.error[0].value
    assert read_notes(store).is_empty()
    app = edit(app, "notes-rows", deleted_rows=[1])
    assert "1 change not saved" in read_badges(app)[0]
    app = press(app, "notes-save")
    assert not read_badges(app)
    assert read_notes(store).rows() == [(date(2026, 3, 2), "", "New guideline")]


def test_discarded_edits_do_not_return(store: Store) -> None:
    save_notes(store, [{**NOTE, "project": ""}])
    app = edit(open_sheet("Set-up"), "notes-rows", edited_rows={0: {"text": "Other"}})
    app = show_section(show_section(app, "Advanced", "sheet"), "Plans", "sheet")
    assert "1 change not saved" in read_badges(app)[0]
    app = press(app, "notes-rows-discard")
    assert not read_badges(app)
    app = press(show_section(show_section(app, "Import"), "Set-up"), "notes-save")
    assert read_notes(store).get_column("text").to_list() == ["New guideline"]


@pytest.mark.parametrize(
    ("section", "sheet", "name", "edits"),
    [
        ("People", "Plans", "people", {"edited_rows": {0: {"weekly_hours": 12.5}}}),
        ("People", "Plans", "rates-hourly", {"added_rows": [{"role": "annotator", "hourly": 31, "currency": "EUR"}]}),
        ("Set-up", "Rules", "rules", {"deleted_rows": [0]}),
        ("Set-up", "Automations", "register-automation", {"added_rows": [{"automation": "Drafts"}]}),
        ("Set-up", "Published figures", "references-rows", {"added_rows": [{"source": "x"}]}),
    ],
)
def test_every_table_keeps_its_edits(
    store: Store, section: str, sheet: str, name: str, edits: dict[str, object]
) -> None:
    app = edit(open_sheet(section, sheet), name, **edits)
    app = show_section(show_section(app, "To sort"), section)
    assert ["1 change not saved" in badge for badge in read_badges(app)] == [True]


def test_kept_edits_are_saved_from_every_kind_of_table(store: Store) -> None:
    rules = RULE_SHEET.list_rows(store).height
    app = edit(open_sheet("Set-up", "Rules"), "rules", deleted_rows=[0])
    app = edit(show_section(app, "People"), "people", edited_rows={0: {"weekly_hours": 12.5}})
    waiting = [str(block.value).partition("Not saved yet: ")[2] for block in app.caption]
    assert [text for text in waiting if text] == ["1 change in Rules."]  # not those of the section in sight
    app = edit(app, "rates-hourly", added_rows=[{"role": "annotator", "hourly": 31, "currency": "EUR"}])
    app = press(show_section(app, "Set-up"), "rules-save")
    assert RULE_SHEET.list_rows(store).height == rules - 1
    app = press(show_section(app, "People"), "rates-save")
    assert read_hourly_rates(store).get_column("hourly").to_list() == [31.0]
    press(app, "people-save")
    assert 12.5 in read_people(store).get_column("weekly_hours")


def test_a_name_that_was_unticked_stays_so_and_edited_people_outlive_the_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = worked_team.imported(tmp_path)
    PEOPLE_SHEET.load_csv(store, "name\nYan\n")
    monkeypatch.setenv("LABELTIME_STORE", str(store.folder))
    app = edit(open_sheet("People"), "aliases", edited_rows={0: {"confirm": False}})
    app = edit(app, "people", added_rows=[{"name": "Zoe", "weekly_hours": 20}])
    app = show_section(show_section(app, "Import"), "People")
    assert ["1 change not saved" in badge for badge in read_badges(app)] == [True, True]
    app = press(app, "aliases-confirm")
    matched = read_people(store).height
    assert matched == 4  # Yan and three of four: one was unticked
    assert ["1 change not saved" in badge for badge in read_badges(app)] == [True]
    press(app, "people-save")
    assert "Zoe" in read_people(store).get_column("name")
    assert read_people(store).height == matched + 1


def draft(**edits: object) -> Draft:
    """Return a draft of two rows with edits."""
    return Draft(STORED, repeat_changes([], STORED, ()), "key", edits)


def test_edits_are_made_in_the_types_of_the_columns() -> None:
    row = {"name": "c", "from_on": "2026-03-02", "hours": 3, "unknown": 1}
    made = draft(edited_rows={1: {"hours": None, "from_on": "2026-02-01T00:00:00.000"}}, added_rows=[row, {}])
    assert [after for _, after in made.apply()][1:3] == [
        {"name": "b", "from_on": date(2026, 2, 1), "hours": None},
        {"name": "c", "from_on": date(2026, 3, 2), "hours": 3.0},
    ]
    assert len(made.changes()) == 2  # the empty row is none


def test_a_cell_put_back_is_no_change() -> None:
    assert draft(edited_rows={0: {"hours": 1}}).changes() == []


def test_changes_are_made_again_on_a_table_that_was_saved_in_between() -> None:
    changes = draft(edited_rows={0: {"hours": 9}}, deleted_rows=[1], added_rows=[{"name": "c"}]).changes()
    newer = pl.concat([STORED.reverse(), STORED.head(1).with_columns(name=pl.lit("d"))])
    lines = Draft(newer, repeat_changes(changes, newer, ()), "key").lines()
    assert lines.select("name", "hours").rows() == [("a", 9.0), ("d", 1.0), ("c", None)]
    gone = STORED.filter(pl.col("name") == "b")
    assert Draft(gone, repeat_changes(changes, gone, ()), "key").lines().get_column("name").to_list() == ["a", "c"]


def test_a_change_of_a_known_row_follows_it_and_none_is_added() -> None:
    changes = draft(edited_rows={0: {"hours": 9}}).changes()
    newer = STORED.with_columns(from_on=pl.lit(date(2027, 1, 1)))
    first, second = repeat_changes(changes, newer, ["name"])
    assert first[1] == {"name": "a", "from_on": date(2027, 1, 1), "hours": 9.0}
    assert second[0] == second[1]
    assert len(repeat_changes(changes, newer.tail(1), ["name"])) == 1


def test_a_second_round_of_edits_counts_from_what_is_stored() -> None:
    first = draft(edited_rows={0: {"hours": 9}}, deleted_rows=[1], added_rows=[{"name": "c"}])
    second = Draft(STORED, first.apply(), "key", {"edited_rows": {0: {"hours": 1}}, "deleted_rows": [1]})
    assert second.changes() == [({"name": "b", "from_on": None, "hours": 2.0}, None)]


def test_a_sheet_that_somebody_else_saved_is_not_overwritten(store: Store) -> None:
    """Two tabs show the same notes; the second to save is told, keeps its edits, and then saves on top."""
    save_notes(store, [{**NOTE, "project": ""}])
    app = edit(open_sheet("Set-up"), "notes-rows", added_rows=[{**NOTE, "text": "Mine"}])
    save_notes(store, [{**NOTE, "project": "", "text": "Theirs"}])
    app = press(app, "notes-save")
    assert "somebody else changed this" in app.error[0].value
    assert read_notes(store).get_column("text").to_list() == ["Theirs"]
    assert "1 change not saved" in read_badges(app)[0]
    assert "Theirs" in str(app.data_editor[0].value.to_dict())
    press(app, "notes-save")
    assert sorted(read_notes(store).get_column("text")) == ["Mine", "Theirs"]


def test_fragments_read_what_they_save_themselves() -> None:
    """A run of a fragment alone has the arguments of the page's run: it would save old rows as if they were new."""
    taken = [
        (path.name, node.name, ast.unparse(argument.annotation or argument))
        for path in sorted((Path(__file__).parents[2] / "dashboard" / "web").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        and any(ast.unparse(decorator).startswith("st.fragment") for decorator in node.decorator_list)
        for argument in node.args.args
    ]
    assert taken == [("editable_sheet.py", "edit_sheet", "Sheet"), ("editable_sheet.py", "edit_sheet", "str")]


def test_a_role_goes_to_those_who_were_ticked_whatever_was_stored_since(store: Store) -> None:
    PEOPLE_SHEET.load_csv(store, "name\nAnn\nBen\nCyd\n")
    app = open_sheet("People")
    app.pills[0].set_value(["Ann"]).run()
    save_notes(store, [{**NOTE, "project": ""}])
    press(app, "role-engineer")
    roles = dict(read_people(store).select("name", "role").iter_rows())
    assert [roles[name] for name in ("Ann", "Ben", "Cyd")] == ["engineer", "unknown", "unknown"]


def test_people_that_somebody_else_saved_are_not_overwritten_by_a_button(store: Store) -> None:
    PEOPLE_SHEET.load_csv(store, "name\nAnn\nBen\n")
    app = open_sheet("People")
    PEOPLE_SHEET.load_csv(store, "name\nAnn\nBen\nCyd\n")
    app = press(app, "people-hours-save")
    assert "somebody else changed this" in app.error[0].value
    assert read_people(store).get_column("weekly_hours").null_count() == read_people(store).height
    press(app, "people-hours-save")
    assert read_people(store).get_column("weekly_hours").null_count() == 0


def test_a_form_that_somebody_else_saved_keeps_both_changes(store: Store) -> None:
    app = open_sheet("Set-up", "Calendar and formats")
    first = CALENDAR_SHEET.list_rows(store).row(0, named=True)
    CALENDAR_SHEET.save(store, [{**first, "fiscal_month": "April"}], None)
    app.selectbox(key="calendar-week_start-0").set_value("Sunday")
    app = press(app, "calendar-save")
    assert "somebody else changed this" in app.error[0].value
    assert CALENDAR_SHEET.list_rows(store).row(0, named=True) == {**first, "fiscal_month": "April"}
    press(app, "calendar-save")
    assert CALENDAR_SHEET.list_rows(store).row(0, named=True) == {"week_start": "Sunday", "fiscal_month": "April"}


def test_a_letterhead_that_somebody_else_saved_is_not_overwritten(store: Store) -> None:
    app = open_sheet("Set-up", "Letterhead")
    save_letterhead(store, Letterhead("Theirs", "Ann"))
    app.text_input(key="letterhead-author-0").set_value("Ben")
    app = press(app, "letterhead-save")
    assert "somebody else changed this" in app.error[0].value
    press(app, "letterhead-save")
    assert read_letterhead(store) == Letterhead("Theirs", "Ben")
