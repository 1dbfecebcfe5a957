"""What stands in one slot once its imports are read one after the other, in plain Python.

A slot is what people do not edit of an entry: the tool's own id, or person and start, or person, day, project and
task. A statement is what one import says of one entry in it; `content` is a hash of everything else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Literal

Policy = Literal["replace", "keep"]


@dataclass(frozen=True)
class Statement:
    """What an import says of one entry; `content` None: there is no such entry, or no longer."""

    import_id: int
    line: int
    content: int | None
    changed_at: datetime | None = None
    detail: int = 0  # how much its format tells; a poorer format does not replace a richer one


@dataclass(frozen=True)
class Rules:
    """How an import meets known entries: what it does with edited ones, and whether it is the whole truth."""

    edited: Policy = "replace"
    replaces_period: bool = False


@dataclass
class SlotOutcome:
    """The entries in force, and what the last import did to them."""

    entries: list[Statement] = field(default_factory=list)
    known: int = 0
    added: int = 0
    older: int = 0  # statements of the last import that are older than what is there
    kept: int = 0  # statements of the last import that look edited, and stand beside what they resemble
    replaced: list[tuple[Statement, Statement]] = field(default_factory=list)  # before, after
    missing: list[Statement] = field(default_factory=list)  # in force before it, and not in it
    gone_at: datetime | None = None  # what the tool changed last until then is no entry any more


def replay_slot(statements: Iterable[Statement], rules: dict[int, Rules]) -> SlotOutcome:
    """Return what stands in a slot after all of its statements, import after import.

    Equal contents are the same entry. Those left over on both sides are paired in order: the new statement counts
    unless the tool changed the earlier one later. Statements left over are new entries.
    """
    outcome = SlotOutcome()
    ordered = sorted(statements, key=lambda statement: (statement.import_id, statement.line))
    for import_id, group in groupby(ordered, key=lambda statement: statement.import_id):
        outcome = read_statements(outcome.entries, list(group), rules.get(import_id, Rules()), outcome.gone_at)
    return outcome


def read_statements(
    before: Sequence[Statement], incoming: Sequence[Statement], rules: Rules, gone_at: datetime | None = None
) -> SlotOutcome:
    """Return the slot after one import's statements."""
    endings = [statement.changed_at for statement in incoming if statement.content is None]
    outcome = SlotOutcome(gone_at=max(filter(None, (gone_at, *endings)), default=None))
    entries: list[Statement | None] = list(before)
    open_places = list(range(len(entries)))
    unmatched: list[Statement] = []
    for statement in (statement for statement in incoming if statement.content is not None):
        place = next((place for place in open_places if before[place].content == statement.content), None)
        if place is None:
            unmatched.append(statement)
            continue
        open_places.remove(place)
        entries[place] = take_later_change(before[place], statement)
        outcome.known += 1
    pairs = list(zip(open_places, unmatched, strict=False))
    if rules.edited == "keep":
        outcome.kept, pairs = len(pairs), []
    for place, statement in pairs:
        if is_newer(statement, before[place]):
            entries[place] = statement
            outcome.replaced.append((before[place], statement))
        else:
            outcome.older += 1
    outcome.missing = [before[place] for place in open_places[len(pairs) :]]
    added = [statement for statement in unmatched[len(pairs) :] if not is_gone(statement, outcome.gone_at)]
    outcome.added = len(added)
    outcome.older += len(unmatched) - len(pairs) - len(added)
    if rules.replaces_period or endings:
        for place in open_places[len(pairs) :]:
            entries[place] = None
    outcome.entries = [entry for entry in entries if entry is not None] + added
    return outcome


def take_later_change(entry: Statement, again: Statement) -> Statement:
    """Return the entry with the later of two times of change, and the detail of the richer format."""
    changed_at = max(filter(None, (entry.changed_at, again.changed_at)), default=None)
    return Statement(entry.import_id, entry.line, entry.content, changed_at, max(entry.detail, again.detail))


def is_newer(statement: Statement, before: Statement) -> bool:
    """Return whether a statement counts instead of an earlier one: by the tool's time of change, else by import."""
    if statement.changed_at and before.changed_at and statement.changed_at != before.changed_at:
        return statement.changed_at > before.changed_at
    return statement.detail >= before.detail


def is_gone(statement: Statement, gone_at: datetime | None) -> bool:
    """Return whether the tool ended an entry after the change that a statement tells."""
    return bool(gone_at and statement.changed_at and statement.changed_at <= gone_at)
