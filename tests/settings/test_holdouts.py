"""Hold-out plans: what may be dealt out, what is stored, and that labels carry the flags an estimate reads."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from store_copies import copied

from dashboard.errors import BadMapping
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.savings.model.holdout import check_compliance, draw_holdout
from dashboard.settings.holdouts import (
    find_candidates,
    format_plan_items_csv,
    parse_item_list,
    read_holdout_basis,
    read_holdout_plans,
    read_plan_items,
    read_plan_labels,
    save_holdout_plan,
    withdraw_holdout_plan,
)
from dashboard.store.generations import Store

HEADER = "item,person,seconds,method,finished_at,project,holdout,eligible\n"
BEFORE = "old,Ann,30,manual,2026-03-02T10:00:00Z,P,,\nopen-1,,,automatic,2026-03-02T10:00:00Z,P,,\n"
ITEMS = [f"i{number:02}" for number in range(20)]
PLANNED_ON = date(2026, 3, 3)


@copied
def imported(folder: Path, name: str, rows: str) -> Store:
    file = folder / f"{name}.csv"
    file.write_text(HEADER + rows, encoding="utf-8")
    store = Store(folder / "store")
    import_files(store, [file], Settings(zone="UTC"))
    return store


def planned(store: Store, items: list[str], **settings: object) -> tuple[int, pl.DataFrame]:
    """Choose a quarter of the items and store the plan."""
    chosen = draw_holdout(find_candidates(store, "P", items).items, share=0.25, seed=7)
    return save_holdout_plan(store, "P", chosen, share=0.25, seed=7, today=PLANNED_ON, who="Lea"), chosen


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("a\nb\n\n a \n", ["a", "b"]),
        ("\ufeffItem,Note\r\n'=x,1\r\nb,2\r\n", ["=x", "b"]),
        ("one, two\nthree", ["one, two", "three"]),
    ],
)
def test_a_list_of_items_is_read(text: str, items: list[str]) -> None:
    assert parse_item_list(text) == items


@pytest.mark.parametrize("text", ["", " \n", "item\n", 'item\n"a"b"\n'])
def test_a_list_without_items_is_refused(text: str) -> None:
    with pytest.raises(BadMapping):
        parse_item_list(text)


@pytest.mark.parametrize(
    "text", ["ab\n" * 2_000_001, "ab\u2028" * 2_000_001, "item" + ",a" * 60_000, "item\n" + "a," * 60_000]
)
def test_a_list_that_would_fill_the_memory_is_refused_before_it_is_read(text: str) -> None:
    with pytest.raises(BadMapping, match="more than"):
        parse_item_list(text)


def test_only_items_that_nobody_has_begun_are_dealt_out_and_only_once(tmp_path: Path) -> None:
    store = imported(tmp_path, "before", BEFORE)
    offer = find_candidates(store, "P", [*ITEMS, "old"])
    assert (offer.items.height, offer.begun, offer.planned) == (20, 1, 0)
    planned(store, ITEMS)
    offer = find_candidates(store, "P", [*ITEMS, "new"])
    assert (offer.items["item"].to_list(), offer.begun, offer.planned) == (["new"], 0, 20)


def test_a_plan_lists_its_items_and_is_remembered(tmp_path: Path) -> None:
    store = imported(tmp_path, "before", BEFORE)
    plan_id, chosen = planned(store, ITEMS)
    (row,) = read_holdout_plans(store).to_dicts()
    assert row == {
        "plan_id": plan_id, "project": "P", "share": 0.25, "seed": 7, "planned_on": PLANNED_ON, "planned_by": "Lea",
        "items": 20, "held_out": 5,
    }  # fmt: skip
    assert read_plan_items(store, plan_id).select("item", "holdout").equals(chosen)
    assert format_plan_items_csv(store, plan_id).splitlines()[0] == "item,holdout,project,planned_on"


def test_labels_of_planned_items_carry_the_flags_and_the_logs_own_word_goes_first(tmp_path: Path) -> None:
    store = imported(tmp_path, "before", BEFORE)
    _, chosen = planned(store, ITEMS)
    held = chosen.filter("holdout")["item"].to_list()
    other = chosen.filter(~pl.col("holdout"))["item"].to_list()
    imported(
        tmp_path,
        "after",
        f"{held[0]},Ann,30,manual,2026-03-04T10:00:00Z,P,,\n{other[0]},Ann,20,pre-annotated,2026-03-04T10:00:00Z,P,,\n"
        f"{held[1]},Ann,30,manual,2026-03-04T10:00:00Z,P,false,false\n{held[2]},Ann,30,manual,2026-03-04T10:00:00Z,Q,,\n"
        f"{held[3]},Ann,30,manual,2026-03-01T10:00:00Z,P,,\nunplanned,Ann,30,manual,2026-03-04T10:00:00Z,P,,\n",
    )
    with store.snapshot() as snapshot:
        labels = snapshot.query("select item, holdout, eligible from label where person is not null order by item")
    flags = {row[0]: row[1:] for row in labels.iter_rows()}
    assert flags[held[0]] == (True, True)
    assert flags[other[0]] == (False, True)
    assert flags[held[1]] == (False, False)
    assert [flags[name] for name in (held[2], held[3], "unplanned", "old")] == [(None, None)] * 4


def test_whether_a_hold_out_was_kept_is_read_back(tmp_path: Path) -> None:
    store = imported(tmp_path, "before", BEFORE)
    plan_id, chosen = planned(store, ITEMS)
    held = chosen.filter("holdout")["item"].to_list()
    ways = zip(held, ("manual", "manual", "pre-annotated", "unknown"), strict=False)
    rows = "".join(f"{item},Ann,30,{way},2026-03-04T10:00:00Z,P,,\n" for item, way in ways)
    imported(tmp_path, "after", rows)
    found = check_compliance(chosen, read_plan_labels(store, plan_id))
    assert (found.manual, found.assisted + found.unknown, found.missing, found.kept) == (2, 2, 1, False)
    with pytest.raises(BadMapping, match="labeled already"):
        withdraw_holdout_plan(store, plan_id)


def test_a_plan_can_be_withdrawn_before_anybody_works_by_it(tmp_path: Path) -> None:
    store = imported(tmp_path, "before", BEFORE)
    plan_id, _ = planned(store, ITEMS)
    withdraw_holdout_plan(store, plan_id)
    assert read_holdout_plans(store).is_empty()
    with pytest.raises(BadMapping, match="no hold-out plan"):
        read_plan_items(store, plan_id)


def test_a_plan_that_cannot_compare_anything_or_takes_items_twice_is_refused(tmp_path: Path) -> None:
    store = imported(tmp_path, "before", BEFORE)
    none = pl.DataFrame({"item": ["a", "b"], "holdout": [False, False]})
    with pytest.raises(BadMapping, match="0 of 2"):
        save_holdout_plan(store, "P", none, share=0.1, seed=1)
    _, chosen = planned(store, ITEMS)
    with pytest.raises(BadMapping, match="in the meantime"):
        save_holdout_plan(store, "P", chosen, share=0.25, seed=1)
    assert read_holdout_plans(store).height == 1


def test_open_items_are_those_a_machine_proposed_and_nobody_made(tmp_path: Path) -> None:
    rows = "p1,,,automatic,2026-03-02T10:00:00Z,P,,\n"
    file = tmp_path / "drafts.csv"
    file.write_text(
        "item,person,seconds,method,finished_at,project,outcome\n"
        "d1,,,automatic,2026-03-02T10:00:00Z,P,draft\n"
        "d2,,,automatic,2026-03-02T10:00:00Z,P,draft\nd2,Ann,9,manual,2026-03-02T11:00:00Z,P,submitted\n",
        encoding="utf-8",
    )
    store = imported(tmp_path, "before", rows)
    import_files(store, [file], Settings(zone="UTC"))
    assert find_candidates(store, "P").items["item"].to_list() == ["d1"]
    basis = read_holdout_basis(store, "P")
    assert (basis.annotators, basis.manual_labels, basis.manual_seconds, basis.held_out) == (1, 1, 9.0, 0)
