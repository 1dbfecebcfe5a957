"""A regular expression is left out only where it cannot match: what it needs is read from it, or nothing is."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.store.needed_words import MOST_GROUPS, could_hold, list_alternatives

ATOMS = st.one_of(
    st.sampled_from(["a", "Box", "labe", "straße", "é"]),
    st.sampled_from([r"\b", r"\w", r"\-", "[^a]]*", "[]x]", "[a-c]", ".", " ", "_", "7", r"\."]),
)
REPEATED = st.sampled_from(["", "", "", "?", "*", "+?", "{0,2}", "{2}", "{1,}"])


def extend_expressions(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return groups and sequences of expressions."""
    openings = st.sampled_from(["(", "(?:", "(?P<name>", "(?-i:"])
    group = st.builds("{}{})".format, openings, st.lists(inner, min_size=1, max_size=3).map("|".join))
    return st.lists(st.builds("{}{}".format, st.one_of(ATOMS, group), REPEATED), max_size=3).map("".join)


def is_expression(text: str) -> bool:
    """Return whether Python can compile an expression."""
    try:
        re.compile(text)
    except re.error:
        return False
    return True


@settings(max_examples=300, deadline=None)
@given(expression=st.recursive(st.just("a"), extend_expressions, max_leaves=8).filter(is_expression), data=st.data())
def test_every_text_that_matches_holds_what_is_needed(expression: str, data: st.DataObject) -> None:
    text = data.draw(st.from_regex(f"(?i:{expression})", fullmatch=True))
    assert could_hold(list_alternatives(expression), text.casefold())


@pytest.mark.parametrize(
    ("expression", "held", "lacking"),
    [
        (r"\blabels?\b", "label", "lab"),
        (r"\b(pre-?)?annotat(e|ion)\b.{0,30}\b(images?|frames)", "annotation of an image", "annotation of text"),
        (r"\b(un)?tag(ged|ging)+ *scans", "tagged scans", "tag scans"),
        ("[a-z]+net|masks", "unet", "mask"),
        (r"(?-i:F1[ :=@]+(score|MACRO))", "f1 macro", "f1 micro"),
    ],
)
def test_an_expression_is_left_out_where_its_words_are_not(expression: str, held: str, lacking: str) -> None:
    assert could_hold(list_alternatives(expression), held)
    assert not could_hold(list_alternatives(expression), lacking)


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "a|",
        "(a|b*)",
        "(?i)label",
        r"\x41label",
        r"\Qlabel\E",
        r"\pLabel",
        "(" * MOST_GROUPS + "(a)" + ")" * MOST_GROUPS,
    ],
)
def test_nothing_is_needed_where_an_expression_is_not_understood(expression: str) -> None:
    assert could_hold(list_alternatives(expression), "zebra")
