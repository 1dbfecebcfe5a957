"""Every sheet a lead edits: its CSV comes back the same, its columns explain themselves, its messages name the cell."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from demo_team import demo_copy

from dashboard.discovery import read_declarations
from dashboard.errors import BadMapping, ChangedMeanwhile
from dashboard.settings.budgets import BUDGET_SHEET
from dashboard.settings.notes import NOTE_SHEET
from dashboard.settings.sheet import Field, describe_sheet, find_sheets
from dashboard.store.generations import Store

SHEETS = find_sheets()
NAMES = tuple(SHEETS)
SETTINGS = Path(__file__).parents[2] / "dashboard" / "settings"
NOT_IN_THE_DEMO = {
    "invoices": "vendor,kind,project,from_on,to_on,amount,currency,hours,note\n"
    "Cloud,compute,,2026-03-02,2026-03-31,310.5,USD,31,\n",
    "budgets": "project,covers,unit,recurs,from_on,amount\n,labeling,hours,month,2026-01-01,40\n",
    "mappings": "mapping,part,holds\nSheet,person,Who\nSheet,day_on,Date\nSheet,hours,Hours\nSheet,decimal,.\n",
    "schemes": "scheme,group,category,project\nInvestment,Data,annotating,\nInvestment,Rest,,\n",
    "targets": "measure,project,direction,value,by_on\nacceptance,,at least,0.9,2026-12-31\n",
    "views": "view,period,from_on,to_on,projects,teams,people\nMarch,Custom,2026-03-01,2026-03-31,Lanes,,\n",
}
# What these words mean is plain from the title.
PLAIN_TYPES = {"day", "number", "choice", "flag"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    made = Store(demo_copy(tmp_path_factory))
    for name, text in NOT_IN_THE_DEMO.items():
        SHEETS[name].load_csv(made, text)
    return made


def test_the_walk_meets_every_sheet() -> None:
    texts = (file.read_text("utf-8") for file in SETTINGS.rglob("*.py"))
    declared = [name for text in texts for name in re.findall(r'^\w+ = Sheet\(\s+name="(\w+)"', text, re.MULTILINE)]
    assert sorted(declared) == list(NAMES)
    assert {"budgets", "people", "rules"} < set(NAMES)


def test_the_command_line_reads_the_same_texts_without_an_import() -> None:
    declarations = {one.literals["name"]: one.literals for one in read_declarations("dashboard.settings", "Sheet")}
    assert sorted(map(str, declarations)) == list(NAMES)
    for name, sheet in SHEETS.items():
        assert (declarations[name]["noun"], declarations[name]["summary"]) == (sheet.noun, sheet.summary)


@pytest.mark.parametrize("name", NAMES)
def test_a_csv_that_goes_out_comes_back_the_same(store: Store, name: str) -> None:
    sheet = SHEETS[name]
    text, rows = sheet.format_csv(store), sheet.list_rows(store)
    assert text.splitlines()[0] == ",".join(sheet.columns)
    sheet.load_csv(store, text)
    assert sheet.format_csv(store) == text
    assert sheet.list_rows(store).equals(rows)
    with pytest.raises(ChangedMeanwhile, match=sheet.title):
        sheet.replace_shown(store, rows.to_dicts(), rows.clear())


def test_no_sheet_is_compared_empty(store: Store) -> None:
    assert {name for name, sheet in SHEETS.items() if sheet.list_rows(store).is_empty()} == set()


@pytest.mark.parametrize("name", NAMES)
def test_what_is_said_of_saved_rows_holds_for_one_as_for_many(name: str) -> None:
    assert not SHEETS[name].saved.startswith("{count} ")  # as in "1 rules are in force"


@pytest.mark.parametrize("name", NAMES)
def test_every_column_explains_itself(name: str) -> None:
    sheet = SHEETS[name]
    assert len(set(sheet.columns)) == len(sheet.columns)
    for field in sheet.fields:
        assert field.title[0].isupper(), field.name
        assert bool(field.choices) == (field.type == "choice"), field.name
    lines = describe_sheet(sheet).splitlines()
    assert len(lines) == len(sheet.fields) + 2
    assert all(line.replace("\\|", "").count("|") == 5 for line in lines)


CELLS = [
    (name, field)
    for name, sheet in SHEETS.items()
    for field in sheet.fields
    if field.type in PLAIN_TYPES and name != "automations"
]


@pytest.mark.parametrize(("name", "field"), CELLS, ids=[f"{name}-{field.name}" for name, field in CELLS])
def test_a_bad_cell_is_named_by_row_and_column(name: str, field: Field) -> None:
    examples = {"day": "2026-01-05", "number": "1", "choice": "", "text": "EUR", "flag": "no"}
    good = {one.name: one.choices[-1] if one.choices else examples[one.type] for one in SHEETS[name].fields}
    good |= {"year": "2026"} if "year" in good else {}
    with pytest.raises(BadMapping) as refused:
        SHEETS[name].parse_rows([good, {**good, field.name: "so-so"}])
    assert f"Line 2 of the {SHEETS[name].title.lower()}" in str(refused.value)
    assert field.name in str(refused.value)


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("automation,B,magic,,,,,,", "technique"),
        ("automation,B,pre-labeling,often,,,,,", "applies"),
        ("automation,B,pre-labeling,,long,,,,", "setup_hours"),
    ],
)
def test_a_bad_cell_of_the_register_is_named_by_row_and_column(tmp_path: Path, line: str, column: str) -> None:
    head = "row,automation,technique,applies,setup_hours,project,person,from_on,to_on\n"
    with pytest.raises(BadMapping, match=r"Row 2 of the automations \(B\)") as refused:
        SHEETS["automations"].load_csv(
            Store(tmp_path / "store"), f"{head}automation,A,pre-labeling,,,,,,\n{line}\n", None
        )
    assert column in str(refused.value)


def test_limits_of_a_field_are_checked_and_described() -> None:
    share = Field("share", "Share", "number", maximum=1)
    assert share.describe_values() == "a number from 0 to 1"
    assert share.parse_cell({"share": "0.5"}, "Line 1") == 0.5
    for written in ("1.5", "-0.1", "nan", "inf", "half", "0_1", "\u0661", "1e-1_0"):
        with pytest.raises(BadMapping, match=rf"share of Line 1 is '{written}'"):
            share.parse_cell({"share": written}, "Line 1")
    flag = Field("is_on", "On", "flag")
    assert [flag.parse_cell({"is_on": cell}, "Line 1") for cell in ("Yes", "no", "")] == [True, False, False]
    with pytest.raises(BadMapping, match="has no text"):
        NOTE_SHEET.parse_rows([{"day_on": "2026-01-05", "text": " "}])
    assert "number from 0.01 to" in describe_sheet(BUDGET_SHEET)
    assert Field("hours", "Hours", "number", above_minimum=True).describe_values() == "a number above 0"


@pytest.mark.parametrize("field", [field for _, field in CELLS if field.type == "number" and field.maximum is None])
def test_a_number_beyond_every_use_is_refused(field: Field) -> None:
    for written in ("1e308", "1e18", "9223372036854775807"):
        with pytest.raises(BadMapping, match="at most 1,000,000,000,000"):
            field.parse_cell({field.name: written}, "Line 1")


def test_setup_hours_beyond_every_use_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadMapping, match="setup_hours"):
        SHEETS["automations"].load_csv(
            Store(tmp_path / "store"), "row,automation,technique,setup_hours\nautomation,A,pre-labeling,1e18\n", None
        )


@pytest.mark.parametrize("written", ["2026-03-311", "2026-03-31; 2026-04-30", "2026-W14-2", "20260331", "31.03.2026"])
def test_what_only_begins_like_a_day_is_none(written: str) -> None:
    with pytest.raises(BadMapping, match="not a day"):
        NOTE_SHEET.parse_rows([{"day_on": written, "text": "a note"}])


@pytest.mark.parametrize("written", ["2026-03-31", "2026-03-31 00:00:00", "2026-03-31T00:00:00.000"])
def test_a_day_may_come_with_midnight(written: str) -> None:
    _, cells = NOTE_SHEET.parse_rows([{"day_on": written, "text": "a note"}])[0]
    assert cells["day_on"] == date(2026, 3, 31)


def test_a_message_does_not_repeat_a_cell_of_a_book() -> None:
    with pytest.raises(BadMapping) as refused:
        NOTE_SHEET.parse_rows([{"day_on": "a" * 30_000, "text": "a note"}])
    assert len(str(refused.value)) < 2500
    assert refused.value.message.startswith("day_on of Line 1 of the notes is 'aaa")
    assert refused.value.message.endswith("aaa', not a day.")


BUDGET = "project,covers,unit,recurs,from_on,amount"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"{BUDGET},Amount\n,labeling,hours,month,2026-01-01,100,7\n", "two columns called amount"),
        (f"{BUDGET}\n,,hours,month,2026-01-01,900\n,,EUR,month,2026-01-01,1,500\n", "Line 3 .* '500' beyond"),
        (f"{BUDGET}\n,,EUR,month,2026-01-01,1,500\n", "Line 2 .* '500' beyond"),
        (f"{BUDGET},\n,,EUR,month,2026-01-01,1,500\n", "without a name"),
    ],
)
def test_no_cell_of_a_csv_is_dropped_without_a_word(text: str, words: str) -> None:
    with pytest.raises(BadMapping, match=words):
        find_sheets()["budgets"].parse_csv(text)


def test_a_table_of_any_length_is_refused_before_it_is_in_the_memory() -> None:
    with pytest.raises(BadMapping, match="more than 50,000 rows"):
        find_sheets()["people"].parse_csv("name\n" + "p\n" * 50_001)
    assert len(find_sheets()["people"].parse_csv("name\n" + "p\n" * 50_000)) == 50_000


def test_empty_cells_beyond_the_last_column_are_nothing() -> None:
    rows = find_sheets()["budgets"].parse_csv(f"{BUDGET}\n,,EUR,month,2026-01-01,1500,,\n,,,,,,\n")
    assert [row["amount"] for row in rows] == ["1500"]
