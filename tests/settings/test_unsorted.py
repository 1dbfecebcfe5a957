"""Texts to sort: grouped by their words, given a category for good, and taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from settings.described_time import import_lines, read_hours

from dashboard.errors import BadMapping
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.settings.rules import save_rules
from dashboard.settings.unsorted import group_texts, list_unsorted, sort_groups, sort_words, sum_textless_hours
from dashboard.store.generations import Store

LINES = """person,day_on,seconds,project,description
Ada,2026-03-02,3600,Signs,Zebra batch 7
Bob,2026-03-02,7200,Signs,zebra Batch 12
Bob,2026-03-03,1800,Signs,kick the tyres
Ada,2026-03-03,900,Tyres,
Ada,2026-03-04,300,,
Ada,2026-03-04,3600,Signs,Draw boxes on traffic signs
"""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return a store with texts that no rule knows."""
    return import_lines(tmp_path, LINES)


def test_near_words_are_one_group_and_the_largest_comes_first(store: Store) -> None:
    groups = list_unsorted(store)
    assert [(group.title, group.entries, group.hours, group.people) for group in groups] == [
        ("zebra Batch 12", 2, 3.0, 2),
        ("kick the tyres", 1, 0.5, 1),
        ("(nothing written) project: Tyres", 1, 0.25, 1),
    ]
    assert sum_textless_hours(store) == pytest.approx(300 / 3600)


def test_a_sorted_group_stays_sorted_in_later_files_and_can_be_taken_back(store: Store, tmp_path: Path) -> None:
    done = sort_groups(store, list_unsorted(store)[:1], "annotating")
    assert (done.entries, done.hours) == (2, 3.0)
    assert read_hours(store)["annotating"] == 4.0
    later = tmp_path / "later.csv"
    later.write_text("person,day_on,seconds,project,description\nAda,2026-04-01,3600,Signs,ZEBRA batch 7\n")
    import_files(store, [later], Settings(zone="UTC"))
    assert read_hours(store)["annotating"] == 5.0
    save_rules(store, done.rules_before)
    assert read_hours(store)["annotating"] == 1.0


def test_words_sort_every_entry_that_contains_them_and_count_what_had_a_category(store: Store) -> None:
    assert sort_words(store, "tyres", "other").entries == 1  # the project of that name is not a text
    done = sort_words(store, "signs", "other")  # boxes on signs were labeling
    assert (done.entries, done.entries_moved) == (1, 1)
    with pytest.raises(BadMapping, match="No words"):
        sort_words(store, " ", "other")


@pytest.mark.parametrize(
    ("texts", "groups"),
    [
        (["Sprint planning 12", "sprint planing", "Retro"], [0, 0, 2]),
        (["2026-01", "2026-02"], [0, 1]),  # nothing but numbers: each is its own
        (["review of A", "review of B", "hiring"], [0, 1, 2]),
        (["日本語のラベル", "日本語のラベル 2"], [0, 0]),
        ([], []),
    ],
)
def test_groups_follow_the_words(texts: list[str], groups: list[int]) -> None:
    assert group_texts(texts) == groups


def test_only_the_texts_with_the_most_hours_are_compared_word_by_word() -> None:
    letters = [chr(97 + number // 676) + chr(97 + number // 26 % 26) + chr(97 + number % 26) for number in range(1000)]
    many = [f"{word * 3} {word * 2}" for word in letters]
    late = ["kicking tyres", "kicking tyre", f"{letters[0] * 3} {letters[0] * 2} 7"]
    groups = group_texts([*many, *late])
    assert len(set(groups[:1000])) > 900  # hardly any of them is near another
    assert groups[1000:] == [1000, 1001, 0]  # near words stay apart, equal ones do not
