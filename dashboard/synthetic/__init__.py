"""Synthetic data and model returns: exchange rate, active learning, and what the next hours buy."""
