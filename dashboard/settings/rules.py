"""The team's category rules: read, preview and save them, and explain their decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from dashboard.errors import BadMapping
from dashboard.settings.cells import Row
from dashboard.settings.sheet import Field, Sheet
from dashboard.store.category_rules import (
    DECIDES,
    EFFECTS,
    FIELD_SQL,
    MAX_POSITION,
    OPERATOR_PATTERNS,
    RULE_CATEGORIES,
    RULE_COLUMNS,
    SCHEME,
    SUGGESTS,
    Rule,
    parse_rules,
)
from dashboard.store.generations import Store
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Change

CHANGED_ENTRIES_SQL = """
    select
        before.category as from_category, after.category as to_category, count(*) as entries,
        cast(sum(entry.counted_seconds) as bigint) as seconds, hours(sum(entry.counted_seconds)) as hours,
        if(rule.effect = 'suggests', rule.category, null) as suggested_category
    from categorized_time as entry
    inner join activity_before as before on before.activity_key = entry.activity_key
    inner join activity as after on after.activity_key = entry.activity_key and after.scheme = $scheme
    left join category_rule as rule on rule.scheme = $scheme and rule.position = after.rule_position
    where not entry.category_given and before.category <> after.category
    group by 1, 2, 6
    order by seconds desc, from_category, to_category, suggested_category
"""


@dataclass(frozen=True)
class CategoryDecision:
    """Why a time entry has its category: the rule, or a sentence if no rule decided."""

    category: str
    reason: str
    rule: Rule | None
    texts: dict[str, str]  # field of the entry -> its text


def read_rules(store: Store) -> pl.DataFrame:
    """Return the rules in order, with the columns of RULE_COLUMNS."""
    with store.snapshot() as snapshot:
        return run_query(snapshot, "category_rules", {})


def parse_rules_frame(frame: pl.DataFrame) -> list[Rule]:
    """Return the rules in a frame; without positions, the order of the rows counts.

    Raises:
        BadMapping: a rule that cannot be used.
    """
    return parse_rule_rows(frame.to_dicts())


def parse_rule_rows(rows: Sequence[Row]) -> list[Rule]:
    """Return the rules in these rows; without positions, the order of the rows counts.

    Raises:
        BadMapping: a rule that cannot be used.
    """
    parsed_rows = [cells for _, cells in RULE_SHEET.parse_rows(rows)]
    # As text, because `parse_rules` takes the number 0 for a missing position.
    return parse_rules(
        [{**cells, "position": "" if cells["position"] is None else str(cells["position"])} for cells in parsed_rows]
    )


def parse_rules_csv(csv_text: str) -> list[Rule]:
    """Return the rules in a CSV text; without `position`, the order of the lines counts.

    Raises:
        BadMapping: not CSV, columns missing or unknown, or a rule that cannot be used.
    """
    return parse_rule_rows(RULE_SHEET.parse_csv(csv_text))


def save_rule_rows(store: Store, rows: Sequence[Row], who: str | None = None) -> int:
    """Replace the rules by those in these rows and return their number.

    Raises:
        BadMapping: as `parse_rule_rows`, or a pattern that the store cannot run.
    """
    return save_rules(store, parse_rule_rows(rows), who)


def save_rules(store: Store, new: Sequence[Rule], who: str | None = None) -> int:
    """Replace the rules, rebuild all categories, and return the number of rules.

    Raises:
        BadMapping: a pattern that the store cannot run; then nothing changes.
    """
    with store.change("save category rules", who) as change:
        old = set(run_query(change, "category_rules", {}).iter_rows())
        replace_rules(change, new)
        changed = len(old.symmetric_difference(build_rules_frame(new).iter_rows()))
        change.rebuild_categories()
        change.log("category rules", f"{len(new)} rules in force, {changed} lines added or taken away", who)
    return len(new)


def replace_rules(change: Change, new: Sequence[Rule]) -> None:
    """Write the rules into a change; the categories are not rebuilt yet."""
    change.execute("delete from category_rule where scheme = $scheme", {"scheme": SCHEME})
    if new:
        change.insert("category_rule", build_rules_frame(new).with_columns(scheme=pl.lit(SCHEME)))


def build_rules_frame(ordered_rules: Sequence[Rule]) -> pl.DataFrame:
    """Return rules as a frame (columns of RULE_COLUMNS)."""
    schema = {name: pl.Int32 if name == "position" else pl.String for name in RULE_COLUMNS}
    return pl.DataFrame(
        [[getattr(rule, name) for name in RULE_COLUMNS] for rule in ordered_rules], schema=schema, orient="row"
    )


def preview_rules(store: Store, new: Sequence[Rule]) -> pl.DataFrame:
    """Return what these rules would change: from_category, to_category, entries, seconds, hours, suggested_category.

    Raises:
        BadMapping: a pattern that the store cannot run.
    """
    with store.try_change() as change:
        change.execute(
            "create temp table activity_before as select activity_key, category from activity where scheme = $scheme",
            {"scheme": SCHEME},
        )
        replace_rules(change, new)
        change.execute("delete from activity where scheme = $scheme", {"scheme": SCHEME})
        change.assign_categories(SCHEME)
        return change.query(CHANGED_ENTRIES_SQL, {"scheme": SCHEME})


def explain_category(store: Store, import_id: int, line: int) -> CategoryDecision:
    """Return why the entry on a line of an imported file has its category.

    Raises:
        BadMapping: no such entry.
    """
    with store.snapshot() as snapshot:
        decisions = run_query(snapshot, "decision", {"import_id": import_id, "line": line})
    if decisions.is_empty():
        raise BadMapping(f"There is no entry on line {line} of import {import_id}.", "See the entries and their lines.")
    row = decisions.row(0, named=True)
    fields = ("client", "project", "task", "description", "tags", "person", "source")
    texts = {field: str(row[field]) for field in fields if row[field] is not None}
    if row["category_given"]:
        return CategoryDecision(
            row["category"], "The file itself gives this category, so no rule applies.", None, texts
        )
    if row["position"] is None:
        return CategoryDecision(row["category"], "No rule matches.", None, texts)
    rule = Rule(row["position"], row["field"], row["operator"], row["pattern"], row["rule_category"], row["effect"])
    reason = f"{rule} is the first that matches"
    if rule.effect == SUGGESTS:
        reason += f". It only suggests {rule.category}, which counts once it is accepted"
    return CategoryDecision(row["category"], f"{reason}.", rule, texts)


RULE_SHEET = Sheet(
    name="rules",
    title="Rules",
    noun="the rules in order",
    summary="The ordered rules that put time into categories",
    saved="Rules in force: {count}.",
    help="The first rule that matches an entry decides its category, or only suggests one: then the entry stays "
    "uncategorized until somebody accepts the suggestion. A category that the file itself gives comes "
    "before all rules. Patterns ignore case; several texts are separated by `|`. `each of` asks for a word of "
    "every kind: `box*|mask* & # images but not css` holds where one of the first kind and one of the second stand, in "
    "any order, and none of those after `but not`. There, `*` is the rest of a word, and `#` a number.",
    read=read_rules,
    save=save_rule_rows,
    fields=(
        Field(
            "position",
            "Place",
            "number",
            maximum=MAX_POSITION,
            digits=0,
            help="Rules with lower places are tried first. Empty: the order of the rows.",
        ),
        Field(
            "field",
            "Look at",
            "choice",
            tuple(FIELD_SQL),
            required=True,
            help="text: task, description and tags. work: the project too. any: the client too.",
        ),
        Field("operator", "How", "choice", tuple(OPERATOR_PATTERNS), required=True),
        Field("pattern", "Text", required=True, is_long=True, help="For matches: a regular expression."),
        Field("category", "Category", "choice", RULE_CATEGORIES, required=True, names_category=True),
        Field("effect", "Effect", "choice", EFFECTS, default=DECIDES),
    ),
)
