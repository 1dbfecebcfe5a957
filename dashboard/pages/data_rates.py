"""Rates: what an hour of people and a million tokens of a model cost, from which day on."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.errors import DashboardError
from dashboard.mapping import rates
from dashboard.mapping.amounts import Row
from dashboard.mapping.people import ROLES
from dashboard.pages import reading, sheet, shown

SINCE = "Empty: since ever."
LETTERS = "Three letters, such as EUR."


def show() -> None:
    """Draw the tab."""
    sheet.saved("rates")
    st.markdown(
        "Hours become money by these prices, each from its day on. The most specific goes first: the person's, then "
        "the role's, then everybody's. Several currencies are never added."
    )
    try:
        edit()
        sheet.upload("rates", "all rates and token prices", rates.load_rates)
    except DashboardError as error:
        shown.box(error)


def edit() -> None:
    """Draw both tables with their buttons; a mistake becomes a message, and what was typed stays."""
    known = rates.rates_frame(reading.store())
    with sheet.form("rates-form"):
        people, models = hourly(), tokens()
        kept = st.form_submit_button("Save the rates", type="primary", key="rates-save")
    shown.download("Download as CSV", known, "rates.csv", "rates-csv")
    if kept:
        try:
            edited = pl.DataFrame([*people, *models], schema=known.schema, strict=False)
            count = rates.save_rates(reading.store(), edited)
        except DashboardError as error:
            shown.box(error)
        else:
            sheet.done("rates", f"{count:,} prices in force.")


def hourly() -> list[Row]:
    """Draw the table of hourly rates and return its rows."""
    cells = st.column_config
    st.subheader("An hour of work", anchor=False)
    found = rates.hourly_frame(reading.store())
    if found.is_empty():
        st.caption("Nothing yet, so no saving has a value in money. One row with an hourly rate for everybody will do.")
    columns: sheet.Columns = {
        "person": cells.TextColumn("Person", help="Empty: everybody of the role."),
        "role": sheet.choices("Role", ["", *ROLES], help="Empty: everybody."),
        "from_on": cells.DateColumn("From", help=SINCE),
        "hourly": cells.NumberColumn("An hour", min_value=0, format="%.2f"),
        "currency": cells.TextColumn("Currency", max_chars=3, help=LETTERS),
    }
    return sheet.editor("rates-hourly", found, columns, "Hourly rates by person, role and day")


def tokens() -> list[Row]:
    """Draw the table of token prices and return its rows."""
    cells = st.column_config
    st.subheader("A million tokens", anchor=False)
    columns: sheet.Columns = {
        "model": cells.TextColumn("Model", help="As the labeling log names it."),
        "from_on": cells.DateColumn("From", help=SINCE),
        "per_million": cells.NumberColumn("A million tokens", min_value=0, format="%.4f"),
        "currency": cells.TextColumn("Currency", max_chars=3, help=LETTERS),
    }
    found = rates.prices_frame(reading.store())
    return sheet.editor("rates-tokens", found, columns, "Prices of a million tokens by model and day")
