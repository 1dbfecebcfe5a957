"""What a report says where hours and money of automation point in opposite directions, and where it has no name."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from simulated_log import simulate
from simulated_store import events, imported, register

from dashboard.reports.answers import Answers
from dashboard.reports.decisions import find_low_grades
from dashboard.reports.disclosure import Disclosure
from dashboard.reports.message import explain_money, list_savings_pieces
from dashboard.reports.request import Audience, ReportRequest

REQUEST = ReportRequest(date(2026, 1, 1), date(2026, 3, 31), audience=Audience.team)


@pytest.mark.parametrize(
    ("cost", "sentence"),
    [
        (1, None),
        (100_000, "In EUR the hours saved are a loss: the running cost of 100,000 is more than these hours are worth."),
    ],
)
def test_money_lost_beside_hours_saved_is_explained(tmp_path: Path, cost: int, sentence: str | None) -> None:
    store = imported(tmp_path, [events(simulate("S0", 1))])
    register(store, "drafts")
    with store.change("rates") as change:
        change.execute("insert into rate values ('', '', date '2020-01-01', 10, 'EUR')")
        change.execute(
            "insert into automation_cost values ('drafts', 'licence', 'once', date '2026-01-10', null, $cost, 'EUR')",
            {"cost": cost},
        )
    assert [str(text) for text in explain_money(Answers(store, REQUEST), Disclosure())] == [sentence] * bool(sentence)


def test_a_loss_that_is_no_running_cost_is_explained_by_the_rates(tmp_path: Path) -> None:
    store = imported(tmp_path, [events(simulate("S2", 1))])
    with store.change("rates") as change:  # of one person, who lost time on the only day with a rate
        change.execute("insert into rate values ('p00', '', date '2026-03-05', 1000, 'USD')")
    (sentence,) = explain_money(Answers(store, REQUEST), Disclosure())
    assert str(sentence) == (
        "In USD the hours saved are a loss: only time with a rate counts, each person's at their own."
    )


def test_an_automation_without_a_name_is_no_name_within_a_sentence(tmp_path: Path) -> None:
    store = imported(tmp_path, [events(simulate("S2", 1)).drop("automation")])
    answers = Answers(store, REQUEST)
    (decision,) = find_low_grades(answers, Disclosure())
    assert "the items of an automation that is not registered to people" in str(decision)
    assert str(list_savings_pieces(answers, Disclosure(), 0)[0]) == "an automation that is not registered saved "
