"""The row of column titles in the first rows of a table, or the two rows of titles where groups stand above them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.errors import shorten_quote
from dashboard.importers.readers.limits import LIMITS

_VALUE_PATTERN = re.compile(r"[-+]?[\d.,:/ %-]*\d[\d.,:/ %-]*(?:[AaPp][Mm])?")
_SHOWN_LETTERS = 80


@dataclass(frozen=True)
class TitleRows:
    """Where the column titles stand among the first records of a table, and what they are."""

    first: int  # index of the first record of titles
    last: int  # index of the last one: the same, or the next
    titles: tuple[str, ...]

    def describe(self, records: Sequence[Sequence[str]], lines: Sequence[int]) -> tuple[str, ...]:
        """Return what was left out above the titles, and that two rows of titles were joined."""
        notes = []
        above = [cell.strip() for record in records[: self.first] for cell in record if cell.strip()]
        if above:
            text = " ".join(above)
            excerpt = f"{text[:_SHOWN_LETTERS]}{' ...' if len(text) > _SHOWN_LETTERS else ''}"
            notes.append(f'What stands above the table, before line {lines[self.first]}, was not read: "{excerpt}".')
        if self.last > self.first:
            titles = [title for title in self.titles if title]
            example = next((title for title in titles if not self._is_lower(title, records)), titles[0])
            notes.append(
                f"The column titles stand in two rows, lines {lines[self.first]} and {lines[self.last]}, and were"
                f' joined to one, such as "{shorten_quote(example)}".'
            )
        return tuple(notes)

    def _is_lower(self, title: str, records: Sequence[Sequence[str]]) -> bool:
        return title in (clean_title(cell) for cell in records[self.last])


def find_titles(records: Sequence[Sequence[str]]) -> TitleRows | None:
    """Return the column titles among the first records, None where no record looks like titles."""
    widths = [len(record) for record in records]
    usual_width = max(set(widths), key=lambda width: (widths.count(width) * (width > 1), width), default=0)
    for index, record in enumerate(records[: LIMITS.preamble_records]):
        following = records[index + 1 : index + 3]
        if len(following) > 1 and _are_two_rows(record, following[0], following[1], usual_width):
            return TitleRows(index, index + 1, _join_titles(record, following[0]))
        if _is_header(record, usual_width):
            return TitleRows(index, index, tuple(clean_title(field) for field in record))
    return None


def clean_title(field: str) -> str:
    """Return a column name without invisible characters and outer blanks; blanks that bind words are plain ones."""
    plain = field.replace("\u00a0", " ").replace("\u202f", " ").replace("\ufeff", "")
    return "".join(char for char in plain if char.isprintable()).strip()


def _is_header(record: Sequence[str], usual_width: int) -> bool:
    """Return whether a record holds column titles: more than half the usual number of fields, and no values.

    The first field may be blank, as pandas leaves it above the numbers of the rows.
    """
    filled = [field.strip() for field in record if field.strip()]
    width = len(record) - (len(filled) > 1 and not record[0].strip())
    return len(record) * 2 > usual_width and len(filled) * 5 >= width * 4 and _are_titles(filled)


def _are_titles(filled: Sequence[str]) -> bool:
    text_count = sum(any(char.isalpha() for char in field) for field in filled)
    return text_count * 2 >= len(filled) and not any(_VALUE_PATTERN.fullmatch(field) for field in filled)


def _are_two_rows(upper: Sequence[str], lower: Sequence[str], below: Sequence[str], usual_width: int) -> bool:
    """Return whether groups of columns stand above their titles, with a row of values below them.

    The groups prove themselves by blanks, as merged cells leave them: a title of the upper row has a blank on its
    right above a lower title, and a lower cell is blank under a title that spans both rows.
    """
    groups, titles = ([cell.strip() for cell in row] for row in (upper, lower))
    width = len(titles)
    if len(groups) != width or width * 2 <= usual_width or not (any(groups) and any(titles)):
        return False
    texts = [cell for cell in (*groups, *titles) if cell]
    is_merged = any(not groups[at] and titles[at] and any(groups[:at]) for at in range(width))
    spans_rows = any(groups[at] and not titles[at] for at in range(width))
    covered = sum(bool(group or title) for group, title in zip(groups, titles, strict=True))
    has_values = any(
        title and _VALUE_PATTERN.fullmatch(cell.strip()) for title, cell in zip(titles, below, strict=False)
    )
    return is_merged and spans_rows and covered * 5 >= width * 4 and has_values and _are_titles(texts)


def _join_titles(upper: Sequence[str], lower: Sequence[str]) -> tuple[str, ...]:
    """Return one title a column: the lower one, after its group where it comes twice; the upper one above a blank."""
    groups, titles = ([clean_title(cell) for cell in row] for row in (upper, lower))
    counts = Counter(title.casefold() for title in titles)
    combined, group = [], ""
    for own, title in zip(groups, titles, strict=True):
        group = own or (group if title else "")
        if not title:
            combined.append(own)
        else:
            combined.append(f"{group} {title}" if group and counts[title.casefold()] > 1 else title)
    return tuple(combined)
