"""Suggested categories count as uncategorized until they are accepted; old default rules are offered the new ones."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from settings.described_time import import_lines, read_hours

from dashboard.errors import BadMapping
from dashboard.settings.rules import explain_category, save_rules
from dashboard.settings.suggestions import accept_suggestions, list_suggestions, upgrade_rules
from dashboard.store.category_rules import Rule, load_default_rules, parse_rules
from dashboard.store.generations import Store
from dashboard.store.health import check_store
from dashboard.store.rule_upgrade import UP_TO_DATE, digest_rule, load_editions, propose_upgrade, read_stored_rules

LINES = """person,day_on,seconds,project,description
Ada,2026-03-02,3600,Signs,Draw boxes on traffic signs
Ada,2026-03-02,7200,Signs,Label
Bob,2026-03-02,1800,Signs,label
Bob,2026-03-03,3600,Signs,Review | odd
Bob,2026-03-03,900,Network,kick the tyres
"""
OWN = Rule(1, "project", "equals", "Mine", "modeling")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return a store with entries that are clear and entries that are not."""
    return import_lines(tmp_path, LINES)


def test_suggested_time_is_uncategorized_until_it_is_accepted(store: Store) -> None:
    assert read_hours(store) == {"annotating": 1.0, "uncategorized": 3.75}
    listed = list_suggestions(store).select("number", "category", "field", "text", "entries", "hours").rows()
    assert listed == [
        (1, "annotating", "description", "Label", 2, 2.5),
        (2, "review", "description", "Review | odd", 1, 1.0),
        (3, "modeling", "project", "Network", 1, 0.25),
    ]
    assert "only suggests annotating" in explain_category(store, 1, 3).reason
    chosen = list_suggestions(store).to_dicts()
    done = accept_suggestions(store, chosen[:2])
    assert (done.entries, done.hours) == (3, 3.5)
    assert read_hours(store) == {"annotating": 3.5, "review": 1.0, "uncategorized": 0.25}
    accept_suggestions(store, list_suggestions(store).to_dicts(), "deployment and operations")
    assert read_hours(store)["deployment and operations"] == 0.25
    assert list_suggestions(store).is_empty()


def test_nothing_chosen_and_unknown_categories_are_refused(store: Store) -> None:
    with pytest.raises(BadMapping, match="No suggestion was chosen"):
        accept_suggestions(store, [])
    with pytest.raises(BadMapping, match="no category 'fun'"):
        accept_suggestions(store, list_suggestions(store).to_dicts(), "fun")


def read_offer(store: Store) -> str:
    """Return what `check` says of the rules."""
    return next(what for title, _, what in check_store(store) if "rules" in title)


def load_first_defaults() -> list[Rule]:
    """Return the default rules of the first version."""
    path = Path(__file__).parents[2] / "fixtures" / "category_rules" / "first_default_rules.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        return parse_rules(csv.DictReader(stream))


def renumber(rules: Sequence[Rule]) -> list[Rule]:
    """Return rules with their positions in this order."""
    return [replace(rule, position=place) for place, rule in enumerate(rules, start=1)]


def test_old_defaults_are_offered_the_new_ones_and_own_rules_stay(store: Store) -> None:
    assert read_offer(store) == UP_TO_DATE
    past = load_first_defaults()
    among, behind = replace(OWN, pattern="Among"), replace(OWN, pattern="Behind")
    save_rules(store, renumber([OWN, *past[:9], among, *past[9:], behind]))
    assert "labeltime rules upgrade" in read_offer(store)
    before = store.generation()
    moves = upgrade_rules(store, dry_run=True)
    assert moves.select("from_category", "to_category", "hours").rows() == [("uncategorized", "annotating", 1.0)]
    assert store.generation() == before
    upgrade_rules(store, "lead")
    with store.snapshot() as snapshot:
        stored = read_stored_rules(snapshot)
    own = {rule.pattern: place for place, rule in enumerate(stored) if rule.category == OWN.category}
    first_doubt = next(place for place, rule in enumerate(stored) if rule.effect == "suggests")
    assert own["Mine"] == 0
    assert own["Among"] == first_doubt - 1
    assert stored[own["Behind"] - 1].effect == "decides"
    assert {rule.effect for rule in stored[own["Behind"] + 1 :]} == {"suggests"}
    unchanged = [rule for rule in stored if rule.pattern not in {"Mine", "Among", "Behind"}]
    assert renumber(unchanged) == list(load_default_rules())
    assert read_offer(store) == UP_TO_DATE


def test_accepted_suggestions_do_not_hide_an_offer(store: Store) -> None:
    """They stand among the default rules, before the first one that suggests."""
    accept_suggestions(store, list_suggestions(store).to_dicts())
    assert read_offer(store) == UP_TO_DATE
    assert len(load_editions()) == len(set(load_editions()))


def test_the_list_of_editions_ends_with_the_default_rules_of_today() -> None:
    """Each change of the default rules needs a line: without it, stores that have them are never offered later ones."""
    assert load_editions()[-1] == tuple(map(digest_rule, load_default_rules()))
    assert tuple(map(digest_rule, load_first_defaults())) in load_editions()


def test_edited_defaults_are_never_replaced(store: Store) -> None:
    past = load_first_defaults()
    save_rules(store, [replace(past[0], pattern="mine"), *past[1:]])
    assert read_offer(store) == UP_TO_DATE
    with pytest.raises(BadMapping, match="edited"):
        upgrade_rules(store)
    assert propose_upgrade([]) is None
