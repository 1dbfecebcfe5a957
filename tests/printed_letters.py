"""Where the letters of a PDF stand, to find text that runs into other text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pypdfium2

LIGATURE = 3  # letters that can be drawn as one
COVERED = 0.3  # of the smaller letter: neighbours in a line touch, text over text covers


def find_covered_text(document: Path | bytes) -> list[str]:
    """Return, by page, the letters that stand on one another; marks and scripts that join letters are left aside."""
    pdf = pypdfium2.PdfDocument(document)
    return [
        f"page {number}: {covered}"
        for number, page in enumerate(pdf, 1)
        if (covered := find_covered_letters(page.get_textpage()))
    ]


def find_covered_letters(text: pypdfium2.PdfTextPage) -> str:
    """Return the letters of a page that another one covers, without those beside them in the text."""
    written = [(index, text.get_text_range(index, 1)) for index in range(text.count_chars())]
    plain = [(index, letter) for index, letter in written if letter.isascii() and letter.isalnum()]
    if not plain:
        return ""
    places = np.array([index for index, _ in plain])
    boxes = np.array([text.get_charbox(index) for index in places.tolist()])
    left, bottom, right, top = boxes.T
    width = np.minimum.outer(right, right) - np.maximum.outer(left, left)
    height = np.minimum.outer(top, top) - np.maximum.outer(bottom, bottom)
    shared = np.clip(width, 0, None) * np.clip(height, 0, None)
    area = np.maximum((right - left) * (top - bottom), 1e-6)
    covers = shared > COVERED * np.minimum.outer(area, area)
    covers &= np.abs(np.subtract.outer(places, places)) > LIGATURE
    return "".join(letter for (_, letter), is_covered in zip(plain, covers.any(axis=1), strict=True) if is_covered)
