"""Figures: what a figure is, how it is declared, and the one door through which it is asked for."""
