"""What can be asked, and the one door through which pages, reports and the terminal ask it."""

from __future__ import annotations

from dashboard.figures.catalogue import CATALOGUE
from dashboard.figures.door import Figure, figure
from dashboard.figures.spec import FigureSpec

__all__ = ["CATALOGUE", "Figure", "FigureSpec", "figure"]
