"""What a spreadsheet would run comes out as text."""

from __future__ import annotations

import csv
import io

import pytest

from dashboard import privacy


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-2+3", "@SUM(A1)", "|calc", "\t=1", "\r=1", " =1+1", "\xa0@SUM(A1)", "\n=1"]
)
def test_a_formula_is_made_harmless_in_values_and_headers(cell: str) -> None:
    written = list(csv.reader(io.StringIO(privacy.neutral_csv([cell], [[cell]]), newline="")))
    assert written == [[f"'{cell}"], [f"'{cell}"]]


@pytest.mark.parametrize("cell", [-5, 3.5, "labels", "a=b", " plain", ""])
def test_numbers_and_plain_texts_stay_as_they_are(cell: object) -> None:
    assert privacy.neutral(cell) == cell
