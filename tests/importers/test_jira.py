"""Jira worklogs: cells of any comment are split as they were written, and files are told from others."""

from __future__ import annotations

import csv
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.errors import QuestionNeeded, UnreadableFile
from dashboard.importers.contract import Head, Reading, Settings
from dashboard.importers.formats.jira import IMPORTER, IssueLayout, extract_worklogs
from dashboard.importers.readers.open_source import open_sources

BERLIN = Settings(zone="Europe/Berlin")
COMMENTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


def written(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    return path


def read_all(path: Path, said: Settings = BERLIN) -> tuple[Reading, int, pl.DataFrame, pl.DataFrame]:
    with open_sources(path) as sources:
        reading = IMPORTER.read(sources[0], said)
        batches = list(reading.batches)
    rows = sum(one.rows for one in batches)
    return reading, rows, pl.concat(one.accepted for one in batches), pl.concat(one.bad for one in batches)


@given(comment=COMMENTS, author=st.from_regex(r"[a-z0-9:-]{1,40}", fullmatch=True), seconds=st.integers(0, 10**6))
def test_a_cell_is_split_from_the_right(comment: str, author: str, seconds: int) -> None:
    cell = f"{comment};14/Jun/21 1:13 PM;{author};{seconds}"
    frame = pl.DataFrame({"_line": [2], "Log Work": [cell]})
    found = extract_worklogs(frame, IssueLayout(("Log Work",), (), {})).row(0, named=True)
    assert found["_comment"] == comment
    assert (found["_when"], found["person"], found["_length"]) == ("14/Jun/21 1:13 PM", author, str(seconds))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lengths=st.lists(st.lists(st.integers(0, 90_000), max_size=5), min_size=1, max_size=8))
def test_no_second_is_lost_or_doubled(tmp_path: Path, lengths: list[list[int]]) -> None:
    width = max(1, *(len(one) for one in lengths))
    rows = [["Issue key", "Summary", *["Log Work"] * width, "Time Spent"]]
    for number, one in enumerate(lengths):
        cells = [f";14/Jun/21 1:13 PM;ana;{seconds}" for seconds in one]
        rows.append([f"A-{number}", "Label", *cells, *[""] * (width - len(one)), str(sum(one)) if one else ""])
    reading, read, accepted, bad = read_all(written(tmp_path / "jira.csv", rows))
    assert read == accepted.height == sum(len(one) for one in lengths)
    assert bad.is_empty()
    assert accepted["seconds"].sum() == sum(map(sum, lengths))
    assert len(reading.final_warnings()) == 1


def test_worklogs_of_an_issue_keep_their_order(tmp_path: Path) -> None:
    cells = [f"{number};14/Jun/21 1:13 PM;ana;60" for number in range(12)]
    path = written(tmp_path / "jira.csv", [["Issue key", "Summary", *["Log Work"] * 12], ["A-1", "Label", *cells]])
    _, _, accepted, _ = read_all(path)
    assert accepted["description"].to_list() == [f"Label: {number}" for number in range(12)]


def test_worklogs_under_an_unknown_name_far_down_are_found(tmp_path: Path) -> None:
    rows = [["Issue key", "Issue id", "Summary", "Työloki"]]
    rows += [[f"A-{number}", str(number), "Label", ""] for number in range(300)]
    rows += [["A-300", "300", "Label", "done; at last;14/Jun/21 1:13 PM;ana;60"]]
    reading, read, accepted, _ = read_all(written(tmp_path / "jira.csv", rows))
    assert (read, accepted["line"].to_list()) == (1, [302])
    assert reading.final_warnings() == ("301 issues, 1 worklog: each worklog is one row.",)


def test_export_without_worklogs_says_which_export_to_take(tmp_path: Path) -> None:
    path = written(tmp_path / "jira.csv", [["Issue key", "Issue id", "Summary"], ["A-1", "1", "Label"]])
    with pytest.raises(UnreadableFile, match="all fields"):
        read_all(path)


def test_the_zone_is_asked(tmp_path: Path) -> None:
    path = written(
        tmp_path / "jira.csv", [["Issue key", "Summary", "Log Work"], ["A-1", "L", ";14/Jun/21 1:13 PM;a;6"]]
    )
    with pytest.raises(QuestionNeeded) as caught:
        read_all(path, Settings())
    assert caught.value.question == "zone"


def test_numeric_dates_are_asked_unless_proven(tmp_path: Path) -> None:
    header = ["Issue key", "Summary", "Log Work"]
    path = written(tmp_path / "open.csv", [header, ["A-1", "L", ";04/06/21 13:13;a;6"]])
    with pytest.raises(QuestionNeeded) as caught:
        read_all(path)
    assert caught.value.question == "date_order"
    _, _, accepted, _ = read_all(path, Settings(zone="Europe/Berlin", day_first=True))
    assert accepted["day_on"].to_list() == [date(2021, 6, 4)]


def test_skipped_hour_is_moved_and_told(tmp_path: Path) -> None:
    rows = [["Issue key", "Summary", "Log Work"], ["A-1", "L", ";28/Mar/21 2:30 AM;a;600"]]
    reading, _, accepted, _ = read_all(written(tmp_path / "jira.csv", rows))
    assert accepted["started_local"].to_list() == [datetime(2021, 3, 28, 3, 30)]  # noqa: DTZ001 - a wall clock
    assert len(reading.final_warnings()) == 2


@pytest.mark.parametrize(
    "header",
    [
        ("Issue Key", "Issue summary", "Hours", "Work date", "Username", "Full name", "Project Key"),
        ("Project", "Date", "User", "Activity", "Issue", "Comment", "Hours"),
        ("ID", "Team", "Title", "Description", "Status", "Summary"),
        ("User", "Email", "Client", "Project", "Task", "Start date", "Start time", "Duration"),
    ],
)
def test_other_tools_are_not_taken_for_jira(header: tuple[str, ...]) -> None:
    assert not IMPORTER.can_read(Head("table", header, pl.DataFrame({name: ["a"] for name in header})))


LANGUAGES = {  # key, summary, worklog and spent titles, and the 14th of May 2021, 13:05
    "de": ("Vorgangsschlüssel", "Zusammenfassung", "Arbeit protokollieren", "Benötigte Zeit", "14/Mai/21 1:05 PM"),
    "es": ("Clave de incidencia", "Resumen", "Registro de trabajo", "Tiempo Trabajado", "14/may/21 1:05 p. m."),
    "fr": ("Clé de ticket", "Résumé", "Journal de travail", "Temps consacré", "14/mai/21 1:05 PM"),
    "pt": ("Chave do item", "Resumo", "Registro de trabalho", "Tempo gasto", "14/mai/21 1:05 PM"),
    "it": ("Chiave ticket", "Riepilogo", "Registro lavoro", "Tempo impiegato", "14/mag/21 1:05 PM"),
    "nl": ("Issuesleutel", "Samenvatting", "Werk registreren", "Bestede tijd", "14/mei/21 1:05 p.m."),
    "pl": ("Klucz zgłoszenia", "Podsumowanie", "Dziennik pracy", "Zużyty czas", "14/maj/21 1:05 PM"),
    "ru": ("Ключ запроса", "Тема", "Журнал работ", "Затраченное время", "14/май/21 1:05 PM"),
    "ja": ("課題キー", "要約", "作業ログ", "消費時間", "14/5月/21 1:05 午後"),
    "zh": ("问题关键字", "概要", "工作日志", "耗费时间", "14/五月/21 1:05 下午"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_and_months_of_every_language_are_read(language: str, tmp_path: Path) -> None:
    key, summary, worklog, spent, moment = LANGUAGES[language]
    rows = [[key, summary, worklog, spent], ["ML-1", "Label", f"boxes;{moment};ana;5400", "5400"]]
    path = written(tmp_path / "jira.csv", rows)
    with open_sources(path) as (source,):
        assert IMPORTER.can_read(source.head())
    _, _, accepted, bad = read_all(path)
    assert bad.is_empty()
    row = accepted.row(0, named=True)
    assert (str(row["started_local"]), row["seconds"], row["task"]) == ("2021-05-14 13:05:00", 5400, "ML-1")


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("14/12月/21 1:05 午前", 12),
        ("14/十一月/21 上午1:05", 11),
        ("2021年10月14日 1:05", 10),
        ("14/paź/21 1:05 AM", 10),
    ],
)
def test_months_of_two_signs_are_no_shorter_ones(text: str, month: int, tmp_path: Path) -> None:
    rows = [["Issue key", "Summary", "Log Work", "Time Spent"], ["ML-1", "Label", f";{text};ana;60", "60"]]
    _, _, accepted, _ = read_all(written(tmp_path / "jira.csv", rows))
    assert [str(moment) for moment in accepted["started_local"]] == [f"2021-{month}-14 01:05:00"]
