"""Which words a regular expression needs: it matches no text without them, and need not be compiled for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

CACHED_EXPRESSIONS = 1024
MOST_GROUPS = 200  # an expression of more is not taken apart: groups in groups go deeper than Python's stack
_REPEATED = r"(?:[*+?]|\{\d+(?:,\d*)?\})\??"
_CLASS = r"\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]"
_TOKEN = re.compile(
    rf"(?P<word>[^\W\d_]+)|(?P<open>\((?!\?)|\(\?(?:[ims]*-?[ims]*:|P?<\w+>))|(?P<close>\))|(?P<bar>\|)"
    rf"|(?P<repeated>{_REPEATED})|(?P<other>(?:(?:\\(?:[\W_]|[bBdDnrsStwW])|{_CLASS}|[^\\\[()|*+?\w]|[\d_])"
    rf"(?:{_REPEATED})?)+)"
)
# Alternatives, each a list of what it needs: a word, in folded case, or one of the alternatives of a group.
Alternatives = list[list["str | Alternatives"]]


@lru_cache(maxsize=CACHED_EXPRESSIONS)
def list_alternatives(expression: str) -> Alternatives:
    """Return what each alternative of an RE2 expression needs; nothing, where a part of it is not understood."""
    tokens = list(_TOKEN.finditer(expression))
    if sum(len(token[0]) for token in tokens) < len(expression) or expression.count("(") > MOST_GROUPS:
        return [[]]
    return _read_alternatives(iter(tokens))


def _read_alternatives(tokens: Iterator[re.Match[str]]) -> Alternatives:
    """Read tokens up to the end of their group."""
    alternatives: Alternatives = [[]]
    for token in tokens:
        needs = alternatives[-1]
        match token.lastgroup:
            case "word":
                needs.append(token[0].casefold())
            case "open":
                needs.append(_read_alternatives(tokens))
            case "bar":
                alternatives.append([])
            case "close":
                break
            case "repeated" if needs and token[0].startswith(("*", "?", "{0")):  # perhaps not there
                last = needs.pop()
                needs.extend([last[:-1]] if isinstance(last, str) else [])
    return alternatives


def could_hold(alternatives: Alternatives, text: str) -> bool:
    """Return whether a text in folded case holds all that some alternative needs."""
    return any(
        all([need in text if isinstance(need, str) else could_hold(need, text) for need in needs])  # noqa: C419 - depth
        for needs in alternatives
    )
