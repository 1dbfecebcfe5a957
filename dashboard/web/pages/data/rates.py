"""Rates: the price of an hour of work and of a million tokens of a model, each from its day on."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.errors import DashboardError
from dashboard.settings.cells import Row
from dashboard.settings.people import ROLES
from dashboard.settings.rates import load_rates_csv, read_hourly_rates, read_rates, read_token_prices, save_rates_frame
from dashboard.web.cached_store import open_store
from dashboard.web.components import show_download, show_error
from dashboard.web.editable_sheet import (
    Columns,
    choice_column,
    edit_rows,
    rerun_with_message,
    sheet_form,
    show_saved_message,
    show_upload,
)

START_HELP = "Empty: from the beginning."
CURRENCY_HELP = "Three letters, such as EUR."


def show_rates_tab() -> None:
    """Draw the tab."""
    show_saved_message("rates")
    st.markdown(
        "These prices turn hours into money, each from its day on. The most specific applies: the person's, then "
        "the role's, then everybody's. Currencies are never added."
    )
    try:
        edit_rates()
        show_upload("rates", "all rates and token prices", load_rates_csv)
    except DashboardError as error:
        show_error(error)


def edit_rates() -> None:
    """Draw both tables with their buttons; a mistake becomes a message and loses no input."""
    stored = read_rates(open_store())
    with sheet_form("rates-form"):
        people, models = edit_hourly_rates(), edit_token_prices()
        is_submitted = st.form_submit_button("Save the rates", type="primary", key="rates-save")
    show_download("Download as CSV", stored, "rates.csv", "rates-csv")
    if is_submitted:
        try:
            edited = pl.DataFrame([*people, *models], schema=stored.schema, strict=False)
            count = save_rates_frame(open_store(), edited)
        except DashboardError as error:
            show_error(error)
        else:
            rerun_with_message("rates", f"{count:,} prices in force.")


def edit_hourly_rates() -> list[Row]:
    """Draw the table of hourly rates and return its rows."""
    cells = st.column_config
    st.subheader("An hour of work", anchor=False)
    stored = read_hourly_rates(open_store())
    if stored.is_empty():
        st.caption("No rate yet, so no saving has a value in money. One hourly rate for everybody is enough.")
    columns: Columns = {
        "person": cells.TextColumn("Person", help="Empty: everybody of the role."),
        "role": choice_column("Role", ["", *ROLES], help="Empty: everybody."),
        "from_on": cells.DateColumn("From", help=START_HELP),
        "hourly": cells.NumberColumn("Per hour", min_value=0, format="%.2f"),
        "currency": cells.TextColumn("Currency", max_chars=3, help=CURRENCY_HELP),
    }
    return edit_rows("rates-hourly", stored, columns, "Hourly rates by person, role and day")


def edit_token_prices() -> list[Row]:
    """Draw the table of token prices and return its rows."""
    cells = st.column_config
    st.subheader("A million tokens", anchor=False)
    columns: Columns = {
        "model": cells.TextColumn("Model", help="As the labeling log names it."),
        "from_on": cells.DateColumn("From", help=START_HELP),
        "per_million": cells.NumberColumn("Per million tokens", min_value=0, format="%.4f"),
        "currency": cells.TextColumn("Currency", max_chars=3, help=CURRENCY_HELP),
    }
    stored = read_token_prices(open_store())
    return edit_rows("rates-tokens", stored, columns, "Prices of a million tokens by model and day")
