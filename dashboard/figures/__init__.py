"""The catalogue of figures, and the one entry through which pages, reports and the terminal ask for a figure."""

from __future__ import annotations

from dashboard.figures.catalogue import CATALOGUE
from dashboard.figures.door import Figure, resolve_figure
from dashboard.figures.spec import FigureSpec

__all__ = ["CATALOGUE", "Figure", "FigureSpec", "resolve_figure"]
