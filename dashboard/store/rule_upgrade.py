"""Newer default rules, offered to a store that still has older ones; a lead's own rules stay as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import chain

from dashboard.store.category_rules import SUGGESTS, Rule, load_default_rules, load_packaged_rules
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Snapshot

PAST_DEFAULT_FILES = ("default_rules_1.csv",)
UPGRADE_OFFER = "Newer default rules are there; `labeltime rules upgrade --dry-run` shows what would move."
UP_TO_DATE = "The default rules are the newest, or your own."


@cache
def load_past_defaults() -> tuple[tuple[Rule, ...], ...]:
    """Return the sets of default rules of earlier versions."""
    return tuple(load_packaged_rules(name) for name in PAST_DEFAULT_FILES)


def read_stored_rules(snapshot: Snapshot) -> list[Rule]:
    """Return the rules of a store in order."""
    return [Rule(**row) for row in run_query(snapshot, "category_rules", {}).iter_rows(named=True)]


def propose_upgrade(stored: Sequence[Rule]) -> list[Rule] | None:
    """Return the stored rules with old defaults replaced by new ones; None: no old defaults, or some were edited.

    Own rules before the old defaults stay first. Own rules behind them stay behind what decides, before what suggests.
    """
    for past in load_past_defaults():
        start = _find_block(stored, past)
        if start is not None:
            deciding = [rule for rule in load_default_rules() if rule.effect != SUGGESTS]
            suggesting = [rule for rule in load_default_rules() if rule.effect == SUGGESTS]
            ordered = chain(stored[:start], deciding, stored[start + len(past) :], suggesting)
            return [replace(rule, position=place) for place, rule in enumerate(ordered, start=1)]
    return None


def describe_upgrade(stored: Sequence[Rule]) -> str:
    """Return in words whether newer default rules are offered."""
    return UP_TO_DATE if propose_upgrade(stored) is None else UPGRADE_OFFER


def _find_block(stored: Sequence[Rule], past: Sequence[Rule]) -> int | None:
    """Return where a set of defaults stands in one piece among the stored rules, positions aside."""
    contents = [replace(rule, position=0) for rule in stored]
    wanted = [replace(rule, position=0) for rule in past]
    starts = range(len(contents) - len(wanted) + 1)
    return next((start for start in starts if contents[start : start + len(wanted)] == wanted), None)
