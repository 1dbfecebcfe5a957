"""The report as Markdown, for chats and version control; charts are PNG files beside it."""

from __future__ import annotations

import re

from dashboard.reports.chart_images import draw_png, image_name
from dashboard.reports.closing import build_closing_lines
from dashboard.reports.document import Chart, Content, Decision, Section, Table, shorten_notes
from dashboard.reports.request import file_stem

TITLE = "Markdown"
MEDIA_TYPE = "text/markdown"
SUFFIX = ".md"

MAX_NOTE_LINES = 12  # lines below a chart
# All that could turn a name into markup or a link; parentheses and full stops alone do neither.
_MARKUP = re.compile(r"([\\`*_{}\[\]<>~$|#&@!]|:(?=\S)|(?<=www)\.)", re.IGNORECASE)


def render_report(content: Content) -> bytes:
    """Return the report as Markdown in UTF-8; images have the names that `render_images` gives."""
    stem = file_stem(content.request)
    blocks = [
        f"# {escape_markdown(str(content.headline))}",
        escape_markdown(content.letterhead.describe()),
        escape_markdown(f"{content.about}. Compared with {content.compared}."),
        f"> {escape_markdown(content.note)}" if content.note else "",
        "\n".join(
            f"- {escape_markdown(key.label)}: **{escape_markdown(str(key.number or '–'))}** "
            f"{escape_markdown(key.beside)}".rstrip()
            for key in content.numbers
        ),
        *render_numbered_list("Decide", [render_decision(decision) for decision in content.decisions]),
        *(render_chart(lead, stem) if (lead := content.leading_chart()) else ()),
        *(f"**{escape_markdown(remark.label)}:** {escape_markdown(str(remark))}" for remark in content.remarks),
        "## Annex",
        *(block for section in content.sections for block in render_section(content, section, stem)),
        *render_bullet_list(
            "Methods and definitions",
            [f"**{escape_markdown(entry.term)}**: {escape_markdown(entry.text)}" for entry in content.definitions],
        ),
        "---",
        "\n".join(f"{escape_markdown(line)}  " for line in build_closing_lines(content)),
    ]
    return ("\n\n".join(block for block in blocks if block) + "\n").encode()


def escape_markdown(text: str) -> str:
    """Return text escaped so that Markdown shows it literally."""
    return _MARKUP.sub(r"\\\1", text.replace("\n", " "))


def render_decision(decision: Decision) -> str:
    """Return a decision, its recommendation in bold."""
    return f"**{escape_markdown(str(decision.recommendation))}** {escape_markdown(str(decision.worth))}".rstrip()


def render_chart(chart: Chart, stem: str) -> list[str]:
    """Return a chart as an image beside the report, and its notes."""
    return [
        f"![{escape_markdown(chart.alt)}]({image_name(chart, stem)})",
        "\n".join(f"- {escape_markdown(line)}" for line in shorten_notes(chart.notes, MAX_NOTE_LINES)),
    ]


def render_section(content: Content, section: Section, stem: str) -> list[str]:
    """Return the blocks of a section."""
    blocks = [
        f"### {escape_markdown(section.title)}",
        escape_markdown(" ".join(str(sentence) for sentence in section.sentences)),
    ]
    for chart in content.list_annex_charts(section):
        blocks += render_chart(chart, stem)
    for table in section.tables:
        blocks += [render_table(table), escape_markdown(table.note)]
    return blocks


def render_table(table: Table) -> str:
    """Return a table with its column labels."""
    heads = [escape_markdown(column.label) for column in table.columns]
    rule = ["--:" if column.is_number else "---" for column in table.columns]
    rows = [["–" if cell is None else escape_markdown(str(cell)) for cell in row] for row in table.rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in (heads, rule, *rows))


def render_numbered_list(title: str, items: list[str]) -> list[str]:
    """Return a heading and a numbered list, or nothing."""
    return [f"## {title}", "\n".join(f"{number}. {item}" for number, item in enumerate(items, 1))] if items else []


def render_bullet_list(title: str, items: list[str]) -> list[str]:
    """Return a heading and a list, or nothing."""
    return [f"### {title}", "\n".join(f"- {item}" for item in items)] if items else []


def render_images(content: Content, stem: str) -> dict[str, bytes]:
    """Return the drawings that belong beside the report, by file name."""
    return {image_name(chart, stem): draw_png(chart) for section in content.sections for chart in section.charts}
