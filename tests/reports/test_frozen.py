"""A frozen report stays as it was, and a difference is laid to the data and to the rules as it was made."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from reported_team import OCTOBER
from store_copies import copied

from dashboard.cli.main import main
from dashboard.errors import BadFilter
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.reports.answers import Answers
from dashboard.reports.content import build_content
from dashboard.reports.frozen import (
    compare_numbers,
    describe_changes,
    describe_rule_changes,
    freeze_report,
    list_frozen_reports,
    read_frozen_report,
    recompute_number,
)
from dashboard.reports.request import Audience, ReportPart
from dashboard.settings.rules import RULE_SHEET
from dashboard.store.category_rules import Rule
from dashboard.store.generations import Store

HEAD = "person,day_on,seconds,project,description,category\n"
# Hours in October: 60 of labeling, 30 of modeling, 10 that no rule decides. Later come 20 more of labeling.
PEOPLE = ("Ada", "Bob", "Cleo", "Dan", "Eve")
BEFORE = [("2026-10-05", 43200, "Signs", "x", "annotating"), ("2026-10-06", 21600, "Signs", "x", "modeling"),
          ("2026-10-07", 7200, "Signs", "whiteboard", "")]  # fmt: skip
AFTER = [("2026-10-08", 14400, "Signs", "x", "annotating")]
REQUEST = replace(OCTOBER, audience=Audience.team, parts=(ReportPart.share, ReportPart.hours), note="As sent.")


def imported(store: Store, file: Path, rows: list[tuple[str, int, str, str, str]]) -> None:
    lines = (",".join([one, *map(str, row)]) for row in rows for one in PEOPLE)
    file.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    import_files(store, [file], Settings())


@copied
def build_store(folder: Path) -> Store:
    """Return a store that holds the hours of before."""
    store = Store(folder / "store")
    imported(store, folder / "before.csv", BEFORE)
    return store


@copied
def build_frozen(folder: Path) -> Store:
    """Return such a store whose report is frozen, with the number 1."""
    store = build_store(folder)
    freeze_report(store, build_content(store, REQUEST), "October", "lead")
    return store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return build_store(tmp_path)


@pytest.fixture
def frozen(tmp_path: Path) -> Store:
    return build_frozen(tmp_path)


def labeled_whiteboards(store: Store) -> None:
    """Change the rules: what happens at the whiteboard is labeling."""
    head, *rules = RULE_SHEET.format_csv(store).splitlines()
    assert head == "position,field,operator,pattern,category,effect"
    lines = [f"{int(line.split(',')[0]) + 1},{line.split(',', 1)[1]}" for line in rules]
    RULE_SHEET.load_csv(store, "\n".join([head, "1,description,contains,whiteboard,annotating,decides", *lines]) + "\n")


def row(moved: pl.DataFrame, column: str, what: str) -> dict[str, float]:
    return moved.filter((pl.col("column") == column) & pl.col("what").str.contains(what)).row(0, named=True)


def test_where_nothing_happened_nothing_moved() -> None:
    frozen = build_frozen.shared()
    assert compare_numbers(frozen, 1).is_empty()
    assert describe_changes(frozen, 1).startswith("Nothing moved")


@pytest.mark.parametrize(
    "gone",
    [
        {"figure": "x"},
        {"where": (("x", 1),)},
        {"where": (("category", 1),)},
        {"period": "x"},
        {"column": "x"},
        {"how": "x"},
        {"figure": "hours_by_category", "where": (), "column": "category", "how": "most"},
    ],
)
def test_a_number_that_this_version_does_not_know_no_longer_exists(gone: dict[str, object]) -> None:
    frozen = build_frozen.shared()
    sent = read_frozen_report(frozen, 1)
    number = next(number for number in sent.numbers if number.figure == "hours_by_category")
    assert recompute_number(Answers(frozen, sent.request), number) == pytest.approx(number.value)
    assert recompute_number(Answers(frozen, sent.request), replace(number, **gone)) is None  # type: ignore[arg-type]


def test_data_and_rules_each_get_what_they_moved(frozen: Store, tmp_path: Path) -> None:
    sent = read_frozen_report(frozen, 1)
    imported(frozen, tmp_path / "after.csv", AFTER)
    labeled_whiteboards(frozen)
    moved = compare_numbers(frozen, 1)
    share = row(moved, "share", "hours_by_category, annotating")
    # 60 of all 100 hours; with the new data 80 of 120; with the new rules 90 of 120.
    assert share["then"] == pytest.approx(60 / 100)
    assert share["now"] == pytest.approx(90 / 120)
    assert share["by_data"] == pytest.approx(80 / 120 - 60 / 100)
    assert share["by_rules"] == pytest.approx(90 / 120 - 80 / 120)
    hours = row(moved, "hours", "hours_by_category, uncategorized")
    assert (hours["then"], hours["now"], hours["by_data"]) == pytest.approx((10, 0, 0))
    assert hours["by_rules"] == pytest.approx(-10)
    assert all(
        one["then"] + one["by_data"] + one["by_rules"] == pytest.approx(one["now"])
        for one in moved.drop_nulls().iter_rows(named=True)
    )
    # What was sent is what it was, to the last byte, and so are the rules in force.
    assert read_frozen_report(frozen, 1) == sent
    assert "whiteboard" in RULE_SHEET.format_csv(frozen)
    said = 'The category rules were changed (added: description contains "whiteboard" is annotating).'
    assert describe_changes(frozen, 1).startswith(said)


def test_what_is_kept_comes_back_as_it_went_in(store: Store) -> None:
    found = build_content(store, REQUEST)
    number = freeze_report(store, found, "October\u202e", "lead")
    kept = read_frozen_report(store, number)
    assert kept.request == REQUEST
    assert kept.name == "October"
    assert kept.numbers == tuple(dict.fromkeys(found.printed_numbers()))
    assert kept.pdf.startswith(b"%PDF")
    listed = list_frozen_reports(store).row(0, named=True)
    assert (listed["report_id"], listed["first_on"], listed["frozen_by"]) == (number, date(2026, 10, 1), "lead")


def test_a_report_that_is_not_there_is_said(store: Store) -> None:
    with pytest.raises(BadFilter, match="no frozen report 7"):
        read_frozen_report(store, 7)


def test_the_terminal_freezes_shows_and_compares(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*words: str) -> str:
        with pytest.raises(SystemExit) as ended:
            main(["--store", str(store.folder), *words])
        assert not ended.value.code
        return capsys.readouterr().out

    days = ("--from", "2026-10-01", "--to", "2026-10-31", "--audience", "team")
    run("report", *days, "--out", str(tmp_path / "sent.html"), "--freeze", "October")
    imported(store, tmp_path / "after.csv", AFTER)
    run("reports", "show", "1", "--format", "html", "--out", str(tmp_path / "again.html"))
    assert (tmp_path / "again.html").read_bytes() == (tmp_path / "sent.html").read_bytes()
    assert "October" in run("reports")
    labeled_whiteboards(store)
    assert "labeling_of_labeling_and_modeling" in run("reports", "compare", "1", "--format", "csv")
    with pytest.raises(SystemExit):
        main(["--store", str(store.folder), "reports", "compare", "1"])
    assert 'added: description contains "whiteboard" is annotating' in capsys.readouterr().err


def rule(position: int, pattern: str, category: str, field: str = "task") -> Rule:
    return Rule(position, field, "contains", pattern, category)


OLD = (rule(1, "label", "annotating"), rule(2, "train", "modeling"), rule(3, "meet", "other"))


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (OLD, ""),
        (OLD[:2], 'removed: task contains "meet" is other'),
        ((*OLD, rule(4, "x", "other")), 'added: task contains "x" is other'),
        ((OLD[1], OLD[0], OLD[2]), "put in another order"),
        (
            (OLD[0], rule(2, "train", "evaluation"), OLD[2]),
            'edited: task contains "train" is modeling, now task contains "train" is evaluation',
        ),
        (
            (rule(1, "label|mark", "annotating"), *OLD[1:]),
            'edited: task contains "label" is annotating, now task contains "label|mark" is annotating',
        ),
        (
            (rule(1, "zero", "annotating", "tags"), *(replace(one, position=one.position + 1) for one in OLD)),
            'added: tags contains "zero" is annotating',
        ),
    ],
)
def test_what_became_of_rules_is_said(now: tuple[Rule, ...], said: str) -> None:
    assert describe_rule_changes(OLD, now) == said


def test_many_changed_rules_are_counted_and_hostile_patterns_are_short() -> None:
    many = [rule(number, f"\u202eword {number} {'W' * 900}", "other") for number in range(1, 8)]
    text = describe_rule_changes((), many)
    assert text.endswith("; and 3 more changes")
    assert "\u202e" not in text
    assert len(text) < 500
