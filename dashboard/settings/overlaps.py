"""The rule for overlapping entries of one person: both in full, or one of three that count no minute twice."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from dashboard.errors import BadMapping
from dashboard.settings.cells import Row
from dashboard.settings.sheet import Field, Sheet
from dashboard.store.generations import Store
from dashboard.store.snapshot import OVERLAP_RULE

OVERLAP_RULES = ("both in full", "shared evenly", "for the one that began first", "until the next begins")


def read_overlap_sheet(store: Store) -> pl.DataFrame:
    """Return the rule in force as one row (columns of OVERLAP_SHEET).

    Raises:
        ValueError: the store holds words that name no rule.
    """
    with store.snapshot() as snapshot:
        place = OVERLAP_RULES.index(snapshot.read_setting(OVERLAP_RULE) or OVERLAP_RULES[0])
    return OVERLAP_SHEET.build_frame([{"rule": OVERLAP_RULES[place]}])


def save_overlap_rule(store: Store, rows: Sequence[Row], who: str | None = None) -> int:
    """Put the rule of the one row in force, and return 1.

    Raises:
        BadMapping: none or several rows, or words that name no rule.
    """
    if len(rows) != 1:
        raise BadMapping(f"There are {len(rows)} rules for overlapping entries.", "Write one.")
    (_, cells), *_ = OVERLAP_SHEET.parse_rows(rows)
    with store.change("set the rule for overlapping entries", who) as change:
        if cells["rule"] == OVERLAP_RULES[0]:
            change.drop_setting(OVERLAP_RULE)
        else:
            change.save_setting(OVERLAP_RULE, str(cells["rule"]))
        change.log("overlaps", str(cells["rule"]), who)
    return 1


OVERLAP_SHEET = Sheet(
    name="overlaps",
    title="Overlapping entries",
    noun="the rule for overlapping entries",
    summary="How time counts that two entries of one person have in common",
    saved="The rule for overlapping entries is set.",
    help="Entries stay as they were imported. The rule acts where hours are counted, in every figure; to take it back, "
    "choose both in full. `labeltime ask overlap_rules` says what hours and labeling share are under each rule. Tools "
    "that log durations may write several entries with one start, though the work was done one after the other: count "
    "these in full.",
    read=read_overlap_sheet,
    save=save_overlap_rule,
    fields=(
        Field(
            "rule",
            "Overlapping time counts",
            "choice",
            OVERLAP_RULES,
            required=True,
            default=OVERLAP_RULES[0],
            help="Shared evenly: each entry has its part of every minute. For the one that began first: a later entry "
            "gives way. Until the next begins: the rule for timers that were left running; an entry within a longer "
            "one ends that, too.",
        ),
    ),
)
