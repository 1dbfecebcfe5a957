"""Up to three decisions, derived from the states of the figures, the costliest first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from dashboard import theme
from dashboard.privacy import MIN_GROUP_SIZE
from dashboard.reports.answers import Answers
from dashboard.reports.disclosure import EVERYONE, Disclosure
from dashboard.reports.document import Piece, Sentence, clean_text
from dashboard.reports.sections.hours import UNDECIDED, format_count
from dashboard.reports.sections.savings import MAX_REASON_LENGTH, automation_title, read_hours_interval
from dashboard.reports.sections.share import SHARE_OF_BOTH
from dashboard.reports.sentences import build_sentence, format_percent, join_names

MAX_DECISIONS = 3
BEST_GRADE = "A"
LOW_COVERAGE = 0.80
HIGH_UNDECIDED = 0.05
TOO_FEW_NOTE = f"Fewer than {MIN_GROUP_SIZE} people label with it, so no number is given."


def list_decisions(answers: Answers, disclosure: Disclosure) -> tuple[Sentence, ...]:
    """Return at most three decisions; one sentence where nothing in the data asks for any."""
    candidates = [
        *find_losses(answers, disclosure),
        *find_log_gaps(answers, disclosure),
        *find_unaudited(answers, disclosure),
        *find_unproven(answers, disclosure),
        *suggest_next_project(answers, disclosure),
        *find_low_grades(answers, disclosure),
    ]
    return tuple(candidates[:MAX_DECISIONS]) or (build_sentence("Nothing in these figures asks for a decision."),)


def iterate_automations(answers: Answers, state: str) -> Iterator[Mapping[str, Any]]:
    """Yield the automations in a state."""
    rows = answers.load_figure("savings_by_automation").rows
    if "state" in rows.columns:
        yield from rows.filter(pl.col("state") == state).iter_rows(named=True)


def find_losses(answers: Answers, disclosure: Disclosure) -> Iterator[Sentence]:
    """Yield automations that cost time."""
    columns = ("hours", "hours_from", "hours_to")
    for automation in iterate_automations(answers, "costs"):
        name = str(automation["automation"])
        if name in disclosure.hidden_automations or not automation["counted"]:
            yield build_sentence(f"Whether {automation_title(name)} goes on: it costs more time than labeling by hand.")
            continue
        value, interval = read_hours_interval(answers, "savings_by_automation", columns, "costs", automation=name)
        yield build_sentence(
            f"Whether {automation_title(name)} goes on: it cost ",
            value,
            *interval,
            f" more than labeling by hand, {automation['basis']}.",
        )


def find_log_gaps(answers: Answers, disclosure: Disclosure) -> Iterator[Sentence]:
    """Yield what the time log lacks: coverage, and rules."""
    if answers.load_figure("labeling_share").unavailable:
        return
    coverage = answers.read_number("labeling_share", "coverage", format_percent, scope=EVERYONE, measure=SHARE_OF_BOTH)
    if coverage is None and not disclosure.hides_coverage:
        people = answers.read_number("labeling_share", "people", format_count, scope=EVERYONE, measure=SHARE_OF_BOTH)
        lead = ["Who enters the weekly hours of the ", people, " people"] if people else ["Who enters weekly hours"]
        yield build_sentence(*lead, " with time: without them nobody knows how much work is tracked.")
    elif coverage is not None and coverage.value < LOW_COVERAGE and not disclosure.hides_coverage:
        yield build_sentence("How the rest of the work gets tracked: only ", coverage, " of capacity is.")
    share = answers.read_number("hours_by_category", "share", format_percent, category=UNDECIDED)
    if share is not None and share.value > HIGH_UNDECIDED and UNDECIDED not in disclosure.hidden_categories:
        hours = answers.read_number("hours_by_category", "hours", theme.format_hours, category=UNDECIDED)
        yield build_sentence("Who writes rules for the ", hours, " (", share, ") that no rule decides.")


def find_unaudited(answers: Answers, disclosure: Disclosure) -> Iterator[Sentence]:
    """Yield automations that save time but whose label quality is not established."""
    gate_rows = {row["automation"]: row for row in answers.load_figure("quality_gate").rows.iter_rows(named=True)}
    for automation in iterate_automations(answers, "saves"):
        gate_row, name = gate_rows.get(automation["automation"], {}), automation_title(automation["automation"])
        audited = answers.read_number("quality_gate", "n", format_count, automation=automation["automation"])
        is_few = automation["automation"] in disclosure.hidden_counts
        so_far: list[Piece | None] = [" (", audited, " audited so far)"] if audited and not is_few else []
        if gate_row.get("verdict") == "void":
            yield build_sentence(f"Whether {name} goes on: its quality missed the margin", *so_far, ".")
        elif gate_row.get("verdict") != "confirmed":
            needed = clean_text(gate_row.get("needed") or "", MAX_REASON_LENGTH).rstrip(".")
            yield build_sentence(
                f"Who audits labels of {name} blind", *so_far, f"; this needs {needed}." if needed else "."
            )


def find_unproven(answers: Answers, disclosure: Disclosure) -> Iterator[Sentence]:
    """Yield automations without an answer and what would give one, grouped by what they need."""
    for state in ("direction not established", "range only", "not enough data", "no clear difference"):
        needs: dict[tuple[str, bool], list[str]] = {}  # by what they need, and whether too few people label with them
        for automation in iterate_automations(answers, state):
            is_few = automation["automation"] in disclosure.hidden_counts
            if is_few or automation["needed"]:
                need = TOO_FEW_NOTE if is_few else clean_text(automation["needed"], MAX_REASON_LENGTH)
                needs.setdefault((need, is_few), []).append(str(automation["automation"]))
        for (needed, is_few), names in needs.items():
            conditions: dict[str, Any] = {"automation": tuple(names)}
            labels = answers.read_number("savings_by_automation", "labels", format_count, how="sum", **conditions)
            titles = join_names([[automation_title(name)] for name in names])
            counts: list[Piece | None] = [" (", labels, " assisted labels so far)"] if labels and not is_few else []
            does = "does" if len(names) == 1 else "do"
            yield build_sentence("How to find out what ", *titles, f" {does}", *counts, f". {needed}")


def suggest_next_project(answers: Answers, disclosure: Disclosure) -> Iterator[Sentence]:
    """Yield the project with the most labeling hours: where automation could save most."""
    rows = answers.load_figure("hours_by_project").rows.filter(
        ~pl.col("project").is_in(disclosure.hidden_projects | disclosure.hidden_shares)
        & (pl.col("labeling_seconds") > 0)
    )
    if rows.height > 1:
        name = rows.sort("labeling_seconds", "project", descending=[True, False]).item(0, "project")
        share = answers.read_number("hours_by_project", "labeling_seconds", format_percent, how="share", project=name)
        yield build_sentence(f"What to automate next: {clean_text(name)} takes ", share, " of all labeling time.")


def find_low_grades(answers: Answers, disclosure: Disclosure) -> Iterator[Sentence]:
    """Yield automations whose hours saved are not confirmed by a random hold-out."""
    columns = ("hours", "hours_from", "hours_to")
    for automation in iterate_automations(answers, "saves"):
        name = str(automation["automation"])
        if automation["grade"] == BEST_GRADE or name in disclosure.hidden_automations or not automation["counted"]:
            continue
        value, interval = read_hours_interval(answers, "savings_by_automation", columns, "saves", automation=name)
        tail = f" saved by {automation_title(name)}, so far of evidence grade {automation['grade']}."
        yield build_sentence(
            "Whether a random part of the items is left to people, to make sure of the ", value, *interval, tail
        )
