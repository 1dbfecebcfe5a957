"""The report as Markdown, for chats and version control; charts are PNG files beside it."""

from __future__ import annotations

import re

from dashboard.reports import closing, ink
from dashboard.reports.formats import file_stem
from dashboard.reports.model import Content, Section, Table, shortened

# All that could make markup or a link of a name; parentheses and full stops alone make neither.
MOST_NOTES = 12  # lines below a chart
_MARKUP = re.compile(r"([\\`*_{}\[\]<>~$|#&@!]|:(?=\S)|(?<=www)\.)", re.IGNORECASE)


def render(content: Content) -> bytes:
    """Return the report as Markdown in UTF-8; images are named as `formats.images` names them."""
    stem = file_stem(content.request)
    blocks = [
        f"# {literal(content.title)}",
        literal(f"{content.about}. Compared with {content.compared}."),
        f"**{literal(str(content.headline))}**",
        f"> {literal(content.note)}" if content.note else "",
        "\n".join(
            f"- {literal(one.label)}: **{literal(str(one.number or '–'))}** {literal(one.beside)}".rstrip()
            for one in content.numbers
        ),
        *(block for section in content.sections for block in of_section(section, stem)),
        *numbered("What to decide", [str(one) for one in content.decisions]),
        *listed(
            "Methods and definitions", [f"**{literal(one.term)}**: {literal(one.text)}" for one in content.definitions]
        ),
        "---",
        "\n".join(f"{literal(line)}  " for line in closing.lines(content)),
    ]
    return ("\n\n".join(block for block in blocks if block) + "\n").encode()


def literal(text: str) -> str:
    """Return text so that Markdown shows it letter by letter."""
    return _MARKUP.sub(r"\\\1", text.replace("\n", " "))


def of_section(section: Section, stem: str) -> list[str]:
    """Return the blocks of a section."""
    blocks = [f"## {literal(section.title)}", literal(" ".join(str(one) for one in section.sentences))]
    for chart in section.charts:
        blocks += [f"![{literal(chart.alt)}]({ink.file_name(chart, stem)})"]
        blocks += ["\n".join(f"- {literal(line)}" for line in shortened(chart.notes, MOST_NOTES))]
    for table in section.tables:
        blocks += [grid(table), literal(table.note)]
    return blocks


def grid(table: Table) -> str:
    """Return a table; its title stands in the first column's head."""
    heads = [literal(column.label) for column in table.columns]
    rule = ["--:" if column.is_number else "---" for column in table.columns]
    rows = [["–" if cell is None else literal(str(cell)) for cell in row] for row in table.rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in (heads, rule, *rows))


def numbered(title: str, items: list[str]) -> list[str]:
    """Return a heading and a numbered list, or nothing."""
    return [f"## {title}", "\n".join(f"{at}. {literal(one)}" for at, one in enumerate(items, 1))] if items else []


def listed(title: str, items: list[str]) -> list[str]:
    """Return a heading and a list, or nothing."""
    return [f"## {title}", "\n".join(f"- {one}" for one in items)] if items else []
