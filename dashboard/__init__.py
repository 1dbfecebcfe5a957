"""Labeltime: where a machine-learning team's time goes, and what automation saves."""

__version__ = "0.1.0"
