"""Edit distances by hand, and what must hold for any two answers."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.edit_distance import (
    LONGEST_TEXT,
    are_nearly_equal,
    compute_answer_distance,
    compute_bag_distance,
    compute_text_distance,
)

Answer = tuple[list[str], dict[str, list[str]]]

NAMES = st.lists(st.sampled_from("abcd"), max_size=6)
ANSWERS = st.tuples(NAMES, st.dictionaries(st.sampled_from("xy"), st.lists(st.text("abc", max_size=5), max_size=3)))


@pytest.mark.parametrize(
    ("before", "after", "distance"),
    [
        (([], {}), ([], {}), 0),
        ((["a"], {}), (["a"], {}), 0),
        ((["a"], {}), (["b"], {}), 1),
        (([], {}), (["b"], {}), 1),
        ((["a", "b", "c"], {}), (["c", "a", "moved"], {}), 1 / 3),  # one of three replaced
        ((["a", "a"], {}), (["a"], {}), 1 / 2),  # one of two removed
        ((["a"], {}), (["a", "b", "c", "d"], {}), 3 / 4),  # three of four added
        (([], {"t": ["kitten"]}), ([], {"t": ["sitting"]}), 3 / 7),
        (([], {"t": ["one", "two"]}), ([], {"t": ["two", "one"]}), 0),
        (([], {"t": ["one", "two"]}), ([], {"t": ["two"]}), 1 / 2),
        (([], {"t": ["one", "axe"]}), ([], {"t": ["two", "one"]}), 1 / 2),  # "one" is kept; axe and two share no sign
        (([], {"t": ["one"]}), ([], {"u": ["one"]}), 1),
        ((["a"], {"t": ["four"]}), (["a"], {"t": ["for"]}), (1 / 4) / 2),  # one of four signs, of two parts
        (([], {"t": ["x" * (LONGEST_TEXT + 1)]}), ([], {"t": ["y"]}), None),
        (([], {"t": ["x" * (LONGEST_TEXT + 1)]}), ([], {"t": ["x" * (LONGEST_TEXT + 1)]}), 0),
    ],
)  # fmt: skip
def test_a_distance_is_as_counted_by_hand(before: Answer, after: Answer, distance: float | None) -> None:
    expected = distance if distance is None else pytest.approx(distance)
    assert compute_answer_distance(before, after) == expected
    assert compute_answer_distance(after, before) == expected


@given(ANSWERS, ANSWERS)
def test_a_distance_is_symmetric_and_0_for_equal_answers_only(before: Answer, after: Answer) -> None:
    distance = compute_answer_distance(before, after)
    assert distance is not None
    assert 0 <= distance <= 1
    assert compute_answer_distance(after, before) == pytest.approx(distance)
    assert compute_answer_distance(before, before) == 0
    content = [
        (Counter(objects), {name: Counter(parts) for name, parts in texts.items() if parts})
        for objects, texts in (before, after)
    ]
    assert (distance == 0) == (content[0] == content[1])


@given(ANSWERS, ANSWERS)
def test_answers_without_anything_in_common_are_1_apart(before: Answer, after: Answer) -> None:
    other = (
        [name.upper() for name in after[0]],
        {field: [*map(str.upper, texts)] for field, texts in after[1].items()},
    )
    is_empty = not any((*before[0], *other[0], *before[1].values(), *other[1].values()))
    texts = [text for _, fields in (before, other) for parts in fields.values() for text in parts]
    if not is_empty and all(texts):
        assert compute_answer_distance(before, other) == 1


def test_texts_and_bags_are_measured_by_the_larger_one() -> None:
    assert compute_text_distance("", "") == compute_bag_distance(Counter(), Counter()) == 0
    assert compute_text_distance("abc", "abcd") == compute_bag_distance(Counter("abc"), Counter("abcd")) == 1 / 4


@pytest.mark.parametrize(
    ("first", "second", "is_near"),
    [
        ("News", "news", True),
        ("News", "Nwes", True),
        ("News", "N\u0435ws", True),  # a Cyrillic letter
        ("News", "\uff2e\uff45\uff57\uff53", True),  # full width
        ("Traffic signs", "Trafic  sign", True),
        ("Batch 1", "Batch 2", False),
        ("Birds", "Signs", False),
        ("Ab", "Ac", False),
        ("News", "", False),
    ],
)
def test_a_mistyped_name_is_nearly_equal(first: str, second: str, is_near: bool) -> None:  # noqa: FBT001 - a table
    assert are_nearly_equal(first, second) == are_nearly_equal(second, first) == is_near
