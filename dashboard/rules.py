"""Ordered rules that decide what a time entry was for, and the one SQL expression they become.

A rule looks at a field of the entry; the first rule that matches decides. Which rules a
team has lies in the store; `default_rules.csv` is what a new store starts with.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from dashboard.errors import BadMapping
from dashboard.schemas import CATEGORIES

SCHEME = "activity"
RULE_CATEGORIES: tuple[str, ...] = tuple(name for name in CATEGORIES if name != "uncategorized")
RULE_COLUMNS: tuple[str, ...] = ("position", "field", "operator", "pattern", "category")
LONGEST_PATTERN = 2000
SHOWN_PATTERN = 60
SEPARATOR = "|"

# `any` is what people write about the work; who did it and with which tool must be asked by name.
FIELDS: dict[str, str] = {
    "any": "concat_ws(chr(10), client, project, task, description, tags)",
    "project": "project",
    "task": "task",
    "description": "description",
    "tags": "tags",
    "client": "client",
    "person": "person",
    "source": "source",
}

# RE2 takes \b for ASCII only, so that a word beginning with an umlaut would never match.
_EDGE = r"[^\pL\pM\pN]"
OPERATORS: dict[str, str] = {
    "contains": "(?:{})",
    "equals": "^(?:{})$",
    "starts with": "^(?:{})",
    "word": rf"(?:^|{_EDGE})(?:{{}})(?:$|{_EDGE})",
    "matches": "(?:{})",
}

_NOT_RE2 = re.compile(r"\(\?<?[=!]|\(\?P=|\(\?>|\(\?\(|(?<!\\)(?:\\\\)*\\[1-9]|[*+?}]\+")
_UNICODE_CLASS = re.compile(r"\\[pP](\{[^}]*\}|[A-Z])")


@dataclass(frozen=True)
class Rule:
    """If `field` `operator` `pattern`, the entry is of `category`; lower positions are asked first.

    All operators ignore case. Except for `matches` (a regular expression), a pattern may
    hold several texts separated by `|`.
    """

    position: int
    field: str
    operator: str
    pattern: str
    category: str

    def __post_init__(self) -> None:
        """Refuse a rule that could not be run.

        Raises:
            BadMapping: an unknown field, operator or category, or a pattern that cannot be used.
        """
        self._require(self.field in FIELDS, f"looks at the unknown field {self.field!r}", FIELDS)
        self._require(self.operator in OPERATORS, f"uses the unknown operator {self.operator!r}", OPERATORS)
        self._require(
            self.category in RULE_CATEGORIES, f"leads to the unknown category {self.category!r}", RULE_CATEGORIES
        )
        if not self.texts():
            raise BadMapping(f"{self} has no text to look for.", "Write one, or delete the rule.")
        if len(self.pattern) > LONGEST_PATTERN:
            raise BadMapping(f"{self} is longer than {LONGEST_PATTERN} characters.", "Split it into two rules.")
        if self.operator == "matches":
            self._check_expression()

    def __str__(self) -> str:
        """Return the rule as people say it."""
        shown = self.pattern if len(self.pattern) <= SHOWN_PATTERN else f"{self.pattern[:SHOWN_PATTERN]}…"
        return f"Rule {self.position} ({self.field} {self.operator} {shown!r})"

    def _require(self, holds: bool, complaint: str, known: Iterable[str]) -> None:  # noqa: FBT001 - an assertion
        if not holds:
            raise BadMapping(f"{self} {complaint}.", f"Use one of: {', '.join(known)}.")

    def _check_expression(self) -> None:
        try:
            re.compile(_UNICODE_CLASS.sub(r"\\w", self.pattern))
        except re.error as error:
            hint = "Correct the regular expression, or use `contains`."
            raise BadMapping(f"{self} is not a regular expression: {error}.", hint) from None
        if _NOT_RE2.search(self.pattern):
            hint = "Write it without lookaround, backreferences and possessive quantifiers."
            raise BadMapping(f"{self} uses a kind of expression that the store cannot run.", hint)

    def texts(self) -> tuple[str, ...]:
        """Return the alternatives the pattern holds, stripped and without empty ones."""
        parts = [self.pattern] if self.operator == "matches" else self.pattern.split(SEPARATOR)
        return tuple(stripped for part in parts if (stripped := part.strip()))

    def expression(self) -> str:
        """Return the rule as an RE2 expression: case ignored, each field a line of its own."""
        texts = self.texts() if self.operator == "matches" else map(quoted, self.texts())
        return "(?im)" + OPERATORS[self.operator].format("|".join(texts))


def quoted(text: str) -> str:
    """Return `text` as an expression that matches just it; a space matches any run of spaces."""
    return r"\s+".join(re.sub(r"([^\w])", r"\\\1", word) for word in text.split())


def read(rows: Iterable[Mapping[str, object]]) -> list[Rule]:
    """Return rules (columns of RULE_COLUMNS) in order of position.

    Raises:
        BadMapping: a rule that cannot be used, a missing column, or a position used twice.
    """
    found = [_rule(row, number) for number, row in enumerate(rows, start=1)]
    seen: set[int] = set()
    for rule in found:
        if rule.position in seen:
            raise BadMapping(f"Two rules have position {rule.position}.", "Give each rule its own position.")
        seen.add(rule.position)
    return sorted(found, key=lambda rule: rule.position)


def _rule(row: Mapping[str, object], number: int) -> Rule:
    field, operator, pattern, category = (str(row.get(name) or "").strip() for name in RULE_COLUMNS[1:])
    stated = str(row.get("position") or number).strip()
    if not stated.isdecimal():
        raise BadMapping(
            f"The position of rule {number} is {stated!r}, not a whole number.", "Number the rules from 1."
        )
    return Rule(int(stated), field.lower(), operator.lower(), pattern, category.lower())


def category_expression(rules: Sequence[Rule]) -> tuple[str, dict[str, object]]:
    """Return a SQL expression for the position of the first matching rule (or null), and its parameters.

    The expression reads the columns person, source, client, project, task, description, tags.
    Its text holds only names from FIELDS; every pattern and position is a bound parameter.
    """
    if not rules:
        return "cast(null as integer)", {}
    params: dict[str, object] = {}
    cases: list[str] = []
    for number, rule in enumerate(sorted(rules, key=lambda rule: rule.position)):
        params[f"rule_{number}"] = rule.expression()
        params[f"rule_{number}_position"] = rule.position
        test = f"regexp_matches({FIELDS[rule.field]}, $rule_{number})"
        cases.append(f"when {test} then cast($rule_{number}_position as integer)")
    return f"case {' '.join(cases)} end", params


def _defaults() -> tuple[Rule, ...]:
    text = files("dashboard").joinpath("default_rules.csv").read_text(encoding="utf-8")
    return tuple(read(csv.DictReader(text.splitlines())))


DEFAULT_RULES: tuple[Rule, ...] = _defaults()
