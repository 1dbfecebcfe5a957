"""Columns of text read as text, days, clocks, durations, numbers and zones, whole columns at a time."""
