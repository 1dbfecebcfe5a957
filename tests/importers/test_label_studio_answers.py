"""What an annotation answered, as one text for one answer: order, numbers of regions and places do not matter."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.importers.frames.label_studio_answers import NO_ANSWER, format_answer


def region(kind: str, content: object, name: str = "f", number: str | None = None, **more: object) -> dict[str, Any]:
    """Return a region that says something under the key of its kind."""
    key = "text" if kind == "textarea" else kind
    return {"id": number, "from_name": name, "type": kind, "value": {key: content, **more}}


@pytest.mark.parametrize(
    ("regions", "answer"),
    [
        ([], NO_ANSWER),
        ([region("choices", ["Cat"])], "f: Cat"),
        ([region("choices", ["Dog", "Cat"])], "f: Cat, Dog"),
        ([region("rating", 4)], "f: 4"),
        ([region("number", 4.0)], "f: 4"),
        ([region("number", 4.5)], "f: 4.5"),
        ([region("taxonomy", [["Animal", "Cat"], ["Plant"]])], "f: Animal/Cat, Plant"),
        ([region("labels", ["ORG"], start=3), region("labels", ["PER"]), region("labels", ["ORG"], start=9)],
         "f: ORG x2; f: PER"),
        ([region("choices", ["A"], "b"), region("choices", ["B"], "a")], "a: B; b: A"),
        ([region("rectanglelabels", ["Car"], number="r1", x=4.0)], "f: Car"),
        ([{"id": "r1", "from_name": "box", "type": "rectangle", "value": {"x": 1}},
          region("labels", ["Car"], "class", "r1")], "class: Car"),
        ([{"id": "r1", "from_name": "box", "type": "rectangle", "value": {"x": 1}}], "box: rectangle"),
        ([{"type": "choices", "value": "odd"}], "choices: choices"),
    ],
)  # fmt: skip
def test_an_answer_is_told_in_canonical_order(regions: list[dict[str, Any]], answer: str) -> None:
    assert format_answer(regions) == answer
    assert format_answer(regions[::-1]) == answer


def test_free_text_is_compared_and_never_kept() -> None:
    one, same, other = (format_answer([region("textarea", [words])]) for words in ("My secret", "My secret", "Another"))
    assert one == same != other
    assert "secret" not in one
