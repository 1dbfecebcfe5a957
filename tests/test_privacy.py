"""What a spreadsheet would run comes out as text."""

from __future__ import annotations

import csv
import io
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import privacy
from dashboard.privacy import MIN_GROUP_SIZE, Group
from dashboard.settings.csv_text import restore_cell


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+1",
        "-2+3",
        "@SUM(A1)",
        "|calc",
        "\t=1",
        " =1+1",
        "\xa0@SUM(A1)",
        "\uff1d1+1",
        "\uff0b1",
        "\uff0d2",
        "\uff20SUM",
        "\uff5cx",
        "\ufe661",
        "\u22122",
        "\ufeff=1",
        "\u200b\uff1d1",
        "\0=1",
    ],
)
def test_a_formula_is_made_harmless_in_values_and_headers(cell: str) -> None:
    written = list(csv.reader(io.StringIO(privacy.format_safe_csv([cell], [[cell]]), newline="")))
    assert written == [[f"'{cell}"], [f"'{cell}"]]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("a;=1+1;b", "a;'=1+1;b"),
        ("a\n=1+1;b", "a\n'=1+1;b"),
        ("a\r\n @SUM(A1)", "a\r\n' @SUM(A1)"),
        ("=1;-2", "'=1;'-2"),
        ("\r=1", "'\r'=1"),
        ("\n=1", "'\n'=1"),
        ("a; b\nc", "a; b\nc"),
    ],
)
def test_a_formula_behind_another_separator_is_made_harmless(cell: str, expected: str) -> None:
    written = list(csv.reader(io.StringIO(privacy.format_safe_csv([cell], [[cell]]), newline="")))
    assert written == [[expected], [expected]]
    parts = re.split("[;\r\n]", privacy.format_safe_csv(["person", "task"], [["Ann", cell]]))
    assert not any(part.lstrip().startswith(("=", "@", "-")) for part in parts)
    assert restore_cell(expected).strip() == cell.strip()


@pytest.mark.parametrize("cell", [-5, 3.5, "labels", "a=b", " plain", ""])
def test_numbers_and_plain_texts_stay_as_they_are(cell: object) -> None:
    assert privacy.neutralize_cell(cell) == cell


@given(st.text("'=+@;\r\n \t\uff1d\u200b1a", max_size=8).map(str.strip))
def test_a_text_survives_the_way_through_a_csv_whatever_apostrophes_it_has(text: str) -> None:
    written = next(csv.reader(io.StringIO(privacy.format_safe_csv([text], []), newline="")))
    assert not privacy.is_formula(written[0])
    assert privacy.restore_text(written[0]) == text


GROUPS = st.lists(
    st.builds(
        Group,
        name=st.just(""),
        people=st.one_of(st.none(), st.integers(0, 12)),
        size=st.floats(0, 1000),
        whole=st.sampled_from(["labeling side", "modeling side", "neither"]),
    ),
    max_size=14,
)


@given(GROUPS)
def test_no_withheld_row_follows_from_what_is_shown(found: list[Group]) -> None:
    groups = [Group(str(place), one.people, one.size, one.whole) for place, one in enumerate(found)]
    hidden = privacy.find_withheld_groups(groups)
    shown = [group for group in groups if group.name not in hidden]
    assert all(group.size == 0 or (group.people or 0) >= MIN_GROUP_SIZE for group in shown)
    # What is known: every row shown, every row of nothing, and the total of every whole.
    rows = [[float(group == one) for group in groups] for one in shown]
    rows += [[float(group.whole == whole) for group in groups] for whole in {group.whole for group in groups}]
    rank = np.linalg.matrix_rank(np.array(rows)) if rows else 0
    for one in (group for group in groups if group.name in hidden):
        apart = [[float(group == one) for group in groups]]
        follows = np.linalg.matrix_rank(np.array(rows + apart)) == rank
        is_alone = sum(group.whole == one.whole and group.size > 0 for group in groups) == 1
        assert not follows or is_alone  # a whole of one row is that row


@given(GROUPS)
def test_withheld_rows_together_are_a_group_that_is_large_enough(found: list[Group]) -> None:
    groups = [Group(str(place), one.people, one.size, one.whole) for place, one in enumerate(found)]
    hidden = privacy.find_withheld_groups(groups)
    for whole in {group.whole for group in groups}:
        rows = [group for group in groups if group.whole == whole and group.size > 0]
        within = [group for group in rows if group.name in hidden]
        assert not within or len(within) == len(rows) or max(group.people or 0 for group in within) >= MIN_GROUP_SIZE


def test_where_nothing_is_small_nothing_is_withheld() -> None:
    assert privacy.find_withheld_groups([Group("a", 5, 10.0), Group("b", 9, 2.0), Group("c", 0, 0.0)]) == frozenset()
    assert privacy.find_withheld_groups([Group("a", 5, 10.0), Group("b", 9, 2.0), Group("c", 1, 5.0)]) == {"b", "c"}
