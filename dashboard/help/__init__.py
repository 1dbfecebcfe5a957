"""The reference that ships with Labeltime: one Markdown file per topic, shown by the terminal and by the Help page.

The parts between `<!-- generated: NAME -->` and `<!-- end -->` are written by `python -m dashboard.cli.reference`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files

from dashboard.errors import UnknownTopic

TOPIC_ORDER = (
    "pages",
    "definitions",
    "formats",
    "native-files",
    "pull",
    "rollups",
    "sheets",
    "commands",
    "figures",
    "reports",
    "example",
    "benchmarks",
    "dependencies",
)
_COMMENT = re.compile(r"^<!--.*?-->\n+", re.MULTILINE)


@dataclass(frozen=True)
class Topic:
    """One topic: the name it is asked for by, its title, one sentence about it, and its text as Markdown."""

    name: str
    title: str
    summary: str
    text: str


def list_topics() -> list[Topic]:
    """Return all topics, those that a newcomer reads first at the front."""
    names = {entry.name.removesuffix(".md") for entry in files(__name__).iterdir() if entry.name.endswith(".md")}
    return [read_topic(name) for name in sorted(names, key=_rank_topic)]


def read_topic(name: str) -> Topic:
    """Return a topic; its text is without the comments that mark generated parts.

    Raises:
        UnknownTopic: there is no topic of that name.
    """
    file = files(__name__) / f"{name}.md"
    if not name.replace("-", "").isalnum() or not file.is_file():
        raise UnknownTopic(f"There is no help on {name!r}.", "`labeltime help` lists the topics.")
    text = _COMMENT.sub("", file.read_text(encoding="utf-8"))
    heading, summary = text.split("\n\n")[:2]
    return Topic(name, heading.removeprefix("# "), " ".join(summary.splitlines()), text)


def _rank_topic(name: str) -> tuple[int, str]:
    return (TOPIC_ORDER.index(name) if name in TOPIC_ORDER else len(TOPIC_ORDER), name)
