"""The register, rates and the map of labeling projects: read, checked, tried out, saved, logged."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from store_copies import copied

from dashboard.errors import BadMapping
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.settings.automations import (
    AUTOMATION_SHEET,
    preview_register,
    read_automations,
)
from dashboard.settings.labeling_projects import (
    PROJECT_SHEET,
    preview_labeling_projects,
    propose_project,
    read_labeling_projects,
)
from dashboard.settings.people import PEOPLE_SHEET
from dashboard.settings.rates import RATE_SHEET, read_rates
from dashboard.store.generations import Store

EVENTS = """item,person,seconds,method,finished_at,project
a,Ann,30,unknown,2026-03-02T10:00:00Z,7
b,Ann,20,unknown,2026-03-10T10:00:00Z,7
c,Bob,20,unknown,2026-03-10T10:00:00Z,7
d,Bob,20,unknown,2026-03-10T10:00:00Z,Signs north
"""
ENTRIES = """person,day_on,seconds,project
Ann,2026-03-02,3600,Area 7
Ann,2026-03-02,3600,Street
Bob,2026-03-02,3600,signs North
"""
HEAD = (
    "row,automation,technique,applies,setup_hours,project,person,from_on,to_on,kind,field,pattern,per,amount,currency\n"
)
SHEET = (
    HEAD
    + """automation,Drafts,Pre-labeling,every item,1.5,,,,,,,,,,
rollout,Drafts,,,,7,,2026-03-05,2026-12-31,,,,,,
effort,Drafts,,,,,,,,setup,task,prompt|draft,,,
cost,Drafts,,,,,,2026-03-01,,compute,,,month,99.5,eur
"""
)
AUTOMATION = "automation,Drafts,pre-labeling,,,,,,,,,,,,\n"


@copied
def build_labeled(folder: Path) -> Store:
    """Return a store in the folder with labels and time entries."""
    store = Store(folder / "store")
    for name, text in (("events", EVENTS), ("entries", ENTRIES)):
        file = folder / f"{name}.csv"
        file.write_text(text, encoding="utf-8")
        import_files(store, [file], Settings(zone="UTC"))
    return store


@copied
def build_registered(folder: Path) -> Store:
    """Return such a store with the register of `SHEET`."""
    store = build_labeled(folder)
    AUTOMATION_SHEET.load_csv(store, SHEET)
    return store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return build_labeled(tmp_path)


def methods(store: Store) -> dict[str, tuple[str, str | None]]:
    """Return method and automation of each item."""
    with store.snapshot() as snapshot:
        rows = snapshot.query("select item, method, automation from label order by item").iter_rows()
    return {item: (method, automation) for item, method, automation in rows}


def log(store: Store, what: str) -> tuple[str, str]:
    """Return who and detail of the only audit line of a kind."""
    with store.snapshot() as snapshot:
        found = snapshot.query("select who, detail from audit_log where what = $what order by 1", {"what": what})
    (line,) = found.iter_rows()
    return line


def test_a_saved_register_decides_labels_and_comes_back_as_it_was(store: Store) -> None:
    assert AUTOMATION_SHEET.load_csv(store, SHEET, "Lea") == 1
    assert methods(store) == {
        "a": ("manual", None),
        "b": ("pre-annotated", "Drafts"),
        "c": ("pre-annotated", "Drafts"),
        "d": ("unknown", None),
    }
    who, detail = log(store, "automations")
    assert who == "Lea"
    assert detail == "1 automations, 1 rollouts, 1 efforts, 1 costs; new: Drafts; gone: none"
    frame = read_automations(store)
    assert frame.get_column("setup_hours").to_list() == [1.5, None, None, None]
    assert frame.get_column("currency").to_list()[-1] == "EUR"
    text = AUTOMATION_SHEET.format_csv(store)
    assert AUTOMATION_SHEET.load_csv(store, text) == 1
    assert AUTOMATION_SHEET.save_frame(store, frame) == 1
    assert AUTOMATION_SHEET.format_csv(store) == text


def test_a_dry_run_says_how_many_labels_would_change_and_saves_nothing(tmp_path: Path) -> None:
    store = build_registered(tmp_path)
    frame = read_automations(store)
    moves = preview_register(store, frame.clear())
    told = moves.select("from_method", "to_method", "from_automation", "to_automation", "labels").rows()
    assert told == [("pre-annotated", "unknown", "Drafts", None, 2), ("manual", "unknown", None, None, 1)]
    assert preview_register(store, frame).is_empty()
    assert methods(store)["b"] == ("pre-annotated", "Drafts")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("automation,,pre-labeling,,,,,,,,,,,,\n", "no automation"),
        ("automation,X,magic,,,,,,,,,,,,\n", "unknown technique"),
        ("automation,X,,,,,,,,,,,,,\n", r"Row 1 of the automations \(X\) has no technique"),
        ("automation,X,pre-labeling,,-1,,,,,,,,,,\n", "setup_hours"),
        ("automation,X,pre-labeling,,nan,,,,,,,,,,\n", "setup_hours"),
        ("automation,X,pre-labeling,,,7,,,,,,,,,\n", "has no project"),
        ("thing,X,,,,,,,,,,,,,\n", "unknown row"),
        ("rollout,X,,,,7,,2026-01-01,,,,,,,\n", "not in the register"),
        (AUTOMATION * 2, "twice"),
        (AUTOMATION + "rollout,Drafts,,,,7,,,,,,,,,\n", "no from_on"),
        (AUTOMATION + "rollout,Drafts,,,,7,,2026-02-01,2026-01-01,,,,,,\n", "before it begins"),
        (AUTOMATION + "rollout,Drafts,,,,Mars,,2026-02-01,,,,,,,\n", "project called 'Mars'"),
        (AUTOMATION + "rollout,Drafts,,,,7,Zed,2026-02-01,,,,,,,\n", "person called 'Zed'"),
        (AUTOMATION + "rollout,Drafts,,,,7,,March,,,,,,,\n", "not a day"),
        (AUTOMATION + "effort,Drafts,,,,,,,,setup,task,|,,,\n", "looks for nothing"),
        (AUTOMATION + "cost,Drafts,,,,,,2026-01-01,,compute,,,month,-1,EUR\n", "amount"),
        (AUTOMATION + "cost,Drafts,,,,,,2026-01-01,,compute,,,month,1,euro\n", "currency"),
        (
            AUTOMATION + AUTOMATION.replace("Drafts", "Other") + "rollout,Drafts,,,,7,Ann,2026-01-01,,,,,,,\n"
            "rollout,Other,,,,7,Ann,2026-02-01,,,,,,,\n",
            "overlap for Ann in 7",
        ),
    ],
)
def test_a_register_that_cannot_be_right_is_refused_and_changes_nothing(tmp_path: Path, lines: str, said: str) -> None:
    store = build_registered(tmp_path)
    with pytest.raises(BadMapping, match=said):
        AUTOMATION_SHEET.load_csv(store, HEAD + lines)
    assert methods(store)["b"] == ("pre-annotated", "Drafts")


def test_a_rollout_for_a_person_follows_the_person(store: Store) -> None:
    PEOPLE_SHEET.save_frame(store, pl.DataFrame({"name": ["Ann Lee"], "aliases": ["Ann"]}))
    AUTOMATION_SHEET.load_csv(store, SHEET.replace("rollout,Drafts,,,,7,,", "rollout,Drafts,,,,7,Ann Lee,"))
    assert (methods(store)["b"][0], methods(store)["c"][0]) == ("pre-annotated", "manual")
    PEOPLE_SHEET.save_frame(store, pl.DataFrame({"name": ["Ann Lee"], "aliases": ["Bob"]}))
    assert (methods(store)["b"][0], methods(store)["c"][0]) == ("manual", "pre-annotated")


def test_an_empty_store_takes_a_register_that_was_kept_elsewhere(tmp_path: Path) -> None:
    assert AUTOMATION_SHEET.load_csv(Store(tmp_path / "fresh"), SHEET) == 1


def test_rates_and_token_prices_travel_in_one_sheet(store: Store) -> None:
    text = (
        "person,role,model,from_on,hourly,per_million,currency\nAnn,,,2026-01-01,40,,EUR\n,annotator,,,30,,eur\n"
        ",,gpt-x,,,2.5,USD\n,,gpt-x,2026-02-01,,2,USD\n"
    )
    assert RATE_SHEET.load_csv(store, text, "Lea") == 4
    assert log(store, "rates") == ("Lea", "2 hourly rates, 2 token prices")
    frame = read_rates(store)
    assert frame.get_column("from_on").to_list() == [date(2026, 1, 1), None, None, date(2026, 2, 1)]
    kept = RATE_SHEET.format_csv(store)
    assert RATE_SHEET.load_csv(store, kept) == RATE_SHEET.save_frame(store, frame) == 4
    assert RATE_SHEET.format_csv(store) == kept


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Ann,,,2026-01-01,-1,,EUR", "hourly"),
        ("Ann,,,2026-01-01,,,EUR", "no hourly"),
        ("Ann,,,2026-01-01,1,,E", "currency"),
        ("Zed,,,2026-01-01,1,,EUR", "person called 'Zed'"),
        (",boss,,,1,,EUR", "unknown role"),
        (",,gpt,,1,,EUR", "beside a model"),
        (",,,,1,2,EUR", "without a model"),
        ("Ann,,,,1,,EUR\nAnn,,,,2,,EUR", "twice"),
    ],
)
def test_rates_that_cannot_be_right_are_refused(store: Store, line: str, said: str) -> None:
    with pytest.raises(BadMapping, match=said):
        RATE_SHEET.load_csv(store, f"person,role,model,from_on,hourly,per_million,currency\n{line}\n")
    assert read_rates(store).is_empty()


def test_labeling_projects_are_proposed_by_name_and_count_once_saved(store: Store) -> None:
    frame = read_labeling_projects(store)
    shown = frame.select("tool_project", "project", "labels", "proposed", "reason").rows()
    assert shown == [
        ("7", None, 3, "Area 7", "one name is part of the other"),
        ("Signs north", None, 1, "signs North", "same name"),
    ]
    wanted = frame.with_columns(project="proposed").select(PROJECT_SHEET.columns)
    moves = preview_labeling_projects(store, wanted)
    assert moves.select("from_project", "to_project", "labels").rows() == [
        ("7", "Area 7", 3),
        ("Signs north", "signs North", 1),
    ]
    assert PROJECT_SHEET.save_frame(store, wanted, "Lea") == 2
    assert log(store, "labeling projects")[0] == "Lea"
    assert read_labeling_projects(store).get_column("project").to_list() == ["Area 7", "signs North"]
    assert preview_labeling_projects(store, wanted).is_empty()
    kept = PROJECT_SHEET.format_csv(store)
    assert PROJECT_SHEET.load_csv(store, kept) == 2
    assert PROJECT_SHEET.format_csv(store) == kept


def test_unmarked_labels_of_a_project_can_count_as_manual(store: Store) -> None:
    rows = pl.DataFrame({"source": ["native_labeling"], "tool_project": ["7"], "unmarked": ["manual"]})
    assert PROJECT_SHEET.save_frame(store, rows) == 1
    assert {name: method for name, (method, _) in methods(store).items()} == {
        "a": "manual", "b": "manual", "c": "manual", "d": "unknown",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "said"),
    [(",7,P,", "no source"), ("x,7,P,maybe", "unknown unmarked"), ("x,7,P,\nx,7,Q,", "twice")],
)
def test_a_map_that_cannot_be_right_is_refused(store: Store, lines: str, said: str) -> None:
    with pytest.raises(BadMapping, match=said):
        PROJECT_SHEET.load_csv(store, f"source,tool_project,project,unmarked\n{lines}\n")


@pytest.mark.parametrize(
    ("place", "tracked", "expected"),
    [
        ("3", ["Area 3", "Phase 3"], None),
        ("", ["Area"], None),
        ("street_signs", ["Street Signs", "Signs"], "Street Signs"),
        ("x", ["Area"], None),
    ],
)
def test_a_proposal_is_made_only_where_one_project_fits(place: str, tracked: list[str], expected: str | None) -> None:
    assert propose_project(place, tracked)[0] == expected
