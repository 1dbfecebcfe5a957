"""The Labeling page."""
