"""The catalogue: every figure that can be asked for, collected from the subjects."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec

from dashboard.discovery import list_packages
from dashboard.figures.spec import FigureSpec


def collect_figures() -> dict[str, FigureSpec]:
    """Return the figures that subjects declare in a module `figures`, by name."""
    modules = [f"{package}.figures" for package in list_packages("dashboard")]
    declared = [import_module(module).FIGURES for module in modules if find_spec(module)]
    return {spec.name: spec for figures in declared for spec in figures}


CATALOGUE: Mapping[str, FigureSpec] = collect_figures()
