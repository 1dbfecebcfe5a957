"""Texts whose time no rule has sorted: grouped by what they say, largest first, to be given a category."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from dashboard.errors import BadMapping
from dashboard.settings.suggestions import (
    TEXT_FIELDS,
    Acceptance,
    build_accepted_rules,
    build_field_expression,
    save_decisions,
)
from dashboard.store.category_rules import SUGGESTS, Rule
from dashboard.store.generations import Store
from dashboard.store.rule_upgrade import read_stored_rules
from dashboard.store.snapshot import Snapshot

NEAR_WORDS = 88.0  # of 100 by token sort; "Sprint planning 12" and "sprint planing" are one group
LONG_WORD = 4  # letters
MAX_COMPARED = 1000  # texts, those with the most hours; of others only equal words are grouped: the work is a square
_NUMBERS = re.compile(r"\d+")
_SPACES = re.compile(r"[\W_]+")
UNSORTED_SQL = """
    with open as (
        select *, {suggested} as suggested_field from categorized_time where category = 'uncategorized'
    ), described as (
        select *, coalesce(suggested_field, case {first_field} end) as field from open
    ), texts as (
        select *, case field {texts} end as text from described
    )
    select
        field, min(text) as text, any_value(rule_position) filter (list_contains($positions, rule_position)) as rule,
        count(*) as entries, hours(sum(counted_seconds)) as hours,
        list(distinct coalesce(project, '(no project)')) as projects,
        list(distinct person_name) as people,
        min(day_on) as first_on, max(day_on) as last_on
    from texts
    group by field, lower(text)
    order by sum(counted_seconds) desc, field, text
"""

SUGGESTED_SQL = """
    select distinct rule_position
    from activity
    where scheme = 'activity' and category = 'uncategorized' and rule_position is not null
    order by rule_position
"""

TEXTLESS_SQL = """
    select hours(coalesce(sum(counted_seconds), 0)) as hours
    from categorized_time
    where category = 'uncategorized' and concat_ws('', client, project, task, description, tags) = ''
"""


@dataclass(frozen=True)
class Unsorted:
    """A group of texts that say the same: they get one category."""

    texts: tuple[tuple[str, str], ...]  # (field, text), the one with the most hours first
    entries: int
    hours: float
    projects: tuple[str, ...]
    people: int
    suggestion: str | None

    @property
    def title(self) -> str:
        """Return the text that stands for the group."""
        field, text = self.texts[0]
        return f"(nothing written) {field}: {text}" if field in {"project", "client"} else text


def list_unsorted(store: Store) -> list[Unsorted]:
    """Return the groups of a store with the most hours first."""
    with store.snapshot() as snapshot:
        return read_unsorted(snapshot)


def read_unsorted(snapshot: Snapshot) -> list[Unsorted]:
    """Return the groups with the most hours first; entries without any text are in none."""
    suggesting = {rule.position: rule for rule in read_stored_rules(snapshot, SUGGESTS)}
    # Compiling the patterns of all rules takes longer than everything else here.
    used = snapshot.query(SUGGESTED_SQL).get_column("rule_position")
    suggested, params = build_field_expression([suggesting[position] for position in used if position in suggesting])
    first_field = " ".join(f"when {name} <> '' then '{name}'" for name in TEXT_FIELDS)
    texts = " ".join(f"when '{name}' then {name}" for name in (*TEXT_FIELDS, "person", "source"))
    rows = snapshot.query(
        UNSORTED_SQL.format(suggested=suggested, first_field=first_field, texts=texts),
        {**params, "positions": sorted(suggesting)},
    )
    rows = rows.filter(pl.col("text").is_not_null())
    categories = {position: rule.category for position, rule in suggesting.items()}
    groups: dict[int, list[int]] = {}
    for row, group in enumerate(group_texts(rows.get_column("text").to_list())):
        groups.setdefault(group, []).append(row)
    unsorted = [_build_group(rows[members], categories) for members in groups.values()]
    return sorted(unsorted, key=lambda group: -group.hours)


def _build_group(rows: pl.DataFrame, categories: dict[int, str]) -> Unsorted:
    """Return the group of these rows; it has a suggestion where all suggestions agree."""
    suggestions = {categories[position] for position in rows.get_column("rule").drop_nulls()}
    return Unsorted(
        texts=tuple(zip(rows.get_column("field"), rows.get_column("text"), strict=True)),
        entries=int(rows.get_column("entries").sum()),
        hours=float(rows.get_column("hours").sum()),
        projects=tuple(sorted({name for names in rows.get_column("projects") for name in names}, key=str.casefold)),
        people=len({name for names in rows.get_column("people") for name in names}),
        suggestion=suggestions.pop() if len(suggestions) == 1 else None,
    )


def sum_textless_hours(store: Store) -> float:
    """Return the unsorted hours of entries without any text."""
    with store.snapshot() as snapshot:
        return float(snapshot.query(TEXTLESS_SQL, {}).item(0, "hours"))


def group_texts(texts: Sequence[str]) -> list[int]:
    """Return for each text the place of the text whose group it joins: the first one with the same or near words.

    Numbers, case and punctuation do not count: `Batch 7: boxes` and `batch 12 boxes` are one group. Short words have
    to be equal: a review of A is none of B.
    """
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - it loads NumPy, which most answers do without

    leaders: dict[str, int] = {}
    compared: dict[tuple[str, ...], list[str]] = defaultdict(list)  # short words -> forms that lead a group
    groups: list[int] = []
    for place, text in enumerate(texts):
        form = simplify_text(text)
        if form not in leaders:
            near = None
            if len(leaders) < MAX_COMPARED:
                rivals = compared[tuple(sorted(word for word in form.split() if len(word) < LONG_WORD))]
                near = process.extractOne(form, rivals, scorer=fuzz.token_sort_ratio, score_cutoff=NEAR_WORDS)
                rivals.append(form)
            leaders[form] = leaders[near[0]] if near else place
        groups.append(leaders[form])
    return groups


def simplify_text(text: str) -> str:
    """Return the words of a text without case, numbers and punctuation; the text itself where nothing is left."""
    words = _SPACES.sub(" ", _NUMBERS.sub(" ", text.casefold())).strip()
    return words or text.casefold()


def sort_groups(store: Store, groups: Sequence[Unsorted], category: str, who: str | None = None) -> Acceptance:
    """Give every text of these groups a category, in this log and in every later one.

    Raises:
        BadMapping: an unknown category.
    """
    chosen = [(field, category, text) for group in groups for field, text in group.texts]
    return save_decisions(store, build_accepted_rules(chosen), who)


def sort_words(store: Store, words: str, category: str, who: str | None = None) -> Acceptance:
    """Give every entry whose task, description or tags contain these words a category.

    It stands before the rules that suggest: what a later rule decided moves too, and is counted.

    Raises:
        BadMapping: no words, or an unknown category.
    """
    if not words.strip():
        raise BadMapping("No words were given.", "Write the words that such entries have in common.")
    return save_decisions(store, [Rule(1, "text", "word", words.strip(), category)], who)
