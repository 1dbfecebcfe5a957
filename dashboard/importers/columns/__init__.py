"""Columns: parse dates, durations, numbers, zones and text of whole columns."""
