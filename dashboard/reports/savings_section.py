"""The section on automation: hours saved or cost, with interval, grade and quality, one row an automation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.figures.savings_fits import UNREGISTERED
from dashboard.figures.savings_total import HEADLINE
from dashboard.privacy import SMALLEST_GROUP
from dashboard.reports import drawings, sentences
from dashboard.reports.answers import Answers
from dashboard.reports.disclosure import Disclosure
from dashboard.reports.model import Cell, Column, KeyNumber, Number, Section, Sentence, Table, plain
from dashboard.reports.request import Part
from dashboard.reports.sentences import Show, sentence

SHOWN = 8  # automations in the table
LONGEST_REASON, LONGEST = 300, 10_000
STATES = {
    "saves": "saves",
    "costs": "costs",
    "no clear difference": "no clear difference",
    "direction not established": "direction not established",
    "not enough data": "not enough data",
}


def section(answers: Answers, seen: Disclosure) -> Section:
    """Return the section."""
    table = by_automation(answers, seen)
    return Section(
        Part.savings,
        "What automation saved",
        tuple(answer(answers, seen)),
        (table,) if table.rows else (),
        drawings.automations(answers, seen),
    )


def answer(answers: Answers, seen: Disclosure) -> list[Sentence]:
    """Return what all automations together saved or cost, or why that is not known."""
    figure = answers.figure("savings")
    if figure.refused:
        return [unknown(figure.refused)]
    if not seen.savings:
        return [sentence(f"Hours saved are withheld: they rest on fewer than {SMALLEST_GROUP} annotators.")]
    found = figure.estimate or {}
    state = str(found.get("state"))
    value, ends = hours_of(answers, "savings", ("value", "value_from", "value_to"), state, measure=HEADLINE)
    if value is None:
        return []
    said = [sentences.saving(state, value, ends, str(found["basis"]))]
    said.append(sentences.trust(state, str(found["grade"]), str(found["quality"])))
    return said + apart(answers)


def unknown(refused: Mapping[str, Any]) -> Sentence:
    """Return why there is no number, and what is needed."""
    reason, needed = (plain(refused.get(name, ""), LONGEST) for name in ("reason", "needed"))
    if len(reason) > LONGEST_REASON or len(needed) > LONGEST_REASON:
        return sentence("There is no number for what automation saved: for none of them is there enough data.")
    return sentence(" ".join(filter(None, ("There is no number for what automation saved.", reason, needed))))


def apart(answers: Answers) -> list[Sentence]:
    """Return the automations that the total leaves out, and why."""
    rows = [row for row in answers.figure("savings_by_automation").rows.iter_rows(named=True) if not row["counted"]]
    if not rows:
        return []
    said = [[f"{shown(row['automation'])} ({'void' if row['hours'] is not None else row['state']})"] for row in rows]
    return [sentence("Not in these hours: ", *sentences.listed(said), ".")]


def hours_of(
    answers: Answers, figure: str, columns: tuple[str, str, str], state: str, **where: str
) -> tuple[Number | None, list[Number | str]]:
    """Return hours saved and the pieces of their interval; of a loss without minus signs, its ends exchanged."""
    is_loss = state == "costs"
    shows: tuple[Show, Show] = (sentences.lost, sentences.bare_lost) if is_loss else (sentences.hours, sentences.bare)
    ends = [answers.number(figure, column, shows[1], **where) for column in (columns[1], columns[2])]
    ends = ends[::-1] if is_loss else ends
    return answers.number(figure, columns[0], shows[0], **where), sentences.interval(ends[0], ends[1])


def key_number(answers: Answers, seen: Disclosure) -> KeyNumber:
    """Return the large number: hours saved with their interval, or why there are none."""
    figure = answers.figure("savings")
    found = figure.estimate
    if figure.refused or not found or not seen.savings:
        return KeyNumber("Hours saved", None, "withheld" if not seen.savings else "not enough data")
    state = str(found["state"])
    value, ends = hours_of(answers, "savings", ("value", "value_from", "value_to"), state, measure=HEADLINE)
    label = "Hours lost" if state == "costs" else "Hours saved"
    beside = f"{''.join(map(str, ends)).strip()}, grade {found['grade']}, {found['quality']}"
    return KeyNumber(label, value, beside)


def by_automation(answers: Answers, seen: Disclosure) -> Table:
    """Return one row an automation; hours only where they count."""
    figure = answers.figure("savings_by_automation")
    rows = [] if figure.refused else [row(answers, seen, one) for one in figure.rows.iter_rows(named=True)]
    columns = (
        Column("Automation", is_number=False), Column("State", is_number=False), Column("Hours saved"),
        Column("from"), Column("to"), Column("Grade", is_number=False), Column("Quality", is_number=False),
    )  # fmt: skip
    notes = []
    if len(rows) > SHOWN:
        notes.append(f"{len(rows) - SHOWN} more are on the page Savings, and in `labeltime ask savings_by_automation`.")
    if seen.automations:
        notes.append(f"Withheld: fewer than {SMALLEST_GROUP} annotators, or what the total would give away.")
    return Table("By automation", figure.name, columns, tuple(rows[:SHOWN]), " ".join(notes))


def row(answers: Answers, seen: Disclosure, one: Mapping[str, Any]) -> tuple[Cell, ...]:
    """Return the row of one automation; a loss is a negative number of hours saved."""
    name = str(one["automation"])
    numbers: list[Cell] = [None, None, None]
    if name in seen.automations:
        numbers = ["withheld", None, None]
    elif one["counted"]:
        numbers = [
            answers.number("savings_by_automation", column, sentences.bare, automation=name)
            for column in ("hours", "hours_from", "hours_to")
        ]
    return (shown(name), STATES.get(str(one["state"]), ""), *numbers, one["grade"] or "–", str(one["quality"]))


def shown(name: object) -> str:
    """Return an automation's name for print."""
    return "Assistance not in the register" if name == UNREGISTERED else plain(name)
