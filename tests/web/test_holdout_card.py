"""The hold-out on the savings page: price before planning, the list, what became of it, and messages for mistakes."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from store_copies import copied
from streamlit.testing.v1 import AppTest

from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.settings.holdouts import read_holdout_plans, save_holdout_plan
from dashboard.store.generations import Store

PAGE = """
from dashboard.web.cached_store import begin_run
from dashboard.web.pages.savings.holdout import show_holdout_card
begin_run()
show_holdout_card()
"""
pytestmark = pytest.mark.filterwarnings("default")
ITEMS = "\n".join(f"n{number}" for number in range(40))


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
    """Return a store that holds six labels of two people."""
    rows = "".join(f"o{number},{who},36,manual,2026-03-02T10:00:00Z,P*\n" for number, who in enumerate("AAABBB"))
    file = folder / "events.csv"
    file.write_text("item,person,seconds,method,finished_at,project\n" + rows, encoding="utf-8")
    store = Store(folder / "store")
    import_files(store, [file], Settings(zone="UTC"))
    return store


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("LABELTIME_STORE", str(tmp_path / "store"))
    return build_store(tmp_path)


def drawn() -> AppTest:
    app = AppTest.from_string(PAGE, default_timeout=60).run()
    assert not app.exception
    return app


def test_an_empty_store_asks_for_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABELTIME_STORE", str(tmp_path / "store"))
    assert "Choose a project, or write its name" in words(drawn())


def test_price_and_width_stand_before_the_plan_and_the_list_after(store: Store) -> None:
    app = drawn()
    app.text_area[0].input(ITEMS + "\no1").run()
    assert not app.exception
    said = words(app)
    assert "1 items begun or labeled already" in said
    assert "Doing 8 items by hand costs about 0.0 hours" in said
    assert "hold out at least 10% and 60 items" in said
    assert read_holdout_plans(store).is_empty()
    app.text_input(key="holdout-who").input("Lea").run()
    app.button(key="holdout-save").click().run()
    assert not app.exception
    (plan,) = read_holdout_plans(store).to_dicts()
    assert (plan["project"], plan["items"], plan["held_out"], plan["planned_by"]) == ("P*", 40, 8, "Lea")
    assert "Plan 1 for P*" in words(app)
    assert "8 are not labeled yet" in words(app)
    assert app.text_area[0].value == ""


def test_a_plan_that_was_not_kept_is_warned_of(store: Store, tmp_path: Path) -> None:
    chosen = pl.DataFrame({"item": ["n1", "n2"], "holdout": [True, False]})
    save_holdout_plan(store, "P*", chosen, share=0.5, seed=1)
    file = tmp_path / "after.csv"
    file.write_text(
        "item,person,seconds,method,finished_at,project\nn1,A,9,pre-annotated,2099-01-02T10:00:00Z,P*\n",
        encoding="utf-8",
    )
    import_files(store, [file], Settings(zone="UTC"))
    app = drawn()
    assert "was not kept" in app.warning[0].value
    assert not [button for button in app.button if button.label == "Withdraw the plan"]


def test_a_plan_is_withdrawn_from_the_page(store: Store) -> None:
    chosen = pl.DataFrame({"item": ["n1", "n2"], "holdout": [True, False]})
    save_holdout_plan(store, "P*", chosen, share=0.5, seed=1)
    app = drawn()
    (button,) = [button for button in app.button if button.label == "Withdraw the plan"]
    button.click().run()
    assert not app.exception
    assert read_holdout_plans(store).is_empty()


def test_a_plan_made_since_is_not_withdrawn_in_place_of_the_one_shown(store: Store) -> None:
    first = pl.DataFrame({"item": ["n1", "n2"], "holdout": [True, False]})
    save_holdout_plan(store, "P*", first, share=0.5, seed=1)
    app = drawn()
    second = pl.DataFrame({"item": ["n3", "n4"], "holdout": [True, False]})
    save_holdout_plan(store, "P*", second, share=0.5, seed=1)
    (button,) = [button for button in app.button if button.label == "Withdraw the plan"]
    button.click().run()
    assert not app.exception
    assert 2 in read_holdout_plans(store).get_column("plan_id")


def test_mistakes_are_messages_and_nothing_typed_is_lost(store: Store) -> None:
    app = drawn()
    app.text_area[0].input("only one").run()
    app.button(key="holdout-save").click().run()
    assert not app.exception
    assert "of 1 items" in app.error[0].value
    assert app.text_area[0].value == "only one"
    assert read_holdout_plans(store).is_empty()


def test_open_items_of_the_store_are_offered_where_there_are_any(store: Store) -> None:
    app = drawn()
    app.radio[0].set_value("Open items in the store").run()
    assert "knows no open items" in words(app)
