"""Forecast: the weeks to come, payback, scenarios, targets, and the track record of projections."""
