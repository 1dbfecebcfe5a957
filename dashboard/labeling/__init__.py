"""Labeling: speed, progress, and what recorded labeling time is worth."""
