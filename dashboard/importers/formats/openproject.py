"""Cost reports of OpenProject as XLS: a sheet for each type of cost, a title above and the sum below.

Units are hours in the sheet of labor only; the sheets of other costs are refused.
"""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.errors import UnreadableFile
from dashboard.importers.contract import Importer, Source
from dashboard.importers.tracker_table import TrackerTable, list_texts

LABOR_WORDS = ("labor", "labour", "arbeit", "personal", "main-d", "trabajo", "mano de obra", "manodopera", "trabalho")


def check_labor(source: Source, columns: Mapping[str, str]) -> None:
    """Raise `UnreadableFile` where the units of a sheet are not hours of work."""
    if "COST" not in columns:
        return
    costs = [text for text in list_texts(source, columns["COST"]) if not text.casefold().startswith(LABOR_WORDS)]
    if costs:
        raise UnreadableFile(
            f'"{source.name}" has units of {costs[0][:60]}, which are not hours of work.',
            "In the cost report, filter by cost type Labor, and export it again; other sheets may stay out.",
        )


IMPORTER: Importer = TrackerTable(
    name="openproject",
    tool="openproject",
    title="OpenProject cost report (XLS)",
    columns={
        "day_on": ("Date (Spent)", "Date", "Datum (Aufwand)", "Datum", "Fecha", "Data", "Дата", "日付", "日期"),
        "person": ("User", "Logged by", "Benutzer", "Utilisateur", "Usuario", "Utente", "Usuário", "Gebruiker"),
        "task": ("Activity", "Aktivität", "Activité", "Actividad", "Attività", "Atividade", "Activiteit"),
        "description": ("Comments", "Comment", "Kommentare", "Kommentar", "Commentaires", "Comentarios", "Commenti"),
        "project": ("Project", "Projekt", "Projet", "Proyecto", "Progetto", "Projeto"),
        "hours": ("Units", "Einheiten", "Unités", "Unidades", "Unità", "Eenheden"),
        "COST": (
            "Cost type",
            "Kostentyp",
            "Kostenart",
            "Type de coût",
            "Tipo de coste",
            "Tipo di costo",
            "Kostensoort",
        ),
        "WORK": (
            "Work package",
            "Arbeitspaket",
            "Lot de travaux",
            "Paquete de trabajo",
            "Macro-attività",
            "Werkpakket",
        ),
    },
    signatures=(frozenset({"day_on", "person", "hours", "WORK"}),),
    fills={"description": "WORK"},
    check=check_labor,
    lacks=("the time of day",),
)
