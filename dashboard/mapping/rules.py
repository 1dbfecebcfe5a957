"""The team's category rules: read, try out, save, and explain what they decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from dashboard import catalog, privacy, rules
from dashboard.errors import BadMapping
from dashboard.mapping import sheets
from dashboard.rules import RULE_COLUMNS, SCHEME, Rule
from dashboard.store import Change, Store

MOVES = """
    select
        before.category as from_category, after.category as to_category, count(*) as entries,
        cast(sum(entry.seconds) as bigint) as seconds, sum(entry.seconds) / 3600.0 as hours
    from time_entry as entry
    inner join activity_before as before on before.activity_key = entry.activity_key
    inner join activity as after on after.activity_key = entry.activity_key and after.scheme = $scheme
    where entry.category is null and before.category <> after.category
    group by 1, 2
    order by seconds desc, from_category, to_category
"""


@dataclass(frozen=True)
class Decision:
    """Why an entry has its category: the rule, or in words where no rule decided."""

    category: str
    because: str
    rule: Rule | None
    texts: dict[str, str]  # field of the entry -> what is written there


def rules_frame(store: Store) -> pl.DataFrame:
    """Return the rules in order: position, field, operator, pattern, category."""
    with store.snapshot() as snapshot:
        return catalog.run(snapshot, "category_rules", {})


def rules_from_frame(frame: pl.DataFrame) -> list[Rule]:
    """Return the rules of a frame; without positions, in the order of the rows.

    Raises:
        BadMapping: a rule that cannot be used.
    """
    return rules.read(frame.to_dicts())


def rules_csv(store: Store) -> str:
    """Return the rules as CSV (columns of RULE_COLUMNS)."""
    return privacy.frame_csv(rules_frame(store))


def rules_from_csv(text: str) -> list[Rule]:
    """Return the rules of a CSV text; `position` may be left out, then the order of the lines counts.

    Raises:
        BadMapping: not CSV, columns missing or unknown, or a rule that cannot be used.
    """
    return rules.read(sheets.read(text, RULE_COLUMNS[1:], RULE_COLUMNS))


def load_rules(store: Store, text: str, who: str | None = None) -> int:
    """Replace the rules by those of a CSV text and return how many there are.

    Raises:
        BadMapping: as `rules_from_csv`, or a pattern that the store cannot run.
    """
    return save_rules(store, rules_from_csv(text), who)


def save_rules(store: Store, new: Sequence[Rule], who: str | None = None) -> int:
    """Replace the rules, decide every category anew, and return how many rules there are.

    Raises:
        BadMapping: a pattern that the store cannot run; nothing is changed then.
    """
    with store.change("save category rules", who) as change:
        old = set(catalog.run(change, "category_rules", {}).iter_rows())
        replace_rules(change, new)
        changed = len(old.symmetric_difference(as_frame(new).iter_rows()))
        change.rebuild_categories()
        change.log("category rules", f"{len(new)} rules in force, {changed} lines added or taken away", who)
    return len(new)


def replace_rules(change: Change, new: Sequence[Rule]) -> None:
    """Write the rules into a change, without deciding anything yet."""
    change.execute("delete from category_rule where scheme = $scheme", {"scheme": SCHEME})
    if new:
        change.insert("category_rule", as_frame(new).with_columns(scheme=pl.lit(SCHEME)))


def as_frame(listed: Sequence[Rule]) -> pl.DataFrame:
    """Return rules as a frame (columns of RULE_COLUMNS)."""
    schema = {name: pl.Int32 if name == "position" else pl.String for name in RULE_COLUMNS}
    return pl.DataFrame(
        [[getattr(rule, name) for name in RULE_COLUMNS] for rule in listed], schema=schema, orient="row"
    )


def dry_run(store: Store, new: Sequence[Rule]) -> pl.DataFrame:
    """Return what would move if these were the rules: from_category, to_category, entries, seconds, hours.

    Raises:
        BadMapping: a pattern that the store cannot run.
    """
    with store.rehearsal() as change:
        change.execute(
            "create temp table activity_before as select activity_key, category from activity where scheme = $scheme",
            {"scheme": SCHEME},
        )
        replace_rules(change, new)
        change.execute("delete from activity where scheme = $scheme", {"scheme": SCHEME})
        change.categorize(SCHEME)
        return change.query(MOVES, {"scheme": SCHEME})


def explain(store: Store, import_id: int, line: int) -> Decision:
    """Return which rule gave the entry on a line of an imported file its category.

    Raises:
        BadMapping: no such entry.
    """
    with store.snapshot() as snapshot:
        found = catalog.run(snapshot, "decision", {"import_id": import_id, "line": line})
    if found.is_empty():
        raise BadMapping(f"There is no entry on line {line} of import {import_id}.", "See the entries and their lines.")
    row = found.row(0, named=True)
    fields = ("client", "project", "task", "description", "tags", "person", "source")
    texts = {field: str(row[field]) for field in fields if row[field] is not None}
    if row["category_given"]:
        return Decision(row["category"], "The file itself gives this category; rules are not asked.", None, texts)
    if row["position"] is None:
        return Decision(row["category"], "No rule matches.", None, texts)
    rule = Rule(row["position"], row["field"], row["operator"], row["pattern"], row["category"])
    return Decision(row["category"], f"{rule} is the first that matches.", rule, texts)
