"""The list of export formats; exactly one of them must recognise a file."""

from __future__ import annotations

from dashboard.importers import (
    clockify,
    cvat_events,
    gretel,
    harvest,
    jira,
    label_studio,
    label_studio_table,
    mlflow_csv,
    mlflow_db,
    mostlyai_qa,
    native_labeling,
    native_runs,
    native_time,
    sdmetrics,
    sdmetrics_table,
    toggl,
)
from dashboard.importers.contract import Importer

IMPORTERS: tuple[Importer, ...] = (
    toggl.IMPORTER,
    clockify.IMPORTER,
    harvest.IMPORTER,
    jira.IMPORTER,
    native_time.IMPORTER,
    label_studio.IMPORTER,
    label_studio_table.IMPORTER,
    cvat_events.IMPORTER,
    mlflow_db.IMPORTER,
    mlflow_csv.IMPORTER,
    native_labeling.IMPORTER,
    native_runs.IMPORTER,
    mostlyai_qa.IMPORTER,
    gretel.IMPORTER,
    sdmetrics.IMPORTER,
    sdmetrics_table.IMPORTER,
)
