"""Ordered rules that assign a category to a time entry, and the SQL expression built from them.

A rule tests a field of the entry; the first rule that matches decides, or only suggests: then the entry stays
uncategorized until a person confirms. The store keeps the team's rules; `default_rules.csv` is what a new store
starts with.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from dashboard.categories import CATEGORIES, UNCATEGORIZED, resolve_category
from dashboard.errors import BadMapping
from dashboard.store.needed_words import could_hold, list_alternatives

SCHEME = "activity"
RULE_CATEGORIES: tuple[str, ...] = tuple(name for name in CATEGORIES if name != UNCATEGORIZED)
RULE_COLUMNS: tuple[str, ...] = ("position", "field", "operator", "pattern", "category", "effect")
DECIDES, SUGGESTS = "decides", "suggests"
EFFECTS = (DECIDES, SUGGESTS)
MAX_PATTERN_LENGTH = 2000
MAX_POSITION = 999_999
SHOWN_PATTERN_LENGTH = 60
CACHED_PATTERNS = 1024  # of the default rules and a few more: what follows from a pattern is computed once
SEPARATOR = "|"
EACH_OF = "each of"
NEXT_KIND, BARRED, REST = " & ", " but not ", "*"

# `any` covers what people write about the work. `work` leaves out the client's name, and `text` the project's too: a
# customer called Halden Legal makes nothing legal work. Person and source must be named explicitly.
FIELD_SQL: dict[str, str] = {
    "any": "any_text",
    "work": "work_text",
    "text": "described_text",
    "project": "project",
    "task": "task",
    "description": "description",
    "tags": "tags",
    "client": "client",
    "person": "person",
    "source": "source",
}
# The columns of FIELD_SQL; joined once, because two hundred rules look at them.
JOINED_TEXTS_SQL = """
    select
        *, concat_ws(chr(10), client, project, task, description, tags) as any_text,
        concat_ws(chr(10), project, task, description, tags) as work_text,
        concat_ws(chr(10), task, description, tags) as described_text
    from {table}
"""

# In RE2, \b knows ASCII only: a word that begins with an umlaut would never match. What is no letter, mark or number in
# any script takes three times as long to compile as these blocks of signs and spaces.
_EDGE = (
    r"[\x00-/:-@\[-`{-\x{a9}\x{ab}-\x{b1}\x{b4}\x{b6}-\x{b8}\x{bb}\x{bf}\x{d7}\x{f7}\x{60c}\x{61b}\x{61f}\x{964}\x{965}"
    r"\x{2000}-\x{2064}\x{20a0}-\x{20cf}\x{2190}-\x{245f}\x{2500}-\x{2775}\x{2794}-\x{2bff}\x{3000}-\x{3004}"
    r"\x{3008}-\x{3020}\x{ff01}-\x{ff0f}\x{ff1a}-\x{ff20}\x{1f300}-\x{1faff}]"
)
OPERATOR_PATTERNS: dict[str, str] = {
    "contains": "(?:{texts})",
    "equals": "^(?:{texts})$",
    "starts with": "^(?:{texts})",
    "word": "(?:^|{edge})(?:{texts})(?:$|{edge})",
    EACH_OF: "(?:{texts})",
    "matches": "(?:{texts})",
}
LITERAL = re.compile(r"[^\W\d_]+")
_NUMBER = r"\d[\d.,]*k?"

_UNSUPPORTED_BY_RE2 = re.compile(r"\(\?<?[=!]|\(\?P=|\(\?>|\(\?\(|(?<!\\)(?:\\\\)*\\[1-9]|[*+?}]\+")
_UNICODE_CLASS = re.compile(r"\\[pP](\{[^}]*\}|[A-Z])")


@dataclass(frozen=True)
class Rule:
    """If `field` `operator` `pattern`, the entry has `category`, or could have it; lower positions are tried first.

    All operators ignore case. Except for `matches` (a regular expression), a pattern may
    hold several texts separated by `|`. `each of` asks for a word of every kind: `box*|mask* & # images but not css`
    holds where one of the first kind and one of the second stand, in any order, and none of those after `but not`.
    There, `*` is the rest of a word, and `#` a number.
    """

    position: int
    field: str
    operator: str
    pattern: str
    category: str
    effect: str = DECIDES

    def __post_init__(self) -> None:
        """Refuse a rule that cannot be run.

        Raises:
            BadMapping: an unknown field, operator, category or effect, or a pattern that cannot be used.
        """
        self._check_known(self.field in FIELD_SQL, f"looks at the unknown field {self.field!r}", FIELD_SQL)
        self._check_known(
            self.operator in OPERATOR_PATTERNS, f"uses the unknown operator {self.operator!r}", OPERATOR_PATTERNS
        )
        self._check_known(
            self.category in RULE_CATEGORIES, f"leads to the unknown category {self.category!r}", RULE_CATEGORIES
        )
        self._check_known(self.effect in EFFECTS, f"has the unknown effect {self.effect!r}", EFFECTS)
        kinds = [words for words, _ in split_kinds(self.pattern)] if self.operator == EACH_OF else [self.texts()]
        if not all(words and all(word.strip(REST) for word in words) for words in kinds):
            raise BadMapping(f"{self} has no text to look for.", "Write the text, or delete the rule.")
        if len(self.pattern) > MAX_PATTERN_LENGTH:
            raise BadMapping(f"{self} is longer than {MAX_PATTERN_LENGTH} characters.", "Split it into two rules.")
        if self.operator == "matches":
            self._check_expression()

    def __str__(self) -> str:
        """Return the rule in words."""
        pattern = (
            self.pattern if len(self.pattern) <= SHOWN_PATTERN_LENGTH else f"{self.pattern[:SHOWN_PATTERN_LENGTH]}…"
        )
        return f"Rule {self.position} ({self.field} {self.operator} {pattern!r})"

    def _check_known(self, is_known: bool, complaint: str, options: Iterable[str]) -> None:  # noqa: FBT001 - an assertion
        if not is_known:
            raise BadMapping(f"{self} {complaint}.", f"Use one of: {', '.join(options)}.")

    def _check_expression(self) -> None:
        try:
            re.compile(_UNICODE_CLASS.sub(r"\\w", self.pattern))
        except (re.error, RecursionError, OverflowError) as error:  # too deep, or repeated too often
            hint = "Correct the regular expression, or use `contains`."
            raise BadMapping(f"{self} is not a regular expression: {error}.", hint) from None
        if _UNSUPPORTED_BY_RE2.search(self.pattern):
            hint = "Write it without lookaround, backreferences and possessive quantifiers."
            raise BadMapping(f"{self} uses a kind of expression that the store cannot run.", hint)

    def texts(self) -> tuple[str, ...]:
        """Return the pattern's alternatives, stripped and without empty ones."""
        return (self.pattern.strip(),) if self.operator == "matches" else split_texts(self.pattern)

    def build_regexes(self) -> list[tuple[str, bool]]:
        """Return RE2 expressions that decide together, each with whether it has to match or must not.

        They ignore case and treat each field as a line.
        """
        if self.operator == EACH_OF:
            return [(build_kind_regex(words), is_needed) for words, is_needed in split_kinds(self.pattern)]
        texts = self.texts() if self.operator == "matches" else map(quote_text, self.texts())
        return [("(?im)" + OPERATOR_PATTERNS[self.operator].format(texts="|".join(texts), edge=_EDGE), True)]

    def could_match(self, text: str) -> bool:
        """Return whether the rule may match a part of a text in folded case; `False` is certain."""
        if self.operator == "matches":
            return could_hold(list_alternatives(self.pattern), text)
        kinds = list_needed_parts(self.pattern) if self.operator == EACH_OF else (list_parts(self.texts()),)
        return all(any(all(part in text for part in parts) for parts in words) for words in kinds)


@lru_cache(maxsize=CACHED_PATTERNS)
def split_kinds(pattern: str) -> tuple[tuple[tuple[str, ...], bool], ...]:
    """Return the words of each kind of an `each of` pattern, and whether one of them is needed or barred."""
    needed, *barred = pattern.split(BARRED)
    kinds = [(kind, True) for kind in needed.split(NEXT_KIND)] + [(kind, False) for kind in barred]
    return tuple((split_texts(kind), is_needed) for kind, is_needed in kinds)


@lru_cache(maxsize=CACHED_PATTERNS)
def list_needed_parts(pattern: str) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """Return the parts of the words of each needed kind of an `each of` pattern."""
    return tuple(list_parts(words) for words, is_needed in split_kinds(pattern) if is_needed)


@lru_cache(maxsize=CACHED_PATTERNS)
def list_parts(texts: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the parts of each text, in folded case, that no sign or blank divides: a match holds all of them."""
    return tuple(tuple(LITERAL.findall(text.casefold())) for text in texts)


def split_texts(pattern: str) -> tuple[str, ...]:
    """Return the texts between separators, stripped and without empty ones."""
    return tuple(stripped for part in pattern.split(SEPARATOR) if (stripped := part.strip()))


@lru_cache(maxsize=CACHED_PATTERNS)
def build_kind_regex(words: tuple[str, ...]) -> str:
    """Return an expression for any of these words, of which `*` is the rest and `#` a number."""
    endings: dict[tuple[bool, bool], list[str]] = {}
    for word in words:
        quoted = quote_text(word.strip(REST)).replace(quote_text("#"), _NUMBER)
        endings.setdefault((word.startswith(REST), word.endswith(REST)), []).append(quoted)
    groups = (
        f"{'' if opens else f'(?:^|{_EDGE})'}(?:{SEPARATOR.join(texts)}){'' if ends else f'(?:$|{_EDGE})'}"
        for (opens, ends), texts in endings.items()
    )
    return "(?im)" + OPERATOR_PATTERNS[EACH_OF].format(texts=SEPARATOR.join(groups))


def quote_text(text: str) -> str:
    """Return a regular expression that matches `text` literally; a space matches any run of spaces."""
    return r"\s+".join(word if word.isalnum() else re.sub(r"([^\w])", r"\\\1", word) for word in text.split())


@lru_cache(maxsize=4)
def check_rules(rows: tuple[tuple[int, str, str, str, str, str], ...]) -> tuple[Rule, ...]:
    """Return the rules of rows of RULE_COLUMNS; raises as `Rule`."""
    return tuple(Rule(*row) for row in rows)


def parse_rules(rows: Iterable[Mapping[str, object]]) -> list[Rule]:
    """Return rules (columns of RULE_COLUMNS) in order of position.

    Raises:
        BadMapping: a rule that cannot be used, a missing column, or a position used twice.
    """
    rules = [_parse_rule(row, number) for number, row in enumerate(rows, start=1)]
    positions: set[int] = set()
    for rule in rules:
        if rule.position in positions:
            raise BadMapping(f"Two rules have position {rule.position}.", "Give each rule its own position.")
        positions.add(rule.position)
    return sorted(rules, key=lambda rule: rule.position)


def _parse_rule(row: Mapping[str, object], number: int) -> Rule:
    field, operator, pattern, category, effect = (str(row.get(name) or "").strip() for name in RULE_COLUMNS[1:])
    stated = str(row.get("position") or number).strip()
    if not (stated.isdecimal() and len(stated) <= len(str(MAX_POSITION))):
        raise BadMapping(
            f"The position of rule {number} is {stated!r}, not a whole number up to {MAX_POSITION}.",
            "Number the rules from 1.",
        )
    category = resolve_category(category.lower())
    return Rule(int(stated), field.lower(), operator.lower(), pattern, category, effect.lower() or DECIDES)


def build_category_expression(rules: Sequence[Rule]) -> tuple[str, dict[str, object]]:
    """Return a SQL expression for the position of the first matching rule (or null), and its parameters.

    The expression reads the columns of JOINED_TEXTS_SQL. Its text has only names from FIELD_SQL; every pattern and
    position is a bound parameter.
    """
    if not rules:
        return "cast(null as integer)", {}
    params: dict[str, object] = {}
    cases: list[str] = []
    for number, rule in enumerate(sorted(rules, key=lambda rule: rule.position)):
        tests = []
        for part, (regex, is_needed) in enumerate(rule.build_regexes()):
            params[f"rule_{number}_{part}"] = regex
            tests.append(build_match_test(FIELD_SQL[rule.field], f"$rule_{number}_{part}", is_needed=is_needed))
        params[f"rule_{number}_position"] = rule.position
        cases.append(f"when {' and '.join(tests)} then cast($rule_{number}_position as integer)")
    return f"case {' '.join(cases)} end", params


@lru_cache(maxsize=4)
def build_decision_sql(rules: tuple[Rule, ...]) -> tuple[str, dict[str, object]]:
    """Return a statement that decides the texts in `rule_text`, and its parameters; to write it takes a while, too."""
    expression, params = build_category_expression(rules)
    texts = JOINED_TEXTS_SQL.format(table="rule_text")
    return f"create temp table decided as select activity_key, {expression} as position from ({texts})", params  # noqa: S608 - allow-listed names, bound values


def build_match_test(text: str, pattern: str, *, is_needed: bool = True) -> str:
    """Return SQL for whether a text matches a pattern, or does not; the pattern is compiled once.

    DuckDB compiles that of `regexp_matches` three times: while it binds, plans and runs. For the default rules that
    takes longer than all the rest of a small import.
    """
    return f"len(regexp_extract_all({text}, {pattern})) {'>' if is_needed else '='} 0"


@cache
def load_default_rules() -> tuple[Rule, ...]:
    """Return the rules that a new store starts with; checking their expressions takes a tenth of a second."""
    text = files("dashboard.store").joinpath("default_rules.csv").read_text(encoding="utf-8")
    return tuple(parse_rules(csv.DictReader(text.splitlines())))
