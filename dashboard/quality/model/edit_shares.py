"""How much of a suggestion people changed: 0 kept as it came, 1 nothing left of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Sequence

import polars as pl

from dashboard.edit_distance import compute_bag_distance, compute_text_distance

NO_ANSWER = "(nothing)"
_COUNT = re.compile(r"^(.*) x(\d+)$", re.DOTALL)


def compute_text_edits(suggested: Sequence[str], final: Sequence[str]) -> list[float]:
    """Return for each pair of texts the Levenshtein distance divided by the length of the longer one."""
    return [compute_text_distance(before, after) for before, after in zip(suggested, final, strict=True)]


def compute_class_edits(suggested: Sequence[str], final: Sequence[str]) -> list[float]:
    """Return for each pair of class lists the objects replaced, added or removed, divided by those of the larger."""
    return [
        compute_bag_distance(_count_objects(before), _count_objects(after))
        for before, after in zip(suggested, final, strict=True)
    ]


def _count_objects(answer: str) -> Counter[Hashable]:
    """Return the objects of a list such as `kind: car x2; kind: dog`."""
    objects: Counter[Hashable] = Counter()
    for part in answer.split("; ") if answer != NO_ANSWER else ():
        counted = _COUNT.match(part)
        objects[counted[1] if counted else part] += int(counted[2]) if counted else 1
    return objects


def summarize_edits(pairs: pl.DataFrame) -> dict[str, float | None]:
    """Return the mean share edited of all labels, and the median of those edited.

    `pairs` has the columns edit_share and labels, one row per distinct pair.
    """
    edited = pairs.filter(pl.col("edit_share") > 0)
    shares = edited.select(pl.col("edit_share").repeat_by("labels").explode()).to_series()
    total = int(pairs.get_column("labels").sum())
    edited_labels = float((pairs.get_column("edit_share") * pairs.get_column("labels")).sum())
    return {
        "mean_edit_share": edited_labels / total,
        "median_edit_share": float(shares.median()) if shares.len() else None,  # type: ignore[arg-type]
    }
