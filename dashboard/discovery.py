"""Discovery: import every module of a package, so that a new one needs no list to be named in."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from types import ModuleType


def import_modules(package: str) -> list[ModuleType]:
    """Return the modules directly in a package, imported, in the order of their names; packages are left out."""
    return [import_module(f"{package}.{name}") for name in list_modules(package)]


def list_modules(package: str) -> list[str]:
    """Return the names of the modules directly in a package, in order, without importing them."""
    folder = import_module(package).__path__
    return sorted(module.name for module in pkgutil.iter_modules(folder) if not module.ispkg)


def list_packages(package: str) -> list[str]:
    """Return the full names of the packages directly in a package, in order."""
    folder = import_module(package).__path__
    return sorted(f"{package}.{module.name}" for module in pkgutil.iter_modules(folder) if module.ispkg)
