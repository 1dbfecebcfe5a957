"""Estimates: what automation saved, from labels to an interval with its grade. Numbers in, numbers out."""
