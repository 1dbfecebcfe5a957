"""Which category rules were added, removed, edited or reordered between two states, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import astuple

from dashboard.reports.model import clean_text
from dashboard.reports.sentences import format_plural
from dashboard.rules import Rule

MAX_NAMED_CHANGES = 4  # changes given one by one; the others are counted


def describe_rule_changes(old_rules: Sequence[Rule], new_rules: Sequence[Rule]) -> str:
    """Return the changes in words, or nothing where the rules and their order are the same."""
    changes = list(list_rule_changes(old_rules, new_rules))
    further = len(changes) - MAX_NAMED_CHANGES
    described = [*changes[:MAX_NAMED_CHANGES], *([f"and {format_plural(further, 'more change')}"] if further > 0 else [])]
    return "; ".join(described)


def list_rule_changes(old_rules: Sequence[Rule], new_rules: Sequence[Rule]) -> Iterator[str]:
    """Yield every change: a rule of the same test with another category, or at the same place, is edited."""
    old_counts, new_counts = Counter(map(strip_position, old_rules)), Counter(map(strip_position, new_rules))
    removed = [rule for rule in old_rules if old_counts[strip_position(rule)] > new_counts[strip_position(rule)]]
    added = [rule for rule in new_rules if new_counts[strip_position(rule)] > old_counts[strip_position(rule)]]
    for old in removed:
        successor = find_successor(old, added)
        if successor is None:
            yield f"removed: {format_rule(old)}"
            continue
        added.remove(successor)
        yield f"edited: {format_rule(old)}, now {format_rule(successor)}"
    yield from (f"added: {format_rule(rule)}" for rule in added)
    if not removed and len(old_rules) == len(new_rules) and [*map(strip_position, old_rules)] != [*map(strip_position, new_rules)]:
        yield "put in another order"


def find_successor(old: Rule, new: Sequence[Rule]) -> Rule | None:
    """Return the rule that replaced an old one: the same test with another category, else a similar one in its place."""
    same_test = (rule for rule in new if strip_position(rule)[:3] == strip_position(old)[:3])
    similar = (rule for rule in new if rule.position == old.position and (rule.field, rule.category) == field_and_category(old))
    return next(same_test, None) or next(similar, None)


def field_and_category(rule: Rule) -> tuple[str, str]:
    """Return the field and the category."""
    return rule.field, rule.category


def strip_position(rule: Rule) -> tuple[str, ...]:
    """Return a rule without its position."""
    return astuple(rule)[1:]


def format_rule(rule: Rule) -> str:
    """Return a rule in words, its pattern cut to one short line."""
    return f'{rule.field} {rule.operator} "{clean_text(rule.pattern)}" is {rule.category}'
