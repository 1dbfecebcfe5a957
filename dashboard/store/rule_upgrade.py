"""Newer default rules, offered to a store that still has older ones; a lead's own rules stay as they are."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from hashlib import sha256
from importlib.resources import files
from itertools import chain

from dashboard.categories import ORIGINAL_NAMES
from dashboard.store.category_rules import SUGGESTS, Rule, load_default_rules
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Snapshot

EDITIONS_FILE = "default_rule_editions.csv"
DIGEST_LENGTH = 8
UPGRADE_OFFER = "Newer default rules are there; `labeltime rules upgrade --dry-run` shows what would move."
UP_TO_DATE = "The default rules are the newest, or your own."


@cache
def load_editions() -> tuple[tuple[str, ...], ...]:
    """Return the digests of all default rules that ever came with this package, oldest first; the last are today's."""
    text = files("dashboard.store").joinpath(EDITIONS_FILE).read_text(encoding="utf-8")
    return tuple(tuple(row["rules"].split()) for row in csv.DictReader(text.splitlines()))


def digest_rule(rule: Rule) -> str:
    """Return what tells a rule from others wherever it stands; a renamed category does not change it."""
    category = ORIGINAL_NAMES.get(rule.category, rule.category)
    content = f"{rule.field}\t{rule.operator}\t{rule.pattern}\t{category}\t{rule.effect}"
    return sha256(content.encode()).hexdigest()[:DIGEST_LENGTH]


def read_stored_rules(snapshot: Snapshot, effect: str | None = None) -> list[Rule]:
    """Return the rules of a store in order, or those of one effect: each takes time, as its expression is checked."""
    rows = run_query(snapshot, "category_rules", {}).iter_rows(named=True)
    return [Rule(**row) for row in rows if effect is None or row["effect"] == effect]


def propose_upgrade(stored: Sequence[Rule]) -> list[Rule] | None:
    """Return the stored rules with old defaults replaced by new ones; None: no old defaults, or some were edited.

    Own rules before the old defaults stay first, those among them come before the first new one that suggests, and
    those behind what decides stay behind it, before what only suggests.
    """
    digests = [digest_rule(rule) for rule in stored]
    *past, newest = load_editions()
    if _find_edition(digests, newest) is not None:
        return None
    for edition in reversed(past):
        places = _find_edition(digests, edition)
        if places is not None:
            ordered = _replace_defaults(stored, places)
            return [replace(rule, position=place) for place, rule in enumerate(ordered, start=1)]
    return None


def describe_upgrade(stored: Sequence[Rule]) -> str:
    """Return in words whether newer default rules are offered."""
    return UP_TO_DATE if propose_upgrade(stored) is None else UPGRADE_OFFER


def _find_edition(digests: Sequence[str], edition: Sequence[str]) -> list[int] | None:
    """Return where the rules of an edition stand, in order, other rules between them or not; None: some are not."""
    places: list[int] = []
    start = 0
    for digest in edition:
        try:
            place = digests.index(digest, start)
        except ValueError:
            return None
        places.append(place)
        start = place + 1
    return places


def _replace_defaults(stored: Sequence[Rule], places: Sequence[int]) -> chain[Rule]:
    """Return today's default rules with the rules that do not stand in these places around and among them."""
    first, last = places[0], max(place for place in places if stored[place].effect != SUGGESTS)
    defaults = load_default_rules()
    first_doubt = next(at for at, rule in enumerate(defaults) if rule.effect == SUGGESTS)
    tail = 1 + max(at for at, rule in enumerate(defaults) if rule.effect != SUGGESTS)
    own = [place for place in range(first, len(stored)) if place not in places]
    among = [stored[place] for place in own if place < last]
    behind = [stored[place] for place in own if place > last]
    return chain(stored[:first], defaults[:first_doubt], among, defaults[first_doubt:tail], behind, defaults[tail:])
