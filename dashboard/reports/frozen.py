"""Reports kept as they were sent, and what changed since: how much by the data, how much by the rules.

Changed rules are listed in words: which were added, removed, edited or reordered.

There is no function that changes or deletes a frozen report: a report that can be corrected afterwards proves nothing.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from datetime import UTC, date, datetime
from typing import Any, cast

import polars as pl

from dashboard import __version__
from dashboard.categories import resolve_category
from dashboard.errors import BadFilter
from dashboard.figures.catalogue import CATALOGUE
from dashboard.formats import Formats
from dashboard.reports.answers import Answers, reduce_column, select_rows, to_canonical
from dashboard.reports.content import build_content
from dashboard.reports.document import Content, Number, clean_text
from dashboard.reports.request import Audience, Comparison, Paper, ReportPart, ReportRequest
from dashboard.reports.sentences import format_plural
from dashboard.reports.writers import ReportFormat, render_file
from dashboard.settings.rules import RULE_SHEET, parse_rules_csv, replace_rules
from dashboard.store.category_rules import Rule
from dashboard.store.generations import Store
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Change, Snapshot

MAX_NAMED_CHANGES = 4  # changes given one by one; the others are counted


def describe_rule_changes(old_rules: Sequence[Rule], new_rules: Sequence[Rule]) -> str:
    """Return the changes in words, or nothing where the rules and their order are the same."""
    changes = list(list_rule_changes(old_rules, new_rules))
    further = len(changes) - MAX_NAMED_CHANGES
    described = [
        *changes[:MAX_NAMED_CHANGES],
        *([f"and {format_plural(further, 'more change')}"] if further > 0 else []),
    ]
    return "; ".join(described)


def list_rule_changes(old_rules: Sequence[Rule], new_rules: Sequence[Rule]) -> Iterator[str]:
    """Yield every change: a rule of the same test with another category, or at the same place, is edited."""
    old_counts, new_counts = Counter(map(strip_position, old_rules)), Counter(map(strip_position, new_rules))
    removed = [rule for rule in old_rules if old_counts[strip_position(rule)] > new_counts[strip_position(rule)]]
    added = [rule for rule in new_rules if new_counts[strip_position(rule)] > old_counts[strip_position(rule)]]
    for old in removed:
        successor = find_successor(old, added)
        if successor is None:
            yield f"removed: {format_rule(old)}"
            continue
        added.remove(successor)
        yield f"edited: {format_rule(old)}, now {format_rule(successor)}"
    yield from (f"added: {format_rule(rule)}" for rule in added)
    if (
        not removed
        and len(old_rules) == len(new_rules)
        and [*map(strip_position, old_rules)] != [*map(strip_position, new_rules)]
    ):
        yield "put in another order"


def find_successor(old: Rule, new: Sequence[Rule]) -> Rule | None:
    """Return what replaced an old rule: the same test with another category, else a similar rule in its place."""
    same_test = (rule for rule in new if strip_position(rule)[:3] == strip_position(old)[:3])
    similar = (
        rule for rule in new if rule.position == old.position and (rule.field, rule.category) == field_and_category(old)
    )
    return next(same_test, None) or next(similar, None)


def field_and_category(rule: Rule) -> tuple[str, str]:
    """Return the field and the category."""
    return rule.field, rule.category


def strip_position(rule: Rule) -> tuple[str, ...]:
    """Return a rule without its position."""
    return astuple(rule)[1:]


def format_rule(rule: Rule) -> str:
    """Return a rule in words, its pattern cut to one short line."""
    return f'{rule.field} {rule.operator} "{clean_text(rule.pattern)}" is {rule.category}'


RELATIVE_TOLERANCE = 1e-9  # relative; sums of floats in another order differ by less
CHANGE_SCHEMA = {
    "what": pl.String,
    "column": pl.String,
    "printed": pl.String,
    "then": pl.Float64,
    "now": pl.Float64,
    "by_data": pl.Float64,
    "by_rules": pl.Float64,
}
"""One row per number that changed; then + by_data + by_rules = now. Null where the number no longer exists."""


@dataclass(frozen=True)
class FrozenReport:
    """A report as it was sent: its request, its numbers and its pages."""

    name: str
    request: ReportRequest
    content_hash: str
    rules: str
    numbers: tuple[Number, ...]
    html: str
    pdf: bytes
    code_version: str


def freeze_report(
    store: Store, report: Content, name: str, who: str | None = None, *, now: datetime | None = None
) -> int:
    """Keep a report for good and return its number."""
    moment = (now or datetime.now(tz=UTC)).astimezone(UTC).replace(tzinfo=None)
    request = report.request
    row = {
        "name": clean_text(name),
        "frozen_at": moment,
        "frozen_by": who,
        "first_on": request.first,
        "last_on": request.last,
        "audience": str(request.audience),
        "request": dump_json({**vars(request), "formats": vars(request.formats)}),
        "content_hash": report.provenance.content_hash,
        "rules_version": report.provenance.rules_version,
        "rules": RULE_SHEET.format_csv(store),
        "numbers": dump_json([vars(number) for number in dict.fromkeys(report.printed_numbers())]),
        "html": render_file(report, ReportFormat("html")).decode(),
        "pdf": render_file(report, ReportFormat("pdf")),
        "code_version": __version__,
    }
    with store.change("freeze a report", who) as change:
        report_id = int(change.query("select coalesce(max(report_id), 0) + 1 from frozen_report order by 1").item())
        change.insert("frozen_report", pl.DataFrame([{"report_id": report_id, **row}]))
        change.log("report", f"{report_id}: {clean_text(name)}, {request.first} to {request.last}", who)
    return report_id


def list_frozen_reports(store: Store) -> pl.DataFrame:
    """Return the frozen reports, newest first (columns of the query `frozen_reports`)."""
    with store.snapshot() as snapshot:
        return run_query(snapshot, "frozen_reports", {})


def read_frozen_report(store: Store, report_id: int) -> FrozenReport:
    """Return a frozen report as it was sent.

    Raises:
        BadFilter: no report of that number.
    """
    with store.snapshot() as snapshot:
        rows = run_query(snapshot, "frozen_report", {"report": report_id})
    if rows.is_empty():
        raise BadFilter(f"There is no frozen report {report_id}.", "`labeltime reports` lists them.")
    row = rows.row(0, named=True)
    plain_fields = {name: row[name] for name in ("name", "content_hash", "rules", "html", "pdf", "code_version")}
    numbers = tuple(parse_number(record) for record in json.loads(row["numbers"]))
    return FrozenReport(**plain_fields, request=parse_request(json.loads(row["request"])), numbers=numbers)


def describe_changes(store: Store, report_id: int) -> str:
    """Return in a sentence whether anything changed since the report was frozen."""
    frozen = read_frozen_report(store, report_id)
    if build_content(store, frozen.request, frozen.request.formats).provenance.content_hash == frozen.content_hash:
        return "Nothing moved: the same report written now is the same."
    causes = []
    old_rules, current_rules = map(parse_rules_csv, (frozen.rules, RULE_SHEET.format_csv(store)))
    if current_rules != old_rules:
        rule_changes = describe_rule_changes(old_rules, current_rules)
        causes.append(
            f"the category rules were changed ({rule_changes})" if rule_changes else "the category rules were changed"
        )
    if frozen.code_version != __version__:
        causes.append(f"it was written by version {frozen.code_version}, this is {__version__}")
    reasons = "; ".join(causes) or "the data, the register or a definition moved"
    return f"{reasons[:1].upper()}{reasons[1:]}. What it said then is kept."


def compare_numbers(store: Store, report_id: int) -> pl.DataFrame:
    """Return the printed numbers that changed since (columns of CHANGE_SCHEMA), by data and by rules.

    The part of the data is the change under the old rules; the remainder is the part of the rules.
    """
    frozen = read_frozen_report(store, report_id)
    current = recompute_numbers(store, frozen)
    with store.try_change() as change:
        replace_rules(change, parse_rules_csv(frozen.rules))
        change.rebuild_categories()
        under_old_rules = recompute_numbers(cast("Store", RehearsedStore(change)), frozen)
    rows = [
        build_change_row(number, rebuilt, latest)
        for number, rebuilt, latest in zip(frozen.numbers, under_old_rules, current, strict=True)
    ]
    return pl.DataFrame([row for row in rows if row], schema=CHANGE_SCHEMA, orient="row")


def build_change_row(number: Number, under_old_rules: float | None, latest: float | None) -> tuple[object, ...] | None:
    """Return the row of a number that changed, or None."""
    if latest is not None and abs(latest - number.value) <= RELATIVE_TOLERANCE * max(1.0, abs(number.value)):
        return None
    label = ", ".join([number.figure, *(describe_condition(value) for _, value in number.where)])
    by_data = None if under_old_rules is None else under_old_rules - number.value
    by_rules = None if under_old_rules is None or latest is None else latest - under_old_rules
    return label, number.column, number.text, number.value, latest, by_data, by_rules


def describe_condition(value: object) -> str:
    """Return in short a value that selects rows."""
    return f"{len(value)} together" if isinstance(value, tuple) else clean_text(value)


class RehearsedStore:
    """A store as it would be: every snapshot of it shows one change, which is rolled back afterwards."""

    def __init__(self, change: Change) -> None:
        self._change = change

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Open a snapshot of the change."""
        yield self._change

    def generation(self) -> int:
        """Return the generation that the change began with."""
        return self._change.generation

    def state(self) -> None:
        """Return no state: what is rolled back is never cached."""


def recompute_numbers(store: Store, frozen: FrozenReport) -> list[float | None]:
    """Return the frozen numbers as a store gives them now."""
    answers = Answers(store, frozen.request)
    return [recompute_number(answers, number) for number in frozen.numbers]


def recompute_number(answers: Answers, number: Number) -> float | None:
    """Return a number computed anew, or None where it no longer exists, perhaps not in this version."""
    if number.figure not in CATALOGUE:
        return None
    try:
        return reduce_number(answers, number)
    except (pl.exceptions.PolarsError, LookupError, TypeError, ValueError):  # its column is gone, or of another type
        return None


def reduce_number(answers: Answers, number: Number) -> float | None:
    """Return a number of a figure of today."""
    if number.how == "change":
        pair = [
            reduce_column(answers.load_figure(number.figure, period).rows, number.where, number.column, "value")
            for period in _COMPARED_PERIODS
        ]
        return None if pair[0] is None or pair[1] is None else pair[0] - pair[1]
    rows = answers.load_figure(number.figure, number.period).rows
    return (
        None
        if select_rows(rows, number.where).is_empty()
        else reduce_column(rows, number.where, number.column, number.how)
    )


_COMPARED_PERIODS = ("this", "before")


def dump_json(value: object) -> str:
    """Return a value as JSON; days as ISO text."""
    return json.dumps(value, ensure_ascii=False, default=to_canonical)


def parse_number(record: dict[str, Any]) -> Number:
    """Return a number from its JSON form."""
    conditions = tuple((name, restore_value(name, value)) for name, value in record["where"])
    return Number(**{**record, "where": conditions})


def restore_value(column: str, value: object) -> object:
    """Return a selecting value from its JSON form: a list is a tuple; text is a day in columns of days only.

    A category is named as it is today.
    """
    if isinstance(value, list):
        return tuple(restore_value(column, element) for element in value)
    if isinstance(value, str) and column == "category":
        return resolve_category(value)
    return date.fromisoformat(value) if isinstance(value, str) and column.endswith("_on") else value


def parse_request(record: dict[str, Any]) -> ReportRequest:
    """Return a request from its JSON form; one from before the option withheld small groups."""
    names: Sequence[str] = ("projects", "teams")
    return ReportRequest(
        **{
            "hides_small_groups": True,
            **record,
            **{name: tuple(record[name]) for name in names},
            "first": date.fromisoformat(record["first"]),
            "last": date.fromisoformat(record["last"]),
            "audience": Audience(record["audience"]),
            "paper": Paper(record["paper"]),
            "formats": Formats(**record.get("formats", {})),
            "comparison": Comparison(record.get("comparison", Comparison.before)),
            "parts": tuple(ReportPart(part) for part in record["parts"]),
        }
    )
