"""Three things to decide, read off the states of the figures, the dearest first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from dashboard import theme
from dashboard.privacy import SMALLEST_GROUP
from dashboard.reports import savings_section, sentences
from dashboard.reports.answers import Answers
from dashboard.reports.disclosure import EVERYONE, Disclosure
from dashboard.reports.hours_section import UNDECIDED, whole
from dashboard.reports.model import Piece, Sentence, plain
from dashboard.reports.savings_section import LONGEST_REASON, shown
from dashboard.reports.sentences import percent, sentence
from dashboard.reports.share_section import TWO

MOST = 3
SUREST = "A"
LOW_COVERAGE = 0.80
MUCH_UNDECIDED = 0.05
FEW_YET = f"Fewer than {SMALLEST_GROUP} people label with it, so that no number is given."


def decisions(answers: Answers, seen: Disclosure) -> tuple[Sentence, ...]:
    """Return at most three decisions; one sentence where nothing in the data asks for any."""
    found = [
        *losses(answers, seen),
        *gaps(answers, seen),
        *unaudited(answers, seen),
        *unproven(answers, seen),
        *where(answers, seen),
        *unsure(answers, seen),
    ]
    return tuple(found[:MOST]) or (sentence("Nothing in these figures asks for a decision."),)


def automations(answers: Answers, state: str) -> Iterator[Mapping[str, Any]]:
    """Yield the automations in a state."""
    rows = answers.figure("savings_by_automation").rows
    if "state" in rows.columns:
        yield from rows.filter(pl.col("state") == state).iter_rows(named=True)


def losses(answers: Answers, seen: Disclosure) -> Iterator[Sentence]:
    """Yield automations that cost time."""
    columns = ("hours", "hours_from", "hours_to")
    for one in automations(answers, "costs"):
        name = str(one["automation"])
        if name in seen.automations or not one["counted"]:
            yield sentence(f"Whether {shown(name)} goes on: it costs more time than labeling by hand.")
            continue
        value, ends = savings_section.hours_of(answers, "savings_by_automation", columns, "costs", automation=name)
        yield sentence(
            f"Whether {shown(name)} goes on: it cost ", value, *ends, f" more than labeling by hand, {one['basis']}."
        )


def gaps(answers: Answers, seen: Disclosure) -> Iterator[Sentence]:
    """Yield what the time log lacks: coverage, and rules."""
    if answers.figure("labeling_share").refused:
        return
    coverage = answers.number("labeling_share", "coverage", percent, scope=EVERYONE, measure=TWO)
    if coverage is None and not seen.coverage:
        people = answers.number("labeling_share", "people", whole, scope=EVERYONE, measure=TWO)
        lead = ["Who enters the weekly hours of the ", people, " people"] if people else ["Who enters weekly hours"]
        yield sentence(*lead, " with time: without them nobody knows how much work is tracked.")
    elif coverage is not None and coverage.value < LOW_COVERAGE and not seen.coverage:
        yield sentence("How the rest of the work gets tracked: only ", coverage, " of capacity is.")
    share = answers.number("hours_by_category", "share", percent, category=UNDECIDED)
    if share is not None and share.value > MUCH_UNDECIDED and UNDECIDED not in seen.categories:
        hours = answers.number("hours_by_category", "hours", theme.hours, category=UNDECIDED)
        yield sentence("Who writes rules for the ", hours, " (", share, ") that none decides.")


def unaudited(answers: Answers, seen: Disclosure) -> Iterator[Sentence]:
    """Yield automations that save time, of which nobody knows whether the labels are as good."""
    gate = {row["automation"]: row for row in answers.figure("quality_gate").rows.iter_rows(named=True)}
    for one in automations(answers, "saves"):
        found, name = gate.get(one["automation"], {}), shown(one["automation"])
        audited = answers.number("quality_gate", "n", whole, automation=one["automation"])
        is_few = one["automation"] in seen.few
        so_far: list[Piece | None] = [" (", audited, " audited so far)"] if audited and not is_few else []
        if found.get("verdict") == "void":
            yield sentence(f"Whether {name} goes on: its quality missed the margin", *so_far, ".")
        elif found.get("verdict") != "confirmed":
            needed = plain(found.get("needed") or "", LONGEST_REASON).rstrip(".")
            yield sentence(f"Who audits labels of {name} blind", *so_far, f": needed are {needed}." if needed else ".")


def unproven(answers: Answers, seen: Disclosure) -> Iterator[Sentence]:
    """Yield automations without an answer, and what would give one; those that need the same together."""
    for state in ("direction not established", "not enough data", "no clear difference"):
        needs: dict[str, list[str]] = {}
        for one in automations(answers, state):
            if one["automation"] in seen.few:
                needs.setdefault(FEW_YET, []).append(str(one["automation"]))
            elif one["needed"]:
                needs.setdefault(plain(one["needed"], LONGEST_REASON), []).append(str(one["automation"]))
        for needed, names in needs.items():
            where: dict[str, Any] = {"automation": tuple(names)}
            labels = answers.number("savings_by_automation", "labels", whole, how="sum", **where)
            told = sentences.listed([[shown(name)] for name in names])
            counted: list[Piece | None] = (
                [" (", labels, " assisted labels so far)"] if labels and needed != FEW_YET else []
            )
            does = "does" if len(names) == 1 else "do"
            yield sentence("How to find out what ", *told, f" {does}", *counted, f". {needed}")


def where(answers: Answers, seen: Disclosure) -> Iterator[Sentence]:
    """Yield the project with the most labeling hours: where automation could save most."""
    rows = answers.figure("hours_by_project").rows.filter(
        ~pl.col("project").is_in(seen.projects | seen.mixed) & (pl.col("labeling_seconds") > 0)
    )
    if rows.height > 1:
        name = rows.sort("labeling_seconds", "project", descending=[True, False]).item(0, "project")
        part = answers.number("hours_by_project", "labeling_seconds", percent, how="share", project=name)
        yield sentence(f"What to automate next: {plain(name)} holds ", part, " of all labeling time.")


def unsure(answers: Answers, seen: Disclosure) -> Iterator[Sentence]:
    """Yield automations whose hours saved no random hold-out bears out."""
    columns = ("hours", "hours_from", "hours_to")
    for one in automations(answers, "saves"):
        name = str(one["automation"])
        if one["grade"] == SUREST or name in seen.automations or not one["counted"]:
            continue
        value, ends = savings_section.hours_of(answers, "savings_by_automation", columns, "saves", automation=name)
        tail = f" saved by {shown(name)}, so far of evidence grade {one['grade']}."
        yield sentence("Whether a random part of the items is left to people, to make sure of the ", value, *ends, tail)
