"""Dense codes are those of `np.unique`, whether counted or sorted."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.inference.design_matrix import densify_codes


@pytest.mark.parametrize(
    "codes",
    [[], [7], [3, 3, -1, 9], [0, 10**12, 5, 10**12], list(range(50, 0, -3)) * 4],
    ids=lambda codes: str(codes[:4]),
)
def test_dense_codes_are_those_of_a_sort(codes: list[int]) -> None:
    array = np.array(codes, dtype=np.int64)
    values, places = np.unique(array, return_inverse=True)
    ours = densify_codes(array)
    assert [part.dtype for part in ours] == [np.dtype(np.int64)] * 2
    assert ours[0].tolist() == (values.tolist() if codes else [])
    assert ours[1].tolist() == places.tolist()
