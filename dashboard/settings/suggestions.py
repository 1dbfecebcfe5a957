"""Categories that rules only suggest: list them by text, and accept them as rules that decide."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from dashboard.categories import UNCATEGORIZED, resolve_category
from dashboard.errors import BadMapping
from dashboard.settings.rules import RULE_SHEET, preview_rules, save_rules
from dashboard.store.category_rules import (
    MAX_PATTERN_LENGTH,
    RULE_CATEGORIES,
    SEPARATOR,
    SUGGESTS,
    Rule,
    build_match_test,
    quote_text,
)
from dashboard.store.generations import Store
from dashboard.store.rule_upgrade import propose_upgrade, read_stored_rules
from dashboard.store.shown_store import ShownStore

TEXT_FIELDS = ("description", "task", "tags", "project", "client")  # the most telling text of an entry first
SEVERAL_FIELDS = {"any": TEXT_FIELDS, "work": TEXT_FIELDS[:4], "text": TEXT_FIELDS[:3]}
TEXT_LIMIT = 500  # of a text compared in full; a longer one is compared by its beginning
SUGGESTED_SQL = """
    with suggested as (
        select *, {field} as field from categorized_time where list_contains($positions, rule_position)
    ), texts as (
        select
            rule_position, field,
            case field {texts} else '' end as text, count(*) as entries, cast(sum(counted_seconds) as bigint) as seconds
        from suggested
        group by all
    )
    select
        rule_position, field, min(text) as text, cast(sum(entries) as bigint) as entries,
        hours(sum(seconds)) as hours
    from texts
    group by rule_position, field, lower(text)
    order by sum(seconds) desc, rule_position, field, text
"""
COLUMNS = ("number", "category", "field", "text", "entries", "hours", "rule")


@dataclass(frozen=True)
class Acceptance:
    """What deciding texts did."""

    rules: int
    entries: int
    hours: float
    entries_moved: int  # of the entries, those that had another category before
    rules_before: tuple[Rule, ...]  # for an undo


def list_suggestions(store: Store) -> pl.DataFrame:
    """Return the suggestions with the most hours first (COLUMNS); their time counts as uncategorized."""
    with store.snapshot() as snapshot:
        suggesting = {rule.position: rule for rule in read_stored_rules(snapshot, SUGGESTS)}
        field, params = build_field_expression(list(suggesting.values()))
        texts = " ".join(f"when '{name}' then {name}" for name in (*TEXT_FIELDS, "person", "source"))
        rows = snapshot.query(
            SUGGESTED_SQL.format(field=field, texts=texts), {**params, "positions": sorted(suggesting)}
        )
    categories = {position: rule.category for position, rule in suggesting.items()}
    return (
        rows.with_columns(
            pl.col("rule_position").replace_strict(categories, return_dtype=pl.String).alias("category"),
            pl.col("rule_position").alias("rule"),
        )
        .with_row_index("number", offset=1)
        .select(COLUMNS)
    )


def build_field_expression(rules: Sequence[Rule]) -> tuple[str, dict[str, object]]:
    """Return SQL for the field in which an entry's suggesting rule matches, the most telling first, and its values."""
    params: dict[str, object] = {}
    cases = []
    for rule in rules:
        params[f"pattern_{rule.position}"], _ = rule.build_regexes()[0]  # of several kinds of words, the first
        fields = SEVERAL_FIELDS.get(rule.field, (rule.field,))
        tests = " ".join(f"when {build_match_test(name, f'$pattern_{rule.position}')} then '{name}'" for name in fields)
        cases.append(f"when {rule.position} then case {tests} end")
    return (f"case rule_position {' '.join(cases)} end" if cases else "cast(null as varchar)"), params


def accept_suggestions(
    store: Store, chosen: Sequence[Mapping[str, object]], category: str | None = None, who: str | None = None
) -> Acceptance:
    """Make rules that decide of suggestions (field, text, category), or give them all another category.

    The rules stand before those that suggest, so that what is decided already stays.

    Raises:
        BadMapping: nothing chosen, or an unknown category.
    """
    if not chosen:
        raise BadMapping("No suggestion was chosen.", "Choose one or more, or all.")
    texts = [(str(row["field"]), category or str(row["category"]), str(row["text"])) for row in chosen]
    return save_decisions(store, build_accepted_rules(texts), who)


def load_stored_rules(store: Store) -> list[Rule]:
    """Return the rules of a store in order."""
    with store.snapshot() as snapshot:
        return read_stored_rules(snapshot)


def save_decisions(store: Store, accepted: Sequence[Rule], who: str | None = None) -> Acceptance:
    """Save rules before the first one that suggests, and say how many entries of another category they moved.

    Raises:
        BadMapping: a pattern that the store cannot run; then nothing changes.
    """
    stored = load_stored_rules(store)
    place = next((at for at, rule in enumerate(stored) if rule.effect == SUGGESTS), len(stored))
    ordered = [*stored[:place], *accepted, *stored[place:]]
    renumbered = [replace(rule, position=at) for at, rule in enumerate(ordered, start=1)]
    moves = preview_rules(store, renumbered)
    save_rules(ShownStore(store, load_stored_rules, stored, RULE_SHEET.title), renumbered, who)
    return Acceptance(
        len(accepted),
        int(moves.get_column("entries").sum()),
        float(moves.get_column("hours").sum()),
        int(moves.filter(pl.col("from_category") != UNCATEGORIZED).get_column("entries").sum()),
        tuple(stored),
    )


def build_accepted_rules(chosen: Sequence[tuple[str, str, str]]) -> list[Rule]:
    """Return as few rules as can decide these texts: (field, category, text) each."""
    groups: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for field, named, text in chosen:
        category = resolve_category(named)
        if category not in RULE_CATEGORIES:
            raise BadMapping(f"There is no category {category!r}.", f"Use one of: {', '.join(RULE_CATEGORIES)}.")
        if SEPARATOR in text:
            end = "$" if len(text) <= TEXT_LIMIT else ""
            groups[field, "matches", category].append(f"^{quote_text(text[:TEXT_LIMIT])}{end}")
        else:
            groups[field, "equals" if len(text) <= TEXT_LIMIT else "starts with", category].append(text[:TEXT_LIMIT])
    return [
        Rule(1, field, operator, pattern, category)
        for (field, operator, category), texts in groups.items()
        for pattern in join_patterns(texts)
    ]


def join_patterns(texts: Sequence[str]) -> list[str]:
    """Return texts joined to alternatives, each pattern no longer than a rule may have."""
    patterns: list[str] = []
    for text in dict.fromkeys(" ".join(text.split()) for text in texts):
        joined = f"{patterns[-1]}{SEPARATOR}{text}" if patterns else text
        if patterns and len(joined) <= MAX_PATTERN_LENGTH:
            patterns[-1] = joined
        else:
            patterns.append(text)
    return patterns


def upgrade_rules(store: Store, who: str | None = None, *, dry_run: bool = False) -> pl.DataFrame:
    """Replace old default rules by the new ones, unless `dry_run`, and return what moves (as `preview_rules`).

    Raises:
        BadMapping: there are no old default rules, or some of them were edited.
    """
    stored = load_stored_rules(store)
    upgraded = propose_upgrade(stored)
    if upgraded is None:
        raise BadMapping(
            "These rules are the newest default rules already, or were edited, and edited rules are never replaced.",
            "Compare with `labeltime rules default FILE`, and load what you like with `labeltime rules load FILE`.",
        )
    moves = preview_rules(store, upgraded)
    if not dry_run:
        save_rules(ShownStore(store, load_stored_rules, stored, RULE_SHEET.title), upgraded, who)
    return moves
