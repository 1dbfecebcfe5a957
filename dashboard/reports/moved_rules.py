"""Which category rules were added, removed, edited or put elsewhere between two states of them, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import astuple

from dashboard.reports.model import plain
from dashboard.reports.sentences import counted
from dashboard.rules import Rule

NAMED = 4  # rules said one by one; the number of others is said


def told(then: Sequence[Rule], now: Sequence[Rule]) -> str:
    """Return what became of the rules, or nothing where they are the same in the same order."""
    moves = list(moved(then, now))
    rest = len(moves) - NAMED
    said = [*moves[:NAMED], *([f"and {counted(rest, 'more change')}"] if rest > 0 else [])]
    return "; ".join(said)


def moved(then: Sequence[Rule], now: Sequence[Rule]) -> Iterator[str]:
    """Yield every change: a rule of the same test with another category, or at the same place, is edited."""
    before, after = Counter(map(bare, then)), Counter(map(bare, now))
    gone = [rule for rule in then if before[bare(rule)] > after[bare(rule)]]
    new = [rule for rule in now if after[bare(rule)] > before[bare(rule)]]
    for old in gone:
        successor = edited(old, new)
        if successor is None:
            yield f"removed: {words(old)}"
            continue
        new.remove(successor)
        yield f"edited: {words(old)}, now {words(successor)}"
    yield from (f"added: {words(rule)}" for rule in new)
    if not gone and len(then) == len(now) and [*map(bare, then)] != [*map(bare, now)]:
        yield "put in another order"


def edited(old: Rule, new: Sequence[Rule]) -> Rule | None:
    """Return what an old rule became: the same test with another category, else a like one in its place."""
    same_test = (rule for rule in new if bare(rule)[:3] == bare(old)[:3])
    alike = (rule for rule in new if rule.position == old.position and (rule.field, rule.category) == of(old))
    return next(same_test, None) or next(alike, None)


def of(rule: Rule) -> tuple[str, str]:
    """Return the field and the category."""
    return rule.field, rule.category


def bare(rule: Rule) -> tuple[str, ...]:
    """Return a rule without its position."""
    return astuple(rule)[1:]


def words(rule: Rule) -> str:
    """Return a rule as a person would say it, its pattern from a file as a short line."""
    return f'{rule.field} {rule.operator} "{plain(rule.pattern)}" is {rule.category}'
