"""Rates: the price of an hour of work and of a million tokens of a model, each from its day on."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.errors import DashboardError
from dashboard.settings.cells import Row
from dashboard.settings.rates import RATE_SHEET, read_hourly_rates, read_token_prices
from dashboard.units import format_count
from dashboard.web.cached_store import open_store
from dashboard.web.components import show_download, show_error
from dashboard.web.editable_sheet import (
    build_columns,
    edit_rows,
    rerun_with_message,
    show_saved_message,
    show_upload,
    track_shown,
)
from dashboard.web.unsaved_edits import discard_edits, show_unsaved

RATE_TABLES = ("rates-hourly", "rates-tokens")


def show_rates() -> None:
    """Draw the section."""
    show_saved_message("rates")
    st.markdown(RATE_SHEET.help)
    try:
        edit_rates()
        show_upload(RATE_SHEET)
    except DashboardError as error:
        show_error(error)


@st.fragment
def edit_rates() -> None:
    """Draw both tables with their buttons; a mistake becomes a message and loses no input."""
    shown, stored = track_shown(RATE_SHEET), RATE_SHEET.list_rows(open_store())
    people, models = edit_hourly_rates(), edit_token_prices()
    with st.container(horizontal=True, vertical_alignment="center"):
        is_submitted = st.button("Save the rates", type="primary", key="rates-save")
        show_unsaved(*RATE_TABLES)
        show_download("Download as CSV", stored, "rates.csv", "rates-csv")
    if is_submitted:
        try:
            edited = pl.DataFrame([*people, *models], schema=stored.schema, strict=False)
            count = RATE_SHEET.replace_shown(open_store(), edited.to_dicts(), shown)
        except DashboardError as error:
            show_error(error)
        else:
            discard_edits(*RATE_TABLES)
            rerun_with_message("rates", f"{format_count(count)} prices in force.")


def edit_hourly_rates() -> list[Row]:
    """Draw the table of hourly rates and return its rows."""
    st.subheader("An hour of work", anchor=False)
    stored = read_hourly_rates(open_store())
    if stored.is_empty():
        st.caption("No rate yet, so no saving has a value in money. One hourly rate for everybody is enough.")
    columns = build_columns(RATE_SHEET.pick_fields(stored.columns))
    return edit_rows(RATE_TABLES[0], stored, columns, "Hourly rates by person, role and day")


def edit_token_prices() -> list[Row]:
    """Draw the table of token prices and return its rows."""
    st.subheader("A million tokens", anchor=False)
    stored = read_token_prices(open_store())
    columns = build_columns(RATE_SHEET.pick_fields(stored.columns))
    return edit_rows(RATE_TABLES[1], stored, columns, "Prices of a million tokens by model and day")
