"""The names Jira gives its columns, by language; the export is written in the language of the person exporting."""

from __future__ import annotations

LOG_WORK = (
    "Log Work",
    "Worklog",
    "Registro de trabajo",
    "Arbeit protokollieren",
    "Arbeitsprotokoll",
    "Journal de travail",
    "Consigner le travail",
    "Registro de trabalho",
    "Registrar trabalho",
    "Registro lavoro",
    "Registra lavoro",
)

LABELS = (
    "Labels",
    "Etiquetas",
    "Stichwörter",
    "Étiquettes",
    "Categorias",
    "Etichette",
)

ISSUE_FIELDS: dict[str, tuple[str, ...]] = {
    "task": (
        "Issue key",
        "Work item key",
        "Clave de incidencia",
        "Clave de la incidencia",
        "Vorgangsschlüssel",
        "Clé de ticket",
        "Clé du ticket",
        "Clé de demande",
        "Chave do item",
        "Chave da item",
        "Chave da ocorrência",
        "Chiave segnalazione",
        "Chiave ticket",
    ),
    "summary": ("Summary", "Resumen", "Zusammenfassung", "Résumé", "Récapitulatif", "Resumo", "Riepilogo"),
    "project": (
        "Project name",
        "Nombre del proyecto",
        "Nombre de proyecto",
        "Projektname",
        "Nom du projet",
        "Nome do projeto",
        "Nome progetto",
    ),
    "project_key": (
        "Project key",
        "Clave del proyecto",
        "Clave de proyecto",
        "Projektschlüssel",
        "Clé de projet",
        "Clé du projet",
        "Chave do projeto",
        "Chiave progetto",
    ),
    "issue_id": (
        "Issue id",
        "Work item ID",
        "ID de la incidencia",
        "ID de incidencia",
        "Vorgangs-ID",
        "ID de ticket",
        "ID do item",
        "ID segnalazione",
    ),
    # Not the columns with a Σ: those add the sub-tasks, which are issues of their own.
    "spent": (
        "Time Spent",
        "Tiempo Trabajado",
        "Tiempo empleado",
        "Benötigte Zeit",
        "Temps consacré",
        "Temps passé",
        "Tempo gasto",
        "Tempo impiegato",
    ),
}
