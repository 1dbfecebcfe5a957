"""What is in force of a slot after any imports: replayed by the store, and by a model in plain Python."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.store.slots import Rules, Statement, replay_slot

# In the model, a slot is a list of contents, a file is a list of contents for each slot.
contents = st.lists(st.integers(0, 3), max_size=3)
policies = st.sampled_from([Rules(), Rules(edited="keep"), Rules(replaces_period=True)])
histories = st.lists(st.tuples(contents, policies), min_size=1, max_size=6)


def replay_plainly(history: list[tuple[list[int], Rules]]) -> Counter[int]:
    """Return the contents in force: equal ones meet, leftovers replace in order, the others are added."""
    entries: list[int] = []
    for incoming, rules in history:
        if not incoming and not rules.replaces_period:
            continue
        unmet, left = list(range(len(entries))), []
        for content in incoming:
            match = [place for place in unmet if entries[place] == content]
            unmet = [place for place in unmet if place not in match[:1]]
            left += [] if match else [content]
        if rules.edited == "replace":
            while unmet and left:
                entries[unmet.pop(0)] = left.pop(0)
        gone = set(unmet) if rules.replaces_period else set()
        entries = [content for place, content in enumerate(entries) if place not in gone] + left
    return Counter(entries)


@settings(max_examples=500, deadline=None)
@given(histories)
def test_a_slot_is_what_reading_its_imports_in_order_gives(history: list[tuple[list[int], Rules]]) -> None:
    statements = [
        Statement(number, line, content)
        for number, (incoming, rules) in enumerate(history)
        for line, content in enumerate(incoming or ([None] if rules.replaces_period else []))
    ]
    outcome = replay_slot(statements, {number: rules for number, (_, rules) in enumerate(history)})
    assert Counter(entry.content for entry in outcome.entries) == replay_plainly(history)
