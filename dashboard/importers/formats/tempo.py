"""Worklogs of Tempo for Jira as CSV, XLS or XLSX; further columns of a team are not used."""

from __future__ import annotations

from dashboard.importers.contract import Importer
from dashboard.importers.tracker_table import TrackerTable

IMPORTER: Importer = TrackerTable(
    name="tempo",
    tool="tempo",
    title="Tempo worklogs (CSV, XLS or XLSX)",
    columns={
        "native_id": ("Worklog ID", "Tempo Worklog ID", "Tempo Worklog Id", "Worklog"),
        "person": ("Full name", "Author", "User", "Username", "User Account ID", "Account ID", "Полное имя"),
        "email": ("Email", "E-mail"),
        "client": ("Account Customer", "Account Name", "Имя аккаунта"),
        "project": ("Project Name", "Project Key", "Имя проекта", "Ключ проекта"),
        "task": ("Issue Key", "Ключ запроса"),
        "description": ("Work Description", "Worklog Description", "Description", "Comment", "Описание работы"),
        "tags": ("Activity Name", "Account Key", "Имя активности", "Ключ аккаунта"),
        "started_at": ("Work date", "Started", "Start Date", "Дата работы"),
        "hours": ("Hours", "Logged Hours", "Часов"),
        "USERNAME": ("Username", "Имя пользователя"),
        "SUMMARY": ("Issue summary", "Summary", "Тема запроса"),
    },
    signatures=(frozenset({"task", "started_at", "hours", "person"}),),
    foreign=frozenset({"log work", "ticket no"}),
    fills={"description": "SUMMARY", "person": "USERNAME"},
    retells=("jira", "jira_rest", "jira_worklogs"),
    lacks=("the time of day, often",),
)
