"""Allocation: where tracked time goes, how the labeling share changes, and how it stands against claims and targets."""
