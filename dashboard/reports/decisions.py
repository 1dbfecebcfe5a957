"""Up to three decisions, derived from the states of the figures: what to do, in plain words, and what it is worth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from dashboard.reports.answers import Answers
from dashboard.reports.disclosure import EVERYONE, Disclosure
from dashboard.reports.document import Decision, Number, Piece, clean_text
from dashboard.reports.message import GRADE_WORDS, format_unsigned_hours
from dashboard.reports.sections.hours import UNDECIDED
from dashboard.reports.sections.savings import MAX_REASON_LENGTH, read_hours_interval
from dashboard.reports.sections.share import SHARE_OF_BOTH, describe_log_limits, read_ends
from dashboard.reports.sentences import build_sentence, join_names
from dashboard.savings.fits import HOUR
from dashboard.savings.words import describe_loss_basis
from dashboard.schemas import UNNAMED_PROJECT
from dashboard.units import format_count, format_hours, format_share

MAX_DECISIONS = 3
BEST_GRADE = "A"
LOW_COVERAGE = 0.80
HIGH_COVERAGE = 1.25  # more than overtime explains
HIGH_UNDECIDED = 0.05
HOUR_COLUMNS = ("hours", "hours_from", "hours_to")


def list_decisions(answers: Answers, disclosure: Disclosure) -> tuple[Decision, ...]:
    """Return at most three decisions, the costliest first; one sentence where nothing in the data asks for any."""
    candidates = [
        *find_losses(answers, disclosure),
        *find_log_gaps(answers, disclosure),
        *find_unaudited(answers, disclosure),
        *find_unproven(answers, disclosure),
        *suggest_next_project(answers, disclosure),
        *find_low_grades(answers, disclosure),
    ]
    nothing = Decision(build_sentence("Nothing in these figures asks for a decision."))
    return tuple(candidates[:MAX_DECISIONS]) or (nothing,)


def iterate_automations(answers: Answers, state: str) -> Iterator[Mapping[str, Any]]:
    """Yield the automations in a state, the largest first."""
    rows = answers.load_figure("savings_by_automation").rows
    if "state" in rows.columns:
        matching = rows.filter(pl.col("state") == state)
        yield from matching.sort(pl.col("hours").abs(), descending=True, nulls_last=True).iter_rows(named=True)


def read_shown_hours(
    answers: Answers, disclosure: Disclosure, automation: Mapping[str, Any]
) -> tuple[Number | None, list[Number | str]]:
    """Return the hours of an automation with their interval; nothing where they do not count or are withheld."""
    name = str(automation["automation"])
    if name in disclosure.hidden_automations or not automation["counted"]:
        return None, []
    return read_hours_interval(
        answers, "savings_by_automation", HOUR_COLUMNS, str(automation["state"]), automation=name
    )


def find_losses(answers: Answers, disclosure: Disclosure) -> Iterator[Decision]:
    """Yield automations that cost time."""
    for automation in iterate_automations(answers, "costs"):
        name = str(automation["automation"])
        advice = build_sentence(f"Stop {clean_text(name)}, or mend it before it goes on.")
        value, interval = read_shown_hours(answers, disclosure, automation)
        if value is None:
            yield Decision(advice, build_sentence("It costs more time than labeling by hand."))
            continue
        setup = answers.read_number("savings_by_automation", "setup_hours", format_unsigned_hours, automation=name)
        spent: list[Piece | None] = (
            [" Of these, ", setup, " were setup, which is spent."] if setup and setup.value else []
        )
        basis = describe_loss_basis(str(automation["basis"]))
        worth = build_sentence("It cost ", value, *interval, f" more than labeling by hand, {basis}.", *spent)
        yield Decision(advice, worth)


def find_log_gaps(answers: Answers, disclosure: Disclosure) -> Iterator[Decision]:
    """Yield what the time log lacks: coverage, and hours that are not sorted."""
    if answers.load_figure("labeling_share").unavailable:
        return
    coverage = answers.read_number("labeling_share", "coverage", format_share, scope=EVERYONE, measure=SHARE_OF_BOTH)
    if coverage is None and not disclosure.hides_coverage:
        people = answers.read_number("labeling_share", "people", format_count, scope=EVERYONE, measure=SHARE_OF_BOTH)
        whose: list[Piece | None] = [" of the ", people, " people with time"] if people else []
        yield Decision(
            build_sentence("Enter the weekly hours", *whose, " (Data, People)."),
            build_sentence("Without them nobody knows how much of the work these numbers are about."),
        )
    elif (
        coverage
        and coverage.value < LOW_COVERAGE
        and not disclosure.hides_coverage
        and not describe_log_limits(answers)
    ):
        yield Decision(
            build_sentence("Have the other work tracked, too: only ", coverage, " of capacity is."),
            build_sentence("Until then the shares are about that part alone."),
        )
    elif coverage and coverage.value > HIGH_COVERAGE and not disclosure.hides_coverage:
        yield Decision(
            build_sentence("Check the weekly hours, and whether people share an account (Data, People)."),
            build_sentence("Tracked time is ", coverage, " of capacity, which cannot be."),
        )
    yield from find_unsorted_hours(answers, disclosure)


def find_unsorted_hours(answers: Answers, disclosure: Disclosure) -> Iterator[Decision]:
    """Yield the hours that no rule decides, where they are many."""
    share = answers.read_number("hours_by_category", "share", format_share, category=UNDECIDED)
    if share is None or share.value <= HIGH_UNDECIDED or UNDECIDED in disclosure.hidden_categories:
        return
    hours = answers.read_number("hours_by_category", "hours", format_hours, category=UNDECIDED)
    ends = read_ends(answers, scope=EVERYONE, measure=SHARE_OF_BOTH)
    worth = build_sentence("What they were for is not known.")
    if ends and not disclosure.hides_labeling_share and not disclosure.hides_open_hours:
        worth = build_sentence("With them, labeling takes anything between ", ends[0], " and ", ends[1], ".")
    yield Decision(build_sentence("Sort the ", hours, " (", share, ") that no rule decides (Data, To sort)."), worth)


def find_unaudited(answers: Answers, disclosure: Disclosure) -> Iterator[Decision]:
    """Yield automations that save time but whose label quality is not established."""
    gate_rows = {row["automation"]: row for row in answers.load_figure("quality_gate").rows.iter_rows(named=True)}
    for automation in iterate_automations(answers, "saves"):
        gate_row, name = gate_rows.get(automation["automation"], {}), clean_text(automation["automation"])
        audited = answers.read_number("quality_gate", "n", format_count, automation=automation["automation"])
        is_few = automation["automation"] in disclosure.hidden_counts
        so_far: list[Piece | None] = [" (", audited, " audited so far)"] if audited and not is_few else []
        value, interval = read_shown_hours(answers, disclosure, automation)
        subject: list[Piece | None] = (
            ["The ", value, *interval, " it saved count"] if value else ["What it saved counts"]
        )
        if gate_row.get("verdict") == "void":
            yield Decision(
                build_sentence(f"Stop {name}, or mend it: its labels missed the quality margin", *so_far, "."),
                build_sentence(*subject, " for nothing until then."),
            )
        elif gate_row.get("verdict") != "confirmed":
            needed = clean_text(gate_row.get("needed") or "", MAX_REASON_LENGTH).rstrip(".")
            yield Decision(
                build_sentence(
                    f"Have labels of {name} checked blind", *so_far, f"; this needs {needed}." if needed else "."
                ),
                build_sentence(*subject, " only if its labels are as good as those made by hand."),
            )


def find_unproven(answers: Answers, disclosure: Disclosure) -> Iterator[Decision]:
    """Yield automations without an answer and what would give one, grouped by what they need."""
    for state in ("direction not established", "range only", "not enough data", "no clear difference"):
        needs: dict[tuple[str, bool], list[str]] = {}
        for automation in iterate_automations(answers, state):
            if automation["automation"] not in disclosure.hidden_counts and automation["needed"]:
                needed = clean_text(automation["needed"], MAX_REASON_LENGTH)
                is_saving = state == "range only" and automation["saved_low"] > 0
                needs.setdefault((needed, is_saving), []).append(str(automation["automation"]))
        for (needed, is_saving), names in needs.items():
            yield advise_finding_out(answers, names, needed, is_saving=is_saving)


def advise_finding_out(answers: Answers, names: list[str], needed: str, *, is_saving: bool) -> Decision:
    """Return what would tell whether automations save time, or how much where both ends of the range save."""
    conditions: dict[str, Any] = {"automation": tuple(names)}
    labels = answers.read_number("savings_by_automation", "labels", format_count, how="sum", **conditions)
    titles = join_names([[clean_text(name)] for name in names])
    verb = "saves" if len(names) == 1 else "save"
    question, known = ("how much time ", "") if is_saving else ("whether ", " time")
    lead = "Only a range is known." if is_saving else "What it is worth is not known."
    counts: list[Piece | None] = [" So far there are ", labels, " assisted labels."]
    return Decision(
        build_sentence(f"Find out {question}", *titles, f" {verb}{known}."),
        build_sentence(f"{lead} {needed}", *(counts if labels and labels.value else ())),
    )


def suggest_next_project(answers: Answers, disclosure: Disclosure) -> Iterator[Decision]:
    """Yield the project with the most labeling hours, where neither a withheld one nor unsorted hours may hold more."""
    rows = answers.load_figure("hours_by_project").rows
    if disclosure.hidden_projects | disclosure.hidden_shares or "labeling_seconds" not in rows.columns:
        return
    unsorted = answers.read_number("hours_by_category", "share", format_share, category=UNDECIDED)
    if unsorted and unsorted.value > HIGH_UNDECIDED:
        return  # first they are sorted
    name = find_most_labeling(rows)
    if name and rows.filter(pl.col("labeling_seconds") > 0).height > 1:
        share = answers.read_number("hours_by_project", "labeling_seconds", format_share, how="share", project=name)
        yield Decision(
            build_sentence(f"Look at {clean_text(name)} first when something is to be automated next."),
            build_sentence("It takes ", share, " of all labeling time, the most of any project."),
        )


def find_most_labeling(rows: pl.DataFrame) -> str | None:
    """Return the project with the most labeling; None where hours without a category or a project could change it."""
    is_named = pl.col("project") != UNNAMED_PROJECT
    possible = rows.with_columns(possible=pl.col("labeling_seconds") + pl.col("open_hours") * HOUR)
    ranked = possible.filter(is_named).sort("labeling_seconds", descending=True)
    if ranked.is_empty():
        return None
    others = max(ranked[1:].get_column("possible"), default=0.0)
    unnamed = sum(possible.filter(~is_named).get_column("possible"))
    return str(ranked.item(0, "project")) if ranked.item(0, "labeling_seconds") > others + unnamed else None


def find_low_grades(answers: Answers, disclosure: Disclosure) -> Iterator[Decision]:
    """Yield automations whose hours saved are not confirmed by a random hold-out."""
    for automation in iterate_automations(answers, "saves"):
        value, interval = read_shown_hours(answers, disclosure, automation)
        if automation["grade"] == BEST_GRADE or value is None:
            continue
        title, basis = clean_text(automation["automation"]), GRADE_WORDS.get(str(automation["grade"]), "")
        tail = f" it saved, which so far rest on {basis}." if basis else " it saved."
        yield Decision(
            build_sentence(f"Leave a random tenth of the items of {title} to people for a while."),
            build_sentence("This tests the ", value, *interval, tail),
        )
