"""Sections of a report, each built from figures."""
