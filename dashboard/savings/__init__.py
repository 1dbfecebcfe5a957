"""Savings: the hours that automation saved or cost, with interval, grade and quality."""
