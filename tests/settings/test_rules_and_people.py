"""Rules and people: tried out before they count, kept as CSV, and every total follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from worked_team import ENTRIES, filled, imported

from dashboard import privacy
from dashboard.errors import BadMapping
from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.settings.aliases import accept_aliases, normalize_name, propose_aliases
from dashboard.settings.people import PEOPLE_SHEET, read_people, read_time_off, save_time_off
from dashboard.settings.rates import RATE_SHEET, read_rates
from dashboard.settings.rules import (
    RULE_SHEET,
    explain_category,
    parse_rules_csv,
    parse_rules_frame,
    preview_rules,
    read_rules,
    save_rules,
)
from dashboard.store.category_rules import Rule, load_default_rules
from dashboard.store.generations import Store

DEFAULT_RULES = load_default_rules()
SOMETHING = Rule(1, "description", "equals", "something", "modeling")


def later(rules: tuple[Rule, ...]) -> list[Rule]:
    """Return rules one place further down."""
    return [replace(rule, position=rule.position + 1) for rule in rules]


def hours(store: Store, category: str) -> float:
    rows = resolve_figure(store, "hours_by_category", Filters()).rows.filter(pl.col("category") == category)
    return float(rows.get_column("hours").sum())


def test_a_dry_run_shows_what_would_move_and_changes_nothing(tmp_path: Path) -> None:
    store = filled(tmp_path)
    before = store.generation()
    moved = preview_rules(store, [SOMETHING, *later(DEFAULT_RULES)])
    assert moved.rows() == [("uncategorized", "modeling", 1, 7200, 2.0, None)]
    assert (store.generation(), hours(store, "uncategorized")) == (before, 2.0)
    without = preview_rules(store, [])
    assert without.get_column("entries").sum() == 7  # Dan's category is said by the file, one has no rule
    assert set(without.get_column("to_category")) == {"uncategorized"}


def test_saving_moves_exactly_what_the_dry_run_said(tmp_path: Path) -> None:
    store = filled(tmp_path)
    assert save_rules(store, [SOMETHING, *later(DEFAULT_RULES)], who="lead") == len(DEFAULT_RULES) + 1
    assert (hours(store, "uncategorized"), hours(store, "modeling")) == (0.0, 5.0)
    with store.snapshot() as snapshot:
        logged = snapshot.query("select who, detail from audit_log where what = 'category rules' order by logged_at")
    count = len(DEFAULT_RULES) + 1
    changed = count + len(DEFAULT_RULES)  # every old rule moved one place down
    assert logged.rows() == [("lead", f"{count} rules in force, {changed} lines added or taken away")]


def test_the_same_texts_are_decided_anew_by_other_rules_and_other_texts_by_the_same_rules(tmp_path: Path) -> None:
    heading = "person,day_on,seconds,project,description\n"
    as_other, as_evaluation = Rule(1, "text", "word", "dry", "other"), Rule(1, "text", "word", "dry", "evaluation")
    stores = [Store(tmp_path / f"store{number}") for number in range(4)]
    for store, rule, text in zip(
        stores, (as_other, *[as_evaluation] * 3), ("dry", "dry", "été dry", "étédry"), strict=True
    ):
        save_rules(store, [rule])
        file = tmp_path / f"{store.folder.name}.csv"
        file.write_text(f"{heading}Ada,2026-03-02,3600,Vision,{text}\n", encoding="utf-8")
        import_files(store, [file], Settings())
    assert [hours(store, "other") for store in stores] == [1.0, 0.0, 0.0, 0.0]
    assert [hours(store, "evaluation") for store in stores] == [
        0.0,
        1.0,
        1.0,
        0.0,
    ]  # a letter before the word is no edge


def test_rules_go_out_as_csv_and_come_back_the_same(tmp_path: Path) -> None:
    store = imported(tmp_path)
    hostile = Rule(1, "any", "contains", '=cmd|" /C calc"!A1', "other")
    save_rules(store, [hostile, *later(DEFAULT_RULES)])
    text = RULE_SHEET.format_csv(store)
    assert ",\"'=cmd" in text
    assert parse_rules_csv(text) == [hostile, *later(DEFAULT_RULES)]
    assert RULE_SHEET.load_csv(store, text) == len(DEFAULT_RULES) + 1
    assert parse_rules_frame(read_rules(store)) == parse_rules_csv(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("field,operator,pattern\nany,contains,x\n", "column category is missing"),
        ("field,operator,pattern,category,colour\nany,contains,x,other,red\n", "colour is not known"),
        ("position,field,operator,pattern,category\nfirst,any,contains,x,other\n", "position of Line 1 of the rules"),
        ("position,field,operator,pattern,category\n1e10,any,contains,x,other\n", "position of Line 1 of the rules"),
        ("field,operator,pattern,category\nany,contains,x,fun\n", "unknown category 'fun'"),
        ('field,operator,pattern,category\nany,contains,"x,other\n', "not CSV"),
    ],
)
def test_rules_that_cannot_be_read_change_nothing(tmp_path: Path, text: str, message: str) -> None:
    store = Store(tmp_path / "store")
    with pytest.raises(BadMapping, match=message):
        RULE_SHEET.load_csv(store, text)
    assert not store.exists()


def test_a_pattern_that_only_the_store_can_judge_is_refused_too(tmp_path: Path) -> None:
    store = filled(tmp_path)
    greedy = [Rule(1, "any", "matches", "zebra{5000}", "other")]  # no text holds it
    for attempt in (preview_rules, save_rules):
        with pytest.raises(BadMapping, match="pattern"):
            attempt(store, greedy)
    assert read_rules(store).height == len(DEFAULT_RULES)
    with pytest.raises(BadMapping, match="pattern"):
        save_rules(Store(tmp_path / "empty"), greedy)


def test_an_entry_can_be_asked_which_rule_decided(tmp_path: Path) -> None:
    store = filled(tmp_path)
    review = explain_category(store, 1, 3)
    assert review.category == "review"
    assert review.rule is not None
    assert review.rule.category == "review"
    assert review.texts["description"] == "review annotations of batch 7"
    assert "first that matches" in review.reason
    assert "No rule" in explain_category(store, 1, 8).reason
    assert "file itself" in explain_category(store, 1, 9).reason
    with pytest.raises(BadMapping, match="line 99"):
        explain_category(store, 1, 99)


def test_people_go_out_as_csv_and_come_back_the_same(tmp_path: Path) -> None:
    store = filled(tmp_path)
    text = PEOPLE_SHEET.format_csv(store)
    assert text.splitlines()[1] == "Ada,Ada;ada@example.org,Perception,engineer,,40.0,,,"
    before = read_people(store)
    assert PEOPLE_SHEET.load_csv(store, text) == 3
    assert read_people(store).equals(before)


def test_weekly_hours_change_from_a_day_on(tmp_path: Path) -> None:
    store = imported(tmp_path)
    PEOPLE_SHEET.load_csv(
        store,
        "name,weekly_hours,from_on,active_to\nAda,40,,2026-03-10\nAda,20,2026-03-09,\n",
    )
    answer = resolve_figure(store, "coverage", Filters(people=("Ada",)))
    assert answer.rows.item(0, "capacity_hours") == 5 * 8 + 2 * 4
    assert read_people(store).get_column("from_on").to_list() == [None, date(2026, 3, 9)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("team\nA\n", "column name is missing"),
        ("name,team\n,A\n", "has no name"),
        ("name,role\nAda,boss\n", "unknown role 'boss'"),
        ("name,zone\nAda,Mars/Base\n", "unknown time zone"),
        ("name,weekly_hours\nAda,forty\n", r"weekly_hours of Line 1 of the people \(Ada\)"),
        ("name,weekly_hours\nAda,200\n", r"weekly_hours of Line 1 of the people \(Ada\)"),
        ("name,weekly_hours\nAda,nan\n", r"weekly_hours of Line 1 of the people \(Ada\)"),
        ("name,from_on,weekly_hours\nAda,31.3.2026,40\n", "not a day"),
        ("name,active_from,active_to\nAda,2026-03-02,2026-03-01\n", "before the first"),
        ("name,aliases\nAda,a;b\nBob,b\n", "'b' belongs to both Ada and Bob"),
        ("name,aliases\nAda,Bob\nBob,\n", "'Bob' belongs to both Ada and Bob"),
        ("name,weekly_hours,from_on\nAda,40,\nAda,20,\n", "two numbers of weekly hours"),
    ],
)
def test_people_that_cannot_be_used_change_nothing(tmp_path: Path, text: str, message: str) -> None:
    store = filled(tmp_path)
    before = store.generation()
    with pytest.raises(BadMapping, match=message):
        PEOPLE_SHEET.load_csv(store, text)
    assert store.generation() == before


def test_time_off_stays_with_its_person(tmp_path: Path) -> None:
    store = filled(tmp_path)
    off = pl.DataFrame({"name": ["Cleo"], "day_on": [date(2026, 3, 6)], "hours": [4.0]})
    assert save_time_off(store, off) == 1
    PEOPLE_SHEET.load_csv(store, "name\nBob\nCleo\nZoe\n")
    assert read_time_off(store).rows() == [("Cleo", date(2026, 3, 6), 4.0)]
    with pytest.raises(BadMapping, match="Cleo is missing and has 1 day of time off"):
        PEOPLE_SHEET.load_csv(store, "name\nZoe\n")
    save_time_off(store, off.clear())
    PEOPLE_SHEET.load_csv(store, "name\nZoe\n")
    with pytest.raises(BadMapping, match="Nobody is called"):
        save_time_off(store, off)


def test_whoever_has_a_new_name_keeps_time_off_rates_and_rollouts(tmp_path: Path) -> None:
    store = filled(tmp_path)
    save_time_off(store, pl.DataFrame({"name": ["Cleo"], "day_on": [date(2026, 3, 6)], "hours": [4.0]}))
    RATE_SHEET.load_csv(store, "person,role,hourly,currency\nCleo,,100,EUR\n,engineer,20,EUR\n")
    with store.change("add a rollout") as change:
        change.execute("insert into automation (name, technique, applies) values ('tool', 'LLM labels', 'every item')")
        change.execute("insert into automation_scope values ('tool', 'signs', 'Cleo', date '2026-03-01', null)")
    PEOPLE_SHEET.load_csv(store, "name,aliases\nCleo Day,Cleo\n")
    assert read_time_off(store).rows() == [("Cleo Day", date(2026, 3, 6), 4.0)]
    assert read_rates(store).get_column("person").drop_nulls().to_list() == ["Cleo Day"]
    with store.snapshot() as snapshot:
        assert snapshot.query("select person from automation_scope").item() == "Cleo Day"


def test_two_names_that_become_one_person_keep_the_longer_time_off_of_a_day(tmp_path: Path) -> None:
    store = filled(tmp_path)
    days = [date(2026, 3, 5), date(2026, 3, 6), date(2026, 3, 6)]
    off = pl.DataFrame({"name": ["Cleo", "Bob", "Cleo"], "day_on": days, "hours": [8.0, 4.0, 2.0]})
    save_time_off(store, off)
    PEOPLE_SHEET.load_csv(store, "name,aliases\nBob,Cleo\n")
    assert read_time_off(store).rows() == [("Bob", days[0], 8.0), ("Bob", days[1], 4.0)]


def test_a_rate_of_an_alias_is_that_of_the_person(tmp_path: Path) -> None:
    store = filled(tmp_path)
    RATE_SHEET.load_csv(store, "person,hourly,currency\nada@example.org,100,EUR\n")
    assert read_rates(store).get_column("person").to_list() == ["Ada"]
    with pytest.raises(BadMapping, match="The rate of Ada is there twice, under two of their names"):
        RATE_SHEET.load_csv(store, "person,hourly,currency\nada@example.org,100,EUR\nAda,90,EUR\n")


def names_in_two_tools(folder: Path) -> Store:
    """Return a store in which people have several names."""
    store = filled(folder)
    file = folder / "other.csv"
    file.write_text(
        "person,day_on,seconds,description\n"
        "ada,2026-03-02,60,labeling\n"
        "Zoë Miller,2026-03-02,7200,labeling\n"
        "miller.zoe@example.org,2026-03-02,60,labeling\n"
        "Miller Zoe,2026-03-02,60,labeling\n"
        "Dan,2026-03-02,60,labeling\n",
        encoding="utf-8",
    )
    import_files(store, [file], Settings())
    return store


def test_aliases_are_proposed_with_a_reason_and_count_once_accepted(tmp_path: Path) -> None:
    store = names_in_two_tools(tmp_path)
    proposed = propose_aliases(store)
    assert proposed.select("alias", "person", "reason").rows() == [
        ("ada", "Ada", "same name"),
        ("Dan", "Dan", "new person"),
        ("Miller Zoe", "Zoë Miller", "same normalized name"),
        ("Zoë Miller", "Zoë Miller", "new person"),
        ("miller.zoe@example.org", "Zoë Miller", "same normalized name"),
    ]
    before = resolve_figure(store, "hours_by_person", Filters(), names=True).rows
    assert before.height == 8  # nothing counts before the lead says so
    assert accept_aliases(store, proposed.filter(pl.col("person") != "Dan")) == 4
    after = resolve_figure(store, "hours_by_person", Filters(), names=True).rows
    assert after.filter(pl.col("person") == "Zoë Miller").item(0, "seconds") == 7320
    assert after.get_column("seconds").sum() == before.get_column("seconds").sum()
    assert propose_aliases(store).get_column("alias").to_list() == ["Dan"]


def test_an_alias_cannot_be_accepted_for_two_people(tmp_path: Path) -> None:
    store = names_in_two_tools(tmp_path)
    taken = pl.DataFrame({"alias": ["ada@example.org"], "person": ["Bob"]})
    with pytest.raises(BadMapping, match="both Ada and Bob"):
        accept_aliases(store, taken)
    with pytest.raises(BadMapping, match="lacks"):
        accept_aliases(store, pl.DataFrame({"alias": ["x"], "person": [None]}))


@pytest.mark.parametrize(
    ("one", "other"),
    [("Zoë Miller", "miller, zoe"), ("anna.k", "Anna K"), ("José", "jose@example.org"), ("O'Neil Pat", "pat_o_neil")],
)
def test_names_are_compared_without_case_accents_and_order(one: str, other: str) -> None:
    assert normalize_name(one) == normalize_name(other)


def test_spreadsheets_run_nothing_of_ours() -> None:
    frame = pl.DataFrame(
        {"=head": ["=1+1", "+x", "-x", "@x", "\tx", "\rx", "|x", "fine", None], "n": [-1.5] + [2.0] * 8}
    )
    lines = privacy.format_frame_csv(frame).split("\r\n")
    assert lines[0] == "'=head,n"
    assert lines[1] == "'=1+1,-1.5"
    assert all(line.lstrip('"').startswith("'") for line in lines[:8])
    assert lines[8:10] == ["fine,2.0", ",2.0"]


def test_rules_and_people_leave_the_facts_alone(tmp_path: Path) -> None:
    store = filled(tmp_path)
    with store.snapshot() as snapshot:
        before = snapshot.query("select * from time_entry order by line")
    save_rules(store, [SOMETHING])
    PEOPLE_SHEET.load_csv(store, "name,aliases\nEve,Ada;Bob\n")
    with store.snapshot() as snapshot:
        assert snapshot.query("select * from time_entry order by line").equals(before)
    assert len(ENTRIES.splitlines()) == before.height + 2
