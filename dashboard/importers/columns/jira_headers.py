"""Jira's column titles by language; the export uses the language of the person who exports."""

from __future__ import annotations

WORKLOG_TITLES = (
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

LABEL_TITLES = (
    "Labels",
    "Etiquetas",
    "Stichwörter",
    "Étiquettes",
    "Categorias",
    "Etichette",
)

ISSUE_TITLES: dict[str, tuple[str, ...]] = {
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
    # Not the columns with a Σ: those include the sub-tasks, which are separate issues.
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
