"""Categories and definitions of the labeling share: words, SQL and disclosure all say what the table says."""

from __future__ import annotations

import re
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from worked_team import filled

from dashboard import categories, theme
from dashboard.categories import (
    CATEGORIES,
    DEFINITIONS,
    LABELING_SIDE,
    describe_side,
    list_definition_rows,
    list_side,
    parse_categories,
    resolve_category,
)
from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.reports.disclosure import LABELING, MODELING, SIDES
from dashboard.reports.methods import list_definitions
from dashboard.reports.request import ReportRequest
from dashboard.settings.rules import parse_rule_rows
from dashboard.settings.schemes import SCHEME_SHEET
from dashboard.settings.suggestions import build_accepted_rules
from dashboard.settings.views import parse_views
from dashboard.store.category_rules import load_default_rules, parse_rules
from dashboard.store.engine import hash_vocabulary
from dashboard.store.generations import Store
from dashboard.store.queries import load_queries
from dashboard.store.rule_upgrade import DIGEST_LENGTH, digest_rule

ROOT = Path(__file__).parents[1]

# Typed by hand: what each definition means may change only on purpose.
EXPECTED_SIDES = {
    "narrow": ({"annotating"}, {"modeling"}),
    "default": ({"annotating", "review", "labeling operations"}, {"modeling", "evaluation"}),
    "with data preparation": (
        {"annotating", "review", "labeling operations", "data preparation"},
        {"modeling", "evaluation"},
    ),
    "broad": (
        {"annotating", "review", "labeling operations", "data preparation"},
        {"modeling", "evaluation", "deployment and operations"},
    ),
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return filled(tmp_path_factory.mktemp("filled"))


def test_each_definition_has_the_sides_that_were_agreed() -> None:
    sides = {name: (set(list_side("labeling", name)), set(list_side("modeling", name))) for name in DEFINITIONS}
    assert sides == EXPECTED_SIDES
    assert list(DEFINITIONS) == list(EXPECTED_SIDES)


def test_sql_has_the_rows_of_the_table(store: Store) -> None:
    with store.snapshot() as snapshot:
        rows = snapshot.query("select definition, ordinal, category, side from share_definition").rows()
        default_sides = dict(snapshot.query("select category, side from category_side").rows())
    assert sorted(rows) == sorted(
        (name, ordinal, category, side)
        for ordinal, (name, both) in enumerate(EXPECTED_SIDES.items(), 1)
        for side, members in zip(("labeling", "modeling"), both, strict=True)
        for category in members
    )
    labeling, modeling = EXPECTED_SIDES["default"]
    assert default_sides == {**dict.fromkeys(labeling, "labeling"), **dict.fromkeys(modeling, "modeling")}


def test_disclosure_groups_by_the_sides_of_the_share() -> None:
    labeling, modeling = EXPECTED_SIDES["default"]
    assert {**dict.fromkeys(labeling, LABELING), **dict.fromkeys(modeling, MODELING)} == SIDES


def test_words_name_the_categories_of_both_sides() -> None:
    report = {entry.term: entry.text for entry in list_definitions(ReportRequest(date(2026, 3, 1), date(2026, 3, 31)))}
    assert report["Labeling share"].startswith(
        "hours of annotating, review and labeling operations over those and modeling and evaluation; "
    )
    labeling, modeling = "annotating, review and labeling operations", "modeling and evaluation"
    share = load_queries()["labeling_share"]
    assert share.note.startswith(f"Labeling is {labeling}; modeling is {modeling}. ")
    assert f"-- note: Labeling is {labeling}; " in share.sql
    assert load_queries()["labeling_and_modeling"].note.endswith(f": {labeling} against {modeling}.")


def test_no_category_is_called_like_a_side_of_several() -> None:
    assert describe_side(LABELING_SIDE, "narrow") == "annotating"
    assert describe_side(LABELING_SIDE) == "annotating, review and labeling operations"
    assert LABELING_SIDE not in CATEGORIES


def test_a_category_is_read_by_the_name_that_it_had_before() -> None:
    assert [resolve_category(name) for name in ("labeling", "review", "sleeping")] == [
        "annotating",
        "review",
        "sleeping",
    ]
    assert Filters(categories=("labeling", "review", "annotating")).categories == ("annotating", "review")
    rule = {"field": "text", "operator": "contains", "pattern": "boxes", "category": "Labeling"}
    assert [parsed.category for parsed in (*parse_rules([rule]), *parse_rule_rows([rule]))] == ["annotating"] * 2
    assert [made.category for made in build_accepted_rules([("text", "labeling", "boxes")])] == ["annotating"]
    group = {"scheme": "Investment", "group": "Data", "category": "Labeling"}
    assert [cells["category"] for _, cells in SCHEME_SHEET.parse_rows([group])] == ["annotating"]
    view = {"view": "Hands on", "period": "All", "categories": "review; labeling"}
    assert parse_views([view]).item(0, "categories") == "review;annotating"


def test_keys_and_digests_are_made_of_the_name_that_a_category_had_first() -> None:
    rule = next(rule for rule in load_default_rules() if rule.category == "annotating")
    content = f"{rule.field}\t{rule.operator}\t{rule.pattern}\tlabeling\t{rule.effect}"
    assert digest_rule(rule) == sha256(content.encode()).hexdigest()[:DIGEST_LENGTH]


def test_no_token_is_left_in_a_note() -> None:
    assert [query.name for query in load_queries().values() if "{" in query.note] == []


def test_the_worked_team_under_each_definition(store: Store) -> None:
    rows = resolve_figure(store, "share_by_definition", Filters(), today=date(2026, 3, 31)).rows
    parts = rows.filter(scope="everyone").select("definition", "numerator_hours", "denominator_hours").rows()
    assert parts == [
        ("narrow", 12, 15),
        ("default", 14, 20),
        ("with data preparation", 16, 22),
        ("broad", 16, 22),
    ]
    sides = rows.filter(scope="everyone", definition="default").select("labeling_side", "modeling_side").row(0)
    assert sides == ("annotating + labeling operations + review", "evaluation + modeling")


def test_colours_titles_and_default_rules_cover_the_table() -> None:
    assert set(theme.CATEGORY_COLOURS["light"]) == set(theme.CATEGORY_COLOURS["dark"]) == set(CATEGORIES)
    assert theme.format_category("labeling operations") == "Labeling operations"
    assert {rule.category for rule in load_default_rules()} | {"uncategorized"} == set(CATEGORIES)


def test_a_changed_cell_changes_the_store_s_vocabulary(monkeypatch: pytest.MonkeyPatch) -> None:
    """A store of the old definitions is brought up to date, because its hash differs."""
    before, rows = hash_vocabulary(), list(list_definition_rows())
    text = (ROOT / "dashboard" / "categories.csv").read_text(encoding="utf-8")
    changed = text.replace(
        "labeling operations,,Labeling operations,,labeling,", "labeling operations,,Labeling operations,,,"
    )
    assert changed != text
    monkeypatch.setattr(categories, "CATEGORY_TABLE", parse_categories(changed)[1])
    assert set(rows) - set(list_definition_rows()) == {("default", 2, "labeling operations", "labeling")}
    assert list_side("labeling") == ("annotating", "review")
    hash_vocabulary.cache_clear()
    try:
        assert hash_vocabulary() != before
    finally:
        hash_vocabulary.cache_clear()


def test_a_side_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="review is on an unknown side"):
        parse_categories("name,title,side: default\nreview,Review,labelling\n")


def test_nothing_else_spells_out_a_definition() -> None:
    """No SQL or Python file names the categories of the labeling share side by side."""
    listed = re.compile(r"labeling operations['\",]*\s+(?:and|over|against|;)|review and labeling\b")
    folders = [*(ROOT / "dashboard").rglob("*.py"), *(ROOT / "queries").rglob("*.sql")]
    assert [str(path.relative_to(ROOT)) for path in folders if listed.search(path.read_text(encoding="utf-8"))] == []
