"""How far apart two answers are, from 0 (the same) to 1 (nothing in common): edits / size of the larger one.

An edit replaces, adds or removes a sign of a text (Levenshtein 1966) or an object of an answer without order (the bag
distance of Bartolini, Ciaccia and Patella 2002). Both are symmetric.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence

LONGEST_TEXT = 20_000  # signs; the time of a comparison grows with the product of both lengths
SIGNS_PER_MISTAKE = 5


def compute_text_distance(before: str, after: str) -> float:
    """Return the Levenshtein distance of two texts divided by the length of the longer one."""
    from rapidfuzz.distance import Levenshtein  # noqa: PLC0415 - loaded only where texts differ

    return Levenshtein.normalized_distance(before, after)


def are_nearly_equal(first: str, second: str) -> bool:
    """Return whether one name may be the other one mistyped; names with other numbers, such as batch 1 and 2, are not.

    Case, width and blanks do not matter. For every five signs, one may be replaced, added, left out or swapped.
    """
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - loaded only where a name was given

    before, after = ("".join(unicodedata.normalize("NFKC", name).casefold().split()) for name in (first, second))
    if re.findall(r"\d+", before) != re.findall(r"\d+", after):
        return False
    most = max(1, max(len(before), len(after)) // SIGNS_PER_MISTAKE)
    return before == after or (min(len(before), len(after)) > most + 1 and OSA.distance(before, after) <= most)


def compute_bag_distance(before: Counter[Hashable], after: Counter[Hashable]) -> float:
    """Return how many objects were replaced, added or removed, divided by the number of the larger of both bags."""
    size = max(before.total(), after.total())
    return count_bag_edits(before, after) / size if size else 0.0


def count_bag_edits(before: Counter[Hashable], after: Counter[Hashable]) -> int:
    """Return how many objects of a bag were replaced, added or removed."""
    return max(before.total(), after.total()) - (before & after).total()


def compute_answer_distance(
    before: tuple[Iterable[Hashable], Mapping[str, Sequence[str]]],
    after: tuple[Iterable[Hashable], Mapping[str, Sequence[str]]],
) -> float | None:
    """Return the distance of two answers, each objects without order and texts by field; None beyond LONGEST_TEXT.

    An object counts 1 and so does a text, of which the share of changed signs counts. Texts of a field that are in
    both are the same; the others are compared in their order.
    """
    objects = Counter(before[0]), Counter(after[0])
    edits: float = count_bag_edits(*objects)
    size = max(bag.total() for bag in objects)
    for field in before[1].keys() | after[1].keys():
        texts = list(before[1].get(field, ())), list(after[1].get(field, ()))
        size += max(map(len, texts))
        ours, theirs = _leave_out(*texts), _leave_out(*texts[::-1])
        if any(len(text) > LONGEST_TEXT for text in (*ours, *theirs)):
            return None
        pairs = list(zip(ours, theirs, strict=False))
        edits += sum(compute_text_distance(*pair) for pair in pairs) + max(len(ours), len(theirs)) - len(pairs)
    return edits / size if size else 0.0


def _leave_out(texts: Sequence[str], others: Sequence[str]) -> list[str]:
    """Return the texts in their order, each left out as often as the others have it."""
    left = Counter(others)
    kept = []
    for text in texts:
        if left[text]:
            left[text] -= 1
        else:
            kept.append(text)
    return kept
