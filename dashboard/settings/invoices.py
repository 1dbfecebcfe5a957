"""Invoices of vendors: computing power, labeling by others, licences, each for a period."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from dashboard.settings.cells import Row, check_known_names, check_unique, read_currency, read_period
from dashboard.settings.sheet import Field, Sheet
from dashboard.store.generations import Store
from dashboard.store.queries import run_query

INVOICE_KINDS = ("compute", "labeling", "licence", "other")


def read_invoices(store: Store) -> pl.DataFrame:
    """Return every invoice (columns of INVOICE_SHEET)."""
    with store.snapshot() as snapshot:
        return run_query(snapshot, "invoices", {}).cast(pl.Schema(INVOICE_SHEET.schema))


def save_invoices(store: Store, rows: Sequence[Row], who: str | None = None) -> int:
    """Replace all invoices by these rows and return their number.

    Raises:
        BadMapping: a cell that cannot be used, an invoice twice, or an unknown project.
    """
    parsed_rows = INVOICE_SHEET.parse_rows(rows)
    for row_label, cells in parsed_rows:
        cells["from_on"], cells["to_on"] = read_period(cells, row_label)
        cells["currency"] = read_currency(cells, row_label)
    frame = INVOICE_SHEET.build_frame([cells for _, cells in parsed_rows])
    check_unique(frame, ("vendor", "kind", "project", "from_on", "currency"), "The invoice of")
    with store.change("save invoices", who) as change:
        check_known_names(change, frame, "project", "known_projects")
        change.execute("delete from invoice")
        change.insert("invoice", frame)
        change.log("invoices", f"{frame.height} invoices", who)
    return frame.height


INVOICE_SHEET = Sheet(
    name="invoices",
    title="Invoices",
    noun="invoices of vendors",
    summary="What vendors charged: GPUs, labeling by others, licences",
    saved="Invoices entered: {count}.",
    help="What vendors charged, beside the hours of people in `labeltime ask resources_by_month`. An amount counts by "
    "the days of its period. It enters no saving: what an automation costs is entered with the automation.",
    read=read_invoices,
    save=save_invoices,
    row_name="vendor",
    fields=(
        Field("vendor", "Vendor", required=True),
        Field("kind", "What", "choice", INVOICE_KINDS, required=True),
        Field("project", "Project", help="Empty: of no single project.", names_project=True),
        Field("from_on", "From", "day", required=True),
        Field("to_on", "Until", "day", help="Empty: that day alone."),
        Field("amount", "Amount", "number", required=True, digits=2),
        Field("currency", "Currency", required=True, help="Three letters, such as EUR."),
        Field("hours", "Hours charged", "number", digits=1, help="GPU hours, or hours of the vendor's people."),
        Field("note", "Note"),
    ),
)
