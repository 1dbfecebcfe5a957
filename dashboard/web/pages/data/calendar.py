"""Calendar and formats: first days of week and fiscal year; how numbers, days and money are written."""

from __future__ import annotations

from dashboard.settings.calendar import CALENDAR_SHEET
from dashboard.settings.formats import FORMAT_SHEET
from dashboard.web.sheet_forms import show_choices


def show_calendar() -> None:
    """Draw the section."""
    for sheet in (CALENDAR_SHEET, FORMAT_SHEET):
        show_choices(sheet)
