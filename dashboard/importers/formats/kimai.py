"""Time sheets of Kimai as CSV or XLSX, with titles in the language of the template.

An end has no date, so that beginning and length count. The quote that Kimai puts before texts like a formula is
taken away again.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from dashboard.importers.contract import Importer
from dashboard.importers.tracker_table import TrackerTable

_GUARD = r"^' ?"


def remove_guard(frame: pl.DataFrame, columns: Mapping[str, str]) -> pl.DataFrame:
    """Return the frame with its texts as they were typed, without the guard against formulas."""
    names = {columns[part] for part in ("description", "task", "project", "client", "tags") if part in columns}
    return frame.with_columns(pl.col(name).str.replace(_GUARD, "") for name in sorted(names))


IMPORTER: Importer = TrackerTable(
    name="kimai",
    tool="kimai",
    title="Kimai time sheet (CSV or XLSX)",
    columns={
        "person": ("Name", "Nom", "Nombre", "Nome", "Naam", "Nazwa", "Imię", "Имя", "名前", "姓名", "名称"),
        "email": (
            "E-mail",
            "E-Mail",
            "Email",
            "Correo electrónico",
            "Courriel",
            "メール",
            "電子メール",
            "电子邮件",
            "邮箱",
        ),
        "client": ("Customer", "Kunde", "Client", "Cliente", "Klant", "Klient", "Клиент", "顧客", "客户"),
        "project": (
            "Project",
            "Projekt",
            "Projet",
            "Proyecto",
            "Progetto",
            "Projeto",
            "Проект",
            "プロジェクト",
            "项目",
        ),
        "task": (
            *("Activity", "Tätigkeit", "Aktivität", "Activité", "Actividad", "Attività", "Activiteit", "Czynność"),
            *("Aktywność", "Atividade", "Активность", "Деятельность", "アクティビティ", "作業", "活动"),
        ),
        "description": (
            *("Description", "Beschreibung", "Descripción", "Descrizione", "Beschrijving", "Omschrijving", "Opis"),
            *("Descrição", "Описание", "説明", "描述"),
        ),
        "tags": (
            *("Tags", "Schlagworte", "Schlagwörter", "Étiquettes", "Mots-clés", "Etiquetas", "Etichette", "Labels"),
            *("Tagi", "Теги", "Тэги", "タグ", "标签"),
        ),
        "billable": (
            *("Billable", "Abrechenbar", "Facturable", "Fatturabile", "Factureerbaar", "Faturável"),
            *("Оплачиваемый", "请求付款"),
        ),
        "start_date": ("Date", "Datum", "Fecha", "Data", "Дата", "日付", "日期"),
        "start_time": (
            *("From", "Begin", "Von", "Beginn", "De", "Début", "Desde", "Inicio", "Da", "Inizio", "Van", "Od"),
            *("Início", "С", "От", "Начало", "開始", "从", "开始"),  # noqa: RUF001 - a Russian word
        ),
        "duration": (
            *("Duration", "Dauer", "Durée", "Duración", "Durata", "Duur", "Czas trwania", "Duração"),
            *("Длительность", "Продолжительность", "期間", "所要時間", "时长", "持续时间"),
        ),
        "USER": (
            *("User", "Username", "Benutzer", "Utilisateur", "Usuario", "Utente", "Gebruiker", "Użytkownik"),
            *("Usuário", "Utilizador", "Пользователь", "ユーザー", "用户"),
        ),
    },
    signatures=(
        frozenset({"client", "project", "task", "start_date", "start_time", "duration", "person"}),
        frozenset({"client", "project", "task", "start_date", "start_time", "duration", "USER"}),
    ),
    foreign=frozenset({"start date", "start time"}),
    unit="hours",
    fills={"person": "USER"},
    prepare=remove_guard,
    lacks=("seconds of a length", "the day of an end"),
)
