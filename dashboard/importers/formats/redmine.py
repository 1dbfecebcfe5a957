"""Spent time of Redmine: the details as CSV, in the language, encoding and number format of the person who exports.

The report tab saves sums by period under the same file name; it is refused with the way to the details.
"""

from __future__ import annotations

import re

from dashboard.errors import UnreadableFile
from dashboard.importers.contract import Head, Importer, Reading, Settings, Source
from dashboard.importers.table import fold_title
from dashboard.importers.tracker_table import TrackerTable

_PERIOD = re.compile(r"\d{4}(?:-(?:\d{1,2}(?:-\d{1,2})?|W\d{1,2}))?")
TOTAL_TITLES = frozenset(
    {
        *("total time", "gesamtzeit", "gesamtaufwand", "temps total", "tiempo total", "tempo total", "tempo totale"),
        *("totale tijd", "общее время", "łączny czas", "合計時間", "合计时间", "总时间", "總時間"),
    }
)
COLUMNS = {
    "project": (
        *("Project", "Projekt", "Projet", "Progetto", "Proyecto", "Projeto", "Проект", "プロジェクト", "项目", "專案"),
        "프로젝트",
    ),
    "day_on": ("Date", "Datum", "Data", "Fecha", "Дата", "日付", "日期", "날짜"),
    "person": (
        *("User", "Benutzer", "Utilisateur", "Utente", "Gebruiker", "Usuario", "Usuário", "Пользователь", "Użytkownik"),
        *("ユーザー", "用户", "用戶", "사용자", "Uživatel", "Člen", "Användare"),
    ),
    "task": (
        *("Activity", "Aktivität", "Activité", "Attività", "Activiteit", "Actividad", "Atividade", "Деятельность"),
        *("Aktywność", "Działanie", "活動", "作業分類", "活动", "작업종류", "Aktivita", "Aktivitet"),
    ),
    "description": (
        *("Comment", "Comments", "Kommentar", "Commentaire", "Commento", "Commentaar", "Opmerking", "Comentario"),
        *("Comentário", "Комментарий", "Komentarz", "コメント", "注释", "回應", "評論", "설명", "Komentář"),
    ),
    "tags": ("Category", "Kategorie", "Tracker"),
    "hours": (
        *("Hours", "Stunden", "Heures", "Ore", "Uren", "Horas", "Час(а,ов)", "Часы", "час(ов)", "Трудозатраты"),  # noqa: RUF001 - Russian
        *("Godziny", "時間", "工时", "小时", "小時", "시간", "Hodiny", "Hodin", "Timmar"),
    ),
    "ISSUE": (
        *("Issue", "Ticket", "Demande", "Segnalazione", "Petición", "Tarefa", "Задача", "Zagadnienie", "チケット"),
        *("问题", "問題", "일감", "Úkol", "Ärende"),
    ),
}


class Redmine(TrackerTable):
    """Details of spent time, and the report by period, which is refused."""

    def can_read(self, head: Head) -> bool:
        """Recognise the details by their titles, and the report by its periods before a total."""
        return super().can_read(head) or _is_report(head)

    def read(self, source: Source, settings: Settings) -> Reading:
        """Read the details; raises `UnreadableFile` for the report by period."""
        if _is_report(source.head()):
            raise UnreadableFile(
                f'"{source.name}" is the report of Redmine with sums by period, without days and single entries.',
                "In Redmine, open Spent time, choose the Details tab, and export that as CSV.",
            )
        return super().read(source, settings)


def _is_report(head: Head) -> bool:
    titles = [title.strip() for title in head.header]
    has_periods = any(_PERIOD.fullmatch(title) for title in titles)
    return head.shape == "table" and has_periods and fold_title(titles[-1]) in TOTAL_TITLES


IMPORTER: Importer = Redmine(
    name="redmine",
    tool="redmine",
    title="Redmine spent time, details (CSV)",
    columns=COLUMNS,
    signatures=(frozenset({"day_on", "person", "task", "ISSUE", "hours"}),),
    foreign=frozenset({"first name", "last name", "notes", "units", "seconds"}),
    fills={"description": "ISSUE"},
    lacks=("the time of day",),
)
