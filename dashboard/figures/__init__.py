"""What can be asked, and the one door through which pages, reports and the terminal ask it."""

from __future__ import annotations

from dashboard.figures.catalogue import CATALOGUE, FigureSpec
from dashboard.figures.door import Figure, figure

__all__ = ["CATALOGUE", "Figure", "FigureSpec", "figure"]
