"""The section on automation: hours saved or cost, with interval, grade and quality, one row per automation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.errors import Cause, Unavailable
from dashboard.privacy import MIN_GROUP_SIZE
from dashboard.reports.answers import Answers
from dashboard.reports.disclosure import Disclosure
from dashboard.reports.document import Cell, KeyNumber, Number, Section, Sentence, Table, build_columns, clean_text
from dashboard.reports.report_charts import draw_automations
from dashboard.reports.request import ReportPart
from dashboard.reports.sentences import (
    Formatter,
    build_sentence,
    describe_evidence,
    describe_saving,
    format_bare_loss,
    format_hours,
    format_interval,
    format_lost_hours,
    join_names,
)
from dashboard.savings.total import HEADLINE, SHARE_MEASURE
from dashboard.savings.words import QUALITY_SENTENCES, describe_covered, describe_verdict
from dashboard.units import format_bare_hours, format_count

MAX_AUTOMATION_ROWS = 8  # automations in the table
MAX_REASON_LENGTH, MAX_TEXT_LENGTH = 300, 10_000
VALUE_COLUMNS = ("value", "value_from", "value_to")
STATE_LABELS = {
    "saves": "saves",
    "costs": "costs",
    "no clear difference": "no clear difference",
    "range only": "a range only",
    "direction not established": "direction not established",
    "not enough data": "not enough data",
}


def build_savings_section(answers: Answers, disclosure: Disclosure) -> Section:
    """Return the section."""
    table = build_automation_table(answers, disclosure)
    return Section(
        ReportPart.savings,
        "What automation saved",
        tuple(describe_savings(answers, disclosure)),
        (table,) if table.rows else (),
        draw_automations(answers, disclosure),
    )


def describe_savings(answers: Answers, disclosure: Disclosure) -> list[Sentence]:
    """Return what all automations together saved or cost, or why that is not known."""
    figure = answers.load_figure("savings")
    if figure.unavailable:
        return [explain_missing_total(figure.unavailable)]
    if not disclosure.shows_savings:
        return [build_sentence(f"Hours saved are withheld: they rest on fewer than {MIN_GROUP_SIZE} annotators.")]
    estimate = figure.estimate or {}
    state = str(estimate.get("state"))
    value, interval = read_hours_interval(answers, "savings", VALUE_COLUMNS, state, measure=HEADLINE)
    if value is None:
        return []
    quality = str(estimate["quality"])
    statements = [describe_saving(state, value, interval, str(estimate["basis"]))]
    statements += describe_share(answers) if state == "saves" else []
    doubts = clean_text(estimate["doubts"] or "", MAX_TEXT_LENGTH)
    statements += [build_sentence(doubts)] if doubts else []
    statements.append(describe_evidence(state, str(estimate["grade"]), quality, count_covered(answers, quality)))
    return statements + describe_excluded(answers)


def describe_share(answers: Answers) -> list[Sentence]:
    """Return the share of the time by hand that was saved, with its interval; nothing where that may be none."""
    share, low, high = (
        answers.read_number("savings", column, format_percent, measure=SHARE_MEASURE) for column in VALUE_COLUMNS
    )
    if share is None or low is None or low.value <= 0:
        return []
    return [build_sentence("The assisted labels took ", share, *format_interval(low, high), " less time than by hand.")]


def format_percent(value: float) -> str:
    """Return a number of percent, whole."""
    return f"{format_count(value)}%"


def count_covered(answers: Answers, quality: str) -> str:
    """Return of how many automations a blind audit gave the verdict, where that is not all that are in the total."""
    counted = answers.load_figure("savings_by_automation").rows.filter(counted=True)
    covered = counted.filter(quality=quality).height
    return describe_covered(covered, counted.height) if quality in QUALITY_SENTENCES else ""


def explain_missing_total(unavailable: Unavailable) -> Sentence:
    """Return why there is no number, and what is needed."""
    reason, needed = (clean_text(text, MAX_TEXT_LENGTH) for text in (unavailable.reason, unavailable.needed))
    if len(reason) > MAX_REASON_LENGTH or len(needed) > MAX_REASON_LENGTH:
        return build_sentence("There is no number for what automation saved: no automation has enough data.")
    return build_sentence(" ".join(filter(None, ("There is no number for what automation saved.", reason, needed))))


def describe_excluded(answers: Answers) -> list[Sentence]:
    """Return the automations that the total leaves out, and why."""
    names = list_excluded(answers)
    return [build_sentence("Not in these hours: ", *join_names([[name] for name in names]), ".")] if names else []


def list_excluded(answers: Answers) -> list[str]:
    """Return the automations that the total leaves out, each with the reason in brackets."""
    rows = answers.load_figure("savings_by_automation").rows.iter_rows(named=True)
    return [
        f"{clean_text(row['automation'])} ({'void' if row['hours'] is not None else row['state']})"
        for row in rows
        if not row["counted"]
    ]


def read_hours_interval(
    answers: Answers, figure: str, columns: tuple[str, str, str], state: str, **conditions: str
) -> tuple[Number | None, list[Number | str]]:
    """Return hours saved and the pieces of their interval; a loss without minus signs, with its bounds swapped."""
    is_loss = state == "costs"
    formatters: tuple[Formatter, Formatter] = (
        (format_lost_hours, format_bare_loss) if is_loss else (format_hours, format_bare_hours)
    )
    bounds = [answers.read_number(figure, column, formatters[1], **conditions) for column in (columns[1], columns[2])]
    bounds = bounds[::-1] if is_loss else bounds
    return answers.read_number(figure, columns[0], formatters[0], **conditions), format_interval(bounds[0], bounds[1])


def build_key_number(answers: Answers, disclosure: Disclosure) -> KeyNumber:
    """Return the large number: hours saved with their interval, or why there are none."""
    figure = answers.load_figure("savings")
    estimate = figure.estimate
    if figure.unavailable or not estimate or not disclosure.shows_savings:
        return KeyNumber("Hours saved", None, explain_missing_number(figure.unavailable, disclosure))
    state = str(estimate["state"])
    value, interval = read_hours_interval(answers, "savings", VALUE_COLUMNS, state, measure=HEADLINE)
    label = "Hours lost" if state == "costs" else "Hours saved"
    verdict = str(estimate["quality"])
    quality = describe_verdict(verdict, count_covered(answers, verdict)).rstrip(".")
    beside = f"{''.join(map(str, interval)).strip()}, grade {estimate['grade']}. {quality}"
    return KeyNumber(label, value, beside)


def explain_missing_number(unavailable: Unavailable | None, disclosure: Disclosure) -> str:
    """Return in a few words why there is no large number."""
    if not disclosure.shows_savings:
        return "withheld"
    return "no clear answer" if unavailable and unavailable.cause is Cause.not_identified else "not enough data"


def build_automation_table(answers: Answers, disclosure: Disclosure) -> Table:
    """Return the table with one row per automation; hours only where they count."""
    figure = answers.load_figure("savings_by_automation")
    rows = (
        []
        if figure.unavailable
        else [build_automation_row(answers, disclosure, automation) for automation in figure.rows.iter_rows(named=True)]
    )
    columns = build_columns(figure.name, "automation", "state", "hours", "hours_from", "hours_to", "grade", "quality")
    notes = []
    if len(rows) > MAX_AUTOMATION_ROWS:
        notes.append(
            f"{len(rows) - MAX_AUTOMATION_ROWS} more are on the page Savings, "
            "and in `labeltime ask savings_by_automation`."
        )
    if disclosure.hidden_automations:
        notes.append(f"Withheld: fewer than {MIN_GROUP_SIZE} annotators, or what the total would give away.")
    return Table("By automation", figure.name, columns, tuple(rows[:MAX_AUTOMATION_ROWS]), " ".join(notes))


def build_automation_row(answers: Answers, disclosure: Disclosure, automation: Mapping[str, Any]) -> tuple[Cell, ...]:
    """Return the row of one automation; a loss is a negative number of hours saved."""
    name = str(automation["automation"])
    numbers: list[Cell] = [None, None, None]
    if name in disclosure.hidden_automations:
        numbers = ["withheld", None, None]
    elif automation["counted"]:
        numbers = [
            answers.read_number("savings_by_automation", column, format_bare_hours, automation=name)
            for column in ("hours", "hours_from", "hours_to")
        ]
    return (
        clean_text(name),
        STATE_LABELS.get(str(automation["state"]), ""),
        *numbers,
        automation["grade"] or "–",
        str(automation["quality"]),
    )
