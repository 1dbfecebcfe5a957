"""Rates: what an hour of people and a million tokens of a model cost, from which day on."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.errors import DashboardError
from dashboard.mapping import rates
from dashboard.mapping.people import ROLES
from dashboard.pages import reading, sheet, shown


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
    cells = st.column_config
    since = cells.DateColumn("From", help="Empty: since ever.")
    currency = cells.TextColumn("Currency", required=True, max_chars=3, help="Three letters, such as EUR.")
    st.subheader("An hour of work", anchor=False)
    hourly = rates.hourly_frame(reading.store())
    if hourly.is_empty():
        st.caption("Nothing yet, so no saving has a value in money. One row with an hourly rate for everybody will do.")
    people = sheet.editor(
        "rates-hourly",
        hourly,
        {
            "person": cells.TextColumn("Person", help="Empty: everybody of the role."),
            "role": sheet.choices("Role", ["", *ROLES], help="Empty: everybody."),
            "from_on": since,
            "hourly": cells.NumberColumn("An hour", min_value=0, format="%.2f", required=True),
            "currency": currency,
        },
        "Hourly rates by person, role and day",
    )
    st.subheader("A million tokens", anchor=False)
    models = sheet.editor(
        "rates-tokens",
        rates.prices_frame(reading.store()),
        {
            "model": cells.TextColumn("Model", required=True, help="As the labeling log names it."),
            "from_on": since,
            "per_million": cells.NumberColumn("A million tokens", min_value=0, format="%.4f", required=True),
            "currency": currency,
        },
        "Prices of a million tokens by model and day",
    )
    with st.container(horizontal=True):
        kept = st.button("Save the rates", type="primary", key="rates-save")
        known = rates.rates_frame(reading.store())
        shown.download("Download as CSV", known, "rates.csv", "rates-csv")
    if kept:
        try:
            edited = pl.DataFrame([*people, *models], schema=known.schema, strict=False)
            count = rates.save_rates(reading.store(), edited)
        except DashboardError as error:
            shown.box(error)
        else:
            sheet.done("rates", f"{count:,} prices in force.")
