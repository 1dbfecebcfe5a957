"""Clockify: the detailed CSV, and the summary CSV where it is grouped by date."""

from __future__ import annotations

from dashboard.errors import UnreadableFile
from dashboard.importers.columns.dates import resolve_date_order
from dashboard.importers.columns.zones import require_zone
from dashboard.importers.contract import Head, Reading, Settings, Source
from dashboard.importers.frames.time_entries import EntryLayout, collect_source_dates, find_decimal_sign, read_entries
from dashboard.importers.table import match_columns
from dashboard.schemas import Kind

# Titles are in the language of whoever exports: English, German, Spanish, French, Portuguese.
COLUMNS = {
    "person": ("User", "Benutzer", "Usuario", "Utilisateur", "Usuário", "Do utilizador"),
    "email": ("Email", "E-Mail", "Correo electrónico"),
    "client": ("Client", "Kunde", "Cliente"),
    "project": ("Project", "Projekt", "Proyecto", "Projet", "Projeto"),
    "task": ("Task", "Activity", "Aufgabe", "Tarea", "Tâche", "Tarefa"),
    "description": ("Description", "Beschreibung", "Descripción", "Descrição"),
    "tags": ("Tags", "Tag", "Etiquetas", "Étiquettes", "Etiqueta"),
    "billable": ("Billable", "Abrechenbar", "Facturable", "Faturável"),
    "start_day": ("Start Date", "Date", "Startdatum", "Fecha de inicio", "Date de début", "Data de início"),
    "start_clock": ("Start Time", "Startzeit", "Hora de inicio", "Heure de début", "Hora de início"),
    "end_day": (*("End Date", "Enddatum", "Fecha de finalización", "Date de fin", "Data final", "Data de término"),),
    "end_clock": ("End Time", "Endzeit", "Hora de finalización", "Heure de fin", "Hora de término"),
    # The decimal column is cut to two places (36 seconds), so it is used only where the other one is switched off.
    "duration": (
        *("Duration (h)", "Time (h)", "Dauer (h)", "Duración (h)", "Durée (h)", "Duração (h)"),
        *("Duration (decimal)", "Time (decimal)", "Dauer (dezimal)", "Dauer (Dezimalzahl)", "Duración (decimal)"),
        *("Durée (décimal)", "Duração (decimal)"),
    ),
}
DURATION_COLUMNS = frozenset({"duration (h)", "duration (decimal)"})
# Of a title in another language only this much is Clockify's own: others, too, write "Startdatum" and "Dauer (h)".
DECIMAL_COLUMNS = frozenset(
    {"dauer (dezimal)", "dauer (dezimalzahl)", "duración (decimal)", "durée (décimal)", "duração (decimal)"}
)
SUM_COLUMNS = frozenset({"time (h)", "time (decimal)"})
CLOCK_COLUMNS = frozenset({"Start Date", "Start Time", "End Date", "End Time"})
FOREIGN_COLUMNS = frozenset({"subject", "theme color"})  # of appointments and of shifts, with the same clock columns
HINT = "In Clockify, open Reports, Detailed, and export that as CSV."
SUMMARY_WARNING = "A summary report: sums by day without clock times; export the Detailed report for single entries."


class Clockify:
    """Recognises detailed reports with any choice of columns, and summary reports."""

    name = "clockify"
    tool = "clockify"
    title = "Clockify detailed CSV"
    kind: Kind = "time_entry"

    def can_read(self, head: Head) -> bool:
        """Recognise a Clockify report by its header, in any order of columns."""
        return _is_detailed(head) or _is_summary(head)

    def read(self, source: Source, settings: Settings) -> Reading:
        """Read entries; raises `UnreadableFile` for sums without days, `QuestionNeeded` for zone or date order."""
        header = source.head().header
        columns = match_columns(header, COLUMNS)
        if "start_day" not in columns:
            raise UnreadableFile(f"{source.name} is a Clockify summary report without days.", HINT)
        days = [columns[part] for part in ("start_day", "end_day") if part in columns]
        order = resolve_date_order(collect_source_dates(source, days), settings.day_first, columns["start_day"])
        zone = require_zone(settings.zone, self.title) if "start_clock" in columns else None
        warnings = () if _is_detailed(source.head()) else (SUMMARY_WARNING,)
        return read_entries(
            source, EntryLayout(columns, order, zone, decimal=find_decimal_sign(source, columns)), warnings
        )


def _is_detailed(head: Head) -> bool:
    """Recognise a detailed report; without duration columns only capital letters distinguish it from Toggl's."""
    names = {title.casefold() for title in head.header}
    if "duration" in names or FOREIGN_COLUMNS & names:
        return False
    if "start date" not in names:
        columns = match_columns(head.header, COLUMNS)
        is_whole = {"start_day", "start_clock", "end_day", "end_clock", "duration"} <= columns.keys()
        return "start_day" in columns and (bool(DECIMAL_COLUMNS & names) or is_whole)
    return ("start date" in names and bool(DURATION_COLUMNS & names)) or set(head.header) >= CLOCK_COLUMNS


def _is_summary(head: Head) -> bool:
    names = {title.casefold() for title in head.header}
    return bool(SUM_COLUMNS & names) and "start date" not in names


IMPORTER = Clockify()
